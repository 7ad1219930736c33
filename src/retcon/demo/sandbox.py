"""The sample shop opened as a house: its folder, and the ways to its shop, mail and chats, all inside the process.

A folder with the marker is the sample shop's; every process that opens it builds the same sandbox from the anchor
in it, so the console's children reach the shop as well, and mails are kept in `sent.mbox` beside it.
"""

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from retcon import clock, localtime
from retcon.clock import Clock
from retcon.demo import MARKER, catalog, conversations, is_demo, mailbox, products, shop, telegram, woocommerce
from retcon.demo.mail import Mailroom
from retcon.desk.house import House, open_house
from retcon.errors import RetconError
from retcon.frozen import dataclass
from retcon.model.conversations import PromiseState
from retcon.platforms.wiring import Transports
from retcon.retention import invitation
from retcon.store import conversations as store_conversations
from retcon.store import installation, people, promises, touched
from retcon.store.database import Connection

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import httpx

# The sample seller's own files: what they give, what they say of their articles and of countries.
_SELLER = Path(__file__).parent / "seller"

SENT = "sent.mbox"
IMAP_PORT = 2143

CONFIG = f"""\
# The sample shop. Its shop and its mail server live inside retcon: nothing leaves this machine.

[shop]
name = "{catalog.NAME}"
currency = "{catalog.CURRENCY}"
timezone = "{catalog.TIMEZONE}"
language = "en"
country = "{catalog.COUNTRY}"
address = "{catalog.NAME}, Töpfergasse 1, 04109 Leipzig, Germany"
storefront = "{catalog.URL}"
signature = "Nora at {catalog.NAME}"

[sources.woo]
kind = "woocommerce"
url = "{catalog.URL}"
consent_meta = ["_newsletter_optin"]  # the newsletter box at the checkout

[sources.mail]
kind = "imap"
host = "localhost"
port = {IMAP_PORT}
security = "none"
user = "{conversations.SHOP}"

[sources.telegram]
kind = "telegram"
bot = "{telegram.NAME}"

[channels.email]
kind = "email"
host = "localhost"
port = 2525
security = "none"
from = "{catalog.NAME} <{conversations.SHOP}>"

[channels.telegram]
kind = "telegram"
account = "telegram"

[policy]
live = true        # inside the sandbox
undo_seconds = 0
cap_per_week = 2
"""

SECRETS = f"""\
[sources.woo]
consumer_key = "{woocommerce.KEY}"
consumer_secret = "{woocommerce.SECRET}"

[sources.mail]
password = "{mailbox.PASSWORD}"

[sources.telegram]
bot_token = "{telegram.TOKEN}"
"""


def furnish(folder: Path, anchor: datetime) -> None:
    """Write the sample shop's settings into the folder; one that is furnished already stays as it is.

    Raises RetconError where the folder is somebody's own, or cannot be written.
    """
    if is_demo(folder):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise RetconError(
                f"{folder} is not empty, and the sample shop needs a folder of its own.",
                "Name one that is not there yet, with --keep DIR.",
            )
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        _write_private(folder / "secrets.toml", SECRETS)
        shutil.copytree(_SELLER, folder, dirs_exist_ok=True)
        (folder / "products.toml").write_text(products.PRODUCTS, encoding="utf-8")
        (folder / "sheets").mkdir(mode=0o700)
        (folder / "sheets" / products.SHEET).write_bytes(products.sheet())
        (folder / MARKER).write_text(json.dumps({"anchor": localtime.stamp(anchor)}), encoding="utf-8")
    except OSError as error:
        raise RetconError(f"{folder} cannot be written: {error.strerror}.", "Name another folder.") from None


@dataclass(frozen=True, kw_only=True)
class _SampleHouse(House):
    post: "_Post"

    def close(self) -> None:
        super().close()
        self.post.close()


def open_demo(folder: Path, *, now: Clock = clock.now, mailroom: Mailroom | None = None) -> House:
    """The furnished folder as a house; its mails go to `mailroom`, by default one that keeps them in the folder."""
    anchor = _anchor(folder)
    post = _Post(mailroom or Mailroom(folder / SENT), mailbox.Mailbox(lambda: conversations.mails(anchor)))
    web = _Web({"shop.example": lambda: _shop(anchor, now), "api.telegram.org": lambda: _bot(house, anchor)})
    transports = Transports(http=cast("httpx.BaseTransport", web), connect=post.connect, txt=_no_names)
    house = open_house(folder, now=now, transports=transports)
    return _SampleHouse(**{entry.name: getattr(house, entry.name) for entry in fields(house)}, post=post)


