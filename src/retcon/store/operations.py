"""What the operator did, with the rows as they were before and, once taken back, as they had been after: undo, redo."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retcon.frozen import dataclass
from retcon.store import facts, mutes, overrides, people, segments, tags, thresholds
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds

# What is kept of a row, by its table: as much as taking back needs.
_KEPT = {
    "actions": "state, snoozed_until, wakes_on, skip_reason, decided_at,"
    " channel, recipient, subject, body, operator_subject, operator_body, notes, edited, files",
    "outbox": "state, not_before, chosen_at, waits_reason",
    "customers": "left_alone",
    "threads": "closed_at",
    "promises": "state, due_at, words",
    "complaints": "closed_at",
    "notes": "removed_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the operator did; `words` say it in the past: "9 approved"."""

    id: int
    verb: str
    words: str
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that an operation changed. `before` is what it was, None where the operation made it.

    `after` is what it was until it was taken back, None where it never was.
    """

    position: int
    family: str
    reference: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def begin(tx: Connection, verb: str, words: str, now: datetime, *, again: int | None = None) -> int:
    """A new operation, or one that does another `again`; what was taken back before a new one can't be done again."""
    tx.execute("update operations set redo = null where redo is not null and id = coalesce(?, id)", (again,))
    made = tx.execute("insert into operations (verb, words, at) values (?, ?, ?)", (verb, words, seconds(now)))
    assert made.lastrowid is not None
    return made.lastrowid


def call(tx: Connection, operation: int, words: str, *, verb: str | None = None) -> None:
    """Name the operation by what it came to, and where it came to something else, by another verb."""
    tx.execute("update operations set words = ?, verb = coalesce(?, verb) where id = ?", (words, verb, operation))


def note(tx: Connection, operation: int, family: str, reference: int) -> None:
    """Keep the row as it is now, before the operation changes it."""
    _write(tx, operation, family, reference, _kept(tx, family, reference))


def note_new(tx: Connection, operation: int, family: str, reference: int) -> None:
    """The operation has made this row."""
    _write(tx, operation, family, reference, None)


def note_hold(tx: Connection, operation: int) -> None:
    """Keep whether everything is on hold, before the operation changes it."""
    _write(tx, operation, "hold", 0, _held(tx))


def note_fact(tx: Connection, operation: int, name: str) -> None:
    """Keep the fact of the house as it is now, before the operation changes it."""
    _write(tx, operation, "fact", 0, _fact(tx, name))


def note_tag(tx: Connection, operation: int, customer_id: int, name: str) -> None:
    """Keep whether the customer has the tag, before the operation changes it."""
    _write(tx, operation, "tags", customer_id, _tag(tx, customer_id, name))


def note_known(tx: Connection, operation: int, customer_id: int, field: str) -> None:
    """Keep what the operator said of the customer, before the operation changes it."""
    _write(tx, operation, "overrides", customer_id, _known(tx, customer_id, field))


def note_segment(tx: Connection, operation: int, name: str) -> None:
    """Keep the saved segment as it is now, before the operation changes it."""
    _write(tx, operation, "segments", 0, _segment(tx, name))


def note_threshold(tx: Connection, operation: int, tier: str, category: str) -> None:
    """Keep the tier's own levels for the category as they are now, before the operation changes them."""
    _write(tx, operation, "thresholds", 0, thresholds.row(tx, tier, category))


def note_mute(tx: Connection, operation: int, country: str) -> None:
    """Keep until when the country is left alone, before the operation changes it."""
    _write(tx, operation, "mutes", 0, mutes.row(tx, country))


def keep(tx: Connection, operation: int, family: str, reference: int, before: Mapping[str, Any]) -> None:
    """Keep what the operation's own undo has to know."""
    _write(tx, operation, family, reference, before)


def _kept(tx: Connection, family: str, reference: int) -> dict[str, Any]:
    return dict(tx.execute(f"select {_KEPT[family]} from {family} where id = ?", (reference,)).fetchone())


def _held(tx: Connection) -> dict[str, Any]:
    return {"held": facts.get(tx, facts.HOLD) is not None}


def _fact(tx: Connection, name: str) -> dict[str, Any]:
    return {"name": name, "value": facts.get(tx, name)}


