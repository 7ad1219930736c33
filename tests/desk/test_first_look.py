"""A look at a file or a shop before anything is kept: what it is, how it is understood, why it can't be taken."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import config
from retcon.demo.woocommerce import KEY, SECRET, Response, Shop, html
from retcon.desk import first_look, first_settle
from retcon.desk.first_look import Machine
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look, look_of
from retcon.platforms.wiring import Transports

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
HERE = Machine(timezone="Europe/Vienna", language="de", country="AT")
PLAIN = "customer_id,email,placed_at,total,currency,country,items\n7,ada@example.com,2026-10-01,€12,,DE,Mug x 2; Tea\n"
SHOPIFY = (
    "Name,Email,Financial Status,Created at,Total,Currency,Lineitem name,Lineitem quantity,Shipping Country\n"
    "#1001,ada@example.com,paid,2026-10-01 10:00:00 +0200,24.00,GBP,Mug,2,GB\n"
    "#1001,,,,,,Tea,1,\n"
)
WOO = (
    "Order ID,Order Date,Order Total,Billing Email,Billing First Name,Billing Country,Order Currency\n"
    "7,2026-10-01,24.00,ada@example.com,Ada,SE,SEK\n"
)


def look(tmp_path: Path, content: str | bytes, here: Machine = HERE, **answered: object) -> Look:
    file = tmp_path / "orders.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return first_look.at_file(file, NOW, here, **answered)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "preset", "what", "rows", "currency"),
    [
        (PLAIN, "orders", "a file of orders, CSV", 1, "EUR"),
        (PLAIN.replace(",", "\t"), "orders", "a file of orders, TSV", 1, "EUR"),
        (gzip.compress(PLAIN.encode()), "orders", "a file of orders, CSV, gzipped", 1, "EUR"),
        (SHOPIFY, "shopify", "Shopify's export, CSV", 2, "GBP"),
        (WOO, "woocommerce", "a WooCommerce export, CSV", 1, "SEK"),
        (
            json.dumps({"customer_id": 7, "placed_at": "2026-10-01", "total": "9.50", "currency": "EUR"}),
            "orders",
            "a file of orders, JSON lines",
            1,
            "EUR",
        ),
    ],
)
def test_whose_file_it_is_shows_in_its_columns(
    tmp_path: Path, content: str | bytes, preset: str, what: str, rows: int, currency: str
) -> None:
    seen = look(tmp_path, content)
    assert (seen.trouble, seen.preset, seen.what, seen.rows) == ("", preset, what, rows)
    assert seen.guess.currency == currency
    assert not seen.no_currency


def test_the_first_orders_are_shown_as_they_are_understood(tmp_path: Path) -> None:
    (order,) = look(tmp_path, SHOPIFY).orders
    assert (order.customer, order.day, order.total, order.item) == ("ada@example.com", "1 Oct 2026", "£24.00", "Mug")


def test_columns_are_found_by_their_usual_names(tmp_path: Path) -> None:
    seen = look(tmp_path, 'Bestellnummer,Bestelldatum,Kunde,Betrag\n1,01.10.2026,ada@example.com,"12,50 €"\n')
    assert dict(seen.columns) == {
        "placed_at": "Bestelldatum",
        "total": "Betrag",
        "email": "Kunde",
        "order_id": "Bestellnummer",
    }
    assert seen.orders[0].total == "€12.50"


def test_columns_that_nobody_understands_are_asked_for_and_then_taken(tmp_path: Path) -> None:
    content = "wer,wann,wieviel\nada,2026-10-01,12 EUR\n"
    seen = look(tmp_path, content)
    assert seen.missing == ("email", "placed_at", "total")
    assert seen.named == ("wer", "wann", "wieviel")
    answered = {"email": "wer", "placed_at": "wann", "total": "wieviel"}
    understood = look(tmp_path, content, columns=answered)
    assert understood.missing == ()
    assert understood.columns["customer_id"] == "wer"  # no address stands in it


def test_a_date_that_can_be_read_two_ways_is_asked_for(tmp_path: Path) -> None:
    content = "customer_id,placed_at,total,currency\n7,03/04/2026,1,EUR\n"
    seen = look(tmp_path, content)
    assert seen.ambiguous == ("03/04/2026", "3 April", "4 March")
    answered = look(tmp_path, content, date_order="mdy")
    assert answered.ambiguous is None
    assert answered.orders[0].day == "4 Mar 2026"


def test_amounts_without_a_currency_are_asked_for_and_guessed_from_where_orders_go(tmp_path: Path) -> None:
    content = "customer_id,placed_at,total,country\n7,2026-10-01,12.50,JP\n"
    seen = look(tmp_path, content, Machine())
    assert seen.no_currency
    assert (seen.guess.currency, seen.guess.country, seen.guess.timezone) == ("JPY", "JP", "Asia/Tokyo")
    assert look(tmp_path, content, currency="USD").orders[0].total == "$12.50"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This is empty."),
        (b"\1\2\3" * 500, "This is no text."),
        (b"\0\1\2" * 500, "This holds no table of orders."),
        (b"PK\3\4" + b"x" * 90, "This is a spreadsheet or an archive, not a text."),
        (b"\x1f\x8b broken", "This is gzipped and broken off or damaged."),
        (b"customer_id,placed_at,total\n", "The file has column names and no row under them."),
        (b"customer_id,placed_at,total\n7,soon,1\n", "Not one of its first 1 orders can be taken; line 2: “soon” is"),
        (b"channel,direction,text,at\nemail,in,Hi,2026-01-01\n", "These are messages, not orders."),
        (b'[{"a": 1}]', "This is one JSON list;"),
        (b"just words\nand more of them\n", "This holds no table of orders."),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    seen = look(tmp_path, content)
    assert seen.trouble.startswith(says)
    assert str(tmp_path) not in seen.trouble


def test_what_is_not_there_or_no_file_is_a_sentence(tmp_path: Path) -> None:
    assert first_look.at_file(tmp_path / "no.csv", NOW, HERE).trouble == "There is no such file."
    assert first_look.at_file(tmp_path, NOW, HERE).trouble == "This is a folder, not a file."


@given(content=st.binary(max_size=400))
def test_whatever_is_in_a_file_comes_back_as_json(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    from dataclasses import asdict

    file = tmp_path_factory.getbasetemp() / "wild.csv"
    file.write_bytes(content)
    seen = first_look.at_file(file, NOW, HERE)
    assert look_of(json.loads(json.dumps(asdict(seen)))) == seen


# ---- a shop -------------------------------------------------------------------------------------------------


def ask(tmp_path: Path, key: str = KEY, secret: str = SECRET, **shop: Any) -> Look:
    """A look at a shop that answers like this."""
    where = config.places(tmp_path / "home")
    first_settle.keep_keys(where, key, secret)
    order = {"id": 7, "currency": "SEK", "billing": {"country": "SE"}, "shipping": {}, "status": "completed"}
    app = Shop(now=lambda: NOW, orders=[order], **shop)
    transports = Transports(http=httpx.WSGITransport(app=app))
    plugin = Answers(url="https://shop.example").plugin
    return first_look.at_shop(where, plugin, HERE, lambda: NOW, transports)


def test_a_shop_that_lets_us_in_says_what_it_sells_in(tmp_path: Path) -> None:
    seen = ask(tmp_path)
    assert seen.trouble == ""
    assert seen.what.startswith("The key reads 1 orders of shop.example")
    assert seen.guess.currency == "SEK"


AGAIN = "Type both again, or make a new key: WooCommerce → Settings → Advanced → REST API, permission Read."


@pytest.mark.parametrize(
    ("shop", "trouble", "hint", "keys"),
    [
        ({"key": "ck_x"}, "WooCommerce at shop.example doesn't know the consumer key (401).", AGAIN, True),
        (
            {"secret": "cs_x"},
            "WooCommerce at shop.example knows the consumer key, but the consumer secret is wrong (401).",
            AGAIN,
            True,
        ),
        (
            {"permission": "write"},
            "The key at shop.example may only write, so nothing can be read.",
            "Make a key with the permission Read: WooCommerce → Settings → Advanced → REST API.",
            True,
        ),
        (
            {"role": "customer"},
            "The user of the key may not read orders at shop.example (403).",
            "Make the key for a user who is administrator or shop manager.",
            False,
        ),
        (
            {"on_request": lambda _: html(404, "<h1>404</h1>")},
            "https://shop.example has no WooCommerce API (404).",
            "Look at the address; in WordPress, Settings → Permalinks must not be Plain.",
            False,
        ),
        (
            {"on_request": lambda _: html(503, "<h1>503</h1>", {"Retry-After": "600"})},
            "shop.example is in maintenance (503).",
            "Enter tries again in 10 minutes",
            False,
        ),
        (
            {"on_request": lambda _: Response(302, b"", {"Location": "https://www.shop.example/wp-json/wc/v3/orders"})},
            "https://shop.example sends us on to https://www.shop.example; the keys were not sent there.",
            "If that is your shop, write https://www.shop.example as its address.",
            False,
        ),
    ],
)
def test_each_refusal_of_a_shop_has_its_own_sentence(
    tmp_path: Path, shop: dict[str, Any], trouble: str, hint: str, keys: bool
) -> None:
    seen = ask(tmp_path, **shop)
    assert (seen.trouble, seen.hint, seen.key_refused) == (trouble, hint, keys)


# ---- the machine --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"TZ": "Asia/Seoul", "LANG": "ko_KR.UTF-8"}, Machine(timezone="Asia/Seoul", language="ko", country="KR")),
        ({"TZ": "UTC", "LANG": "C.UTF-8"}, Machine()),
        ({"TZ": "Nowhere/Land", "LANG": "POSIX"}, Machine()),
        ({"TZ": ":Europe/Berlin", "LC_ALL": "de"}, Machine(timezone="Europe/Berlin", language="de")),
    ],
)
def test_the_machine_says_where_its_user_is_unless_it_is_a_server(
    tmp_path: Path, environment: dict[str, str], found: Machine
) -> None:
    assert first_look.machine(environment, tmp_path) == found


def test_the_system_zone_is_read_where_the_environment_names_none(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Madrid")
    assert first_look.machine({}, tmp_path).timezone == "Europe/Madrid"
    (tmp_path / "localtime").unlink()
    (tmp_path / "timezone").write_text("Europe/Lisbon\n")
    assert first_look.machine({}, tmp_path).timezone == "Europe/Lisbon"


def test_every_guess_says_where_it_comes_from(tmp_path: Path) -> None:
    guess = look(tmp_path, PLAIN).guess
    assert (guess.timezone, guess.country, guess.language) == ("Europe/Vienna", "AT", "de")
    assert guess.why["country"] == "by this machine's time zone"
    assert guess.why["timezone"] == "this machine's"
