"""Time and memory of the ranking in large shops, from the database to the database, beside lifetimes on arrays alone.

    .venv/bin/python benchmarks/large_shops.py [--sizes 100000x3 1000000x5] [--lifetimes PYTHON] [--keep FOLDER]

Sizes are customers x orders of each. PYTHON is one that can import lifetimes (pip install lifetimes, in an environment
of its own): its BG/NBD and Pareto/NBD are given the same histories as arrays, without a database. With --keep the shops
stay in the folder for the next run: making the largest takes two minutes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retcon.desk import ranking, refresh
from retcon.desk.house import House, open_house
from retcon.retention.risk import scores
from retcon.retention.risk import standings as risk
from retcon.retention.risk.standings import Standings
from retcon.retention.risk.summary import summarise
from retcon.store import facts, purchases, standings, touched
from retcon.store.database import open_database

DAY = 86_400
START, DAYS = 1_700_000_000, 700
ZONE = "Europe/Berlin"
SIZES = ("100000x3", "1000000x5")
TIMES = 3
PATIENCE = 240  # seconds for what is not ours
LIFETIMES = """
import json, resource, sys, time
import numpy as np
import lifetimes
data = np.load(sys.argv[1])
for penalty in (0.0, 0.001, 0.01):
    fitter = getattr(lifetimes, sys.argv[2])(penalizer_coef=penalty)
    began, busy = time.perf_counter(), time.process_time()
    try:
        fitter.fit(data["frequency"], data["recency"], data["T"])
        break
    except lifetimes.utils.ConvergenceError:
        pass
