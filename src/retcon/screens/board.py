"""A working list under the operator's hands: loaded, followed while others change it, decided on row by row."""

from collections.abc import Callable, Sequence

from textual import work
from textual.app import ComposeResult

from retcon import keys, text
from retcon.desk import outbox
from retcon.desk.house import House
from retcon.desk.today import Board, Item
from retcon.errors import RetconError
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.model.playbook import Moment
from retcon.screens import menus, sayings
from retcon.screens.console import Shared
from retcon.screens.listing import ListScreen
from retcon.widgets import words
from retcon.widgets.worklist import Entry, News

Load = Callable[[House], Board]
# Reads the beginning of a board, of so many rows.
First = Callable[[House, int], Board]


class BoardScreen(ListScreen):
    """A board on the screen. What stands on it is what `load` reads; `first` reads its first page sooner."""

    def __init__(self, shared: Shared, load: Load, first: First | None = None) -> None:
        super().__init__(shared)
        self._load = load
        self._first = first
        self.board: Board | None = None
        self.news = News()

    def compose(self) -> ComposeResult:
        """List above, reader below; what happened and the keys at the bottom; menus and help lie over them.

        What is known is read first, so that the first thing painted is a whole page of it.
        """
        self.board = self._first(self.house, self.app.size.height // 2) if self._first else self._load(self.house)
        self.facts = self.board.header
        self.list.load(self.board.lines, self.board.unread)
        self.share_rows()
        yield self.header
        yield self.lines
        yield self.rule
        yield self.reader
        yield from self.bottom()

    def on_mount(self) -> None:
        """Show what is known."""
        self.lines.focus()
        if self.board is not None:
            self.take(self.board)
            if self.board.unread:
                self.call_after_refresh(self._read, self._complete)

    def on_screen_resume(self) -> None:
        """What happened while another screen was shown stands in its order at once: nobody's hand was on a row."""
        if self.board is None or self.opened or self.writing or self.list.marks or self.in_flight:
            return  # told as news instead
        version = self.house.database.data_version()
        if version != self.version:
            self.version = version
            self._read(self.take)

    # ---- loading

    def take(self, board: Board, *, cursor: str | None = None) -> None:
        """Show all of it, in its order."""
        self.board, self.facts, self.version, self.news = board, board.header, board.version, News()
        self.list.load(board.lines, board.unread)
        self.share_rows()
        self.show_list(cursor)
        self.show_header()

    def reload(self) -> None:
        """Read again, keeping the order of what is shown."""
        self._read(self._follow)

    def reload_at(self, key: str) -> None:
        """Show everything again, the cursor on that row."""

        def take(board: Board) -> None:
            self.take(board, cursor=key)

        self._read(take)

    def after_undo(self) -> None:
        """Show everything again, the cursor on what came back."""
        before = {(line.key, line.heading) for line in self.list.lines}

        def take(board: Board) -> None:
            back = next((line.key for line in board.lines if (line.key, line.heading) not in before), None)
            self.take(board, cursor=back)

        self._read(take)

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def _read(self, take: Callable[[Board], None]) -> None:
        try:
            board = self._load(self.house)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            self.app.call_from_thread(take, board)

    def _complete(self, board: Board) -> None:
        """Show what comes below the first page."""
        self.board, self.facts, self.version = board, board.header, board.version
        self.list.fill(board.lines)
        self.news = self.list.news(board.lines)
        self.show_more()
        self.show_header()
        self.rest()

    def _follow(self, board: Board) -> None:
        if self.list.unread:
            self.list.fill(board.lines)
        self.list.follow(board.lines)
        self.show_list()
        self._compare(board)

    def changed(self) -> None:
        """Compare what is shown with what is so now."""
        self._read(self._compare)

    def _compare(self, board: Board) -> None:
        """Say what others changed; the list stays as it is until the operator wants to see it."""
        if self.list.unread:
            self._complete(board)
            return
        if self.in_flight:
            return  # looked at again when that is done
        self.board, self.facts, self.version = board, board.header, board.version
        self.news = self.list.news(board.lines)
        if self.news and not self.list.lines:
            self.take(board)
        self.show_header()
        self.rest()

    def action_load(self) -> None:
        """Show what others brought."""
        self._read(self.take)

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened."""
        if self.list.marks:
            verbs = " ".join(keys.name(action) for action in ("approve", "skip", "snooze"))
            return sayings.marked(len(self.list.marks), verbs), ""
        if self.news:
            return f"{self.news}: {keys.name('load')} loads.", ""
        if self.list.query:
            return f"“{self.list.query}”: {self.list.shown} of {self.list.total}. {keys.name('back')} clears.", ""
        return self.trouble, "warn"

    # ---- what a verb is about

    def chosen(self) -> tuple[list[Item], list[OutboxRow]]:
        """The marked messages and outbox rows, else those of the row under the cursor."""
        chosen = self.list.chosen(self.lines.current)
        items = [item for entry in chosen for item in entry.items]
        return items, [entry.outbox for entry in chosen if entry.outbox is not None]

    def chosen_items(self) -> list[Item]:
        """The marked messages, else those of the row under the cursor."""
        return self.chosen()[0]

    def whom(self) -> tuple[list[int], str]:
        """The people of the marked rows, else the one shown."""
        if not self.list.marks:
            return super().whom()
        items, rows = self.chosen()
        ids = list(dict.fromkeys([*(item.customer.id for item in items), *(row.customer_id for row in rows)]))
        return ids, text.plural(len(ids), "person", "people")

    def due_answer(self, item: Item) -> Item | None:
        """What is due to this person in a conversation; the shown one first."""
        if item.action.moment is Moment.ANSWER and not self.list.stays:
            return item
        rows = (other for line in self.list.lines if line.key != self.list.stays for other in line.items)
        same = (other for other in rows if other.customer.id == item.customer.id)
        return next((other for other in same if other.action.moment is Moment.ANSWER), None)

    def show_item(self, item: Item) -> None:
        """The cursor on its row."""
        self.show_list(cursor=f"action:{item.action.id}")

    def took(self, number: int) -> None:
        """So many rows were decided on and are off the list."""

    # ---- approving

    def to_approve(self) -> tuple[list[Item], str]:
        """What passes and was read of the row, the fold or the marks."""
        return self._passing(self.list.chosen(self.lines.current))

    def action_approve_fold(self) -> None:
        """Approve the whole fold, also from inside: what passes and was read."""
        entry = self.lines.current
        if entry is not None and entry.child and entry.line is not None:
            entry = next(other for other in self.list.entries if other.key == entry.line.key)
        items, left = self._passing((entry,) if entry is not None and entry.line is not None else ())
        if items:
            self.approve(items, left)

    def _passing(self, chosen: Sequence[Entry]) -> tuple[list[Item], str]:
        if not chosen or self.approved_already() or self.blinked():
            return [], ""
        self.note_read()
        taken = [self.list.take(entry) for entry in chosen]
        items = [item for one in taken for item in one.items]
        unread, refused = sum(len(one.unread) for one in taken), [item for one in taken for item in one.refused]
        if not items:
            self._say_why_nothing(chosen, unread, refused)
        return items, sayings.left_for_you(unread, len(refused))

    def _say_why_nothing(self, chosen: Sequence[Entry], unread: int, refused: Sequence[Item]) -> None:
        if chosen[0].outbox is not None:
            state = sayings.state_of(chosen[0].outbox)
            self.say(f"{state}: {keys.name('approve')} does nothing here. {keys.name('open')} shows what settles it.")
        elif unread:
            self.say(
                f"{unread} for you to read: {keys.name('next_item')} shows them, then {keys.name('approve_fold')}."
            )
        else:
            self.say_why_not(refused)

    def not_approved(self) -> None:
        """Nothing stays of what the desk refused."""
        self.list.stays = ""

    def leave_or_stay(self, items: Sequence[Item]) -> None:
        """An opened conversation stays until it is left, so that what is noted next is noted of the right person."""
        entry = self.lines.current
        if not self.opened or entry is None or len(items) != 1 or not items[0].said:
            self.decided(items)
            return
        self.list.stay(entry.key)
        self.took(1)
        self.show_page(keep=True)

    def decided(self, items: Sequence[Item]) -> None:
        """Take decided rows off the list at once; what the desk refuses comes back."""
        self.list.marks.clear()
        self.list.remove(item.action.id for item in items)
        self.took(len(items))
        self.show_list()

    def approved_already(self) -> bool:
        """Whether the open row is one that was approved and stays; says so."""
        entry = self.lines.current
        if not self.list.stays or entry is None or entry.key != self.list.stays:
            return False
        self.say(f"Approved already: {keys.name('undo')} takes it back, {keys.name('done')} is done with it.")
        return True

    # ---- verbs that mean something of outbox rows as well

    def action_skip(self) -> None:
        """Skip, with a reason; drop what perhaps left."""
        _, rows = self.chosen()
        if rows:
            self.resolve(rows, "drop")
        else:
            super().action_skip()

    def action_done(self) -> None:
        """Done with this: the conversation, the promise; what perhaps left has arrived."""
        items, rows = self.chosen()
        uncertain = [row for row in rows if row.state == OutboxState.UNCERTAIN]
        said = [item for item in items if item.action.moment is Moment.ANSWER]
        if uncertain:
            self.resolve(uncertain, "arrived")
        elif self.list.stays and said:
            self.done_with_answered(said[0])
        else:
            self.done_with(items)

    # ---- what perhaps left

    def settle(self, entry: Entry, row: OutboxRow) -> None:
        """Ask what became of a row that needs the operator."""
        choices = menus.SETTLE.get(row.state, ())
        if choices:
            title = f"{sayings.state_of(row)}, to {words.call_name(entry.line.customer if entry.line else None)}:"
            self.ask(title, choices, lambda key: self._settled(row, key))

    def _settled(self, row: OutboxRow, key: str) -> None:
        if key == "s":
            title = "It may have arrived already: sending it again may reach them twice."
            self.ask(title, menus.SEND_AGAIN, lambda _: self.resolve([row], "again"))
        elif key == "r":
            verb = outbox.release if row.state == OutboxState.HELD else outbox.retry
            self._outbox([row], lambda: verb(self.house, row.id))
        else:
            self.resolve([row], {"a": "again", "d": "arrived", "x": "drop"}[key])

    def resolve(self, rows: Sequence[OutboxRow], how: str) -> None:
        """Settle what perhaps left: "arrived", "again" or "drop"."""

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
