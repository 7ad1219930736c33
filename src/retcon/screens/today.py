"""Today: what is due, in working order."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from retcon import money
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.desk.today import Header, Today
from retcon.model.playbook import Moment
from retcon.screens import menus, sayings
from retcon.screens.board import BoardScreen, First
from retcon.screens.console import Shared
from retcon.widgets.header import State
from retcon.widgets.worklist import Entry

Load = Callable[[House], Today]


class TodayScreen(BoardScreen):
    """The working list of the day."""

    ABOUT = "What is due, in working order: a list above, the message below."
    HOLDS = "here is what is due"

    def __init__(self, shared: Shared, load: Load = desk.load, first: First | None = None) -> None:
        super().__init__(shared, load, first)

    def on_mount(self) -> None:
        """What is old is pulled at the start of the day."""
        if self.facts is not None:
            self.work.start_of_day(self.facts)
        self.show_header()

    @property
    def today(self) -> Today | None:
        """What is due, as it was read."""
        return self.board if isinstance(self.board, Today) else None

    def header_state(self, facts: Header) -> State:
        """The day's progress."""
        done = self.today.done if self.today is not None else 0
        unread = self.board.unread_minor if self.board is not None and self.list.unread else 0
        to_go, stake = self.list.total, sum(line.stake_minor for line in self.list.lines) + unread
        return State(
            facts=replace(facts, due=to_go - facts.needs_you if to_go > facts.needs_you else 0),
            now=self.house.now(),
            tab=self.TAB,
            said=f"{done} done · {to_go} to go · {money.show(stake, facts.currency)} at stake",
            brief=f"{to_go} to go",
            aside=f"{done} done",
            progress=(done, to_go),
        )

    def took(self, number: int) -> None:
        """Count them as done."""
        if self.today is not None:
            self.board = replace(self.today, done=self.today.done + number, due=self.today.due - number)
            self.show_header()

    def empty_words(self) -> str:
        """What stands in place of rows where nothing is due, or nothing was read yet."""
        if self.list.unread:
            return f"Reading what is due: {self.list.unread:,}."
        return sayings.empty(self.today, self.house.now()) if self.today is not None else ""

    def keys_for(self, entry: Entry | None) -> Sequence[tuple[str, str]]:
        """The keys at the bottom: the table's own, or those that fit this row better."""
        if entry is None:
            return menus.nothing_keys()
        if entry.outbox is not None:
            return menus.decide_keys(entry.outbox.state)
        if entry.item is not None and entry.moment is Moment.ANSWER:
            return menus.answer_keys(written=bool(entry.item.action.draft.body.strip()))
        return ()
