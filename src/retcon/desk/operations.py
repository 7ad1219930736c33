"""Taking back: one operation is one undo, as far as nothing of it has left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from retcon.desk import planning
from retcon.desk.house import House
from retcon.errors import Conflict
from retcon.frozen import dataclass
from retcon.model.conversations import PromiseState
from retcon.model.outbox import OutboxState
from retcon.model.playbook import Action, ActionState
from retcon.retention import answering
from retcon.store import (
    actions,
    complaints,
    conversations,
    facts,
    merging,
    mutes,
    notes,
    operations,
    outbox,
    overrides,
    people,
    promises,
    segments,
    tags,
    thresholds,
    touched,
    waiting,
)
from retcon.store.database import Connection
from retcon.store.operations import Change, Operation
from retcon.store.transitions import Event
from retcon.store.values import instant, moment

_NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"]
_BACK_AGAIN = " taken back"
# How a row goes back to the state that it had before an operation.
_BACK: dict[tuple[OutboxState, OutboxState], Event] = {
    (OutboxState.HELD, OutboxState.QUEUED): Event.RELEASE,
    (OutboxState.QUEUED, OutboxState.HELD): Event.HOLD,
    (OutboxState.QUEUED, OutboxState.QUEUED): Event.MOVE,
    (OutboxState.HELD, OutboxState.HELD): Event.MOVE,
    (OutboxState.STALE, OutboxState.QUEUED): Event.AGAIN,
    (OutboxState.STALE, OutboxState.HELD): Event.AGAIN,  # and held again
    (OutboxState.WITHDRAWN, OutboxState.QUEUED): Event.BACK_TO_WAITING,
    (OutboxState.WITHDRAWN, OutboxState.HELD): Event.BACK_TO_WAITING,  # and held again
    **{
        (now, before): event
        for before, event in (
            (OutboxState.UNCERTAIN, Event.BACK_TO_UNCERTAIN),
            (OutboxState.FAILED, Event.BACK_TO_FAILED),
            (OutboxState.STALE, Event.BACK_TO_STALE),
        )
        for now in (OutboxState.QUEUED, OutboxState.WITHDRAWN, OutboxState.SENT)
    },
}
# These put back the hour as well.
_WITH_HOUR = (Event.MOVE, Event.BACK_TO_WAITING)
# The state in which an operation leaves an action; one that is in another by now has gone its own way.
_LEFT_IN = {
    "approve": (ActionState.APPROVED,),
    "edit": (ActionState.DUE, ActionState.SNOOZED),
    "skip": (ActionState.SKIPPED,),
    "snooze": (ActionState.SNOOZED,),
    "resolve": (ActionState.DONE, ActionState.SKIPPED, ActionState.DUE),
    "reply": (ActionState.APPROVED, ActionState.DONE),
    "done": (ActionState.DONE,),
    "keep": (ActionState.DONE,),
    "drop": (ActionState.DONE,),
    "take_back": (ActionState.DUE, ActionState.SNOOZED, ActionState.SKIPPED),
    "way": (ActionState.APPROVED, ActionState.DUE),
    "retry": (),
    "when": (),
    "hold": (),
    "release": (),
}
# What these decide about leaves, or has left.
_LEAVES = frozenset(("approve", "reply", "edit", "resolve", "retry", "hold", "release", "when", "way"))
# What a change is counted by; the rest of an operation goes with it.
_HEADS = (
    "outbox",
    "hold",
    "threads",
    "promises",
    "complaints",
    "fact",
    merging.FAMILY,
    "overrides",
    "notes",
    "tags",
    "segments",
    "thresholds",
    "mutes",
)
# After these, who somebody is, what is known of them or by what they are measured is another.
RECOMPUTED = frozenset((merging.FAMILY, "overrides", "thresholds"))
# What an edit changes of an action.
TEXT = ("channel", "recipient", "subject", "body", "operator_subject", "operator_body", "notes", "edited", "files")
_UNWRITTEN = "taken back"
_DECISION = ("state", "snoozed_until", "wakes_on", "skip_reason", "decided_at")
_WITHDRAWABLE = frozenset((OutboxState.QUEUED, OutboxState.HELD, OutboxState.STALE, OutboxState.FAILED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What came back, what could not, and both in words: "Taken back: 7. Two had left already." """

    operation_id: int
    words: str
    back: int
    gone: int
    recompute: bool = False  # who they are or what is known of them has changed: a refresh is due


