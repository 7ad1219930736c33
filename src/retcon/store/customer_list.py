"""The list of customers: filtered, ordered and cut in SQL.

A page costs as much as its rows: it is found by the key of the row beside it, on an index of its order.
"""

import json
from array import array
from collections.abc import Sequence

from retcon.frozen import dataclass
from retcon.store.database import Connection, plain

# A row's place in an order: the value it is ordered by, and its id.
Key = tuple[str | int | float, int]

# What a filter may name, and the column it means.
FIELDS = {
    "risk": "s.band",
    "tier": "s.tier",
    "stage": "s.stage",
    "country": "c.country",
    "language": "c.language collate nocase",
}
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
class Condition:
    """One thing asked of a customer: that a field holds one of these values, or (not `wanted`) none of them.

    Fields are those of FIELDS, "tag", and "alone" for who is left alone ("yes" or "no").
    """

    field: str
    values: tuple[str, ...]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for: all conditions hold, and they are `among` these and not `besides` those."""

    conditions: tuple[Condition, ...] = ()
    among: frozenset[int] | None = None
    besides: frozenset[int] = frozenset()


EVERYBODY = Asked()


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
    where, values = _where(asked)
    direction, beyond = ("desc", "<") if largest_first != back else ("asc", ">")
    ids_direction, further = ("desc", "<") if back else ("asc", ">")
    query = f"select {column}, {id_} from {first} cross join {second} on s.customer_id = c.id where {where}"
    order = f"order by {column} {direction}, {id_} {ids_direction} limit ?"
    if after is None:
        found = list(plain(tx, f"{query} {order}", (*values, count)))
    else:
        # Two ranges of the index, where one condition over both would read every tie before the key.
        ties = f"{query} and {column} = ? and {id_} {further} ? {order}"
        found = list(plain(tx, ties, (*values, *after, count)))
        if len(found) < count:
            rest = f"{query} and {column} {beyond} ? {order}"
            found += plain(tx, rest, (*values, after[0], count - len(found)))
    keys: list[Key] = [(value, customer) for value, customer in found]
    return keys[::-1] if back else keys


def order(tx: Connection, asked: Asked, sort: str) -> "tuple[array[int], int]":
    """The ids of everybody asked for, in that order, and what is at stake with them all in minor units."""
    column, largest_first = SORTS[sort]
    direction = "desc" if largest_first else "asc"
    if asked == EVERYBODY:
        query = f"select s.customer_id from {_tables(asked, sort)} order by {column} {direction}, s.customer_id"
        return array("q", (row[0] for row in plain(tx, query))), sums(tx)[1]
    where, values = _where(asked)
    # By an index of the order every row would be looked up alone: whole tables are read from end to end, then sorted.
    sorted_ = column if sort == "name" else f"+{column}"
    query = f"""
        select s.customer_id, s.stake_minor from {_tables(asked, sort)} where {where}
        order by {sorted_} {direction}, s.customer_id
    """
    ids, stake = array("q"), 0
    for id_, at_stake in plain(tx, query, values):
        ids.append(id_)
        stake += at_stake
    return ids, stake


def sums(tx: Connection, asked: Asked = EVERYBODY) -> tuple[int, int]:
    """How many are asked for, and what is at stake with them in minor units."""
    where, values = _where(asked)
    query = f"select count(*), coalesce(sum(s.stake_minor), 0) from {_tables(asked)} where {where}"
    number, stake = tx.execute(query, values).fetchone()
    return number, stake


def largest(tx: Connection) -> int:
    """The largest sum of money that any row shows, in minor units."""
    query = "select max((select max(stake_minor) from standings), (select max(spent_minor) from standings))"
    return tx.execute(query).fetchone()[0] or 0


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
    of_customers = any(condition.field in ("country", "language", "alone") for condition in asked.conditions)
    return (
        "customers c cross join standings s on s.customer_id = c.id"
        if of_customers or sort == "name"
        else "standings s"
    )


def _where(asked: Asked) -> tuple[str, list[str]]:
    """The conditions in SQL, with the values that are bound to them."""
    where: list[str] = []
    values: list[str] = []
    for condition in asked.conditions:
        said, bound = _condition(condition)
        where.append(said if condition.wanted else f"not {said}")
        values += bound
    for ids_, among in ((asked.among, "in"), (asked.besides or None, "not in")):
        if ids_ is not None:
            where.append(f"s.customer_id {among} (select value from json_each(?))")
            values.append(json.dumps(list(ids_)))
    return " and ".join(where) or "true", values


def _condition(condition: Condition) -> tuple[str, tuple[str, ...]]:
    if condition.field == "alone":
        return "c.left_alone = ?", ("1" if condition.values == ("yes",) else "0",)
    among = f"in ({', '.join('?' * len(condition.values))})"
    if condition.field == "tag":
        return f"s.customer_id in (select t.customer_id from tags t where t.name {among})", condition.values
    return f"{FIELDS[condition.field]} {among}", condition.values
