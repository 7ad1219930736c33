"""How far from what is expected it may come: money within a time, four times in five between two sums."""

from statistics import NormalDist

import numpy as np

from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.spend import SpendModel

LOW, HIGH = 0.1, 0.9
_SHARES = np.concatenate(([1e-6], np.linspace(0.005, 0.995, 199), [1 - 1e-6]))
_DEVIATES = np.array([NormalDist().inv_cdf(float(share)) for share in _SHARES])


def money(
    none: Floats, orders: Floats, value: Floats, shape: Floats, model: SpendModel, purchases: Ints
) -> tuple[Floats, Floats]:
    """The sums below which a customer's spend lies one time in ten, and nine times in ten; minor units.

    `none` is P(no order), `orders` the number to expect, `value` that of one, `shape` the gamma shape of the
    customer's rate of ordering, `purchases` how many were seen. Those who order at all spend by a gamma distribution
    with the mean and variance of so many orders (a gamma mixture of Poisson) of so uncertain a value (Gamma-Gamma);
    its quantiles are Wilson and Hilferty's (1931).
    """
    some = np.maximum(1 - none, 1e-9)
    number = np.maximum(orders / some, 1.0)
    number_variance = (number - 1) * (1 + (number - 1) / (shape + 1))
    known = model.q + model.p * purchases  # shape of what is known of the customer's scale
    loose = np.maximum(known - 2, 0.5)
    of_mean, of_one = value**2 / loose, value**2 * (known - 1) / (model.p * loose)
    mean = number * value
    variance = number * of_one + of_mean * (number_variance + number**2) + value**2 * number_variance
    k = np.maximum(mean**2 / np.maximum(variance, 1e-9), 1e-3)

    def quantile(share: float) -> Floats:
        deviate = np.interp((share - none) / some, _SHARES, _DEVIATES)
        root = np.maximum(1 - 1 / (9 * k) + deviate / (3 * np.sqrt(k)), 0.0)
        return np.where(none >= share, 0.0, mean * root**3)

    return quantile(LOW), np.maximum(quantile(HIGH), orders * value)
