"""The shop as it was: dates of the past whose answer is known, rebuilt from what happened before them alone."""

import numpy as np

from retcon.retention.risk.correction import Window
from retcon.retention.risk.days import Flags, Ints
from retcon.retention.risk.features import Yardstick, see
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.summary import YEAR_DAYS, Summary, summarise

DATES = 8
# Dates are a part of the horizon apart: closer ones tell the same, wider ones are too few.
STEP = 0.25
# So many customers teach as much as more would.
SAMPLE = 25_000
_FEWEST_CUSTOMERS = 20


def windows(log: PurchaseLog, as_of: int, horizon_days: int, by: Yardstick) -> tuple[Window, ...]:
    """What was seen, and came, at up to eight dates back from a horizon ago, and a year ago; newest first."""
    log = log.chosen(sampled(log, as_of))
    today, time = _day_and_time(log, as_of)
    first = int(log.day.min(initial=today))
    # The steps of a horizon of few days fall on the same days.
    dates = [(days, False) for days in sorted({horizon_days + round(n * STEP * horizon_days) for n in range(DATES)})]
    if horizon_days < YEAR_DAYS:
        dates.append((YEAR_DAYS, True))
    found: list[Window] = []
    for days, year_ago in dates:
        if today - days - first < horizon_days / 2:
            continue
        at, until = (log.days.start(day) + time for day in (today - days, today - days + horizon_days))
        then = summarise(log, at, horizon_days)
        if len(then) >= _FEWEST_CUSTOMERS:
            away = stayed_away(log, then, at, until).astype(np.float64)
            found.append(Window(days - horizon_days, year_ago, see(then, by), away))
    return tuple(found)


def stayed_away(log: PurchaseLog, then: Summary, at: int, until: int) -> Flags:
    """Who of the customers did not order between the two instants; what was given back later was an order."""
    came = (log.placed >= at) & (log.placed < until) & (log.voided > log.placed)
    orders = np.bincount(log.customer[came], minlength=len(log.customer_ids))
    return orders[then.position] == 0


def sampled(log: PurchaseLog, as_of: int) -> Ints:
    """Positions of all customers, or of a sample drawn evenly along their first and last orders.

    Where many began and ended on the same days, as in a log of dates alone, their other orders and amounts decide:
    never their ids.
    """
    before = log.placed < as_of
    if len(log.customer_ids) <= SAMPLE or not before.any():
        return np.arange(len(log.customer_ids))
    customer, placed = log.customer[before], log.placed[before]
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    number = np.diff(starts, append=len(customer))
    first, last = placed[starts], placed[starts + number - 1]
    between = np.add.reduceat(placed - np.repeat(first, number), starts)
    paid = np.add.reduceat(np.nan_to_num(log.amount[before]), starts)
    order = np.lexsort((paid, between, number, last, first))
    drawn = order[(np.arange(SAMPLE) * len(order)) // SAMPLE]
    return np.sort(customer[starts][drawn])


def _day_and_time(log: PurchaseLog, as_of: int) -> tuple[int, int]:
    """The local day of an instant, and the seconds since it began: dates of the past are cut at the same hour."""
    day = int(log.days.of(as_of))
    return day, as_of - log.days.start(day)
