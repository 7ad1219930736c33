"""The commands of conversations: what they print, and how they end."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon import clock
from retcon.desk import refresh
from retcon.desk.house import open_house
from retcon.model.conversations import Direction, IncomingFile
from retcon.model.orders import OrderState, ShopOrder
from retcon.sync import intake
from tests.answering import CONFIG, wrote
from tests.cli.conftest import Run

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home in which Anna has bought, and written twice: with a file, and below it what she quotes."""
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG)
    house = open_house(folder)
    now = clock.now()
    bought = ShopOrder(
        source_id="7",
        number="1042",
        placed_at=now - 30 * DAY,
        state=OrderState.PAID,
        currency="EUR",
        total_minor=4900,
        email="anna@example.com",
        name="Anna Berg",
        country="DE",
    )
    photo = IncomingFile(name="photo.jpg", media_type="image/jpeg", size=4, content=b"\xff\xd8\xff\xe0")
    first = wrote("1", at=now - 2 * HOUR, files=(photo,), body="Wo ist mein Teller?\x1b[31m")
    second = wrote("2", at=now - HOUR, body="Hallo?", quoted="> Sehr geehrte Frau Berg\n> wir prüfen das")
    context = refresh.context(house)
    house.database.write(lambda tx: intake.keep(tx, "mail", (bought, first, second), "EUR", context))
    refresh.refresh(house)
    house.close()
    return folder


def loaded(run: Run, *words: str) -> Any:
    """The JSON document of a command that ends well."""
    code, out, _ = run(*words, "--json")
    assert code == 0
    return json.loads(out)


def test_the_inbox_says_who_waits_since_when_and_what_they_say(run: Run, home: Path) -> None:
    code, out, err = run("inbox")
    assert code == 0
    assert "Anna Berg" in out
    assert "2 hours" in out
    assert "2 messages. Hallo?" in out
    assert "retcon thread ID" in err


def test_the_inbox_as_json_has_plain_names(run: Run, home: Path) -> None:
    (entry,) = loaded(run, "inbox")
    assert entry["customer_name"] == "Anna Berg"
    assert (entry["thread"], entry["medium"], entry["unanswered"], entry["old"]) == (1, "email", 2, False)
    assert (entry["complaint"], entry["broken_promise"], entry["words"]) == (None, None, "Hallo?")
    assert entry["waiting_since"].endswith("Z")


def test_an_empty_inbox_is_a_sentence(run: Run, home: Path) -> None:
    run("done", "1")
    assert run("inbox") == (0, "", "Nobody waits for an answer.\n")
    assert loaded(run, "inbox") == []


def test_a_thread_is_shown_as_it_was_written_and_harmless(run: Run, home: Path) -> None:
    code, out, _ = run("thread", "1")
    assert code == 0
    assert "Wo ist mein Teller?" in out
    assert "\x1b" not in out
    assert "[2 quoted lines: --all]" in out
    assert "[photo.jpg, 0.0 kB: " in out
    path = Path(out.split("kB: ")[1].split("]")[0])
    assert path.read_bytes() == b"\xff\xd8\xff\xe0"
    assert "> wir prüfen das" in run("thread", "1", "--all")[1]


def test_a_thread_as_json_is_whole(run: Run, home: Path) -> None:
    found = loaded(run, "thread", "1")
    first, second = found["messages"]
    assert first["body"] == "Wo ist mein Teller?\x1b[31m"
    assert first["files"][0]["name"] == "photo.jpg"
    assert (second["quoted"], second["direction"]) == ("> Sehr geehrte Frau Berg\n> wir prüfen das", Direction.IN)
    assert found["action_id"] is not None


def test_what_a_terminal_obeys_is_escaped_in_json(run: Run, home: Path) -> None:
    house = open_house(home)
    evil = wrote("3", at=clock.now() - HOUR, body="Hallo\x9b31m\u202eknil")
    house.database.write(lambda tx: intake.keep(tx, "mail", (evil,), "EUR", refresh.context(house)))
    house.close()
    _, out, _ = run("thread", "1", "--json")
    assert "\\u009b31m\\u202eknil" in out
    assert json.loads(out)["messages"][-1]["body"] == "Hallo\x9b31m\u202eknil"


