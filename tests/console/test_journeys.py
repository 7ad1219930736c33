"""The days of a seller, with their number of key presses; `pytest -s` prints each. Words typed into a text don't count.

Each journey runs on a real store, through the real rules and the real gate.
"""

import copy
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from retcon.app import RetconApp
from retcon.demo import sandbox
from retcon.demo.mail import Mailroom
from retcon.demo.woocommerce import Shop, stamp
from retcon.desk import outbox, promises, refresh, sending
from retcon.desk.house import House
from retcon.model.conversations import PromiseState, SourceMessage
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.platforms.wiring import Transports
from retcon.store import people
from tests.answering import CONFIG, Desk, open_desk, wrote
from tests.console.conftest import ANCHOR, ticking
from tests.console.hand import Hand
from tests.outgoing import Clock, TestHouse


def told(journey: str, hand: Hand, most: int) -> None:
    """Print the number, and hold it to what is allowed."""
    print(f"{journey}: {hand.presses} presses of {most} allowed")
    assert hand.presses <= most


async def test_a_morning_of_twenty_five_is_worked_through_with_twenty_five_presses(small_shop: TestHouse) -> None:
    app = RetconApp(small_shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        assert "0 done · 25 to go" in hand.shown()
        assert len([entry for entry in hand.list.list.entries if entry.line is not None]) == 9

        await hand.press("e")
        await hand.types("Dear Ms Layla, I look for your parcel today.")
        await hand.press("escape", "a")
        layla = hand.said
        await hand.press("s", "t")  # Jonas, tomorrow
        jonas = hand.said
        await hand.press("d")  # Rafael's parcel note has arrived
        rafael = hand.said
        await hand.press("a", "a")  # Chloé, Marta
        marta = hand.said
        texts = [hand.list.shown_item]
        for _ in range(2):
            await hand.press("J")
            texts.append(hand.list.shown_item)
        await hand.press("A")
        parcels = hand.said
        await hand.press("J", "A")
        usage = hand.said
        await hand.press("J", "A")
        wishes = hand.said
        await hand.press("a")
        last = hand.said

        assert layla == "Layla A. approved: leaves in 10 s. u takes it back."
        assert jonas == "Jonas K.: shown again Saturday 09:00. u takes it back."
        assert rafael == "Settled: it arrived. u takes it back."
        assert marta == "Marta P. approved: leaves at 10:00 their time. u takes it back."
        assert [item.action.draft.language for item in texts if item] == ["de", "th", "fr"]
        assert parcels == "9 approved: 3 leave in 10 s, 6 at 08:00 their time. u takes all 9 back."
        assert usage == "6 approved: 3 leave in 10 s, 3 at 08:00 their time. u takes all 6 back."
        assert wishes == "4 approved: 4 at 09:00 their time. u takes all 4 back."
        assert last == "Ji-woo L. approved: leaves in 10 s. u takes it back."
        assert hand.list.list.total == 0
        assert "Nothing is due." in hand.shown()
        rows = [entry.row for entry in outbox.listing(small_shop) if entry.row.state is OutboxState.QUEUED]
        assert len(rows) == 23
        told("the morning", hand, 25)


# ---- the angry customer

# Layla's pot came broken; she bought 71 days ago, so that "we miss you" is due to her as well.
ORDERS_OF_LAYLA = (
    "order_id,customer_id,placed_at,total,currency,email,name,country,language,items,consent_email\n"
    "1042,7,2026-06-20,49.00,EUR,layla@example.com,ليلى الحربي,SA,ar,Tagine,granted\n"
    "1043,7,2026-08-30,99.00,EUR,layla@example.com,ليلى الحربي,SA,ar,Pot,granted\n"
)
TELEGRAM = '\n[channels.tg]\nkind = "telegram"\n'
CHAT = "700100201"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    room = Mailroom()
    config = CONFIG.replace("undo_seconds = 0", "undo_seconds = 10") + TELEGRAM
    opened = open_desk(tmp_path, room, config, ORDERS_OF_LAYLA)
    opened.house.database.write(lambda tx: people.claim(tx, {("chat", f"telegram:{CHAT}"): (1, CHAT)}))
    yield opened
    opened.house.close()
    room.close()


def chat(number: int, hours: float, body: str) -> SourceMessage:
    return wrote(
        f"{CHAT}/{number}",
        ago=timedelta(hours=hours),
        medium="telegram",
        address=CHAT,
        thread=CHAT,
        name="ليلى",
        subject="",
        body=body,
        language="ar",
    )


ANGRY = (
    chat(1, 50, "مرحبا، متى يصل الطلب؟"),
    chat(2, 30, "مرحبا؟"),
    chat(3, 0.7, "هذه هي المرة الثالثة التي أكتب فيها. القدر وصل مكسور، سأشتكي للبنك."),
)


async def test_an_angry_customer_is_answered_promised_and_done_with_eleven_presses(desk: Desk) -> None:
    allowed = desk.item("sleepers").waits
    desk.hears(*ANGRY)
    app = RetconApp(desk.house, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        first, paused = hand.shown(), desk.item("sleepers")
        await hand.press("enter", "e")
        await hand.types("عزيزتي ليلى، أعتذر. نرسل لك قدرا جديدا أو نعيد المبلغ، كما تحبين.")
        await hand.press("escape")
        await hand.press("p", *"thu", "enter")
        promised = hand.said
        await hand.press("a")
        approved = hand.said
        await hand.press("d")

        assert "the third without an answer" in first
        assert "advertising rests." in first
        assert (allowed, paused.waits) == (False, True)
        assert promised == "Promised to Layla, by Thursday. It comes up before. u takes it back."
        assert approved == "Layla approved: leaves in 10 s. u takes it back."
        assert hand.said == "Layla: done, and advertising may go on. u takes that back."
        [row] = desk.rows()
        assert (row.channel, row.recipient, row.state) == ("tg", CHAT, OutboxState.QUEUED)
        assert [entry.promise.state for entry in promises.listing(desk.house)] == [PromiseState.OPEN]
        told("the angry customer", hand, 11)


async def test_with_the_day_in_the_answer_there_is_room_for_a_note(desk: Desk) -> None:
    desk.hears(*ANGRY)
    app = RetconApp(desk.house, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        await hand.press("enter", "e")
        await hand.types("عزيزتي ليلى، أعتذر. سأكتب لك قبل الخميس.")
        await hand.press("escape", "a")
        await hand.press("p", "1")
        promised = hand.said
        await hand.press("n")
        await hand.types("ask the warehouse about batch 7")
        await hand.press("enter")
        noted = hand.said
        await hand.press("d")

        assert promised == "Promised to Layla, by Thursday. It comes up before. u takes it back."
        assert noted == "Noted on Layla. u takes it back."
        assert hand.said == "Layla: done, and advertising may go on. u takes that back."
        told("the angry customer, with a note", hand, 11)


# ---- the VIP


async def test_a_vip_gets_a_word_of_ones_own_for_monday_with_eight_presses(small_shop: TestHouse) -> None:
    app = RetconApp(small_shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("2")
        listed = hand.shown()
        await hand.press("enter")
        card = hand.shown()
        await hand.press("exclamation_mark")
        why = hand.shown()
        await hand.press("e")
        await hand.types("Chloé, la théière ?\n\n")  # two words of one's own: typed, not counted
        await hand.press("escape", "w", "m")

        assert "Chloé M.          FR VIP" in listed.splitlines()[5]  # first by money at stake
        assert "personal note, no coupon" in card
        assert "Silent 47 days, usually 21." in why
        [row] = [entry.row for entry in outbox.listing(small_shop) if entry.row.state is OutboxState.QUEUED]
        assert (row.recipient, row.not_before) == ("chloe@example.com", datetime(2026, 11, 23, 8, tzinfo=UTC))
        assert row.body.startswith("Chloé, la théière ?")
        assert "eaves Monday 09:00" in hand.said
        assert hand.said.endswith("u takes it back.")
        told("the VIP", hand, 8)


# ---- the train


@dataclass
class Line:
    """The line to the sample shop's servers: up or down, and what went over it, in its order."""

    inner: Transports
    woo: Shop
    up: bool = True
    went: list[str] = field(default_factory=list[str])

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("no line", request=request) from _nobody()
        self.went.append("pull")
        if request.url.host == "shop.example":
            return httpx.WSGITransport(app=self.woo).handle_request(request)
        assert self.inner.http is not None
        return self.inner.http.handle_request(request)

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        if not self.up:
            raise _nobody()
        self.went.append("pull" if port == sandbox.IMAP_PORT else "push")
        return self.inner.connect(host, port, seconds)

    def close(self) -> None: ...

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None: ...


def _nobody() -> socket.gaierror:
    return socket.gaierror(-3, "Temporary failure in name resolution")


@dataclass
class Train:
    """The sample shop on a laptop that loses the line at 14:02, four hours after it last pulled."""

    house: House
    line: Line
    clock: Clock

    def bought(self, row: OutboxRow, at: datetime) -> None:
        """The one whom the message is for has bought at the shop."""
        last = next(order for order in self.line.woo.rows["orders"] if order["billing"]["email"] == row.recipient)
        fresh = copy.deepcopy(last) | {"id": 99_001, "number": "99001", "status": "processing", "refunds": []}
        dates = {name: stamp(at) for name in ("date_created_gmt", "date_modified_gmt", "date_paid_gmt")}
        self.line.woo.add("orders", fresh | dates | {"date_completed": None, "date_completed_gmt": None})

    def state(self, row: OutboxRow) -> OutboxState:
        return next(entry.row.state for entry in outbox.listing(self.house) if entry.row.id == row.id)


def _at_once(_seconds: float) -> None:
    """No test sleeps."""


@pytest.fixture
def train(shop: House) -> Train:
    clock = Clock(ANCHOR + timedelta(hours=4, minutes=2))
    line = Line(shop.transports, sandbox._shop(ANCHOR, clock), up=False)  # type: ignore[arg-type]  # pyright: ignore
    transports = replace(shop.transports, http=line, connect=line.connect)  # type: ignore[arg-type]
    house = replace(shop, now=clock, transports=transports, sleep=_at_once)
    refresh.pull(house)
    return Train(house, line, clock)


async def test_on_a_train_twelve_are_decided_and_all_is_judged_again_when_the_line_is_back(train: Train) -> None:
    house, clock = train.house, train.clock
    app = RetconApp(house, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        top, standing = hand.shown(), hand.said
        await hand.press("f", "s", "j", "x", "w")  # only who slips away; the first one's words are wrong
        skipped = hand.said
        await hand.press("j", "a", "a")  # beside the fold: Agathe, Brent
        await hand.press("e")
        await hand.types("P.S. I write this on a train. ")
        await hand.press("escape", "a")
        approved = hand.said
        await hand.press("A")  # the fold, text by text
        fold = [hand.said]
        for _ in range(2):
            await hand.press("J", "A")
            fold.append(hand.said)
        rows = [entry.row for entry in outbox.listing(house)]
        await hand.press("escape")
        waits = hand.said

        agathe = next(row for row in rows if row.recipient.startswith("agathe"))
        clock.now += timedelta(minutes=39)
        train.bought(agathe, clock.now)
        clock.now += timedelta(minutes=24)
        train.line.up = True
        train.line.went.clear()
        report = sending.send(house, until_empty=True)
        hand.screen.look()
        await hand.settled()
        news, under = hand.said, hand.here
        await hand.press("full_stop")

        assert "offline since 14:02" in top
        assert standing == "Offline since 14:02."
        assert skipped == "Inès B. skipped, wrong words. u takes it back."
        assert approved == "Alfie A. approved: leaves once the network is back. u takes it back."
        assert fold == [
            "3 approved: 1 leaves once the network is back, 2 at 09:00 their time. u takes all 3 back. "
            "5 for you to read: J shows them.",
            "3 approved: 3 leave once the network is back. u takes all 3 back. 2 for you to read: J shows them.",
            "2 approved: 2 leave once the network is back. u takes all 2 back.",
        ]
        assert waits.startswith("Offline since 14:02. ")
        assert len(rows) + 1 == 12
        assert any("I write this on a train." in row.body for row in rows)
        assert train.line.went.index("push") > max(at for at, what in enumerate(train.line.went) if what == "pull")
        assert (report.sent, report.waiting, report.stale) == (7, 3, 1)
        assert train.state(agathe) is OutboxState.STALE
        assert news == "1 new, 1 changed: . loads."  # Agathe's that is stale; who waits for a parcel gets nothing else
        assert hand.here == under
        assert "changed since                      Bought again at 14:41." in hand.shown()
        told("the train", hand, 20)
