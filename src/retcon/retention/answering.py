"""What is due because of what was said: who waits for an answer, what was promised, who is unhappy, who said STOP.

Each happens once for its occasion: a stretch of waiting (the thread and its first message that nobody has answered),
a promise, a complaint, a thread's first STOP. What is due later is told too, with its hour.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from retcon import localtime, text
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.conversations import Complaint, ComplaintSign, Message, Promise, PromiseState, Thread
from retcon.model.people import ConsentState, Customer, Purpose
from retcon.model.playbook import Moment, Occasion, Rule
from retcon.model.situation import Situation
from retcon.model.standing import Stage

# What the operator writes without being asked: an answer in good time, a first message.
REPLY = Rule(
    id="reply",
    title="your message",
    moment=Moment.ANSWER,
    purpose=Purpose.SERVICE,
    stage=Stage.TRUST,
    template="",
    trigger="reply",
    channels=(),
    personal=True,
    due_days=0,
    expires_days=30,
)
# The same, where it asks for a permission.
ASKING = replace(REPLY, asks=True)
# A complaint, or so many messages without an answer, is urgent; a broken promise more so.
_THIRD = 3
_URGENT, _BROKEN = 1, 2
_DAYTIME = range(8, 22)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One customer at an instant. `zone` is the operator's; `away` until when the operator is away, if they are."""

    situation: Situation
    now: datetime
    zone: str
    away: datetime | None


def due(
    rules: Iterable[Rule], situation: Situation, now: datetime, zone: str, away: datetime | None = None
) -> tuple[Occasion, ...]:
    """What is due for the customer because of something said, now or at an hour ahead; nothing where left alone."""
    if situation.customer.left_alone:
        return ()
    seen = _Seen(situation, now, zone, away if away is not None and away > now else None)
    return tuple(found for rule in rules if rule.trigger in _DUE for found in _DUE[rule.trigger](rule, seen))


def awake(customer: Customer, now: datetime) -> bool | None:
    """Whether it is day at the customer's place, from 8 to 22; None where nobody knows what time it is there."""
    return daytime(customer.zones, now)


def daytime(zones: Iterable[str], now: datetime) -> bool | None:
    """As `awake`, by the zones that the person may live in."""
    for zone in zones:
        try:
            return localtime.local(now, zone).hour in _DAYTIME
        except ValueError:
            continue
    return None


def broken(promise: Promise, now: datetime) -> bool:
    """Whether its time is over and it was not kept."""
    return promise.state is PromiseState.OPEN and promise.due_at <= now


# ---- when it is due -----------------------------------------------------------------------------------------


def _unanswered(rule: Rule, seen: _Seen) -> Iterator[Occasion]:
    for thread in seen.situation.threads:
        since = thread.waiting_since
        expires_at = (thread.last_in_at or since) + rule.expires_days * DAY if since else seen.now
        if since is None or seen.now >= expires_at:
            continue
        angry = next((it for it in reversed(seen.situation.complaints) if it.thread_id in (thread.id, None)), None)
        promised = next((it for it in _open_promises(seen) if it.thread_id == thread.id and broken(it, seen.now)), None)
        waits = _waits(thread, None if promised else angry, seen.now)
        yield Occasion(
            rule=rule,
            anchor=waiting_anchor(thread),
            due_at=since + timedelta(hours=rule.due_hours),
            expires_at=expires_at,
            reason=f"{_promise_in_words(promised, seen, False)} {waits}" if promised else waits,
            thread_id=thread.id,
            urgency=_BROKEN if promised else _URGENT if angry or thread.unanswered >= _THIRD else 0,
        )


def waiting_anchor(thread: Thread) -> str:
    """The stretch for which the thread has waited; empty where it doesn't wait."""
    return f"thread:{thread.id}:{localtime.stamp(thread.waiting_since)}" if thread.waiting_since else ""


def _open_promises(seen: _Seen) -> list[Promise]:
    return [promise for promise in seen.situation.promises if promise.state is PromiseState.OPEN]


