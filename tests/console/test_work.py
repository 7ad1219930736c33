"""The children of the console: followed while they work, told when they fail, ended with it."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.config import Plugin
from retcon.desk.house import House
from retcon.desk.today import Today
from retcon.screens.today import TodayScreen
from tests.console import sample
from tests.console.conftest import ticking


def console(house: House, tmp_path: Path, script: str, today: Today | None = None) -> RetconApp:
    """A console whose children are this script."""
    file = tmp_path / "child.py"
    file.write_text(script)
    shop = Plugin(section="sources", name="woo", kind="woocommerce", settings=None)
    given = replace(house, settings=replace(house.settings, sources=(shop,)))
    shown = replace(today or sample.today(), version=house.database.data_version())
    return RetconApp(given, command=(sys.executable, str(file)), load=lambda _: shown, monotonic=ticking())


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Let the console go on until it is so."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        await pilot.pause(0.02)


def screen(app: RetconApp) -> TodayScreen:
    assert isinstance(app.screen, TodayScreen)
    return app.screen


async def test_old_data_are_pulled_at_the_start_and_the_child_ends_with_the_console(
    house: House, tmp_path: Path
) -> None:
    script = "import time\nfrom retcon import jobs\njobs.emit('orders', 400, 1496)\ntime.sleep(60)\n"
    app = console(house, tmp_path, script, sample.today(synced_at=sample.NOW - timedelta(hours=1)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.work.words == "syncing orders 400 of 1,496")
        job = app.work._jobs["sync"]  # pyright: ignore[reportPrivateUsage]

    assert job.wait(5)


async def test_what_a_child_says_of_its_failure_is_told(house: House, tmp_path: Path) -> None:
    script = "import sys\nprint('retcon: WooCommerce refuses the key (401).', file=sys.stderr)\nsys.exit(3)\n"
    app = console(house, tmp_path, script)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("S")
        await until(pilot, lambda: screen(app).status.said != "")

        assert screen(app).status.said == "WooCommerce refuses the key (401)."


async def test_what_waits_and_may_leave_is_sent_while_nobody_else_does(house: House, tmp_path: Path) -> None:
    script = "from retcon import jobs\njobs.emit_result({'sent': 3, 'stale': 1})\n"
    due = sample.today(sender=False, next_leaves_at=sample.NOW - timedelta(minutes=1))
    app = console(house, tmp_path, script, due)
    async with app.run_test(size=(120, 40)) as pilot:
        screen(app).look()
        await until(pilot, lambda: screen(app).status.said != "")

        assert screen(app).status.said == "3 messages left; 1 needs you: . shows it."


async def test_nothing_is_sent_while_everything_is_on_hold(house: House, tmp_path: Path) -> None:
    due = sample.today(sender=False, held=True, next_leaves_at=sample.NOW - timedelta(minutes=1))
    app = console(house, tmp_path, "", due)
    async with app.run_test(size=(120, 40)):
        screen(app).look()

        assert not app.work.busy


async def test_a_users_own_keys_take_the_place_of_ours(house: House) -> None:
    own = replace(house, settings=replace(house.settings, keys={"skip": "ctrl+x,X", "why": "s", "snooze": "z"}))
    app = RetconApp(own, load=lambda _: sample.today(), monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("x")
        untouched = screen(app).menu.display
        await pilot.press("X")
        opened = screen(app).menu.display
        await pilot.press("escape", "s")

        assert (untouched, opened) == (False, True)
        assert "Risk medium" in "".join(part for row in screen(app).reader.page.body for part, _ in row)
