"""Inbox: who waits for the operator, whose answer is awaited, what is put off; and any conversation that is found."""

from collections.abc import Callable, Sequence

from textual import work
from textual.timer import Timer

from retcon import keys, text
from retcon.desk import inbox as desk
from retcon.desk.house import House
from retcon.desk.inbox import Conversation, Inbox
from retcon.desk.today import Board, Header, Item
from retcon.screens import menus, sayings
from retcon.screens.board import BoardScreen, First
from retcon.screens.console import Shared
from retcon.widgets import rows, talks
from retcon.widgets.header import State
from retcon.widgets.worklist import Entry

Load = Callable[[House], Inbox]
# Typing rests for so long, in seconds, before what was said is searched.
_REST = 0.15


class InboxScreen(BoardScreen):
    """The conversations."""

    TAB = "Inbox"
    ABOUT = "Who waits for you, whose answer you wait for, what you put off."
    HOLDS = "here are conversations"
    HEADS = ("WAITS", "AT STAKE")

    def __init__(self, shared: Shared, load: Load = desk.load, first: First = desk.load) -> None:
        super().__init__(shared, load, first)
        self._resting: Timer | None = None

    @property
    def inbox(self) -> Inbox | None:
        """The conversations, as they were read."""
        return self.board if isinstance(self.board, Inbox) else None

    # ---- loading

    def take(self, board: Board, *, cursor: str | None = None) -> None:
        """Show all of it, in its order; a row that the filter would hide ends it."""
        super().take(board, cursor=cursor)
        if cursor is not None and all(entry.key != cursor for entry in self.list.entries):
            self._narrow("")
            self.show_list(cursor)
        self._search_again()

    def reload_at(self, key: str) -> None:
        """Show everything again, the cursor on the conversation in which that is due."""

        def take(board: Board) -> None:
            self.take(board, cursor=_holding(board, key))

        self._read(take)

    def _compare(self, board: Board) -> None:
        """What was decided on here stands in its group, where that moves nothing under the cursor."""
        below = self.lines.current.key if self.lines.current is not None else ""
        if not self.in_flight and not self.list.stays and self.list.regroup(board.lines, below):
            self.share_rows()
            self.lines.show(self.list.entries)
        super()._compare(board)

    # ---- showing

    def cells(self, entry: Entry) -> rows.Cells:
        """A row in words; the first heading says how many have waited for too long to stand here."""
        if entry.line is None and entry.heading == desk.YOURS and self.inbox is not None and self.inbox.old:
            old = text.plural(self.inbox.old, "waits", "wait")
            return rows.Cells(name=f"{desk.YOURS}; {old} since over a month: {keys.name('filter')} finds them")
        if isinstance(entry.line, Conversation) and entry.item is not None:
            return talks.cells(entry.line, entry.item, self.around)
        return super().cells(entry)

    def header_state(self, facts: Header) -> State:
        """How many there are of each kind."""
        yours, theirs, later = self._counts()
        waits = text.plural(yours, "waits", "wait")
        said = [f"{waits} for you" if yours else "nobody waits for you"]
        rest = [f"{theirs} for them"] if theirs else []
        rest += [f"{later} later"] if later else []
        return State(
            facts=facts,
            now=self.house.now(),
            tab=self.TAB,
            said=" · ".join((*said, *rest)),
            brief=said[0],
            aside=", ".join(rest),
        )

    def _counts(self) -> tuple[int, int, int]:
        """How many stand in each group, without what was just decided on."""
        board = self.inbox
        if board is None:
            return 0, 0, 0
        shown = {line.key for line in self.list.lines}
        gone = [line.heading for line in board.lines if line.key not in shown]
        counts = (board.yours, board.theirs, board.later)
        groups = (desk.YOURS, desk.THEIRS, desk.LATER)
        yours, theirs, later = (count - gone.count(group) for count, group in zip(counts, groups, strict=True))
        return yours, theirs, later

    def took(self, number: int) -> None:
        """Count them out at once."""
        self.show_header()

    def empty_words(self) -> str:
        """What stands in place of rows where nobody waits."""
        find = f"{keys.name('filter')} finds what was said in any conversation"
        old = self.inbox.old if self.inbox is not None else 0
        waits = f" {text.plural(old, 'waits', 'wait')} since over a month." if old else ""
        return f"Nobody waits for an answer.{waits} {find}."

    def keys_for(self, entry: Entry | None) -> Sequence[tuple[str, str]]:
        """The keys at the bottom that fit this row."""
        if entry is None or entry.item is None:
            return menus.nothing_keys()
        if entry.item.action.id:
            return menus.answer_keys(written=bool(entry.item.action.draft.body.strip()))
        return menus.footer(*_NOTHING_DUE)

    # ---- finding

    def _narrow(self, query: str) -> None:
        """What was said anywhere is searched as soon as the typing rests."""
        self.list.find(())
        super()._narrow(query)
        self._search_again()

    def _search_again(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        query = self.list.query
        words = " ".join(word for word in query.split() if not word.startswith("!"))
        if words:
            self._resting = self.set_timer(_REST, lambda: self._search(query, words))

    @work(thread=True, exclusive=True, exit_on_error=False, group="search")
    def _search(self, query: str, words: str) -> None:
        shown = [entry.line.thread_id for entry in self.list.entries if isinstance(entry.line, Conversation)]
        found = desk.search(self.house, words, shown)
        self.app.call_from_thread(self._found, query, found)

    def _found(self, query: str, found: Sequence[Conversation]) -> None:
        if self.list.query == query:
            self.list.find(found)
            self.share_rows()
            self.show_list()
            if self._box is not None:
                self._count_filtered()

    # ---- what a verb is about

    def chosen_items(self) -> list[Item]:
        """What is due in the marked conversations, else in the one shown; says where nothing is."""
        items = super().chosen_items()
        due = [item for item in items if item.action.id]
        if items and not due:
            self._say_nothing_due(items)
        return due

    def _say_nothing_due(self, items: Sequence[Item]) -> None:
        write, promise = keys.name("write"), keys.name("promise")
        self.say(f"{sayings.name_of(items)}: nothing is due here. {write} writes, {promise} promises.")

    def show_item(self, item: Item) -> None:
        """The cursor on the conversation in which it is due."""
        self.show_list(cursor=_holding(self.board, f"action:{item.action.id}") if self.board is not None else None)

    def _go_by(self, item: Item, channel: str) -> None:
        """What nobody has written yet is written for that channel."""
        from dataclasses import replace

        if item.action.id:
            super()._go_by(item, channel)
        else:
            draft = replace(item.action.draft, channel=channel)
            self.write_here(replace(item, action=replace(item.action, draft=draft)))

    def action_done(self) -> None:
        """Done with the conversation, also where nothing is due in it though it waits."""
        entry = self.lines.current
        if self.list.stays or any(item.action.id for item in self.chosen()[0]):
            super().action_done()
        elif entry is not None and isinstance(entry.line, Conversation) and entry.item is not None:
            self._close(entry.line, entry.item)

    def _close(self, line: Conversation, item: Item) -> None:
        from retcon.desk import conversations

        if line.answer is not None or item.thread is None or item.thread.waiting_since is None:
            self._say_nothing_due([item])
            return
        self.close_opened()
        self.list.take_off([line.key])
        self.show_list()
        done = f"{sayings.name_of([item])}: done. {keys.name('undo')} takes it back."
        self.do(lambda: conversations.close(self.house, line.thread_id), lambda _: self.say(done))

    def done_with(self, items: Sequence[Item]) -> None:
        """Be done with what is due in these."""
        super().done_with([item for item in items if item.action.id])


def _holding(board: Board, key: str) -> str | None:
    """The row in which that action is due."""
    return next((line.key for line in board.lines for item in line.items if f"action:{item.action.id}" == key), None)


_NOTHING_DUE = (
    ("edit", "write"),
    ("texts", "texts"),
    ("promise", "promise"),
    ("how", "how"),
    ("attached", "open"),
    ("note", "note"),
    ("filter", "find"),
    ("undo", "undo"),
    ("help", "keys"),
)
