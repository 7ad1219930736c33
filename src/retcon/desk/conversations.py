"""Conversations: who waits for an answer, what was said, answering, being done with one."""

import mimetypes
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from retcon import localtime, text
from retcon.channels import reach
from retcon.desk import drafts, planning, promises, situations
from retcon.desk.drafts import Approved
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, Direction, File, IncomingFile, Message, Promise, Thread
from retcon.model.outbox import OutboxState
from retcon.model.people import Customer
from retcon.model.playbook import Action, ActionState, Draft
from retcon.model.situation import Situation
from retcon.model.standing import Standing
from retcon.retention import answering
from retcon.store import actions, complaints, conversations, operations, outbox
from retcon.store.database import Connection
from retcon.store.transitions import Event
from retcon.sync import attachments

# Mail servers refuse what is much larger.
_MOST_BYTES = 20_000_000
_OPEN = (ActionState.DUE, ActionState.SNOOZED)
_OLD = 30 * localtime.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One conversation that waits. `old`: nothing has come in for thirty days, and it is due no longer."""

    thread: Thread
    customer: Customer
    standing: Standing
    action_id: int | None  # what is due because of it
    stake_minor: int
    local_time: datetime | None  # at the customer's place; None where it is unknown
    awake: bool | None  # whether it is day there
    words: str  # of their latest message, from its beginning, on one line
    complaint: Complaint | None
    broken: Promise | None  # the promise to them that was broken first
    old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation with all that was said, oldest first, and what is open with the person."""

    thread: Thread
    customer: Customer
    standing: Standing
    messages: tuple[Message, ...]
    promises: tuple[Promise, ...]  # open and offered
    complaints: tuple[Complaint, ...]
    action: Action | None  # the answer that is due


def inbox(house: House) -> tuple[Entry, ...]:
    """Who waits: the unhappy and those with a broken promise first, then who is awake, then who has waited longest."""
    now = house.now()
    with house.database.read() as tx:
        threads = conversations.waiting(tx)
        known = situations.load(tx, sorted({thread.customer_id for thread in threads}), now)
        entries = [_entry(tx, thread, known[thread.customer_id], now) for thread in threads]
    return tuple(sorted(entries, key=_order))


def _entry(tx: Connection, thread: Thread, situation: Situation, now: datetime) -> Entry:
    customer = situation.customer
    assert thread.waiting_since is not None
    action = _due(tx, thread)
    theirs = [it for it in conversations.messages(tx, thread.id) if it.direction is Direction.IN and not it.automatic]
    latest = theirs[-1] if theirs else None
    zone = next((name for name in customer.zones if localtime.is_zone(name)), None)
    return Entry(
        thread=thread,
        customer=customer,
        standing=situation.standing,
        action_id=action.id if action is not None else None,
        stake_minor=situation.standing.stake_minor,
        local_time=localtime.local(now, zone) if zone else None,
        awake=answering.awake(customer, now),
        words=text.line(text.keep(latest.body or latest.subject, 120)) if latest is not None else "",
        complaint=next((it for it in situation.complaints if it.thread_id in (thread.id, None)), None),
        broken=next((it for it in situation.promises if answering.broken(it, now)), None),
        old=now - (thread.last_in_at or thread.waiting_since) > _OLD,
    )


def _order(entry: Entry) -> tuple[bool, bool, bool, float]:
    since = entry.thread.waiting_since
    calm = entry.complaint is None and entry.broken is None
    return (entry.old, calm, entry.awake is False, since.timestamp() if since else 0.0)


def thread(house: House, id: int) -> Conversation:
    """The conversation, whole. Raises Conflict where there is none of that id."""
    now = house.now()
    with house.database.read() as tx:
        found = conversations.get(tx, id)
        situation = situations.load(tx, [found.customer_id], now)[found.customer_id]
        return Conversation(
            thread=found,
            customer=situation.customer,
            standing=situation.standing,
            messages=conversations.messages(tx, id),
            promises=situation.promises,
            complaints=situation.complaints,
            action=_due(tx, found),
        )


