"""How Inbox and Outbox look in their states, over the sample shop; looked at whenever one of these pictures changes."""

from collections.abc import Awaitable, Callable, Iterator

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk import conversations, drafts, inbox, outbox
from retcon.desk.house import House
from retcon.screens.board import BoardScreen
from retcon.store import channel_states
from tests.console.conftest import ticking
from tests.console.leaving import HOUR, every_state

Compare = Callable[..., bool]
Console = Callable[[House], RetconApp]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def pressing(*keys: str, at: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    """Presses the keys, each when what the one before it asked for is there; `at` is the row for the rest."""

    async def press(pilot: Pilot[None]) -> None:
        for number, key in enumerate(keys):
            await pilot.press(key)
            for _ in range(2):
                await pilot.pause()
                await pilot.app.workers.wait_for_complete()
            if number == 0 and at and isinstance(pilot.app.screen, BoardScreen):
                pilot.app.screen.show_list(cursor=at)
        await pilot.pause(0.3 if "slash" in keys else 0.0)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    return press


@pytest.fixture
def console() -> Iterator[Callable[[House], RetconApp]]:
    """Makes the console over the house."""
    made: list[RetconApp] = []

    def make(house: House) -> RetconApp:
        made.append(RetconApp(house, monotonic=ticking()))
        return made[-1]

    yield make
    # A picture of a console that broke is empty, and would compare well with itself.
    assert [app.return_code or 0 for app in made] == [0] * len(made)


# ---- Outbox


@SIZES
def test_outbox(snap_compare: Compare, console: Console, shop: House, size: tuple[int, int]) -> None:
    every_state(shop)
    assert snap_compare(console(shop), terminal_size=size, run_before=pressing("4"))


@SIZES
def test_outbox_failed(snap_compare: Compare, console: Console, shop: House, size: tuple[int, int]) -> None:
    every_state(shop)
    assert snap_compare(console(shop), terminal_size=size, run_before=pressing("4", at="outbox:6"))


def test_outbox_perhaps_sent(snap_compare: Compare, console: Console, shop: House) -> None:
    every_state(shop)
    shown = pressing("4", "enter", at="outbox:1")
    assert snap_compare(console(shop), terminal_size=(120, 40), run_before=shown)


def test_outbox_left(snap_compare: Compare, console: Console, shop: House) -> None:
    every_state(shop)
    assert snap_compare(console(shop), terminal_size=(120, 40), run_before=pressing("4", "G"))


def test_outbox_marked(snap_compare: Compare, console: Console, shop: House) -> None:
    every_state(shop)
    shown = pressing("4", "space", "space", at="outbox:5")
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=shown)


def test_outbox_on_hold(snap_compare: Compare, console: Console, shop: House) -> None:
    every_state(shop)
    outbox.hold(shop)
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=pressing("4", "j", "j"))


def test_outbox_where_a_channel_fails(snap_compare: Compare, console: Console, shop: House) -> None:
    every_state(shop)
    reason = "The mail server refuses the password."
    shop.database.write(lambda tx: channel_states.suffers(tx, "email", reason, None, shop.now()))
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=pressing("4", "j", "j"))


def test_outbox_empty(snap_compare: Compare, console: Console, shop: House) -> None:
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=pressing("4"))


# ---- Inbox


@SIZES
def test_inbox(snap_compare: Compare, console: Console, shop: House, size: tuple[int, int]) -> None:
    """An Arabic conversation under the cursor; one answer on its way, one conversation put off."""
    line, other = inbox.load(shop).lines[1:3]
    conversations.reply(shop, line.key, "", "Thank you, it leaves on Monday.")
    drafts.snooze(shop, [other.items[0].action.id], shop.now() + 72 * HOUR)
    assert snap_compare(console(shop), terminal_size=size, run_before=pressing("3"))


def test_inbox_answered_elsewhere(snap_compare: Compare, console: Console, shop: House) -> None:
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=pressing("3", "G"))


def test_inbox_found(snap_compare: Compare, console: Console, shop: House) -> None:
    livia = next(line for line in inbox.load(shop).lines if line.items[0].customer.name.startswith("Livia"))
    conversations.close(shop, int(livia.key.removeprefix("thread:")))
    shown = pressing("3", "slash", *"svizzera")
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=shown)


def test_inbox_marked(snap_compare: Compare, console: Console, shop: House) -> None:
    shown = pressing("3", "space", "space")
    assert snap_compare(console(shop), terminal_size=(120, 40), run_before=shown)


def test_inbox_empty(snap_compare: Compare, console: Console, shop: House) -> None:
    for line in inbox.load(shop).lines:
        if line.heading == inbox.YOURS and line.items[0].thread and line.items[0].thread.waiting_since:
            conversations.close(shop, line.items[0].thread.id)
    shown = pressing("3")
    assert snap_compare(console(shop), terminal_size=(80, 24), run_before=shown)
