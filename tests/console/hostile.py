"""A shop to which nobody means well: names, orders, letters, parcels, notes and errors that try to act on a terminal.

All of it comes in by the doors that real records come in by, so that what is shown is what could be shown.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retcon import text
from retcon.desk import drafts, notes, promises, refresh, tags, today
from retcon.desk.house import House, open_house
from retcon.errors import RetconError
from retcon.model.conversations import Direction, IncomingFile, SourceMessage
from retcon.model.orders import OrderLine, OrderState, Refund, ShopOrder
from retcon.model.people import Basis, Consent, ConsentGiven, ConsentState, Purpose
from retcon.model.sync import SyncResult
from retcon.store import channel_states, cursors, outbox
from retcon.store.database import Connection
from retcon.store.transitions import Event
from retcon.sync import intake

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)

# What a terminal obeys, what reorders a row, what Textual would take for its markup, and what is merely too much.
CURSED = (
    "\x1b]52;c;cHduZWQ=\x1b\\Eve Esc",
    "\x1b[31mRed\x1b[0m \x07\x08\x08Bell",
    "\x9b2J\x9d0;title\x9c\x90q\x9c C1",
    "\u202eevil\u202c \u2066order\u2069 \u2068x",
    "[b]bold[/b] [@click=app.quit]quit[/]",
    "[/] \\[x] [bold red unclosed trailing\\",
    "tab\tand\nnew line\rFAKE\x0b\x0c",
    "\x1b]0;title\x07owned \x1b]8;;http://x.example\x1b\\link",
    "\x7f\x85\u2028\u2029 end\u200b\u200d\ufeff\u2060",
    "A" * 5_000,
    "Z" + "\u0301\u0316\u034f" * 300 + "algo",
    "🏳️‍🌈👨‍👩‍👧‍👦🇩🇪🇫🇷👍🏽 \u200d🎈",
    "\ud800lone \udfff",
    "\u200f12 ريال 34\u061c \u05d0 7",
    "กำลังไปแล้ว नमस्ते 漢字ｶﾅ 한글",
)

SHOP = "\x1b]0;shop\x07[b]N[/b]\u202e Goods"

CONFIG = f"""
[shop]
name = {json.dumps(SHOP)}
timezone = "Europe/Berlin"
address = "Harbour Lane 1"

[sources.woo]
kind = "woocommerce"
url = "https://shop.example"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Shop <hello@shop.example>"

