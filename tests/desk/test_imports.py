"""Orders from files: what is taken, what is refused and why, and that a second time nothing changes."""

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.desk.house import House
from retcon.desk.imports import AmbiguousDates, ImportReport, import_file, take
from retcon.errors import InputError, UsageError
from retcon.model.orders import Order, OrderState
from retcon.model.people import Basis, ConsentState, Customer
from retcon.store import consents, orders, people

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

Take = Callable[..., ImportReport]


@pytest.fixture
def write(house: House, tmp_path: Path) -> Take:
    """Write the text to a file and take its orders."""

    def write(text: str, preset: str = "orders", /, name: str = "orders.csv", **options: Any) -> ImportReport:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return take(house, file, preset, options.pop("columns", {}), **options)

    return write


def kept(house: House) -> list[Order]:
    """The orders as they stand, oldest first."""
    with house.database.read() as tx:
        return list(orders.listing(tx))[::-1]


def customers(house: House) -> list[Customer]:
    with house.database.read() as tx:
        return list(people.get(tx, range(100)).values())


def reasons(report: ImportReport) -> dict[int, str]:
    return {line.line: line.reason for line in report.refused}


# ---- preset orders ----------------------------------------------------------------------------------------------


def test_three_columns_are_enough_and_a_second_import_changes_nothing(house: House, write: Take) -> None:
    text = "customer_id,placed_at,total\n7,2026-11-01,12.50\n7,2026-11-01,12.50\n8,2026-11-02,0\n"
    first = write(text)
    assert (first.read, first.taken, first.added, first.customers) == (3, 3, 3, 2)

    again = write(text)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    assert [(order.total_minor, order.currency, order.state) for order in kept(house)] == [
        (1250, "EUR", OrderState.PAID),
        (1250, "EUR", OrderState.PAID),
        (0, "EUR", OrderState.PAID),
    ]
    assert [customer.source_ids for customer in customers(house)] == [("csv:7",), ("csv:8",)]


def test_gifts_and_pre_orders_are_told_by_columns_of_their_own_or_by_the_name_on_the_parcel(
    house: House, write: Take
) -> None:
    write(
        "customer_id,placed_at,total,name,receiver,gift,preorder,status\n"
        "7,2026-11-01,1,Ada Berg,Ada Berg,,,\n"
        "7,2026-11-02,1,Ada Berg,Ole Lund,no,,\n"
        "7,2026-11-03,1,Ada Berg,,yes,,\n"
        "7,2026-11-04,1,Ada Berg,,,yes,\n"
        "7,2026-11-05,1,Ada Berg,,,,pre-ordered\n"
        "7,2026-11-06,1,Ada Berg,,,,return requested\n"
    )
    found = kept(house)
    assert [order.gift for order in found] == [False, True, True, False, False, False]
    assert [order.preorder for order in found] == [False, False, False, True, True, False]
    assert [order.return_open for order in found] == [False] * 5 + [True]
    assert {order.state for order in found} == {OrderState.PAID}


def test_rows_without_an_id_keep_theirs_when_a_longer_export_is_imported(house: House, write: Take) -> None:
    write("customer_id,placed_at,total\n7,2026-11-01,12.50\n")
    again = write("customer_id,placed_at,total\n9,2026-10-01,3\n7,2026-11-01,12.5\n7,2026-11-01,12.50\n")
    assert (again.added, again.unchanged) == (2, 1)


def test_every_column_is_used_where_it_exists(house: House, write: Take) -> None:
    write(
        "order_id,customer_id,placed_at,total,currency,email,phone,name,country,language,status,items,coupon,"
        "refunded,shipped_at,delivered_at,carrier,tracking_number,tracking_link\n"
        "A1,7,2026-11-01 10:00,30.00,usd,Ada@example.com,+1 555 0100,Ada,United States,en_US,completed,"
        "Mug x 2; 3 x Tea; Pot,SAVE5,10.00,2026-11-02,2026-11-05,DHL,T1,https://track.example/T1\n"
    )
    (order,) = kept(house)
    assert order.number == order.source_id == "A1"
    assert (order.currency, order.total_minor, order.refunded_minor) == ("USD", 3000, 1000)
    assert order.total_base_minor is not None
    assert [(line.name, line.quantity) for line in order.lines] == [("Mug", 2), ("Tea", 3), ("Pot", 1)]
    assert order.coupon_codes == ("SAVE5",)
    assert order.delivered_at == datetime(2026, 11, 5, tzinfo=UTC)
    assert not order.delivered_estimated
    assert (order.carrier, order.tracking_number, order.tracking_link) == ("DHL", "T1", "https://track.example/T1")
    (ada,) = customers(house)
    assert (ada.name, ada.emails, ada.phones, ada.country, ada.language) == (
        "Ada",
        ("Ada@example.com",),
        ("+15550100",),
        "US",
        "en-US",
    )


