"""Taking back what waits, so that it is due again; and sending what failed by another way."""

from collections.abc import Sequence

from retcon import text
from retcon.desk import drafts, gate, outbox, planning, ways
from retcon.desk.house import House
from retcon.errors import Conflict
from retcon.frozen import dataclass
from retcon.model.outbox import LEFT, OutboxRow, OutboxState
from retcon.store import actions, conversations, operations, promises
from retcon.store import outbox as rows
from retcon.store.database import Connection
from retcon.store.transitions import Event

VERB, WAY = "take_back", "way"
_WAITS = (OutboxState.QUEUED, OutboxState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What taking back came to; `refused` says why the rest stays, each in a sentence."""

    operation_id: int
    ids: tuple[int, ...]
    refused: tuple[str, ...]


def take_back(house: House, ids: Sequence[int]) -> TakenBack:
    """Take waiting messages back: what they were for is due again, with its words; one operation.

    One that may have left before is dropped instead. Raises Conflict where none of them waits any more.
    """

    def work(tx: Connection) -> TakenBack:
        found = [rows.get(tx, id_) for id_ in dict.fromkeys(ids)]
        waiting = [row for row in found if row.state in _WAITS]
        refused = tuple(_why_not(row) for row in found if row.state not in _WAITS)
        if not waiting:
            raise Conflict(refused[0] if refused else "Nothing was chosen.")
        operation = operations.begin(tx, VERB, f"{len(waiting)} taken back", house.now())
        for row in waiting:
            take_back_in(house, tx, operation, row.id)
        return TakenBack(operation_id=operation, ids=tuple(row.id for row in waiting), refused=refused)

    return house.database.write(work)


def take_back_in(house: House, tx: Connection, operation: int, row_id: int) -> None:
    """As `take_back` of one message, as a part of the operation. Raises Conflict where it doesn't wait."""
    row = rows.get(tx, row_id)
    if row.state not in _WAITS:
        raise Conflict(_why_not(row))
    _note(tx, operation, row)
    rows.move(tx, row.id, Event.WITHDRAW, house.now(), detail=f"operation {operation}")
    promises.withdraw_offers(tx, row.id)
    action = actions.find(tx, row.action_id) if row.action_id is not None else None
    if action is None:
        return
    answers = action.anchor.startswith("thread:")
    if not rows.may_have_left(tx, row.id):
        actions.reopen(tx, action.id)
        if answers:
            planning.plan(house, tx, [row.customer_id])
        return
    actions.skip(tx, action.id, "taken back; it may have left before", house.now())
    if answers and action.thread_id is not None:
        operations.note(tx, operation, "threads", action.thread_id)
        conversations.close(tx, action.thread_id, house.now())


def _why_not(row: OutboxRow) -> str:
    if row.state is OutboxState.SENDING:
        return "It is leaving at this moment."
    if row.state in LEFT:
        return "It has left already."
    return f"It doesn't wait: {outbox.words(row.state)}."


def by_another_way(house: House, row_id: int, channel: str, *, judge: drafts.Judge = gate.judge) -> int:
    """Send a failed message by another channel, with its words; one operation, returned.

    The failed one is dropped, and this one waits as if it had just been approved. Raises InputError where the channel
    doesn't reach the person, Conflict where it failed no longer or the gate says no.
    """

    def work(tx: Connection) -> int:
        row, now = rows.get(tx, row_id), house.now()
        if row.state is not OutboxState.FAILED or row.action_id is None:
            raise Conflict(f"It hasn't failed: {outbox.words(row.state)}.", "What has: retcon outbox --state failed")
        draft = ways.by(house, tx, actions.get(tx, row.action_id), channel)
        operation = operations.begin(tx, WAY, "", now)
        _note(tx, operation, row)
        rows.move(tx, row.id, Event.WITHDRAW, now, detail=f"operation {operation}")
        actions.reopen(tx, row.action_id)
        actions.edit(tx, row.action_id, draft)
        revision = actions.get(tx, row.action_id).revision
        done = drafts.approve_in(house, tx, [(row.action_id, revision)], judge=judge, operation=operation)
        if done.refused:
            raise Conflict(text.sentence(done.refused[0][1]))
        operations.call(tx, operation, "1 on another way", verb=WAY)
        return operation

    return house.database.write(work)


def _note(tx: Connection, operation: int, row: OutboxRow) -> None:
    if row.action_id is not None:
        operations.note(tx, operation, "actions", row.action_id)
    operations.note(tx, operation, "outbox", row.id)
