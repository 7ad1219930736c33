"""What the operator said of a customer; it wins over whatever else is known."""

import json
from collections.abc import Iterable
from datetime import datetime

from retcon.store.database import Connection
from retcon.store.values import seconds

# What can be said.
FIELDS = ("name", "country", "language", "zone")


def of(tx: Connection, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What was said of these customers, field by field."""
    found: dict[int, dict[str, str]] = {}
    for row in tx.execute(
        "select customer_id, field, value from overrides where customer_id in (select value from json_each(?))",
        (json.dumps(list(ids)),),
    ):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


def any_at_all(tx: Connection) -> bool:
    """Whether anything was ever said of anybody."""
    return tx.execute("select 1 from overrides limit 1").fetchone() is not None


def put(tx: Connection, customer_id: int, field: str, value: str, now: datetime) -> None:
    """Say it; an empty value takes it back. What is known of the customer follows by `people.describe`."""
    if value:
        tx.execute(
            "insert or replace into overrides (customer_id, field, value, at) values (?, ?, ?, ?)",
            (customer_id, field, value, seconds(now)),
        )
    else:
        tx.execute("delete from overrides where customer_id = ? and field = ?", (customer_id, field))
