"""What a source tells is kept once, whoever it belongs to, however it is cut into pages."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.model.orders import Coupon, OrderLine, OrderState, Product, Refund, Review, ShopOrder
from retcon.model.people import Account, Basis, Consent, ConsentGiven, ConsentState, Purpose
from retcon.store import consents, orders, people, touched
from retcon.store.database import Database
from retcon.sync.intake import Counts, keep, rebase
from retcon.sync.source import Family, Listing, Record, Removed
from tests.persons import having

T = datetime(2026, 11, 1, 12, tzinfo=UTC)
Keep = Callable[..., Counts]


def order(source_id: str = "1", *, days: int = 0, **facts: Any) -> ShopOrder:
    return ShopOrder(
        **{
            "source_id": source_id,
            "number": f"#{source_id}",
            "placed_at": T + timedelta(days=days),
            "state": OrderState.PAID,
            "currency": "EUR",
            "total_minor": 1000,
            "email": "ada@example.com",
        }
        | facts
    )


def yes(days: int = 0) -> Consent:
    return Consent(
        channel="email",
        purpose=Purpose.MARKETING,
        state=ConsentState.GRANTED,
        basis=Basis.EXPRESS,
        at=T + timedelta(days=days),
        source="woo",
        wording="yes, please",
    )


@pytest.fixture
def take(database: Database) -> Keep:
    """Keep these records as one page of the source "woo"."""

    def take(*records: Record, source: str = "woo") -> Counts:
        return database.write(lambda tx: keep(tx, source, records, "EUR"))

    return take


def buyer(database: Database, source_id: str) -> int:
    with database.read() as tx:
        return tx.execute("select customer_id from orders where source_id = ?", (source_id,)).fetchone()[0]


def touched_since(database: Database) -> list[int]:
    """Who was touched since this was last asked."""

    def read_and_clear(tx: Any) -> list[int]:
        found = touched.times(tx)
        touched.clear(tx, found)
        return list(found)

    return database.write(read_and_clear)


# ---- what is new ------------------------------------------------------------------------------------------------


def test_the_same_record_again_changes_nothing_and_touches_nobody(database: Database, take: Keep) -> None:
    told = order(
        lines=(OrderLine(name="Mug", quantity=2, sku="M1"),),
        refunds=(Refund(source_id="9", amount_minor=100, reason="late"),),
        coupon_codes=("welcome",),
        shipped_at=T,
    )
    assert take(told) == Counts(read=1, added=1)
    touched_since(database)

    assert take(told) == Counts(read=1, unchanged=1)
    assert touched_since(database) == []


@pytest.mark.parametrize(
    "change",
    [
        {"total_minor": 1001},
        {"state": OrderState.REFUNDED},
        {"lines": (OrderLine(name="Mug"),)},
        {"refunds": (Refund(source_id="9", amount_minor=100),)},
        {"delivered_at": T},
        {"modified_at": T},
    ],
)
def test_whatever_differs_is_kept_and_touches_the_customer(
    database: Database, take: Keep, change: dict[str, Any]
) -> None:
    take(order())
    touched_since(database)

    assert take(order(**change)) == Counts(read=1, changed=1)
    assert touched_since(database) == [buyer(database, "1")]
    assert take(order(**change)) == Counts(read=1, unchanged=1)


def test_a_refund_and_a_line_that_are_gone_are_gone_here_too(database: Database, take: Keep) -> None:
    take(
        order(lines=(OrderLine(name="Mug"), OrderLine(name="Tea")), refunds=(Refund(source_id="9", amount_minor=100),))
    )
    take(order(lines=(OrderLine(name="Tea"),)))

    with database.read() as tx:
        (kept,) = orders.of_customers(tx, [buyer(database, "1")])[buyer(database, "1")]
    assert [line.name for line in kept.lines] == ["Tea"]
    assert kept.refunded_minor == 0


def test_an_estimated_arrival_is_ours_and_no_change_of_the_source(database: Database, take: Keep) -> None:
    take(order(shipped_at=T))
    database.write(lambda tx: tx.execute("update orders set delivered_at = 5, delivered_estimated = 1"))

    assert take(order(shipped_at=T)).unchanged == 1
    take(order(shipped_at=T, delivered_at=T + timedelta(days=2)))
    with database.read() as tx:
        (kept,) = orders.of_customers(tx, [1])[1]
    assert kept.delivered_at == T + timedelta(days=2)
    assert not kept.delivered_estimated


def test_of_two_versions_in_one_page_the_later_stands(database: Database, take: Keep) -> None:
    assert take(order(total_minor=1), order(total_minor=2)) == Counts(read=2, added=1, changed=1)
    with database.read() as tx:
        assert [kept.total_minor for kept in orders.listing(tx)] == [2]


# ---- whose it is ------------------------------------------------------------------------------------------------


def test_guests_join_by_address_whatever_its_case(database: Database, take: Keep) -> None:
    take(order("1", email="MiXed@Example.COM"), order("2", email=" mixed@example.com "))
    take(order("3", email="MIXED@EXAMPLE.COM"))

    assert buyer(database, "1") == buyer(database, "2") == buyer(database, "3")
    with database.read() as tx:
        assert people.get(tx, [1])[1].emails == ("MiXed@Example.COM",)


def test_a_guest_who_registers_keeps_their_orders(database: Database, take: Keep) -> None:
    take(order("1"))
    take(Account(source_id="17", email="ADA@example.com", name="Ada"))
    take(order("2", account_id="17", email="other@example.com"))

    assert buyer(database, "1") == buyer(database, "2")
    with database.read() as tx:
        ada = people.get(tx, [1])[1]
    assert ada.source_ids == ("woo:17",)
    assert ada.emails == ("ada@example.com", "other@example.com")


def test_the_account_wins_where_the_address_is_another_person_s(database: Database, take: Keep) -> None:
    take(Account(source_id="17", email="ada@example.com"), Account(source_id="18", email="bob@example.com"))
    take(order("1", account_id="18", email="ada@example.com"))

    with database.read() as tx:
        assert buyer(database, "1") == people.by_reference(tx, "woo:18")
        assert people.by_reference(tx, "ada@example.com") == people.by_reference(tx, "woo:17")


def test_accounts_of_two_sources_join_by_address_and_accounts_of_one_never_do(database: Database, take: Keep) -> None:
    take(Account(source_id="17", email="ada@example.com"))
    take(Account(source_id="5", email="ada@example.com"), source="csv")
    take(Account(source_id="18", email="ada@example.com"))

    with database.read() as tx:
        assert people.by_reference(tx, "woo:17") == people.by_reference(tx, "csv:5")
        assert people.by_reference(tx, "woo:17") != people.by_reference(tx, "woo:18")


def test_orders_of_a_deleted_account_stay_with_their_customer(database: Database, take: Keep) -> None:
    take(Account(source_id="17", email="ada@example.com"), Account(source_id="18", email="bob@example.com"))
    take(order("1", account_id="17", email="bob@example.com"), order("2", account_id="17", email=""))

    take(order("1", email="bob@example.com"), order("2", email=""))
    with database.read() as tx:
        assert buyer(database, "1") == buyer(database, "2") == people.by_reference(tx, "woo:17")


def test_an_order_moves_with_the_account_and_both_are_touched(database: Database, take: Keep) -> None:
    take(Account(source_id="17", email="ada@example.com"), Account(source_id="18", email="bob@example.com"))
    take(order("1", account_id="17"))
    before = buyer(database, "1")
    touched_since(database)

    take(order("1", account_id="18"))
    assert touched_since(database) == sorted([before, buyer(database, "1")])
    assert buyer(database, "1") != before


def test_a_mistyped_address_that_is_put_right_makes_no_second_person(database: Database, take: Keep) -> None:
    take(order("1", email="ada@exmaple.com"))
    take(order("1", email="ada@example.com"), order("2", email="ada@example.com"))

    assert buyer(database, "1") == buyer(database, "2")


def test_an_order_of_nobody_is_a_person_of_its_own(database: Database, take: Keep) -> None:
    take(order("1", email=""), order("2", email="no address"), order("3", email=""))
    assert len({buyer(database, "1"), buyer(database, "2"), buyer(database, "3")}) == 3

    assert take(order("1", email="")).unchanged == 1


# ---- what a customer is called ----------------------------------------------------------------------------------


def test_name_country_and_language_are_the_newest_that_were_told(database: Database, take: Keep) -> None:
    take(
        order("2", days=9, name="Ada King", country="gb"),
        order("1", days=1, name="A. Lovelace", country="US", language="en"),
        order("3", days=10),
    )
    with database.read() as tx:
        ada = people.get(tx, [1])[1]
    assert (ada.name, ada.country, ada.language) == ("Ada King", "GB", "en")
    assert ada.zones == ("Europe/London",)


def test_hostile_text_is_bounded_and_kept(database: Database, take: Keep) -> None:
    take(order("1" * 300, name="x" * 5_000_000, phone="\ud800\0", lines=(OrderLine(name="m" * 999, quantity=10**30),)))
    with database.read() as tx:
        (kept,) = orders.listing(tx)
        assert len(people.get(tx, [1])[1].name) == 200
    assert len(kept.lines[0].name) == 200


def test_search_finds_names_addresses_numbers_and_orders(database: Database, take: Keep) -> None:
    take(order("4711", name="Ada Lovelace", phone="+1 555 0100"), order("2", email="li@example.org", name="李雷"))
    with database.read() as tx:
        for words in ("lovel", "ADA love", "ada@exam", "+15550100", "5550100", "4711", "#4711", "ad"):
            assert having(tx, words) == [1], words
        assert having(tx, "李") == having(tx, "example.org") == [2]
        assert having(tx, "example") == [1, 2]
        assert having(tx, 'nobody" OR "') == having(tx, "%") == having(tx, " ") == []


def test_a_customer_is_meant_by_our_id_an_address_or_the_source_s(database: Database, take: Keep) -> None:
    take(Account(source_id="17", email="Ada@example.com"))
    with database.read() as tx:
        assert people.by_reference(tx, "1") == 1
        assert people.by_reference(tx, " ADA@EXAMPLE.com") == 1
        assert people.by_reference(tx, "woo:17") == 1
        assert people.by_reference(tx, "2") is people.by_reference(tx, "nobody") is None


# ---- money ------------------------------------------------------------------------------------------------------


def test_amounts_are_kept_in_the_shop_s_currency_too(database: Database, take: Keep) -> None:
    take(order("1"), order("2", currency="USD", total_minor=1000), order("3", currency="XTS"))
    with database.read() as tx:
        in_euro, in_dollars, unknown = (kept.total_base_minor for kept in reversed(list(orders.listing(tx))))
    assert in_euro == 1000
    assert in_dollars is not None
    assert 700 < in_dollars < 1000
    assert unknown is None


def test_another_currency_of_the_shop_changes_what_was_kept_before(database: Database, take: Keep) -> None:
    take(order("1", refunds=(Refund(source_id="9", amount_minor=500),)))
    touched_since(database)

    assert database.write(lambda tx: rebase(tx, "USD"))
    assert touched_since(database) == [1]
    with database.read() as tx:
        total, back = tx.execute("select total_base_minor, refunded_base_minor from orders").fetchone()
    assert 1000 < total < 1500
    assert abs(total - 2 * back) <= 1
    assert not database.write(lambda tx: rebase(tx, "USD"))


# ---- other families ---------------------------------------------------------------------------------------------


def test_a_review_is_its_writer_s_also_where_the_writer_is_known_later(database: Database, take: Keep) -> None:
    review = Review(
        source_id="5", product_id="3", email="ADA@example.com", name="Ada", rating=5, body="!", created_at=T
    )
    assert take(review).added == 1
    take(order())
    assert take(review).unchanged == 1
    with database.read() as tx:
        assert tx.execute("select customer_id from reviews").fetchone()[0] == buyer(database, "1")


def test_a_consent_is_a_line_in_the_ledger_of_whoever_has_the_address(database: Database, take: Keep) -> None:
    consent = yes()
    given = ConsentGiven(address="Ada@Example.com", consent=consent)
    take(order())
    assert take(given, given) == Counts(read=2, added=1, unchanged=1)
    with database.read() as tx:
        assert consents.of(tx, [1, 2]) == {1: (consent,)}


def test_products_and_coupons_are_kept_and_touch_nobody(database: Database, take: Keep) -> None:
    product = Product(source_id="3", name="Mug", categories=("Kitchen",), price_minor=900)
    coupon = Coupon(source_id="4", code="COMEBACK", used=1)
    assert take(product, coupon) == Counts(read=2, added=2)
    assert take(product, coupon) == Counts(read=2, unchanged=2)
    assert touched_since(database) == []
    with database.read() as tx:
        assert tx.execute("select code from coupons").fetchone()[0] == "comeback"


# ---- what is thrown away ----------------------------------------------------------------------------------------


def test_a_trashed_order_is_hidden_and_one_that_comes_back_is_back(database: Database, take: Keep) -> None:
    take(order("1"), order("2"))
    touched_since(database)

    assert take(Removed(Family.ORDER, "1"), Removed(Family.ORDER, "99")) == Counts(read=2, unchanged=1, removed=1)
    assert touched_since(database) == [1]
    with database.read() as tx:
        assert [kept.source_id for kept in orders.listing(tx)] == ["2"]

    assert take(order("1")) == Counts(read=1, changed=1)
    with database.read() as tx:
        assert len(orders.of_customers(tx, [1])[1]) == 2


def test_a_listing_removes_what_it_lacks_and_brings_back_what_it_has(database: Database, take: Keep) -> None:
    take(order("1"), order("2"), order("3"))
    take(order("1"), source="csv")
    take(Removed(Family.ORDER, "3"))

    assert take(Listing(Family.ORDER, frozenset(["2", "3"]))) == Counts(changed=1, removed=1)
    with database.read() as tx:
        assert {(kept.source, kept.source_id) for kept in orders.listing(tx)} == {
            ("woo", "2"),
            ("woo", "3"),
            ("csv", "1"),
        }
    assert take(Listing(Family.ORDER, frozenset(["2", "3"]))) == Counts()


# ---- however it is cut ------------------------------------------------------------------------------------------

_ids = st.sampled_from("123456")
_addresses = st.sampled_from(["ada@example.com", "Ada@example.com", "bob@example.com", "cyd@example.com", ""])
_accounts = st.sampled_from([None, "17", "18"])
_records = st.one_of(
    st.builds(
        lambda source_id, email, account_id, days, total, name: order(
            source_id, email=email, account_id=account_id, days=days, total_minor=total, name=name
        ),
        _ids,
        _addresses,
        _accounts,
        st.integers(0, 3),
        st.integers(-1, 2),
        st.sampled_from(["", "Ada", "Bob"]),
    ),
    st.builds(
        lambda source_id, email: Account(source_id=source_id, email=email), st.sampled_from(["17", "18"]), _addresses
    ),
    st.builds(lambda email, days: ConsentGiven(address=email, consent=yes(days)), _addresses, st.integers(0, 2)),
    st.builds(lambda source_id: Removed(Family.ORDER, source_id), _ids),
    st.builds(lambda ids: Listing(Family.ORDER, frozenset(ids)), st.sets(_ids, min_size=3)),
    st.builds(
        lambda email: Review(source_id="5", product_id="", email=email, name="", rating=1, body="", created_at=T),
        _addresses,
    ),
)
_DOMAIN = (
    *("customers", "identities", "customer_search", "accounts", "orders"),
    *("order_lines", "refunds", "reviews", "consents"),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(_records, max_size=14), cuts=st.sets(st.integers(1, 13)))
def test_however_the_records_are_cut_into_pages_the_same_is_kept(
    database: Database, records: Sequence[Record], cuts: set[int]
) -> None:
    at_once = kept_of(database, [records])
    bounds = [0, *sorted(cut for cut in cuts if cut < len(records)), len(records)]
    assert kept_of(database, [records[a:b] for a, b in itertools.pairwise(bounds)]) == at_once


def kept_of(database: Database, pages: Sequence[Sequence[Record]]) -> dict[str, list[tuple[Any, ...]]]:
    """What an empty database holds after these pages; it is empty again afterwards."""
    found: dict[str, list[tuple[Any, ...]]] = {}

    class Back(Exception):
        pass

    def work(tx: Any) -> None:
        for page in pages:
            keep(tx, "woo", page, "EUR")
        for table in _DOMAIN:
            rows = tx.execute(
                f"select * from {table}" if table != "customer_search" else "select rowid, words from customer_search"
            )
            found[table] = sorted((tuple(row) for row in rows), key=repr)
        raise Back

    with pytest.raises(Back):
        database.write(work)
    return found
