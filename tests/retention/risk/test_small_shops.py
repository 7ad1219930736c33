"""Shops of 15, 30 and 50 customers, cut from real logs, are ranked nearly as well as by the whole log's fit."""

from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
CUTS = 20
SIZES = (15, 30, 50)
# Over a hundred draws of each size, date and log the whole log's fit was ahead by .006, .007 and .009, as the one
# learns from the log's past what a few customers can't tell. Twenty draws lie within .006 of that.
BEHIND, BEHIND_AT_ANY_SIZE = 0.010, 0.015


@pytest.fixture(scope="module")
def measured() -> Any:
    """By size, the means over both logs: AUC alone and by the whole log's fit, Brier of both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        import real_logs
        import small_shops

    if not real_logs.names():
        pytest.skip("the shared purchase logs are not beside the project")
    found = [small_shops.cut(real_logs.read(name), SIZES, CUTS) for name in real_logs.names()]
    return {size: [sum(row[size][place] for row in found) / len(found) for place in range(4)] for size in SIZES}


def test_a_shop_of_a_few_customers_is_ranked_nearly_as_by_the_fit_of_a_large_one(measured):
    behind = {size: whole - alone for size, (alone, whole, _, _) in measured.items()}
    assert max(behind.values()) < BEHIND_AT_ANY_SIZE, behind
    assert sum(behind.values()) / len(behind) < BEHIND, behind


def test_their_probabilities_are_nearly_as_good(measured):
    for size, (_, _, brier, brier_whole) in measured.items():
        assert brier < brier_whole + 0.01, size
