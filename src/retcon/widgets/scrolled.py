"""Rows by their numbers: a cursor that moves within the page, and a page that moves in jumps."""

from dataclasses import dataclass

from textual import events
from textual.geometry import Region
from textual.message import Message

from retcon.widgets.drawing import Drawn


class Scrolled(Drawn, can_focus=True):
    """What lists share. A step within the page draws two rows anew; only what is on the page is ever asked for."""

    @dataclass
    class Moved(Message):
        """The mouse has put the cursor on another row."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cursor = -1
        self._top = 0

    # ---- what a list says of itself

    @property
    def length(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on this row."""
        return 0 <= index < self.length

    def first_beside(self, index: int) -> int:
        """The row that must be on the page together with this one, above it: its heading, or itself."""
        return index

    def page_moved(self) -> None:
        """Other rows are on the page now."""

    # ---- moving

    @property
    def below(self) -> int:
        """How many rows are hidden under the last one shown."""
        return max(0, self.length - self._top - self.size.height)

    def move(self, steps: int) -> None:
        """Move the cursor by so many rows, those that it can't stand on not counted."""
        step = 1 if steps > 0 else -1
        to = self._cursor
        for _ in range(abs(steps)):
            after = self._nearest(to + step, step, wrap=False)
            if after == -1:
                break
            to = after
        self._go(to)

    def move_to_end(self, *, last: bool) -> None:
        """Move the cursor to the first or the last row."""
        self._go(self._nearest(self.length - 1 if last else 0, -1 if last else 1))

    def move_half(self, direction: int) -> None:
        """Move the cursor half a page down (1) or up (-1)."""
        self.move(direction * max(1, self.size.height // 2))

    def put_cursor(self, index: int) -> None:
        """Put the cursor on that row, or near it, without drawing; the caller draws all."""
        self._cursor = self._nearest(index, 1)
        self._settle(jump=False)

    def _go(self, to: int) -> None:
        before = self._cursor
        if to in (before, -1):
            return
        self._cursor = to
        if not self._settle(jump=True):
            self.refresh_row(before)
            self.refresh_row(to)

    def _nearest(self, index: int, step: int, *, wrap: bool = True) -> int:
        """The nearest row from here on that can be selected, else (with `wrap`) the other way; -1 where none is."""
        last = self.length - 1
        if last < 0:
            return -1
        at = max(0, min(index, last)) if wrap else index
        for direction in (step, -step) if wrap else (step,):
            here = at
            while 0 <= here <= last:
                if self.selectable(here):
                    return here
                here += direction
        return -1

    def _settle(self, *, jump: bool) -> bool:
        """Bring the cursor's row onto the page, in a jump of half a page; whether the page moved."""
        height = self.size.height
        if not height:
            return False
        top, last = self._top, max(0, self.length - height)
        if self._cursor >= 0:
            first = self.first_beside(self._cursor)
            if first < top or self._cursor >= top + height:
                top = self._cursor - height // 2 if jump else first
        top = max(0, min(top, last))
        moved = top != self._top
        self._top = top
        if moved:
            self.page_moved()
            self.refresh()
        return moved

    def on_resize(self) -> None:
        """Keep the cursor's row on the page."""
        self._settle(jump=False)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked."""
        index = self._top + event.y
        if self.selectable(index):
            self._go(index)
            self.post_message(self.Moved())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(3)
        self.post_message(self.Moved())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move(-3)
        self.post_message(self.Moved())

    def refresh_row(self, index: int) -> None:
        """Draw that row again."""
        self.refresh(Region(0, index - self._top, self.size.width, 1))
