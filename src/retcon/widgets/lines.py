"""The working list: its columns, and its rows drawn by the line."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.strip import Strip

from retcon.frozen import dataclass
from retcon.widgets.drawing import Part, cut, fit, width_of, wrap
from retcon.widgets.rows import Cells
from retcon.widgets.scrolled import Scrolled
from retcon.widgets.worklist import Entry


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column is; 0 where it is left out."""

    name: int
    country: int
    tier: int
    what: int
    why: int
    leaves: int
    stake: int
    long: bool  # whether `why` has room for whole words


def columns(width: int) -> Columns:
    """The columns for so many cells. Dropped in this order as it gets narrow: why, tier, country, at stake."""
    margin = 3  # the cursor's bar, the mark, the edge
    if width >= 100:
        name, country, tier, leaves, stake = 14, 4, 5, 10, 10
        rest = width - margin - name - country - tier - leaves - stake
        why = rest * 54 // 100
        return Columns(name, country, tier, rest - why, why, leaves, stake, long=True)
    name, country, tier, leaves = 12, 3, 4, 10
    stake = 9 if width >= 46 else 0
    why = 14 if width >= 76 else 0
    tier = tier if width >= 66 else 0
    country = country if width >= 54 else 0
    what = max(0, width - margin - name - country - tier - why - leaves - stake)
    return Columns(name, country, tier, what, why, leaves, stake, long=False)


class Lines(Scrolled):
    """The working list. It knows rows and a cursor, and nothing of what they mean."""

    PREFIX = "lines"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--heading",
        "lines--muted",
        "lines--accent",
        "lines--cursor",
        "lines--mark",
    }

    def __init__(
        self,
        cells: Callable[[Entry], Cells],
        marked: Callable[[str], bool],
        *,
        shape: Callable[[int], Columns] = columns,
        heads: tuple[str, str] = ("LEAVES", "AT STAKE"),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._cells = cells
        self._marked = marked
        self._shape = shape
        self._heads = heads
        self._entries: Sequence[Entry] = ()
        self._empty = ""

    # ---- what it shows

    @property
    def length(self) -> int:
        """How many rows there are, headings counted."""
        return len(self._entries)

    def selectable(self, index: int) -> bool:
        """Whether the row is no heading."""
        return 0 <= index < len(self._entries) and self._entries[index].line is not None

    def first_beside(self, index: int) -> int:
        """A heading above the row belongs to it."""
        return index - (1 if index and self._entries[index - 1].line is None else 0)

    @property
    def current(self) -> Entry | None:
        """The row under the cursor; None where there is none."""
        return self._entries[self._cursor] if 0 <= self._cursor < len(self._entries) else None

    def show(self, entries: Sequence[Entry], *, empty: str = "", cursor: str | None = None) -> None:
        """Show these rows; the cursor goes to the named one, else keeps its row, else its place in the list."""
        key = cursor or (self.current.key if self.current else None)
        place = self._cursor
        self._entries, self._empty = entries, empty
        found = next((index for index, entry in enumerate(entries) if entry.key == key), None)
        self.put_cursor(place if found is None else found)
        self.refresh()

    def redraw(self, key: str) -> None:
        """Draw the row of that key again, where it is on the screen."""
        for index in range(self._top, min(len(self._entries), self._top + self.size.height)):
            if self._entries[index].key == key:
                self.refresh_row(index)

    # ---- drawing

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self._top + y
        if index >= len(self._entries):
            said = wrap(self._empty, self.size.width - 2) if self._empty else []
            return self.row([(f" {said[y - 1]}", "muted")] if 0 < y <= len(said) else [])
        entry = self._entries[index]
        if entry.line is None:
            # A heading whose rows lie below the page's end says nothing there.
            alone = 0 < y == self.size.height - 1
            return self.row([]) if alone else self._heading(entry, first=index == 0)
        return self._line(entry, under_cursor=index == self._cursor)

    def _heading(self, entry: Entry, *, first: bool) -> Strip:
        wide = self._shape(self.size.width)
        title = " " + self._cells(entry).name
        if not first:
            return self.row([(title, "heading")])
        leaves, stake = self._heads
        right = fit(leaves, wide.leaves, right=True) + (fit(stake, wide.stake, right=True) if wide.stake else "")
        space = self.size.width - width_of(title) - width_of(right) - 1
        return self.row(
            [(title, "heading"), (" " * space, ""), (right, "heading")] if space > 0 else [(title, "heading")]
        )

    def _line(self, entry: Entry, *, under_cursor: bool) -> Strip:
        wide, said = self._shape(self.size.width), self._cells(entry)
        why = _why(said, wide.why - 1) if wide.long else said.why_short
        parts: list[Part] = [
            ("▌" if under_cursor else " ", "accent"),
            ("•" if self._marked(entry.key) else " ", "mark"),
        ]
        if entry.fold:
            # A fold has no country of its own; its name may run into that room.
            parts.append((fit(said.name, wide.name + wide.country + wide.tier), ""))
        else:
            indent = "  " if entry.child else ""
            room = wide.name - len(indent)
            parts += [
                (indent + fit(cut(said.name, room - 1), room), ""),
                (fit(said.country, wide.country), "muted"),
                (fit(said.tier, wide.tier), "accent"),
            ]
        parts += [
            (fit(cut(said.what, wide.what - 1), wide.what), ""),
            (fit(cut(why, wide.why - 1), wide.why), "muted"),
            (fit(said.leaves, wide.leaves, right=True), "" if said.leaves.endswith("now") else "muted"),
            (fit(said.stake, wide.stake, right=True), ""),
        ]
        return self.row(parts, over="cursor" if under_cursor else "")


def _why(said: Cells, width: int) -> str:
    """The reason and its tail, of the reason as many parts as the tail leaves room for."""
    if not said.tail:
        return said.why
    kept = [part for part in said.why.split(" · ") if part] if said.why else []
    while kept and width_of(" · ".join((*kept, said.tail))) > width:
        kept.pop()
    return " · ".join((*kept, said.tail))
