"""How Today looks, at both sizes; looked at by a person whenever one of these pictures changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk.ways import Way
from retcon.screens.today import TodayScreen
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


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (45, 20)], ids=["80x24", "120x40", "45x20"])
def test_a_text_that_no_native_has_read(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(sample.by_no_native()), terminal_size=size, press=["j"])


def test_an_arabic_text_that_no_native_has_read(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(sample.by_no_native()), terminal_size=(120, 40))


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


# ---- conversations: Layla's has a broken promise and a complaint, Jonas's is not answered yet


@SIZES
def test_a_waiting_conversation(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(sample.waiting()), terminal_size=size)


@SIZES
def test_an_answer_to_write(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, press=["j"])


@SIZES
def test_answering(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    async def write(pilot: Pilot[None]) -> None:
        await pilot.press("j", "e", *"Gern")
        await pilot.pause()

    assert snap_compare(console(), terminal_size=size, run_before=write)


@SIZES
def test_the_menu_of_promises(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, press=["p"])


def test_a_promise_in_a_line(snap_compare: Compare, console: Console) -> None:
    assert snap_compare(console(), terminal_size=(80, 24), press=["j", "p", *"thu", "space", *"new"])


@SIZES
def test_the_menu_of_channels(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    reached = (
        Way(channel="tg", medium="telegram"),
        Way(channel="email", medium="email"),
        Way(channel="wa", medium="whatsapp", why_not="No usable WhatsApp address of Layla Alharbi is known."),
        Way(channel="line", medium="line", why_not="She never wrote to you on LINE, so LINE can't deliver."),
    )

    async def ask(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app.screen, TodayScreen)
        pilot.app.screen.ask_how(sample.LAYLA, reached)
        await pilot.pause()

    assert snap_compare(console(), terminal_size=size, run_before=ask)


@SIZES
def test_what_came_with_it(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, press=["tab", *"kkkk", "o"])


@SIZES
def test_stops_to_confirm(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(sample.stops()), terminal_size=size)


def test_nobody_sends_and_the_operator_is_away(snap_compare: Compare, console: Console) -> None:
    away = sample.today(sender=False, away_until=sample.NOW + timedelta(days=9))
    assert snap_compare(console(away), terminal_size=(80, 24))
