"""How Insights looks: full, empty, and while the past is replayed."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from retcon.desk.house import House
from retcon.jobs import Progress
from retcon.store import backtests
from tests.console.proposing import console
from tests.replayed import backtest

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@pytest.fixture
def replayed(northlight: House) -> House:
    northlight.database.write(lambda tx: backtests.keep(tx, backtest()))
    return northlight


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
def test_nothing_yet(snap_compare: Compare, northlight: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(northlight), terminal_size=size, press=["5"])


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
