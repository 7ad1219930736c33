"""Texts of one's own at the keys: put in by a number, filled in, held back where a field is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from tests.answering import CONFIG, ORDERS, Desk, open_desk, wrote
from tests.console.test_answering import console, press, read, said, screen


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    mail = Mailroom()
    opened = open_desk(tmp_path, mail, CONFIG.replace("undo_seconds = 0", "undo_seconds = 10"), ORDERS)
    yield opened
    opened.house.close()
    mail.close()


def _write(desk: Desk, name: str, body: str) -> None:
    file = desk.house.settings.places.config / "texts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(body, encoding="utf-8")


async def test_a_text_by_its_number_is_an_answer_in_four_keys_with_the_operators_language_beside(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "semicolon", "1")
        opened = screen(pilot.app).writing
        told = said(pilot)
        await press(pilot, "escape")
        draft = desk.item().action.draft
        await press(pilot, "a")

        assert opened
        assert told.startswith("“late parcel” in German")
        assert draft.body.startswith("Guten Tag Anna Berg,\n\nes tut mir leid, dass Ihre Bestellung")
        assert draft.operator_body.startswith("Hello Anna,\n\nI am sorry that your order")
        assert [row.body for row in desk.rows()] == [draft.body]


async def test_while_writing_a_text_goes_behind_what_is_written(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", *"Moin", "ctrl+t")
        menu = screen(pilot.app).menu.display
        await press(pilot, "4")
        await press(pilot, *"PS", "colon", "space", "escape")

        body = desk.item().action.draft.body
        assert menu
        assert body.startswith("Moin\n\nPS: Guten Tag Anna Berg,\n\nvielen Dank")
        # The words of the operator's own are in one language only, so nothing stands beside them.
        assert desk.item().action.draft.operator_body == ""


async def test_semicolons_and_digits_are_only_letters_while_one_writes(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", "semicolon", "1", "escape")

        assert desk.item().action.draft.body == ";1"


async def test_a_menu_that_is_closed_leaves_the_writing_as_it_was(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "e", *"Ja", "ctrl+t", "escape", *"wohl", "escape")

        assert desk.item().action.draft.body == "Jawohl"


async def test_what_is_not_known_is_said_and_the_message_cannot_leave(desk: Desk) -> None:
    _write(desk, "en/0-where.txt", "It is at {arrived}, parcel {parcel}.")
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "semicolon", "1")
        told = said(pilot)
        await press(pilot, "escape", "a")

        assert told == (
            "“where” in English: nothing is known for {arrived} and {parcel}."
            " Write it yourself; it can't leave like this."
        )
        assert desk.rows() == []
        assert "{arrived} and {parcel} still stand in the text. e edits it." in read(pilot)


async def test_what_a_terminal_obeys_never_comes_out_of_a_file(desk: Desk) -> None:
    _write(desk, "de/0-odd.txt", "Guten Tag\x1b]52;c;aGk=\x07 [b]\u202e")
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "semicolon", "1", "escape")

        assert desk.item().action.draft.body == "Guten Tag\ufffd]52;c;aGk=\ufffd [b]\ufffd"


async def test_a_mistake_in_a_file_is_told_and_nothing_opens(desk: Desk) -> None:
    _write(desk, "en/mine.txt", "{parcell}")
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "semicolon")

        assert "{parcell} is no field." in said(pilot)
        assert not screen(pilot.app).menu.display
