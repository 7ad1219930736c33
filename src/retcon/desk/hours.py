"""The hour at which a message is to leave: as it is typed, at the customer's place, and on both clocks."""

import re
import unicodedata
from datetime import UTC, datetime, time

from retcon import localtime, text
from retcon.desk import promises
from retcon.errors import UsageError
from retcon.localtime import DAY
from retcon.model.people import Customer

# A day without an hour is meant from its morning on.
_MORNING = time(9)
_LAST = time(23, 59)
_CLOCK = re.compile(
    r"(?P<day>.*?)(?:^|\s+)(?:at\s+)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>am|pm|uhr)?",
    re.IGNORECASE,
)
_HINT = "Say 9, 18:30, tomorrow, mon 9 or 2026-12-01 10:00."


def there(customer: Customer) -> str | None:
    """The time zone that the customer most likely lives in; None where none is known."""
    return next((name for name in customer.zones if localtime.is_zone(name)), None)


def parse_hour(said: str, now: datetime, zone: str, language: str = "en") -> datetime:
    """The hour ahead that was said, in the zone: "9", "18:30", "tomorrow", "mo 9", "friday 18:30", "2026-12-01 10:00".

    An hour alone is the next time that the clock shows it, a day alone its 9 o'clock. Raises UsageError where it is
    no hour ahead.
    """
    words = re.sub(r"(?<=\d)T(?=\d)", " ", " ".join(unicodedata.normalize("NFKC", said).split()))
    found = _CLOCK.fullmatch(words)
    clock = _clock(found) if found is not None else None
    if found is None or clock is None:
        at = _on(words, None, now, zone, language)
    elif not found["day"]:
        return _next(clock, now, zone)
    else:
        at = _on(found["day"], clock, now, zone, language) or _on(words, None, now, zone, language)
    if at is None:
        raise UsageError(f"“{text.line(said[:40])}” is no hour ahead.", _HINT)
    if at <= now:
        raise UsageError(f"It is past {localtime.when(at, now, zone)} there.", "Say an hour ahead.")
    return at


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(found["minute"] or 0)) if hour < 24 else None


def _on(words: str, clock: time | None, now: datetime, zone: str, language: str) -> datetime | None:
    """That hour of the day that the words name, without an hour the day's own or its morning; None for no day."""
    try:
        day = localtime.local(promises.parse_day(words, now, zone, language), zone)
    except UsageError:
        return None
    if clock is None:
        clock = _MORNING if day.time() == _LAST else day.time()
    return datetime.combine(day.date(), clock, day.tzinfo).astimezone(UTC)


def _next(clock: time, now: datetime, zone: str) -> datetime:
    """The next time that a clock there shows it."""
    here = localtime.local(now, zone)
    today, tomorrow = (
        datetime.combine(day, clock, here.tzinfo).astimezone(UTC) for day in (here.date(), here.date() + DAY)
    )
    return today if today > now else tomorrow


def on_both_clocks(at: datetime, now: datetime, zone: str | None, mine: str) -> str:
    """The hour in words: "Monday 09:00 there, 02:00 yours"; once where the clocks agree or theirs is unknown."""
    here = localtime.local(at, mine)
    if zone is None:
        return localtime.when(at, now, mine)
    its, said = localtime.local(at, zone), localtime.when(at, now, zone)
    if its.replace(tzinfo=None) == here.replace(tzinfo=None):
        return said
    yours = f"{here:%H:%M}" if here.date() == its.date() else localtime.when(at, now, mine)
    return f"{said} there, {yours} yours"
