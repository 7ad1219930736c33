import numpy as np
import pytest

from retcon.model.standing import Band, Tier
from retcon.model.thresholds import DEFAULTS, NEVER, Threshold
from retcon.retention.risk import bands


def band(p, tier=Tier.REGULAR, silent=40, usual=20.0, under_way=False, levels=None, category=None):
    warning, alarm = (levels or bands.levels()).of(
        np.array([bands.TIERS.index(tier)], np.int8), None if category is None else np.array([category])
    )
    (code,) = bands.bands(np.array([p]), warning, alarm, np.array([silent]), np.array([usual]), np.array([under_way]))
    return bands.BANDS[code]


@pytest.mark.parametrize(
    ("p", "tier", "expected"),
    [
        (0.49, Tier.VIP, Band.MEDIUM),
        (0.50, Tier.VIP, Band.HIGH),
        (0.69, Tier.REGULAR, Band.MEDIUM),
        (0.70, Tier.REGULAR, Band.HIGH),
        (0.49, Tier.REGULAR, Band.LOW),
        (0.84, Tier.ONE_TIME, Band.MEDIUM),
        (0.85, Tier.ONE_TIME, Band.HIGH),
    ],
)
def test_the_worthier_the_earlier(p, tier, expected):
    assert band(p, tier) is expected


def test_on_their_usual_rhythm_nobody_is_high():
    assert band(0.95, silent=20, usual=21) is Band.MEDIUM
    assert band(0.95, silent=22, usual=21) is Band.HIGH
    assert band(0.95, under_way=True) is Band.MEDIUM


@pytest.mark.parametrize("silent", [44, 45, 59, 60, 90, 91])
def test_days_alone_move_no_band(silent):
    assert band(0.1, Tier.VIP, silent=silent) is Band.LOW
    assert band(0.1, silent=silent) is Band.LOW


def test_a_shops_own_levels_take_the_place_of_ours_and_a_categorys_those_of_the_tier():
    own = [
        Threshold(tier=Tier.VIP, warning=0.6, alarm=0.8),
        Threshold(tier=Tier.VIP, category="Coffee", warning=0.2, alarm=0.4),
    ]
    levels = bands.levels(own, ("", "Coffee", "Cups"))
    assert band(0.5, Tier.VIP, levels=levels) is Band.LOW
    assert band(0.5, Tier.VIP, levels=levels, category=1) is Band.HIGH
    assert band(0.5, Tier.VIP, levels=levels, category=2) is Band.LOW
    assert band(0.5, Tier.HIGH, levels=levels, category=1) is Band.HIGH


def test_a_tier_that_is_never_warned_of_is_low_even_where_nobody_doubts_it():
    levels = bands.levels([Threshold(tier=Tier.VIP, warning=NEVER, alarm=NEVER)])
    p = np.array([0.0, 0.5, 0.99, 1.0])
    warning, alarm = levels.of(np.full(4, bands.TIERS.index(Tier.VIP), np.int8))
    found = bands.bands(p, warning, alarm, np.full(4, 90), np.full(4, 20.0), np.zeros(4, bool))
    assert found.tolist() == [bands.LOW] * 4
    assert bands.scores(p, warning, alarm, found).tolist() == [0, 20, 39, 39]


@pytest.mark.parametrize("tier", Tier)
def test_the_score_says_what_the_band_says(tier):
    p = np.linspace(0, 1, 201)
    warning, alarm = bands.levels().of(np.full(len(p), bands.TIERS.index(tier), np.int8))
    for silent in (1, 30, 50, 70):
        days = np.full(len(p), silent)
        found = bands.bands(p, warning, alarm, days, np.full(len(p), 20.0), np.zeros(len(p), bool))
        score = bands.scores(p, warning, alarm, found)
        assert np.all(np.diff(score) >= 0)
        assert np.array_equal(found, (score >= bands.SCORE_MEDIUM).astype(int) + (score >= bands.SCORE_HIGH))
        assert score.min() >= 0
        assert score.max() <= 100


def test_the_defaults_ask_for_less_from_those_worth_more():
    alarms = [DEFAULTS[tier].alarm for tier in Tier]
    assert alarms == sorted(alarms)
    assert all(threshold.warning == pytest.approx(threshold.alarm - 0.2) for threshold in DEFAULTS.values())
