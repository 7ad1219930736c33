"""Playbook: from which risk on you are warned, tier by tier, and what your own past proposes; one key takes it."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from retcon import keys, localtime, text
from retcon.desk import thresholds as desk
from retcon.desk.thresholds import Kept, Pick
from retcon.desk.today import Header as Facts
from retcon.jobs import Ended
from retcon.model.thresholds import FEWEST, Threshold, needed_days
from retcon.retention import evidence
from retcon.screens import menus, sayings
from retcon.screens.console import Shared
from retcon.screens.rows_and_text import RowsAndText
from retcon.widgets import levels_page
from retcon.widgets.header import State
from retcon.widgets.levels import LevelRows
from retcon.widgets.verbs import Command
from retcon.widgets.view import Page


class PlaybookScreen(RowsAndText[Kept]):
    """The levels above, what the past says of each below."""

    CSS_PATH = "playbook.tcss"
    TAB = "Playbook"
    ABOUT = "From which risk on you are warned, tier by tier, and what your own past proposes."
    HOLDS = "here are levels"
    JOB = "thresholds"
    MEANS: ClassVar[Mapping[str, str]] = {
        "approve": "take the levels that your past proposes for this tier",
        "approve_fold": "take all levels that your past proposes",
        "edit": "set the levels of this tier by hand",
        "skip": "back to our own levels for this tier",
        "load": "ask your past anew, with the orders of now",
        "open": "who came back after how many days of silence",
        "next_item": "next tier",
        "previous_item": "the tier before",
        "copy": "copy what is shown",
    }

    def __init__(self, shared: Shared) -> None:
        self.levels = LevelRows(id="levels")
        super().__init__(shared, self.levels, desk.kept)

    @property
    def pick(self) -> Pick | None:
        """The tier and category under the cursor."""
        return self.levels.current

    @property
    def offered(self) -> Sequence[Pick]:
        """Where there is something to take."""
        return [pick for pick in self.kept.picks if self.kept.offers(pick)] if self.kept is not None else ()

    # ---- showing

    def show_rows(self, kept: Kept) -> None:
        """The tiers."""
        self.levels.show(kept, self.house.now(), self.zone)

    def page(self, kept: Kept) -> Page:
        """What the past says of the tier."""
        width = self.app.size.width
        if self.pick is None:
            return levels_page.nothing(kept, width)
        return levels_page.page(kept, self.pick, self.zone, width, opened=self.opened)

    def header_state(self, facts: Facts) -> State:
        """When the past was asked, and how much of it isn't taken."""
        said = brief = "when you are warned"
        if self.kept is not None and (found := self.kept.suggestion) is not None:
            on = localtime.day(found.made_at, self.house.now(), self.zone)
            brief = f"{len(self.offered)} to take" if self.offered else "nothing to take"
            said = f"your past was asked on {on} · {brief}"
        return State(facts=facts, now=self.house.now(), tab=self.TAB, said=said, brief=brief)

    def standing_words(self) -> tuple[str, str]:
        """What goes on, or what to know of what is shown."""
        if self.work.running(self.JOB):
            how_far = self.work.words.removeprefix("replaying").strip()
            return f"Asking your past{f': {how_far}' if how_far else ''}.", ""
        if self.kept is not None and self.kept.stale and self.kept.suggestion is not None:
            of, now = self.kept.suggestion.horizon_days, self.kept.horizon_days
            return f"This is for {of} days; config.toml says {now} now. {keys.name('load')} asks anew.", "warn"
        return self.trouble, "warn"

    def show_footer(self) -> None:
        """The keys that fit the tier."""
        kept, pick = self.kept, self.pick
        take = (("approve", "take"),) if kept is not None and pick is not None and kept.offers(pick) else ()
        every = (("approve_fold", "take all"),) if len(self.offered) > 1 else ()
        ask = (("load", "ask your past"),) if kept is not None and kept.possible else ()
        asked = kept is not None and kept.suggestion is not None and bool(kept.suggestion.proposals)
        way = (("back", "back"),) if self.opened else (("open", "evidence"),) if asked else ()
        shown = (*take, *every, *way, ("edit", "set"), ("skip", "ours"), *ask, ("undo", "undo"), ("help", "keys"))
        self.footer.show(menus.footer(*shown))

    def useless(self, action: str) -> str:
        """What can't be done with the tier, and why."""
        kept, pick = self.kept, self.pick
        if kept is None or pick is None:
            return ""
        if action == "load" and not kept.possible:
            return f"your past needs {needed_days(kept.horizon_days)} days of orders, and has {kept.history_days}"
        if action == "approve" and not kept.offers(pick):
            return self._why_not(kept, pick)
        if action == "approve_fold" and not self.offered:
            return "nothing is proposed that doesn't hold already"
        if action == "skip" and kept.of(pick).at is None:
            return f"of {evidence.name(*pick)} our own levels hold already"
        return ""

    def _why_not(self, kept: Kept, pick: Pick) -> str:
        name, proposal = evidence.name(*pick), kept.proposal(pick)
        if kept.suggestion is None:
            return f"your past wasn't asked yet: {keys.name('load')} asks it"
        if proposal is None:
            return f"your past says nothing of {name}"
        if not proposal.enough:
            return f"{name}: too few to tell, {proposal.resolved} resolved, {FEWEST} are needed"
        return f"{name}: these are the levels that your past proposes"

    def commands(self) -> Sequence[Command]:
        """What has no key."""
        return (Command("reset_all", "levels: back to our own for every tier"),)

    def done_words(self, ended: Ended) -> str:
        """How many levels are proposed."""
        proposals = ended.result.get("proposals")
        if not isinstance(proposals, int) or not proposals:
            return "Asked: your past proposes nothing else."
        return f"Asked: your past proposes other levels for {text.plural(proposals, 'tier')}."

    # ---- verbs

    def action_approve(self) -> None:
        """Take what is proposed for the tier."""
        pick = self.pick
        if pick is not None and not self.refused("approve"):
            self.do(lambda: desk.take(self.house, [pick]), self._took)

    def action_approve_fold(self) -> None:
        """Take all that is proposed."""
        if not self.refused("approve_fold"):
            self.do(lambda: desk.take(self.house), self._took)

    def _took(self, taken: Sequence[Threshold]) -> None:
        self._changed(taken, "taken")

    def action_skip(self) -> None:
        """Back to our own levels for the tier."""
        pick = self.pick
        if pick is not None and not self.refused("skip"):
            self.do(lambda: desk.reset(self.house, [pick]), lambda gone: self._changed(gone, "are ours again"))

    def action_reset_all(self) -> None:
        """Back to our own levels everywhere."""
        self.do(lambda: desk.reset(self.house), lambda gone: self._changed(gone, "are ours again"))

    def action_edit(self) -> None:
        """Set the tier's levels by hand."""
        pick = self.pick
        if pick is None:
            return

        def meant(line: str) -> str:
            levels = _levels(line)
            if levels is None:
                return "two shares, the warning first: 30 50"
            return f"warning {evidence.percent(levels[0])}, alarm {evidence.percent(levels[1])}"

        self.ask_line(
            f"Levels of {evidence.name(*pick)}   Esc back", "30 50", meant, lambda line: self._set(pick, line)
        )

    def _set(self, pick: Pick, line: str) -> None:
        levels = _levels(line)
        if levels is None:
            self.say(f"“{text.line(line)}” is no pair of levels. Write the warning and the alarm in %: 30 50", "warn")
            return
        self.do(lambda: desk.put(self.house, pick[0], *levels, pick[1]), lambda made: self._changed([made], "set"))

    def _changed(self, levels: Sequence[Threshold], how: str) -> None:
        """Say what was done; a child ranks everybody by it."""
        one = levels[0]
        who = evidence.name(one.tier, one.category) if len(levels) == 1 else text.plural(len(levels), "tier")
        self.say(f"Levels of {who} {how}. {sayings.taken_back()}")
        self.work.start("refresh")
        self.reload()


def _levels(line: str) -> tuple[float, float] | None:
    """The warning and the alarm that a line means, as probabilities; None where it means none."""
    parts = line.replace("%", " ").replace(",", ".").replace(";", " ").split()
    try:
        warning, alarm = (float(part) for part in parts)
    except ValueError:
        return None
    return (warning / 100, alarm / 100) if alarm > 1 else (warning, alarm)
