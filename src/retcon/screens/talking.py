"""Between a screen and its operator: the row that says what happened, menus of a letter, lines that are asked for."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual import on
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.keys import Key
from retcon.screens.work import Work
from retcon.widgets.footer import Footer, Status
from retcon.widgets.menu import Choice, Menu
from retcon.widgets.verbs import Verbs

if TYPE_CHECKING:
    from retcon.widgets.oneline import OneLine

# How long a sentence stays where nothing replaces it.
STAYS = timedelta(seconds=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the app hands to each screen."""

    house: House
    work: Work
    table: tuple[Key, ...]
    monotonic: Callable[[], float]
    one_at_a_time: asyncio.Lock  # verbs run in the order in which they were pressed


class TalkingScreen(Screen[None]):
    """A screen that says what happened, and asks."""

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self.shared = shared
        self.house = shared.house
        self.work = shared.work
        self.status = Status(id="status")
        self.footer = Footer(shared.table, id="footer")
        self.menu = Menu(id="menu")
        self.verbs = Verbs(shared.table, id="verbs")
        self._before: Widget | None = None  # what had the keys before a menu or the help was opened
        self._answer: Callable[[str], None] = _nothing
        self._line: Callable[[str], None] = _nothing
        self._said: Callable[[datetime], str] | None = None
        self._said_until: datetime | None = None
        self._ticking: Timer | None = None

    # ---- saying

    def say(self, words: str, style: str = "") -> None:
        """Say what happened; it stays for a while, or until something else is said."""
        self._tell(lambda _: words, self.house.now() + STAYS, style)

    def count_down(self, words: Callable[[datetime], str], until: datetime) -> None:
        """Say something that changes by the second, and only until then."""
        self._tell(words, until, "")
        self._ticking = self.set_interval(1, self._tick)

    def _tell(self, words: Callable[[datetime], str], until: datetime, style: str) -> None:
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        self._said, self._said_until = words, until
        self.status.say(words(self.house.now()), style)

    def _tick(self) -> None:
        now = self.house.now()
        if self._said is None or self._said_until is None or now >= self._said_until:
            self.quiet()
        else:
            self.status.say(self._said(now))

    def quiet(self) -> None:
        """Say what always stands there."""
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        self._said = self._said_until = None
        self.status.say(*self.standing_words())

    def rest(self) -> None:
        """Stop saying what was said long enough."""
        if self._said is None or (self._said_until is not None and self.house.now() >= self._said_until):
            self.quiet()

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened, and its style."""
        return "", ""

    # ---- asking

    def ask(self, title: str, choices: Sequence[Choice], then: Callable[[str], None]) -> None:
        """Ask for a letter; `then` is called with it, and not at all where the menu is closed."""
        self._answer = then
        self.remember_focus()
        self.menu.ask(title, choices)

    @on(Menu.Chosen)
    def _answered(self, event: Menu.Chosen) -> None:
        event.stop()
        self.return_focus()
        if event.key:
            self._answer(event.key)

    @property
    def opening(self) -> bool:
        """Whether a line or a text is being opened, which will have the keys."""
        if self.focused in (self.menu, self.verbs):
            return False
        return any(not box.has_focus_within for box in self.query("OneLine, Composer"))

    def remember_focus(self) -> None:
        """Keep who has the keys, to give them back."""
        if self.focused not in (self.menu, self.verbs):
            self._before = self.focused

    def return_focus(self) -> None:
        """Give the keys back to who had them: what is written goes on."""
        if self._before is not None and self._before.is_attached and self._before.display:
            self._before.focus()
        else:
            self.focus_main()

    def ask_line(
        self, question: str, example: str, understood: Callable[[str], str], then: Callable[[str], None]
    ) -> None:
        """Ask for a line; `understood` says what it means so far, `then` is not called where it is closed."""
        from retcon.widgets.oneline import OneLine

        for open_ in self.query(OneLine):
            open_.remove()
        self._line = then
        self.mount(OneLine(question, example, understood))

    def on_one_line_given(self, event: "OneLine.Given") -> None:
        """The line was given, or closed."""
        event.stop()
        for line in self.query("OneLine"):
            line.remove()
        self.focus_main()
        if event.line:
            self._line(event.line)

    def focus_main(self) -> None:
        """Give the keys back to what the screen is about."""


def _nothing(_: str) -> None:
    """No menu was ever opened."""
