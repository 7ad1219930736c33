"""A correction learns who is riskier than the model says, and no more of a season than a season is worth."""

from dataclasses import replace

import numpy as np
import pytest

from retcon.retention.risk import correction
from retcon.retention.risk.correction import Correction, Window, corrected, learn
from retcon.retention.risk.features import Seen, log_odds, probability
from retcon.retention.risk.pareto import Outlook

HORIZON = 90
NOTHING = Outlook(np.zeros(0), ())


def seen(number: int, seed: int) -> Seen:
    """Customers of whom the model says something, with one column that it doesn't know and one that says nothing."""
    draw = np.random.default_rng(seed)
    return Seen(draw.normal(0.5, 1, number), draw.normal(0, 1, (number, 2)), NOTHING)


def window(age: int, level: float = 0.0, *, number: int = 3000, year_ago: bool = False) -> Window:
    """A date at which the truth was the model's word, the first column, and a level of that season."""
    what = seen(number, age + 1000 * year_ago)
    truth = probability(what.model + 0.8 * what.columns[:, 0] + level)
    away = np.random.default_rng(age + 7).random(number) < truth
    return Window(age, year_ago, what, away.astype(np.float64))


def test_what_the_model_does_not_know_is_learnt():
    now = seen(2000, 5)
    found = learn([window(age) for age in (0, 22, 45, 68, 90, 112)], now, HORIZON, 800)
    assert found.trust > 0.9
    truth = now.model + 0.8 * now.columns[:, 0]
    assert np.corrcoef(corrected(now, found), truth)[0, 1] > 0.99
    assert np.corrcoef(now.model, truth)[0, 1] < 0.85


def test_without_a_past_the_model_stands_alone():
    now = seen(50, 1)
    found = learn([], now, HORIZON, 40)
    assert found == Correction()
    assert np.array_equal(corrected(now, found), now.model)


def test_a_handful_of_customers_teach_hardly_anything():
    now = seen(30, 1)
    found = learn([window(0, number=30), window(22, number=30)], now, HORIZON, 800)
    assert found.trust < 0.1
    assert np.abs(corrected(now, found) - now.model).max() < 0.6


def test_a_good_and_a_bad_season_are_no_level():
    found = learn(
        [window(age, level) for age, level in ((0, -0.8), (22, 0.7), (45, -0.7), (68, 0.8))], seen(500, 1), 90, 800
    )
    ranking = corrected(seen(2000, 9), replace(found, season=0.0))
    assert float(probability(ranking).mean()) == pytest.approx(float(probability(seen(2000, 9).model).mean()), abs=0.03)


def test_a_miss_that_was_the_same_at_all_dates_will_be_so_again():
    dates = [window(age, 0.6) for age in (0, 22, 45, 68)]
    steady, young = (learn(dates, seen(2000, 1), 90, history) for history in (1200, 200))
    without = learn([window(age) for age in (0, 22, 45, 68)], seen(2000, 1), 90, 1200)
    assert steady.level - without.level == pytest.approx(0.6, abs=0.15)
    # Less than a year: the season may have done it.
    assert young.level < steady.level


def test_half_of_what_a_year_ago_differed_is_expected_again_and_never_more_than_the_cap():
    usual = [window(age) for age in (0, 22, 45)]
    for level, expected in ((-0.6, -0.3), (0.5, 0.25), (-3.0, -correction.SEASON_CAP)):
        found = learn([*usual, window(275, level, year_ago=True)], seen(500, 1), HORIZON, 800)
        assert found.season == pytest.approx(expected, abs=0.07)


def test_columns_beyond_what_the_past_showed_count_as_its_extremes():
    found = learn([window(age) for age in (0, 22, 45, 68, 90)], seen(500, 1), HORIZON, 800)
    far = Seen(np.zeros(2), np.array([[4.0, 0.0], [400.0, 0.0]]), NOTHING)
    assert corrected(far, found)[0] == corrected(far, found)[1]


def test_odds_and_probabilities_are_two_words_for_one_thing():
    p = np.array([0.0, 1e-6, 0.3, 0.999, 1.0])
    assert np.allclose(probability(log_odds(p)), p, atol=1e-8)


def test_a_model_that_is_far_too_sure_is_believed_less_and_not_thrown_about():
    def sure(age: int) -> Window:
        what = Seen(np.clip(np.random.default_rng(age).normal(0, 12, 1500), -20, 20), np.zeros((1500, 1)), NOTHING)
        away = np.random.default_rng(age + 1).random(1500) < probability(0.15 * what.model)
        return Window(age, False, what, away.astype(np.float64))

    found = learn([sure(age) for age in (0, 22, 45, 90, 112)], sure(3).seen, HORIZON, 800)
    assert found.learnt is not None
    assert found.learnt.slope == pytest.approx(0.15, abs=0.04)
    assert found.trust > 0.9
