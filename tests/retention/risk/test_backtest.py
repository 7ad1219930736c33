import numpy as np
import pytest

from retcon.model.backtest import OURS, Found
from retcon.retention.risk import backtest, baselines
from retcon.retention.risk.past import stayed_away
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
    away = stayed_away(log, summarise(log, then), then, then + 90 * 86_400)
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


# ---- one date by hand: six who could be named, of whom the two worth most and long silent stay away


@pytest.fixture
def small(log_of):
    orders = []
    for who, amount in enumerate((900, 700, 50, 40, 30, 20, 10, 10), start=1):
        last = "2026-02-01" if who <= 4 else "2026-03-25"
        orders += [(who, "2025-06-01", amount), (who, "2025-11-01", amount), (who, last, amount)]
        if who > 2:
            orders.append((who, "2026-05-01", amount))
    orders.append((9, "2026-03-01", 5_000))  # one order alone: never named
    return log_of(orders)


def test_names_are_those_with_most_money_at_risk(small, instant):
    (cutoff,), _ = backtest.replay(small, [instant("2026-04-01")], 60, 20)
    assert (cutoff.customers, cutoff.stayed_away) == (9, 3)
    assert (cutoff.nameable, cutoff.named) == (8, 2)  # a quarter of them
    assert cutoff.lost_minor == 3 * (900 + 700)
    assert cutoff.found[OURS] == Found(2, 3 * (900 + 700))
    assert cutoff.models[OURS].value_caught == 1
    assert cutoff.longest_silent == Found(2, 3 * (900 + 700))


def test_the_value_caught_is_the_share_of_what_was_lost(small, instant):
    (cutoff,), _ = backtest.replay(small, [instant("2026-04-01")], 60, 1)
    assert cutoff.found[OURS] == Found(1, 2_700)
    assert cutoff.models[OURS].value_caught == pytest.approx(900 / 1_600)


def test_without_amounts_names_are_the_likeliest_to_be_lost(log_of, made_up, instant):
    log = log_of([(who, day, None) for who, day, _ in made_up(120)])
    (cutoff,), _ = backtest.replay(log, [instant("2026-04-01")], 60, 20)
    assert cutoff.lost_minor == 0
    assert cutoff.named > 0
    assert cutoff.models[OURS].value_caught > 0


def test_where_nobody_ordered_twice_nobody_is_named(log_of, instant):
    (cutoff,), _ = backtest.replay(
        log_of([(who, "2026-01-01", 100) for who in range(9)]), [instant("2026-04-01")], 60, 20
    )
    assert (cutoff.nameable, cutoff.named) == (0, 0)
    assert cutoff.found[OURS] == Found(0, 0)


def test_a_ranking_that_breaks_down_is_said_not_hidden(small, instant, monkeypatch):
    def breaks(*_):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr(
        baselines, "MODELS", {"bg/nbd": breaks, "pareto/nbd": lambda then, _: np.full(len(then), np.nan)}
    )
    (cutoff,), _ = backtest.replay(small, [instant("2026-04-01")], 60, 20)
    assert cutoff.failed == ("bg/nbd", "pareto/nbd")
    assert "bg/nbd" not in cutoff.found
    assert np.isnan(cutoff.models["pareto/nbd"].brier)


# ---- nothing after the date is seen


def test_what_came_after_the_date_changes_nothing_that_was_said(log_of, made_up, instant):
    orders, at = made_up(150), "2026-03-01"
    before = [row for row in orders if row[1] < at]
    back = {who for who, day, _ in orders if at <= day < "2026-04-30"}
    later = [(who, "2026-03-15T11:30", 99_900, "2026-03-16", "2026-03-20", "2026-04-20") for who in sorted(back)]
    returned = [(who, who, "2026-03-05", 10) for who in range(1, 20)]
    names = [instant(at)], 60, 20
    (as_it_was,), said = backtest.replay(log_of(orders), *names)
    (otherwise,), said_otherwise = backtest.replay(log_of([*before, *later], returned), *names)
    assert otherwise == as_it_was
    assert said_otherwise == said


def test_who_came_back_changes_what_came_and_not_what_was_said(log_of, made_up, instant):
    orders, at = made_up(150), "2026-03-01"
    before = [row for row in orders if row[1] < at]
    everybody = [(who, "2026-03-15", 100) for who in {who for who, _, _ in before}]
    _, said = backtest.replay(log_of(orders), [instant(at)], 60, 20)
    _, all_back = backtest.replay(log_of([*before, *everybody]), [instant(at)], 60, 20)
    assert [group.said for group in all_back] == [group.said for group in said]
    assert [group.came for group in all_back] == [0.0] * len(all_back)
