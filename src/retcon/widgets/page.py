"""What the reader says of a row: who, what is known, the words that would leave in both languages, whether they may."""

from collections.abc import Sequence
from datetime import datetime

from retcon import keys, localtime, money, text
from retcon.desk.today import Item, Line
from retcon.model.policy import Answer
from retcon.model.standing import Reason, Standing
from retcon.retention.risk.reasons import UNKNOWN, weighed
from retcon.widgets import conversation, words
from retcon.widgets.drawing import Part, cut, fit, wrap
from retcon.widgets.view import BLANK, Page, Row, View, letter, named, own_name, sentences
from retcon.widgets.worklist import Entry

_POINTS = 5  # cells for what a reason weighs


def compose(entry: Entry | None, view: View) -> Page:
    """The page of the row."""
    if entry is None or entry.line is None:
        return Page()
    if entry.outbox is not None:
        from retcon.widgets import outgoing  # few starts come to need it

        return outgoing.page(entry.line, entry.outbox, view)
    item = view.samples[view.sample % len(view.samples)] if view.samples else entry.items[0]
    head = [*_who(item, view), *_sample_rows(entry, item, view)]
    if view.why:
        return Page((*_who(item, view), BLANK, *why(item, view)), verdict(item, view))
    approved = view.approved == entry.key
    foot = (*(_approved(view) if approved else verdict(item, view)), *_offers(item, view), *remarks(item, view))
    head += [*_worries(item, view), *_stands(entry.line, view)]
    if not item.said:
        return Page((*head, *_known(item, view), *_set_off(message(item, view), view)), foot)
    talk = conversation.said(item, view)
    head += _joined(tuple(reversed(item.facts)), view)
    if view.writing:
        return Page(talk.rows, (), tuple(head), talk.newest)
    if view.tall:
        head.append(BLANK)
    if not item.action.draft.body.strip():
        return Page(talk.rows, (*message(item, view), *foot), tuple(head), talk.newest)
    # What a key would let leave is seen first.
    return Page((*talk.rows, BLANK, *message(item, view)), foot, tuple(head), len(talk.rows) + 1)


def _stands(line: Line, view: View) -> list[Row]:
    """How a conversation of the inbox stands."""
    if not line.heading:
        return []
    from retcon.widgets import talks  # with the inbox alone

    return sentences((talks.stands(line, view),), view, "accent")


# ---- who


def _who(item: Item, view: View) -> list[Row]:
    customer, standing = item.customer, item.standing
    said = [words.place_and_time(customer, view.now, day=view.wide)]
    said.append(f"writes {words.language_name(customer.language)}" if customer.language else "language unknown")
    spent = money.show(standing.spent_minor, view.currency)
    bought = f"{text.plural(standing.orders, 'order')}, {spent}" if standing.orders else "no order yet"
    tier = words.TIERS.get(standing.tier, "")
    said.append(f"{tier}, {bought}" if tier == "VIP" else bought)
    if standing.last_order_at is not None and view.wide:
        days = localtime.days_between(standing.last_order_at, view.now)
        usual = f" (usually {round(standing.cycle_days)})" if standing.cycle_days else ""
        said.append(f"last order {text.plural(days, 'day')} ago{usual}")
    return [named(customer, " · ".join(said), view), *(own_name(customer, view) if view.tall or view.why else ())]


def _sample_rows(entry: Entry, item: Item, view: View) -> list[Row]:
    if not entry.fold:
        return []
    which = (
        f"text {view.sample % len(view.samples) + 1} of {len(view.samples)}" if len(view.samples) > 1 else "one text"
    )
    language = words.language_name(item.action.draft.language)
    said = f"{which}: {language}, for {text.plural(view.alike, 'person', 'people')}"
    said += f" · {keys.name('next_item')} next" if len(view.samples) > 1 else ""
    return [((" ", ""), (cut(said, view.width - 2), "accent"))]


def _known(item: Item, view: View) -> list[Row]:
    """Why this message, and what is known; on one row where there is little room."""
    if view.tall:
        return sentences((item.action.reason, *item.facts), view)
    return _joined((item.action.reason, *reversed(item.facts)), view)


