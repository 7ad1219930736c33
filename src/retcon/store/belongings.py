"""What is a customer's: the tables that say so, and what goes along with an e-mail address, an account, a chat.

Rows are named by their key as JSON (`["woo","17"]`), so that every table is moved and put back in the same way.
"""

import json
from collections.abc import Iterable, Mapping, Set

from retcon.frozen import dataclass
from retcon.store import addresses
from retcon.store.database import Connection

# The kind and the value that compares: ("email", "ada@example.com"), ("account", "woo:17").
Identity = tuple[str, str]
# Keys of rows by their table.
Rows = dict[str, list[str]]

# Every table whose rows are one customer's, and by what a row is known. Phones, standings and touched follow from them.
TABLES = {
    "identities": "kind, value",
    "accounts": "source, source_id",
    "orders": "id",
    "reviews": "source, source_id",
    "threads": "id",
    "promises": "id",
    "complaints": "id",
    "actions": "id",
    "outbox": "id",
    "consents": "id",
    "overrides": "field",
    "notes": "id",
    "tags": "name",
}
_COUNTED = tuple(table for table, key in TABLES.items() if key == "id")


def all_of(tx: Connection, customer_id: int) -> Rows:
    """Everything that is the customer's."""
    return {table: _keys(tx, table, customer_id) for table in TABLES}


def _keys(tx: Connection, table: str, customer_id: int) -> list[str]:
    return [
        row[0]
        for row in tx.execute(f"select json_array({TABLES[table]}) from {table} where customer_id = ?", (customer_id,))
    ]


def move(tx: Connection, rows: Rows, giver: int, taker: int) -> Rows:
    """Give these rows to another customer, as far as they are still the giver's and the taker has none like it.

    Returns the rows that were given.
    """
    moved: Rows = {}
    for table, keys in rows.items():
        had = set(_keys(tx, table, giver)) if keys else set[str]()
        if not had.isdisjoint(keys):
            tx.execute(
                f"update or ignore {table} set customer_id = ? where customer_id = ?"
                f" and json_array({TABLES[table]}) in (select value from json_each(?))",
                (taker, giver, json.dumps(keys)),
            )
            had -= set(_keys(tx, table, giver))
        moved[table] = [key for key in keys if key in had]
    return moved


def follow_accounts(tx: Connection, ids: Iterable[int]) -> None:
    """Give the orders among these customers that the shop has given to an account since to whose account that is."""
    tx.execute(
        """
        update orders set customer_id = owned.customer_id from identities owned
        where owned.kind = 'account' and owned.value = orders.source || ':' || orders.account_id
          and orders.customer_id in (select value from json_each(:ids))
          and owned.customer_id in (select value from json_each(:ids)) and owned.customer_id <> orders.customer_id
        """,
        {"ids": json.dumps(list(ids))},
    )


def marks(tx: Connection) -> dict[str, int]:
    """The newest row of each table that counts its rows: what comes later is above it."""
    return {table: tx.execute(f"select coalesce(max(id), 0) from {table}").fetchone()[0] for table in _COUNTED}


@dataclass(frozen=True, slots=True)
class Along:
    """What goes along with some identities of a customer; `held` orders came by an account that isn't among them."""

    rows: Rows
    held: int


def along(tx: Connection, customer_id: int, identities: Set[Identity], since: Mapping[str, int] | None = None) -> Along:
    """What of the customer's came by these identities; with `since` only what is newer than those marks.

    An order came by its account, or else by its e-mail address or phone number; what was written about it, and what
    was done for it, goes along.
    """
    after = {table: (since or {}).get(table, 0) for table in _COUNTED}
    orders, held = _orders(tx, customer_id, identities, after["orders"])
    threads = [
        row[0]
        for row in tx.execute(
            "select id, medium, address from threads where customer_id = ? and id > ?", (customer_id, after["threads"])
        )
        if address_of(row[1], row[2]) in identities
    ]
    reviews = _reviews(tx, customer_id, identities)
    about = {form for source, id_ in orders.values() for form in (f"{source}:{id_}", f"order:{source}:{id_}")}
    about |= {f"review:{source}:{id_}" for source, id_ in reviews}
    promises = _following(tx, "promises", customer_id, after, threads, about)
    complaints = _following(tx, "complaints", customer_id, after, threads, about)
    about |= {*(f"promise:{id_}" for id_ in promises), *(f"complaint:{id_}" for id_ in complaints)}
    actions = _following(tx, "actions", customer_id, after, threads, about)
    outbox = [
        row[0]
        for row in tx.execute(
            "select id, action_id, thread_id, recipient, channel from outbox where customer_id = ? and id > ?",
            (customer_id, after["outbox"]),
        )
        if row[1] in actions or row[2] in threads or _is_named(row[3], row[4], identities)
    ]
    numbered = {
        "orders": list(orders),
        "threads": threads,
        "promises": promises,
        "complaints": complaints,
        "actions": actions,
        "outbox": outbox,
    }
    rows = {table: [_key(id_) for id_ in ids] for table, ids in numbered.items()}
    rows["identities"] = [_key(*identity) for identity in sorted(identities)]
    rows["accounts"] = [_key(*value.split(":", 1)) for kind, value in sorted(identities) if kind == "account"]
    rows["reviews"] = [_key(*review) for review in reviews]
    return Along(rows, held)


