"""A sandbox that plays a WooCommerce shop's REST v3 in-process: a WSGI app over plain records in WooCommerce's JSON.

As observed on WooCommerce 11.0.1. It serves what retcon reads; nothing is written through it. The shop changes by
its methods, which leave the same traces as a real one: which stamps move, and which do not.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

from retcon.clock import Clock
from retcon.demo.woocommerce_query import COLLECTIONS, STATUSES, BadParameter, Json, Query, fields, listing
from retcon.frozen import dataclass

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

API = "/wp-json/wc/v3"
KEY = "ck_5a3d1c0b9e8f7a6d5c4b3a2918f7e6d5c4b3a291"
SECRET = "cs_0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"
_CLOCK_SECONDS = 15 * 60  # how far a signed request's clock may be off
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
_NOT_FOUND = "<!DOCTYPE html><html><head><title>Page not found</title></head><body>Nothing here.</body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as a test's `on_request` sees it."""

    method: str
    path: str  # after /wp-json/wc/v3, "/orders"
    query: Query
    number: int  # counts from 1


@dataclass(frozen=True, slots=True)
class Response:
    """What the shop answers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Refusal(Exception):
    """An answer that says no, as WordPress writes it."""

    def __init__(self, status: int, code: str, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.document = {"code": code, "message": message, "data": {"status": status} if data is None else data}


class Shop:
    """The shop. `now` is its own clock: stamps and the Date header come from it.

    `on_request` is asked before every answer: it may change the shop, or answer in its place (an outage, a page of
    HTML). `permission` is what the key may do ("read", "write", "read_write"), `role` is its user's.
    """

    def __init__(
        self,
        *,
        orders: Iterable[Json] = (),
        customers: Iterable[Json] = (),
        products: Iterable[Json] = (),
        coupons: Iterable[Json] = (),
        reviews: Iterable[Json] = (),
        refunds: Iterable[Json] = (),
        now: Clock,
        zone: str = "Europe/Berlin",
        key: str = KEY,
        secret: str = SECRET,
        permission: str = "read_write",
        role: str = "administrator",
        takes_basic: bool = True,
        on_request: Callable[[Request], Response | None] | None = None,
    ) -> None:
        self.rows: dict[str, list[Json]] = {
            "orders": list(orders),
            "customers": list(customers),
            "products": list(products),
            "coupons": list(coupons),
            "products/reviews": list(reviews),
            "refunds": list(refunds),
        }
        self.now = now
        self.zone = ZoneInfo(zone)
        self.key, self.secret, self.permission, self.role = key, secret, permission, role
        self.takes_basic = takes_basic  # False: a web server that drops the Authorization header
        self.on_request = on_request
        self.requests: list[Request] = []
        self._nonces: set[str] = set()
        self._lock = RLock()

    # ---- the API ------------------------------------------------------------------------------------------------

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        with self._lock:
            answer = self._answer(environ)
        length = str(len(answer.body))
        headers = {"Content-Length": length, "Date": format_datetime(self.now(), usegmt=True), **answer.headers}
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Status')}", list(headers.items()))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _answer(self, environ: "WSGIEnvironment") -> Response:
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        path = environ["PATH_INFO"].rstrip("/")
        if not path and "rest_route" in query:
            path = f"/wp-json{query.pop('rest_route')}"
            environ["HTTP_AUTHORIZATION"] = ""  # Basic is taken on /wp-json/ alone
        if not path.startswith(API):
            return html(404, _NOT_FOUND)
        plain = {name: value for name, value in query.items() if not name.startswith(("oauth_", "consumer_"))}
        request = Request(environ["REQUEST_METHOD"], path.removeprefix(API), plain, len(self.requests) + 1)
        self.requests.append(request)
        if self.on_request and (instead := self.on_request(request)) is not None:
            return instead
        try:
            return self._serve(request, lambda: self._admit(environ, query))
        except BadParameter as error:
            details = {error.name: {"code": error.code, "message": error.message, "data": None}}
            data = {"status": 400, "params": {error.name: error.message}, "details": details}
            refusal = Refusal(400, "rest_invalid_param", f"Invalid parameter(s): {error.name}", data)
            return as_json(refusal.document, 400)
        except Refusal as refusal:
            return as_json(refusal.document, refusal.status)

    def _serve(self, request: Request, admit: Callable[[], bool]) -> Response:
        kind = request.path.strip("/")
        if not kind:  # the index is shown to everybody, save to a key with a wrong secret
            admit()
            return as_json({"namespace": "wc/v3", "routes": {f"{API}/{name}": {} for name in COLLECTIONS}})
        outer, _, rest = kind.partition("/")
        if kind in COLLECTIONS:
            page = listing(kind, self.rows[kind], request.query, self.zone, self._statuses())
            self._permit(request.method, admit)
            counts = {"X-WP-Total": str(page.total), "X-WP-TotalPages": str(page.pages)}
            return as_json(page.rows, headers=counts | self._link(request, page.pages))
        self._permit(request.method, admit)
        if outer in ("orders", "customers", "products", "coupons") and rest.isdigit():
            return as_json(fields(self._one(outer, int(rest)), request.query.get("_fields"), outer))
        number, _, inner = rest.partition("/")
        if outer == "orders" and number.isdigit() and inner == "refunds":
            self._one("orders", int(number))
            return as_json([row for row in self.rows["refunds"] if row["parent_id"] == int(number)])
        raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _one(self, kind: str, number: int) -> Json:
        for row in self.rows[kind]:
            if row["id"] == number:
                return row
        codes = {"orders": "woocommerce_rest_shop_order_invalid_id", "customers": "wc_user_invalid_id"}
        raise Refusal(404, codes.get(kind, f"woocommerce_rest_{kind[:-1]}_invalid_id"), "Invalid ID.")

    def _statuses(self) -> frozenset[str]:
        return frozenset(row["status"] for row in self.rows["orders"] if isinstance(row.get("status"), str)) | STATUSES

    def _link(self, request: Request, pages: int) -> dict[str, str]:
        page = int(request.query.get("page", "1"))
        if page >= pages:
            return {}
        # As the real one: what was percent-encoded in a date comes back decoded, so following it asks another question.
        following = "&".join(f"{name}={value}" for name, value in {**request.query, "page": str(page + 1)}.items())
        return {"Link": f'<https://shop.example{API}{request.path}?{following}>; rel="next"'}

    # ---- who asks -----------------------------------------------------------------------------------------------

    def _permit(self, method: str, admit: Callable[[], bool]) -> None:
        if not admit():
            raise Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        needed = "read" if method in ("GET", "HEAD") else "write"
        if needed not in self.permission:
            message = f"The API key provided does not have {needed} permissions."
            raise Refusal(401, "woocommerce_rest_authentication_error", message)
        if self.role == "customer":
            raise Refusal(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if needed == "write":
            raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _admit(self, environ: "WSGIEnvironment", query: dict[str, str]) -> bool:
        """Whether the key is the shop's. Raises Refusal where the shop says what is wrong with it."""
        secure = environ["wsgi.url_scheme"] == "https"
        if "oauth_consumer_key" in query:
            return self._signed(environ, query)
        key, secret = query.get("consumer_key", ""), query.get("consumer_secret", "")
        if self.takes_basic and (found := _basic(environ.get("HTTP_AUTHORIZATION", ""))):
            key, secret = found
        if not secure or key != self.key:
            return False
        if secret != self.secret:
            raise Refusal(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")
        return True

    def _signed(self, environ: "WSGIEnvironment", query: dict[str, str]) -> bool:
        code = "woocommerce_rest_authentication_error"
        if query["oauth_consumer_key"] != self.key:
            raise Refusal(401, code, "Consumer key is invalid.")
        digest = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}[query["oauth_signature_method"]]
        parts = sorted(
            (quote(name, "~"), quote(value, "~")) for name, value in query.items() if name != "oauth_signature"
        )
        address = f"{environ['wsgi.url_scheme']}://{_host(environ)}{environ['PATH_INFO']}"
        joined = "&".join(f"{name}={value}" for name, value in parts)
        base = "&".join((environ["REQUEST_METHOD"], quote(address, "~"), quote(joined, "~")))
        expected = base64.b64encode(hmac.new(f"{self.secret}&".encode(), base.encode(), digest).digest()).decode()
        if not hmac.compare_digest(expected, query.get("oauth_signature", "")):
            raise Refusal(401, code, "Invalid signature - provided signature does not match.")
        if abs(int(query["oauth_timestamp"]) - self.now().timestamp()) > _CLOCK_SECONDS:
            raise Refusal(401, code, "Invalid timestamp.")
        if query["oauth_nonce"] in self._nonces:
            raise Refusal(401, code, "Invalid nonce - nonce has already been used.")
        self._nonces.add(query["oauth_nonce"])
        return True

    # ---- what happens in the shop -------------------------------------------------------------------------------

    def order(self, order_id: int) -> Json:
        """The order, as it stands."""
        return self._one("orders", order_id)

    def add(self, kind: str, row: Json) -> None:
        """A record comes in, stamped as it is."""
        with self._lock:
            self.rows[kind].append(row)

    def edit(self, order_id: int, **changes: Any) -> None:
        """Somebody saves the order; its stamp moves."""
        with self._lock:
            order = self.order(order_id)
            order.update(changes)
            self._stamp(order)

    def trash(self, order_id: int) -> None:
        """The order goes to the bin; its stamp moves."""
        self.edit(order_id, status="trash")

    def untrash(self, order_id: int, status: str) -> None:
        """The order comes back from the bin; its stamp moves."""
        self.edit(order_id, status=status)

    def delete(self, kind: str, record_id: int) -> None:
        """The record is gone for good; nothing tells of it. A customer's orders fall to nobody, and are stamped."""
        with self._lock:
            self.rows[kind].remove(self._one(kind, record_id))
            if kind == "customers":
                for order in self.rows["orders"]:
                    if order["customer_id"] == record_id:
                        self.edit(order["id"], customer_id=0)

    def refund(self, order_id: int, refund_id: int, amount: str, reason: str = "") -> None:
        """Money goes back; the order's stamp moves."""
        with self._lock:
            order = self.order(order_id)
            summary = {"id": refund_id, "reason": reason, "total": f"-{amount}", "total_tax": "-0.00"}
            stamps = self._dated("date_created")
            self.rows["refunds"].append(
                {"id": refund_id, "parent_id": order_id, "amount": amount, "reason": reason, **stamps}
            )
            self.edit(order_id, refunds=[*order["refunds"], summary])

    def delete_refund(self, order_id: int, refund_id: int) -> None:
        """A refund is taken away; no stamp moves."""
        with self._lock:
            order = self.order(order_id)
            order["refunds"] = [each for each in order["refunds"] if each["id"] != refund_id]
            self.rows["refunds"] = [row for row in self.rows["refunds"] if row["id"] != refund_id]

    def _stamp(self, row: Json) -> None:
        row.update(self._dated("date_modified"))

    def _dated(self, name: str) -> dict[str, str]:
        instant = self.now()
        return {name: stamp(instant.astimezone(self.zone)), f"{name}_gmt": stamp(instant)}


def stamp(instant: datetime) -> str:
    """The instant as WooCommerce writes it: without a zone and without a fraction."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S")


def as_json(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, ASCII-escaped as PHP writes it."""
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Response(status, json.dumps(document).encode(), kind | dict(headers or {}))


def html(status: int, page: str, headers: Mapping[str, str] | None = None) -> Response:
    """A web page, as servers and plugins answer when something is wrong."""
    return Response(status, page.encode(), {"Content-Type": "text/html; charset=UTF-8"} | dict(headers or {}))


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, coded = header.partition(" ")
    try:
        key, found, secret = base64.b64decode(coded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (key, secret) if scheme == "Basic" and found else None


def _host(environ: "WSGIEnvironment") -> str:
    return environ.get("HTTP_HOST", environ["SERVER_NAME"])
