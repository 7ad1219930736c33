"""backup, restore, doctor, live."""

import sys
from pathlib import Path

import click

from retcon import clock, demo, text
from retcon.cli.output import opened, print_json, say
from retcon.desk import doctor as doctors
from retcon.desk import keeping
from retcon.desk import live as living


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
            click.echo(text.line(f"{'ok  ' if check.ok else 'NOT '} {check.name}: {check.words}"))
            if not check.ok and check.hint:
                click.echo(f"       {text.line(check.hint)}")
    sys.exit(0 if ok else 1)


@click.command(epilog="Example: retcon live --check")
@click.option("--check", is_flag=True, help="Print the checklist and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The checklist as one JSON document on stdout.")
@click.pass_obj
def live(home: Path | None, check: bool, as_json: bool) -> None:
    """Go live: from then on approved messages reach customers. Nothing approved before ever does."""
    with opened(home) as house:
        points = living.checklist(house)
        if as_json:
            print_json(
                [{"name": point.name, "ok": point.ok, "words": point.words, "hint": point.hint} for point in points]
            )
        else:
            for point in points:
                click.echo(text.line(f"{'ok  ' if point.ok else 'NOT '} {point.words}"))
                if not point.ok:
                    click.echo(f"       {text.line(point.hint)}")
        missing = [point for point in points if not point.ok]
        if check:
            sys.exit(1 if missing else 0)
        back = living.go_live(house)
        say(f"Live. {text.plural(back, 'action')} from practice came back as due; those mails reach nobody else.")
