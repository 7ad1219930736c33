"""Kills a pull again and again, pulls once more, and compares what is kept with an undisturbed pull: the same rows.

Each child process pulls the sample shop into a new database and dies by SIGKILL: inside a transaction, just after
one, while a page is on its way, or at a random instant. Another process then pulls without disturbance. Prints one
table; exits with 1 where a database differs.

    python benchmarks/sync_kills.py --kills 200
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from retcon.config import ShopSettings
from retcon.demo.shop import SampleShop, build
from retcon.demo.woocommerce import KEY, SECRET, Request, Shop
from retcon.model.sync import SyncResult
from retcon.platforms.wiring import Transports, Wiring
from retcon.store import cursors
from retcon.store.database import Database, open_database
from retcon.sync import engine, rates
from retcon.sync.woocommerce import WooCommerce, WooCommerceSettings

ANCHOR = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
TABLES = (
    *("customers", "identities", "accounts", "orders", "order_lines", "refunds"),
    *("products", "coupons", "reviews", "consents", "touched", "cursors"),
)
INSTANTS = ("in a transaction", "after a transaction", "while a page is fetched", "at random")


def pull(
    file: Path,
    goods: SampleShop,
    later: bool,
    on_request: Callable[[Request], None] | None = None,
    progress: Callable[[Any], None] | None = None,
) -> SyncResult:
    """One pull of the sample shop; `later` is an hour after things have changed in it."""
    now = ANCHOR + timedelta(hours=1 if later else 0)
    shop = Shop(
        orders=[dict(order) for order in goods.orders],
        customers=goods.customers,
        products=goods.products,
        coupons=goods.coupons,
        reviews=goods.reviews,
        refunds=goods.refunds,
        now=lambda: now,
        on_request=on_request,
    )
    if later:
        for order in goods.orders[::7]:
            shop.edit(order["id"], status="completed")
        for order in goods.orders[3::50]:
            shop.trash(order["id"])
    wiring = Wiring(
        name="woo",
        settings=WooCommerceSettings(url="https://shop.example", consent_meta=("_newsletter_optin",)),
        shop=ShopSettings(),
        secret={"consumer_key": KEY, "consumer_secret": SECRET}.__getitem__,
        transports=Transports(http=httpx.WSGITransport(app=shop)),
        clock=lambda: now,
        sleep=time.sleep,
    )
    database = Database(file)
    try:
        return engine.run(
            database,
            WooCommerce(wiring),
            name="woo",
            kind="woocommerce",
            currency="EUR",
            now=lambda: now,
            progress=progress,
        )
    finally:
        database.close()


def child(work: Callable[..., object], *given: object) -> int:
    """Run the work in a process of its own; its exit status, negative where it was killed."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            work(*given)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def doomed(file: Path, goods: SampleShop, later: bool, instant: str, dice: random.Random) -> None:
    """A pull that is killed."""
    count = dice.randint(1, 5 if later else 14 + len(goods.orders) // 99)  # about as many pages as it takes

    def reached(*_: object) -> None:
        nonlocal count
        count -= 1
        if count == 0:
            die()

    if instant == "in a transaction":
        put = cursors.put
        cursors.put = lambda *given: (reached(), put(*given))[1]  # the records of the page are written, not committed
        pull(file, goods, later)
    elif instant == "after a transaction":
        pull(file, goods, later, progress=reached)
    elif instant == "while a page is fetched":
        pull(file, goods, later, on_request=reached)
    else:
        threading.Timer(dice.uniform(0.0, 0.8 * len(goods.orders) / 1500), die).start()
        pull(file, goods, later)


def contents(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that a pull fills."""
    database = Database(file)
    try:
        with database.read() as tx:
            return {table: sorted(map(tuple, tx.execute(f"select * from {table}")), key=repr) for table in TABLES}
    finally:
        database.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill pulls and compare what they leave.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--orders", type=int, default=1500, help="so many of the sample shop's orders")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    rates.to_base(100, "USD", "EUR", ANCHOR.date())  # read once, for all children
    goods = build(ANCHOR)
    goods = replace(goods, orders=goods.orders[: options.orders])
    folder = Path(tempfile.mkdtemp(prefix="retcon-kills-"))
    open_database(folder / "empty.db").close()
    began = time.perf_counter()
    try:
        first, second = folder / "first.db", folder / "second.db"
        shutil.copy(folder / "empty.db", first)
        child(pull, first, goods, False)
        shutil.copy(first, second)
        child(pull, second, goods, True)
        expected = {False: contents(first), True: contents(second)}
        kills: Counter[str] = Counter()
        differ: Counter[str] = Counter()
        while sum(kills.values()) < options.kills:
            instant = min(INSTANTS, key=lambda each: kills[each])
            later = dice.random() < 0.4
            file = folder / "killed.db"
            for leftover in folder.glob("killed.db*"):
                leftover.unlink()
            shutil.copy(first if later else folder / "empty.db", file)
            status = child(doomed, file, goods, later, instant, random.Random(dice.random()))
            if status != -signal.SIGKILL:
                continue  # it was done before its hour came
            kills[instant] += 1
            ended = child(pull, file, goods, later)
            found = contents(file)
            wrong = [table for table in TABLES if found[table] != expected[later][table]]
            if ended or wrong:
                differ[instant] += 1
                print(f"differs after a kill {instant}: {', '.join(wrong) or ended}", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(goods.orders):,} orders, {sum(kills.values())} kills, {time.perf_counter() - began:.0f} s")
    print(f"{'killed':26}{'times':>7}{'differ':>8}")
    for instant in INSTANTS:
        print(f"{instant:26}{kills[instant]:>7}{differ[instant]:>8}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
