"""Today: what is due, in working order, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult

from retcon import localtime, text
from retcon.desk import drafts, outbox
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.desk.today import Item, Today
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.screens import editor, menus, sayings
from retcon.screens.console import Shared
from retcon.screens.listing import ListScreen
from retcon.widgets import words
from retcon.widgets.header import State
from retcon.widgets.worklist import Entry, News

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer

Load = Callable[[House], Today]

# How often others' changes are looked for, in seconds.
LOOK = 2.0


class TodayScreen(ListScreen):
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
        return menus.decide_keys(entry.outbox.state) if entry.outbox is not None else ()

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

    # ---- approving

    def action_approve(self) -> None:
        """Approve the row, the fold or the marks, and move on."""
        self._approve(self.list.chosen(self.lines.current))

    def action_approve_fold(self) -> None:
        """Approve the whole fold, also from inside: what passes and was read."""
        entry = self.lines.current
        if entry is not None and entry.child and entry.line is not None:
            entry = next(other for other in self.list.entries if other.key == entry.line.key)
        self._approve((entry,) if entry is not None and entry.line is not None else ())

    def _approve(self, chosen: Sequence[Entry]) -> None:
        if not chosen:
            return
        if not self.looked_at():
            self.say("That was on the screen for a blink only, so nothing was approved. a approves it now.")
            return
        self.note_read()
        taken = [self.list.take(entry) for entry in chosen]
        items = [item for one in taken for item in one.items]
        unread, refused = sum(len(one.unread) for one in taken), [item for one in taken for item in one.refused]
        if not items:
            self._say_why_nothing(chosen, unread, refused)
            return
        self._decided(items)
        picks = [(item.action.id, item.action.revision) for item in items]
        left = sayings.left_for_you(unread, len(refused))
        self.do(lambda: drafts.approve(self.house, picks), lambda done: self._approved(items, done, left))

    def _say_why_nothing(self, chosen: Sequence[Entry], unread: int, refused: Sequence[Item]) -> None:
        if chosen[0].outbox is not None:
            self.say(f"{sayings.state_of(chosen[0].outbox)}: a does nothing here. Enter shows what settles it.")
        elif unread:
            self.say(f"{unread} for you to read: J shows them, then A.")
        elif len(refused) == 1:
            said, _ = words.verdict(refused[0].verdicts, refused[0].customer, self.zone, self.house.now())
            self.say(text.line(said), "warn")
        else:
            self.say("None of these may leave: ! says why.", "warn")

    def _approved(self, items: Sequence[Item], done: drafts.Approved, left: str) -> None:
        now = self.house.now()
        if done.refused:
            first = text.sentence(text.line(done.refused[0][1]))
            self.say(f"{sayings.not_approved(items, done.refused)}: {first}", "warn")
            self.reload()
            if not done.rows:
                return
        approved = {row.action_id for row in done.rows}
        these = [item for item in items if item.action.id in approved]

        def said(now: datetime) -> str:
            seconds = round((done.undo_until - now).total_seconds())
            return sayings.approved(these, done.now, done.later, seconds, now, self.zone) + left

        if done.now:
            self.set_timer(max(0.0, (done.undo_until - now).total_seconds()) + 0.1, self._window_over)
        if done.refused:
            return
        if done.now and done.undo_until > now:
            self.count_down(said, done.undo_until)
        else:
            self.say(said(now))

    def _window_over(self) -> None:
        """What was approved can leave; nobody else sends while this console is the one."""
        if self.today is not None and not self.today.header.held and not self.today.header.sender:
            self.work.send()
            self._show_header()

    def _decided(self, items: Sequence[Item]) -> None:
        """Take decided rows off the list at once; what the desk refuses comes back."""
        self.list.marks.clear()
        self.list.remove(item.action.id for item in items)
        if self.today is not None:
            self.today = replace(self.today, done=self.today.done + len(items), due=self.today.due - len(items))
        self.show_list()
        self._show_header()

    # ---- skipping, putting off, editing

    def action_skip(self) -> None:
        """Skip, with a reason; drop what perhaps left."""
        items, rows = self._chosen()
        if rows:
            self._resolve(rows, "drop")
        elif items:
            self.ask(f"Skip {sayings.name_of(items)}: why?", menus.SKIP, lambda key: self._skip(items, key))

    def _skip(self, items: Sequence[Item], key: str) -> None:
        self._decided(items)
        ids, never = [item.action.id for item in items], key == menus.NEVER
        self.do(
            lambda: drafts.skip(self.house, ids, menus.why(key), never=never),
            lambda done: self._told(done, sayings.skipped(items, menus.why(key), never)),
        )

    def action_snooze(self) -> None:
        """Show it again later."""
        items, _ = self._chosen()
        if items:
            self.ask(f"Show {sayings.name_of(items)} again:", menus.SNOOZE, lambda key: self._snooze(items, key))

    def _snooze(self, items: Sequence[Item], key: str) -> None:
        now = self.house.now()
        until = menus.until(key, now, self.zone)
        self._decided(items)
        ids = [item.action.id for item in items]
        self.do(
            lambda: drafts.snooze(self.house, ids, until),
            lambda done: self._told(done, sayings.put_off(items, until, now, self.zone)),
        )

    def _told(self, done: drafts.Decided, words_: str) -> None:
        if done.refused:
            self.say(text.sentence(f"{done.words}; {len(done.refused)} not: {text.line(done.refused[0][1])}"), "warn")
            self.reload()
        else:
            self.say(words_)

    def _chosen(self) -> tuple[list[Item], list[OutboxRow]]:
        chosen = self.list.chosen(self.lines.current)
        items = [item for entry in chosen for item in entry.items]
        return items, [entry.outbox for entry in chosen if entry.outbox is not None]

    def action_edit(self) -> None:
        """Edit the text in place of the reader."""
        item = self.shown_item
        if item is not None:
            self.write_here(item)

    def on_composer_written(self, event: "Composer.Written") -> None:
        """Keep what was written; the row stays, with its new text."""
        event.stop()
        item = self.end_writing()
        if item is not None and event.changed:
            self._edit(item, event.subject, event.body)

    def action_editor(self) -> None:
        """Edit the text in $EDITOR."""
        item = self.shown_item
        if item is None:
            return
        draft = item.action.draft
        try:
            written = editor.write(self.app, draft.subject, draft.body)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if written is not None:
            self._edit(item, *written)

    def _edit(self, item: Item, subject: str, body: str) -> None:
        action = item.action

        def done(_: object) -> None:
            self.say(f"{words.call_name(item.customer)}: your words are kept. a approves them, u takes them back.")
            self.reload()

        self.do(lambda: drafts.edit(self.house, action.id, action.revision, subject, body), done)

    # ---- what perhaps left

    def action_arrived(self) -> None:
        """It arrived: settles what perhaps left."""
        _, rows = self._chosen()
        uncertain = [row for row in rows if row.state == OutboxState.UNCERTAIN]
        if uncertain:
            self._resolve(uncertain, "arrived")
        else:
            self.say("d settles what perhaps left. Here a approves, x skips, s shows it again later.")

    def settle(self, entry: Entry, row: OutboxRow) -> None:
        """Ask what became of a row that needs the operator."""
        choices = menus.SETTLE.get(row.state, ())
        if choices:
            title = f"{sayings.state_of(row)}, to {words.call_name(entry.line.customer if entry.line else None)}:"
            self.ask(title, choices, lambda key: self._settled(row, key))

    def _settled(self, row: OutboxRow, key: str) -> None:
        if key == "s":
            title = "It may have arrived already: sending it again may reach them twice."
            self.ask(title, menus.SEND_AGAIN, lambda _: self._resolve([row], "again"))
        elif key == "r":
            verb = outbox.release if row.state == OutboxState.HELD else outbox.retry
            self._outbox([row], lambda: verb(self.house, row.id))
        else:
            self._resolve([row], {"a": "again", "d": "arrived", "x": "drop"}[key])

    def _resolve(self, rows: Sequence[OutboxRow], how: str) -> None:
        def each() -> None:
            for row in rows:
                outbox.resolve(self.house, row.id, how)

        self._outbox(rows, each, sayings.resolved(how))

    def _outbox(self, rows: Sequence[OutboxRow], verb: Callable[[], object], said: str = "It waits again.") -> None:
        self.list.marks.clear()
        self.list.remove(outbox=[row.id for row in rows])
        self.show_list()

        def done(_: object) -> None:
            self.say(said)
            self.reload()

        self.do(verb, done)

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
            self.close_console(header.waiting, header.sender, sayings.closing(header, self.house.now()))
