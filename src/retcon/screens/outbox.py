"""Outbox: what needs a decision, what waits and why, what failed, what has left; each with all that happened to it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from retcon import keys, text
from retcon.desk import leaving as desk
from retcon.desk.house import House
from retcon.desk.leaving import Leaving, Moved, Outbox
from retcon.desk.today import Board, Header, Item
from retcon.errors import RetconError
from retcon.model.outbox import OutboxState
from retcon.model.playbook import Moment
from retcon.screens import menus, sayings
from retcon.screens.console import Shared
from retcon.screens.settling import SettlingScreen
from retcon.widgets import outgoing, rows, words
from retcon.widgets.header import State
from retcon.widgets.view import View
from retcon.widgets.worklist import Entry

Load = Callable[[House], Outbox]


class OutboxScreen(SettlingScreen):
    """What leaves."""

    TAB = "Outbox"
    ABOUT = "What needs a decision, what waits and why, what failed, what has left."
    HOLDS = "here are messages that were approved"
    SHAPE = staticmethod(outgoing.columns)
    HEADS = ("LEAVES", "")

    def __init__(self, shared: Shared, load: Load = desk.load) -> None:
        super().__init__(shared, load)
        self._logged: tuple[object, tuple[Moved, ...]] = (None, ())

    @property
    def outbox(self) -> Outbox | None:
        """What leaves, as it was read."""
        return self.board if isinstance(self.board, Outbox) else None

    # ---- showing

    def cells(self, entry: Entry) -> rows.Cells:
        """A row in words; the heading of what has left says where the older is."""
        if entry.line is None and entry.heading == desk.SENT and self.outbox is not None and self.outbox.older:
            return rows.Cells(name=f"{desk.SENT}, the last {desk.MOST_SENT}; older ones: retcon outbox")
        if isinstance(entry.line, Leaving) and entry.outbox is not None:
            return outgoing.cells(entry.line, entry.outbox, self.zone, self.house.now())
        return super().cells(entry)

    def view(self, samples: tuple[Item, ...] = (), alike: int = 1) -> View:
        """How the operator looks at a row, with all that has happened to it."""
        view, row = super().view(samples, alike), self.message
        judged = desk.judged(self.house, row.id) if view.why and row is not None else ()
        return replace(view, log=self._log(), judged=judged)

    def _log(self) -> tuple[Moved, ...]:
        row = self.message
        if row is None:
            return ()
        wanted = (row.id, row.state, self.version)
        if self._logged[0] != wanted:
            self._logged = wanted, desk.log(self.house, row.id)
        return self._logged[1]

    def header_state(self, facts: Header) -> State:
        """How many there are of each kind."""
        groups = [line.heading for line in self.list.lines]
        decide, waits, failed = (groups.count(name) for name in (desk.DECIDE, desk.WAITS, desk.FAILED))
        left = self.outbox.left_today if self.outbox is not None else 0
        said = [f"{decide} to decide"] if decide else []
        said += [text.plural(waits, "waits", "wait")] if waits else ["nothing waits"]
        said += [f"{failed} failed"] if failed else []
        return State(
            facts=facts,
            now=self.house.now(),
            tab=self.TAB,
            said=" · ".join((*said, f"{left} left today")),
            brief=", ".join(said),
            aside=f"{left} left today",
            progress=(left, waits),
        )

    def standing_words(self) -> tuple[str, str]:
        """What keeps messages here, where something does."""
        said, style = super().standing_words()
        if self.list.marks:
            verbs = " ".join(keys.name(action) for action in ("skip", "when", "done"))
            return sayings.marked(len(self.list.marks), verbs), ""
        if self.news or self.list.query or self.outbox is None or self.facts is None:
            return said, style
        if self.facts.held:
            waits = text.plural(self.facts.waiting, "waits", "wait")
            return f"Everything is on hold: {waits}. {keys.name('hold')} lets go.", "warn"
        if self.outbox.stopped and self.facts.offline_since is None:
            return sayings.stopped(self.outbox.stopped), "warn"
        if said or self.facts.live:
            return said, style
        yours = ", ".join(map(text.line, self.outbox.yours))
        where = f"go to your own address, {yours}" if yours else "go nowhere: config.toml has no test_addresses"
        return f"Practice: until you go live, messages {where}.", "warn"

    def empty_words(self) -> str:
        """What stands in place of rows where nothing leaves."""
        today, approve = keys.name("today"), keys.name("approve")
        return (
            f"Nothing waits to leave, and nothing has left yet. {today} Today has what is due; {approve} approves it."
        )

    def keys_for(self, entry: Entry | None) -> Sequence[tuple[str, str]]:
        """The keys at the bottom that fit this row."""
        if entry is None or entry.outbox is None:
            return menus.nothing_keys()
        held = self.facts is not None and self.facts.held
        wanted = (*_KEYS.get(entry.outbox.state, _LEFT), ("hold", "let all go" if held else "hold all"), *_ALL)
        return menus.footer(*wanted)

    # ---- following what others do

    def reload(self) -> None:
        """Show everything as it is now: what was decided stands where it belongs."""
        self._read(self.take)

    def _compare(self, board: Board) -> None:
        """What becomes of a row is told at its place; it changes its group when the operator loads."""
        if not self.in_flight:
            before = self.list.lines
            self.version = board.version
            self.list.follow(board.lines)
            if self.list.lines != before:
                self.lines.show(self.list.entries)
                self.show_page(keep=True)
        super()._compare(board)

    # ---- the person it is to

    def person_shown(self) -> Item | None:
        """Whom the message is to, and what could be written to them besides."""
        from retcon.desk import person

        row = self.message
        if row is None:
            return None
        try:
            return person.letter(self.house, row.customer_id)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return None

    def due_answer(self, item: Item) -> Item | None:
        """What is due to this person in a conversation."""
        from retcon.desk import person

        due = person.due(self.house, item.customer.id)
        return next((other for other in due if other.action.moment is Moment.ANSWER), None)

    def kept(self, item: Item, new: int) -> None:
        """What was written stands where things are due."""
        name, inbox = words.call_name(item.customer), keys.name("inbox")
        self.say(f"{name}: your words are kept. {inbox} Inbox shows them, {keys.name('approve')} there approves them.")
        self.reload()


_KEYS: dict[OutboxState, tuple[tuple[str, str], ...]] = {
    OutboxState.UNCERTAIN: (("open", "settle"), ("done", "arrived"), ("skip", "drop")),
    OutboxState.STALE: (("open", "settle"), ("skip", "drop")),
    OutboxState.FAILED: (("open", "settle"), ("how", "next way"), ("skip", "drop")),
    OutboxState.QUEUED: (("skip", "take back"), ("when", "leaves when"), ("open", "hold it")),
    OutboxState.HELD: (("open", "let go"), ("skip", "take back"), ("when", "leaves when")),
}
_LEFT = (("open", "read"), ("copy", "copy"))
_ALL = (
    ("write", "write"),
    ("undo", "undo"),
    ("filter", "find"),
    ("why", "why"),
    ("help", "keys"),
)
