"""What holds of a person beside what happened: reach, rights, what is open, notes, by what they are known.

Below the timeline each is one row; beside it each has as many rows as it takes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from retcon import localtime, text
from retcon.desk.card import Card, Matters, Permission
from retcon.desk.reach import Reach
from retcon.frozen import dataclass
from retcon.model.conversations import Promise, PromiseState
from retcon.model.orders import Order
from retcon.model.people import Basis, Consent, ConsentState, Customer, Purpose
from retcon.model.policy import Answer
from retcon.retention import answering
from retcon.widgets import conversation, words
from retcon.widgets.drawing import Part, cut, fit, width_of, wrap
from retcon.widgets.view import BLANK, Row, View

# Sentences, each with its style.
Told = tuple[tuple[str, str], ...]

_LABEL = 8
_MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: in few words for a row, and in sentences."""

    label: str
    brief: Told
    whole: Told


def facts(card: Card, matters: Matters | None, view: View, split: str) -> list[Fact]:
    """The facts, what matters most first; until `matters` is read, what is known without it.

    `split` says which keys make one of two and two of one.
    """
    if matters is None:
        return [fact for fact in (_notes(card, view),) if fact is not None]
    open_, nothing = _open(matters, view)
    rest = (_reach(matters, view), _rights(matters, view), _notes(card, view))
    every = (*rest, open_) if nothing else (open_, *rest)
    return [*(fact for fact in every if fact is not None), _known(matters, split)]


def below(found: Sequence[Fact], width: int) -> list[Row]:
    """Each on one row."""
    return [((f" {fit(fact.label, _LABEL - 1)}", "label"), *_one_row(fact.brief, width - _LABEL - 1)) for fact in found]


def beside(found: Sequence[Fact], customer: Customer, width: int, room: int) -> list[Row]:
    """Each under its label, on as many rows as it takes; where there are too few, the longest in few words.

    It stands beside other rows: what is written from right to left is left to the timeline.
    """
    told = {fact.label: _wrapped(_one_way(fact.whole, customer), width) for fact in found}
    while sum(map(len, told.values())) + 2 * len(told) - 1 > room:
        shorter = {fact.label: _wrapped(_one_way(fact.brief, customer), width) for fact in found}
        saved = {label: len(rows) - len(shorter[label]) for label, rows in told.items()}
        longest = max(saved, key=lambda label: saved[label], default="")
        if not longest or saved[longest] <= 0:
            break
        told[longest] = shorter[longest]
    return _labelled(told)


def alone(found: Sequence[Fact], customer: Customer, view: View) -> list[Row]:
    """Each under its label, whole; what is written from right to left has rows of its own."""
    width = view.width - view.indent - 1
    rows = _labelled({fact.label: _wrapped(_called(fact.whole, customer), width) for fact in found})
    return [((" " * view.indent, ""), *row) for row in rows]


def _labelled(told: Mapping[str, Sequence[Row]]) -> list[Row]:
    rows: list[Row] = []
    for label, own in told.items():
        rows += [BLANK] if rows else []
        rows += [((label, "label"),), *own]
    return rows


def _wrapped(told: Told, width: int) -> list[Row]:
    return [((row, style),) for said, style in told for row in wrap(said, width)]


def _called(told: Told, customer: Customer) -> Told:
    """The sentences with the name that can stand on any row."""
    own, called = text.line(customer.name), words.call_name(customer)
    return tuple((said.replace(own, called), style) for said, style in told) if words.rtl(own) else told


def _one_way(told: Told, customer: Customer) -> Told:
    """The sentences without what is written from right to left."""
    found: list[tuple[str, str]] = []
    for said, style in _called(told, customer):
        kept = words.one_way(text.line(said))
        found.append((kept if kept.strip("…“” ") else "written from right to left", style))
    return tuple(found)


