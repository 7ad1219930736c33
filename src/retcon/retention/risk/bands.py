"""From a probability to a word: high, medium, low.

The word comes from P(no order within the horizon) against the warning and alarm levels of the customer's tier and
product category. One thing bends it: nobody is high while silent for no longer than usual, or while a parcel is
under way. P can't say that: who orders once a year is likely to let any three months pass, and isn't lost for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retcon.model.standing import Band, Tier
from retcon.model.thresholds import DEFAULTS, NEVER, Threshold
from retcon.retention.risk.days import Codes, Flags, Floats, Ints

BANDS = (Band.LOW, Band.MEDIUM, Band.HIGH)  # a code is a place in this
TIERS = tuple(Tier)
LOW, MEDIUM, HIGH = 0, 1, 2

# The score says the same as the band, on one scale for all tiers: medium from 40, high from 70.
SCORE_MEDIUM, SCORE_HIGH = 40, 70
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Warning and alarm levels by tier (row, as TIERS) and product category (column, as `categories`)."""

    categories: tuple[str, ...]  # the first is "": no category, or one without levels of its own
    warning: Floats
    alarm: Floats

    def of(self, tier: Codes, category: Ints | None = None) -> tuple[Floats, Floats]:
        """Each customer's warning and alarm level; `category` are places in `categories`."""
        column = np.zeros(len(tier), np.intp) if category is None else category
        return self.warning[tier, column], self.alarm[tier, column]


def levels(own: Iterable[Threshold] = (), categories: Sequence[str] = ("",)) -> Levels:
    """The levels of these tiers and categories; ours where the shop has none of its own."""
    own = tuple(own)
    by_place = {(threshold.tier, threshold.category): threshold for threshold in own}
    warning, alarm = np.empty((len(TIERS), len(categories))), np.empty((len(TIERS), len(categories)))
    for row, tier in enumerate(TIERS):
        for column, category in enumerate(categories):
            found = by_place.get((tier, category)) or by_place.get((tier, "")) or DEFAULTS[tier]
            warning[row, column], alarm[row, column] = found.warning, found.alarm
    return Levels(tuple(categories), warning, alarm)


def bands(
    p_churn: Floats, warning: Floats, alarm: Floats, silent_days: Ints, usual_days: Floats, under_way: Flags
) -> Codes:
    """A code of BANDS for each customer; `usual_days` is their own usual gap, or the shop's."""
    code = reached(p_churn, alarm).astype(np.int8) + reached(p_churn, warning).astype(np.int8)
    return np.where(is_late(silent_days, usual_days, under_way), code, np.minimum(code, MEDIUM)).astype(np.int8)


def reached(p_churn: Floats, level: Floats) -> Flags:
    """Who has reached their level."""
    return (p_churn >= level) & (level < NEVER)


def is_late(silent_days: Ints, usual_days: Floats, under_way: Flags) -> Flags:
    """Who has been silent for longer than usual, and waits for nothing."""
    return (silent_days > usual_days) & ~under_way


def scores(p_churn: Floats, warning: Floats, alarm: Floats, band: Codes) -> Ints:
    """0 to 100: P on the scale on which everybody is medium from 40 and high from 70, kept within the band."""
    score = np.select(
        [reached(p_churn, alarm), reached(p_churn, warning)],
        [
            SCORE_HIGH + (100 - SCORE_HIGH) * (p_churn - alarm) / np.maximum(1 - alarm, _LEAST),
            SCORE_MEDIUM + (SCORE_HIGH - SCORE_MEDIUM) * (p_churn - warning) / np.maximum(alarm - warning, _LEAST),
        ],
        SCORE_MEDIUM * p_churn / warning,
    )
    lowest, highest = np.array((0, SCORE_MEDIUM, SCORE_HIGH)), np.array((SCORE_MEDIUM - 1, SCORE_HIGH - 1, 100))
    return np.clip(np.rint(score), lowest[band], highest[band]).astype(np.int64)
