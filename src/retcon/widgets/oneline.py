"""One line to type into, in the bottom rows: a question above it, and what is understood of it so far."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label

from retcon import text


class OneLine(Vertical):
    """Asks for a line; Enter gives it, Esc closes without."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", priority=True)]

    @dataclass
    class Given(Message):
        """A line was given; `line` is None where it was closed instead."""

        line: str | None

    def __init__(self, question: str, placeholder: str, understood: Callable[[str], str]) -> None:
        super().__init__()
        self._question = question
        self._placeholder = placeholder
        self._understood = understood

    def compose(self) -> ComposeResult:
        """The question, and the line under it."""
        yield Label(Content(text.line(self._question)), classes="oneline--title")
        yield Input(placeholder=self._placeholder, compact=True)

    def on_mount(self) -> None:
        """Begin to type."""
        box = self.query_one(Input)
        box.cursor_blink = False
        box.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        said = self._understood(text.line(event.value)) or self._question
        self.query_one(Label).update(Content(text.line(said)))

    @on(Input.Submitted)
    def _given(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Given(text.line(event.value)))

    def action_close(self) -> None:
        """Close without a line."""
        self.post_message(self.Given(None))