[policy]
live = true
undo_seconds = 10
"""


def open_shop(folder: Path) -> House:
    """The shop on a Friday morning, with something of everything for everybody."""
    home = folder / "hostile"
    home.mkdir()
    (home / "config.toml").write_text(CONFIG)
    return fill(home)


def fill(home: Path) -> House:
    """Bring everything in."""
    house = open_house(home, now=lambda: NOW, sleep=_at_once)
    context = refresh.context(house)
    records = [record for number, words in enumerate(CURSED) for record in _records(number, words)]
    house.database.write(lambda tx: intake.keep(tx, "woo", records, "EUR", context))
    house.database.write(lambda tx: _pulled(tx))
    refresh.refresh(house)
    _worked_on(house)
    refresh.refresh(house)
    house.database.write(lambda tx: _failed(tx))
    return house


def _at_once(_seconds: float) -> None:
    """Nothing sleeps."""


def _address(number: int) -> str:
    return f"person{number}@example.com"


def _records(number: int, words: str) -> list[ShopOrder | SourceMessage | ConsentGiven]:
    """One person of every kind of trouble: an order, a letter and a consent, as a source's module hands them over."""
    body = text.keep(f"{words}\n{words * (20 if len(words) > 4_000 else 1)}\nI will complain to my bank.")
    link, words = text.keep_link(f"https://track.example/{words}"), text.keep_name(words)
    first = ShopOrder(
        source_id=f"{number}-{words[:40]}",
        number=words,
        placed_at=NOW - (3 if number % 2 else 85) * DAY,
        state=OrderState.PAID,
        source_status=words,
        currency="EUR",
        total_minor=4_000 + number,
        account_id=f"{number}",
        email=_address(number),
        name=words,
        country=("DE", "SA", "JP")[number % 3],
        language=("de", "en")[number % 2],
        phone=words,
        lines=(OrderLine(name=words, quantity=2, sku=words), OrderLine(name=words[::-1])),
        refunds=(Refund(source_id=words[:30], amount_minor=100, refunded_at=NOW - DAY, reason=words),),
        coupon_codes=(words,),
        shipped_at=NOW - (2 if number % 2 else 84) * DAY,
        carrier=words,
        tracking_number=words,
        tracking_link=link,
    )
    letter = SourceMessage(
        source_id=f"{number}@mail.example.com",
        medium="email",
        direction=Direction.IN,
        address=_address(number),
        name=words,
        at=NOW - timedelta(hours=number + 1),
        subject=words,
        body=body,
        quoted=words,
        files=(IncomingFile(name=words, media_type=words, size=5, content=b"x"),),
    )
    agreed = ConsentGiven(
        address=_address(number),
        consent=Consent(
            channel="email",
            purpose=Purpose.MARKETING,
            state=ConsentState.GRANTED,
            basis=Basis.EXPRESS,
            at=NOW - 90 * DAY,
            source=words,
            proof=words,
            wording=words,
        ),
    )
    return [first, agreed] if number % 4 == 3 else [first, letter, agreed]


def _worked_on(house: House) -> None:
    """Notes, tags, promises; some approved, and every way in which a message can come back."""
    items = [item for line in today.load(house).lines for item in line.items]
    for number, item in enumerate(items):
        words = CURSED[number % len(CURSED)]
        _tried(lambda item=item, words=words: notes.add(house, item.customer.id, words[:400]))
        _tried(lambda item=item, words=words: tags.put(house, [item.customer.id], words[:20]))
        if number % 5 == 0:
            _tried(lambda item=item, words=words: promises.mark(house, str(item.customer.id), words, NOW + DAY))
    writable = [item for item in items if item.action.draft.body.strip() and item.passes]
    drafts.approve(house, [(item.action.id, item.action.revision) for item in writable[:6]])
    with house.database.read() as tx:
        rows = outbox.listing(tx)

    def come_to(tx: Connection) -> None:
        for number, row in enumerate(rows[:4]):
            if number == 0:
                outbox.move(tx, row.id, Event.NO, NOW, error_text=CURSED[0])
                continue
            outbox.claim(tx, row.id, "a sender", NOW)
            event = (Event.LOST, Event.REFUSED, Event.SENT)[number - 1]
            told: dict[str, Any] = {"sent_at": NOW} if event is Event.SENT else {"error_text": CURSED[number]}
            told |= {"error_code": CURSED[4]} if event is Event.REFUSED else {}
            outbox.move(tx, row.id, event, NOW, **told)
        channel_states.suffers(tx, "email", f"The mail server says: {CURSED[1]} {CURSED[4]}", None, NOW)

    house.database.write(come_to)


def _tried(verb: object) -> None:
    """What is refused at the door needn't be shown."""
    assert callable(verb)
    try:
        verb()
    except RetconError:
        return


def _pulled(tx: Connection) -> None:
    done = replace(SyncResult.failed("woo", "woocommerce", ""), ok=True)
    cursors.end(tx, cursors.begin(tx, "woo", NOW - timedelta(minutes=5)), NOW - timedelta(minutes=5), done)


def _failed(tx: Connection) -> None:
    error = f"shop.example says: {CURSED[0]} {CURSED[3]} {CURSED[7]}"
    told = replace(SyncResult.failed("woo", "woocommerce", error), notes=(CURSED[4], CURSED[2]))
    cursors.end(tx, cursors.begin(tx, "woo", NOW), NOW, told)
