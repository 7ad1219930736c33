"""What a customer is called, where they live, what they speak, by the best evidence, and what that is.

    name       what the operator said > the latest order or account that has one > the name that they write under
    country    what the operator said > the latest order > the account > the prefix of a phone number
    its part   the latest order to that country that told one
    language   what the operator said > what they wrote last > the latest order > the account
    time zones what the operator said > the state > a phone number that tells, in a wide country > the country

Phone numbers and what `search` finds follow from the same facts.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any

from retcon import localtime
from retcon.frozen import dataclass
from retcon.store import addresses, facts, overrides, states
from retcon.store.database import Connection, plain
from retcon.store.values import instant, packed

# What a fact rests on, in words, as customers.country_from, language_from and zones_from keep it.
SAID = "you said so"
ORDER = "the latest order"
ACCOUNT = "the account"
NUMBER = "the phone number"
STATE = "the state"
COUNTRY = "the country"

# Fact: everybody is to be described anew; a step of the schema puts it.
_EVERYBODY = "describe_everybody"
_AMONG = "in (select value from json_each(?))"
_CHUNK = 20_000
# A number of so many zones is a mobile's, given out all over the country.
_TOO_MANY = 3


@dataclass(frozen=True, slots=True)
class Described:
    """What a customer is called at present, and the number that they gave last."""

    name: str
    country: str
    language: str
    country_from: str
    language_from: str
    phone: str
    subdivision: str

    def covers(self, name: str, country: str, language: str, phone: str, subdivision: str) -> bool:
        """Whether one more order that says this would change nothing."""
        return (
            name in ("", self.name)
            and (not country or (country == self.country and self.country_from in (ORDER, SAID)))
            and (not language or (language == self.language and self.language_from != ACCOUNT))
            and phone in ("", self.phone)
            and subdivision in ("", self.subdivision)
        )


def described(tx: Connection, ids: Iterable[int]) -> dict[int, Described]:
    """What these customers are called at present."""
    wanted = json.dumps(list(ids))
    newest = f"select customer_id, shown, max(at) from phones where customer_id {_AMONG} group by customer_id"
    phones: dict[int, str] = {person: shown for person, shown, _ in plain(tx, newest, (wanted,))}
    columns = "name, country, language, country_from, language_from, subdivision"
    known = f"select id, {columns} from customers where id {_AMONG}"
    return {
        person: Described(name, country, language, country_from, language_from, phones.get(person, ""), part)
        for person, name, country, language, country_from, language_from, part in plain(tx, known, (wanted,))
    }


def describe(tx: Connection, ids: Sequence[int]) -> None:
    """Work out anew what these customers are called, where they live, what they speak, and their phone numbers."""
    for start in range(0, len(ids), _CHUNK):
        _describe(tx, json.dumps(ids[start : start + _CHUNK]))


def catch_up(tx: Connection) -> None:
    """Describe everybody, where the file comes from a version that described them otherwise."""
    if facts.get(tx, _EVERYBODY) is None:
        return
    written = "select value from identities where kind = 'email'"
    for value in [row[0] for row in plain(tx, written) if not row[0].isascii()]:
        compares = addresses.email(value) or value
        tx.execute("update or ignore identities set value = ? where kind = 'email' and value = ?", (compares, value))
    describe(tx, [row[0] for row in plain(tx, "select id from customers order by id")])
    facts.put(tx, _EVERYBODY, None)


@dataclass(slots=True)
class _Told:
    """What was told of one person: the last word of each kind."""

    name: str = ""
    named_at: int = -(2**63)
    order_country: str = ""
    order_subdivision: str = ""
    order_language: str = ""
    account_country: str = ""
    account_language: str = ""
    phones: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])  # as it came, country → when


# In the order of an index, so that nothing is sorted; the oldest first, so that what comes later wins.
_ORDERS = f"""
    select customer_id, name, country, subdivision, language, phone, placed_at from orders
    where customer_id {_AMONG} order by customer_id, placed_at, id
"""
_ACCOUNTS = f"""
    select customer_id, name, country, language, phone, coalesce(registered_at, 0) as at from accounts
    where customer_id {_AMONG} order by at, source, source_id
"""
_WROTE = f"""
    select t.customer_id, m.language, max(m.at) from threads t cross join messages m on m.thread_id = t.id
    where t.customer_id {_AMONG} and +m.direction = 'in' and m.language <> '' and not m.automatic group by t.customer_id
"""
_KEPT = f"""
    select id, name, country, language, zones, country_from, language_from, zones_from, subdivision,
        wrote_as, merged_into
    from customers where id {_AMONG}