def test_what_was_allowed_is_kept_by_medium_with_its_day_its_place_and_its_words(house: House, write: Take) -> None:
    write(
        "placed_at,total,email,consent_email,consent_sms,consent_telegram,consent_at,consent_source,consent_wording\n"
        "2026-11-01,1,ada@example.com,granted,no,,2026-05-03,fair,News by e-mail\n"
        "2026-11-01,1,bob@example.com,yes,,,,,\n"
        "2026-11-01,1,eve@example.com,perhaps,,,,,\n"
    )
    with house.database.read() as tx:
        ledger = consents.of(tx, [1, 2])
    assert [(it.channel, it.state, it.at.date().isoformat(), it.source, it.wording) for it in ledger[1]] == [
        ("email", "granted", "2026-05-03", "fair", "News by e-mail"),
        ("sms", "denied", "2026-05-03", "fair", "News by e-mail"),
    ]
    assert [(it.at.date().isoformat(), it.source, it.wording, it.proof) for it in ledger[2]] == [
        ("2026-11-01", "import", "consent by e-mail: yes", "orders.csv, line 3")
    ]


def test_an_address_alone_makes_a_customer(house: House, write: Take) -> None:
    write("email,placed_at,total\nada@example.com,2026-11-01,1\nADA@Example.com,2026-11-02,1\n")
    assert [customer.emails for customer in customers(house)] == [("ada@example.com",)]


def test_a_negative_total_is_money_given_back_and_no_order(house: House, write: Take) -> None:
    text = "order_id,customer_id,placed_at,total\n1,7,2026-11-01,50\n1,7,2026-11-03,-20\n1,7,2026-11-03,-20\n"
    assert write(text).added == 3
    assert write(text).unchanged == 3
    order, *back = kept(house)
    assert (order.source_id, order.state) == ("1", OrderState.PAID)
    assert [(each.total_minor, each.state) for each in back] == [(-2000, OrderState.REFUNDED)] * 2


