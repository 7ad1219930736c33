"""What WooCommerce tells, as we understand it; and that nothing it could tell stops a pull."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retcon.model.orders import OrderState, ShopOrder
from retcon.sync.woocommerce_records import Reader, plain

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


def reader() -> Reader:
    return Reader(source="woo", currency="EUR", now=NOW)


def read(row: dict[str, Any]) -> ShopOrder:
    order = reader().order(row, {})
    assert order is not None
    return order


# ---- states ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "paid", "state"),
    [
        ("pending", False, OrderState.OPEN),
        ("on-hold", True, OrderState.OPEN),
        ("processing", False, OrderState.PAID),
        ("completed", True, OrderState.PAID),
        ("cancelled", True, OrderState.CANCELLED),
        ("refunded", True, OrderState.REFUNDED),
        ("failed", False, OrderState.FAILED),
        ("checkout-draft", False, OrderState.DRAFT),
        ("return-requested", False, OrderState.PAID),
        ("pre-ordered", True, OrderState.PAID),
        ("pre-ordered", False, OrderState.OPEN),
        ("packed-by-nora", True, OrderState.PAID),
        ("packed-by-nora", False, OrderState.OPEN),
        ("", False, OrderState.OPEN),
    ],
)
def test_the_shops_statuses_as_ours(woo: Any, status: str, paid: bool, state: OrderState) -> None:
    dates = {} if paid else {"date_paid": None, "date_paid_gmt": None}
    order = read(woo(status=status, **dates))
    assert (order.state, order.source_status) == (state, status)


@pytest.mark.parametrize(
    ("refunds", "state", "back"),
    [
        (["-10.00"], OrderState.PAID, 1000),
        (["-10.00", "-32.00"], OrderState.REFUNDED, 4200),
        (["-50.00"], OrderState.REFUNDED, 4200),
        (["-0.00"], OrderState.PAID, 0),
    ],
)
def test_an_order_is_refunded_when_all_of_it_went_back(
    woo: Any, refunds: list[str], state: OrderState, back: int
) -> None:
    order = read(woo(refunds=[{"id": number + 1, "reason": "", "total": each} for number, each in enumerate(refunds)]))
    assert (order.state, order.refunded_minor, order.total_minor) == (state, back, 4200)


def test_a_refunds_day_comes_from_its_own_record(woo: Any) -> None:
    row = woo(refunds=[{"id": 90, "reason": "Sent back &amp; fine", "total": "-10.00"}])
    order = reader().order(row, {"90": NOW})
    assert order is not None
    assert (order.refunds[0].refunded_at, order.refunds[0].reason) == (NOW, "Sent back & fine")


@pytest.mark.parametrize(
    ("restrictions", "given_to"),
    [
        ([], ()),
        (["Ada@Example.com", "ada@example.com"], ("ada@example.com",)),
        ({"1": "ada@example.com"}, ("ada@example.com",)),  # as WooCommerce writes it where an entry was dropped
        (["*@example.org"], ()),
        ([None, 7, "no address"], ()),
        ("ada@example.com", ()),
    ],
)
def test_a_coupon_is_given_to_the_addresses_that_may_use_it(restrictions: object, given_to: tuple[str, ...]) -> None:
    row = {"id": 1, "code": "mine", "email_restrictions": restrictions, "date_created_gmt": "2026-11-01T08:00:00"}
    (coupon,) = reader().coupons([row])
    assert coupon.given_to == given_to
    assert coupon.created_at == datetime(2026, 11, 1, 8, tzinfo=UTC)


# ---- what an order is besides an order --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shipping", "gift"),
    [
        ({"first_name": "Anna", "last_name": "Berg", "address_1": "Elsewhere 9"}, False),
        ({"first_name": "Ole", "last_name": "Lund", "address_1": "Elsewhere 9", "postcode": "1"}, True),
        ({"first_name": "", "last_name": ""}, False),
        ({}, False),
        (None, False),
    ],
)
def test_an_order_that_went_to_somebody_else_is_a_gift(woo: Any, shipping: object, gift: bool) -> None:
    billing = {"first_name": "Anna", "last_name": "Berg", "address_1": "Here 1", "country": "DE"}
    assert read(woo(billing=billing, shipping=shipping)).gift is gift


def test_pre_orders_and_open_returns_are_known_by_the_plugins_marks(woo: Any) -> None:
    plain_ = read(woo())
    assert (plain_.gift, plain_.preorder, plain_.return_open) == (False, False, False)
    assert read(woo(meta_data=[{"key": "_wc_pre_orders_is_pre_order", "value": "1"}])).preorder
    assert read(woo(status="return-approved")).return_open
    assert read(woo(meta_data=[{"key": "_gift_message", "value": "For you"}])).gift


# ---- amounts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "currency", "minor"),
    [
        ("42.00", "EUR", 4200),
        ("9216.90", "JPY", 9217),  # the shop's two decimals, whatever the currency
        ("704494.80", "IDR", 70449480),
        ("12.50", "KWD", 12500),
        ("-5.00", "EUR", -500),
        (19.99, "EUR", 1999),
    ],
)
def test_amounts_are_minor_units_of_the_orders_currency(woo: Any, total: Any, currency: str, minor: int) -> None:
    assert read(woo(total=total, currency=currency)).total_minor == minor


@pytest.mark.parametrize("total", ["abc", None, "NaN", "Infinity", "1e400", [], {}, True, "9" * 40, ""])
def test_an_order_without_an_amount_is_a_draft_and_told(woo: Any, total: Any) -> None:
    reading = reader()
    order = reading.order(woo(17, total=total), {})
    assert order is not None
    assert (order.state, order.total_minor) == (OrderState.DRAFT, 0)
    assert reading.notes == ["Order 17 has no amount; kept as a draft, not counted."]


@pytest.mark.parametrize("currency", ["", None, "€", "euro", 978])
def test_an_order_without_a_currency_keeps_its_amount_and_counts_nowhere(woo: Any, currency: Any) -> None:
    reading = reader()
    order = reading.order(woo(17, currency=currency), {})
    assert order is not None
    assert (order.currency, order.total_minor, order.state) == ("XXX", 4200, OrderState.PAID)
    assert reading.notes == ["Order 17 names no currency; its amount counts in no total."]


# ---- dates ----------------------------------------------------------------------------------------------------


def test_dates_are_read_from_their_gmt_twins(woo: Any) -> None:
    order = read(woo(date_created="2026-10-25T02:30:00", date_created_gmt="2026-10-25T01:30:00"))
    assert order.placed_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("written", ["1970-01-01T00:00:00", "2100-01-01T00:00:00", "0001-01-01T00:00:00"])
def test_an_absurd_date_makes_a_draft_and_is_told(woo: Any, written: str) -> None:
    reading = reader()
    order = reading.order(woo(17, date_created_gmt=written), {})
    assert order is not None
    assert order.state is OrderState.DRAFT
    assert reading.notes == [f"Order 17 is dated {written[:10]}; kept as a draft, not counted."]


@pytest.mark.parametrize("written", [None, "", "0000-00-00T00:00:00", "2026-13-45T99:99:99", "yesterday", 7, []])
def test_an_order_without_its_date_takes_the_next_best(woo: Any, written: Any) -> None:
    row = woo(date_created=written, date_created_gmt=written, date_paid_gmt="2026-11-01T10:00:00")
    assert read(row).placed_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_an_order_without_any_date_or_id_is_left_out_and_told(woo: Any) -> None:
    reading = reader()
    undated = {name: None for name in woo() if name.startswith("date_")}
    rows = [woo(1, **undated), woo(None), woo("x"), woo(-4), woo(0), woo(2)]
    assert [order.source_id for order in reading.orders(rows, {}) if isinstance(order, ShopOrder)] == ["2"]
    assert reading.notes == ["Order 1 has no date and was left out.", *["An order without an id was left out."] * 4]


# ---- people ---------------------------------------------------------------------------------------------------


def test_a_guest_has_no_account_and_names_are_unescaped(woo: Any) -> None:
    order = read(woo(billing={"first_name": "Tom &amp; Ada", "last_name": "O&#039;Neil", "email": "T@Example.com"}))
    assert (order.account_id, order.name, order.email) == (None, "Tom & Ada O'Neil", "T@Example.com")


def test_the_country_is_where_it_goes_to(woo: Any) -> None:
    assert read(woo(billing={"country": "DE"}, shipping={"country": "us"})).country == "US"
    assert read(woo(billing={"country": "DE"}, shipping={"country": ""})).country == "DE"
    assert read(woo(billing={"country": "Germany"}, shipping=[])).country == ""


def test_the_part_of_the_country_is_that_of_the_same_address(woo: Any) -> None:
    texas, bavaria = {"country": "US", "state": "TX"}, {"country": "DE", "state": "DE-BY"}
    assert read(woo(billing=bavaria, shipping=texas)).subdivision == "US-TX"
    assert read(woo(billing=bavaria, shipping={})).subdivision == "DE-BY"
    assert read(woo(billing=texas, shipping={"country": "FR", "state": ""})).subdivision == ""
    assert read(woo(billing={"state": "TX"}, shipping=[])).subdivision == ""
    assert read(woo(shipping={"country": "US", "state": ["TX"]})).subdivision == ""


@pytest.mark.parametrize(
    ("key", "value", "language"),
    [
        ("wpml_language", "de", "de"),
        ("trp_language", "pt_BR", "pt-BR"),
        ("_locale", "de_DE_formal", "de"),
        ("weglot_language", "zh-TW", "zh-TW"),
        ("wpml_language", {"x": 1}, ""),
        ("wpml_language", "klingon", ""),
        ("other", "de", ""),
    ],
)
def test_the_language_that_multilingual_plugins_write(woo: Any, key: str, value: Any, language: str) -> None:
    assert read(woo(meta_data=[{"id": 1, "key": key, "value": value}])).language == language


def test_the_language_field_of_polylang(woo: Any) -> None:
    assert read(woo(lang="fr")).language == "fr"


# ---- parcels --------------------------------------------------------------------------------------------------

SHIPPED = NOW - timedelta(days=3)
SECONDS = str(int(SHIPPED.timestamp()))


@pytest.mark.parametrize(
    ("key", "value", "carrier", "number", "link"),
    [
        (
            "_wc_shipment_tracking_items",
            [
                {
                    "tracking_provider": "",
                    "custom_tracking_provider": "DHL",
                    "custom_tracking_link": "https://dhl.example/1",
                    "tracking_number": "JD1",
                    "date_shipped": SECONDS,
                }
            ],
            "DHL",
            "JD1",
            "https://dhl.example/1",
        ),
        (
            "_wc_shipment_tracking_items",
            {"1": {"tracking_provider": "usps", "tracking_number": 94001, "date_shipped": SECONDS}},
            "usps",
            "94001",
            "",
        ),
        (
            "_aftership_tracking_items",
            [
                {
                    "slug": "royal-mail",
                    "tracking_number": "RM1",
                    "additional_fields": {"ship_date": SHIPPED.date().isoformat()},
                }
            ],
            "royal-mail",
            "RM1",
            "",
        ),
        ("_tracking_number", "TN1", "", "TN1", ""),
        ("ywot_tracking_code", "Y1", "", "Y1", ""),
        ("_tracking_link", "javascript:alert(1)", "", "", ""),
        ("_wc_shipment_tracking_items", "broken", "", "", ""),
        ("_wc_shipment_tracking_items", [None, "x", 3], "", "", ""),
    ],
)
def test_what_tracking_plugins_write(woo: Any, key: str, value: Any, carrier: str, number: str, link: str) -> None:
    order = read(woo(placed=NOW - timedelta(days=9), meta_data=[{"id": 1, "key": key, "value": value}]))
    assert (order.carrier, order.tracking_number, order.tracking_link) == (carrier, number, link)
    dated = isinstance(value, list | dict) and carrier
    assert order.shipped_at is None if not dated else order.shipped_at.date() == SHIPPED.date()


def test_completed_is_shipped_and_a_known_delivery_is_taken(woo: Any) -> None:
    placed = NOW - timedelta(days=9)
    meta = [{"key": "_delivered_at", "value": "2026-11-18"}]
    order = read(woo(placed=placed, status="completed", date_completed_gmt="2026-11-13T10:00:00", meta_data=meta))
    assert order.shipped_at == datetime(2026, 11, 13, 10, tzinfo=UTC)
    assert order.delivered_at == datetime(2026, 11, 18, tzinfo=UTC)


@pytest.mark.parametrize("value", ["1999-01-01", "2100-01-01", "soon", "", None, 5, -1, "9" * 30])
def test_a_delivery_before_the_order_or_in_the_future_is_not_believed(woo: Any, value: Any) -> None:
    assert read(woo(meta_data=[{"key": "_delivered_at", "value": value}])).delivered_at is None


# ---- the rest -------------------------------------------------------------------------------------------------


def test_a_line_whose_product_is_gone_keeps_its_name(woo: Any) -> None:
    line = read(woo(line_items=[{"name": "Pot &amp; lid", "product_id": 0, "sku": None, "quantity": 2}])).lines[0]
    assert (line.name, line.product_id, line.sku, line.quantity) == ("Pot & lid", "", "", 2)


@pytest.mark.parametrize(
    ("facts", "on_offer"),
    [
        ({}, True),  # a shop that manages no stock
        ({"stock_status": "instock", "status": "publish", "purchasable": True}, True),
        ({"stock_status": "onbackorder"}, True),
        ({"stock_status": "outofstock"}, False),
        ({"status": "private"}, False),
        ({"catalog_visibility": "hidden"}, False),
        ({"purchasable": False}, False),
    ],
)
def test_an_article_is_in_stock_where_anybody_can_order_it(facts: dict[str, Any], on_offer: bool) -> None:
    assert reader().products([{"id": 7, "name": "Bowl", **facts}])[0].in_stock is on_offer


def test_an_address_of_a_wildcard_list_that_php_wrote_as_an_object_is_read(woo: Any) -> None:
    order = read(woo(coupon_lines={"1": {"code": "Welcome10"}}))
    assert order.coupon_codes == ("welcome10",)


def test_reviews_lose_their_html() -> None:
    assert plain("<p>Good &amp; cheap<br />again</p>\n<p>5 < 6 <script>x</script></p>\n") == (
        "Good & cheap\nagain\n5 < 6 x"
    )


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["2026-11-01", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("id", "number", "status", "currency", "total", "customer_id", "billing", "shipping", "date_created_gmt"),
    *("date_created", "date_modified_gmt", "date_paid_gmt", "date_completed_gmt", "line_items", "coupon_lines"),
    *("refunds", "meta_data", "lang", "name", "sku", "price", "categories", "code", "amount", "usage_count", "role"),
    *("email", "first_name", "review", "rating", "reviewer", "reviewer_email", "product_id"),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), anything, max_size=12), st.booleans())
def test_nothing_that_a_shop_could_tell_stops_the_reading(row: dict[str, Any], known: bool) -> None:
    if known:
        row |= {"id": 5, "date_created_gmt": "2026-11-01T00:00:00", "total": "1.00"}
    reading = reader()
    for read_all in (reading.accounts, reading.products, reading.coupons, reading.reviews):
        read_all([row])
    assert len(reading.orders([row], {})) >= int(known)


@settings(max_examples=100, deadline=None)
@given(anything, anything)
def test_no_metadata_stop_the_reading(key: Any, value: Any) -> None:
    row = {"id": 5, "date_created_gmt": "2026-11-01T00:00:00", "total": "1.00"}
    for name in (key, "_wc_shipment_tracking_items", "_delivered_at", "wpml_language", "_tracking_link"):
        assert reader().order(row | {"meta_data": [{"key": name, "value": value}]}, {}) is not None
