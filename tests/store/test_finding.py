from collections.abc import Callable

import pytest

from retcon.store import finding, people
from retcon.store.database import Connection, Database
from tests import persons

Find = Callable[[str], list[str]]


def _stake(database: Database, stakes: dict[str, tuple[int, str]]) -> None:
    def work(tx: Connection) -> None:
        for email, (stake, tier) in stakes.items():
            id_ = people.by_reference(tx, email)
            facts = {
                **dict.fromkeys(["orders", "first_order_at", "last_order_at", "spent_minor", "refunded_minor"], 1),
                **dict.fromkeys(
                    ["silent_days", "under_way", "risk_score", "clv_minor", "p_churn", "expected_orders"], 0
                ),
                "customer_id": id_,
                "band": "medium",
                "stage": "habit",
                "tier": tier,
                "stake_minor": stake,
            }
            marks = ", ".join("?" * len(facts))
            tx.execute(f"insert into standings ({', '.join(facts)}) values ({marks})", list(facts.values()))

    database.write(work)


@pytest.fixture
def find(database: Database) -> Find:
    """Finds among five buyers, by the names that are found."""
    persons.take(
        database,
        persons.order("1042", "ada@example.com", name="Ada Lindqvist", phone="+49 171 5550123"),
        persons.order("1043", "lind@example.com", name="Bo Li"),
        persons.order("10421", "mei@example.com", name="李伟"),
        persons.order("1044", "chloe@example.org", name="Chloé Martin"),
        persons.order("1045", "orders@example.org", name="Caroline Odell"),
    )
    _stake(
        database,
        {
            "ada@example.com": (900, "regular"),
            "lind@example.com": (100, "vip"),
            "mei@example.com": (50, "regular"),
            "chloe@example.org": (5_000, "regular"),
            "orders@example.org": (9_000, "regular"),
        },
    )

    def names(words: str) -> list[str]:
        with database.read() as tx:
            found = [person.customer_id for person in finding.persons(tx, words, 10)]
            return [customer.name for customer in people.get(tx, found).values()]

    return names


def test_who_is_called_so_comes_first_of_these_vips_then_by_what_is_at_stake(find: Find) -> None:
    # Bo's address begins so, and Caroline, with most at stake, has it inside her name only.
    assert find("lin") == ["Bo Li", "Ada Lindqvist", "Caroline Odell"]


def test_two_letters_are_enough(find: Find) -> None:
    assert find("bo") == ["Bo Li"]
    assert find("李伟") == ["李伟"]


def test_every_word_must_be_there(find: Find) -> None:
    assert find("ada lin") == ["Ada Lindqvist"]
    assert find("ada martin") == []


@pytest.mark.parametrize("words", ["ada@exa", "+49 171 5550123", "+49171/555-0123", "1715550123"])
def test_addresses_and_numbers_name_a_person_too(find: Find, words: str) -> None:
    assert "Ada Lindqvist" in find(words)


def test_the_buyer_of_an_order_is_found_by_its_number(find: Find) -> None:
    assert find("#1042") == ["Ada Lindqvist"]


def test_an_order_is_found_by_the_start_of_its_number_the_exact_one_first(find: Find, database: Database) -> None:
    with database.read() as tx:
        assert [order.number for order in finding.orders(tx, "1042", 10)] == ["1042", "10421"]
        assert finding.orders(tx, "1042 b", 10) == []


@pytest.mark.parametrize("words", ['"', "%", "a'b", '" or 1', "\\", "  ", "*", "a\x00b"])
def test_whatever_is_typed_is_only_looked_for(find: Find, words: str) -> None:
    assert find(words) == []


@pytest.mark.parametrize("words", ["a", "an", "anna", "example", "anna ex"])
def test_among_thousands_of_the_same_name_those_with_most_at_stake_are_found(database: Database, words: str) -> None:
    def work(tx: Connection) -> None:
        tx.executemany("insert into customers (id, name) values (?, 'Anna Berg')", ((id_,) for id_ in range(1, 5_001)))
        searched = "select id, name || char(10) || id || '@example.com' from customers"
        tx.execute(f"insert into customer_search (rowid, words) {searched}")
        tx.execute(
            "insert into standings (customer_id, orders, first_order_at, last_order_at, spent_minor, refunded_minor,"
            " silent_days, under_way, p_churn, risk_score, band, expected_orders, clv_minor, stake_minor, tier, stage)"
            " select id, 1, 0, 0, 0, 0, 0, 0, 0.5, 50, 'low', 0, 0, id, iif(id = 4900, 'vip', 'regular'), 'habit'"
            " from customers"
        )

    database.write(work)

    with database.read() as tx:
        assert [person.customer_id for person in finding.persons(tx, words, 3)] == [4900, 5000, 4999]


def test_the_seldom_one_among_thousands_is_found(database: Database) -> None:
    def work(tx: Connection) -> None:
        tx.executemany("insert into customers (id, name) values (?, 'Anna Berg')", ((id_,) for id_ in range(1, 4_001)))
        tx.execute("insert into customers (id, name) values (5000, '李伟')")
        tx.execute("insert into customer_search (rowid, words) select id, name || char(10) || id from customers")

    database.write(work)

    with database.read() as tx:
        for words in ("李伟", "5000", "李"):
            assert [person.customer_id for person in finding.persons(tx, words, 3)] == [5000]
