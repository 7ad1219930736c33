"""What every screen shares: the row that says what happened, menus, help and palette, undo, hold, sync, quitting."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from retcon import keys, localtime, text
from retcon.desk import operations, outbox
from retcon.desk.house import House
from retcon.desk.today import Header as Facts
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.keys import Key
from retcon.screens import menus, sayings
from retcon.screens.work import Work
from retcon.widgets.footer import Footer, Status
from retcon.widgets.header import Header, State
from retcon.widgets.menu import Choice, Menu
from retcon.widgets.small import LEAST, Small
from retcon.widgets.verbs import Command, Verbs

if TYPE_CHECKING:
    from retcon.widgets.oneline import OneLine

T = TypeVar("T")
log = logging.getLogger(__name__)

# How long a sentence stays where nothing replaces it.
STAYS = timedelta(seconds=12)

COMMANDS = (
    Command("theme('dark')", "colours: dark"),
    Command("theme('light')", "colours: light"),
    Command("theme('ansi')", "colours: those of the terminal"),
    Command("leave", "quit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the app hands to each screen."""

    house: House
    work: Work
    table: tuple[Key, ...]
    monotonic: Callable[[], float]
    one_at_a_time: asyncio.Lock  # verbs run in the order in which they were pressed


def bindings() -> list[BindingType]:
    """Every key of the table, by action id; the user's own keys are laid over them by the app."""
    return [Binding(",".join(key.keys), key.id, key.words, show=False, id=key.id) for key in keys.TABLE]


# How often others' changes are looked for, in seconds.
LOOK = 2.0