def _promised(rule: Rule, seen: _Seen) -> Iterator[Occasion]:
    """A broken promise to somebody who waits in that very thread is told with the waiting: one decision, one row."""
    waiting = {thread.id for thread in seen.situation.threads if thread.waiting_since is not None}
    for promise in _open_promises(seen):
        expires_at = promise.due_at + rule.expires_days * DAY
        if seen.now >= expires_at or (promise.thread_id in waiting and broken(promise, seen.now)):
            continue
        absent = seen.away is not None and seen.now < promise.due_at < seen.away
        yield Occasion(
            rule=rule,
            anchor=f"promise:{promise.id}",
            due_at=promise.made_at if absent else promise.due_at - timedelta(hours=rule.due_hours),
            expires_at=expires_at,
            reason=_promise_in_words(promise, seen, absent),
            thread_id=promise.thread_id,
            urgency=_BROKEN if broken(promise, seen.now) else 0,
        )


def _unhappy(rule: Rule, seen: _Seen) -> Iterator[Occasion]:
    for complaint in seen.situation.complaints:
        expires_at = complaint.at + rule.expires_days * DAY
        if complaint.thread_id is None and seen.now < expires_at:
            yield Occasion(
                rule=rule,
                anchor=complaint.reference,
                due_at=complaint.at + timedelta(hours=rule.due_hours),
                expires_at=expires_at,
                reason=f"{complaint_in_words(complaint)} {localtime.ago(complaint.at, seen.now).capitalize()}.",
                urgency=_URGENT,
            )


def _stopped(rule: Rule, seen: _Seen) -> Iterator[Occasion]:
    latest = {message.thread_id: message for message in seen.situation.stops}
    for thread_id, message in latest.items():
        expires_at = message.at + rule.expires_days * DAY
        if seen.now < expires_at and not _said_yes_since(seen.situation, message):
            yield Occasion(
                rule=rule,
                anchor=f"stop:{thread_id}",
                due_at=message.at + timedelta(hours=rule.due_hours),
                expires_at=expires_at,
                reason=f"Wrote “{_short(message.body or message.subject)}”: it holds already. This says so, once.",
                thread_id=thread_id,
            )


_DUE: dict[str, Callable[[Rule, _Seen], Iterator[Occasion]]] = {
    "unanswered": _unanswered,
    "promise": _promised,
    "complaint": _unhappy,
    "stop": _stopped,
}


def _said_yes_since(situation: Situation, stop: Message) -> bool:
    """Whether they allowed it again after that STOP, on the medium on which they had said it."""
    medium = next((thread.medium for thread in situation.threads if thread.id == stop.thread_id), None)
    return any(
        line.state is ConsentState.GRANTED and line.at > stop.at and medium in (line.channel, None)
        for line in situation.consents
    )


# ---- in words -----------------------------------------------------------------------------------------------


def _waits(thread: Thread, angry: Complaint | None, now: datetime) -> str:
    assert thread.waiting_since is not None
    ago = localtime.ago(thread.waiting_since, now)
    if thread.unanswered >= _THIRD:
        count = thread.unanswered
        ordinal = _ORDINALS[count - 1] if count <= len(_ORDINALS) else f"{count}th"
        said = f"{ordinal} message without an answer; the first {ago}."
    else:
        said = f"Wrote {ago}." if thread.unanswered < _THIRD - 1 else f"Wrote {ago}, and again since."
    if angry is None or angry.sign is ComplaintSign.THIRD:
        return said
    return f"{complaint_in_words(angry)} {said}"


def complaint_in_words(complaint: Complaint) -> str:
    """What they are unhappy about, in a sentence: "Gave 2 of 5 for Stoneware bowl." """
    words = _short(complaint.words)
    match complaint.sign:
        case ComplaintSign.RATING:
            return f"Gave {words}."
        case ComplaintSign.DISPUTE:
            return f"Disputes the payment of {words}."
        case ComplaintSign.THIRD:
            return "Wrote three times without an answer."
        case ComplaintSign.WORDS:
            return f"Unhappy: “{words}”." if words else "Unhappy."


def _promise_in_words(promise: Promise, seen: _Seen, absent: bool) -> str:
    whom = _first_name(seen.situation.customer) or "them"
    words = _short(promise.words)
    what = f"“{words}”" if words else "an answer"
    said = f"You promised {whom} {what} by {by(promise.due_at, seen.now, seen.zone)}"
    if absent and seen.away is not None:
        said += f", and you are away until {localtime.day(seen.away, seen.now, seen.zone)}"
    if not broken(promise, seen.now):
        return f"{said}."
    days = _days(promise.due_at, seen.now, seen.zone)
    past = ("today", "yesterday")[days] if days < 2 else f"{_number(days)} days ago"
    return f"{said}. That was {past}."


