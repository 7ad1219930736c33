"""retcon consent: the ledger as it is printed, lines, and what is refused; the questions after an import."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

CONFIG = """
[shop]
timezone = "Europe/Berlin"
[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Shop <shop@example.com>"
"""
ORDERS = """order_id,customer_id,placed_at,total,email,name,country
1,7,2026-11-01,49.00,anna@example.com,Anna Berg,DE
2,8,2026-11-01,49.00,bob@example.com,Bob Hill,US
"""


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> tuple[int, str, str]:
    """A home with two buyers; what importing them printed."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.toml").write_text(CONFIG)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return run("import", str(tmp_path / "orders.csv"))


LINE = ("--channel", "email", "--purpose", "marketing", "--state", "granted", "--how", "at the fair")


@pytest.mark.usefixtures("shop")
def test_the_ledger_says_what_is_in_force_and_why(run: Run) -> None:
    code, out, _ = run("consent", "anna@example.com")
    assert code == 0
    assert out.splitlines() == [
        "Anna Berg",
        "  Advertising by e-mail: no. Anna Berg hasn't allowed advertising by e-mail. A service message may go.",
        "Nothing stands in the ledger.",
    ]


@pytest.mark.usefixtures("shop")
def test_a_line_is_kept_with_all_that_was_said(run: Run) -> None:
    more = ("--proof", "form 12", "--at", "2026-05-03", "--expires", "2028-05-03", "--basis", "double_opt_in")
    code, _, err = run("consent", "anna@example.com", *LINE, *more)
    assert (code, err) == (0, "Kept: marketing by email: granted.\n")
    _, out, _ = run("consent", "anna@example.com")
    assert "2026-05-03 00:00  email    marketing  granted  double opt in  2028-05-03  operator  form 12" in out
    _, out, _ = run("consent", "anna@example.com", "--json")
    document: dict[str, Any] = json.loads(out)
    assert document["in_force"][0]["allowed"] is True
    assert document["ledger"] == [
        {
            "channel": "email",
            "purpose": "marketing",
            "state": "granted",
            "basis": "double_opt_in",
            "at": "2026-05-02T22:00:00Z",
            "source": "operator",
            "wording": "at the fair",
            "proof": "form 12",
            "expires_at": "2028-05-03T22:00:00Z",
        }
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("consent", "nobody@example.com"), 1, "Nobody is known as"),
        (("consent", "1", "--state", "granted"), 2, "needs --channel and --purpose"),
        (("consent", "1", "--channel", "email"), 2, "needs --state"),
        (("consent", "1", *LINE, "--at", "yesterday"), 2, "that is no time"),
        (("consent", "1", *LINE, "--at", "2099-01-01"), 2, "still ahead"),
        (("consent", "1", *LINE[:-2]), 2, "proves nothing"),
        (("consent", "1", "--ask", "--state", "granted"), 2, "goes with --channel alone"),
        (("consent", "1", "--ask", "--channel", "pigeon"), 1, "No channel is called"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ended, out, err = run(*words)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("shop")
def test_asking_says_by_which_message(run: Run) -> None:
    code, out, _ = run("consent", "anna@example.com", "--ask", "--json")
    assert code == 0
    assert json.loads(out) == {"message": 1, "channel": "email", "to": "anna@example.com", "language": "de"}


@pytest.mark.usefixtures("shop")
def test_the_card_says_how_somebody_is_reached(run: Run) -> None:
    _, out, _ = run("customer", "anna@example.com")
    assert "By e-mail: anna@example.com" in out
    assert "advertising: no. Anna Berg hasn't allowed advertising by e-mail." in out
    _, out, _ = run("customer", "anna@example.com", "--json")
    assert json.loads(out)["reach"][0]["advertising"] == "no"


def test_the_first_import_says_how_many_may_be_written_to_and_asks_nothing_without_a_terminal(
    shop: tuple[int, str, str], run: Run, tmp_path: Path
) -> None:
    code, out, err = shop
    assert code == 0
    assert "May be written to by e-mail: 1 of 2: 1 live where nobody need be asked before." in err
    assert "soft_opt_in and shop_mails" in err
    assert "May be" not in out
    _, _, again = run("import", str(tmp_path / "orders.csv"))
    assert "soft_opt_in" not in again
