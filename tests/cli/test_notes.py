"""The commands for notes and tags: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from retcon.desk.house import open_house
from tests.cli.conftest import Run
from tests.persons import order, take


@pytest.fixture
def run(tmp_path: Path, run: Run) -> Run:
    """Run a command over a home in which Ada is known."""
    (tmp_path / "home").mkdir()
    house = open_house(tmp_path / "home")
    take(house.database, order("1", "ada@example.com", name="Ada King", country="DE"))
    house.close()

    return run


def test_a_note_is_written_read_removed_and_back_again(run: Run) -> None:
    assert run("note", "ada@example.com") == (0, "", "Nothing is noted of Ada King.\n")
    code, out, err = run("note", "ada@example.com", "dislikes", "blue")
    assert (code, out, err) == (0, "", "Noted of Ada King. Take it back with: retcon undo\n")
    _, out, _ = run("note", "ada@example.com", "--json")
    assert [(note["id"], note["words"]) for note in json.loads(out)] == [(1, "dislikes blue")]
    assert "dislikes blue" in run("note", "ada@example.com")[1]
    assert run("note", "ada@example.com", "--remove", "1")[0] == 0
    assert run("note", "ada@example.com", "--remove", "1")[0] == 2
    run("undo")
    code, out, _ = run("customer", "ada@example.com")
    assert (code, "dislikes blue" in out) == (0, True)


def test_a_tag_is_put_on_listed_and_taken_off(run: Run) -> None:
    assert run("tag") == (0, "", "Nobody has a tag.\n")
    assert run("tag", "ada@example.com", "VIP")[2] == "Ada King: vip is put on. Take it back with: retcon undo\n"
    assert run("tag", "ada@example.com", "vip")[2] == "Ada King has the tag vip already.\n"
    assert (run("tag")[1], run("tag", "ada@example.com")[1]) == ("vip\n", "vip\n")
    assert json.loads(run("customer", "ada@example.com", "--json")[1])["tags"] == ["vip"]
    code, out, _ = run("tag", "ada@example.com", "vip", "--off", "--json")
    assert (code, json.loads(out)) == (0, [])


def test_what_is_wrong_is_said_in_a_sentence(run: Run) -> None:
    for words in (("tag", "ada@example.com", "two words"), ("tag", "--off"), ("note", "1", "x", "--remove", "1")):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.startswith("retcon: ")
    assert run("tag", "nobody@example.com", "vip")[0] == 1


def test_hostile_words_reach_no_terminal(run: Run) -> None:
    run("note", "ada@example.com", "red \x1b[31m")
    for words in (("note", "ada@example.com"), ("customer", "ada@example.com")):
        _, out, err = run(*words)
        assert "red" in out
        assert "\x1b" not in out + err
