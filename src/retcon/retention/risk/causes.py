"""Why a customer stands where they stand: codes with figures, for everybody at once. `reasons` puts them in words."""

from dataclasses import dataclass

import numpy as np

from retcon.model.standing import Tier
from retcon.retention.risk import bands
from retcon.retention.risk.days import Codes, Flags, Ints
from retcon.retention.risk.summary import Summary

MOST = 4
UNWRITTEN_DAYS = 14
STEADY_ORDERS = 3
# Days since a first order, grouped: the last day of each group, and the day on which the group was watched from.
AGES = (7, 30, 60, 90, 180, 365)
_WATCHED = (3, 19, 45, 75, 135, 270, 500)
# People needed before a share of them is told.
FEWEST = 30


@dataclass(frozen=True, slots=True, eq=False)
class CauseColumn:
    """One cause: the rows that it holds for, with figure and base."""

    code: str
    rows: Ints
    value: Ints
    base: Ints


def return_rates(summary: Summary, horizon_days: int) -> tuple[float, ...]:
    """For each group of AGES: of 100 who had ordered once by then, how many ordered again within the horizon.

    NaN where fewer than 30 people were watched for so long.
    """
    age = summary.as_of_day - summary.first_day
    second = np.where(summary.second_days > 0, summary.second_days, np.inf)
    rates: list[float] = []
    for start in _WATCHED:
        watched = (second > start) & (age >= start + horizon_days)
        came = watched & (second <= start + horizon_days)
        rates.append(100 * float(came.sum() / watched.sum()) if watched.sum() >= FEWEST else float("nan"))
    return tuple(rates)


def causes(
    summary: Summary,
    *,
    tiers: Codes,
    band: Codes,
    rates: tuple[float, ...],
    horizon_days: int,
    unwritten: Flags,
    shop_history_days: int,
) -> tuple[CauseColumn, ...]:
    """At most four causes a customer, the weightiest first. `unwritten`: nothing was written since the first order."""
    silent, orders = summary.silent_days, summary.orders
    once, vip = orders == 1, tiers == bands.TIERS.index(Tier.VIP)
    age = summary.as_of_day - summary.first_day
    vip_silent = vip & (silent >= bands.VIP_SILENT_DAYS)
    sleeping = ~vip_silent & (silent >= bands.SLEEPING_DAYS) & (silent <= bands.ASLEEP_DAYS)
    rate = np.array(rates)[np.searchsorted(AGES, silent)]
    back, counted = summary.refunded_orders + summary.returned_orders, orders + summary.returned_orders
    young = shop_history_days < 2 * horizon_days
    every: tuple[tuple[str, Flags, object, object], ...] = (
        ("under_way", summary.under_way, 1, 0),
        ("silent", ~summary.under_way, silent, np.nan_to_num(summary.cycle_days)),
        ("vip_silent", vip_silent, silent, bands.VIP_SILENT_DAYS),
        ("sleeping", sleeping, bands.SLEEPING_DAYS, bands.ASLEEP_DAYS),
        ("one_order", once, np.nan_to_num(rate, nan=-1.0), horizon_days),
        ("unwritten", once & unwritten & (age >= UNWRITTEN_DAYS) & (age <= bands.ASLEEP_DAYS), age, UNWRITTEN_DAYS),
        ("refunds", back > 0, back, counted),
        ("steady", (band == bands.LOW) & (orders >= STEADY_ORDERS), orders, np.nan_to_num(summary.cycle_days)),
        ("one_gap", (summary.repeats == 1), 1, 0),
        ("young_shop", np.full(len(summary), young), shop_history_days, 2 * horizon_days),
    )
    given = np.zeros(len(summary), np.int64)
    columns: list[CauseColumn] = []
    for code, holds, value, base in every:
        rows = np.flatnonzero(holds & (given < MOST))
        given[rows] += 1
        columns.append(CauseColumn(code, rows, _whole(value, rows), _whole(base, rows)))
    return tuple(columns)


def _whole(figure: object, rows: Ints) -> Ints:
    """The figure of each row as a whole number; one figure may stand for all."""
    figures = np.asarray(figure, np.float64)
    return np.rint(figures[rows] if figures.ndim else np.full(len(rows), figures)).astype(np.int64)
