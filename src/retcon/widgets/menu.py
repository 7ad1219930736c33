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
    """One letter and what it stands for; `why_not` says why it can't be chosen."""

    key: str
    words: str
    why_not: str = ""


class Menu(Drawn, can_focus=True):
    """Asks, and tells which letter was pressed; Esc or q closes it.

    The choices stand on one row, or each on its own where they have no room there or one can't be chosen.
    """

    PREFIX = "menu"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"menu--key", "menu--word", "menu--title", "menu--closed"}

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
        self.styles.height = 1 + (len(choices) if self._one_each else 1)
        self.display = True
        self.refresh()
        self.focus()

    @property
    def _one_each(self) -> bool:
        needed = sum(width_of(f"{choice.key} {choice.words}  ") for choice in self._choices)
        return needed > self.app.size.width - 2 or any(choice.why_not for choice in self._choices)

    def on_key(self, event: events.Key) -> None:
        """Every key is the menu's while it is open."""
        event.stop()
        event.prevent_default()
        pressed = event.character if event.is_printable and event.character else event.key
        if any(choice.key == pressed and not choice.why_not for choice in self._choices):
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
        if self._one_each:
            return self._alone(self._choices[y - 1]) if y <= len(self._choices) else self.row([])
        parts: list[Part] = [(" ", "")]
        for choice in self._choices:
            parts += [(choice.key, "key"), (f" {choice.words}  ", "word")]
        return self.row(parts)

    def _alone(self, choice: Choice) -> Strip:
        room = self.size.width - 4
        if not choice.why_not:
            return self.row([(" ", ""), (choice.key, "key"), (f" {cut(choice.words, room)}", "word")])
        said = f"{choice.words} – {choice.why_not}"
        # The reason names what can't be chosen as well.
        said = said if width_of(said) <= room else choice.why_not
        return self.row([(" ", ""), (choice.key, "closed"), (f" {cut(said, room)}", "closed")])
