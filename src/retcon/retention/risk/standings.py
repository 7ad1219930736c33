"""The whole understanding of a shop on a day: where each customer stands, by what is expected of them."""

from dataclasses import dataclass

import numpy as np

from retcon.model.standing import Band
from retcon.retention import lifecycle, tiers
from retcon.retention.risk import bands, causes, dates
from retcon.retention.risk.bands import Levels
from retcon.retention.risk.causes import CauseColumn, Known
from retcon.retention.risk.dates import Expected
from retcon.retention.risk.days import Codes, Flags, Floats, Ints
from retcon.retention.risk.features import log_odds, probability
from retcon.retention.risk.scores import Scores, ShopFit, no_order, score
from retcon.retention.risk.summary import Summary

_LARGEST = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """Where each customer of a summary stands; codes are places in bands.BANDS, tiers.TIERS and lifecycle.STAGES."""

    summary: Summary
    scores: Scores
    risk_score: Ints
    band: Codes
    tier: Codes
    stage: Codes
    next: Expected
    clv: Ints  # within twelve months; four times in five between the next two
    clv_low: Ints
    clv_high: Ints
    yearly: Ints  # of one who stays: what the tier is made of
    stake: Ints
    category: tuple[str, ...]  # of most of what each bought; empty where no product tells
    causes: tuple[CauseColumn, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What a shop's customers are measured by, beside what was learnt of it.

    `category` is each customer's place in the levels' categories, None where no product tells.
    """

    levels: Levels
    category: Ints | None = None
    vip: float | None = None  # yearly value that the seller has set, minor units; None where it is learnt
    high: float | None = None

    def names(self, customers: int) -> tuple[str, ...]:
        """Each customer's category."""
        if self.category is None:
            return ("",) * customers
        return tuple(map(self.levels.categories.__getitem__, self.category.tolist()))


def stand(
    summary: Summary, fit: ShopFit, unwritten: Flags, measures: Measures | None = None, *, why: bool = True
) -> Standings:
    """Where each customer stands. `unwritten` marks those to whom nothing was written since their first order.

    Without `why` there are no causes, which cost as much as everything else.
    """
    measures = measures or Measures(bands.levels())
    scores = score(summary, fit)
    age = summary.as_of_day - summary.first_day
    usual = usual_days(summary, fit)
    worth = scores.yearly_if_staying * scores.purchase_value
    levels = fit.levels.with_set(measures.vip, measures.high)
    tier = tiers.tiers(levels, worth, summary.orders, summary.recent_orders, age)
    warning, alarm = measures.levels.of(tier, measures.category)
    band = bands.bands(scores.p_churn, warning, alarm, summary.silent_days, usual, summary.under_way)
    risk_score = bands.scores(scores.p_churn, warning, alarm, band)
    high = (band == bands.BANDS.index(Band.HIGH)).astype(np.int8)
    # Who waits for something isn't slipping away.
    silent = np.where(summary.under_way, 0, summary.silent_days)

    def rescored(p_churn: Floats, some: Summary, rows: Ints) -> Ints:
        word = bands.bands(p_churn, warning[rows], alarm[rows], some.silent_days, usual[rows], some.under_way)
        return bands.scores(p_churn, warning[rows], alarm[rows], word)

    def unseasoned() -> Ints | None:
        season = fit.correction.season
        p = probability(log_odds(scores.p_churn) - season)
        return rescored(p, summary, np.arange(len(summary))) if season else None

    return Standings(
        summary=summary,
        scores=scores,
        risk_score=risk_score,
        band=band,
        tier=tier,
        stage=lifecycle.stages(summary.orders, age, silent, usual, high),
        next=dates.expected(fit.gaps, summary, usual),
        clv=_minor(scores.clv),
        clv_low=_minor(scores.clv_low),
        clv_high=_minor(scores.clv_high),
        yearly=_minor(worth),
        stake=_minor(np.where(summary.repeats > 0, worth, scores.clv) * scores.p_churn),
        category=measures.names(len(summary)),
        causes=causes.causes(
            summary,
            Known(
                risk_score=risk_score,
                tier=tier,
                usual_days=usual,
                unwritten=unwritten,
                rates=fit.return_rates,
                horizon_days=fit.horizon_days,
                shop_orders=fit.orders,
                shop_history_days=fit.history_days,
                rescore=lambda some, rows: rescored(no_order(some, fit), some, rows),
                unseasoned=unseasoned(),
            ),
        )
        if why
        else (),
    )


def _minor(value: Floats) -> Ints:
    return np.rint(np.minimum(value, _LARGEST)).astype(np.int64)


def usual_days(summary: Summary, fit: ShopFit) -> Floats:
    """Each customer's usual gap in days, pulled towards the shop's as by one gap more."""
    own = np.log(np.maximum(np.where(summary.own_gaps > 0, summary.cycle_days, 1.0), 1.0))
    return np.exp((summary.own_gaps * own + np.log(fit.gap_days)) / (summary.own_gaps + 1))
