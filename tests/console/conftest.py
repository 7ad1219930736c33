"""Snapshots lie in snapshots/; the console under test stands still at the sample's hour."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_textual_snapshot as snapshots

from retcon.app import RetconApp
from retcon.config import ShopSettings, UiSettings
from retcon.demo import sandbox
from retcon.desk import refresh
from retcon.desk.house import House
from retcon.desk.today import Today
from tests.console import morning, sample
from tests.outgoing import TestHouse

ANCHOR = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # Friday 10:00 in Leipzig

ROOT = Path(__file__).parent.parent.parent / "snapshots"
snapshots.SVGImageExtension.dirname = classmethod(lambda cls, *, test_location: str(ROOT / test_location.basename))
snapshots.SVGImageExtension.file_extension = "svg"


def ticking() -> Callable[[], float]:
    """A clock on which a second passes whenever it is looked at: everything was on the screen long enough."""
    seconds = 0.0

    def tick() -> float:
        nonlocal seconds
        seconds += 1.0
        return seconds

    return tick


@pytest.fixture
def console(house: House) -> Iterator[Callable[..., RetconApp]]:
    """Makes the console over a working list: the sample's, or the one that is given."""

    made: list[RetconApp] = []

    def make(today: Today | None = None, *, theme: str = "dark", **options: object) -> RetconApp:
        shown = today or sample.today()
        shop = ShopSettings(name="Northlight Goods", timezone="Europe/Berlin", country="DE")
        settings = replace(house.settings, shop=shop, ui=UiSettings(theme=theme))
        version = house.database.data_version()
        loaded = replace(shown, version=version)
        app = RetconApp(replace(house, settings=settings), load=lambda _: loaded, **{"monotonic": ticking(), **options})
        made.append(app)
        return app

    yield make
    # A picture of a console that broke is empty, and would compare well with itself.
    assert [app._exception for app in made] == [None] * len(made)


@pytest.fixture(scope="session")
def _morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small shop's home on its morning."""
    return morning.furnish(tmp_path_factory.mktemp("morning"))


@pytest.fixture
def small_shop(_morning: Path, tmp_path: Path) -> Iterator[TestHouse]:
    """The small shop at 07:52: twenty-five to decide on in nine rows, with a store of its own."""
    opened = morning.open_shop(Path(shutil.copytree(_morning, tmp_path / "morning")))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop's home, pulled once."""
    folder = tmp_path_factory.mktemp("sample") / "home"
    sandbox.furnish(folder, ANCHOR)
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("undo_seconds = 0", "undo_seconds = 10"))
    opened = sandbox.open_demo(folder, now=lambda: ANCHOR)
    refresh.pull(opened)
    opened.close()
    return folder


@pytest.fixture
def shop(_pulled: Path, tmp_path: Path) -> Iterator[House]:
    """The sample shop on a Friday morning, as it was pulled, with a store of its own."""
    folder = tmp_path / "shop"
    shutil.copytree(_pulled, folder)
    opened = sandbox.open_demo(folder, now=lambda: ANCHOR)
    yield opened
    opened.close()


@pytest.fixture
def northlight(house: House) -> House:
    """The house as the sample shop's, at the sample's hour."""
    settings = replace(house.settings, shop=ShopSettings(name="Northlight Goods", timezone="Europe/Berlin"))
    return replace(house, settings=settings, now=lambda: sample.NOW)
