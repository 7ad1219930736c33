"""The proof on a shop's own past: rank as of a day from what was known then, then look who came back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from retcon.model.backtest import OURS, Cutoff, Figures, Found, Group
from retcon.retention.risk import baselines, metrics, scores
from retcon.retention.risk.days import DAY, Flags, Floats
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.past import stayed_away
from retcon.retention.risk.summary import YEAR_DAYS, Summary, summarise

# Names are shown of customers with so many orders; of fewer, almost nothing ranks (see docs/backtest.md).
FEWEST_ORDERS = 2
FEWEST_CUSTOMERS = 2
# At most this part of those who could be named is: a list of everybody proves nothing.
NAMED_SHARE = 0.25
# How a ranking is asked: the score, and the probability that nothing is ordered within the horizon.
_Ranking = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What was known on a day, and what came of it; `away` is for judging alone."""

    log: PurchaseLog
    as_of: int
    horizon_days: int
    now: Summary
    before: Summary  # a horizon earlier, and who of them had stayed away by the day
    away_before: Flags
    away: Flags


def days_to_replay(log: PurchaseLog, now: int, horizon_days: int, number: int) -> tuple[int, ...]:
    """Local midnights to replay: the last whose horizon is over, then back by a horizon each, oldest first.

    Only those with a horizon of history before them; none in a young shop. The day after the last order counts as
    the end of the past, so that an old export is replayed as well as a running shop.
    """
    if not len(log):
        return ()
    end = int(min(log.days.of(now), log.day.max() + 1))
    days = range(end - horizon_days, int(log.day.min()) + horizon_days - 1, -horizon_days)
    return tuple(log.days.start(day) for day in reversed(days[:number]))


def replay(
    log: PurchaseLog,
    cutoffs: Sequence[int],
    horizon_days: int,
    names_per_day: int,
    told: Callable[[int, int], None] | None = None,
) -> tuple[tuple[Cutoff, ...], tuple[Group, ...]]:
    """Rank at each instant, by us and by the baselines, and compare with what came.

    Returns the days on which there was somebody to rank, and our calibration over all of them. `told` hears how many
    of the instants are done.
    """
    cells: list[Cutoff] = []
    said: list[Floats] = []
    came: list[Flags] = []
    for done, at in enumerate(sorted(cutoffs)):
        if told is not None:
            told(done, len(cutoffs))
        known = _known(log, at, horizon_days)
        if len(known.now) < FEWEST_CUSTOMERS:
            continue
        rankings = _rankings(known)
        cells.append(_cutoff(known, rankings, names_per_day))
        if (ours := rankings[OURS]) is not None:
            said.append(ours[1])
            came.append(known.away)
    if told is not None:
        told(len(cutoffs), len(cutoffs))
    return tuple(cells), metrics.calibration(np.concatenate(came), np.concatenate(said)) if said else ()


def _known(log: PurchaseLog, as_of: int, horizon_days: int) -> _Known:
    earlier = as_of - horizon_days * DAY
    now, before = summarise(log, as_of, horizon_days), summarise(log, earlier, horizon_days)
    return _Known(
        log=log,
        as_of=as_of,
        horizon_days=horizon_days,
        now=now,
        before=before,
        away_before=stayed_away(log, before, earlier, as_of),
        away=stayed_away(log, now, as_of, as_of + horizon_days * DAY),
    )


def _rankings(known: _Known) -> Mapping[str, _Ranking | None]:
    """Every ranking's answer on the day, None where it has none."""

    def by_hand(score: baselines.Score) -> _Ranking:
        to_probability = baselines.curve(score(known.before), known.away_before)
        return score(known.now), to_probability(score(known.now))

    def by_model(model: Callable[[Summary, float], Floats]) -> _Ranking:
        probability = model(known.now, known.horizon_days)
        return probability, probability

    found: dict[str, _Ranking | None] = {OURS: _answer(lambda: _ours(known))}
    found |= {name: _answer(lambda score=score: by_hand(score)) for name, score in baselines.SCORES.items()}
    return found | {name: _answer(lambda model=model: by_model(model)) for name, model in baselines.MODELS.items()}


def _ours(known: _Known) -> _Ranking:
    fit = scores.fit_shop(known.log, known.as_of, known.horizon_days)
    probability = scores.no_order(known.now, fit)
    return probability, probability


def _answer(rank: Callable[[], _Ranking]) -> _Ranking | None:
    """What a ranking says; None where it breaks down over the day's data, or says what is no number."""
    try:
        with np.errstate(all="ignore"):
            score, probability = rank()
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        return None
    return (score, probability) if np.isfinite(score).all() and np.isfinite(probability).all() else None


def _cutoff(known: _Known, rankings: Mapping[str, _Ranking | None], names_per_day: int) -> Cutoff:
    nameable = known.now.orders >= FEWEST_ORDERS
    bought_lately = known.now.as_of_day - known.now.last_day < YEAR_DAYS
    spent = np.where(nameable, known.now.spent_last_year, 0.0)
    # Where no amounts are known, everybody who bought within the year is worth the same.
    worth = spent if spent.sum() else (nameable & bought_lately).astype(np.float64)
    lost = float(worth[known.away].sum())
    able = int((worth > 0).sum())
    named = min(names_per_day, max(1, round(able * NAMED_SHARE))) if able else 0
    silence = (known.now.as_of_day - known.now.last_day).astype(np.float64)
    lists = {name: _first(known, answer[1] * worth, worth, named) for name, answer in rankings.items() if answer}
    return Cutoff(
        as_of=datetime.fromtimestamp(known.as_of, UTC),
        history_days=known.now.history_days,
        customers=len(known.now),
        stayed_away=int(known.away.sum()),
        nameable=able,
        named=named,
        lost_minor=round(float(spent[known.away].sum())),
        found={name: _found(known, rows, spent) for name, rows in lists.items()},
        longest_silent=_found(known, _first(known, np.where(worth > 0, silence, -1.0), worth, named), spent),
        models={
            name: _figures(known, answer, float(worth[rows][known.away[rows]].sum()) / lost if lost else np.nan)
            if answer and (rows := lists[name]) is not None
            else Figures()
            for name, answer in rankings.items()
        },
        failed=tuple(name for name, answer in rankings.items() if answer is None),
    )


def _figures(known: _Known, answer: _Ranking, value_caught: float) -> Figures:
    again = known.now.orders >= FEWEST_ORDERS
    score, probability = answer
    return Figures(
        auc=metrics.auc(known.away, score),
        auc2=metrics.auc(known.away[again], score[again]),
        brier=metrics.brier(known.away, probability),
        ece=metrics.calibration_error(known.away, probability),
        lift10=metrics.lift(known.away[again], score[again]),
        value_caught=value_caught,
    )


def _first(known: _Known, rank: Floats, worth: Floats, number: int) -> Any:
    """The places of the first so many names; equals by their worth, then by their last and first orders."""
    then = known.now
    return np.lexsort((then.first_at, then.last_at, -worth, -rank))[:number]


def _found(known: _Known, rows: Any, spent: Floats) -> Found:
    right = rows[known.away[rows]]
    return Found(right=len(right), value_minor=round(float(spent[right].sum())))