class ConsoleScreen(Screen[None]):
    """A screen of the console. Its own actions are in its file; these here mean the same everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()
    AUTO_FOCUS = None
    TAB = "Today"  # under which of the header's names it stands

    @dataclass
    class Goes(Message):
        """Another screen is asked for."""

        tab: str

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self.shared = shared
        self.house = shared.house
        self.work = shared.work
        self.header = Header(id="header")
        self.facts: Facts | None = None  # what the header says of the house
        self.status = Status(id="status")
        self.footer = Footer(shared.table, id="footer")
        self.menu = Menu(id="menu")
        self.verbs = Verbs(shared.table, COMMANDS, id="verbs")
        self.small = Small(id="small")
        self._answer: Callable[[str], None] = _nothing
        self._line: Callable[[str], None] = _nothing
        self._said: Callable[[datetime], str] | None = None
        self._said_until: datetime | None = None
        self._ticking: Timer | None = None
        self.in_flight = 0  # verbs that are at work
        self.version = 0  # of the house as this screen shows it
        self._day = self.here()

    def on_mount(self) -> None:
        """Follow the children, and the house."""
        self.work.changed.subscribe(self, self.on_work)
        self.set_interval(LOOK, self.look)

    def on_screen_resume(self) -> None:
        """See what has happened while another screen was shown."""
        self.focus_main()
        self.look()

    # ---- the house around it

    @property
    def zone(self) -> str:
        """The operator's time zone."""
        return self.house.settings.shop.timezone

    def here(self) -> date:
        """The day where the operator is."""
        return localtime.local(self.house.now(), self.zone).date()

    def look(self) -> None:
        """Look what others have changed, whether something may leave, and whether it is another day."""
        if not self.is_current:
            return
        self.show_header()
        if self.facts is None or self.in_flight or self.work.busy:
            return
        if self.here() != self._day:
            self._day = self.here()
            self.changed()
            self.work.start_of_day(self.facts)
            return
        self.work.send_when_due(self.facts)
        try:
            version = self.house.database.data_version()
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if version != self.version:
            self.version = version
            self.changed()

    def changed(self) -> None:
        """Somebody has written to the house since this screen read it."""

    def header_state(self, facts: Facts) -> State:
        """What the top line says over this screen."""
        return State(facts=facts, now=self.house.now(), tab=self.TAB, said="")

    def show_header(self) -> None:
        """Say at the top what is so now."""
        if self.facts is not None:
            state = self.header_state(self.facts)
            self.header.show(replace(state, sends=self.work.sends, work=self.work.words))

    def window_over(self) -> None:
        """What was approved can leave; nobody else sends while this console is the one."""
        if self.facts is not None and not self.facts.held and not self.facts.sends:
            self.work.send()
            self.show_header()

    # ---- other screens

    def go(self, tab: str) -> None:
        """Show the screen of that name."""
        self.app.post_message(self.Goes(tab))

    def action_today(self) -> None:
        """Today."""
        self.go("today")

    def action_customers(self) -> None:
        """Customers."""
        self.go("customers")

    def action_inbox(self) -> None:
        """Inbox."""
        self.go("inbox")

    def action_outbox(self) -> None:
        """Outbox."""
        self.go("outbox")

    def on_resize(self) -> None:
        """Where there is too little room, say so and nothing else."""
        self.small.display = self.size.width < LEAST.width or self.size.height < LEAST.height

    async def on_key(self, event: events.Key) -> None:
        """A letter of another script comes from an input method that is still on."""
        letter = event.character
        if letter is None or letter.isascii() or not event.is_printable:
            return
        event.stop()
        latin = keys.latin(letter)
        action = next((key.id for key in self.shared.table if latin in key.keys), None)
        if action is not None:
            await self.run_action(action)
        elif letter.isalpha():
            self.say(
                "Your input method is on, so letters don't reach retcon. Switch it off, or use the arrows.", "warn"
            )

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

    # ---- doing

    def do(self, verb: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run a verb of the desk beside the screen, after those pressed before it, then take its result."""
        self.in_flight += 1
        self._do(verb, done)

    @work(exit_on_error=False, group="verbs")
    async def _do(self, verb: Callable[[], T], done: Callable[[T], None]) -> None:
        try:
            async with self.shared.one_at_a_time:
                result = await asyncio.to_thread(verb)
        except RetconError as error:
            self.in_flight -= 1
            self.say(sayings.failed(error), "warn")
            self.reload()
        except Exception:
            self.in_flight -= 1
            log.exception("a verb failed")
            self.say("That went wrong inside retcon; nothing was half done. The log has it.", "warn")
            self.reload()
        else:
            self.in_flight -= 1
            done(result)

    def reload(self) -> None:
        """Read again what the screen shows."""

    def after_undo(self) -> None:
        """Something came back."""
        self.reload()

    def on_work(self, ended: Ended | None) -> None:
        """A child is further, or has ended."""
        self.show_header()
        if ended is None or not self.is_current:
            return
        if ended.trouble:
            self.say(text.line(ended.trouble), "warn")
        elif ended.job == "send" and (said := sayings.ended_send(ended.result)):
            self.say(said)
        self.changed()

    # ---- asking

    def ask(self, title: str, choices: Sequence[Choice], then: Callable[[str], None]) -> None:
        """Ask for a letter; `then` is called with it, and not at all where the menu is closed."""
        self._answer = then
        self.menu.ask(title, choices)

    @on(Menu.Chosen)
    def _answered(self, event: Menu.Chosen) -> None:
        event.stop()
        self.focus_main()
        if event.key:
            self._answer(event.key)

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

    # ---- verbs that mean the same everywhere

    async def action_undo(self) -> None:
        """Take the last operation back."""

        def done(undone: operations.Undone) -> None:
            self.say(undone.words)
            self.after_undo()

        self.do(lambda: operations.undo(self.house), done)

    def action_hold(self) -> None:
        """Hold everything, or let it go."""
        if self.facts is None:
            return
        if self.facts.held:
            self.do(lambda: outbox.release(self.house), lambda _: self._held("What waits may leave again."))
        else:
            self.do(lambda: outbox.hold(self.house), lambda _: self._held("Everything waits until you let it go: H."))

    def _held(self, words: str) -> None:
        self.say(words)
        self.reload()

    def action_sync(self) -> None:
        """Pull from the shops now."""
        if not self.house.settings.sources:
            self.say("config.toml names no shop to sync from. Orders of a file come in with: retcon import FILE.")
        elif not self.work.start("sync"):
            self.say("Syncing already.")
        else:
            self.on_work(None)

    def action_help(self) -> None:
        """Every key, by group."""
        self.verbs.open(typing=False)

    def action_palette(self) -> None:
        """Every verb by its name."""
        self.verbs.open(typing=True)

    @on(Verbs.Chosen)
    async def _run_verb(self, event: Verbs.Chosen) -> None:
        event.stop()
        self.focus_main()
        if event.action:
            await self.run_action(event.action)

    def action_theme(self, name: str) -> None:
        """Other colours, until the console is closed."""
        self.app.theme = name

    def step_back(self) -> bool:
        """Go one step back; False where this is the top already."""
        return False

    def action_back(self) -> None:
        """Back, innermost first."""
        self.step_back()

    def action_quit(self) -> None:
        """Back; at the top, close the console."""
        if not self.step_back():
            self.action_leave()

    def action_leave(self) -> None:
        """Close the console; asks where messages wait and nobody else would send them."""
        facts = self.facts
        if facts is not None and facts.waiting and not facts.sends:
            self.ask(sayings.closing(facts, self.house.now()), menus.QUIT, lambda _: self.app.exit())
        else:
            self.app.exit()


def _nothing(_: str) -> None:
    """No menu was ever opened."""
