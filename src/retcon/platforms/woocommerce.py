"""A thin client of WooCommerce REST v3: it asks for one page and says in a sentence why it got none.

The keys go to the configured host alone (redirects are not followed) and never into a log. Over TLS they travel as
Basic authentication, over plain HTTP never: there each request is signed (OAuth 1.0a).
"""

import json
import logging
import random
import re
import secrets
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from retcon import text
from retcon.clock import Clock
from retcon.errors import KeyRefused, SourceError
from retcon.frozen import dataclass
from retcon.platforms import oauth1

API = "/wp-json/wc/v3"
ATTEMPTS = 4
PATIENCE = 60.0  # seconds that the shop may ask us to wait; longer is told instead
TIMEOUT = 70.0  # a web server in front of PHP gives up after 60
LARGEST = 64_000_000  # bytes of one answer
_TRANSIENT = frozenset((429, 500, 502, 503, 504))
_NOT_AUTHENTIC = "woocommerce_rest_authentication_error"
_CLOCKS_APART = timedelta(minutes=14)  # WooCommerce takes signatures that are off by 15
_log = logging.getLogger("retcon.woocommerce")

Json = dict[str, Any]


class NotAllowed(SourceError):
    """The key works, but may not read this collection, or this shop doesn't have it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page. `total` is None where the shop doesn't say; `at` is the shop's own clock, UTC."""

    rows: tuple[Json, ...]
    total: int | None
    at: datetime | None
    noisy: bool  # something (a plugin's notice) stood before the data


