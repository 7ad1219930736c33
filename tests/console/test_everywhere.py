"""What holds on every screen: where keys lead, what stays when the room changes, what is undone, told, copied."""

import itertools
import re

import pytest

from retcon.app import RetconApp
from retcon.desk import drafts, outbox, today
from retcon.desk.house import House
from retcon.model.outbox import OutboxState
from tests.console.conftest import ticking
from tests.console.hand import Hand
from tests.outgoing import TestHouse


@pytest.fixture
def worked(small_shop: TestHouse) -> TestHouse:
    """The small shop with something on every screen: some of its morning's work is approved."""
    some = [item for line in today.load(small_shop).lines if line.folded for item in line.items if item.passes]
    drafts.approve(small_shop, [(item.action.id, item.action.revision) for item in some[:6]])
    return small_shop


async def test_figures_lead_from_screen_to_screen_and_each_stays_as_it_was_left(shop: House) -> None:
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("j", "space", "2")
        tabs = [hand.screen.TAB]
        await hand.press("j", "j", "1")
        tabs.append(hand.screen.TAB)
        marks, here = set(hand.list.list.marks), hand.here
        await hand.press("2", "1")

        assert tabs == ["Customers", "Today"]
        assert (set(hand.list.list.marks), hand.here) == (marks, here)
        assert marks


async def test_a_held_key_approves_one_and_nothing_more(shop: House) -> None:
    now = 100.0
    app = RetconApp(shop, monotonic=lambda: now)
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("f", "s", "j", "j")
        now += 1
        for _ in range(20):
            await pilot.press("a")
            now += 0.05
        await hand.settled()
        held = [entry.row for entry in outbox.listing(shop)]
        now += 0.3
        await hand.press("a")

        assert len(held) == 1
        assert len(outbox.listing(shop)) == 2


# ---- the room changes

SCREENS = {"today": "1", "customers": "2", "outbox": "4"}


@pytest.mark.parametrize("key", SCREENS.values(), ids=SCREENS)
async def test_a_terminal_that_shrinks_and_grows_keeps_cursor_and_marks(worked: TestHouse, key: str) -> None:
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press(key, "j", "space", "j")
        before = pointed(hand)
        for size in ((45, 20), (20, 5), (1, 1), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await hand.settled()

        assert pointed(hand) == before
        assert [row[0] for row in before].count("▌") == 1
        assert [row[1] for row in before].count("•") == 1


def pointed(hand: Hand) -> list[str]:
    """The rows on which the cursor or a mark stands, as they are written."""
    rows = [row.partition("▏")[0] for row in hand.shown().splitlines()]
    return [row for row in rows if row[:1] == "▌" or row[1:2] == "•"]


async def test_a_card_keeps_its_place_when_the_terminal_shrinks_and_grows(worked: TestHouse) -> None:
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("2", "enter", "h", "j", "j")
        before = pointed(hand)
        for size in ((45, 20), (20, 5), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await hand.settled()

        assert len(before) == 1
        assert pointed(hand) == before


# ---- without colour


@pytest.mark.parametrize("key", SCREENS.values(), ids=SCREENS)
async def test_no_state_is_told_by_colour_alone(worked: TestHouse, key: str) -> None:
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        seen: list[str] = []
        await hand.press(key)
        for pressed in ("j", "space", "minus", "slash"):  # the cursor, a mark, none, a filter that is typed
            seen.append(hand.shown())
            await hand.press(pressed)
        await hand.press("escape", "H")
        seen.append(hand.shown())

        assert all(one != other for one, other in itertools.pairwise(seen))
        assert "on hold" in seen[-1]


# ---- what can be taken back isn't asked about

# Each verb as it is pressed on the first row that it fits, and what is typed into what it opens.
UNDONE = {
    "approve": ("action:4", ("a",), ""),
    "approve a fold": ("fold:parcel-note", ("A",), ""),
    "skip": ("action:4", ("x", "x"), ""),
    "never again": ("action:4", ("x", "n"), ""),
    "later": ("action:4", ("s", "t"), ""),
    "done": ("action:3", ("d",), ""),
    "write": ("action:3", ("e",), "Gern."),
    "promise": ("action:3", ("p",), "thu"),
}


@pytest.mark.parametrize("verb", UNDONE)
async def test_a_verb_that_can_be_taken_back_asks_nothing_and_u_takes_it_back(small_shop: TestHouse, verb: str) -> None:
    house = small_shop
    row, keys, words = UNDONE[verb]
    app = RetconApp(house, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        before = rows(house)
        hand.list.show_list(cursor=row)
        await pilot.pause()
        await hand.press(*keys)
        if words:
            await hand.types(words)
            await hand.press("escape" if verb == "write" else "enter")
        said, after = hand.said, rows(house)
        await hand.press("u")

        assert not hand.screen.menu.display
        assert re.search(r"u takes (it|them|all \d+) back|u takes that back", said)
        assert after != before
        assert rows(house) == before


def rows(house: House) -> list[object]:
    """What is due and promised, and what waits to leave."""
    due = [
        (item.action.id, item.action.draft.body, item.promises)
        for line in today.load(house).lines
        for item in line.items
    ]
    return [*due, [entry.row.id for entry in outbox.listing(house) if entry.row.state is OutboxState.QUEUED]]
