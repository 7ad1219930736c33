"""Shops that several commands are tried on."""

from datetime import timedelta

import pytest

from tests.purchases import moment, order, take


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