fitted = time.perf_counter()
fitter.conditional_expected_number_of_purchases_up_to_time(90 / 7, data["frequency"], data["recency"], data["T"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
spent, busy = time.perf_counter() - began, time.process_time() - busy
print(json.dumps({"seconds": spent, "CPU": busy, "MB": peak, "fit": fitted - began}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(options)
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        print(json.dumps(CHILDREN[asked.child[0]](Path(asked.child[1]))))
    else:
        measure(asked.sizes, asked.lifetimes, asked.keep)


def add_options(options: argparse.ArgumentParser) -> None:
    options.add_argument("--sizes", nargs="*", default=SIZES, metavar="CUSTOMERSxORDERS")
    options.add_argument("--lifetimes", metavar="PYTHON", help="a Python that can import lifetimes")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="where the made-up shops stay")


def measure(sizes: list[str], lifetimes: str | None, keep: Path | None) -> None:
    """One table for each size: every line the quickest of three child processes, one after the other."""
    run("-m", "compileall", "-q", str(Path(ranking.__file__).parents[1]))
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            customers, _, each = size.partition("x")
            home = (keep or Path(folder)) / size
            if not (home / "retcon.db").exists():
                fill(home, int(customers), int(customers) * int(each))
            table(home, int(customers), int(customers) * int(each), lifetimes)


def table(home: Path, customers: int, orders: int, lifetimes: str | None) -> None:
    print(f"\n{customers:,} customers, {orders:,} orders")
    lines = [
        ("from the database, learnt anew", child("anew", home)),
        ("the same on the other days of the week", child("daily", home)),
        ("its parts, one after the other", child("parts", home)),
        ("100 touched customers", child("some", home)),
    ]
    if lifetimes:
        arrays = home / "histories.npz"
        for name, fitter, times in (("BG/NBD", "BetaGeoFitter", TIMES), ("Pareto/NBD", "ParetoNBDFitter", 1)):
            told = [run("-c", LIFETIMES, arrays, fitter, python=lifetimes) for _ in range(times)]
            lines.append((f"lifetimes {name}, arrays alone", quickest(told)))
    theirs = next((told["seconds"] for title, told in lines if title.startswith("lifetimes BG") and told), None)
    print(f"{'':42}{'seconds':>9}{'of CPU':>9}{'MB':>7}{'× lifetimes BG/NBD':>20}  parts")
    for title, told in lines:
        if not told:
            print(f"{title:42}{f'> {PATIENCE}':>9}")
            continue
        seconds, cpu, memory = told.pop("seconds"), told.pop("CPU"), told.pop("MB")
        ratio = f"{seconds / theirs:.2f}" if theirs else ""
        parts = ", ".join(f"{part} {value:.2f}" for part, value in told.items())
        print(f"{title:42}{seconds:9.2f}{cpu:9.2f}{memory:7.0f}{ratio:>20}  {parts}")


# ---- what a child does


def anew(home: Path) -> dict[str, float]:
    house = opened(home)
    house.database.write(lambda tx: facts.put(tx, "ranking_fit", None))
    return timed(house, None)


def daily(home: Path) -> dict[str, float]:
    return timed(opened(home), None)


def some(home: Path) -> dict[str, float]:
    """The ranking of 100 and then, where the shop isn't too large to plan for everybody first, all of a refresh."""
    house = opened(home)
    ranking.restand(house, list(range(101, 201)))
    told = timed(house, list(range(1, 101)))
    with house.database.read() as tx:
        small = purchases.count(tx) <= 500_000
    if small:
        refresh.refresh(house, everybody=True)
        house.database.write(lambda tx: touched.add(tx, range(1, 101)))
        began = time.perf_counter()
        refresh.refresh(house)
        told["all of a refresh"] = time.perf_counter() - began
    return {**told, "MB": peak()}


def timed(house: House, customer_ids: list[int] | None) -> dict[str, float]:
    began, busy = time.perf_counter(), time.process_time()
    ranking.restand(house, customer_ids)
    return {"seconds": time.perf_counter() - began, "CPU": time.process_time() - busy, "MB": peak()}


def parts(home: Path) -> dict[str, float]:
    """The same steps without doing two at a time; and the histories, for others to rank."""
    house, spent, busy = opened(home), Counter[str](), time.process_time()
    now, histories = START + DAYS * DAY, []
    with house.database.read() as tx:

        def clocked(what: str, work):
            began = time.perf_counter()
            done = work()
            spent[what] += time.perf_counter() - began
            return done

        chosen = purchases.sample(tx, ranking.SAMPLE)
        log = clocked("read", lambda: purchases.log(tx, now, ZONE, chosen))
        fit = clocked("fit", lambda: scores.fit_shop(log, now, 90))

        def stood() -> Iterator[Standings]:
            for block in purchases.blocks(tx):
                log = clocked("read", lambda block=block: purchases.log(tx, now, ZONE, block))
                summary = clocked("summary", lambda log=log: summarise(log, now, 90))
                histories.append((summary.repeats, summary.repeat_days, summary.observed_days))
                none = np.ones(len(summary), bool)
                yield clocked("score", lambda summary=summary, none=none: risk.stand(summary, fit, none))

        before, began = spent.total(), time.perf_counter()
        standings.rewrite(house.database.file, stood())
        spent["write"] = time.perf_counter() - began - (spent.total() - before)
    busy = time.process_time() - busy
    frequency, recency, age = (np.concatenate(column) for column in zip(*histories, strict=True))
    np.savez(home / "histories.npz", frequency=frequency, recency=recency / 7, T=age / 7)
    return {"seconds": spent.total(), "CPU": busy, "MB": peak(), **spent}


CHILDREN = {"anew": anew, "daily": daily, "some": some, "parts": parts}


def opened(home: Path) -> House:
    """The shop on the day after its last order."""
    return open_house(home, now=lambda: datetime.fromtimestamp(START + DAYS * DAY, UTC))


def child(what: str, home: Path) -> dict[str, float] | None:
    return quickest([run(__file__, "--child", what, home) for _ in range(TIMES)])


def quickest(told: list[dict[str, float] | None]) -> dict[str, float] | None:
    return min((each for each in told if each), key=lambda each: each["seconds"], default=None)


def run(*command: object, python: str = sys.executable) -> dict[str, float] | None:
    """Run with this Python, byte-code allowed, one core for sums; returns the JSON that it printed, None: too slow."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    words = [python, *map(str, command)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout else {}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ---- a large shop


def made_up(customers: int, orders: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, time and amount of each order, in the order of time."""
    draw = np.random.default_rng(1)
    # They join all the time, few order often and most once or twice, and after a while each leaves.
    joined = draw.integers(0, DAYS * DAY, customers)
    stays = np.minimum(draw.exponential(300 * DAY, customers), DAYS * DAY - joined)
    weight = draw.gamma(0.6, 1.0, customers) * stays
    again = draw.choice(customers, orders - customers, p=weight / weight.sum())
    who = np.concatenate((np.arange(customers), again))
    later = joined[again] + (draw.random(len(again)) * stays[again]).astype(np.int64)
    placed, amount = START + np.concatenate((joined, later)), draw.integers(500, 20_000, orders)
    who = who + 1
    by_time = np.argsort(placed, kind="stable")
    return who[by_time], placed[by_time], amount[by_time]


def fill(home: Path, customers: int, orders: int) -> None:
    """A shop with names, parcels and some refunds, as a sync would leave it."""
    home.mkdir(parents=True)
    (home / "config.toml").write_text(f'[shop]\ntimezone = "{ZONE}"\n')
    database = open_database(home / "retcon.db")
    columns = made_up(customers, orders)

    def write(tx):
        indexes = "select name, sql from sqlite_master where type = 'index' and tbl_name = 'orders' and sql is not null"
        made = tx.execute(indexes).fetchall()
        for name, _ in made:
            tx.execute(f"drop index {name}")
        names = ((id_, f"Customer {id_}") for id_ in range(1, customers + 1))
        tx.executemany("insert into customers (id, name) values (?, ?)", names)
        for start in range(0, orders, 500_000):
            rows = zip(*(column[start : start + 500_000].tolist() for column in columns), strict=True)
            tx.executemany(
                """
                insert into orders (source, source_id, number, customer_id, account_id, email, name, country, placed_at,
                    state, source_status, currency, total_minor, total_base_minor, shipped_at, delivered_at)
                values ('woo', ?1, ?1, ?2, ?2, ?2 || '@example.com', 'Customer ' || ?2, 'DE', ?3, 'paid', 'completed',
                    'EUR', ?4, ?4, ?3 + 86400, ?3 + 432000)
                """,
                ((str(number), *row) for number, row in enumerate(rows, start)),
            )
        tx.execute(
            """
            insert into refunds (order_id, source_id, amount_minor, refunded_at)
            select id, id, total_minor / 2, placed_at + 864000 from orders where id % 50 = 0
            """
        )
        tx.execute("update orders set refunded_minor = total_minor / 2 where id % 50 = 0")
        for _, sql in made:
            tx.execute(sql)

    database.write(write)
    database.close()


if __name__ == "__main__":
    main()
