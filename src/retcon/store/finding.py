"""Finding a person or an order while its name is being typed: a handful of rows, whatever the size of the shop.

What many match is looked for among those with most at stake, what few match everywhere; neither reads the whole shop.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from retcon import text
from retcon.frozen import dataclass
from retcon.store.database import Connection, plain
from retcon.store.values import moment

# How many matches are compared by what is at stake, and of how many the words are read.
_MOST, _READ = 3_000, 150
# Where more match, and where the index can't tell: so many of those with most at stake are looked through.
_BEST = 400
# The index knows no piece of a word that is shorter.
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """A customer whose name, address or number has every word that was asked for."""

    customer_id: int
    tier: str
    stake_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrder:
    """An order whose number begins with what was asked for."""

    order_id: int
    number: str
    customer_id: int
    placed_at: datetime
    total_minor: int
    currency: str


def persons(tx: Connection, words: str, limit: int) -> list[FoundPerson]:
    """The living customers that have every word in their name, addresses or numbers; also the buyer of an order.

    Those whose own words begin so come first, of these VIPs, then by what is at stake.
    """
    asked = [word.casefold() for word in _words(words)]
    if not asked:
        return []
    buyers = {order.customer_id for order in orders(tx, words, 3) if same_number(order.number, words)}
    found = _matching(tx, asked, buyers | _candidates(tx, asked), buyers)
    return [person for _, person in sorted(found.items(), key=lambda pair: pair[0])[:limit]]


def orders(tx: Connection, number: str, limit: int) -> list[FoundOrder]:
    """The orders whose number begins so, with or without "#": the exact one first, then the newest."""
    asked = text.keep(number, text.NAME_LENGTH).strip().removeprefix("#")
    if not asked or " " in asked:
        return []
    starts = dict.fromkeys(start for word in (asked, asked.upper()) for start in (word, f"#{word}"))
    rows = [row for start in starts for row in tx.execute(_ORDERS, (start, start, 3 * limit))]
    rows.sort(key=lambda row: (not same_number(row["number"], asked), -row["placed_at"], row["id"]))
    return [
        FoundOrder(
            order_id=row["id"],
            number=row["number"],
            customer_id=row["customer_id"],
            placed_at=moment(row["placed_at"]),
            total_minor=row["total_minor"],
            currency=row["currency"],
        )
        for row in rows[:limit]
    ]


def same_number(number: str, asked: str) -> bool:
    """Whether an order has that number, with or without "#"."""
    return number.lstrip("#").casefold() == asked.strip(" #").casefold()


_ORDERS = """
    select id, number, customer_id, placed_at, total_minor, currency from orders
    where number >= ? and number < ? || char(1114111) and not removed order by number limit ?
"""


def _words(words: str) -> list[str]:
    """What is asked for; a number that is written with spaces is one word."""
    words = text.keep(words, text.NAME_LENGTH)
    if re.fullmatch(r"\s*\+?[\d\s()./-]{5,}", words) and len(digits := re.sub(r"\D", "", words)) >= 5:
        return [digits]
    return words.split()


def _candidates(tx: Connection, asked: Sequence[str]) -> set[int]:
    """Who may match: of those who have the longer words the best, and where these are too many the best of all."""
    long = [word for word in asked if len(word) >= _SHORTEST]
    if not long:
        return _named(tx, asked[0]) | _best(tx)
    match = " ".join('"{}"'.format(word.replace('"', '""')) for word in long)
    read = _READ if len(long) == len(asked) else 3 * _READ
    rows = list(plain(tx, _INDEXED, (match, _MOST, read)))
    found = {id_ for id_, _ in rows}
    return found | _best(tx) if rows and rows[0][1] == _MOST else found


_INDEXED = """
    select k.rowid, count(*) over () from (select rowid from customer_search where words match ? limit ?) k
    left join standings s on s.customer_id = k.rowid order by s.tier is 'vip' desc, s.stake_minor desc limit ?
"""


def _named(tx: Connection, start: str) -> set[int]:
    """Some of those whose name begins so."""
    query = "select id from customers where name collate nocase >= ? and name collate nocase < ? limit ?"
    return {id_ for (id_,) in plain(tx, query, (start, f"{start}\U0010ffff", _READ))}


def _best(tx: Connection) -> set[int]:
    """Those with most at stake."""
    query = "select customer_id from standings order by stake_minor desc, customer_id limit ?"
    return {id_ for (id_,) in plain(tx, query, (_BEST,))}


def _matching(
    tx: Connection, asked: Sequence[str], ids: set[int], buyers: set[int]
) -> dict[tuple[int | bool, ...], FoundPerson]:
    """The living of these who have every word, and the buyers, by their place."""
    starts = [re.compile(rf"(?<!\w){re.escape(word)}") for word in asked]
    found: dict[tuple[int | bool, ...], FoundPerson] = {}
    for id_, searched, tier, stake in plain(tx, _ABOUT, (json.dumps(sorted(ids)),)):
        theirs = searched.casefold()
        if id_ in buyers or all(word in theirs for word in asked):
            inside = id_ not in buyers and not all(start.search(theirs) for start in starts)
            person = FoundPerson(customer_id=id_, tier=tier, stake_minor=stake)
            found[inside, tier != "vip", -stake, id_] = person
    return found


_ABOUT = """
    select c.id, coalesce(k.words, c.name), coalesce(s.tier, ''), coalesce(s.stake_minor, 0)
    from json_each(?) asked cross join customers c on c.id = asked.value
    left join customer_search k on k.rowid = c.id left join standings s on s.customer_id = c.id
    where c.merged_into is null
"""