def _joined(facts: Sequence[str], view: View) -> list[Row]:
    said = " · ".join(words.one_way(text.line(fact)).rstrip(".") for fact in facts)
    return [((" " * view.indent, ""), (cut(said, view.width - view.indent - 1), "muted"))] if said else []


def _worries(item: Item, view: View) -> list[Row]:
    """Promises, complaints and how long they wait; the worst alone where there is little room."""
    rows = _all_worries(item, view)
    return rows[: 3 if view.tall else 2]


def _all_worries(item: Item, view: View) -> list[Row]:
    return [row for said, style in conversation.worries(item, view) for row in sentences((said,), view, style)]


def _offers(item: Item, view: View) -> list[Row]:
    return [((" ", ""), (cut(said, view.width - 2), "muted")) for said in conversation.offers(item, view)[:2]]


# ---- the words that would leave


# Beside the name of a language in which nobody has vouched for our texts.
UNREAD = ", not yet read by a native"


def _set_off(rows: list[Row], view: View) -> list[Row]:
    """A blank row above the words; where there is little room, what is said of their language in a row does as well."""
    said_alone = len(rows[0]) == 2 and rows[0][1][1] == "faint"
    return rows if said_alone and not view.tall else [BLANK, *rows]


def message(item: Item, view: View) -> list[Row]:
    """The words that would leave, with their subject; in both languages where there is room."""
    draft = item.action.draft
    label = words.channel(draft.channel) or "no way"
    if not draft.body.strip():
        said = "No answer is written yet: {} writes it." if item.action.id else "Nothing more is written: {} writes."
        rows = wrap(said.format(keys.name("edit")), view.width - view.label - 1)
        leads = (f" {fit(label, view.label - 2)} ", *[" " * view.label] * (len(rows) - 1))
        return [((lead, "label"), (row, "accent")) for lead, row in zip(leads, rows, strict=True)]
    language = words.language_name(draft.language)
    own = words.language_name(view.language)
    unread = UNREAD if item.unread else ""
    both = bool(draft.operator_body) and draft.operator_body != draft.body
    if not both:
        return letter(label, draft.subject, draft.body, f"{language}{unread}" if language != own else "", view)
    if not view.wide:
        if view.original:
            return letter(label, draft.subject, draft.body, f"as it leaves · {keys.name('translate')} {own}", view)
        return letter(
            label,
            draft.operator_subject,
            draft.operator_body,
            f"in {language}: {keys.name('translate')} shows it{unread}",
            view,
        )
    if words.rtl(draft.body) or words.rtl(draft.subject):
        aside = f"in {own}, below in {language}{unread}" if unread else f"in {own}"
        first = letter(label, draft.operator_subject, draft.operator_body, aside, view)
        return [*first, BLANK, *letter("", draft.subject, draft.body, "", view, f"{language}, as it leaves")]
    return _side_by_side(label, item, (f"in {own}", f"{language}{unread}, as it leaves"), view)


def _side_by_side(label: str, item: Item, titles: tuple[str, str], view: View) -> list[Row]:
    """What the operator reads at the left, what leaves at the right."""
    draft = item.action.draft
    gap = 3
    half = (view.width - view.label - 1 - gap) // 2

    def column(subject: str, body: str) -> list[Part]:
        head: list[Part] = [(row, "strong") for row in wrap(text.line(subject), half)] if subject else []
        return [*head, *((row, "") for row in wrap(body, half))]

    left, right = column(draft.operator_subject, draft.operator_body), column(draft.subject, draft.body)
    pairs: list[tuple[Part, Part]] = [((titles[0], "faint"), (titles[1], "faint"))]
    for index in range(max(len(left), len(right))):
        pairs.append((left[index] if index < len(left) else ("", ""), right[index] if index < len(right) else ("", "")))
    return [
        (
            (f" {fit(label if not index else '', view.label - 2)} ", "label"),
            (fit(one[0], half) if one[0] else " " * half, one[1]),
            (" " * gap, ""),
            other,
        )
        for index, (one, other) in enumerate(pairs)
    ]


# ---- whether it may leave


