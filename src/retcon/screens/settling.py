"""What the operator does with approved messages: settle, hold, take back, another hour, another way."""

from collections.abc import Sequence

from retcon import keys, text
from retcon.desk import outbox as outboxes
from retcon.errors import UsageError
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxRow, OutboxState
from retcon.model.people import Customer
from retcon.screens import menus, sayings
from retcon.screens.board import BoardScreen
from retcon.widgets import words
from retcon.widgets.menu import Choice
from retcon.widgets.worklist import Entry

_WAITS = (OutboxState.QUEUED, OutboxState.HELD)
_BACK, _HOUR, _WAY = Choice("x", "take it back"), Choice("w", "another hour"), Choice("c", "next way")
_MENU = {
    OutboxState.QUEUED: (Choice("h", "hold it"), _BACK, _HOUR),
    OutboxState.HELD: (Choice("r", "let it go"), _BACK, _HOUR),
    OutboxState.FAILED: (Choice("r", "try again"), _WAY, Choice("x", "drop it")),
}


class SettlingScreen(BoardScreen):
    """A board of approved messages. What they look like there is its subclass's."""

    @property
    def message(self) -> OutboxRow | None:
        """The message under the cursor."""
        return self.lines.current.outbox if self.lines.current is not None else None

    def addressee(self, row: OutboxRow) -> Customer | None:
        """Whom the message is to."""
        lines = (line for line in self.list.lines if line.outbox is not None and line.outbox.id == row.id)
        return next((line.customer for line in lines), None)

    def _off(self, gone: Sequence[OutboxRow]) -> None:
        """Take them off the list at once; where they stand then, the next reading tells."""
        self.list.marks.clear()
        self.list.remove(outbox=[row.id for row in gone])
        self.show_list()

    def action_approve(self) -> None:
        """What stands here was approved already."""
        row = self.message
        if row is not None:
            can = "shows what settles it" if row.state in NEEDS_OPERATOR else "shows what can be done with it"
            state, approve, enter = sayings.state_of(row), keys.name("approve"), keys.name("open")
            self.say(f"{state}: {approve} does nothing here. {enter} {can}.")

    def action_approve_fold(self) -> None:
        """What stands here was approved already."""
        self.action_approve()

    def action_edit(self) -> None:
        """An approved text is frozen."""
        row = self.message
        if row is None:
            return
        if row.state in LEFT:
            self.say(f"It has left. {keys.name('write')} writes to them again.")
        else:
            back, edit = keys.name("skip"), keys.name("edit")
            self.say(
                f"An approved text stays as it is: {back} takes it back, then it is due again, and {edit} edits it."
            )

    def action_editor(self) -> None:
        """An approved text is frozen."""
        self.action_edit()

    def action_snooze(self) -> None:
        """What was approved has an hour."""
        self.say(f"What was approved isn't put off: {keys.name('when')} chooses another hour.")

    # ---- settling

    def settle(self, entry: Entry, row: OutboxRow) -> None:
        """Ask what becomes of the message; one that left is read."""
        if row.state in _MENU:
            title = f"{sayings.state_of(row)}, to {words.call_name(self.addressee(row))}:"
            self.ask(title, _MENU[row.state], lambda key: self._chosen(row, key))
        elif row.state in NEEDS_OPERATOR:
            super().settle(entry, row)
        else:
            self.open_reader()

    def _chosen(self, row: OutboxRow, key: str) -> None:
        failed, undo = row.state is OutboxState.FAILED, keys.name("undo")
        match key:
            case "h":
                self._outbox([row], lambda: outboxes.hold(self.house, row.id), f"You hold it. {undo} takes it back.")
            case "r" if failed:
                said = f"It is tried again. {undo} takes it back."
                self._outbox([row], lambda: outboxes.retry(self.house, row.id), said)
            case "r":
                said = f"You let it go. {undo} takes it back."
                self._outbox([row], lambda: outboxes.release(self.house, row.id), said)
            case "c":
                self._ask_way(row)
            case "w":
                self._ask_hour([row])
            case _ if failed:
                self.resolve([row], "drop")
            case _:
                self._take_back([row])

    def action_skip(self) -> None:
        """Take back what waits; drop what needs the operator."""
        _, chosen = self.chosen()
        waiting = [row for row in chosen if row.state in _WAITS]
        open_ = [row for row in chosen if row.state in NEEDS_OPERATOR]
        if waiting:
            self._take_back(waiting)
        elif open_:
            self.resolve(open_, "drop")
        elif chosen:
            leaving = any(row.state is OutboxState.SENDING for row in chosen)
            self.say("It is leaving at this moment." if leaving else "It has left, and nothing takes that back.")

    def action_done(self) -> None:
        """It arrived, where it perhaps left."""
        _, chosen = self.chosen()
        uncertain = [row for row in chosen if row.state is OutboxState.UNCERTAIN]
        if uncertain:
            self.resolve(uncertain, "arrived")
        elif chosen:
            self.say(f"{keys.name('done')} is for what perhaps left: it says that it arrived.")

    def _take_back(self, waiting: Sequence[OutboxRow]) -> None:
        from retcon.desk import withdrawing

        ids, one = [row.id for row in waiting], len(waiting) == 1
        name = words.call_name(self.addressee(waiting[0])) if one else str(len(ids))

        def done(taken: withdrawing.TakenBack) -> None:
            due = f"taken back, and due again: {keys.name('today')} Today. {keys.name('undo')} undoes it."
            stays = f" {len(taken.refused)} not: {text.line(taken.refused[0])}" if taken.refused else ""
            self.say(f"{name if not stays else len(taken.ids)} {due}{stays}")
            self.reload()

        self._off(waiting)
        self.do(lambda: withdrawing.take_back(self.house, ids), done)

    # ---- another hour

    def action_when(self) -> None:
        """Another hour for what waits."""
        _, chosen = self.chosen()
        waiting = [row for row in chosen if row.state in _WAITS]
        if waiting:
            self._ask_hour(waiting)
        elif chosen:
            self.say("Only what waits has an hour.")

    def _ask_hour(self, waiting: Sequence[OutboxRow]) -> None:
        one = self.addressee(waiting[0]) if len(waiting) == 1 else None
        name = f"{words.first_name(one)}, at their place" if one is not None and one.zones else "it, by your clock"
        whom = name if len(waiting) == 1 else f"{len(waiting)}, by your clock"

        def given(line: str) -> None:
            try:
                at = self.hour(one, line)
            except UsageError as error:
                self.say(sayings.failed(error), "warn")
                return
            them = sayings.taken_back() if len(waiting) == 1 else f"{keys.name('undo')} takes them back, one by one."

            def each() -> None:
                for row in waiting:
                    outboxes.move_to(self.house, row.id, at)

            self._outbox(waiting, each, f"Leaves {self.on_both_clocks(at, one)} at the earliest. {them}")

        self.ask_hour(f"When should it leave to {whom}?", one, given)

    # ---- another way

    def action_how(self) -> None:
        """The next way for what failed."""
        row = self.message
        if row is None:
            return
        if row.state is OutboxState.FAILED:
            self._ask_way(row)
        elif row.state in _WAITS:
            self.say(f"{keys.name('skip')} takes it back; then {keys.name('how')} chooses a way where it is due.")
        else:
            self.say(f"Another way is for what failed. {keys.name('write')} writes to them again.")

    def _ask_way(self, row: OutboxRow) -> None:
        from retcon.desk import ways, withdrawing

        name = words.call_name(self.addressee(row))

        def ask(found: Sequence[ways.Way]) -> None:
            letters = menus.letters([words.channel(way.medium) for way in found])
            by_letter = dict(zip(letters, found, strict=True))
            choices = [
                Choice(
                    letter,
                    words.channel(way.medium),
                    way.why_not or ("it failed there" if way.channel == row.channel else ""),
                )
                for letter, way in by_letter.items()
            ]
            if not any(not choice.why_not for choice in choices):
                self.say(f"{name} can't be reached by anything else: {keys.name('skip')} drops it.", "warn")
                return
            self.ask(f"Send it to {name} by:", choices, lambda key: go(by_letter[key]))

        def go(way: ways.Way) -> None:
            said = (
                f"{name}: by {words.channel(way.medium)} now, with the same words. {keys.name('undo')} takes it back."
            )
            self._outbox([row], lambda: withdrawing.by_another_way(self.house, row.id, way.channel), said)

        self.do(lambda: ways.ways(self.house, row.customer_id), ask)
