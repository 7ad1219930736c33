"""What a shop's own past adds to the purchase model: where the model was wrong, and how wrong at this time of the year.

The picture of the shop is rebuilt at earlier dates whose answer is known. A ridge regression on log-odds, pulled
towards the model itself, learns from them who is riskier than the model says; each date has a level of its own, so
that a good or a bad season teaches nothing about persons. How far the learnt ranking is trusted is validated forward
in time within the shop, and in a small shop hardly at all. The level is the model's; how wrong it was throughout,
and a year ago, moves it by what those misses are worth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retcon.retention.risk.days import Floats, Ints
from retcon.retention.risk.features import Seen, probability
from retcon.retention.risk.summary import YEAR_DAYS

# Strengths of the pull towards the model, on standardised columns; of these a shop's own past chooses.
RIDGES = (30.0, 100.0, 300.0)
_USUAL_RIDGE = 100.0
_LEVEL_RIDGE = 0.3
# A date that lies a horizon further back weighs so much less.
FADING = 0.7
# Customers who came back, or not, below which nothing can be validated.
FEWEST = 150
_TRUSTS = np.linspace(0.0, 1.0, 6)
# Columns are kept within what all but so few of the past customers showed.
_RAREST = 0.002
# Half of what a year ago differed from the rest of the year is expected again, and never more than this (log-odds).
_SEASON_SHARE, SEASON_CAP = 0.5, 0.6
# How far a level is usually off in a season that the shop hasn't seen yet (log-odds).
_UNSEEN_SEASON = 0.3
_USUAL_MISS = 0.5
_STEPS, _CLOSE = 30, 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A date of the past: what was seen then, and who stayed away. `age_days` from the end of its horizon until now."""

    age_days: int
    year_ago: bool
    seen: Seen
    away: Floats


@dataclass(frozen=True, slots=True)
class Learnt:
    """A regression: the slope of the model's log-odds, and for each column its slope, middle, spread and limits."""

    slope: float
    slopes: tuple[float, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]
    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Learnt":
        """The regression of plain values. Raises TypeError for what another version wrote."""
        columns: Any = {name: tuple(value) for name, value in values.items() if name != "slope"}
        return Learnt(slope=values["slope"], **columns)


@dataclass(frozen=True, slots=True)
class Correction:
    """How to correct the model's log-odds; where nothing was learnt, the model stands alone.

    `trust` 0–1 is the learnt ranking's share, `level` and `season` are added.
    """

    learnt: Learnt | None = None
    trust: float = 0.0
    level: float = 0.0
    season: float = 0.0

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Correction":
        """The correction of plain values. Raises KeyError or TypeError for what another version wrote."""
        learnt = values["learnt"]
        rest = {name: value for name, value in values.items() if name != "learnt"}
        return Correction(learnt=None if learnt is None else Learnt.from_dict(learnt), **rest)


def corrected(seen: Seen, correction: Correction) -> Floats:
    """Log-odds of no order within the horizon."""
    return _ranking(seen, correction.learnt, correction.trust) + correction.level + correction.season


def learn(windows: Sequence[Window], now: Seen, horizon_days: int, history_days: int) -> Correction:
    """What the dates of the past teach, newest first, for the customers that are seen now."""
    usual = [window for window in windows if not window.year_ago]
    if not usual or not len(now.model):
        return Correction()
    trust, ridge = _chosen(windows, horizon_days)
    (learnt,) = _fits(windows, horizon_days, (ridge,))
    misses = np.array([_miss(window, learnt, trust) for window in usual])
    weight = FADING ** (np.array([window.age_days for window in usual]) / horizon_days)
    mean = float(weight @ misses / weight.sum())
    spread = float(weight @ (misses - mean) ** 2 / weight.sum())
    unseen = _UNSEEN_SEASON * max(0.0, 1 - (history_days - horizon_days) / YEAR_DAYS)
    # A miss that was the same at all dates will be so again; one that came and went will not.
    lasting = mean * mean**2 / (mean**2 + spread + unseen**2 + 1e-9)
    season = [_miss(window, learnt, trust) - mean for window in windows if window.year_ago]
    return Correction(
        learnt=learnt,
        trust=trust,
        level=_level(_ranking(now, learnt, trust), float(probability(now.model).mean())) + lasting,
        season=float(np.clip(_SEASON_SHARE * season[0], -SEASON_CAP, SEASON_CAP)) if season else 0.0,
    )


def _chosen(windows: Sequence[Window], horizon_days: int) -> tuple[float, float]:
    """The share and the pull of what was learnt before the newest date that would have been best at that date."""
    newest = windows[0]
    rarer = _rarer(newest)
    usual = 0.8 * rarer / (rarer + FEWEST)
    before = [window for window in windows[1:] if window.age_days >= newest.age_days + horizon_days]
    if not before or min(rarer, *map(_rarer, before)) < FEWEST:
        return usual, _USUAL_RIDGE
    losses = [
        [_loss(_ranking(newest.seen, learnt, trust), newest.away) for trust in _TRUSTS]
        for learnt in _fits(before, horizon_days, RIDGES)
    ]
    place = int(np.argmin([min(loss) for loss in losses]))
    best = _lowest(losses[place])
    # The last fit has a horizon more to learn from than the validated one: it is trusted no less.
    return max(best, (best + usual) / 2), RIDGES[place]


