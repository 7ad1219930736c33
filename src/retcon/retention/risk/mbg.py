"""The purchase and drop-out model: how likely is no order within so many days.

MBG/NBD (Batislam, Denizel, Filiztekin 2007; Hoppe, Wagner 2007): a customer orders at a constant rate, gamma over
customers with (r, α), and is lost after any order, the first one too, with a probability that is beta over customers
with (a, b). BG/NBD (Fader, Hardie, Lee 2005) differs in that nobody is lost after the first order. Time is counted
in units of the shop's own usual gap, so that a prior learnt from several shops holds and 15 customers are enough.
"""

import numpy as np

from retcon.frozen import dataclass
from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.minimise import minimise

# Mean and standard deviation of the logarithms of r, α, a, b over several real shops.
PRIOR_MEAN = np.array((-0.19, 0.97, -1.54, 0.10))
PRIOR_SPREAD = np.array((0.69, 0.47, 0.67, 2.15))
# The fit looks at so many customers at most, drawn evenly from all kinds of them.
SAMPLE = 8_000
# One id with more than this share of all orders is a till or a reseller; the fit sees it cut to that.
LARGEST_SHARE = 0.05
_FEWEST_REPEATS_CUT = 20
_BLOCK = 100_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """A fitted model; `gap_days` is its unit of time. `lost_at_first`: MBG/NBD, without it BG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    gap_days: float
    lost_at_first: bool = True


def fit(
    repeats: Ints, repeat_days: Ints, observed_days: Ints, gap_days: float, *, lost_at_first: bool = True
) -> PurchaseModel:
    """The parameters most likely in view of the prior and the customers; the prior's own where there are none."""
    (x, t, total), weight = _sample(_cut(repeats), repeat_days, observed_days)
    t, total = t / gap_days, total / gap_days
    customers = weight.sum()
    # The gamma functions of whole numbers of orders are sums over them: so many customers have reached each order.
    reached = np.arange(int(x.max(initial=0)) + 1)
    survived = _at_least(x, weight, reached + (0 if lost_at_first else 1))
    ordered = _at_least(x, weight, reached + 1)

    def cost(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        late, early = np.log(alpha + total), np.log(alpha + t)
        lost = _lost_ratio(x, a, b, lost_at_first)
        with np.errstate(divide="ignore"):
            ratio = np.log(lost) + (r + x) * (late - early)
        gone = _logistic(ratio)  # 1 − P(alive)
        likely = (
            weight @ (np.logaddexp(0.0, ratio) - (r + x) * late) + customers * r * np.log(alpha)
            + ordered @ np.log(r + reached) + survived @ (np.log(b + reached) - np.log(a + b + reached))
        )  # fmt: skip
        to_r = customers * np.log(alpha) + ordered @ (1 / (r + reached)) - weight @ ((1 - gone) * late + gone * early)
        to_alpha = customers * r / alpha - weight @ ((r + x) * ((1 - gone) / (alpha + total) + gone / (alpha + t)))
        to_a = weight @ gone / a - survived @ (1 / (a + b + reached))
        to_b = survived @ (1 / (b + reached) - 1 / (a + b + reached)) - weight @ (gone * lost) / a
        off = (logs - PRIOR_MEAN) / PRIOR_SPREAD
        slope = np.array((to_r * r, to_alpha * alpha, to_a * a, to_b * b)) - off / PRIOR_SPREAD
        return float(0.5 * off @ off - likely), -slope

    r, alpha, a, b = (float(value) for value in np.exp(minimise(cost, PRIOR_MEAN)))
    return PurchaseModel(r, alpha, a, b, gap_days, lost_at_first)


def no_order(
    model: PurchaseModel, repeats: Ints, repeat_days: Ints, observed_days: Ints, horizon_days: float
) -> Floats:
    """P(no order within the horizon) = L(history, T + H) / L(history, T)."""
    r, alpha = model.r, model.alpha
    early = np.log(alpha + repeat_days / model.gap_days)
    now = np.log(alpha + observed_days / model.gap_days)
    then = np.log(alpha + (observed_days + horizon_days) / model.gap_days)
    lost = _lost_ratio(repeats, model.a, model.b, model.lost_at_first)
    alive_now = np.exp((r + repeats) * (early - now))
    alive_then = np.exp((r + repeats) * (early - then))
    with np.errstate(invalid="ignore"):
        chance = (alive_then + lost) / (alive_now + lost)
    # 0 / 0: silent for so long that neither side can be told from nothing.
    return np.clip(np.nan_to_num(chance, nan=1.0), 0.0, 1.0)


def expected_orders(
    model: PurchaseModel, repeats: Ints, repeat_days: Ints, observed_days: Ints, horizon_days: float
) -> Floats:
    """The number of purchases to expect within the horizon. Of MBG/NBD alone."""
    staying = alive(model, repeats, repeat_days, observed_days)
    return staying * orders_if_alive(model, repeats, observed_days, horizon_days)


def orders_if_alive(model: PurchaseModel, repeats: Ints, observed_days: Ints, horizon_days: float) -> Floats:
    """The number of purchases within the horizon to expect of those who are not lost yet. Of MBG/NBD alone.

    By quadrature over the drop-out probability: a customer who is alive and orders at rate λ with drop-out p after
    each order is expected to order (1 − exp(−λpH)) / p times; λ is gamma(r + x, α + T), p is beta(a, b + x + 1).
    """
    kinds, kind = np.unique(repeats, return_inverse=True)
    chance, share = _drop_outs(model, kinds)
    result = np.empty(len(repeats))
    for start in range(0, len(repeats), _BLOCK):
        block = slice(start, start + _BLOCK)
        x, of = repeats[block, None], kind[block]
        until = model.alpha + observed_days[block, None] / model.gap_days
        p = chance[of]
        orders = -np.expm1(-(model.r + x) * np.log1p(p * (horizon_days / model.gap_days) / until)) / p
        result[block] = (orders * share[of]).sum(axis=1)
    return result


def alive(model: PurchaseModel, repeats: Ints, repeat_days: Ints, observed_days: Ints) -> Floats:
    """P(not lost yet)."""
    early = np.log(model.alpha + repeat_days / model.gap_days)
    now = np.log(model.alpha + observed_days / model.gap_days)
    staying = np.exp((model.r + repeats) * (early - now))
    lost = _lost_ratio(repeats, model.a, model.b, model.lost_at_first)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(staying / (staying + lost))


def _lost_ratio(repeats: Ints, a: float, b: float, lost_at_first: bool) -> Floats:
    """The weight of "lost after the last order" beside "still there" in the likelihood, apart from time."""
    if lost_at_first:
        return np.divide(a, b + repeats, dtype=np.float64)
    return np.where(repeats > 0, a / np.maximum(b + repeats - 1, 1e-12), 0.0)


def _at_least(x: Ints, weight: Floats, numbers: Ints) -> Floats:
    """How many customers came back at least so many times, for each of the numbers."""
    exactly: Floats = np.bincount(x, weight, int(numbers.max()) + 1).astype(np.float64)
    return np.cumsum(exactly[::-1])[::-1][numbers]


def _logistic(x: Floats) -> Floats:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _drop_outs(model: PurchaseModel, kinds: Ints) -> tuple[Floats, Floats]:
    """Nodes of the drop-out probability for each number of repeats, and their weights (summing to 1).

    Substituting p = largest · v^(1/k), k = min(a, 1), takes the beta's pole at 0 out of the integrand.
    """
    k = min(model.a, 1.0)
    tail = model.b + kinds[:, None]
    largest = np.minimum(1.0, 30.0 / tail)
    p = np.maximum(largest * (0.5 * (_NODES + 1.0)) ** (1.0 / k), 1e-12)
    density = (model.a - k) * np.log(p) + tail * np.log1p(-np.minimum(p, 1 - 1e-12)) + np.log(_WEIGHTS)
    share = np.exp(density - density.max(axis=1, keepdims=True))
    return p, share / share.sum(axis=1, keepdims=True)


def _cut(repeats: Ints) -> Ints:
    largest = max(_FEWEST_REPEATS_CUT, int(LARGEST_SHARE * (repeats.sum() + len(repeats))))
    return np.minimum(repeats, largest)


def _sample(x: Ints, t: Ints, total: Ints) -> tuple[tuple[Ints, Ints, Ints], Floats]:
    """Equal histories once, with their number: of all, or of a sample drawn evenly along the sorted histories.

    Neither the order of the rows nor the customers' ids change what is drawn.
    """
    order = np.lexsort((total, t, x))
    if len(order) > SAMPLE:
        order = order[(np.arange(SAMPLE) * len(order)) // SAMPLE]
    rows, number = np.unique(np.stack((x[order], t[order], total[order])), axis=1, return_counts=True)
    return (rows[0], rows[1], rows[2]), number.astype(np.float64)
