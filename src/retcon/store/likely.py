"""Who may be one person: found by what two have in common, never joined because of it.

    a phone number        shared by no more than four: a shop's own number stands with everybody
    a mailbox             two addresses that its provider takes for one: dots at Gmail, a +tag there and elsewhere
    a name in a country   of two words at least, with addresses that begin alike or numbers of one place
    a name in a chat      of two words at least, of somebody who came to a chat by themselves and one buyer

Whole shops are looked through in blocks of those who have a key in common, never everybody beside everybody.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from retcon.frozen import dataclass
from retcon.retention import likeness
from retcon.store import addresses, strangers
from retcon.store.database import Connection, plain

# More than these share a key by chance.
_MOST_WITH_A_NUMBER = 4
_MOST_IN_A_BLOCK = 60
_LETTERS = 3  # of each word of a name, by which a block is made
_LAST_DIGITS = 4  # of a number: the rest tells its place
_AMONG = "in (select value from json_each(?))"

# Two customers, the lower id first.
_Two = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """Two customers who may be one person, and what speaks for it, in words. `one` has more orders, or is older."""

    one: int
    other: int
    reasons: tuple[str, ...]


def pairs(tx: Connection, limit: int | None = None) -> tuple[Likely, ...]:
    """Those who may be one person, what speaks loudest first; without those that are known to be two."""
    found: dict[_Two, list[str]] = defaultdict(list)
    for two, reason in (*_by_number(tx), *_by_mailbox(tx), *_by_name(tx), *_by_chat(tx)):
        if reason not in found[two]:
            found[two].append(reason)
    for two in strangers.every(tx):
        found.pop(two, None)
    ranked = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))[:limit]
    orders = _orders(tx, {id_ for two, _ in ranked for id_ in two})
    return tuple(
        Likely(one, other, tuple(reasons))
        for two, reasons in ranked
        for one, other in (sorted(two, key=lambda id_: (-orders.get(id_, 0), id_)),)
    )


def _orders(tx: Connection, ids: Iterable[int]) -> dict[int, int]:
    query = f"select customer_id, count(*) from orders where customer_id {_AMONG} and not removed group by customer_id"
    return dict(plain(tx, query, (json.dumps(list(ids)),)))


def _couples(ids: Iterable[int]) -> Iterator[_Two]:
    yield from combinations(sorted(set(ids)), 2)


# ---- a number -----------------------------------------------------------------------------------------------


def _by_number(tx: Connection) -> Iterator[tuple[_Two, str]]:
    query = """
        select number, json_group_array(customer_id) from phones where number glob '+[1-9]*'
        group by number having count(*) between 2 and ?
    """
    for number, ids in plain(tx, query, (_MOST_WITH_A_NUMBER,)):
        if addresses.is_number(number):
            for two in _couples(json.loads(ids)):
                yield two, f"the same phone number, {number}"


# ---- a mailbox ----------------------------------------------------------------------------------------------


def _by_mailbox(tx: Connection) -> Iterator[tuple[_Two, str]]:
    query = """
        select value, customer_id from identities where kind = 'email'
        and (value like '%@gmail.com' or value like '%@googlemail.com' or value like '%+%@%')
    """
    boxes: dict[str, dict[str, int]] = defaultdict(dict)
    for address, person in plain(tx, query):
        boxes[addresses.mailbox(address)][address] = person
    bare = f"select value, customer_id from identities where kind = 'email' and value {_AMONG}"
    for address, person in plain(tx, bare, (json.dumps([box for box in boxes if box not in boxes[box]]),)):
        boxes[address][address] = person
    for held in boxes.values():
        for (one, first), (other, second) in combinations(sorted(held.items()), 2):
            if first != second:
                yield (min(first, second), max(first, second)), f"one mailbox, {one} and {other}"


# ---- a name -------------------------------------------------------------------------------------------------


def _by_name(tx: Connection) -> Iterator[tuple[_Two, str]]:
    couples = [two for block in _blocks(tx) for two in _namesakes(block)]
    ids = {id_ for two in couples for id_ in two}
    emails, numbers = _addresses_of(tx, ids)
    for two in couples:
        if evidence := _evidence(two, emails, numbers):
            yield two, f"the same name and country, {evidence}"


def _by_chat(tx: Connection) -> Iterator[tuple[_Two, str]]:
    """Who has only a chat, and is called exactly as one buyer is."""
    query = """
        with writers as (
            select c.id, c.name from identities i join customers c on c.id = i.customer_id
            where i.kind = 'chat' and c.merged_into is null and c.name like '_% _%'
            and not exists (select 1 from orders where customer_id = c.id and not removed)
        )
        select w.id, w.name, json_group_array(distinct b.id) from writers w
        join customers b on b.name = w.name collate nocase and b.id <> w.id and b.merged_into is null
        where exists (select 1 from orders where customer_id = b.id and not removed)
        group by w.id having count(distinct b.id) = 1
    """
    for writer, name, buyers in plain(tx, query):
        if len(likeness.words_of(name)) >= 2:
            for two in _couples((writer, *json.loads(buyers))):
                yield two, "the same name, one wrote in a chat and never bought"


def _blocks(tx: Connection) -> Iterator[Mapping[int, tuple[str, ...]]]:
    """People of one country whose names begin alike, word by word: who could have the same name."""
    query = "select id, name, country from customers where merged_into is null and country <> '' and name like '_% _%'"
    blocks: dict[tuple[str, ...], dict[int, tuple[str, ...]]] = defaultdict(dict)
    for id_, name, country in plain(tx, query):
        words = likeness.words_of(name)
        if len(words) >= 2:
            blocks[country, *(word[:_LETTERS] for word in words)][id_] = words
    for block in blocks.values():
        if len(block) <= _MOST_IN_A_BLOCK:
            yield block
            continue
        exact: dict[tuple[str, ...], dict[int, tuple[str, ...]]] = defaultdict(dict)
        for id_, words in block.items():
            exact[words][id_] = words
        yield from (some for some in exact.values() if len(some) <= _MOST_IN_A_BLOCK)


def _namesakes(block: Mapping[int, tuple[str, ...]]) -> Iterator[_Two]:
    for (one, first), (other, second) in combinations(block.items(), 2):
        if first == second or likeness.same_name(first, second):
            yield min(one, other), max(one, other)


def _addresses_of(tx: Connection, ids: Iterable[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    wanted = json.dumps(list(ids))
    emails: dict[int, list[str]] = {}
    query = f"select customer_id, value from identities where kind = 'email' and customer_id {_AMONG} order by value"
    for person, address in plain(tx, query, (wanted,)):
        if not addresses.is_lent(address):
            emails.setdefault(person, []).append(address)
    numbers: dict[int, list[str]] = {}
    query = f"select customer_id, number from phones where customer_id {_AMONG} order by at desc, number"
    for person, number in plain(tx, query, (wanted,)):
        if addresses.is_number(number):
            numbers.setdefault(person, []).append(number)
    return emails, numbers


def _evidence(two: _Two, emails: Mapping[int, list[str]], numbers: Mapping[int, list[str]]) -> str:
    """What besides their name two have in common; "" where that is nothing."""
    one, other = two
    for first in emails.get(one, ()):
        for second in emails.get(other, ()):
            if likeness.close_addresses(first, second):
                return f"and {first} is like {second}"
    for first in numbers.get(one, ()):
        for second in numbers.get(other, ()):
            if first != second and first[:-_LAST_DIGITS] == second[:-_LAST_DIGITS]:
                return f"and numbers of one place, {first} and {second}"
    return ""
