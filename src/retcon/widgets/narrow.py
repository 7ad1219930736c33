"""Where a filter is typed: one line, and under it what may stand in it, or what is wrong and where."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from retcon import text
from retcon.widgets.drawing import Drawn, cut, width_of


class _Hint(Drawn):
    PREFIX = "narrow"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"narrow--muted", "narrow--warn"}

    def __init__(self, words: str) -> None:
        super().__init__()
        self._usual = words
        self._words, self._at = words, -1

    def say(self, words: str, at: int) -> None:
        """Say what is wrong at that cell; nothing wrong says what may stand here."""
        self._words, self._at = words or self._usual, at if words else -1
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The one row of it."""
        room = self.size.width - 2
        if self._at < 0:
            return self.row([(" " + cut(self._words, room), "muted")])
        at, needs = min(self._at, room - 1), width_of(self._words) + 2
        if at + needs <= room or at < room // 2:
            return self.row([(" " * (1 + at), ""), (cut(f"↑ {self._words}", room - at), "warn")])
        words = cut(self._words, at - 1)
        return self.row([(" " * (at - width_of(words)), ""), (f"{words} ↑", "warn")])


class Narrow(Vertical):
    """Tells what is typed as it is typed; Enter keeps it, and what closes it otherwise is the screen's."""

    @dataclass
    class Typed(Message):
        """The filter reads so now."""

        query: str

    @dataclass
    class Kept(Message):
        """The filter stays as it is."""

    def __init__(self, query: str, hint: str) -> None:
        super().__init__()
        self._query = query
        self._hint = _Hint(hint)

    def compose(self) -> ComposeResult:
        """The line, and the hint under it."""
        box = Input(self._query, compact=True, select_on_focus=False)
        box.cursor_blink = False
        yield box
        yield self._hint

    def on_mount(self) -> None:
        """Begin to type."""
        self.type()

    def type(self) -> None:
        """Give the keys to the line."""
        self.query_one(Input).focus()

    def wrong(self, words: str, at: int) -> None:
        """Say what is wrong with the letter of that number and what follows it; no words: nothing is."""
        typed = self.query_one(Input).value
        self._hint.say(words, width_of(text.show(typed[:at])) if words else -1)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Kept())
