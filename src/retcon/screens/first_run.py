"""The first run as a small console of its own: one step after the other, back always possible, every answer kept."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import events, work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from retcon import config, layouts
from retcon.desk import first_run
from retcon.desk.first_run import Answers
from retcon.errors import RetconError
from retcon.screens import first_file, first_outcome, first_steps, first_work
from retcon.screens.first_step import Asking, Step
from retcon.widgets import themes
from retcon.widgets.footer import Footer, Status
from retcon.widgets.menu import Menu
from retcon.widgets.oneline import OneLine
from retcon.widgets.sheet import Top
from retcon.widgets.small import LEAST, Small

T = TypeVar("T")
log = logging.getLogger(__name__)

BLINK = 0.25  # seconds
NARROW = 70  # cells
CONSOLE, SAMPLE = "console", "sample"  # what comes after it
_FAR = {first_run.WHERE: "1 of 3", first_run.FILE: "2 of 3", first_run.KEYS: "2 of 3", first_run.SHOP: "3 of 3"}
_STEPS: dict[str, type[Step]] = {
    first_run.WHERE: first_steps.Where,
    first_run.FILE: first_file.File,
    first_run.KEYS: first_steps.Keys,
    first_run.SHOP: first_steps.Shop,
    first_run.WORK: first_work.Working,
    first_run.FOUND: first_outcome.Finding,
    first_run.NEXT: first_outcome.Coming,
}


class FirstRunApp(App[str]):
    """Ends with CONSOLE or SAMPLE, or with None where it was left."""

    TITLE = "retcon"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c,ctrl+q", "leave", priority=True)]

    def __init__(
        self,
        home: Path | None,
        answers: Answers,
        command: Sequence[str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(css_path=["console.tcss", "first_run.tcss"])
        self.animation_level = "none"
        for theme in themes.ALL.values():
            self.register_theme(theme)
        self.theme = "dark"
        self._first = FirstRunScreen(home, answers, command, monotonic)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for a theme that has none of them."""
        return themes.DEFAULTS

    def get_default_screen(self) -> Screen[None]:
        """The one screen."""
        return self._first

    async def action_leave(self) -> None:
        """End it; what was answered is kept."""
        await self._first.action_leave()

    @property
    def refusal(self) -> RetconError | None:
        """What ended it, where that can be told in a sentence."""
        return self._exception if isinstance(self._exception, RetconError) else None

    def _fatal_error(self) -> None:
        """A mistake of ours: into the log, not over the terminal."""
        log.error("the first run stopped", exc_info=self._exception)
        self._close_messages_no_wait()


