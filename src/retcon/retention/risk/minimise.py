"""The lowest point of a smooth function of a few logarithms, by scipy's L-BFGS-B; imported only where one fits."""

from collections.abc import Callable

import numpy as np

from retcon.retention.risk.days import Floats

# Beyond these the likelihood is flat.
_LOWEST, _HIGHEST = -8.0, 10.0


def minimise(function: Callable[[Floats], float], start: Floats) -> Floats:
    """Where the function is lowest near the start; its slope is taken by differences."""
    from scipy.optimize import minimize

    found = minimize(function, start, method="L-BFGS-B", bounds=[(_LOWEST, _HIGHEST)] * len(start))
    return np.asarray(found.x, np.float64)
