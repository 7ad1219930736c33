"""How screens look in states that their own files leave out: offline, loading, light, the terminal's own, a phone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.config import UiSettings
from retcon.desk import drafts, today
from retcon.model.sync import SyncResult
from retcon.store import cursors
from tests.console import sample
from tests.console.conftest import ticking
from tests.console.hand import Hand
from tests.outgoing import TestHouse

Compare = Callable[..., bool]
Console = Callable[..., RetconApp]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
SCREENS = {"customers": ("2", "j", "space", "j"), "card": ("2", "enter"), "inbox": ("3",), "outbox": ("4",)}
EVERY = pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)


@pytest.fixture
def worked(small_shop: TestHouse) -> TestHouse:
    """The small shop with something on every screen: some of its morning's work is approved."""
    some = [item for line in today.load(small_shop).lines if line.folded for item in line.items if item.passes]
    drafts.approve(small_shop, [(item.action.id, item.action.revision) for item in some[:6]])
    return small_shop


def over(house: TestHouse, theme: str = "dark") -> RetconApp:
    settings = replace(house.settings, ui=UiSettings(theme=theme))
    return RetconApp(replace(house, settings=settings), monotonic=ticking())


def after(keys: Sequence[str]) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Presses the keys, and waits for what they asked for."""

    async def press(pilot: Pilot[None]) -> None:
        await Hand(pilot).press(*keys)

    return press


@EVERY
def test_in_light_colours(snap_compare: Compare, worked: TestHouse, keys: tuple[str, ...]) -> None:
    assert snap_compare(over(worked, "light"), terminal_size=(120, 40), run_before=after(keys))


@EVERY
def test_in_the_terminals_own_colours(snap_compare: Compare, worked: TestHouse, keys: tuple[str, ...]) -> None:
    assert snap_compare(over(worked, "ansi"), terminal_size=(80, 24), run_before=after(keys))


@pytest.mark.parametrize("keys", [SCREENS["customers"], SCREENS["card"]], ids=["customers", "card"])
def test_on_a_phone(snap_compare: Compare, worked: TestHouse, keys: tuple[str, ...]) -> None:
    assert snap_compare(over(worked), terminal_size=(45, 20), run_before=after(keys))


@SIZES
def test_offline(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    offline = sample.today(
        synced_at=sample.NOW - timedelta(minutes=54),
        offline_since=sample.NOW - timedelta(minutes=50),
        waiting=11,
        trouble="Offline since 07:02. 11 wait here and are checked again before they leave.",
    )
    assert snap_compare(console(offline), terminal_size=size)


def test_a_key_that_is_refused(snap_compare: Compare, worked: TestHouse) -> None:
    from retcon.config import Plugin

    source = Plugin(section="sources", name="woo", kind="woocommerce", settings=None)
    house = replace(worked, settings=replace(worked.settings, sources=(source,)))
    well = replace(SyncResult.failed("woo", "woocommerce", ""), ok=True)
    refused = SyncResult.failed("woo", "woocommerce", "WooCommerce refuses the key (401).", key_refused=True)
    for result, minutes in ((well, 54), (refused, 5)):
        at = house.now() - timedelta(minutes=minutes)
        house.database.write(lambda tx, result=result, at=at: cursors.end(tx, cursors.begin(tx, "woo", at), at, result))
    assert snap_compare(over(house), terminal_size=(80, 24), run_before=after(("2",)))


def test_orders_come_in(snap_compare: Compare, console: Console) -> None:
    async def sync(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, RetconApp)
        pilot.app.work.words = "syncing orders 400 of 1,496"
        Hand(pilot).screen.show_header()
        await pilot.pause()

    assert snap_compare(console(), terminal_size=(80, 24), run_before=sync)
