"""What the operator did, with the rows as they were before: one operation, one undo."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retcon.store import facts
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds

# What is kept of a row, by its table: as much as taking back needs.
_KEPT = {
    "actions": "state, snoozed_until, skip_reason, decided_at,"
    " channel, recipient, subject, body, operator_subject, operator_body, notes, edited, files",
    "outbox": "state",
    "customers": "left_alone",
    "threads": "closed_at",
    "promises": "state, due_at, words",
    "complaints": "closed_at",
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
    """One row that an operation changed. `before` is what it was, None where the operation made it."""

    family: str
    reference: int
    before: Mapping[str, Any] | None


def begin(tx: Connection, verb: str, words: str, now: datetime) -> int:
    """A new operation."""
    made = tx.execute("insert into operations (verb, words, at) values (?, ?, ?)", (verb, words, seconds(now)))
    assert made.lastrowid is not None
    return made.lastrowid


def call(tx: Connection, operation: int, words: str, *, verb: str | None = None) -> None:
    """Name the operation by what it came to, and where it came to something else, by another verb."""
    tx.execute("update operations set words = ?, verb = coalesce(?, verb) where id = ?", (words, verb, operation))


def note(tx: Connection, operation: int, family: str, reference: int) -> None:
    """Keep the row as it is now, before the operation changes it."""
    row = tx.execute(f"select {_KEPT[family]} from {family} where id = ?", (reference,)).fetchone()
    _write(tx, operation, family, reference, dict(row))


def note_new(tx: Connection, operation: int, family: str, reference: int) -> None:
    """The operation has made this row."""
    _write(tx, operation, family, reference, None)


def note_hold(tx: Connection, operation: int, held: bool) -> None:
    """Whether everything was on hold before the operation."""
    _write(tx, operation, "hold", 0, {"held": held})


def note_fact(tx: Connection, operation: int, name: str) -> None:
    """Keep the fact of the house as it is now, before the operation changes it."""
    _write(tx, operation, "fact", 0, {"name": name, "value": facts.get(tx, name)})


def keep(tx: Connection, operation: int, family: str, reference: int, before: Mapping[str, Any]) -> None:
    """Keep what the operation's own undo has to know."""
    _write(tx, operation, family, reference, before)


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
        Change(family=row["family"], reference=row["reference"], before=json.loads(row["before"])) for row in rows
    )


def mark_undone(tx: Connection, operation: int, now: datetime) -> None:
    """The operation has been taken back, as far as it could be."""
    tx.execute("update operations set undone_at = ? where id = ?", (seconds(now), operation))


def _operation(row: Row) -> Operation:
    return Operation(
        id=row["id"],
        verb=row["verb"],
        words=row["words"],
        at=moment(row["at"]),
        undone_at=instant(row["undone_at"]),
    )
