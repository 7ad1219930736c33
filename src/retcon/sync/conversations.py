"""What people say is kept: whose it is and in which thread it stands; `sync/heard.py` tells what it is besides.

1. A message belongs to whoever has its address. Who writes from an unknown one is somebody new, unless a machine
   wrote. What the shop wrote to an unknown address is kept where its thread is known.
2. It stands in the thread that the source names, that holds a message which it answers or which answers it, or in
   which its subject and address came up within sixty days; where that connects threads of a person, they are one.
3. Our own message seen again is evidence that it left, and never a second message.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from retcon import text
from retcon.model.conversations import Direction, SourceMessage
from retcon.model.outbox import OutboxRow
from retcon.store import actions, catalog, conversations, cursors, outbox, people, threads
from retcon.store.database import Connection
from retcon.store.transitions import Event
from retcon.sync import attachments, heard, identity, language
from retcon.sync.identity import Identity
from retcon.sync.incoming import Context, Counts, Incoming

EMAIL = "email"
_SUBJECT_LENGTH = 300
_MOST_REFERENCES = 50
_SEARCHED = 20_000  # characters of a message
_SAME_SUBJECT = timedelta(days=60)
# What is older when a source is read for the first time waits for no answer, and is no complaint any more.
_OLD = timedelta(days=30)
# What is so much older than the pull before isn't new, though it is read for the first time.
_SLACK = timedelta(days=1)
# So near the hour at which a message left does its copy in the mailbox stand.
_RENAMED = timedelta(hours=1)
# What mail programs put before a subject: "Re[2]: ", "AW: ", "回复：", "[external] ".
_PREFIX = re.compile(
    r"\s*(?:\[(?:ext|external|extern|spam)\]\s*|(?:re|r|rv|res|resp|ref|fwd?|aw|wg|antw|vs|sv|vb|ynt|ilt|odp|pd|tr|enc|bls"
    r"|doorst|vá|továbbítás|отв|ha|回复|回覆|答复|答覆|转发|轉寄|転送|返信|回信|תגובה|رد|إعادة توجيه)"
    r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")


def keep_messages(intake: Incoming, told: Sequence[SourceMessage]) -> Counts:
    """Keep each message once; one that is told again with other words has those from then on."""
    tx, source = intake.tx, intake.source
    context = intake.context
    assert context is not None, "messages are kept by a context"
    now = context.now()
    synced_at = cursors.synced_at(tx, [source])
    old = min(now - _OLD, synced_at or now)
    fresh = synced_at - _SLACK if synced_at is not None else now
    messages = [_clean(message, now) for message in told]
    known = threads.kept(tx, source, {message.source_id for message in messages})
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    changed: set[int] = set()
    for message in messages:
        before = known.get(message.source_id)
        if before is not None and _is_another(message, before):
            message = _apart(message)
            before = threads.kept(tx, source, [message.source_id]).get(message.source_id)
        if before is not None:
            became, thread_id = _again(intake, context, message, before, now)
        elif (row := ours(tx, message.source_id) or _renamed(tx, message)) is not None:
            became, thread_id = _evidence(intake, message, row, now), None
        else:
            became, thread_id = _new(intake, context, message, old, now if message.at >= fresh else message.at)
        counts[became] += 1
        if thread_id is not None:
            changed.add(thread_id)
            kept = threads.kept(tx, source, [message.source_id])
            known.update(kept)
    conversations.recount(tx, changed)
    for thread_id in sorted(changed):
        heard.third(tx, thread_id)
    return Counts(len(told), **counts)


def _clean(message: SourceMessage, now: datetime) -> SourceMessage:
    """The message as it may be stored; a clock that is ahead counts as now."""
    return replace(
        message,
        source_id=kept_id(message.source_id),
        address=identity.address(message.address) if message.medium == EMAIL else text.keep_name(message.address),
        at=min(message.at, now),
        body=text.keep(message.body),
        name=text.keep_name(message.name),
        thread=kept_id(message.thread),
        references=tuple(dict.fromkeys(map(kept_id, filter(None, message.references[-_MOST_REFERENCES:])))),
        subject=text.keep(message.subject.strip(), _SUBJECT_LENGTH),
        quoted=text.keep(message.quoted),
        language=text.keep(message.language, 35),
    )


def _is_another(message: SourceMessage, before: threads.Kept) -> bool:
    """Whether it is another mail under the same id; the same one agrees in two of these: whose, when, and its words.

    Some forms give all their mails one id, and nobody changes what somebody else wrote by naming its id.
    """
    same = (
        (message.direction, message.address) == (before.direction, before.address),
        message.at.replace(microsecond=0) == before.at,
        (message.subject, message.body) == (before.subject, before.body),
    )
    return message.medium == EMAIL and sum(same) < 2


def _apart(message: SourceMessage) -> SourceMessage:
    """The mail under an id of its own."""
    facts = (message.source_id, message.direction, message.address, message.at.isoformat(), message.body)
    made = blake2b("\0".join(facts).encode(), digest_size=20).hexdigest()
    return replace(message, source_id=f"{made}@made.invalid")


def kept_id(told: str) -> str:
    """A source's id as it may be stored: one that is too long is cut, and stays apart from others."""
    plain = text.keep(told.strip())
    if len(plain) <= text.NAME_LENGTH:
        return plain
    return f"{plain[:150]}…{blake2b(plain.encode(), digest_size=16).hexdigest()}"


