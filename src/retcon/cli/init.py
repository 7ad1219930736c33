"""init: the first run, on a terminal or from a file of answers."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from retcon import clock, config, jobs, logs
from retcon.cli.output import say
from retcon.desk import first_run
from retcon.errors import RetconError, UsageError

LEFT = "Kept as far as you were. Go on with: retcon"


@click.command(epilog="Example: retcon init --from answers.toml --json")
@click.option("--from", "answers", type=click.Path(path_type=Path), help="A TOML file with the answers; asks nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --from: one JSON document on stdout.")
@click.option("--look", type=click.Path(path_type=Path), hidden=True, help="What a file is, for the console.")
@click.option("--check", is_flag=True, hidden=True, help="Whether the shop lets us in, for the console.")
@click.option("--map", "pairs", multiple=True, hidden=True)
@click.option("--currency", default="", hidden=True)
@click.option("--dates", default="", hidden=True)
@click.option("--progress", is_flag=True, hidden=True)
@click.pass_obj
def init(
    home: Path | None,
    answers: Path | None,
    as_json: bool,
    look: Path | None,
    check: bool,
    pairs: tuple[str, ...],
    currency: str,
    dates: str,
    progress: bool,
) -> None:
    """The first run: where your orders are, whose shop it is, and the first queue. Nothing is sent to anybody.

    On a terminal it asks; what was answered is kept, so that it goes on where it was left. --from FILE takes the
    answers from a TOML file: docs/first-run.md has one.
    """
    del progress
    if look is not None or check:
        _tell(home, look, _columns(pairs), currency, dates)
    elif answers is not None:
        from retcon.cli.init_from import unattended

        unattended(home, answers, as_json)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The first run asks, and there is no terminal to ask on.", "Give the answers: retcon init --from FILE"
        )
    else:
        begin(home, again=True)


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    return {name: column for name, _, column in (pair.partition("=") for pair in pairs)}


def _tell(home: Path | None, look: Path | None, columns: Mapping[str, str], currency: str, dates: str) -> None:
    """One look, as a line to the parent."""
    from retcon.desk import first_look
    from retcon.platforms.wiring import Transports

    here = first_look.machine()
    if look is not None:
        seen = first_look.at_file(look, clock.now(), here, columns=columns, currency=currency, date_order=dates)
    else:
        where = config.places(home)
        plugin = first_run.read(where).plugin
        seen = first_look.at_shop(where, plugin, here, clock.now, Transports())
    jobs.emit_result(asdict(seen))


# ---- on a terminal ------------------------------------------------------------------------------------------


def begin(home: Path | None, *, again: bool = False) -> None:
    """The first run in the console, and then the console itself, or the sample shop's.

    `again` opens it where everything is set up as well: at what is next. Raises RetconError where it can't be drawn,
    or nothing can be kept.
    """
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise RetconError("This terminal can't be drawn on (TERM=dumb).", "Give the answers: retcon init --from FILE")
    where = first_run.check_home(home)
    answers = first_run.read(where)
    if again and not first_run.is_open(home):
        answers = replace(answers, step=first_run.NEXT, written=where.config_file.exists())
    from retcon.screens.first_run import CONSOLE, SAMPLE, FirstRunApp

    logs.start(where.logs)
    app = FirstRunApp(home, answers, jobs.command_for(home))
    ended = app.run()
    if app.refusal is not None:
        raise app.refusal
    if app.return_code:
        raise RetconError(
            "The first run stopped over a mistake of its own; what you answered is kept.", "Again: retcon"
        )
    if ended == CONSOLE:
        from retcon.app import run

        run(home)
    elif ended == SAMPLE:
        from retcon.cli.demo import demo

        click.get_current_context().invoke(demo, keep=None, as_json=False)
        say("Your own shop is set up with: retcon")
    elif first_run.is_open(home):
        say(LEFT if home is None else f"{LEFT} --home {home}")
