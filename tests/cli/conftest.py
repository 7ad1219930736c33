"""How a command is run, and shops that several commands are tried on."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from retcon.cli.main import main
from tests.purchases import moment, order, take

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; its exit code, and what it printed on stdout and stderr."""

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        printed = capsys.readouterr()
        return int(str(ended.value.code)), printed.out, printed.err

    return command


@pytest.fixture
def forty(database):
    """Forty customers, half of whom stopped; money in euro."""
    for account in range(40):
        start = moment(f"2025-0{account % 9 + 1}-03")
        number = 30 if account % 2 else 6
        take(
            database,
            *(order(f"c{account}", (start + timedelta(days=14 * place)).isoformat()) for place in range(number)),
        )
    database.close()