def _tag(tx: Connection, customer_id: int, name: str) -> dict[str, Any]:
    return {"name": name, "at": seconds(tags.since(tx, people.current(tx, customer_id), name))}


def _known(tx: Connection, customer_id: int, field: str) -> dict[str, Any]:
    person = people.current(tx, customer_id)
    return {"field": field, "value": overrides.of(tx, [person]).get(person, {}).get(field, "")}


def _segment(tx: Connection, name: str) -> dict[str, Any]:
    saved = segments.get(tx, name)
    return {"name": name, "query": saved and saved.query, "at": seconds(saved.at) if saved else 0}


def as_it_is(tx: Connection, change: Change) -> dict[str, Any]:
    """What the operation changed, as it is now, in the form of `before`; of merges and splits nothing."""
    before = change.before or {}
    match change.family:
        case "hold":
            return _held(tx)
        case "fact":
            return _fact(tx, before["name"])
        case "tags":
            return _tag(tx, change.reference, before["name"])
        case "overrides":
            return _known(tx, change.reference, before["field"])
        case "segments":
            return _segment(tx, before["name"])
        case "thresholds":
            return thresholds.row(tx, before["tier"], before["category"])
        case "mutes":
            return mutes.row(tx, before["country"])
        case family if family in _KEPT:
            return _kept(tx, family, change.reference)
        case _:
            return {}


def _write(tx: Connection, operation: int, family: str, reference: int, before: Mapping[str, Any] | None) -> None:
    tx.execute(
        """
        insert into operation_changes (operation_id, position, family, reference, before)
        select ?, coalesce(max(position), 0) + 1, ?, ?, ? from operation_changes where operation_id = ?
        """,
        (operation, family, reference, json.dumps(before, ensure_ascii=False), operation),
    )


def last(tx: Connection) -> Operation | None:
    """The last operation that has not been taken back."""
    row = tx.execute("select * from operations where undone_at is null order by id desc limit 1").fetchone()
    return None if row is None else _operation(row)


def get(tx: Connection, operation: int) -> Operation | None:
    """The operation, None where there is none of that id."""
    row = tx.execute("select * from operations where id = ?", (operation,)).fetchone()
    return None if row is None else _operation(row)


def changes(tx: Connection, operation: int) -> tuple[Change, ...]:
    """What the operation changed, the last first."""
    rows = tx.execute("select * from operation_changes where operation_id = ? order by position desc", (operation,))
    return tuple(
        Change(
            position=row["position"],
            family=row["family"],
            reference=row["reference"],
            before=json.loads(row["before"]),
            after=json.loads(row["after"]) if row["after"] is not None else None,
        )
        for row in rows
    )


def mark_undone(
    tx: Connection, operation: int, now: datetime, after: Mapping[int, Mapping[str, Any]] | None = None
) -> None:
    """The operation has been taken back: what it had come to, by the position of each change that came back."""
    tx.execute("update operations set undone_at = ? where id = ?", (seconds(now), operation))
    if not after:
        return
    tx.executemany(
        "update operation_changes set after = ? where operation_id = ? and position = ?",
        ((json.dumps(state, ensure_ascii=False), operation, position) for position, state in after.items()),
    )
    tx.execute(
        "update operations set redo = (select coalesce(max(redo), 0) + 1 from operations) where id = ?", (operation,)
    )


def undone_last(tx: Connection) -> Operation | None:
    """What was taken back last and can be done again, None where something else was done since."""
    row = tx.execute("select * from operations where redo is not null order by redo desc limit 1").fetchone()
    return None if row is None else _operation(row)


def follow(tx: Connection, family: str, old: int, new: int) -> None:
    """Where something was made anew, what can be done again after it is about the new one."""
    tx.execute(
        """
        update operation_changes set reference = ? where family = ? and reference = ?
        and operation_id in (select id from operations where redo is not null)
        """,
        (new, family, old),
    )


def _operation(row: Row) -> Operation:
    return Operation(
        id=row["id"],
        verb=row["verb"],
        words=row["words"],
        at=moment(row["at"]),
        undone_at=instant(row["undone_at"]),
    )
