"""How often one of three suggestions is bought in the next order, beside what is most popular and beside chance.

    python benchmarks/recommending.py LOG.csv.gz [--people 400]

The log has customer_id, order_id, placed_at, article, category, quantity, price_minor: one line each, times in UTC.
Asked is for each person: which articles that they never had does their next order hold? Once after the first orders of
half of the people, learnt from the other half; once after a cutoff, learnt from what was before. The suggestions are
what a letter would say, by the same functions.
"""

import argparse
import csv
import gzip
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from retcon.model.orders import Order, OrderLine, OrderState
from retcon.model.people import Customer
from retcon.model.policy import CountryProfile
from retcon.model.products import Assortment, Ware
from retcon.model.situation import Situation
from retcon.model.standing import Standing
from retcon.retention import assortment as shelf
from retcon.retention import baskets, recommend

SOURCE = "log"
MONTHS = 3
PROFILE = CountryProfile(
    country="", name="", languages=(), channels=(), hours=(), service_hours=(), opt_out=frozenset(),
    marketing_needs=(), transit_days=5,
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line of the log."""

    customer: str
    order: str
    at: datetime
    article: str
    category: str
    quantity: int
    price: int


def read(file: Path, people: int | None) -> list[Row]:
    """The lines in order of time, of so many customers."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        rows = [
            Row(
                each["customer_id"],
                each["order_id"],
                datetime.fromisoformat(each["placed_at"]).replace(tzinfo=UTC),
                each["article"],
                each["category"],
                int(each["quantity"]),
                int(each["price_minor"]),
            )
            for each in csv.DictReader(text)
        ]
    rows.sort(key=lambda row: (row.at, row.order))
    if people is None:
        return rows
    known = sorted({row.customer for row in rows})
    some = set(random.Random(1).sample(known, min(people, len(known))))
    return [row for row in rows if row.customer in some]


def learnt(rows: list[Row]) -> Assortment:
    """The articles of these lines with what the lines teach, as the program keeps it."""
    names = sorted({row.article for row in rows})
    code = {name: place for place, name in enumerate(names)}
    filed = {row.article: row.category for row in rows}
    categories = sorted(set(filed.values()))
    number = {name: place for place, name in enumerate(categories)}
    prices: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        prices[row.article].append(row.price)
    customers = {name: place for place, name in enumerate(sorted({row.customer for row in rows}))}
    orders = {name: place for place, name in enumerate(dict.fromkeys(row.order for row in rows))}
    lines = baskets.Lines(
        customer=np.array([customers[row.customer] for row in rows]),
        order=np.array([orders[row.order] for row in rows]),
        at=np.array([int(row.at.timestamp()) for row in rows]),
        article=np.array([code[row.article] for row in rows]),
        quantity=np.array([row.quantity for row in rows]),
        gift=np.zeros(len(rows), np.int64),
    )
    taught = baskets.learn(lines, np.array([number[filed[name]] for name in names]), np.full(len(names), -1))
    keys = [f"{SOURCE}:{name}" for name in names]
    wares = [
        Ware(key=key, name=name, sku="", link="https://shop.example/a", categories=(filed[name],),
             price_minor=int(median(prices[name])), in_stock=True)
        for key, name in zip(keys, names, strict=True)
    ]  # fmt: skip
    return shelf.assemble(wares, (), baskets.named(taught, keys, categories))


def questions(rows: list[Row], cutoff: datetime) -> list[tuple[Situation, frozenset[str]]]:
    """Each customer as they stood at the cutoff, and what was new to them in their next order."""
    by_customer: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_customer[row.customer][row.order].append(row)
    found: list[tuple[Situation, frozenset[str]]] = []
    for orders in by_customer.values():
        before = [lines for lines in orders.values() if lines[0].at < cutoff]
        after = [lines for lines in orders.values() if cutoff <= lines[0].at < cutoff + timedelta(30 * MONTHS)]
        if before and after:
            had = {row.article for lines in before for row in lines}
            new = frozenset(f"{SOURCE}:{row.article}" for row in after[0] if row.article not in had)
            if new:
                found.append((situation(before), new))
    return found