def undo(house: House, operation_id: int | None = None) -> Undone:
    """Take an operation back as one: the last that was not taken back yet, or the named one.

    What waits is withdrawn and its actions are due again under a new revision; what left stays.
    Raises Conflict where there is nothing to take back.
    """
    now = house.now()

    def work(tx: Connection) -> Undone:
        operation = _chosen(tx, operation_id)
        changes = operations.changes(tx, operation.id)
        back, gone = 0, 0
        stays: set[int] = set()  # actions whose message has left
        after: dict[int, Mapping[str, Any]] = {}
        besides = ""
        for change in changes:
            was = operations.as_it_is(tx, change)
            if change.family == merging.FAMILY and change.before is not None:
                besides = merging.take_back(tx, change.before, operation.id, now)
                kept = True
            else:
                kept = _take_back(tx, operation, change, now, stays)
            if kept:
                after[change.position] = was
            if counts(change, changes):
                back, gone = (back + 1, gone) if kept else (back, gone + 1)
        planning.plan(house, tx, concerned(tx, changes))
        operations.mark_undone(tx, operation.id, now, after if back else None)
        words = f"{_words(operation, back, gone)} {besides}".rstrip()
        recompute = any(change.family in RECOMPUTED for change in changes)
        return Undone(operation_id=operation.id, words=words, back=back, gone=gone, recompute=recompute)

    return house.database.write(work)


def redo(house: House) -> Undone:
    """Do again what was taken back last, as long as nothing else was done since; see `redoing.redo`."""
    from retcon.desk import redoing

    return redoing.redo(house)


def concerned(tx: Connection, changes: tuple[Change, ...]) -> set[int]:
    """For whom something else may be due now that what was said counts again, or no longer."""
    found: set[int] = set()
    for change in changes:
        match change.family:
            case "threads":
                found.add(conversations.get(tx, change.reference).customer_id)
            case "promises":
                promise = promises.find(tx, change.reference)
                found.update([promise.customer_id] if promise else ())
            case "complaints":
                complaint = complaints.find(tx, change.reference)
                found.update([complaint.customer_id] if complaint else ())
            case "fact":
                found.update(waiting.promised(tx))
            case _:
                pass
    return found


def _chosen(tx: Connection, operation_id: int | None) -> Operation:
    if operation_id is None:
        operation = operations.last(tx)
        if operation is None:
            raise Conflict("There is nothing to take back.")
        return operation
    operation = operations.get(tx, operation_id)
    if operation is None:
        raise Conflict(f"There is no operation {operation_id}.", "Without a number, undo takes the last one back.")
    if operation.undone_at is not None:
        raise Conflict(f"Operation {operation_id} was taken back already.")
    return operation


def counts(change: Change, changes: tuple[Change, ...]) -> bool:
    """An approval is one decision, though it changes an action and makes a message: the message counts."""
    families = {other.family for other in changes}
    if not families.isdisjoint(_HEADS):
        return change.family in _HEADS
    return change.family == ("actions" if "actions" in families else "customers")


def _take_back(tx: Connection, operation: Operation, change: Change, now: datetime, stays: set[int]) -> bool:
    """Whether the change could be taken back."""
    before = change.before
    if before is None:
        return _unmake(tx, change, now, stays)
    match change.family:
        case "outbox":
            return _unsettle(tx, operation, change.reference, before, now, stays)
        case "actions":
            return _restore(tx, operation, change.reference, before, stays)
        case "customers":
            people.set_left_alone(tx, [change.reference], bool(before["left_alone"]))
        case "threads":
            conversations.restore(tx, change.reference, before["closed_at"])
        case "promises":
            promises.restore(tx, change.reference, before)
        case "complaints":
            complaints.close(tx, change.reference, instant(before["closed_at"]))
        case "fact":
            facts.put(tx, before["name"], before["value"])
        case "notes":
            notes.remove(tx, change.reference, instant(before["removed_at"]))
        case "tags":
            return _retag(tx, operation, people.current(tx, change.reference), before)
        case "overrides":
            person = people.current(tx, change.reference)
            overrides.put(tx, person, before["field"], before["value"], now)
            people.describe(tx, [person])
            touched.add(tx, [person])
        case "thresholds":
            thresholds.restore(tx, before)
        case "mutes":
            mutes.restore(tx, before)
        case "segments":
            segments.put(tx, before["name"], before["query"], moment(before["at"]))
        case _:
            facts.put(tx, facts.HOLD, "1" if before["held"] else None)
    return True


