"""Doing again what was taken back: as a new operation, so that it can be taken back again.

What was decided is decided again by the way of the first time: approvals go through the gate, and what has changed
since is refused in a sentence. What was only written down is put back as it was.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from retcon import text
from retcon.desk import drafts, gate, operations, planning, promises, withdrawing
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.desk.operations import Undone
from retcon.errors import Conflict
from retcon.frozen import dataclass
from retcon.model.conversations import PromiseState
from retcon.model.playbook import Action, ActionState
from retcon.store import (
    actions,
    complaints,
    conversations,
    facts,
    merging,
    mutes,
    notes,
    outbox,
    overrides,
    people,
    segments,
    tags,
    thresholds,
    touched,
)
from retcon.store import operations as stored
from retcon.store import promises as promised
from retcon.store.database import Connection
from retcon.store.operations import Change, Operation
from retcon.store.transitions import Event
from retcon.store.values import instant, moment

# What a customer would read, or where: what may not have changed under an approval.
_READ = ("channel", "recipient", "subject", "body", "files")
_CHANGED = "It changed since. Look again, then decide."
_OF_ROWS = frozenset(("resolve", "retry", "hold", "release", "when"))


@dataclass(frozen=True, slots=True)
class _Redo:
    """What is done again, as which operation; `changes` are those that were taken back, the first first."""

    house: House
    tx: Connection
    now: datetime
    undone: Operation
    operation: int
    changes: tuple[Change, ...]
    judge: drafts.Judge
    judge_row: outboxes.JudgeRow


@dataclass(slots=True)
class _Came:
    """What it came to: how many were done, why others weren't, whose messages were approved."""

    done: int = 0
    refused: list[str] = field(default_factory=list[str])
    approved: set[int] = field(default_factory=set[int])


def redo(house: House, *, judge: drafts.Judge = gate.judge, judge_row: outboxes.JudgeRow = gate.judge_row) -> Undone:
    """Do again what was taken back last, as long as nothing else was done since; one operation.

    `back` counts what was done again, `gone` what can't be any more, and the words say why. Raises Conflict where
    there is nothing to do again, or none of it can be.
    """

    def work(tx: Connection) -> tuple[Undone, set[int]]:
        undone, now, came = stored.undone_last(tx), house.now(), _Came()
        if undone is None:
            raise Conflict(
                "There is nothing to do again.", "Only what was taken back can be, until something else is done."
            )
        changes = tuple(change for change in reversed(stored.changes(tx, undone.id)) if change.after is not None)
        operation = stored.begin(tx, undone.verb, undone.words, now, again=undone.id)
        _again(_Redo(house, tx, now, undone, operation, changes, judge, judge_row), came)
        if not came.done:
            raise Conflict(came.refused[0] if came.refused else "None of it can be done again.")
        every = stored.changes(tx, operation)
        planning.plan(house, tx, operations.concerned(tx, every))
        recompute = any(change.family in operations.RECOMPUTED for change in every)
        words, gone = _words(tx, operation, undone, came), len(came.refused)
        redone = Undone(operation_id=operation, words=words, back=came.done, gone=gone, recompute=recompute)
        return redone, came.approved

    redone, approved = house.database.write(work)
    if approved:
        promises.offer(house, approved)
    return redone


def _again(it: _Redo, came: _Came) -> None:
    rows = [change for change in it.changes if change.family == "outbox"]
    match it.undone.verb:
        case "approve" | "reply":
            _approve(it, came)
        case "edit":
            _edit(it, came)
        case "skip" | "snooze":
            _decide(it, came)
        case "merge" | "split":
            (note,) = (change for change in it.changes if change.family == merging.FAMILY)
            merging.again(it.tx, note.before or {}, it.operation, it.now)
            came.done = 1
        case "way":
            raise Conflict("Another way isn't taken again so.", "Choose it anew where it failed.")
        case "take_back":
            for row in rows:
                withdrawing.take_back_in(it.house, it.tx, it.operation, row.reference)
                came.done += 1
        case "way":
            raise Conflict("That way isn't taken again so.", "Choose it anew.")
        case verb if verb in _OF_ROWS and rows:
            after = rows[0].after or {}
            outboxes.again(it.house, it.tx, it.operation, verb, rows[0].reference, after, it.judge_row)
            came.done = 1
        case _:
            for change in it.changes:
                came.done += _restore(it, change) and operations.counts(change, it.changes)


