"""The ranking, measured: the scorer's figures on real logs, then time and memory for large shops.

    python benchmarks/risk.py [--logs ../shared/data] [--scorer ../shared/tools/evaluate.py] [--customers 100000]

Each log is imported into a temporary home as a seller would, ranked by the command at each date, and scored by the
stand-alone scorer. The large shop is made up in a database; a child process learns it, scores everybody and writes
where they stand. The million lies in arrays, without a database.
"""

import argparse
import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from retcon.desk import ranking
from retcon.desk.house import open_house
from retcon.retention.risk import standings as risk
from retcon.retention.risk.log import purchase_log
from retcon.retention.risk.summary import summarise
from retcon.store.database import open_database

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ("auc", "auc2", "brier", "ece", "lift10_2", "spearman")
DAY = 86_400
START, DAYS = 1_700_000_000, 700


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--logs", type=Path, default=ROOT.parent / "shared" / "data")
    options.add_argument("--scorer", type=Path, default=ROOT.parent / "shared" / "tools" / "evaluate.py")
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--million", type=int, default=1_000_000, help="customers of the shop in arrays; 0: none")
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--arrays", type=int, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        print(json.dumps(restand(asked.child)))
    elif asked.arrays:
        print(json.dumps(in_arrays(asked.arrays)))
    else:
        if asked.logs.is_dir() and asked.scorer.is_file():
            real_logs(asked.logs, asked.scorer)
        else:
            print(f"No logs in {asked.logs}: nothing is scored.")
        large_shops(asked.customers, asked.million)


def real_logs(logs: Path, scorer: Path) -> None:
    """One row for each log and date, and their means."""
    print(f"{'log':18}{'as of':12}" + "".join(f"{name:>10}" for name in FIGURES))
    for name, told in json.loads((logs / "datasets.json").read_text()).items():
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            taken = rewritten(logs / told["file"], home / "orders.csv")
            run("retcon", "--home", str(home), "import", str(taken), "--preset", "orders", "--currency", "EUR")
            rows = [scored(home, scorer, name, day, told["horizon"]) for day in told["cutoffs"]]
        for day, row in zip(told["cutoffs"], rows, strict=True):
            print(f"{name:18}{day:12}" + "".join(f"{row[figure]:10.4f}" for figure in FIGURES))
        means = [sum(row[figure] for row in rows) / len(rows) for figure in FIGURES]
        print(f"{name:18}{'mean':12}" + "".join(f"{mean:10.4f}" for mean in means))


def rewritten(log: Path, file: Path) -> Path:
    """The log under the names that the preset `orders` knows."""
    with gzip.open(log, "rt", encoding="utf-8", newline="") as rows, file.open("w", newline="") as out:
        written = csv.writer(out)
        written.writerow(("customer_id", "placed_at", "total"))
        written.writerows((row["customer_id"], row["ts"], row["amount"]) for row in csv.DictReader(rows))
    return file


def scored(home: Path, scorer: Path, name: str, day: str, horizon: int) -> dict[str, float]:
    """The scorer's figures of one ranking."""
    ranked = home / "ranked.csv"
    run("retcon", "--home", str(home), "rank", "--as-of", day, "--horizon", str(horizon), "--csv", str(ranked))
    told = run(str(scorer), "--dataset", name, "--cutoff", day, "--pred", str(ranked), "--json")
    return json.loads(told)


def large_shops(customers: int, million: int) -> None:
    """Seconds and memory, the best of three: from the database with the start of Python, in arrays without."""
    print(f"\n{'shop':44}{'seconds':>9}{'MB':>7}  of it")
    run("compileall", "-q", str(ROOT / "src"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill(home, customers)
        show(f"{customers:,} customers from the database", "--child", str(home))
    if million:
        show(f"{million:,} customers in arrays", "--arrays", str(million))


def show(title: str, *arguments: str) -> None:
    best: tuple[float, dict[str, float]] | None = None
    for _ in range(3):
        began = time.perf_counter()
        told = json.loads(run(__file__, *arguments))
        seconds = told.pop("seconds", time.perf_counter() - began)
        if best is None or seconds < best[0]:
            best = seconds, told
    assert best is not None
    seconds, told = best
    parts = ", ".join(f"{part} {value:.2f}" for part, value in told.items() if part != "MB")
    print(f"{title:44}{seconds:9.2f}{told['MB']:7.0f}  {parts}")


def restand(home: Path) -> dict[str, float]:
    """What the console's child does: learn the shop, score everybody, write where they stand; then a small change."""
    house = open_house(home)
    times = {}
    for what, ids in (("learn, score, write", None), ("100 touched", list(range(1, 101)))):
        began = time.perf_counter()
        ranking.restand(house, ids)
        times[what] = time.perf_counter() - began
    house.close()
    return {**times, "MB": peak()}


def in_arrays(customers: int) -> dict[str, float]:
    """Summary, fit and standing of a made-up shop, five orders a customer, without a database."""
    who, placed, amount = made_up(customers, 5 * customers)
    log = purchase_log(zone="Europe/Berlin", customer=who, placed=placed, amount=amount)
    before = peak()
    times = {}
    began = time.perf_counter()
    found = summarise(log, START + DAYS * DAY)
    times["summary"] = time.perf_counter() - began
    began = time.perf_counter()
    fit = risk.fit_shop(log, START + DAYS * DAY, 90)
    times["fit"] = time.perf_counter() - began
    began = time.perf_counter()
    risk.stand(found, fit, np.ones(len(found), bool))
    times["score"] = time.perf_counter() - began
    return {**times, "seconds": sum(times.values()), "MB of the log": before, "MB": peak()}


def made_up(customers: int, orders: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(1)
    # Few order often, most once or twice; everybody at least once.
    weight = draw.gamma(0.6, 1.0, customers)
    again = draw.choice(customers, orders - customers, p=weight / weight.sum())
    who = np.concatenate((np.arange(customers), again)) + 1
    return who, START + draw.integers(0, DAYS * DAY, orders), draw.integers(500, 20_000, orders)


def fill(home: Path, customers: int) -> None:
    """A shop of three orders a customer, with names and parcels, as a sync would leave it."""
    (home / "config.toml").write_text('[shop]\ntimezone = "Europe/Berlin"\n')
    database = open_database(home / "retcon.db")
    columns = [column.tolist() for column in made_up(customers, 3 * customers)]

    def write(tx):
        tx.executemany(
            "insert into customers (id, name) values (?, ?)", ((i, f"Customer {i}") for i in range(1, customers + 1))
        )
        tx.executemany(
            """
            insert into orders (source, source_id, number, customer_id, account_id, email, name, country, placed_at,
                state, source_status, currency, total_minor, total_base_minor, shipped_at, delivered_at)
            values ('woo', ?1, ?1, ?2, ?2, ?2 || '@example.com', 'Customer ' || ?2, 'DE', ?3, 'paid', 'completed',
                'EUR', ?4, ?4, ?3 + 86400, ?3 + 432000)
            """,
            ((str(number), *row) for number, row in enumerate(zip(*columns, strict=True))),
        )

    database.write(write)
    database.close()


def run(*command: str) -> str:
    """Run a module or a script with this Python, byte-code allowed; returns what it printed."""
    what = ["-m", *command] if not command[0].endswith(".py") else [*command]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, *what], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
