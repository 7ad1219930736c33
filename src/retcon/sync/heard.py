"""What a message from a customer is besides its words: a no that is obeyed at once, a yes, a complaint."""

from datetime import datetime, timedelta

from retcon import text
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
        return
    invited = invitation.read(installation.link_key(tx), f"{message.subject}\n{message.body}")
    if invited is not None and invited[1] in BASIS and people.current(tx, invited[0]) == person:
        permissions.allow(tx, *address, basis=BASIS[invited[1]], **said)
    elif sign is Sign.YES:
        permissions.answer(tx, *address, **said)
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


def _beginning(message: SourceMessage) -> str:
    return text.keep(message.body.strip() or message.subject, _WORDS_LENGTH)


def third(tx: Connection, thread_id: int) -> None:
    """Take a third message without an answer as a complaint, once while they wait.

    One that turns out to have been answered before, because the answer was read later, was none.
    """
    thread = conversations.find(tx, thread_id)
    if thread is None:
        return
    flow = conversations.flow(tx, thread_id)
    since, known = thread.waiting_since, False
    for complaint in complaints.thirds(tx, thread_id):
        if complaint.closed_at is None and _waiting(flow, thread.medium, complaint.at) < 3:
            complaints.forget(tx, complaint.id)
        elif since is not None and complaint.at >= since:
            known = True
    if since is None or known:
        return
    called = [at for at, words in flow if words is not None and at >= since]
    at = next((at for at in called if _waiting(flow, thread.medium, at) >= 3), None)
    if at is not None:
        words = next(words for when, words in flow if when == at and words is not None)
        complaints.add(
            tx,
            customer_id=thread.customer_id,
            thread_id=thread_id,
            sign=ComplaintSign.THIRD,
            words=text.keep(text.line(words), _WORDS_LENGTH),
            reference=f"third:{thread_id}:{int(at.timestamp())}",
            at=at,
        )


def _waiting(flow: tuple[tuple[datetime, str | None], ...], medium: str, until: datetime) -> int:
    """How often they had written without an answer at that time."""
    count, last = 0, None
    for at, words in flow:
        if at > until:
            break
        if words is None:
            count, last = 0, None
        elif medium == "email" or last is None or at - last >= _BREATH:
            count, last = count + 1, at
    return count
