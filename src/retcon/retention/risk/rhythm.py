"""Each customer's own rhythm: the gaps between the orders that they made for themselves, and the weeks they keep."""

from dataclasses import dataclass

import numpy as np

from retcon.retention.risk.days import Flags, Floats, Ints

# A shop whose customers returned fewer times than this: the usual gap in retail.
FEWEST_GAPS = 3
RETAIL_GAP_DAYS = 30.0
YEAR = 365.25
# Who buys in the same weeks of several years: all their orders at most so many days from the middle of those weeks.
SEASON_DAYS = 30
# Two orders alone are no season, unless they lie as near to a year apart as this.
TWO_ORDERS_DAYS = 14
_LEAST_SPAN = 300
_NARROWEST = 14


@dataclass(frozen=True, slots=True, eq=False)
class Rhythm:
    """One entry for each customer; `gap_days` is the shop's, the geometric mean of all gaps.

    `season_day` is the middle of the weeks in which a yearly buyer orders next, 0 for everybody else;
    `season_width` is how many days before and after it those weeks reach.
    """

    cycle_days: Floats
    gaps: Ints
    gap_log: Floats
    gap_spread: Floats
    last_gap: Floats
    own_day: Ints
    season_day: Ints
    season_width: Ints
    gap_days: float


def rhythm(day: Ints, customer: Ints, gift: Flags, position: Ints) -> Rhythm:
    """The rhythm of these purchases, sorted by customer and day, one entry a day; for the customers at the positions.

    Purchases that went to somebody else make no rhythm, unless all of a customer's did.
    """
    if gift.any():
        row = np.searchsorted(position, customer)
        always = np.bincount(row, ~gift, len(position)) == 0
        own = ~gift | always[row]
        day, customer = day[own], customer[own]
    size = len(position)
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    number = np.diff(starts, append=len(customer))
    own_day = day[starts + number - 1] if size else day[:0]
    cycle, mean, spread, last = (np.full(size, np.nan) for _ in range(4))
    count = number - 1
    usual = RETAIL_GAP_DAYS
    same = customer[1:] == customer[:-1]
    gaps, of = np.diff(day)[same], customer[1:][same]
    if len(gaps):
        first = np.flatnonzero(np.diff(of, prepend=-1))
        many = np.diff(first, append=len(of))
        who = np.searchsorted(position, of[first])
        logs = np.log(gaps)
        ranked = gaps[np.lexsort((gaps, of))]
        cycle[who] = (ranked[first + (many - 1) // 2] + ranked[first + many // 2]) / 2
        mean[who] = np.add.reduceat(logs, first) / many
        spread[who] = np.sqrt(np.add.reduceat((logs - np.repeat(mean[who], many)) ** 2, first) / many)
        last[who] = logs[first + many - 1]
        if len(gaps) >= FEWEST_GAPS:
            usual = float(np.exp(np.sort(logs).mean()))  # sorted, so that the order of customers changes no digit
    return Rhythm(cycle, count, mean, spread, last, own_day, *_seasons(day, starts, number), usual)


def _seasons(day: Ints, starts: Ints, number: Ints) -> tuple[Ints, Ints]:
    """The middle and the width of the weeks in which each customer's next order is due by a habit of years."""
    found, width = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.int64)
    if not len(starts):
        return found, width
    last = day[starts + number - 1]
    rows = np.flatnonzero((number > 1) & (last - day[starts] >= _LEAST_SPAN))
    if not len(rows):
        return found, width
    many = number[rows]
    begin = np.cumsum(many) - many
    days = day[np.repeat(starts[rows] - begin, many) + np.arange(many.sum())]
    angle = days * (2 * np.pi / YEAR)
    middle = np.arctan2(np.add.reduceat(np.sin(angle), begin), np.add.reduceat(np.cos(angle), begin)) * YEAR / 2 / np.pi
    away = _wrapped(days - np.repeat(middle, many))
    widest = np.maximum.reduceat(np.abs(away), begin)
    habit = widest <= np.where(many == 2, TWO_ORDERS_DAYS / 2, SEASON_DAYS)
    next_ = np.rint(last[rows] - _wrapped(last[rows] - middle) + YEAR).astype(np.int64)
    found[rows[habit]] = next_[habit]
    width[rows[habit]] = np.maximum(np.ceil(widest[habit]).astype(np.int64), _NARROWEST)
    return found, width


def _wrapped(days: Floats) -> Floats:
    """Days from the nearest turn of the year of some phase."""
    return days - YEAR * np.round(days / YEAR)
