"""When each customer orders next, if they do: a day, and the days between which it falls four times in five."""

from dataclasses import dataclass

import numpy as np

from retcon.retention.risk.days import DAY, Floats, Ints
from retcon.retention.risk.summary import Summary

# Four in five of a normal distribution lie within so many of its standard deviations.
_FOUR_IN_FIVE = 1.2816
# Spread of the logarithms of one customer's gaps, where a shop has too few of them to tell; counts as so many gaps.
_SPREAD, _SPREAD_COUNTS = 0.7, 10
# A customer's own spread is pulled towards the shop's as by so many gaps more.
_PULL = 2
# So many made-up customers of a normal distribution stand beside those of a shop, so that a few are enough.
_MADE_UP = 20


@dataclass(frozen=True, slots=True)
class GapModel:
    """How the gaps of one customer spread around what is usual for them; logarithms of days.

    `low` and `high`: four gaps in five lie between these multiples of the customer's spread.
    """

    gap_days: float
    spread: float
    low: float = -_FOUR_IN_FIVE
    high: float = _FOUR_IN_FIVE


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Instants in seconds since 1970; 0 where nothing is expected, which is so before the second order."""

    at: Ints
    earliest: Ints
    latest: Ints


def fit(summary: Summary) -> GapModel:
    """Learn the spread from all customers; its multiples from how the last gap of each fell beside those before."""
    many = summary.own_gaps >= 2
    gaps, spread = summary.own_gaps[many], summary.gap_spread[many]
    within = float(
        np.sqrt(
            ((gaps * spread**2).sum() + _SPREAD_COUNTS * _SPREAD**2) / ((gaps - 1).sum(dtype=float) + _SPREAD_COUNTS)
        )
    )
    model = GapModel(summary.gap_days, within)
    before = gaps - 1
    mean, last = summary.gap_log[many], summary.last_gap_log[many]
    mean_before = (gaps * mean - last) / before
    variance = (gaps * (spread**2 + mean**2) - last**2) / before - mean_before**2
    off = (last - _middle(model, before, mean_before)) / _spread(model, before, np.maximum(variance, 0.0))
    beside = np.concatenate((off, _normal(_MADE_UP)))
    return GapModel(summary.gap_days, within, *(float(z) for z in np.quantile(beside, (0.1, 0.9))))


def expected(model: GapModel, summary: Summary, usual_days: Floats) -> Expected:
    """The next order of each customer; of one who buys in the same weeks each year, those weeks."""
    spread = _spread(model, summary.own_gaps, np.nan_to_num(summary.gap_spread) ** 2)
    days = np.maximum(usual_days, 1.0)
    near = np.maximum(np.minimum(days * np.exp(model.low * spread), days), 1.0)
    far = np.maximum(days * np.exp(model.high * spread), days)
    began = summary.last_at - (summary.last_day - summary.own_day) * DAY
    yearly = summary.season_day > 0
    season = summary.last_at + (summary.season_day - summary.last_day) * DAY
    width = summary.season_width * DAY

    def instant(days: Floats, of_season: Ints) -> Ints:
        at = np.where(yearly, of_season, began + np.rint(days * DAY).astype(np.int64))
        return np.where(summary.own_gaps > 0, at, 0)

    return Expected(instant(days, season), instant(near, season - width), instant(far, season + width))


def _middle(model: GapModel, gaps: Ints, mean: Floats) -> Floats:
    return (gaps * mean + np.log(model.gap_days)) / (gaps + 1)


def _spread(model: GapModel, gaps: Ints, variance: Floats) -> Floats:
    """Of the next gap: what the gaps themselves spread by, and that their middle isn't known exactly."""
    own = (gaps * variance + _PULL * model.spread**2) / (gaps + _PULL)
    return np.sqrt(own * (1 + 1 / (gaps + 1)))


def _normal(count: int) -> Floats:
    """So many customers whose last gaps fell as a normal distribution's would: its quantiles by a logistic's."""
    share = (np.arange(count) + 0.5) / count
    return np.log(share / (1 - share)) * (_FOUR_IN_FIVE / np.log(9))
