"""What was promised to whom, and until when."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from retcon.model.conversations import Promise, PromiseState
from retcon.store.database import Connection, Row
from retcon.store.values import moment, seconds


def add(
    tx: Connection,
    *,
    customer_id: int,
    thread_id: int | None,
    reference: str,
    words: str,
    due_at: datetime,
    made_at: datetime,
    state: PromiseState,
) -> int | None:
    """Keep a promise and return its id; None where one of that reference ("message:12") is kept already."""
    made = tx.execute(
        """
        insert or ignore into promises (customer_id, thread_id, reference, words, due_at, made_at, state)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        (customer_id, thread_id, reference, words, seconds(due_at), seconds(made_at), state),
    )
    return made.lastrowid if made.rowcount else None


def of_customers(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Promise, ...]]:
    """Each customer's open promises and those that are offered, the soonest first."""
    rows = tx.execute(
        """
        select * from promises where customer_id in (select value from json_each(?)) and state in ('open', 'offered')
        order by due_at, id
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, list[Promise]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(_promise(row))
    return {id_: tuple(promises) for id_, promises in found.items()}


def find(tx: Connection, promise_id: int) -> Promise | None:
    """The promise, None where there is none of that id."""
    row = tx.execute("select * from promises where id = ?", (promise_id,)).fetchone()
    return None if row is None else _promise(row)


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, Promise]:
    """The promises of these ids, by id."""
    rows = tx.execute("select * from promises where id in (select value from json_each(?))", (json.dumps(list(ids)),))
    return {row["id"]: _promise(row) for row in rows}


def decide(tx: Connection, promise_id: int, state: PromiseState, now: datetime | None) -> None:
    """What became of it; no time where it is open again."""
    tx.execute("update promises set state = ?, decided_at = ? where id = ?", (state, seconds(now), promise_id))


def restore(tx: Connection, promise_id: int, before: Mapping[str, Any]) -> None:
    """Put back what an operation had noted of it."""
    tx.execute(
        "update promises set state = :state, due_at = :due_at, words = :words, decided_at = null where id = :id",
        {**before, "id": promise_id},
    )


def take_up(tx: Connection, promise_id: int, words: str, due_at: datetime) -> None:
    """One that was offered is a promise, in these words and by then."""
    tx.execute(
        "update promises set state = 'open', words = ?, due_at = ? where id = ?", (words, seconds(due_at), promise_id)
    )


def keep_by(tx: Connection, action_id: int, now: datetime) -> None:
    """The message of this action has left: where the action was for a promise, that is kept."""
    tx.execute(
        """
        update promises set state = 'kept', decided_at = ? where state = 'open'
        and 'promise:' || id = (select anchor from actions where id = ?)
        """,
        (seconds(now), action_id),
    )


def withdraw_offers(tx: Connection, outbox_id: int) -> None:
    """The message in which these were found was taken back."""
    tx.execute(
        "update promises set state = 'dropped' where state = 'offered' and reference like ?", (f"outbox:{outbox_id}:%",)
    )


def every(tx: Connection) -> tuple[Promise, ...]:
    """All that are open or offered, the soonest first."""
    rows = tx.execute("select * from promises where state in ('open', 'offered') order by due_at, id")
    return tuple(_promise(row) for row in rows)


def _promise(row: Row) -> Promise:
    return Promise(
        id=row["id"],
        customer_id=row["customer_id"],
        thread_id=row["thread_id"],
        words=row["words"],
        due_at=moment(row["due_at"]),
        made_at=moment(row["made_at"]),
        state=PromiseState(row["state"]),
    )