# ---- our own ------------------------------------------------------------------------------------------------


def ours(tx: Connection, source_id: str) -> OutboxRow | None:
    """The row that the message of this id is, where retcon itself has sent it."""
    return next(iter(outbox.by_keys(tx, _own_keys([kept_id(source_id)])).values()), None)


def _renamed(tx: Connection, message: SourceMessage) -> OutboxRow | None:
    """The row that this is, where the server that sent it gave it an id of its own: same person, words and hour."""
    identity = identity_of(message.medium, message.address)
    if message.direction is Direction.IN or identity is None:
        return None
    owner = people.owners(tx, [identity]).get(identity)
    written = f"{message.body} {message.quoted}".split()
    rows = outbox.sent_about(tx, owner, message.at, _RENAMED) if owner is not None and written else ()
    return next((row for row in rows if row.body.split() == written and _names(row, message)), None)


def _names(row: OutboxRow, message: SourceMessage) -> bool:
    return identity_of(message.medium, row.recipient) == identity_of(message.medium, message.address)


def _own_keys(source_ids: Iterable[str]) -> list[str]:
    """The keys of ours that these ids would be: a mail's Message-ID begins with it (channels/email.py)."""
    return [source_id.rpartition("@")[0] or source_id for source_id in source_ids]


def written_to(tx: Connection, medium: str, source_id: str) -> set[int]:
    """Whose threads hold the message of this id, or one that answers it."""
    return set(threads.by_keys(tx, [f"id:{medium}:{kept_id(source_id)}"]).values()) if source_id else set()


def _evidence(intake: Incoming, message: SourceMessage, row: OutboxRow, now: datetime) -> str:
    after = outbox.receipt(
        intake.tx, row.key, Event.ARRIVED, now, at=message.at, external_id=row.external_id or f"<{message.source_id}>"
    )
    if after is None or after.state is row.state:
        return "unchanged"
    intake.touched.add(people.current(intake.tx, row.customer_id))
    return "changed"


# ---- what is new --------------------------------------------------------------------------------------------


def _new(
    intake: Incoming, context: Context, message: SourceMessage, old: datetime, heard_at: datetime
) -> tuple[str, int | None]:
    """Keep a message that was not known; what became of it, and its thread."""
    tx = intake.tx
    keys = _keys(intake.source, message)
    person = _person(intake, message, keys)
    if person is None:
        return "unchanged", None
    thread_id = _thread(intake, message, keys, person)
    sign = heard.sign(message, context.words)
    number = threads.add(
        tx,
        thread_id=thread_id,
        source=intake.source,
        source_id=message.source_id,
        direction=message.direction,
        at=message.at,
        heard_at=heard_at,
        subject=message.subject,
        body=message.body,
        quoted=message.quoted,
        language=language.of(message.body, message.language, context.languages),
        automatic=message.automatic or (message.bulk and message.direction is Direction.IN),
        sign=sign,
        files=attachments.keep(context.files, message.files),
        address=message.address,
        topic=None if message.thread else topic(message.subject),
        searched=_searched(message),
    )
    incoming = message.direction is Direction.IN
    if incoming and message.at < old:
        threads.close_until(tx, thread_id, message.at)
    if incoming:
        heard.obey(intake, person, thread_id, number, message, sign, recent=message.at >= old)
        people.name_writers(tx, {person: message.name})
        threads.look_again(tx, thread_id)
        if message.at >= old and not (message.automatic or message.bulk):
            actions.wake(tx, person)
        intake.renamed.add(person)
    intake.touched.add(person)
    return "added", thread_id


