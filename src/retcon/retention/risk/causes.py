"""Why a customer stands where they stand: codes with figures, for everybody at once. `reasons` puts them in words.

The weight of a cause is its contribution: the score as it is, less the score of the same customer without this cause
alone, everything else being equal. Without the cause means:

- silence: silent for as long as is usual for them;
- one order: as if they had come back once, after the shop's usual gap;
- steady: as if the last order had been the only one;
- refunds, complaints and the like: as if there had been none;
- a yearly habit: as if it weren't known; the season: as if it changed nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from retcon.model.standing import Tier
from retcon.retention.risk import bands
from retcon.retention.risk.days import DAY, Codes, Flags, Floats, Ints
from retcon.retention.risk.log import PARCEL, PAYMENT, PENDING, RETURN, SEASON, SHIPPING
from retcon.retention.risk.one_time import AGES
from retcon.retention.risk.summary import HALF_LIVES, YEAR_DAYS, Summary

MOST = 4
UNWRITTEN_DAYS = 14
# What the rules of the playbook begin at; told, and moving no band.
VIP_SILENT_DAYS = 45
SLEEPING_DAYS = 60
ASLEEP_DAYS = 90  # the end of "sleeping": from here on, gone
STEADY_ORDERS = 3
# A shop of fewer orders rests on little, however old it is.
FEWEST_ORDERS = 60
# Remarks that are told wherever they hold; the others where there is room.
_TOLD = frozenset({*PENDING, "young_shop", "few_orders", "one_gap", "no_season", "vip_silent", "unwritten"})
_REMARK, _HIDDEN = 200, -1

# A changed summary and the rows that it is of → the risk score of each.
Rescore = Callable[[Summary, Ints], Ints]


@dataclass(frozen=True, slots=True, eq=False)
class CauseColumn:
    """One cause at one place among a customer's: the rows that it holds for, with figure, base and weight.

    Columns come in the order of the places, so that each customer's first cause stands in the first of theirs.
    """

    code: str
    rows: Ints
    value: Ints
    base: Ints
    weight: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What else causes rest on, beside the summary: one entry for each customer, and what is the shop's.

    `unwritten`: nothing was written to them since the first order. `unseasoned`: the score without the shop's seasonal
    shift, None where there is no shift.
    """

    risk_score: Ints
    tier: Codes
    usual_days: Floats
    unwritten: Flags
    rates: tuple[float, ...]
    horizon_days: int
    shop_orders: int
    shop_history_days: int
    rescore: Rescore
    unseasoned: Ints | None = None


def causes(summary: Summary, known: Known) -> tuple[CauseColumn, ...]:
    """At most four causes a customer, the weightiest first and remarks, which weigh nothing, last."""
    found = [*_contributions(summary, known), *_remarks(summary, known)]
    if not len(summary):
        return ()
    return _chosen(found, len(summary))


# ---- contributions


def _contributions(summary: Summary, known: Known) -> list[CauseColumn]:
    found: list[CauseColumn] = []

    def add(code: str, holds: Flags, without: Callable[[Summary, Ints], Summary], value: Any, base: Any) -> None:
        rows = np.flatnonzero(holds)
        if len(rows):
            weight = known.risk_score[rows] - known.rescore(without(summary.take(rows), rows), rows)
            found.append(CauseColumn(code, rows, _whole(value, rows), _whole(base, rows), weight))

    cycle = np.nan_to_num(summary.cycle_days)
    usual = np.rint(np.where(summary.own_gaps > 0, cycle, known.usual_days)).astype(np.int64)
    orders, back = summary.orders, summary.refunded_orders + summary.returned_orders
    rate = np.array(known.rates)[np.searchsorted(AGES, summary.silent_days)]
    goods = (summary.pending == PARCEL) | (summary.pending == SHIPPING)
    add("silent", ~goods, lambda some, rows: replace(some, silent_days=usual[rows]), summary.silent_days, cycle)
    add(
        "one_order",
        orders == 1,
        lambda some, rows: _twice(some, known.usual_days[rows]),
        np.nan_to_num(rate, nan=-1.0),
        known.horizon_days,
    )
    add("steady", orders >= STEADY_ORDERS, lambda some, _: _once(some), orders, cycle)
    add("refunds", back > 0, lambda some, _: _nothing_back(some), back, orders + summary.returned_orders)
    add("yearly", summary.pending == SEASON, _unknown_season, summary.season_day, summary.season_width)
    for kind, values in summary.signals.columns.items():

        def none(some: Summary, _: Ints, kind: str = kind) -> Summary:
            return replace(some, signals=some.signals.none_of(kind))

        add(kind, np.nan_to_num(values) > 0, none, np.nan_to_num(values), 0)
    # Orders make nobody riskier: that a loyal customer is missed sooner is told by their silence.
    kept = [_where(column, column.weight < 0) if column.code == "steady" else column for column in found]
    if known.unseasoned is not None:
        weight = known.risk_score - known.unseasoned
        rows = np.flatnonzero(weight)
        day, horizon = _whole(summary.as_of_day, rows), _whole(known.horizon_days, rows)
        kept.append(CauseColumn("season", rows, day, horizon, weight[rows]))
    return kept


