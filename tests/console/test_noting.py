"""Notes, tags, hours of one's choice, until they answer, and doing again, at the keys; on a real store."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.demo.mail import Mailroom
from retcon.desk import conversations, notes, tags
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.screens.console import ConsoleScreen
from retcon.widgets.oneline import OneLine
from tests.answering import CONFIG, ORDERS, Desk, open_desk, wrote
from tests.console.conftest import ticking

# Yesterday's first orders, for which parcel notes are due: one fold of three in two languages.
FIRST = """1044,9,2026-11-18,49.00,EUR,clara@example.com,Clara Feld,DE,de,Dinner plate
1045,10,2026-11-18,49.00,EUR,dan@example.com,Dan Hall,US,en,Dinner plate
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Ji-woo in Seoul waits for an answer that is written; it is Friday 10:30 in Berlin, 18:30 there."""
    room = Mailroom()
    opened = open_desk(tmp_path, room, CONFIG.replace("undo_seconds = 0", "undo_seconds = 10"), ORDERS)
    opened.hears(wrote(address="ji-woo@example.com", name="Ji-woo Lim", language="en", body="Where is my bowl?"))
    conversations.write(opened.house, "ji-woo@example.com", "", "It left this morning.")
    yield opened
    opened.house.close()
    room.close()


def said(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app.screen, ConsoleScreen)
    return pilot.app.screen.status.said


def menu(pilot: Pilot[None]) -> list[str]:
    """What the menu offers."""
    assert isinstance(pilot.app.screen, ConsoleScreen)
    strips = pilot.app.screen.menu
    return [strips.render_line(y).text.strip() for y in range(strips.size.height)]


def line(pilot: Pilot[None]) -> str:
    """What stands over the line that is typed."""
    return str(pilot.app.screen.query_one(OneLine).query_one("Label").render())


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press, and wait until no verb is at work any more."""
    for key in keys:
        await pilot.press({" ": "space", ":": "colon"}.get(key, key))
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def console(desk: Desk) -> RetconApp:
    return RetconApp(desk.house, monotonic=ticking())


# ---- notes and tags -------------------------------------------------------------------------------------------


async def test_n_writes_a_note_that_u_takes_back_and_capital_u_writes_again(desk: Desk) -> None:
    def noted() -> list[str]:
        with desk.house.database.read() as tx:
            return [note.words for note in notes.of(tx, [2]).get(2, ())]

    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "n", *"dislikes blue", "enter")
        assert said(pilot) == "Noted on Ji-woo L. u takes it back."
        assert noted() == ["dislikes blue"]
        await press(pilot, "u")
        assert (said(pilot), noted()) == ("Taken back: 1 note.", [])
        await press(pilot, "U")
        assert (said(pilot), noted()) == ("Done again: 1 note.", ["dislikes blue"])
        await press(pilot, "U")
        assert said(pilot).startswith("There is nothing to do again.")


async def test_a_tag_is_new_then_a_letter_and_comes_off_by_the_same(desk: Desk) -> None:
    tags.put(desk.house, [1], "wholesale")
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "#")
        assert menu(pilot) == [
            "Tag Ji-woo L.:" + menu(pilot)[0].removeprefix("Tag Ji-woo L.:"),
            "w #wholesale  n a new one",
        ]
        await press(pilot, "n", *"VIP!")
        assert "is no tag" in line(pilot)
        await press(pilot, "backspace")
        assert line(pilot) == "Enter puts #vip on Ji-woo L.."
        await press(pilot, "enter")
        assert said(pilot) == "#vip put on Ji-woo L. u takes it back."
        await press(pilot, "#")
        assert menu(pilot)[1] == "v take off #vip  w #wholesale  n a new one"
        await press(pilot, "v")
        assert said(pilot) == "#vip taken off Ji-woo L. u takes it back."
        assert tags.known(desk.house) == ("wholesale",)


async def test_a_word_that_is_no_tag_is_refused_in_a_sentence(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "#", *"two words", "enter")
        assert said(pilot).startswith("“two words” is no tag.")
        assert tags.known(desk.house) == ()


# ---- leaves when ----------------------------------------------------------------------------------------------


async def test_w_and_a_letter_approve_it_for_an_hour_there(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "w")
        assert menu(pilot)[1:] == [
            "t tomorrow: Saturday 09:00 there, 01:00 yours",
            "m Monday: Monday 09:00 there, 01:00 yours",
            "e this evening – it is past 18:00 there",
            "o another hour",
        ]
        await press(pilot, "m")
        (row,) = desk.rows()
        assert (row.state, row.waits_reason) == (OutboxState.QUEUED, "You chose Monday 09:00 there.")
        assert said(pilot) == "Ji-woo L. approved. Leaves Monday 09:00 there, 01:00 yours. u takes it back."
        await press(pilot, "u")
        assert desk.item("unanswered").action.state is ActionState.DUE
        await press(pilot, "U")
        assert [again.chosen_at for again in desk.rows()] == [row.chosen_at] * 2


async def test_another_hour_is_understood_as_it_is_typed(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "w", "o", *"mon x")
        assert line(pilot) == "“mon x” is no hour ahead."
        await press(pilot, "backspace", "7")
        assert line(pilot) == "Leaves Monday 07:00 there, Sunday 23:00 yours. Enter keeps it."
        await press(pilot, "enter")
        assert said(pilot) == (
            "Ji-woo L. approved. You chose Monday 07:00 there; then it is 07:00 in Seoul."
            " Leaves Monday 08:00 there, 00:00 yours. u takes it back."
        )


async def test_what_is_no_hour_or_too_late_approves_nothing(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "w", "o", *"soon", "enter")
        assert said(pilot).startswith("“soon” is no hour ahead.")
        await press(pilot, "w", "o", *"2027-10-01", "enter")
        assert "Ji-woo L. not approved: It is of use until" in said(pilot)
        assert desk.rows() == []
        assert desk.item("unanswered").customer.name == "Ji-woo Lim"


async def test_the_gate_has_the_last_word_on_the_hour(tmp_path: Path) -> None:
    room = Mailroom()
    desk = open_desk(tmp_path, room, orders=ORDERS + FIRST)
    desk.hears()
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "l", "j", "w", "o", *"mon 3", "enter")
        (row,) = desk.rows()
        assert row.not_before > (row.chosen_at or row.not_before)
        assert row.waits_reason in said(pilot)
    desk.house.close()
    room.close()


async def test_of_several_each_leaves_at_its_own_place(tmp_path: Path) -> None:
    room = Mailroom()
    desk = open_desk(tmp_path, room, orders=ORDERS + FIRST)
    desk.hears()
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "l", "j", "space", "space", "w")
        assert "t tomorrow 09:00, each at their place" in " ".join(menu(pilot))
        await press(pilot, "m")
        hours = sorted(row.chosen_at for row in desk.rows() if row.chosen_at)
        assert len(hours) == 2
        assert hours[1] - hours[0] >= timedelta(hours=5)
        assert said(pilot) == "2 approved: they leave from Monday 09:00 on. u takes all 2 back."
    desk.house.close()
    room.close()


# ---- until they answer ----------------------------------------------------------------------------------------


async def test_what_waits_for_an_answer_stays_away_until_there_is_one(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "s", "a")
        assert said(pilot) == "Ji-woo L.: shown again when they write, or after 30 days. u takes it back."
        assert desk.items() == []
        desk.hears(wrote("2", ago=timedelta(minutes=1), address="ji-woo@example.com", name="Ji-woo Lim", body="Hello?"))
        assert desk.item().action.state is ActionState.DUE