def _again(
    intake: Incoming, context: Context, message: SourceMessage, before: threads.Kept, now: datetime
) -> tuple[str, int | None]:
    """A message that is kept: only other words are news."""
    if (message.subject, message.body) == (before.subject, before.body):
        return "unchanged", None
    before = threads.kept(intake.tx, intake.source, [message.source_id])[message.source_id]  # its thread may be another
    sign = heard.sign(message, context.words)
    written = language.of(message.body, message.language, context.languages)
    threads.rewrite(
        intake.tx,
        before.id,
        heard_at=now,
        subject=message.subject,
        body=message.body,
        language=written,
        sign=sign,
        searched=_searched(message),
    )
    if message.direction is Direction.IN:
        threads.look_again(intake.tx, before.thread_id)
        heard.obey(intake, before.customer_id, before.thread_id, before.id, message, sign, recent=True)
    intake.touched.add(before.customer_id)
    return "changed", before.thread_id


def _searched(message: SourceMessage) -> str:
    return "\n".join(filter(None, (message.subject, message.name, message.body[:_SEARCHED])))


# ---- whose it is --------------------------------------------------------------------------------------------


def _person(intake: Incoming, message: SourceMessage, keys: Sequence[str]) -> int | None:
    """The customer whose message it is, somebody new where need be; None where it is nobody's."""
    tx = intake.tx
    who = identity_of(message.medium, message.address)
    if who is None:
        return None
    owner = people.owners(tx, [who]).get(who)
    if owner is not None:
        return people.current(tx, owner)
    if message.direction is Direction.OUT:
        return next(iter(threads.by_keys(tx, keys).values()), None)
    if message.bulk or message.automatic:
        return None
    return _newcomer(intake, message, who)


def _newcomer(intake: Incoming, message: SourceMessage, who: Identity) -> int:
    """Somebody who has never bought, so far."""
    tx = intake.tx
    person = people.next_id(tx)
    people.add(tx, [person])
    people.claim(tx, {who: (person, who[1])})
    if who[0] == EMAIL:
        catalog.name_reviewers(tx, [who[1]])
    intake.renamed.add(person)
    return person


def identity_of(medium: str, address: str) -> Identity | None:
    """The identity that an address on a medium is; None where it is none. Some chats know people by their mail."""
    mail = identity.by_email(address)
    return mail if mail is not None or medium == EMAIL or not address else identity.by_chat(medium, address)


# ---- in which thread ----------------------------------------------------------------------------------------


def _keys(source: str, message: SourceMessage) -> list[str]:
    """By what the message's thread is recognised. A mail's id is the same in every mailbox, others' are a source's."""
    ids = dict.fromkeys((message.source_id, *message.references))
    keys = [f"id:{EMAIL if message.medium == EMAIL else source}:{each}" for each in ids]
    return [f"name:{source}:{message.thread}", *keys] if message.thread else keys


def _thread(intake: Incoming, message: SourceMessage, keys: Sequence[str], person: int) -> int:
    """The thread that it stands in, a new one where need be; what it connects is one thread from then on."""
    tx = intake.tx
    found = {thread_id for thread_id, owner in threads.by_keys(tx, keys).items() if owner == person}
    answered = [
        row
        for row in outbox.by_keys(tx, _own_keys(message.references)).values()
        if people.current(tx, row.customer_id) == person
    ]
    for row in answered:
        if row.thread_id is not None and conversations.get(tx, row.thread_id).customer_id == person:
            found.add(row.thread_id)
    if not message.thread:
        found |= threads.by_topic(
            tx, person, message.medium, message.address, topic(message.subject), message.at, _SAME_SUBJECT
        )
    thread_id = (
        threads.join(tx, found)
        if found
        else threads.begin(
            tx,
            customer_id=person,
            source=intake.source,
            name=message.thread or message.source_id,
            medium=message.medium,
            address=message.address,
            at=message.at,
        )
    )
    threads.recognise(tx, thread_id, keys)
    threads.link(tx, thread_id, (row.id for row in answered))
    return thread_id


def topic(subject: str) -> str:
    """The subject by which messages belong together: without Re:, Fwd: and the like, whatever the case."""
    return bare(subject).casefold()


def bare(subject: str) -> str:
    """The subject without the Re:, Fwd: and the like before it."""
    prefix = _PREFIX.match(subject)
    return _SPACES.sub(" ", subject[prefix.end() if prefix else 0 :]).strip()
