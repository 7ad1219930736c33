"""Customers: everybody who bought, ranked, narrowed, marked, and what is done with those chosen."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer

from retcon import keys, money
from retcon.desk import customers, query, query_help, today
from retcon.desk.customers import Counts, Listing, Row, View
from retcon.desk.today import Header as Facts
from retcon.errors import QueryError, RetconError
from retcon.frozen import dataclass
from retcon.screens import customer_menus as menus
from retcon.screens import sayings
from retcon.screens.console import Shared
from retcon.screens.customer_views import CustomerViews
from retcon.screens.listing import TALL
from retcon.screens.moving import Moving
from retcon.widgets.footer import Rule
from retcon.widgets.header import other_tabs
from retcon.widgets.narrow import Narrow
from retcon.widgets.people import People
from retcon.widgets.people_head import PeopleHead, Summary

# So many rows are read for the first paint: more than any terminal shows.
FIRST = 100
# What takes longer than this is said to be under way, in seconds.
LONG = 0.25
# In a shop of so many, a filter is looked up when the hand has rested for so many seconds.
LARGE, RESTED = 20_000, 0.15


@dataclass(frozen=True, slots=True)
class Read:
    """All that is read for a view at once."""

    listing: Listing
    facts: Facts
    nearest: tuple[str, int] | None = None  # where nobody matches: without what somebody would


class CustomersScreen(Moving, CustomerViews):
    """The list of customers. Its order stands still until the operator wants another."""

    CSS_PATH = "customers.tcss"
    TAB = "Customers"
    ABOUT = "Everybody who bought, with most at stake first: find them, mark them, open their card."
    HOLDS = "here are people"
    MEANS: ClassVar[Mapping[str, str]] = {
        "skip": "leave alone: write nothing to this person, or to the marked; or write again",
        "mark": "mark the person, and go on",
        "mark_alike": "mark everybody that the filter shows",
        "note": "write a note on this person, or on each of the marked",
        "tag": "tag this person or the marked, or take a tag off",
        "open": "open the card: everything about this person",
        "copy": "copy name, e-mail or id; the list to a file",
    }

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        currency = self.house.settings.shop.currency
        self.people = People(self._rows, lambda id_: id_ in self.marks, currency, id="people")
        self.head = PeopleHead(id="peoplehead")
        self.rule = Rule(id="rule")
        self.shown = View()
        self._box: Narrow | None = None
        self._looking = False
        self._one = asyncio.Lock()
        self._news = ""

    def compose(self) -> ComposeResult:
        """Which customers, the list, what happened and the keys; menus and help lie over them."""
        yield self.header
        yield self.head
        yield self.people
        yield self.rule
        yield from self.bottom()

    def on_mount(self) -> None:
        """Show the first page at once, however large the shop is; how many there are follows."""
        self.people.focus()
        try:
            self.version = self.house.database.data_version()
            page = customers.page(self.house, self.asked, None, FIRST)
            self.facts = today.header(self.house)
        except RetconError as error:
            self.people.show((), empty=sayings.failed(error))
            return
        largest = money.show(page.largest_minor, self.house.settings.shop.currency)
        self.people.money_width = max(8, len(largest) + 1)
        ids = [row.id for row in page.rows]
        self.people.show(ids, rows=page.rows, empty=menus.nobody(self.asked, None))
        self._show_head()
        self.show_header()
        self.show_footer()
        self._seek(self.asked)

    def focus_main(self) -> None:
        """Give the keys back to the list, or to the filter that is being typed."""
        if self._box is not None:
            self._box.type()
        else:
            self.people.focus()

    def on_resize(self) -> None:
        """The top has three rows where there is room; where there is less, the other screens are named below."""
        tall = self.size.height >= TALL and self.size.width >= 100
        self.header.styles.height = 3 if tall else 1
        self.rule.begin("" if tall else other_tabs(self.TAB))
        self.call_after_refresh(self._say_hidden)

    # ---- reading

    def _rows(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """What stands in these rows; a page of them is read while the key is being pressed."""
        try:
            return customers.rows(self.house, ids)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return {}

    @work(exit_on_error=False, group="seek")
    async def _seek(self, view: View, take: Callable[[View, Read], None] | None = None, rest: float = 0) -> None:
        """Read a view's order beside the screen; of several that are asked for quickly only the last."""
        slow = self.set_timer(LONG, self._say_looking)
        try:
            await asyncio.sleep(rest)
            async with self._one:
                if view != self.asked:
                    return
                read = await asyncio.to_thread(self._read, view)
        except RetconError as error:
            self._refused(view, error)
        else:
            if view == self.asked:
                (take or self._take)(view, read)
        finally:
            self._found(slow)

    def _refused(self, view: View, error: RetconError) -> None:
        """What can't be shown changes nothing; a filter that means nothing is said at its place."""
        if isinstance(error, QueryError) and self._box is not None:
            self._box.wrong(str(error), error.at)
        else:
            self.say(sayings.failed(error), "warn")
        if view == self.asked:
            self.asked = self.shown
            self._show_head()

    def _read(self, view: View) -> Read:
        listing = customers.listing(self.house, view)
        nearest = customers.nearest(self.house, view.query) if not listing.ids else None
        return Read(listing, today.header(self.house), nearest)

    def _say_looking(self) -> None:
        self._looking = True
        self._show_head()

    def _found(self, slow: Timer) -> None:
        slow.stop()
        if self._looking:
            self._looking = False
            self._show_head()

    def _take(self, view: View, read: Read, *, at: int | None = None) -> None:
        """Show the view from its first row on, or at that customer's."""
        cursor = self.people.current if view == self.shown and at is None else at
        self.shown, self.listing, self.facts, self._news = view, read.listing, read.facts, ""
        empty = menus.nobody(view, read.listing.counts, read.nearest)
        self.people.show(read.listing.ids, cursor, empty=empty)
        self.count_marks()
        self._show_head()
        self.show_header()
        self.show_footer()
        self.moved()

    def look_at(self, view: View, *, keep: bool = False) -> None:
        """Show this view; with `keep` the cursor stays on its customer."""
        self.asked = view
        at = self.people.current if keep else None

        def take(view: View, read: Read) -> None:
            self._take(view, read, at=at)

        self._seek(view, take)

    # ---- what others change

    def changed(self) -> None:
        """Somebody has written to the house: read again, and show only what changes no order."""
        if not self.in_flight:
            self._seek(self.asked, self._compare)

    def _compare(self, view: View, read: Read) -> None:
        if view != self.shown or self.listing is None or not self.listing.ids:
            self._take(view, read)
            return
        self.facts = read.facts
        if read.listing.ids == self.listing.ids:
            self.listing = read.listing
        else:
            new = len(read.listing.ids) - len(self.listing.ids)
            what = f"{new:,} new, and the ranking has changed" if new > 0 else "The ranking has changed"
            self._news = f"{what}: {keys.name('load')} loads."
        self.people.renew()
        self._show_head()
        self.show_header()
        self.rest()

    def reload(self) -> None:
        """Read again what the screen shows."""
        self.changed()

    def action_load(self) -> None:
        """Show the order of now."""
        self.look_at(self.asked, keep=True)

    # ---- saying

    def standing_words(self) -> tuple[str, str]:
        """What stands in the status row while nothing happened."""
        if self.marks:
            return self.marked_words(), ""
        if self._news:
            return self._news, ""
        return self.trouble, "warn"

    def _show_head(self) -> None:
        narrowed = bool(self.asked.query.strip())
        self.head.show(
            Summary(
                who=self.asked.query.strip() if narrowed else "Everybody",
                order=menus.order(self.asked.sort),
                count="looking …" if self._looking else self._count(self.listing.counts if self.listing else None),
                sort=self.asked.sort,
                money_width=self.people.money_width,
                narrowed=narrowed,
            )
        )

    def _count(self, counts: Counts | None) -> str:
        if counts is None or not counts.total:
            return ""
        stake = money.show(counts.stake_minor, self.house.settings.shop.currency)
        of = f"{counts.shown:,} of {counts.total:,}" if self.shown.query.strip() else f"{counts.total:,}"
        return f"{of} · {stake} at stake"

    def show_footer(self) -> None:
        """The keys at the bottom."""
        if self._box is not None:
            self.footer.show((("Enter", "keeps"), (keys.name("back"), "clears")))
        elif not self.people.length:
            self.footer.show(_keys("filter", "views", "sync", "undo", "palette", "quit", "help"))
        else:
            self.footer.show(_keys("open", "filter", "views", "mark", "note", "tag", "skip", "copy", "undo", "help"))

    # ---- moving

    @on(People.Moved)
    def _mouse_moved(self, event: People.Moved) -> None:
        event.stop()
        self.moved()

    def moved(self) -> None:
        """The cursor is elsewhere."""
        self._say_hidden()
        self.rest()

    def _say_hidden(self) -> None:
        below = self.people.below if self.listing is not None else 0
        self.rule.say(f"{below:,} more ↓" if below else "")

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """Move the cursor."""
        (self.people.move_half if half else self.people.move)(steps)
        self.moved()

    def action_first(self) -> None:
        """First row."""
        self.people.move_to_end(last=False)
        self.moved()

    def action_last(self) -> None:
        """Last row."""
        self.people.move_to_end(last=True)
        self.moved()

    # ---- narrowing

    def action_filter(self) -> None:
        """Narrow the list as it is typed."""
        if self._box is None:
            self._box = Narrow(self.asked.query, menus.HINT, query_help.hint, query_help.completed)
            self.mount(self._box)
            self.show_footer()

    def on_narrow_typed(self, event: Narrow.Typed) -> None:
        """Show whom it means so far; what means nothing is said at its place, and changes nothing."""
        event.stop()
        if self._box is None:
            return
        try:
            query.parse(event.query, self.house.settings.shop.currency)
        except QueryError as error:
            self._box.wrong(str(error), error.at)
            return
        self._box.wrong("", 0)
        if event.query.split() != self.asked.query.split():
            self.asked = View(event.query, self.asked.sort)
            large = self.listing is not None and self.listing.counts.total > LARGE
            self._seek(self.asked, rest=RESTED if large else 0)

    def on_narrow_kept(self, event: Narrow.Kept) -> None:
        """The keys are about the list again."""
        event.stop()
        self._close_filter()

    def _close_filter(self) -> None:
        if self._box is not None:
            self._box.remove()
            self._box = None
        self.people.focus()
        self.show_footer()
        self.rest()

    def step_back(self) -> bool:
        """Clear the filter, the cursor staying with its customer; False where there is none."""
        if self._box is None and not self.asked.query.strip():
            return False
        self._close_filter()
        self.look_at(View("", self.asked.sort), keep=True)
        return True


_SHORT = {
    "open": "open",
    "filter": "find",
    "views": "views",
    "mark": "mark",
    "note": "note",
    "tag": "tag",
    "skip": "leave alone",
    "copy": "copy",
    "undo": "undo",
    "sync": "sync",
    "palette": "verbs",
    "quit": "quit",
    "help": "keys",
}


def _keys(*actions: str) -> tuple[tuple[str, str], ...]:
    return tuple((keys.name(action), _SHORT[action]) for action in actions)
