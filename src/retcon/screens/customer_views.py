"""Which customers are listed and in which order, by a letter; the segments that are saved, counted and removed."""

import asyncio

from textual import work

from retcon import text
from retcon.desk.customers import View
from retcon.errors import RetconError
from retcon.screens import customer_menus as menus
from retcon.screens import sayings
from retcon.screens.console import Shared
from retcon.screens.customer_verbs import CustomerVerbs
from retcon.widgets.menu import Choice

_TITLE = "Who, and in which order:"


class CustomerViews(CustomerVerbs):
    """The menu of views. What is asked for and how it is shown is its subclass's."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.asked = View()  # what is wanted; what is shown may be a moment behind
        self._sizes: dict[str, int] = {}  # how many each saved segment had when they were counted last

    def look_at(self, view: View, *, keep: bool = False) -> None:
        """Show this view."""

    def action_views(self) -> None:
        """Other people, another order, a saved segment; or save the filter, or remove a segment."""
        from retcon.desk import segments

        try:
            names = tuple(each.name for each in segments.saved(self.house))
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        self.ask(_TITLE, menus.views(self.asked, names, self._sizes), lambda key: self._viewed(key, names))
        if names:
            self._count_segments()

    @work(exit_on_error=False, group="segments", exclusive=True)
    async def _count_segments(self) -> None:
        """Count the saved segments beside the screen; the menu, where it is still open, says how many they have."""
        from retcon.desk import segments

        try:
            found = await asyncio.to_thread(segments.counted, self.house)
        except RetconError:
            return  # what cannot be counted is said where it is looked at
        self._sizes = {each.saved.name: each.customers for each in found if not each.trouble}
        names = tuple(each.saved.name for each in found)
        self.menu.renew(_TITLE, menus.views(self.asked, names, self._sizes))

    def _viewed(self, key: str, names: tuple[str, ...]) -> None:
        if key == menus.KEEP:
            self._keep_filter()
        elif key == menus.REMOVE:
            self._ask_which_goes(names)
        else:
            self.look_at(menus.chosen(key, self.asked, names))

    def _keep_filter(self) -> None:
        """Save the filter under a name."""
        query = self.asked.query.strip()
        listing = self.listing
        number = listing.counts.shown if listing is not None and self.shown == self.asked else None

        def understood(line: str) -> str:
            from retcon.desk import segments

            try:
                name = segments.checked(line) if line.strip() else ""
                old = next((each for each in segments.saved(self.house) if each.name == name), None)
            except RetconError as error:
                return str(error)
            if not name:
                return ""
            return f"Enter changes {name}; it is: {old.query}" if old is not None else f"Enter saves it as {name}."

        def save(line: str) -> None:
            from retcon.desk import segments

            def verb() -> str:
                segments.save(self.house, line, query)
                return segments.checked(line)

            who = f", {menus.people(number)} now" if number is not None else ""
            self.undoable(verb, lambda name: f"{name} is saved{who}.")

        shown = text.line(text.keep(query, 40))
        self.ask_line(f"A name for {shown}   Esc back", "one word, such as wholesale", understood, save)

    def _ask_which_goes(self, names: tuple[str, ...]) -> None:
        choices = [Choice(sign, name) for sign, name in menus.signed(names)]

        def remove(key: str) -> None:
            from retcon.desk import segments

            name = next(name for sign, name in menus.signed(names) if sign == key)
            self.undoable(
                lambda: segments.remove(self.house, name), lambda gone: f"{gone.name} is removed; it was: {gone.query}."
            )

        self.ask("Remove which segment:", choices, remove)
