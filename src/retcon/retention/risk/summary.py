"""What each customer's orders come to on a day: counts, days, gaps, money, silence."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from retcon.retention.risk import signals
from retcon.retention.risk.days import Codes, Flags, Floats, Ints
from retcon.retention.risk.log import SEASON, PurchaseLog
from retcon.retention.risk.rhythm import rhythm
from retcon.retention.risk.signals import Signals
from retcon.retention.risk.silence import silence

HORIZON_DAYS = 90
HALF_LIVES = (0.5, 1.0, 2.0, 4.0)  # horizons
HALF_YEAR_DAYS = 182
YEAR_DAYS = 365
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """One entry for every customer with a counted order, by ascending id; days are local, money minor units.

    Orders of one day are one purchase: `repeats` purchases came after the first, the last of them `repeat_days`
    after it. `silent_days` count from the arrival of the last order where that is known, else from the order; they
    are 0 while goods are awaited, and stand still while a return or a payment is. `observed_days` = repeat_days +
    silent_days. What went to somebody else is an order like others, but not part of the rhythm: `cycle_days`, and the
    columns from `own_gaps` to `season_day`.
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
    pending: Codes  # what they wait for: a place in log.PENDING
    cycle_days: Floats  # median gap, NaN without one
    own_gaps: Ints  # how many gaps the rhythm is made of
    gap_log: Floats  # mean of the gaps' logarithms, NaN without one
    gap_spread: Floats  # their standard deviation
    last_gap_log: Floats
    own_day: Ints  # of the last order of the rhythm
    season_day: Ints  # the middle of the weeks in which a yearly buyer orders next; 0 for everybody else
    season_width: Ints  # how many days before and after it those weeks reach
    second_days: Ints  # from the first purchase to the second, 0 without one
    spent: Floats  # net of what was given back, never below 0
    spent_last_year: Floats  # gross
    refunded: Floats
    refunded_orders: Ints  # counted orders with money back, and refunds without an order
    returned_orders: Ints  # given back wholly, so not counted
    recent_orders: Ints  # within half a year
    decayed: Floats  # customers × HALF_LIVES: purchases, halved for each half-life between them and the last one
    season_orders: Ints  # purchases a year ago within the weeks that the horizon covers now
    around_season: Ints  # the same with a month before and after
    purchase_value: Floats  # net, per purchase; NaN where no amount is known
    last_value: Floats  # gross, of the last purchase; NaN where no amount is known
    gap_days: float  # the shop's: geometric mean of all gaps
    history_days: int
    horizon_days: int
    signals: Signals  # what else was known of them

    def __len__(self) -> int:
        return len(self.customer_ids)

    @property
    def under_way(self) -> Flags:
        """Who waits for something, so that their silence is none."""
        return self.pending > 0

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
    own = rhythm(day[new_purchase], customer[new_purchase], _gifts(log, counted, new_purchase), position)
    silent, pending = silence(log, counted, starts, position, as_of, today)
    later = own.season_day + own.season_width >= today
    pending = np.where((own.season_day > 0) & later & (pending == 0), SEASON, pending).astype(np.int8)
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
        pending=pending,
        cycle_days=own.cycle_days,
        own_gaps=own.gaps,
        gap_log=own.gap_log,
        gap_spread=own.gap_spread,
        last_gap_log=own.last_gap,
        own_day=own.own_day,
        season_day=own.season_day,
        season_width=own.season_width,
        second_days=_second_days(day, new_purchase, starts, purchases),
        spent=spent,
        spent_last_year=_per_customer(np.where(known & (day > today - YEAR_DAYS), amount, 0.0), starts),
        refunded=refunded,
        refunded_orders=np.minimum(refunded_orders, orders),
        returned_orders=returned_orders,
        recent_orders=_per_customer((day > today - HALF_YEAR_DAYS).astype(np.int64), starts),
        purchase_value=value,
        last_value=_last_value(amount, new_purchase, starts, orders),
        gap_days=own.gap_days,
        decayed=_decayed(day[new_purchase], purchases, horizon_days),
        season_orders=_a_year_ago(day[new_purchase], purchases, today, 0, horizon_days),
        around_season=_a_year_ago(day[new_purchase], purchases, today, -MONTH_DAYS, horizon_days + MONTH_DAYS),
        history_days=today - int(first_day.min(initial=today)),
        horizon_days=horizon_days,
        signals=signals.count(log.signals, position, len(log.customer_ids), as_of),
    )


def _decayed(day: Ints, purchases: Ints, horizon_days: int) -> Floats:
    """Customers × HALF_LIVES."""
    starts = np.cumsum(purchases) - purchases
    before = np.repeat(day[starts + purchases - 1] if len(starts) else day, purchases) - day
    columns = [_per_customer(np.exp2(-before / (share * horizon_days)), starts) for share in HALF_LIVES]
    return np.stack(columns, axis=1)


def _last_value(amount: Floats, new_purchase: Flags, starts: Ints, orders: Ints) -> Floats:
    """What the orders of the last day came to."""
    of_day = np.flatnonzero(new_purchase)
    if not len(of_day):
        return amount[:0]
    ends = np.cumsum(new_purchase)[starts + orders - 1] - 1
    return np.add.reduceat(amount, of_day)[ends]


def _a_year_ago(day: Ints, purchases: Ints, today: int, since: int, until: int) -> Ints:
    """Purchases from `since` days on after this day a year ago, before `until` days after it."""
    after = day - (today - YEAR_DAYS)
    inside = (after >= since) & (after < until)
    return _per_customer(inside.astype(np.int64), np.cumsum(purchases) - purchases)


def _per_customer(values: Any, starts: Ints) -> Any:
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def _gifts(log: PurchaseLog, counted: Flags, new_purchase: Flags) -> Flags:
    """Which purchases went to somebody else with all their orders."""
    purchase = np.flatnonzero(new_purchase)
    if not log.gift.any() or not len(purchase):
        return np.zeros(len(purchase), bool)
    return np.logical_and.reduceat(log.gift[counted], purchase)


def _second_days(day: Ints, new_purchase: Flags, starts: Ints, purchases: Ints) -> Ints:
    """Days from each customer's first purchase to the second, 0 without one."""
    days = day[new_purchase]
    first = np.cumsum(purchases) - purchases
    second = np.minimum(first + 1, len(days) - 1)
    return np.where(purchases > 1, days[second] - day[starts], 0)


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
