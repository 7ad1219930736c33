"""Who is unhappy, by what it is known, and since when."""

import json
from collections.abc import Iterable
from datetime import datetime

from retcon.model.conversations import Complaint, ComplaintSign
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds


def add(
    tx: Connection,
    *,
    customer_id: int,
    thread_id: int | None,
    sign: ComplaintSign,
    words: str,
    reference: str,
    at: datetime,
) -> bool:
    """Write it down; False where it is known already by its reference."""
    made = tx.execute(
        """
        insert or ignore into complaints (customer_id, thread_id, sign, words, reference, at) values (?, ?, ?, ?, ?, ?)
        """,
        (customer_id, thread_id, sign, words, reference, seconds(at)),
    )
    return bool(made.rowcount)


def of_customers(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Complaint, ...]]:
    """Each customer's open complaints, oldest first."""
    rows = tx.execute(
        """
        select * from complaints where customer_id in (select value from json_each(?)) and closed_at is null
        order by at, id
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, list[Complaint]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(_complaint(row))
    return {id_: tuple(complaints) for id_, complaints in found.items()}


def thirds(tx: Connection, thread_id: int) -> tuple[Complaint, ...]:
    """The complaints of the thread that are known by a third message without an answer, closed ones too."""
    rows = tx.execute("select * from complaints where thread_id = ? and sign = 'third' order by at", (thread_id,))
    return tuple(_complaint(row) for row in rows)


def forget(tx: Connection, complaint_id: int) -> None:
    """It was none, as is known now."""
    tx.execute("delete from complaints where id = ?", (complaint_id,))


def find(tx: Connection, complaint_id: int) -> Complaint | None:
    """The complaint, None where there is none of that id."""
    row = tx.execute("select * from complaints where id = ?", (complaint_id,)).fetchone()
    return None if row is None else _complaint(row)


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, Complaint]:
    """The complaints of these ids, by id; closed ones too."""
    rows = tx.execute("select * from complaints where id in (select value from json_each(?))", (json.dumps(list(ids)),))
    return {row["id"]: _complaint(row) for row in rows}


def about(tx: Connection, reference: str) -> int | None:
    """The id of the open complaint of that reference; None where there is none."""
    row = tx.execute("select id from complaints where reference = ? and closed_at is null", (reference,)).fetchone()
    return None if row is None else row[0]


def close(tx: Connection, complaint_id: int, now: datetime | None) -> None:
    """The operator is done with it; no time opens it again."""
    tx.execute("update complaints set closed_at = ? where id = ?", (seconds(now), complaint_id))


def _complaint(row: Row) -> Complaint:
    return Complaint(
        id=row["id"],
        customer_id=row["customer_id"],
        thread_id=row["thread_id"],
        sign=ComplaintSign(row["sign"]),
        words=row["words"],
        reference=row["reference"],
        at=moment(row["at"]),
        closed_at=instant(row["closed_at"]),
    )
