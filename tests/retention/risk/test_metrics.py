import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from retcon.model.backtest import Group
from retcon.retention.risk import metrics


def test_auc_is_the_share_of_pairs_in_the_right_order():
    assert metrics.auc([1, 1, 0, 0], [0.9, 0.4, 0.5, 0.1]) == pytest.approx(3 / 4)
    assert metrics.auc([1, 0], [0.5, 0.5]) == pytest.approx(1 / 2)


def test_where_nobody_stayed_away_there_is_nothing_to_tell():
    assert math.isnan(metrics.auc([0, 0], [0.1, 0.2]))
    assert math.isnan(metrics.lift([0, 0], [0.1, 0.2]))
    assert math.isnan(metrics.brier([], []))
    assert math.isnan(metrics.calibration_error([], []))


def test_calibration_error_is_the_mean_distance_between_said_and_come():
    assert metrics.calibration_error([1, 0, 1, 0], [0.5] * 4) == pytest.approx(0)
    assert metrics.calibration_error([1, 1, 1, 1], [0.75] * 4) == pytest.approx(0.25)


def test_lift_compares_the_first_tenth_with_all():
    away, score = [1] + [0] * 8 + [1], [0.9] + [0.5] * 8 + [0.1]
    assert metrics.lift(away, score) == pytest.approx(5)


def test_ties_at_the_border_count_in_part():
    assert metrics.lift([1, 0] * 5, [0.5] * 10) == pytest.approx(1)


def test_calibration_says_what_was_said_and_what_came_in_groups_of_equal_size():
    groups = metrics.calibration([0, 1, 0, 1, 1, 1], [0.1, 0.2, 0.4, 0.6, 0.8, 0.9], groups=3)
    assert [group.customers for group in groups] == [2, 2, 2]
    assert [group.said for group in groups] == pytest.approx([0.15, 0.5, 0.85])
    assert [group.came for group in groups] == [0.5, 0.5, 1.0]
    assert metrics.calibration([], []) == ()


def test_who_was_told_the_same_shares_a_group():
    assert metrics.calibration([1, 0, 0, 0], [0.5] * 4) == (Group(4, 0.5, 0.25),)


SCORER = Path(__file__).parents[4] / "shared" / "tools" / "evaluate.py"


@pytest.mark.skipif(not SCORER.is_file(), reason="the shared scorer is not beside the project")
@pytest.mark.parametrize("seed", range(5))
def test_every_figure_is_the_shared_scorers(seed):
    described = importlib.util.spec_from_file_location("evaluate", SCORER)
    scorer = importlib.util.module_from_spec(described)
    described.loader.exec_module(scorer)
    draw = np.random.default_rng(seed)
    said = draw.random(500).round(seed)  # with many equals, few, and none
    away = draw.random(500) < said
    assert metrics.auc(away, said) == pytest.approx(scorer.auc(away, said))
    assert metrics.brier(away, said) == pytest.approx(scorer.brier(away, said))
    assert metrics.calibration_error(away, said) == pytest.approx(scorer.ece(away, said))
    assert metrics.lift(away, said) == pytest.approx(scorer.top_decile_lift(away, said))
