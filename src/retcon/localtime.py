"""Instants, zones and hours of the day: pure, given the instant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The IANA zone; ValueError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called {name}") from None


def start_of_day(day: date, zone_name: str) -> datetime:
    """The instant at which the day begins in the zone, in UTC."""
    return datetime.combine(day, time(), zone(zone_name)).astimezone(UTC)


def local(instant: datetime, zone_name: str) -> datetime:
    """The same instant on the zone's clock."""
    return instant.astimezone(zone(zone_name))


def days_between(earlier: datetime, later: datetime) -> int:
    """Whole days from one instant to the other, rounded down; 0 where the second comes first."""
    return max(0, (later - earlier) // DAY)


def stamp(instant: datetime) -> str:
    """The instant as it is stored and printed: ISO 8601, UTC, whole seconds, "2026-11-20T07:52:00Z"."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """The instant that `stamp` wrote; aware, UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in which something may happen, for one weekday (0 = Monday): from `opens` to before `closes`."""

    weekday: int
    opens: time
    closes: time


def next_open(after: datetime, zones: Sequence[str], hours: Iterable[Hours]) -> datetime | None:
    """The first instant, `after` or later, that lies within the hours in every one of the zones; UTC.

    None where there is no such instant within the next two weeks.
    """
    table = tuple(hours)
    moment = after
    limit = after + 14 * DAY
    while moment <= limit:
        opening = max((_next_open_in(moment, name, table, limit) for name in zones), default=moment)
        if opening == moment:
            return moment.astimezone(UTC)
        moment = opening
    return None


def _next_open_in(after: datetime, zone_name: str, table: tuple[Hours, ...], limit: datetime) -> datetime:
    there = local(after, zone_name)
    for ahead in range(16):
        day = there.date() + timedelta(days=ahead)
        for window in sorted(table, key=lambda window: window.opens):
            if window.weekday != day.weekday():
                continue
            opens = datetime.combine(day, window.opens, zone(zone_name)).astimezone(UTC)
            closes = datetime.combine(day, window.closes, zone(zone_name)).astimezone(UTC)
            if after < closes:
                return max(after, opens)
    return limit + DAY


def zones_of(country: str) -> tuple[str, ...]:
    """The time zones of a country (ISO 3166-1 alpha-2), empty where it is unknown; by CLDR."""
    return _zones_by_country().get(country.upper(), ())


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    from babel.core import get_global

    found: dict[str, list[str]] = {}
    for name, territory in sorted(get_global("zone_territories").items()):
        found.setdefault(str(territory), []).append(str(name))
    return {territory: tuple(names) for territory, names in found.items()}
