"""A WooCommerce shop, pulled while it lives: what its API tells badly must not be lost all the same."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from retcon.demo.woocommerce import Request, Response, html, stamp

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def when_asked(test: Callable[[Request], bool], do: Callable[[], Any]) -> Callable[[Request], Response | None]:
    """Does something in the shop just before the first request that passes the test is answered."""
    done: list[bool] = []

    def on_request(request: Request) -> None:
        if not done and test(request):
            done.append(True)
            do()

    return on_request


def is_page(path: str, offset: int, **query: str) -> Callable[[Request], bool]:
    return lambda request: (
        request.path == path
        and request.query.get("offset") == str(offset)
        and all(request.query.get(name) == value for name, value in query.items())
    )


# ---- the first pull -------------------------------------------------------------------------------------------


def test_the_first_pull_takes_every_order_and_a_second_changes_nothing(trial: Any) -> None:
    trial.orders(1, 350)
    trial.customer(5)

    first = trial.sync()
    second = trial.sync()

    assert len(trial.kept()) == 350
    assert first.added == 351
    assert (second.added, second.changed, second.removed) == (0, 0, 0)


def test_an_empty_shop_is_pulled(trial: Any) -> None:
    assert trial.sync().read == 0
    trial.order(1)
    assert trial.sync().added == 1


def test_a_shop_without_tls_is_pulled_with_signed_requests(trial: Any) -> None:
    trial.settings = type(trial.settings)(url="http://shop.example/")
    trial.orders(1, 120)
    trial.sync()
    assert len(trial.kept()) == 120


def test_a_web_server_that_drops_the_key_is_asked_with_signed_requests(trial: Any) -> None:
    trial.shop.takes_basic = False
    trial.orders(1, 5)
    trial.sync()
    assert len(trial.kept()) == 5


@pytest.mark.parametrize("left", [1, 50, 99, 100, 101, 198, 199, 200, 297, 298, 299, 300])
def test_no_page_edge_loses_an_order(trial: Any, left: int) -> None:
    trial.orders(1, left)
    trial.sync()
    assert len(trial.kept()) == left


# ---- what changes ---------------------------------------------------------------------------------------------


def test_a_change_is_told_by_a_few_requests(trial: Any) -> None:
    trial.orders(1, 300)
    trial.sync()
    trial.now += HOUR
    trial.shop.edit(17, status="completed")
    before = len(trial.shop.requests)

    assert trial.sync().changed == 1
    assert trial.kept("source_status")[17] == "completed"
    assert len(trial.shop.requests) - before <= 10


def test_more_orders_than_a_page_saved_in_one_second_are_all_told(trial: Any) -> None:
    trial.orders(1, 400)
    trial.sync()
    trial.now += HOUR
    for order_id in range(1, 229):
        trial.shop.edit(order_id, status="completed")

    assert trial.sync().changed == 228
    assert trial.sync().changed == 0


def test_an_order_saved_in_the_second_that_was_being_read_is_told_next_time(trial: Any) -> None:
    trial.orders(1, 3)
    trial.now += HOUR
    trial.shop.edit(1, status="completed")
    trial.sync()
    trial.shop.edit(2, status="completed")  # the same stamp as order 1's
    trial.now += HOUR
    trial.shop.edit(3, status="completed")

    trial.sync()

    assert set(trial.kept("source_status").values()) == {"completed"}


def test_an_order_that_was_committed_late_is_told_next_time(trial: Any) -> None:
    trial.orders(1, 2)
    trial.now += HOUR
    trial.order(3)
    trial.sync()
    trial.order(4, placed=trial.now - 2 * MINUTE)  # stamped before what was seen already

    trial.sync()

    assert 4 in trial.kept()


def test_one_stamp_in_the_future_hides_nothing_that_comes_after(trial: Any) -> None:
    trial.order(1, date_modified_gmt="2100-01-01T00:00:00")
    trial.sync()
    trial.now += HOUR
    trial.order(2)

    trial.sync()

    assert set(trial.kept()) == {1, 2}


# ---- while it is read -----------------------------------------------------------------------------------------

DURING = {
    "an order of an earlier page is trashed": lambda shop: shop.trash(20),
    "ten orders of an earlier page are trashed": lambda shop: [shop.trash(order_id) for order_id in range(20, 30)],
    "an order of an earlier page is deleted": lambda shop: shop.delete("orders", 20),
    "an order of an earlier page is edited": lambda shop: shop.edit(20, status="completed"),
    "the last row of the page before is edited": lambda shop: shop.edit(100, status="completed"),
    "the last row of the page before is deleted": lambda shop: shop.delete("orders", 100),
    "a later order is edited": lambda shop: shop.edit(280, status="completed"),
    "a whole page is edited": lambda shop: [shop.edit(order_id, status="completed") for order_id in range(1, 101)],
}


@pytest.mark.parametrize("what", DURING)
@pytest.mark.parametrize("offset", [99, 198])
def test_the_first_pull_loses_nothing_when(trial: Any, what: str, offset: int) -> None:
    trial.orders(1, 300)
    trial.shop.on_request = when_asked(is_page("/orders", offset, orderby="id"), lambda: DURING[what](trial.shop))
    assert_same_as_shop(trial)


@pytest.mark.parametrize("what", DURING)
@pytest.mark.parametrize("offset", [99])
def test_an_increment_loses_nothing_when(trial: Any, what: str, offset: int) -> None:
    trial.orders(1, 300)
    trial.sync()
    trial.now += HOUR
    for order_id in range(1, 301):
        trial.now += timedelta(seconds=1)
        trial.shop.edit(order_id, total="10.00")
    test = is_page("/orders", offset, orderby="modified", status="any")
    trial.shop.on_request = when_asked(test, lambda: DURING[what](trial.shop))
    trial.now += MINUTE
    trial.sync()
    assert all(total == 1000 for order, total in trial.kept("total_minor").items())


def test_an_order_that_comes_in_during_the_first_pull_is_kept_by_it(trial: Any) -> None:
    trial.orders(1, 150)
    trial.shop.on_request = when_asked(is_page("/products", 0), lambda: trial.order(151))
    trial.sync()
    trial.sync()
    assert 151 in trial.kept()


def assert_same_as_shop(trial: Any) -> None:
    """After this pull and the next one, what is kept is what the shop has."""
    trial.sync()
    trial.now += MINUTE
    trial.sync()
    there = {row["id"]: row["status"] for row in trial.shop.rows["orders"] if row["status"] != "trash"}
    kept = trial.kept("source_status")
    # A deletion leaves no trace; the next survey notices.
    assert {order: status for order, status in kept.items() if order in there} == there
    trial.now += DAY
    trial.sync()
    assert trial.kept("source_status") == there


# ---- when a clock is wrong ------------------------------------------------------------------------------------


def test_nothing_is_lost_when_the_shops_clock_was_ahead_and_is_put_right(trial: Any) -> None:
    trial.shop_ahead = 3 * HOUR
    trial.orders(1, 3)
    trial.order(4)
    trial.sync()
    trial.shop_ahead = timedelta()
    trial.now += 10 * MINUTE
    trial.order(5)
    trial.shop.edit(1, status="completed")

    trial.sync()

    assert trial.kept("source_status")[1] == "completed"
    assert 5 in trial.kept()


def test_nothing_is_lost_when_both_clocks_are_put_back_together(trial: Any) -> None:
    trial.orders(1, 3)
    trial.order(4)
    trial.sync()
    trial.now -= 3 * HOUR
    trial.order(5)
    trial.sync()
    assert 5 in trial.kept()


def test_nothing_is_lost_when_our_own_clock_is_wrong_by_a_year(trial: Any) -> None:
    trial.order(1)
    trial.sync()
    trial.now += HOUR
    trial.shop_ahead = timedelta(days=365)  # ours is a year behind now
    trial.order(2)
    trial.sync()
    trial.now += HOUR
    trial.order(3)
    trial.sync()
    assert set(trial.kept()) == {1, 2, 3}


def test_a_shop_in_another_zone_loses_nothing_when_summer_time_ends(trial: Any) -> None:
    trial.now = trial.now.replace(month=10, day=25, hour=0, minute=30)  # 02:30 in Berlin, for the first time
    trial.order(1)
    trial.sync()
    trial.now += HOUR  # 02:30 in Berlin, for the second time
    trial.order(2)
    trial.sync()
    assert set(trial.kept()) == {1, 2}


# ---- what is thrown away --------------------------------------------------------------------------------------


def test_a_trashed_order_is_removed_and_comes_back_when_it_is_brought_back(trial: Any) -> None:
    trial.orders(1, 3)
    trial.sync()
    trial.now += HOUR
    trial.shop.trash(2)
    assert trial.sync().removed == 1
    assert set(trial.kept()) == {1, 3}

    trial.now += HOUR
    trial.shop.untrash(2, "completed")
    trial.sync()
    assert trial.kept("source_status")[2] == "completed"
    assert trial.sync().changed == 0


def test_an_order_deleted_for_good_is_noticed_within_a_day(trial: Any) -> None:
    trial.orders(1, 150)
    trial.sync()
    trial.shop.delete("orders", 70)
    trial.now += HOUR
    trial.sync()
    assert 70 in trial.kept()
    trial.now += DAY
    assert trial.sync().removed == 1
    assert 70 not in trial.kept()


def test_an_order_deleted_for_good_is_noticed_at_once_with_full(trial: Any) -> None:
    trial.orders(1, 3)
    trial.sync()
    trial.shop.delete("orders", 2)
    assert trial.sync(full=True).removed == 1


def test_a_shop_that_suddenly_lists_next_to_nothing_is_not_believed_unless_told_so(trial: Any) -> None:
    trial.orders(1, 30)
    trial.sync()
    trial.shop.rows["orders"] = []
    trial.now += DAY

    result = trial.sync()

    assert len(trial.kept()) == 30
    assert result.notes == (
        "The shop lists only 0 of 30 orders, so none was taken for deleted. If that is right: retcon sync --full",
    )
    assert trial.sync(full=True).removed == 30


def test_the_daily_survey_reads_whole_orders_only_where_something_differs(trial: Any) -> None:
    trial.orders(1, 200)
    trial.sync()
    trial.now += DAY
    trial.order(150)["refunds"] = []
    before = len(trial.shop.requests)
    trial.sync()
    asked = [request.query for request in trial.shop.requests[before:] if request.path == "/orders"]
    assert all("_fields" in query or "include" in query or query["orderby"] == "modified" for query in asked)


def test_the_orders_of_a_deleted_customer_stay_that_persons(trial: Any) -> None:
    trial.customer(9, email="ada@example.com")
    trial.order(1, customer_id=9, billing={"email": "ada@example.com"})
    trial.order(2, customer_id=9, billing={"email": "other@example.com"})
    trial.sync()
    owner = trial.kept("customer_id")
    trial.now += HOUR
    trial.shop.delete("customers", 9)

    trial.sync()

    assert owner[1] == owner[2]
    assert trial.kept("customer_id") == owner
    trial.now += DAY
    assert trial.sync().removed == 1  # the account
    assert trial.kept("customer_id") == owner


def test_a_refund_is_kept_with_its_day(trial: Any) -> None:
    trial.order(1)
    trial.sync()
    trial.now += HOUR
    trial.shop.refund(1, 90, "10.00", "Chipped &amp; late")
    trial.sync()
    assert trial.kept("refunded_minor, state")[1] == (1000, "paid")
    assert trial.rows("select source_id, amount_minor, refunded_at, reason from refunds") == [
        ("90", 1000, int(trial.now.timestamp()), "Chipped & late")
    ]


def test_a_refund_that_was_deleted_without_a_stamp_is_noticed_within_a_day(trial: Any) -> None:
    trial.order(1)
    trial.now += HOUR
    trial.shop.refund(1, 90, "42.00")
    trial.now += HOUR
    trial.order(2)
    trial.sync()
    assert trial.kept()[1] == "refunded"
    trial.shop.delete_refund(1, 90)
    trial.now += HOUR
    trial.sync()
    assert trial.kept()[1] == "refunded"
    trial.now += DAY
    trial.sync()
    assert trial.kept("state, refunded_minor")[1] == ("paid", 0)


def test_a_shop_without_the_collection_of_refunds_is_asked_order_by_order(trial: Any) -> None:
    trial.order(1)
    trial.now += HOUR
    trial.shop.refund(1, 90, "10.00")
    missing = Response(404, b'{"code":"rest_no_route","message":"No route","data":{"status":404}}', {})
    trial.shop.on_request = lambda request: missing if request.path == "/refunds" else None
    trial.sync()
    assert trial.rows("select refunded_at from refunds") == [(int(trial.now.timestamp()),)]


# ---- the other collections ------------------------------------------------------------------------------------


def test_a_new_account_is_kept_with_the_next_pull_and_a_renamed_one_within_a_day(trial: Any) -> None:
    for customer_id in range(1, 131):
        trial.customer(customer_id)
    trial.sync()
    trial.now += HOUR
    trial.customer(131)
    trial.shop.rows["customers"][0]["first_name"] = "Renamed"
    assert trial.sync().added == 1
    trial.now += DAY
    assert trial.sync().changed == 1
    assert trial.rows("select name from accounts where source_id = '1'") == [("Renamed Example",)]


def test_staff_are_no_customers_unless_they_bought(trial: Any) -> None:
    trial.customer(1, role="administrator")
    trial.customer(2, role="shop_manager", is_paying_customer=True)
    trial.customer(3, role="wholesale")
    trial.sync()
    assert trial.rows("select source_id from accounts order by 1") == [("2",), ("3",)]


def test_products_coupons_and_reviews_are_kept_and_noticed_when_they_go(trial: Any) -> None:
    at = stamp(trial.now)
    dates = {"date_created": at, "date_created_gmt": at, "date_modified": at, "date_modified_gmt": at}
    trial.shop.add("products", {"id": 7, "name": "Cup &amp; saucer", "sku": "CUP", "price": "12.5", **dates})
    trial.shop.add("coupons", {"id": 8, "code": "welcome10", "amount": "10.00", "usage_count": 3, **dates})
    review = {"product_id": 7, "reviewer": "Ada", "reviewer_email": "ada@example.com", "rating": 5, **dates}
    trial.shop.add("products/reviews", {"id": 9, "review": "<p>Lovely &lt;3</p>\n<p>Again</p>", **review})
    trial.sync()
    assert trial.rows("select name, price_minor from products") == [("Cup & saucer", 1250)]
    assert trial.rows("select code, used from coupons") == [("welcome10", 3)]
    assert trial.rows("select body, rating from reviews") == [("Lovely <3\nAgain", 5)]

    trial.shop.delete("products", 7)
    trial.shop.rows["products/reviews"][0]["status"] = "hold"
    trial.shop.rows["coupons"][0]["usage_count"] = 4  # a redemption moves no stamp
    trial.now += DAY
    assert trial.sync().removed == 2
    assert trial.rows("select used from coupons") == [(4,)]


def test_a_new_review_is_kept_with_the_next_pull(trial: Any) -> None:
    trial.sync()
    trial.now += HOUR
    at = stamp(trial.now)
    trial.shop.add("products/reviews", {"id": 9, "review": "Good", "date_created": at, "date_created_gmt": at})
    assert trial.sync().added == 1


def test_a_collection_that_the_key_may_not_read_stops_no_other(trial: Any) -> None:
    trial.order(1)
    closed = Response(403, b'{"code":"woocommerce_rest_cannot_view","message":"No","data":{"status":403}}', {})
    trial.shop.on_request = lambda request: closed if request.path == "/coupons" else None
    result = trial.sync()
    assert result.added == 1
    assert result.notes == (
        "The user of the key of [sources.woo] may not read coupons at shop.example (403). "
        "Make the key for a user who is administrator or shop manager.",
    )


def test_a_box_ticked_at_the_checkout_is_consent_where_the_settings_name_it(trial: Any) -> None:
    trial.settings = type(trial.settings)(url="https://shop.example", consent_meta=("_newsletter_optin",))
    trial.order(1, meta_data=[{"id": 1, "key": "_newsletter_optin", "value": "yes"}])
    trial.order(2, meta_data=[{"id": 1, "key": "_newsletter_optin", "value": "no"}])
    trial.sync()
    trial.sync(full=True)
    assert trial.rows("select channel, purpose, state, basis, source, proof from consents") == [
        ("email", "marketing", "granted", "express", "woo", "order 1: _newsletter_optin")
    ]


# ---- when it fails --------------------------------------------------------------------------------------------


def test_what_was_read_before_a_failure_stands_and_the_next_pull_reads_the_rest(trial: Any) -> None:
    trial.orders(1, 500)
    down = html(500, "<h1>Error</h1>")
    trial.shop.on_request = lambda request: down if request.query.get("offset") == "297" else None

    failed = trial.try_sync()

    assert not failed.ok
    assert failed.error == (
        "shop.example has a fault of its own (500); orders stand as they were. "
        "Try again in a minute; if it stays so, the shop's PHP error log says why."
    )
    assert len(trial.kept()) == 298
    trial.shop.on_request = None
    before = len(trial.shop.requests)
    assert trial.sync().added == 202
    whole = [request for request in trial.shop.requests[before:] if "include" in request.query]
    assert sum(len(request.query["include"].split(",")) for request in whole) < 210


def test_a_notice_of_php_before_the_data_is_read_over_and_told_once(trial: Any) -> None:
    trial.orders(1, 250)
    told = trial.shop._serve

    def noisy(request: Request, admit: Callable[[], bool]) -> Response:
        answer = told(request, admit)
        notice = b"<br />\n<b>Notice</b>: Undefined index: [foo] in <b>/plugin.php</b> on line <b>3</b><br />\n"
        return Response(200, notice + answer.body, {"Content-Type": "application/json"})

    trial.shop._serve = noisy
    result = trial.sync()
    assert len(trial.kept()) == 250
    assert result.notes == ("The shop prints a notice of PHP before its data (a plugin's fault); read all the same.",)


def test_a_cache_that_answers_every_page_with_the_first_is_told(trial: Any) -> None:
    trial.orders(1, 300)
    told = trial.shop._serve

    def stuck(request: Request, admit: Callable[[], bool]) -> Response:
        return told(Request("GET", request.path, {**request.query, "offset": "0"}, request.number), admit)

    trial.shop._serve = stuck
    assert "same page again and again" in trial.try_sync().error


def test_check_says_what_the_key_can_do(trial: Any) -> None:
    trial.orders(1, 12)
    assert trial.source().check() == (
        "The key reads 12 orders of shop.example, its customers, products, coupons and reviews."
    )


def test_a_page_with_nonsense_in_it_is_kept_as_far_as_it_can_be(trial: Any) -> None:
    trial.orders(1, 3)
    trial.order(4, billing={"first_name": "x" * 5_000_000, "last_name": "", "email": "a\x00b@example.com"})
    trial.order(5, billing={"first_name": "\x1b[31mRed\u202e\ud800", "email": "\r\nBcc: all@example.com"})
    trial.order(6, total="-12.00")
    trial.order(7, currency="ZZZ")
    trial.order(8, date_created_gmt="1970-01-01T00:00:00")
    trial.order(9, date_created_gmt="2100-01-01T00:00:00")
    trial.order(10, customer_id=99, billing={})
    trial.order(10, status="completed")
    trial.order(11, **{name: None for name in trial.order(12) if name.startswith("date_")})
    trial.order(13, total="1e30", line_items=[None, {"name": None, "quantity": 10**30, "total": "x"}], refunds="none")
    trial.order(14, meta_data={"a": {"key": "", "value": None}, "b": 7}, coupon_lines={"1": {"code": 5}})

    result = trial.sync()

    assert set(trial.kept()) == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14}
    assert trial.kept("state, total_minor")[6] == ("paid", -1200)
    assert trial.kept("currency, total_base_minor")[7] == ("ZZZ", None)
    assert [trial.kept()[order] for order in (8, 9, 13)] == ["draft"] * 3
    assert len(trial.kept("name")[4]) == 200
    assert set(result.notes) == {
        "Order 8 is dated 1970-01-01; kept as a draft, not counted.",
        "Order 9 is dated 2100-01-01; kept as a draft, not counted.",
        "Order 11 has no date and was left out.",
        "Order 13 has no amount; kept as a draft, not counted.",
    }
    assert trial.sync().changed == 0
