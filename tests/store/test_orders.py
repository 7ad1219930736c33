"""Orders as they are read back."""

from datetime import UTC, datetime, timedelta

import pytest

from retcon.model.orders import OrderLine, OrderState, ShopOrder
from retcon.model.query import Every, Word
from retcon.store import orders, people
from retcon.store.database import Database
from retcon.store.query_sql import WORD, Around, compiled
from retcon.sync.intake import keep

T = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def _three_orders(database: Database) -> None:
    told = [
        ShopOrder(
            source_id=source_id,
            number=f"#10{source_id}",
            placed_at=T - timedelta(days=day),
            state=OrderState.PAID,
            currency="EUR",
            total_minor=100,
            email=email,
            name=email.split("@")[0],
            lines=(OrderLine(name="Mug", quantity=2, total_minor=60), OrderLine(name="Tea", total_minor=40)),
        )
        for source_id, day, email in (
            ("1", 1, "ada@example.com"),
            ("2", 9, "ada@example.com"),
            ("3", 5, "bob@example.com"),
        )
    ]
    database.write(lambda tx: keep(tx, "woo", told, "EUR"))


def test_a_customer_s_orders_come_oldest_first_with_their_lines(database: Database) -> None:
    with database.read() as tx:
        found = orders.of_customers(tx, [1, 2, 99])
    assert {person: [order.number for order in kept] for person, kept in found.items()} == {
        1: ["#102", "#101"],
        2: ["#103"],
    }
    assert [(line.name, line.quantity, line.total_minor) for line in found[2][0].lines] == [
        ("Mug", 2, 60),
        ("Tea", 1, 40),
    ]


@pytest.mark.parametrize(
    ("word", "limit", "numbers"),
    [
        (None, None, ["#101", "#103", "#102"]),
        (None, 2, ["#101", "#103"]),
        ("103", None, ["#103"]),
        ("#10", None, ["#101", "#103", "#102"]),
        ("ada", None, ["#101", "#102"]),
        ("bob@", 1, ["#103"]),
        ("nobody", None, []),
    ],
)
def test_the_listing_is_newest_first_by_number_or_buyer(
    database: Database, word: str | None, limit: int | None, numbers: list[str]
) -> None:
    with database.read() as tx:
        tree = Word(word) if word else Every()
        around = Around(T, "UTC", {(WORD, word or ""): people.named(tx, word or "x")})
        asked = compiled(tree, around, of_orders=True)
        assert [order.number for order in orders.listing(tx, asked, limit)] == numbers
