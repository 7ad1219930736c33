"""What leaves, for the operator: what waits and why, what needs a decision, and the decisions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from retcon import text
from retcon.channels import policy
from retcon.desk import gate
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.outbox import NEEDS_OPERATOR, OutboxRow, OutboxState
from retcon.model.policy import Answer, Verdict
from retcon.store import actions, channel_states, conversations, facts, operations, outbox, people
from retcon.store.channel_states import Trouble
from retcon.store.database import Connection
from retcon.store.outbox import LogLine
from retcon.store.transitions import TRANSITIONS, Event
from retcon.store.values import moment

JudgeRow = Callable[[House, Connection, OutboxRow, datetime], tuple[Verdict, ...]]

_WORDS = {
    OutboxState.QUEUED: "waits",
    OutboxState.HELD: "you hold it",
    OutboxState.SENDING: "leaving",
    OutboxState.SENT: "sent",
    OutboxState.DELIVERED: "arrived",
    OutboxState.READ: "read",
    OutboxState.FAILED: "failed",
    OutboxState.UNCERTAIN: "perhaps sent",
    OutboxState.WITHDRAWN: "taken back",
    OutboxState.STALE: "changed since",
}


@dataclass(frozen=True, slots=True)
class Waits:
    """Why a row waits, and until when; None where that is open."""

    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row as the outbox shows it. `waits` of a queued one, `next` of one that the operator has to decide on."""

    row: OutboxRow
    customer_name: str
    waits: Waits | None
    next: str


def words(state: OutboxState) -> str:
    """The state in the screen's words."""
    return _WORDS[state]


def next_steps(row: OutboxRow) -> str:
    """What the operator can do with the row; empty where nobody is needed."""
    match row.state:
        case OutboxState.HELD:
            return f"Let it go: retcon release {row.id}"
        case OutboxState.UNCERTAIN:
            return f"Look whether it arrived, then: retcon resolve {row.id} --arrived, --again or --drop"
        case OutboxState.STALE:
            return f"retcon resolve {row.id} --again, if it still fits, or --drop"
        case OutboxState.FAILED:
            return f"Mend the cause, then: retcon retry {row.id}; or: retcon resolve {row.id} --drop"
        case _:
            return ""


def happened(row: OutboxRow) -> str:
    """What became of a row that needs the operator, in a sentence; outside text in it as it came."""
    match row.state:
        case OutboxState.UNCERTAIN:
            return row.error_text or "Perhaps sent: the line broke after it left."
        case OutboxState.STALE:
            return f"Changed since: {row.error_text}" if row.error_text else "Changed since it was approved."
        case OutboxState.FAILED:
            return f"Failed: {row.error_text}" if row.error_text else "Failed."
        case _:
            return ""


def on_hold(tx: Connection) -> bool:
    """Whether everything is on hold."""
    return facts.get(tx, facts.HOLD) is not None


def waits(house: House, row: OutboxRow, held: bool, trouble: Trouble | None) -> Waits | None:
    """Why the row waits; None where it is no waiting row."""
    if row.state is not OutboxState.QUEUED:
        return None
    if held:
        return Waits("Everything is on hold.", None)
    if row.rehearsal and test_address(house, row) is None:
        medium = house.media.get(row.channel, row.channel)
        yours = "you@shop.example" if medium == "email" else f"{medium}:…"
        return Waits(
            f'Practice: there is nowhere to send it. Add "{yours}" to test_addresses under [policy] in config.toml.',
            None,
        )
    if trouble is not None:
        return Waits(trouble.reason, trouble.until)
    if row.waits_reason:
        return Waits(row.waits_reason, row.not_before)
    if row.chosen_at == row.not_before:
        return Waits("You chose that hour.", row.not_before)
    if row.not_before > house.now():
        return Waits("It can be taken back until then.", row.not_before)
    return Waits("It leaves with the next sending.", row.not_before)


def test_address(house: House, row: OutboxRow) -> str | None:
    """Where the row goes in practice: to the seller's own address on the medium of its channel."""
    return house.settings.policy.test_address(house.media.get(row.channel, row.channel))


def listing(house: House, state: OutboxState | str | None = None, limit: int | None = None) -> tuple[Entry, ...]:
    """The messages in one state or in all, what needs the operator first. Raises UsageError for an unknown state."""
    if state is not None and state not in list(OutboxState):
        raise UsageError(f"“{state}” is no state.", f"States are: {', '.join(OutboxState)}")
    with house.database.read() as tx:
        rows = outbox.listing(tx, state, limit)
        customers = people.get(tx, {row.customer_id for row in rows})
        held, troubles = on_hold(tx), channel_states.every(tx)
    return tuple(
        Entry(
            row=row,
            customer_name=customers[row.customer_id].name if row.customer_id in customers else "",
            waits=waits(house, row, held, troubles.get(row.channel)),
            next=next_steps(row),
        )
        for row in rows
    )


