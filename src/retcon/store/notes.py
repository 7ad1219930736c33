"""What the operator wrote down of a customer; a note that was removed stays, so that undo has it."""

import json
from collections.abc import Iterable
from datetime import datetime

from retcon.model.people import Note
from retcon.store.database import Connection
from retcon.store.values import moment, seconds


def add(tx: Connection, customer_id: int, words: str, now: datetime) -> int:
    """Keep a note and return its id."""
    made = tx.execute("insert into notes (customer_id, at, words) values (?, ?, ?)", (customer_id, seconds(now), words))
    assert made.lastrowid is not None
    return made.lastrowid


def remove(tx: Connection, note_id: int, at: datetime | None) -> None:
    """It is there no longer from that time on; no time brings it back."""
    tx.execute("update notes set removed_at = ? where id = ?", (seconds(at), note_id))


def find(tx: Connection, note_id: int) -> Note | None:
    """The note, None where there is none of that id or it was removed."""
    row = tx.execute("select id, at, words from notes where id = ? and removed_at is null", (note_id,)).fetchone()
    return None if row is None else Note(id=row[0], at=moment(row[1]), words=row[2])


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Note, ...]]:
    """Each customer's notes, the newest first."""
    found: dict[int, list[Note]] = {}
    for row in tx.execute(
        """
        select customer_id, id, at, words from notes
        where customer_id in (select value from json_each(?)) and removed_at is null order by at desc, id desc
        """,
        (json.dumps(list(ids)),),
    ):
        found.setdefault(row[0], []).append(Note(id=row[1], at=moment(row[2]), words=row[3]))
    return {id_: tuple(notes) for id_, notes in found.items()}
