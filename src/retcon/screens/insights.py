"""Insights: the proof of the ranking on the shop's own past, date by date."""

from collections.abc import Mapping
from typing import ClassVar

from retcon import keys, localtime, text
from retcon.desk import backtest as desk
from retcon.desk.backtest import Kept
from retcon.desk.today import Header as Facts
from retcon.jobs import Ended
from retcon.screens import menus
from retcon.screens.console import Shared
from retcon.screens.rows_and_text import RowsAndText
from retcon.widgets import backtest_page
from retcon.widgets.backtest_dates import Dates
from retcon.widgets.header import State
from retcon.widgets.view import Page


class InsightsScreen(RowsAndText[Kept]):
    """The dates that were replayed above, what they say below."""

    CSS_PATH = "insights.tcss"
    TAB = "Insights"
    ABOUT = "How well the ranking would have done on your own past, beside what you could do by hand."
    HOLDS = "here are figures"
    JOB = "backtest"
    MEANS: ClassVar[Mapping[str, str]] = {
        "load": "replay the past anew, with the orders of now",
        "open": "into the text below, to read on",
        "next_item": "next date",
        "previous_item": "the date before",
        "copy": "copy what is shown",
    }

    def __init__(self, shared: Shared) -> None:
        self.dates = Dates(id="dates")
        super().__init__(shared, self.dates, desk.kept)

    def show_rows(self, kept: Kept) -> None:
        """The dates, all together first."""
        self.dates.show(kept.backtest, self.zone)

    def page(self, kept: Kept) -> Page:
        """What is said of the date under the cursor, or of all."""
        width = self.app.size.width
        if kept.backtest is None:
            return backtest_page.nothing(kept, width)
        return backtest_page.page(kept.backtest, self.dates.current, self.zone, width)

    def header_state(self, facts: Facts) -> State:
        """When it was made, and for what."""
        said = "no proof yet"
        if self.kept is not None and (made := self.kept.backtest) is not None:
            on = localtime.day(made.made_at, self.house.now(), self.zone)
            said = f"proof of {on}, {made.horizon_days} days"
        return State(facts=facts, now=self.house.now(), tab=self.TAB, said=said)

    def standing_words(self) -> tuple[str, str]:
        """What goes on, or what to know of the proof that is shown."""
        if self.work.running(self.JOB):
            how_far = self.work.words.removeprefix("replaying").strip()
            return f"Replaying your past{f': {how_far}' if how_far else ''}.", ""
        kept = self.kept
        if kept is not None and kept.backtest is not None and kept.backtest.horizon_days != kept.horizon_days:
            of, now = kept.backtest.horizon_days, kept.horizon_days
            return f"This is for {of} days; config.toml says {now} now. {keys.name('load')} makes it anew.", "warn"
        return self.trouble, "warn"

    def show_footer(self) -> None:
        """The keys that fit what is shown."""
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
            return "" if self.kept.possible else backtest_page.needs(self.kept)
        return "no proof was made yet" if action in ("open", "next_item", "previous_item") else ""

    def done_words(self, ended: Ended) -> str:
        """How many dates were replayed."""
        dates = ended.result.get("cutoffs")
        return f"Replayed: {text.plural(dates, 'date')}." if isinstance(dates, int) else "Replayed."