def history(house: House, row_id: int) -> tuple[LogLine, ...]:
    """Every move of the message, oldest first."""
    with house.database.read() as tx:
        return outbox.history(tx, row_id)


# ---- deciding -----------------------------------------------------------------------------------------------


def hold(house: House, row_id: int | None = None) -> int | None:
    """Hold one message, or without an id everything; returns the operation, None where it was on hold already."""
    return _hold_everything(house, True) if row_id is None else _move(house, row_id, "hold", "1 held", Event.HOLD)


def release(house: House, row_id: int | None = None) -> int | None:
    """Let one held message go, or without an id everything; each is judged again before it leaves."""
    if row_id is None:
        return _hold_everything(house, False)
    return _move(house, row_id, "release", "1 let go", Event.RELEASE)


def move_to(house: House, row_id: int, not_before: datetime, *, judge: JudgeRow = gate.judge_row) -> int:
    """Let a message that waits leave at another hour at the earliest; one operation, returned.

    Raises InputError where that hour is over, Conflict where the row doesn't wait or the gate says no to that hour.
    """
    not_before = not_before.replace(microsecond=0)

    def change(tx: Connection, operation: int) -> None:
        _move_to(house, tx, operation, row_id, not_before, judge)

    return _one(house, row_id, "when", "1 leaves at another hour", change)


def _move_to(house: House, tx: Connection, operation: int, row_id: int, not_before: datetime, judge: JudgeRow) -> None:
    row, now = outbox.get(tx, row_id), house.now()
    if (row.state, Event.MOVE) not in TRANSITIONS:
        raise Conflict(f"Message {row_id}: {words(row.state)}. Only what waits has an hour.", "Look at: retcon outbox")
    if not_before <= now:
        raise InputError("That hour is over.", "Say one that is ahead.")
    # By then the shop has been pulled again, or the message is held back for that.
    said = tuple(verdict for verdict in judge(house, tx, row, not_before) if verdict.rule != gate.AGE)
    no = next((verdict.reason for verdict in said if verdict.answer is Answer.NO), "")
    if no:
        raise Conflict(f"At that hour: {no}", "It waits as before.")
    from retcon.desk import drafts

    outbox.move(
        tx,
        row_id,
        Event.MOVE,
        now,
        detail=f"operation {operation}",
        not_before=max(filter(None, (_undo_until(house), not_before, policy.answer(said)[1]))),
        waits_reason=drafts.you_chose(house, tx, row.customer_id, not_before, said),
        chosen_at=not_before,
    )


def retry(house: House, row_id: int) -> int:
    """Try a failed message again, under the same key, when the undo window is over."""
    return _move(house, row_id, "retry", "1 to be tried again", Event.RETRY)


def resolve(house: House, row_id: int, how: str, *, judge: JudgeRow = gate.judge_row) -> int:
    """Settle a message that needs the operator: it "arrived", leaves "again", or "drop" it. Returns the operation.

    One that perhaps left goes again under the same key. One that changed since is approved anew, revision + 1,
    unless a copy of it may have left; Conflict where the gate still says no to it.
    """

    def change(tx: Connection, operation: int) -> None:
        _settle(house, tx, operation, row_id, how, judge)

    return _one(house, row_id, "resolve", f"1 settled: {how}", change)


def _settle(house: House, tx: Connection, operation: int, row_id: int, how: str, judge: JudgeRow) -> None:
    row, now, detail = outbox.get(tx, row_id), house.now(), f"operation {operation}"
    if row.state not in NEEDS_OPERATOR:
        raise Conflict(f"Message {row_id} needs no decision: {words(row.state)}.", "What does: retcon outbox")
    match how:
        case "arrived":
            outbox.move(tx, row_id, Event.ARRIVED, now, detail=detail, sent_at=_last_attempt(tx, row, now))
        case "again" if row.state is OutboxState.FAILED:
            outbox.move(tx, row_id, Event.RETRY, now, detail=detail, not_before=_undo_until(house))
        case "again":
            _again(house, tx, row, now, detail, judge)
        case "drop":
            outbox.move(tx, row_id, Event.WITHDRAW, now, detail=detail)
            _drop(house, tx, operation, row, now)
        case _:
            raise UsageError(f"“{how}” settles nothing.", "Say arrived, again or drop.")


