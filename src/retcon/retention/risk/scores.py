"""A shop learnt from its log, and what is expected of each customer: the probability, the orders, the money."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from retcon.retention import tiers
from retcon.retention.risk import correction, dates, mbg, pareto, past, ranges, spend
from retcon.retention.risk.correction import Correction
from retcon.retention.risk.dates import GapModel
from retcon.retention.risk.days import Floats
from retcon.retention.risk.features import Yardstick, log_odds, probability, see
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.mbg import MbgModel
from retcon.retention.risk.one_time import return_rates
from retcon.retention.risk.pareto import ParetoModel
from retcon.retention.risk.spend import SpendModel
from retcon.retention.risk.summary import YEAR_DAYS, Summary, summarise
from retcon.retention.tiers import ValueLevels


@dataclass(frozen=True, slots=True)
class ShopFit:
    """What was learnt of a shop on a day; small, kept for a week.

    `evenness` keeps the sum of what all are expected to spend when each one's own value counts by its root alone.
    """

    horizon_days: int
    fitted_day: int  # local, since 1970
    orders: int
    history_days: int
    pareto: ParetoModel
    mbg: MbgModel
    correction: Correction
    spend: SpendModel
    evenness: float
    levels: ValueLevels
    gaps: GapModel
    return_rates: tuple[float, ...]

    @property
    def gap_days(self) -> float:
        """The shop's usual gap: the geometric mean of all gaps."""
        return self.pareto.gap_days

    @property
    def yardstick(self) -> Yardstick:
        """What the columns of customers are measured in."""
        return Yardstick(self.pareto, self.mbg, self.spend.mean)

    def as_dict(self) -> dict[str, Any]:
        """The fit in plain values, as `from_dict` takes them."""
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "ShopFit":
        """The fit that `as_dict` gave. Raises KeyError or TypeError for what another version wrote."""
        rest: Any = {
            "pareto": ParetoModel(**values["pareto"]),
            "mbg": MbgModel(**values["mbg"]),
            "correction": Correction.from_dict(values["correction"]),
            "spend": SpendModel(**values["spend"]),
            "levels": ValueLevels(**values["levels"]),
            "gaps": GapModel(**values["gaps"]),
            "return_rates": tuple(values["return_rates"]),
        }
        return ShopFit(**{**values, **rest})


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What is expected of each customer; money in minor units. `low` and `high` hold four times in five."""

    p_churn: Floats  # P(no order within the horizon)
    expected_orders: Floats  # within the horizon
    expected_spend: Floats  # within the horizon
    purchase_value: Floats
    yearly_orders: Floats  # within twelve months
    yearly_if_staying: Floats  # the same of one who is not lost yet
    clv_low: Floats
    clv_high: Floats

    @property
    def clv(self) -> Floats:
        """Expected spend within twelve months."""
        return self.yearly_orders * self.purchase_value


def fit_shop(log: PurchaseLog, as_of: int, horizon_days: int) -> ShopFit:
    """Learn the shop from what happened before the instant alone."""
    summary = summarise(log, as_of, horizon_days)
    history = (summary.repeats, summary.repeat_days, summary.observed_days, summary.gap_days)
    purchase, money = pareto.fit(*history), spend.fit(summary.repeats + 1, summary.purchase_value)
    by = Yardstick(purchase, mbg.fit(*history), money.mean)
    windows = past.windows(log, as_of, horizon_days, by)
    staying = pareto.orders_if_alive(purchase, summary.repeats, summary.observed_days, YEAR_DAYS)
    value = spend.expected_value(money, summary.repeats + 1, summary.purchase_value)
    even = float((staying * np.sqrt(value * money.mean)).sum())
    return ShopFit(
        horizon_days=horizon_days,
        fitted_day=summary.as_of_day,
        orders=int(summary.orders.sum()),
        history_days=summary.history_days,
        pareto=purchase,
        mbg=by.mbg,
        correction=correction.learn(windows, see(summary, by), horizon_days, summary.history_days),
        spend=money,
        evenness=float((staying * value).sum()) / even if even > 0 else 1.0,
        levels=tiers.levels(staying * value, summary.orders),
        gaps=dates.fit(summary),
        return_rates=return_rates(summary, horizon_days),
    )


def no_order(summary: Summary, fit: ShopFit) -> Floats:
    """P(no order within the fit's horizon) of each customer, from the summary's day on."""
    return probability(correction.corrected(see(summary, fit.yardstick), fit.correction))


def score(summary: Summary, fit: ShopFit) -> Scores:
    """What to expect of each customer within the fit's horizon and a year from the summary's day on.

    Whether somebody orders says more of what they will spend than how much they used to: `expected_spend` takes the
    root of their own value, which orders the names better on every log that was tried.
    """
    seen = see(summary, fit.yardstick, YEAR_DAYS)
    odds = correction.corrected(seen, fit.correction)
    p = probability(odds)
    within, year = seen.outlook.no_order
    none_in_year = np.minimum(probability(log_odds(year) + odds - seen.model), p)
    # Whoever is likelier to order than the model says is expected to order so many times more.
    more = seen.outlook.alive * (1 - p) / np.maximum(1 - within, 1e-9)
    staying = pareto.orders_if_alive(fit.pareto, summary.repeats, summary.observed_days, YEAR_DAYS)
    orders = pareto.orders_if_alive(fit.pareto, summary.repeats, summary.observed_days, fit.horizon_days) * more
    orders = np.maximum(orders, 1 - p)
    yearly = np.maximum(staying * more, 1 - none_in_year)
    value = spend.expected_value(fit.spend, summary.repeats + 1, summary.purchase_value)
    shape = fit.pareto.r + summary.repeats.astype(np.float64)
    low, high = ranges.money(none_in_year, yearly, value, shape, fit.spend, summary.repeats + 1)
    return Scores(
        p_churn=p,
        expected_orders=orders,
        expected_spend=orders * fit.evenness * np.sqrt(value * fit.spend.mean),
        purchase_value=value,
        yearly_orders=yearly,
        yearly_if_staying=np.maximum(staying, yearly),
        clv_low=low,
        clv_high=high,
    )
