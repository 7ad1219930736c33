"""The days of a seller, with their number of key presses; `pytest -s` prints each. Words typed into a text don't count.

Each journey runs on a real store, through the real rules and the real gate.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retcon.app import RetconApp
from retcon.desk import outbox
from retcon.model.outbox import OutboxState
from tests.console import morning
from tests.console.conftest import ticking
from tests.console.hand import Hand
from tests.outgoing import TestHouse


@pytest.fixture
def small_shop(tmp_path: Path) -> Iterator[TestHouse]:
    opened = morning.open_shop(tmp_path)
    yield opened
    opened.close()


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
        assert marta == "Marta P. approved: leaves at 11:00 their time. u takes it back."
        assert [item.action.draft.language for item in texts if item] == ["de", "th", "fr"]
        assert parcels == "9 approved: 3 leave in 10 s, 6 at 08:00 their time. u takes all 9 back."
        assert usage == "6 approved: 3 leave in 10 s, 3 at 08:00 their time. u takes all 6 back."
        assert wishes == "4 approved: 4 from 09:00 on. u takes all 4 back."
        assert last == "Ji-woo L. approved: leaves in 10 s. u takes it back."
        assert hand.list.list.total == 0
        assert "Nothing is due." in hand.shown()
        rows = [entry.row for entry in outbox.listing(small_shop) if entry.row.state is OutboxState.QUEUED]
        assert len(rows) == 23
        told("the morning", hand, 25)
