"""Customers and the identities by which they are recognised."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retcon import localtime
from retcon.model.people import Account, Customer
from retcon.store import records
from retcon.store.database import Connection
from retcon.store.values import packed, seconds, words
from retcon.text import keep_name

# The kind and the value that compares: ("email", "ada@example.com"), ("account", "woo:17").
Identity = tuple[str, str]

ACCOUNT = ("customer_id", "name", "email", "phone", "country", "language", "registered_at")
_AMONG = "in (select value from json_each(?))"
_CHUNK = 20_000


def get(tx: Connection, ids: Iterable[int]) -> dict[int, Customer]:
    """The customers of these ids, in the order of the ids; those that don't exist are left out."""
    wanted = json.dumps(list(ids))
    identities: dict[int, dict[str, list[str]]] = {}
    for row in tx.execute(
        f"select customer_id, kind, shown from identities where customer_id {_AMONG} order by kind, value", (wanted,)
    ):
        identities.setdefault(row["customer_id"], {}).setdefault(row["kind"], []).append(row["shown"])
    phones: dict[int, dict[str, None]] = {}
    for row in tx.execute(_PHONES, (wanted, wanted)):
        phones.setdefault(row["customer_id"], {})[row["phone"]] = None
    found = tx.execute(
        "select c.* from json_each(?) asked join customers c on c.id = asked.value order by asked.key", (wanted,)
    )
    return {
        row["id"]: Customer(
            id=row["id"],
            name=row["name"],
            emails=tuple(identities.get(row["id"], {}).get("email", ())),
            phones=tuple(phones.get(row["id"], ())),
            source_ids=tuple(identities.get(row["id"], {}).get("account", ())),
            country=row["country"],
            language=row["language"],
            zones=words(row["zones"]),
            left_alone=bool(row["left_alone"]),
            chats=tuple(chat for shown in identities.get(row["id"], {}).get("chat", ()) if (chat := _chat(shown))),
            country_from=row["country_from"],
            language_from=row["language_from"],
            zones_from=row["zones_from"],
        )
        for row in found
    }


def _chat(shown: str) -> tuple[str, str] | None:
    """Medium and id of "telegram:700100200"."""
    medium, colon, id_ = shown.partition(":")
    return (medium, id_) if colon else None


# The newest first.
_PHONES = f"""
    select customer_id, phone, max(at) from (
        select customer_id, phone, placed_at as at from orders where phone <> '' and customer_id {_AMONG}
        union all
        select customer_id, phone, coalesce(registered_at, 0) from accounts where phone <> '' and customer_id {_AMONG}
    ) group by customer_id, phone order by customer_id, max(at) desc, phone
"""


def search(tx: Connection, text: str) -> list[int]:
    """The ids of the customers in whose name, addresses, numbers or order numbers every word occurs, in order."""
    found: set[int] | None = None
    for word in text.split():
        matches = _matching(tx, word)
        found = matches if found is None else found & matches
    return sorted(found or ())


def _matching(tx: Connection, word: str) -> set[int]:
    digits = _digits(word) if re.fullmatch(r"\+?[\d()./-]{4,}", word) else word
    if len(digits) >= 3:
        quoted = digits.replace('"', '""')
        rows = tx.execute("select rowid from customer_search where words match ?", (f'"{quoted}"',))
    else:
        like = re.sub(r"([\\%_])", r"\\\1", word)
        rows = tx.execute(r"select rowid from customer_search where words like ? escape '\'", (f"%{like}%",))
    number = word.removeprefix("#")
    orders = tx.execute(
        "select customer_id from orders where not removed"
        " and (number >= ? and number < ? || char(1114111) or number >= ? and number < ? || char(1114111))",
        (number, number, f"#{number}", f"#{number}"),
    )
    return {row[0] for row in rows} | {row[0] for row in orders}


@lru_cache(maxsize=65_536)
def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def by_reference(tx: Connection, text: str) -> int | None:
    """The customer meant by our id ("12"), an e-mail address or a source's id ("woo:17"); None where nobody is."""
    asked = text.strip()
    row = None
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        row = tx.execute("select id from customers where id = ?", (int(asked),)).fetchone()
    if row is None:
        row = tx.execute(
            "select customer_id from identities"
            " where (kind = 'email' and value = ?) or (kind = 'account' and value = ?)",
            (asked.casefold(), asked),
        ).fetchone()
    return row[0] if row else None


def set_left_alone(tx: Connection, ids: Iterable[int], alone: bool) -> None:
    """Whether nothing is written to these customers."""
    tx.execute(f"update customers set left_alone = ? where id {_AMONG}", (alone, json.dumps(list(ids))))


def owners(tx: Connection, identities: Iterable[Identity]) -> dict[Identity, int]:
    """Whose these identities are, as far as they are anybody's."""
    by_kind: dict[str, list[str]] = {}
    for kind, value in identities:
        by_kind.setdefault(kind, []).append(value)
    return {
        (kind, row[0]): row[1]
        for kind, values in by_kind.items()
        for row in tx.execute(
            f"select value, customer_id from identities where kind = ? and value {_AMONG}", (kind, json.dumps(values))
        )
    }


