"""backtest: the proof of the ranking on the shop's own past."""

import math
from pathlib import Path

import click

from retcon import jobs
from retcon.cli.output import interactive, opened, print_json, print_table, show_progress
from retcon.desk import backtest as desk
from retcon.model.backtest import Backtest, Figures, Group, means
from retcon.retention.risk import backtest_words as words

_MEANINGS = (
    "AUC: of one who stayed away and one who came back, how often the first was ranked higher; 0.5 is chance.",
    "2+ ORDERS: the same among customers with two orders or more.",
    "BRIER: the mean squared miss of what was said; less is better, 0.25 says nothing.",
    "ECE: how far what was said lay from what came, on average; less is better.",
    "LIFT: how many times more of the first tenth stayed away than of all with two orders or more.",
    "NAMES: of all names shown, how many did not come back. MONEY: their part of what was lost.",
)


@click.command(epilog="Example: retcon backtest --horizon 90 --cutoffs 3 --calibration")
@click.option("--horizon", type=click.IntRange(1, 3650), metavar="DAYS", help="Lost means: no order within these.")
@click.option("--cutoffs", type=click.IntRange(1, 24), default=desk.CUTOFFS, show_default=True, help="Dates to replay.")
@click.option("--calibration", is_flag=True, help="Also what was said beside what came, in ten groups.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_obj
def backtest(
    home: Path | None, horizon: int | None, cutoffs: int, calibration: bool, as_json: bool, progress: bool
) -> None:
    """Show on your own orders how well the ranking predicts, beside what you could do by hand."""
    told = jobs.emit if progress else show_progress if interactive() and not as_json else None
    with opened(home) as house:
        found = desk.run(house, horizon, cutoffs, told)
        zone = house.settings.shop.timezone
    if progress:
        jobs.emit_result({"cutoffs": len(found.cutoffs)})
    elif as_json:
        print_json(found.as_dict())
    else:
        _say(found, zone, calibration=calibration)


def _say(found: Backtest, zone: str, *, calibration: bool) -> None:
    for sentence in words.in_all(found, zone):
        click.echo(sentence)
    for sentence in words.cautions(found, zone):
        click.echo(sentence)
    for cutoff in found.cutoffs:
        first, *more = words.of_date(cutoff, found, zone)
        click.echo(f"\n{first}")
        for sentence in more:
            click.echo(f"  {sentence}")
    click.echo()
    lost = sum(cutoff.lost_minor for cutoff in found.cutoffs)
    print_table(
        ("MEAN OVER THE DATES", "AUC", "2+ ORDERS", "BRIER", "ECE", "LIFT", "NAMES", "MONEY"),
        [
            (words.NAMES.get(name, name), *_shown(figures), *_of_names(found, name, lost))
            for name, figures in means(found.cutoffs).items()
        ],
        right=frozenset(range(1, 8)),
    )
    click.echo()
    for meaning in _MEANINGS:
        click.echo(meaning)
    if calibration:
        _say_calibration(found.calibration)


def _say_calibration(groups: tuple[Group, ...]) -> None:
    click.echo("\nOver all dates, in groups of equal size: so many in 100 would stay away, it said; so many did.\n")
    print_table(
        ("SAID", "CAME", "CUSTOMERS"),
        [(f"{100 * group.said:.1f}", f"{100 * group.came:.1f}", f"{group.customers:,}") for group in groups],
        right=frozenset((0, 1, 2)),
    )


def _of_names(found: Backtest, name: str, lost: int) -> tuple[str, str]:
    """How many of the names were right, and their part of what was lost."""
    if not any(name in cutoff.found for cutoff in found.cutoffs):
        return "–", "–"
    total = words.total(found, name)
    return f"{total.right:,}", f"{100 * total.value_minor / lost:.1f} %" if lost else "–"


def _shown(figures: Figures) -> tuple[str, ...]:
    def shown(value: float, pattern: str) -> str:
        return "–" if math.isnan(value) else format(value, pattern)

    return (
        *(shown(value, ".3f") for value in (figures.auc, figures.auc2, figures.brier, figures.ece)),
        shown(figures.lift10, ".2f"),
    )
