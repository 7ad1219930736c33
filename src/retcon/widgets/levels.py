"""The levels tier by tier as rows: what holds, where it comes from, what the past proposes beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from retcon.desk.thresholds import Kept, Pick
from retcon.frozen import dataclass
from retcon.model.thresholds import FEWEST
from retcon.retention import evidence
from retcon.widgets.drawing import Part, cut, fit, width_of
from retcon.widgets.scrolled import Scrolled

_INDENT = "  "  # of a category, under its tier
_TITLES = ("TIER", "WARNING", "ALARM", "FROM", "YOUR PAST PROPOSES")


@dataclass(frozen=True, slots=True)
class _Widths:
    """How wide each column is; 0 where it is left out."""

    name: int
    origin: int
    proposed: int


_WARNING, _ALARM, _ORIGIN = 9, 7, 20
_NAME, _PROPOSED = 9, 18  # what they need at least


def _widths(width: int, name: int) -> _Widths:
    """The columns for so many cells; where the levels come from goes first."""
    room = width - 2 - _WARNING - _ALARM
    name = max(_NAME, min(name + 2, room - _PROPOSED))
    origin = _ORIGIN if room - name - _ORIGIN >= _PROPOSED + 4 else 0
    return _Widths(name, origin, room - name - origin)


@dataclass(frozen=True, slots=True)
class _Line:
    """One row in words; `offered` where there is something to take."""

    pick: Pick
    name: str
    warning: str
    alarm: str
    origin: str
    proposed: str
    offered: bool


class LevelRows(Scrolled):
    """Every tier, with its product categories below it; the title stands above them."""

    PREFIX = "levels"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"levels--muted", "levels--accent", "levels--cursor"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[_Line] = ()

    @property
    def length(self) -> int:
        """How many rows there are, with the title's."""
        return len(self._lines) + 1 if self._lines else 0

    def selectable(self, index: int) -> bool:
        """Whether the row is no title."""
        return 0 < index < self.length

    def first_beside(self, index: int) -> int:
        """The title belongs to the first row."""
        return 0 if index == 1 else index

    @property
    def current(self) -> Pick | None:
        """The tier and category under the cursor."""
        return self._lines[self._cursor - 1].pick if 0 < self._cursor < self.length else None

    def show(self, kept: Kept, now: datetime, zone: str) -> None:
        """Show these levels; the cursor stays with its tier, else at its place."""
        before = self.current
        self._lines = [_line(kept, pick, now, zone) for pick in kept.picks]
        found = next((place for place, line in enumerate(self._lines, 1) if line.pick == before), None)
        self.put_cursor(found or max(self._cursor, 1))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self._top + y
        wide = _widths(self.size.width, max((width_of(line.name) + len(_INDENT) for line in self._lines), default=0))
        if index >= self.length:
            return self.row([])
        if index == 0:
            return self.row([(" ", ""), *((words, "muted") for words in _titles(wide))])
        line, under = self._lines[index - 1], index == self._cursor
        indent = _INDENT if line.pick[1] else ""
        parts: list[Part] = [
            ("▌" if under else " ", "accent"),
            (indent + fit(line.name, wide.name - len(indent)), ""),
            (fit(line.warning, _WARNING, right=True), ""),
            (fit(line.alarm, _ALARM, right=True), ""),
            ("  " + fit(cut(line.origin, wide.origin - 3), wide.origin - 2) if wide.origin else "", "muted"),
            ("  " + fit(line.proposed, wide.proposed - 2), "accent" if line.offered else "muted"),
        ]
        return self.row(parts, over="cursor" if under else "")


def _titles(wide: _Widths) -> list[str]:
    tier, warning, alarm, origin, proposed = _TITLES
    return [
        fit(tier, wide.name),
        fit(warning, _WARNING, right=True),
        fit(alarm, _ALARM, right=True),
        "  " + fit(origin, wide.origin - 2) if wide.origin else "",
        "  " + fit(proposed, wide.proposed - 2),
    ]


def _line(kept: Kept, pick: Pick, now: datetime, zone: str) -> _Line:
    holds = kept.of(pick)
    own = (holds.tier, holds.category) == pick
    return _Line(
        pick=pick,
        name=pick[1] or evidence.name(pick[0]),
        warning=evidence.percent(holds.warning),
        alarm=evidence.percent(holds.alarm),
        origin=evidence.origin(holds, now, zone) if own else "as its tier",
        proposed=_proposed(kept, pick),
        offered=kept.offers(pick),
    )


def _proposed(kept: Kept, pick: Pick) -> str:
    """What the past proposes, in a few words."""
    proposal = kept.proposal(pick)
    if kept.suggestion is None:
        return "not asked yet"
    if proposal is None:
        return "says nothing"
    if not proposal.enough:
        return f"too few: {proposal.resolved} of {FEWEST}"
    if not kept.offers(pick):
        return "these"
    then = proposal.then
    if not proposal.warns:
        return "no warnings"
    return f"{evidence.percent(then.warning)} and {evidence.percent(then.alarm)}"
