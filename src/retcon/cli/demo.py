"""demo: the sample shop, with the console where there is a terminal, else from end to end with a summary."""

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from retcon import clock, jobs, localtime, money, text
from retcon.cli.output import interactive, print_json, print_table, say, show_progress
from retcon.demo import sandbox
from retcon.desk import drafts, outbox, people, refresh, sending
from retcon.desk import today as todays
from retcon.desk.house import House
from retcon.desk.today import Item, Line, Today
from retcon.errors import SourceError
from retcon.frozen import dataclass
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxState
from retcon.model.policy import Answer
from retcon.widgets import words

NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING_LEFT = "The shop and its mail server were inside this program; nothing left this machine."


@click.command(epilog="Example: retcon demo --keep northlight")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the sample's home in this folder; it goes on there the next time.",
)
@click.option("--json", "as_json", is_flag=True, help="No console: run from end to end, one JSON document on stdout.")
def demo(keep: Path | None, as_json: bool) -> None:
    """The console on a sample shop inside the program; nothing leaves this machine.

    Without a terminal: pull, rank, list what is due, approve what policy allows, send to the sandbox, sum up.
    """
    _alone()
    with _home(keep) as folder:
        sandbox.furnish(folder, clock.now())
        if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
            _console(folder, kept=keep is not None)
            return
        house = sandbox.open_demo(folder)
        try:
            tour = walk(house, quiet=as_json)
        finally:
            house.close()
    if as_json:
        print_json(asdict(tour))
    elif keep is not None:
        say(f"Kept in {folder}; go on with: retcon --home {folder} today")


def _alone() -> None:
    """Keep the sample from the seller's own keys, in this process and its children."""
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    for name in [name for name in os.environ if name.startswith("RETCON_SECRET_")]:
        del os.environ[name]


@contextmanager
def _home(keep: Path | None) -> Generator[Path]:
    if keep is not None:
        yield keep.expanduser().absolute()
        return
    with tempfile.TemporaryDirectory(prefix="retcon-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _console(folder: Path, *, kept: bool) -> None:
    """The console over the sample shop. The first pull is a child, so that this process stays as light as it is."""
    from retcon.app import run

    say("Northlight Goods is a sample shop inside this program: nothing leaves this machine.")
    _in_child(folder, "sync")
    house = sandbox.open_demo(folder)
    try:
        sandbox.stage(house, folder)
    finally:
        house.close()
    _in_child(folder, "refresh")
    run(folder)
    say(NOTHING_LEFT)
    if kept:
        say(f"Kept in {folder}; go on with: retcon --home {folder}")


def _in_child(folder: Path, verb: str) -> None:
    done = subprocess.run([*jobs.command_for(folder), verb], stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SourceError("The sample shop could not be pulled.", "Say what stands above to whoever keeps retcon.")


# ---- from end to end ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What one run from end to end came to."""

    orders: int
    customers: int
    due: int
    approved: int
    sent: int
    waiting: int
    needs_you: int
    seconds: float


def walk(house: House, *, quiet: bool) -> Tour:
    """Pull, rank, list, approve what passes, send; tell it on stdout unless `quiet`."""
    began = time.monotonic()
    for result in refresh.pull(house, progress=show_progress if interactive() else None):
        if not result.ok:
            raise SourceError(result.error)
    sandbox.stage(house, house.settings.places.config)
    refresh.refresh(house)
    orders = people.all_orders(house)
    customers = {order.customer_id for order in orders}
    found = todays.load(house)
    items = [item for line in found.lines for item in line.items]
    approved = drafts.approve(house, [(item.action.id, item.action.revision) for item in items if item.passes])
    sending.send(house, until_empty=True, pull=False)
    states = Counter(entry.row.state for entry in outbox.listing(house))
    tour = Tour(
        orders=len(orders),
        customers=len(customers),
        due=found.due,
        approved=len(approved.rows),
        sent=sum(states[state] for state in LEFT),
        waiting=states[OutboxState.QUEUED],
        needs_you=sum(states[state] for state in NEEDS_OPERATOR),
        seconds=round(time.monotonic() - began, 1),
    )
    if not quiet:
        countries = {order.country for order in orders}
        click.echo(
            f"{house.settings.shop.name}, a sample shop: {text.plural(tour.orders, 'order')} of "
            f"{tour.customers:,} people in {len(countries)} countries.\n"
        )
        _print_due(house, found)
        _print_approved(items, tour.approved)
        _print_sent(house, tour)
    return tour


def _print_due(house: House, found: Today) -> None:
    rows = [_due(house, line) for line in found.lines if line.items]
    print_table(("MOMENT", "WHO", "", "WHAT", "WHY", "LEAVES", "AT STAKE"), rows, right=frozenset((5, 6)))
    click.echo()


def _due(house: House, line: Line) -> tuple[str, ...]:
    first = line.items[0]
    stake = money.show(line.stake_minor, house.settings.shop.currency)
    if not line.folded:
        when = words.leaves(first, house.settings.shop.timezone, house.now())
        return (
            words.MOMENTS[line.moment],
            words.call_name(first.customer),
            first.customer.country,
            line.title,
            first.action.reason,
            when,
            stake,
        )
    countries = Counter(item.customer.country for item in line.items)
    most = " · ".join(f"{country} {count}" for country, count in countries.most_common(4))
    now = sum(item.passes and not item.waits and item.leaves_at is None for item in line.items)
    return (words.MOMENTS[line.moment], f"{len(line.items)} people", "", line.title, most, f"{now} now", stake)


def _print_approved(items: Sequence[Item], approved: int) -> None:
    click.echo(f"{text.plural(len(items), 'message')} due; {approved} approved, as policy allows.")
    reasons: dict[str, list[str]] = {}
    for item in items:
        no = next((verdict for verdict in item.verdicts if verdict.answer is Answer.NO), None)
        if no is not None:
            reasons.setdefault(no.rule, []).append(no.reason)
    for said in sorted(reasons.values(), key=len, reverse=True):
        click.echo(f"  {len(said)} may not leave, such as: {text.line(said[0])}")


def _print_sent(house: House, tour: Tour) -> None:
    zone = house.settings.shop.timezone
    waiting = [entry.row for entry in outbox.listing(house, OutboxState.QUEUED)]
    click.echo(f"{tour.sent} sent to the sandbox, {tour.waiting} wait for their hour, {tour.needs_you} need you.")
    if waiting:
        hours = Counter(row.not_before for row in waiting)
        told = (f"{count} at {localtime.when(hour, house.now(), zone)}" for hour, count in sorted(hours.items()))
        # No line ends between a number and its hour.
        lines = textwrap.fill(", ".join(each.replace(" ", NO_BREAK) for each in told), 100, initial_indent="  ")
        click.echo(f"{lines} ({zone})".replace("\n", "\n  ").replace(NO_BREAK, " "))
    click.echo(f"{tour.seconds:.1f} s. {NOTHING_LEFT}")
