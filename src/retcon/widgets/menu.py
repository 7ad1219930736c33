"""A menu of one letter: it stands in the bottom rows, not in front of what it is about."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from retcon import keys, layouts
from retcon.frozen import dataclass
from retcon.widgets.drawing import Drawn, Part, cut, width_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One letter and what it stands for; `why_not` says why it can't be chosen, `begins` that it begins a row."""

    key: str
    words: str
    why_not: str = ""
    begins: bool = False


class Menu(Drawn, can_focus=True):
    """Asks, and tells which letter was pressed; Esc or q closes it.

    As many choices stand on a row as have room there; one that can't be chosen has a row of its own, for its reason.
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
        self._rows: list[list[Choice]] = []

    def ask(self, title: str, choices: Sequence[Choice]) -> None:
        """Open with these choices; the answer comes as Chosen."""
        self._title, self._choices = title, choices
        self.display = True
        self._share()
        self.focus()

    def renew(self, title: str, choices: Sequence[Choice]) -> None:
        """Show these choices instead, where that is what is being asked."""
        if self.display and title == self._title:
            self._choices = choices
            self._share()

    def on_resize(self) -> None:
        """Share the rows anew."""
        if self.display:
            self._share()

    def _share(self) -> None:
        self._rows = _shared(self._choices, self.app.size.width - 1)
        self.styles.height = 1 + len(self._rows)
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Every key is the menu's while it is open."""
        event.stop()
        event.prevent_default()
        pressed = event.character if event.is_printable and event.character else event.key
        if not pressed.isascii():  # an input method is still on
            pressed = layouts.latin(pressed) or pressed
        if any(choice.key == pressed and not choice.why_not for choice in self._choices):
            self._close(pressed)
        elif pressed in ("escape", "q", *keys.names("quit"), *keys.names("back")):
            self._close("")

    def _close(self, key: str) -> None:
        self.display = False
        self.post_message(self.Chosen(key))

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y == 0:
            title = cut(self._title, self.size.width - 12)
            space = " " * (self.size.width - width_of(title) - 10)
            back = keys.shown("escape")
            return self.row([(" ", ""), (title, "title"), (space, ""), (back, "key"), (" back", "word")])
        row = self._rows[y - 1] if y <= len(self._rows) else []
        if len(row) == 1:
            return self._alone(row[0])
        parts: list[Part] = [(" ", "")]
        for choice in row:
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


def _shared(choices: Sequence[Choice], width: int) -> list[list[Choice]]:
    """The choices in their order, as many on a row as have room."""
    if any(choice.why_not for choice in choices):
        return [[choice] for choice in choices]
    rows: list[list[Choice]] = []
    left = 0
    for choice in choices:
        needed = width_of(f"{choice.key} {choice.words}  ")
        if not rows or needed > left or choice.begins:
            rows.append([])
            left = width + 2  # what sets the last one apart needs no room
        rows[-1].append(choice)
        left -= needed
    return rows