def verdict(item: Item, view: View) -> tuple[Row, ...]:
    """What approving would do."""
    unwritten = not item.action.draft.body.strip()
    # That it has no words stands above it already; that it still fits tells nothing of an answer.
    verdicts = tuple(
        each
        for each in item.verdicts
        if not (unwritten and each.rule == "words")
        and not (item.said and each.rule == "still_due" and each.answer == Answer.YES)
        and not (each.rule == "wording" and each.answer == Answer.YES)  # it stands below
    )
    said, answer = words.verdict(verdicts, item.customer, view.zone, view.now)
    if unwritten:
        said = said.replace("Leaves now", "May leave now", 1)
    style = {Answer.YES: "good", Answer.LATER: "", Answer.NO: "warn"}[answer]
    return tuple(((" ", ""), (row, style)) for row in wrap(text.line(said), view.width - 2))


def _approved(view: View) -> tuple[Row, ...]:
    promise, done, undo, back = (keys.name(action) for action in ("promise", "done", "undo", "back"))
    said = f"Approved. {promise} keeps a promise, {done} is done with it, {undo} takes it back, {back} goes on."
    return (((" ", ""), (cut(said, view.width - 2), "good")),)


def remarks(item: Item, view: View) -> tuple[Row, ...]:
    """What to know of the text."""
    return tuple(
        ((" ", ""), (row, "warn"))
        for note in item.notes
        for row in wrap(text.sentence(text.line(note[:1].upper() + note[1:])), view.width - 2)
    )


# ---- why


def why(item: Item, view: View) -> list[Row]:
    """Score, reasons, and what the rules say."""
    action = item.action
    said = [f"Rule {action.rule}, {action.purpose} message: {action.reason}"]
    said.append(f"Too late after {localtime.when(action.expires_at, view.now, view.zone)}.")
    rows = [*score(item, view), *sentences((*said, *item.facts), view), BLANK]
    rows += sentences(("What the rules say:",), view, "")
    return [*rows, *(_bullet(f"{each.answer}: {each.reason}", view) for each in item.verdicts)]


def score(item: Item, view: View) -> list[Row]:
    """Score and reasons of the person, and what is at stake."""
    standing = item.standing
    rows = sentences((f"Risk {standing.band}, {standing.risk_score} of 100.",), view, "")
    rows += [row for reason in item.reasons for row in _weighed(reason, view)]
    if standing.orders and not any(UNKNOWN in reason.text for reason in item.reasons):
        rows += _weighed(Reason("unknown", UNKNOWN, 0.0), view)
    rows += _all_worries(item, view)
    money_ = money.show(standing.stake_minor, view.currency)
    said = [f"At stake in 12 months: {money_}."] if standing.stake_minor else []
    if standing.orders:
        between = money.span(standing.clv_low_minor, standing.clv_high_minor, view.currency)
        expected = money.show(standing.clv_minor, view.currency)
        said.append(f"Expected in 12 months: {expected}, four times in five {between}.")
    if standing.next_expected_at is not None:
        said.append(_next(standing, standing.next_expected_at, view))
    return [*rows, BLANK, *sentences(said, view)]


def _next(standing: Standing, at: datetime, view: View) -> str:
    """When the next order comes or was to come, and between which days four times in five."""

    def day(instant: datetime) -> str:
        return localtime.day(instant, view.now, view.zone)

    said = f"Next order expected {day(at)}" if at >= view.now else f"The next order was expected {day(at)}"
    first, last = standing.next_from_at, standing.next_until_at
    if first is None or last is None or day(first) == day(last):
        return f"{said}."
    return f"{said}, four times in five between {day(first)} and {day(last)}."


def _weighed(reason: Reason, view: View) -> list[Row]:
    """The points that a reason weighs, and the reason in as many rows as it takes."""
    indent = 1 if not view.wide else view.label
    points = fit(weighed(reason) or "·", _POINTS, right=True)
    told = wrap(text.line(reason.text), view.width - indent - _POINTS - 2)
    return [
        ((" " * indent, ""), (points if number == 0 else " " * _POINTS, "faint"), (f" {row}", "muted"))
        for number, row in enumerate(told)
    ]


def _bullet(said: str, view: View) -> Row:
    indent = 1 if not view.wide else view.label
    return (" " * indent, ""), ("· ", "faint"), (cut(said, view.width - indent - 3), "muted")
