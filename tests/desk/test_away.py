"""While the operator is away, what was promised for those days is due before they go."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import away, operations, promises, refresh, today
from retcon.errors import InputError
from tests.answering import MORNING, Desk, open_desk

DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    room = Mailroom()
    opened = open_desk(tmp_path, room)
    yield opened
    opened.house.close()
    room.close()


def test_a_promise_that_falls_into_the_absence_is_due_at_once(desk: Desk) -> None:
    promises.mark(desk.house, "anna@example.com", "", MORNING + 5 * DAY)
    promises.mark(desk.house, "ji-woo@example.com", "", MORNING + 15 * DAY)
    assert desk.items("promise") == []
    away.set_until(desk.house, MORNING + 10 * DAY)
    reason = desk.item("promise").action.reason
    assert reason == "You promised Anna an answer by Wednesday 10:30, and you are away until 30 Nov."
    assert today.load(desk.house).header.away_until == MORNING + 10 * DAY


def test_coming_back_puts_it_on_its_day_again_and_so_does_undo(desk: Desk) -> None:
    promises.mark(desk.house, "anna@example.com", "", MORNING + 5 * DAY)
    away.set_until(desk.house, MORNING + 10 * DAY)
    away.set_until(desk.house, None)
    assert desk.items("promise") == []
    assert operations.undo(desk.house).words == "Taken back: back."
    assert len(desk.items("promise")) == 1
    assert operations.undo(desk.house).words == "Taken back: away."
    assert desk.items("promise") == []


def test_an_absence_that_is_over_is_forgotten(desk: Desk) -> None:
    away.set_until(desk.house, MORNING + DAY)
    desk.later(days=2)
    refresh.refresh(desk.house)
    with desk.house.database.read() as tx:
        assert away.until(tx) is None


def test_nobody_is_away_until_yesterday(desk: Desk) -> None:
    with pytest.raises(InputError, match="over"):
        away.set_until(desk.house, MORNING - DAY)