def _retag(tx: Connection, operation: Operation, person: int, before: Mapping[str, Any]) -> bool:
    """Take a tag off that the operation put on, or put it on again; not where somebody else has done so since."""
    since = tags.since(tx, person, before["name"])
    if since != (operation.at if before["at"] is None else None):
        return False
    tags.put(tx, person, before["name"], instant(before["at"]))
    return True


def _unmake(tx: Connection, change: Change, now: datetime, stays: set[int]) -> bool:
    """Take back what the operation made."""
    if change.family == "notes":
        notes.remove(tx, change.reference, now)
        return True
    if change.family == "promises":
        promises.decide(tx, change.reference, PromiseState.DROPPED, now)
        return True
    promises.withdraw_offers(tx, change.reference)
    return _withdraw(tx, change.reference, now, stays)


def _withdraw(tx: Connection, row_id: int, now: datetime, stays: set[int]) -> bool:
    """Withdraw a message that was approved, where it has certainly not left."""
    row = outbox.get(tx, row_id)
    if row.state not in _WITHDRAWABLE or outbox.may_have_left(tx, row_id):
        if row.action_id is not None:
            stays.add(row.action_id)
        return False
    outbox.move(tx, row_id, Event.WITHDRAW, now, detail="taken back")
    return True


def _unsettle(
    tx: Connection, operation: Operation, row_id: int, was: Mapping[str, Any], now: datetime, stays: set[int]
) -> bool:
    """Put a row back where it was, unless anything else has happened to it since."""
    row, before = outbox.get(tx, row_id), OutboxState(was["state"])
    event = _BACK.get((row.state, before))
    if event is Event.BACK_TO_WAITING and row.action_id is not None:
        event = event if actions.get(tx, row.action_id).state in _LEFT_IN["take_back"] else None
    if event is None or _moved_last_by(outbox.history(tx, row_id)) != f"operation {operation.id}":
        if row.action_id is not None:
            stays.add(row.action_id)
        return False
    detail = f"operation {operation.id}{_BACK_AGAIN}"
    hour = {name: was[name] for name in ("not_before", "chosen_at", "waits_reason")} if event in _WITH_HOUR else {}
    outbox.move(tx, row_id, event, now, detail=detail, **hour)
    if event in (Event.AGAIN, Event.BACK_TO_WAITING) and before is OutboxState.HELD:
        outbox.move(tx, row_id, Event.HOLD, now, detail=detail)
    return True


def _moved_last_by(log: Sequence[outbox.LogLine]) -> str:
    """Whose the row's last move is, apart from the gate's and from moves that were taken back."""
    undone: set[str] = set()
    for line in reversed(log):
        if line.event == Event.LATER or line.detail in undone:
            continue
        back = line.detail.removesuffix(_BACK_AGAIN)
        if back == line.detail or line.event == Event.PERSON_CHANGED:
            return line.detail
        undone.add(back)
    return ""


def _restore(tx: Connection, operation: Operation, id_: int, before: Mapping[str, Any], stays: set[int]) -> bool:
    """Put an action back as it was before; under a new revision where its text or its message was another."""
    action = actions.get(tx, id_)
    if id_ in stays or action.state not in _LEFT_IN[operation.verb]:
        return False
    columns = {"edit": TEXT, "way": (*TEXT, *_DECISION)}.get(operation.verb, _DECISION)
    actions.restore(tx, id_, {name: before[name] for name in columns if name in before})
    if operation.verb == "edit" and action.rule == answering.REPLY.id and not before["body"]:
        actions.restore(tx, id_, {"state": ActionState.SKIPPED, "skip_reason": _UNWRITTEN})
    if operation.verb in ("approve", "edit", "reply"):
        actions.raise_revision(tx, id_)
    return True


def is_unwritten(action: Action) -> bool:
    """Whether it is a letter that the operator began and took back."""
    return action.state is ActionState.SKIPPED and action.skip_reason == _UNWRITTEN


def in_words(number: int) -> str:
    """The number, beginning a sentence: "Two"."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _words(operation: Operation, back: int, gone: int) -> str:
    how = "had left already" if operation.verb in _LEAVES else "had moved on"
    left = f" {in_words(gone)} {how}." if gone else ""
    if not back:
        return f"Nothing came back.{left}"
    if operation.verb == "take_back":
        return f"Waits again: {back}.{left}"
    some = operation.verb in ("approve", "reply") or (gone and operation.verb in ("skip", "snooze", "tag"))
    return f"Taken back: {back if some else operation.words}.{left}"