def _once(some: Summary) -> Summary:
    """As if the last order had been the only one, of the usual value."""
    nothing, none = np.zeros(len(some), np.int64), np.full(len(some), np.nan)
    return replace(
        some,
        orders=nothing + 1,
        first_at=some.last_at,
        first_day=some.last_day,
        repeats=nothing,
        repeat_days=nothing,
        cycle_days=none,
        own_gaps=nothing,
        gap_log=none,
        gap_spread=none,
        last_gap_log=none,
        second_days=nothing,
        season_day=nothing,
        spent=np.where(np.isnan(some.purchase_value), some.spent, some.purchase_value),
        decayed=np.ones_like(some.decayed),
        season_orders=nothing,
    )


def _twice(some: Summary, usual_days: Floats) -> Summary:
    """As if the only order had been the second, after the shop's usual gap and of the same value."""
    gap = np.maximum(np.rint(usual_days), 1).astype(np.int64)
    log = np.log(gap)
    earlier = np.exp2(-gap[:, None] / (np.array(HALF_LIVES) * some.horizon_days))
    return replace(
        some,
        orders=some.orders + 1,
        first_at=some.first_at - gap * DAY,
        first_day=some.first_day - gap,
        repeats=some.repeats + 1,
        repeat_days=gap,
        cycle_days=gap.astype(np.float64),
        own_gaps=some.own_gaps + 1,
        gap_log=log,
        gap_spread=np.zeros(len(some)),
        last_gap_log=log,
        second_days=gap,
        spent=2 * some.spent,
        decayed=some.decayed + earlier,
    )


def _nothing_back(some: Summary) -> Summary:
    """As if nothing had been given back of the orders that count."""
    nothing = np.zeros(len(some), np.int64)
    return replace(some, refunded=np.zeros(len(some)), refunded_orders=nothing, returned_orders=nothing)


def _unknown_season(some: Summary, _: Ints) -> Summary:
    nothing = np.zeros(len(some), np.int64)
    return replace(some, pending=np.zeros(len(some), np.int8), season_day=nothing)


# ---- remarks


def _remarks(summary: Summary, known: Known) -> list[CauseColumn]:
    """What is said beside the contributions: why silence is none, that this rests on little, what rules look at."""
    silent, orders = summary.silent_days, summary.orders
    age = summary.as_of_day - summary.first_day
    vip = known.tier == bands.TIERS.index(Tier.VIP)
    waits = summary.pending > 0
    late = ~waits & (silent >= SLEEPING_DAYS) & (silent <= ASLEEP_DAYS)
    vip_silent = ~waits & vip & (silent >= VIP_SILENT_DAYS)
    young = known.shop_history_days < 2 * known.horizon_days
    few = not young and known.shop_orders < FEWEST_ORDERS
    first_year = not young and not few and known.shop_history_days < YEAR_DAYS
    every, gap = np.full(len(summary), True), summary.repeats == 1
    unwritten = (orders == 1) & known.unwritten & (age >= UNWRITTEN_DAYS) & (age <= ASLEEP_DAYS)
    told: tuple[tuple[str, Flags, object, object], ...] = (
        *((PENDING[code], summary.pending == code, silent, 0) for code in (PARCEL, SHIPPING, RETURN, PAYMENT)),
        ("young_shop", every & young, known.shop_history_days, 2 * known.horizon_days),
        ("few_orders", every & few, known.shop_orders, 0),
        ("one_gap", gap & (not young) & (not few), 1, 0),
        ("no_season", every & first_year & ~gap, known.shop_history_days, YEAR_DAYS),
        ("vip_silent", vip_silent, silent, VIP_SILENT_DAYS),
        ("unwritten", unwritten, age, UNWRITTEN_DAYS),
        ("sleeping", late & ~vip_silent, SLEEPING_DAYS, ASLEEP_DAYS),
    )
    found: list[CauseColumn] = []
    for code, holds, value, base in told:
        rows = np.flatnonzero(holds)
        found.append(CauseColumn(code, rows, _whole(value, rows), _whole(base, rows), np.zeros(len(rows), np.int64)))
    return found


# ---- the four of each


def _chosen(found: list[CauseColumn], customers: int) -> tuple[CauseColumn, ...]:
    """Each customer's four: what must be told and the weightiest, by weight; then what there is room for."""
    importance = np.full((customers, len(found)), _HIDDEN, np.int16)
    order = np.full((customers, len(found)), _HIDDEN, np.int16)
    for place, column in enumerate(found):
        size = np.minimum(np.abs(column.weight), 100)
        importance[column.rows, place] = _REMARK if column.code in _TOLD else size
        order[column.rows, place] = size
    kept = np.argsort(-importance, axis=1, kind="stable")[:, :MOST]
    shown = np.take_along_axis(importance, kept, axis=1) != _HIDDEN
    # Remarks stand behind all contributions in `found`, so that a stable sort by weight leaves them last.
    by_weight = np.where(shown, np.take_along_axis(order, kept, axis=1), _HIDDEN) * len(found) - kept
    ranked = np.take_along_axis(np.where(shown, kept, -1), np.argsort(-by_weight, axis=1, kind="stable"), axis=1)
    columns: list[CauseColumn] = []
    for rank in range(min(MOST, len(found))):
        for place, column in enumerate(found):
            holds = ranked[column.rows, rank] == place
            if holds.any():
                columns.append(_where(column, holds))
    return tuple(columns)


def _where(column: CauseColumn, holds: Flags) -> CauseColumn:
    return CauseColumn(column.code, column.rows[holds], column.value[holds], column.base[holds], column.weight[holds])


def _whole(figure: object, rows: Ints) -> Ints:
    """The figure of each row as a whole number; one figure may stand for all."""
    figures = np.asarray(figure, np.float64)
    return np.rint(figures[rows] if figures.ndim else np.full(len(rows), figures)).astype(np.int64)
