"""Four times in five, money lies in the range that was told."""

import numpy as np
import pytest

from retcon.retention.risk import ranges
from retcon.retention.risk.spend import SpendModel

SPEND = SpendModel(p=6.0, q=4.0, mean=5_000.0)


@pytest.mark.parametrize(
    ("none", "orders", "purchases"), [(0.02, 5.0, 9), (0.3, 1.6, 3), (0.05, 14.0, 30), (0.6, 0.8, 2)]
)
def test_of_many_lives_played_out_four_in_five_lie_within(none, orders, purchases):
    draw = np.random.default_rng(11)
    number, shape, value = 100_000, 2.0 + purchases, 5_000.0
    some = draw.random(number) >= none
    further = orders / (1 - none) - 1
    counts = np.where(some, 1 + draw.poisson(further * draw.gamma(shape + 1, 1 / (shape + 1), number)), 0)
    known = SPEND.q + SPEND.p * purchases
    scale = draw.gamma(known, 1.0, number) / (value * (known - 1) / SPEND.p)  # of the customer: mean p / scale is value
    spent = np.where(counts > 0, draw.gamma(np.maximum(SPEND.p * counts, 1e-9)) / scale, 0.0)
    one = [np.array([x], np.float64) for x in (none, orders, value, shape)]
    low, high = ranges.money(*one, SPEND, np.array([purchases]))
    inside = float(((spent >= low[0]) & (spent <= high[0])).mean())
    assert inside == pytest.approx(0.8 if none < ranges.LOW else 0.9, abs=0.03)


def test_who_is_almost_surely_gone_may_come_to_nothing():
    low, high = ranges.money(
        np.array([0.97]), np.array([0.04]), np.array([5_000.0]), np.array([3.0]), SPEND, np.array([2])
    )
    assert low[0] == 0
    assert high[0] == pytest.approx(200)  # no less than what is expected
