"""A row of the timeline in words: when, what, by whom, and what became of it."""

from datetime import datetime

from retcon import keys, localtime, money, text
from retcon.desk import outbox
from retcon.desk.today import Item
from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, ComplaintSign, Direction, Promise, PromiseState
from retcon.model.orders import Order, OrderState
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.model.people import Consent, ConsentState, Customer, Note, Purpose
from retcon.model.playbook import Action, ActionState
from retcon.model.timeline import Event, Joined, Kind, Refunded, Reviewed, Said, Sent
from retcon.retention import answering
from retcon.widgets import conversation, facts, words
from retcon.widgets.view import View

# Of a text so many letters are enough for a row.
_BEGINNING = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the timeline, known by its key over reloads: something due, or something that happened."""

    key: str
    item: Item | None = None
    event: Event | None = None


def due_entry(item: Item) -> Entry:
    """The row of something due."""
    return Entry(f"action:{item.action.id}", item=item)


def happened(event: Event) -> Entry:
    """The row of something that happened."""
    return Entry(f"{event.kind}:{event.key[2]}", event=event)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row; the styles are those of `what` and `aside`."""

    day: str
    who: str
    what: str
    aside: str = ""
    style: str = ""
    aside_style: str = "muted"


def cells(entry: Entry, customer: Customer, view: View) -> Cells:
    """The row in words."""
    if entry.item is not None:
        return _due(entry.item, view)
    assert entry.event is not None
    event = entry.event
    day = day_of(event.at, view)
    match event.what:
        case Order() as order:
            return _order(day, event.kind, order, view)
        case Refunded() as refunded:
            given, total = (
                money.show(minor, refunded.currency) for minor in (refunded.refund.amount_minor, refunded.total_minor)
            )
            reason = text.line(refunded.refund.reason)
            said = f"{given} of {total}{f': {reason}' if reason else ''}"
            return Cells(day, "refund", said, f"order {refunded.number}")
        case Said() as said:
            return _said(day, said, customer, view)
        case Sent() as sent:
            return _sent(day, sent, view)
        case Action() as action:
            return _action(day, action, view)
        case Consent() as line:
            return Cells(day, "consent", consent(line), facts.BASES[line.basis])
        case Note() as note:
            return Cells(day, "note", quoted(note.words))
        case Promise() as promise:
            return _promise(day, event.kind, promise, view)
        case Complaint() as complaint:
            about = quoted(complaint.words, "")
            done = "settled" if complaint.closed_at is not None else "open"
            said = f"{_SIGNS[complaint.sign]}{f': {about}' if about else ''}"
            return Cells(day, "unhappy", said, done, "warn", "muted" if complaint.closed_at else "warn")
        case Reviewed() as reviewed:
            stars = f"{reviewed.review.rating} of 5" if reviewed.review.rating else "without stars"
            of = text.line(reviewed.product)
            said = f"{stars}{f' for {of}' if of else ''}{_after(reviewed.review.body)}"
            return Cells(day, "review", said)
        case Joined() as joined:
            return Cells(day, "one" if joined.verb == "merge" else "two", text.line(joined.words))


def day_of(instant: datetime, view: View) -> str:
    """The day for a narrow column: "today", "12 Nov", "12 Feb 25"."""
    there, here = localtime.local(instant, view.zone), localtime.local(view.now, view.zone)
    if there.date() == here.date():
        return "today"
    year = "" if there.year == here.year else f" {there:%y}"
    return f"{there.day} {localtime.MONTHS[there.month - 1]}{year}"


def first_words(body: str, language: str, fallback: str = "") -> str:
    """The beginning of a text, marked as words; what is written from right to left has rows of its own, unfolded."""
    said = text.line(body[:_BEGINNING])
    if not words.rtl(said):
        return f"“{said}”" if said else fallback
    return f"wrote in {words.language_name(language)}" if language else "wrote from right to left"


def quoted(said: str, fallback: str = "no words") -> str:
    """Words of somebody's on a row."""
    return first_words(said, "", fallback)


def _after(body: str) -> str:
    said = quoted(body, "")
    return f": {said}" if said else ""


# ---- what is due


def _due(item: Item, view: View) -> Cells:
    action = item.action
    title = text.line(action.title)
    if not action.draft.body.strip():
        return Cells("today", "due", title, f"{keys.name('edit')} writes it", "strong", "accent")
    leaves = words.leaves(item, view.zone, view.now)
    when = {"–": "can't leave", "waits": "would wait", "now": "leaves now"}.get(leaves, f"leaves {leaves}")
    key = f"{keys.name('approve')} approves" if item.passes else f"{keys.name('why')} says why"
    return Cells("today", "due", title, f"{when} · {key}", "strong", "accent")


# ---- orders, parcels

_STATES = {
    OrderState.OPEN: "not paid yet",
    OrderState.CANCELLED: "cancelled",
    OrderState.REFUNDED: "given back",
    OrderState.FAILED: "payment failed",
    OrderState.DRAFT: "a draft",
}


