"""How long orders take to come in, beside the floor: the same rows by one plain `executemany` into one table.

    .venv/bin/python benchmarks/ingest.py [--orders 100000]

Recomputing who is at risk is left out. Ratios are to the floor of the same run, so they hold on other machines.
"""

import argparse
import csv
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retcon.desk.house import House, open_house
from retcon.desk.imports import take
from retcon.sync.files import mapping, presets, reading

NOW = datetime(2026, 11, 20, tzinfo=UTC)
COLUMNS = ["order_id", "customer_id", "placed_at", "total", "currency", "email", "name", "phone", "country", "items"]
SHOPIFY = [
    *("Name", "Email", "Financial Status", "Currency", "Total", "Created at", "Lineitem quantity", "Lineitem name"),
    *("Lineitem price", "Billing Name", "Shipping Country", "Phone", "Accepts Marketing", "Id"),
]


def rows(count: int) -> list[list[str]]:
    """So many orders of a third as many customers, over three years, in four currencies."""
    chance = random.Random(1)
    made: list[list[str]] = []
    for number in range(count):
        buyer = int(count / 3 * chance.random() ** 1.5)
        placed = NOW - timedelta(seconds=chance.randrange(3 * 365 * 86_400))
        currency, country = chance.choice((("EUR", "DE"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")))
        total = f"{chance.randrange(500, 30_000) / 100:.2f}"
        email, phone = f"buyer{buyer}@example.com", f"+1 555 01{buyer % 100:02}"
        stamp = placed.isoformat(timespec="seconds")
        made.append(
            [f"{number}", f"{buyer}", stamp, total, currency, email, f"Buyer {buyer}", phone, country, "Mug x 2; Tea"]
        )
    return made


def as_shopify(row: list[str]) -> list[str]:
    order, _, placed, total, currency, email, name, phone, country, _ = row
    return [f"#{order}", email, "paid", currency, total, placed, "2", "Mug", "5.00", name, country, phone, "yes", order]


def write(file: Path, heads: list[str], table: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(heads)
        writer.writerows(table)


def floor(file: Path, database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute(f"create table orders ({', '.join(COLUMNS)}, primary key (order_id))")
    with file.open(newline="", encoding="utf-8") as stream:
        cells = csv.reader(stream)
        next(cells)
        connection.executemany(f"insert into orders values ({', '.join('?' * len(COLUMNS))})", cells)
    connection.commit()
    connection.close()


def parse(file: Path) -> None:
    table = reading.open_table(file)
    plan = presets.plan("orders", {}, table.columns)
    habits, _ = mapping.study(table, plan, date_order=None, zone="UTC", currency="EUR", now=NOW)
    for _ in mapping.orders(table, habits):
        pass


def measured(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall, and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=100_000)
    count = arguments.parse_args().orders
    folder = Path(tempfile.mkdtemp())
    table = rows(count)
    write(folder / "orders.csv", COLUMNS, table)
    write(folder / "shopify.csv", SHOPIFY, [as_shopify(row) for row in table])
    table.clear()

    def house(name: str) -> House:
        return open_house(folder / name, now=lambda: NOW)

    ours, shopify = house("ours"), house("shopify")
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("plain executemany, one table (floor)", lambda: floor(folder / "orders.csv", folder / "floor.db")),
        ("reading alone: cells into orders", lambda: parse(folder / "orders.csv")),
        ("import, preset orders", lambda: take(ours, folder / "orders.csv", "orders", {})),
        ("the same again: nothing changes", lambda: take(ours, folder / "orders.csv", "orders", {})),
        ("import, preset shopify", lambda: take(shopify, folder / "shopify.csv", "shopify", {})),
    ]
    print(f"{count:,} orders, {count // 3:,} customers, two articles each; rates of 4 currencies")
    print(f"{'':<40}{'wall s':>8}{'cpu s':>8}{'orders/s':>10}{'x floor':>9}")
    base = 0.0
    for name, work in steps:
        wall, processor = measured(work)
        base = base or wall
        print(f"{name:<40}{wall:>8.2f}{processor:>8.2f}{count / wall:>10,.0f}{wall / base:>9.1f}")
    print(f"memory at its most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    ours.close()
    shopify.close()


if __name__ == "__main__":
    main()
