import csv
import subprocess
import sys

import pytest

from retcon.cli.main import main
from tests.purchases import order, take


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code


def test_rank_writes_a_row_for_everyone_who_had_ordered(forty, capsys):
    assert run("rank", "--as-of", "2026-01-01", "--horizon", "60") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert list(rows[0]) == ["customer_id", "p_churn", "expected_orders", "expected_spend"]
    assert {row["customer_id"] for row in rows} == {f"c{account}" for account in range(40)}
    assert all(0 <= float(row["p_churn"]) <= 1 for row in rows)
    assert float(rows[-1]["expected_spend"]) == pytest.approx(50 * float(rows[-1]["expected_orders"]), rel=0.05)


def test_rank_writes_to_a_file_and_nothing_to_stdout(forty, capsys, tmp_path):
    file = tmp_path / "risk.csv"
    assert run("rank", "--as-of", "2026-01-01", "--csv", str(file)) == 0
    assert capsys.readouterr().out == ""
    assert len(file.read_text().splitlines()) == 41


def test_a_time_without_a_zone_is_the_shops(forty, capsys, tmp_path):
    # 2025-01-03 00:00 in New York is five hours after the first order, which was placed at midnight UTC.
    (tmp_path / "home" / "config.toml").write_text('[shop]\ntimezone = "America/New_York"\n')
    assert run("rank", "--as-of", "2025-01-03", "--horizon", "60") == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert run("rank", "--as-of", "2025-01-03T00:00Z", "--horizon", "60") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_spreadsheet_takes_no_id_for_a_formula(database, capsys):
    take(database, order("=HYPERLINK(1)", "2025-01-03"))
    database.close()
    run("rank", "--as-of", "2026-01-01")
    assert "'=HYPERLINK(1)," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("rank", "--as-of", "yesterday"), 2, "“yesterday” is no date."),
        (("rank", "--as-of", ""), 2, "“” is no date."),
        (("rank", "--as-of", "0001-01-01T00:00+14:00"), 2, "is no date."),
        (("rank", "--horizon", "0"), 2, "0 is not in the range"),
        (("rank", "--csv", "/nowhere/risk.csv"), 1, "/nowhere/risk.csv cannot be written"),
        (("rank", "--as-of", "1999-01-01"), 0, "Nobody had ordered before that date."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(forty, capsys, arguments, code, words):
    assert run(*arguments) == code
    assert words in capsys.readouterr().err


def test_a_reader_that_leaves_in_the_middle_is_no_error(database):
    # More than a pipe holds, so that the writer meets the closed end while it writes.
    take(database, *(order(f"customer-{number:06}", "2025-01-03") for number in range(3_000)))
    home = database.file.parent
    database.close()
    program = f"{sys.executable} -m retcon --home {home} rank | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["customer_id,p_churn,expected_orders,expected_spend", "0"]
    assert done.stderr == ""
