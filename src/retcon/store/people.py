"""Customers and the identities by which they are recognised."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from retcon.errors import InputError
from retcon.model.people import Account, Customer
from retcon.store import addresses, records
from retcon.store.database import Connection, plain
from retcon.store.describing import Described as Described
from retcon.store.describing import catch_up as catch_up
from retcon.store.describing import describe as describe
from retcon.store.describing import described as described
from retcon.store.values import seconds, words
from retcon.text import keep_name

# The kind and the value that compares: ("email", "ada@example.com"), ("account", "woo:17").
Identity = tuple[str, str]

ACCOUNT = ("customer_id", "name", "email", "phone", "country", "language", "registered_at")
_AMONG = "in (select value from json_each(?))"


def get(tx: Connection, ids: Iterable[int]) -> dict[int, Customer]:
    """The customers of these ids, in the order of the ids; those that don't exist are left out."""
    wanted = json.dumps(list(ids))
    identities: dict[int, dict[str, list[str]]] = {}
    for row in tx.execute(
        f"select customer_id, kind, shown from identities where customer_id {_AMONG} order by kind, value", (wanted,)
    ):
        identities.setdefault(row["customer_id"], {}).setdefault(row["kind"], []).append(row["shown"])
    phones: dict[int, list[str]] = {}
    for row in tx.execute(_PHONES, (wanted,)):
        phones.setdefault(row["customer_id"], []).append(row["number"])
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
            subdivision=row["subdivision"],
        )
        for row in found
    }


def _chat(shown: str) -> tuple[str, str] | None:
    """Medium and id of "telegram:700100200"."""
    medium, colon, id_ = shown.partition(":")
    return (medium, id_) if colon else None


# Those in E.164 first, then the newest first.
_PHONES = f"""
    select customer_id, number from phones where customer_id {_AMONG}
    order by customer_id, number not glob '+[1-9]*' or substr(number, 2) glob '*[^0-9]*', at desc, number
"""


def having(tx: Connection, word: str) -> set[int]:
    """Those in whose name, addresses, numbers or order numbers it occurs; it may be several words in a row."""
    number = word.removeprefix("#")
    orders = tx.execute(
        "select customer_id from orders where not removed"
        " and (number >= ? and number < ? || char(1114111) or number >= ? and number < ? || char(1114111))",
        (number, number, f"#{number}", f"#{number}"),
    )
    return named(tx, word) | {row[0] for row in orders}


def named(tx: Connection, word: str) -> set[int]:
    """Those in whose name, addresses or numbers it occurs."""
    digits = _digits(word) if re.fullmatch(r"\+?[\d()./-]{4,}", word) else word
    if len(digits) >= 3:
        quoted = digits.replace('"', '""')
        rows = tx.execute("select rowid from customer_search where words match ?", (f'"{quoted}"',))
    else:
        like = re.sub(r"([\\%_])", r"\\\1", word)
        rows = tx.execute(r"select rowid from customer_search where words like ? escape '\'", (f"%{like}%",))
    return {row[0] for row in rows}


@lru_cache(maxsize=65_536)
def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def current(tx: Connection, customer_id: int) -> int:
    """The living person whom this customer is part of: itself, unless it was merged into another."""
    row = tx.execute(
        """
        with recursive line (id, merged_into) as (
            select id, merged_into from customers where id = ?
            union select c.id, c.merged_into from customers c join line on c.id = line.merged_into
        ) select id from line where merged_into is null
        """,
        (customer_id,),
    ).fetchone()
    return row[0] if row else customer_id


def parts(tx: Connection, customer_id: int) -> tuple[int, ...]:
    """The customers that became part of this one, directly or by way of another."""
    rows = tx.execute(
        """
        with recursive line (id) as (
            select id from customers where merged_into = ?
            union select c.id from customers c join line on c.merged_into = line.id
        ) select id from line order by id
        """,
        (customer_id,),
    )
    return tuple(row[0] for row in rows)


