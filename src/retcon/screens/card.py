"""The card: one person whole. Who they are, what to expect, one timeline of everything, and what may be done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on, work

from retcon.desk import card as desk
from retcon.desk import today
from retcon.desk.card import Matters
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.timeline import GROUPS, Key
from retcon.screens import sayings
from retcon.screens.card_paper import EVERYTHING, CardPaper
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.moving import Moving
from retcon.screens.neighbours import Neighbours
from retcon.widgets import events, words
from retcon.widgets.menu import Choice
from retcon.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable


T = TypeVar("T")
# Of somebody with so few events everything is read at once; of others what takes longer comes a moment later.
FEW = 60


class CardScreen(Moving, CardPaper):
    """The card of one person, and of those who stand beside them in a list."""

    CSS_PATH = "card.tcss"
    TAB = "Customers"
    wanted = ""  # a verb that is run when what it is about was read
    NAME = "the card"
    ABOUT: ClassVar[str] = "One person: all that happened, what is due, what may be done."
    HOLDS: ClassVar[str] = "here is one person"

    def __init__(self, shared: Shared, customer_id: int, neighbours: Neighbours | None = None) -> None:
        super().__init__(shared, customer_id, neighbours)
        self._lead = False  # whether the cursor goes to the newest row when it is read again

    def on_mount(self) -> None:
        """Show the person; the house's facts are those of the screen below, until they are read."""
        under = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if isinstance(under, ConsoleScreen):
            self.facts, self.version = under.facts, under.version
        self.show_person(self.customer_id)
        self.timeline.focus()

    # ---- reading

    def show_person(self, customer_id: int) -> None:
        """Show this person from the beginning."""
        try:
            card = desk.load(self.house, customer_id)
            self.happened.begin(customer_id, self.group)
            few = card.count(EVERYTHING) <= FEW
            matters = desk.matters(self.house, customer_id) if few else None
        except RetconError as error:
            self._gone(error)
            return
        self.customer_id, self.card, self.matters = customer_id, card, matters
        self._original = self._quoted = False
        self.shut_why()
        self.share()
        self.timeline.begin(self.entries(), empty=self.empty_words(), unfold=self.unfolded_at_first())
        self.show_around()
        if matters is not None:
            self.call_later(self._run_wanted)
        if matters is None or self.facts is None:
            self.read_beside()

    def show_event(self, key: Key) -> None:
        """Bring this event under the cursor, unless more has happened since than is kept at hand."""
        try:
            found = self.happened.around(key)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if found is not None:
            self.timeline.show(self.entries(), cursor=events.happened(found).key)
            self.show_around()

    def _gone(self, error: RetconError) -> None:
        """There is no such person any more: back to where the card was opened."""
        if self.card is None or len(self.app.screen_stack) < 2:
            self.say(sayings.failed(error), "warn")
            return
        under = self.app.screen_stack[-2]
        self.dismiss()
        if isinstance(under, ConsoleScreen):
            under.say(sayings.failed(error), "warn")

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def read_beside(self) -> None:
        """Read what takes longer: what is due, open and allowed; and the house's facts."""
        customer_id = self.customer_id
        try:
            matters = desk.matters(self.house, customer_id)
            house = today.header(self.house)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
            return
        self.app.call_from_thread(self._take, customer_id, matters, house)

    def _take(self, customer_id: int, matters: Matters, house: today.Header) -> None:
        if customer_id != self.customer_id or not self.is_mounted:
            return
        self.facts = house
        self.show_header()
        self.call_later(self._run_wanted)
        lead, self._lead = self._lead, False
        if matters == self.matters and not lead:
            return
        fresh = self.matters is None and self.timeline.cursor == 0 and not self.timeline.unfolded
        self.matters = matters
        self.share()
        if fresh:
            self.timeline.begin(self.entries(), empty=self.empty_words(), unfold=self.unfolded_at_first())
        else:
            self._show_entries(lead=lead)
        self.timeline.follow_top(follow=False)
        self.show_around()
        if self.why_wanted:
            self.why_wanted = False
            self.action_why()

    async def _run_wanted(self) -> None:
        """Run the verb for which the card was opened."""
        verb, self.wanted = self.wanted, ""
        if verb:
            await self.run_action(verb)

    def _show_entries(self, *, lead: bool = False) -> None:
        """Show the rows as they are now; with `lead` the first of them is under the cursor."""
        entries = self.entries()
        self.timeline.show(entries, empty=self.empty_words(), cursor=entries[0].key if lead and entries else None)

    def reload(self) -> None:
        """Read again; the cursor keeps its row, and what is unfolded stays so."""
        try:
            card = desk.load(self.house, self.customer_id)
            self.happened.again()
        except RetconError as error:
            self._gone(error)
            return
        self.card = card
        self._show_entries(lead=self._lead)
        self.share()
        self.show_around()
        self.read_beside()

    def reload_at(self, key: str) -> None:
        """Read again; what was written is the first row that is due."""
        self._lead = True
        self.reload()

    def changed(self) -> None:
        """Somebody has written to the house."""
        if not self.in_flight and not self.writing:
            self.reload()

    def do(self, verb: "Callable[[], T]", done: "Callable[[T], None]") -> None:
        """Run a verb; what it has changed is read again, for all of the card may follow from it."""

        def then(result: T) -> None:
            done(result)
            if self.is_mounted:
                self.timeline.follow_top()
                self.reload()

        super().do(verb, then)

    # ---- moving

    def _moved(self) -> None:
        try:
            if self.happened.further(self.timeline.cursor - self.pinned, self.total):
                self.timeline.show(self.entries())
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
        self.show_around()

    @on(Timeline.Moved)
    def _mouse_moved(self, event: Timeline.Moved) -> None:
        event.stop()
        self.share()
        self._moved()

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """Move the cursor, or the page that says why."""
        if self.why_shown:
            self.reader.scroll(steps * (self.reader.half if half else 1))
            self.say_hidden()
            return
        if half:
            self.timeline.move_half(steps)
        else:
            self.timeline.move(steps)
        self._moved()

    def action_first(self) -> None:
        """What is due, or what happened last."""
        if self.happened.start > 0:
            self._narrow(self.group)
        self.timeline.move_to_end(last=False)
        self._moved()

    def action_last(self) -> None:
        """The beginning of it all."""
        if self.happened.end(self.total):
            self.timeline.begin(self.entries())
        self.timeline.move_to_end(last=True)
        self._moved()

    def action_next_item(self) -> None:
        """The next person of the list."""
        self._turn(1)

    def action_previous_item(self) -> None:
        """The person before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        beside = self.neighbours.beside(self.customer_id, step) if self.neighbours is not None else None
        if beside is not None:
            self.quiet()
            self.show_person(beside)
        elif self.neighbours is not None:
            self.say("That was the last one." if step > 0 else "That was the first one.")
        else:
            self.say("This card was opened alone: there is nobody beside it.")

    # ---- unfolding, narrowing

    def action_open(self) -> None:
        """Unfold the row, or fold it again."""
        entry = self.timeline.current
        if entry is not None:
            self._unfold(open_=not self.timeline.is_unfolded(entry))

    def action_unfold(self) -> None:
        """Unfold the row."""
        self._unfold(open_=True)

    def action_fold(self) -> None:
        """Fold the row; where nothing is unfolded, back."""
        if not self._unfold(open_=False):
            self.action_quit()

    def _unfold(self, *, open_: bool) -> bool:
        changed = not self.why_shown and self.timeline.unfold(open_=open_)
        if changed:
            self.share()
            self.show_around()
        return changed

    def action_views(self) -> None:
        """Everything, or only some of it."""
        if self.card is None:
            return
        card = self.card
        choices = [Choice("f", f"everything {card.count(EVERYTHING):,}")]
        choices += [Choice(group[0], f"{group} {card.count(group):,}") for group in GROUPS if group != EVERYTHING]
        by_key = {group[0]: group for group in GROUPS if group != EVERYTHING} | {"f": EVERYTHING}
        self.ask(f"Of {words.call_name(card.customer)}:", choices, lambda key: self._narrow(by_key[key]))

    def _narrow(self, group: str) -> None:
        try:
            self.happened.begin(self.customer_id, group)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        self.timeline.begin(self.entries(), empty=self.empty_words())
        self.share()
        self.quiet()
        self.show_around()

    def step_back(self) -> bool:
        """Back, innermost first; from the card to where it was opened."""
        if self.why_shown:
            self.shut_why()
        elif self.group != EVERYTHING:
            self._narrow(EVERYTHING)
        else:
            self.dismiss()
        return True

    # ---- what is decided and written

    def decided(self, items: Sequence[Item]) -> None:
        """Take what was decided on off the timeline; what becomes of it is read when it is done."""
        if self.matters is not None:
            # What becomes of it stands where it stood: at the top.
            self._lead = self.timeline.cursor < self.pinned
            left = tuple(item for item in self.matters.due if item not in items)
            self.matters = replace(self.matters, due=left)
            self._show_entries()
            self.share()
            self.show_around()

    def show_item(self, item: Item) -> None:
        """Bring this one of what is due under the cursor."""
        self.timeline.show(self.timeline.entries, cursor=f"action:{item.action.id}")
