"""The help, the palette and the log: what can be run here, people and orders by name, keys that mean nothing here."""

from collections.abc import Callable

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.model.orders import Order
from retcon.screens.console import ConsoleScreen
from retcon.screens.log import LogScreen
from retcon.screens.today import TodayScreen
from retcon.widgets.oneline import OneLine
from retcon.widgets.verbs import Command
from tests.console.conftest import ticking
from tests.console.test_today import settled

Console = Callable[..., RetconApp]


def screen(pilot: Pilot[None]) -> ConsoleScreen:
    assert isinstance(pilot.app.screen, ConsoleScreen)
    return pilot.app.screen


def rows(pilot: Pilot[None]) -> list[str]:
    """What the help or the palette shows, as it is drawn."""
    verbs = screen(pilot).verbs
    return ["".join(segment.text for segment in verbs.render_line(y)).rstrip() for y in range(verbs.size.height)]


async def test_the_help_names_the_screen_and_only_its_own_keys_by_group(console: Console) -> None:
    async with console().run_test(size=(100, 50)) as pilot:
        await pilot.press("question_mark")

        shown = rows(pilot)
        assert shown[0] == " Keys of Today"
        assert shown[1].startswith(" What is due, in working order")
        groups = [row.strip() for row in shown if row.strip() in ("Move", "Act", "Find", "View")]
        assert groups == ["Act", "Move", "Find", "View"]
        offered = [command.id for command in screen(pilot).verbs.offered]
        assert "approve" in offered
        assert all(hasattr(screen(pilot), f"action_{id}") for id in offered)


