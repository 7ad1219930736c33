"""Deciding on rows: approving, skipping, putting off, settling what perhaps left."""

from collections.abc import Callable, Sequence
from datetime import datetime

from retcon import text
from retcon.desk import drafts, outbox
from retcon.desk.today import Item
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.screens import menus, sayings
from retcon.screens.listing import ListScreen
from retcon.widgets import words
from retcon.widgets.worklist import Entry


class DecidingScreen(ListScreen):
    """A working list whose rows are decided on."""

    def took(self, number: int) -> None:
        """So many rows were decided on and are off the list."""

    def reload_at(self, key: str) -> None:
        """Show everything again, the cursor on that row."""

    def window_over(self) -> None:
        """What was approved can no longer be taken back."""

    # ---- approving

    def action_approve(self) -> None:
        """Approve the row, the fold or the marks, and move on."""
        self._approve(self.list.chosen(self.lines.current))

    def action_approve_fold(self) -> None:
        """Approve the whole fold, also from inside: what passes and was read."""
        entry = self.lines.current
        if entry is not None and entry.child and entry.line is not None:
            entry = next(other for other in self.list.entries if other.key == entry.line.key)
        self._approve((entry,) if entry is not None and entry.line is not None else ())

    def _approve(self, chosen: Sequence[Entry]) -> None:
        if not chosen or self.approved_already():
            return
        if not self.looked_at():
            self.say("That was on the screen for a blink only, so nothing was approved. a approves it now.")
            return
        self.note_read()
        taken = [self.list.take(entry) for entry in chosen]
        items = [item for one in taken for item in one.items]
        unread, refused = sum(len(one.unread) for one in taken), [item for one in taken for item in one.refused]
        if not items:
            self._say_why_nothing(chosen, unread, refused)
            return
        self.leave_or_stay(items)
        picks = [(item.action.id, item.action.revision) for item in items]
        left = sayings.left_for_you(unread, len(refused))
        self.do(lambda: drafts.approve(self.house, picks), lambda done: self._approved(items, done, left))

    def _say_why_nothing(self, chosen: Sequence[Entry], unread: int, refused: Sequence[Item]) -> None:
        if chosen[0].outbox is not None:
            self.say(f"{sayings.state_of(chosen[0].outbox)}: a does nothing here. Enter shows what settles it.")
        elif unread:
            self.say(f"{unread} for you to read: J shows them, then A.")
        elif refused and not any(item.action.draft.body.strip() for item in refused):
            self.say(f"{sayings.name_of(refused)}: no answer is written yet. e writes it.")
        elif len(refused) == 1:
            said, _ = words.verdict(refused[0].verdicts, refused[0].customer, self.zone, self.house.now())
            self.say(text.line(said), "warn")
        else:
            self.say("None of these may leave: ! says why.", "warn")

    def _approved(self, items: Sequence[Item], done: drafts.Approved, left: str) -> None:
        now = self.house.now()
        if done.refused:
            self.list.stays = ""
            first = text.sentence(text.line(done.refused[0][1]))
            self.say(f"{sayings.not_approved(items, done.refused)}: {first}", "warn")
            self.reload()
            if not done.rows:
                return
        approved = {row.action_id for row in done.rows}
        these = [item for item in items if item.action.id in approved]

        def said(now: datetime) -> str:
            seconds = round((done.undo_until - now).total_seconds())
            return sayings.approved(these, done.now, done.later, seconds, now, self.zone) + left

        if done.now:
            self.set_timer(max(0.0, (done.undo_until - now).total_seconds()) + 0.1, self.window_over)
        if done.refused:
            return
        if done.now and done.undo_until > now:
            self.count_down(said, done.undo_until)
        else:
            self.say(said(now))

    def decided(self, items: Sequence[Item]) -> None:
        """Take decided rows off the list at once; what the desk refuses comes back."""
        self.list.marks.clear()
        self.list.remove(item.action.id for item in items)
        self.took(len(items))
        self.show_list()

    def approved_already(self) -> bool:
        """Whether the open row is one that was approved and stays; says so."""
        entry = self.lines.current
        if not self.list.stays or entry is None or entry.key != self.list.stays:
            return False
        self.say("Approved already: u takes it back, d is done with it.")
        return True

    def leave_or_stay(self, items: Sequence[Item]) -> None:
        """What was approved goes off the list, unless it is open."""
        self.decided(items)

    # ---- skipping, putting off

    def action_skip(self) -> None:
        """Skip, with a reason; drop what perhaps left."""
        items, rows = self.chosen()
        if rows:
            self.resolve(rows, "drop")
        elif items:
            self.ask(f"Skip {sayings.name_of(items)}: why?", menus.SKIP, lambda key: self._skip(items, key))

    def _skip(self, items: Sequence[Item], key: str) -> None:
        self.decided(items)
        ids, never = [item.action.id for item in items], key == menus.NEVER
        self.do(
            lambda: drafts.skip(self.house, ids, menus.why(key), never=never),
            lambda done: self.told(done, sayings.skipped(items, menus.why(key), never)),
        )

    def action_snooze(self) -> None:
        """Show it again later."""
        items, _ = self.chosen()
        if items:
            self.ask(f"Show {sayings.name_of(items)} again:", menus.SNOOZE, lambda key: self._snooze(items, key))

    def _snooze(self, items: Sequence[Item], key: str) -> None:
        now = self.house.now()
        until = menus.until(key, now, self.zone)
        self.decided(items)
        ids = [item.action.id for item in items]
        self.do(
            lambda: drafts.snooze(self.house, ids, until),
            lambda done: self.told(done, sayings.put_off(items, until, now, self.zone)),
        )

    def told(self, done: drafts.Decided, words_: str) -> None:
        if done.refused:
            self.say(text.sentence(f"{done.words}; {len(done.refused)} not: {text.line(done.refused[0][1])}"), "warn")
            self.reload()
        else:
            self.say(words_)

    def chosen(self) -> tuple[list[Item], list[OutboxRow]]:
        chosen = self.list.chosen(self.lines.current)
        items = [item for entry in chosen for item in entry.items]
        return items, [entry.outbox for entry in chosen if entry.outbox is not None]

    # ---- what perhaps left

    def settle(self, entry: Entry, row: OutboxRow) -> None:
        """Ask what became of a row that needs the operator."""
        choices = menus.SETTLE.get(row.state, ())
        if choices:
            title = f"{sayings.state_of(row)}, to {words.call_name(entry.line.customer if entry.line else None)}:"
            self.ask(title, choices, lambda key: self._settled(row, key))

    def _settled(self, row: OutboxRow, key: str) -> None:
        if key == "s":
            title = "It may have arrived already: sending it again may reach them twice."
            self.ask(title, menus.SEND_AGAIN, lambda _: self.resolve([row], "again"))
        elif key == "r":
            verb = outbox.release if row.state == OutboxState.HELD else outbox.retry
            self._outbox([row], lambda: verb(self.house, row.id))
        else:
            self.resolve([row], {"a": "again", "d": "arrived", "x": "drop"}[key])

    def resolve(self, rows: Sequence[OutboxRow], how: str) -> None:
        """Settle what perhaps left: "arrived", "again" or "drop"."""

        def each() -> None:
            for row in rows:
                outbox.resolve(self.house, row.id, how)

        self._outbox(rows, each, sayings.resolved(how))

    def _outbox(self, rows: Sequence[OutboxRow], verb: Callable[[], object], said: str = "It waits again.") -> None:
        self.list.marks.clear()
        self.list.remove(outbox=[row.id for row in rows])
        self.show_list()

        def done(_: object) -> None:
            self.say(said)
            self.reload()

        self.do(verb, done)
