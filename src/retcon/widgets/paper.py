"""Rows that stand still: drawn from the top, what has no room is left out."""

from collections.abc import Sequence
from typing import ClassVar

from textual.strip import Strip

from retcon.widgets.drawing import Drawn
from retcon.widgets.view import Row


class Paper(Drawn):
    """Shows rows as they are."""

    PREFIX = "paper"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paper--strong",
        "paper--muted",
        "paper--faint",
        "paper--label",
        "paper--accent",
        "paper--good",
        "paper--warn",
    }

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these from now on; nothing is drawn where they stand there already."""
        if rows != self.rows:
            self.rows = rows
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        return self.row(self.rows[y] if y < len(self.rows) else ())
