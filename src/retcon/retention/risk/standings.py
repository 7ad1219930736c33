"""The whole understanding of a shop on a day: fit it, score everybody, say where each one stands."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retcon.model.standing import Band
from retcon.retention import lifecycle, tiers
from retcon.retention.risk import bands, causes, mbg, spend
from retcon.retention.risk.bands import Levels
from retcon.retention.risk.causes import CauseColumn
from retcon.retention.risk.days import DAY, Codes, Flags, Floats, Ints
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.mbg import PurchaseModel
from retcon.retention.risk.spend import SpendModel
from retcon.retention.risk.summary import YEAR_DAYS, Summary, summarise
from retcon.retention.tiers import ValueLevels

_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class ShopFit:
    """What was learnt of a shop on a day; small, kept for a week."""

    horizon_days: int
    fitted_day: int  # local, since 1970
    orders: int
    history_days: int
    purchase: PurchaseModel
    spend: SpendModel
    levels: ValueLevels
    return_rates: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """The fit in plain values, as `from_dict` takes them."""
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "ShopFit":
        """The fit that `as_dict` gave. Raises KeyError or TypeError for what another version wrote."""
        rest: Any = {
            "purchase": PurchaseModel(**values["purchase"]),
            "spend": SpendModel(**values["spend"]),
            "levels": ValueLevels(**values["levels"]),
            "return_rates": tuple(values["return_rates"]),
        }
        return ShopFit(**{**values, **rest})


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What is expected of each customer within a horizon; money in minor units."""

    p_churn: Floats
    expected_orders: Floats
    purchase_value: Floats

    @property
    def expected_spend(self) -> Floats:
        """Within the horizon."""
        return self.expected_orders * self.purchase_value


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """Where each customer of a summary stands; codes are places in bands.BANDS, tiers.TIERS and lifecycle.STAGES."""

    summary: Summary
    scores: Scores
    risk_score: Ints
    band: Codes
    tier: Codes
    stage: Codes
    next_expected_at: Ints  # seconds; 0 where nothing is expected
    clv: Ints
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


def fit_shop(log: PurchaseLog, as_of: int, horizon_days: int) -> ShopFit:
    """Learn the shop from what happened before the instant alone."""
    summary = summarise(log, as_of, horizon_days)
    purchase = mbg.fit(summary.repeats, summary.repeat_days, summary.observed_days, summary.gap_days)
    money = spend.fit(summary.repeats + 1, summary.purchase_value)
    return ShopFit(
        horizon_days=horizon_days,
        fitted_day=summary.as_of_day,
        orders=int(summary.orders.sum()),
        history_days=summary.history_days,
        purchase=purchase,
        spend=money,
        levels=tiers.levels(_yearly(summary, purchase, money), summary.orders),
        return_rates=causes.return_rates(summary, horizon_days),
    )


def score(summary: Summary, fit: ShopFit) -> Scores:
    """What to expect of each customer within the fit's horizon from the summary's day on."""
    horizon_days = fit.horizon_days
    seen = (summary.repeats, summary.repeat_days, summary.observed_days)
    return Scores(
        p_churn=mbg.no_order(fit.purchase, *seen, horizon_days),
        expected_orders=mbg.expected_orders(fit.purchase, *seen, horizon_days),
        purchase_value=spend.expected_value(fit.spend, summary.repeats + 1, summary.purchase_value),
    )


def stand(summary: Summary, fit: ShopFit, unwritten: Flags, measures: Measures | None = None) -> Standings:
    """Where each customer stands. `unwritten` marks those to whom nothing was written since their first order."""
    measures = measures or Measures(bands.levels())
    scores = score(summary, fit)
    yearly = mbg.orders_if_alive(fit.purchase, summary.repeats, summary.observed_days, YEAR_DAYS)
    yearly_now = yearly * mbg.alive(fit.purchase, summary.repeats, summary.repeat_days, summary.observed_days)
    age = summary.as_of_day - summary.first_day
    usual = usual_days(summary, fit)
    worth = yearly * scores.purchase_value
    levels = fit.levels.with_set(measures.vip, measures.high)
    tier = tiers.tiers(levels, worth, summary.orders, summary.recent_orders, age)
    warning, alarm = measures.levels.of(tier, measures.category)
    band = bands.bands(scores.p_churn, warning, alarm, summary.silent_days, usual, summary.under_way)
    high = (band == bands.BANDS.index(Band.HIGH)).astype(np.int8)
    return Standings(
        summary=summary,
        scores=scores,
        risk_score=bands.scores(scores.p_churn, warning, alarm, band),
        band=band,
        tier=tier,
        stage=lifecycle.stages(summary.orders, age, summary.silent_days, usual, high),
        next_expected_at=np.where(summary.repeats > 0, summary.last_at + np.rint(usual * DAY).astype(np.int64), 0),
        clv=_minor(yearly_now * scores.purchase_value),
        yearly=_minor(worth),
        stake=_minor(np.where(summary.repeats > 0, yearly, yearly_now) * scores.p_churn * scores.purchase_value),
        category=measures.names(len(summary)),
        causes=causes.causes(
            summary,
            tiers=tier,
            band=band,
            rates=fit.return_rates,
            horizon_days=fit.horizon_days,
            unwritten=unwritten,
            shop_history_days=fit.history_days,
        ),
    )


def _yearly(summary: Summary, purchase: PurchaseModel, money: SpendModel) -> Floats:
    """What each customer is expected to spend within twelve months if they stay."""
    orders = mbg.orders_if_alive(purchase, summary.repeats, summary.observed_days, YEAR_DAYS)
    return orders * spend.expected_value(money, summary.repeats + 1, summary.purchase_value)


def _minor(value: Floats) -> Ints:
    return np.rint(np.minimum(value, _LARGEST)).astype(np.int64)


def usual_days(summary: Summary, fit: ShopFit) -> Floats:
    """Each customer's usual gap in days, pulled towards the shop's as by one gap more."""
    own = np.log(np.maximum(np.where(summary.own_gaps > 0, summary.cycle_days, 1.0), 1.0))
    return np.exp((summary.own_gaps * own + np.log(fit.purchase.gap_days)) / (summary.own_gaps + 1))
