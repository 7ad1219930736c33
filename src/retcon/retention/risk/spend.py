"""What a purchase of a customer is worth: their own mean, pulled towards the shop's where they bought little.

Gamma-Gamma (Fader, Hardie 2013), with a weak prior of our own so that a handful of customers gives a sane answer.
"""

import numpy as np

from retcon.frozen import dataclass
from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.minimise import minimise

# Logarithms of p, q − 1 and of the mean value over the customers' plain mean: where they are likely to lie.
_PRIOR_MEAN = np.array((1.0, 1.0, 0.0))
_PRIOR_SPREAD = np.array((1.0, 1.0, 0.5))
_SAMPLE = 8_000


@dataclass(frozen=True, slots=True)
class SpendModel:
    """A customer with n purchases of mean m is expected to spend (p·n·m + (q − 1)·mean) / (p·n + q − 1) on the next."""

    p: float
    q: float
    mean: float  # of a purchase in this shop, minor units


def fit(purchases: Ints, value: Floats) -> SpendModel:
    """The parameters most likely in view of the prior and the customers; `value` is NaN where unknown."""
    from scipy.special import gammaln

    paying = value > 0  # NaN is not
    if not paying.any():
        return SpendModel(float(np.exp(1.0)), 1 + float(np.exp(1.0)), 0.0)
    # Sums in one order, values to nine digits: neither the order of the rows nor the currency's unit moves the fit.
    scale = float(np.sort(value[paying]).mean())
    n, m = _sample(purchases[paying], np.exp(np.round(np.log(value[paying] / scale), 9)))

    def cost(logs: Floats) -> float:
        p, rest, mean = np.exp(logs)
        q, gamma = 1 + rest, mean * rest / p
        shape = p * n
        likely = (
            gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma)
            + (shape - 1) * np.log(m) + shape * np.log(n) - (shape + q) * np.log(gamma + n * m)
        )  # fmt: skip
        off = (logs - _PRIOR_MEAN) / _PRIOR_SPREAD
        return float(0.5 * off @ off - likely.sum())

    p, rest, mean = (float(number) for number in np.exp(minimise(cost, _PRIOR_MEAN)))
    return SpendModel(p, 1 + rest, mean * scale)


def expected_value(model: SpendModel, purchases: Ints, value: Floats) -> Floats:
    """Minor units to expect of the customer's next purchase; the shop's mean where nothing is known of theirs."""
    known = ~np.isnan(value)
    own = np.where(known, model.p * purchases, 0.0)
    return (own * np.where(known, value, 0.0) + (model.q - 1) * model.mean) / (own + model.q - 1)


def _sample(n: Ints, m: Floats) -> tuple[Ints, Floats]:
    """Customers with two purchases and more where there are three such; drawn evenly where there are many."""
    again = n >= 2
    if again.sum() >= 3:
        n, m = n[again], m[again]
    order = np.lexsort((m, n))
    if len(order) > _SAMPLE:
        order = order[(np.arange(_SAMPLE) * len(order)) // _SAMPLE]
    return n[order], m[order]
