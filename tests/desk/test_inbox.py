"""The inbox: who waits for the operator and in which order, whose answer is awaited, what is put off, what is found."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import conversations, drafts, inbox, promises
from retcon.desk import outbox as outboxes
from retcon.desk.inbox import LATER, THEIRS, YOURS, Conversation, Inbox
from retcon.model.conversations import SourceMessage
from retcon.model.outbox import OutboxState
from retcon.store import outbox
from retcon.store.transitions import Event
from tests.answering import CONFIG, Desk, answered, open_desk, wrote

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def desk(tmp_path: Path, mail: Mailroom) -> Iterator[Desk]:
    opened = open_desk(tmp_path, mail, CONFIG.replace("undo_seconds = 0", "undo_seconds = 10"))
    yield opened
    opened.house.close()


def groups(board: Inbox) -> dict[str, list[str]]:
    """Who stands in which group, in order."""
    found: dict[str, list[str]] = {}
    for line in board.lines:
        found.setdefault(line.heading, []).append(line.items[0].customer.name)
    return found


def only(desk: Desk) -> Conversation:
    """The one conversation that there is."""
    (line,) = inbox.load(desk.house).lines
    assert isinstance(line, Conversation)
    return line


def of(number: int, name: str, ago: timedelta, **facts: Any) -> SourceMessage:
    """A mail from somebody new, of that day."""
    address = f"{name.lower()}@example.com"
    return wrote(str(number), ago=ago, address=address, name=name, subject=f"Question {number}", **facts)


def test_the_unhappy_come_first_then_who_has_waited_longest(desk: Desk) -> None:
    desk.hears(
        of(1, "Bea", 3 * HOUR),
        of(2, "Cem", 9 * HOUR),
        of(3, "Dora", HOUR, body="Die Tasse ist kaputt, ich will mein Geld zurück!"),
    )

    assert groups(inbox.load(desk.house)) == {YOURS: ["Dora", "Cem", "Bea"]}


def test_a_row_has_the_whole_conversation_and_the_answer_that_is_due(desk: Desk) -> None:
    desk.hears(wrote("1", ago=50 * HOUR), answered("2", ago=40 * HOUR), wrote("3", ago=2 * HOUR))
    line = only(desk)

    assert [message.body[:5] for message in line.items[0].said] == ["Guten", "Unter", "Guten"]
    assert line.items[0].action.id == desk.item().action.id
    assert line.since == desk.thread().waiting_since


def test_who_was_answered_waits_for_nothing_and_says_where(desk: Desk) -> None:
    desk.hears(wrote("1", ago=50 * HOUR), answered("2", ago=40 * HOUR))
    line = only(desk)

    assert (line.heading, line.elsewhere) == (THEIRS, True)
    assert (line.items[0].action.id, line.items[0].action.thread_id) == (0, 1)
    desk.later(days=14)
    assert inbox.load(desk.house).lines == ()


def test_an_approved_answer_is_awaited_and_one_that_failed_is_not(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Unterwegs!")
    under_way = only(desk)
    desk.house.database.write(lambda tx: outbox.move(tx, 1, Event.CLAIM, desk.house.now(), owner="me"))
    desk.house.database.write(
        lambda tx: outbox.move(tx, 1, Event.REFUSED, desk.house.now(), error_text="The address doesn't exist.")
    )
    failed = only(desk)

    assert (under_way.heading, under_way.answer and under_way.answer.state) == (THEIRS, OutboxState.QUEUED)
    assert (failed.heading, failed.answer and failed.answer.state) == (YOURS, OutboxState.FAILED)


def test_what_is_put_off_comes_back_on_its_day(desk: Desk) -> None:
    desk.hears(wrote())
    until = desk.house.now() + 2 * DAY
    drafts.snooze(desk.house, [desk.item().action.id], until)
    put_off = only(desk)
    desk.later(days=2, seconds=1)

    assert (put_off.heading, put_off.until) == (LATER, until.replace(microsecond=0))
    assert only(desk).heading == YOURS


def test_a_promise_that_is_due_is_a_conversation_too(desk: Desk) -> None:
    desk.hears(wrote("1", ago=50 * HOUR), answered("2", ago=40 * HOUR))
    promises.mark(desk.house, "anna@example.com", "a new plate", desk.house.now() + HOUR, 1)
    desk.later(hours=2)
    line = only(desk)

    assert line.heading == YOURS
    assert line.items[0].action.anchor.startswith("promise:")


def test_an_answer_of_ones_own_that_is_kept_is_due_in_its_conversation(desk: Desk) -> None:
    desk.hears(wrote("1", ago=50 * HOUR), answered("2", ago=40 * HOUR))
    kept = conversations.write(desk.house, "thread:1", "", "Ist alles gut angekommen?")

    assert (only(desk).heading, only(desk).items[0].action.id) == (YOURS, kept)


def test_being_done_takes_it_off(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.close(desk.house, 1)

    assert inbox.load(desk.house).lines == ()


def test_who_was_let_wait_for_a_month_is_counted_alone(desk: Desk) -> None:
    desk.hears(wrote())
    desk.later(days=31)
    board = inbox.load(desk.house)

    assert (board.lines, board.old) == ((), 1)


def test_any_conversation_is_found_by_its_words_also_where_it_waits_for_nothing(desk: Desk) -> None:
    desk.hears(wrote("1", ago=90 * DAY), answered("2", ago=89 * DAY), of(3, "Bea", HOUR, body="Danke!"))
    (found,) = inbox.search(desk.house, "teller woche")

    assert (found.heading, found.items[0].customer.name) == (inbox.FOUND, "Anna Berg")
    assert inbox.search(desk.house, "teller woche", [found.thread_id]) == ()


def test_the_first_look_reads_the_first_and_counts_the_rest(desk: Desk) -> None:
    desk.hears(*(of(number, f"Guest{number}", number * HOUR) for number in range(1, 16)))
    first, whole = inbox.load(desk.house, 10), inbox.load(desk.house)

    assert [line.key for line in first.lines] == [line.key for line in whole.lines[: len(first.lines)]]
    assert (first.yours, first.unread, len(first.lines) + first.unread) == (15, whole.yours - len(first.lines), 15)


def test_on_hold_an_answer_says_when_it_would_leave(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Unterwegs!")
    outboxes.hold(desk.house, 1)
    line = only(desk)

    assert line.answer is not None
    assert line.answer.state is OutboxState.HELD
