"""The commands of what leaves: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

import pytest

from retcon.desk.house import open_house
from retcon.model.people import Purpose
from retcon.store import outbox
from tests.cli.conftest import Run
from tests.mailserver import Inbox, serving
from tests.outgoing import NOW, customer

FIELDS = {
    *("id", "action_id", "revision", "customer_id", "channel", "to", "state", "rehearsal", "idempotency_key"),
    *("attempts", "not_before", "waits", "next", "approved_at", "sent_at", "delivered_at", "read_at"),
    *("external_id", "error"),
}


def furnish(tmp_path: Path, port: int, *, live: bool = True, messages: int = 2) -> None:
    """A home in which so many messages wait for a server on that port."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(
        f"""
[channels.email]
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Shop <shop@example.com>"

[policy]
live = {str(live).lower()}
undo_seconds = 0
"""
    )
    house = open_house(home)
    for number in range(1, messages + 1):
        house.database.write(lambda tx, number=number: _message(tx, number, rehearsal=not live))
    house.close()


def _message(tx: outbox.Connection, number: int, *, rehearsal: bool) -> None:
    customer(tx, number, f"Buyer {number}")
    outbox.add(
        tx,
        customer_id=number,
        channel="email",
        purpose=Purpose.SERVICE,
        recipient=f"buyer{number}@example.org",
        subject="Your parcel\x1b[2J",
        body="It is on its way.",
        language="en",
        approved_at=NOW,
        not_before=NOW,
        rehearsal=rehearsal,
        key=f"k{number}",
    )


@pytest.fixture
def open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """These customers have no orders; the gate has tests of its own."""
    from retcon.desk import sending

    monkeypatch.setattr(sending.send, "__kwdefaults__", {**sending.send.__kwdefaults__, "judge": lambda *_: ()})


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def document(printed: str) -> Any:
    return json.loads(printed)


def test_the_outbox_in_json_has_the_fields_that_others_rely_on(run: Run, tmp_path: Path) -> None:
    furnish(tmp_path, 1)
    code, printed, _ = run("outbox", "--json")
    found = document(printed)
    assert code == 0
    assert [set(row) for row in found] == [FIELDS, FIELDS]
    assert found[1]["to"] == "buyer1@example.org"
    assert found[1]["not_before"] == "2026-11-20T06:52:00Z"
    assert set(found[1]["waits"]) == {"reason", "until"}
    assert (found[1]["next"], found[1]["error"]) == ("", None)


def test_the_table_shows_words_and_no_control_codes(run: Run, tmp_path: Path) -> None:
    furnish(tmp_path, 1)
    code, printed, _ = run("outbox")
    assert code == 0
    assert "waits" in printed
    assert "queued" not in printed
    assert "\x1b" not in printed


def test_sending_prints_what_became_of_it(run: Run, tmp_path: Path, inbox: Inbox, open_gate: None) -> None:
    with serving(inbox) as port:
        furnish(tmp_path, port)
        assert run("send", "--dry-run")[2] == "2 messages would leave now.\n"
        code, printed, _ = run("send", "--json")
    found = document(printed)
    assert (code, found["sent"], found["waiting"], found["needs_you"]) == (0, 2, 0, False)
    assert [row["external_id"] for row in found["rows"]] == ["<k1@example.com>", "<k2@example.com>"]
    assert len(inbox.envelopes) == 2
    assert run("send")[2] == "0 sent.\n"


def test_what_needs_the_operator_is_exit_code_four(run: Run, tmp_path: Path, inbox: Inbox, open_gate: None) -> None:
    inbox.to_recipient = "550 5.1.1 No such user"
    with serving(inbox) as port:
        furnish(tmp_path, port, messages=1)
        code, _, said = run("send")
        assert (code, said) == (4, "0 sent, 1 failed.\nWhat needs you: retcon outbox\n")
        (row,) = document(run("outbox", "--state", "failed", "--json")[1])
        assert row["error"]["code"] == "550"
        assert "retcon retry 1" in row["next"]
        assert run("retry", "1")[0] == 0
        inbox.to_recipient = None
        assert run("send")[0] == 0
    assert document(run("outbox", "--json")[1])[0]["state"] == "sent"


def test_progress_is_a_line_each_and_the_result_the_last(
    run: Run, tmp_path: Path, inbox: Inbox, open_gate: None
) -> None:
    with serving(inbox) as port:
        furnish(tmp_path, port)
        lines = [json.loads(line) for line in run("send", "--progress")[1].splitlines()]
    assert lines[:2] == [{"what": "messages", "done": number, "total": None} for number in (1, 2)]
    assert lines[2]["result"]["sent"] == 2


def test_holding_letting_go_and_taking_back(run: Run, tmp_path: Path, open_gate: None) -> None:
    furnish(tmp_path, 1, messages=1)
    assert run("hold") == (0, "", "Everything is on hold. Let go with: retcon release\n")
    assert run("hold")[2] == "Everything is on hold already. Let go with: retcon release\n"
    assert run("send") == (0, "", "0 sent, 1 on hold.\n")
    assert run("undo")[2] == "Taken back: everything held.\n"
    assert run("release")[2] == "Nothing was on hold.\n"
    assert run("hold", "1")[0] == run("release", "1")[0] == 0
    assert run("release", "1")[0] == 1
    code, printed, _ = run("undo", "--json")
    assert (code, document(printed)["back"]) == (0, 1)


def test_what_cannot_be_done_is_said_in_a_sentence(run: Run, tmp_path: Path) -> None:
    furnish(tmp_path, 1, messages=1)
    assert run("undo") == (1, "", "retcon: There is nothing to take back.\n")
    assert run("hold", "99")[0] == 1
    assert run("retry", "1") == (
        1,
        "",
        "retcon: Message 1: waits. There is nothing to retry.\n  Look at: retcon outbox\n",
    )
    assert run("resolve", "1")[0] == 2
    assert run("resolve", "1", "--drop")[0] == 1
    assert run("outbox", "--state", "sideways")[0] == 2


def test_why_messages_wait_is_said_after_sending(run: Run, tmp_path: Path, open_gate: None) -> None:
    furnish(tmp_path, 1, live=False)
    code, _, said = run("send")
    assert code == 0
    assert said.startswith("0 sent, 2 waiting.\n2 wait: Practice: ")


def test_a_server_that_is_not_there_is_said_and_nothing_is_lost(run: Run, tmp_path: Path, open_gate: None) -> None:
    furnish(tmp_path, 1)
    code, _, said = run("send")
    assert (code, "can't be reached" in said) == (0, True)
    (first, second) = document(run("outbox", "--json")[1])
    assert first["waits"]["reason"] == second["waits"]["reason"]
    assert "can't be reached" in first["waits"]["reason"]