def _one_row(told: Told, width: int) -> list[Part]:
    parts: list[Part] = []
    used = 0
    for said, style in told:
        before = " · " if parts else ""
        said = words.one_way(text.line(said)).rstrip(".")
        if parts and used + width_of(before) + width_of(said) > width:
            room = width - used - width_of(before)
            if room > 12:
                parts += [(before, "faint"), (cut(said, room), style)]
            break
        parts += [(before, "faint"), (cut(said, width), style)]
        used += width_of(before) + width_of(said)
    return parts


# ---- what is open


def _open(matters: Matters, view: View) -> tuple[Fact, bool]:
    """What is open, and whether nothing is."""
    waits = [_waits(since, view) for thread in matters.waiting if (since := thread.waiting_since) is not None]
    promised = [promise for promise in matters.promises if promise.state is PromiseState.OPEN]
    told: list[tuple[str, str]] = [(said, "warn") for said in waits[:1]]
    told += [_promise(promise, view) for promise in promised]
    told += [_complaint(matters)] if matters.complaints else []
    told += [(f"return of order {text.line(order.number)}", "") for order in matters.returns]
    told += [(_parcel(order, view), "") for order in matters.under_way]
    nothing = [
        word
        for word, some in (
            ("no promise", promised),
            ("no complaint", matters.complaints),
            ("no return", matters.returns),
            ("no parcel under way", matters.under_way),
        )
        if not some
    ]
    last = ((" · ".join(nothing), "muted"),) if nothing else ()
    return Fact("OPEN", (*told, *last), (*told, *last)), not told


def _waits(since: datetime, view: View) -> str:
    return f"waits for an answer, {words.age(since, view.now)}"


def _promise(promise: Promise, view: View) -> tuple[str, str]:
    broken = answering.broken(promise, view.now)
    what = conversation.called(promise)
    day = conversation.by(promise, view)
    said = f"promised by {day}{f': {what}' if what else ''}"
    return (f"{said}, broken" if broken else said, "warn" if broken else "")


def _complaint(matters: Matters) -> tuple[str, str]:
    count = len(matters.complaints)
    said = "unhappy" if count == 1 else f"unhappy, {count} times"
    return f"{said}: advertising rests", "warn"


def _parcel(order: Order, view: View) -> str:
    by = " ".join(filter(None, (text.line(order.carrier), text.line(order.tracking_number)))) or "parcel"
    shipped = order.shipped_at
    since = f", shipped {localtime.day(shipped, view.now, view.zone)}" if shipped is not None else ""
    return f"{by} under way{since}"


# ---- how to reach them


def _reach(matters: Matters, view: View) -> Fact | None:
    if not matters.reach:
        return Fact("REACH", (("no channel is set up", "muted"),), (("No channel is set up.", "muted"),))
    brief: list[tuple[str, str]] = []
    whole: list[tuple[str, str]] = []
    for way in sorted(matters.reach, key=lambda way: bool(way.why_not)):
        name = words.channel(way.medium)
        if way.why_not:
            brief.append((f"{name} – {_why_not(way)}", "muted"))
            whole.append((f"{name} – {text.line(way.why_not)}", "muted"))
        else:
            brief.append((f"{name} ✓", ""))
            whole.append((f"{name} ✓ {words.one_way(text.line(way.address))}", ""))
        if not way.why_not and way.advertising is Answer.LATER:
            whole.append((text.line(way.advertising_reason), "muted"))
    return Fact("REACH", tuple(brief), tuple(whole))


def _why_not(way: Reach) -> str:
    """The reason in two words, where it is a usual one."""
    for begun, short in (("Closed for", "closed"), ("No usable", "no address")):
        if way.why_not.startswith(begun):
            return short
    return "never wrote" if "never wrote" in way.why_not else text.line(way.why_not)


# ---- what they allowed


