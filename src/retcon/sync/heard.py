"""What a message from a customer is besides its words: a no that is obeyed at once, a yes, a complaint."""

from datetime import datetime, timedelta

from retcon import text
from retcon.frozen import dataclass
from retcon.model.conversations import ComplaintSign, Direction, Sign, SourceMessage
from retcon.model.people import Basis
from retcon.model.words import Words
from retcon.retention import invitation, signs
from retcon.store import complaints, conversations, installation, people
from retcon.store.database import Connection
from retcon.sync import permissions
from retcon.sync.incoming import Incoming

_WORDS_LENGTH = 200
# What each invitation is a yes to, on what grounds.
BASIS = {"news": Basis.EXPRESS, "confirm": Basis.DOUBLE_OPT_IN}
# In a chat a thought comes in several messages: what follows another within this time is the same one.
_BREATH = timedelta(minutes=10)
_TOO_OFTEN = 3


def sign(message: SourceMessage, words: Words) -> Sign:
    """What the message is besides its words; a machine's can only be a stop."""
    if message.direction is not Direction.IN:
        return Sign.NONE
    found = signs.read(message.subject, message.body, words)
    return found if found is Sign.STOP or not message.automatic else Sign.NONE


def obey(
    intake: Incoming,
    person: int,
    thread_id: int,
    message_id: int,
    message: SourceMessage,
    sign: Sign,
    *,
    recent: bool,
) -> None:
    """Do what the message asks for besides an answer: a stop wins over a yes; an old complaint is none any more."""
    tx = intake.tx
    address = (person, message.medium, message.address, message.at)
    said = {"source": intake.source, "proof": message.source_id, "wording": _beginning(message)}
    permissions.alive(tx, message.medium, message.address, message.at)
    if sign is Sign.STOP:
        permissions.stop(tx, *address, **said)
    if sign is Sign.STOP or message.automatic:
        return
    if not message.by_form:  # whoever filled a form in may have named somebody else
        _permit(intake, person, message, sign)
    if sign is Sign.COMPLAINT and recent and intake.context is not None:
        complaints.add(
            tx,
            customer_id=person,
            thread_id=thread_id,
            sign=ComplaintSign.WORDS,
            words=text.keep(signs.complaint(message.body, intake.context.words), _WORDS_LENGTH),
            reference=f"message:{message_id}",
            at=message.at,
        )


def _permit(intake: Incoming, person: int, message: SourceMessage, sign: Sign) -> None:
    """Write down what the message allows: by an invitation's word that is theirs, or by a bare yes."""
    tx = intake.tx
    address = (person, message.medium, message.address, message.at)
    said = {"source": intake.source, "proof": message.source_id, "wording": _beginning(message)}
    invited = invitation.read(installation.link_key(tx), _said_themselves(message))
    if invited is not None and invited[1] in BASIS and people.current(tx, invited[0]) == person:
        permissions.allow(tx, *address, basis=BASIS[invited[1]], **said)
    elif sign is Sign.YES:
        permissions.answer(tx, *address, **said)


def _said_themselves(message: SourceMessage) -> str:
    """Where an invitation counts: of a mail a subject of their own, for our words may stand quoted in an answer."""
    if message.medium != "email":
        return message.body
    return "" if signs.is_answer(message.subject) else message.subject


def _beginning(message: SourceMessage) -> str:
    return text.keep(message.body.strip() or message.subject, _WORDS_LENGTH)


def third(tx: Connection, thread_id: int) -> None:
    """Take a third message without an answer as a complaint, once while they wait.

    One that turns out to have been answered before, because the answer was read later, was none.
    """
    thread = conversations.find(tx, thread_id)
    told = complaints.thirds(tx, thread_id)
    if thread is None or (thread.unanswered < _TOO_OFTEN and not told):
        return
    calls = _calls(conversations.flow(tx, thread_id), thread.medium)
    too_often = [call for call in calls if call.count >= _TOO_OFTEN]
    known: set[datetime] = set()
    for complaint in told:
        since = next((call.since for call in reversed(too_often) if call.at <= complaint.at), None)
        ended = next((call.since for call in reversed(calls) if call.at <= complaint.at), None)
        if complaint.closed_at is None and (since is None or since != ended or since in known):
            complaints.forget(tx, complaint.id)
        elif since is not None:
            known.add(since)
    call = next((call for call in too_often if call.since == thread.waiting_since), None)
    if call is not None and call.since not in known:
        complaints.add(
            tx,
            customer_id=thread.customer_id,
            thread_id=thread_id,
            sign=ComplaintSign.THIRD,
            words=text.keep(text.line(call.words), _WORDS_LENGTH),
            reference=f"third:{thread_id}:{int(call.at.timestamp())}",
            at=call.at,
        )


@dataclass(frozen=True, slots=True)
class _Call:
    """A message that calls for an answer: how often they had written by then without one, and since when."""

    at: datetime
    words: str
    count: int
    since: datetime


def _calls(flow: tuple[tuple[datetime, str | None], ...], medium: str) -> list[_Call]:
    calls: list[_Call] = []
    last: _Call | None = None
    for at, words in flow:
        if words is None:
            last = None
            continue
        again = last is None or medium == "email" or at - last.at >= _BREATH
        count = (last.count if last else 0) + again
        last = _Call(at, words, count, last.since if last else at)
        calls.append(last)
    return calls