"""
_IDENTITIES = f"select customer_id, kind, shown, value from identities where kind <> 'account' and customer_id {_AMONG}"
_CHANGE = """
    update customers set name = ?, country = ?, language = ?, zones = ?,
        country_from = ?, language_from = ?, zones_from = ?, subdivision = ? where id = ?
"""


def _describe(tx: Connection, wanted: str) -> None:
    told = _told(tx, wanted)
    wrote = {person: (language, at) for person, language, at in plain(tx, _WROTE, (wanted,))}
    said = overrides.of(tx, json.loads(wanted)) if overrides.any_at_all(tx) else {}
    shown: dict[int, list[str]] = {}
    for person, kind, words, value in plain(tx, _IDENTITIES, (wanted,)):
        shown.setdefault(person, []).append(words)
        if kind == "phone":
            told.setdefault(person, _Told()).phones.setdefault((value, ""), 0)
    phones: dict[int, dict[str, tuple[str, int]]] = {}
    searched: dict[int, str] = {}
    changed: list[tuple[Any, ...]] = []
    for person, name, *before, wrote_as, merged_into in plain(tx, _KEPT, (wanted,)):
        known = told.get(person, _NOTHING)
        by_operator = said.get(person, _NO_WORDS)
        phones[person] = numbers = _numbers(known, by_operator)
        now_called = by_operator.get("name") or known.name or wrote_as
        now_place = _place_of(known, numbers, wrote.get(person), by_operator)
        if now_called != name or now_place != tuple(before):
            changed.append((now_called, *now_place, person))
        searched[person] = "" if merged_into else _searched(now_called, shown.get(person, ()), known.phones, numbers)
    tx.executemany(_CHANGE, changed)
    _write_phones(tx, wanted, phones)
    _write_search(tx, wanted, searched)


def _told(tx: Connection, wanted: str) -> dict[int, _Told]:
    """What orders and accounts tell of each."""
    told: dict[int, _Told] = {}
    last, known = 0, _Told()
    for person, name, country, subdivision, language, phone, at in plain(tx, _ORDERS, (wanted,)):
        if person != last:
            last, known = person, _Told()
            told[person] = known
        if name:
            known.name, known.named_at = name, at
        if country:
            known.order_country = country
        if subdivision:
            known.order_subdivision = subdivision
        if language:
            known.order_language = language
        if phone:
            known.phones[phone, country] = at
    for person, name, country, language, phone, at in plain(tx, _ACCOUNTS, (wanted,)):
        known = told.setdefault(person, _Told())
        if name and at >= known.named_at and (at > known.named_at or known.name == ""):
            known.name, known.named_at = name, at
        known.account_country = country or known.account_country
        known.account_language = language or known.account_language
        if phone:
            known.phones[phone, country] = max(at, known.phones.get((phone, country), at))
    return told


_NOTHING = _Told()
_NO_WORDS: Mapping[str, str] = {}
_NO_NUMBERS: dict[str, tuple[str, int]] = {}
# Country, language, zones, what each rests on, and the part of the country.
_Place = tuple[str, str, str, str, str, str, str]


def _numbers(told: _Told, said: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """The numbers of a person: number → as it came, and when it was told last."""
    if not told.phones:
        return _NO_NUMBERS
    numbers: dict[str, tuple[str, int]] = {}
    usual = said.get("country") or told.order_country or told.account_country
    for (raw, where), at in told.phones.items():
        number = addresses.phone(raw, where or usual) or raw
        if number not in numbers or numbers[number][1] <= at:
            numbers[number] = (raw, at)
    return numbers


def _place_of(
    told: _Told, numbers: Mapping[str, tuple[str, int]], wrote: tuple[str, int] | None, said: Mapping[str, str]
) -> _Place:
    """Where a person lives and what they speak, by the best evidence."""
    country = said.get("country") or told.order_country or told.account_country
    telling: tuple[str, ...] = ()
    if numbers and (not country or _is_wide(country)):
        readable = [number for number in numbers if addresses.is_number(number)]
        telling = tuple(sorted(readable, key=lambda number: numbers[number][1], reverse=True))
    evidence = (told.order_country, told.account_country, telling, wrote, told.order_language, told.account_language)
    by_operator = (said.get("country", ""), said.get("language", ""), said.get("zone", ""))
    return _place(*by_operator, *evidence, told.order_subdivision)


@lru_cache(maxsize=4_096)  # of most people nothing but the country tells
def _place(
    said_country: str,
    said_language: str,
    said_zone: str,
    order_country: str,
    account_country: str,
    numbers: tuple[str, ...],
    wrote: tuple[str, int] | None,
    order_language: str,
    account_language: str,
    order_subdivision: str,
) -> _Place:
    country, country_from = _country(said_country, order_country, account_country, numbers)
    language, language_from = _language(said_language, wrote, order_language, account_language)
    subdivision = order_subdivision if order_subdivision.startswith(f"{country}-") else ""
    zones, zones_from = _zones(said_zone, country, subdivision, numbers)
    return country, language, zones, country_from, language_from, zones_from, subdivision


def _country(said: str, order: str, account: str, numbers: Sequence[str]) -> tuple[str, str]:
    if said:
        return said, SAID
    if order:
        return order, ORDER
    if account:
        return account, ACCOUNT
    told = next(filter(None, map(addresses.country_of_number, numbers)), "")
    return told, NUMBER if told else ""


def _language(said: str, wrote: tuple[str, int] | None, order: str, account: str) -> tuple[str, str]:
    if said:
        return said, SAID
    if wrote:
        return wrote[0], f"wrote it on {_day(wrote[1])}"
    if order:
        return order, ORDER
    return account, ACCOUNT if account else ""


def _zones(said: str, country: str, subdivision: str, numbers: Sequence[str]) -> tuple[str, str]:
    """The time zones as they are kept, and what they rest on."""
    if said:
        return packed((said,)), SAID
    if of_state := states.zones(subdivision):
        return packed(of_state), STATE
    if numbers and _is_wide(country):
        for number in numbers:
            if some := _zones_in(country, number):
                return packed(some), NUMBER
    return _zones_of_country(country)


@lru_cache(maxsize=512)
def _zones_of_country(country: str) -> tuple[str, str]:
    every = localtime.zones_of(country) if country else ()
    return packed(every), COUNTRY if every else ""


@lru_cache(maxsize=512)
def _is_wide(country: str) -> bool:
    """Whether a number can tell more than the country does: North America's move with their people."""
    return country not in ("US", "CA") and len(localtime.zones_of(country)) > 1


