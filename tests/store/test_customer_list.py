"""The list of customers in SQL: pages by keys, filters, sums, and that no page reads the whole shop."""

import random

import pytest

from retcon.model.query import Either, Every, Is, Not, Op, Tree, Word
from retcon.store import customer_list
from retcon.store.customer_list import EVERYBODY, SORTS
from retcon.store.database import Connection, Database
from retcon.store.query_sql import WORD, Around, compiled
from tests.conftest import NOW

BANDS, TIERS, COUNTRIES = ("high", "medium", "low"), ("vip", "regular", "one_time"), ("DE", "FR", "NO")


def write(tx: Connection, people: int) -> None:
    """So many customers with many ties in every order; one has no name."""
    chance = random.Random(7)
    for id_ in range(1, people + 1):
        name = "" if id_ == 3 else f"{chance.choice(('Ada', 'ada', 'Zoë', 'Bo'))} {id_ % 5}"
        tx.execute(
            "insert into customers (id, name, country, language, left_alone) values (?, ?, ?, ?, ?)",
            (id_, name, COUNTRIES[id_ % 3], "pt-BR" if id_ % 4 else "de", id_ % 10 == 0),
        )
        tx.execute(
            """
            insert into standings (customer_id, orders, spent_minor, refunded_minor, silent_days, under_way, p_churn,
                risk_score, band, expected_orders, clv_minor, stake_minor, tier, stage)
            values (?, ?, ?, 0, ?, 0, ?, 50, ?, 1.0, 0, ?, ?, 'habit')
            """,
            (
                *(id_, chance.randrange(3), chance.randrange(4) * 100, chance.randrange(5), chance.randrange(4) / 3),
                *(BANDS[id_ % 3], chance.randrange(6) * 500, TIERS[id_ % 2]),
            ),
        )


@pytest.fixture
def shop(database: Database) -> Database:
    """Two hundred customers."""
    database.write(lambda tx: write(tx, 200))
    return database


@pytest.mark.parametrize("sort", SORTS)
def test_pages_forwards_and_backwards_are_the_whole_order(shop: Database, sort: str) -> None:
    with shop.read() as tx:
        order = list(customer_list.order(tx, EVERYBODY, sort)[0])
        forwards: list[int] = []
        key = None
        while page := customer_list.page(tx, EVERYBODY, sort, 7, after=key):
            forwards += [id_ for _, id_ in page]
            key = page[-1]
        backwards: list[int] = []
        key = None
        while page := customer_list.page(tx, EVERYBODY, sort, 7, after=key, back=True):
            backwards = [id_ for _, id_ in page] + backwards
            key = page[0]
    assert forwards == backwards == order
    assert sorted(order) == list(range(1, 201))


@pytest.mark.parametrize("sort", SORTS)
def test_a_page_reads_its_rows_alone(shop: Database, sort: str) -> None:
    asked: list[str] = []
    with shop.read() as tx:
        first = customer_list.page(tx, EVERYBODY, sort, 7)
        tx.set_trace_callback(asked.append)
        for back in (False, True):
            customer_list.page(tx, EVERYBODY, sort, 7, after=first[-1], back=back)
            customer_list.page(tx, EVERYBODY, sort, 7, back=back)
        tx.set_trace_callback(None)
        plans = [row["detail"] for query in asked for row in tx.execute(f"explain query plan {query}")]
    assert len(asked) >= 5
    assert plans
    assert all("INDEX" in step or "PRIMARY KEY" in step for step in plans), plans
    assert not any("TEMP B-TREE" in step for step in plans), plans


def is_(field: str, *values: str) -> Is:
    return Is(field, Op.IS, values)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (is_("risk", "high"), lambda id_: id_ % 3 == 0),
        (is_("risk", "high", "low"), lambda id_: id_ % 3 != 1),
        (Every((is_("country", "NO"), is_("tier", "vip"))), lambda id_: id_ % 3 == 2 and id_ % 2 == 0),
        (Either((is_("country", "NO"), is_("tier", "vip"))), lambda id_: id_ % 3 == 2 or id_ % 2 == 0),
        (Not(is_("country", "NO")), lambda id_: id_ % 3 != 2),
        (is_("language", "PT-br"), lambda id_: id_ % 4 != 0),
        (is_("language", "pt"), lambda id_: id_ % 4 != 0),
        (is_("alone", "yes"), lambda id_: id_ % 10 == 0),
        (is_("alone", "no"), lambda id_: id_ % 10 != 0),
        (is_("tag", "fair"), lambda id_: id_ in (5, 6)),
        (Not(is_("tag", "fair")), lambda id_: id_ not in (5, 6)),
        (Every((Word("few"), Not(Word("two")))), lambda id_: id_ in (1, 3)),
        (Word("nobody"), lambda _: False),
    ],
    ids=lambda given: str(given)[:60] if not callable(given) else "",
)
def test_filters_mean_the_same_for_pages_orders_and_sums(shop: Database, tree: Tree, expected: object) -> None:
    assert callable(expected)
    shop.write(lambda tx: tx.executemany("insert into tags values (?, ?, 0)", [(5, "fair"), (6, "fair"), (7, "fairy")]))
    people = {(WORD, "few"): (1, 2, 3, 900), (WORD, "two"): (2,), (WORD, "nobody"): ()}
    asked = compiled(tree, Around(NOW, "Europe/Berlin", people))
    wanted = [id_ for id_ in range(1, 201) if expected(id_)]
    with shop.read() as tx:
        stakes = dict(tx.execute("select customer_id, stake_minor from standings").fetchall())
        for sort in SORTS:
            ids, stake = customer_list.order(tx, asked, sort)
            order = list(ids)
            assert stake == sum(stakes[id_] for id_ in wanted)
            assert [id_ for _, id_ in customer_list.page(tx, asked, sort, 500)] == order
            assert sorted(order) == wanted
        assert customer_list.sums(tx, asked) == (len(wanted), sum(stakes[id_] for id_ in wanted))


def test_who_was_merged_into_another_stands_in_no_list(shop: Database) -> None:
    shop.write(lambda tx: tx.execute("delete from standings where customer_id = 4"))
    with shop.read() as tx:
        assert 4 not in customer_list.order(tx, EVERYBODY, "name")[0]
        assert customer_list.sums(tx)[0] == 199


def test_rows_have_the_addresses_of_each(shop: Database) -> None:
    shop.write(
        lambda tx: tx.executemany(
            "insert into identities values (?, ?, ?, ?)",
            [("email", "b@example.com", 1, "B@example.com"), ("account", "woo:1", 1, "woo:1")],
        )
    )
    with shop.read() as tx:
        found = customer_list.rows(tx, [1, 2, 900])
    assert found.keys() == {1, 2}
    assert (found[1].emails, found[2].emails, found[1].country) == (("B@example.com",), (), "FR")