@dataclass(frozen=True, slots=True)
class CameBy:
    """An identity of a customer as it is shown, and how many orders and conversations came by it."""

    kind: str
    value: str
    shown: str
    orders: int
    conversations: int


def came_by(tx: Connection, customer_id: int) -> tuple[CameBy, ...]:
    """The customer's addresses, accounts, chats and numbers: by what they are recognised, and what came by each."""
    rows = tx.execute(
        "select kind, value, shown from identities where customer_id = ? union"
        " select 'phone', number, number from phones where customer_id = ? order by 1, 2",
        (customer_id, customer_id),
    ).fetchall()
    orders: dict[Identity, int] = {}
    for source, account, email, phone, country in tx.execute(
        "select source, account_id, email, phone, country from orders where customer_id = ? and not removed",
        (customer_id,),
    ):
        number = addresses.phone(phone, country) or phone
        for identity in (("account", f"{source}:{account}"), ("email", addresses.email(email)), ("phone", number)):
            orders[identity] = orders.get(identity, 0) + 1
    threads: dict[Identity, int] = {}
    for medium, address in tx.execute("select medium, address from threads where customer_id = ?", (customer_id,)):
        identity = address_of(medium, address)
        threads[identity] = threads.get(identity, 0) + 1
    found = {(row[0], row[1]): CameBy(row[0], row[1], row[2], 0, 0) for row in rows}
    return tuple(
        CameBy(each.kind, each.value, each.shown, orders.get(identity, 0), threads.get(identity, 0))
        for identity, each in found.items()
    )


def address_of(medium: str, address: str) -> Identity:
    """The identity that an address on a medium is. Some chats know people by their mail address."""
    mail = addresses.email(address)
    return ("email", mail) if mail or medium == "email" else ("chat", f"{medium}:{address}")


def _key(*parts: str | int) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _orders(
    tx: Connection, customer_id: int, identities: Set[Identity], after: int
) -> tuple[dict[int, tuple[str, str]], int]:
    """The orders that came by these identities, with their source and its id; and how many an account holds back."""
    found: dict[int, tuple[str, str]] = {}
    held = 0
    for id_, source, source_id, account, email, phone, country in tx.execute(
        "select id, source, source_id, account_id, email, phone, country from orders where customer_id = ? and id > ?",
        (customer_id, after),
    ):
        named = ("email", addresses.email(email)) in identities or (
            ("phone", addresses.phone(phone, country)) in identities
        )
        if account is not None and ("account", f"{source}:{account}") not in identities:
            held += named
        elif account is not None or named:
            found[id_] = (source, source_id)
    return found, held


def _reviews(tx: Connection, customer_id: int, identities: Set[Identity]) -> list[tuple[str, str]]:
    emails = json.dumps([value for kind, value in identities if kind == "email"])
    rows = tx.execute(
        "select source, source_id from reviews where customer_id = ? and email in (select value from json_each(?))",
        (customer_id, emails),
    )
    return [(row[0], row[1]) for row in rows]


_ABOUT = {"promises": "reference", "complaints": "reference", "actions": "anchor"}


def _following(
    tx: Connection, table: str, customer_id: int, after: Mapping[str, int], threads: Iterable[int], about: Set[str]
) -> list[int]:
    """The rows that belong to these threads, or are about one of these orders and reviews."""
    among = set(threads)
    rows = tx.execute(
        f"select id, thread_id, {_ABOUT[table]} from {table} where customer_id = ? and id > ?",
        (customer_id, after[table]),
    )
    return [id_ for id_, thread_id, what in rows if thread_id in among or (thread_id is None and what in about)]


def _is_named(recipient: str, channel: str, identities: Set[Identity]) -> bool:
    named = {("email", addresses.email(recipient)), ("phone", addresses.phone(recipient))}
    return bool(named & identities) or ("chat", f"{channel}:{recipient}") in identities
