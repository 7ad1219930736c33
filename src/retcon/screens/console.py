"""What every screen shares: the row that says what happened, menus, help and palette, undo, hold, sync, quitting."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from retcon import keys, layouts, localtime, text
from retcon.desk import outbox
from retcon.desk.today import Header as Facts
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.screens import commands, menus, sayings
from retcon.screens.talking import Shared as Shared
from retcon.screens.talking import TalkingScreen
from retcon.widgets.header import Header, State
from retcon.widgets.small import LEAST, Small
from retcon.widgets.verbs import Around, Command, Verbs

if TYPE_CHECKING:
    from retcon.desk.finding import Found
    from retcon.desk.operations import Undone

T = TypeVar("T")
log = logging.getLogger(__name__)


def bindings() -> list[BindingType]:
    """Every key of the table, by action id; the user's own keys are laid over them by the app."""
    return [Binding(",".join(key.keys), f"verb('{key.id}')", key.words, show=False, id=key.id) for key in keys.TABLE]


# How often others' changes are looked for, in seconds.
LOOK = 2.0


class ConsoleScreen(TalkingScreen):
    """A screen of the console. Its own actions are in its file; these here mean the same everywhere."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()
    AUTO_FOCUS = None
    TAB: ClassVar[str] = "Today"  # under which of the header's names it stands
    NAME: ClassVar[str] = ""  # what it is called, where that is another name
    ABOUT: ClassVar[str] = ""  # what it is for, in a line
    HOLDS: ClassVar[str] = ""  # what verbs find on it: "here are messages"
    MEANS: ClassVar[Mapping[str, str]] = {}  # what verbs do here, in words that fit better than the table's

    @dataclass
    class Goes(Message):
        """Another screen is asked for."""

        tab: str

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.header = Header(id="header")
        self.facts: Facts | None = None  # what the header says of the house
        self.small = Small(id="small")
        self.in_flight = 0  # verbs that are at work
        self.version = 0  # of the house as this screen shows it
        self._day = self.here()

    def bottom(self) -> ComposeResult:
        """What stands below on every screen, with what lies over it: what happened, the keys, menus and help."""
        yield self.status
        yield self.footer
        yield self.menu
        yield self.verbs
        yield self.small

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

    @property
    def trouble(self) -> str:
        """What does not work at the moment, and where more is said of it; empty where all does."""
        if self.facts is None or not self.facts.trouble or self.facts.offline_since is not None:
            return self.facts.trouble if self.facts is not None else ""
        return f"{text.line(self.facts.trouble)} {keys.name('log')} says more."

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

    def action_insights(self) -> None:
        """Insights."""
        self.go("insights")

    def action_playbook(self) -> None:
        """Playbook."""
        self.go("playbook")

    def on_resize(self) -> None:
        """Where there is too little room, say so and nothing else."""
        self.small.display = self.size.width < LEAST.width or self.size.height < LEAST.height

    async def on_key(self, event: events.Key) -> None:
        """A letter of another script comes from an input method that is still on."""
        letter = event.character
        if letter is None or letter.isascii():
            return
        event.stop()
        action = keys.action_of(layouts.latin(letter) or "", self.shared.table)
        if letter == "\N{IDEOGRAPHIC SPACE}":
            action = keys.action_of("space", self.shared.table)
        if action is not None:
            await self.action_verb(action)
        elif layouts.is_foreign(letter):
            self.say(
                "Your input method is on, so letters don't reach retcon. Switch it off, or use the arrows.", "warn"
            )

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

    # ---- verbs that mean the same everywhere

    async def action_undo(self) -> None:
        """Take the last operation back."""
        from retcon.desk import operations

        self.do(lambda: operations.undo(self.house), self._undone)

    def action_redo(self) -> None:
        """Do again what was taken back last."""
        from retcon.desk import operations

        self.do(lambda: operations.redo(self.house), self._undone)

    def _undone(self, undone: "Undone") -> None:
        self.say(text.line(undone.words), "warn" if undone.gone else "")
        if undone.recompute:
            self.work.start("refresh")
        self.after_undo()

    def action_hold(self) -> None:
        """Hold everything, or let it go."""
        if self.facts is None:
            return
        if self.facts.held:
            self.do(lambda: outbox.release(self.house), lambda _: self._held("What waits may leave again."))
        else:
            self.do(
                lambda: outbox.hold(self.house),
                lambda _: self._held(f"Everything waits until you let it go: {keys.name('hold')}."),
            )

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

    # ---- what can be run

    def useless(self, action: str) -> str:
        """Why a verb that this screen has does nothing now; empty where it does something."""
        return ""

    def commands(self) -> Sequence[Command]:
        """The verbs of this screen that have no key."""
        return ()

    async def action_verb(self, action: str) -> None:
        """Run a verb of the table; where this screen lacks it, say what it is for. Unseen, nothing is done."""
        if self.small.display:
            if action == "quit":
                self.action_leave()
        elif commands.has(self, action):
            await self.run_action(action)
        else:
            self.say(commands.missing(self, next(key for key in self.shared.table if key.id == action)))

    def action_help(self) -> None:
        """The keys of this screen."""
        self.remember_focus()
        self.verbs.help(f"Keys of {commands.name_of(self)}", self.ABOUT, commands.with_keys(self, self.shared.table))

    def action_palette(self) -> None:
        """Every person, order and verb by name."""
        shop = self.house.settings.shop
        self.remember_focus()
        around = Around(now=self.house.now(), zone=self.zone, currency=shop.currency)
        self.verbs.palette(commands.every(self, self.shared.table), around)

    @on(Verbs.Typed)
    def _find(self, event: Verbs.Typed) -> None:
        event.stop()
        self._find_beside(event.words)

    @work(thread=True, exclusive=True, exit_on_error=False, group="find")
    def _find_beside(self, words: str) -> None:
        from retcon.desk import finding

        working = get_current_worker()
        try:
            found = finding.find(self.house, words)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            if not working.is_cancelled:
                self.app.call_from_thread(self.verbs.show_found, words, found)

    @on(Verbs.Chosen)
    async def _run_verb(self, event: Verbs.Chosen) -> None:
        event.stop()
        self.return_focus()
        if event.found is not None:
            self.open_found(event.found)
        elif event.command is not None and event.command.why_not:
            self.say(text.sentence(f"{event.command.words}: {event.command.why_not}"))
        elif event.command is not None:
            await self.run_action(event.command.id)

    def open_found(self, found: "Found") -> None:
        """Show the card of the person who was found, at the order where it was one."""
        from retcon.model.timeline import Kind
        from retcon.screens.card import CardScreen

        card = CardScreen(self.shared, found.customer_id, None)
        self.app.push_screen(card)
        if (order := found.order) is not None:
            key = (int(order.placed_at.timestamp()), Kind.ORDER.value, order.order_id)
            card.call_after_refresh(card.show_event, key)

    def action_log(self) -> None:
        """What went wrong lately."""
        from retcon.screens.log import LogScreen

        self.app.push_screen(LogScreen(self.shared))

    def action_live(self) -> None:
        """How to go live."""
        live = (
            "You are live: what is approved leaves to customers."
            if self.house.settings.policy.live
            else ("Practice: until you go live, messages go to your own address. What is missing: retcon live --check")
        )
        self.say(live)

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
