"""What a card looks like: its parts, the room each has, what its rows say, and what was read of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal

from retcon import keys
from retcon.desk.today import Item
from retcon.model.playbook import Action
from retcon.model.timeline import Sent
from retcon.screens.card_verbs import CardVerbs
from retcon.screens.console import Shared
from retcon.screens.happened import Happened
from retcon.screens.listing import BLINK
from retcon.screens.neighbours import Neighbours
from retcon.widgets import cardhead, events, facts, page, unfolded, words
from retcon.widgets.events import Cells, Entry
from retcon.widgets.footer import Rule
from retcon.widgets.paper import Paper
from retcon.widgets.reader import Reader
from retcon.widgets.timeline import Timeline
from retcon.widgets.view import BLANK, Page, Row, View

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer

EVERYTHING = "everything"
# How wide the facts are that stand beside the timeline.
SIDE = 44
_FOOTER = ("approve", "write", "note", "promise", "how", "tag", "attached", "copy", "why", "undo", "help")
_WORDS = {"attached": "open", "copy": "copy", "note": "note", "promise": "promise", "how": "how", "tag": "tag"}


class CardPaper(CardVerbs):
    """A card as it is drawn. What is read for it, and how one moves through it, is its subclass's."""

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
        self.happened = Happened(self.house)
        self._original = False
        self._quoted = False
        self.why_wanted = False  # whether the reasons are shown as soon as they are read
        self.why_shown = False  # whether the reasons are shown instead of the timeline
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
        yield from self.bottom()

    def focus_main(self) -> None:
        """Give the keys back to the timeline, or to the reasons where they are shown."""
        (self.reader if self.why_shown else self.timeline).focus()

    # ---- its rows

    def entries(self) -> list[Entry]:
        """The rows: what is due, then what happened."""
        due = self.matters.due if self.matters is not None and self.group in (EVERYTHING, "words") else ()
        first = [events.due_entry(item) for item in due] if self.happened.start == 0 else []
        return [*first, *(events.happened(event) for event in self.happened.events)]

    @property
    def group(self) -> str:
        """What the timeline is narrowed to."""
        return self.happened.group

    @property
    def pinned(self) -> int:
        """How many rows stand above what happened: what is due."""
        return len(self.timeline.entries) - len(self.happened.events)

    @property
    def total(self) -> int:
        """How many events of the group there are."""
        return self.card.count(self.group) if self.card is not None else 0

    def empty_words(self) -> str:
        """What stands in place of rows where there is none."""
        if self.group != EVERYTHING:
            return f"No {self.group}. {keys.name('views')} {keys.name('views')} shows everything."
        return "Nothing happened yet."

    def unfolded_at_first(self) -> str | None:
        """What is due is read at once where there is room for it beside what happened."""
        due = self.matters.due if self.matters is not None else ()
        return f"action:{due[0].action.id}" if due and due[0].passes and self.roomy else None

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

    # ---- showing

    @property
    def roomy(self) -> bool:
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
            why=self.why_shown,
            writing=self.writing,
        )

    def _timeline_view(self) -> View:
        view = self.view()
        return replace(view, width=view.width - SIDE) if self.roomy else view

    def share(self) -> None:
        """Give each part its rows; what matters least goes first."""
        if self.card is None:
            return
        width, height = self.app.size
        tall = height >= 32 and width >= 100
        self.header.styles.height, self.header.display = 3, tall
        room = 10 if height >= 32 else 7 if height >= 24 else 5 if height >= 18 else 3
        # Where little happened, more of what is known has room.
        room += (
            max(0, min(3, height - 16 - self.card.count(EVERYTHING)))
            if height >= 24 and not self.timeline.unfolded
            else 0
        )
        rows = cardhead.rows(self.card, self.view(), self._place(), room if not self.writing else 2)
        self.head.show([*rows, BLANK] if height >= 32 else rows)
        self.head.styles.height = len(self.head.rows)
        told = facts.facts(self.card, self.matters, self.view(), f"({keys.name('palette')} merge, split)")
        if self.roomy:
            room_beside = height - 6 - len(self.head.rows)
            self.beside.show(facts.beside(told, self.card.customer, SIDE - 4, room_beside))
        else:
            most = 6 if height >= 30 else 5 if height >= 24 else 3
            self.below.show(facts.below(told[:most], width))
        # What is unfolded is read: the facts give it their room.
        reading = self.timeline.unfolded or self.why_shown or self.writing
        small = self.roomy or (reading and height < 32)
        self.beside.display = self.roomy
        self.below.display = not small
        self.below.styles.height = max(1, len(self.below.rows))
        self.rule.display = not small or not self.roomy
        self._show_heading()

    def _place(self) -> str:
        position = self.neighbours.position(self.customer_id) if self.neighbours is not None else None
        if self.neighbours is None or position is None:
            return ""
        both = f" · {keys.name('next_item')} {keys.name('previous_item')}"
        following = both if self.app.size.width >= 60 and self.neighbours.total > 1 else ""
        return f"{position:,} of {self.neighbours.total:,}{following}"

    def _show_heading(self) -> None:
        if self.why_shown:
            self.heading.show([((" WHY", "label"), (f"   {keys.name('why')} everything that happened", "muted"))])
            return
        total = self.total
        narrowed = self.group != EVERYTHING
        what = f"{self.group.upper()} {total:,}"
        of = f" of {self.card.count(EVERYTHING):,}" if narrowed and self.card is not None else ""
        key = keys.name("views")
        only = "everything again" if narrowed else "only orders, words, parcels, money"
        width = self.app.size.width - (SIDE if self.roomy else 0)
        right = f"{key} {only}" if width >= 60 else f"{key} only …"
        space = width - 2 - len(what) - len(of) - len(right)
        self.heading.show([((f" {what}", "label"), (of, "muted"), (" " * max(1, space), ""), (right, "muted"))])

    def show_around(self) -> None:
        """What follows from where the cursor is."""
        self._show_heading()
        self.say_hidden()
        if not self.writing:
            self.footer.show(self._keys())
        self.rest()
        self.call_after_refresh(self._painted)

    def say_hidden(self) -> None:
        """Say how many rows are below."""
        if self.why_shown:
            self.rule.say(f"{self.reader.below} rows ↓" if self.reader.below else "")
            return
        last = self.timeline.last_shown
        below = self.total + self.pinned - self.happened.start - last - 1 if last >= 0 else 0
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
        self.say_hidden()
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
        self.share()
        self.show_around()
        more = "" if self.timeline.whole(key) else f", {keys.name('half_down')} shows more"
        self.say(f"Nobody has read this yet: {approve} approves it when it was read to its end{more}.")
        return False

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened."""
        if self.group != EVERYTHING and self.card is not None:
            said = f"Only {self.group}: {self.total:,} of {self.card.count(EVERYTHING):,}."
            return f"{said} {keys.name('back')} shows everything.", ""
        return (self.facts.trouble if self.facts is not None else ""), "warn"

    def on_resize(self) -> None:
        """Share the rows anew."""
        self.share()
        self.call_after_refresh(self.show_around)

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
        self.show_around()

    def action_why(self) -> None:
        """Score, reasons, and what may go where, in full; or the timeline again."""
        self.why_wanted = self.matters is None and not self.why_wanted
        if self.why_wanted:
            return  # shown when it is read
        item = self.person_shown()
        if self.why_shown or item is None or self.card is None:
            self.shut_why()
            return
        self.why_shown = True
        view = self.view()
        score: list[Row] = [] if not self.card.standing.orders else [*page.score(item, view), BLANK]
        rest = facts.alone(facts.facts(self.card, self.matters, view, ""), self.card.customer, view)
        rows = [*([*page.why(item, view), BLANK] if item.action.id else score), *rest]
        self.reader.show(Page(tuple(rows)))
        self._swap()

    def shut_why(self) -> None:
        """The timeline again."""
        if self.why_shown:
            self.why_shown = False
            self._swap()

    def _swap(self) -> None:
        self.reader.display = self.why_shown
        self.query_one("#middle").display = not self.why_shown
        self.share()
        self.focus_main()
        self.call_after_refresh(self.say_hidden)

    # ---- room to write

    def make_room(self, composer: "Composer", item: Item) -> None:
        """What is written stands under the timeline, which keeps a third of the room."""
        self.mount(composer, before=self.status)
        self.share()
        self.query_one("#middle").styles.height = max(3, self.app.size.height // 4)

    def give_room_back(self) -> None:
        """The timeline again."""
        self.query_one("#middle").styles.height = "1fr"
        self.share()
        self.show_around()
