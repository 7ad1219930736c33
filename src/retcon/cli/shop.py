"""sync, import, refresh: what comes in."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from retcon import jobs, text
from retcon.cli import questions
from retcon.cli.output import complain, interactive, opened, print_json, say, show_progress
from retcon.desk import imports, notices
from retcon.desk import refresh as refreshing
from retcon.errors import UsageError
from retcon.model.sync import SyncResult

# How many refused lines are named.
_SHOWN = 20


@click.command(epilog="Example: retcon sync woo --json")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--full", is_flag=True, help="Read everything again, and find what was deleted.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_obj
def sync(home: Path | None, names: tuple[str, ...], full: bool, as_json: bool, progress: bool) -> None:
    """Pull from the shops, then recompute who is at risk and what is due."""
    with opened(home) as house:
        if not house.settings.sources:
            complain(
                "No source is set up, so there is nothing to pull.",
                "Add [sources.NAME] to config.toml, or import a file.",
            )
        results = refreshing.pull(house, names, full=full, progress=_told(progress))
        if not progress:  # nobody follows it: it may be the clock that started this
            notices.tell_news(house)
        if as_json:
            print_json([_json(result) for result in results])
        for result in results:
            if progress:
                jobs.emit_result(_json(result))
            elif not as_json or not result.ok:
                say(_words(result))
                for note in result.notes:
                    say(f"  {note}")
        if not progress:
            questions.ask_once(house)
    failed = sum(not result.ok for result in results)
    sys.exit(0 if not failed else 1 if failed == len(results) else 3)


@click.command("import", epilog="Example: retcon import orders.csv --map placed_at=date --currency EUR")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--preset", type=click.Choice(imports.PRESETS), default="orders", show_default=True, help="Whose columns."
)
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column a field is in; repeatable.")
@click.option("--currency", default="", metavar="CODE", help="Of amounts that name none; else the shop's.")
@click.option("--dates", type=click.Choice(("dmy", "mdy")), help="Day or month first in dates such as 03/04/2026.")
@click.option("--source", default=imports.SOURCE, show_default=True, help="The name that all of it is kept under.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_obj
def import_(
    home: Path | None,
    file: Path,
    preset: str,
    pairs: tuple[str, ...],
    currency: str,
    dates: str | None,
    source: str,
    as_json: bool,
    progress: bool,
) -> None:
    """Take orders or conversations from a CSV, TSV or JSON lines file, gzipped or not; twice changes nothing."""
    columns = _columns(pairs)

    def run(date_order: str | None) -> imports.ImportReport:
        return imports.import_file(
            house, file, preset, columns, currency, date_order, source=source, progress=_told(progress)
        )

    with opened(home) as house:
        try:
            report = run(dates)
        except imports.AmbiguousDates as ambiguous:
            if not (sys.stdin.isatty() and interactive()):
                raise
            report = run(_asked(ambiguous))
        if progress:
            jobs.emit_result(_imported(report))
        elif as_json:
            print_json(_imported(report))
        else:
            _say_imported(report)
        if not progress:
            questions.ask_once(house)
    sys.exit(0 if not report.refused else 3 if report.taken else 1)


@click.command(epilog="Example: retcon refresh")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_obj
def refresh(home: Path | None, progress: bool) -> None:
    """Recompute everybody's risk and what is due, without pulling."""
    with opened(home) as house:
        done = refreshing.refresh(house, everybody=True, progress=_told(progress))
    if progress:
        jobs.emit_result({"customers": done.customers, "due": done.due})
    else:
        say(f"{done.due} actions are due.")


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name.strip() and equals and column.strip()):
            raise UsageError(f"--map {pair} names no column.", "Write it as FIELD=COLUMN, for example total=amount.")
        columns[name.strip()] = column.strip()
    return columns


def _asked(ambiguous: imports.AmbiguousDates) -> str:
    question = (
        f"Is {ambiguous.example} {ambiguous.day_first} or {ambiguous.month_first}? Day first (d), month first (m)"
    )
    return {"d": "dmy", "m": "mdy"}[click.prompt(question, type=click.Choice(["d", "m"]), show_choices=False, err=True)]


def _imported(report: imports.ImportReport) -> Mapping[str, object]:
    names = ("read", "taken", "added", "changed", "unchanged", "customers")
    refused = [{"line": line.line, "reason": line.reason} for line in report.refused]
    return {name: getattr(report, name) for name in names} | {"refused": refused}


def _say_imported(report: imports.ImportReport) -> None:
    refused = f", {len(report.refused):,} refused" if report.refused else ""
    click.echo(f"{text.plural(report.read, 'row')} read, {report.taken:,} taken{refused}.")
    click.echo(
        f"{report.what.capitalize()}: {report.added:,} new, {report.changed:,} changed, {report.unchanged:,} as before;"
        f" {text.plural(report.customers, 'customer')} touched."
    )
    for line in report.refused[:_SHOWN]:
        say(f"  line {line.line}: {text.line(line.reason)}")
    if len(report.refused) > _SHOWN:
        say(f"  and {len(report.refused) - _SHOWN:,} more")


def _told(as_lines: bool) -> refreshing.Progress | None:
    """How progress is told: as lines to a parent, on one row to a person, else not at all."""

    def lines(what: str, done: int, total: int | None) -> None:
        jobs.emit(what, done, total)

    return lines if as_lines else show_progress if interactive() else None


def _json(result: SyncResult) -> dict[str, object]:
    names = "source kind ok pages read added changed unchanged removed seconds error notes key_refused"
    return {name: getattr(result, name) for name in names.split()}


def _words(result: SyncResult) -> str:
    if not result.ok:
        return f"{result.source}: {result.error}"
    counts = f"{result.read:,} read: {result.added:,} new, {result.changed:,} changed, {result.removed:,} removed"
    return f"{result.source}: {counts}, {result.seconds:.1f} s."
