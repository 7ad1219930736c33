"""`python -m retcon` and the script `retcon`: the console at once, everything else by the command line."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main() -> None:
    """Run what the arguments ask for and leave with its exit code."""
    bare, home = _bare(sys.argv[1:])
    if bare and sys.stdin.isatty() and sys.stdout.isatty() and _is_settled(home):
        sys.exit(_console(home))
    from retcon.cli.main import main as command_line

    command_line()


def _bare(arguments: Sequence[str]) -> tuple[bool, Path | None]:
    """Whether no command is named and nothing but perhaps a home, and that home."""
    match list(arguments):
        case []:
            return True, None
        case ["--home", folder] if folder and not folder.startswith("-"):
            return not Path(folder).is_file(), Path(folder)
        case _:
            return False, None


def _is_settled(home: Path | None) -> bool:
    """Whether there are settings and no first run was left half-way; anything else is for the command line to see."""
    from retcon import config

    where = config.places(home)
    return where.config_file.is_file() and not where.first_run_file.exists()


def _console(home: Path | None) -> int:
    """Open the console as `cli.main` would, without importing what reads a command line; its exit code."""
    from retcon.errors import RetconError

    os.umask(0o077)  # whatever is written here is about people: it is its owner's alone
    gc.disable()  # nothing of what is imported now is garbage; the console lets the collector go on
    try:
        from retcon.app import run

        run(home)
    except KeyboardInterrupt:
        return 130
    except RetconError as error:
        from retcon.cli.output import complain

        complain(error.title, error.hint)
        return error.exit_code
    return 0


if __name__ == "__main__":
    main()
