"""The reader: one page under the list, drawn by the line; its head and end always show, the rest scrolls."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from retcon.widgets.drawing import Drawn
from retcon.widgets.view import Page


class Reader(Drawn, can_focus=True):
    """Shows a page."""

    PREFIX = "reader"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "reader--strong",
        "reader--muted",
        "reader--faint",
        "reader--label",
        "reader--accent",
        "reader--good",
        "reader--warn",
    }

    @dataclass
    class Scrolled(Message):
        """The page has moved, or its room; `below` rows of it are hidden."""

        below: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page = Page()
        self._top = 0
        self._moved = False  # whether the page was scrolled by hand

    def show(self, page: Page, *, keep: bool = False) -> None:
        """Show the page from where it begins, or (with `keep`) where it stood."""
        self.page = page
        self._moved = keep and self._moved
        self._top = min(self._top if self._moved else page.start, self._last)
        self.refresh()

    def scroll(self, rows: int) -> None:
        """Move the page by so many rows."""
        top = max(0, min(self._top + rows, self._last))
        if top != self._top:
            self._top, self._moved = top, True
            self.refresh()

    @property
    def half(self) -> int:
        """Half a page, in rows."""
        return max(1, self._room // 2)

    @property
    def below(self) -> int:
        """How many rows are hidden under the last one shown."""
        return max(0, len(self.page.body) - self._top - self._room)

    @property
    def above(self) -> int:
        """How many rows are hidden over the first one shown."""
        return self._top

    @property
    def _head(self) -> int:
        return min(len(self.page.head), self.size.height * 2 // 5)

    @property
    def _foot(self) -> int:
        return min(len(self.page.foot), max(1, self.size.height // 3 if self._head else self.size.height // 2))

    @property
    def _room(self) -> int:
        """The rows for what scrolls; a blank one stands between it and the foot where there is room."""
        height = self.size.height - self._head - self._foot
        return max(0, height - 1 if height > 4 and self._foot else height)

    @property
    def _last(self) -> int:
        return max(0, len(self.page.body) - self._room)

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y < self._head:
            return self.row(self.page.head[y])
        y -= self._head
        start = self._foot_start
        if y >= start:
            index = y - start
            return self.row(self.page.foot[index] if index < self._foot else ())
        index = self._top + y
        return self.row(self.page.body[index] if y < self._room and index < len(self.page.body) else ())

    @property
    def _foot_start(self) -> int:
        """The foot follows a short page at once, and stays at the end of a long one."""
        height = self.size.height - self._head
        gap = 1 if self._room + self._foot < height else 0
        return min(height - self._foot, len(self.page.body) + gap)

    def on_resize(self) -> None:
        """Stay within the page; where nobody moved it yet, begin where it begins."""
        top = min(self._top if self._moved else self.page.start, self._last)
        if top != self._top:
            self._top = top
            self.refresh()
        self.post_message(self.Scrolled(self.below))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the page."""
        event.stop()
        self.scroll(3)
        self.post_message(self.Scrolled(self.below))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the page."""
        event.stop()
        self.scroll(-3)
        self.post_message(self.Scrolled(self.below))
