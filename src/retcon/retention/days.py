"""What a day is where a customer lives, for whoever advertises there: as it was kept, else worked out by the calendar.

What was kept spares the gate the packages that know it, which take longer than all else that it asks.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from retcon.frozen import dataclass
from retcon.model.calendar import KeptDays, Own
from retcon.retention import calendar

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days as the gate asks for them; `own` gives the calendar, which is read where something wasn't kept."""

    own: Callable[[], Own] = Own
    kept: KeptDays | None = None

    def quiet(self, country: str, on: date) -> str:
        """Why nothing is advertised there on that day, see `calendar.quiet`; "" where one may."""
        known = self._known(on, "quiet", country.upper())
        return calendar.quiet(self.own(), country, on) if known is None else known

    def holiday(self, country: str, subdivision: str, on: date) -> str:
        """The public holiday there on that day in English, "" where none is."""
        known = self._known(on, "holidays", place(country, subdivision))
        return calendar.holiday(country, subdivision, on) if known is None else known

    def is_ramadan(self, country: str, on: date) -> bool:
        """Whether it is Ramadan there on that day."""
        known = self._known(on, "ramadan", country.upper())
        return calendar.is_ramadan(country, on, self.own()) if known is None else bool(known)

    def _known(self, on: date, what: str, where: str) -> str | None:
        """What was kept of the day in that place; None where nothing was."""
        if self.kept is None or not self.kept.since <= on <= self.kept.until:
            return None
        days: Mapping[date, str] | None = getattr(self.kept, what).get(where)
        return None if days is None else days.get(on, "")


def place(country: str, subdivision: str) -> str:
    """A country or a part of it: "DE", "DE-BY"."""
    code = country.upper()
    part = subdivision.upper().removeprefix(f"{code}-")
    return f"{code}-{part}" if part else code


def _parted(where: str) -> tuple[str, str]:
    country, _, part = where.partition("-")
    return country, part


def work_out(
    own: Own, since: date, until: date, quiet: Iterable[str], holidays: Iterable[str], ramadan: Iterable[str]
) -> KeptDays:
    """What is to be kept of the days from the first to the last, for these places."""
    every = [since + number * _DAY for number in range((until - since).days + 1)]

    def of(places: Iterable[str], what: Callable[[str, date], str]) -> dict[str, dict[date, str]]:
        return {where: {day: said for day in every if (said := what(where, day))} for where in places}

    return KeptDays(
        since=since,
        until=until,
        quiet=of(quiet, lambda country, day: calendar.quiet(own, country, day)),
        holidays=of(holidays, lambda where, day: calendar.holiday(*_parted(where), day)),
        ramadan=of(ramadan, lambda country, day: "Ramadan" if calendar.is_ramadan(country, day, own) else ""),
    )
