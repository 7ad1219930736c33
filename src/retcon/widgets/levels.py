"""The levels tier by tier as rows: what holds, where it comes from, what the past proposes beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from retcon.desk.thresholds import Kept, Pick
from retcon.frozen import dataclass
from retcon.model.thresholds import FEWEST
from retcon.retention import evidence
from retcon.widgets.drawing import Part, cut, fit, width_of
from retcon.widgets.table import Table

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


class LevelRows(Table[_Line]):
    """Every tier, with its product categories below it; the title stands above them."""

    PREFIX = "levels"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"levels--muted", "levels--accent", "levels--cursor"}

    @property
    def current(self) -> Pick | None:
        """The tier and category under the cursor."""
        return self.lines[self.place].pick if self.place >= 0 else None

    def show(self, kept: Kept, now: datetime, zone: str) -> None:
        """Show these levels; the cursor stays with its tier, else at its place."""
        before = self.current
        self.lines = [_line(kept, pick, now, zone) for pick in kept.picks]
        found = next((place for place, line in enumerate(self.lines, 1) if line.pick == before), None)
        self.put_cursor(found or max(self._cursor, 1))
        self.refresh()

    def titles(self) -> Sequence[str]:
        """TIER, WARNING, ALARM, FROM, YOUR PAST PROPOSES."""
        return _titles(self._widths)

    def columns(self, line: _Line) -> Sequence[Part]:
        """One tier or category."""
        wide, indent = self._widths, _INDENT if line.pick[1] else ""
        return [
            (indent + fit(line.name, wide.name - len(indent)), ""),
            (fit(line.warning, _WARNING, right=True), ""),
            (fit(line.alarm, _ALARM, right=True), ""),
            ("  " + fit(cut(line.origin, wide.origin - 3), wide.origin - 2) if wide.origin else "", "muted"),
            ("  " + fit(line.proposed, wide.proposed - 2), "accent" if line.offered else "muted"),
        ]

    @property
    def _widths(self) -> "_Widths":
        longest = max((width_of(line.name) + len(_INDENT) for line in self.lines), default=0)
        return _widths(self.size.width, longest)


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
