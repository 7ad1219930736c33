"""How the Playbook looks: full, opened, taken, empty."""

from collections.abc import Callable

import pytest

from retcon.desk.house import House
from retcon.store import thresholds
from tests.console.proposing import console
from tests.suggested import suggestion

Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@pytest.fixture
def asked(northlight: House) -> House:
    northlight.database.write(lambda tx: thresholds.keep_suggestion(tx, suggestion()))
    return northlight


@SIZES
def test_the_levels(snap_compare: Compare, asked: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(asked), terminal_size=size, press=["6"])


@SIZES
def test_who_came_back(snap_compare: Compare, asked: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(asked), terminal_size=size, press=["6", "enter"])


def test_taken(snap_compare: Compare, asked: House) -> None:
    assert snap_compare(console(asked), terminal_size=(80, 24), press=["6", "a"])


def test_setting_by_hand(snap_compare: Compare, asked: House) -> None:
    assert snap_compare(console(asked), terminal_size=(80, 24), press=["6", "j", "e", "2", "0", "space", "4", "0"])


def test_narrow(snap_compare: Compare, asked: House) -> None:
    assert snap_compare(console(asked), terminal_size=(60, 20), press=["6", "G"])


@SIZES
def test_nothing_yet(snap_compare: Compare, northlight: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(northlight), terminal_size=size, press=["6"])