def _rights(matters: Matters, view: View) -> Fact:
    whole: list[tuple[str, str]] = []
    yes: list[str] = []
    no: list[str] = []
    for held in matters.permissions:
        right = held.right
        purpose = "" if right.purpose is Purpose.MARKETING else f"{_PURPOSES[right.purpose]} by "
        name = f"{purpose}{words.channel(right.medium)}"
        if right.allowed:
            yes.append(f"{name} yes{_proof(held, view)}")
        else:
            no.append(name)
        whole.append((text.sentence(text.line(right.reason)), "" if right.allowed else "muted"))
        if held.line is not None:
            whole += [(kept, "muted") for kept in _kept(held.line)]
    used = f"{matters.written} of {matters.cap} messages this week"
    short = f"{matters.written} of {matters.cap} this week"
    style = "warn" if matters.written >= matters.cap else "muted"
    told = [(said, "") for said in yes] + ([(f"{', '.join(no)} no", "muted")] if no else [])
    first = [(f"advertising: {said}", style_) for said, style_ in told[:1]] or [("no channel", "muted")]
    return Fact("RIGHTS", (*first, (short, style), *told[1:]), (*whole, (used, style)))


_PURPOSES = {Purpose.MARKETING: "advertising", Purpose.RELATIONSHIP: "tips", Purpose.SERVICE: "answers"}
BASES = {
    Basis.EXPRESS: "said so",
    Basis.DOUBLE_OPT_IN: "confirmed by link",
    Basis.SOFT_OPT_IN: "bought, and was told",
    Basis.IMPLIED: "implied by buying",
    Basis.NONE: "",
}


def _proof(held: Permission, view: View) -> str:
    """When it was said, how, and until when it counts."""
    line = held.line
    if line is None or line.state is ConsentState.UNKNOWN:
        return ""
    said = [localtime.day(line.at, view.now, view.zone), BASES[line.basis]]
    if held.right.expires_at is not None:
        said.append(f"until {localtime.day(held.right.expires_at, view.now, view.zone)}")
    return f" ({', '.join(filter(None, said))})"


def _kept(line: Consent) -> list[str]:
    """The words that they agreed to, and the proof; each alone, for either may be written from right to left."""
    wording, proof = text.line(line.wording), text.line(line.proof)
    return [said for said in (f"“{wording}”" if wording else "", proof) if said]


# ---- what is known


def _notes(card: Card, view: View) -> Fact | None:
    if not card.notes:
        return None
    newest, *more = card.notes
    day = localtime.day(newest.at, view.now, view.zone)
    brief: list[tuple[str, str]] = [(f"“{text.line(newest.words[:400])}”", ""), (day, "muted")]
    brief += [(f"{len(more)} more", "muted")] if more else []
    whole: list[tuple[str, str]] = []
    for note in card.notes[:_MOST_NOTES]:
        whole += [(note.words, ""), (localtime.day(note.at, view.now, view.zone), "muted")]
    if len(card.notes) > _MOST_NOTES:
        whole.append((f"{len(card.notes) - _MOST_NOTES} more in the timeline", "muted"))
    return Fact("NOTES" if more else "NOTE", tuple(brief), tuple(whole))


_KINDS = {"email": "e-mail", "phone": "phone", "account": "account", "chat": "chat"}


def _known(matters: Matters, split: str) -> Fact:
    counts = Counter(came.kind for came in matters.came_by)
    brief = ", ".join(text.plural(count, _KINDS.get(kind, kind)) for kind, count in counts.items())
    parts = f"{text.plural(len(matters.parts) + 1, 'person', 'people')} in one" if matters.parts else ""
    said: Told = tuple((one, "") for one in (brief or "by nothing", parts) if one)
    whole: list[tuple[str, str]] = []
    for came in matters.came_by:
        came_by = [text.plural(came.orders, "order")] if came.orders else []
        came_by += [text.plural(came.conversations, "conversation")] if came.conversations else []
        kind = _KINDS.get(came.kind, came.kind)
        shown = text.line(came.shown)
        if words.rtl(shown):
            whole += [(shown, ""), (", ".join((kind, *came_by)), "muted")]
        else:
            whole.append((f"{shown} · {', '.join(came_by) or kind}", ""))
    whole += [(parts, "")] if parts else []
    return Fact("KNOWN", (*said, (split, "muted")), (*whole, (split, "muted")))
