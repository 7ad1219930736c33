"""MBG/NBD and BG/NBD: how likely is no order within so many days.

MBG/NBD (Batislam, Denizel, Filiztekin 2007; Hoppe, Wagner 2007): a customer orders at a constant rate, gamma over
customers with (r, α), and is lost after any order, the first one too, with a probability that is beta over customers
with (a, b). BG/NBD (Fader, Hardie, Lee 2005) differs in that nobody is lost after the first order. Time is counted
in units of the shop's own usual gap, so that a prior learnt from several shops holds and 15 customers are enough.
"""

import numpy as np

from retcon.frozen import dataclass
from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.histories import grouped
from retcon.retention.risk.minimise import minimise

# Mean and standard deviation of the logarithms of r, α, a, b over several real shops.
PRIOR_MEAN = np.array((-0.19, 0.97, -1.54, 0.10))
PRIOR_SPREAD = np.array((0.69, 0.47, 0.67, 2.15))


@dataclass(frozen=True, slots=True)
class MbgModel:
    """A fitted model; `gap_days` is its unit of time. `lost_at_first`: MBG/NBD, without it BG/NBD."""

    r: float
    alpha: float
    a: float
    b: float
    gap_days: float
    lost_at_first: bool = True


def fit(
    repeats: Ints, repeat_days: Ints, observed_days: Ints, gap_days: float, *, lost_at_first: bool = True
) -> MbgModel:
    """The parameters most likely in view of the prior and the customers; the prior's own where there are none."""
    from scipy.special import betaln, gammaln

    x, t, total, customers = grouped(repeats, repeat_days, observed_days, gap_days)
    kept = x + lost_at_first  # orders after which they could have been lost and were not

    def cost(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        likely = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + kept) - betaln(a, b)
            + _likelihood(MbgModel(r, alpha, a, b, 1.0, lost_at_first), x, t, total)
        )  # fmt: skip
        off = (logs - PRIOR_MEAN) / PRIOR_SPREAD
        return float(0.5 * off @ off - customers @ likely)

    r, alpha, a, b = (float(value) for value in np.exp(minimise(cost, PRIOR_MEAN)))
    return MbgModel(r, alpha, a, b, gap_days, lost_at_first)


def no_order(model: MbgModel, repeats: Ints, repeat_days: Ints, observed_days: Ints, horizon_days: float) -> Floats:
    """P(no order within the horizon) = L(history, T + H) / L(history, T)."""
    x = repeats.astype(np.float64)
    t, now = repeat_days / model.gap_days, observed_days / model.gap_days
    then = now + horizon_days / model.gap_days
    return np.exp(np.minimum(_likelihood(model, x, t, then) - _likelihood(model, x, t, now), 0.0))


def _likelihood(model: MbgModel, x: Floats, t: Floats, total: Floats) -> Floats:
    """The part of the history's log-likelihood that time changes: still there, or lost after the last order."""
    r, a, b = model.r, model.a, model.b
    staying = -(r + x) * np.log(model.alpha + total)
    may_be_lost = np.maximum(b + x - (0 if model.lost_at_first else 1), 1e-12)
    lost = np.where((x > 0) | model.lost_at_first, a / may_be_lost, 0.0)
    with np.errstate(divide="ignore"):
        return np.logaddexp(staying, np.log(lost) - (r + x) * np.log(model.alpha + t))
