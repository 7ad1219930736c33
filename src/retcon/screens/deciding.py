"""Deciding on what is due for people: approving, skipping, putting off."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from retcon import keys, text
from retcon.desk.today import Item
from retcon.screens import menus, sayings
from retcon.screens.noting import NotingScreen
from retcon.widgets import words
from retcon.widgets.view import View

if TYPE_CHECKING:
    from retcon.desk.drafts import Approved, Decided

# A held key repeats twenty times a second: what was on the screen for less than this was not decided on.
BLINK = 0.25


class DecidingScreen(NotingScreen):
    """A screen that shows what is due for people. What it shows and what becomes of it there is its subclass's."""

    _refused_at = float("-inf")  # when a key last came too soon

    # ---- what a subclass tells

    def person_shown(self) -> Item | None:
        """What is shown of a person; where nobody is, says why and returns None."""
        return None

    def chosen_items(self) -> list[Item]:
        """What a verb is about: the marked ones, else the one shown."""
        return []

    def whom(self) -> tuple[list[int], str]:
        """The person shown."""
        item = self.person_shown()
        return ([item.customer.id], words.call_name(item.customer)) if item is not None else ([], "")

    def to_approve(self) -> tuple[list[Item], str]:
        """What approving takes, and in words what it leaves; where it takes nothing, says why."""
        return self.chosen_items(), ""

    def looked_at(self) -> bool:
        """Whether what is shown was there long enough to be decided on."""
        return True

    def decided(self, items: Sequence[Item]) -> None:
        """Take what was decided on out of sight at once; what the desk refuses comes back."""

    def leave_or_stay(self, items: Sequence[Item]) -> None:
        """Take what was approved out of sight, unless it is to stay."""
        self.decided(items)

    def approved_already(self) -> bool:
        """Whether what is shown was approved already; says so."""
        return False

    def reload_at(self, key: str) -> None:
        """Show everything again, the cursor on that row."""
        self.reload()

    def view(self) -> View:
        """How the operator looks at what is shown."""
        raise NotImplementedError

    # ---- approving

    def action_approve(self) -> None:
        """Approve what is chosen, and move on."""
        items, left = self.to_approve()
        if items:
            self.approve(items, left)

    def approve(self, items: Sequence[Item], left: str = "", not_before: Mapping[int, datetime] | None = None) -> None:
        """Approve these, each for the hour chosen for its action; `left` says what was left out."""
        picks = [(item.action.id, item.action.revision) for item in items]
        self.leave_or_stay(items)
        from retcon.desk import drafts

        self.do(
            lambda: drafts.approve(self.house, picks, not_before=not_before),
            lambda done: self._approved(items, done, left),
        )

    def blinked(self) -> bool:
        """Whether what is shown was there for too short a time, or the key is being held; says so."""
        now = self.shared.monotonic()
        if self.looked_at() and now - self._refused_at >= BLINK:
            return False
        self._refused_at = now
        key = keys.name("approve")
        self.say(f"That was on the screen for a blink only, so nothing was approved. {key} approves it now.")
        return True

    def say_why_not(self, refused: Sequence[Item]) -> None:
        """Say why none of these was approved."""
        if not any(item.action.draft.body.strip() for item in refused):
            self.say(f"{sayings.name_of(refused)}: no answer is written yet. {keys.name('edit')} writes it.")
        elif len(refused) == 1:
            said, _ = words.verdict(refused[0].verdicts, refused[0].customer, self.zone, self.house.now())
            self.say(text.line(said), "warn")
        else:
            self.say(f"None of these may leave: {keys.name('why')} says why.", "warn")

    def not_approved(self) -> None:
        """The desk refused what was taken out of sight."""

    def _approved(self, items: Sequence[Item], done: "Approved", left: str) -> None:
        now = self.house.now()
        if done.refused:
            self.not_approved()
            first = text.sentence(text.line(done.refused[0][1]))
            self.say(f"{sayings.not_approved(items, done.refused)}: {first}", "warn")
            self.reload()
            if not done.rows:
                return
        approved = {row.action_id for row in done.rows}
        these = [item for item in items if item.action.id in approved]
        offline = self.facts is not None and self.facts.offline_since is not None

        def said(now: datetime) -> str:
            seconds = round((done.undo_until - now).total_seconds())
            if any(row.chosen_at for row in done.rows):
                return sayings.approved_for(these, done.rows, now, self.zone) + left
            return sayings.approved(these, done.now, done.later, seconds, now, self.zone, offline=offline) + left

        if done.now:
            self.set_timer(max(0.0, (done.undo_until - now).total_seconds()) + 0.1, self.window_over)
        if done.refused:
            return
        if done.now and done.undo_until > now and not offline:
            self.count_down(said, done.undo_until)
        else:
            self.say(said(now))

    # ---- skipping, putting off

    def action_skip(self) -> None:
        """Skip, with a reason."""
        items = self.chosen_items()
        if items:
            self.ask(f"Skip {sayings.name_of(items)}: why?", menus.SKIP, lambda key: self._skip(items, key))

    def _skip(self, items: Sequence[Item], key: str) -> None:
        self.decided(items)
        ids, never = [item.action.id for item in items], key == menus.NEVER
        from retcon.desk import drafts

        self.do(
            lambda: drafts.skip(self.house, ids, menus.why(key), never=never),
            lambda done: self.told(done, sayings.skipped(items, menus.why(key), never)),
        )

    def action_snooze(self) -> None:
        """Show it again later."""
        items = self.chosen_items()
        if items:
            self.ask(f"Show {sayings.name_of(items)} again:", menus.SNOOZE, lambda key: self._snooze(items, key))

    def _snooze(self, items: Sequence[Item], key: str) -> None:
        now = self.house.now()
        until = menus.until(key, now, self.zone)
        self.decided(items)
        ids, answers = [item.action.id for item in items], key == menus.ANSWERED
        said = sayings.until_answer(items) if answers else sayings.put_off(items, until, now, self.zone)
        from retcon.desk import drafts

        self.do(
            lambda: drafts.snooze(self.house, ids, until, wakes_on_answer=answers),
            lambda done: self.told(done, said),
        )

    def told(self, done: "Decided", words_: str) -> None:
        """Say what was done, and what wasn't."""
        if done.refused:
            self.say(text.sentence(f"{done.words}; {len(done.refused)} not: {text.line(done.refused[0][1])}"), "warn")
            self.reload()
        else:
            self.say(words_)
