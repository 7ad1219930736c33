"""retcon import, as a person and a script meet it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

AMBIGUOUS = "customer_id,placed_at,total\n7,03/04/2026,1\n"


def retcon(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "retcon", "import", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def test_what_was_taken_is_said_and_what_was_refused_by_line(file: Path) -> None:
    file.write_text("customer_id,placed_at,total\n7,2026-01-01,1\n" + "7,soon,1\n" * 22)
    done = retcon(str(file))
    assert done.returncode == 3
    assert done.stdout.startswith("23 rows read, 1 taken, 22 refused.\nOrders: 1 new, 0 changed, 0 as before;")
    assert "  line 3: “soon” is no date\n" in done.stderr
    assert done.stderr.endswith("  and 2 more\n")


def test_json_is_one_document_and_a_script_sees_what_was_refused(file: Path) -> None:
    file.write_text("customer_id,placed_at,total\n7,2026-01-01,1\n7,2026-01-02,much\n")
    done = retcon(str(file), "--json")
    assert json.loads(done.stdout) == {
        "read": 2,
        "taken": 1,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "customers": 1,
        "refused": [{"line": 3, "reason": "“much” is no amount"}],
    }


@pytest.mark.parametrize(
    ("content", "options", "code", "says"),
    [
        (AMBIGUOUS, [], 2, "03/04/2026 is 3 April or 4 March"),
        (AMBIGUOUS, ["--map", "total"], 2, "names no column"),
        ("customer_id,placed_at,total\n7,soon,1\n", [], 1, "line 2"),
        ("a,b\n1,2\n", [], 1, "--map placed_at=COLUMN"),
        ("", [], 1, "is empty"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence_and_an_exit_code(
    file: Path, content: str, options: list[str], code: int, says: str
) -> None:
    file.write_text(content)
    done = retcon(str(file), *options)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_on_a_terminal_the_order_of_day_and_month_is_asked_for(file: Path) -> None:
    file.write_text(AMBIGUOUS)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "retcon", "import", str(file)]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    asked = b""
    while b"?" not in asked:
        asked += os.read(ours, 1024)
    os.write(ours, b"m\n")
    told, _ = process.communicate(timeout=30)
    os.close(ours)
    assert "Is 03/04/2026 3 April or 4 March?" in asked.decode()
    assert process.returncode == 0
    assert told.startswith("1 row read, 1 taken.")
