"""Shops of many characters, made up by a process whose true probabilities are known.

One process makes them all. The shop has a clock that runs faster when more is bought: seasons, campaigns, closed
weeks. A customer of some kind orders at a rate λ on that clock: the gaps are gamma(k, 1/(kλ)), so that k = 1 is pure
chance and a large k a rhythm; after every order, the first one too, they are lost with probability p. λ is lognormal
over the customers of a kind, p is beta. For such a process the best that anyone could say of a customer, knowing the
process but not the customer's own λ and p, follows from their orders by Bayes: that is `Shop.truth`, the ceiling.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from retcon.retention.risk.log import PurchaseLog, purchase_log

DAY = 86_400
START = 1_420_416_000  # 2015-01-05, a Monday
YEAR = 365.25
_RATES, _LOSSES = 64, 12  # points at which the customers' own λ and p are looked at


@dataclass(frozen=True)
class Kind:
    """Customers of one kind: their share, their usual gap in days and how far it spreads (log), k, and p's beta."""

    share: float
    gap: float
    spread: float
    k: float
    lost: tuple[float, float]
    basket: float = 40.0


@dataclass(frozen=True)
class Recipe:
    """A character: its kinds of customers, its days, the pace of each day, and when new customers come."""

    kinds: tuple[Kind, ...]
    days: int
    horizon: int
    cutoffs: tuple[int, ...]  # days since the shop's first
    pace: Callable[[Any], Any] = np.ones_like
    arrivals: Callable[[Any], Any] = np.ones_like
    priced: bool = True
    cooling_days: float = np.inf  # a customer's own pace halves in so many days
    moods: tuple[float, float] | None = None  # days that a customer buys, then doesn't, on average; no truth is known
    crowd: int = 1  # made with so many times more customers, where few of them tell anything


@dataclass(frozen=True)
class Shop:
    """A shop that was made: its log, and for each order whose it is, the day, and the customer's own clock there."""

    recipe: Recipe
    log: PurchaseLog
    customer: Any
    day: Any
    clock: Any  # customers × days: the sum of the pace until each day since the shop's first

    def truth(self, cutoff: int) -> Any:
        """P(no order within the horizon) of each customer with an order before the day; None where nobody knows."""
        known = self.day < cutoff
        if self.recipe.moods:
            return None
        who, day = self.customer[known], self.day[known]
        customers, starts, number = np.unique(who, return_index=True, return_counts=True)
        at = _read(self.clock, who, day)
        gaps = np.maximum(np.diff(at)[who[1:] == who[:-1]], 1e-9)
        of = np.searchsorted(customers, who[1:][who[1:] == who[:-1]])
        repeats = number - 1
        sums, logs = np.bincount(of, gaps, len(customers)), np.bincount(of, np.log(gaps), len(customers))
        last = at[starts + number - 1]
        now = self.clock[customers, cutoff] - last
        then = self.clock[customers, cutoff + self.recipe.horizon] - last
        every, away = [], []
        for kind in self.recipe.kinds:
            rate, p = _grid(kind)
            shape, speed = kind.k, kind.k * rate
            quiet_now = special.gammaincc(shape, now[:, None] * speed)
            quiet_then = special.gammaincc(shape, then[:, None] * speed)
            weight = (
                np.log(kind.share)
                + repeats[:, None] * (np.log1p(-p) + shape * np.log(speed) - special.gammaln(shape))
                + (shape - 1) * logs[:, None]
                - sums[:, None] * speed
            )
            every.append(weight + np.log(p + (1 - p) * quiet_now))
            away.append((p + (1 - p) * quiet_then) / (p + (1 - p) * quiet_now))
        weight, chance = np.concatenate(every, axis=1), np.concatenate(away, axis=1)
        share = np.exp(weight - weight.max(axis=1, keepdims=True))
        return (share * chance).sum(axis=1) / share.sum(axis=1)


