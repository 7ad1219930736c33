"""How good a ranking was, once it is known who stayed away. A label is 1 where the customer did not come back."""

from typing import Any

import numpy as np

from retcon.model.backtest import Group
from retcon.retention.risk.days import Floats, Ints

FIRST_TENTH = 0.1
GROUPS = 10


def auc(stayed_away: Any, score: Any) -> float:
    """The chance that one who stayed away was ranked above one who came back; ties count half; NaN without both."""
    lost = np.asarray(stayed_away, bool)
    away, back = int(lost.sum()), int((~lost).sum())
    if not away or not back:
        return float("nan")
    return float((_ranks(score)[lost].sum() - away * (away + 1) / 2) / (away * back))


def brier(stayed_away: Any, probability: Any) -> float:
    """The mean squared miss."""
    miss = np.asarray(probability, float) - np.asarray(stayed_away, float)
    return float(np.mean(miss**2)) if len(miss) else float("nan")


def calibration(stayed_away: Any, probability: Any, groups: int = GROUPS) -> tuple[Group, ...]:
    """What was said and what came, in groups of equal size by what was said, ascending.

    Who was given the same probability shares a group, so there may be fewer of them and of unequal size.
    """
    said, came = np.asarray(probability, float), np.asarray(stayed_away, float)
    if not len(said):
        return ()
    edges = np.unique(np.quantile(said, np.linspace(0, 1, groups + 1)))
    place = np.clip(np.searchsorted(edges, said, side="right") - 1, 0, max(len(edges) - 2, 0))
    number, sum_said, sum_came = np.bincount(place), np.bincount(place, said), np.bincount(place, came)
    rows = zip(number.tolist(), sum_said.tolist(), sum_came.tolist(), strict=True)
    return tuple(Group(customers, one / customers, other / customers) for customers, one, other in rows if customers)


def calibration_error(stayed_away: Any, probability: Any) -> float:
    """ECE: the mean distance between what was said and what came, over the groups of `calibration`."""
    groups = calibration(stayed_away, probability)
    miss = sum(group.customers * abs(group.said - group.came) for group in groups)
    return miss / sum(group.customers for group in groups) if groups else float("nan")


def lift(stayed_away: Any, score: Any, share: float = FIRST_TENTH) -> float:
    """How many times more of the first tenth stayed away than of all; ties at the border count in part."""
    lost, ranked = np.asarray(stayed_away, float), np.asarray(score, float)
    if not len(lost) or not lost.sum():
        return float("nan")
    names = max(1, round(len(lost) * share))
    border = np.sort(ranked)[::-1][names - 1]
    above, on = ranked > border, ranked == border
    right = lost[above].sum() + lost[on].mean() * (names - above.sum())
    return float(right / names / lost.mean())


def _ranks(score: Any) -> Floats:
    _, place, number = np.unique(np.asarray(score, float), return_inverse=True, return_counts=True)
    last: Ints = np.cumsum(number)
    return (last - (number - 1) / 2)[place]
