import numpy as np
import pytest

from retcon.model.standing import Band, Tier
from retcon.retention.risk import bands


def band(p, tier=Tier.REGULAR, silent=40, usual=20.0, under_way=False):
    (code,) = bands.bands(
        np.array([p]),
        np.array([bands.TIERS.index(tier)], np.int8),
        np.array([silent]),
        np.array([usual]),
        np.array([under_way]),
    )
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


def test_sleepers_are_at_least_medium():
    assert band(0.1, silent=59) is Band.LOW
    assert band(0.1, silent=60) is Band.MEDIUM


def test_a_vip_silent_for_45_days_is_high():
    assert band(0.1, Tier.VIP, silent=44) is Band.LOW
    assert band(0.1, Tier.VIP, silent=45) is Band.HIGH
    assert band(0.1, Tier.HIGH, silent=45) is Band.LOW


@pytest.mark.parametrize("tier", Tier)
def test_the_score_says_what_the_band_says(tier):
    p = np.linspace(0, 1, 201)
    codes = np.full(len(p), bands.TIERS.index(tier), np.int8)
    for silent in (1, 30, 50, 70):
        days = np.full(len(p), silent)
        found = bands.bands(p, codes, days, np.full(len(p), 20.0), np.zeros(len(p), bool))
        score = bands.scores(p, codes, found)
        assert np.all(np.diff(score) >= 0)
        assert np.array_equal(found, (score >= bands.SCORE_MEDIUM).astype(int) + (score >= bands.SCORE_HIGH))
        assert score.min() >= 0
        assert score.max() <= 100
