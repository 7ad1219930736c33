"""The sample shop opened as a house: its folder, and the ways to its shop and its mail, all inside the process.

A folder with the marker is the sample shop's; every process that opens it builds the same sandbox from the anchor
in it, so the console's children reach the shop as well, and mails are kept in `sent.mbox` beside it.
"""

import json
import os
import threading
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from retcon import clock, localtime
from retcon.clock import Clock
from retcon.demo import MARKER, catalog, is_demo, shop, woocommerce
from retcon.demo.mail import Mailroom
from retcon.desk.house import House, open_house
from retcon.errors import RetconError
from retcon.platforms.wiring import Transports

if TYPE_CHECKING:
    import httpx

SENT = "sent.mbox"

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

[channels.email]
kind = "email"
host = "localhost"
port = 2525
security = "none"
from = "{catalog.NAME} <hello@shop.example>"

[policy]
live = true        # inside the sandbox
undo_seconds = 0
cap_per_week = 2
"""

SECRETS = f"""\
[sources.woo]
consumer_key = "{woocommerce.KEY}"
consumer_secret = "{woocommerce.SECRET}"
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
        (folder / MARKER).write_text(json.dumps({"anchor": localtime.stamp(anchor)}), encoding="utf-8")
    except OSError as error:
        raise RetconError(f"{folder} cannot be written: {error.strerror}.", "Name another folder.") from None


@dataclass(frozen=True, kw_only=True)
class _SampleHouse(House):
    mailroom: Mailroom

    def close(self) -> None:
        super().close()
        self.mailroom.close()


def open_demo(folder: Path, *, now: Clock = clock.now, mailroom: Mailroom | None = None) -> House:
    """The furnished folder as a house; its mails go to `mailroom`, by default one that keeps them in the folder."""
    post = mailroom or Mailroom(folder / SENT)
    transport = cast("httpx.BaseTransport", _Storefront(_anchor(folder), now))
    house = open_house(folder, now=now, transports=Transports(http=transport, connect=post.connect))
    return _SampleHouse(**{entry.name: getattr(house, entry.name) for entry in fields(house)}, mailroom=post)


def _anchor(folder: Path) -> datetime:
    try:
        return localtime.instant(json.loads((folder / MARKER).read_text(encoding="utf-8"))["anchor"])
    except (OSError, ValueError, KeyError, TypeError):
        raise RetconError(
            f"{folder / MARKER} is damaged, so the sample shop can't be rebuilt.", "Delete the folder and start anew."
        ) from None


class _Storefront:
    """A transport of httpx's that answers from the sample shop; built at the first request, which most commands
    never make."""

    def __init__(self, anchor: datetime, now: Clock) -> None:
        self._anchor = anchor
        self._now = now
        self._lock = threading.Lock()
        self._inner: httpx.BaseTransport | None = None

    def handle_request(self, request: "httpx.Request") -> "httpx.Response":
        """The sandbox's answer."""
        return self._built().handle_request(request)

    def _built(self) -> "httpx.BaseTransport":
        import httpx

        with self._lock:
            if self._inner is None:
                goods = shop.build(self._anchor)
                app = woocommerce.Shop(
                    orders=goods.orders,
                    customers=goods.customers,
                    products=goods.products,
                    coupons=goods.coupons,
                    reviews=goods.reviews,
                    refunds=goods.refunds,
                    now=self._now,
                    zone=catalog.TIMEZONE,
                )
                self._inner = httpx.WSGITransport(app=app)
            return self._inner

    def close(self) -> None:
        """Nothing to close; the next client asks the same shop."""

    def __enter__(self) -> "_Storefront":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
