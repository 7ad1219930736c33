"""Leaves when: approving for an hour of the operator's choice, at the customer's place."""

from collections.abc import Callable, Sequence
from datetime import datetime

from retcon.desk.today import Item
from retcon.errors import UsageError
from retcon.model.people import Customer
from retcon.screens import sayings
from retcon.screens.deciding import DecidingScreen
from retcon.widgets.menu import Choice

# The letters of the menu: what it says, and what that is as an hour.
_HOURS = {"t": ("tomorrow", "tomorrow 9"), "m": ("Monday", "mon 9"), "e": ("this evening", "today 18")}
_ANOTHER = "o"


class TimingScreen(DecidingScreen):
    """A screen on which what is approved may leave later than at once."""

    def action_when(self) -> None:
        """Approve it, to leave at an hour of choice at the earliest."""
        items, left = self.to_approve()
        if items:
            choices = [self._choice(items, key, name, said) for key, (name, said) in _HOURS.items()]
            title = f"Approve {sayings.name_of(items)}, to leave:"
            choices.append(Choice(_ANOTHER, "another hour"))
            self.ask(title, choices, lambda key: self._hour_chosen(items, left, key))

    def _choice(self, items: Sequence[Item], key: str, name: str, said: str) -> Choice:
        """The hour on both clocks for one person; why it is none where it is over for somebody."""
        try:
            found = [self.hour(item.customer, said) for item in items]
        except UsageError as error:
            return Choice(key, name, error.title[:1].lower() + error.title[1:].rstrip("."))
        if len(items) > 1:
            clock = "18:00" if key == "e" else "09:00"
            return Choice(key, f"{name} {clock}, each at their place")
        return Choice(key, f"{name}: {self.on_both_clocks(found[0], items[0].customer)}")

    def _hour_chosen(self, items: Sequence[Item], left: str, key: str) -> None:
        if key != _ANOTHER:
            self._leave(items, left, _HOURS[key][1])
            return
        whom = sayings.name_of(items)
        place = "at their place" if len(items) == 1 else "each at their place"
        customer = items[0].customer if len(items) == 1 else None
        self.ask_hour(
            f"When may {'it' if len(items) == 1 else 'they'} leave to {whom}, {place}?",
            customer,
            lambda line: self._leave(items, left, line),
        )

    def _leave(self, items: Sequence[Item], left: str, said: str) -> None:
        """Approve them for the hour that was said, at the place of each."""
        try:
            at = {item.action.id: self.hour(item.customer, said) for item in items}
        except UsageError as error:
            self.say(sayings.failed(error), "warn")
        else:
            self.approve(items, left, at)

    def ask_hour(self, question: str, customer: Customer | None, then: Callable[[str], None]) -> None:
        """Ask for an hour ahead, at the customer's place or where the operator is; says what is understood so far."""

        def understood(line: str) -> str:
            try:
                at = self.hour(customer, line)
            except UsageError as error:
                return error.title if line.strip() else ""
            return f"Leaves {self.on_both_clocks(at, customer)}. Enter keeps it."

        self.ask_line(f"{question}   Esc back", "mon 9", understood, then)

    def hour(self, customer: Customer | None, said: str) -> datetime:
        """The hour ahead that was said, at the customer's place or the operator's. Raises UsageError for none."""
        from retcon.desk import hours

        zone = hours.there(customer) if customer is not None else None
        return hours.parse_hour(said, self.house.now(), zone or self.zone, self.house.settings.shop.language)

    def on_both_clocks(self, at: datetime, customer: Customer | None) -> str:
        """The hour as both clocks show it."""
        from retcon.desk import hours

        zone = hours.there(customer) if customer is not None else None
        return hours.on_both_clocks(at, self.house.now(), zone, self.zone)