def make(recipe: Recipe, customers: int, seed: int) -> Shop:
    """The shop that this seed gives, with all that happens until a horizon after its last day."""
    draw = np.random.default_rng(seed)
    customers *= recipe.crowd
    days = np.arange(recipe.days + recipe.horizon + 1)
    weight = np.maximum(recipe.arrivals(days) * recipe.pace(days), 0.0)[: recipe.days]
    joined = draw.choice(recipe.days, customers, p=weight / weight.sum()) + draw.random(customers)
    kinds = draw.choice(len(recipe.kinds), customers, p=[kind.share for kind in recipe.kinds])
    pace = np.broadcast_to(recipe.pace(days), (customers, len(days)))
    if np.isfinite(recipe.cooling_days):
        pace = pace * 0.5 ** (np.maximum(days - joined[:, None], 0) / recipe.cooling_days)
    if recipe.moods:
        pace = pace * _moods(draw, recipe.moods, customers, len(days))
    clock = np.concatenate((np.zeros((customers, 1)), np.cumsum(pace, axis=1)), axis=1)
    first = _read(clock, np.arange(customers), joined)
    who, when = [np.arange(customers)], [joined]
    for customer in range(customers):
        kind = recipe.kinds[kinds[customer]]
        rate = np.exp(draw.normal(0, kind.spread)) / kind.gap
        stays = draw.geometric(max(draw.beta(*kind.lost), 1e-4)) - 1
        most = int(4 * (clock[customer, -1] - first[customer]) * rate + 40)
        at = first[customer] + np.cumsum(draw.gamma(kind.k, 1 / (kind.k * rate), min(stays, most)))
        at = at[at < clock[customer, -1]]
        who.append(np.full(len(at), customer))
        when.append(np.interp(at, clock[customer], np.arange(clock.shape[1])))
    customer, day = np.concatenate(who), np.concatenate(when)
    order = np.lexsort((day, customer))
    customer, day = customer[order], day[order]
    basket = np.array([kind.basket for kind in recipe.kinds])[kinds] * np.exp(draw.normal(0, 0.5, customers))
    amount = np.rint(100 * basket[customer] * np.exp(draw.normal(0, 0.4, len(customer))))
    log = purchase_log(
        zone="UTC",
        customer=customer,
        placed=START + (day * DAY).astype(np.int64),
        amount=amount if recipe.priced else np.zeros(len(amount)),
    )
    return Shop(recipe, log, customer, day, clock)


def _read(clock: Any, customer: Any, day: Any) -> Any:
    """The customers' clocks at these days, between two midnights in proportion."""
    whole = day.astype(int)
    return clock[customer, whole] + (day - whole) * (clock[customer, whole + 1] - clock[customer, whole])


def _grid(kind: Kind) -> tuple[Any, Any]:
    """Rates and drop-out probabilities that stand for the customers of a kind, all equally likely."""
    rate = np.exp(stats.norm.ppf((np.arange(_RATES) + 0.5) / _RATES) * kind.spread) / kind.gap
    p = np.clip(stats.beta.ppf((np.arange(_LOSSES) + 0.5) / _LOSSES, *kind.lost), 1e-4, 1 - 1e-9)
    return np.repeat(rate, _LOSSES), np.tile(p, _RATES)


def _moods(draw: np.random.Generator, moods: tuple[float, float], customers: int, days: int) -> Any:
    """1 on days when a customer is about to buy and 0 on others; both kinds last as chance has it."""
    number = int(3 * days / sum(moods)) + 10
    ends = np.cumsum(draw.exponential(np.resize(moods, (customers, number)), (customers, number)), axis=1)
    begun = draw.integers(0, 2, customers)
    return np.array([(np.searchsorted(ends[one], np.arange(days)) + begun[one]) % 2 for one in range(customers)])


def _december(day: Any) -> Any:
    """Ten weeks before Christmas the pace rises to three times the usual one; the weeks after it are slow."""
    of_year = (day + 4) % YEAR  # the shop begins on 5 January
    return 0.7 + 2.3 * np.exp(-(((of_year - 335) / 22) ** 2)) - 0.3 * (of_year < 45)


def _bursts(day: Any) -> Any:
    """Four days of a campaign every five weeks; little in between."""
    return np.where(day % 35 < 4, 6.0, 0.35)