def kept_file(house: House, file: File) -> Path:
    """Where the file lies. Raises InputError where it was too large to keep, or isn't there any more."""
    shown = text.line(text.keep(file.name, 80))
    if not file.path:
        raise InputError(f"“{shown}” was too large to keep.", "Look at it where the message came in.")
    folder = house.files.resolve()
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise InputError(f"“{shown}” isn't there any more.", f"It was kept below {folder}.")
    return path


def _due(tx: Connection, thread: Thread) -> Action | None:
    """What is due because the thread waits."""
    anchor = answering.waiting_anchor(thread)
    return next(
        (it for it in actions.of_customer(tx, thread.customer_id) if it.anchor == anchor and it.state in _OPEN), None
    )


# ---- being done with one ------------------------------------------------------------------------------------


def close(house: House, thread_id: int) -> int:
    """Be done with a conversation, and with what they complained of in it, until something new comes.

    One operation, returned. Raises Conflict where there is nothing to be done with.
    """
    now = house.now()

    def work(tx: Connection) -> int:
        found = conversations.get(tx, thread_id)
        unhappy = [
            it
            for it in complaints.of_customers(tx, [found.customer_id]).get(found.customer_id, ())
            if it.thread_id == thread_id
        ]
        if found.waiting_since is None and not unhappy:
            raise Conflict(f"Nothing waits in conversation {thread_id}.", "Look at: retcon inbox")
        operation = operations.begin(tx, "done", "1 done", now)
        operations.note(tx, operation, "threads", thread_id)
        conversations.close(tx, thread_id, now)
        promises.finish_due(tx, operation, found.customer_id, answering.waiting_anchor(found), now)
        for complaint in unhappy:
            operations.note(tx, operation, "complaints", complaint.id)
            complaints.close(tx, complaint.id, now)
            promises.finish_due(tx, operation, found.customer_id, complaint.reference, now)
        planning.plan(house, tx, [found.customer_id])
        return operation

    return house.database.write(work)


def close_complaint(house: House, complaint_id: int) -> int:
    """Be done with a complaint; one operation, returned. Raises Conflict where it isn't open."""
    now = house.now()

    def work(tx: Connection) -> int:
        complaint = complaints.find(tx, complaint_id)
        if complaint is None or complaint.closed_at is not None:
            raise Conflict(f"There is no open complaint {complaint_id}.", "Look at: retcon inbox")
        operation = operations.begin(tx, "done", "1 done", now)
        operations.note(tx, operation, "complaints", complaint_id)
        complaints.close(tx, complaint_id, now)
        promises.finish_due(tx, operation, complaint.customer_id, complaint.reference, now)
        planning.plan(house, tx, [complaint.customer_id])
        return operation

    return house.database.write(work)


def done(house: House, action_id: int) -> None:
    """Be done with what a due action is about: the conversation, the promise (it is kept), the complaint.

    One operation. Raises Conflict where it is about none of these, or isn't due.
    """
    with house.database.read() as tx:
        action = actions.get(tx, action_id)
        unhappy = complaints.of_customers(tx, [action.customer_id]).get(action.customer_id, ())
    if action.state not in _OPEN:
        raise Conflict("It is due no longer.", "What is: retcon today")
    complaint = next((it for it in unhappy if it.reference == action.anchor), None)
    if complaint is not None:
        close_complaint(house, complaint.id)
    elif action.anchor.startswith("promise:"):
        promises.keep(house, int(action.anchor.removeprefix("promise:")))
    elif action.anchor.startswith("thread:") and action.thread_id is not None:
        close(house, action.thread_id)
    else:
        raise Conflict("There is nothing to be done with here.", f"Drop it: retcon skip {action_id} --why …")


# ---- answering ----------------------------------------------------------------------------------------------


