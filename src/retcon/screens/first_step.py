"""What every step of the first run has: its keys, how it goes on and back, and how a child looks for it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.message import Message

from retcon import jobs
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look, look_of
from retcon.frozen import dataclass
from retcon.jobs import Ended, Job
from retcon.widgets.drawing import wrap
from retcon.widgets.menu import Choice
from retcon.widgets.sheet import Rows, Sheet

if TYPE_CHECKING:
    from retcon.screens.first_run import FirstRunScreen


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that a letter answers."""

    title: str
    choices: Sequence[Choice]
    then: Callable[[str], None]


class Step(Vertical):
    """One question, or one answer, on the sheet."""

    def __init__(self, first: "FirstRunScreen") -> None:
        super().__init__(classes="step")
        self.first = first
        self.answers = first.answers

    def keys(self) -> Sequence[tuple[str, str]]:
        """The keys at the bottom, with their words."""
        return (("Enter", "take it"), ("Esc", "back"), ("ctrl+c", "leave"))

    def begin(self) -> None:
        """Give the keys to what is asked."""

    def before(self, answers: Answers) -> str:
        """The step to go back to; "" where there is none."""
        return ""

    def undone(self) -> bool:
        """Whether Esc had something to take back inside the step."""
        return False

    def press(self, key: str) -> None:
        """A key that came through an input method."""

    def given(self, line: str) -> None:
        """A line that was asked for was given."""

    def leave(self) -> None:
        """The step goes: what it runs beside the screen ends. Also called from a thread."""


def title(words: str, *about: str) -> Sheet:
    """The question, and sentences on it."""

    def build(width: int) -> Rows:
        said = [row for each in about for row in wrap(each, width - 4)]
        return ((("  " + words, "strong"),), *((("  " + row, "muted"),) for row in said), ())

    return Sheet(build)


@dataclass
class Looked(Message):
    """A child has looked."""

    number: int
    ended: Ended


class Looking(Step):
    """A step that has a child look at what was typed; only what the last one saw counts."""

    _job: Job | None = None
    _number = 0

    def look(self, *arguments: str) -> None:
        """Have a child look, in place of the one before."""
        self.leave()
        self._number += 1
        number, post = self._number, self.post_message

        def ended(ended: Ended) -> None:
            post(Looked(number, ended))

        self._job = Job("init", self.first.command, _ignore, ended, arguments)

    @property
    def looks(self) -> bool:
        """Whether a child is at it."""
        return self._job is not None

    def leave(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.stop(0.2)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        event.stop()
        if event.number == self._number and self._job is not None:
            self._job = None
            self.saw(look_of(event.ended.result))

    def saw(self, look: Look) -> None:
        """What the child saw."""


def _ignore(_: jobs.Progress) -> None:
    """A look is over before it could say how far it is."""
