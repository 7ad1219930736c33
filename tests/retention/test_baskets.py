"""What orders teach of articles: what is bought next, and after how many days again."""

import random
import time

import numpy as np

from retcon.retention import baskets
from retcon.retention.baskets import DAY, Lines, Taught

# A made-up shop: who buys one of these comes back for the other.
COMPLEMENTS = {0: 1, 2: 3, 4: 5}
ARTICLES = 20


class Log:
    """Lines that tests write down."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.orders = 0

    def order(self, customer: int, day: float, *articles: int, pieces: int = 1, gift: bool = False) -> None:
        self.orders += 1
        self.rows += [(customer, self.orders, round(day * DAY), each, pieces, int(gift)) for each in articles]

    def teach(self, category: list[int] | None = None, need: list[int] | None = None) -> Taught:
        columns = np.array(self.rows or np.zeros((0, 6)), np.int64).T
        none = [-1] * ARTICLES
        return baskets.learn(Lines(*columns), np.array(category or none), np.array(need or none))


def after(taught: Taught, article: int) -> list[int]:
    """What is bought after the article, the best first."""
    return taught.after.then[taught.after.first == article].tolist()


def made_up_shop(people: int = 300) -> Log:
    """Everybody buys something at random, most come back, and half of those for what goes with it."""
    dice, log = random.Random(5), Log()
    for customer in range(people):
        first = dice.randrange(ARTICLES)
        log.order(customer, dice.uniform(0, 100), first)
        for back in range(dice.randrange(3)):
            wanted = COMPLEMENTS.get(first) if back == 0 and dice.random() < 0.5 else None
            log.order(customer, 120 + 60 * back, dice.randrange(6, ARTICLES) if wanted is None else wanted)
    return log


def test_what_people_come_back_for_is_found_in_a_shop_where_it_is_known() -> None:
    taught = made_up_shop(600).teach()
    assert {first: after(taught, first)[:1] for first in COMPLEMENTS} == {0: [1], 2: [3], 4: [5]}


def test_a_pair_that_few_people_bought_is_no_evidence_however_often_they_bought_it() -> None:
    log = Log()
    for customer in range(baskets.FEWEST - 1):
        for day in range(0, 200, 10):
            log.order(customer, day, 0)
            log.order(customer, day + 5, 1)
    for customer in range(100, 200):
        log.order(customer, 0, 2 + customer % 10)
        log.order(customer, 50, 2 + (customer + 3) % 10)
    assert after(log.teach(), 0) == []


def test_what_was_bought_later_tells_more_than_what_lay_in_the_same_basket() -> None:
    log = Log()
    for customer in range(20):
        log.order(customer, 0, 0)
        log.order(customer, 30, 1)
    for customer in range(20, 40):
        log.order(customer, 0, 0, 2)
        log.order(customer, 30, 3 + customer % 5)
    for customer in range(40, 140):
        log.order(customer, 0, 3 + customer % 15)
        log.order(customer, 30, 3 + (customer + 7) % 15)
    taught = log.teach()
    assert after(taught, 0)[:2] == [1, 2]


def test_the_lift_of_the_same_share_is_nearer_to_one_where_fewer_people_bought() -> None:
    def lift(times: int) -> float:
        log = Log()
        for customer in range(10 * times):
            first = customer % 2
            log.order(customer, 0, first)
            log.order(customer, 30, 2 if not first else 3)
        taught = log.teach()
        return float(taught.after.lift[taught.after.first == 0][0])

    assert 1 < lift(4) < lift(40) < 2


def test_the_order_of_the_lines_changes_nothing() -> None:
    log = made_up_shop()
    first = log.teach()
    random.Random(9).shuffle(log.rows)
    second = log.teach()
    assert first.after.then.tolist() == second.after.then.tolist()
    assert first.after.lift.tolist() == second.after.lift.tolist()
    assert (first.bought, first.repeats) == (second.bought, second.repeats)


def test_a_shop_without_orders_teaches_nothing() -> None:
    taught = Log().teach()
    assert (len(taught.after.first), taught.ways, taught.bought, taught.repeats) == (0, [], [], {})


def test_from_a_category_people_go_on_to_another() -> None:
    log = Log()
    for customer in range(12):
        log.order(customer, 0, customer % 3)
        log.order(customer, 40, 10)
    for customer in range(12, 60):
        log.order(customer, 0, 11 + customer % 9)
        log.order(customer, 40, 11 + (customer + 1) % 9)
    taught = log.teach(category=[0] * 10 + [1] * 10)
    assert after(taught, 0) == []  # four people bought each pair
    assert taught.after_category.then[taught.after_category.first == 0].tolist() == [10]
    assert (0, 1, 12) in taught.ways


# ---- after how many days again ------------------------------------------------------------------------------


def consumers(log: Log, gap: float, people: int = 12, pieces: int = 1) -> Log:
    """People who buy article 0 again and again, among others who buy anything."""
    for customer in range(people):
        for again in range(4):
            log.order(customer, again * gap + customer % 3, 0, pieces=pieces)
    for customer in range(100, 220):
        for again in range(3):
            log.order(customer, 40 * again, 1 + (customer * 7 + again * 5) % (ARTICLES - 1))
    return log


def test_how_long_an_article_lasts_is_the_median_gap_of_those_who_bought_it_again() -> None:
    taught = consumers(Log(), 30).teach()
    repeat = taught.repeats[0]
    assert (repeat.days, repeat.people) == (30, 12)
    assert repeat.low <= 30 <= repeat.high
    assert set(taught.repeats) == {0}


def test_two_bottles_last_twice_as_long() -> None:
    assert consumers(Log(), 60, pieces=2).teach().repeats[0].days == 30


def test_fewer_than_eight_people_teach_nothing() -> None:
    assert consumers(Log(), 30, people=baskets.FEWEST_REPEATS - 1).teach().repeats == {}


def test_gifts_and_what_was_forgotten_are_no_use() -> None:
    log = consumers(Log(), 30)
    for customer in range(12):
        log.order(customer, 10, 0, gift=True)
        log.order(customer, 0.2 + customer % 3, 0)  # the same evening: both together are two pieces
    repeat = log.teach().repeats[0]
    assert repeat.days == 30


def test_one_person_who_buys_every_day_says_no_more_than_another() -> None:
    log = consumers(Log(), 30)
    for day in range(0, 900, 3):
        log.order(999, day, 0)
    assert log.teach().repeats[0].days == 30


def test_what_is_bought_again_by_chance_alone_is_not_used_up() -> None:
    dice, log = random.Random(2), Log()
    for customer in range(400):
        for again in range(6):
            log.order(customer, again * dice.uniform(20, 60), dice.randrange(ARTICLES))
    assert log.teach().repeats == {}


def test_articles_of_one_need_teach_together_what_none_could_alone() -> None:
    log = Log()
    for customer in range(12):
        for again in range(4):
            log.order(customer, 30 * again, (customer + again) % 4)  # never the same tea twice
    for customer in range(100, 220):
        for again in range(3):
            log.order(customer, 40 * again, 4 + (customer * 7 + again * 5) % (ARTICLES - 4))
    assert log.teach().repeats == {}
    taught = log.teach(need=[0] * 4 + [-1] * (ARTICLES - 4))
    assert {article: repeat.days for article, repeat in taught.repeats.items()} == dict.fromkeys(range(4), 30)


def test_three_hundred_thousand_lines_are_learnt_within_seconds() -> None:
    dice = np.random.default_rng(1)
    lines = 300_000
    customer = dice.integers(0, 100_000, lines)
    log = Lines(
        customer, np.arange(lines), dice.integers(0, 700 * DAY, lines), dice.integers(0, 2_000, lines),
        np.ones(lines, np.int64), np.zeros(lines, np.int64),
    )  # fmt: skip
    began = time.process_time()
    baskets.learn(log, np.arange(2_000) % 40, np.full(2_000, -1))
    assert time.process_time() - began < 4
