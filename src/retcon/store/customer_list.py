"""The list of customers: filtered, ordered and cut in SQL.

A page costs as much as its rows: it is found by the key of the row beside it, on an index of its order.
"""

import json
from array import array
from collections.abc import Sequence

from retcon.frozen import dataclass
from retcon.store.database import Connection, plain
from retcon.store.query_sql import EVERYBODY, Asked

# A row's place in an order: the value it is ordered by, and its id.
Key = tuple[str | int | float, int]

# What the list may be ordered by, and whether the largest come first; ties by id, so that no row is on two pages.
SORTS = {
    "stake": ("s.stake_minor", True),
    "risk": ("s.p_churn", True),
    "spent": ("s.spent_minor", True),
    "silent": ("s.silent_days", True),
    "orders": ("s.orders", True),
    "name": ("c.name collate nocase", False),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A customer as a list shows them, beside their standing."""

    id: int
    name: str
    country: str
    left_alone: bool
    emails: tuple[str, ...]


def page(
    tx: Connection, asked: Asked, sort: str, count: int, *, after: Key | None = None, back: bool = False
) -> list[Key]:
    """At most `count` customers in that order from behind the key on, or from the first.

    With `back` those before the key, or the last; always in the order of the list.
    """
    column, largest_first = SORTS[sort]
    id_ = "c.id" if sort == "name" else "s.customer_id"
    # The table that the order's index is on is read first.
    first, second = ("customers c", "standings s") if sort == "name" else ("standings s", "customers c")
    direction, beyond = ("desc", "<") if largest_first != back else ("asc", ">")
    ids_direction, further = ("desc", "<") if back else ("asc", ">")
    query = f"select {column}, {id_} from {first} cross join {second} on s.customer_id = c.id where {asked.where}"
    order = f"order by {column} {direction}, {id_} {ids_direction} limit ?"
    if after is None:
        found = list(plain(tx, f"{query} {order}", (*asked.values, count)))
    else:
        # Two ranges of the index, where one condition over both would read every tie before the key.
        ties = f"{query} and {column} = ? and {id_} {further} ? {order}"
        found = list(plain(tx, ties, (*asked.values, *after, count)))
        if len(found) < count:
            rest = f"{query} and {column} {beyond} ? {order}"
            found += plain(tx, rest, (*asked.values, after[0], count - len(found)))
    keys: list[Key] = [(value, customer) for value, customer in found]
    return keys[::-1] if back else keys


def order(tx: Connection, asked: Asked, sort: str) -> "tuple[array[int], int]":
    """The ids of everybody asked for, in that order, and what is at stake with them all in minor units."""
    column, largest_first = SORTS[sort]
    direction = "desc" if largest_first else "asc"
    if asked == EVERYBODY:
        query = f"select s.customer_id from {_tables(asked, sort)} order by {column} {direction}, s.customer_id"
        return array("q", (row[0] for row in plain(tx, query))), sums(tx)[1]
    # By an index of the order every row would be looked up alone: whole tables are read from end to end, then sorted.
    sorted_ = column if sort == "name" else f"+{column}"
    query = f"""
        select s.customer_id, s.stake_minor from {_tables(asked, sort)} where {asked.where}
        order by {sorted_} {direction}, s.customer_id
    """
    ids, stake = array("q"), 0
    for id_, at_stake in plain(tx, query, asked.values):
        ids.append(id_)
        stake += at_stake
    return ids, stake


def sums(tx: Connection, asked: Asked = EVERYBODY) -> tuple[int, int]:
    """How many are asked for, and what is at stake with them in minor units."""
    query = f"select count(*), coalesce(sum(s.stake_minor), 0) from {_tables(asked)} where {asked.where}"
    number, stake = tx.execute(query, asked.values).fetchone()
    return number, stake


def largest(tx: Connection) -> int:
    """The largest sum of money that any row shows, in minor units."""
    query = "select max((select max(stake_minor) from standings), (select max(spent_minor) from standings))"
    return tx.execute(query).fetchone()[0] or 0


def countries(tx: Connection) -> tuple[str, ...]:
    """The countries in which customers live, the one with most of them first."""
    query = "select country from customers where country <> '' group by country order by count(*) desc, country"
    return tuple(row[0] for row in plain(tx, query))


def rows(tx: Connection, ids: Sequence[int]) -> dict[int, Listed]:
    """These customers, by id; those that don't exist are left out."""
    wanted = json.dumps(list(ids))
    emails: dict[int, list[str]] = {}
    query = """
        select customer_id, shown from identities
        where customer_id in (select value from json_each(?)) and +kind = 'email' order by value
    """
    for id_, shown in plain(tx, query, (wanted,)):
        emails.setdefault(id_, []).append(shown)
    query = "select id, name, country, left_alone from customers where id in (select value from json_each(?))"
    return {
        id_: Listed(id_, name, country, bool(alone), tuple(emails.get(id_, ())))
        for id_, name, country, alone in plain(tx, query, (wanted,))
    }


def _tables(asked: Asked, sort: str = "") -> str:
    """The tables that a query over all rows needs."""
    return (
        "customers c cross join standings s on s.customer_id = c.id"
        if asked.of_customers or sort == "name"
        else "standings s"
    )
