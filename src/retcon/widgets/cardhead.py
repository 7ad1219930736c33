"""The top of a card: who they are, their orders on an axis of time, and what to expect of them, in sentences."""

from collections.abc import Sequence
from datetime import date

from retcon import localtime, money, text
from retcon.desk.card import Card
from retcon.model.standing import Band, Stage, Tier
from retcon.widgets import axis, words
from retcon.widgets.drawing import Part, cut, fit, width_of, wrap
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
    """At most so many rows; what matters least is left out. `place` is where they stand in the list: "2 of 23"."""
    today = localtime.local(view.now, view.zone).date()
    own = _own_name(card, view)
    head = [_name(card, view, place), _life(card, view)]
    said = [_row(sentence, view) for sentence in (_rhythm(card, today, view), _ahead(card, view)) if sentence]
    line = axis.axis(card.rhythm, today, view.width - 2)
    drawn: list[Row] = [((" ", ""), *line)] if line else []
    why = _why(card, view, 2 if room > 8 else 1)
    least = [*head, *drawn, *said]
    if room >= len(least) + len(why) + len(own) + 2:
        return [*head, *own, BLANK, *drawn, *said, *why]
    found = [*head, *(own if room > len(least) + len(why) else ()), *drawn, *said, *why]
    return found[:room]


# ---- who


def _name(card: Card, view: View, place: str) -> Row:
    standing = card.standing
    name = words.call_name(card.customer)
    said: list[Part] = []
    if standing.tier is Tier.VIP:
        said.append((words.TIERS[Tier.VIP], "accent"))
    if standing.orders:
        said += [(_STAGES[standing.stage], ""), (f"risk {standing.risk_score} {standing.band}", _BANDS[standing.band])]
    if card.customer.left_alone:
        said.insert(0, ("left alone: nothing is written", "warn"))
    said += [(f"#{words.one_way(text.line(tag))}", "muted") for tag in card.tags]
    room = view.width - 3 - width_of(place)
    parts: list[Part] = [(" ", ""), (cut(name, max(8, room - 8)), "strong")]
    used = width_of(parts[1][0]) + 1
    for number, (words_, style) in enumerate(said):
        before = " · " if number else "   "
        if used + width_of(before) + width_of(words_) > room:
            break
        parts += [(before, "faint"), (words_, style)]
        used += width_of(before) + width_of(words_)
    return (*parts, (fit(place, view.width - 1 - used, right=True), "muted"))


_BANDS = {Band.HIGH: "warn", Band.MEDIUM: "", Band.LOW: "muted"}


def _life(card: Card, view: View) -> Row:
    customer, standing = card.customer, card.standing
    there = words.place_and_time(customer, view.now, day=False)
    country = words.country_name(customer.country)
    where = f"{country}, {there}" if country and view.width >= 60 and country not in there else there
    said = [f"{where} there" if customer.zones and view.width >= 60 else where]
    if customer.language:
        said.append(f"writes {words.language_name(customer.language)}")
    if standing.orders:
        said.append(f"{text.plural(standing.orders, 'order')} · {money.show(standing.spent_minor, view.currency)}")
        if standing.orders > 1 and view.width >= 72:
            each = money.show(round(standing.spent_minor / standing.orders), view.currency)
            said.append(f"{each} on average")
        if standing.refunded_minor and view.width >= 100:
            said.append(f"{money.show(standing.refunded_minor, view.currency)} given back")
    return ((" ", ""), (_joined(said, view.width - 2), "muted"))


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
    every = f"{name} buys every {text.plural(rhythm.usual, 'day')}{between}."
    if card.standing.under_way:
        return f"{every} Last order {day}: its parcel is under way, so this isn't silence."
    longest = rhythm.range[1] if rhythm.range is not None else rhythm.usual
    if days > longest:
        return f"{every} Nothing since {day}: {text.plural(days, 'day')}."
    return f"{every} Last order {day}, {_ago(days)}."


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
    said = [f"{'Will buy' if view.width >= 60 else 'Buys'} again within {card.horizon_days} days: {chance}."]
    if standing.stake_minor:
        said.append(f"At stake in 12 months: {money.show(standing.stake_minor, view.currency)}.")
    if view.width >= 100:
        said.append(f"Expected in 12 months: {money.show(standing.clv_minor, view.currency)}.")
    return " ".join(said)


def _why(card: Card, view: View, most: int) -> list[Row]:
    told = [text.line(reason.text).rstrip(".") for reason in card.reasons]
    if not told:
        return []
    found = wrap(f"Why: {' · '.join(told)}", view.width - 2)
    if len(found) > most:
        found = [*found[: most - 1], cut(" ".join(found[most - 1 :]), view.width - 2)]
    return [((" ", ""), (row, "muted")) for row in found]


def _row(sentence: str, view: View) -> Row:
    return ((" ", ""), (cut(sentence, view.width - 2), ""))


def _joined(said: Sequence[str], width: int) -> str:
    """As many of these as there is room for, the first ones first."""
    kept = ""
    for one in said:
        longer = f"{kept} · {one}" if kept else one
        if kept and width_of(longer) > width:
            break
        kept = longer
    return cut(kept, width)
