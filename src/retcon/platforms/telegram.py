"""A thin client of Telegram's Bot API: one call and its answer, or why there is none, in a sentence.

The token stands in every address that is asked. It joins the address behind httpx, at the last step before the
network, so that no request, error, repr or log line ever holds it. Every call has a connection of its own: one that
stood idle may be closed as we write, and then nobody knows what became of a message.
"""

import json
import logging
import re
import ssl
import time
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, cast
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from retcon import text
from retcon.errors import RetconError

HOME = "https://api.telegram.org"
CONNECT, ANSWER = 10.0, 20.0  # seconds to connect, and that Telegram may be silent
SECONDS = 60.0  # of one call, whatever happens
LARGEST = 16_000_000  # bytes of one answer
_DAY = 86_400
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{1,200}")
_PLACE = b"/bot*/"  # where the token goes
_log = logging.getLogger("retcon.telegram")

Json = dict[str, Any]


class Why(Enum):
    """Why there is no answer, and with it what is known of the call."""

    TOKEN = "the token is wrong"  # 401, 404
    SHUT = "this chat is shut to the bot"  # 403
    REFUSED = "a no to what was asked"  # 400 and the like
    ELSEWHERE = "another program reads the bot's messages"  # 409
    TOO_FAST = "slower"  # 429
    NOT_DONE = "certainly not done: it never arrived there"
    UNKNOWN = "perhaps done: no answer that says so came back"


class Failure(RetconError):
    """No answer. `code` is Telegram's, `said` its words, `wait` the seconds that it asks for."""

    def __init__(
        self, why: Why, title: str, hint: str = "", *, code: str = "", said: str = "", wait: float | None = None
    ) -> None:
        super().__init__(title, hint)
        self.why, self.code, self.said, self.wait = why, code, said, wait