def situation(orders: list[list[Row]]) -> Situation:
    """The customer with these orders."""
    return Situation(customer=Customer(id=1, name=""), standing=Standing.none(1), orders=tuple(map(order, orders)))


def order(lines: list[Row]) -> Order:
    total = sum(row.price * row.quantity for row in lines)
    return Order(
        id=1, source=SOURCE, source_id=lines[0].order, number=lines[0].order, customer_id=1, placed_at=lines[0].at,
        modified_at=None, state=OrderState.PAID, source_status="", currency="EUR", total_minor=total,
        refunded_minor=0, total_base_minor=total, country="", coupon_codes=(), shipped_at=None, delivered_at=None,
        delivered_estimated=False, carrier="", tracking_number="", tracking_link="",
        lines=tuple(OrderLine(name=row.article, quantity=row.quantity, product_id=row.article) for row in lines),
    )  # fmt: skip


def popular(rows: list[Row]) -> list[str]:
    """Articles by how many people bought them."""
    buyers = Counter(article for _, article in {(row.customer, row.article) for row in rows})
    return [f"{SOURCE}:{name}" for name, _ in sorted(buyers.items(), key=lambda each: (-each[1], each[0]))]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("log", type=Path)
    asked.add_argument("--people", type=int)
    given = asked.parse_args()
    rows = read(given.log, given.people)
    newcomers(rows)
    for back in (2, 1):
        cutoff = rows[-1].at - timedelta(30 * MONTHS * back)
        before = [row for row in rows if row.at < cutoff]
        later = [row for row in rows if row.at < cutoff + timedelta(30 * MONTHS)]
        compare(f"from {cutoff:%Y-%m-%d} on", before, questions(later, cutoff))


def newcomers(rows: list[Row]) -> None:
    """Print the hit rates for the first orders of half of the people, learnt from the other half."""
    names = sorted({row.customer for row in rows})
    others = set(random.Random(3).sample(names, len(names) // 2))
    known = {row.article for row in rows if row.customer not in others}
    theirs: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.customer in others and row.article in known:
            theirs[row.customer][row.order].append(row)
    for place, words in enumerate(("first", "second", "third"), 1):
        asked: list[tuple[Situation, frozenset[str]]] = []
        for orders in map(list, (each.values() for each in theirs.values())):
            if len(orders) > place:
                had = {row.article for lines in orders[:place] for row in lines}
                new = frozenset(f"{SOURCE}:{row.article}" for row in orders[place] if row.article not in had)
                if new:
                    asked.append((situation(orders[:place]), new))
        compare(f"after the {words} order", [row for row in rows if row.customer not in others], asked)


def compare(title: str, before: list[Row], asked: list[tuple[Situation, frozenset[str]]]) -> None:
    """Print the hit rates of what was learnt before for those who are asked."""
    began = time.process_time()
    known = learnt(before)
    took = time.process_time() - began
    most = popular(before)
    category = {key: article.category for key, article in known.articles.items()}
    dice = random.Random(1)
    hits: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for person, new in asked:
        had = {f"{SOURCE}:{line.product_id}" for order in person.orders for line in order.lines}
        filed = {category[f"{SOURCE}:{line.product_id}"] for line in person.orders[-1].lines}
        left = [key for key in most if key not in had]
        now = person.orders[-1].placed_at
        ways = {
            "suggested": [article.key for article in recommend.suggest(known, person, PROFILE, None, None, now)],
            "most popular": left[:3],
            "same category": [key for key in left if category[key] in filed][:3],
            "by chance": dice.sample(left, min(3, len(left))),
        }
        for name, chosen in ways.items():
            hits[name] += bool(new & set(chosen))
            made[name] += bool(chosen)
    used_up = sum(each.repeat is not None for each in known.articles.values())
    print(
        f"{title}: {len(before):,} lines learnt, {took:.1f} s; {len(known.articles):,} articles,"
        f" {sum(map(len, known.after.values())):,} pairs, {used_up} used up; {len(asked):,} people asked"
    )
    for name in ("suggested", "most popular", "same category", "by chance"):
        print(f"  {name:14} {hits[name] / len(asked):6.1%} hit, {made[name] / len(asked):6.1%} had a suggestion")


if __name__ == "__main__":
    main()
