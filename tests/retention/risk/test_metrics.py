import math

import pytest

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
