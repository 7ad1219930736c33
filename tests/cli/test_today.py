"""Approving for an hour of one's choice and putting off until somebody answers, from the command line."""

import json
from pathlib import Path

import pytest

from retcon.desk.house import open_house
from tests.answering import CONFIG, MORNING, Desk, open_desk, wrote
from tests.cli.conftest import Run
from tests.outgoing import Clock


@pytest.fixture
def run(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a Friday at 10:30, over a home in which Anna's question has an answer that isn't approved."""
    from retcon.demo.mail import Mailroom
    from retcon.desk import conversations

    room = Mailroom()
    desk: Desk = open_desk(tmp_path, room, CONFIG)
    desk.hears(wrote())
    conversations.write(desk.house, "anna@example.com", "", "Es ist unterwegs.")
    desk.house.close()
    room.close()
    monkeypatch.setattr(open_house, "__kwdefaults__", {**open_house.__kwdefaults__, "now": Clock(MORNING)})

    return run


def due(run: Run) -> str:
    (item,) = json.loads(run("today", "--json")[1])
    return str(item["id"])


def test_an_answer_leaves_at_the_hour_that_was_chosen(run: Run) -> None:
    code, _, err = run("approve", due(run), "--when", "mon 9")
    assert code == 0
    assert err == ("1 message approved: 1 later. Send with: retcon send\nIt leaves Monday 09:00 at the earliest.\n")
    (row,) = json.loads(run("outbox", "--json")[1])
    assert row["waits"] == {"reason": "You chose Monday 09:00.", "until": "2026-11-23T08:00:00Z"}


def test_an_hour_that_is_none_or_too_late_is_said(run: Run) -> None:
    code, _, err = run("approve", due(run), "--when", "soon")
    assert (code, err) == (
        2,
        "retcon: “soon” is no hour ahead.\n  Say 9, 18:30, tomorrow, mon 9 or 2026-12-01 10:00.\n",
    )
    code, _, err = run("approve", due(run), "--when", "2027-11-01")
    assert code == 1
    assert "only." in err


def test_what_waits_for_an_answer_is_put_off(run: Run) -> None:
    code, _, err = run("snooze", due(run), "--until", "answer")
    assert (code, err) == (
        0,
        "1 action put off until they answer, 30 days at most. Take it back with: retcon undo\n",
    )
    assert json.loads(run("today", "--json")[1]) == []
