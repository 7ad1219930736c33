"""Kills `retcon send` again and again and counts what arrived: nothing twice, nothing lost.

A process of `python -m retcon send` hands every other message to a mail server on loopback, the rest to the API of a
Telegram bot there, which drops some of its answers. Half of the processes die by SIGKILL at a mark of a protocol, half
at a random instant; each time another is started, until none finds anything to do. Prints one table.

    python benchmarks/kills.py --kills 200
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from counting import BOT_MARKS, FIRST_CHAT, MAIL_MARKS, BotServer, MailServer, World

from retcon.desk import outbox as outboxes
from retcon.desk.house import open_house
from retcon.model.outbox import LEFT
from retcon.model.people import Purpose
from retcon.store import outbox
from retcon.store.database import Connection

MARKS = (*MAIL_MARKS, *BOT_MARKS)
WAITING = 24  # messages that a sender finds, each to a customer of its own
# States in which the operator sees a message that did not arrive.
SEEN = frozenset(("queued", "held", "uncertain", "stale", "failed"))


@dataclass(slots=True)
class Figures:
    """What a run came to."""

    kills: int = 0
    by_place: Counter[str] = field(default_factory=Counter)
    processes: int = 0
    messages: int = 0
    delivered: int = 0
    delivered_by_bot: int = 0
    dropped_done: int = 0  # calls that the bot's server did and did not answer
    dropped: int = 0  # and those that it neither did nor answered
    doubled: int = 0
    uncertain: int = 0
    uncertain_by_bot: int = 0
    uncertain_arrived: int = 0
    waiting: int = 0
    unseen: int = 0  # neither delivered nor in a state that the operator sees
    claimed_untrue: int = 0  # said to be sent, and it did not arrive
    settled_once: int = 0  # delivered exactly once after the operator settled what was open
    seconds: float = 0.0


def run(kills: int, seed: int = 1) -> Figures:
    """Kill so many senders and let one finish; every second kill at a mark, the others at a random instant."""
    chance = random.Random(seed)
    figures = Figures()
    began = time.monotonic()
    world = World()
    mail, bot = MailServer(world), BotServer(world, random.Random(seed))
    try:
        with tempfile.TemporaryDirectory(prefix="retcon-kills-") as folder:
            home = Path(folder)
            prepare(home, mail.port, bot.port)
            startup = _startup(home)
            for number in range(kills):
                figures.messages = _top_up(home, figures.messages)
                place = MARKS[number // 2 % len(MARKS)] if number % 2 == 0 else "at random"
                killed = _kill_at_mark(home, world, place, chance) if number % 2 == 0 else None
                if killed is None:
                    place, killed = "at random", _kill_at_random(home, chance, startup)
                figures.processes += 1
                figures.kills += killed
                figures.by_place[place] += killed
            figures.processes += _finish(home)
            figures.dropped_done, figures.dropped = bot.dropped[True], bot.dropped[False]
            _count(figures, home, world)
            bot.reliable = True
            figures.processes += _settle(home, world)
            figures.settled_once = sum(world.delivered[number] == 1 for number in range(1, figures.messages + 1))
    finally:
        mail.end()
        bot.end()
    figures.seconds = time.monotonic() - began
    return figures


def prepare(home: Path, mail_port: int, bot_port: int) -> None:
    """A home that sends by mail and by bot."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(
        f"""
[channels.email]
kind = "email"
host = "127.0.0.1"
port = {mail_port}
security = "none"
from = "Kill Test <shop@example.com>"

[channels.tg]
kind = "telegram"
base_url = "http://127.0.0.1:{bot_port}"

[policy]
live = true
undo_seconds = 0
"""
    )


def _top_up(home: Path, messages: int) -> int:
    """See to it that the next sender finds something to do, however quick those before were; the messages so far."""
    house = open_house(home)
    try:
        with house.database.read() as tx:
            missing = max(0, WAITING - outbox.counts(tx).get("queued", 0))
        numbers = range(messages + 1, messages + missing + 1)
        house.database.write(lambda tx: [_message(tx, number) for number in numbers])
    finally:
        house.close()
    return messages + missing


def _by_bot(number: int) -> bool:
    return number % 2 == 0


def _message(tx: Connection, number: int) -> None:
    """A customer with an order, where it is noon, and a service message to them."""
    now = datetime.now(UTC)
    ahead = 12 - now.hour
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"  # POSIX: west is positive
    bought = int((now - timedelta(days=3)).timestamp())
    address, chat = f"buyer{number}@example.org", str(FIRST_CHAT + number)
    tx.execute(
        "insert into customers (id, name, country, language, zones) values (?, ?, 'DE', 'en', ?)",
        (number, f"Buyer {number}", f'["{zone}"]'),
    )
    tx.execute("insert into identities values ('email', ?, ?, ?)", (address, number, address))
    tx.execute("insert into identities values ('chat', ?1, ?2, ?1)", (f"telegram:{chat}", number))
    tx.execute(
        """
        insert into orders (source, source_id, number, customer_id, email, placed_at, state, currency, total_minor,
            total_base_minor) values ('shop', ?, ?, ?, ?, ?, 'paid', 'EUR', 4900, 4900)
        """,
        (str(number), str(number), number, address, bought),
    )
    tx.execute(
        """
        insert into standings (customer_id, orders, first_order_at, last_order_at, spent_minor, refunded_minor,
            silent_days, under_way, p_churn, risk_score, band, expected_orders, clv_minor, stake_minor, tier, stage)
        values (?, 1, ?, ?, 4900, 0, 0, 1, 0.5, 50, 'medium', 0.5, 4900, 0, 'new', 'trust')
        """,
        (number, bought, bought),
    )
    outbox.add(
        tx,
        customer_id=number,
        channel="tg" if _by_bot(number) else "email",
        purpose=Purpose.SERVICE,
        recipient=chat if _by_bot(number) else address,
        subject=f"Your parcel {number}",
        body="It is on its way.\n" * (200 if _by_bot(number) else 5000),
        language="en",
        approved_at=now,
        not_before=now - timedelta(minutes=1),
        key=f"kill-{number}",
    )


