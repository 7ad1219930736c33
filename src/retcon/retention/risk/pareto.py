"""Pareto/NBD (Schmittlein, Morrison, Colombo 1987): how likely is no order within so many days, and how many to expect.

A customer orders at a constant rate, gamma over customers with (r, α), and is lost at a constant rate, gamma with
(s, β). Time is counted in units of the shop's own usual gap, so that a prior learnt from several shops holds.
Instead of a hypergeometric function, the time at which a customer may have been lost is summed over by Gauss–Legendre
nodes spread evenly in log(α + time).
"""

from dataclasses import dataclass

import numpy as np

from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.histories import distinct, grouped
from retcon.retention.risk.minimise import minimise

# Mean and standard deviation of the logarithms of r, α, s, β over several real shops.
PRIOR_MEAN = np.array((-0.22, 1.04, -0.83, 1.73))
PRIOR_SPREAD = np.array((0.57, 0.50, 2.4, 3.5))
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
# What lies further out than this weighs nothing: exp(-40).
_DEEPEST = 40.0
_SHORTEST = 1e-9
_BLOCK = 20_000  # rows at once, so that the nodes fit into the processor's cache


@dataclass(frozen=True, slots=True)
class ParetoModel:
    """A fitted model; `gap_days` is its unit of time."""

    r: float
    alpha: float
    s: float
    beta: float
    gap_days: float


def fit(repeats: Ints, repeat_days: Ints, observed_days: Ints, gap_days: float) -> ParetoModel:
    """The parameters most likely in view of the prior and the customers; the prior's own where there are none."""
    from scipy.special import gammaln

    x, t, total, customers = grouped(repeats, repeat_days, observed_days, gap_days)

    def cost(logs: Floats) -> float:
        r, alpha, s, beta = np.exp(logs)
        model = ParetoModel(r, alpha, s, beta, 1.0)
        likely = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        likely += np.logaddexp(_there(model, x, total), _lost(model, x, t, total))
        off = (logs - PRIOR_MEAN) / PRIOR_SPREAD
        return float(0.5 * off @ off - customers @ likely)

    r, alpha, s, beta = (float(value) for value in np.exp(minimise(cost, PRIOR_MEAN)))
    return ParetoModel(r, alpha, s, beta, gap_days)


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What is expected of each customer: P(not lost yet), and P(no order) within each of the horizons asked for."""

    alive: Floats
    no_order: tuple[Floats, ...]


def outlook(
    model: ParetoModel, repeats: Ints, repeat_days: Ints, observed_days: Ints, *horizons_days: float
) -> Outlook:
    """P(not lost yet), and P(no order within the horizon) = L(history, T + H) / L(history, T) for each horizon."""
    kinds, kind = distinct(repeats, repeat_days, observed_days)
    alive, none = np.empty(len(kinds)), [np.empty(len(kinds)) for _ in horizons_days]
    for start in range(0, len(kinds), _BLOCK):
        block, rows = slice(start, start + _BLOCK), kinds[start : start + _BLOCK]
        x = repeats[rows].astype(np.float64)
        t, now = repeat_days[rows] / model.gap_days, observed_days[rows] / model.gap_days
        there, lost = _there(model, x, now), _lost(model, x, t, now)
        likely = np.logaddexp(there, lost)
        alive[block] = np.exp(there - likely)
        for found, days in zip(none, horizons_days, strict=True):
            then = now + days / model.gap_days
            silent = np.logaddexp(_there(model, x, then), np.logaddexp(lost, _lost(model, x, now, then)))
            found[block] = np.exp(np.minimum(silent - likely, 0.0))
    return Outlook(alive[kind], tuple(found[kind] for found in none))


def no_order(model: ParetoModel, repeats: Ints, repeat_days: Ints, observed_days: Ints, horizon_days: float) -> Floats:
    """P(no order within the horizon)."""
    return outlook(model, repeats, repeat_days, observed_days, horizon_days).no_order[0]


def orders_if_alive(model: ParetoModel, repeats: Ints, observed_days: Ints, horizon_days: float) -> Floats:
    """The number of purchases within the horizon to expect of those who are not lost yet (equation 41)."""
    now, then = observed_days / model.gap_days, (observed_days + horizon_days) / model.gap_days
    rate = (model.r + repeats) / (model.alpha + now)
    longer = np.log((model.beta + then) / (model.beta + now))
    s = model.s - 1
    # The time that they are expected to stay within the horizon; its limit where s is 1.
    stay = -np.expm1(-s * longer) / s if abs(s) > 1e-9 else longer
    return rate * (model.beta + now) * stay


def _there(model: ParetoModel, x: Floats, total: Floats) -> Floats:
    """Log-likelihood of the history by somebody who is not lost yet, apart from what time doesn't change."""
    return -(model.r + x) * np.log(model.alpha + total) - model.s * np.log(model.beta + total)


def _lost(model: ParetoModel, x: Floats, since: Floats, until: Floats) -> Floats:
    """The same by somebody who was lost between the two times, after their last order."""
    r, alpha, s, beta = model.r, model.alpha, model.s, model.beta
    first = np.log(alpha + since)
    falls = np.maximum(r + x - 1, _SHORTEST)
    last = np.minimum(np.log(alpha + np.maximum(until, since + _SHORTEST)), first + _DEEPEST / falls)
    half = (last - first)[:, None] / 2
    place = first[:, None] + half * (_NODES + 1)
    likely = -(r + x[:, None] - 1) * place - (s + 1) * np.log(beta - alpha + np.exp(place))
    top = likely.max(axis=1)
    summed = np.exp(likely - top[:, None]) @ _WEIGHTS
    return np.log(s) + top + np.log(summed * half[:, 0])
