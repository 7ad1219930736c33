"""The dates of a backtest as rows, all of them together first: how many names were right, and what they were worth."""

from collections.abc import Sequence
from typing import ClassVar

from retcon import money, text
from retcon.frozen import dataclass
from retcon.model.backtest import OURS, SILENCE, Backtest, Cutoff
from retcon.retention.risk import backtest_words as words
from retcon.widgets.drawing import Part, cut, fit
from retcon.widgets.table import Table

_BAR = 12
_TITLES = ("DATE", "DID NOT COME BACK", "BY SILENCE", "THEY HAD SPENT", "OF ALL LOST")


@dataclass(frozen=True, slots=True)
class _Widths:
    """How wide each column is; 0 where it is left out."""

    day: int
    right: int
    bar: int
    silence: int
    spent: int
    share: int


def _widths(width: int) -> _Widths:
    """The columns for so many cells; the bar goes first, then what was spent, then the part of what was lost."""
    room = width - 2
    day, right, silence = 14, 18, 12
    room -= day + right + silence
    share = 13 if room >= 13 else 0
    spent = 16 if room - share >= 16 else 0
    bar = _BAR + 2 if room - share - spent >= _BAR + 2 else 0
    return _Widths(day, right, bar, silence, spent, share)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row in words; `part` of the names were right."""

    day: str
    right: str
    part: float
    silence: str
    spent: str
    share: str


class Dates(Table[_Line]):
    """All dates together, then each, the newest first; the title stands above them."""

    PREFIX = "dates"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"dates--muted", "dates--faint", "dates--accent", "dates--cursor"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cutoffs: Sequence[Cutoff] = ()

    @property
    def current(self) -> Cutoff | None:
        """The date under the cursor; None where it is all of them."""
        return self._cutoffs[self.place - 1] if self.place >= 1 else None

    def show(self, backtest: Backtest | None, zone: str) -> None:
        """Show the dates of this backtest; the cursor keeps its place."""
        self._cutoffs = tuple(reversed(backtest.cutoffs)) if backtest is not None else ()
        self.lines = _lines(backtest, self._cutoffs, zone) if backtest is not None else ()
        self.put_cursor(max(self._cursor, 1))
        self.refresh()

    def titles(self) -> Sequence[str]:
        """DATE, DID NOT COME BACK, BY SILENCE, THEY HAD SPENT, OF ALL LOST."""
        return _titles(_widths(self.size.width))

    def columns(self, line: _Line) -> Sequence[Part]:
        """One date, or all."""
        wide = _widths(self.size.width)
        full = round(line.part * _BAR) if wide.bar else 0
        return [
            (fit(line.day, wide.day), ""),
            (fit(line.right, wide.right, right=True), ""),
            ("  " + "━" * full if wide.bar else "", "accent"),
            ("─" * (_BAR - full) if wide.bar else "", "faint"),
            (fit(line.silence, wide.silence, right=True), "muted"),
            (fit(cut(line.spent, wide.spent - 1), wide.spent, right=True) if wide.spent else "", ""),
            (fit(line.share, wide.share, right=True) if wide.share else "", ""),
        ]


def _titles(wide: _Widths) -> list[str]:
    day, right, silence, spent, share = _TITLES
    return [
        fit(day, wide.day),
        fit(right, wide.right, right=True),
        " " * wide.bar,
        fit(silence, wide.silence, right=True),
        fit(spent, wide.spent, right=True) if wide.spent else "",
        fit(share, wide.share, right=True) if wide.share else "",
    ]


def _lines(backtest: Backtest, cutoffs: Sequence[Cutoff], zone: str) -> list[_Line]:
    names, lost = sum(cutoff.named for cutoff in cutoffs), sum(cutoff.lost_minor for cutoff in cutoffs)
    ours, silence = words.total(backtest, OURS), words.total(backtest, SILENCE)
    first = f"all {text.plural(len(cutoffs), 'date')}" if len(cutoffs) > 1 else "the one date"
    rows = [_line(first, names, ours.right, silence.right, ours.value_minor, lost, backtest.currency)]
    for cutoff in cutoffs:
        mine, other = cutoff.found.get(OURS), cutoff.found.get(SILENCE)
        rows.append(
            _line(
                words.short_day(cutoff.as_of, zone),
                cutoff.named if mine is not None else 0,
                mine.right if mine is not None else 0,
                other.right if other is not None else 0,
                mine.value_minor if mine is not None else 0,
                cutoff.lost_minor,
                backtest.currency,
            )
        )
    return rows


def _line(day: str, names: int, right: int, silence: int, value: int, lost: int, currency: str) -> _Line:
    return _Line(
        day=day,
        right=f"{right:,} of {names:,}" if names else "no names",
        part=right / names if names else 0.0,
        silence=f"{silence:,}" if names else "–",
        spent=money.show(value, currency) if lost and names else "–",
        share=words.percent(value / lost) if lost and names else "–",
    )