def test_dates_without_a_zone_are_the_shop_s(database: Any, tmp_path: Path) -> None:
    from retcon.desk.house import open_house

    (tmp_path / "home" / "config.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')
    house = open_house(tmp_path / "home", now=lambda: datetime(2026, 11, 20, tzinfo=UTC))
    file = tmp_path / "orders.csv"
    file.write_text("customer_id,placed_at,total\n7,2026-11-01,1\n7,2026-11-01T10:00,1\n7,2026-11-01T10:00Z,1\n")
    take(house, file, "orders", {})
    assert [order.placed_at.isoformat()[:16] for order in kept(house)] == [
        "2026-10-31T23:00",
        "2026-11-01T09:00",
        "2026-11-01T10:00",
    ]
    house.close()


def test_the_amounts_of_a_file_are_read_together(house: House, write: Take) -> None:
    write("customer_id;placed_at;total\n7;01.11.2026;1.234\n7;02.11.2026;12,50 €\n")
    assert [order.total_minor for order in kept(house)] == [123400, 1250]


def test_consent_is_written_with_what_was_said_and_where(house: House, write: Take) -> None:
    write(
        "email,placed_at,total,consent_email\n"
        "ada@example.com,2026-11-01,1,yes\nbob@example.com,2026-11-01,1,denied\ncyd@example.com,2026-11-01,1,\n"
    )
    with house.database.read() as tx:
        ledger = consents.of(tx, [1, 2, 3])
    assert [line.state for lines in ledger.values() for line in lines] == [ConsentState.GRANTED, ConsentState.DENIED]
    (granted,) = ledger[1]
    assert (granted.basis, granted.source, granted.proof) == (Basis.EXPRESS, "import", "orders.csv, line 2")
    assert granted.at == datetime(2026, 11, 1, tzinfo=UTC)


def test_another_source_s_orders_are_apart(house: House, write: Take) -> None:
    text = "order_id,customer_id,placed_at,total\n1,7,2026-11-01,1\n"
    write(text)
    assert write(text, source="old-shop").added == 1
    assert {order.source for order in kept(house)} == {"csv", "old-shop"}


# ---- what is refused --------------------------------------------------------------------------------------------


def test_a_refused_line_is_told_with_its_number_and_the_rest_is_taken(house: House, write: Take) -> None:
    report = write(
        "order_id,customer_id,placed_at,total,currency,status\n"
        "1,7,2026-11-01,12.50,EUR,paid\n"
        "2,,2026-11-01,12.50,EUR,paid\n"
        "3,7,1970-01-01,12.50,EUR,paid\n"
        "4,7,2100-01-01,12.50,EUR,paid\n"
        "5,7,soon,12.50,EUR,paid\n"
        "6,7,2026-11-01,plenty,EUR,paid\n"
        "7,7,2026-11-01,,EUR,paid\n"
        "8,7,2026-11-01,12.50,QQQ,paid\n"
        "9,7,2026-11-01,12.50,EUR,vanished\n"
        "1,7,2026-11-01,99.00,EUR,paid\n"
        "1,7,2026-11-01,12.50,EUR,paid\n"
        f"10,7,2026-11-01,{'9' * 20},EUR,paid\n"
    )
    assert (report.read, report.taken, report.added) == (12, 2, 1)
    assert reasons(report) == {
        3: "it names no customer",
        4: "1970-01-01 is before 1995",
        5: "2100-01-01 is in the future",
        6: "“soon” is no date",
        7: "“plenty” is no amount",
        8: "the amount is empty",
        9: "“QQQ” is no currency (ISO 4217)",
        10: "the status “vanished” is unknown",
        11: "order 1 stands on line 2 already, with other content",
        13: f"“{'9' * 20}” is too large to be an order",
    }


def test_an_id_of_a_refused_row_is_free_for_the_next(write: Take) -> None:
    report = write("order_id,customer_id,placed_at,total,status\n1,7,2026-11-01,1,?\n1,7,2026-11-01,1,paid\n")
    assert (report.taken, list(reasons(report))) == (1, [2])


def test_hostile_and_endless_names_are_kept_within_bounds(house: House, write: Take) -> None:
    name = "\x1b[31m\u202eAda[/]" + "x" * 5_000_000
    write(f"customer_id,placed_at,total,name\n7,2026-11-01,1,{name}\n")
    (ada,) = customers(house)
    assert ada.name.startswith("\x1b[31m\u202eAda[/]")
    assert len(ada.name) == 200


# ---- what is asked ----------------------------------------------------------------------------------------------


def test_dates_that_can_be_read_two_ways_are_asked_about_and_nothing_is_taken(house: House, write: Take) -> None:
    text = "customer_id,placed_at,total\n7,03/04/2026,1\n7,05/06/2026,1\n"
    with pytest.raises(AmbiguousDates, match="3 April or 4 March"):
        write(text)
    assert kept(house) == []

    write(text, date_order="mdy")
    assert [order.placed_at.month for order in kept(house)] == [3, 5]


def test_a_missing_column_is_told_with_those_that_are_there_and_the_flag(write: Take) -> None:
    with pytest.raises(InputError, match=r"no column for placed_at, total; it has: who, when, how much") as told:
        write("who,when,how much\n1,2,3\n", columns={"customer_id": "who"})
    assert "--map placed_at=COLUMN --map total=COLUMN" in told.value.hint


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"columns": {"total": "gone"}}, "no column “gone”"),
        ({"columns": {"price": "total"}}, "no field “price”"),
        ({"currency": "QQQ"}, "no currency"),
        ({"source": "a:b"}, "source's name"),
    ],
)
def test_wrong_words_are_refused_with_what_is_allowed(write: Take, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says) as told:
        write("customer_id,placed_at,total\n7,2026-11-01,1\n", **options)
    assert told.value.hint


