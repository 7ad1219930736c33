"""The top of a card: who they are, their orders on an axis of time, and what to expect of them, in sentences."""

from collections.abc import Sequence
from datetime import date

from retcon import localtime, money, text
from retcon.desk.card import Card
from retcon.model.standing import Band, Reason, Stage, Tier
from retcon.retention.risk.reasons import weighed
from retcon.widgets import axis, words
from retcon.widgets.drawing import Part, cut, fit, width_of
from retcon.widgets.view import BLANK, Row, View

_STAGES = {
    Stage.TRUST: "in the first week",
    Stage.SETTLING: "in the second week",
    Stage.REASON: "first month",
    Stage.DRIFTING: "no second order",
    Stage.RETURNING: "came back once",
    Stage.HABIT: "a habit begins",
    Stage.ADVOCATE: "friend of the shop",
    Stage.WIN_BACK: "slipping away",
}


def rows(card: Card, view: View, place: str, room: int) -> list[Row]:
    """At most so many rows, what matters least left out. `place` is where they stand in the list: "2 of 23"."""
    today = localtime.local(view.now, view.zone).date()
    own = _own_name(card, view)
    head = [_name(card, view, place), _life(card, view)]
    said = [_row(sentence, view) for sentence in (_rhythm(card, today, view), _ahead(card, view)) if sentence]
    line = axis.axis(card.rhythm, today, view.width - 2)
    drawn: list[Row] = [((" ", ""), *line)] if line else []
    least = [*head, *drawn, *said]
    why = _why(card, view, max(1, min(2, room - len(least) - len(own))))
    if room >= len(least) + len(why) + len(own) + 2:
        return [*head, *own, BLANK, *drawn, *said, *why]
    return [*head, *(own if room > len(least) else ()), *drawn, *said, *why][:room]


# ---- who


def _name(card: Card, view: View, place: str) -> Row:
    standing = card.standing
    # What is said, its style, and in which order it goes where there is no room.
    said: list[tuple[str, str, int]] = []
    if card.customer.left_alone:
        said.append(("left alone", "warn", 0))
    if standing.tier is Tier.VIP:
        said.append((words.TIERS[Tier.VIP], "accent", 1))
    if standing.orders:
        said.append((_STAGES[standing.stage], "", 2))
        said.append((f"risk {standing.risk_score} {standing.band}", _BANDS[standing.band], 0))
    said += [(f"#{words.one_way(text.line(tag))}", "muted", 3) for tag in card.tags]
    room = view.width - 2 - (width_of(place) + 2 if place else 0)
    name = cut(words.call_name(card.customer), max(8, room - 16))
    while said and width_of(name) + 3 + sum(width_of(words_) + 3 for words_, _, _ in said) - 3 > room:
        least = max(rank for _, _, rank in said)
        last = max(index for index, one in enumerate(said) if one[2] == least)
        del said[last]
    parts: list[Part] = [(" ", ""), (name, "strong")]
    for number, (words_, style, _) in enumerate(said):
        parts += [(" · " if number else "   ", "faint"), (words_, style)]
    used = sum(width_of(words_) for words_, _ in parts)
    return (*parts, (fit(place, view.width - 1 - used, right=True), "muted"))


_BANDS = {Band.HIGH: "warn", Band.MEDIUM: "", Band.LOW: "muted"}


def _life(card: Card, view: View) -> Row:
    customer, standing = card.customer, card.standing
    there = words.place_and_time(customer, view.now, day=False)
    language = words.language_name(customer.language) if customer.language else ""
    if view.width >= 72:
        country = words.country_name(customer.country)
        where = f"{country}, {there}" if country and country not in there else there
        said = [f"{where} there" if customer.zones else where, f"writes {language}" if language else ""]
    else:
        said = [there, language]
    if standing.orders:
        said.append(f"{text.plural(standing.orders, 'order')} · {money.show(standing.spent_minor, view.currency)}")
        if standing.orders > 1:
            said.append(f"{money.show(round(standing.spent_minor / standing.orders), view.currency)} on average")
        if standing.refunded_minor:
            said.append(f"{money.show(standing.refunded_minor, view.currency)} given back")
    return ((" ", ""), (_joined([one for one in said if one], view.width - 2), "muted"))


