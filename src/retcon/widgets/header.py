"""The top: whose shop, how fresh, whether somebody sends, what is done and what is to go."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from textual.strip import Strip

from retcon import keys, localtime, text
from retcon.desk.today import Header as Facts
from retcon.frozen import dataclass
from retcon.widgets import words
from retcon.widgets.drawing import Drawn, Part, cut, width_of


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that the top says."""

    facts: Facts
    now: datetime
    tab: str  # whose screen it is: "Today"
    said: str  # what is on it: "12 done · 25 to go · €1,860 at stake"
    brief: str = ""  # the same where there is little room, and `aside` what goes first where there is less
    aside: str = ""
    progress: tuple[int, int] | None = None  # done and to go, where it is a day's work
    sends: bool = True  # whether this console sends by itself
    work: str = ""  # "syncing orders 400 of 1,496"


TABS = ("Today", "Customers", "Inbox", "Outbox", "Insights", "Playbook")


@dataclass(frozen=True, slots=True)
class _Said:
    """Some words; those of the highest rank go first where there is no room, those of rank 0 never."""

    words: str
    style: str
    before: str = " · "  # what sets it apart from what stands before it
    rank: int = 0


def _parts(said: Sequence[_Said]) -> list[Part]:
    parts: list[Part] = []
    for one in said:
        parts += [(one.before, "faint"), (one.words, one.style)] if parts else [(one.words, one.style)]
    return parts


def _width(said: Sequence[_Said]) -> int:
    return sum(width_of(words_) for words_, _ in _parts(said))


def _waits(state: State, many: str, one: str) -> str:
    """How many wait for an answer, and the longest of them: "2 wait for an answer, the longest 9 h"."""
    facts = state.facts
    if not facts.unanswered or facts.unanswered_since is None:
        return ""
    return f"{facts.unanswered} {one if facts.unanswered == 1 else many} {words.age(facts.unanswered_since, state.now)}"


def _sender(state: State) -> _Said:
    """Whether messages leave, and who lets them."""
    worker = text.line(state.facts.worker)
    if worker:
        return _Said("sender runs" if worker == "here" else f"sender on {cut(worker, 20)}", "muted", rank=2)
    if state.facts.sends or state.sends:
        return _Said("sends while open", "muted", rank=2)
    return _Said("nobody sends: retcon run", "warn", rank=1)


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
            return self._sides(self._narrow(state), self._condition(state, "%a %H:%M"))
        if y == 0:
            return self._sides([_Said(cut(state.facts.shop, 40), "strong")], self._condition(state, "%a %-d %b %H:%M"))
        if y == 1:
            waits = _waits(state, "wait for an answer, the longest", "waits for an answer,")
            said = [_Said(waits, "", rank=2)] if waits and state.tab == "Today" else []
            return self._sides(_tabs(state), [*said, _Said(state.said, "muted", rank=1)])
        return self._progress(state)

    def _narrow(self, state: State) -> list[_Said]:
        said = [_Said(state.tab, "strong"), _Said(state.brief or state.said, "muted", "  ")]
        waits = _waits(state, "wait,", "waits,") if state.tab == "Today" else ""
        said += [_Said(waits, "", " · ", 1)] if waits else []
        aside = [_Said(state.aside, "muted", ", " if not waits else " · ", 6)] if state.aside else []
        return [*said, *aside]

    def _condition(self, state: State, clock: str) -> list[_Said]:
        facts = state.facts
        said: list[_Said] = []
        if not facts.live:
            said.append(_Said("practice", "warn"))
        if facts.held:
            said.append(_Said("on hold", "warn"))
        if state.work:
            said.append(_Said(state.work, "accent", rank=3))
        elif facts.offline_since is not None:
            since = localtime.when(facts.offline_since, state.now, facts.zone)
            said.append(_Said(f"offline since {since}", "warn", rank=1))
        else:
            synced = f"synced {words.ago(facts.synced_at, state.now)}"
            said.append(_Said(synced, "warn" if facts.trouble else "muted", rank=1 if facts.trouble else 4))
        if not facts.held:
            said.append(_sender(state))
        if facts.away_until is not None:
            said.append(_Said(f"away until {localtime.day(facts.away_until, state.now, facts.zone)}", "muted", rank=3))
        said.append(_Said(f"{localtime.local(state.now, facts.zone):{clock}}", "muted", rank=5))
        return said

    def _sides(self, left: list[_Said], right: list[_Said]) -> Strip:
        """Words at both edges; where there is no room for all, what matters least goes."""
        room = self.size.width - 2
        while _width(left) + _width(right) + 2 > room and any(one.rank for one in (*left, *right)):
            least = max((one for one in (*left, *right)), key=lambda one: one.rank)
            left, right = [one for one in left if one is not least], [one for one in right if one is not least]
        space = room - _width(left) - _width(right)
        return self.row([(" ", ""), *_parts(left), (" " * max(space, 0), ""), *_parts(right)])

    def _progress(self, state: State) -> Strip:
        width = self.size.width - 2
        worked, to_go = state.progress or (0, 0)
        done = width * worked // (worked + to_go) if worked + to_go else 0
        return self.row([(" ", ""), ("━" * done, "accent"), ("─" * (width - done), "faint")])


def _tabs(state: State) -> list[_Said]:
    """The screens with their keys, and how much is on each."""
    facts = state.facts
    numbers = {
        "Today": facts.due + facts.needs_you,
        "Inbox": facts.unanswered,
        "Outbox": facts.waiting + facts.needs_you,
    }
    said: list[_Said] = []
    for tab in TABS:
        here = tab == state.tab
        said.append(_Said(keys.name(tab.lower()), "accent" if here else "faint", "   "))
        said.append(_Said(tab, "strong" if here else "muted", " "))
        if numbers.get(tab):
            said.append(_Said(f"{numbers[tab]:,}", "accent" if here else "muted", " "))
    return said


def other_tabs(tab: str) -> str:
    """The other screens with their keys, where the header has no room for them: "2 Customers  3 Inbox"."""
    return "  ".join(f"{keys.name(other.lower())} {other}" for other in TABS if other != tab)