class FirstRunScreen(Screen[None]):
    """Holds the answers and shows the step that they have come to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b", "back", show=False),
        Binding("q", "leave", show=False),
    ]
    AUTO_FOCUS = None

    def __init__(
        self,
        home: Path | None,
        answers: Answers,
        command: Sequence[str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.home = home
        self.where = config.places(home)
        self.command = tuple(command)
        self.answers = answers
        self.top = Top(id="top")
        self.status = Status(id="status")
        self.footer = Footer((), id="footer")
        self.menu = Menu(id="menu")
        self.small = Small(id="small")
        self._step: Step | None = None
        self._going = False
        self._shown_at = 0.0
        self._beside = ""
        self._monotonic = monotonic
        self._menu_answer: Callable[[str], None] | None = None

    def compose(self) -> ComposeResult:
        """The rows that always stand; the step comes between them."""
        yield self.top
        yield self.status
        yield self.footer
        yield self.menu
        yield self.small

    async def on_mount(self) -> None:
        """Go on where it was left."""
        await self.show_step()

    def on_resize(self) -> None:
        """Where there is too little room, say so and nothing else; notes go before fields do."""
        self.set_class(self.size.width < NARROW, "-narrow")
        self.small.display = self.size.width < LEAST.width or self.size.height < LEAST.height

    async def on_key(self, event: events.Key) -> None:
        """A letter of another script comes from an input method that is still on."""
        letter = event.character
        if letter is None or letter.isascii() or not event.is_printable:
            return
        latin = layouts.latin(letter)
        if latin is not None and self._step is not None:
            event.stop()
            self._step.press(latin)
        elif letter.isalpha():
            self.status.say("Your input method is on, so letters don't reach retcon. Switch it off.", "warn")

    # ---- steps

    async def show_step(self) -> None:
        """Show the step that comes now, in place of the one before."""
        if self._step is not None:
            self._step.leave()
            await self._step.remove()
        self._step = _STEPS[self.answers.step](self)
        self.top.say(_FAR.get(self.answers.step, ""))
        await self.mount(self._step, after=self.top)
        self.footer.show(self._step.keys())
        self._shown_at = self._monotonic()
        self._step.begin()

    @property
    def seen(self) -> bool:
        """Whether the step was on the screen long enough to be read: a held key skips nothing."""
        return self._monotonic() - self._shown_at > BLINK

    def go(self, answers: Answers) -> None:
        """Keep these answers and show the step that they name."""
        if self._going:  # a key that was pressed twice
            return
        self._going = True
        self.status.say("")
        self._go(answers)

    @work(exit_on_error=True, group="steps")
    async def _go(self, answers: Answers) -> None:
        self.answers = answers
        try:
            await asyncio.to_thread(first_run.keep, self.where, answers)
        except RetconError as error:
            self.status.say(str(error), "warn")
        await self.show_step()
        self._going = False

    def keep(self, answers: Answers) -> None:
        """Keep these answers; the step stays."""
        self.answers = answers
        self.do(lambda: first_run.keep(self.where, answers), lambda _: None)

    def end(self, then: str) -> None:
        """It is over, and this comes after it."""
        if then == CONSOLE:
            self.do(lambda: first_run.finish(self.where), lambda _: self.app.exit(then))
        else:
            self.app.exit(then)

    async def action_back(self) -> None:
        """One step back; from the first one nowhere."""
        step = self._step
        if step is None or step.undone():
            return
        if before := step.before(self.answers):
            self.go(replace(self.answers, step=before))
        elif self.answers.step == first_run.WHERE:
            self.status.say("This is the first question. q leaves.")
        else:
            await self.action_leave()

    async def action_leave(self) -> None:
        """Leave; what was answered is kept."""
        if self._step is not None:
            await asyncio.to_thread(self._step.leave)
        self.app.exit(None)

    # ---- for the steps

    def do(self, verb: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run something beside the screen, then take its result; what can't be done is said."""
        self._do(verb, done)

    @work(exit_on_error=False, group="verbs")
    async def _do(self, verb: Callable[[], T], done: Callable[[T], None]) -> None:
        try:
            result = await asyncio.to_thread(verb)
        except RetconError as error:
            self.status.say(str(error), "warn")
        except OSError as error:
            self.status.say(f"That could not be kept ({error.strerror}). Free some space, then again.", "warn")
        except Exception:
            log.exception("a step of the first run failed")
            self.status.say("That went wrong inside retcon; what you answered is kept. The log has it.", "warn")
        else:
            done(result)

    def say_beside(self, words: str) -> None:
        """Say this where nothing of more weight stands."""
        if not self.status.said or self.status.said == self._beside:
            self._beside = words
            self.status.say(words, "muted")

    def ask(self, asking: Asking) -> None:
        """Ask for a letter."""
        self._menu_answer = asking.then
        self.menu.ask(asking.title, asking.choices)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A letter was given, or the menu closed."""
        event.stop()
        if self._step is not None:
            self._step.begin()
        if event.key and self._menu_answer is not None:
            self._menu_answer(event.key)

    def on_one_line_given(self, event: OneLine.Given) -> None:
        """A line was given, or closed."""
        event.stop()
        for line in self.query(OneLine):
            line.remove()
        if self._step is not None:
            self._step.begin()
            if event.line:
                self._step.given(event.line)
