"""The help and the palette: every verb with its key, by group or by what is typed; Enter runs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from retcon import keys
from retcon.keys import Group, Key
from retcon.widgets.drawing import Drawn, Part, cut, fit


@dataclass(frozen=True, slots=True)
class Command:
    """A verb that has a name and no key."""

    id: str
    words: str


class Verbs(Drawn, can_focus=True):
    """Lies over the screen while it is open."""

    PREFIX = "verbs"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "verbs--title",
        "verbs--heading",
        "verbs--key",
        "verbs--word",
        "verbs--muted",
        "verbs--cursor",
        "verbs--accent",
    }

    @dataclass
    class Chosen(Message):
        """A verb is to be run; `action` is empty where the help was closed instead."""

        action: str

    def __init__(self, table: Sequence[Key], commands: Sequence[Command], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table = table
        self._commands = commands
        self._typing = False
        self._typed = ""
        self._cursor = 0
        self._top = 0
        self._rows: list[Group | Key | Command] = []

    def open(self, *, typing: bool) -> None:
        """Open as the help, or (`typing`) as the palette."""
        self._typing, self._typed, self._cursor, self._top = typing, "", 0, 0
        self._arrange()
        self.display = True
        self.focus()

    def _arrange(self) -> None:
        wanted = self._typed.casefold().split()

        def fits(row: Key | Command) -> bool:
            hay = f"{row.id.replace('_', ' ')} {row.words}".casefold()
            return all(part in hay for part in wanted)

        self._rows = []
        for group in Group:
            found = [key for key in self._table if key.group == group and fits(key)]
            if found:
                self._rows += found if self._typing else [group, *found]
        if self._typing:
            self._rows += [command for command in self._commands if fits(command)]
        self._cursor = self._top = 0
        self._move(0)
        self.refresh()

    def _move(self, step: int) -> None:
        at = self._cursor + step
        while 0 <= at < len(self._rows) and isinstance(self._rows[at], Group):
            at += step or 1
        if 0 <= at < len(self._rows):
            self._cursor = at
        height = max(1, self.size.height - 2)
        if not self._top <= self._cursor < self._top + height:
            self._top = max(0, min(self._cursor - height // 2, len(self._rows) - height))
        if self._cursor <= 1:
            self._top = 0
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Every key is the help's while it is open."""
        event.stop()
        event.prevent_default()
        key, letter = event.key, event.character if event.is_printable else None
        if key == "escape" or (not self._typing and letter in ("q", "?")):
            self._close("")
        elif key == "enter":
            row = self._rows[self._cursor] if self._cursor < len(self._rows) else None
            self._close(row.id if isinstance(row, Key | Command) else "")
        elif key in ("down", "ctrl+n") or (not self._typing and letter == "j"):
            self._move(1)
        elif key in ("up", "ctrl+p") or (not self._typing and letter == "k"):
            self._move(-1)
        elif self._typing and key == "backspace":
            self._typed = self._typed[:-1]
            self._arrange()
        elif self._typing and letter:
            self._typed += letter
            self._arrange()
        elif not self._typing and letter:
            named = next((row.id for row in self._table if key in row.keys or letter in row.keys), "")
            if named:
                self._close(named)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is typed."""
        event.stop()
        if self._typing:
            self._typed += cut(event.text, 60)
            self._arrange()

    def _close(self, action: str) -> None:
        self.display = False
        self.post_message(self.Chosen(action))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y == 0:
            if self._typing:
                found = f"   {len(self._rows)} found" if self._rows else "   nothing is called that"
                return self.row([(" : ", "accent"), (self._typed, "title"), ("▏", "accent"), (found, "muted")])
            return self.row([(" Keys", "title"), ("   Enter runs the one under the cursor, q closes", "muted")])
        index = self._top + y - 2
        if y == 1 or not 0 <= index < len(self._rows):
            return self.row([])
        row = self._rows[index]
        if isinstance(row, Group):
            return self.row([(f" {row.value}", "heading")])
        under = index == self._cursor
        names = "  ".join(keys.shown(key) for key in row.keys) if isinstance(row, Key) else ""
        parts: list[Part] = [("▌" if under else " ", "accent"), (fit(f" {names}", 17), "key")]
        room = self.size.width - 20
        parts.append((cut(row.words, room), "word"))
        return self.row(parts, over="cursor" if under else "")
