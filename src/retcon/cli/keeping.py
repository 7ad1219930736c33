"""backup, restore, doctor, live."""

import sys
from pathlib import Path

import click

from retcon import clock, demo, text
from retcon.cli.output import interactive, opened, print_json, say
from retcon.desk import doctor as doctors
from retcon.desk import keeping
from retcon.desk import live as living
from retcon.errors import RetconError


@click.command(epilog="Example: retcon backup ~/retcon-copy.db")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(home: Path | None, file: Path) -> None:
    """Write a copy of the database while it is in use."""
    with opened(home) as house:
        size = keeping.backup(house, file)
    say(f"Kept in {file}: {size // 1024:,} kB.")


@click.command(epilog="Example: retcon restore ~/retcon-copy.db")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(home: Path | None, file: Path) -> None:
    """Bring a backup back. What waits in it needs your word again, because it may have left since."""
    aside = keeping.restore(home, file, clock.now())
    say(f"{file} is in its place." + (f" The one before it is {aside}." if aside else ""))


@click.command(epilog="Example: retcon doctor --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def doctor(home: Path | None, as_json: bool) -> None:
    """Check everything and say what to do; exit 1 where something is not well."""
    checks = doctors.examine(lambda: demo.open_home(home), home)
    ok = all(check.ok for check in checks)
    if as_json:
        print_json(
            {
                "ok": ok,
                "checks": [
                    {"name": check.name, "ok": check.ok, "words": check.words, "hint": "" if check.ok else check.hint}
                    for check in checks
                ],
            }
        )
    else:
        for check in checks:
            click.echo(f"{'ok ' if check.ok else 'NOT'}  {text.line(f'{check.name}: {check.words}')}")
            if not check.ok and check.hint:
                click.echo(f"     {text.line(check.hint)}")
    sys.exit(0 if ok else 1)


@click.command(epilog="Example: retcon live --check")
@click.option("--check", is_flag=True, help="Print the checklist and change nothing.")
@click.option("--anyway", is_flag=True, help="Go live whatever is missing.")
@click.option("--json", "as_json", is_flag=True, help="The checklist as one JSON document on stdout.")
@click.pass_obj
def live(home: Path | None, check: bool, anyway: bool, as_json: bool) -> None:
    """Go live: from then on approved messages reach customers. Nothing approved before ever does.

    Where something on the checklist is missing it asks; without a terminal it refuses, exit code 1.
    """
    with opened(home) as house:
        points = living.checklist(house)
        missing = living.missing(points)
        if as_json:
            print_json([{"name": it.name, "ok": it.ok, "words": it.words, "hint": it.hint} for it in points])
        else:
            for point in points:
                click.echo(f"{'ok ' if point.ok else 'NOT'}  {text.line(point.words)}")
                if not point.ok:
                    click.echo(f"     {text.line(point.hint)}")
        if check:
            sys.exit(1 if missing else 0)
        if missing and not anyway and not _insists(len(missing)):
            raise RetconError(
                f"{text.plural(len(missing), 'thing is', 'things are')} missing, so retcon is not live.",
                "Mend what stands above, or: retcon live --anyway",
            )
        back = living.go_live(house)
        say(f"Live. {text.plural(back, 'action')} from practice came back as due; those messages reach nobody else.")


def _insists(missing: int) -> bool:
    if not (sys.stdin.isatty() and interactive()):
        return False
    many = text.plural(missing, "thing is", "things are")
    return click.confirm(f"{many} missing. Go live all the same?", default=False, err=True)