def test_columns_can_be_named_by_hand_whatever_their_case_and_spaces(house: House, write: Take) -> None:
    write(
        "Kunde;Bestellt am;Summe\n7;01.11.2026 10:00;12,50\n",
        columns={"customer_id": "kunde", "placed_at": "bestellt am", "total": "SUMME"},
    )
    assert [order.total_minor for order in kept(house)] == [1250]


# ---- files of the shops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "head", "row"),
    [
        ("orders", "email,placed_at,total,country,state", "Texas"),
        ("shopify", "Email,Created at,Total,Shipping Country,Shipping Province", "TX"),
        ("woocommerce", "Billing Email,Order Date,Order Total,Shipping Country,Shipping State", "US-TX"),
    ],
)
def test_the_state_of_the_delivery_is_a_code_or_a_name(
    house: House, write: Take, preset: str, head: str, row: str
) -> None:
    write(f"{head}\nada@example.com,2026-11-19T10:00:00Z,20.00,US,{row}\n", preset)
    with house.database.read() as tx:
        assert people.get(tx, [1])[1].subdivision == "US-TX"


SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,\
Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem sku,Billing Name,Shipping Name,Shipping Country,Phone,Cancelled at,Refunded Amount,Id
#1002,ada@example.com,partially_refunded,2026-11-20 07:52:03 +0100,fulfilled,2026-11-21 09:00:00 +0100,yes,EUR,50.00,\
5.00,8.78,55.00,SAVE5,5.00,Standard,2026-11-20 07:52:00 +0100,2,Mug - blue,20.00,M-1,Ada Lovelace,Ada Lovelace,GB,\
'+44 555 0100,,10.00,5551002
#1002,ada@example.com,,,,,,,,,,,,,,2026-11-20 07:52:00 +0100,1,Tea,10.00,T-1,,,,,,,
#1001,bob@example.com,voided,,unfulfilled,,no,EUR,10.00,0.00,0.00,10.00,,0.00,,2026-11-19 07:52:00 +0100,1,Tea,10.00,\
T-1,Bob,,,,2026-11-19 08:00:00 +0100,0.00,5551001
"""


def test_shopify_s_export_is_an_order_over_several_rows(house: House, write: Take) -> None:
    report = write(SHOPIFY, "shopify")
    assert (report.read, report.taken, report.added, report.refused) == (3, 3, 2, ())
    bob, ada = kept(house)
    assert (ada.source_id, ada.number, ada.state, ada.source_status) == (
        "5551002",
        "#1002",
        OrderState.PAID,
        "partially_refunded",
    )
    assert (ada.total_minor, ada.refunded_minor) == (5500, 1000)
    assert ada.placed_at == datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
    assert ada.shipped_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert [(line.name, line.quantity, line.sku, line.total_minor) for line in ada.lines] == [
        ("Mug - blue", 2, "M-1", 4000),
        ("Tea", 1, "T-1", 1000),
    ]
    assert (ada.country, ada.coupon_codes) == ("GB", ("SAVE5",))
    assert bob.state is OrderState.CANCELLED
    assert {customer.phones for customer in customers(house)} == {("+445550100",), ()}
    assert write(SHOPIFY, "shopify").unchanged == 2
    with house.database.read() as tx:
        assert {line.state for lines in consents.of(tx, [1, 2]).values() for line in lines} == {
            ConsentState.GRANTED,
            ConsentState.DENIED,
        }


WOOCOMMERCE = """\
Order Number,Order Status,Order Date,Customer User ID,First Name (Billing),Last Name (Billing),Email (Billing),\
Country Code (Shipping),Order Total Amount,Order Refund Amount,Order Currency,SKU,Item Name,Quantity (- Refund),\
Item Cost,Coupon Code
101,wc-completed,2026-11-01 10:00,17,Ada,Lovelace,ada@example.com,GB,30.00,0,EUR,M-1,Mug,2,10.00,save5
101,wc-completed,2026-11-01 10:00,17,Ada,Lovelace,ada@example.com,GB,30.00,0,EUR,T-1,Tea,1,10.00,save5
102,on-hold,2026-11-02 10:00,0,Bob,,bob@example.com,DE,5.00,0,EUR,T-1,Tea,1,5.00,
"""


def test_woocommerce_s_export_knows_accounts_and_guests(house: House, write: Take) -> None:
    report = write(WOOCOMMERCE, "woocommerce", source="woo")
    assert (report.read, report.added, report.refused) == (3, 2, ())
    ada, bob = kept(house)
    assert (ada.source_id, ada.state, ada.source_status) == ("101", OrderState.PAID, "wc-completed")
    assert [(line.name, line.quantity, line.total_minor) for line in ada.lines] == [("Mug", 2, 2000), ("Tea", 1, 1000)]
    assert bob.state is OrderState.OPEN
    assert [(each.name, each.source_ids) for each in customers(house)] == [("Ada Lovelace", ("woo:17",)), ("Bob", ())]


def test_json_lines_with_nested_customers_and_items_are_taken(house: House, write: Take) -> None:
    row = {
        "order_id": 1,
        "placed_at": "2026-11-01T10:00:00Z",
        "total": 12.10,
        "customer": {"email": "ada@example.com"},
        "items": [{"name": "Mug", "quantity": 2, "price": 5}, "Tea"],
    }
    write(json.dumps(row) + "\n", columns={"email": "customer.email"}, name="orders.jsonl")
    (order,) = kept(house)
    assert order.total_minor == 1210
    assert [(line.name, line.quantity, line.total_minor) for line in order.lines] == [("Mug", 2, 1000), ("Tea", 1, 0)]


# ---- whole ------------------------------------------------------------------------------------------------------


def test_an_import_is_recomputed_at_once(house: House, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("customer_id,placed_at,total\n7,2026-11-01,12.50\n")
    assert import_file(house, file, "orders", {}).customers == 1
    with house.database.read() as tx:
        assert tx.execute("select count(*) from touched").fetchone()[0] == 0
        assert tx.execute("select orders from standings").fetchone()[0] == 1


def test_an_import_that_was_killed_is_completed_by_the_next(
    house: House, write: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retcon.desk import imports

    monkeypatch.setattr(imports, "_AT_ONCE", 2)
    text = "customer_id,placed_at,total\n" + "".join(f"{n % 3},2026-11-01,{n}\n" for n in range(7))

    def killed(what: str, done: int, total: int | None) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(text, progress=killed)
    assert len(kept(house)) == 4

    assert (write(text).added, write(text).unchanged) == (3, 7)


@pytest.mark.parametrize("log", ["cdnow", "online_retail_2"])
def test_every_row_of_the_shared_logs_survives_as_order_or_money_given_back(house: House, log: str) -> None:
    file = SHARED / f"{log}.csv.gz"
    if not file.exists():
        pytest.skip("the logs stand beside the project, in ../shared/data")
    with gzip.open(file, "rt") as lines:
        amounts = [line.rsplit(",", 1)[1] for line in lines][1:]
    report = take(house, file, "orders", {"placed_at": "ts", "total": "amount"}, "USD")

    assert (report.read, report.added, report.refused) == (len(amounts), len(amounts), ())
    with house.database.read() as tx:
        counted = dict(tx.execute("select total_minor < 0, count(*) from orders group by 1").fetchall())
    back = sum(amount.startswith("-") for amount in amounts)
    assert counted == {0: len(amounts) - back, **({1: back} if back else {})}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-16")),
        st.lists(st.tuples(st.text(max_size=9), st.text(max_size=12), st.text(max_size=9)), max_size=6).map(
            lambda rows: (
                b"customer_id,placed_at,total\n" + "\n".join(",".join(row) for row in rows).encode("utf-8", "replace")
            )
        ),
    )
)
def test_no_file_ends_in_anything_but_a_report_or_a_sentence(house: House, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "wild.csv"
    file.write_bytes(content)
    with suppress(InputError, UsageError):
        report = take(house, file, "orders", {})
        assert report.read == report.taken + len(report.refused)
