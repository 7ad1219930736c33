"""Where a filter is typed: one line, and under it what may stand in it, or what is wrong and where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.suggester import Suggester
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

    def say(self, words: str, at: int, help_: str = "") -> None:
        """Say what is wrong at that cell; nothing wrong says what is typed, else what may stand here."""
        self._words, self._at = words or help_ or self._usual, at if words else -1
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


class _Completes(Suggester):
    """Shows behind what is typed how its last word may end; → takes that."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The line as it may end."""
        completed = self._complete(value)
        return completed if completed != value else None


class Narrow(Vertical):
    """Tells what is typed as it is typed; Enter keeps it, and what closes it otherwise is the screen's.

    `explain` says what the last word is, `complete` how it may end.
    """

    @dataclass
    class Typed(Message):
        """The filter reads so now."""

        query: str

    @dataclass
    class Kept(Message):
        """The filter stays as it is."""

    def __init__(self, query: str, hint: str, explain: Callable[[str], str], complete: Callable[[str], str]) -> None:
        super().__init__()
        self._query = query
        self._hint = _Hint(hint)
        self._explain = explain
        self._completes = _Completes(complete)

    def compose(self) -> ComposeResult:
        """The line, and the hint under it."""
        box = Input(self._query, compact=True, select_on_focus=False, suggester=self._completes)
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
        self._hint.say(words, width_of(text.show(typed[:at])) if words else -1, self._explain(typed))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Kept())
