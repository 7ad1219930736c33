"""What people come back for in the sample shop: what is used up, what goes with what they have, what is outgrown.

Beside what anybody buys at any time, so that there is something to learn of its articles.
"""

import random
from datetime import datetime, timedelta

from retcon.demo.catalog import ARTICLES, Article
from retcon.frozen import dataclass

SEED = 22
BY_SKU = {article.sku: article for article in ARTICLES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Who has one of `having` comes back for `article` after so many days, with that chance at each order.

    Of what is used up they buy more, as long after every time.
    """

    having: tuple[str, ...]
    article: str
    after_days: float
    chance: float
    used_up: bool = False


HABITS = (
    Habit(having=("COF-DRIP",), article="COF-FILTER-100", after_days=0, chance=0.5),
    Habit(having=("COF-FILTER-100",), article="COF-FILTER-100", after_days=48, chance=0.75, used_up=True),
    Habit(having=("COF-DRIP",), article="COF-SERVER", after_days=5, chance=0.3),
    Habit(having=("KNIFE-PARE",), article="KNIFE-STONE", after_days=20, chance=0.35),
    Habit(having=("BOARD-WALNUT",), article="OIL-BOARD", after_days=60, chance=0.5),
    Habit(having=("OIL-BOARD",), article="OIL-BOARD", after_days=95, chance=0.6, used_up=True),
    Habit(having=("CROCK-SOUR", "BAKE-PROOF"), article="BAKE-STONE", after_days=10, chance=0.35),
    Habit(having=("KID-BOWL",), article="KID-SET", after_days=260, chance=0.5),
)
# What else is bought now and then by anybody, and how often.
NOW_AND_THEN = (("BOARD-WALNUT", 0.045), ("KID-BOWL", 0.035), ("KETTLE-E", 0.02), ("CUP-SAKE-3", 0.015))


class Habits:
    """Adds to each person's orders, the oldest first, what they come back for; the same at every call."""

    def __init__(self) -> None:
        self._dice = random.Random(SEED)
        self._bought: dict[tuple[str, str], datetime] = {}  # person and article, when last

    def join(self, person: str, placed: datetime, basket: list[tuple[Article, int]]) -> list[tuple[Article, int]]:
        """The basket with what the person comes back for."""
        skus = [article.sku for article, _ in basket]
        for habit in HABITS:
            if habit.article not in skus and self._wants(habit, person, placed) and self._dice.random() < habit.chance:
                skus.append(habit.article)
        for sku, chance in NOW_AND_THEN:
            if self._dice.random() < chance and (person, sku) not in self._bought:
                skus.append(sku)
        for sku in skus:
            self._bought[person, sku] = placed
        return [*basket, *((BY_SKU[sku], 1) for sku in skus[len(basket) :])]

    def _wants(self, habit: Habit, person: str, placed: datetime) -> bool:
        if not habit.used_up and (person, habit.article) in self._bought:
            return False
        had = [at for sku in habit.having if (at := self._bought.get((person, sku))) is not None]
        return bool(had) and placed - max(had) >= timedelta(habit.after_days)