def _first_name(customer: Customer) -> str:
    from retcon.retention.names import names

    return names(customer.name)["first_name"]


def by(due_at: datetime, now: datetime, zone: str) -> str:
    """Until when: "Monday", "Monday 18:00", "today", "3 May"; a day's last minute is the day itself."""
    there, days = localtime.local(due_at, zone), _days(now, due_at, zone)
    hour = "" if (there.hour, there.minute) == (23, 59) else f"{there:%H:%M}"
    if days == 0:
        return f"{hour} today".strip()
    day = f"{there:%A}" if abs(days) < 7 else localtime.day(due_at, now, zone)
    return f"{day} {hour}".strip()


def _days(earlier: datetime, later: datetime, zone: str) -> int:
    return (localtime.local(later, zone).date() - localtime.local(earlier, zone).date()).days


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _short(words: str) -> str:
    return text.line(text.keep(words, 60))


# ---- whether it still fits ----------------------------------------------------------------------------------


def still_due(
    rule: Rule, situation: Situation, anchor: str, now: datetime, zone: str, approved_at: datetime | None = None
) -> str:
    """What happened since that makes it no longer fit, in a sentence; empty where nothing did."""
    thread = _thread_of(rule, situation, anchor)
    if rule.trigger == "promise":
        open_ones = {f"promise:{it.id}" for it in situation.promises if it.state is PromiseState.OPEN}
        if anchor not in open_ones:
            return "The promise was kept, or dropped."
    elif rule.trigger == "complaint":
        return "" if anchor in {it.reference for it in situation.complaints} else "You were done with it."
    elif rule.trigger == "stop":
        message = next((it for it in reversed(situation.stops) if f"stop:{it.thread_id}" == anchor), None)
        if message is not None and _said_yes_since(situation, message):
            return f"{_first_name(situation.customer) or 'They'} allowed it again since."
        return ""
    elif rule.trigger == "unanswered" and (changed := answered(situation, anchor, now, zone)):
        return changed
    if thread is None or approved_at is None:
        return ""
    if (
        rule.trigger == REPLY.trigger
        and thread.answered_elsewhere
        and thread.answered_at
        and (thread.answered_at > approved_at)
    ):
        return _elsewhere(thread.answered_at, now, zone)
    heard_at = thread.heard_at or thread.last_in_at
    if thread.last_in_at is not None and heard_at is not None and heard_at > approved_at:
        who = _first_name(situation.customer) or "They"
        return f"{who} wrote again {localtime.at(thread.last_in_at, now, zone)}: look first."
    return ""


def answered(situation: Situation, anchor: str, now: datetime, zone: str) -> str:
    """How a stretch of waiting ended, in a sentence; empty where it hasn't."""
    id_ = anchor.split(":")[1]
    thread = next((it for it in situation.threads if str(it.id) == id_), None)
    if thread is None:
        return "Nothing waits for an answer there any more."
    if waiting_anchor(thread) == anchor:
        return ""
    closed, at = thread.closed_at, thread.answered_at
    if closed is not None and (at is None or closed >= at):
        return f"You were done with it {localtime.at(closed, now, zone)}."
    if at is None:
        return "Nothing waits for an answer there any more."
    return _elsewhere(at, now, zone) if thread.answered_elsewhere else f"You answered it {localtime.at(at, now, zone)}."


def _elsewhere(at: datetime, now: datetime, zone: str) -> str:
    return f"Answered in another program {localtime.at(at, now, zone)}."


def _thread_of(rule: Rule, situation: Situation, anchor: str) -> Thread | None:
    """The conversation that an action of the rule answers."""
    wanted: str | None
    if rule.trigger == "promise":
        wanted = next((str(it.thread_id) for it in situation.promises if f"promise:{it.id}" == anchor), None)
    else:
        wanted = anchor.split(":")[1] if ":" in anchor else None
    return next((thread for thread in situation.threads if str(thread.id) == wanted), None)
