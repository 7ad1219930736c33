"""What each customer's orders come to on a day: counts, days, gaps, money, silence."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from retcon.retention.risk import signals
from retcon.retention.risk.days import DAY, Flags, Floats, Ints
from retcon.retention.risk.log import UNKNOWN, PurchaseLog
from retcon.retention.risk.signals import Signals

HORIZON_DAYS = 90
HALF_YEAR_DAYS = 182
YEAR_DAYS = 365
# A parcel that nobody saw arrive for so long is no longer under way.
LONGEST_TRANSIT_DAYS = 60
# A shop whose customers returned fewer times than this: the usual gap in retail.
FEWEST_GAPS = 3
RETAIL_GAP_DAYS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """One entry for every customer with a counted order, by ascending id; days are local, money minor units.

    Orders of one day are one purchase: `repeats` purchases came after the first, the last of them `repeat_days`
    after it. `silent_days` count from the arrival of the last order where that is known, else from the order, and
    are 0 while a parcel is under way. `observed_days` = repeat_days + silent_days.
    """

    as_of_day: int
    position: Ints  # in the log's customer_ids
    customer_ids: Ints
    orders: Ints
    first_at: Ints
    last_at: Ints
    first_day: Ints
    last_day: Ints
    repeats: Ints
    repeat_days: Ints
    silent_days: Ints
    under_way: Flags
    cycle_days: Floats  # median gap, NaN without one
    second_days: Ints  # from the first purchase to the second, 0 without one
    spent: Floats  # net of what was given back, never below 0
    spent_last_year: Floats  # gross
    refunded: Floats
    refunded_orders: Ints  # counted orders with money back, and refunds without an order
    returned_orders: Ints  # given back wholly, so not counted
    recent_orders: Ints  # within half a year
    purchase_value: Floats  # net, per purchase; NaN where no amount is known
    gap_days: float  # the shop's: geometric mean of all gaps
    history_days: int
    signals: Signals  # what else was known of them

    def __len__(self) -> int:
        return len(self.customer_ids)

    def take(self, rows: Any) -> "Summary":
        """Of these rows alone (places or flags); what is the shop's stays."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen = {name: value[rows] for name, value in columns.items() if isinstance(value, np.ndarray)}
        return replace(self, **chosen, signals=self.signals.take(rows))

    @property
    def observed_days(self) -> Ints:
        """From the first order to the day of the summary, without the time that parcels took."""
        return self.repeat_days + self.silent_days


def summarise(log: PurchaseLog, as_of: int, horizon_days: int = HORIZON_DAYS) -> Summary:
    """The customers as known at the instant, from what happened before it alone."""
    counted = log.counted(as_of)
    every = bool(counted.all())
    customer = log.customer if every else log.customer[counted]
    placed = log.placed if every else log.placed[counted]
    day = log.day if every else log.day[counted]
    amount = log.amount if every else log.amount[counted]
    today = int(log.days.of(as_of))
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    position = customer[starts]
    orders = np.diff(starts, append=len(customer))
    first_day, last_day = day[starts], day[starts + orders - 1]
    new_purchase = np.diff(day, prepend=0) != 0
    new_purchase[starts] = True
    purchases = _per_customer(new_purchase.astype(np.int64), starts)
    cycle, second, gap = _gaps(day[new_purchase], customer[new_purchase], position)
    settled, under_way = _settled(log, counted, starts, placed, as_of)
    silent = np.where(under_way, 0, np.clip(today - log.days.of(settled), 0, None))
    known = ~np.isnan(amount)
    gross = _per_customer(np.where(known, amount, 0.0), starts)
    valued = _per_customer(known.astype(np.int64), starts)
    refunded, lowering, refunded_orders, returned_orders = _refunds(log, as_of, position)
    spent = np.maximum(gross - lowering, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(valued > 0, spent / valued * orders / purchases, np.nan)
    return Summary(
        as_of_day=today,
        position=position,
        customer_ids=log.customer_ids[position],
        orders=orders,
        first_at=placed[starts],
        last_at=placed[starts + orders - 1],
        first_day=first_day,
        last_day=last_day,
        repeats=purchases - 1,
        repeat_days=last_day - first_day,
        silent_days=silent,
        under_way=under_way,
        cycle_days=cycle,
        second_days=second,
        spent=spent,
        spent_last_year=_per_customer(np.where(known & (day > today - YEAR_DAYS), amount, 0.0), starts),
        refunded=refunded,
        refunded_orders=np.minimum(refunded_orders, orders),
        returned_orders=returned_orders,
        recent_orders=_per_customer((day > today - HALF_YEAR_DAYS).astype(np.int64), starts),
        purchase_value=value,
        gap_days=gap,
        history_days=today - int(first_day.min(initial=today)),
        signals=signals.count(log.signals, position, len(log.customer_ids), as_of),
    )


def _per_customer(values: Any, starts: Ints) -> Any:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def _gaps(day: Ints, customer: Ints, position: Ints) -> tuple[Floats, Ints, float]:
    """Each customer's median gap in days, their first gap, and the geometric mean of all gaps of the shop."""
    cycle, second = np.full(len(position), np.nan), np.zeros(len(position), np.int64)
    same = customer[1:] == customer[:-1]
    gaps, of = np.diff(day)[same], customer[1:][same]
    if not len(gaps):
        return cycle, second, RETAIL_GAP_DAYS
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    number = np.diff(starts, append=len(of))
    who = np.searchsorted(position, of[starts])
    second[who] = gaps[starts]
    ranked = gaps[np.lexsort((gaps, of))]
    cycle[who] = (ranked[starts + (number - 1) // 2] + ranked[starts + number // 2]) / 2
    usual = float(np.exp(np.log(ranked).mean())) if len(gaps) >= FEWEST_GAPS else RETAIL_GAP_DAYS
    return cycle, second, usual


def _settled(log: PurchaseLog, counted: Flags, starts: Ints, placed: Ints, as_of: int) -> tuple[Ints, Flags]:
    """The instant that silence counts from, and whether a parcel is under way."""
    if not len(starts):
        return placed[:0], np.zeros(0, bool)
    shipped, arrived = log.shipped[counted], log.arrived[counted]
    here = (arrived != UNKNOWN) & (arrived <= as_of)
    coming = (shipped != UNKNOWN) & (shipped <= as_of) & ~here & (as_of - shipped <= LONGEST_TRANSIT_DAYS * DAY)
    since = np.where(here, np.maximum(arrived, placed), placed)
    return np.maximum.reduceat(since, starts), np.logical_or.reduceat(coming, starts)


def _refunds(log: PurchaseLog, as_of: int, position: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    """By customer: all that was given back, how much of it on counted orders, on how many, and orders given back."""
    size = len(log.customer_ids)
    back = log.refunded < as_of
    counted = back & (log.refund_voided >= as_of)
    amount = np.nan_to_num(log.refund_amount)
    orders = np.unique(np.stack((log.refund_customer[counted], log.refund_order[counted])), axis=1)[0]
    returned = (log.placed < as_of) & (log.voided < as_of)

    def totals(rows: Ints, weights: Any = None) -> Any:
        return np.bincount(rows, weights, size)[position]

    return (
        totals(log.refund_customer[back], amount[back]),
        totals(log.refund_customer[counted], amount[counted]),
        totals(orders),
        totals(log.customer[returned]),
    )
