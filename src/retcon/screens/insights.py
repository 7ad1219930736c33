"""Insights: the proof of the ranking on the shop's own past, date by date."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult

from retcon import keys, localtime, text
from retcon.desk import backtest as desk
from retcon.desk import today
from retcon.desk.backtest import Kept
from retcon.desk.today import Header as Facts
from retcon.errors import RetconError
from retcon.jobs import Ended
from retcon.screens import menus, sayings
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.listing import TALL
from retcon.screens.moving import Moving
from retcon.widgets import backtest_page
from retcon.widgets.backtest_dates import Dates
from retcon.widgets.footer import Rule
from retcon.widgets.header import State, other_tabs
from retcon.widgets.reader import Reader
from retcon.widgets.view import Page

# The child that makes it, as it is started and followed.
JOB = "backtest"


class InsightsScreen(Moving, ConsoleScreen):
    """The dates that were replayed above, what they say below."""

    CSS_PATH = "insights.tcss"
    TAB = "Insights"
    ABOUT = "How well the ranking would have done on your own past, beside what you could do by hand."
    HOLDS = "here are figures"
    MEANS: ClassVar[Mapping[str, str]] = {
        "load": "replay the past anew, with the orders of now",
        "open": "into the text below, to read on",
        "next_item": "next date",
        "previous_item": "the date before",
        "copy": "copy what is shown",
    }

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.dates = Dates(id="dates")
        self.rule = Rule(id="rule")
        self.reader = Reader(id="reader")
        self.kept: Kept | None = None
        self.opened = False  # whether the keys are about the text

    def compose(self) -> ComposeResult:
        """The dates, what they say, what happened and the keys; menus and help lie over them."""
        yield self.header
        yield self.dates
        yield self.rule
        yield self.reader
        yield from self.bottom()

    def on_mount(self) -> None:
        """Show the last one at once."""
        self.focus_main()
        try:
            self.version = self.house.database.data_version()
            self._take(desk.kept(self.house), today.header(self.house))
        except RetconError as error:
            self.say(sayings.failed(error), "warn")

    def focus_main(self) -> None:
        """Give the keys back to the dates, or to the text where it was opened."""
        (self.reader if self.opened or not self.dates.length else self.dates).focus()
        self._show_footer()

    # ---- reading

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def _read(self) -> None:
        try:
            kept, facts = desk.kept(self.house), today.header(self.house)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            self.app.call_from_thread(self._take, kept, facts)

    def _take(self, kept: Kept, facts: Facts) -> None:
        before, self.kept, self.facts = self.kept, kept, facts
        if before != kept:
            self.dates.show(kept.backtest, self.zone)
            self._share_rows()
            self.show_page()
            self.focus_main()
        self.show_header()
        self._show_footer()
        self.rest()

    def changed(self) -> None:
        """Somebody has written to the house."""
        self._read()

    def reload(self) -> None:
        """Read again what the screen shows."""
        self._read()

    # ---- showing

    def header_state(self, facts: Facts) -> State:
        """When it was made, and for what."""
        said = "no proof yet"
        if self.kept is not None and (made := self.kept.backtest) is not None:
            on = localtime.day(made.made_at, self.house.now(), self.zone)
            said = f"proof of {on}, {made.horizon_days} days"
        return State(facts=facts, now=self.house.now(), tab=self.TAB, said=said)

    def show_page(self, *, keep: bool = False) -> None:
        """Show what is said of the date under the cursor, or of all."""
        self.reader.show(self._page(), keep=keep)
        self._say_hidden()

    def _page(self) -> Page:
        if self.kept is None:
            return Page()
        width = self.app.size.width
        if self.kept.backtest is None:
            return backtest_page.nothing(self.kept, width)
        return backtest_page.page(self.kept.backtest, self.dates.current, self.zone, width)

    def standing_words(self) -> tuple[str, str]:
        """What goes on, or what to know of the proof that is shown."""
        if self.work.running(JOB):
            how_far = self.work.words.removeprefix("replaying").strip()
            return f"Replaying your past{f': {how_far}' if how_far else ''}.", ""
        kept = self.kept
        if kept is not None and kept.backtest is not None and kept.backtest.horizon_days != kept.horizon_days:
            of, now = kept.backtest.horizon_days, kept.horizon_days
            return f"This is for {of} days; config.toml says {now} now. {keys.name('load')} makes it anew.", "warn"
        return self.trouble, "warn"

    def _show_footer(self) -> None:
        if self.kept is None or self.kept.backtest is None:
            replay = (("load", "replay the past"),) if self.kept is not None and self.kept.possible else ()
            shown = (*replay, ("sync", "sync"), ("palette", "verbs"), ("quit", "quit"))
        elif self.opened:
            shown = (("back", "back"), ("next_item", "next date"), ("down", "down"), ("copy", "copy"))
        else:
            shown = (("open", "read on"), ("load", "replay anew"), ("copy", "copy"), ("palette", "verbs"))
        self.footer.show(menus.footer(*shown, ("help", "keys")))

    def useless(self, action: str) -> str:
        """What can't be done before there are orders enough, or a proof."""
        if self.kept is None or self.kept.backtest is not None:
            return ""
        if action == "load":
            return "" if self.kept.possible else f"it needs {2 * self.kept.horizon_days} days of orders"
        return "no proof was made yet" if action in ("open", "next_item", "previous_item") else ""

    def _share_rows(self) -> None:
        width, height = self.app.size
        tall = height >= TALL and width >= 100
        self.header.styles.height = 3 if tall else 1
        self.rule.begin("" if tall else other_tabs(self.TAB))
        self.dates.display = bool(self.dates.length)
        self.rule.display = self.dates.display or not tall
        self.dates.styles.height = min(self.dates.length, max(3, height // 3))

    def on_resize(self) -> None:
        """Share the rows, and write the page anew for the room there is."""
        self._share_rows()
        self.show_page(keep=True)
        self.call_after_refresh(self._say_hidden)

    @on(Reader.Scrolled)
    def _page_scrolled(self, event: Reader.Scrolled) -> None:
        event.stop()
        self._say_hidden()

    def _say_hidden(self) -> None:
        more = [f"{self.dates.below} more ↓"] if self.dates.length and self.dates.below else []
        if self.reader.above or self.reader.below:
            above = f" {self.reader.above} ↑" if self.reader.above else ""
            below = f" {self.reader.below} ↓" if self.reader.below else ""
            more.append(f"{keys.name('pane')}:{above}{below} rows")
        self.rule.say(" · ".join(more))

    # ---- making it

    def action_load(self) -> None:
        """Replay the past anew, in a child."""
        if self.kept is not None and self.kept.backtest is None and not self.kept.possible:
            self.say(backtest_page.needs(self.kept), "warn")
        elif self.work.start(JOB):
            self.on_work(None)
        else:
            self.say("The past is being replayed already." if self.work.running(JOB) else "Not started from here.")

    def on_work(self, ended: Ended | None) -> None:
        """A child is further, or has ended: say so where it is ours."""
        super().on_work(ended)
        if not self.is_current:
            return
        if ended is None and self.work.running(JOB):
            self.quiet()
        elif ended is not None and ended.job == JOB and ended.code == 0:
            dates = ended.result.get("cutoffs")
            self.say(f"Replayed: {text.plural(dates, 'date')}." if isinstance(dates, int) else "Replayed.")

    # ---- keys

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """To another date; where the text is opened, through it."""
        if self.reader.has_focus:
            self.reader.scroll(steps * (self.reader.half if half else 1))
            self._say_hidden()
        elif half:
            self.reader.scroll(steps * self.reader.half)
            self._say_hidden()
        else:
            self.dates.move(steps)
            self._moved()

    @on(Dates.Moved)
    def _mouse_moved(self, event: Dates.Moved) -> None:
        event.stop()
        self._moved()

    def _moved(self) -> None:
        self.show_page()
        self.rest()

    def action_first(self) -> None:
        """All dates together; in the text its first row."""
        self._to_end(last=False)

    def action_last(self) -> None:
        """The oldest date; in the text its last row."""
        self._to_end(last=True)

    def _to_end(self, *, last: bool) -> None:
        if self.reader.has_focus:
            self.reader.scroll(len(self.reader.page.body) * (1 if last else -1))
            self._say_hidden()
        else:
            self.dates.move_to_end(last=last)
            self._moved()

    def action_next_item(self) -> None:
        """The next date, also from within the text."""
        self.dates.move(1)
        self._moved()

    def action_previous_item(self) -> None:
        """The date before."""
        self.dates.move(-1)
        self._moved()

    def action_open(self) -> None:
        """The keys are about the text from now on."""
        if self.dates.length:
            self.opened = True
            self.focus_main()

    def action_pane(self) -> None:
        """To the text and back."""
        self.opened = not self.opened
        self.focus_main()

    def action_copy(self) -> None:
        """Copy what is shown, to send it to somebody."""
        rows = ("".join(part for part, _ in row).rstrip() for row in self.reader.page.body)
        self.app.copy_to_clipboard("\n".join(rows))
        self.say("Copied, where your terminal allows it.")

    def step_back(self) -> bool:
        """Out of the text; False where the dates have the keys."""
        if not self.opened:
            return False
        self.opened = False
        self.focus_main()
        return True
