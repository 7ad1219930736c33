"""What cards look like: snapshots at both sizes, of people of whom much, little or no order is known."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.screens.card import CardScreen
from retcon.screens.neighbours import Listed
from tests.console import lives
from tests.console.test_card import app_of, settled
from tests.console.test_card import home as home  # the fixture

Compare = Callable[..., bool]
Person = Callable[..., int]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def card(snap_compare: Compare, house: House, person: Person, size: tuple[int, int], *keys: str) -> bool:
    """Whether the card of this person looks as it did, after these keys."""
    ids = (person(house.database), *(other(house.database) for other in (lives.once,) if other is not person))

    async def open_(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, RetconApp)
        pilot.app.push_screen(CardScreen(pilot.app.shared, ids[0], Listed(ids)))
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return snap_compare(app_of(house), terminal_size=size, run_before=open_)


@SIZES
def test_a_vip_slipping_away(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.chloe, size)


@SIZES
def test_one_order_only(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.once, size)


@SIZES
def test_somebody_who_only_wrote(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.layla, size)


@SIZES
def test_an_arabic_message_unfolded(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.layla, size, "j", "enter")


@SIZES
def test_narrowed_to_words(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.chloe, size, "f", "w", "j")


@SIZES
def test_an_order_unfolded(snap_compare: Compare, home: House, size: tuple[int, int]) -> None:
    assert card(snap_compare, home, lives.chloe, size, "f", "m", "enter", "j", "j", "enter")


def test_what_is_due_read_before_it_leaves(snap_compare: Compare, home: House) -> None:
    assert card(snap_compare, home, lives.chloe, (80, 24), "a")


def test_approved(snap_compare: Compare, home: House) -> None:
    assert card(snap_compare, home, lives.chloe, (80, 24), "a", "a")


def test_why(snap_compare: Compare, home: House) -> None:
    assert card(snap_compare, home, lives.chloe, (120, 40), "!")


def test_sixty_by_twenty(snap_compare: Compare, home: House) -> None:
    assert card(snap_compare, home, lives.chloe, (60, 20))


def test_the_menu_of_what_is_shown(snap_compare: Compare, home: House) -> None:
    assert card(snap_compare, home, lives.chloe, (80, 24), "f")
