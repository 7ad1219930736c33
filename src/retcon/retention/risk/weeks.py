"""The shop's past, week by week: what the ranking would have said of each customer, and when they ordered next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retcon.retention.risk import bands, scores, standings
from retcon.retention.risk.days import DAY, Codes, Flags, Floats, Ints
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.scores import ShopFit
from retcon.retention.risk.standings import Measures
from retcon.retention.risk.summary import Summary, summarise

WEEK_DAYS = 7
MOST_WEEKS = 52
# The shop is learnt anew so many times on the way; more changes no level.
FITS = 3
NEVER = 2**62
ABSENT = -1  # no customer yet


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """One row a week, oldest first, one column a customer; what isn't known of somebody who isn't one yet is 0.

    `tier` is ABSENT before the first order. `late`: silent for longer than usual and waiting for nothing. `next_at`
    is the instant of the next order that was kept, NEVER where none came. `written`: the seller wrote to them within
    the horizon. Every week's horizon is over.
    """

    horizon_days: int
    customer_ids: Ints
    at: Ints  # the local midnights, in seconds
    p: Floats
    tier: Codes
    silent_days: Ints
    late: Flags
    yearly: Floats  # minor units
    next_at: Ints
    written: Flags

    @property
    def away(self) -> Flags:
        """Who did not order within the horizon from each week on."""
        return self.next_at >= self.at[:, None] + self.horizon_days * DAY


def weeks(
    log: PurchaseLog,
    now: int,
    horizon_days: int,
    *,
    measured: Callable[[Summary], Measures],
    written: tuple[Sequence[int], Sequence[int]] = ((), ()),
    told: Callable[[int, int], None] | None = None,
) -> Weeks:
    """The last year whose horizons are over; no rows where the past is too short.

    As in the backtest, a horizon of history comes first, and the day after the last order ends the past. `written`:
    ids of customers who were written to, and when (seconds).
    """
    days = replayed_days(log, now, horizon_days)
    found = _empty(log, [int(log.days.start(day)) for day in days], horizon_days)
    fit: ShopFit | None = None
    for row, at in enumerate(found.at.tolist()):
        if told is not None:
            told(row, len(found.at))
        if row % -(-len(found.at) // FITS) == 0:
            fit = scores.fit_shop(log, at, horizon_days)
        assert fit is not None
        summary = summarise(log, at, horizon_days)
        _note(found, row, summary, fit, measured(summary))
    kept = log.voided == NEVER
    _note_next(found.next_at, found.at, log.customer[kept], log.placed[kept])
    _note_written(found, np.array(written[0], np.int64), np.array(written[1], np.int64))
    if told is not None:
        told(len(found.at), len(found.at))
    return found


def replayed_days(log: PurchaseLog, now: int, horizon_days: int) -> list[int]:
    """The local days of the weeks, oldest first."""
    if not len(log):
        return []
    end = int(min(log.days.of(now), log.day.max() + 1))
    days = range(end - horizon_days, int(log.day.min()) + horizon_days - 1, -WEEK_DAYS)
    return list(reversed(days[:MOST_WEEKS]))


def _empty(log: PurchaseLog, at: list[int], horizon_days: int) -> Weeks:
    shape = (len(at), len(log.customer_ids))
    return Weeks(
        horizon_days=horizon_days,
        customer_ids=log.customer_ids,
        at=np.array(at, np.int64),
        p=np.zeros(shape),
        tier=np.full(shape, ABSENT, np.int8),
        silent_days=np.zeros(shape, np.int64),
        late=np.zeros(shape, bool),
        yearly=np.zeros(shape),
        next_at=np.full(shape, NEVER, np.int64),
        written=np.zeros(shape, bool),
    )


def _note(found: Weeks, row: int, summary: Summary, fit: ShopFit, measures: Measures) -> None:
    """Write down where everybody stood in the week."""
    stood = standings.stand(summary, fit, np.zeros(len(summary), bool), measures, why=False)
    who = summary.position
    found.p[row, who] = stood.scores.p_churn
    found.tier[row, who] = stood.tier
    found.silent_days[row, who] = summary.silent_days
    found.late[row, who] = bands.is_late(summary.silent_days, standings.usual_days(summary, fit), summary.under_way)
    found.yearly[row, who] = stood.yearly


def _note_next(next_at: Ints, weeks_at: Ints, customer: Ints, placed: Ints) -> None:
    """When each did it next, from each week on; `customer` and `placed` by customer and time, as the log is."""
    if not len(customer):
        return
    people = np.arange(next_at.shape[1])
    span = 2 * int(max(placed.max(), weeks_at.max(initial=0)) + 1)
    key = customer * span + placed
    for row, at in enumerate(weeks_at.tolist()):
        place = np.searchsorted(key, people * span + at)
        there = np.minimum(place, len(key) - 1)
        next_at[row] = np.where((place < len(key)) & (customer[there] == people), placed[there], NEVER)


def _note_written(found: Weeks, customer_ids: Ints, at: Ints) -> None:
    """Who was written to within the horizon of each week."""
    order = np.lexsort((at, customer_ids))
    known = order[np.isin(customer_ids[order], found.customer_ids)]
    next_at = np.full_like(found.next_at, NEVER)
    _note_next(next_at, found.at, np.searchsorted(found.customer_ids, customer_ids[known]), at[known])
    found.written[:] = next_at < found.at[:, None] + found.horizon_days * DAY
