"""What many tests need: a house of their own, a clock that stands still, no settings of the developer's."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retcon.desk.house import House, open_house
from retcon.store.database import Database, open_database

# As the commands have it: two threads of it on the tests' small matrices wait for each other most of the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whole programs (the console among them), killed senders, random walks of many steps, real logs: `make test` runs them
# after the others.
LONG = (
    "channels/test_laws.py",
    "cli/test_demo.py",
    "cli/test_init.py",
    "cli/test_run.py",
    "cli/test_scripted_day.py",
    "console",
    "desk/test_imports.py",
    "desk/test_kills.py",
    "desk/test_nothing_twice.py",
    "desk/test_redo.py",
    "retention/risk/test_degenerate.py",
    "retention/risk/test_invariances.py",
    "retention/risk/test_shared_logs.py",
    "retention/risk/test_small_shops.py",
    "store/test_merging.py",
    "sync/test_sync_kills.py",
)

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long."""
    long = [Path(__file__).parent / name for name in LONG]
    for item in items:
        if any(item.path.is_relative_to(place) for place in long):
            item.add_marker(pytest.mark.long)


@pytest.fixture(autouse=True)
def _nothing_of_the_developer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RETCON_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session")
def _empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "retcon.db"
    open_database(file).close()
    return file


@pytest.fixture
def database(_empty_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database at this version's schema."""
    file = tmp_path / "home" / "retcon.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_empty_file, file)
    opened = Database(file)
    yield opened
    opened.close()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A house with default settings over the empty database, at NOW."""
    opened = open_house(tmp_path / "home", now=lambda: NOW, sleep=lambda _seconds: None)
    yield opened
    opened.close()