def _drop(house: House, tx: Connection, operation: int, row: OutboxRow, now: datetime) -> None:
    """Its action is over; but who waits for an answer that certainly didn't leave is due again, with its words."""
    action = actions.find(tx, row.action_id) if row.action_id is not None else None
    if action is None:
        return
    waits = action.anchor.startswith("thread:")
    if waits and not outbox.may_have_left(tx, row.id):
        from retcon.desk import planning

        actions.reopen(tx, action.id)
        planning.plan(house, tx, [action.customer_id])
        return
    actions.skip(tx, action.id, text.keep(f"dropped: {happened(row)}", 500), now)
    if waits and action.thread_id is not None:
        operations.note(tx, operation, "threads", action.thread_id)
        conversations.close(tx, action.thread_id, now)


def _again(house: House, tx: Connection, row: OutboxRow, now: datetime, detail: str, judge: JudgeRow) -> None:
    if row.state is OutboxState.STALE:
        looked_at = replace(row, approved_at=now)  # the operator has seen what came in since
        no = next((said.reason for said in judge(house, tx, looked_at, now) if said.answer is Answer.NO), "")
        if no:
            raise Conflict(f"It still can't leave: {no}", f"Drop it: retcon resolve {row.id} --drop")
    if row.state is OutboxState.UNCERTAIN or row.action_id is None or outbox.may_have_left(tx, row.id):
        outbox.move(tx, row.id, Event.AGAIN, now, detail=detail, not_before=_undo_until(house), approved_at=now)
        return
    revision = actions.raise_revision(tx, row.action_id)
    outbox.move(
        tx,
        row.id,
        Event.APPROVE_ANEW,
        now,
        detail=detail,
        not_before=_undo_until(house),
        approved_at=now,
        revision=revision,
        key=outbox.key_of(tx, row.action_id, revision),
    )


def _last_attempt(tx: Connection, row: OutboxRow, now: datetime) -> datetime:
    return next((line.at for line in reversed(outbox.history(tx, row.id)) if line.event == Event.CLAIM), now)


def _undo_until(house: House) -> datetime:
    return house.now() + timedelta(seconds=house.settings.policy.undo_seconds)


def _move(house: House, row_id: int, verb: str, named: str, event: Event) -> int:
    return _one(house, row_id, verb, named, lambda tx, operation: _happen(house, tx, operation, row_id, verb, event))


def _happen(house: House, tx: Connection, operation: int, row_id: int, verb: str, event: Event) -> None:
    state = outbox.get(tx, row_id).state
    if (state, event) not in TRANSITIONS:
        raise Conflict(f"Message {row_id}: {words(state)}. There is nothing to {verb}.", "Look at: retcon outbox")
    what = {"not_before": _undo_until(house)} if event is Event.RETRY else {}
    outbox.move(tx, row_id, event, house.now(), detail=f"operation {operation}", **what)


def _one(house: House, row_id: int, verb: str, named: str, change: Callable[[Connection, int], None]) -> int:
    """Change one row as an operation of its own."""

    def work(tx: Connection) -> int:
        operation = operations.begin(tx, verb, named, house.now())
        _note(tx, operation, row_id)
        change(tx, operation)
        return operation

    return house.database.write(work)


def _note(tx: Connection, operation: int, row_id: int) -> None:
    """Keep the row and its action as they are, before the operation changes them."""
    row = outbox.get(tx, row_id)
    if row.action_id is not None:
        operations.note(tx, operation, "actions", row.action_id)
    operations.note(tx, operation, "outbox", row_id)


_EVENTS = {"hold": Event.HOLD, "release": Event.RELEASE, "retry": Event.RETRY}
_HOW = {OutboxState.WITHDRAWN: "drop", OutboxState.SENT: "arrived"}


def again(
    house: House,
    tx: Connection,
    operation: int,
    verb: str,
    row_id: int,
    after: Mapping[str, Any],
    judge: JudgeRow = gate.judge_row,
) -> None:
    """Do with the row what that verb had done, as a part of the operation; `after` is what the row was then.

    Raises Conflict where that can't be done any more.
    """
    _note(tx, operation, row_id)
    match verb:
        case "resolve":
            _settle(house, tx, operation, row_id, _HOW.get(OutboxState(after["state"]), "again"), judge)
        case "when" if moment(after["chosen_at"]) <= house.now():
            raise Conflict("That hour is over.", "Choose another one.")
        case "when":
            _move_to(house, tx, operation, row_id, moment(after["chosen_at"]), judge)
        case _:
            _happen(house, tx, operation, row_id, verb, _EVENTS[verb])


def _hold_everything(house: House, held: bool) -> int | None:
    def work(tx: Connection) -> int | None:
        if on_hold(tx) is held:
            return None
        operation = operations.begin(tx, "hold", "everything held" if held else "everything let go", house.now())
        operations.note_hold(tx, operation)
        facts.put(tx, facts.HOLD, "1" if held else None)
        return operation

    return house.database.write(work)
