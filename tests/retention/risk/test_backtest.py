import numpy as np
import pytest

from retcon.model.backtest import OURS
from retcon.retention.risk import backtest, baselines
from retcon.retention.risk.summary import summarise


def test_the_days_replayed_are_over_and_do_not_overlap(log_of, made_up, instant):
    log = log_of(made_up(100), zone="Europe/Berlin")
    days = backtest.days_to_replay(log, instant("2026-08-01T10:00"), 90, 3)
    assert len(days) == 3
    assert days[-1] == instant("2026-05-02T22:00")  # midnight of 3 May in Berlin, 90 days before 1 August
    assert np.all(np.diff(days) >= 89 * 86_400)


def test_an_old_export_is_replayed_to_its_own_end(log_of, made_up, instant):
    log = log_of(made_up(100))
    (day,) = backtest.days_to_replay(log, instant("2040-01-01"), 90, 1)
    assert int(log.days.of(day)) == int(log.day.max()) + 1 - 90


def test_a_young_shop_has_no_day_to_replay(log_of, instant):
    log = log_of([(1, "2026-06-01", 100), (2, "2026-07-01", 100)])
    assert backtest.days_to_replay(log, instant("2026-08-01"), 90, 3) == ()
    assert backtest.replay(log, (), 90, 20) == ((), ())


def test_who_orders_on_the_last_day_of_the_horizon_came_back(log_of, instant):
    first = [(who, "2026-01-01", 100) for who in (1, 2, 3)]
    log = log_of([*first, (1, "2026-04-01T23:59", 100), (2, "2026-04-02", 100)])
    then = instant("2026-01-01") + 86_400
    away = backtest.stayed_away(log, summarise(log, then), then, 90)
    assert away.tolist() == [False, True, True]  # 90 days from 2 January on end with 1 April


def test_a_date_on_which_all_came_back_has_no_figures_but_calibration(log_of, instant):
    orders = [(who, day, 100) for who in range(5) for day in ("2026-01-01", "2026-03-01", "2026-05-01")]
    (cutoff,), calibration = backtest.replay(log_of(orders), [instant("2026-04-01")], 60, 20)
    ours = cutoff.models[OURS]
    assert np.isnan(ours.auc)
    assert 0 <= ours.brier <= 1
    assert (cutoff.stayed_away, cutoff.lost_minor, cutoff.found[OURS].right) == (0, 0, 0)
    assert sum(group.customers for group in calibration) == 5


def test_a_score_becomes_the_probability_that_it_had_before():
    draw = np.random.default_rng(7)
    days = draw.integers(0, 400, 4_000).astype(float)
    truth = 1 / (1 + np.exp(3 - np.log1p(days)))
    to_probability = baselines.curve(days, draw.random(4_000) < truth)
    assert to_probability(days) == pytest.approx(truth, abs=0.06)


def test_where_nothing_happened_before_nothing_is_known():
    assert baselines.curve(np.zeros(0), np.zeros(0, bool))(np.array([5.0])).tolist() == [0.5]


def test_rfm_gives_equal_points_to_equals(log_of, instant):
    found = summarise(log_of([(who, "2026-01-01", 100) for who in range(9)]), instant("2026-03-01"))
    assert len(set(baselines.rfm(found).tolist())) == 1
