"""Every way in which a shop doesn't answer, and the sentence that it is told in."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
import trustme

from retcon.demo.woocommerce import KEY, SECRET, Request, Response, Shop, as_json, html
from retcon.errors import SourceError
from retcon.platforms import oauth1, woocommerce
from retcon.platforms.woocommerce import Client

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


class Line:
    """A client and the shop at the other end; what it slept, and what it asked."""

    def __init__(self, answer: Callable[[Request], Response | None] | None = None, **shop: Any) -> None:
        self.now = NOW
        self.shop = Shop(now=lambda: NOW, on_request=answer, **shop)
        self.slept: list[float] = []

    def client(self, url: str = "https://shop.example", key: str = KEY, secret: str = SECRET, **options: Any) -> Client:
        transport = options.pop("transport", httpx.WSGITransport(app=self.shop))
        return Client(
            section="sources.woo",
            url=url,
            key=key,
            secret=secret,
            clock=lambda: self.now,
            sleep=self.slept.append,
            transport=transport,
            **options,
        )

    def told(self, **options: Any) -> str:
        with pytest.raises(SourceError) as caught:
            self.client(**options).page("/orders", per_page=1)
        return str(caught.value)


def json_error(status: int, code: str, message: str, data: Any = None) -> Response:
    return as_json({"code": code, "message": message, "data": data or {"status": status}}, status)


# ---- what is wrong, in a sentence -----------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
ANSWERS: dict[str, tuple[Response, str]] = {
    "a page that is not there": (
        html(404, "<h1>404</h1>"),
        "https://shop.example has no WooCommerce API (404). Look at url under [sources.woo]; in WordPress, "
        "Settings → Permalinks must not be Plain.",
    ),
    "WordPress without WooCommerce": (
        json_error(404, "rest_no_route", "No route was found"),
        "shop.example is a WordPress, but WooCommerce's API is not there (404). Is the WooCommerce plugin active?",
    ),
    "a web page for data": (
        html(200, "<!DOCTYPE html><html><script>var a = {b: [1]};</script></html>"),
        "shop.example answers /wp-json/wc/v3/orders with a web page instead of data (a log-in, a firewall, a cache?). "
        "Open that address in a browser, and let the REST API through.",
    ),
    "data that break off": (
        Response(200, b'[{"id": 1, "status": "comp', JSON),
        "shop.example breaks off in the middle of its data, so this page could not be read. "
        "Try again: retcon sync. If it stays so, the shop's error log says why.",
    ),
    "a notice, and then data that break off": (
        Response(200, b'<br /><b>Notice</b>: x[1] on line 3<br />[{"id": 1, "status": "comp', JSON),
        "shop.example breaks off in the middle of its data, so this page could not be read. "
        "Try again: retcon sync. If it stays so, the shop's error log says why.",
    ),
    "an object for a list": (
        as_json({"namespace": "wc/v3"}),
        "shop.example answers /wp-json/wc/v3/orders with something that is no list of records. "
        "Look at url under [sources.woo]: it is the shop's home page, such as https://shop.example.",
    ),
    "nothing at all": (
        Response(200, b"", JSON),
        "shop.example answers /wp-json/wc/v3/orders with something that is no list of records. "
        "Look at url under [sources.woo]: it is the shop's home page, such as https://shop.example.",
    ),
    "PHP is down": (
        html(502, "<h1>502 Bad Gateway</h1>"),
        "shop.example has a fault of its own (502); orders stand as they were. Try again in a minute: retcon sync",
    ),
    "PHP is too slow": (
        html(504, "<h1>504</h1>"),
        "shop.example took too long to answer (504); orders stand as they were. Try again in a minute: retcon sync",
    ),
    "the database is down": (
        html(500, "<h1>Error establishing a database connection</h1>"),
        "shop.example has a fault of its own (500); orders stand as they were. "
        "Try again in a minute; if it stays so, the shop's PHP error log says why.",
    ),
    "maintenance": (
        html(503, "<h1>Maintenance</h1>", {"Retry-After": "600"}),
        "shop.example is in maintenance (503); orders stand as they were. Try again in 10 minutes: retcon sync",
    ),
    "too many requests": (
        html(429, "<h1>Slow down</h1>", {"Retry-After": "7"}),
        "shop.example asks us to slow down (429). Try again in a minute: retcon sync",
    ),
    "a refusal whose data is a number": (
        json_error(500, "woocommerce_rest_cannot_view", "Invalid.", 500),
        "WooCommerce at shop.example refuses /orders (500 woocommerce_rest_cannot_view): Invalid. "
        "Try again: retcon sync --full. If it stays so, the shop's error log says why.",
    ),
    "a bad parameter": (
        json_error(400, "rest_invalid_param", "Invalid parameter(s): after"),
        "WooCommerce at shop.example refuses /orders (400 rest_invalid_param): Invalid parameter(s): after. "
        "Try again: retcon sync --full. If it stays so, the shop's error log says why.",
    ),
    "a firewall": (
        html(403, "<h1>Forbidden</h1>"),
        "shop.example refuses us before WooCommerce is asked (403): a firewall or a password on the site. "
        "Let requests to /wp-json/ through.",
    ),
    "another address": (
        html(301, "", {"Location": "https://www.shop.example/wp-json/wc/v3/orders?per_page=1"}),
        "https://shop.example sends us on to https://www.shop.example; the keys were not sent there. "
        'If that is your shop, write url = "https://www.shop.example" under [sources.woo].',
    ),
    "a hostile message": (
        json_error(400, "rest_invalid_param", "\x1b[2J\n[bold]Gone\u202e"),
        "WooCommerce at shop.example refuses /orders (400 rest_invalid_param): \ufffd[2J [bold]Gone\ufffd. "
        "Try again: retcon sync --full. If it stays so, the shop's error log says why.",
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_what_an_answer_means(what: str) -> None:
    answer, sentence = ANSWERS[what]
    assert Line(lambda _: answer).told() == sentence


KEYS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "an unknown key": (
        {},
        {"key": "ck_unknown"},
        "WooCommerce at shop.example doesn't know the consumer key (401); orders stand as they were. "
        "Put the right consumer_key in secrets.toml under [sources.woo].",
    ),
    "an unknown key without TLS": (
        {},
        {"key": "ck_unknown", "url": "http://shop.example"},
        "WooCommerce at shop.example doesn't know the consumer key (401); orders stand as they were. "
        "Put the right consumer_key in secrets.toml under [sources.woo].",
    ),
    "a wrong secret": (
        {},
        {"secret": "cs_wrong"},
        "WooCommerce at shop.example knows the consumer key, but the consumer secret is wrong (401). "
        "Put the right consumer_secret in secrets.toml under [sources.woo].",
    ),
    "a wrong secret without TLS": (
        {},
        {"secret": "cs_wrong", "url": "http://shop.example"},
        "WooCommerce at shop.example knows the consumer key, but the consumer secret is wrong (401). "
        "Put the right consumer_secret in secrets.toml under [sources.woo].",
    ),
    "a key that may only write": (
        {"permission": "write"},
        {},
        "The key of [sources.woo] at shop.example may only write, so nothing can be read. "
        "Make a key with the permission Read: WooCommerce → Settings → Advanced → REST API.",
    ),
    "a key of a customer": (
        {"role": "customer"},
        {},
        "The user of the key of [sources.woo] may not read orders at shop.example (403). "
        "Make the key for a user who is administrator or shop manager.",
    ),
}


@pytest.mark.parametrize("what", KEYS)
def test_what_is_wrong_with_a_key(what: str) -> None:
    shop, options, sentence = KEYS[what]
    assert Line(**shop).told(**options) == sentence


def test_a_refusal_in_the_shops_own_language_is_told_as_it_came() -> None:
    refusal = json_error(401, "woocommerce_rest_authentication_error", "Lesen ist mit diesem Zugang nicht erlaubt.")
    assert Line(lambda _: refusal).told() == (
        "WooCommerce at shop.example refuses the key (401): Lesen ist mit diesem Zugang nicht erlaubt. "
        "Look at consumer_key and consumer_secret under [sources.woo]; the key needs the permission Read."
    )


def test_a_read_only_key_is_enough() -> None:
    assert Line(permission="read").client().page("/orders").total == 0


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            httpx.ConnectError("[Errno -2] Name or service not known"),
            "No machine called shop.example was found; orders stand as they were.",
        ),
        (
            httpx.ConnectError("[Errno 111] Connection refused"),
            "shop.example takes no connections (refused); orders stand as they were.",
        ),
        (httpx.ReadTimeout("timed out"), "shop.example did not answer in time; orders stand as they were."),
        (httpx.RemoteProtocolError("peer closed"), "The line to shop.example broke; orders stand as they were."),
    ],
)
def test_a_shop_that_cannot_be_reached(error: Exception, sentence: str) -> None:
    line = Line()

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    told = line.told(transport=httpx.MockTransport(fail))
    assert told == f"{sentence} Look at url under [sources.woo] and at the network, then: retcon sync"
    assert len(line.slept) == woocommerce.ATTEMPTS - 1


# ---- what it takes all the same -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    [
        "<br />\n<b>Notice</b>: Undefined index: foo in <b>/plugin.php</b> on line <b>3</b><br />\n",
        "<b>Warning</b>: Array [0] {x} [[ in /a[b].php<br />",
    ],
)
def test_data_behind_a_notice_are_read(before: str) -> None:
    answer = Line(lambda _: Response(200, before.encode() + b'[{"id": 1}, {"id": 2}]', JSON)).client().page("/orders")
    assert [row["id"] for row in answer.rows] == [1, 2]
    assert (answer.noisy, answer.total) == (True, None)


def test_what_is_no_record_in_a_list_is_left_out() -> None:
    assert Line(lambda _: as_json([1, None, "x", {"id": 1}, []])).client().page("/orders").rows == ({"id": 1},)


def test_a_byte_order_mark_is_read_over() -> None:
    assert Line(lambda _: Response(200, b'\xef\xbb\xbf[{"id": 1}]', JSON)).client().page("/orders").rows == ({"id": 1},)


def test_an_answer_of_hundreds_of_megabytes_is_cut_off() -> None:
    parts = iter(lambda: b"x" * 8_000_000, b"")
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=parts))
    assert "sends more than 64 MB for one page" in Line().told(transport=transport)


def test_json_that_nests_without_end_is_no_data() -> None:
    assert "breaks off" in Line(lambda _: Response(200, b"[" * 100_000, JSON)).told()


@pytest.mark.parametrize(
    "url", ["https://shop.example", "https://shop.example/", "https://shop.example/wp-json/wc/v3/"]
)
def test_the_address_may_be_written_in_several_ways(url: str) -> None:
    assert Line().client(url).site == "https://shop.example"


def test_a_shop_in_a_folder_is_asked_there() -> None:
    asked: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200, json=[]))
    Line().client("https://example.com/shop/", transport=transport).page("/orders")
    assert asked[0].url.path == "/shop/wp-json/wc/v3/orders"


# ---- trying again ---------------------------------------------------------------------------------------------


def once(answer: Response) -> Callable[[Request], Response | None]:
    return lambda request: answer if request.number == 1 else None


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        (html(502, ""), 0.5, 1.5),
        (html(429, "", {"Retry-After": "7"}), 7, 7),
        (html(503, "", {"Retry-After": format_datetime(NOW + timedelta(seconds=30), usegmt=True)}), 30, 30),
        (html(503, "", {"Retry-After": "soon"}), 0.5, 1.5),
        (html(503, "", {"Retry-After": "0"}), 1, 1.5),
        (Response(200, b'[{"id": 1', JSON), 0.5, 1.5),
    ],
)
def test_what_may_pass_is_tried_again_after_the_time_that_was_asked_for(
    answer: Response, least: float, most: float
) -> None:
    line = Line(once(answer))
    assert line.client().page("/orders").rows == ()
    assert len(line.slept) == 1
    assert least <= line.slept[0] <= most


def test_a_long_maintenance_is_told_at_once() -> None:
    line = Line(lambda _: html(503, "", {"Retry-After": "600"}))
    line.told()
    assert line.slept == []
    assert len(line.shop.requests) == 1


def test_what_cannot_pass_is_not_tried_again() -> None:
    line = Line(lambda _: html(404, ""))
    line.told()
    assert len(line.shop.requests) == 1


def test_pauses_grow_between_attempts() -> None:
    line = Line(lambda _: html(502, ""))
    line.told()
    first, second, third = line.slept
    assert 0.5 <= first <= 1.5 <= second * 1.5 <= 4.5
    assert 2 <= third <= 6


# ---- the keys -------------------------------------------------------------------------------------------------


def test_a_signature_is_made_as_the_rfc_says() -> None:
    query = oauth1.signed(
        "GET",
        "http://shop.example/wp-json/wc/v3/orders",
        {"search": "a b+c~", "modified_after": "2026-08-31T09:22:24"},
        key="ck_1",
        secret="cs_2",
        at=1780000000,
        nonce="n",
    )
    assert (
        query["oauth_signature"] == "ILi6KTxwj/n/wfibcUFpvAqpoWt27fi3URCChkKr41I="
    )  # by openssl dgst -sha256 -hmac 'cs_2&'


def test_without_tls_the_secret_never_travels() -> None:
    asked: list[httpx.Request] = []
    transport = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200, json=[]))
    Line().client("http://shop.example", transport=transport).page("/orders")
    assert SECRET not in str(asked[0].url)
    assert "Authorization" not in asked[0].headers


def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/"})

    Line().told(transport=httpx.MockTransport(answer))
    assert asked == ["shop.example"]


@pytest.mark.parametrize("off", [timedelta(hours=-5), timedelta(days=400)])
def test_a_signature_is_made_by_the_shops_clock_where_ours_is_wrong(off: timedelta) -> None:
    line = Line()
    line.now = NOW + off
    assert line.client("http://shop.example").page("/orders").rows == ()
    assert line.slept == []


def test_no_key_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        Line().client("http://shop.example").page("/orders", search="ada@example.com")
        Line().told(key="ck_unknown")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("retcon")]
    assert ours
    assert not any(word in line for line in ours for word in ("ck_", "cs_", "oauth", "ada@"))


# ---- certificates ---------------------------------------------------------------------------------------------


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(shop: Shop, certificate: trustme.LeafCert | None) -> Iterator[int]:
    """The shop on a port of loopback, with TLS where there is a certificate."""
    with make_server("127.0.0.1", 0, shop, handler_class=_Quiet) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            server.base_environ["HTTPS"] = "on"
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a client that doesn't like the certificate hangs up
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def test_a_shop_with_a_ca_of_its_own(authority: trustme.CA, ca_file: str) -> None:
    line = Line()
    with served(line.shop, authority.issue_cert("127.0.0.1")) as port:
        client = line.client(f"https://127.0.0.1:{port}", transport=None, ca_file=ca_file)
        assert client.page("/orders").total == 0
        client.close()


@pytest.mark.parametrize(
    ("names", "days", "trusted", "why"),
    [
        (["127.0.0.1"], -1, True, "has expired, so nothing was sent. Renew it at the shop's host."),
        (
            ["127.0.0.1"],
            30,
            False,
            "was signed by nobody this machine trusts, so nothing was sent. "
            "If it is your own, name its CA: ca_file under [sources.woo].",
        ),
        (["shop.example"], 30, True, "is for another name, so nothing was sent. Look at url under [sources.woo]."),
    ],
)
def test_a_certificate_that_is_not_taken(
    authority: trustme.CA, ca_file: str, names: list[str], days: int, trusted: bool, why: str
) -> None:
    line = Line()
    until = datetime.now(UTC) + timedelta(days=days)  # noqa: TID251
    certificate = authority.issue_cert(*names, not_before=until - timedelta(days=60), not_after=until)
    with served(line.shop, certificate) as port:
        told = line.told(url=f"https://127.0.0.1:{port}", transport=None, ca_file=ca_file if trusted else "")
    assert told == f"The certificate of 127.0.0.1:{port} {why}"
    assert line.slept == []
    assert line.shop.requests == []


def test_tls_to_a_port_without_it() -> None:
    line = Line()
    with served(line.shop, None) as port:
        told = line.told(url=f"https://127.0.0.1:{port}", transport=None)
    assert told == (
        f"127.0.0.1:{port} speaks no TLS there, so nothing was sent. "
        "Look at url under [sources.woo]: is it http://, or another port?"
    )


def test_a_port_where_nobody_listens() -> None:
    line = Line()
    with served(line.shop, None) as port:
        pass
    assert "takes no connections (refused)" in line.told(url=f"http://127.0.0.1:{port}", transport=None)


@pytest.mark.parametrize(("content", "why"), [(None, "No such file or directory"), ("x", "it holds no certificate")])
def test_a_ca_file_that_cannot_be_read(tmp_path: Path, content: str | None, why: str) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(SourceError) as caught:
        Line().client(ca_file=str(file))
    assert str(caught.value) == f"The CA file {file} cannot be read: {why}. Look at ca_file under [sources.woo]."
