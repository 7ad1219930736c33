"""For tests of Telegram: a bot in the sandbox, and what a source or a channel needs to reach it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx

from retcon.channels.channel import Outgoing
from retcon.channels.telegram import Telegram as Channel
from retcon.config import ShopSettings
from retcon.demo.telegram import TOKEN, Bot
from retcon.model.people import Purpose
from retcon.platforms.telegram import Client
from retcon.platforms.wiring import Transports, Wiring
from retcon.sync.telegram import Telegram as Source
from retcon.sync.telegram import TelegramSettings

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
CHAT = 700_100_200


def bot(**told: Any) -> Bot:
    """A bot that nobody has written to."""
    return Bot(now=lambda: NOW, **told)


def client(ours: Bot, **told: Any) -> Client:
    return Client(**{"section": "sources.tg", "token": TOKEN, "transport": httpx.WSGITransport(app=ours), **told})


def source(ours: Bot, slept: list[float] | None = None, token: str = TOKEN, **settings: Any) -> Source:
    return Source(_wiring(ours, TelegramSettings(**settings), token, slept))


def channel(ours: Bot, token: str = TOKEN, **settings: Any) -> Channel:
    return Channel(_wiring(ours, Channel.Settings(**settings), token, None))


def _wiring(ours: Bot, settings: Any, token: str, slept: list[float] | None) -> Wiring:
    return Wiring(
        name="tg",
        settings=settings,
        shop=ShopSettings(),
        secret={"bot_token": token}.__getitem__,
        transports=Transports(http=httpx.WSGITransport(app=ours)),
        clock=lambda: NOW,
        sleep=(slept if slept is not None else []).append,
    )


def message(**told: Any) -> Outgoing:
    """A message as the sender hands it over."""
    return Outgoing(
        **{
            "key": "1.1.here",
            "recipient": str(CHAT),
            "recipient_name": "Ada",
            "subject": "Your parcel",
            "body": "It is on its way.",
            "language": "en",
            "purpose": Purpose.SERVICE,
            **told,
        }
    )


@contextmanager
def serving(ours: Bot) -> Iterator[str]:
    """The bot's API on loopback; its address."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: Any) -> None: ...

    server = make_server("127.0.0.1", 0, ours, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
