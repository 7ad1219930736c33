"""A screen of rows above and a text below that says what the row under the cursor comes to; a child makes it anew."""

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult

from retcon import keys, text
from retcon.desk import today
from retcon.desk.house import House
from retcon.desk.today import Header as Facts
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.screens import sayings
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.listing import TALL
from retcon.screens.moving import Moving
from retcon.widgets.footer import Rule
from retcon.widgets.header import other_tabs
from retcon.widgets.reader import Reader
from retcon.widgets.scrolled import Scrolled
from retcon.widgets.view import Page

Kept = TypeVar("Kept")


class RowsAndText(Moving, ConsoleScreen, Generic[Kept]):
    """What such screens share; what is kept, its rows and its text are each screen's own."""

    JOB: ClassVar[str] = ""  # the child that makes it anew, as it is started and followed

    def __init__(self, shared: Shared, rows: Scrolled, read: Callable[[House], Kept]) -> None:
        super().__init__(shared)
        self.rows = rows
        self.rule = Rule(id="rule")
        self.reader = Reader(id="reader")
        self.kept: Kept | None = None
        self.opened = False  # whether the keys are about the text
        self._read_kept = read

    def compose(self) -> ComposeResult:
        """The rows, what they say, what happened and the keys; menus and help lie over them."""
        yield self.header
        yield self.rows
        yield self.rule
        yield self.reader
        yield from self.bottom()

    def on_mount(self) -> None:
        """Show what is kept at once."""
        self.focus_main()
        try:
            self.version = self.house.database.data_version()
            self._take(self._read_kept(self.house), today.header(self.house))
        except RetconError as error:
            self.say(sayings.failed(error), "warn")

    def focus_main(self) -> None:
        """Give the keys back to the rows, or to the text where it was opened."""
        (self.reader if self.opened or not self.rows.length else self.rows).focus()

    # ---- what each screen says of itself

    def show_rows(self, kept: Kept) -> None:
        """Show the rows of what is kept."""
        raise NotImplementedError

    def page(self, kept: Kept) -> Page:
        """What the text says of the row under the cursor."""
        raise NotImplementedError

    def show_footer(self) -> None:
        """Show the keys that fit."""
        raise NotImplementedError

    def done_words(self, ended: Ended) -> str:
        """What the child came to."""
        raise NotImplementedError

    # ---- reading

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def _read(self) -> None:
        try:
            kept, facts = self._read_kept(self.house), today.header(self.house)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            self.app.call_from_thread(self._take, kept, facts)

    def _take(self, kept: Kept, facts: Facts) -> None:
        before, self.kept, self.facts = self.kept, kept, facts
        if before != kept:
            self.show_rows(kept)
            self.share_rows()
            self.show_page()
            self.focus_main()
        self.show_header()
        self.show_footer()
        self.rest()

    def changed(self) -> None:
        """Somebody has written to the house."""
        self._read()

    def reload(self) -> None:
        """Read again what the screen shows."""
        self._read()

    # ---- showing

    def show_page(self, *, keep: bool = False) -> None:
        """Show the text of the row under the cursor."""
        if self.kept is not None:
            self.reader.show(self.page(self.kept), keep=keep)
        self._say_hidden()

    def share_rows(self) -> None:
        """Give the rows what they need, at most a third and a little; the text has the rest."""
        width, height = self.app.size
        tall = height >= TALL and width >= 100
        self.header.styles.height = 3 if tall else 1
        self.rule.begin("" if tall else other_tabs(self.TAB))
        self.rows.display = bool(self.rows.length)
        self.rule.display = self.rows.display or not tall
        self.rows.styles.height = min(self.rows.length, max(3, height * 3 // 8))

    def on_resize(self) -> None:
        """Share the rows, and write the page anew for the room there is."""
        super().on_resize()
        self.share_rows()
        self.show_page(keep=True)
        self.call_after_refresh(self._say_hidden)

    @on(Reader.Scrolled)
    def _page_scrolled(self, event: Reader.Scrolled) -> None:
        event.stop()
        self._say_hidden()

    def _say_hidden(self) -> None:
        more = [f"{self.rows.below} more ↓"] if self.rows.length and self.rows.below else []
        if self.reader.above or self.reader.below:
            above = f" {self.reader.above} ↑" if self.reader.above else ""
            below = f" {self.reader.below} ↓" if self.reader.below else ""
            more.append(f"{keys.name('pane')}:{above}{below} rows")
        self.rule.say(" · ".join(more))

    # ---- making it anew

    def action_load(self) -> None:
        """Make it anew, in a child."""
        if self.refused("load"):
            return
        if self.work.start(self.JOB):
            self.on_work(None)
        else:
            self.say("It is being made already." if self.work.running(self.JOB) else "Not started from here.")

    def refused(self, action: str) -> bool:
        """Whether the verb can't be done now; says why."""
        why_not = self.useless(action)
        if why_not:
            self.say(text.sentence(why_not[:1].upper() + why_not[1:]))
        return bool(why_not)

    def on_work(self, ended: Ended | None) -> None:
        """A child is further, or has ended: say so where it is ours."""
        super().on_work(ended)
        if not self.is_current:
            return
        if ended is None and self.work.running(self.JOB):
            self.quiet()
        elif ended is not None and ended.job == self.JOB and not ended.trouble:
            self.say(self.done_words(ended))

    # ---- keys

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """To another row; where the text is opened, through it."""
        if self.reader.has_focus or half:
            self.reader.scroll(steps * (self.reader.half if half else 1))
            self._say_hidden()
        else:
            self.rows.move(steps)
            self._moved()

    @on(Scrolled.Moved)
    def _mouse_moved(self, event: Scrolled.Moved) -> None:
        event.stop()
        self._moved()

    def _moved(self) -> None:
        self.show_page()
        self.show_footer()
        self.rest()

    def action_first(self) -> None:
        """The first row; in the text its first line."""
        self._to_end(last=False)

    def action_last(self) -> None:
        """The last row; in the text its last line."""
        self._to_end(last=True)

    def _to_end(self, *, last: bool) -> None:
        if self.reader.has_focus:
            self.reader.scroll(len(self.reader.page.body) * (1 if last else -1))
            self._say_hidden()
        else:
            self.rows.move_to_end(last=last)
            self._moved()

    def action_next_item(self) -> None:
        """The next row, also from within the text."""
        self.rows.move(1)
        self._moved()

    def action_previous_item(self) -> None:
        """The row before."""
        self.rows.move(-1)
        self._moved()

    def action_open(self) -> None:
        """The keys are about the text from now on."""
        if self.rows.length:
            self._open(opened=True)

    def action_pane(self) -> None:
        """To the text and back."""
        self._open(opened=not self.opened)

    def _open(self, *, opened: bool) -> None:
        self.opened = opened
        self.focus_main()
        self.show_page()
        self.show_footer()

    def action_copy(self) -> None:
        """Copy what is shown, to send it to somebody."""
        rows = ("".join(part for part, _ in row).rstrip() for row in self.reader.page.body)
        self.app.copy_to_clipboard("\n".join(rows))
        self.say("Copied, where your terminal allows it.")

    def step_back(self) -> bool:
        """Out of the text; False where the rows have the keys."""
        if not self.opened:
            return False
        self._open(opened=False)
        return True
