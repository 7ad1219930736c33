"""How Insights looks: full, empty, and while the past is replayed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.config import ShopSettings
from retcon.desk.house import House
from retcon.jobs import Progress
from retcon.store import backtests
from tests.console import sample
from tests.console.conftest import ticking
from tests.replayed import backtest

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@pytest.fixture
def shop(house: House) -> House:
    settings = replace(house.settings, shop=ShopSettings(name="Northlight Goods", timezone="Europe/Berlin"))
    return replace(house, settings=settings, now=lambda: sample.NOW)


@pytest.fixture
def replayed(shop: House) -> House:
    shop.database.write(lambda tx: backtests.keep(tx, backtest()))
    return shop


def console(house: House) -> RetconApp:
    return RetconApp(house, monotonic=ticking())


@SIZES
def test_all_dates(snap_compare: Compare, replayed: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(replayed), terminal_size=size, press=["5"])


@SIZES
def test_one_date(snap_compare: Compare, replayed: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(replayed), terminal_size=size, press=["5", "j"])


def test_the_end_of_the_text(snap_compare: Compare, replayed: House) -> None:
    assert snap_compare(console(replayed), terminal_size=(80, 24), press=["5", "enter", "G"])


def test_narrow(snap_compare: Compare, replayed: House) -> None:
    assert snap_compare(console(replayed), terminal_size=(60, 20), press=["5"])


@SIZES
def test_nothing_yet(snap_compare: Compare, shop: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(shop), terminal_size=size, press=["5"])


@SIZES
def test_while_the_past_is_replayed(snap_compare: Compare, replayed: House, size: tuple[int, int]) -> None:
    app = console(replayed)

    async def running(pilot: Pilot[None]) -> None:
        await pilot.press("5")
        app.work._jobs["backtest"] = None  # type: ignore[assignment]
        app.work.progressed(Progress("backtest", "dates", 1, 3))
        await pilot.pause()
        app.work._jobs.clear()

    assert snap_compare(app, terminal_size=size, run_before=running)
