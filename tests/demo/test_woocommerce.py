"""The sandbox tells what a real WooCommerce 11.0.1 was seen to tell; each odd answer of it is one line here."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from retcon.demo.woocommerce import KEY, SECRET, Shop
from retcon.platforms import oauth1

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
ORDERS = "/wp-json/wc/v3/orders"


def order(order_id: int, modified: str, **changes: Any) -> dict[str, Any]:
    dates = {"date_created_gmt": modified, "date_modified_gmt": modified}
    billing = {"first_name": "A", "last_name": "B", "email": "A@Example.com"}
    return {"id": order_id, "status": "processing", "customer_id": 0, "billing": billing, **dates} | changes


@pytest.fixture
def shop() -> Shop:
    return Shop(now=lambda: NOW)


def ask(
    shop: Shop, path: str = ORDERS, *, scheme: str = "https", auth: tuple[str, str] | None = (KEY, SECRET), **query: Any
) -> httpx.Response:
    with httpx.Client(transport=httpx.WSGITransport(app=shop)) as client:
        return client.get(f"{scheme}://shop.example{path}", params=query, auth=auth)


def signed(shop: Shop, *, scheme: str = "http", **changes: Any) -> httpx.Response:
    given = {"key": KEY, "secret": SECRET, "at": int(NOW.timestamp()), "nonce": "n1"} | changes
    query = oauth1.signed("GET", f"{scheme}://shop.example{ORDERS}", {"per_page": "1", "search": "a b+c"}, **given)
    return ask(shop, scheme=scheme, auth=None, **query)


# ---- who asks -------------------------------------------------------------------------------------------------

CANNOT_VIEW = (401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
NOT_AUTHENTIC = "woocommerce_rest_authentication_error"


def told(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.json()["message"]


def test_basic_and_keys_in_the_query_are_taken_over_tls(shop: Shop) -> None:
    assert ask(shop).status_code == 200
    assert ask(shop, auth=None, consumer_key=KEY, consumer_secret=SECRET).status_code == 200
    assert signed(shop, scheme="https").status_code == 200


def test_without_tls_only_signed_requests_are_taken(shop: Shop) -> None:
    assert told(ask(shop, scheme="http")) == CANNOT_VIEW
    assert told(ask(shop, scheme="http", auth=None, consumer_key=KEY, consumer_secret=SECRET)) == CANNOT_VIEW
    assert signed(shop).status_code == 200


def test_no_key_and_an_unknown_key_are_told_alike_and_a_wrong_secret_is_not(shop: Shop) -> None:
    assert told(ask(shop, auth=None)) == told(ask(shop, auth=("ck_x", SECRET))) == CANNOT_VIEW
    assert told(ask(shop, auth=(KEY, "cs_x"))) == (401, NOT_AUTHENTIC, "Consumer secret is invalid.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "ck_x"}, "Consumer key is invalid."),
        ({"secret": "cs_x"}, "Invalid signature - provided signature does not match."),
        ({"at": int((NOW - timedelta(minutes=16)).timestamp())}, "Invalid timestamp."),
    ],
)
def test_a_signature_is_refused_with_its_reason(shop: Shop, change: dict[str, Any], message: str) -> None:
    assert told(signed(shop, **change)) == (401, NOT_AUTHENTIC, message)


def test_a_signed_request_is_taken_once(shop: Shop) -> None:
    assert signed(shop).status_code == 200
    assert told(signed(shop))[2] == "Invalid nonce - nonce has already been used."


def test_what_a_key_may_do_and_whose_it_is(shop: Shop) -> None:
    shop.permission = "write"
    assert told(ask(shop))[2] == "The API key provided does not have read permissions."
    shop.permission, shop.role = "read", "customer"
    assert told(ask(shop))[:2] == (403, "woocommerce_rest_cannot_view")


def test_the_index_answers_to_an_unknown_key(shop: Shop) -> None:
    assert ask(shop, "/wp-json/wc/v3", auth=("ck_x", "cs_x")).status_code == 200
    assert ask(shop, "/wp-json/wc/v3", auth=(KEY, "cs_x")).status_code == 401


def test_basic_is_not_taken_by_rest_route(shop: Shop) -> None:
    assert ask(shop, "/", rest_route="/wc/v3/orders").status_code == 401


def test_bad_parameters_are_told_before_a_bad_key(shop: Shop) -> None:
    assert ask(shop, auth=None, per_page=101).status_code == 400


def test_outside_of_the_api_there_is_html(shop: Shop) -> None:
    answer = ask(shop, "/elsewhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=UTF-8")
    assert told(ask(shop, "/wp-json/wc/v3/nothing"))[:2] == (404, "rest_no_route")
    assert told(ask(shop, f"{ORDERS}/9"))[:2] == (404, "woocommerce_rest_shop_order_invalid_id")


# ---- dates ----------------------------------------------------------------------------------------------------

# What was sent, with dates_are_gmt or without → the hour (UTC) at which it really cuts, the shop being at UTC+2.
CUTS = [
    ("2026-08-31T12:00:00", False, 10),
    ("2026-08-31T12:00:00", True, 12),
    ("2026-08-31T12:00:00Z", False, 12),
    ("2026-08-31T12:00:00+00:00", False, 12),
    ("2026-08-31T12:00:00+02:00", False, 10),
    ("2026-08-31T12:00:00Z", True, 14),
    ("2026-08-31T12:00:00+02:00", True, 12),
    ("2026-08-31T12:00:00.500Z", False, 10),
    ("2026-08-31T12:00:00.500Z", True, 14),
    ("2026-08-31 12:00:00", True, 12),
]


@pytest.mark.parametrize(("sent", "gmt", "hour"), CUTS)
@pytest.mark.parametrize("name", ["modified_after", "after"])
def test_where_a_date_really_cuts(shop: Shop, name: str, sent: str, gmt: bool, hour: int) -> None:
    for number in range(24):
        shop.add("orders", order(number + 1, f"2026-08-31T{number:02}:00:00"))
    query = {name: sent, "per_page": 100} | ({"dates_are_gmt": "true"} if gmt else {})
    rows = ask(shop, **query).json()
    assert min(row["date_modified_gmt"] for row in rows) == f"2026-08-31T{hour + 1:02}:00:00"


@pytest.mark.parametrize("sent", ["2026-08-31", "1780000000", "yesterday"])
def test_what_is_no_date(shop: Shop, sent: str) -> None:
    answer = ask(shop, modified_after=sent).json()
    assert answer["code"] == "rest_invalid_param"
    assert answer["data"]["details"]["modified_after"]["code"] == "rest_invalid_date"


@pytest.mark.parametrize("kind", ["customers", "products/reviews"])
def test_customers_and_reviews_ignore_modified_after(shop: Shop, kind: str) -> None:
    shop.add(kind, {"id": 1, "email": "a@example.com", "first_name": "A", "last_name": "B"})
    assert len(ask(shop, f"/wp-json/wc/v3/{kind}", modified_after="2030-01-01T00:00:00").json()) == 1
    assert ask(shop, f"/wp-json/wc/v3/{kind}", orderby="modified").status_code == 400


# ---- pages and filters ----------------------------------------------------------------------------------------


@pytest.fixture
def filled(shop: Shop) -> Shop:
    for number in range(1, 26):
        shop.add("orders", order(number, "2026-03-14T02:00:00"))
    shop.add("orders", order(26, "2026-03-14T02:00:00", status="trash"))
    shop.add("orders", order(27, "2026-03-14T02:00:00", status="checkout-draft"))
    return shop


@pytest.mark.parametrize("query", [{"per_page": 0}, {"per_page": -1}, {"per_page": 101}, {"page": 0}])
def test_pages_have_their_bounds(filled: Shop, query: dict[str, int]) -> None:
    assert ask(filled, **query).json()["code"] == "rest_invalid_param"


def test_past_the_end_orders_say_that_there_is_nothing_and_customers_do_not(filled: Shop) -> None:
    past = ask(filled, page=9)
    assert (past.json(), past.headers["X-WP-Total"], past.headers["X-WP-TotalPages"]) == ([], "0", "0")
    filled.add("customers", {"id": 1, "email": "a@example.com"})
    assert ask(filled, "/wp-json/wc/v3/customers", page=9).headers["X-WP-Total"] == "1"


@pytest.mark.parametrize(
    ("status", "total"),
    [("any", 25), ("trash", 1), ("checkout-draft", 1), ("completed,processing", 25), ("any,trash", 25)],
)
def test_what_a_status_lists(filled: Shop, status: str, total: int) -> None:
    assert ask(filled, status=status).headers["X-WP-Total"] == str(total)


def test_an_unknown_status_or_order_is_refused(filled: Shop) -> None:
    assert ask(filled, status="wc-completed").status_code == 400
    assert ask(filled, orderby="total").status_code == 400


def test_orders_come_newest_first_and_ties_by_id(filled: Shop) -> None:
    assert [row["id"] for row in ask(filled, per_page=3).json()] == [25, 24, 23]
    ascending = ask(filled, per_page=3, orderby="modified", order="asc", offset=2).json()
    assert [row["id"] for row in ascending] == [3, 4, 5]


def test_fields_reach_into_objects(filled: Shop) -> None:
    assert ask(filled, per_page=1, _fields="id,billing.email,nothing").json() == [
        {"id": 25, "billing": {"email": "A@Example.com"}}
    ]


def test_an_order_is_found_by_words_whatever_their_case(filled: Shop) -> None:
    assert ask(filled, search="a@EXAMPLE", customer="0").headers["X-WP-Total"] == "25"


def test_link_loses_the_encoding_so_that_following_it_asks_another_question(filled: Shop) -> None:
    link = ask(filled, modified_after="2026-03-14T01:00:00+02:00").headers["Link"]
    assert "+02:00" in link
    assert "%2B" not in link


def test_json_is_ascii_escaped(shop: Shop) -> None:
    shop.add("orders", order(1, "2026-03-14T02:00:00", note="👋\x1b"))
    assert b"\\ud83d\\udc4b\\u001b" in ask(shop).content


# ---- what moves a stamp ---------------------------------------------------------------------------------------


def test_which_changes_move_an_orders_stamp(shop: Shop) -> None:
    at = [NOW]
    shop.now = lambda: at[0]
    shop.add("customers", {"id": 5, "email": "a@example.com"})
    shop.add("orders", order(1, "2026-01-01T00:00:00", customer_id=5, refunds=[]))

    def moved() -> bool:
        moved = shop.order(1)["date_modified_gmt"] == f"{at[0]:%Y-%m-%dT%H:%M:%S}"
        at[0] += timedelta(hours=1)
        return moved

    assert (shop.refund(1, 90, "5.00"), moved())[1]
    assert not (shop.delete_refund(1, 90), moved())[1]
    assert (shop.delete("customers", 5), moved())[1]
    assert shop.order(1)["customer_id"] == 0
    assert (shop.trash(1), moved())[1]
    assert (shop.untrash(1, "completed"), moved())[1]
    shop.delete("orders", 1)
    assert ask(shop, f"{ORDERS}/1").status_code == 404
