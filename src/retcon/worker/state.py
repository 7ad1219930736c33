"""What the worker knows as it goes on: its turns, the child at work, the trouble that was told."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from retcon import config, localtime, logs, text
from retcon.desk import awake
from retcon.desk.house import House
from retcon.errors import RetconError
from retcon.jobs import Ended

RENEWED = timedelta(minutes=2)
LOOKED = timedelta(minutes=1)  # between two looks at what costs a little
# How long something rests that only the operator can mend: at first, and at most.
REST, REST_MOST = timedelta(minutes=5), timedelta(hours=1)

_log = logging.getLogger("retcon.worker")


class Terminated(KeyboardInterrupt):
    """The system asked us to end."""


class TakenOver(RetconError):
    """Another worker has the lease: this one has to go."""


class Child(Protocol):
    """A child at work, such as jobs.Child."""

    ended: Ended | None
    steps: int

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        ...

    def stop(self) -> None:
        """End it, and wait until it is gone."""
        ...


# The time on the operator's clock, and the line.
Tell = Callable[[datetime, str], None]
Start = Callable[[str, Sequence[str]], Child]  # "sync" with the sources' names, or "refresh"


@dataclass(slots=True)
class Turn:
    """When something that may fail is done next."""

    at: datetime
    failures: int = 0

    def come(self, now: datetime, most: timedelta = REST_MOST) -> bool:
        """Whether it is time; also where the clock went back, so that it would be longer than it ever is."""
        return self.at <= now or self.at - now > most

    def failed(self, now: datetime, first: timedelta, most: timedelta) -> None:
        """Twice as long after every failure."""
        self.at = now + min(first * 2 ** min(self.failures, 20), most)
        self.failures += 1

    def succeeded(self, at: datetime) -> bool:
        """Whether it had failed before."""
        had, self.at, self.failures = self.failures > 0, at, 0
        return had


@dataclass(slots=True)
class Working:
    """The child at work: for which sources (none: it recomputes), since when, and when it was heard last."""

    child: Child
    names: tuple[str, ...]
    since: datetime
    heard: datetime
    steps: int = 0


@dataclass(slots=True)
class Worker:
    """What the worker knows as it goes on."""

    open_it: Callable[[], House]
    house: House
    token: int
    start: Start
    tell: Tell
    own_every: timedelta | None
    slice: timedelta
    files: tuple[Any, ...]
    expected: datetime  # when it meant to look at the clock again
    renewed: datetime
    news: Turn
    refresh: Turn
    usable: bool = True  # the settings are
    turns: dict[str, Turn] = field(default_factory=dict[str, Turn])  # of the sources
    resting: dict[str, Turn] = field(default_factory=dict[str, Turn])  # of channels that the operator has to mend
    working: Working | None = None
    judged: datetime | None = None  # when what waits was judged last; None: judge it again
    again: datetime | None = None  # when what didn't leave then is judged again
    version: int = -1  # of the database then
    told: set[str] = field(default_factory=set[str])  # what has trouble that was told
    untold: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])  # notices of our own, by key

    @property
    def every(self) -> timedelta:
        """How often a source is pulled."""
        return self.own_every or config.interval(self.house.settings.worker.every)

    def say(self, line: str) -> None:
        """One line on what happened, without addresses."""
        line = logs.masked(text.line(line))
        _log.info(line)
        self.tell(localtime.local(self.house.now(), self.house.settings.shop.timezone), line)

    def trouble(self, what: str, words: str) -> None:
        """Say it once, until it is over."""
        if what not in self.told:
            self.told.add(what)
            self.say(words)

    def over(self, what: str, words: str = "") -> None:
        """The trouble is over."""
        if what in self.told:
            self.told.discard(what)
            if words:
                self.say(words)


def renew(worker: Worker) -> None:
    """Keep the lease. Raises TakenOver where another worker has it."""
    now = worker.house.now()
    if worker.renewed <= now < worker.renewed + RENEWED:
        return
    if not awake.renew(worker.house, worker.token):
        raise TakenOver("Another retcon run has taken over.", "This one ends; one is enough.")
    worker.renewed = now


def length(time: timedelta) -> str:
    """How long that is, in minutes or hours: "5 minutes"."""
    minutes = max(1, round(time.total_seconds() / 60))
    return text.plural(minutes, "minute") if minutes < 120 else text.plural(round(minutes / 60), "hour")
