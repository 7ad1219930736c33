"""docs/policy.md names every rule of the gate, and only tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TABLE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
# Where verdicts are given.
SPOKEN = [
    *(ROOT / "src/retcon/channels").glob("*.py"),
    ROOT / "src/retcon/desk/gate.py",
    *(ROOT / "src/retcon/retention/playbook").glob("*.py"),
]


def _given(file: Path) -> set[str]:
    """The names of the rules by which the file gives verdicts."""
    found: set[str] = set()
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        named = [word.value for word in call.keywords if word.arg == "rule"] if call.func.id == "Verdict" else []
        named += call.args[:1] if call.func.id in ("yes", "no", "later") else []
        found |= {each.value for each in named if isinstance(each, ast.Constant) and isinstance(each.value, str)}
        found |= {"age" for each in named if isinstance(each, ast.Name) and each.id == "AGE"}
    return found


def test_every_rule_of_the_gate_stands_in_the_table() -> None:
    given = set().union(*map(_given, SPOKEN))
    assert {"consent", "hours", "age", "still_due"} <= given
    assert given == set(re.findall(r"^\| `(\w+)`", TABLE, re.MULTILINE))


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TABLE)
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in (ROOT / file).read_text("utf-8")]
    assert len(named) > 30
    assert missing == []


def test_every_row_names_a_test_and_what_is_law_is_for_counsel() -> None:
    rows = [row for row in TABLE.splitlines() if row.startswith("| `")]
    assert all("::test_" in row for row in rows)
    assert "to be confirmed by your counsel" in TABLE
