"""The timeline: rows with a cursor, drawn by the line; each unfolds in place, and the page moves through a long one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events as textual_events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from retcon.widgets import words
from retcon.widgets.drawing import Drawn, Part, cut, fit, width_of
from retcon.widgets.events import Cells, Entry
from retcon.widgets.view import Row

_DAY, _WHO = 10, 9


class Timeline(Drawn, can_focus=True):
    """Entries, newest first. It knows a cursor and what is unfolded, and nothing of what the rows mean."""

    PREFIX = "timeline"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--strong",
        "timeline--muted",
        "timeline--faint",
        "timeline--label",
        "timeline--accent",
        "timeline--good",
        "timeline--warn",
        "timeline--cursor",
    }

    @dataclass
    class Moved(Message):
        """The mouse has moved the cursor or the page."""

    def __init__(
        self, cells: Callable[[Entry], Cells], body: Callable[[Entry], Sequence[Row]], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._cells = cells
        self._body = body
        self.entries: Sequence[Entry] = ()
        self._unfolded: dict[str, Sequence[Row]] = {}
        self._rows: list[tuple[int, int]] = []  # of each row of the paper: its entry, and which row of it
        self._starts: list[int] = []  # at which row each entry begins
        self._cursor = 0
        self._top = 0
        self._empty = ""
        self._rtl = False
        self._at_top = False  # whether what comes above the first row is to be seen
        self._said: dict[str, Cells] = {}

    # ---- what it shows

    @property
    def current(self) -> Entry | None:
        """The entry under the cursor; None where there is none."""
        return self.entries[self._cursor] if self._cursor < len(self.entries) else None

    @property
    def cursor(self) -> int:
        """Which of the entries the cursor is on."""
        return self._cursor

    @property
    def last_shown(self) -> int:
        """Which entry the last row of the page belongs to; -1 where nothing is shown."""
        last = min(len(self._rows), self._top + self.size.height) - 1
        return self._rows[last][0] if last >= 0 else -1

    @property
    def wide(self) -> int:
        """How many cells a row has."""
        return self.size.width

    def show(self, entries: Sequence[Entry], *, empty: str = "", cursor: str | None = None) -> None:
        """Show these; the cursor goes to the named one, else keeps its entry and its row on the screen."""
        current = self.current
        key = cursor or (current.key if current is not None else None)
        above = self._row_of_cursor - self._top
        self.entries, self._empty = entries, empty
        found = next((index for index, entry in enumerate(entries) if entry.key == key), None)
        kept = found is not None and cursor is None
        self._cursor = min(self._cursor, max(0, len(entries) - 1)) if found is None else found
        self._unfolded = {key: self._body(entry) for entry in entries if (key := entry.key) in self._unfolded}
        self._arrange()
        if kept and not self._at_top:
            self._top = self._row_of_cursor - above
        self._settle(jump=True)
        self.refresh()

    def follow_top(self, *, follow: bool = True) -> None:
        """Whether a page that begins with the first row goes on to: what the operator did is to be seen there."""
        self._at_top = follow and self._top == 0

    def begin(self, entries: Sequence[Entry], *, empty: str = "", unfold: str | None = None) -> None:
        """Show other entries, from their beginning; nothing is unfolded but the named one."""
        self.entries, self._empty, self._cursor, self._top = entries, empty, 0, 0
        self._unfolded = {entry.key: self._body(entry) for entry in entries if entry.key == unfold}
        self._arrange()
        self.refresh()

    def redo(self) -> None:
        """Write what is unfolded anew: it is to be seen otherwise."""
        by_key = {entry.key: entry for entry in self.entries}
        self._unfolded = {key: self._body(by_key[key]) for key in self._unfolded if key in by_key}
        self._arrange()
        self._settle(jump=False)
        self.refresh()

    def _arrange(self) -> None:
        self._rows, self._starts = [], []
        self._said.clear()
        self._rtl = any(words.rtl(said) for rows in self._unfolded.values() for row in rows for said, _ in row)
        for index, entry in enumerate(self.entries):
            self._starts.append(len(self._rows))
            unfolded = self._unfolded.get(entry.key)
            self._rows += [(index, row) for row in range(1 + (len(unfolded) + 1 if unfolded is not None else 0))]

    # ---- unfolding

    @property
    def unfolded(self) -> bool:
        """Whether anything is unfolded."""
        return bool(self._unfolded)

    @property
    def rtl(self) -> bool:
        """Whether something unfolded is written from right to left: nothing may stand beside it."""
        return self._rtl

    def is_unfolded(self, entry: Entry) -> bool:
        """Whether the entry is unfolded."""
        return entry.key in self._unfolded

    def unfold(self, *, open_: bool) -> bool:
        """Unfold the entry under the cursor, or fold it; whether that changed anything."""
        entry = self.current
        if entry is None or (entry.key in self._unfolded) == open_:
            return False
        if open_:
            self._unfolded[entry.key] = self._body(entry)
        else:
            del self._unfolded[entry.key]
        self._arrange()
        self._settle(jump=False)
        self.refresh()
        return True

    def whole(self, key: str) -> bool:
        """Whether the last row of the named entry, unfolded, is on the page or was scrolled past."""
        index = next((index for index, entry in enumerate(self.entries) if entry.key == key), None)
        unfolded = self._unfolded.get(key)
        if index is None or unfolded is None:
            return False
        return self._starts[index] + len(unfolded) < self._top + self.size.height

    # ---- moving

    @property
    def _row_of_cursor(self) -> int:
        return self._starts[self._cursor] if self._cursor < len(self._starts) else 0

    @property
    def _end_of_cursor(self) -> int:
        """The last row of the entry under the cursor that says something."""
        entry = self.current
        unfolded = self._unfolded.get(entry.key) if entry is not None else None
        return self._row_of_cursor + (len(unfolded) if unfolded is not None else 0)

    def move(self, steps: int) -> None:
        """Move the cursor by so many entries; through an unfolded one that is longer than the page, row by row."""
        if abs(steps) == 1 and self._read_on(steps):
            return
        self._go(max(0, min(self._cursor + steps, len(self.entries) - 1)))

    def _read_on(self, step: int) -> bool:
        """Whether the page moves by a row within the entry under the cursor, which has more to show that way."""
        height = self.size.height
        hidden = self._end_of_cursor >= self._top + height if step > 0 else self._row_of_cursor < self._top
        if hidden:
            self._scroll(step)
        return hidden

    def move_half(self, direction: int) -> None:
        """Half a page down (1) or up (-1)."""
        half = max(1, self.size.height // 2)
        row = self._row_of_cursor
        for _ in range(half):
            if self._read_on(direction):
                continue
            to = self._cursor + direction
            if not 0 <= to < len(self.entries) or abs(self._starts[to] - row) > half:
                break
            self._go(to)

    def move_to_end(self, *, last: bool) -> None:
        """The first entry, or the last one that is loaded."""
        self._go(len(self.entries) - 1 if last else 0)

    def _go(self, to: int) -> None:
        before = self._cursor
        if to == before or not 0 <= to < len(self.entries):
            return
        self._cursor = to
        if not self._settle(jump=True):
            for index in (before, to):
                self._refresh_row(self._starts[index])

    def _scroll(self, rows: int) -> None:
        self._top = max(0, min(self._top + rows, len(self._rows) - self.size.height))
        self.refresh()

    def _settle(self, *, jump: bool) -> bool:
        """Bring the cursor's entry onto the page, whole where it has room; whether the page moved."""
        height = self.size.height
        if not height:
            return False
        row, end, top = self._row_of_cursor, self._end_of_cursor, self._top
        if end - row >= height:
            top = top if row <= top <= end - height + 1 else row
        elif row < top or end >= top + height:
            nearest = row if row < top else end - height + 1
            top = row - height // 2 if jump and end == row else nearest
        top = max(0, min(top, len(self._rows) - height))
        moved = top != self._top
        self._top = top
        if moved:
            self.refresh()
        return moved

    def on_resize(self) -> None:
        """Write the rows for the room there is, and keep the cursor's entry on the page."""
        self.redo()

    def on_click(self, event: textual_events.Click) -> None:
        """Put the cursor on the entry that was clicked; a second time unfolds it, or folds it."""
        place = self._top + event.y
        if place < len(self._rows):
            index = self._rows[place][0]
            if index == self._cursor:
                self.unfold(open_=not self.is_unfolded(self.entries[index]))
            self._go(index)
            self.post_message(self.Moved())

    def on_mouse_scroll_down(self, event: textual_events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move_half(1)
        self.post_message(self.Moved())

    def on_mouse_scroll_up(self, event: textual_events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move_half(-1)
        self.post_message(self.Moved())

    # ---- drawing

    def _refresh_row(self, place: int) -> None:
        if 0 <= place - self._top < self.size.height:
            self.refresh(Region(0, place - self._top, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        place = self._top + y
        if place >= len(self._rows):
            nothing = y == 0 and not self.entries and self._empty
            return self.row([(" " + cut(self._empty, self.size.width - 2), "muted")] if nothing else [])
        index, row = self._rows[place]
        entry = self.entries[index]
        if row == 0:
            return self._head(entry, index, first=y == 0)
        unfolded = self._unfolded[entry.key]
        return self.row(unfolded[row - 1] if row <= len(unfolded) else ())

    def _in_words(self, entry: Entry) -> Cells:
        said = self._said.get(entry.key)
        if said is None:
            said = self._said[entry.key] = self._cells(entry)
        return said

    def _head(self, entry: Entry, index: int, *, first: bool) -> Strip:
        said = self._in_words(entry)
        under = index == self._cursor
        width = self.size.width
        before = self._in_words(self.entries[index - 1]).day if index and not first else ""
        day = said.day if said.day != before else ""
        aside = said.aside if width >= 56 else ""
        room = width - 1 - _DAY - _WHO - 1
        most = room // 2
        beside = cut(aside, most) if aside else ""
        what = room - (width_of(beside) + 2 if beside else 0)
        who_style = said.style if said.style in ("muted", "strong") else ""
        parts: list[Part] = [
            ("▌" if under else " ", "accent"),
            (fit(day, _DAY - 1, right=True) + " ", "muted"),
            (fit(cut(said.who, _WHO - 1), _WHO), who_style),
            (fit(cut(said.what, what), what), said.style),
        ]
        if beside:
            parts += [("  ", ""), (beside, said.aside_style)]
        return self.row(parts, over="cursor" if under else "")
