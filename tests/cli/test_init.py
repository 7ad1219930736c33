"""retcon init: from a file of answers, and where there is nobody to ask."""

import json
import os
import pty
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from retcon import clock
from tests import firstorders

DOCS = Path(__file__).parent.parent.parent / "docs" / "first-run.md"
ANSWERS = """\
[file]
path = "orders.csv"

[shop]
name = "Northlight Goods"
address = "Street 1, 04109 Town"

[policy]
test_addresses = ["nora@example.com"]
"""


def retcon(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "retcon", "--home", str(home), *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **more},
    )


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    firstorders.write(tmp_path / "orders.csv", clock.now())
    file = tmp_path / "answers.toml"
    file.write_text(ANSWERS)
    return file


def test_a_file_of_answers_ends_with_three_names(tmp_path: Path, answers: Path) -> None:
    done = retcon(tmp_path / "home", "init", "--from", str(answers))
    assert done.returncode == 0, done.stderr
    first, *names = done.stdout.splitlines()
    assert first.startswith("5 customers, 2 due, €")
    assert names[0] == "  Ada Berg, 9 orders, €1,295: silent 71 days, usually 30"
    assert len(names) == 3
    written = tomllib.loads((tmp_path / "home" / "config.toml").read_text())
    assert written["shop"] == {
        "name": "Northlight Goods",
        "currency": "EUR",
        "timezone": written["shop"]["timezone"],
        "country": written["shop"]["country"],
        "language": written["shop"]["language"],
        "address": "Street 1, 04109 Town",
    }
    assert written["policy"] == {"live": False, "test_addresses": ["nora@example.com"]}
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert not (tmp_path / "home" / "first_run.json").exists()


def test_as_json_it_is_one_document(tmp_path: Path, answers: Path) -> None:
    done = retcon(tmp_path / "home", "init", "--from", str(answers), "--json")
    told = json.loads(done.stdout)
    assert (told["orders"], told["customers"], told["due"], told["refused"]) == (19, 5, 2, 0)
    assert told["names"][0]["name"] == "Ada Berg"
    assert "mailbox" in told["next"]
    assert "practice" not in told["next"]


def test_the_answers_in_the_docs_are_taken_also_with_what_is_commented_out(tmp_path: Path, answers: Path) -> None:
    written = DOCS.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    options = re.sub(r"^# (currency|dates)", r"\1", written, flags=re.MULTILINE)
    assert options.count("\n#") < written.count("\n#")
    answers.write_text(options)
    done = retcon(tmp_path / "home", "init", "--from", str(answers))
    assert done.returncode == 0, done.stderr


def test_settings_that_are_there_stay_as_they_are(tmp_path: Path, answers: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text("# mine\n")
    done = retcon(home, "init", "--from", str(answers))
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (home / "config.toml").read_text() == "# mine\n"


def test_lines_that_cannot_be_taken_are_named_and_the_exit_code_says_so(tmp_path: Path, answers: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(orders.read_text() + "9,Eve,eve@example.com,soon,1,EUR,DE,Mug\n")
    done = retcon(tmp_path / "home", "init", "--from", str(answers))
    assert done.returncode == 3
    assert "line 21: “soon” is no date" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "right", "code", "says"),
    [
        ('path = "orders.csv"', 'path = "none.csv"', 1, "There is no such file."),
        ("[file]", "[files]", 2, "Write [file] or [woocommerce]."),
        ("test_addresses", "live = true\ntest_addresses", 2, "nothing goes live here"),
        ('name = "Northlight Goods"', "", 1, "Your shop's name is missing."),
        ('name = "Northlight Goods"', 'name = "N"\ntimezone = "Berlin"', 2, "shop.timezone"),
        ("[shop]", "[shop", 2, "answers.toml:4"),
    ],
)
def test_a_wrong_answer_is_a_sentence_and_nothing_is_set_up(
    tmp_path: Path, answers: Path, wrong: str, right: str, code: int, says: str
) -> None:
    answers.write_text(ANSWERS.replace(wrong, right, 1))
    done = retcon(tmp_path / "home", "init", "--from", str(answers))
    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr
    assert not (tmp_path / "home" / "config.toml").exists()


def test_a_question_that_nobody_is_there_to_answer_says_where_its_answer_goes(tmp_path: Path, answers: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer_id,placed_at,total\n7,03/04/2026,1\n")
    done = retcon(tmp_path / "home", "init", "--from", str(answers))
    assert done.returncode == 1
    assert 'dates = "dmy" or "mdy"' in done.stderr


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    done = retcon(tmp_path / "home", "init")
    assert done.returncode == 2
    assert "retcon init --from FILE" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_console_without_a_terminal_still_lists_what_is_due(tmp_path: Path) -> None:
    assert retcon(tmp_path / "home").returncode == 0


def on_a_terminal(home: Path, keys: bytes, until: bytes, **more: str) -> tuple[int, bytes]:
    """Its exit code and all that it wrote; the keys are typed once the words stand there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "retcon", "--home", str(home)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **more},
    )
    os.close(theirs)
    told = b""
    try:
        while until not in told:
            told += os.read(ours, 65536)
        os.write(ours, keys)
        while True:
            told += os.read(ours, 65536)
    except OSError:  # it has ended
        pass
    os.close(ours)
    return process.wait(20), told


def test_a_new_home_opens_with_the_first_question_and_q_says_how_to_go_on(tmp_path: Path) -> None:
    code, told = on_a_terminal(tmp_path / "home", b"q", b"look around")
    assert code == 0
    assert b"Go on with: retcon" in told


def test_a_terminal_that_cannot_be_drawn_on_is_told_what_to_do(tmp_path: Path) -> None:
    code, told = on_a_terminal(tmp_path / "home", b"", b"retcon: ", TERM="dumb")
    assert code == 1
    assert b"retcon init --from FILE" in told


def test_a_home_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, told = on_a_terminal(tmp_path / "file" / "home", b"", b"retcon: ")
    assert code == 1
    assert b"cannot be written" in told
