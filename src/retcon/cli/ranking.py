"""rank, backtest."""

import csv
import dataclasses
import math
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from retcon import localtime, money, text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import ranking
from retcon.desk.ranking import Ranked
from retcon.errors import InputError, UsageError
from retcon.retention.risk.backtest import OURS, Backtest, Cutoff, Figures

_HEADS = ("customer_id", "p_churn", "expected_orders", "expected_spend")
_WORDS = {
    OURS: "retcon",
    "recency": "days since last order",
    "recency/interval": "the same ÷ own usual gap",
    "rfm": "RFM quintiles",
    "bg/nbd": "BG/NBD",
}


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


@click.command(epilog="Example: retcon backtest --horizon 90 --cutoffs 3")
@click.option("--horizon", type=click.IntRange(1, 3650), metavar="DAYS", help="Lost means: no order within these.")
@click.option("--cutoffs", type=click.IntRange(1, 24), default=3, show_default=True, help="Dates of the past.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def backtest(home: Path | None, horizon: int | None, cutoffs: int, as_json: bool) -> None:
    """Show on your own orders how well the ranking predicts, beside what you could do by hand."""
    with opened(home) as house:
        found = ranking.backtest(house, horizon, cutoffs)
        zone = house.settings.shop.timezone
    if as_json:
        print_json(_json(found))
        return
    for cutoff in found.cutoffs:
        click.echo(words(cutoff, found.horizon_days, zone))
    click.echo("Named: of those who ordered twice or more, and within that time before, the likeliest to be lost.\n")
    print_table(
        ("MEAN OVER THE DATES", "AUC", "2+ ORDERS", "BRIER", "ECE", "LIFT", "VALUE CAUGHT"),
        [(_WORDS.get(name, name), *_shown(figures)) for name, figures in found.means().items()],
        right=frozenset(range(1, 7)),
    )
    click.echo(
        "\nAUC: of one who stayed away and one who came back, how often the first was ranked higher (0.5 is chance).\n"
        "Brier and ECE: how far the probabilities were off; less is better. Lift and value caught: the first tenth."
    )


def words(cutoff: Cutoff, horizon_days: int, zone: str) -> str:
    """One replayed date in words: of so many named, so many did not come back."""
    there = localtime.local(datetime.fromtimestamp(cutoff.as_of, UTC), zone)
    day = f"{there.day} {there:%B %Y}"
    if not cutoff.named:
        return f"{day}: nobody had ordered twice and lately, so nobody would have been named."
    return (
        f"{day}: of the {cutoff.named} it would have named, {cutoff.named_right} did not order within {horizon_days} "
        f"days; by longest silence you'd have found {cutoff.silence_right}."
    )


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


def _json(found: Backtest) -> dict[str, Any]:
    return {
        "horizon_days": found.horizon_days,
        "cutoffs": [
            {
                "as_of": datetime.fromtimestamp(cutoff.as_of, UTC),
                "customers": cutoff.customers,
                "stayed_away": cutoff.stayed_away,
                "named": cutoff.named,
                "named_right": cutoff.named_right,
                "silence_right": cutoff.silence_right,
                "models": {name: _plain(figures) for name, figures in cutoff.models.items()},
            }
            for cutoff in found.cutoffs
        ],
        "means": {name: _plain(figures) for name, figures in found.means().items()},
    }


def _plain(figures: Figures) -> dict[str, float | None]:
    """The figures by name; null where too little happened to tell."""
    values = dataclasses.asdict(figures)
    return {name: None if math.isnan(value) else round(value, 6) for name, value in values.items()}


def _shown(figures: Figures) -> tuple[str, ...]:
    def shown(value: float, pattern: str) -> str:
        return "–" if math.isnan(value) else format(value, pattern)

    return (
        *(shown(value, ".3f") for value in (figures.auc, figures.auc2, figures.brier, figures.ece)),
        shown(figures.lift10, ".2f"),
        shown(figures.value_caught, ".0%"),
    )
