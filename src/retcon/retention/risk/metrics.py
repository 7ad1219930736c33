"""How good a ranking was, once it is known who stayed away. A label is 1 where the customer did not come back."""

from typing import Any

import numpy as np

from retcon.retention.risk.days import Floats, Ints

FIRST_TENTH = 0.1


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


def calibration_error(stayed_away: Any, probability: Any, bins: int = 10) -> float:
    """ECE: the mean distance between what was said and what came, over bins of equal size; equal p share a bin."""
    said, came = np.asarray(probability, float), np.asarray(stayed_away, float)
    if not len(said):
        return float("nan")
    edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1)))
    place = np.clip(np.searchsorted(edges, said, side="right") - 1, 0, max(len(edges) - 2, 0))
    return float(np.abs(np.bincount(place, said) - np.bincount(place, came)).sum() / len(said))


def lift(stayed_away: Any, score: Any, share: float = FIRST_TENTH) -> float:
    """How many times more of the first tenth stayed away than of all; ties at the border count in part."""
    lost, ranked = np.asarray(stayed_away, float), np.asarray(score, float)
    if not len(lost) or not lost.sum():
        return float("nan")
    return caught(lost, np.ones(len(lost)), ranked, share) * len(lost) / max(1, round(len(lost) * share))


def caught(stayed_away: Any, value: Any, score: Any, share: float = FIRST_TENTH) -> float:
    """Of all the value that was lost, the part held by the first tenth of names; ties at the border in part."""
    lost = np.asarray(stayed_away, float) * np.asarray(value, float)
    ranked = np.asarray(score, float)
    if not lost.sum():
        return float("nan")
    names = max(1, round(len(lost) * share))
    border = np.sort(ranked)[::-1][names - 1]
    above, on = ranked > border, ranked == border
    return float((lost[above].sum() + lost[on].mean() * (names - above.sum())) / lost.sum())


def _ranks(score: Any) -> Floats:
    _, place, number = np.unique(np.asarray(score, float), return_inverse=True, return_counts=True)
    last: Ints = np.cumsum(number)
    return (last - (number - 1) / 2)[place]
