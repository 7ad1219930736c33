"""A list above and a reader below: moving, folding, narrowing, marking, and noticing what was read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.geometry import Size
from textual.widgets import Input

from retcon import keys, text
from retcon.desk.today import Item
from retcon.model.outbox import OutboxRow
from retcon.screens import menus
from retcon.screens.answering import AnsweringScreen
from retcon.screens.console import Shared
from retcon.screens.deciding import BLINK
from retcon.screens.moving import Moving
from retcon.widgets import page, rows
from retcon.widgets.footer import Rule
from retcon.widgets.header import other_tabs
from retcon.widgets.lines import Lines, columns
from retcon.widgets.menu import Choice
from retcon.widgets.reader import Reader
from retcon.widgets.view import View
from retcon.widgets.worklist import Entry, Worklist

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer

# From so many rows on, there is room for all that is known.
TALL = 32


class ListScreen(Moving, AnsweringScreen):
    """A working list with its reader. What the rows are and what becomes of them is its subclass's."""

    SHAPE = staticmethod(columns)  # how wide the columns are
    HEADS = ("LEAVES", "AT STAKE")

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.list = Worklist()
        shop = self.house.settings.shop
        self.around = rows.Around(list=self.list, now=self.house.now, zone=shop.timezone, currency=shop.currency)
        self.lines = Lines(
            self.cells, lambda key: key in self.list.marks, shape=self.SHAPE, heads=self.HEADS, id="lines"
        )
        self.rule = Rule(id="rule")
        self.reader = Reader(id="reader")
        self._original = False  # the customer's text, where there is room for one
        self._why = False  # score, reasons and verdicts instead of the message
        self._quoted = False  # also what messages quote
        self._sample = 0  # which text of a fold
        self._shown: tuple[Entry, Item | None] | None = None
        self._shown_at: float | None = None
        self._fits = Size(0, 0)  # the room that the rows were shared for
        self._box: Input | None = None  # where the filter is typed
        self.opened = False  # whether the keys are about the reader

    def cells(self, entry: Entry) -> rows.Cells:
        """A row in words."""
        return rows.cells(entry, self.around)

    @property
    def shown_item(self) -> Item | None:
        """The message that the reader shows."""
        return self._shown[1] if self._shown is not None else None

    def focus_main(self) -> None:
        """Give the keys back to the list, or to the reader where it was opened."""
        (self.reader if self.opened else self.lines).focus()

    def person_shown(self) -> Item | None:
        """What the reader shows of a person; else say why nobody is."""
        if self.shown_item is None and self.lines.current is not None:
            self.say(f"This is settled first: {keys.name('open')} shows how.")
        return self.shown_item

    def make_room(self, composer: "Composer", item: Item) -> None:
        """What is answered stays in sight while it is answered; elsewhere the text takes the reader's place."""
        self.mount(composer, after=self.reader if item.said else self.rule)
        if not item.said:
            self.reader.display = False
            return
        self.lines.styles.height = min(self.app.size.height // 4, len(self.list.entries) + 1)
        self.show_page()

    def give_room_back(self) -> None:
        """The reader again."""
        self.reader.display = True
        self.share_rows()
        self.show_page()
        self.footer.show(self.keys_for(self.lines.current))

    def settle(self, entry: Entry, row: OutboxRow) -> None:
        """Ask what became of a row that needs the operator."""

    def empty_words(self) -> str:
        """What stands in place of rows where there is none."""
        return ""

    def keys_for(self, entry: Entry | None) -> Sequence[tuple[str, str]]:
        """The keys at the bottom for this row, with their words; none stands for the table's own."""
        return ()

    # ---- showing

    def show_list(self, cursor: str | None = None) -> None:
        """Show the list as it is now; the cursor goes to the named row, else keeps its row or its place."""
        empty = (
            f"Nothing matches “{self.list.query}”. {keys.name('back')} clears."
            if self.list.query
            else self.empty_words()
        )
        self.rule.visible = bool(self.list.lines)
        self.lines.show(self.list.entries, empty="" if self.list.entries else empty, cursor=cursor)
        self.cursor_moved()

    def show_more(self) -> None:
        """Show rows that have come below those shown; what is under the cursor and its page stay."""
        if self.lines.current is None:
            self.show_list()
            return
        self.rule.visible = True
        self.lines.show(self.list.entries)
        self._say_hidden()

    def cursor_moved(self) -> None:
        """Show the row under the cursor in the reader; in the same breath, so that a key paints once."""
        self.note_read()
        entry = self.lines.current
        if self._shown is None or entry is None or self._shown[0].key != entry.key:
            self._sample, self._original, self._why, self._quoted = 0, False, False, False
        self.show_page()
        if self._box is None and not self.writing:
            self.footer.show(self.keys_for(entry))
        self.rest()

    @on(Lines.Moved)
    def _mouse_moved(self, event: Lines.Moved) -> None:
        event.stop()
        self.close_reader()
        self.cursor_moved()

    def show_page(self, *, keep: bool = False) -> None:
        entry = self.lines.current
        samples = self.list.samples(entry) if entry is not None and entry.fold else ()
        item = samples[self._sample % len(samples)] if samples else (entry.items[0] if entry and entry.items else None)
        view = self.view(samples, self.list.alike(entry, item) if entry is not None and item is not None else 1)
        self.reader.show(page.compose(entry, view), keep=keep)
        self._say_hidden()
        if keep and self._shown is not None and entry is not None and self._shown[0].key == entry.key:
            return
        self._shown = (entry, item) if entry is not None else None
        self._shown_at = None
        self.call_after_refresh(self._painted)

    def view(self, samples: tuple[Item, ...] = (), alike: int = 1) -> View:
        """How the operator looks at a row now."""
        shop = self.house.settings.shop
        return View(
            width=self.app.size.width,
            tall=self.app.size.height >= TALL,
            now=self.house.now(),
            zone=shop.timezone,
            language=shop.language,
            currency=shop.currency,
            sample=self._sample,
            samples=samples,
            alike=alike,
            original=self._original,
            why=self._why,
            quoted=self._quoted,
            writing=self.writing,
            approved=self.list.stays,
        )

    def _painted(self) -> None:
        if self._shown_at is None:
            self._shown_at = self.shared.monotonic()
            self.set_timer(BLINK, self.note_read)

    def looked_at(self) -> bool:
        """Whether what the reader shows was there long enough to be decided on."""
        return self._shown_at is not None and self.shared.monotonic() - self._shown_at >= BLINK

    def note_read(self) -> None:
        """What was there long enough counts as read."""
        if self._shown is None or not self.looked_at():
            return
        entry, item = self._shown
        if item is not None and entry.line is not None and not self.list.was_read(entry.line, item):
            self.list.read(entry, item)
            if entry.line.folded:
                self.lines.redraw(entry.line.key)

    @on(Reader.Scrolled)
    def _page_scrolled(self, event: Reader.Scrolled) -> None:
        event.stop()
        self._say_hidden()

    def _say_hidden(self) -> None:
        more = [f"{self.lines.below} more ↓"] if self.lines.below else []
        more = [f"{self.list.unread:,} more are being read ↓"] if self.list.unread else more
        above, below, pane = self.reader.above, self.reader.below, keys.name("pane")
        if above and below:
            more.append(f"{pane}: {above} ↑ {below} ↓ rows of text")
        elif above or below:
            more.append(f"{pane}: {text.plural(above or below, 'row')} of text {'↑' if above else '↓'}")
        self.rule.say(" · ".join(more))

    def on_resize(self) -> None:
        """Share the rows, and write the page anew for the room there is."""
        if self.app.size != self._fits:
            self.share_rows()
            self.show_page(keep=True)
        self.call_after_refresh(self._say_hidden)

    def share_rows(self) -> None:
        """Give the list what it needs, at most its share; the reader has the rest."""
        self._fits = self.app.size
        width, height = self._fits
        header = 3 if height >= TALL and width >= 100 else 1
        self.header.styles.height = header
        self.rule.begin("" if header > 1 else other_tabs(self.TAB))
        room = height - header - 3  # rule, status, keys
        most = room * 4 // 7 if height >= TALL else room * 9 // 20
        rows_ = len(self.list.entries) + self.list.unread
        self.lines.styles.height = max(3, min(most, max(rows_ + 1, 6)))

    # ---- moving

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """Move the cursor, or the reader's page where the keys are about it."""
        if self.reader.has_focus:
            self.reader.scroll(steps * (self.reader.half if half else 1))
            self._say_hidden()
            return
        if half:
            self.lines.move_half(steps)
        else:
            self.lines.move(steps)
        self.cursor_moved()

    def action_first(self) -> None:
        """First row."""
        self.lines.move_to_end(last=False)
        self.cursor_moved()

    def action_last(self) -> None:
        """Last row."""
        self.lines.move_to_end(last=True)
        self.cursor_moved()

    def action_unfold(self) -> None:
        """Unfold a row that stands for several."""
        self._unfold(open_=True)

    def action_fold(self) -> None:
        """Fold it again, also from inside."""
        self._unfold(open_=False)

    def _unfold(self, *, open_: bool) -> None:
        entry = self.lines.current
        if entry is not None and entry.line is not None and self.list.unfold(entry.line.key, open_=open_):
            self.share_rows()
            self.show_list(cursor=entry.line.key)

    def action_open(self) -> None:
        """Open: what settles a row, a fold's rows, the reader."""
        entry = self.lines.current
        if entry is None:
            return
        if entry.outbox is not None:
            self.settle(entry, entry.outbox)
        elif entry.fold and entry.line is not None and not self.list.is_unfolded(entry.line.key):
            self._unfold(open_=True)
        else:
            self.open_reader()

    def action_next_item(self) -> None:
        """Next text of a fold; the next row otherwise, opened where this one is."""
        self._turn(1)

    def action_previous_item(self) -> None:
        """The text of a fold, or the row, before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        self.note_read()
        entry = self.lines.current
        if entry is not None and entry.fold and len(self.list.samples(entry)) > 1:
            self._sample += step
            self.show_page()
        else:
            self.lines.move(step)
            self.cursor_moved()

    def action_pane(self) -> None:
        """To the reader and back."""
        if self.opened:
            self.close_reader()
        else:
            self.open_reader()

    def open_reader(self) -> None:
        """The keys are about the reader from now on."""
        self.opened = True
        self.reader.focus()

    def close_opened(self) -> None:
        """The keys are about the list again."""
        self.close_reader()

    def close_reader(self) -> None:
        """The keys are about the list again; what stayed for the reader alone leaves it."""
        self.opened = False
        self.lines.focus()
        if self.list.stays:
            self.list.leave()
            self.show_list()

    # ---- seeing otherwise

    def action_translate(self) -> None:
        """The other language."""
        self._original = not self._original
        self.show_page()

    def action_why(self) -> None:
        """Score, reasons and verdicts in the reader, or the message again."""
        self._why = not self._why
        self.show_page()

    def action_quoted(self) -> None:
        """What messages quote as well, or folded again."""
        self._quoted = not self._quoted
        self.show_page(keep=True)

    def action_copy(self) -> None:
        """Copy the text as it would leave."""
        if self._shown is None:
            return
        entry, item = self._shown
        body = item.action.draft.body if item is not None else entry.outbox.body if entry.outbox is not None else ""
        if body:
            self.app.copy_to_clipboard(text.show(body))
            self.say("Copied, where your terminal allows it.")

    def step_back(self) -> bool:
        """Go one step back; False where this is the top already."""
        if self._box is not None:
            self._close_filter()
            self._narrow("")
        elif self.opened:
            self.close_reader()
        elif self._why:
            self.action_why()
        elif self.list.query:
            self._narrow("")
        else:
            return False
        return True

    # ---- narrowing

    def action_views(self) -> None:
        """Only one group of the list, or all of it."""
        headings = self.list.headings
        by_letter = dict(zip(menus.letters(headings), headings, strict=True))
        choices = [Choice(letter, heading.capitalize()) for letter, heading in by_letter.items()]
        self.ask("Show only:", [*choices, Choice("*", "everything")], lambda key: self._narrow(by_letter.get(key, "")))

    def action_filter(self) -> None:
        """Narrow the list by words."""
        if self._box is None:
            self._box = Input(self.list.query, placeholder="name, country, word, !word", classes="filter", compact=True)
            self._box.cursor_blink = False
            self.mount(self._box)
        self._box.focus()
        self._count_filtered()

    @on(Input.Changed, ".filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if event.input is self._box:
            self._narrow(text.line(event.value))
            self._count_filtered()

    @on(Input.Submitted, ".filter")
    def _filter_kept(self, event: Input.Submitted) -> None:
        if event.input is self._box:
            self._close_filter()

    def _close_filter(self) -> None:
        if self._box is not None:
            self._box.remove()
            self._box = None
        self.footer.show(self.keys_for(self.lines.current))
        self.lines.focus()
        self.quiet()

    def _count_filtered(self) -> None:
        self.footer.show((("Enter", "keeps"), ("Esc", "clears"), (str(self.list.shown), f"of {self.list.total}")))

    def _narrow(self, query: str) -> None:
        self.list.narrow(query)
        self.show_list()
        self.quiet()

    # ---- marks

    def action_mark(self) -> None:
        """Mark the row and go on."""
        entry = self.lines.current
        if entry is not None:
            self.list.mark(entry)
            self.lines.redraw(entry.key)
            self.lines.move(1)
            self.cursor_moved()
            self.quiet()

    def action_mark_alike(self) -> None:
        """Mark all that are alike."""
        entry = self.lines.current
        if entry is not None:
            self.list.mark_alike(entry)
            self.lines.refresh()
            self.quiet()

    def action_unmark(self) -> None:
        """Unmark all."""
        self.list.marks.clear()
        self.lines.refresh()
        self.quiet()