def _order(day: str, kind: Kind, order: Order, view: View) -> Cells:
    if kind is not Kind.ORDER:
        by = text.line(order.carrier)
        said, style = "shipped", "muted"
        if kind is Kind.DELIVERED:
            said = "should have arrived" if order.delivered_estimated else "arrived"
            if order.shipped_at is not None and order.delivered_at is not None:
                days = localtime.days_between(order.shipped_at, order.delivered_at)
                said += f", {text.plural(days, 'day')} on the way"
        return Cells(day, "parcel", said, by or f"order {order.number}", style)
    total = money.show(order.total_minor, order.currency)
    goods = ", ".join(text.line(line.name) for line in order.lines[:4])
    state = _STATES.get(order.state, "")
    marks = ((order.gift, "a gift"), (order.preorder, "pre-ordered"), (order.return_open, "on its way back"))
    said = " · ".join(filter(None, (total, state, *(word for holds, word in marks if holds), goods)))
    return Cells(day, "order", said, f"order {text.line(order.number)}", "muted" if state else "")


# ---- words


def _said(day: str, said: Said, customer: Customer, view: View) -> Cells:
    message, medium = said.message, words.channel(said.medium)
    subject = text.line(message.subject)
    fallback = text.plural(len(message.files), "file") if message.files else "nothing written"
    told = first_words(message.body or subject, message.language or customer.language, fallback)
    if message.direction is Direction.OUT:
        return Cells(day, "you", told, f"{medium}, elsewhere", "muted")
    name = words.first_name(customer)
    if message.automatic:
        return Cells(day, name, f"automatic answer: {told}", medium, "muted")
    if said.answered_at is None:
        return Cells(day, name, told, f"{medium}, no answer")
    return Cells(day, name, told, f"answered, {words.age(message.at, said.answered_at)}")


def _sent(day: str, sent: Sent, view: View) -> Cells:
    row = sent.row
    subject = text.line(row.subject)
    told = first_words(subject or row.body, row.language, sent.title)
    if words.rtl(subject or row.body[:_BEGINNING]):
        told = f"{text.line(sent.title) or 'a message'}, in {words.language_name(row.language)}"
    warns = row.state in (OutboxState.FAILED, OutboxState.UNCERTAIN, OutboxState.STALE)
    waits = row.state in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.WITHDRAWN)
    return Cells(day, "you", told, _became(row, view), "muted" if waits else "", "warn" if warns else "muted")


def _became(row: OutboxRow, view: View) -> str:
    """The channel, and what became of it there."""
    channel, practice = words.channel(row.channel), " to yourself" if row.rehearsal else ""
    if row.state is OutboxState.READ and row.read_at is not None:
        return f"{channel}, read {words.clock(row.read_at, view.zone, view.now)}"
    if row.state is OutboxState.QUEUED and row.not_before > view.now:
        return f"leaves {words.clock(row.not_before, view.zone, view.now)}"
    return f"{channel}, {outbox.words(row.state)}{practice}"


def _action(day: str, action: Action, view: View) -> Cells:
    title = text.line(action.title)
    if action.state is ActionState.SNOOZED:
        until = action.snoozed_until
        aside = f"until {words.clock(until, view.zone, view.now)}" if until is not None else ""
        return Cells(day, "later", title, aside)
    if action.state is ActionState.SKIPPED:
        return Cells(day, "skipped", title, text.line(action.skip_reason), "muted")
    return Cells(day, "done", f"{title}: {text.line(action.reason)}".rstrip(".: "), "", "muted")


def _promise(day: str, kind: Kind, promise: Promise, view: View) -> Cells:
    what = conversation.called(promise) or "an answer"
    by = answering.by(promise.due_at, view.now, view.zone)
    if kind is Kind.PROMISED:
        return Cells(day, "promise", what, f"by {by}")
    if promise.state is PromiseState.OPEN:
        return Cells(day, "promise", f"broken: {what}", "open", "warn", "warn")
    return Cells(day, "promise", f"{'kept' if promise.state is PromiseState.KEPT else 'dropped'}: {what}", "", "muted")


_SIGNS = {
    ComplaintSign.WORDS: "by their words",
    ComplaintSign.THIRD: "third message without an answer",
    ComplaintSign.DISPUTE: "a dispute at the bank",
    ComplaintSign.RATING: "two stars or fewer",
}


# ---- what they allowed


def consent(line: Consent) -> str:
    """A line of the ledger in a few words: "yes to advertising by e-mail"."""
    what = {
        Purpose.MARKETING: "advertising",
        Purpose.RELATIONSHIP: "tips and questions",
        Purpose.SERVICE: "answers",
    }[line.purpose]
    said = {ConsentState.GRANTED: "yes to", ConsentState.DENIED: "no to", ConsentState.UNKNOWN: "unknown again:"}
    return f"{said[line.state]} {what} by {words.channel(line.channel)}"