def account_holders(tx: Connection, source: str, ids: Iterable[int]) -> set[int]:
    """Those among the customers who have an account of the source."""
    rows = tx.execute(
        f"select customer_id, value from identities where kind = 'account' and customer_id {_AMONG}",
        (json.dumps(list(ids)),),
    )
    return {row[0] for row in rows if row[1].startswith(f"{source}:")}


def next_id(tx: Connection) -> int:
    """The id of the next new customer."""
    return tx.execute("select coalesce(max(id), 0) + 1 from customers").fetchone()[0]


def add(tx: Connection, ids: Iterable[int]) -> None:
    """Make customers of these ids, of whom nothing is known yet."""
    tx.executemany("insert into customers (id) values (?)", ((number,) for number in ids))


def claim(tx: Connection, claims: Mapping[Identity, tuple[int, str]]) -> None:
    """Give the identities to customers: identity → customer and how it is shown."""
    tx.executemany(
        "insert into identities (kind, value, customer_id, shown) values (?, ?, ?, ?)",
        ((kind, value, person, shown) for (kind, value), (person, shown) in claims.items()),
    )


def account_facts(account: Account, customer_id: int) -> records.Facts:
    """The columns of `accounts` that the account fills, as ACCOUNT names them."""
    return (
        customer_id,
        keep_name(account.name),
        keep_name(account.email),
        keep_name(account.phone),
        account.country[:2].upper(),
        keep_name(account.language),
        seconds(account.registered_at),
    )


def accounts_of(tx: Connection, source: str, source_ids: Iterable[str]) -> set[int]:
    """The customers whose accounts these are."""
    rows = tx.execute(
        f"select distinct customer_id from accounts where source = ? and source_id {_AMONG}",
        (source, json.dumps(list(source_ids))),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Described:
    """What a customer is called at present, and what search finds them by."""

    name: str
    country: str
    language: str
    words: frozenset[str]

    def covers(self, name: str, country: str, language: str, phone: str) -> bool:
        """Whether one more order that says this would change nothing."""
        return (
            name in ("", self.name)
            and country in ("", self.country)
            and language in ("", self.language)
            and (not phone or phone in self.words)
        )


def described(tx: Connection, ids: Iterable[int]) -> dict[int, Described]:
    """What these customers are called at present."""
    wanted = json.dumps(list(ids))
    words = {row[0]: row[1] for row in tx.execute(_INDEXED, (wanted,))}
    return {
        row[0]: Described(row[1], row[2], row[3], frozenset(words.get(row[0], "").split("\n")))
        for row in tx.execute(f"select id, name, country, language from customers where id {_AMONG}", (wanted,))
    }


_INDEXED = f"select rowid, words from customer_search where rowid {_AMONG}"


def describe(tx: Connection, ids: Sequence[int]) -> None:
    """Take name, country and language of these customers from the newest account or order that has one.

    Time zones follow from the country; what `search` finds follows from all of it.
    """
    for start in range(0, len(ids), _CHUNK):
        wanted = json.dumps(ids[start : start + _CHUNK])
        told: dict[int, list[str]] = {}
        found: dict[int, set[str]] = {}
        for person, name, country, language, phone in tx.execute(_TOLD, (wanted, wanted)):
            facts = told.setdefault(person, ["", "", ""])
            facts[:] = (name or facts[0], country or facts[1], language or facts[2])
            if phone:
                found.setdefault(person, set()).update((phone, _digits(phone)))
        for person, shown in tx.execute(
            f"select customer_id, shown from identities where kind = 'email' and customer_id {_AMONG}", (wanted,)
        ):
            found.setdefault(person, set()).add(shown)
        _write_described(tx, wanted, told, found)


# The oldest first, so that what comes later wins.
_TOLD = f"""
    select customer_id, name, country, language, phone from (
        select customer_id, name, country, language, phone, placed_at as at, 1 as kind, id as tie
        from orders where customer_id {_AMONG}
        union all
        select customer_id, name, country, language, phone, coalesce(registered_at, 0), 0, source || ':' || source_id
        from accounts where customer_id {_AMONG}
    ) order by at, kind, tie
"""


_NOTHING = ("", "", "")


def _write_described(
    tx: Connection, wanted: str, told: Mapping[int, Sequence[str]], found: Mapping[int, set[str]]
) -> None:
    before = {
        row[0]: tuple(row)[1:]
        for row in tx.execute(f"select id, name, country, language from customers where id {_AMONG}", (wanted,))
    }
    tx.executemany(
        "update customers set name = ?, country = ?, language = ?, zones = ? where id = ?",
        (
            (*facts, packed(localtime.zones_of(facts[1])), person)
            for person, facts in ((person, told.get(person, _NOTHING)) for person in before)
            if tuple(facts) != before[person]
        ),
    )
    indexed = {row[0]: row[1] for row in tx.execute(_INDEXED, (wanted,))}
    searched = {
        person: "\n".join(filter(None, (told.get(person, _NOTHING)[0], *sorted(found.get(person, ())))))
        for person in before
    }
    tx.executemany(
        "insert or replace into customer_search (rowid, words) values (?, ?)",
        ((person, text) for person, text in sorted(searched.items()) if indexed.get(person) != text),
    )