def reply(
    house: House, reference: str, channel: str, text: str, files: Sequence[Path] = (), subject: str = ""
) -> Approved:
    """Write to a person, or in a conversation ("thread:12"): the answer that is due, else a message of its own.

    `channel` is a name or a medium, "" for that of the conversation. One operation. What the gate refuses stays with
    the words as something due, and is told in `refused`. Raises InputError or UsageError where nobody, no channel,
    no words or no file is there to take.
    """
    if not text.strip():
        raise InputError("A message without words can't leave.", "Write something.")
    attached = _attach(house, files)

    def work(tx: Connection) -> Approved:
        situation, thread, draft = _begun(house, tx, reference, channel)
        draft = _with(house, draft, text, subject, attached)
        operation = operations.begin(tx, "reply", "1 answered", house.now())
        action = _action(tx, situation, thread, draft, house.now())
        operations.note(tx, operation, "actions", action)
        actions.edit(tx, action, draft)
        replaced = _take_places(tx, operation, thread, house.now())
        revision = actions.get(tx, action).revision
        approved = drafts.approve_in(house, tx, [(action, revision)], operation=operation)
        if approved.refused and replaced:
            raise Conflict(approved.refused[0][1], "What waited before still does: retcon outbox")
        if approved.refused:  # the words stay with what is due
            operations.call(tx, operation, "1 edited", verb="edit")
        return approved

    approved = house.database.write(work)
    promises.offer(house, {row.customer_id for row in approved.rows})
    return approved


def write(house: House, reference: str, channel: str, text: str, subject: str = "", beside: str = "") -> int:
    """Keep words to a person, as `reply` does, as something due that is approved later; returns its id.

    `beside` is the same in the operator's language, where that is known. One operation. Raises as `reply` does.
    """
    if not text.strip():
        raise InputError("A message without words can't leave.", "Write something.")

    def work(tx: Connection) -> int:
        now = house.now()
        situation, thread, draft = _begun(house, tx, reference, channel)
        operation = operations.begin(tx, "edit", "1 written", now)
        action = _action(tx, situation, thread, draft, now)
        operations.note(tx, operation, "actions", action)
        actions.edit(tx, action, _with(house, draft, text, subject, (), beside))
        return action

    return house.database.write(work)


def _begun(house: House, tx: Connection, reference: str, channel: str) -> tuple[Situation, Thread | None, Draft]:
    """Who is written to, in which conversation, and the message without words."""
    customer, thread = _meant(house, tx, reference, channel)
    situation = situations.load(tx, [customer], house.now())[customer]
    if thread is None and not situation.orders and not conversations.all_of(tx, customer):
        raise Conflict(
            f"{reach.called(situation.customer).capitalize()} has neither written nor ordered.",
            "A first message to them would be advertising.",
        )
    return situation, thread, _written(house, planning.Planner.of(house, tx), tx, situation, thread, channel)


def _meant(house: House, tx: Connection, reference: str, channel: str) -> tuple[int, Thread | None]:
    """The customer, and the conversation that is answered: the one named, else that which waits on the channel."""
    if reference.startswith("thread:"):
        number = reference.removeprefix("thread:")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise UsageError(
                f"“{reference[:40]}” is no conversation.", "Say such as thread:12; retcon inbox lists them."
            )
        thread = conversations.get(tx, int(number))
        return thread.customer_id, thread
    customer = situations.find(tx, reference)
    medium = house.media[_channel(house, channel)] if channel else None
    threads = conversations.of_customers(tx, [customer], house.now()).get(customer, ())
    same = [thread for thread in threads if medium in (thread.medium, None)]
    # Who waits in another place is answered all the same: the answer ends the waiting wherever it was asked.
    waiting = [thread for thread in (*same, *threads) if thread.waiting_since is not None]
    return customer, next(iter((*waiting, *same)), None)


def _channel(house: House, asked: str) -> str:
    """The channel of that name, else the first of that medium."""
    media = house.media
    found = asked if asked in media else next((name for name, medium in media.items() if medium == asked), None)
    if found is None:
        raise UsageError(f"config.toml has no [channels.{asked}].", f"It has: {', '.join(media) or 'none'}.")
    return found