def _lowest(loss: Sequence[float]) -> float:
    """The share at which the parabola through the lowest loss and its neighbours is lowest."""
    place = int(np.argmin(loss))
    if not 0 < place < len(loss) - 1:
        return float(_TRUSTS[place])
    before, here, after = loss[place - 1 : place + 2]
    bend = before - 2 * here + after
    return float(_TRUSTS[place] + (_TRUSTS[1] / 2 * (before - after) / bend if bend > 0 else 0.0))


def _rarer(window: Window) -> float:
    away = float(window.away.sum())
    return min(away, len(window.away) - away)


def _ranking(seen: Seen, learnt: Learnt | None, trust: float) -> Floats:
    if learnt is None:
        return seen.model
    return trust * _predicted(seen, learnt) + (1 - trust) * seen.model


def _predicted(seen: Seen, learnt: Learnt) -> Floats:
    columns = np.clip(seen.columns, learnt.lowest, learnt.highest)
    slopes = np.array(learnt.slopes) / learnt.spread
    return learnt.slope * seen.model + columns @ slopes - np.array(learnt.middle) @ slopes


def _fits(windows: Sequence[Window], horizon_days: int, ridges: Sequence[float]) -> list[Learnt]:
    """Ridge regressions on log-odds with a level for each date, one for each strength of the pull."""
    columns = np.concatenate([window.seen.columns for window in windows])
    away = np.concatenate([window.away for window in windows])
    sizes = np.array([len(window.away) for window in windows])
    weight = np.repeat(FADING ** (np.array([window.age_days for window in windows]) / horizon_days), sizes)
    lowest, highest = np.quantile(columns, (_RAREST, 1 - _RAREST), axis=0)
    columns = np.clip(columns, lowest, highest)
    middle = weight @ columns / weight.sum()
    spread = np.sqrt(weight @ (columns - middle) ** 2 / weight.sum())
    varies = spread > 1e-9
    spread = np.where(varies, spread, 1.0)
    model = np.concatenate([window.seen.model for window in windows])
    known = np.column_stack((model, (columns - middle) / spread * varies))
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    limits = [tuple(values.tolist()) for values in (middle, spread, lowest, highest)]
    every = (_newton(known, away, weight, starts, sizes, ridge) for ridge in ridges)
    return [Learnt(float(slopes[0]), tuple(slopes[1:].tolist()), *limits) for slopes in every]


def _newton(known: Floats, away: Floats, weight: Floats, starts: Ints, sizes: Ints, ridge: float) -> Floats:
    """The slopes, pulled towards 1 for the first column and 0 for all others; rows of one date follow each other."""
    pulled = np.zeros(known.shape[1])
    pulled[0] = 1.0
    slopes, levels = pulled.copy(), np.zeros(len(sizes))

    def cost(slopes: Floats, levels: Floats) -> float:
        odds = known @ slopes + np.repeat(levels, sizes)
        loss = weight @ (np.logaddexp(0.0, odds) - away * odds)
        return float(loss + 0.5 * ridge * np.sum((slopes - pulled) ** 2) + 0.5 * _LEVEL_RIDGE * levels @ levels)

    least = cost(slopes, levels)
    for _ in range(_STEPS):
        p = probability(known @ slopes + np.repeat(levels, sizes))
        bent = weight * p * (1 - p)
        miss = weight * (away - p)
        weighed = known * bent[:, None]
        # Levels are eliminated from the equations date by date, so that only the columns are solved for.
        across = np.add.reduceat(weighed, starts)
        own = np.add.reduceat(bent, starts) + _LEVEL_RIDGE
        off = np.add.reduceat(miss, starts) - _LEVEL_RIDGE * levels
        matrix = weighed.T @ known + ridge * np.eye(len(slopes)) - across.T @ (across / own[:, None])
        step = np.linalg.solve(matrix, known.T @ miss - ridge * (slopes - pulled) - across.T @ (off / own))
        levels_step = (off - across @ step) / own
        # The function is convex: a step that is too long, where the model was too sure, is halved until it helps.
        while (now := cost(slopes + step, levels + levels_step)) > least and np.abs(step).max() > _CLOSE:
            step, levels_step = step / 2, levels_step / 2
        slopes, levels, gained, least = slopes + step, levels + levels_step, least - now, now
        if gained < _CLOSE * len(away):
            break
    return slopes


def _miss(window: Window, learnt: Learnt, trust: float) -> float:
    """How far the model's level was off on a date, in log-odds; small where few customers tell."""
    ranking = _ranking(window.seen, learnt, trust)
    said = ranking + _level(ranking, float(probability(window.seen.model).mean()))
    p = probability(said)
    told = float((p * (1 - p)).sum())
    return _level(said, float(window.away.mean())) * told / (told + 1 / _USUAL_MISS**2)


def _loss(log_odds: Floats, away: Floats) -> float:
    """Mean log loss once the level is right: of a ranking alone."""
    p = probability(log_odds + _level(log_odds, float(away.mean())))
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(-np.mean(away * np.log(p) + (1 - away) * np.log1p(-p)))


def _level(log_odds: Floats, share: float) -> float:
    """What must be added for the mean probability to be the share, within ±5."""
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if float(probability(log_odds + middle).mean()) < share else (low, middle)
    return (low + high) / 2