def by_reference(tx: Connection, text: str) -> int | None:
    """The living customer meant by a reference; None where nobody is.

    Our id ("12"), an e-mail address, a phone number that begins with + ("+49 171 1234567"), a source's id ("woo:17")
    or an address of a chat ("telegram:700100200"). Raises InputError where several people have the number.
    """
    asked = text.strip()
    row = None
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        row = tx.execute("select id from customers where id = ?", (int(asked),)).fetchone()
    if row is None:
        row = tx.execute(
            "select customer_id from identities where (kind = 'email' and value = ?)"
            " or (kind in ('account', 'chat') and value = ?) order by kind limit 1",
            (addresses.email(asked), asked),
        ).fetchone()
    if row is None and asked.startswith("+"):
        return _by_phone(tx, asked)
    return current(tx, row[0]) if row else None


def _by_phone(tx: Connection, asked: str) -> int | None:
    number = addresses.phone(asked)
    rows = tx.execute("select customer_id from phones where number = ? order by customer_id", (number,))
    found = sorted({current(tx, row[0]) for row in rows})
    if len(found) > 1:
        ids = ", ".join(map(str, found[:5]))
        raise InputError(f"{len(found)} customers have the number {number}: {ids}.", "Name one by its id.")
    return found[0] if found else None


def set_left_alone(tx: Connection, ids: Iterable[int], alone: bool) -> None:
    """Whether nothing is written to these customers."""
    tx.execute(f"update customers set left_alone = ? where id {_AMONG}", (alone, json.dumps(list(ids))))


def owners(tx: Connection, identities: Iterable[Identity]) -> dict[Identity, int]:
    """Whose these identities are, as far as they are anybody's."""
    by_kind: dict[str, list[str]] = {}
    for kind, value in identities:
        by_kind.setdefault(kind, []).append(value)
    query = f"select value, customer_id from identities where kind = ? and value {_AMONG}"
    return {
        (kind, value): person
        for kind, values in by_kind.items()
        for value, person in plain(tx, query, (kind, json.dumps(values)))
    }


def account_holders(tx: Connection, source: str, ids: Iterable[int]) -> set[int]:
    """Those among the customers who have an account of the source."""
    query = f"select customer_id, value from identities where kind = 'account' and customer_id {_AMONG}"
    rows = plain(tx, query, (json.dumps(list(ids)),))
    return {person for person, value in rows if value.startswith(f"{source}:")}


def next_id(tx: Connection) -> int:
    """The id of the next new customer."""
    return tx.execute("select coalesce(max(id), 0) + 1 from customers").fetchone()[0]


def add(tx: Connection, ids: Iterable[int]) -> None:
    """Make customers of these ids, of whom nothing is known yet."""
    tx.executemany("insert into customers (id) values (?)", ((number,) for number in ids))


def name_writers(tx: Connection, names: Mapping[int, str]) -> None:
    """Keep under which names these customers write; it is theirs where no order or account has one.

    What they are called follows by `describe`.
    """
    tx.executemany(
        "update customers set wrote_as = ? where id = ?",
        ((keep_name(name), person) for person, name in names.items() if keep_name(name)),
    )


def claim(tx: Connection, claims: Mapping[Identity, tuple[int, str]]) -> None:
    """Give the identities to customers: identity → customer and how it is shown."""
    tx.executemany(
        "insert into identities (kind, value, customer_id, shown) values (?, ?, ?, ?)",
        ((kind, value, person, shown) for (kind, value), (person, shown) in claims.items()),
    )


def absorb(tx: Connection, nobody: int, customer_id: int) -> None:
    """Nothing is left of somebody who turned out to be this customer."""
    tx.execute("update customers set merged_into = ? where id = ?", (customer_id, nobody))
    tx.execute("delete from standings where customer_id = ?", (nobody,))


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
