"""The top: whose shop, how fresh, whether somebody sends, what is done and what is to go."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from retcon import localtime, money
from retcon.desk.today import Header as Facts
from retcon.widgets import words
from retcon.widgets.drawing import Drawn, Part, cut, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that the top says."""

    facts: Facts
    now: datetime
    due: int
    done: int
    stake_minor: int
    sends: bool = True  # whether this console sends by itself
    work: str = ""  # "syncing orders 400 of 1,496"


class Header(Drawn):
    """One row where there is little room, three where there is enough."""

    PREFIX = "header"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--strong",
        "header--muted",
        "header--faint",
        "header--accent",
        "header--warn",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state: State | None = None

    def show(self, state: State) -> None:
        """Say this; nothing is drawn where it says the same already."""
        state = replace(state, now=state.now.replace(second=0, microsecond=0))
        if state != self._state:
            self._state = state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        state = self._state
        if state is None:
            return self.row([])
        if self.size.height < 3:
            to_go: list[Part] = [("Today", "strong"), (f"  {state.due} to go, {state.done} done", "muted")]
            return self._sides(to_go, self._condition(state, "%a %H:%M"))
        if y == 0:
            return self._sides([(cut(state.facts.shop, 40), "strong")], self._condition(state, "%a %-d %b %H:%M"))
        if y == 1:
            at_stake = money.show(state.stake_minor, state.facts.currency)
            figures = f"{state.done} done · {state.due} to go · {at_stake} at stake"
            return self._sides([("Today", "accent"), (f" {state.due}", "")], [(figures, "muted")])
        return self._progress(state)

    def _condition(self, state: State, clock: str) -> list[Part]:
        facts = state.facts
        said: list[Part] = []
        if not facts.live:
            said.append(("practice", "warn"))
        if facts.held:
            said.append(("on hold", "warn"))
        if state.work:
            said.append((state.work, "accent"))
        else:
            said.append((f"synced {words.ago(facts.synced_at, state.now)}", "warn" if facts.trouble else "muted"))
        if not facts.held:
            awake = facts.sender or state.sends
            said.append(("sender on" if awake else "sender off", "muted" if awake else "warn"))
        said.append((f"{localtime.local(state.now, facts.zone):{clock}}", "muted"))
        parts: list[Part] = []
        for index, part in enumerate(said):
            parts += [(" · ", "faint"), part] if index else [part]
        return parts

    def _sides(self, left: list[Part], right: list[Part]) -> Strip:
        """Words at both edges; from the right side the last goes where there is no room for all."""
        room = self.size.width - 2
        while right and sum(width_of(words_) for words_, _ in (*left, *right)) + 2 > room:
            right = right[:-2]
        space = room - sum(width_of(words_) for words_, _ in (*left, *right))
        return self.row([(" ", ""), *left, (" " * max(space, 0), ""), *right])

    def _progress(self, state: State) -> Strip:
        width = self.size.width - 2
        every = state.done + state.due
        done = width * state.done // every if every else 0
        return self.row([(" ", ""), ("━" * done, "accent"), ("─" * (width - done), "faint")])
