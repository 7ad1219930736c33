"""What is done from a card: approving what is due, one of two and two of one, copying, opening."""

from collections.abc import Sequence

from retcon import keys, text
from retcon.desk.card import Card, Matters
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.conversations import File
from retcon.model.orders import Order
from retcon.model.people import Customer
from retcon.model.timeline import Said, Sent
from retcon.screens import sayings
from retcon.screens.answering import AnsweringScreen
from retcon.widgets import conversation, words
from retcon.widgets.events import Entry
from retcon.widgets.menu import Choice
from retcon.widgets.verbs import Command

# What can be named in a menu by a figure.
_MOST = 9


class CardVerbs(AnsweringScreen):
    """A screen about one person. Whom, and what of them is under the cursor, is its subclass's."""

    card: Card | None = None
    matters: Matters | None = None

    # ---- what a subclass tells

    def current_entry(self) -> Entry | None:
        """The row of the timeline under the cursor."""
        return None

    def read_whole(self, item: Item) -> bool:
        """Whether all of the item's text was on the screen; else shows it, or more of it."""
        return False

    def due_here(self) -> list[Item]:
        """What is due under the cursor, else the only thing that is due."""
        entry = self.current_entry()
        if entry is not None and entry.item is not None:
            return [entry.item]
        due = self.matters.due if self.matters is not None else ()
        return list(due) if len(due) == 1 else []

    def chosen_items(self) -> list[Item]:
        """What is due under the cursor, else the only thing that is due; says where there is nothing."""
        due = self.due_here()
        if not due and self.card is not None:
            name = words.first_name(self.card.customer)
            several = len(self.matters.due) if self.matters is not None else 0
            first = keys.name("first")
            write = keys.name("write")
            self.say(
                f"{several} things are due for {name}: {first} leads to them."
                if several
                else f"Nothing is due for {name}. {write} writes to them."
            )
        return due

    def person_shown(self) -> Item | None:
        """What is due under the cursor or alone, else a message that nobody has written yet."""
        due = self.due_here()
        if due:
            return due[0]
        if self.matters is None:
            self.say("Their conversations are still being read. Press it again in a moment.")
            return None
        return next(iter(self.matters.due), None) or self.matters.letter

    # ---- approving

    def to_approve(self) -> tuple[list[Item], str]:
        """What is due, once all of it was read."""
        items = self.chosen_items()
        if not items:
            return [], ""
        (item,) = items
        if not item.passes or not item.action.draft.body.strip():
            self.say_why_not(items)
            return [], ""
        return (items if self.read_whole(item) and not self.blinked() else []), ""

    # ---- one of two, two of one

    def commands(self) -> Sequence[Command]:
        """Merging and splitting."""
        came = len(self.matters.came_by) if self.matters is not None else 0
        alone = "" if came > 1 else "they are known by one address only"
        return (
            Command("merge", "merge with …: one person of two"),
            Command("split", "split off …: two persons of one", why_not=alone),
        )

    def action_merge(self) -> None:
        """Make one person of this and another."""
        if self.card is None:
            return
        from retcon.desk import card as desk

        customer = self.card.customer
        name = words.call_name(customer)

        def understood(line: str) -> str:
            try:
                found = desk.meant(self.house, line, customer.id) if line else ()
            except RetconError as error:
                return sayings.failed(error)
            if len(found) == 1:
                return f"Enter makes one of {name} and {_who(found[0])}."
            return f"{len(found)} are called that: {', '.join(map(_who, found))}." if found else ""

        def given(line: str) -> None:
            found = desk.meant(self.house, line, customer.id)
            if len(found) != 1:
                said = f"{len(found)} people are meant by “{line}”." if found else f"Nobody is known as “{line}”."
                self.say(f"{said} Say an e-mail, a number such as +49 171 1234567, or an id.", "warn")
                return
            self._merge(customer, found[0])

        self.ask_line(
            f"Merge {name} with whom?   Esc back", "a name, an e-mail, +49 171 …, 88, woo:17", understood, given
        )

    def _merge(self, kept: Customer, other: Customer) -> None:
        from retcon.desk import identities

        def done(merged: identities.Merged) -> None:
            waits = f" {merged.waiting} that waited need another look." if merged.waiting else ""
            name = words.call_name(merged.person)
            self.say(f"{_who(other)} is one with {name} now.{waits} {keys.name('undo')} makes two again.")
            self.work.start("refresh")

        self.do(lambda: identities.merge(self.house, str(kept.id), str(other.id)), done)

    def action_split(self) -> None:
        """Make a person of their own of one of the addresses."""
        if self.matters is None or self.card is None:
            return
        came_by = self.matters.came_by[:_MOST]
        if len(came_by) < 2:
            self.say(f"{words.first_name(self.card.customer)} is known by one address only: there is nothing to split.")
            return
        choices = [
            Choice(str(number), f"{words.one_way(text.line(came.shown))} · {_came(came.orders, came.conversations)}")
            for number, came in enumerate(came_by, 1)
        ]
        by_key = {str(number): (came.kind, came.value) for number, came in enumerate(came_by, 1)}
        title = f"Split off {words.call_name(self.card.customer)}, with all that came by it:"
        self.ask(title, choices, lambda key: self._split(by_key[key]))

    def _split(self, identity: tuple[str, str]) -> None:
        from retcon.desk import identities

        assert self.card is not None
        reference = str(self.card.customer.id)

        def done(split: identities.Split) -> None:
            held = f" {text.plural(split.held, 'order')} stayed: they came by an account." if split.held else ""
            went = text.plural(split.orders, "order")
            undo = keys.name("undo")
            self.say(f"{_who(split.new)} is a person of their own now, with {went}.{held} {undo} makes one again.")
            self.work.start("refresh")

        self.do(lambda: identities.split(self.house, reference, [identity]), done)

    # ---- copying

    def action_copy(self) -> None:
        """Copy something of theirs: a menu of what there is."""
        if self.card is None:
            return
        customer, entry = self.card.customer, self.current_entry()
        things = [("n", "name", text.line(customer.name)), ("e", "e-mail", next(iter(customer.emails), ""))]
        things += [("p", "phone", next(iter(customer.phones), "")), ("i", "id", str(customer.id))]
        things.append(("o", "order number", _order_number(entry)))
        things.append(("t", "text", _text(entry)))
        offered = [(key, what, value) for key, what, value in things if value]
        choices = [Choice(key, what) for key, what, _ in offered]
        by_key = {key: (what, value) for key, what, value in offered}

        def copy(key: str) -> None:
            what, value = by_key[key]
            self.app.copy_to_clipboard(text.show(value))
            shown = f": {words.one_way(text.line(value))}" if key != "t" and not words.rtl(value) else ""
            self.say(f"The {what} is copied, where your terminal allows it{shown}.")

        self.ask("Copy:", choices, copy)

    # ---- opening

    def action_attached(self) -> None:
        """Open what came with the row under the cursor, else a parcel that is under way."""
        things = _things(self.current_entry())
        if not things and self.matters is not None:
            things = [(_parcel(order), order.tracking_link) for order in self.matters.under_way if order.tracking_link]
        things = things[:_MOST]
        if not things:
            self.say("Nothing came with this row, and no parcel can be followed.")
        elif len(things) == 1:
            self._open(things[0][1])
        else:
            choices = [Choice(str(number), name) for number, (name, _) in enumerate(things, 1)]
            self.ask("Open:", choices, lambda key: self._open(things[int(key) - 1][1]))