def _written(
    house: House,
    planner: planning.Planner,
    tx: Connection,
    situation: Situation,
    thread: Thread | None,
    channel: str,
) -> Draft:
    """The answer as it would be planned, on the channel that was asked for."""
    draft = planner.draft(tx, situation, answering.REPLY, thread.id if thread is not None else None)
    if channel:
        name = _channel(house, channel)
        medium = house.media[name]
        if thread is not None and thread.medium == medium:
            recipient = thread.address
        else:
            recipient = reach.address(situation, medium)
        mail = medium == "email"
        shop = house.settings.shop.name
        plain = planning.answer_to(thread.subject if thread is not None else "", shop) if mail else ""
        draft = replace(draft, channel=name, recipient=recipient, subject=plain, notes=())
    if not draft.channel or not draft.recipient:
        on = reach.words(house.media.get(draft.channel, channel))
        why = (
            draft.notes[0] if draft.notes else f"No usable {on} address of {reach.called(situation.customer)} is known."
        )
        raise InputError(why, "Say another way: --channel NAME")
    return draft


def _with(house: House, draft: Draft, words: str, subject: str, files: tuple[File, ...], beside: str = "") -> Draft:
    mail = house.media.get(draft.channel) == "email"
    body = text.keep(words)
    mine = draft.language.split("-")[0] == house.settings.shop.language.split("-")[0]
    return replace(
        draft,
        subject=(text.header(subject) or draft.subject) if mail else "",
        body=body,
        operator_body=body if mine else text.keep(beside),
        files=files,
        notes=(),
    )


def _action(tx: Connection, situation: Situation, thread: Thread | None, draft: Draft, now: datetime) -> int:
    """What the answer belongs to: what is due because the thread waits, else something of its own."""
    if thread is not None and (due := _due(tx, thread)) is not None:
        return due.id
    customer = situation.customer.id
    count = sum(action.rule == answering.REPLY.id for action in actions.of_customer(tx, customer))
    return actions.upsert(
        tx,
        rule=answering.REPLY,
        customer_id=customer,
        anchor=f"reply:{thread.id if thread is not None else 0}:{count + 1}",
        draft=draft,
        due_at=now,
        expires_at=now + answering.REPLY.expires_days * localtime.DAY,
        stake_minor=situation.standing.stake_minor,
        reason="You write.",
        thread_id=thread.id if thread is not None else None,
    )


def _take_places(tx: Connection, operation: int, thread: Thread | None, now: datetime) -> bool:
    """Answers in the thread that no longer fitted are taken back: this one stands in their place."""
    stale = [
        row
        for row in outbox.listing(tx, OutboxState.STALE)
        if thread is not None and row.thread_id == thread.id and not outbox.may_have_left(tx, row.id)
    ]
    for row in stale:
        operations.note(tx, operation, "outbox", row.id)
        outbox.move(tx, row.id, Event.WITHDRAW, now, detail=f"operation {operation}")
    return bool(stale)


def _attach(house: House, files: Sequence[Path]) -> tuple[File, ...]:
    """Copies of the files, kept under what is in them. Raises InputError where one can't be read or is too large."""
    read: list[IncomingFile] = []
    for file in files:
        shown = text.line(str(file))
        try:
            size = file.stat().st_size
            if size > attachments.LARGEST or size + sum(it.size for it in read) > _MOST_BYTES:
                raise InputError(
                    f"“{shown}” is too large: {size / 1e6:.1f} MB.",
                    f"A file may have {attachments.LARGEST // 10**6} MB, all together {_MOST_BYTES // 10**6} MB.",
                )
            content = file.read_bytes()
        except OSError as error:
            raise InputError(f"“{shown}” can't be read: {error.strerror}.") from None
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        read.append(IncomingFile(name=file.name, media_type=media_type, size=len(content), content=content))
    return attachments.keep(house.files, read)
