"""The card: one person whole. Who they are, what to expect, one timeline of everything, and what may be done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal

from retcon import keys
from retcon.desk import card as desk
from retcon.desk import today
from retcon.desk.card import Matters
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.playbook import Action
from retcon.model.timeline import GROUPS, Event, Key, Sent
from retcon.screens import sayings
from retcon.screens.card_verbs import CardVerbs
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.listing import BLINK
from retcon.screens.neighbours import Neighbours
from retcon.widgets import cardhead, events, facts, page, unfolded, words
from retcon.widgets.events import Cells, Entry
from retcon.widgets.footer import Rule
from retcon.widgets.menu import Choice
from retcon.widgets.paper import Paper
from retcon.widgets.reader import Reader
from retcon.widgets.timeline import Timeline
from retcon.widgets.view import BLANK, Page, Row, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from retcon.widgets.composer import Composer

T = TypeVar("T")

# So many events are read at once, and so many are kept around the cursor.
PAGE, MOST = 40, 400
# Of somebody with so few events everything is read at once; of others what takes longer comes a moment later.
FEW = 60
SIDE = 44
_EVERYTHING = "everything"
_FOOTER = ("approve", "write", "note", "promise", "how", "tag", "attached", "copy", "why", "undo", "help")
_WORDS = {"attached": "open", "copy": "copy", "note": "note", "promise": "promise", "how": "how", "tag": "tag"}


class CardScreen(CardVerbs):
    """The card of one person, and of those who stand beside them in a list."""

    CSS_PATH = "card.tcss"
    TAB = "Customers"
    NAME = "the card"
    ABOUT: ClassVar[str] = "One person: all that happened, what is due, what may be done."

    def __init__(self, shared: Shared, customer_id: int, neighbours: Neighbours | None = None) -> None:
        super().__init__(shared)
        self.customer_id = customer_id
        self.neighbours = neighbours
        self.head = Paper(id="cardhead")
        self.heading = Paper(id="cardheading")
        self.timeline = Timeline(self._cells, self._body, id="timeline")
        self.beside = Paper(id="beside")
        self.rule = Rule(id="rule")
        self.below = Paper(id="below")
        self.reader = Reader(id="cardwhy")
        self.group = _EVERYTHING
        self._events: list[Event] = []
        self._start = 0  # which of all events the first one at hand is
        self._original = False
        self._quoted = False
        self._why = False
        self._lead = False  # whether the cursor goes to the newest row when it is read again
        self._seen: dict[tuple[int, int], float] = {}  # texts that were whole on the screen, and since when

    def compose(self) -> ComposeResult:
        """Who it is, everything that happened with what holds beside it, what happened and the keys."""
        yield self.header
        yield self.head
        yield self.heading
        with Horizontal(id="middle"):
            yield self.timeline
            yield self.beside
        yield self.reader
        yield self.rule
        yield self.below
        yield self.status
        yield self.footer
        yield self.menu
        yield self.verbs
        yield self.small

    def on_mount(self) -> None:
        """Show the person; the house's facts are those of the screen below, until they are read."""
        under = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        if isinstance(under, ConsoleScreen):
            self.facts, self.version = under.facts, under.version
        self.show_person(self.customer_id)
        self.timeline.focus()

    def focus_main(self) -> None:
        """Give the keys back to the timeline, or to the reasons where they are shown."""
        (self.reader if self._why else self.timeline).focus()

    # ---- reading

    def show_person(self, customer_id: int) -> None:
        """Show this person from the beginning."""
        try:
            card = desk.load(self.house, customer_id)
            found = desk.page(self.house, customer_id, self.group, count=PAGE)
            few = card.count(_EVERYTHING) <= FEW
            matters = desk.matters(self.house, customer_id) if few else None
        except RetconError as error:
            self._gone(error)
            return
        self.customer_id, self.card, self.matters = customer_id, card, matters
        self._events, self._start = list(found), 0
        self._original = self._quoted = False
        self._shut_why()
        self._share()
        self.timeline.begin(self._entries(), empty=self._empty(), unfold=self._unfolded_at_first())
        self._show_around()
        self.read_beside()

    def show_event(self, key: Key) -> None:
        """Bring this event under the cursor, unless more has happened since than is kept at hand."""
        try:
            newer = desk.newer(self.house, self.customer_id, self.group, after=key, count=MOST - PAGE)
            before = newer[-1].key if newer else None
            older = desk.page(self.house, self.customer_id, self.group, before=before, count=PAGE)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        found = next((event for event in older if event.key == key), None)
        if found is not None and len(newer) < MOST - PAGE:
            self._events, self._start = [*newer, *older], 0
            self.timeline.show(self._entries(), cursor=events.happened(found).key)
            self._show_around()

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
        lead, self._lead = self._lead, False
        if matters == self.matters and not lead:
            return
        fresh = self.matters is None and self.timeline.cursor == 0 and not self.timeline.unfolded
        self.matters = matters
        self._share()
        if fresh:
            self.timeline.begin(self._entries(), empty=self._empty(), unfold=self._unfolded_at_first())
        else:
            self._show_entries(lead=lead)
        self.timeline.follow_top(follow=False)
        self._show_around()

    def _show_entries(self, *, lead: bool = False) -> None:
        """Show the rows as they are now; with `lead` the first of them is under the cursor."""
        entries = self._entries()
        self.timeline.show(entries, empty=self._empty(), cursor=entries[0].key if lead and entries else None)

    def reload(self) -> None:
        """Read again; the cursor keeps its row, and what is unfolded stays so."""
        try:
            card = desk.load(self.house, self.customer_id)
            if self._start == 0:
                count = max(PAGE, len(self._events))
                self._events = list(desk.page(self.house, self.customer_id, self.group, count=count))
        except RetconError as error:
            self._gone(error)
            return
        self.card = card
        self._show_entries(lead=self._lead)
        self._share()
        self._show_around()
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

    # ---- the timeline's rows

    def _entries(self) -> list[Entry]:
        due = self.matters.due if self.matters is not None and self.group in (_EVERYTHING, "words") else ()
        first = [events.due_entry(item) for item in due] if self._start == 0 else []
        return [*first, *(events.happened(event) for event in self._events)]

    @property
    def _pinned(self) -> int:
        return len(self.timeline.entries) - len(self._events)

    @property
    def _total(self) -> int:
        return self.card.count(self.group) if self.card is not None else 0

    def _empty(self) -> str:
        if self.group != _EVERYTHING:
            return f"No {self.group}. {keys.name('views')} {keys.name('views')} shows everything."
        return "Nothing happened yet."

    def _unfolded_at_first(self) -> str | None:
        """What is due is read at once where there is room for it beside what happened."""
        due = self.matters.due if self.matters is not None else ()
        return f"action:{due[0].action.id}" if due and due[0].passes and self._roomy else None

    def _cells(self, entry: Entry) -> Cells:
        assert self.card is not None
        said = events.cells(entry, self.card.customer, self._timeline_view())
        # Terminals that reorder a row would swap its figures round what is written from right to left.
        return replace(
            said, who=words.one_way(said.who), what=words.one_way(said.what), aside=words.one_way(said.aside)
        )

    def _body(self, entry: Entry) -> Sequence[Row]:
        assert self.card is not None
        what = entry.event.what if entry.event is not None else None
        log = ()
        if isinstance(what, Sent):
            from retcon.desk import leaving

            log = leaving.log(self.house, what.row.id)
        return unfolded.body(entry, self.card.customer, self._timeline_view(), log)

    def current_entry(self) -> Entry | None:
        """The row under the cursor."""
        return self.timeline.current

    def _read_further(self) -> None:
        """Read on where the cursor comes near the end of what is at hand, or near its beginning."""
        cursor = self.timeline.cursor - self._pinned
        if cursor > len(self._events) - PAGE // 2 and self._start + len(self._events) < self._total:
            more = desk.page(self.house, self.customer_id, self.group, before=self._events[-1].key, count=PAGE)
            gone = max(0, len(self._events) + len(more) - MOST)
            self._events = [*self._events[gone:], *more]
            self._start += gone
        elif cursor < PAGE // 2 and self._start > 0:
            more = desk.newer(self.house, self.customer_id, self.group, after=self._events[0].key, count=PAGE)
            self._events = [*more, *self._events][:MOST]
            self._start = max(0, self._start - len(more)) if len(more) == PAGE else 0
        else:
            return
        self.timeline.show(self._entries())

    # ---- showing

    @property
    def _roomy(self) -> bool:
        """Whether facts stand beside the timeline: never beside what is written from right to left."""
        return self.app.size.width >= 100 and self.app.size.height >= 28 and not self.timeline.rtl

    def view(self) -> View:
        """How the operator looks at it."""
        shop = self.house.settings.shop
        return View(
            width=self.app.size.width,
            tall=self.app.size.height >= 32,
            now=self.house.now(),
            zone=shop.timezone,
            language=shop.language,
            currency=shop.currency,
            original=self._original,
            quoted=self._quoted,
            why=self._why,
            writing=self.writing,
        )

    def _timeline_view(self) -> View:
        view = self.view()
        return replace(view, width=view.width - SIDE) if self._roomy else view

    def _share(self) -> None:
        """Give each part its rows; what matters least goes first."""
        if self.card is None:
            return
        width, height = self.app.size
        tall = height >= 32 and width >= 100
        self.header.styles.height, self.header.display = 3, tall
        room = 10 if height >= 32 else 7 if height >= 24 else 5 if height >= 18 else 3
        # Where little happened, more of what is known has room.
        room += (
            max(0, min(3, height - 16 - self.card.count(_EVERYTHING)))
            if height >= 24 and not self.timeline.unfolded
            else 0
        )
        rows = cardhead.rows(self.card, self.view(), self._place(), room if not self.writing else 2)
        self.head.show([*rows, BLANK] if height >= 32 else rows)
        self.head.styles.height = len(self.head.rows)
        told = facts.facts(self.card, self.matters, self.view(), f"({keys.name('palette')} merge, split)")
        if self._roomy:
            room_beside = height - 6 - len(self.head.rows)
            self.beside.show(facts.beside(told, self.card.customer, SIDE - 4, room_beside))
        else:
            most = 6 if height >= 30 else 5 if height >= 24 else 3
            self.below.show(facts.below(told[:most], width))
        # What is unfolded is read: the facts give it their room.
        reading = self.timeline.unfolded or self._why or self.writing
        small = self._roomy or (reading and height < 32)
        self.beside.display = self._roomy
        self.below.display = not small
        self.below.styles.height = max(1, len(self.below.rows))
        self.rule.display = not small or not self._roomy
        self._show_heading()

    def _place(self) -> str:
        position = self.neighbours.position(self.customer_id) if self.neighbours is not None else None
        if self.neighbours is None or position is None:
            return ""
        both = f" · {keys.name('next_item')} {keys.name('previous_item')}"
        following = both if self.app.size.width >= 60 and self.neighbours.total > 1 else ""
        return f"{position:,} of {self.neighbours.total:,}{following}"

    def _show_heading(self) -> None:
        if self._why:
            self.heading.show([((" WHY", "label"), (f"   {keys.name('why')} everything that happened", "muted"))])
            return
        total = self._total
        narrowed = self.group != _EVERYTHING
        what = f"{self.group.upper()} {total:,}"
        of = f" of {self.card.count(_EVERYTHING):,}" if narrowed and self.card is not None else ""
        key = keys.name("views")
        only = "everything again" if narrowed else "only orders, words, parcels, money"
        width = self.app.size.width - (SIDE if self._roomy else 0)
        right = f"{key} {only}" if width >= 60 else f"{key} only …"
        space = width - 2 - len(what) - len(of) - len(right)
        self.heading.show([((f" {what}", "label"), (of, "muted"), (" " * max(1, space), ""), (right, "muted"))])

    def _show_around(self) -> None:
        """What follows from where the cursor is."""
        self._show_heading()
        self._say_hidden()
        if not self.writing:
            self.footer.show(self._keys())
        self.rest()
        self.call_after_refresh(self._painted)

    def _say_hidden(self) -> None:
        if self._why:
            self.rule.say(f"{self.reader.below} rows ↓" if self.reader.below else "")
            return
        last = self.timeline.last_shown
        below = self._total + self._pinned - self._start - last - 1 if last >= 0 else 0
        self.rule.say(f"{below:,} more ↓" if below > 0 else "")

    def _keys(self) -> list[tuple[str, str]]:
        """The keys at the bottom: what can be done with what is under the cursor first."""
        entry = self.timeline.current
        due = bool(self.matters is not None and self.matters.due)
        unfold = ("open", "folds" if entry is not None and self.timeline.is_unfolded(entry) else "unfolds")
        shown = [(keys.name(unfold[0]), unfold[1])]
        table = {key.id: key for key in self.shared.table}
        for action in _FOOTER:
            if action in table and not (action == "approve" and not due):
                shown.append((keys.name(action), _WORDS.get(action) or table[action].short or action))
        return shown

    def _painted(self) -> None:
        """Note since when texts that would leave are whole on the screen, and how much is hidden."""
        self._say_hidden()
        for item in self.matters.due if self.matters is not None else ():
            if self.timeline.whole(f"action:{item.action.id}"):
                self._seen.setdefault((item.action.id, item.action.revision), self.shared.monotonic())

    def looked_at(self) -> bool:
        """Whether the text was there long enough to be decided on."""
        items = self.due_here()
        since = self._seen.get((items[0].action.id, items[0].action.revision)) if items else None
        return since is not None and self.shared.monotonic() - since >= BLINK

    def wrote(self, action: Action) -> None:
        """What was just written needs no reading."""
        self._seen[action.id, action.revision] = self.shared.monotonic()

    def read_whole(self, item: Item) -> bool:
        """Whether all of the text was on the screen; else it is shown, or more of it."""
        if (item.action.id, item.action.revision) in self._seen:
            return True
        key, approve = f"action:{item.action.id}", keys.name("approve")
        self.timeline.show(self.timeline.entries, cursor=key)
        if not self.timeline.unfold(open_=True):
            self.timeline.move_half(1)
        self._share()
        self._show_around()
        more = "" if self.timeline.whole(key) else f", {keys.name('half_down')} shows more"
        self.say(f"Nobody has read this yet: {approve} approves it when it was read to its end{more}.")
        return False

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened."""
        if self.group != _EVERYTHING and self.card is not None:
            said = f"Only {self.group}: {self._total:,} of {self.card.count(_EVERYTHING):,}."
            return f"{said} {keys.name('back')} shows everything.", ""
        return (self.facts.trouble if self.facts is not None else ""), "warn"

    def on_resize(self) -> None:
        """Share the rows anew."""
        self._share()
        self.call_after_refresh(self._show_around)

    # ---- moving

    def _moved(self) -> None:
        try:
            self._read_further()
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
        self._show_around()

    @on(Timeline.Moved)
    def _mouse_moved(self, event: Timeline.Moved) -> None:
        event.stop()
        self._share()
        self._moved()

    def _move(self, steps: int, *, half: bool = False) -> None:
        if self._why:
            self.reader.scroll(steps * (self.reader.half if half else 1))
            self._say_hidden()
            return
        if half:
            self.timeline.move_half(steps)
        else:
            self.timeline.move(steps)
        self._moved()

    def action_down(self) -> None:
        """Next row."""
        self._move(1)

    def action_up(self) -> None:
        """Row before."""
        self._move(-1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self._move(1, half=True)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._move(-1, half=True)

    def action_first(self) -> None:
        """What is due, or what happened last."""
        if self._start > 0:
            self._narrow(self.group)
        self.timeline.move_to_end(last=False)
        self._moved()

    def action_last(self) -> None:
        """The beginning of it all."""
        if self._start + len(self._events) < self._total:
            found = desk.newer(self.house, self.customer_id, self.group, count=PAGE)
            self._events, self._start = list(found), self._total - len(found)
            self.timeline.begin(self._entries())
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
        changed = not self._why and self.timeline.unfold(open_=open_)
        if changed:
            self._share()
            self._show_around()
        return changed

    def action_views(self) -> None:
        """Everything, or only some of it."""
        if self.card is None:
            return
        card = self.card
        choices = [Choice("f", f"everything {card.count(_EVERYTHING):,}")]
        choices += [Choice(group[0], f"{group} {card.count(group):,}") for group in GROUPS if group != _EVERYTHING]
        by_key = {group[0]: group for group in GROUPS if group != _EVERYTHING} | {"f": _EVERYTHING}
        self.ask(f"Of {words.call_name(card.customer)}:", choices, lambda key: self._narrow(by_key[key]))

    def _narrow(self, group: str) -> None:
        try:
            found = desk.page(self.house, self.customer_id, group, count=PAGE)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        self.group, self._events, self._start = group, list(found), 0
        self.timeline.begin(self._entries(), empty=self._empty())
        self._share()
        self.quiet()
        self._show_around()

    # ---- seeing otherwise

    def action_translate(self) -> None:
        """The other language of what would leave."""
        self._original = not self._original
        self._redo()

    def action_quoted(self) -> None:
        """What messages quote as well, or folded again."""
        self._quoted = not self._quoted
        self._redo()

    def _redo(self) -> None:
        self.timeline.redo()
        self._show_around()

    def action_why(self) -> None:
        """Score, reasons, and what may go where, in full; or the timeline again."""
        item = self.person_shown()
        if self._why or item is None or self.card is None:
            self._shut_why()
            return
        self._why = True
        view = self.view()
        score: list[Row] = [] if not self.card.standing.orders else [*page.score(item, view), BLANK]
        rest = facts.alone(facts.facts(self.card, self.matters, view, ""), self.card.customer, view)
        rows = [*([*page.why(item, view), BLANK] if item.action.id else score), *rest]
        self.reader.show(Page(tuple(rows)))
        self._swap()

    def _shut_why(self) -> None:
        if self._why:
            self._why = False
            self._swap()

    def _swap(self) -> None:
        self.reader.display = self._why
        self.query_one("#middle").display = not self._why
        self._share()
        self.focus_main()
        self.call_after_refresh(self._say_hidden)

    def step_back(self) -> bool:
        """Back, innermost first; from the card to where it was opened."""
        if self._why:
            self._shut_why()
        elif self.group != _EVERYTHING:
            self._narrow(_EVERYTHING)
        else:
            self.dismiss()
        return True

    # ---- what is decided and written

    def decided(self, items: Sequence[Item]) -> None:
        """Take what was decided on off the timeline; what becomes of it is read when it is done."""
        if self.matters is not None:
            # What becomes of it stands where it stood: at the top.
            self._lead = self.timeline.cursor < self._pinned
            left = tuple(item for item in self.matters.due if item not in items)
            self.matters = replace(self.matters, due=left)
            self._show_entries()
            self._share()
            self._show_around()

    def make_room(self, composer: "Composer", item: Item) -> None:
        """What is written stands under the timeline, which keeps a third of the room."""
        self.mount(composer, before=self.status)
        self._share()
        self.query_one("#middle").styles.height = max(3, self.app.size.height // 4)

    def give_room_back(self) -> None:
        """The timeline again."""
        self.query_one("#middle").styles.height = "1fr"
        self._share()
        self._show_around()

    def show_item(self, item: Item) -> None:
        """Bring this one of what is due under the cursor."""
        self.timeline.show(self.timeline.entries, cursor=f"action:{item.action.id}")