@pytest.mark.parametrize("words", ["thread {}", "promise anna@example.com --by friday --thread {}", "skip {} --why x"])
def test_a_number_that_is_none_of_ours_is_told_in_a_sentence(run: Run, home: Path, words: str) -> None:
    code, _, err = run(*words.format("9" * 20).split())
    assert (code, "is not in the range" in err) == (2, True)


def test_an_answer_is_approved_and_taken_back(run: Run, home: Path) -> None:
    code, _, err = run("reply", "thread:1", "--text", "Er ist unterwegs.")
    assert code == 0
    assert err.startswith("Approved, by e-mail.")
    (row,) = loaded(run, "outbox")
    assert (row["to"], row["state"]) == ("anna@example.com", "queued")
    assert run("undo")[2] == "Taken back: 1.\n"
    (item,) = loaded(run, "today")
    assert (item["thread"], item["body"]) == (1, "Er ist unterwegs.")


def test_an_answer_by_the_customers_name_says_what_was_approved_as_json(run: Run, home: Path) -> None:
    done = loaded(run, "reply", "anna@example.com", "--channel", "email", "--text", "Gleich.", "--subject", "Teller")
    assert len(done["approved"]) == 1
    assert done["refused"] == []


def test_what_may_not_leave_is_refused_and_the_words_are_kept(run: Run, home: Path) -> None:
    run("customer", "anna@example.com", "leave-alone")
    code, _, err = run("reply", "thread:1", "--text", "Trotzdem.")
    assert code == 1
    assert "Not approved: " in err
    assert "The words are kept" in err


def test_all_that_is_due_is_approved_apart_from_what_has_no_words(run: Run, home: Path) -> None:
    (item,) = loaded(run, "today")
    assert "no" in [verdict["answer"] for verdict in item["verdicts"]]
    assert loaded(run, "approve", "--all")["approved"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("thread", "9"), 1, "There is no conversation 9."),
        (("thread", "x"), 2, "not a valid integer"),
        (("done", "9"), 1, "There is no conversation 9."),
        (("done", "anna"), 2, "is no conversation"),
        (("done", "complaint:9"), 1, "no open complaint 9"),
        (("reply", "thread:1", "--text", " "), 1, "without words"),
        (("reply", "anna@example.com", "--channel", "pigeon", "--text", "x"), 2, "no [channels.pigeon]"),
        (("reply", "thread:1", "--text", "x", "--attach", "/nowhere"), 1, "can't be read"),
        (("promise", "anna@example.com"), 2, "Until when"),
        (("promise", "anna@example.com", "--by", "soon"), 2, "is no day ahead"),
        (("promise", "Anna", "Berg", "--by", "3d"), 2, "One customer at a time"),
        (("promise", "keep", "x"), 2, "takes the number"),
        (("promise", "keep", "9"), 1, "no promise 9"),
        (("away", "3d", "--back"), 2, "Away or back?"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    run: Run, home: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ended, out, err = run(*words)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_a_promise_is_marked_listed_kept_and_taken_back(run: Run, home: Path) -> None:
    code, _, err = run("promise", "anna@example.com", "--by", "3d", "--words", "a new lid")
    assert code == 0
    assert err.startswith("Promise 1, by ")
    (made,) = loaded(run, "promises")
    assert (made["words"], made["state"], made["broken"], made["thread"]) == ("a new lid", "open", False, 1)
    assert "a new lid" in run("promises")[1]
    assert run("promise", "keep", "1")[0] == 0
    assert run("promises")[2] == "No promise is open.\n"
    run("undo")
    assert len(loaded(run, "promises")) == 1


def test_an_offer_is_taken_by_another_day(run: Run, home: Path) -> None:
    run("reply", "thread:1", "--text", "Ich melde mich innerhalb von 3 Tagen.")
    (offered,) = loaded(run, "promises")
    assert offered["state"] == "offered"
    assert run("promise", "take", str(offered["id"]), "--by", "2d")[0] == 0
    (taken,) = loaded(run, "promises")
    assert taken["state"] == "open"
    assert taken["due_at"] < offered["due_at"]


def test_being_away_is_said_and_ended(run: Run, home: Path) -> None:
    assert run("away")[2] == "You are here.\n"
    run("promise", "anna@example.com", "--by", "5d")
    assert run("away", "10d")[2].startswith("You are away until ")
    assert "promise" in {item["rule"] for item in loaded(run, "today")}
    assert run("away", "--back")[2] == "You are here.\n"
    assert "promise" not in {item["rule"] for item in loaded(run, "today")}
