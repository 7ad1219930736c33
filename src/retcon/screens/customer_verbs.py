"""What is done with the customers chosen: marked, noted, tagged, left alone, copied, exported, opened."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from retcon import keys, text
from retcon.desk import customers
from retcon.desk.customers import Listing, Row, View
from retcon.screens import customer_menus as menus
from retcon.screens.console import Shared
from retcon.screens.noting import NotingScreen
from retcon.widgets.verbs import Command

if TYPE_CHECKING:
    from retcon.screens.card import CardScreen
    from retcon.widgets.people import People

# Terminals take no more than this from a program, in bytes.
MOST_COPIED = 70_000


class CustomerVerbs(NotingScreen):
    """Verbs about the customers marked, as far as the filter shows them, else about the one under the cursor."""

    people: "People"
    shown: View

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.listing: Listing | None = None
        self.marks: set[int] = set()
        self._card: CardScreen | None = None  # the one that was opened from here
        self._marked_here = 0  # how many of the marked the filter shows

    def moved(self) -> None:
        """The cursor is elsewhere."""

    # ---- marks

    def chosen(self) -> list[int]:
        """Whom a verb is about, in the order of the list."""
        if self._marked_here and self.listing is not None:
            return [id_ for id_ in self.listing.ids if id_ in self.marks]
        current = self.people.current
        return [current] if current is not None else []

    def who(self, ids: Sequence[int]) -> str:
        """The person, or how many there are."""
        return self.people.called(ids[0]) if len(ids) == 1 else menus.people(len(ids))

    def count_marks(self) -> None:
        """Count again how many of the marked are shown."""
        shown = self.listing.ids if self.listing is not None else ()
        self._marked_here = sum(id_ in self.marks for id_ in shown) if self.marks else 0

    def marked_words(self) -> str:
        """How many are marked, and what can be done with them."""
        number, here = len(self.marks), self._marked_here
        verbs = " ".join(keys.name(action) for action in ("note", "tag", "skip", "copy"))
        unmarks = f"{keys.name('unmark')} unmarks."
        if here == number:
            return f"{number:,} marked: {verbs} take {'it' if number == 1 else 'them'}, {unmarks}"
        if not here:
            return f"{number:,} marked, hidden by the filter: {keys.name('back')} shows them, {unmarks}"
        return f"{number:,} marked, {here:,} of them shown: {verbs} take those {here:,}, {unmarks}"

    def action_mark(self) -> None:
        """Mark the row, or unmark it, and go on."""
        current = self.people.current
        if current is None:
            return
        self.marks ^= {current}
        self._marked_here += 1 if current in self.marks else -1
        self.people.redraw()
        self.people.move(1)
        self.moved()
        self.quiet()

    def action_mark_alike(self) -> None:
        """Mark everybody that the filter shows."""
        if self.listing is not None:
            self.marks.update(self.listing.ids)
            self._marks_changed()

    def action_unmark(self) -> None:
        """Unmark all, the hidden ones too."""
        self.marks.clear()
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.count_marks()
        self.people.refresh()
        self.quiet()

    # ---- opening

    def action_open(self) -> None:
        """The card of the person under the cursor; there J and K walk this list."""
        self._open("")

    def action_write(self) -> None:
        """Write to this person, on their card."""
        self._open("write")

    def action_promise(self) -> None:
        """Keep a promise to this person, on their card."""
        self._open("promise")

    def action_why(self) -> None:
        """Why they stand where they stand, on their card."""
        self._open("why")

    def _open(self, verb: str) -> None:
        """Open the card, and run the verb on it when it has been read."""
        current = self.people.current
        if current is None:
            return
        from retcon.screens.card import CardScreen
        from retcon.screens.neighbours import Listed

        ids = self.listing.ids if self.listing is not None else (current,)
        card = self._card = CardScreen(self.shared, current, Listed(ids))
        card.wanted = verb
        self.app.push_screen(card)

    def on_screen_resume(self) -> None:
        """The cursor goes to whoever was looked at last."""
        if self._card is not None:
            self.people.go_to(self._card.customer_id)
            self._card = None

    # ---- notes, tags, leaving alone

    def whom(self) -> tuple[list[int], str]:
        """The marked, else the one under the cursor."""
        ids = self.chosen()
        return ids, self.who(ids) if ids else ""

    def action_skip(self) -> None:
        """Leave them alone, or end that."""
        ids = self.chosen()
        if not ids:
            return
        who = self.who(ids)

        def settle(key: str) -> None:
            alone = key == "l"

            def said(changed: int) -> str:
                if not changed:
                    return f"{who}: left alone already." if alone else f"{who}: may be written to already."
                some = who if len(ids) == 1 else menus.people(changed)
                return f"{some}: nothing is written to them." if alone else f"{some}: may be written to again."

            self.undoable(lambda: customers.leave_alone(self.house, ids, alone), said)

        self.ask(f"{who}:", menus.ALONE, settle)

    # ---- copying and exporting

    def commands(self) -> Sequence[Command]:
        """The list as a file."""
        return (Command("export", "export this list to a file: the marked, or all that the filter shows"),)

    def action_copy(self) -> None:
        """Copy names, addresses or ids, or write a file."""
        ids = self.chosen()
        if ids:
            many = bool(self._marked_here)
            title = f"Copy of {self.who(ids)}:"
            self.ask(title, menus.copying(len(ids) > 1, "these" if many else "the whole list"), self._copied)

    def _copied(self, key: str) -> None:
        if key == "f":
            self.action_export()
            return
        ids = self.chosen()
        what = {"n": "name", "e": "e-mail", "i": "id"}[key]

        def copy(rows: Mapping[int, Row]) -> None:
            found = [rows[id_] for id_ in ids if id_ in rows]
            lines = [text.line({"n": row.name, "e": row.email, "i": str(row.id)}[key]) for row in found]
            self._copy([line for line in lines if line], what, of=len(ids))

        self.do(lambda: customers.rows(self.house, ids), copy)

    def _copy(self, lines: Sequence[str], what: str, *, of: int) -> None:
        copied, number = "\n".join(lines), text.plural(len(lines), what)
        if not lines:
            self.say(f"Nothing to copy: no {what} is known.")
        elif len(copied.encode()) > MOST_COPIED:
            self.say(f"{number} are more than a terminal takes: {keys.name('copy')} f writes a file instead.")
        else:
            self.app.copy_to_clipboard(copied)
            without = f"; {of - len(lines):,} have none" if len(lines) < of else ""
            self.say(f"{number} copied, where your terminal allows it{without}.")

    def action_export(self) -> None:
        """Write the marked, else the whole list as it is narrowed, to a CSV file."""
        listing = self.listing
        ids = self.chosen() if self._marked_here else listing.ids if listing is not None else ()
        if not ids:
            self.say("Nobody is in the list, so there is nothing to export.")
            return
        view = self.shown

        def done(file: Path) -> None:
            self.say(f"{menus.people(len(ids))} in {file}")

        self.do(lambda: customers.export(self.house, view, ids), done)
