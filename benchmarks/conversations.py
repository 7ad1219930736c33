"""What conversations cost on a large shop: taking messages in, and what is asked every day, with them and without.

    .venv/bin/python benchmarks/conversations.py [--orders 300000] [--messages 50000]

Ratios are to the same on the same shop before anybody wrote, of the same run; that of the intake is to one plain
`executemany` of the messages into a table and an index of their words.
"""

import argparse
import json
import random
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest import COLUMNS, NOW, measured, rows, write

from retcon.desk import conversations, identities, refresh, today
from retcon.desk.house import House, open_house
from retcon.desk.imports import take
from retcon.store import touched

CONFIG = """
[shop]
name = "Mug & Co"
timezone = "Europe/Berlin"
country = "DE"

[channels.mail]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "shop@example.com"
"""
ASKED = (
    "Hello, where is my order? It should have been here last week and nobody tells me anything.",
    "Guten Tag, wann kommt mein Paket an? Ich warte schon seit einer Woche darauf.",
    "Bonjour, je voudrais savoir quand ma commande va arriver. Merci beaucoup.",
    "Thank you very much for the quick answer, all is well now.",
    "The cup arrived broken, I would like to have another one or my money back.",
)
ANSWERED = "Dear customer, it left today and will arrive by Friday. Kind regards"


def messages(count: int, customers: int) -> list[dict[str, str]]:
    """So many mails, five to every two threads, over a year, in no order: asked, answered, and half asked again."""
    chance = random.Random(2)
    made: list[dict[str, str]] = []
    thread = 0
    while len(made) < count:
        thread += 1
        buyer = int(customers * chance.random() ** 1.5)
        at = NOW - timedelta(seconds=chance.randrange(86_400, 365 * 86_400))
        for number in range(2 + thread % 2):
            theirs = number % 2 == 0
            made.append(
                {
                    "id": f"m{len(made)}@example.com",
                    "thread": f"t{thread}",
                    "direction": "in" if theirs else "out",
                    "email": f"buyer{buyer}@example.com",
                    "at": at.isoformat(timespec="seconds"),
                    "subject": f"Order {thread}" if number == 0 else f"Re: Order {thread}",
                    "text": f"{chance.choice(ASKED) if theirs else ANSWERED} ({thread})",
                }
            )
            at += timedelta(hours=chance.randrange(1, 30))
    chance.shuffle(made)
    return made


def floor(told: list[dict[str, str]], database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute(f"create table messages ({', '.join(told[0])}, primary key (id))")
    connection.execute("create virtual table found using fts5 (words, tokenize = 'trigram')")
    names = ", ".join(f":{name}" for name in told[0])
    connection.executemany(f"insert into messages values ({names})", told)
    connection.executemany("insert into found values (:subject || ' ' || :text)", told)
    connection.commit()
    connection.close()


def touch(house: House) -> None:
    """A hundred customers have changed."""
    with house.database.read() as tx:
        ids = [row[0] for row in tx.execute("select id from customers order by id")]
    house.database.write(lambda tx: touched.add(tx, ids[:: max(1, len(ids) // 100)]))
    refresh.refresh(house)


def least(work: Callable[[], Any], times: int) -> float:
    """Processor seconds of the quickest of so many runs."""
    return min(measured(work)[1] for _ in range(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=300_000)
    parser.add_argument("--messages", type=int, default=50_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    (folder / "config.toml").write_text(CONFIG)
    house = open_house(folder, now=lambda: NOW)
    write(folder / "orders.csv", COLUMNS, rows(given.orders))
    take(house, folder / "orders.csv", "orders", {})
    told = messages(given.messages, given.orders // 3)
    (folder / "said.jsonl").write_text("\n".join(map(json.dumps, told)))

    daily: list[tuple[str, Callable[[], Any], int]] = [
        ("refresh, everybody", lambda: refresh.refresh(house, everybody=True), 2),
        ("refresh, 100 touched", lambda: touch(house), 5),
        ("Today, 1,000 due", lambda: today.load(house), 5),
        ("who may be one person", lambda: identities.alike(house), 2),
    ]
    before = [least(work, times) for _, work, times in daily]
    base = least(lambda: floor(told, folder / "floor.db"), 1)
    intake = least(lambda: take(house, folder / "said.jsonl", "conversations", {}), 1)
    again = least(lambda: take(house, folder / "said.jsonl", "conversations", {}), 1)
    after = [least(work, times) for _, work, times in daily]
    waits = len(conversations.inbox(house))
    inbox = least(lambda: conversations.inbox(house), 3)
    house.close()

    print(f"{given.orders:,} orders, {given.orders // 3:,} customers; {len(told):,} messages, {waits:,} threads wait")
    print(f"{'':<40}{'cpu s':>8}{'ratio':>8}")
    print(f"{'messages come in':<40}{intake:>8.2f}{intake / base:>8.1f}  x floor, {len(told) / intake:,.0f} a second")
    print(f"{'the same again: nothing changes':<40}{again:>8.2f}{again / base:>8.1f}  x floor")
    for (name, _, _), without, now in zip(daily, before, after, strict=True):
        print(f"{name:<40}{now:>8.3f}{now / without:>8.2f}  x without messages")
    print(f"{'inbox':<40}{inbox:>8.3f}")


if __name__ == "__main__":
    main()
