"""Segments: groups of customers that a query names, saved under a word, counted, and taken by rules and campaigns.

with house.database.read() as tx:
    everybody = segments.ids(house, tx, "segment:regulars consent:email !written<7d")
"""

import unicodedata

from retcon import text
from retcon.desk import query, query_meaning
from retcon.desk.house import House
from retcon.errors import Conflict, QueryError, UsageError
from retcon.frozen import dataclass
from retcon.store import customer_list, operations, segments
from retcon.store.database import Connection
from retcon.store.segments import Saved as Saved

LONGEST = 30


@dataclass(frozen=True, slots=True)
class Segment:
    """A saved segment: how many are in it and what is at stake with them (minor units), or why that can't be told."""

    saved: Saved
    customers: int = 0
    stake_minor: int = 0
    trouble: str = ""


def ids(house: House, tx: Connection, typed: str) -> list[int]:
    """The customers that a query means now, by id; `segment:NAME` is a query too. Raises QueryError.

    Whether each may be written to is still the gate's to say.
    """
    return sorted(customer_list.order(tx, query_meaning.asked(house, tx, typed), "stake")[0])


def count(house: House, tx: Connection, typed: str) -> int:
    """How many customers a query means now. Raises QueryError."""
    return customer_list.sums(tx, query_meaning.asked(house, tx, typed))[0]


def saved(house: House) -> tuple[Saved, ...]:
    """The saved segments, by name."""
    with house.database.read() as tx:
        return segments.every(tx)


def counted(house: House) -> tuple[Segment, ...]:
    """The saved segments with how many are in each; takes as long as the shop is large."""
    with house.database.read() as tx:
        return tuple(_counted(house, tx, each) for each in segments.every(tx))


def _counted(house: House, tx: Connection, each: Saved) -> Segment:
    try:
        customers, stake = customer_list.sums(tx, query_meaning.asked(house, tx, each.query))
    except QueryError as error:
        return Segment(each, trouble=str(error))
    return Segment(each, customers, stake)


def asking(name: str) -> str:
    """What is typed for a saved segment."""
    return f"segment:{name}"


def checked(name: str) -> str:
    """The name as it is kept: one word in small letters, with - for spaces. Raises UsageError where it is none."""
    kept = "-".join(text.fold(text.keep(name)).split())
    if not kept or not all(letter in "-_" or unicodedata.category(letter)[0] in "LMN" for letter in kept):
        shown = text.line(text.keep(name, 40))
        raise UsageError(f"“{shown}” can't be a name.", "A name is letters, digits, - and _.")
    if len(kept) > LONGEST:
        raise UsageError(f"A name has at most {LONGEST} letters; this one has {len(kept)}.", "Say it shorter.")
    return kept


def save(house: House, name: str, typed: str) -> Saved | None:
    """Save the query under the name, as one operation; returns what it replaces.

    Raises UsageError for a bad name, QueryError for a query that means nothing, and for one that stands for itself.
    """
    name, typed, now = checked(name), typed.strip(), house.now()

    def work(tx: Connection) -> Saved | None:
        meaning = query_meaning.understood(house, tx, typed)
        if not query.terms(meaning.typed):
            raise QueryError("Everybody needs no name.", "Say whom you mean, for instance risk:high.", query=typed)
        before = segments.get(tx, name)
        if way := query_meaning.stands_for_itself(tx, name, typed, house.settings.shop.currency):
            shown = " → ".join(way)
            raise QueryError(f"“{name}” would stand for itself: {shown}.", "Name another segment.", query=typed)
        operation = operations.begin(tx, "segment", f"segment {name} {'changed' if before else 'saved'}", now)
        operations.note_segment(tx, operation, name)
        segments.put(tx, name, typed, now)
        return before

    return house.database.write(work)


def remove(house: House, name: str) -> Saved:
    """Remove a saved segment, as one operation; returns what it was.

    Raises UsageError where there is none of that name, and Conflict where another is made of it.
    """
    now = house.now()

    def work(tx: Connection) -> Saved:
        before = segments.get(tx, name.strip())
        if before is None:
            shown = text.line(text.keep(name, 40))
            raise UsageError(f"No segment is called “{shown}”.", "Those that are: retcon segments")
        if users := _users(house, tx, before.name):
            raise Conflict(f"“{before.name}” is a part of {', '.join(users)}.", "Remove or change that first.")
        operation = operations.begin(tx, "segment", f"segment {before.name} removed", now)
        operations.note_segment(tx, operation, before.name)
        segments.put(tx, before.name, None, now)
        return before

    return house.database.write(work)


def _users(house: House, tx: Connection, name: str) -> list[str]:
    """The saved segments that name this one."""
    found: list[str] = []
    for each in segments.every(tx):
        try:
            tree = query.parse(each.query, house.settings.shop.currency)
        except QueryError:
            continue
        if text.fold(name) in map(text.fold, query_meaning.named(tree)):
            found.append(each.name)
    return found
