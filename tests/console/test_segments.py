"""Saved segments among the views, and what is said while a filter is typed."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from retcon.app import RetconApp
from retcon.desk import segments
from retcon.desk.house import House
from tests.console.test_customers import SIZES, narrow, paste, press, screen, write
from tests.console.test_today import shown

Console = Callable[..., RetconApp]
Compare = Callable[..., bool]


@pytest.fixture
def people(house: House) -> House:
    """Forty people, and three segments of them."""
    house.database.write(write)
    segments.save(house, "slipping-vips", "tier:vip risk:high")
    segments.save(house, "german", "country:DE")
    segments.save(house, "asia", "country:JP,TH,SA")
    return house


async def test_a_saved_segment_is_a_letter_among_the_views_with_how_many_it_has(
    console: Console, people: House
) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "f")
        menu = shown(app)
        await press(pilot, "1")
        asia, head = list(screen(app).listing.ids), shown(app).splitlines()[1]
        await press(pilot, "f")

        assert "1 asia 4  2 german 23  3 slipping-vips 1" in menu
        assert "keep this filter" not in menu
        assert asia == [1, 3, 4, 6]
        assert head.startswith(" segment:asia")
        assert "1 asia 4 (now)" in shown(app)
        assert "k keep this filter as a segment" in shown(app)


async def test_the_filter_is_kept_under_a_name_and_taken_back(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        await narrow(pilot, "segment:asia orders>=9")
        await press(pilot, "f", "k")
        await paste(pilot, "Asia")
        changes = shown(app)
        await paste(pilot, " regulars")
        saves = shown(app)
        await press(pilot, "enter")
        said = screen(app).status.said
        kept = [each.query for each in segments.saved(people) if each.name == "asia-regulars"]
        await press(pilot, "u")

        assert "Enter changes asia; it is: country:JP,TH,SA" in changes
        assert "Enter saves it as asia-regulars." in saves
        assert said == "asia-regulars is saved, 1 person now. u takes it back."
        assert kept == ["segment:asia orders>=9"]
        assert screen(app).status.said == "Taken back: segment asia-regulars saved."
        assert len(segments.saved(people)) == 3


async def test_a_segment_cannot_be_kept_as_a_part_of_itself(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "f", "1", "f", "k")
        await paste(pilot, "asia")
        await press(pilot, "enter")

        assert screen(app).status.said == "“asia” would stand for itself: asia → asia. Name another segment."


async def test_a_segment_is_removed_and_taken_back(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "f", "x", "2")
        said, left = screen(app).status.said, [each.name for each in segments.saved(people)]
        await press(pilot, "u")

        assert said == "german is removed; it was: country:DE. u takes it back."
        assert left == ["asia", "slipping-vips"]
        assert len(segments.saved(people)) == 3


async def test_the_shown_segment_goes_to_a_file(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "f", "3", "y", "f")
        (file,) = people.settings.places.exports.iterdir()

        assert screen(app).status.said == f"1 person in {file}"


async def test_an_unknown_segment_is_said_at_its_place_and_changes_nothing(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "/")
        await paste(pilot, "risk:high segment:aisa")
        rows = shown(app).splitlines()
        await press(pilot, "enter")

        assert rows[-2].rstrip() == " " * 19 + "↑ No segment is called “aisa”; asia is near."
        assert screen(app).listing.counts.shown == 40
        assert "Everybody" in shown(app)


async def test_the_word_that_is_typed_is_explained_and_written_out(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "/")
        await paste(pilot, "tier:one")
        hint = shown(app).splitlines()[-2]
        await press(pilot, "right")
        box = app.screen.query_one(Input)

        assert hint.startswith(" tier: vip, high, promising, regular, new, one-time – what they are worth")
        assert box.value == "tier:one-time"
        assert list(screen(app).listing.ids) == [4]


HALF = ["(risk:high", "-(tier:vip or", '"layla', "orders >", "spent>1,0", "()" * 9, "x" * 10_000, "قهوة 🎈👩‍👩‍👧 x:"]


@pytest.mark.parametrize("typed", HALF, ids=lambda typed: typed[:12])
async def test_what_is_half_typed_never_breaks_the_screen(console: Console, people: House, typed: str) -> None:
    app = console()
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "2", "/")
        await paste(pilot, typed)
        await press(pilot, "enter", "escape")

        assert screen(app).listing.counts.shown == 40


# ---- pictures


@SIZES
def test_views_with_segments(console: Console, people: House, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        await narrow(pilot, "tier:vip spent>200")
        await press(pilot, "f")

    assert snap_compare(console(), terminal_size=size, run_before=go)


@SIZES
def test_wrong_at_its_place(console: Console, people: House, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "/")
        await paste(pilot, "segment:german spent>200 contry:DE")

    assert snap_compare(console(), terminal_size=size, run_before=go)


@SIZES
def test_explained(console: Console, people: House, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def go(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "/")
        await paste(pilot, "segment:german ord")

    assert snap_compare(console(), terminal_size=size, run_before=go)
