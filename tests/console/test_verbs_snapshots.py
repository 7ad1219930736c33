"""How palette, help, texts and log look, and the console on small screens; looked at whenever a picture changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.model.sync import SyncResult
from retcon.store import channel_states, cursors
from tests.console import sample
from tests.console.conftest import ticking

Console = Callable[..., RetconApp]
Compare = Callable[..., bool]

SMALL = pytest.mark.parametrize("size", [(60, 20), (45, 20)], ids=["60x20", "45x20"])
PHONE = (45, 20)


def typed(*keys: str) -> Callable[[Pilot[None]], object]:
    """Press these, and wait for what they read."""

    async def press(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()

    return press


@pytest.mark.parametrize("size", [(80, 24), (120, 40), PHONE], ids=["80x24", "120x40", "45x20"])
def test_people_in_the_palette(snap_compare: Compare, shop: House, size: tuple[int, int]) -> None:
    app = RetconApp(shop, monotonic=ticking())
    assert snap_compare(app, terminal_size=size, run_before=typed("colon", *"chl"))


def test_an_order_in_the_palette(snap_compare: Compare, shop: House) -> None:
    with shop.database.read() as tx:
        number = tx.execute("select number from orders order by placed_at desc, id desc limit 1").fetchone()[0]
    app = RetconApp(shop, monotonic=ticking())
    assert snap_compare(app, terminal_size=(80, 24), run_before=typed("colon", *number))


@SMALL
def test_today_on_small_screens(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(sample.waiting()), terminal_size=size)


@pytest.mark.parametrize("keys", [("x",), ("question_mark",), ("colon",), ("e",), ("semicolon",), ("tab", "j")])
def test_on_a_phone(snap_compare: Compare, console: Console, keys: tuple[str, ...]) -> None:
    assert snap_compare(console(), terminal_size=PHONE, run_before=typed("j", *keys))


def test_the_menu_of_texts(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), run_before=typed("j", "semicolon"))


@pytest.mark.parametrize("size", [(80, 24), PHONE], ids=["80x24", "45x20"])
def test_the_log(snap_compare: Compare, shop: House, size: tuple[int, int]) -> None:
    def work(tx: cursors.Connection) -> None:
        for hours in (30, 20, 10):
            at = shop.now() - timedelta(hours=hours)
            run = cursors.begin(tx, "woo", at)
            cursors.end(tx, run, at, SyncResult.failed("woo", "woocommerce", "The shop refuses the key (401)."))
        since = shop.now() - timedelta(hours=2)
        channel_states.suffers(tx, "email", "Your mail server refuses the password (535).", None, since)

    shop.database.write(work)
    # Where the log lies is another place in every test.
    places = replace(shop.settings.places, logs=Path("/home/me/.local/state/retcon/logs"))
    app = RetconApp(replace(shop, settings=replace(shop.settings, places=places)), monotonic=ticking())
    assert snap_compare(app, terminal_size=size, run_before=typed("L"))


def test_too_small(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(40, 10))
