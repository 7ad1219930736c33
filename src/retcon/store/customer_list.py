"""The list of customers: filtered, sorted and cut in SQL, so that its cost doesn't grow with the shop."""

import json
from collections.abc import Mapping, Sequence

from retcon.store.database import Connection

# What a filter may name, and the column it means.
FILTERS = {
    "risk": "s.band",
    "tier": "s.tier",
    "stage": "s.stage",
    "country": "c.country",
    "language": "c.language",
}
# What the list may be sorted by; ties by id, so that a page never shows a row twice.
SORTS = {
    "stake": "s.stake_minor desc, s.customer_id",
    "risk": "s.p_churn desc, c.id",
    "spent": "s.spent_minor desc, c.id",
    "silent": "s.silent_days desc, c.id",
    "orders": "s.orders desc, c.id",
    "name": "c.name collate nocase, c.id",
}


def ids(
    tx: Connection, filters: Mapping[str, str], among: Sequence[int] | None, sort: str, limit: int | None
) -> list[int]:
    """The ids of customers that match every filter and are `among` these, sorted; all where nothing is asked."""
    where = [f"{FILTERS[name]} = ? collate nocase" for name in filters]
    values: list[str | int] = list(filters.values())
    if among is not None:
        where.append("c.id in (select value from json_each(?))")
        values.append(json.dumps(among))
    query = f"""
        select c.id from customers c join standings s on s.customer_id = c.id
        {"where " + " and ".join(where) if where else ""}
        order by {SORTS[sort]} limit ?
    """
    return [row[0] for row in tx.execute(query, (*values, -1 if limit is None else limit))]
