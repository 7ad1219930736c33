"""A query in SQL means whom it means worked out in plain Python, for made-up shops and made-up queries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from retcon.model.query import Tree
from retcon.store import customer_list, orders
from retcon.store.database import Connection, connect
from retcon.store.query_fields import FIELDS
from retcon.store.query_sql import Around, compiled
from tests import queries
from tests.queries import NOW, ZONE, People, Person

MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def tx(_empty_file: Path) -> Iterator[Connection]:
    """An empty file, written to and rolled back."""
    opened = connect(_empty_file)
    yield opened
    opened.close()


@given(shop=queries.shops(), tree=queries.trees(), people=queries.looked_up())
@MANY
def test_sql_means_whom_plain_python_means(tx: Connection, shop: list[Person], tree: Tree, people: People) -> None:
    asked = compiled(tree, Around(NOW, ZONE, people))
    tx.execute("begin")
    try:
        queries.write(tx, shop)
        found = sorted(customer_list.order(tx, asked, "stake")[0])
        number, _ = customer_list.sums(tx, asked)
    finally:
        tx.execute("rollback")
    assert found == [person.id for person in shop if queries.holds(tree, person, people)]
    assert number == len(found)


@given(shop=queries.shops(), tree=queries.trees(of_orders=True), people=queries.looked_up())
@MANY
def test_sql_means_the_orders_that_plain_python_means(
    tx: Connection, shop: list[Person], tree: Tree, people: People
) -> None:
    asked = compiled(tree, Around(NOW, ZONE, people), of_orders=True)
    tx.execute("begin")
    try:
        queries.write(tx, shop)
        found = {order.number for order in orders.listing(tx, asked)}
    finally:
        tx.execute("rollback")
    every = [
        (person, {**order, "number": f"{person.id}00{number}"})
        for person in shop
        for number, order in enumerate(person.orders)
        if not order["removed"]
    ]
    assert found == {order["number"] for person, order in every if queries.holds(tree, person, people, order)}


def test_nothing_of_a_filter_s_own_words_could_be_taken_for_a_value() -> None:
    names = [field.name for field in FIELDS]
    assert len(set(names)) == len(names)
    assert all(name.isalpha() and name.islower() for name in names)
    assert all("?" not in field.within for field in FIELDS)
