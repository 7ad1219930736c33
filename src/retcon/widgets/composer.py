"""Writing in place: subject and text of a draft, where the reader was."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, TextArea

from retcon import text


class _Subject(Input):
    """One line; what is pasted into it is made harmless first."""

    def _on_paste(self, event: events.Paste) -> None:
        # Textual calls the handler of every class, Input's own after this one.
        event.text = text.line(event.text)


class _Body(TextArea):
    """The text; what is pasted into it is made harmless first."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = text.show(event.text)


class Composer(Vertical):
    """Letters type here and nowhere else; Esc keeps what was written and goes back to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "done", priority=True),
        Binding("tab,shift+tab", "other_field", priority=True),
    ]

    @dataclass
    class Written(Message):
        """The writing is over; `changed` where it is no longer the text that it began with."""

        subject: str
        body: str
        changed: bool
        beside: str = ""  # the same in the operator's language, where it is still what a text of theirs says

    def __init__(
        self, title: str, subject: str, body: str, beside: str = "", *, has_subject: bool = True, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._beside = beside
        self._has_subject = has_subject
        self._before = (text.line(subject), text.show(body))
        self._inserted = ("", "")  # the whole of it after a text was put in, and the same for the operator

    def compose(self) -> ComposeResult:
        """The title, the fields, and the same text in the operator's language where there is one."""
        subject, body = self._before
        yield Label(Content(text.line(self._title)), classes="composer--title")
        if self._has_subject:
            yield _Subject(subject, placeholder="subject", select_on_focus=False, compact=True)
        yield _Body(body, tab_behavior="focus", compact=True, soft_wrap=True, highlight_cursor_line=False)
        beside = Label(Content(text.show(self._beside)), classes="composer--beside")
        beside.display = bool(self._beside)
        yield beside

    def on_mount(self) -> None:
        """Begin at the start of the text."""
        for subject in self.query(_Subject):
            subject.cursor_blink = False
        body = self.query_one(_Body)
        body.cursor_blink = False
        body.focus()

    def insert(self, body: str, beside: str) -> None:
        """Put a text after what is written, the cursor where it begins, and below it the same for the operator."""
        field = self.query_one(_Body)
        before, body = field.text.rstrip(), text.show(body)
        understood = bool(beside) and (not before or bool(self._beside))
        written = f"{before}\n\n{body}" if before else body
        field.replace(written, (0, 0), field.document.end)
        field.move_cursor((written.count("\n") - body.count("\n"), 0))
        self._beside = (
            (f"{self._beside}\n\n{beside}" if before and self._beside else beside) if beside else self._beside
        )
        self._inserted = (field.text.rstrip(), self._beside if understood else "")
        label = self.query_one(".composer--beside", Label)
        label.update(Content(text.show(self._beside)))
        label.display = bool(self._beside)
        field.focus()

    @on(Input.Submitted)
    def _from_subject_to_body(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(_Body).focus()

    def action_other_field(self) -> None:
        """To the other field, where there are two."""
        body = self.query_one(_Body)
        for subject in self.query(_Subject):
            (body if subject.has_focus else subject).focus()

    def action_done(self) -> None:
        """The writing is over."""
        subjects = [text.line(subject.value) for subject in self.query(_Subject)]
        written = (subjects[0] if subjects else self._before[0], self.query_one(_Body).text.rstrip())
        before = (self._before[0], self._before[1].rstrip())
        beside = self._inserted[1] if written[1] == self._inserted[0] else ""
        changed = written != before and bool(written[1].strip())
        self.post_message(self.Written(*written, changed=changed, beside=beside))
