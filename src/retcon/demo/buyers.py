"""Who buys in the sample shop, and when: eighteen months told as days before the anchor, drawn from one seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from retcon.demo.people import BY_CODE, COUNTRIES, HOSTILE, Country, Person, person
from retcon.frozen import dataclass

SEED = 20
MONTHS_18 = 548.0

Draw = Callable[[random.Random], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """One person's purchases, as days before the anchor, the oldest first.

    `steady` buyers' orders all go well, so that what is due for them is foreseeable; `account` is False for guests.
    """

    person: Person
    kind: str
    days_ago: tuple[float, ...]
    steady: bool
    account: bool
    opted_in: bool
    articles: int  # in an order, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People of one habit. `countries` places the first of them; the rest come from anywhere."""

    kind: str
    people: int
    draw: Draw
    countries: str = ""
    steady: bool = False
    accounts: float = 0.7  # share with an account
    opted_in: float = 0.6
    articles: int = 3


def _once(dice: random.Random) -> list[float]:
    return [dice.uniform(9, MONTHS_18)]


def _this_week(dice: random.Random) -> list[float]:
    return [dice.uniform(0.2, 6.6)]


def _ending(dice: random.Random, last: float, rhythm: float, orders: int) -> list[float]:
    """So many orders at a rhythm, the last of them at that day."""
    days = [last]
    while len(days) < orders and days[-1] < MONTHS_18:
        days.append(days[-1] + rhythm * dice.gammavariate(4, 1 / 4))
    return days


def _silent_vip(dice: random.Random) -> list[float]:
    return _ending(dice, dice.uniform(60, 72), dice.uniform(19, 23), dice.randint(11, 17))


def _sleeper(dice: random.Random) -> list[float]:
    return _ending(dice, dice.uniform(80, 92), dice.uniform(24, 38), dice.randint(3, 6))


def _faithful(dice: random.Random) -> list[float]:
    return _ending(dice, dice.uniform(0.5, 18), dice.uniform(17, 26), dice.randint(12, 24))


def _returning(dice: random.Random) -> list[float]:
    """A rhythm of their own from some day on, kept loosely; one chance in eight to be gone after each order."""
    rhythm = dice.lognormvariate(3.7, 0.8)
    days = [dice.uniform(rhythm, MONTHS_18)]
    while True:
        gap = rhythm * dice.gammavariate(1.4, 1 / 1.4)
        if days[-1] - gap < 0.3:
            return days
        days.append(days[-1] - max(gap, 2))
        if dice.random() < 0.125:
            return days


# The week's first orders come from everywhere, so that it is day for some of them whenever the sample is looked at.
COHORTS = (
    Cohort(kind="silent VIP", people=8, draw=_silent_vip, countries="FR DE US GB US JP DE SA", steady=True,
           accounts=1, opted_in=1, articles=6),
    Cohort(kind="sleeper", people=10, draw=_sleeper, countries="ES DE US IT US NL DE BR", steady=True, opted_in=0.8),
    Cohort(kind="first week", people=26, draw=_this_week, steady=True, accounts=0.5,
           countries="US DE TH DE JP FR BR SA GB KR US ES AE DE IT PL NL US TH JP FR DE"),
    Cohort(kind="faithful", people=18, draw=_faithful, accounts=1, opted_in=0.9),
    Cohort(kind="returning", people=146, draw=_returning),
    Cohort(kind="once", people=192, draw=_once, accounts=0.45, opted_in=0.4),
)  # fmt: skip


def buyers() -> list[Buyer]:
    """Everybody who ever bought, the same people and days at every call."""
    dice = random.Random(SEED)
    everybody = _Everybody(sum(cohort.people for cohort in COHORTS), dice)
    found: list[Buyer] = []
    for cohort in COHORTS:
        places = cohort.countries.split()
        for number in range(cohort.people):
            who = everybody.next(BY_CODE[places[number]] if number < len(places) else None)
            found.append(
                Buyer(
                    person=who,
                    kind=cohort.kind,
                    days_ago=tuple(sorted(cohort.draw(dice), reverse=True)),
                    steady=cohort.steady,
                    account=dice.random() < cohort.accounts,
                    opted_in=dice.random() < cohort.opted_in,
                    articles=cohort.articles,
                )
            )
    return _with_hostile_names(found)


class _Everybody:
    """Hands out people, so that each country ends with its share."""

    def __init__(self, people: int, dice: random.Random) -> None:
        self._waiting: list[Country] = [
            country for country in COUNTRIES for _ in range(round(people * country.share / 100))
        ]
        dice.shuffle(self._waiting)
        self._given = dict.fromkeys((country.code for country in COUNTRIES), 0)

    def next(self, country: Country | None) -> Person:
        if country is None:
            chosen = self._waiting.pop()
        else:
            chosen = country
            self._waiting.remove(country)
        number = self._given[chosen.code]
        self._given[chosen.code] += 1
        return person(chosen, number)


def _with_hostile_names(found: Sequence[Buyer]) -> list[Buyer]:
    """Gives a sleeper and a first buyer names that try to do harm."""
    kinds = [buyer.kind for buyer in found]
    changed = list(found)
    for kind, (first, last) in zip(("first week", "sleeper"), HOSTILE, strict=True):
        place = kinds.index(kind) + 1
        changed[place] = replace(found[place], person=replace(found[place].person, first=first, last=last))
    return changed
