"""The console: opens the house, puts Today on the screen, and ends the children with it."""

import asyncio
import gc
import importlib
import logging
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from textual.binding import Binding
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme

from retcon import demo, jobs, keys
from retcon.desk import first_page
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.errors import RetconError
from retcon.screens.board import First
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.in_order import KeysInOrder
from retcon.screens.today import Load, TodayScreen
from retcon.screens.work import Work
from retcon.widgets import themes

log = logging.getLogger(__name__)


def _customers(shared: Shared) -> Screen[None]:
    from retcon.screens.customers import CustomersScreen

    return CustomersScreen(shared)


def _inbox(shared: Shared) -> Screen[None]:
    from retcon.screens.inbox import InboxScreen

    return InboxScreen(shared)


def _outbox(shared: Shared) -> Screen[None]:
    from retcon.screens.outbox import OutboxScreen

    return OutboxScreen(shared)


def _insights(shared: Shared) -> Screen[None]:
    from retcon.screens.insights import InsightsScreen

    return InsightsScreen(shared)


def _playbook(shared: Shared) -> Screen[None]:
    from retcon.screens.playbook import PlaybookScreen

    return PlaybookScreen(shared)


# Beside Today; imported when they are asked for first.
_SCREENS: dict[str, Callable[[Shared], Screen[None]]] = {
    "customers": _customers,
    "inbox": _inbox,
    "outbox": _outbox,
    "insights": _insights,
    "playbook": _playbook,
}


# How often the console looks whether its terminal is still there, in seconds.
_LOOK = 2.0


class RetconApp(KeysInOrder):
    """The console over an open house. `command` starts retcon's children; without it none are started.

    `first` reads the first page of Today and `load` all of it; `after` is called when the first picture stands.
    """

    TITLE = "retcon"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "today"

    # The usual colours from the start: another theme than the first one has all styles worked out anew.
    theme: Reactive[str] = Reactive("dark")

    def __init__(
        self,
        house: House,
        *,
        command: Sequence[str] = (),
        load: Load = desk.load,
        first: First | None = None,
        after: Callable[[], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        # The files of all screens: a default screen's own would not be read.
        super().__init__(css_path=["screens/console.tcss", "screens/board.tcss"])
        self.house = house
        self.animation_level = "none"
        settings = house.settings
        self.table = keys.remapped(settings.keys, str(settings.places.config_file))
        keys.use(self.table)
        self.theme = settings.ui.theme
        self.work = Work(self, house, command)
        self._load, self._first, self._after = load, first, after
        self.shared = Shared(
            house=house,
            work=self.work,
            table=self.table,
            monotonic=monotonic,
            one_at_a_time=asyncio.Lock(),
        )
        self.add_mode("today", lambda: TodayScreen(self.shared, self._load, self._first))
        for name, made in _SCREENS.items():
            self.add_mode(name, lambda made=made: made(self.shared))

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours, known from the start."""
        return themes.ALL

    def refresh_css(self, animate: bool = True) -> None:
        """Styles anew, but not before there is a screen: its styles are worked out as it comes."""
        if any(screen.is_mounted for screen in self.screen_stack) or self.theme != themes.DARK.name:
            super().refresh_css(animate)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for a theme that has none of them."""
        return themes.DEFAULTS

    def on_ready(self) -> None:
        """The first picture stands."""
        if self._after is not None:
            self._after()

    def on_mount(self) -> None:
        """The user's own keys take the place of ours."""
        own = self.house.settings.keys
        self.set_keymap({key.id: _named(key.keys) for key in self.table if key.id in own})
        if not self.is_headless:
            self.set_interval(_LOOK, self._end_without_terminal)

    def _end_without_terminal(self) -> None:
        """A line that was cut, where nobody signals it: without this the console would read its end for ever."""
        if _hung_up():
            self.exit()

    def on_console_screen_goes(self, event: ConsoleScreen.Goes) -> None:
        """Another screen; each is made when it is asked for first, and stays as it was left."""
        self.switch_mode(event.tab)

    def on_work_progressed(self, event: Work.Progressed) -> None:
        """A child is further."""
        self.work.progressed(event.progress)

    def on_work_ended(self, event: Work.Ended) -> None:
        """A child has ended."""
        self.work.ended(event.ended)

    def action_help_quit(self) -> None:
        """ctrl+c: say how to leave."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say(f"{keys.name('quit')} closes the console.")

    @property
    def refusal(self) -> RetconError | None:
        """What ended the console, where that can be told in a sentence."""
        return self._exception if isinstance(self._exception, RetconError) else None

    def _fatal_error(self) -> None:
        """A mistake of ours: into the log, where no terminal obeys it and no scroll-back keeps a customer's words."""
        log.error("the console stopped", exc_info=self._exception)
        self._close_messages_no_wait()

    def on_unmount(self) -> None:
        """End the children with the console."""
        self.work.stop()


def _hung_up() -> bool:
    """Whether the terminal's other end is closed."""
    terminal = select.poll()
    terminal.register(0, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in terminal.poll(0))


def _named(names: Sequence[str]) -> str:
    """The keys by Textual's names for them: "?" is question_mark."""
    return ",".join(binding.key for binding in Binding.make_bindings([Binding(",".join(names), "")]))


def run(home: Path | None = None) -> None:
    """Open the console over a home, the sample shop's as well. Raises RetconError where that can't be done."""
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise RetconError("This terminal can't be drawn on (TERM=dumb).", "What is due, in plain rows: retcon today")
    house = demo.open_home(home, migrate_in_child=True)
    try:
        show(house, jobs.command_for(home))
    finally:
        house.close()


def show(house: House, command: Sequence[str]) -> None:
    """The console over an open house, until it is closed; `command` is how its children are started.

    Raises RetconError where the console could not go on.
    """
    # A key waits for no more than this where something is read beside it.
    sys.setswitchinterval(0.001)
    load = partial(desk.load, gently=True)
    app = RetconApp(house, command=command, load=load, first=first_page.load, after=_settle)
    app.run(mouse=house.settings.ui.mouse)
    if app.refusal is not None:
        raise app.refusal
    if app.return_code:
        file = house.settings.places.logs / "retcon.log"
        raise RetconError("The console stopped over a mistake of its own; nothing was half done.", f"It is in {file}.")


# What the first verb needs; imported when the first picture stands, so that neither waits for the other.
_VERBS = ("drafts", "operations", "conversations", "promises")


def _settle() -> None:
    """Let the collector go on, which the start had stopped, and import the verbs beside the screen."""
    gc.freeze()  # what was imported stays: it need not be looked at again with every key
    gc.enable()
    verbs = (f"retcon.desk.{name}" for name in _VERBS)
    threading.Thread(target=lambda: [importlib.import_module(name) for name in verbs], daemon=True).start()
