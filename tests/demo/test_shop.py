"""The sample shop: the same at every call, in WooCommerce's shapes, with what each rule needs to find."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from retcon.demo import buyers, people
from retcon.demo.shop import SampleShop, build

ANCHOR = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


@lru_cache
def shop() -> SampleShop:
    return build(ANCHOR)


def test_the_same_anchor_gives_the_same_records_to_the_byte() -> None:
    first, second = (
        json.dumps([each.orders, each.customers, each.products, each.coupons, each.reviews, each.refunds])
        for each in (shop(), build(ANCHOR))
    )
    assert first == second


def test_everything_moves_with_the_anchor() -> None:
    later = build(ANCHOR + timedelta(days=200, hours=5))
    assert len(later.orders) == len(shop().orders)
    newest = max(order["date_created_gmt"] for order in later.orders)
    assert datetime.fromisoformat(newest).replace(tzinfo=UTC) > ANCHOR + timedelta(days=199)


def test_nothing_has_happened_after_the_anchor() -> None:
    stamps = [
        record[key]
        for records in (shop().orders, shop().customers, shop().refunds, shop().reviews, shop().products)
        for record in records
        for key in ("date_created_gmt", "date_modified_gmt", "date_completed_gmt", "date_paid_gmt")
        if record.get(key)
    ]
    assert max(stamps) <= "2026-11-20T06:52:00"


def test_about_four_hundred_people_in_fourteen_countries_order_some_fifteen_hundred_times() -> None:
    everybody = buyers.buyers()
    assert len(everybody) == 400
    assert {buyer.person.country.code for buyer in everybody} == set(people.BY_CODE)
    assert len(people.BY_CODE) == 14
    assert 1400 <= len(shop().orders) <= 1600
    assert len({order["currency"] for order in shop().orders}) == 10
    once = sum(len(buyer.days_ago) == 1 for buyer in everybody)
    assert 0.45 <= once / len(everybody) <= 0.6


def test_no_two_people_share_an_address_or_a_number() -> None:
    everybody = [buyer.person for buyer in buyers.buyers()]
    assert len({person.email for person in everybody}) == len(everybody)
    phones = [person.phone for person in everybody if person.phone]
    assert len(set(phones)) == len(phones)
    assert all(" 555 01" in phone for phone in phones)
    assert {person.email.partition("@")[2] for person in everybody} == {"example.com", "example.org", "example.net"}


def test_orders_end_in_every_way_that_orders_end() -> None:
    ends = Counter(order["status"] for order in shop().orders)
    assert set(ends) == {"completed", "processing", "pending", "on-hold", "cancelled", "failed", "refunded"}
    partly = [order for order in shop().orders if order["refunds"] and order["status"] == "completed"]
    assert partly
    for order in partly:
        assert 0 < -float(order["refunds"][0]["total"]) < float(order["total"])


def test_refunds_stand_in_the_order_and_in_their_own_collection() -> None:
    inside = {(order["id"], refund["id"]) for order in shop().orders for refund in order["refunds"]}
    assert inside == {(refund["parent_id"], refund["id"]) for refund in shop().refunds}


def test_an_order_is_the_sum_of_its_lines_and_its_shipping() -> None:
    for order in shop().orders:
        lines = sum(float(item["total"]) for item in order["line_items"])
        assert abs(lines + float(order["shipping_total"]) - float(order["total"])) < 0.02


def test_some_order_as_guests_beside_their_account_in_other_letters() -> None:
    accounts = {customer["email"] for customer in shop().customers}
    beside = [
        order["billing"]["email"]
        for order in shop().orders
        if not order["customer_id"]
        and order["billing"]["email"] not in accounts
        and order["billing"]["email"].lower() in accounts
    ]
    assert beside


def test_first_orders_of_the_week_are_under_way_with_a_number_to_follow() -> None:
    orders = {order["billing"]["email"].lower(): order for order in shop().orders}
    fresh = [orders[buyer.person.email] for buyer in buyers.buyers() if buyer.kind == "first week"]
    shipped = [order for order in fresh if order["status"] == "completed"]
    assert len(fresh) == 26
    assert len(shipped) >= 15
    for order in shipped:
        metadata = {each["key"]: each["value"] for each in order["meta_data"]}
        assert metadata["_wc_shipment_tracking_items"][0]["tracking_number"]


def test_two_names_are_hostile_on_purpose() -> None:
    names = [order["billing"]["first_name"] + order["billing"]["last_name"] for order in shop().orders]
    assert any("[bold red]" in name for name in names)
    assert any("\x1b]52" in name for name in names)
