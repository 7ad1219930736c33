"""rank: who will not order again, as known on a date."""

import csv
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from retcon import localtime, money, text
from retcon.cli.output import opened, say
from retcon.desk import ranking
from retcon.desk.ranking import Ranked
from retcon.errors import InputError, UsageError

_HEADS = ("customer_id", "p_churn", "expected_orders", "expected_spend")


@click.command(epilog="Example: retcon rank --as-of 2026-06-01 --horizon 90 --csv risk.csv")
@click.option("--as-of", "as_of", metavar="DATE", help="As known at the start of this day; now, where left out.")
@click.option("--horizon", type=click.IntRange(1, 3650), metavar="DAYS", help="Lost means: no order within these.")
@click.option("--csv", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write here, not to stdout.")
@click.pass_obj
def rank(home: Path | None, as_of: str | None, horizon: int | None, file: Path | None) -> None:
    """Who will not order again, as known on a date, from the orders before it alone.

    CSV: the customer's id in the shop, P(no order within the horizon), orders and spend to expect within it.
    """
    with opened(home) as house:
        shop = house.settings.shop
        at = house.now() if as_of is None else _instant(as_of, shop.timezone)
        ranked = ranking.rank(house, at, horizon or house.settings.retention.horizon_days)
    if file is None:
        _write(sys.stdout, ranked, shop.currency)
    else:
        _write_file(file, ranked, shop.currency)
        say(f"{text.plural(len(ranked), 'customer')} written to {file}.")
    if not ranked:
        say("Nobody had ordered before that date.")


def _instant(date: str, zone: str) -> datetime:
    """The instant that a date or a time means; without a zone it is the shop's."""
    try:
        at = datetime.fromisoformat(date.strip())
        return (at if at.tzinfo else at.replace(tzinfo=localtime.zone(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"“{date[:40]}” is no date.", "Write it as 2026-06-01.") from None


def _write(out: TextIO, ranked: Sequence[Ranked], currency: str) -> None:
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_HEADS)
    for one in ranked:
        spend = f"{one.expected_spend_minor / 10 ** money.exponent(currency):.4f}"
        rows.writerow((text.cell(one.customer_id), f"{one.p_churn:.9f}", f"{one.expected_orders:.6f}", spend))


def _write_file(file: Path, ranked: Sequence[Ranked], currency: str) -> None:
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            _write(out, ranked, currency)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}).", "Name another file.") from None
