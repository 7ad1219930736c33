"""The lowest point of a smooth function of a few parameters: damped Newton steps, enough for our fits.

scipy's optimisers would do as well; importing them takes longer than all our fits together.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from retcon.retention.risk.days import Floats

# The parameters are logarithms: beyond these the likelihood is flat.
_LOWEST, _HIGHEST = -8.0, 10.0
_LONGEST_STEP = 2.0
_CLOSE = 1e-7
_STEPS = 100


def minimise(function: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Where the function, which returns its value and its slope, is lowest near the start (Levenberg's damping)."""
    place = np.array(start, np.float64)
    value, slope = function(place)
    damping = 1e-3
    for _ in range(_STEPS):
        bend = _bend(function, place)
        scale = np.diag(np.maximum(np.abs(np.diag(bend)), 1e-6))
        while damping < 1e12:
            step = _step(bend + damping * scale, slope)
            there = np.clip(place + step, _LOWEST, _HIGHEST)
            value_there, slope_there = function(there)
            if value_there <= value:
                break
            damping *= 10
        else:
            return place
        moved = float(np.abs(there - place).max())
        place, value, slope = there, value_there, slope_there
        damping = max(damping / 10, 1e-9)
        if moved < _CLOSE:
            break
    return place


def with_slope(function: Callable[[Floats], float], width: float = 1e-4) -> Callable[[Floats], tuple[float, Floats]]:
    """The function with its slope by differences."""

    def both(place: Floats) -> tuple[float, Floats]:
        sides = width * np.eye(len(place))
        slope = [(function(place + side) - function(place - side)) / (2 * width) for side in sides]
        return function(place), np.array(slope)

    return both


def _bend(function: Callable[[Floats], tuple[float, Floats]], place: Floats, width: float = 1e-3) -> Floats:
    """The second derivatives, by differences of the slope."""
    sides = width * np.eye(len(place))
    rows: Any = [(function(place + side)[1] - function(place - side)[1]) / (2 * width) for side in sides]
    bend = np.array(rows)
    return (bend + bend.T) / 2


def _step(bend: Floats, slope: Floats) -> Floats:
    """The Newton step, downhill also where the function bends the wrong way, never longer than the longest."""
    bends, directions = np.linalg.eigh(bend)
    step = -directions @ ((directions.T @ slope) / np.maximum(np.abs(bends), 1e-9))
    return step * min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