class _Again(Exception):
    """Worth another attempt, not before `wait` seconds where the shop said so; `error` is what to say at the end."""

    def __init__(self, error: SourceError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.wait = error, wait


class Client:
    """The shop at one address with one key. `section` is what config.toml calls it; may be used by several threads."""

    def __init__(
        self,
        *,
        section: str,
        url: str,
        key: str,
        secret: str,
        clock: Clock,
        sleep: Callable[[float], None],
        transport: httpx.BaseTransport | None = None,
        ca_file: str = "",
        attempts: int = ATTEMPTS,
    ) -> None:
        self.site = re.sub(r"(/wp-json.*)?/*$", "", url.strip())
        self.host = urlsplit(self.site).netloc
        self.section = section
        self._key, self._secret = key, secret
        self._clock, self._sleep, self._attempts = clock, sleep, attempts
        self._sign = not self.site.startswith("https:")
        self._ahead = timedelta()  # how far the shop's clock is ahead of ours, where a signature needs it
        self._http = httpx.Client(
            transport=transport,
            verify=self._trusted(ca_file),
            timeout=httpx.Timeout(TIMEOUT, connect=15.0),
            headers={"Accept": "application/json", "User-Agent": "retcon"},
            follow_redirects=False,
        )

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def page(self, path: str, **query: str | int) -> Answer:
        """One page of a collection ("/orders"). Raises SourceError, after a few attempts where those may help."""
        asked = {name: str(value) for name, value in query.items()}
        for attempt in range(self._attempts):
            try:
                return self._ask(path, asked)
            except _Again as again:
                if attempt == self._attempts - 1 or (again.wait or 0) > PATIENCE:
                    raise again.error from None
                # With jitter, so that three pages that failed together don't come back together.
                pause = 2.0**attempt * random.uniform(0.5, 1.5)
                if again.wait != 0:
                    self._sleep(max(again.wait or 0, pause))
        raise AssertionError

    def site_index(self) -> Json:
        """What WordPress tells everybody of the site (name, timezone_string, …); empty where it tells nothing."""
        try:
            with self._http.stream(
                "GET", f"{self.site}/wp-json/", params={"_fields": "name,timezone_string"}
            ) as answer:
                document = _document(self._body(answer))[0] if answer.status_code == 200 else None
        except (httpx.HTTPError, SourceError):
            return {}
        return cast("Json", document) if isinstance(document, dict) else {}

    # ---- one attempt --------------------------------------------------------------------------------------------

    def _ask(self, path: str, query: Mapping[str, str]) -> Answer:
        address = f"{self.site}{API}{path}"
        signed = self._sign
        if signed:
            at = int((self._clock() + self._ahead).timestamp())
            nonce = secrets.token_hex(16)
            query = oauth1.signed("GET", address, query, key=self._key, secret=self._secret, at=at, nonce=nonce)
        request = self._http.build_request("GET", address, params=dict(query))
        try:
            response = self._http.send(request, auth=None if signed else (self._key, self._secret), stream=True)
            try:
                body = self._body(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        _log.info("GET %s %s %s bytes", path, response.status_code, len(body))
        document, noisy = _document(body)
        if response.status_code == 200:
            return self._answer(response, path, body, document, noisy)
        self._refused(response, path, document, signed)
        raise AssertionError

    def _body(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise SourceError(
                    f"{self.host} sends more than {LARGEST // 1_000_000} MB for one page, so it was cut off.",
                    "Look at that address in a browser: a plugin may be in the way.",
                )
        return b"".join(parts)

    def _answer(self, response: httpx.Response, path: str, body: bytes, document: Any, noisy: bool) -> Answer:
        if isinstance(document, list):
            rows = tuple(cast("Json", row) for row in cast("list[Any]", document) if isinstance(row, dict))
            total = response.headers.get("X-WP-Total", "")
            return Answer(rows, int(total) if total.isdecimal() else None, _date(response), noisy)
        start = body.lstrip()[:1]
        # A notice of PHP that data follow comes as JSON all the same; a web page says what it is.
        if start == b"<" and "json" not in response.headers.get("Content-Type", ""):
            raise SourceError(
                f"{self.host} answers {API}{path} with a web page instead of data (a log-in, a firewall, a cache?).",
                "Open that address in a browser, and let the REST API through.",
            )
        if start in (b"<", b"[", b"{") and document is None:
            raise _Again(
                SourceError(
                    f"{self.host} breaks off in the middle of its data, so this page could not be read.",
                    "Try again: retcon sync. If it stays so, the shop's error log says why.",
                )
            )
        raise SourceError(
            f"{self.host} answers {API}{path} with something that is no list of records.",
            f"Look at url under [{self.section}]: it is the shop's home page, such as https://shop.example.",
        )

    # ---- what it means when it says no --------------------------------------------------------------------------

    def _refused(self, response: httpx.Response, path: str, document: Any, signed: bool) -> None:
        status = response.status_code
        told = cast("Json", document) if isinstance(document, dict) else {}
        code, message = str(told.get("code", "")), text.line(str(told.get("message", "")))[:200]
        if status in (401, 403):
            self._not_admitted(response, path, status, code, message, signed)
        if 300 <= status < 400:
            raise self._moved(response)
        if status in _TRANSIENT and not code:
            raise self._trouble(response)
        if status == 404:
            raise self._absent(path, code)
        error = SourceError(
            f"WooCommerce at {self.host} refuses {path} ({status} {code}): {text.sentence(message)}",
            "Try again: retcon sync --full. If it stays so, the shop's error log says why.",
        )
        raise _Again(error) if status in _TRANSIENT else error

    def _not_admitted(
        self, response: httpx.Response, path: str, status: int, code: str, message: str, signed: bool
    ) -> None:
        section = f"[{self.section}]"
        if not code.startswith(("woocommerce_", "rest_")):
            raise SourceError(
                f"{self.host} refuses us before WooCommerce is asked ({status}): a firewall or a password on the site.",
                "Let requests to /wp-json/ through.",
            )
        if "permissions" in message:
            raise KeyRefused(
                f"The key of {section} at {self.host} may only write, so nothing can be read.",
                "Make a key with the permission Read: WooCommerce → Settings → Advanced → REST API.",
            )
        there = _date(response)
        if signed and code == _NOT_AUTHENTIC and there and abs(there - self._clock() - self._ahead) > _CLOCKS_APART:
            self._ahead = there - self._clock()
            raise _Again(
                SourceError(
                    f"WooCommerce at {self.host} refuses our signature: a clock is off by more than 15 minutes.",
                    "Set this machine's clock.",
                ),
                wait=0,
            )
        if re.search("secret|signatur", message, re.IGNORECASE):
            raise KeyRefused(
                f"WooCommerce at {self.host} knows the consumer key, but the consumer secret is wrong (401).",
                f"Put the right consumer_secret in secrets.toml under {section}.",
            )
        if code == _NOT_AUTHENTIC and "key" not in message.lower():
            # In the shop's language: nothing more can be told from it.
            raise KeyRefused(
                f"WooCommerce at {self.host} refuses the key (401): {text.sentence(message)}",
                f"Look at consumer_key and consumer_secret under {section}; the key needs the permission Read.",
            )
        if status == 403:
            raise NotAllowed(
                f"The user of the key of {section} may not read {path.strip('/')} at {self.host} (403).",
                "Make the key for a user who is administrator or shop manager.",
            )
        if not signed:
            # Some web servers drop the Authorization header: a signed request gets through there, and where the key
            # itself is the trouble its answer says so.
            self._sign = True
            raise _Again(self._unknown_key(), wait=0)
        raise self._unknown_key()

    def _unknown_key(self) -> SourceError:
        return KeyRefused(
            f"WooCommerce at {self.host} doesn't know the consumer key (401); orders stand as they were.",
            f"Put the right consumer_key in secrets.toml under [{self.section}].",
        )

    def _moved(self, response: httpx.Response) -> SourceError:
        target = urlsplit(response.headers.get("Location", ""))
        if not target.netloc:
            return SourceError(
                f"{self.host} sends us on to another page ({response.status_code}).",
                f"Look at url under [{self.section}].",
            )
        there = f"{target.scheme}://{target.netloc}{target.path.partition('/wp-json')[0]}".rstrip("/")
        return SourceError(
            f"{self.site} sends us on to {text.line(there)}; the keys were not sent there.",
            f'If that is your shop, write url = "{text.line(there)}" under [{self.section}].',
        )

    def _absent(self, path: str, code: str) -> SourceError:
        if code == "rest_no_route" and path == "/orders":
            return SourceError(
                f"{self.host} is a WordPress, but WooCommerce's API is not there (404).",
                "Is the WooCommerce plugin active?",
            )
        if code:
            return NotAllowed(f"{self.host} has no {path.strip('/')} (404 {code}).", "WooCommerce may be too old.")
        return SourceError(
            f"{self.site} has no WooCommerce API (404).",
            f"Look at url under [{self.section}]; in WordPress, Settings → Permalinks must not be Plain.",
        )

    def _trouble(self, response: httpx.Response) -> _Again:
        status = response.status_code
        wait = self._retry_after(response)
        when = f"in {text.plural(max(1, round(wait / 60)), 'minute')}" if wait and wait >= 60 else "in a minute"
        what = {
            429: f"{self.host} asks us to slow down (429).",
            503: f"{self.host} is in maintenance (503); orders stand as they were.",
            504: f"{self.host} took too long to answer (504); orders stand as they were.",
        }.get(status, f"{self.host} has a fault of its own ({status}); orders stand as they were.")
        then = f"Try again {when}: retcon sync"
        if status == 500:
            then = f"Try again {when}; if it stays so, the shop's PHP error log says why."
        return _Again(SourceError(what, then), wait)

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds that the shop asks us to wait, one at least; None where it doesn't say."""
        said = response.headers.get("Retry-After", "").strip()
        if said.isdecimal():
            return max(1.0, float(said[:9]))
        try:
            until = parsedate_to_datetime(said)
        except (ValueError, TypeError, OverflowError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(1.0, (until - (_date(response) or self._clock())).total_seconds())

    def _unreachable(self, error: httpx.HTTPError) -> Exception:
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return self._untrusted(cause)
            if isinstance(cause, ssl.SSLError):
                return SourceError(
                    f"{self.host} speaks no TLS there, so nothing was sent.",
                    f"Look at url under [{self.section}]: is it http://, or another port?",
                )
        reason = " ".join(str(cause) for cause in _causes(error)).lower()
        if any(words in reason for words in ("name or service", "nodename", "getaddrinfo", "name resolution")):
            what = f"No machine called {self.host} was found; orders stand as they were."
        elif "refused" in reason:
            what = f"{self.host} takes no connections (refused); orders stand as they were."
        elif isinstance(error, httpx.TimeoutException):
            what = f"{self.host} did not answer in time; orders stand as they were."
        else:
            what = f"The line to {self.host} broke; orders stand as they were."
        return _Again(SourceError(what, f"Look at url under [{self.section}] and at the network, then: retcon sync"))

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> SourceError:
        if error.verify_code == 10:
            why, then = "has expired", "Renew it at the shop's host."
        elif error.verify_code in (62, 64):  # host name, IP address
            why, then = "is for another name", f"Look at url under [{self.section}]."
        else:
            why = "was signed by nobody this machine trusts"
            then = f"If it is your own, name its CA: ca_file under [{self.section}]."
        return SourceError(f"The certificate of {self.host} {why}, so nothing was sent.", then)

    def _trusted(self, ca_file: str) -> ssl.SSLContext | bool:
        if not ca_file:
            return True
        try:
            return ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
            raise SourceError(
                f"The CA file {ca_file} cannot be read: {reason}.", f"Look at ca_file under [{self.section}]."
            ) from None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _date(response: httpx.Response) -> datetime | None:
    try:
        at = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _document(body: bytes) -> tuple[Any, bool]:
    """The JSON in the body, None where there is none; and whether something else stood before it."""
    written = body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    try:
        return json.loads(written), False
    except (ValueError, RecursionError):
        pass
    if not written.startswith("<"):
        return None, False
    decoder = json.JSONDecoder()
    # A notice of PHP ends with a tag; the data that follow go to the end.
    for found in re.finditer(r"[\[{]", written[:200_000]):
        try:
            document, end = decoder.raw_decode(written, found.start())
        except (ValueError, RecursionError):
            continue
        if not written[end:].strip() and isinstance(document, list | dict):
            return document, True
    return None, False
