"""From a probability to a word: high, medium, low.

The word comes from P(no order within the horizon), sooner for those who are worth more. Three things bend it: nobody
is high while silent for no longer than usual; 60 silent days are "sleeping", at least medium; a VIP silent for 45
days is high (whether messages were opened is unknown here, and unknown counts for nothing).
"""

from types import MappingProxyType

import numpy as np

from retcon.model.standing import Band, Tier
from retcon.retention.risk.days import Codes, Flags, Floats, Ints

BANDS = (Band.LOW, Band.MEDIUM, Band.HIGH)  # a code is a place in this
TIERS = tuple(Tier)
LOW, MEDIUM, HIGH = 0, 1, 2

# P from which on a customer of the tier is high; medium begins so much below.
HIGH_FROM = MappingProxyType(
    {
        Tier.VIP: 0.5,
        Tier.HIGH: 0.5,
        Tier.PROMISING: 0.7,
        Tier.REGULAR: 0.7,
        Tier.NEW: 0.85,
        Tier.ONE_TIME: 0.85,
    }
)
MEDIUM_BELOW = 0.2
VIP_SILENT_DAYS = 45
SLEEPING_DAYS = 60
ASLEEP_DAYS = 90  # the end of "sleeping": from here on, gone
# The score says the same as the band, on one scale for all tiers: medium from 40, high from 70.
SCORE_MEDIUM, SCORE_HIGH = 40, 70

_VIP = TIERS.index(Tier.VIP)
_LEVELS = np.array([HIGH_FROM[tier] for tier in TIERS])


def bands(p_churn: Floats, tiers: Codes, silent_days: Ints, usual_days: Floats, under_way: Flags) -> Codes:
    """A code of BANDS for each customer; `usual_days` is their own usual gap, or the shop's."""
    level = _LEVELS[tiers]
    code = (p_churn >= level).astype(np.int8) + (p_churn >= level - MEDIUM_BELOW).astype(np.int8)
    on_rhythm = (silent_days <= usual_days) | under_way
    code = np.where(on_rhythm, np.minimum(code, MEDIUM), code)
    code = np.where(silent_days >= SLEEPING_DAYS, np.maximum(code, MEDIUM), code)
    return np.where((tiers == _VIP) & (silent_days >= VIP_SILENT_DAYS), HIGH, code).astype(np.int8)


def scores(p_churn: Floats, tiers: Codes, band: Codes) -> Ints:
    """0 to 100: P on the scale on which every tier is medium from 40 and high from 70, kept within the band."""
    level = _LEVELS[tiers]
    medium = level - MEDIUM_BELOW
    score = np.select(
        [p_churn >= level, p_churn >= medium],
        [
            SCORE_HIGH + (100 - SCORE_HIGH) * (p_churn - level) / (1 - level),
            SCORE_MEDIUM + (SCORE_HIGH - SCORE_MEDIUM) * (p_churn - medium) / MEDIUM_BELOW,
        ],
        SCORE_MEDIUM * p_churn / medium,
    )
    lowest, highest = np.array((0, SCORE_MEDIUM, SCORE_HIGH)), np.array((SCORE_MEDIUM - 1, SCORE_HIGH - 1, 100))
    return np.clip(np.rint(score), lowest[band], highest[band]).astype(np.int64)
