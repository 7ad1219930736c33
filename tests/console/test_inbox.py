"""Inbox at the keys, on a real store: answered, put off, closed, written to, found, and each taken back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.demo.mail import Mailroom
from retcon.desk import conversations
from retcon.desk.inbox import FOUND, LATER, THEIRS, YOURS
from retcon.model.outbox import OutboxState
from retcon.screens.inbox import InboxScreen
from tests.answering import CONFIG, Desk, answered, open_desk, wrote
from tests.console.conftest import ticking

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def desk(tmp_path: Path, mail: Mailroom) -> Iterator[Desk]:
    """Anna and Bea wait for an answer, Cem was answered in another program; long ago, Dora asked about a vase."""
    config = CONFIG.replace("undo_seconds = 0", "undo_seconds = 10") + '\n[channels.tg]\nkind = "telegram"\n'
    opened = open_desk(tmp_path, mail, config)
    opened.hears(
        wrote("1", ago=30 * HOUR),
        wrote("2", ago=9 * HOUR, address="bea@example.com", name="Bea Klein", subject="Kanne", body="Ist sie dicht?"),
        wrote("3", ago=50 * HOUR, address="cem@example.com", name="Cem Ay", subject="Glas", body="Wann kommt es?"),
        answered("4", ago=40 * HOUR, address="cem@example.com", subject="Re: Glas", body="Morgen."),
        wrote("5", ago=90 * DAY, address="dora@example.com", name="Dora Rot", subject="Vase", body="Eine große Vase?"),
        answered("6", ago=89 * DAY, address="dora@example.com", subject="Re: Vase", body="Leider nein."),
    )
    yield opened
    opened.house.close()


def console(desk: Desk) -> RetconApp:
    return RetconApp(desk.house, monotonic=ticking())


def screen(pilot: Pilot[None]) -> InboxScreen:
    assert isinstance(pilot.app.screen, InboxScreen)
    return pilot.app.screen


def said(pilot: Pilot[None]) -> str:
    return screen(pilot).status.said


def read(pilot: Pilot[None]) -> str:
    """All that the reader holds."""
    page = screen(pilot).reader.page
    return "\n".join("".join(part for part, _ in row).rstrip() for row in (*page.head, *page.body, *page.foot))


def listed(pilot: Pilot[None]) -> dict[str, list[str]]:
    """Who stands in each group that is shown, in the order of the list."""
    found: dict[str, list[str]] = {}
    for entry in screen(pilot).list.entries:
        if entry.line is not None:
            found.setdefault(entry.line.heading, []).append(entry.line.items[0].customer.name.split()[0])
    return found


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press, and wait until no verb and no reading is at work any more."""
    for key in keys:
        await pilot.press(key)
    for _ in range(2):  # a verb is followed by a reading
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def look(pilot: Pilot[None]) -> None:
    """What the screen does by itself every other second."""
    screen(pilot).changed()
    await press(pilot)


async def test_who_waits_for_whom_and_what_they_said(desk: Desk) -> None:
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "3")
        facts = screen(pilot).facts
        assert facts is not None

        assert listed(pilot) == {YOURS: ["Anna", "Bea"], THEIRS: ["Cem"]}
        assert screen(pilot).header_state(facts).said == "2 wait for you · 1 for them"
        assert "Guten Tag, wo ist mein Teller?" in read(pilot)
        await press(pilot, "G")
        assert "You answered Wednesday 18:30 in another program. Nothing of theirs waits." in read(pilot)
        assert "Nothing more is written: e writes." in read(pilot)


