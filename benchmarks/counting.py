"""Two servers on loopback that count what arrived and call where a message passes a mark: of mail, and of a bot's API.

The bot's may do the work and drop the answer, or drop the call before the work: what its client can't tell apart.
"""

import json
import random
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

# After RCPT was answered; amid the text; after the final dot; counted, and before 250 is said.
MAIL_MARKS = ("rcpt", "data", "dot", "before 250")
# Before the message is sent, while the bot is asked for its name; the call's head is here; done, before the answer.
BOT_MARKS = ("bot asked", "call", "before ok")
# Seconds that a server thinks: real ones do, and more of the random kills fall into a message.
_PACE = 0.01
FIRST_CHAT = 700_000_000


@dataclass
class World:
    """What really arrived, by the message's number, and who is called at a mark."""

    delivered: Counter[int] = field(default_factory=Counter)
    at_mark: Callable[[str], None] = lambda _mark: None


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, world: World, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.world = world
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """The client died in mid-sentence: that is what this is about."""

    def end(self) -> None:
        """Take no more."""
        self.shutdown()
        self.server_close()


class MailServer(_Server):
    """SMTP; a delivery is known by its Message-ID."""

    def __init__(self, world: World) -> None:
        super().__init__(world, _Mail)

    def server_bind(self) -> None:
        """With little room for what was not read yet, so that a client can die amid its text."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        super().server_bind()


class _Mail(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 counting")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                self._say("250 counting")
            elif verb == b"RCPT":
                time.sleep(_PACE)
                self._say("250 ok")
                self.server.world.at_mark("rcpt")
            elif verb == b"DATA":
                if not self._take():
                    return
            elif verb == b"QUIT":
                return
            else:
                self._say("250 ok")

    def _take(self) -> bool:
        """Take the text; counted as soon as the final dot is here, as a server that keeps its word must."""
        world = self.server.world
        self._say("354 go on")
        number = 0
        amid = False
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.lower().startswith(b"message-id:"):
                number = int(line.partition(b"<kill-")[2].partition(b"@")[0])
            if not amid:
                amid = True
                world.at_mark("data")
        world.at_mark("dot")
        world.delivered[number] += 1
        world.at_mark("before 250")
        self._say("250 taken")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class BotServer(_Server):
    """A bot's API; a delivery is known by its chat, which gets one message alone.

    Of the calls one in twelve is done and its answer dropped, one in forty is dropped before it is done.
    """

    def __init__(self, world: World, chance: random.Random) -> None:
        self.chance = chance
        self.reliable = False
        self.dropped = Counter[bool]()  # by whether the work was done
        super().__init__(world, _Call)

    def fate(self) -> bool | None:
        """Whether a call that is dropped was done; None for one that is answered."""
        if self.reliable:
            return None
        drawn = self.chance.random()
        return True if drawn < 1 / 12 else False if drawn < 1 / 12 + 1 / 40 else None


class _Call(BaseHTTPRequestHandler):
    server: BotServer  # type: ignore[assignment]

    def do_POST(self) -> None:
        world, method = self.server.world, self.path.rpartition("/")[2]
        if method == "getMe":
            world.at_mark("bot asked")
            self._answer({"id": 1, "is_bot": True, "username": "kill_bot"})
            return
        world.at_mark("call")
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # half a call is none
        time.sleep(_PACE)
        chat = json.loads(body)["chat_id"]
        fate = self.server.fate()
        if fate is not None:
            self.server.dropped[fate] += 1
        if fate is False:
            return
        world.delivered[chat - FIRST_CHAT] += 1
        world.at_mark("before ok")
        if fate is None:
            self._answer({"message_id": world.delivered[chat - FIRST_CHAT], "chat": {"id": chat}, "date": 1})

    def _answer(self, result: dict[str, Any]) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None: ...
