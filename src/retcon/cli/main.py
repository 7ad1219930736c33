"""The command line: names of commands, the common flags, and how an error or an interruption ends."""

import gc
import importlib
import os
import sys
from pathlib import Path

import click

from retcon import __version__
from retcon.cli.output import complain, marked
from retcon.errors import QueryError, RetconError

# Command → the module that has it, loaded when it is called: `retcon --help` costs next to nothing.
COMMANDS = {
    "alike": "identities",
    "approve": "today",
    "away": "conversations",
    "backtest": "backtest",
    "backup": "keeping",
    "calendar": "calendar",
    "consent": "consent",
    "country": "country",
    "customer": "people",
    "customers": "people",
    "demo": "demo",
    "doctor": "keeping",
    "done": "conversations",
    "hold": "outbox",
    "import": "shop",
    "inbox": "conversations",
    "init": "init",
    "insights": "insights",
    "live": "keeping",
    "mute": "calendar",
    "note": "notes",
    "orders": "people",
    "outbox": "outbox",
    "playbook": "playbook",
    "products": "products",
    "promise": "conversations",
    "promises": "conversations",
    "rank": "ranking",
    "redo": "outbox",
    "refresh": "shop",
    "release": "outbox",
    "reply": "conversations",
    "resolve": "outbox",
    "restore": "keeping",
    "retry": "outbox",
    "run": "run",
    "segments": "segments",
    "send": "outbox",
    "skip": "today",
    "snooze": "today",
    "sync": "shop",
    "tag": "notes",
    "thread": "conversations",
    "templates": "templates",
    "thresholds": "thresholds",
    "today": "today",
    "undo": "outbox",
}


class _ReaderGone(Exception):
    """Nobody reads stdout any more; click would call a broken pipe a failure."""


class _Commands(click.Group):
    """A group whose commands are imported when they are asked for; `import_` is the function of `import`."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"retcon.cli.{COMMANDS[cmd_name]}")
        return getattr(module, cmd_name if cmd_name != "import" else "import_")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from retcon.cli.help import SUMMARIES

        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(ctx)])


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: retcon today --json",
)
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Keep everything under this folder.")
@click.version_option(__version__, prog_name="retcon")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """Who is about to be lost, what is due today, the message written and checked, sent once.

    Without a command: the console; without a terminal, what `retcon today` prints.
    """
    context.obj = home
    if context.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        gc.disable()  # nothing of what is imported now is garbage; the console lets the collector go on
        from retcon.desk import first_run

        if first_run.is_open(home):
            from retcon.cli import init

            init.begin(home)
        else:
            from retcon.app import run

            run(home)
    else:
        from retcon.cli.today import today

        context.invoke(today)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code; never a traceback for what can be told in a sentence."""
    # One core does the ranking's sums in less time than two that wait for each other, and always the same.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.umask(0o077)  # whatever is written here is about people: it is its owner's alone
    try:
        code = cli.main(arguments, prog_name="retcon", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = 130
    except KeyboardInterrupt:
        code = 130
    except click.UsageError as error:
        complain(error.format_message(), f"See: retcon {error.ctx.info_name if error.ctx else ''} --help")
        code = 2
    except click.ClickException as error:
        complain(error.format_message())
        code = 1
    except QueryError as error:
        complain(error.title, "\n  ".join(filter(None, (*marked(error.query, error.at), error.hint))))
        code = error.exit_code
    except RetconError as error:
        complain(error.title, error.hint)
        code = error.exit_code
    except (BrokenPipeError, _ReaderGone):
        # The reader has gone; what is left in the buffer has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
