"""How commands print: data on stdout, talk on stderr, one JSON document where --json is said."""

import json
import re
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import click

from retcon import demo, localtime, text
from retcon.desk.house import House
from retcon.model.policy import Verdict

# What we number ourselves: as large as the database counts.
ID = click.IntRange(1, 10**18)

# A column in a table: a name longer than this is cut.
_WIDEST = 40


def say(words: str) -> None:
    """One line for the person, on stderr."""
    click.echo(text.show(words), err=True)


def complain(title: str, hint: str = "") -> None:
    """What went wrong and what to do, on stderr."""
    say(f"retcon: {title}" + (f"\n  {hint}" if hint else ""))


# So much of a long filter is shown on each side of what is wrong, in letters.
_BESIDE = 30
_BREAKS = re.compile(r"\s")


def marked(query: str, at: int) -> tuple[str, str]:
    """What was typed around that letter, on one row, and a mark for the row under it."""
    from rich.cells import cell_len

    start = max(0, at - _BESIDE) if len(query) > 2 * _BESIDE else 0
    before, after = (text.show(_BREAKS.sub(" ", part)) for part in (query[start:at], query[at : at + _BESIDE]))
    before = f"{'…' if start else ''}{before}"
    return f"{before}{after}{'…' if len(query) > at + _BESIDE else ''}", f"{' ' * cell_len(before)}^"


def print_json(document: Any) -> None:
    """The one JSON document of a command; instants as ISO 8601 in UTC, what a terminal obeys escaped."""
    written = json.dumps(document, ensure_ascii=False, indent=2, default=_plain)
    click.echo(text.HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", written))


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
    """Aligned columns, outside text made harmless and cut, but for the last column, which is not padded either."""
    from rich.cells import cell_len, set_cell_size

    def cut(value: str) -> str:
        return value if cell_len(value) <= _WIDEST else set_cell_size(value, _WIDEST - 1) + "…"

    table = [[*map(cut, map(text.line, row[:-1])), text.line(row[-1])] for row in (heads, *rows)]
    widths = [max(cell_len(row[index]) for row in table) for index in range(len(heads))]
    for row in table:
        cells = [
            " " * (width - cell_len(value)) + value if index in right else value + " " * (width - cell_len(value))
            for index, (value, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


@contextmanager
def opened(home: Path | None) -> Generator[House]:
    """The house for the length of a command."""
    house = demo.open_home(home)
    try:
        yield house
    finally:
        house.close()


def interactive() -> bool:
    """Whether a person watches stderr."""
    return sys.stderr.isatty()


def show_progress(what: str, done: int, total: int | None) -> None:
    """How far something is, on one row of stderr that goes when it is done."""
    words = f"{what} {done:,}" + (f" of {total:,}" if total else "")
    click.echo(f"\r\x1b[K{words}" if total is None or done < total else "\r\x1b[K", nl=False, err=True)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime.stamp(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict of the gate, by the names that scripts know."""
    return {"rule": verdict.rule, "answer": verdict.answer, "reason": verdict.reason, "until": verdict.until}
