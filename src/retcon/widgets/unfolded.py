"""What stands under an unfolded row of the timeline: all of it, texts as they came and whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retcon import localtime, money, text
from retcon.desk.today import Item
from retcon.model.conversations import Complaint, Promise, PromiseState
from retcon.model.orders import Order
from retcon.model.people import Consent, Customer, Note
from retcon.model.playbook import Action
from retcon.model.timeline import Event, Joined, Refunded, Reviewed, Said, Sent
from retcon.widgets import conversation, events, facts, page, words
from retcon.widgets.drawing import LONGEST, cut, fit, wrap
from retcon.widgets.view import BLANK, Row, View

if TYPE_CHECKING:
    from retcon.desk.leaving import Moved


def body(entry: events.Entry, customer: Customer, view: View, log: Sequence["Moved"] = ()) -> list[Row]:
    """The rows under the entry; `log` is what has happened to a message of ours."""
    if entry.item is not None:
        return due(entry.item, view)
    assert entry.event is not None
    event = entry.event
    when = _when(event, customer, view)
    match event.what:
        case Order() as order:
            return [*_told(when, view), *_order(order, view)]
        case Refunded() as refunded:
            given, total = (
                money.show(minor, refunded.currency, cents=True)
                for minor in (refunded.refund.amount_minor, refunded.total_minor)
            )
            said = f"{given} of {total} given back on order {refunded.number}."
            return [*_told(when, view), *_told(said, view), *_words(refunded.refund.reason, view)]
        case Said() as said:
            return _said(when, said, view)
        case Sent() as sent:
            return _sent(when, sent, view, log)
        case Action() as action:
            return _action(when, action, view)
        case Consent() as line:
            return _consent(when, line, view)
        case Note() as note:
            return [*_told(when, view), *_words(note.words, view)]
        case Promise() as promise:
            state = {PromiseState.KEPT: "Kept.", PromiseState.DROPPED: "Dropped."}.get(promise.state, "Open.")
            due_ = f"Promised by {conversation.by(promise, view)}. {state}"
            return [*_told(when, view), *_words(promise.words, view), *_told(due_, view)]
        case Complaint() as complaint:
            closed = complaint.closed_at
            state = f"Settled {localtime.when(closed, view.now, view.zone)}." if closed else "Open: advertising rests."
            return [*_told(when, view), *_words(complaint.words, view), *_told(state, view)]
        case Reviewed() as reviewed:
            of = [*_words(reviewed.product, view, "muted")]
            return [*_told(when, view), *of, *_words(reviewed.review.body, view)]
        case Joined() as joined:
            return [*_told(when, view), *_words(joined.words, view)]


def due(item: Item, view: View) -> list[Row]:
    """What is due: why, the words that would leave, and whether they may."""
    rows: list[Row] = _told(text.line(item.action.reason), view)
    if item.said:
        talk = conversation.said(item, view)
        rows = [*talk.rows[talk.newest :], BLANK]
    rows += page.message(item, view)
    foot = (*page.verdict(item, view), *page.remarks(item, view))
    return [*rows, BLANK, *foot]


# ---- rows


def _indented(rows: Sequence[str], view: View, style: str = "") -> list[Row]:
    return [((" " * view.label, ""), (row, style)) for row in rows]


def _told(said: str, view: View, style: str = "muted") -> list[Row]:
    return _indented(wrap(said, view.width - view.label - 1), view, style)


def _words(said: str, view: View, style: str = "") -> list[Row]:
    """A text as it came, whole, on rows of its own."""
    if not said.strip():
        return []
    pieces = [said[start : start + LONGEST] for start in range(0, len(said), LONGEST)]
    return [row for piece in pieces for row in _indented(wrap(piece, view.width - view.label - 1), view, style)]


def _when(event: Event, customer: Customer, view: View) -> str:
    """The day and the hour on the operator's clock, and on theirs where it is another."""
    here = localtime.local(event.at, view.zone)
    said = f"{here:%A} {here.day} {localtime.MONTHS[here.month - 1]} {here.year}, {here:%H:%M}"
    there = localtime.local(event.at, words.zone_of(customer, view.zone))
    return said if there.utcoffset() == here.utcoffset() else f"{said} · {there:%H:%M} there"


# ---- each kind