def _words(tx: Connection, operation: int, undone: Operation, came: _Came) -> str:
    """ "Done again: 7 approved. Two can't be: bought again at 14:41." """
    named = stored.get(tx, operation)
    words = named.words if named is not None else undone.words
    if not came.refused:
        return f"Done again: {words}."
    if undone.verb in ("skip", "snooze"):
        words = f"{came.done} {words.partition(' ')[2]}"
        stored.call(tx, operation, words)
    can = f"{operations.in_words(len(came.refused))} can't be"
    return f"Done again: {words}. {can}: {text.sentence(came.refused[0])}"


# ---- what leaves --------------------------------------------------------------------------------------------


def _approve(it: _Redo, came: _Came) -> None:
    """Approve again what came back as due, with the same words and for the same hour."""
    frozen = {outbox.get(it.tx, change.reference).action_id: change for change in _made(it)}
    if None in frozen:
        raise Conflict("A question for a yes isn't asked again so.", "Ask anew: retcon consent CUSTOMER --ask")
    for change in it.changes:  # answers that no longer fitted, in whose place this one stood
        if change.family == "outbox" and change.before is not None:
            stored.note(it.tx, it.operation, "outbox", change.reference)
            outbox.move(it.tx, change.reference, Event.WITHDRAW, it.now, detail=f"operation {it.operation}")
    picks: list[tuple[int, int]] = []
    hours: dict[int, datetime] = {}
    for id_, change in frozen.items():
        action = actions.get(it.tx, id_ or 0)
        if _differs(it, action, change.reference):
            came.refused.append(drafts.refusal(it.tx, action, None, it.now) or _CHANGED)
            continue
        picks.append((action.id, action.revision))
        chosen = instant((change.after or {})["chosen_at"])
        if chosen is not None and chosen > it.now:
            hours[action.id] = chosen
    done = drafts.approve_in(it.house, it.tx, picks, not_before=hours, judge=it.judge, operation=it.operation)
    came.refused += [why for _, why in done.refused]
    for row in done.rows:
        stored.follow(it.tx, "outbox", frozen[row.action_id].reference, row.id)
        came.approved.add(row.customer_id)
    came.done = len(done.rows)


def _made(it: _Redo) -> Iterator[Change]:
    return (change for change in it.changes if change.family == "outbox" and change.before is None)


def _differs(it: _Redo, action: Action, row_id: int) -> bool:
    """Whether the action's message is another than the one that was approved."""
    row, draft = outbox.get(it.tx, row_id), action.draft
    return (row.channel, row.recipient, row.subject, row.body, row.files) != (
        draft.channel,
        draft.recipient,
        draft.subject,
        draft.body,
        draft.files,
    )


# ---- what was written and decided ---------------------------------------------------------------------------


def _edit(it: _Redo, came: _Came) -> None:
    """Put the words back; a letter that was never to be written is due again with them."""
    (change,) = it.changes
    action, after = actions.get(it.tx, change.reference), change.after or {}
    letter = operations.is_unwritten(action)
    why = drafts.refusal(it.tx, action, None, it.now) if not letter else ""
    now, before = stored.as_it_is(it.tx, change), change.before or {}
    if why or any(now[name] != before[name] for name in _READ):
        raise Conflict(why or _CHANGED)
    stored.note(it.tx, it.operation, "actions", action.id)
    actions.restore(it.tx, action.id, {name: after[name] for name in operations.TEXT})
    if letter:
        actions.restore(it.tx, action.id, {"state": ActionState.DUE, "skip_reason": "", "decided_at": None})
    actions.raise_revision(it.tx, action.id)
    came.done = 1


def _decide(it: _Redo, came: _Came) -> None:
    """Skip or put off again what is still due; what was over with each goes along."""
    refused = False
    for change in it.changes:
        if change.family != "actions":
            if not refused:
                _restore(it, change)
            continue
        why = _decided(it, change)
        refused = bool(why)
        came.refused += [why] if why else []
        came.done += not why