def _closed(day: Any) -> Any:
    """Closed for three weeks in August and for ten days in February."""
    of_year = (day + 4) % YEAR
    return np.where(((of_year > 213) & (of_year < 234)) | ((of_year > 35) & (of_year < 45)), 1e-6, 1.0)


def _week(day: Any) -> Any:
    return np.where(day % 7 == 6, 0.2, np.where(day % 7 >= 4, 1.6, 0.9))


_USUAL = Kind(1.0, gap=50, spread=0.9, k=1, lost=(0.8, 1.6))

RECIPES: dict[str, Recipe] = {
    # The textbook's own shop: what a model of this family should reach fully.
    "plain": Recipe((_USUAL,), 900, 90, (450, 650, 810)),
    # Gifts and donations, once a year, for a decade.
    "annual": Recipe(
        (Kind(0.8, gap=365, spread=0.15, k=12, lost=(0.6, 1.2)), Kind(0.2, gap=170, spread=0.5, k=2, lost=(0.6, 2))),
        3_650, 365, (1_800, 2_560, 3_200),
    ),
    # Everybody came in the same three months; half of them only once.
    "one cohort": Recipe((Kind(1.0, gap=70, spread=1.1, k=1, lost=(0.9, 0.9)),), 500, 90, (270, 360, 450),
                         arrivals=lambda day: day < 90),
    "food": Recipe((Kind(1.0, gap=5, spread=0.5, k=1.6, lost=(0.4, 12)),), 365, 30, (150, 250, 330), pace=_week),
    # A young shop, joined all the time, never seen through a season.
    "four months": Recipe((Kind(1.0, gap=25, spread=1.0, k=1, lost=(0.7, 1.5)),), 120, 30, (60, 90, 115)),
    "no amounts": Recipe((Kind(1.0, gap=21, spread=0.6, k=1.5, lost=(0.5, 5)),), 400, 60, (200, 280, 360),
                         priced=False),
    # A marketplace: three of a hundred ever come again.
    "few returners": Recipe((Kind(1.0, gap=120, spread=0.8, k=1, lost=(18, 0.7)),), 700, 90, (360, 500, 660),
                            crowd=5),
    # Cutoffs before, in and after the strong weeks.
    "christmas": Recipe((Kind(1.0, gap=80, spread=0.8, k=1, lost=(0.7, 2)),), 1_150, 60, (990, 1_020, 1_100),
                        _december),
    "wholesale": Recipe(
        (Kind(0.93, gap=90, spread=0.8, k=1, lost=(1, 1)),
         Kind(0.07, gap=9, spread=0.4, k=3, lost=(0.3, 30), basket=900.0)), 800, 90, (400, 550, 700),
    ),
    # Customers double every five months; they halve in eight; both with consumers like anybody's.
    "grew fast": Recipe((_USUAL,), 800, 90, (400, 550, 700), arrivals=lambda day: 2.0 ** (day / 150)),
    "shrank": Recipe((_USUAL,), 800, 90, (400, 550, 700), lambda day: 1 / (1 + (day / 500) ** 2),
                     lambda day: 0.5 ** (day / 240)),
    # Each 30 days to the day until cancelled, beside people who order as they like.
    "subscriptions": Recipe(
        (Kind(0.6, gap=30, spread=0.005, k=900, lost=(1, 9)), Kind(0.4, gap=60, spread=0.8, k=1, lost=(0.8, 1.6))),
        500, 60, (250, 330, 420),
    ),
    "campaigns": Recipe((_USUAL,), 700, 60, (357, 480, 630), _bursts),
    "closed weeks": Recipe((Kind(1.0, gap=25, spread=0.7, k=2, lost=(0.6, 4)),), 900, 45, (590, 770, 840), _closed),
    # Nobody leaves at once: everybody's own pace falls by half in nine months.
    "cooling": Recipe((Kind(1.0, gap=25, spread=0.9, k=1.2, lost=(0.3, 6)),), 900, 90, (450, 650, 810),
                      cooling_days=270),
    # People who buy a lot for some months, and nothing for others.
    "moods": Recipe((Kind(1.0, gap=12, spread=0.8, k=1.2, lost=(0.6, 9)),), 900, 90, (450, 650, 810),
                    moods=(50, 150)),
}  # fmt: skip
