"""The list: rows drawn by the line, a cursor that moves within the page, and a page that moves in jumps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from retcon.widgets.drawing import Drawn, Part, cut, fit, width_of
from retcon.widgets.rows import Cells
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


class Lines(Drawn, can_focus=True):
    """The working list. It knows rows and a cursor, and nothing of what they mean."""

    PREFIX = "lines"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--heading",
        "lines--muted",
        "lines--accent",
        "lines--cursor",
        "lines--mark",
    }

    @dataclass
    class Moved(Message):
        """The mouse has put the cursor on another row."""

        entry: Entry | None

    def __init__(
        self, cells: Callable[[Entry], Cells], marked: Callable[[str], bool], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._cells = cells
        self._marked = marked
        self._entries: Sequence[Entry] = ()
        self._cursor = -1
        self._top = 0
        self._empty = ""

    # ---- what it shows

    @property
    def current(self) -> Entry | None:
        """The row under the cursor; None where there is none."""
        return self._entries[self._cursor] if 0 <= self._cursor < len(self._entries) else None

    @property
    def below(self) -> int:
        """How many rows are hidden under the last one shown."""
        return max(0, len(self._entries) - self._top - self.size.height)

    def show(self, entries: Sequence[Entry], *, empty: str = "", cursor: str | None = None) -> None:
        """Show these rows; the cursor goes to the named one, else keeps its row, else its place in the list."""
        key = cursor or (self.current.key if self.current else None)
        place = self._cursor
        self._entries, self._empty = entries, empty
        found = next((index for index, entry in enumerate(entries) if entry.key == key), None)
        self._cursor = self._selectable(place if found is None else found, 1)
        self._settle(jump=False)
        self.refresh()

    def redraw(self, key: str) -> None:
        """Draw the row of that key again, where it is on the screen."""
        for index in range(self._top, min(len(self._entries), self._top + self.size.height)):
            if self._entries[index].key == key:
                self._refresh_row(index)

    # ---- moving

    def move(self, steps: int) -> None:
        """Move the cursor by so many rows, headings not counted."""
        step = 1 if steps > 0 else -1
        to = self._cursor
        for _ in range(abs(steps)):
            after = self._selectable(to + step, step, wrap=False)
            if after == -1:
                break
            to = after
        self._go(to)

    def move_to_end(self, *, last: bool) -> None:
        """Move the cursor to the first or the last row."""
        self._go(self._selectable(len(self._entries) - 1 if last else 0, -1 if last else 1))

    def move_half(self, direction: int) -> None:
        """Move the cursor half a page down (1) or up (-1)."""
        self.move(direction * max(1, self.size.height // 2))

    def _go(self, to: int) -> None:
        before = self._cursor
        if to == before or to == -1:
            return
        self._cursor = to
        if not self._settle(jump=True):
            self._refresh_row(before)
            self._refresh_row(to)

    def _selectable(self, index: int, step: int, *, wrap: bool = True) -> int:
        """The nearest row from here on that isn't a heading, else (with `wrap`) the other way; -1 where none is."""
        last = len(self._entries) - 1
        if last < 0:
            return -1
        at = max(0, min(index, last)) if wrap else index
        for direction in (step, -step) if wrap else (step,):
            here = at
            while 0 <= here <= last:
                if self._entries[here].line is not None:
                    return here
                here += direction
        return -1

    def _settle(self, *, jump: bool) -> bool:
        """Bring the cursor's row onto the page, in a jump of half a page; whether the page moved."""
        height = self.size.height
        if not height:
            return False
        top, last = self._top, max(0, len(self._entries) - height)
        if self._cursor >= 0:
            # A heading above the row belongs to it.
            first = self._cursor - (1 if self._cursor and self._entries[self._cursor - 1].line is None else 0)
            if first < top or self._cursor >= top + height:
                top = self._cursor - height // 2 if jump else first
        top = max(0, min(top, last))
        moved = top != self._top
        self._top = top
        if moved:
            self.refresh()
        return moved

    def on_resize(self) -> None:
        """Keep the cursor's row on the page."""
        self._settle(jump=False)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        index = self._top + event.y
        if index < len(self._entries) and self._entries[index].line is not None:
            self._go(index)
            self.post_message(self.Moved(self.current))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)
        self.post_message(self.Moved(self.current))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)
        self.post_message(self.Moved(self.current))

    # ---- drawing

    def _refresh_row(self, index: int) -> None:
        self.refresh(Region(0, index - self._top, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self._top + y
        if index >= len(self._entries):
            return self.row([(" " + cut(self._empty, self.size.width - 2), "muted")] if y == 1 and self._empty else [])
        entry = self._entries[index]
        if entry.line is None:
            # A heading whose rows lie below the page's end says nothing there.
            alone = 0 < y == self.size.height - 1
            return self.row([]) if alone else self._heading(entry, first=index == 0)
        return self._line(entry, under_cursor=index == self._cursor)

    def _heading(self, entry: Entry, *, first: bool) -> Strip:
        wide = columns(self.size.width)
        title = " " + self._cells(entry).name
        if not first:
            return self.row([(title, "heading")])
        right = fit("LEAVES", wide.leaves, right=True) + (fit("AT STAKE", wide.stake, right=True) if wide.stake else "")
        space = self.size.width - width_of(title) - width_of(right) - 1
        return self.row(
            [(title, "heading"), (" " * space, ""), (right, "heading")] if space > 0 else [(title, "heading")]
        )

    def _line(self, entry: Entry, *, under_cursor: bool) -> Strip:
        wide, said = columns(self.size.width), self._cells(entry)
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
