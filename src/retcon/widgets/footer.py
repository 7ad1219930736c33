"""The bottom: one row that says what happened, and under it the keys."""

from collections.abc import Sequence
from typing import ClassVar

from textual.strip import Strip

from retcon import keys, text
from retcon.keys import Key
from retcon.widgets.drawing import Drawn, Part, cut, width_of, wrap

# A sentence takes at most so many rows.
MOST = 3


class Status(Drawn):
    """What happened, what it means, what to press: one sentence, on as many rows as it takes."""

    PREFIX = "status"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--muted", "status--warn"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.said = ""
        self._style = ""
        self._rows = [""]

    def say(self, words: str, style: str = "") -> None:
        """Say this from now on; nothing is drawn where it says so already."""
        if (words, style) != (self.said, self._style):
            self.said, self._style = words, style
            self._share()
            self.refresh()

    def _share(self) -> None:
        """As many rows as the sentence takes: what to press stands at its end."""
        width = self.app.size.width - 2
        rows = [cut(self.said, width)] if width_of(self.said) <= width else wrap(text.line(self.said), width)
        self._rows = [*rows[: MOST - 1], cut(" ".join(rows[MOST - 1 :]), width)] if len(rows) > MOST else rows
        if self.styles.height is None or self.styles.height.value != len(self._rows):
            self.styles.height = len(self._rows)

    def on_resize(self) -> None:
        """Share the rows anew."""
        self._share()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        return self.row([(f" {self._rows[y]}", self._style)] if y < len(self._rows) else [])


class Footer(Drawn):
    """The keys that matter here; those that have no room are left to the help."""

    PREFIX = "footer"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--word"}

    def __init__(self, table: Sequence[Key], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table = table
        self._only: Sequence[tuple[str, str]] = ()

    def show(self, only: Sequence[tuple[str, str]] = ()) -> None:
        """Show these keys with their words, or the table's own."""
        if only != self._only:
            self._only = only
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        pairs = self._only or [(keys.shown(key.keys[0]), key.short) for key in self._table if key.short]
        *others, last = pairs
        parts: list[Part] = [(" ", "")]
        room = self.size.width - 2 - width_of(" ".join(last))
        for key, word in others:
            needed = width_of(key) + width_of(word) + 3
            if needed <= room:
                parts += [(key, "key"), (f" {word}  ", "word")]
                room -= needed
        return self.row([*parts, (last[0], "key"), (f" {last[1]}", "word")])


class Rule(Drawn):
    """The row between list and reader; says at its end how much of the list is hidden."""

    PREFIX = "rule"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rule--line", "rule--word"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""
        self._begins = ""

    def begin(self, words: str) -> None:
        """Say this at the beginning of the row, where there is room for it."""
        if words != self._begins:
            self._begins = words
            self.refresh()

    def say(self, words: str) -> None:
        """Say this at the end of the row."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        end = f" {self._words} " if self._words else ""
        width = self.size.width - 1 - width_of(end) - (0 if end else 1)
        begins = f"─ {words} " if (words := self._beginning(width - 5)) else ""
        line = "─" * (width - width_of(begins))
        return self.row([(" ", ""), (begins, "word"), (line, "line"), (end, "word")])

    def _beginning(self, room: int) -> str:
        """As many of the words set apart by two spaces as there is room for, with "…" for the others."""
        words = self._begins.split("  ")
        kept = len(words)
        while kept and width_of("  ".join(words[:kept])) + (0 if kept == len(words) else 2) > room:
            kept -= 1
        return "  ".join(words[:kept]) + (" …" if 0 < kept < len(words) else "")
