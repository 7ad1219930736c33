"""What the seller was told while the console was closed, each thing once; and what there would be to tell."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from retcon.frozen import dataclass
from retcon.store.database import Connection
from retcon.store.values import moment, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened with a customer. `sign` is by what a complaint is known."""

    key: str
    customer_id: int
    thread_id: int | None
    at: datetime
    sign: str = ""
    medium: str = ""
    waiting_since: datetime | None = None


def known(tx: Connection, keys: Iterable[str]) -> set[str]:
    """Those of the keys that were told."""
    rows = tx.execute("select key from notices where key in (select value from json_each(?))", (json.dumps([*keys]),))
    return {row[0] for row in rows}


def record(tx: Connection, keys: Sequence[str], now: datetime) -> None:
    """These were told, in one message."""
    tx.executemany(
        "insert or ignore into notices (key, at, bundled) values (?, ?, ?)",
        [(key, seconds(now), index > 0) for index, key in enumerate(keys)],
    )


def sent_since(tx: Connection, since: datetime) -> int:
    """How many messages told something since the time."""
    row = tx.execute("select count(*) from notices where not bundled and at > ?", (seconds(since),))
    return row.fetchone()[0]


def waiting_vips(tx: Connection, since: datetime) -> tuple[Event, ...]:
    """The best customers who wait for an answer to what they wrote since the time; one event for each waiting."""
    rows = tx.execute(
        """
        select t.id, t.customer_id, t.medium, t.waiting_since from threads t
        join standings s on s.customer_id = t.customer_id join customers c on c.id = t.customer_id
        where t.waiting_since >= ? and s.tier = 'vip' and not c.left_alone order by t.waiting_since, t.id
        """,
        (seconds(since),),
    )
    return tuple(
        Event(
            key=f"vip:{row['id']}:{row['waiting_since']}",
            customer_id=row["customer_id"],
            thread_id=row["id"],
            at=moment(row["waiting_since"]),
            medium=row["medium"],
            waiting_since=moment(row["waiting_since"]),
        )
        for row in rows
    )


def complaints(tx: Connection, since: datetime) -> tuple[Event, ...]:
    """The open complaints since the time, oldest first."""
    rows = tx.execute(
        """
        select c.*, t.medium, t.waiting_since from complaints c left join threads t on t.id = c.thread_id
        where c.closed_at is null and c.at >= ? order by c.at, c.id
        """,
        (seconds(since),),
    )
    return tuple(
        Event(
            key=f"complaint:{row['reference']}",
            customer_id=row["customer_id"],
            thread_id=row["thread_id"],
            at=moment(row["at"]),
            sign=row["sign"],
            medium=row["medium"] or "",
            waiting_since=None if row["waiting_since"] is None else moment(row["waiting_since"]),
        )
        for row in rows
    )


def promises(tx: Connection, until: datetime, since: datetime) -> tuple[Event, ...]:
    """The open promises that are due within the two times, the soonest first; `waiting_since` is when each was made."""
    rows = tx.execute(
        "select * from promises where state = 'open' and due_at > ? and due_at <= ? order by due_at, id",
        (seconds(since), seconds(until)),
    )
    return tuple(
        Event(
            key=f"promise:{row['id']}:{row['due_at']}",
            customer_id=row["customer_id"],
            thread_id=row["thread_id"],
            at=moment(row["due_at"]),
            waiting_since=moment(row["made_at"]),
        )
        for row in rows
    )
