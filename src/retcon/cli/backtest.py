"""backtest: the proof of the ranking on the shop's own past."""

from pathlib import Path

import click

from retcon import jobs
from retcon.cli.output import interactive, opened, print_json, print_table, show_progress
from retcon.desk import backtest as desk
from retcon.model.backtest import Backtest, Group, means
from retcon.retention.risk import backtest_words as words


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
    _say_figures(found)
    if calibration:
        _say_calibration(found.calibration)


def _say_calibration(groups: tuple[Group, ...]) -> None:
    click.echo("\nOver all dates, in groups of equal size: so many in 100 would stay away, it said; so many did.\n")
    print_table(
        ("SAID", "CAME", "CUSTOMERS"),
        [(f"{100 * group.said:.1f}", f"{100 * group.came:.1f}", f"{group.customers:,}") for group in groups],
        right=frozenset((0, 1, 2)),
    )


def _say_figures(found: Backtest) -> None:
    lost, figures = sum(cutoff.lost_minor for cutoff in found.cutoffs), means(found.cutoffs)
    lists = {name: words.total(found, name) for cutoff in found.cutoffs for name in cutoff.found}
    rows = [(name, words.values(name, figures, lists, lost)) for name in figures]
    print_table(
        ("RANKED BY", *(figure.head for figure in words.FIGURES)),
        [
            (words.NAMES.get(name, name), *(figure.shown(of[figure.id]) for figure in words.FIGURES))
            for name, of in rows
        ],
        right=frozenset(range(1, len(words.FIGURES) + 1)),
    )
    click.echo()
    for figure in words.FIGURES:
        click.echo(f"{figure.head}: {figure.meaning}.")
    click.echo(words.counted(found))