def _who(customer: Customer) -> str:
    """Somebody with what tells them apart from a namesake."""
    address = next(iter((*customer.emails, *customer.phones)), "")
    return f"{words.call_name(customer)} ({customer.id}{f', {words.one_way(text.line(address))}' if address else ''})"


def _came(orders: int, conversations: int) -> str:
    counts = ((orders, "order"), (conversations, "conversation"))
    return ", ".join(text.plural(count, what) for count, what in counts if count) or "nothing came by it"


def _order_number(entry: Entry | None) -> str:
    what = entry.event.what if entry is not None and entry.event is not None else None
    return text.line(what.number) if isinstance(what, Order) else ""


def _text(entry: Entry | None) -> str:
    """The words of the row: the message as it came, or as it would leave."""
    if entry is None:
        return ""
    if entry.item is not None:
        return entry.item.action.draft.body
    what = entry.event.what if entry.event is not None else None
    if isinstance(what, Said):
        return what.message.body
    return what.row.body if isinstance(what, Sent) else ""


def _things(entry: Entry | None) -> list[tuple[str, File | str]]:
    """What can be opened of a row: its files, its parcel's link."""
    if entry is None:
        return []
    if entry.item is not None:
        return conversation.attached(entry.item)
    what = entry.event.what if entry.event is not None else None
    if isinstance(what, Order):
        return [(_parcel(what), what.tracking_link)] if what.tracking_link else []
    files = what.message.files if isinstance(what, Said) else what.row.files if isinstance(what, Sent) else ()
    return [(text.line(file.name) or "a file", file) for file in files if file.path]


def _parcel(order: Order) -> str:
    return words.one_way(f"parcel {text.line(order.tracking_number) or order.number}")