def _decided(it: _Redo, change: Change) -> str:
    """Why it can't be decided so any more; empty where it was."""
    action, after = actions.get(it.tx, change.reference), change.after or {}
    why = drafts.refusal(it.tx, action, None, it.now)
    until = instant(after["snoozed_until"]) if it.undone.verb == "snooze" else None
    if not why and until is not None:
        late = drafts.too_late(action, until, it.house.settings.shop.timezone)
        why = late if until > it.now else "That time is over."
    if why:
        return why
    stored.note(it.tx, it.operation, "actions", action.id)
    if until is None:
        actions.skip(it.tx, action.id, after["skip_reason"], it.now)
    else:
        actions.snooze(it.tx, action.id, until, until_answer=bool(after["wakes_on"]))
    return ""


# ---- what was only written down -----------------------------------------------------------------------------


def _restore(it: _Redo, change: Change) -> bool:
    """Whether the row is again as it was after the operation."""
    tx, id_, after, before = it.tx, change.reference, change.after or {}, change.before
    match change.family:
        case "actions":
            return _close(it, id_)
        case "promises":
            _promise(it, change)
        case "hold":
            stored.note_hold(tx, it.operation)
            facts.put(tx, facts.HOLD, "1" if after["held"] else None)
        case "fact":
            stored.note_fact(tx, it.operation, after["name"])
            facts.put(tx, after["name"], after["value"])
        case "tags":
            stored.note_tag(tx, it.operation, id_, after["name"])
            tags.put(tx, people.current(tx, id_), after["name"], it.now if after["at"] is not None else None)
        case "overrides":
            _know(it, id_, after)
        case "thresholds":
            stored.note_threshold(tx, it.operation, after["tier"], after["category"])
            thresholds.restore(tx, after)
        case "mutes":
            stored.note_mute(tx, it.operation, after["country"])
            mutes.restore(tx, after)
        case "segments":
            stored.note_segment(tx, it.operation, after["name"])
            segments.put(tx, after["name"], after["query"], moment(after["at"]))
        case "notes" if before is None:
            stored.note_new(tx, it.operation, "notes", id_)
            notes.remove(tx, id_, None)
        case family if family in _PUT_BACK:
            stored.note(tx, it.operation, family, id_)
            _PUT_BACK[family](tx, id_, after)
        case _:
            return False
    return True


_PUT_BACK: dict[str, Callable[[Connection, int, Mapping[str, Any]], None]] = {
    "notes": lambda tx, id_, after: notes.remove(tx, id_, instant(after["removed_at"])),
    "customers": lambda tx, id_, after: people.set_left_alone(tx, [id_], bool(after["left_alone"])),
    # As of then: what came since still waits.
    "threads": lambda tx, id_, after: conversations.restore(tx, id_, after["closed_at"]),
    "complaints": lambda tx, id_, after: complaints.close(tx, id_, instant(after["closed_at"])),
}


def _close(it: _Redo, action_id: int) -> bool:
    """What was due because of it is done, where it still is."""
    action = actions.get(it.tx, action_id)
    if drafts.refusal(it.tx, action, None, it.now):
        return False
    stored.note(it.tx, it.operation, "actions", action_id)
    actions.close(it.tx, action_id, action.reason, it.now)
    return True


def _promise(it: _Redo, change: Change) -> None:
    after, now = change.after or {}, stored.as_it_is(it.tx, change)
    if change.before is None:
        if moment(after["due_at"]) <= it.now:
            raise Conflict("That day is over.", "Promise it anew.")
        stored.note_new(it.tx, it.operation, "promises", change.reference)
    elif now != change.before:
        raise Conflict("That promise has changed since.", "Look at: retcon promises")
    else:
        stored.note(it.tx, it.operation, "promises", change.reference)
    promised.restore(it.tx, change.reference, after)
    state = PromiseState(after["state"])
    if state in (PromiseState.KEPT, PromiseState.DROPPED):
        promised.decide(it.tx, change.reference, state, it.now)


def _know(it: _Redo, customer_id: int, after: Mapping[str, Any]) -> None:
    person = people.current(it.tx, customer_id)
    stored.note_known(it.tx, it.operation, customer_id, after["field"])
    overrides.put(it.tx, person, after["field"], after["value"], it.now)
    people.describe(it.tx, [person])
    touched.add(it.tx, [person])
