"""A query in SQL means whom it means worked out in plain Python, for made-up shops and made-up queries."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from retcon.model.query import Tree, written
from retcon.store import customer_list, orders
from retcon.store.database import Connection, connect
from retcon.store.query_fields import FIELDS, Kind
from retcon.store.query_sql import Around, compiled
from tests import queries
from tests.queries import NOW, ZONE, People, Person

# A made-up shop takes long to make smaller, and what is told of it is told by the first.
FIRST = (Phase.explicit, Phase.reuse, Phase.generate)
MANY = settings(max_examples=40, deadline=None, phases=FIRST, suppress_health_check=[HealthCheck.too_slow])


names = [field.name for field in FIELDS if field.kind is not Kind.SEGMENT and not field.of_order]


@contextmanager
def kept(tx: Connection, shop: list[Person]) -> Generator[None]:
    """The shop in the file for a while."""
    tx.execute("begin")
    try:
        queries.write(tx, shop)
        yield
    finally:
        tx.execute("rollback")


@pytest.fixture(scope="module")
def tx(_empty_file: Path) -> Iterator[Connection]:
    """An empty file, written to and rolled back."""
    opened = connect(_empty_file)
    yield opened
    opened.close()


@pytest.mark.parametrize("names", [names[start::3] for start in range(3)], ids=lambda names: names[0])
@given(data=st.data())
@settings(max_examples=25, deadline=None, phases=FIRST, suppress_health_check=[HealthCheck.too_slow])
def test_each_filter_means_whom_plain_python_means(tx: Connection, names: list[str], data: st.DataObject) -> None:
    shop, people = data.draw(queries.shops()), data.draw(queries.looked_up())
    with kept(tx, shop):
        for name in names:
            for tree in data.draw(queries.several(name)):
                found = sorted(customer_list.order(tx, compiled(tree, Around(NOW, ZONE, people)), "stake")[0])
                assert found == [each.id for each in shop if queries.holds(tree, each, people)], written(tree)


@given(shop=queries.shops(), tree=queries.trees(), people=queries.looked_up())
@MANY
def test_sql_means_whom_plain_python_means(tx: Connection, shop: list[Person], tree: Tree, people: People) -> None:
    asked = compiled(tree, Around(NOW, ZONE, people))
    with kept(tx, shop):
        found = sorted(customer_list.order(tx, asked, "stake")[0])
        number, _ = customer_list.sums(tx, asked)
    assert found == [person.id for person in shop if queries.holds(tree, person, people)]
    assert number == len(found)


@given(shop=queries.shops(), tree=queries.trees(of_orders=True), people=queries.looked_up())
@MANY
def test_sql_means_the_orders_that_plain_python_means(
    tx: Connection, shop: list[Person], tree: Tree, people: People
) -> None:
    asked = compiled(tree, Around(NOW, ZONE, people), of_orders=True)
    with kept(tx, shop):
        found = {order.number for order in orders.listing(tx, asked)}
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
