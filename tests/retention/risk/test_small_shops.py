"""Shops of 15, 30 and 50 customers, cut from real logs, are ranked nearly as well as by the whole log's fit."""

from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
CUTS = 20
# The mean over both logs, three dates and twenty draws each may lie so far below the whole log's fit.
BEHIND = 0.01


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import real_logs
    import small_shops

    if not real_logs.names():
        pytest.skip("the shared purchase logs are not beside the project")
    return [small_shops.cut(real_logs.read(name), (15, 30, 50), CUTS) for name in real_logs.names()]


def test_a_shop_of_a_few_customers_is_ranked_nearly_as_by_the_fit_of_a_large_one(measured):
    for size in (15, 30, 50):
        alone, whole, brier, brier_whole, _ = (
            sum(row[size][place] for row in measured) / len(measured) for place in range(5)
        )
        assert alone > whole - BEHIND, size
        assert brier < brier_whole + BEHIND, size
