"""The proof on a shop's own past: rank as of a day from what was known then, then look who came back."""

import math
from collections.abc import Sequence

import numpy as np

from retcon.frozen import dataclass
from retcon.retention.risk import baselines, metrics, standings
from retcon.retention.risk.days import DAY, Flags, Floats
from retcon.retention.risk.log import PurchaseLog
from retcon.retention.risk.summary import Summary, summarise

OURS = "retcon"
NAMES = 20  # what a seller can look at in a morning
FEWEST_CUSTOMERS = 2
_SILENCE = "recency"


@dataclass(frozen=True, slots=True)
class Figures:
    """How good one ranking was; NaN where too few stayed away or came back to tell.

    `auc2` and `lift10` are of customers with two orders or more. `value_caught`: of what those who stayed away had
    spent in the year before, the part held by the first tenth of such customers when listed by probability times
    that spend, the same for every ranking.
    """

    auc: float
    auc2: float
    brier: float
    ece: float
    lift10: float
    value_caught: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """One day of the past. `named` of those with two orders and one within the horizon before, likeliest first."""

    as_of: int  # seconds
    customers: int
    stayed_away: int
    models: dict[str, Figures]
    named: int
    named_right: int
    silence_right: int  # of as many, taken by longest silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """All days that were replayed, newest last."""

    horizon_days: int
    cutoffs: tuple[Cutoff, ...]

    def means(self) -> dict[str, Figures]:
        """The figures of each ranking, averaged over the days on which they could be told."""
        names = self.cutoffs[0].models if self.cutoffs else {}
        return {name: _mean([cutoff.models[name] for cutoff in self.cutoffs]) for name in names}


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


def replay(log: PurchaseLog, cutoffs: Sequence[int], horizon_days: int) -> Backtest:
    """Rank at each instant, by us and by the baselines, and compare with what came."""
    return Backtest(
        horizon_days=horizon_days,
        cutoffs=tuple(
            found for at in sorted(cutoffs) if (found := _replay(log, at, horizon_days)).customers >= FEWEST_CUSTOMERS
        ),
    )


def _replay(log: PurchaseLog, as_of: int, horizon_days: int) -> Cutoff:
    then = summarise(log, as_of, horizon_days)
    away = stayed_away(log, then, as_of, horizon_days)
    before = summarise(log, as_of - horizon_days * DAY, horizon_days)
    away_before = stayed_away(log, before, as_of - horizon_days * DAY, horizon_days)
    ours = standings.score(then, standings.fit_shop(log, as_of, horizon_days)).p_churn
    rankings: dict[str, tuple[Floats, Floats]] = {OURS: (ours, ours)}
    for name, score in baselines.SCORES.items():
        to_probability = baselines.curve(score(before), away_before)
        rankings[name] = (score(then), to_probability(score(then)))
    textbook = baselines.bg_nbd(then, horizon_days)
    rankings["bg/nbd"] = (textbook, textbook)
    customers = np.flatnonzero((then.orders >= 2) & (then.as_of_day - then.last_day <= horizon_days))
    named = min(NAMES, len(customers))
    return Cutoff(
        as_of=as_of,
        customers=len(then),
        stayed_away=int(away.sum()),
        models={name: _figures(then, away, score, p) for name, (score, p) in rankings.items()},
        named=named,
        named_right=_right(then, away, ours, customers, named),
        silence_right=_right(then, away, rankings[_SILENCE][0], customers, named),
    )


def stayed_away(log: PurchaseLog, then: Summary, as_of: int, horizon_days: int) -> Flags:
    """Who of the customers did not order within the horizon from the instant on."""
    came = (log.placed >= as_of) & (log.placed < as_of + horizon_days * DAY) & (log.voided > log.placed)
    orders = np.bincount(log.customer[came], minlength=len(log.customer_ids))
    return orders[then.position] == 0


def _figures(then: Summary, away: Flags, score: Floats, probability: Floats) -> Figures:
    again = then.orders >= 2
    value = then.spent_last_year[again]
    return Figures(
        auc=metrics.auc(away, score),
        auc2=metrics.auc(away[again], score[again]),
        brier=metrics.brier(away, probability),
        ece=metrics.calibration_error(away, probability),
        lift10=metrics.lift(away[again], score[again]),
        value_caught=metrics.caught(away[again], value, probability[again] * value),
    )


def _right(then: Summary, away: Flags, score: Floats, among: np.ndarray, number: int) -> int:
    """How many of the first so many names stayed away; equals in the order of their last and first orders."""
    order = np.lexsort((then.first_at[among], then.last_at[among], -score[among]))
    return int(away[among[order[:number]]].sum())


def _mean(every: Sequence[Figures]) -> Figures:
    def mean(values: Sequence[float]) -> float:
        known = [value for value in values if not math.isnan(value)]
        return sum(known) / len(known) if known else math.nan

    return Figures(
        auc=mean([one.auc for one in every]),
        auc2=mean([one.auc2 for one in every]),
        brier=mean([one.brier for one in every]),
        ece=mean([one.ece for one in every]),
        lift10=mean([one.lift10 for one in every]),
        value_caught=mean([one.value_caught for one in every]),
    )
