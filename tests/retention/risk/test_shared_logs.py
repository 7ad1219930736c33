"""The figures on two real logs, where they lie beside the project: the goals, ahead of every baseline."""

from pathlib import Path

import pytest

from retcon.model.backtest import OURS, Figures, means
from retcon.retention.risk import backtest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"

# Means over three dates, to three places: AUC, AUC of two orders and more, Brier.
GOALS = {"cdnow": (0.808, 0.752, 0.104), "online_retail_2": (0.809, 0.783, 0.180)}


@pytest.fixture(scope="module", params=GOALS)
def found(request: pytest.FixtureRequest) -> tuple[str, dict[str, Figures]]:
    """The name of a log, and the mean figures of every ranking on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        import real_logs
    if request.param not in real_logs.names():
        pytest.skip("the shared purchase logs are not beside the project")
    real = real_logs.read(request.param)
    cutoffs, _ = backtest.replay(real.log(), real.cutoffs, real.horizon, 20)
    return request.param, means(cutoffs)


def test_the_goals_are_met(found):
    name, figures = found
    auc, auc2, brier = GOALS[name]
    ours = figures[OURS]
    assert round(ours.auc, 3) >= auc
    assert round(ours.auc2, 3) >= auc2
    assert round(ours.brier, 3) <= brier


@pytest.mark.parametrize("figure", ["auc", "auc2", "brier", "ece"])
def test_every_baseline_of_the_same_run_lies_behind(found, figure):
    _, figures = found
    better = -1 if figure in ("brier", "ece") else 1
    ours = better * getattr(figures[OURS], figure)
    others = {name: better * getattr(told, figure) for name, told in figures.items() if name != OURS}
    assert len(others) >= 5
    assert {name for name, theirs in others.items() if theirs >= ours} == set()
