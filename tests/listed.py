"""For tests of the list of customers: people with where they stand, written as the ranking writes them."""

import json

from retcon.store.database import Connection

USUAL = {
    "orders": 4,
    "spent_minor": 23_100,
    "refunded_minor": 0,
    "cycle_days": 21.0,
    "silent_days": 14,
    "under_way": 0,
    "p_churn": 0.4,
    "risk_score": 40,
    "band": "medium",
    "expected_orders": 2.1,
    "clv_minor": 9_500,
    "stake_minor": 9_500,
    "tier": "regular",
    "stage": "habit",
}


def stand(
    tx: Connection,
    id_: int,
    name: str,
    country: str = "DE",
    *,
    email: str = "",
    language: str = "de",
    left_alone: bool = False,
    causes: list[list[object]] | None = None,
    **facts: object,
) -> None:
    """A customer who bought, with an address at example.com; `facts` are columns of the ranking."""
    tx.execute(
        "insert into customers (id, name, country, language, left_alone) values (?, ?, ?, ?, ?)",
        (id_, name, country, language, left_alone),
    )
    address = email or f"person{id_}.sample@example.com"
    tx.execute("insert into identities values ('email', ?, ?, ?)", (address.lower(), id_, address))
    tx.execute("insert into customer_search (rowid, words) values (?, ?)", (id_, f"{name} {address}"))
    columns = {**USUAL, "causes": json.dumps(causes or []), **facts}
    marks = ", ".join("?" * (len(columns) + 1))
    tx.execute(f"insert into standings (customer_id, {', '.join(columns)}) values ({marks})", (id_, *columns.values()))