async def test_a_row_of_the_help_runs_on_enter_and_its_key_does_as_well(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark", "slash", *"narrow", "enter")
        narrowing = len(pilot.app.screen.query(".filter"))
        await pilot.press("escape", "question_mark", "x")

        assert narrowing == 1
        assert screen(pilot).menu.display


async def test_slash_narrows_the_help_and_esc_widens_it_again_before_it_closes(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark", "slash", *"later")
        narrowed = [command.id for command in screen(pilot).verbs.offered]
        await pilot.press("escape")
        open_, wide = screen(pilot).verbs.display, len(screen(pilot).verbs.offered)
        await pilot.press("escape")

        assert narrowed == ["snooze"]
        assert (open_, wide > 20) == (True, True)
        assert not screen(pilot).verbs.display


async def test_the_cursor_of_the_help_moves_by_the_keys_of_the_list(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark", "G")
        last = rows(pilot)
        await pilot.press("g", "j")

        assert any(row.startswith("▌") for row in last)
        assert rows(pilot)[4].startswith("▌")


async def test_a_key_of_another_screen_says_what_it_is_for(shop: House) -> None:
    async with RetconApp(shop, monotonic=ticking()).run_test(size=(100, 30)) as pilot:
        await pilot.press("L")
        await settled(pilot)
        await pilot.press("n")

        assert screen(pilot).status.said == ("n is for people: here is what went wrong. ? shows the keys of the log.")


async def test_the_palette_finds_verbs_and_runs_the_first(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"light", "enter")

        assert pilot.app.theme == "light"


async def test_the_palette_finds_a_person_and_opens_the_card(shop: House) -> None:
    from retcon.screens.card import CardScreen

    async with RetconApp(shop, monotonic=ticking()).run_test(size=(100, 30)) as pilot:
        with shop.database.read() as tx:
            id_, name, number = tx.execute(
                "select c.id, c.name, o.number from customers c join orders o on o.customer_id = c.id"
                " join standings s on s.customer_id = c.id where c.merged_into is null"
                " order by s.stake_minor desc limit 1"
            ).fetchone()
        await pilot.press("ctrl+p", *name.split()[0])
        await settled(pilot)
        found = rows(pilot)
        await pilot.press("ctrl+u", *number)
        await settled(pilot)
        orders = rows(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert any(row.startswith(" PEOPLE") for row in found)
        assert any(name in row for row in found)
        assert any(row.startswith(" ORDERS") for row in orders)
        assert any(f"order {number} " in row for row in orders)
        assert isinstance(pilot.app.screen, CardScreen)
        assert pilot.app.screen.customer_id == id_
        entry = pilot.app.screen.current_entry()
        assert entry is not None
        assert entry.event is not None
        assert isinstance(entry.event.what, Order)
        assert entry.event.what.number == number


async def test_what_is_of_no_use_here_stands_last_and_says_why(shop: House) -> None:
    async with RetconApp(shop, monotonic=ticking()).run_test(size=(120, 40)) as pilot:
        await pilot.press("L", "colon", *"note")
        await settled(pilot)
        shown = next(row for row in rows(pilot) if "write a note" in row)
        await pilot.press("enter")

        assert shown.endswith("for people; here is what went wrong")
        assert "for people" in screen(pilot).status.said


async def test_letters_typed_fast_go_to_the_palette_and_old_finds_are_dropped(shop: House) -> None:
    async with RetconApp(shop, monotonic=ticking()).run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"zzzzzz")
        await settled(pilot)

        assert rows(pilot)[2] == " Nothing is called that."
        assert isinstance(screen(pilot), TodayScreen)
        assert screen(pilot).verbs.display


async def test_a_screen_adds_its_own_commands(console: Console) -> None:
    ran: list[str] = []

    class Own(TodayScreen):
        def commands(self) -> list[Command]:
            return [Command("hello", "say hello to the moon")]

        def action_hello(self) -> None:
            ran.append("hello")

    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Own(app.shared))
        await pilot.pause()
        await pilot.press("colon", *"moon", "enter")

        assert ran == ["hello"]


async def test_markup_and_escapes_that_are_typed_or_pasted_are_only_words(console: Console) -> None:
    from textual.events import Paste

    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"[b]")
        screen(pilot).verbs.post_message(Paste("\x1b]52;c;aGk=\x07[/]"))
        await settled(pilot)

        assert "[b]" in rows(pilot)[0]
        assert "\x1b" not in rows(pilot)[0]


async def test_the_keys_go_back_to_who_had_them(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "colon", "escape")
        opened = screen(pilot).focused
        await pilot.press("tab", "question_mark", "q")
        closed = screen(pilot).focused

        assert [widget.id for widget in (opened, closed) if widget is not None] == ["reader", "lines"]


async def test_the_palette_while_writing_leaves_the_writing(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "e", *"Gern", "ctrl+p", "escape", *"e", "space", *"geschehen")
        await settled(pilot)

        assert isinstance(pilot.app.screen, TodayScreen)
        assert pilot.app.screen.composer is not None
        assert pilot.app.screen.composer.query_one(TextArea).text == "Gerne geschehen"


async def test_the_log_opens_over_the_screen_and_q_leads_back(shop: House) -> None:
    async with RetconApp(shop, monotonic=ticking()).run_test(size=(80, 24)) as pilot:
        await pilot.press("L")
        await settled(pilot)
        opened = isinstance(pilot.app.screen, LogScreen)
        await pilot.press("q")

        assert opened
        assert isinstance(pilot.app.screen, TodayScreen)


async def test_where_nothing_can_be_seen_nothing_is_done_but_leaving(console: Console) -> None:
    app = console()
    async with app.run_test(size=(44, 16)) as pilot:
        await pilot.press("a", "x", "j")
        held = isinstance(app.screen, TodayScreen) and app.screen.lines.current
        menu = screen(pilot).menu.display
        await pilot.press("q", "q")
        await pilot.pause()

        assert held
        assert held.key == "action:1"
        assert not menu
        assert not app.is_running


async def test_a_sentence_that_is_longer_than_the_screen_takes_more_rows(console: Console) -> None:
    async with console().run_test(size=(45, 20)) as pilot:
        screen(pilot).say("Layla A. approved: leaves in 10 s, which is soon enough for you. u takes it back.")
        await pilot.pause()
        two = screen(pilot).status.size.height, screen(pilot).status.render_line(1).text.strip()
        screen(pilot).say("Short.")
        await pilot.pause()

        assert two == (2, "soon enough for you. u takes it back.")
        assert screen(pilot).status.size.height == 1


# ---- letters of an input method that is still on


async def type_letters(pilot: Pilot[None], letters: str) -> None:
    """As a terminal sends them."""
    for letter in letters:
        pilot.app.post_message(Key(letter, letter))
        await pilot.pause()


@pytest.mark.parametrize("letters", ["чЧ", "чч", "ㅌㅌ", "ｘｘ"])
async def test_menus_understand_letters_of_another_layout(console: Console, letters: str) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await type_letters(pilot, letters[0])
        opened = screen(pilot).menu.display
        await type_letters(pilot, letters[1].lower())

        assert opened
        assert not screen(pilot).menu.display


@pytest.mark.parametrize("letter", ["？", ",", "؟"])
async def test_signs_of_another_layout_are_understood(console: Console, letter: str) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await type_letters(pilot, letter)

        # A comma of ASCII is a comma: on a Russian layout it stands on the key of "?", and nobody can tell.
        assert screen(pilot).verbs.display == (letter != ",")


async def test_help_understands_them_and_what_is_typed_stays_as_it_is(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await type_letters(pilot, "：жо")
        typed = rows(pilot)[0]
        await pilot.press("escape")
        await type_letters(pilot, "？й")

        assert typed.startswith(" : жо")
        assert not screen(pilot).verbs.display


async def test_in_lines_and_messages_letters_are_what_they_are(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "e")
        await type_letters(pilot, "фа？")
        assert isinstance(pilot.app.screen, TodayScreen)
        assert pilot.app.screen.composer is not None
        written = pilot.app.screen.composer.query_one(TextArea).text
        await pilot.press("escape", "p")
        await pilot.pause()
        await type_letters(pilot, "фс")

        assert written == "фа？"
        assert pilot.app.screen.query_one(OneLine).query_one(Input).value == "фс"


async def test_letters_of_a_keyboard_with_accents_say_nothing(console: Console) -> None:
    async with console().run_test(size=(80, 24)) as pilot:
        await type_letters(pilot, "éß")
        quiet = screen(pilot).status.said
        await type_letters(pilot, "好")

        assert "input method" not in quiet
        assert screen(pilot).status.said.startswith("Your input method is on")
