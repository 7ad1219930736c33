"""A home with a large shop in it: 100,000 customers, 300,000 orders, thousands due, one person with 5,000 entries.

    .venv/bin/python benchmarks/shop.py FOLDER [--customers 100000] [--orders 300000]

The rows are written at once, without a source or a file; what follows from them is worked out by `retcon refresh`.
The same numbers give the same shop, a day older every day. Nobody in it exists.
"""

import argparse
import itertools
import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from retcon import clock
from retcon.desk import refresh
from retcon.desk.house import open_house
from retcon.model.orders import OrderLine, OrderState, ShopOrder
from retcon.store import conversations, facts

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
country = "DE"
address = "1 Example Road, 10115 Berlin"
storefront = "https://shop.example.com"

[policy]
soft_opt_in = "2020-01-01"

[channels.mail]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "shop@example.com"
"""
SOURCE = "files"
COUNTRIES = (("DE", "de", "EUR"), ("US", "en", "USD"), ("GB", "en", "GBP"), ("FR", "fr", "EUR"), ("JP", "ja", "JPY"))
GIVEN = ("Ada", "Björn", "Chloé", "Dilys", "はるか", "Emil", "Fleur", "Gwen", "Hiro", "Inès", "Jan", "Layla")
FAMILY = ("Ashkiln", "Belforno", "Casal", "土器屋", "Elmsworth", "Fernhollow", "Grandpain", "Hearthley", "Ironwell")
GOODS = ("Speckled mug", "Teapot, two cups", "Soup bowl", "Salad servers", "Linen cloth", "Espresso cup, set of four")
ASKED = (
    "Hello, where is my order? It should have been here last week and nobody tells me anything.",
    "The cup arrived broken, I would like to have another one or my money back.",
    "Could you send it to my office instead? I leave on Monday and nobody is at home after that.",
)
# Customer 1 has bought and written for years: so many entries stand on that card.
TALKATIVE, THEIR_MESSAGES, THEIR_ORDERS = 1, 4_000, 1_000
WAITING = 12  # people who wait for an answer


def rows_of_orders(customers: int, count: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """So many orders of so many customers, over three years; who came first has bought most."""
    chance = random.Random(1)
    for number in range(count):
        buyer = TALKATIVE if number < THEIR_ORDERS else 1 + int(customers * chance.random() ** 1.3)
        # Everybody has ordered at least once.
        buyer = number - THEIR_ORDERS + 1 if THEIR_ORDERS <= number < THEIR_ORDERS + customers else buyer
        country, language, currency = COUNTRIES[buyer % len(COUNTRIES)]
        placed = int((now - timedelta(seconds=chance.randrange(3 * 365 * 86_400))).timestamp())
        shipped = placed + chance.randrange(86_400, 4 * 86_400)
        arrived = shipped + chance.randrange(3 * 86_400, 15 * 86_400)
        total = chance.randrange(500, 30_000)
        known = now.timestamp()
        yield (
            *(number + 1, SOURCE, f"{number}", f"{10_000 + number}", buyer, None, f"buyer{buyer}@example.com"),
            *("", name(buyer), country, language, placed, placed, "paid", "completed", currency, total, 0, total, 0),
            *(shipped if shipped <= known else None, arrived if arrived <= known else None, "DHL", f"{number:010}"),
        )


def name(customer: int) -> str:
    """What the customer of that number is called."""
    if customer == TALKATIVE:
        return "Olive Longtalk"
    return f"{GIVEN[customer % len(GIVEN)]} {FAMILY[customer // len(GIVEN) % len(FAMILY)]} {customer}"


ORDER = (
    *("id", "source", "source_id", "number", "customer_id", "account_id", "email", "phone", "name", "country"),
    *("language", "placed_at", "modified_at", "state", "source_status", "currency", "total_minor", "refunded_minor"),
    *("total_base_minor", "refunded_base_minor", "shipped_at", "delivered_at", "carrier", "tracking_number"),
)


def write_people(tx: sqlite3.Connection, customers: int, orders: int, now: datetime) -> None:
    """Customers, their addresses, and what they bought; names and languages follow from the orders."""
    ids = range(1, customers + 1)
    tx.executemany("insert into customers (id) values (?)", ((id_,) for id_ in ids))
    addresses = ((f"buyer{id_}@example.com", id_, f"buyer{id_}@example.com") for id_ in ids)
    tx.executemany("insert into identities (kind, value, customer_id, shown) values ('email', ?, ?, ?)", addresses)
    marks = ", ".join("?" * len(ORDER))
    made = rows_of_orders(customers, orders, now)
    tx.executemany(f"insert into orders ({', '.join(ORDER)}) values ({marks})", made)
    lines = ((order, at, GOODS[(order + at) % len(GOODS)], 1 + at) for order in range(1, orders + 1) for at in (0, 1))
    tx.executemany("insert into order_lines (order_id, position, name, quantity) values (?, ?, ?, ?)", lines)
    facts.put(tx, "base_currency", "EUR")
    facts.put(tx, "describe_everybody", "1")


def write_talk(tx: sqlite3.Connection, customers: int, now: datetime) -> None:
    """One long conversation, and people who wrote in the last days and wait."""
    said: list[tuple[int, int, str, int, str]] = []  # thread, number, direction, at, words
    step = timedelta(days=3 * 365) / THEIR_MESSAGES
    for number in range(THEIR_MESSAGES):
        at = now - timedelta(hours=2) - step * (THEIR_MESSAGES - number)
        said.append((1, number, "out" if number % 2 else "in", int(at.timestamp()), ASKED[number % len(ASKED)]))
    for thread in range(2, WAITING + 2):
        for back, words in enumerate(ASKED[: 1 + thread % 3]):
            at = now - timedelta(hours=thread % 70 + 1, minutes=back * 40)
            said.append((thread, back, "in", int(at.timestamp()), words))
    step_of = max(1, (customers - 2) // WAITING)
    who = {thread: TALKATIVE if thread == 1 else 2 + (thread - 2) * step_of for thread in range(1, WAITING + 2)}
    begun = {thread: at for thread, _, _, at, _ in sorted(said, key=lambda one: -one[3])}
    tx.executemany(
        """
        insert into threads (id, customer_id, source, name, medium, address, subject, started_at, last_at)
        values (?, ?, 'inbox', ?, 'email', ?, ?, ?, ?)
        """,
        (
            (thread, who[thread], f"t{thread}", f"buyer{who[thread]}@example.com", "My order", at, at)
            for thread, at in begun.items()
        ),
    )
    tx.executemany(
        """
        insert into messages (thread_id, source, source_id, direction, at, heard_at, subject, body, language, address)
        values (?, 'inbox', ?, ?, ?, ?, 'My order', ?, 'en', ?)
        """,
        (
            (thread, f"{thread}-{number}@example.com", way, at, at, words, f"buyer{who[thread]}@example.com")
            for thread, number, way, at, words in said
        ),
    )
    tx.execute(
        "insert into message_search (rowid, words) select id, subject || char(10) || body from messages order by id"
    )
    conversations.recount(tx, who)


def changed(count: int, round_: int, now: datetime) -> Iterator[ShopOrder]:
    """The first orders of the shop as a source would tell them again, each with another total in every round."""
    for row in itertools.islice(rows_of_orders(100_000, count, now), count):
        told = dict(zip(ORDER, row, strict=True))
        yield ShopOrder(
            source_id=told["source_id"],
            number=told["number"],
            placed_at=datetime.fromtimestamp(told["placed_at"], now.tzinfo),
            modified_at=now,
            state=OrderState.PAID,
            currency=told["currency"],
            total_minor=told["total_minor"] + round_,
            email=told["email"],
            name=told["name"],
            country=told["country"],
            language=told["language"],
            lines=(OrderLine(name=GOODS[0], quantity=1), OrderLine(name=GOODS[1], quantity=2)),
        )


def furnish(folder: Path, customers: int = 100_000, orders: int = 300_000) -> None:
    """Write the home into the folder, which has none yet."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    now = clock.now()
    house = open_house(folder)
    try:
        house.database.write(lambda tx: write_people(tx, customers, orders, now))
        house.database.write(lambda tx: write_talk(tx, customers, now))
        refresh.refresh(house, everybody=True)
    finally:
        house.close()


def main() -> None:
    """Write the home, and say how long that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=300_000)
    given = parser.parse_args()
    begun = clock.now()
    furnish(given.folder, given.customers, given.orders)
    print(f"{given.customers:,} customers, {given.orders:,} orders in {(clock.now() - begun).total_seconds():.0f} s")


if __name__ == "__main__":
    main()
