"""How Today looks, at both sizes; looked at by a person whenever one of these pictures changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from tests.console import sample

Console = Callable[..., RetconApp]
Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


@SIZES
def test_today(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size)


def test_nothing_is_due(snap_compare: Compare, console: Console) -> None:
    from dataclasses import replace

    empty = replace(
        sample.today(()), next_at=sample.NOW + timedelta(hours=6, minutes=18), next_words="parcel note", snoozed=2
    )
    assert snap_compare(console(empty), terminal_size=(80, 24))


def test_a_fold_with_its_texts(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(120, 40), press=[*"jjjjj", "J"])


@SIZES
def test_marked_and_unfolded(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, press=[*"jjjj", "space", "l", "j", "space", "j", "space"])


def test_narrowed(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), press=["/", *"france"])


def test_the_menu_of_reasons(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), press=["j", "j", "j", "x"])


@SIZES
def test_writing(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    async def write(pilot: Pilot[None]) -> None:
        await pilot.press("j", "j", "j", "e")
        await pilot.pause()

    assert snap_compare(console(), terminal_size=size, run_before=write)


@SIZES
def test_help(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, press=["?"])


def test_perhaps_sent(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(120, 40), press=["j", "j"])


def test_why(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(120, 40), press=["j", "j", "j", "!"])


def test_the_original_in_a_narrow_place(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), press=["t"])


def test_the_palette(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), press=[":", *"col"])


def test_practice_on_hold_with_old_data(snap_compare: Compare, console: Console) -> None:
    today = sample.today(
        live=False,
        held=True,
        sender=False,
        synced_at=sample.NOW - timedelta(hours=3),
        trouble="woo: the shop refuses the key (401). Orders stand as of 04:52.",
    )
    assert snap_compare(console(today), terminal_size=(120, 40))


def test_light(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(theme="light"), terminal_size=(120, 40))


def test_the_terminals_own_colours(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(theme="ansi"), terminal_size=(120, 40))


def test_sixty_by_twenty(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(60, 20))
