"""Today: what is due, in working order, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult

from retcon import localtime, text
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.desk.today import Today
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.model.playbook import Moment
from retcon.screens import menus, sayings
from retcon.screens.answering import AnsweringScreen
from retcon.screens.console import Shared
from retcon.widgets.header import State
from retcon.widgets.worklist import Entry, News

if TYPE_CHECKING:
    pass

Load = Callable[[House], Today]

# How often others' changes are looked for, in seconds.
LOOK = 2.0


class TodayScreen(AnsweringScreen):
    """The working list of the day."""

    def __init__(self, shared: Shared, load: Load = desk.load) -> None:
        super().__init__(shared)
        self._load = load
        self.today: Today | None = None
        self._version = 0
        self._news = News()
        self._day = self._here()

    def compose(self) -> ComposeResult:
        """List above, reader below; what happened and the keys at the bottom; menus and help lie over them.

        What is known is read first, so that the first thing painted is the whole of it.
        """
        self.today = self._load(self.house)
        self.list.load(self.today.lines)
        self.share_rows()
        yield self.header
        yield self.lines
        yield self.rule
        yield self.reader
        yield self.status
        yield self.footer
        yield self.menu
        yield self.verbs
        yield self.small

    def on_mount(self) -> None:
        """Show what is known, then look for what is new."""
        self.lines.focus()
        if self.today is not None:
            self._take(self.today)
            self.work.start_of_day(self.today.header)
        self._show_header()
        self.set_interval(LOOK, self.look)

    # ---- loading

    def _take(self, today: Today, *, cursor: str | None = None) -> None:
        """Show all of it, in its order."""
        self.today, self._version, self._news = today, today.version, News()
        self.list.load(today.lines)
        self.share_rows()
        self.show_list(cursor)
        self._show_header()

    def reload(self) -> None:
        """Read again, keeping the order of what is shown."""
        self._read(self._follow)

    def reload_at(self, key: str) -> None:
        """Show everything again, the cursor on that row."""

        def take(today: Today) -> None:
            self._take(today, cursor=key)

        self._read(take)

    def after_undo(self) -> None:
        """Show everything again, the cursor on what came back."""
        before = {line.key for line in self.list.lines}

        def take(today: Today) -> None:
            back = next((line.key for line in today.lines if line.key not in before), None)
            self._take(today, cursor=back)

        self._read(take)

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def _read(self, take: Callable[[Today], None]) -> None:
        try:
            today = self._load(self.house)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            self.app.call_from_thread(take, today)

    def _follow(self, today: Today) -> None:
        self.list.follow(today.lines)
        self.show_list()
        self._compare(today)

    def _compare(self, today: Today) -> None:
        """Say what others changed; the list stays as it is until the operator wants to see it."""
        if self.in_flight:
            return  # looked at again when that is done
        self.today, self._version = today, today.version
        self._news = self.list.news(today.lines)
        if self._news and not self.list.lines:
            self._take(today)
        self._show_header()
        self.rest()

    def look(self) -> None:
        """Look what others have changed, whether something may leave, and whether it is another day."""
        self._show_header()
        if self.today is None or self.in_flight or self.work.busy:
            return
        if self._here() != self._day:
            self._day = self._here()
            self._read(self._begin_day)
            return
        self.work.send_when_due(self.today.header)
        try:
            version = self.house.database.data_version()
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if version != self._version:
            self._version = version
            self._read(self._compare)

    def _begin_day(self, today: Today) -> None:
        self._compare(today)
        self.work.start_of_day(today.header)

    def _here(self) -> date:
        """The day where the operator is."""
        return localtime.local(self.house.now(), self.house.settings.shop.timezone).date()

    def on_work(self, ended: Ended | None) -> None:
        """A child is further, or has ended."""
        self._show_header()
        if ended is None:
            return
        if ended.trouble:
            self.say(text.line(ended.trouble), "warn")
        elif ended.job == "send" and (said := sayings.ended_send(ended.result)):
            self.say(said)
        self._read(self._compare)

    def action_load(self) -> None:
        """Show what others brought."""
        self._read(self._take)

    # ---- showing

    def empty_words(self) -> str:
        """What stands in place of rows where nothing is due."""
        return sayings.empty(self.today, self.house.now()) if self.today is not None else ""

    def keys_for(self, entry: Entry | None) -> Sequence[tuple[str, str]]:
        """The keys at the bottom: the table's own, or those that fit this row better."""
        if entry is None:
            return menus.NOTHING_KEYS
        if entry.outbox is not None:
            return menus.decide_keys(entry.outbox.state)
        if entry.item is not None and entry.moment is Moment.ANSWER:
            return menus.answer_keys(written=bool(entry.item.action.draft.body.strip()))
        return ()

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened."""
        if self.list.marks:
            return f"{len(self.list.marks)} marked: a x s take them, - unmarks.", ""
        if self._news:
            return f"{self._news}: . loads.", ""
        if self.list.query:
            return f"“{self.list.query}”: {self.list.shown} of {self.list.total}. Esc clears.", ""
        trouble = self.today.header.trouble if self.today is not None else ""
        return trouble, "warn"

    def _show_header(self) -> None:
        if self.today is not None:
            self.header.show(
                State(
                    facts=self.today.header,
                    now=self.house.now(),
                    due=self.list.total,
                    done=self.today.done,
                    stake_minor=sum(line.stake_minor for line in self.list.lines),
                    sends=self.work.sends,
                    work=self.work.words,
                )
            )

    def took(self, number: int) -> None:
        """Count them as done."""
        if self.today is not None:
            self.today = replace(self.today, done=self.today.done + number, due=self.today.due - number)
            self._show_header()

    def window_over(self) -> None:
        """What was approved can leave; nobody else sends while this console is the one."""
        if self.today is not None and not self.today.header.held and not self.today.header.sends:
            self.work.send()
            self._show_header()

    # ---- the house

    def action_hold(self) -> None:
        """Hold everything, or let go."""
        if self.today is not None:
            self.hold(self.today.header.held)

    def action_quit(self) -> None:
        """Back; at the top, close the console."""
        if not self.step_back():
            self.action_leave()

    def action_leave(self) -> None:
        """Close the console; asks where messages wait and nobody else sends."""
        if self.today is None:
            self.app.exit()
        else:
            header = self.today.header
            self.close_console(header.waiting, header.sends, sayings.closing(header, self.house.now()))
