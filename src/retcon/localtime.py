"""Instants, zones and hours of the day: pure, given the instant."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from retcon.frozen import dataclass

DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """The IANA zone; ValueError where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone is called {name}") from None


def is_zone(name: str) -> bool:
    """Whether there is an IANA zone of that name."""
    try:
        zone(name)
    except ValueError:
        return False
    return True


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


# Hours of one day, from the first to before the second.
Span = tuple[time, time]
# The hours of a day in a zone.
Opening = Callable[[str, date], Sequence[Span]]


def weekly(hours: Iterable[Hours]) -> Opening:
    """The same hours every week, in every zone."""
    table = tuple(hours)
    return lambda _zone, day: [(each.opens, each.closes) for each in table if each.weekday == day.weekday()]


def is_open(instant: datetime, zones: Iterable[str], opening: Opening) -> bool:
    """Whether the clock shows an hour within the opening in every one of the zones."""
    return all(_is_within(local(instant, name), opening(name, local(instant, name).date())) for name in zones)


def next_open(after: datetime, zones: Sequence[str], opening: Opening, days: int = 14) -> datetime | None:
    """The first instant, `after` or later, that `is_open` in every one of the zones; UTC.

    None where there is no such instant within so many days.
    """
    moment, limit = after, after + days * DAY
    while moment <= limit:
        opens = max((_next_open_in(moment, name, opening, limit) for name in zones), default=moment)
        if opens == moment:
            return moment.astimezone(UTC)
        moment = opens
    return None


def _next_open_in(after: datetime, zone_name: str, opening: Opening, limit: datetime) -> datetime:
    there = local(after, zone_name)
    day, last = there.date(), local(limit, zone_name).date()
    spans = opening(zone_name, day)
    if _is_within(there, spans):
        return after
    while day <= last:
        for starts in _starts(day, spans, zone_name) if spans else ():
            shown = local(starts, zone_name)
            if starts > after and shown.date() == day and _is_within(shown, spans):
                return starts
        day += timedelta(days=1)
        spans = opening(zone_name, day)
    return limit + DAY


def _is_within(there: datetime, spans: Iterable[Span]) -> bool:
    return any(opens <= there.time() < closes for opens, closes in spans)


def _starts(day: date, spans: Iterable[Span], zone_name: str) -> list[datetime]:
    """When hours of that day can begin: midnight, its openings, the instant at which the clock is put on or back."""
    place = zone(zone_name)
    first, last = datetime.combine(day, time(), place), datetime.combine(day + timedelta(days=1), time(), place)
    found = {first.astimezone(UTC)}
    for opens, _ in spans:
        found |= {datetime.combine(day, opens, place).replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    if first.utcoffset() != last.utcoffset():
        found.add(_change(first.astimezone(UTC), last.astimezone(UTC), place))
    return sorted(found)


def _change(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The second at which the clock that `after` is read on begins."""
    offset = after.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


# Where most people of a country with several zones live; CLDR lists them by name.
_LIKELIEST = frozenset(
    (
        "Africa/Kinshasa",
        "America/Argentina/Buenos_Aires",
        "America/Guayaquil",
        "America/Mexico_City",
        "America/New_York",
        "America/Nuuk",
        "America/Santiago",
        "America/Sao_Paulo",
        "America/Toronto",
        "Asia/Almaty",
        "Asia/Gaza",
        "Asia/Jakarta",
        "Asia/Kuala_Lumpur",
        "Asia/Nicosia",
        "Asia/Shanghai",
        "Asia/Tashkent",
        "Asia/Ulaanbaatar",
        "Australia/Sydney",
        "Europe/Berlin",
        "Europe/Kyiv",
        "Europe/Lisbon",
        "Europe/Madrid",
        "Europe/Moscow",
        "Pacific/Auckland",
        "Pacific/Majuro",
        "Pacific/Pohnpei",
        "Pacific/Port_Moresby",
        "Pacific/Tahiti",
        "Pacific/Tarawa",
    )
)
# Two zones whose clocks agree at each of these are one to us.
_SAMPLES = tuple(datetime(2026, month, day, tzinfo=UTC) for month in range(1, 13) for day in (1, 15))


@lru_cache(maxsize=512)
def zones_of(country: str) -> tuple[str, ...]:
    """The time zones of a country (ISO 3166-1 alpha-2), by CLDR; empty where it is unknown.

    The one that most people live in comes first; zones that show the same time all year are named once.
    """
    distinct: dict[tuple[timedelta | None, ...], str] = {}
    for name in _zones_by_country().get(country.upper(), ()):
        distinct.setdefault(_clock(name), name)
    return tuple(distinct.values())


@lru_cache(maxsize=512)
def _clock(name: str) -> tuple[timedelta | None, ...]:
    return tuple(sample.astimezone(zone(name)).utcoffset() for sample in _SAMPLES)


def alike(name: str, zones: Iterable[str]) -> str | None:
    """The first of the zones that shows the same time as this one all year."""
    return next((other for other in zones if _clock(other) == _clock(name)), None)


@lru_cache(maxsize=1)
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    from babel.core import get_global

    known = set(get_global("windows_zone_mapping").values())  # the one city that stands for each time
    found: dict[str, list[str]] = {}
    for name, territory in get_global("zone_territories").items():
        if not str(name).startswith("Etc/"):
            found.setdefault(str(territory), []).append(str(name))
    return {
        territory: tuple(sorted(names, key=lambda name: (name not in _LIKELIEST, name not in known, name)))
        for territory, names in found.items()
    }


def place(zone_name: str) -> str:
    """The zone's place as a person says it: "New York" of America/New_York."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(instant: datetime, now: datetime, zone_name: str) -> str:
    """The instant on the zone's clock, as short as it is clear seen from now: "14:41", "Monday 09:00", "3 May 09:00".

    An hour alone is the next or the last time that the clock shows it.
    """
    there = local(instant, zone_name)
    hour = f"{there:%H:%M}"
    days = (there.date() - local(now, zone_name).date()).days
    if days == 0 or abs(instant - now) < timedelta(hours=12):
        return hour
    if abs(days) < 7:
        return f"{_WEEKDAYS[there.weekday()]} {hour}"
    return f"{day(instant, now, zone_name)} {hour}"


def at(instant: datetime, now: datetime, zone_name: str) -> str:
    """The instant as `when` says it, fit to follow a verb: "at 14:41", "Monday 09:00"."""
    said = when(instant, now, zone_name)
    return f"at {said}" if said[0].isdigit() and len(said) == 5 else said


def day(instant: datetime, now: datetime, zone_name: str) -> str:
    """The day in the zone: "3 May", with its year where that isn't this year's."""
    there = local(instant, zone_name)
    year = "" if there.year == local(now, zone_name).year else f" {there.year}"
    return f"{there.day} {MONTHS[there.month - 1]}{year}"


_UNITS = ((DAY, "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def ago(then: datetime, now: datetime) -> str:
    """How long it is past, in whole units: "2 days ago", "40 minutes ago", "just now"."""
    for length, unit in _UNITS:
        count = (now - then) // length
        if count > 0:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"
