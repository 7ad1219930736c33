"""The category of most of what each customer bought."""

from dataclasses import replace

import numpy as np
import pytest

from retcon.model.orders import OrderLine, OrderState, Product
from retcon.store import categories
from retcon.sync import intake
from tests.purchases import order, take


@pytest.fixture
def shelves(database):
    """Cups, filters and a gift card without a category."""
    products = [
        Product(source_id="1", name="Mug", categories=("Cups", "Sale")),
        Product(source_id="2", name="Filters", categories=("Coffee",)),
        Product(source_id="3", name="Gift card"),
    ]
    database.write(lambda tx: intake.keep(tx, "woo", products, "EUR"))
    return database


def bought(database, ids=None):
    with database.read() as tx:
        found = categories.bought(tx, ids)
    return dict(zip(found.customer_ids.tolist(), (found.names[place] for place in found.place.tolist()), strict=True))


def lines(*rows):
    return tuple(OrderLine(name="x", quantity=1, product_id=product, total_minor=total) for product, total in rows)


def test_it_is_where_most_of_the_money_went_over_all_orders(shelves):
    take(
        shelves,
        order("1", "2026-01-01", lines=lines(("1", 3_000), ("2", 2_000))),
        order("1", "2026-02-01", lines=lines(("2", 1_500), ("3", 9_000))),
        order("2", "2026-01-01", lines=lines(("1", 100))),
        order("3", "2026-01-01", lines=lines(("3", 9_000))),
        order("4", "2026-01-01"),
    )
    assert bought(shelves) == {1: "Coffee", 2: "Cups"}
    assert bought(shelves, [2, 3]) == {2: "Cups"}
    assert bought(shelves, range(1, 2)) == {1: "Coffee"}


def test_what_was_cancelled_or_given_back_tells_nothing(shelves):
    kept = order("1", "2026-01-01", lines=lines(("1", 100)))
    gone = order("1", "2026-02-01", state=OrderState.REFUNDED, lines=lines(("2", 900)))
    take(shelves, kept, gone, replace(gone, source_id="x", number="x", state=OrderState.CANCELLED))
    assert bought(shelves) == {1: "Cups"}


def test_of_two_alike_the_first_by_name(shelves):
    take(shelves, order("1", "2026-01-01", lines=lines(("1", 500), ("2", 500))))
    assert bought(shelves) == {1: "Coffee"}


def test_other_currencies_weigh_as_much_as_they_are_worth(shelves):
    take(
        shelves,
        order("1", "2026-01-01", 1_000, lines=lines(("1", 1_000))),
        order("1", "2026-02-01", 50_000, currency="JPY", lines=lines(("2", 50_000))),
    )
    shelves.write(lambda tx: tx.execute("update orders set total_base_minor = 300 where currency = 'JPY'"))
    assert bought(shelves) == {1: "Cups"}


def test_places_are_found_by_id_and_0_stands_for_none(shelves):
    take(shelves, order("1", "2026-01-01", lines=lines(("2", 500))), order("2", "2026-01-01"))
    with shelves.read() as tx:
        found = categories.bought(tx)
    assert found.names == ("", "Coffee", "Cups")
    assert found.of(np.array([1, 2, 77])).tolist() == [1, 0, 0]


def test_a_shop_without_categories_tells_nothing(database):
    take(database, order("1", "2026-01-01", lines=lines(("1", 500))))
    assert bought(database) == {}
    with database.read() as tx:
        assert categories.bought(tx).of(np.array([1])).tolist() == [0]