def _own_name(card: Card, view: View) -> list[Row]:
    """A name written from right to left has a row of its own."""
    if not words.rtl(card.customer.name):
        return []
    return [((" ", ""), (cut(card.customer.name, view.width - 2), "strong"))]


# ---- what to expect


def _rhythm(card: Card, today: date, view: View) -> str:
    rhythm, name = card.rhythm, words.first_name(card.customer)
    if not rhythm.bought:
        wrote = card.counts and any(card.counts.values())
        return f"{name} has written, and not bought yet." if wrote else f"{name} has not bought yet."
    last = rhythm.bought[-1]
    day, days = _day(last, today), (today - last).days
    if rhythm.usual is None:
        return f"One order, {day}: {_ago(days)}."
    between = f" ({rhythm.range[0]}–{rhythm.range[1]})" if rhythm.range is not None else ""
    if view.width < 56:
        return f"Every {rhythm.usual} d{between}, last {day}: {days:,} d ago."
    who = f"{name} buys every" if view.width >= 72 else "Buys every"
    every = f"{who} {text.plural(rhythm.usual, 'day')}{between}."
    longest = rhythm.range[1] if rhythm.range is not None else rhythm.usual
    if card.standing.awaits == "yearly" and card.standing.next_expected_at is not None:
        weeks = localtime.local(card.standing.next_expected_at, view.zone)
        who = f"{name} buys" if view.width >= 72 else "Buys"
        return f"{who} around {weeks:%B} each year. Last order {day}, {_ago(days)}."
    if card.standing.under_way:
        way = words.AWAITS[card.standing.awaits]
        return f"{every} Last order {day}: {way}{', so this is no silence' if view.width >= 84 else ''}."
    if days > longest:
        return f"{every} Nothing since {day}: {_days(days)}."
    return f"{every} Last order {day}, {_ago(days)}."


def _days(days: int) -> str:
    return text.plural(days, "day")


def _day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {localtime.MONTHS[day.month - 1]}{year}"


def _ago(days: int) -> str:
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days:,} days ago"


def _ahead(card: Card, view: View) -> str:
    standing = card.standing
    if not standing.orders:
        return ""
    again = 100 * (1 - standing.p_churn)
    chance = "fewer than 1 in 100" if again < 1 else f"{min(99, round(again))} in 100"
    stake = money.show(standing.stake_minor, view.currency) if standing.stake_minor else ""
    short = f"Again in {card.horizon_days} days: {chance}.{f' At stake: {stake}.' if stake else ''}"
    long = f"Will buy again within {card.horizon_days} days: {chance}."
    with_stake = f"{long} At stake in 12 months: {stake}." if stake else long
    expected = f"{with_stake} Expected: {money.show(standing.clv_minor, view.currency)}"
    between = f" ({money.span(standing.clv_low_minor, standing.clv_high_minor, view.currency)})"
    every = (f"{expected}{between}.", f"{expected}.", with_stake, short)
    fitting = (said for said in every if width_of(said) <= view.width - 2)
    return next(fitting, f"{stake} at stake · {chance} in {card.horizon_days} days" if stake else chance)


def _why(card: Card, view: View, most: int) -> list[Row]:
    told = [_short(reason) for reason in card.reasons]
    if not told:
        return []
    found: list[str] = []
    for one in told:
        longer = f"{found[-1]} · {one}" if found else f"Why: {one}"
        if not found or width_of(longer) > view.width - 2:
            found.append(longer if not found else one)
        else:
            found[-1] = longer
    if len(found) > most:
        found = [*found[: most - 1], " · ".join(found[most - 1 :])]
    return [_row(row, view, "muted") for row in found]


def _short(reason: Reason) -> str:
    """Its first sentence, and the points that it weighs: "Silent 47 days, usually 21 +38"."""
    return f"{text.line(reason.text).partition('. ')[0].rstrip('.')} {weighed(reason)}".rstrip()


def _row(sentence: str, view: View, style: str = "") -> Row:
    return ((" ", ""), (cut(sentence, view.width - 2), style))


def _joined(said: Sequence[str], width: int) -> str:
    """As many of these as there is room for, the first ones first."""
    kept = ""
    for one in said:
        longer = f"{kept} · {one}" if kept else one
        if kept and width_of(longer) > width:
            break
        kept = longer
    return cut(kept, width)
