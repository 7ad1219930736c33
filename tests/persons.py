"""For tests of who is one person: orders and accounts as a shop tells them, and all that is kept of people."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from retcon.model.conversations import Direction, Sign
from retcon.model.orders import OrderLine, OrderState, ShopOrder
from retcon.model.people import Account, Basis, Consent, ConsentState, Purpose
from retcon.store import conversations, people, threads
from retcon.store.database import Connection, Database
from retcon.sync.intake import keep
from retcon.sync.source import Record

T = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def order(source_id: str = "1", email: str = "ada@example.com", *, days: int = 0, **facts: Any) -> ShopOrder:
    """A paid order of ten euros, so many days after T."""
    told = {
        "number": source_id,
        "account_id": None,
        "placed_at": T + days * DAY,
        "modified_at": None,
        "state": OrderState.PAID,
        "source_status": "completed",
        "currency": "EUR",
        "total_minor": 1000,
        "lines": (OrderLine(name="Mug", quantity=1),),
        **facts,
    }
    return ShopOrder(source_id=source_id, email=email, **told)


def account(source_id: str, email: str = "", **facts: Any) -> Account:
    """An account of the shop."""
    return Account(source_id=source_id, email=email, **facts)


def take(database: Database, *records: Record, source: str = "woo") -> None:
    """Keep what a page tells."""
    database.write(lambda tx: keep(tx, source, records, "EUR"))


def wrote(
    tx: Connection, customer_id: int, address: str, *, medium: str = "email", language: str = "", days: int = 0
) -> int:
    """A message from the customer, in a conversation of its own; its thread."""
    at = T + days * DAY
    number = tx.execute("select count(*) from messages").fetchone()[0]
    thread = threads.begin(
        tx, customer_id=customer_id, source="mail", name=f"t{number}", medium=medium, address=address, at=at
    )
    threads.add(
        tx,
        thread_id=thread,
        source="mail",
        source_id=f"m{number}@example.org",
        direction=Direction.IN,
        at=at,
        heard_at=at,
        subject="A question",
        body="Where is it?",
        quoted="",
        language=language,
        automatic=False,
        sign=Sign.NONE,
        files=(),
        address=address,
        topic="a question",
        searched="where is it",
    )
    conversations.recount(tx, [thread])
    people.describe(tx, [customer_id])
    return thread


def said(state: ConsentState, *, days: int = 0, channel: str = "email", **facts: Any) -> Consent:
    """A line of the ledger, so many days after T."""
    basis = Basis.EXPRESS if state is ConsentState.GRANTED else Basis.NONE
    told = {"purpose": Purpose.MARKETING, "basis": basis, "source": "operator", **facts}
    return Consent(channel=channel, state=state, at=T + days * DAY, **told)


_KEPT = {
    "customers": "*",
    "identities": "*",
    "phones": "*",
    "customer_search": "rowid, words",
    "accounts": "*",
    "orders": "*",
    "reviews": "*",
    "threads": "*",
    "promises": "*",
    "complaints": "*",
    "consents": "*",
    "overrides": "*",
    "actions": "*",
    "outbox": "*",
}


def everything(database: Database, *besides: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept of people, in an order that doesn't depend on how it came."""
    with database.read() as tx:
        return {
            table: sorted((tuple(row) for row in tx.execute(f"select {columns} from {table}")), key=repr)
            for table, columns in _KEPT.items()
            if table not in besides
        }


def owner(database: Database, table: str, number: int | str) -> int:
    """Whose the row is."""
    with database.read() as tx:
        key = "source_id" if isinstance(number, str) else "id"
        return tx.execute(f"select customer_id from {table} where {key} = ?", (number,)).fetchone()[0]


def numbers(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The first column of rows."""
    return [row[0] for row in rows]


def having(tx: Connection, words: str) -> list[int]:
    """Who has every one of these words, by id."""
    found = [people.having(tx, word) for word in words.split()]
    return sorted(set.intersection(*found)) if found else []