class Client:
    """One bot. `section` is what config.toml calls it; `seconds` bounds each call."""

    def __init__(
        self,
        *,
        section: str,
        token: str,
        base_url: str = HOME,
        transport: httpx.BaseTransport | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.section = section
        self._base = base_url.rstrip("/")
        self._host = urlsplit(self._base).netloc
        self.name = "Telegram" if self._base == HOME else self._host
        self._token = token.strip()
        self._seconds = seconds
        if not _TOKEN.fullmatch(self._token):
            raise self._token_is_wrong("is none: a bot token is a number, a colon and some forty letters")
        self._http = httpx.Client(
            transport=_Door(transport or _direct(self._base), self._token),
            timeout=httpx.Timeout(ANSWER, connect=CONNECT),
            headers={"Accept": "application/json", "User-Agent": "retcon"},
            follow_redirects=False,
        )

    def __repr__(self) -> str:
        return f"<Telegram client of [{self.section}]>"

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    # ---- what it is asked ---------------------------------------------------------------------------------------

    def me(self) -> str:
        """The bot's name, with its @."""
        return f"@{text.line(str(self._mapping('getMe').get('username', '')))}"

    def updates(self, offset: int | None, kinds: Iterable[str]) -> list[Json]:
        """What came that was not confirmed yet, oldest first, a hundred at most; all before `offset` is confirmed.

        Without an offset nothing is confirmed: after a week of silence ids begin anew, perhaps below the last one.
        """
        asked: Json = {"limit": 100, "timeout": 0, "allowed_updates": list(kinds)}
        if offset is not None:
            asked["offset"] = offset
        found = self._call("getUpdates", json=asked)
        if not isinstance(found, list):
            raise self._strange("getUpdates")
        return [cast("Json", each) for each in cast("list[Any]", found) if isinstance(each, dict)]

    def send_message(self, chat: int, words: str, answers: int | None = None) -> int:
        """Send plain text, as an answer to that message of the chat where one is named; the new message's number."""
        asked: Json = {"chat_id": chat, "text": words, "link_preview_options": {"is_disabled": True}}
        if answers is not None:
            asked["reply_parameters"] = _answering(answers)
        return self._number("sendMessage", self._call("sendMessage", json=asked))

    def send_document(
        self, chat: int, words: str, name: str, media_type: str, content: bytes, answers: int | None = None
    ) -> int:
        """Send a file with the text below it; the new message's number."""
        asked = {"chat_id": str(chat)}
        if words:
            asked["caption"] = words
        if answers is not None:
            asked["reply_parameters"] = json.dumps(_answering(answers))
        files = {"document": (name, content, media_type)}
        return self._number("sendDocument", self._call("sendDocument", data=asked, files=files))

    def webhook(self) -> tuple[str, int]:
        """The host that Telegram hands the bot's messages to, "" where it waits to be asked; and how many wait."""
        told = self._mapping("getWebhookInfo")
        waiting = told.get("pending_update_count")
        return urlsplit(str(told.get("url", ""))).netloc, waiting if isinstance(waiting, int) else 0

    def download(self, file_id: str, largest: int) -> bytes | None:
        """The file; None where Telegram doesn't give it out, or it is larger."""
        try:
            path = str(self._mapping("getFile", json={"file_id": file_id}).get("file_path", ""))
            request = self._http.build_request("GET", f"{self._base}/file{_PLACE.decode()}{quote(path.lstrip('/'))}")
            status, body = self._exchange(request, largest)
        except Failure as failure:
            if failure.why is Why.REFUSED:
                return None
            raise
        _log.info("file %s %s bytes", status, len(body))
        if status >= 500:
            raise self._unwell(status)
        return body if status == 200 and path else None

    # ---- one call -----------------------------------------------------------------------------------------------

    def _mapping(self, method: str, **asked: Any) -> Json:
        told = self._call(method, **asked)
        if not isinstance(told, dict):
            raise self._strange(method)
        return cast("Json", told)

    def _number(self, method: str, told: Any) -> int:
        number = cast("Json", told).get("message_id") if isinstance(told, dict) else None
        if not isinstance(number, int):
            raise self._strange(method)
        return number

    def _call(self, method: str, **asked: Any) -> Any:
        """What the method answers. Raises Failure."""
        request = self._http.build_request("POST", f"{self._base}{_PLACE.decode()}{method}", **asked)
        status, body = self._exchange(request, LARGEST)
        _log.info("%s %s %s bytes", method, status, len(body))
        try:
            document: Any = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        told = cast("Json", document) if isinstance(document, dict) else {}
        if told.get("ok") is True and "result" in told:
            return told["result"]
        raise self._no(method, status, told)

    def _exchange(self, request: httpx.Request, largest: int) -> tuple[int, bytes]:
        ends = time.monotonic() + self._seconds
        request.extensions["retcon_ends"] = ends
        try:
            response = self._http.send(request, stream=True)
            try:
                return response.status_code, self._body(response, largest, ends)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise self._broke(error) from None

    def _body(self, response: httpx.Response, largest: int, ends: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > largest:
                raise Failure(Why.REFUSED, f"{self.name} sends more than {largest // 1_000_000} MB, so it was cut off.")
            if time.monotonic() > ends:
                raise httpx.ReadTimeout("the time for one call is over")
        return b"".join(parts)

    # ---- what it means when it says no --------------------------------------------------------------------------

    def _no(self, method: str, status: int, told: Json) -> Failure:
        if "ok" not in told:
            return self._unwell(status) if status >= 500 else self._strange(method, status)
        given = told.get("error_code")
        code = given if isinstance(given, int) else status
        said = text.line(str(told.get("description", "")).replace(self._token, "…"))[:200]
        found = told.get("parameters")
        more = cast("Json", found) if isinstance(found, dict) else {}
        if code in (401, 404):
            return self._token_is_wrong(f"is not known to {self.name} ({code})", code)
        if code == 429:
            wait = more.get("retry_after")
            seconds = float(min(wait, _DAY)) if isinstance(wait, int) and wait > 0 else 30.0
            return Failure(
                Why.TOO_FAST,
                f"{self.name} asks us to slow down for {text.plural(round(seconds), 'second')} (429).",
                "It is tried again by itself.",
                code="429",
                said=said,
                wait=seconds,
            )
        if code == 409:
            return self._elsewhere(said)
        if code == 403:
            return Failure(Why.SHUT, f"{self.name} says no (403): {text.sentence(said)}", code="403", said=said)
        if code >= 500:
            return self._unwell(code)
        if "migrate_to_chat_id" in more:
            said = "the group has become a supergroup under another number"
        return Failure(
            Why.REFUSED, f"{self.name} refuses this ({code}): {text.sentence(said)}", code=str(code), said=said
        )

    def _elsewhere(self, said: str) -> Failure:
        if "webhook" in said.lower():
            return Failure(
                Why.ELSEWHERE,
                f"Telegram hands the messages of the bot of [{self.section}] to another program, by a webhook (409).",
                f"End that there, or open {self._base}/bot<TOKEN>/deleteWebhook in a browser, with your token.",
                code="409",
                said=said,
            )
        return Failure(
            Why.ELSEWHERE,
            f"Another program reads the messages of the bot of [{self.section}] at this moment (409).",
            "One program alone can read them: stop the other one, or make a bot of its own for retcon at @BotFather.",
            code="409",
            said=said,
        )

    def _token_is_wrong(self, what: str, code: int = 401) -> Failure:
        return Failure(
            Why.TOKEN,
            f"The bot token of [{self.section}] {what}.",
            f"Put the token that @BotFather gave you in secrets.toml: bot_token under [{self.section}].",
            code=str(code),
        )

    def _unwell(self, status: int) -> Failure:
        return Failure(
            Why.UNKNOWN, f"{self.name} has a fault of its own ({status}).", "Try again in a minute.", code=str(status)
        )

    def _strange(self, method: str, status: int = 200) -> Failure:
        # Nobody who turns a call away with 3xx or 4xx has done it; behind a 2xx that makes no sense it may be done.
        why = Why.NOT_DONE if 300 <= status < 500 else Why.UNKNOWN
        return Failure(
            why,
            f"{self.name} answers {method} with something that is none of its answers ({status}).",
            f"Look at base_url under [{self.section}], and at what stands between (a proxy, a log-in page).",
            code=str(status),
        )

    def _broke(self, error: httpx.HTTPError) -> Failure:
        causes = tuple(_causes(error))
        again = "It is tried again by itself."
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Failure(
                    Why.NOT_DONE,
                    f"{self._host} can't prove that it is {self._host}: {text.line(cause.verify_message)}.",
                    f"Look at base_url under [{self.section}], and at this machine's clock.",
                )
        if isinstance(error, httpx.ConnectTimeout):
            return Failure(Why.NOT_DONE, f"{self._host} does not answer.", again)
        if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol | NotSent):
            reason = " ".join(str(cause) for cause in causes).lower()
            named = any(word in reason for word in ("name or service", "nodename", "getaddrinfo", "name resolution"))
            if named:
                return Failure(Why.NOT_DONE, f"{self._host} is not found: no network, or a wrong name.", again)
            return Failure(Why.NOT_DONE, f"{self._host} can't be reached ({_short(error)}).", again)
        return Failure(Why.UNKNOWN, f"The line to {self._host} broke before the answer came ({_short(error)}).", again)


class NotSent(httpx.TransportError):
    """The time was over before the whole request had gone: without its end nobody acts on it."""


class _Door(httpx.BaseTransport):
    """The last step before the network: it puts the token into the address, and ends a request that takes too long."""

    def __init__(self, inner: httpx.BaseTransport, token: str) -> None:
        self._inner, self._token = inner, token

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.replace(_PLACE, f"/bot{self._token}/".encode(), 1)
        stream = request.stream
        assert isinstance(stream, httpx.SyncByteStream)
        opened = httpx.Request(
            request.method,
            request.url.copy_with(raw_path=path),
            headers=request.headers,
            stream=_Timed(stream, request.extensions["retcon_ends"]),
            extensions=request.extensions,
        )
        return self._inner.handle_request(opened)

    def close(self) -> None:
        self._inner.close()


class _Timed(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, ends: float) -> None:
        self._inner, self._ends = inner, ends

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            if time.monotonic() > self._ends:
                raise NotSent("the time for one call was over before it had left")
            yield part


def _direct(base: str) -> httpx.BaseTransport:
    """httpx's own transport, through the proxy that this machine's settings name: Telegram is closed to many."""
    parts = urlsplit(base)
    proxy = getproxies().get(parts.scheme) or getproxies().get("all")
    if proxy is None or proxy_bypass(parts.netloc):
        return httpx.HTTPTransport(limits=_LIMITS)
    try:
        return httpx.HTTPTransport(limits=_LIMITS, proxy=proxy)
    except (ImportError, ValueError):
        raise Failure(
            Why.NOT_DONE,
            "The proxy that this machine names can't be used for Telegram: it is no HTTP proxy.",
            "Look at HTTPS_PROXY and ALL_PROXY, or set base_url to a proxy of Telegram's API.",
        ) from None


_LIMITS = httpx.Limits(max_keepalive_connections=0)


def _answering(number: int) -> Json:
    return {"message_id": number, "allow_sending_without_reply": True}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _short(error: Exception) -> str:
    return text.line(str(error))[:120] or type(error).__name__
