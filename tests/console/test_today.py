"""What the keys do, on a real store: approve and move on, take back, read before a fold leaves, narrow, put off."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.screens.today import TodayScreen
from tests.console import sample

Console = Callable[..., RetconApp]


def screen(app: RetconApp) -> TodayScreen:
    assert isinstance(app.screen, TodayScreen)
    return app.screen


def names(app: RetconApp) -> list[str]:
    """Who stands in the list, in order."""
    from retcon.widgets import words

    return [
        words.call_name(entry.items[0].customer) if entry.item else entry.key
        for entry in screen(app).list.entries
        if entry.line is not None
    ]


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no verb and no reading is at work."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_cursor_skips_headings_and_the_reader_follows(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")

        assert screen(app).lines.current is not None
        assert screen(app).lines.current.key == "action:3"
        assert screen(app).shown_item == sample.CHLOE


async def test_that_no_native_has_read_a_text_takes_no_row_from_it(console: Console) -> None:
    short = replace(sample.CHLOE.action.draft, operator_subject="All well?")
    read = replace(sample.CHLOE, action=replace(sample.CHLOE.action, draft=short))
    hidden: list[int] = []
    for item in (read, replace(read, unread=True)):
        app = console(sample.today((sample.line(item),)))
        async with app.run_test(size=(80, 16)) as pilot:
            await settled(pilot)
            hidden.append(screen(app).reader.below)
            drawn = shown(app)

    assert "in French: t shows it, not yet read by a native" in drawn
    assert hidden[0] == hidden[1] > 0


async def test_a_held_key_approves_nothing_that_was_there_for_a_blink(console: Console) -> None:
    clock = 100.0
    app = console(monotonic=lambda: clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        await pilot.pause()
        clock += 0.2

        await pilot.press("a")

        assert "Jonas K." in names(app)
        assert screen(app).status.said == (
            "That was on the screen for a blink only, so nothing was approved. a approves it now."
        )


async def test_a_does_nothing_where_something_perhaps_left(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "a")

        assert "outbox:7" in names(app)
        assert screen(app).status.said == "Perhaps sent: a does nothing here. Enter shows what settles it."


async def test_a_fold_says_how_many_texts_nobody_has_read(console: Console) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"jjjjj")
        await pilot.pause()
        fold = screen(app).lines.current
        assert fold is not None

        assert fold.fold
        taken = screen(app).list.take(fold)
        screen(app).note_read()
        after_one = screen(app).list.take(fold)
        await pilot.press("J", "J", "k")
        after_all = screen(app).list.take(fold)

        assert (len(taken.items), len(taken.unread)) in ((0, 9), (4, 5))
        assert (len(after_one.items), len(after_one.unread)) == (4, 5)
        assert (len(after_all.items), len(after_all.unread)) == (9, 0)


async def test_a_text_with_a_note_stands_for_itself_alone(console: Console) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"jjjjjj")
        await pilot.pause()
        screen(app).note_read()
        fold = screen(app).lines.current
        assert fold is not None

        assert [item.customer.name for item in screen(app).list.take(fold).unread] == ["🎈 Zoë 👩‍👩‍👧"]


async def test_the_filter_hides_and_says_how_many_of_how_many(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", *"france", "enter")
        await pilot.pause()
        kept = screen(app).status.said
        await pilot.press("escape")
        await pilot.pause()

        assert kept == "“france”: 4 of 25. Esc clears."
        assert screen(app).list.shown == 25
        assert screen(app).status.said == ""


async def test_a_filter_that_matches_nothing_says_which_key_clears_it(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", *"nobody !x", "enter")

        assert "Nothing matches “nobody !x”. Esc clears." in shown(app)


async def test_a_bulk_verb_takes_only_what_the_filter_shows(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space", "space")
        await pilot.press("/", *"jonas", "enter")

        assert [entry.key for entry in screen(app).list.chosen(None)] == ["action:2"]


async def test_unfolding_shows_each_and_folding_from_inside_puts_them_away(console: Console) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*"jjjjj", "l", "j", "j")
        unfolded = names(app)
        await pilot.press("h")

        assert unfolded[5:8] == ["fold:parcel-note", "Anna S.", "Bernd V."]
        assert screen(app).lines.current is not None
        assert screen(app).lines.current.key == "fold:parcel-note"


async def test_q_asks_before_closing_where_nobody_else_sends(console: Console) -> None:
    app = console(sample.today(sender=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        asked = app.is_running
        question = shown(app)
        await pilot.press("q")
        await pilot.pause()

        assert asked
        assert "Close this and nobody sends: 9 wait, the first for 08:52." in question
    assert app.return_code == 0


async def test_letters_of_an_input_method_are_understood_where_they_can_be(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("о")  # Cyrillic, on the key of j
        moved = screen(app).lines.current
        await pilot.press("好")

        assert moved is not None
        assert moved.key == "action:2"
        assert screen(app).status.said.startswith("Your input method is on")


async def test_help_runs_what_it_lists(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("?", "l")  # the help takes the key as if it were pressed without it
        await pilot.press(":", *"last row", "enter")

        assert screen(app).lines.current is not None
        assert screen(app).lines.current.key == "fold:wish-list"


@pytest.mark.parametrize(
    ("width", "changes", "top"),
    [
        (80, {}, " Today  25 to go · 2 wait, 40 h      synced 3 min ago · sender runs · Fri 07:52"),
        (80, {"unanswered": 0}, " Today  25 to go, 12 done            synced 3 min ago · sender runs · Fri 07:52"),
        (80, {"worker": "shop-box"}, " Today  25 to go · 2 wait, 40 h  synced 3 min ago · sender on shop-box"),
        (80, {"sender": False}, " Today  25 to go · 2 wait, 40 h  synced 3 min ago · sends while open"),
        (60, {"live": False, "held": True}, " Today  25 to go · 2 wait, 40 h         practice · on hold"),
    ],
)
async def test_the_top_says_who_waits_and_who_sends_and_drops_the_rest(
    console: Console, width: int, changes: dict[str, object], top: str
) -> None:
    app = console(sample.today(**changes))
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()

        said = shown(app).splitlines()[0].rstrip()
        assert said.split() == top.split()


async def test_nobody_sends_where_this_console_could_not(console: Console) -> None:
    app = console(sample.today(sender=False))
    async with app.run_test(size=(120, 40)) as pilot:
        app.work.sends = False
        screen(app).look()
        await pilot.pause()

        assert "nobody sends: retcon run" in shown(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60), (20, 5), (1, 1)])
async def test_every_size_is_drawn(console: Console, size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=size) as pilot:
        await pilot.press("j", "l", "!", "j", "t")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()

        assert "Northlight Goods" in shown(app)


async def test_too_small_a_terminal_is_told_so(console: Console) -> None:
    app = console()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()

        assert "45 columns and 16 rows" in shown(app)


def shown(app: RetconApp) -> str:
    """The screen as text."""
    height = app.size.height
    return "\n".join(
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()[:height]  # pyright: ignore[reportPrivateUsage]
    )
