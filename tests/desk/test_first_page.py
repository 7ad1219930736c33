"""The first page of Today, read alone, is the beginning of the whole: the same rows, the same order, the same sums."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import first_page, promises, today
from retcon.desk.house import House
from retcon.desk.today import Today
from retcon.model.playbook import Moment
from retcon.store.database import Connection
from tests.answering import Desk, open_desk, wrote
from tests.outgoing import RULE, furnished, upsert

PARCELS = replace(RULE, id="parcels", moment=Moment.AFTER_DELIVERY)
SILENT = replace(RULE, id="silent", moment=Moment.SLIPPING, personal=True)
ROWS = 10


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    room = Mailroom()
    opened = open_desk(tmp_path, room)
    yield opened
    opened.house.close()
    room.close()


def due(house: House, *, notes: int, parcels: int, silent: int) -> House:
    """A house in which so many are due under each rule, the fewer at stake the later."""

    def write(tx: Connection) -> None:
        number = 0
        for rule, count in ((RULE, notes), (PARCELS, parcels), (SILENT, silent)):
            for _ in range(count):
                number += 1
                upsert(tx, number, f"woo:{number}", rule)
        tx.execute("update actions set stake_minor = 100 * (id * 37 % 50)")

    opened = furnished(house)
    opened.database.write(write)
    return opened


def decisions(board: Today) -> int:
    return sum(len(line.items) or 1 for line in board.lines)


@pytest.mark.parametrize(
    ("notes", "parcels", "silent"), [(0, 0, 30), (7, 0, 30), (7, 7, 30), (1, 7, 9), (3, 60, 0), (0, 0, 0)]
)
def test_it_is_the_beginning_of_the_whole_and_counts_the_rest(
    house: House, notes: int, parcels: int, silent: int
) -> None:
    opened = due(house, notes=notes, parcels=parcels, silent=silent)
    every, page = today.load(opened), first_page.load(opened, ROWS)

    assert page.lines == every.lines[: len(page.lines)]
    assert (page.due, page.done, page.stake_minor, page.header) == (
        every.due,
        every.done,
        every.stake_minor,
        every.header,
    )
    assert decisions(page) + page.unread == decisions(every)
    assert sum(line.stake_minor for line in page.lines) + page.unread_minor == sum(
        line.stake_minor for line in every.lines
    )
    assert len(page.lines) == min(ROWS, len(every.lines)) or page.unread > ROWS


def test_a_small_shop_has_one_page(house: House) -> None:
    opened = due(house, notes=3, parcels=2, silent=4)

    assert first_page.load(opened, ROWS) == today.load(opened)


def test_a_fold_of_more_than_a_page_is_left_to_the_rest(house: House) -> None:
    opened = due(house, notes=60, parcels=0, silent=4)
    page = first_page.load(opened, ROWS)

    assert [line.moment for line in page.lines] == [Moment.SLIPPING] * 4
    assert (page.unread, page.lines) == (60, today.load(opened).lines[:4])


def test_a_promise_that_was_broken_since_stands_on_the_first_page(desk: Desk) -> None:
    promises.mark(desk.house, "anna@example.com", "", promises.parse_day("fri", desk.clock(), "Europe/Berlin"))
    desk.later(days=9)
    desk.hears(
        wrote("k", address="ji-woo@example.com", name="Ji-woo", ago=-timedelta(days=8), subject="x", body="Hello?")
    )
    every, page = today.load(desk.house), first_page.load(desk.house, 1)

    assert page.lines == every.lines[:1]
    assert page.lines[0].items[0].action.urgency == 2
    assert page.unread == len(every.lines) - 1 > 0
