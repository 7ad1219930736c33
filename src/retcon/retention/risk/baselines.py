"""What a ranking has to beat: what sellers do by hand, and the textbook's models.

The first three are orders without a probability; each is given one by a logistic curve through the shop's own
earlier window, so that they are compared at their best.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from retcon.retention.risk import mbg, pareto
from retcon.retention.risk.days import Flags, Floats
from retcon.retention.risk.summary import Summary

Score = Callable[[Summary], Floats]


def recency(summary: Summary) -> Floats:
    """Days since the last order."""
    return (summary.as_of_day - summary.last_day).astype(np.float64)


def recency_by_interval(summary: Summary) -> Floats:
    """Days since the last order over the customer's usual gap, the shop's gap where there is none."""
    usual = np.where(np.isnan(summary.cycle_days), summary.gap_days, summary.cycle_days)
    return recency(summary) / np.maximum(usual, 1.0)


def rfm(summary: Summary) -> Floats:
    """Quintiles of recency, frequency and money, added up; the fewer points, the riskier."""
    points = _fifth(-recency(summary)) + _fifth(summary.orders) + _fifth(summary.spent)
    return -points


SCORES: Mapping[str, Score] = MappingProxyType(
    {"recency": recency, "recency/interval": recency_by_interval, "rfm": rfm}
)


def bg_nbd(summary: Summary, horizon_days: float) -> Floats:
    """P(no order within the horizon) by BG/NBD (Fader, Hardie, Lee 2005), fitted on the same past."""
    seen = (summary.repeats, summary.repeat_days, summary.observed_days)
    return mbg.no_order(mbg.fit(*seen, summary.gap_days, lost_at_first=False), *seen, horizon_days)


def pareto_nbd(summary: Summary, horizon_days: float) -> Floats:
    """P(no order within the horizon) by Pareto/NBD (Schmittlein, Morrison, Colombo 1987), fitted on the same past."""
    seen = (summary.repeats, summary.repeat_days, summary.observed_days)
    return pareto.no_order(pareto.fit(*seen, summary.gap_days), *seen, horizon_days)


# Asked for the probability itself: 1 − P(alive) would call every one-time buyer safe.
MODELS: Mapping[str, Callable[[Summary, float], Floats]] = MappingProxyType(
    {"bg/nbd": bg_nbd, "pareto/nbd": pareto_nbd}
)


def curve(score: Floats, stayed_away: Flags) -> Callable[[Floats], Floats]:
    """A logistic curve from a score to a probability, by ridge Newton steps; one half where nothing is known."""
    if not len(score):
        return lambda new: np.full(len(new), 0.5)
    middle, spread = float(np.mean(_squeezed(score))), float(np.std(_squeezed(score))) or 1.0
    columns = np.stack((np.ones(len(score)), (_squeezed(score) - middle) / spread), axis=1)
    weights: Any = np.zeros(2)
    for _ in range(25):
        p = _logistic(columns @ weights)
        slope = columns.T @ (stayed_away - p) - 0.1 * weights
        bend = (columns * (p * (1 - p))[:, None]).T @ columns + 0.1 * np.eye(2)
        weights = weights + np.linalg.solve(bend, slope)
    return lambda new: _logistic(weights[0] + weights[1] * (_squeezed(new) - middle) / spread)


def _squeezed(score: Floats) -> Floats:
    """Days grow by ratios: the first of silence says more than the hundredth."""
    return np.sign(score) * np.log1p(np.abs(score))


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


def _fifth(values: Any) -> Floats:
    """1 to 5 points by quintile; equal values get equal points."""
    ranked = np.sort(values)
    below = np.searchsorted(ranked, values, side="left")
    return np.floor(5 * below / max(len(ranked), 1)) + 1.0