def _child(home: Path) -> "subprocess.Popen[bytes]":
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "retcon", "--home", str(home), "send"]
    environment = {
        **os.environ,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "RETCON_SECRET_CHANNELS_TG_BOT_TOKEN": "7001002003:AAkill",
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment)


def _startup(home: Path) -> float:
    """Seconds until a sender is at work, roughly: those of a command that does nothing."""
    began = time.monotonic()
    command = [sys.executable, "-m", "retcon", "--home", str(home), "outbox", "--state", "held"]
    subprocess.run(command, capture_output=True, check=True)
    return time.monotonic() - began


def _kill_at_mark(home: Path, world: World, mark: str, chance: random.Random) -> bool | None:
    """Kill a sender where its first, second or third message passes the mark; None where it came to no such mark."""
    nth = 1 if mark == "bot asked" else chance.randrange(1, 4)
    ready = threading.Event()
    passed = Counter[str]()
    killed = threading.Event()
    child = _child(home)

    def at_mark(passing: str) -> None:
        ready.wait()
        passed[passing] += 1
        if passing == mark and passed[passing] == nth:
            child.kill()
            child.wait()
            killed.set()

    world.at_mark = at_mark
    ready.set()
    child.wait()
    world.at_mark = lambda _mark: None
    # The conversation goes on in a thread of its own: what came before the kill is still counted there.
    return True if killed.is_set() or child.returncode == -signal.SIGKILL else None


def _kill_at_random(home: Path, chance: random.Random, startup: float) -> bool:
    """Kill a sender somewhere between its start and some messages; False where it had ended before."""
    child = _child(home)
    try:
        child.wait(chance.uniform(0.3 * startup, 1.4 * startup))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return child.returncode == -signal.SIGKILL


def _finish(home: Path) -> int:
    """Start senders until one has nothing left to do; how many that took."""
    for count in range(1, 10):
        child = _child(home)
        child.wait()
        if child.returncode in (0, 4) and not _states(home).get("queued"):
            return count
    raise AssertionError(f"senders do not come to an end: {_states(home)}")


def _states(home: Path) -> Counter[str]:
    house = open_house(home)
    try:
        with house.database.read() as tx:
            return Counter(outbox.counts(tx))
    finally:
        house.close()


def _count(figures: Figures, home: Path, world: World) -> None:
    time.sleep(0.1)  # a conversation whose client died may still be counting
    house = open_house(home)
    try:
        with house.database.read() as tx:
            rows = {row.key: row for row in outbox.listing(tx)}
    finally:
        house.close()
    for number in range(1, figures.messages + 1):
        row, count = rows[f"kill-{number}"], world.delivered[number]
        figures.delivered += count > 0
        figures.delivered_by_bot += count > 0 and _by_bot(number)
        figures.doubled += count > 1
        figures.uncertain += row.state == "uncertain"
        figures.uncertain_by_bot += row.state == "uncertain" and _by_bot(number)
        figures.uncertain_arrived += row.state == "uncertain" and count > 0
        figures.waiting += row.state == "queued"
        figures.unseen += count == 0 and row.state not in SEEN
        figures.claimed_untrue += count == 0 and row.state in LEFT


def _settle(home: Path, world: World) -> int:
    """Settle what is open as an operator would who looked whether it arrived, and send the rest again."""
    house = open_house(home)
    try:
        for entry in outboxes.listing(house, "uncertain"):
            number = int(entry.row.key.removeprefix("kill-"))
            outboxes.resolve(house, entry.row.id, "arrived" if world.delivered[number] else "again")
    finally:
        house.close()
    return _finish(home)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    figures = run(chosen.kills, chosen.seed)
    places = ", ".join(f"{place} {count}" for place, count in figures.by_place.items())
    for words, figure in (
        ("processes of `retcon send` started", figures.processes),
        ("killed by SIGKILL", f"{figures.kills}   ({places})"),
        ("messages approved", figures.messages),
        ("delivered", f"{figures.delivered}   ({figures.delivered_by_bot} by Telegram)"),
        ("done by Telegram and the answer dropped", figures.dropped_done),
        ("dropped by Telegram before it was done", figures.dropped),
        ("delivered twice", figures.doubled),
        (
            "perhaps sent, for the operator to settle",
            f"{figures.uncertain}   ({figures.uncertain_by_bot} by Telegram)",
        ),
        ("  of these had arrived", figures.uncertain_arrived),
        ("still waiting", figures.waiting),
        ("neither delivered nor seen by the operator", figures.unseen),
        ("said to be sent and not delivered", figures.claimed_untrue),
        ("delivered exactly once when that was settled", figures.settled_once),
        ("seconds", f"{figures.seconds:.0f}"),
    ):
        print(f"{words:<46}{figure}")
    sys.exit(1 if figures.doubled or figures.unseen or figures.claimed_untrue else 0)


if __name__ == "__main__":
    main()
