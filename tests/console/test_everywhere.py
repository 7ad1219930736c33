"""What holds on every screen: where keys lead, what stays when the room changes, what is undone, told, copied."""

import itertools
import re
from functools import partial

import pytest
from textual import events

from retcon.app import RetconApp
from retcon.desk import drafts, outbox, today
from retcon.desk.house import House
from retcon.model.outbox import OutboxState
from retcon.screens import console
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
    pairs = itertools.pairwise(today.load(shop).lines)
    app = RetconApp(shop, monotonic=lambda: now)
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        two = (one.key for one, next_ in pairs if _passing_alone(one) and _passing_alone(next_))
        hand.list.show_list(cursor=next(two))
        await hand.settled()
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


def _passing_alone(line: today.Line) -> bool:
    """Whether the row is one message that may leave."""
    return len(line.items) == 1 and line.items[0].passes


# ---- the room changes

# The lists by their keys, and what lies over them, as it is come to from Outbox.
LYING_OVER = {"card": ("2", "enter"), "help": ("?",), "palette": ("escape", "colon", "a"), "log": ("escape", "L")}
SCREENS = {"today": "1", "customers": "2", "inbox": "3", "outbox": "4"}


async def test_a_terminal_that_shrinks_and_grows_keeps_cursor_and_marks(worked: TestHouse) -> None:
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        before: dict[str, list[str]] = {}
        for name, key in SCREENS.items():
            await hand.press(key, "j", "space")
            before[name] = pointed(hand)
        for size in ((45, 20), (20, 5), (1, 1), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        after: dict[str, list[str]] = {}
        for name, key in SCREENS.items():
            await hand.press(key)
            after[name] = pointed(hand)

        assert after == before
        assert all(sum(row[0] == "▌" for row in rows_) == 1 for rows_ in before.values())
        assert all(sum(row[1] == "•" for row in rows_) == 1 for rows_ in before.values())


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


async def test_no_state_is_told_by_colour_alone(worked: TestHouse) -> None:
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        for key in SCREENS.values():
            await hand.press(key)
            seen = [hand.shown()]
            for pressed in ("j", "space", "minus", "slash", "escape"):  # the cursor, a mark, none, a filter, none
                await hand.press(pressed)
                seen.append(hand.shown())

            assert all(one != other for one, other in itertools.pairwise(seen)), key
        await hand.press("H")
        assert "on hold" in hand.shown()


# ---- what can be taken back isn't asked about

# Each verb as it is pressed on a row that it fits (a person's, else a fold), and what is typed into what it opens.
UNDONE = {
    "approve": ("Chloé Martin", ("a",), ""),
    "approve a fold": ("fold:parcel-note", ("A",), ""),
    "skip": ("Chloé Martin", ("x", "x"), ""),
    "never again": ("Chloé Martin", ("x", "n"), ""),
    "later": ("Chloé Martin", ("s", "t"), ""),
    "done": ("Jonas Keller", ("d",), ""),
    "write": ("Jonas Keller", ("e",), "Gern."),
    "promise": ("Jonas Keller", ("p",), "thu"),
}


async def test_a_verb_that_can_be_taken_back_asks_nothing_and_u_takes_it_back(small_shop: TestHouse) -> None:
    app = RetconApp(small_shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        before = rows(small_shop)
        alone = [line for line in today.load(small_shop).lines if len(line.items) == 1]
        of = {line.items[0].customer.name: line.key for line in alone}
        for verb, (row, keys, words) in UNDONE.items():
            hand.list.show_list(cursor=of.get(row, row))
            await pilot.pause()
            await hand.press(*keys)
            if words:
                await hand.types(words)
                await hand.press("escape" if verb == "write" else "enter")
            said, after = hand.said, rows(small_shop)
            asks = hand.screen.menu.display
            await hand.press("u")

            assert not asks, verb
            assert re.search(r"u takes (it|them|all \d+) back|u takes that back", said), (verb, said)
            assert after != before, verb
            assert rows(small_shop) == before, verb


def rows(house: House) -> list[object]:
    """What is due and promised, and what waits to leave."""
    due = [
        (item.action.id, item.action.draft.body, item.promises)
        for line in today.load(house).lines
        for item in line.items
    ]
    return [*due, [entry.row.id for entry in outbox.listing(house) if entry.row.state is OutboxState.QUEUED]]


# ---- nobody presses a key


def _note(names: list[str], name: str, *_: object) -> None:
    names.append(name)


async def test_nothing_is_drawn_while_nobody_presses_a_key(worked: TestHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    moved: list[str] = []
    monkeypatch.setattr(console, "LOOK", 0.05)
    app = RetconApp(worked, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        for name, keys in (*((name, (key,)) for name, key in SCREENS.items()), *LYING_OVER.items()):
            await hand.press(*keys)
            await pilot.pause(0.1)  # what is said to be old by now is drawn once
            with monkeypatch.context() as patched:
                patched.setattr(app, "_display", partial(_note, drawn, name))
                await pilot.pause(0.12)  # two looks at what others did

            with monkeypatch.context() as patched:
                patched.setattr(app, "_display", partial(_note, moved, name))
                await hand.press("g" if name != "palette" else "b")

    assert drawn == []
    assert moved  # and what is drawn is heard of here


# ---- many keys at once, as a slow line brings them


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("jjjxx", "Chloé M. skipped"),
        ("eNo. a H", " No. a H"),
        ("2ye", "1 e-mail copied"),
        ("jpthu new pot", "You promise Jonas “new pot” by Thursday."),
    ],
)
async def test_what_a_key_opens_has_the_keys_that_come_with_it(small_shop: TestHouse, typed: str, shown: str) -> None:
    app = RetconApp(small_shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        for letter in typed:
            app.post_message(events.Key(NAMES.get(letter, letter), letter))
        for _ in range(200):
            if shown in hand.shown():
                break
            await pilot.pause(0.01)

        assert shown in hand.shown()
        assert not today.header(small_shop).held


NAMES = {"/": "slash", ":": "colon", " ": "space", ".": "full_stop", "#": "number_sign"}


async def test_a_key_whose_widget_is_gone_keeps_no_other_waiting_for_long(small_shop: TestHouse) -> None:
    app = RetconApp(small_shop, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        before = hand.here
        app._at_work = True  # pyright: ignore[reportPrivateUsage]
        app.post_message(events.Key("j", "j"))
        for _ in range(100):
            if hand.here != before:
                break
            await pilot.pause(0.02)

        assert hand.here != before