async def test_an_answer_is_written_approved_and_stands_where_it_is_awaited(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "e", *"Bald", "escape")
        kept = said(pilot)
        await press(pilot, "a")
        gone = listed(pilot)
        await look(pilot)

        assert kept == "Anna B.: your words are kept. a approves them, u takes them back."
        assert gone == {YOURS: ["Bea"], THEIRS: ["Cem"]}
        assert listed(pilot) == {YOURS: ["Bea"], THEIRS: ["Anna", "Cem"]}
        assert said(pilot).startswith("Anna B. approved: leaves in")
        await press(pilot, "u")
        assert listed(pilot) == {YOURS: ["Anna", "Bea"], THEIRS: ["Cem"]}
        assert [row.state for row in desk.rows()] == [OutboxState.WITHDRAWN]


async def test_opened_it_stays_until_it_is_done_with(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "e", *"Bald", "escape", "enter", "a")
        await look(pilot)
        stays = screen(pilot).shown_item
        await press(pilot, "p", *"thu", "enter")
        promised = said(pilot)
        await press(pilot, "d")

        assert stays is not None
        assert stays.customer.name == "Anna Berg"
        assert promised.startswith("Promised to Anna, by Thursday.")
        assert listed(pilot)[YOURS] == ["Bea"]


async def test_d_closes_and_s_puts_off_and_u_takes_each_back(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "d")
        closed = desk.thread(1).waiting_since
        await press(pilot, "s", "t")
        await look(pilot)
        later = listed(pilot)
        await press(pilot, "u", "u")

        assert closed is None
        assert later == {THEIRS: ["Cem"], LATER: ["Bea"]}
        assert listed(pilot) == {YOURS: ["Anna", "Bea"], THEIRS: ["Cem"]}


async def test_where_nothing_is_due_verbs_say_so_and_r_writes(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "G")
        for key in "xsd":
            await press(pilot, key)
            assert said(pilot) == "Cem A.: nothing is due here. r writes, p promises."
        await press(pilot, "a")
        assert said(pilot) == "Cem A.: no answer is written yet. e writes it."
        await press(pilot, "r", *"Ist es da?".replace(" ", "").replace("?", ""), "escape")

        assert listed(pilot)[YOURS] == ["Anna", "Bea", "Cem"]
        item = screen(pilot).shown_item
        assert item is not None
        assert (item.customer.name, item.action.draft.body, item.action.thread_id) == ("Cem Ay", "Istesda", 3)


async def test_any_conversation_is_found_by_its_words(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "/", *"vase")
        await pilot.pause(0.3)
        await press(pilot)
        found = listed(pilot)
        await press(pilot, "enter")
        shown = read(pilot)
        await press(pilot, "escape")

        assert found == {FOUND: ["Dora"]}
        assert "Eine große Vase?" in shown
        assert listed(pilot) == {YOURS: ["Anna", "Bea"], THEIRS: ["Cem"]}


async def test_another_way_for_what_nobody_has_written_is_written_at_once(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "G", "c", "e", *"Hallo", "escape")

        item = screen(pilot).shown_item
        assert item is not None
        assert (item.customer.name, item.action.draft.body, item.action.draft.channel) == ("Cem Ay", "Hallo", "email")


async def test_what_comes_in_is_news_and_moves_nothing(desk: Desk) -> None:
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3", "j")
        desk.hears(wrote("7", ago=HOUR, address="eva@example.com", name="Eva Blau", subject="Hallo"))
        await look(pilot)
        before, news = listed(pilot), said(pilot)
        await press(pilot, "full_stop")

        assert before == {YOURS: ["Anna", "Bea"], THEIRS: ["Cem"]}
        assert news == "1 new: . loads."
        assert listed(pilot)[YOURS] == ["Anna", "Bea", "Eva"]
        assert screen(pilot).shown_item is not None
        assert screen(pilot).shown_item.customer.name == "Bea Klein"  # type: ignore[union-attr]


async def test_nobody_waits(desk: Desk) -> None:
    for thread in (1, 2):
        conversations.close(desk.house, thread)
    desk.later(days=15)
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "3")

        assert screen(pilot).empty_words() == ("Nobody waits for an answer. / finds what was said in any conversation.")
