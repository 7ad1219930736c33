"""The operator's own words for groups of customers: one word each, as many as they like on one customer."""

import json
from collections.abc import Iterable
from datetime import datetime

from retcon.store.database import Connection
from retcon.store.values import instant, seconds


def put(tx: Connection, customer_id: int, name: str, at: datetime | None) -> None:
    """The customer has the tag since that time; no time takes it off."""
    if at is None:
        tx.execute("delete from tags where customer_id = ? and name = ?", (customer_id, name))
    else:
        tx.execute(
            "insert or replace into tags (customer_id, name, at) values (?, ?, ?)", (customer_id, name, seconds(at))
        )


def since(tx: Connection, customer_id: int, name: str) -> datetime | None:
    """Since when the customer has the tag, None where they haven't."""
    row = tx.execute("select at from tags where customer_id = ? and name = ?", (customer_id, name)).fetchone()
    return None if row is None else instant(row[0])


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Each customer's tags, by name."""
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, name in tx.execute(
        "select customer_id, name from tags where customer_id in (select value from json_each(?)) order by name",
        (json.dumps(list(ids)),),
    ):
        found[customer_id] = (*found.get(customer_id, ()), name)
    return found


def known(tx: Connection) -> dict[str, int]:
    """Every tag that a living customer has, with how many have it, those that most have first."""
    return dict(
        tx.execute(
            """
            select t.name, count(*) from tags t join customers c on c.id = t.customer_id
            where c.merged_into is null group by t.name order by count(*) desc, t.name
            """
        ).fetchall()
    )
