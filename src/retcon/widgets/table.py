"""A short table: a title, and rows below it that are chosen among."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.strip import Strip

from retcon.widgets.drawing import Part
from retcon.widgets.scrolled import Scrolled

Line = TypeVar("Line")


class Table(Scrolled, Generic[Line]):
    """What such tables share; their columns are each table's own."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: Sequence[Line] = ()

    def titles(self) -> Sequence[str]:
        """The title, as wide as its columns."""
        raise NotImplementedError

    def columns(self, line: Line) -> Sequence[Part]:
        """One row, as wide as its columns."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """How many rows there are, with the title's."""
        return len(self.lines) + 1 if self.lines else 0

    @property
    def place(self) -> int:
        """Which of the lines the cursor is on; −1 where there is none."""
        return self._cursor - 1 if 0 < self._cursor < self.length else -1

    def selectable(self, index: int) -> bool:
        """Whether the row is no title."""
        return 0 < index < self.length

    def first_beside(self, index: int) -> int:
        """The title belongs to the first row."""
        return 0 if index == 1 else index

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self._top + y
        if index >= self.length:
            return self.row([])
        if index == 0:
            return self.row([(" ", ""), *((title, "muted") for title in self.titles())])
        under = index == self._cursor
        mark: Part = ("▌" if under else " ", "accent")
        return self.row([mark, *self.columns(self.lines[index - 1])], over="cursor" if under else "")