@dataclass(frozen=True, slots=True)
class _Post:
    """Both mail servers: the one that takes mail, and the one that has the mailbox."""

    mailroom: Mailroom
    mailbox: mailbox.Mailbox

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """The client's end of a connection, by the port."""
        server = self.mailbox if port == IMAP_PORT else self.mailroom
        return server.connect(host, port, seconds)

    def close(self) -> None:
        self.mailroom.close()
        self.mailbox.close()


def stage(house: House, folder: Path) -> None:
    """What its operator has done before the sample is looked at: an answer was promised, and the day went by.

    Once, after the first pull; recompute then.
    """
    anchor = _anchor(folder)

    def promise(tx: Connection) -> None:
        customer = people.by_reference(tx, conversations.ANGRY)
        threads = store_conversations.all_of(tx, customer) if customer is not None else ()
        if customer is None or not threads:
            return
        promises.add(
            tx,
            customer_id=customer,
            thread_id=threads[0].id,
            reference="sample",
            words="an answer about the teapot",
            due_at=_end_of_day(anchor - timedelta(days=conversations.BROKEN_PROMISE_DAYS)),
            made_at=anchor - timedelta(hours=conversations.PROMISED_HOURS),
            state=PromiseState.OPEN,
        )
        touched.add(tx, [customer])

    house.database.write(promise)


def _end_of_day(instant: datetime) -> datetime:
    """The last minute of the day at the shop: what a day alone means as a term."""
    there = localtime.local(instant, catalog.TIMEZONE)
    return there.replace(hour=23, minute=59, second=0, microsecond=0).astimezone(UTC)


def _anchor(folder: Path) -> datetime:
    try:
        return localtime.instant(json.loads((folder / MARKER).read_text(encoding="utf-8"))["anchor"])
    except (OSError, ValueError, KeyError, TypeError):
        raise RetconError(
            f"{folder / MARKER} is damaged, so the sample shop can't be rebuilt.", "Delete the folder and start anew."
        ) from None


def _shop(anchor: datetime, now: Clock) -> "WSGIApplication":
    goods = shop.build(anchor)
    return woocommerce.Shop(
        orders=goods.orders,
        customers=goods.customers,
        products=goods.products,
        coupons=goods.coupons,
        reviews=goods.reviews,
        refunds=goods.refunds,
        now=now,
        zone=catalog.TIMEZONE,
    )


def _bot(house: House, anchor: datetime) -> "WSGIApplication":
    """Telegram with what was written to the bot; who came by the link in a mail brings the word that stood in it."""
    bot = telegram.Bot(now=house.now)
    for chat in conversations.CHATS:
        person = {"first_name": chat.first_name, "last_name": chat.last_name, "language_code": chat.language}
        first = anchor - timedelta(hours=chat.lines[0].hours, minutes=1)
        bot.start(chat.id, _invitation(house, chat.email), sender=person, date=int(first.timestamp()))
        for line in chat.lines:
            at = anchor - timedelta(hours=line.hours)
            bot.write(chat.id, line.text, sender=person, date=int(at.timestamp()))
    return bot


def _invitation(house: House, email: str) -> str:
    key = house.database.write(installation.link_key)
    with house.database.read() as tx:
        customer = people.by_reference(tx, email) if email else None
    return invitation.token(key, customer, "news") if customer is not None else ""


class _Web:
    """A transport of httpx's that answers from the sandbox's servers by their host, each built at its first request."""

    def __init__(self, servers: Mapping[str, Callable[[], "WSGIApplication"]]) -> None:
        self._servers = servers
        self._lock = threading.Lock()
        self._built: dict[str, httpx.BaseTransport] = {}

    def handle_request(self, request: "httpx.Request") -> "httpx.Response":
        """The server's answer. Raises httpx.ConnectError for a host that the sandbox doesn't play."""
        import httpx

        host = request.url.host
        if host not in self._servers:
            raise httpx.ConnectError(f"the sandbox has no {host}", request=request)
        with self._lock:
            if host not in self._built:
                self._built[host] = httpx.WSGITransport(app=self._servers[host]())
            return self._built[host].handle_request(request)

    def close(self) -> None:
        """Nothing to close; the next client asks the same servers."""

    def __enter__(self) -> "_Web":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _no_names(_name: str, _seconds: float) -> None:
    """Nobody is asked for names either."""


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