def _order(order: Order, view: View) -> list[Row]:
    width = view.width - view.label - 1
    state = order.source_status or order.state.value
    coupons = f" · coupon {', '.join(map(text.line, order.coupon_codes))}" if order.coupon_codes else ""
    rows = _told(words.one_way(f"Order {text.line(order.number)} · {text.line(state)}{coupons}"), view)
    for line in order.lines:
        price = money.show(line.total_minor, order.currency, cents=True) if line.total_minor else ""
        name = f"{line.quantity} × {text.line(line.name)}" if line.quantity != 1 else text.line(line.name)
        if words.rtl(name):
            rows += [*_indented([cut(text.line(line.name), width)], view), *_told(f"{line.quantity} × {price}", view)]
        else:
            rows.append(
                ((" " * view.label, ""), (fit(cut(name, width - 12), width - 12), ""), (fit(price, 12, right=True), ""))
            )
    total = money.show(order.total_minor, order.currency, cents=True)
    back = (
        f", {money.show(order.refunded_minor, order.currency, cents=True)} given back" if order.refunded_minor else ""
    )
    rows += _told(f"Together {total}{back}.", view, "")
    return [*rows, *_told(_parcel(order, view), view)]


def _parcel(order: Order, view: View) -> str:
    if order.shipped_at is None:
        return "Not shipped."
    by = " ".join(filter(None, (text.line(order.carrier), text.line(order.tracking_number))))
    said = f"Parcel {by}".rstrip() + f": shipped {localtime.when(order.shipped_at, view.now, view.zone)}"
    if order.delivered_at is None:
        return f"{said}, under way."
    arrived = "should have arrived" if order.delivered_estimated else "arrived"
    return f"{said}, {arrived} {localtime.when(order.delivered_at, view.now, view.zone)}."


def _said(when: str, said: Said, view: View) -> list[Row]:
    message = said.message
    how = words.channel(said.medium)
    answered = f" · answered after {words.age(message.at, said.answered_at)}" if said.answered_at else ""
    rows = _told(f"{when} · {how}{answered}", view)
    rows += _words(message.subject, view, "strong") if message.subject.strip() else []
    rows += _words(message.body, view)
    return [*rows, *conversation.written(replace(message, body=""), view, whole=True)]


def _sent(when: str, sent: Sent, view: View, log: Sequence["Moved"]) -> list[Row]:
    row = sent.row
    to = words.one_way(f"{words.channel(row.channel)} to {text.line(row.recipient)}")
    as_ = f" · {text.line(sent.title)}" if sent.title else ""
    rows = _told(f"{when} · {to}{as_}", view)
    rows += _words(row.subject, view, "strong") if row.subject.strip() else []
    rows += _words(row.body, view)
    rows += [BLANK] if log else []
    for moved in log:
        times = f" ({moved.times} times)" if moved.times > 1 else ""
        rows += _told(f"{localtime.when(moved.at, view.now, view.zone)}  {text.line(moved.words)}{times}", view)
    return rows


def _action(when: str, action: Action, view: View) -> list[Row]:
    rows = _told(f"{when} · {text.line(action.reason)}", view)
    rows += _told(f"Skipped: {text.line(action.skip_reason)}.", view) if action.skip_reason else []
    rows += _words(action.draft.subject, view, "muted")
    return [*rows, *_words(action.draft.body, view, "muted")]


def _consent(when: str, line: Consent, view: View) -> list[Row]:
    """When, how, in which words, by what it is proved, and until when it counts."""
    said = f"{events.consent(line)[:1].upper()}{events.consent(line)[1:]}"
    rows = [*_told(when, view), *_told(text.sentence(said), view, "")]
    how = facts.BASES[line.basis]
    by = {"operator": "You wrote it down.", "import": "It came with a file."}.get(
        line.source, f"Told by {line.source}."
    )
    rows += _told(text.line(f"{how[:1].upper()}{how[1:]}. {by}" if how else by), view)
    rows += [*_told("In these words:", view), *_words(line.wording, view)] if line.wording.strip() else []
    rows += [*_told("Proof:", view), *_words(line.proof, view)] if line.proof.strip() else []
    if line.expires_at is not None:
        rows += _told(f"Until {localtime.day(line.expires_at, view.now, view.zone)}.", view)
    return rows
