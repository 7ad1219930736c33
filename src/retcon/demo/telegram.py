"""A sandbox that plays Telegram's Bot API for one bot: a WSGI app, in the process or on loopback.

As Bot API 10.1 describes it and many public clients report its errors: updates wait until a later one is asked for,
messages are numbered in each chat, a chat that blocked the bot answers 403, a wrong token 401. People write by its
methods; what the bot wrote is in `sent`.
"""

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import field
from email import message_from_bytes, policy
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from retcon.clock import Clock
from retcon.frozen import dataclass

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

TOKEN = "7001002003:AAsample-token-of-the-sandbox_00000000"
NAME = "northlight_bot"
_ID = 7001002003
_LONGEST, _LONGEST_CAPTION = 4096, 1024
_KINDS = ("message", "edited_message", "my_chat_member")
_STATUS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    502: "Bad Gateway",
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as a test's `on_request` sees it."""

    method: str  # "sendMessage"; "file" for a download
    asked: Json
    number: int  # counts from 1


@dataclass(frozen=True, slots=True)
class Response:
    """What Telegram answers."""

    status: int
    body: bytes
    kind: str = "application/json"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the bot wrote."""

    chat: int
    number: int
    text: str
    answers: int | None = None  # the message that it answers
    file: tuple[str, bytes] | None = None


class Refusal(Exception):
    """A no, as Telegram writes it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Bot:
    """One bot and those who write to it. `now` is Telegram's clock.

    `on_request` is asked before every answer and may answer in its place; `webhook` is where a webhook stands.
    """

    now: Clock
    token: str = TOKEN
    name: str = NAME
    webhook: str = ""
    on_request: Callable[[Request], Response | None] | None = None
    sent: list[Sent] = field(default_factory=list[Sent])
    requests: list[Request] = field(default_factory=list[Request])
    started: set[int] = field(default_factory=set[int])
    blocked: set[int] = field(default_factory=set[int])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    waiting: list[Json] = field(default_factory=list[Json])  # updates that were not confirmed

    def __post_init__(self) -> None:
        self._lock = RLock()
        self._update_ids = itertools.count(880_001)
        self._numbers: dict[int, int] = {}

    # ---- what people do -----------------------------------------------------------------------------------------

    def start(self, chat: int, token: str = "", **person: Any) -> Json:
        """Somebody presses Start, perhaps by a link that carries a token."""
        return self.write(chat, f"/start {token}".strip(), **person)

    def write(self, chat: int, text: str = "", **told: Any) -> Json:
        """Somebody writes to the bot in private; `told` are further fields of the message, `sender` of its person."""
        with self._lock:
            if chat in self.blocked:
                self.unblock(chat)
            self.started.add(chat)
            sender = {"id": chat, "is_bot": False, "first_name": "Ada", **told.pop("sender", {})}
            message = {
                "message_id": self._number(chat),
                "from": sender,
                "chat": {"id": chat, "type": "private", "first_name": sender["first_name"]},
                "date": int(self.now().timestamp()),
                **({"text": text} if text else {}),
                **told,
            }
            return self.update("message", message)["message"]

    def edit(self, message: Json, text: str) -> None:
        """They change what they wrote."""
        at = int(self.now().timestamp())
        self.update("edited_message", {**message, "text": text, "edit_date": at})

    def block(self, chat: int) -> None:
        """They block the bot."""
        with self._lock:
            self.blocked.add(chat)
            self._membership(chat, "member", "kicked")

    def unblock(self, chat: int) -> None:
        """They let the bot write again."""
        with self._lock:
            self.blocked.discard(chat)
            self._membership(chat, "kicked", "member")

    def keep(self, file_id: str, content: bytes) -> Json:
        """Keep a file that a message may name; returns how the message names it."""
        self.files[file_id] = content
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}

    def update(self, kind: str, told: Json) -> Json:
        """Something happens that Telegram tells the bot of."""
        with self._lock:
            update = {"update_id": next(self._update_ids), kind: told}
            self.waiting.append(update)
            return update

    def _membership(self, chat: int, before: str, after: str) -> None:
        bot = {"id": _ID, "is_bot": True, "first_name": "Shop", "username": self.name}
        self.update(
            "my_chat_member",
            {
                "chat": {"id": chat, "type": "private", "first_name": "Ada"},
                "from": {"id": chat, "is_bot": False, "first_name": "Ada"},
                "date": int(self.now().timestamp()),
                "old_chat_member": {"user": bot, "status": before},
                "new_chat_member": {"user": bot, "status": after},
            },
        )

    def _number(self, chat: int) -> int:
        self._numbers[chat] = self._numbers.get(chat, 0) + 1
        return self._numbers[chat]

    # ---- the API ------------------------------------------------------------------------------------------------

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        with self._lock:
            answer = self._answer(environ, body)
        headers = [("Content-Type", answer.kind), ("Content-Length", str(len(answer.body)))]
        start_response(f"{answer.status} {_STATUS.get(answer.status, 'Status')}", headers)
        return [answer.body]

    def _answer(self, environ: "WSGIEnvironment", body: bytes) -> Response:
        path = unquote(environ["PATH_INFO"])
        is_file = path.startswith("/file/bot")
        token, _, rest = path.removeprefix("/file").removeprefix("/bot").partition("/")
        try:
            asked = {"file_path": rest} if is_file else _asked(environ, body)
            request = Request("file" if is_file else rest, asked, len(self.requests) + 1)
            self.requests.append(request)
            if self.on_request and (instead := self.on_request(request)) is not None:
                return instead
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            if is_file:
                if rest not in self.files:
                    raise Refusal(404, "Not Found")
                return Response(200, self.files[rest], "application/octet-stream")
            return ok(self._done(request.method, asked))
        except Refusal as refusal:
            return no(refusal.code, refusal.description, **refusal.parameters)

    def _done(self, method: str, asked: Json) -> Any:
        match method:
            case "getMe":
                return self._me()
            case "getUpdates":
                return self._updates(asked)
            case "sendMessage":
                words = str(asked.get("text", ""))
                return self._send(asked, words, _LONGEST, "message text is empty", "message is too long")
            case "sendDocument":
                return self._send_document(asked)
            case "getFile":
                return self._file(asked)
            case "getWebhookInfo":
                waiting = len(self.waiting)
                return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": waiting}
            case "deleteWebhook":
                self.webhook = ""
                return True
            case _:
                raise Refusal(404, "Not Found")

    def _me(self) -> Json:
        return {"id": _ID, "is_bot": True, "first_name": "Shop", "username": self.name}

    def _updates(self, asked: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it"
            )
        offset = int(asked.get("offset", 0))
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        kinds = asked.get("allowed_updates") or _KINDS
        found = [update for update in self.waiting if any(kind in update for kind in kinds)]
        return found[: int(asked.get("limit", 100))]

    def _send_document(self, asked: Json) -> Json:
        document = asked.get("document")
        if not isinstance(document, tuple):
            raise Refusal(400, "Bad Request: there is no document in the request")
        return self._send(
            asked, str(asked.get("caption", "")), _LONGEST_CAPTION, "", "message caption is too long", document
        )

    def _send(
        self, asked: Json, text: str, longest: int, empty: str, long: str, file: tuple[str, bytes] | None = None
    ) -> Json:
        try:
            chat = int(asked["chat_id"])
        except (KeyError, ValueError):
            raise Refusal(400, "Bad Request: chat_id is empty") from None
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self.started:
            raise Refusal(400, "Bad Request: chat not found")
        if empty and not text.strip():
            raise Refusal(400, f"Bad Request: {empty}")
        if len(text.encode("utf-16-le")) // 2 > longest:
            raise Refusal(400, f"Bad Request: {long}")
        parameters = asked.get("reply_parameters") or {}
        answered: Json = json.loads(parameters) if isinstance(parameters, str) else parameters
        sent = Sent(chat, self._number(chat), text, answered.get("message_id"), file)
        self.sent.append(sent)
        bot = self._me()
        at = int(self.now().timestamp())
        return {"message_id": sent.number, "from": bot, "chat": {"id": chat, "type": "private"}, "date": at}

    def _file(self, asked: Json) -> Json:
        file_id = str(asked.get("file_id", ""))
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > 20_000_000:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": file_id}


def ok(result: Any) -> Response:
    """An answer."""
    return Response(200, json.dumps({"ok": True, "result": result}).encode())


def no(code: int, description: str, **parameters: int) -> Response:
    """An answer that says no."""
    told: Json = {"ok": False, "error_code": code, "description": description}
    return Response(code, json.dumps(told | ({"parameters": parameters} if parameters else {})).encode())


def _asked(environ: "WSGIEnvironment", body: bytes) -> Json:
    """The parameters, however they came: in the address, as JSON, or as a form; a file as (name, content)."""
    asked: Json = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    kind = environ.get("CONTENT_TYPE", "")
    if kind.startswith("application/json"):
        return asked | json.loads(body or b"{}")
    if kind.startswith("multipart/form-data"):
        return asked | dict(_parts(kind, body))
    return asked | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _parts(kind: str, body: bytes) -> Iterable[tuple[str, Any]]:
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=policy.HTTP)
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        filename = part.get_filename()
        yield str(name), (filename, content) if filename is not None else content.decode()
