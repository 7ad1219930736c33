"""What went wrong lately: pulls that failed, channels that are down, and retcon's own log; no customer's words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from retcon import logs, text
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.store import channel_states, cursors

_LATELY = timedelta(days=14)
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, once or often: `at` is the last time, `first_at` the first."""

    at: datetime
    first_at: datetime
    where: str  # the source, the channel or the part of the program
    words: str
    trouble: bool  # False for what is merely told
    times: int = 1


def read(house: House, *, everything: bool = False) -> tuple[Event, ...]:
    """What went wrong in the last two weeks, the newest first, the same once; `everything`: also what went well."""
    since = house.now() - _LATELY
    with house.database.read() as tx:
        pulls = [_event(at, source, error, True) for source, at, error in cursors.failures(tx, since)]
        channels = [
            replace(_event(house.now(), name, trouble.reason, True), first_at=trouble.since)
            for name, trouble in channel_states.every(tx).items()
        ]
    own = [event for event in _own(house) if event.at >= since and (everything or event.trouble)]
    return tuple(sorted(_once((*pulls, *own, *channels)), key=lambda event: event.at, reverse=True))


def _own(house: House) -> Iterator[Event]:
    """The log of the program; a pull that failed is told by the pull."""
    for line in logs.tail(house.settings.places.logs):
        if not line.where.startswith("sync.engine") or not line.words.startswith("sync of "):
            yield _event(line.at, line.where.partition(".")[0], line.words, line.level != "INFO")


def _event(at: datetime, where: str, words: str, trouble: bool) -> Event:
    said = logs.masked(text.line(text.keep(words, _LONGEST)))
    return Event(at=at, first_at=at, where=text.line(where), words=said, trouble=trouble)


def _once(events: Iterable[Event]) -> Iterator[Event]:
    """The same of the same place as one, counted."""
    alike: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        alike.setdefault((event.where, event.words), []).append(event)
    for same in alike.values():
        first = min(event.first_at for event in same)
        yield replace(max(same, key=lambda event: event.at), first_at=first, times=len(same))
