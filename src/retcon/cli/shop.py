"""sync, import, refresh: what comes in."""

import sys
from pathlib import Path

import click

from retcon import jobs
from retcon.cli.output import complain, interactive, opened, print_json, say
from retcon.desk import refresh as refreshing
from retcon.model.sync import SyncResult


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
    if as_json:
        print_json([_json(result) for result in results])
    for result in results:
        if progress:
            jobs.emit(_json(result))
        elif not as_json or not result.ok:
            say(_words(result))
    failed = sum(not result.ok for result in results)
    sys.exit(0 if not failed else 1 if failed == len(results) else 3)


@click.command(epilog="Example: retcon refresh")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_obj
def refresh(home: Path | None, progress: bool) -> None:
    """Recompute everybody's risk and what is due, without pulling."""
    with opened(home) as house:
        done = refreshing.refresh(house, everybody=True, progress=_told(progress))
    if progress:
        jobs.emit({"customers": done.customers, "due": done.due})
    else:
        say(f"{done.due} actions are due.")


def _told(as_lines: bool) -> refreshing.Progress | None:
    """How progress is told: as lines to a parent, on one row to a person, else not at all."""

    def lines(what: str, done: int, total: int | None) -> None:
        jobs.emit({"what": what, "done": done, "total": total})

    def row(what: str, done: int, total: int | None) -> None:
        click.echo(f"\r\x1b[K{what} {done:,}" + (f" of {total:,}" if total else ""), nl=False, err=True)
        if total is not None and done >= total:
            click.echo("\r\x1b[K", nl=False, err=True)

    return lines if as_lines else row if interactive() else None


def _json(result: SyncResult) -> dict[str, object]:
    names = "source kind ok pages read added changed unchanged removed seconds error notes"
    return {name: getattr(result, name) for name in names.split() if hasattr(result, name)}


def _words(result: SyncResult) -> str:
    if not result.ok:
        return f"{result.source}: {result.error}"
    counts = f"{result.read:,} read: {result.added:,} new, {result.changed:,} changed, {result.removed:,} removed"
    return f"{result.source}: {counts}, {result.seconds:.1f} s."
