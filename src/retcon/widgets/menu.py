"""A menu of one letter: it stands in the bottom rows, not in front of what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from retcon.widgets.drawing import Drawn, Part, cut, width_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One letter and what it stands for."""

    key: str
    words: str


class Menu(Drawn, can_focus=True):
    """Asks, and tells which letter was pressed; Esc or q closes it."""

    PREFIX = "menu"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"menu--key", "menu--word", "menu--title"}

    @dataclass
    class Chosen(Message):
        """A letter of the menu was pressed; `key` is empty where it was closed instead."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = ""
        self._choices: Sequence[Choice] = ()

    def ask(self, title: str, choices: Sequence[Choice]) -> None:
        """Open with these choices; the answer comes as Chosen."""
        self._title, self._choices = title, choices
        self.display = True
        self.refresh()
        self.focus()

    def on_key(self, event: events.Key) -> None:
        """Every key is the menu's while it is open."""
        event.stop()
        event.prevent_default()
        pressed = event.character if event.is_printable and event.character else event.key
        if any(choice.key == pressed for choice in self._choices):
            self._close(pressed)
        elif pressed in ("escape", "q"):
            self._close("")

    def _close(self, key: str) -> None:
        self.display = False
        self.post_message(self.Chosen(key))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y == 0:
            title = cut(self._title, self.size.width - 12)
            space = " " * (self.size.width - width_of(title) - 10)
            return self.row([(" ", ""), (title, "title"), (space, ""), ("Esc", "key"), (" back", "word")])
        parts: list[Part] = [(" ", "")]
        for choice in self._choices:
            parts += [(choice.key, "key"), (f" {choice.words}  ", "word")]
        return self.row(parts)