@lru_cache(maxsize=65_536)
def _zones_in(country: str, number: str) -> tuple[str, ...]:
    """The zones of the country that the number tells; empty where it tells none, or too many to tell anything."""
    if addresses.country_of_number(number) != country:
        return ()
    every = localtime.zones_of(country)
    told = {localtime.alike(zone, every): zone for zone in addresses.zones_of_number(number) if localtime.is_zone(zone)}
    told.pop(None, None)
    return tuple(told[zone] for zone in every if zone in told) if len(told) < min(len(every), _TOO_MANY) else ()


def _day(at: int) -> str:
    told = instant(at)
    return f"{told.day} {told:%b %Y}" if told else ""


def _write_phones(tx: Connection, wanted: str, phones: Mapping[int, dict[str, tuple[str, int]]]) -> None:
    before: dict[int, dict[str, tuple[str, int]]] = {}
    rows = plain(tx, f"select customer_id, number, shown, at from phones where customer_id {_AMONG}", (wanted,))
    for person, number, shown, at in rows:
        before.setdefault(person, {})[number] = (shown, at)
    gone: list[tuple[int, str]] = []
    news: list[tuple[int, str, str, int]] = []
    for person, numbers in phones.items():
        had = before.get(person, _NO_NUMBERS)
        if numbers != had:
            gone += [(person, number) for number in had if number not in numbers]
            news += [(person, number, *told) for number, told in numbers.items() if had.get(number) != told]
    tx.executemany("delete from phones where customer_id = ? and number = ?", gone)
    tx.executemany("insert or replace into phones (customer_id, number, shown, at) values (?, ?, ?, ?)", news)


def _searched(name: str, shown: Sequence[str], phones: Iterable[tuple[str, str]], numbers: Iterable[str]) -> str:
    """What `search` finds a person by, a word a line."""
    words = {*shown, *(raw for raw, _ in phones), *(_digits(raw) for raw, _ in phones), *map(_digits, numbers), ""}
    words.remove("")
    return "\n".join((name, *sorted(words)) if name else sorted(words))


@lru_cache(maxsize=65_536)
def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _write_search(tx: Connection, wanted: str, searched: Mapping[int, str]) -> None:
    rows = plain(tx, f"select rowid, words from customer_search where rowid {_AMONG}", (wanted,))
    indexed: dict[int, str] = dict(rows)
    tx.executemany(
        "insert or replace into customer_search (rowid, words) values (?, ?)",
        ((person, text) for person, text in sorted(searched.items()) if indexed.get(person) != text),
    )
