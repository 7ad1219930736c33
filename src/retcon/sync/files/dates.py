"""Dates as shops and spreadsheets write them.

A date with a zone is an instant. One without is the shop's local time, a date alone the start of a local day. In
"03/04/2026" the order of day and month follows from the other dates of the file, or is asked for.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from retcon import localtime
from retcon.errors import InputError, UsageError
from retcon.sync.source import AHEAD, EARLIEST

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_SPACE_BEFORE_ZONE = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)")
_TAIL = (
    r"(?:[T,]?\s*(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp])?\.?(?(half)[Mm]\.?)\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([./-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})\s*" + _TAIL, re.ASCII)
_YEAR_LAST = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})\s*" + _TAIL, re.ASCII
)
_DAY_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th)?[ -](?P<name>[A-Za-z]{3,9})\.?,?[ -](?P<year>\d{4})\s*" + _TAIL, re.ASCII
)
_MONTH_NAMED = re.compile(
    r"(?P<name>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})\s*" + _TAIL, re.ASCII
)
_SECONDS = re.compile(r"\d{10}(\d{3})?", re.ASCII)


class AmbiguousDates(UsageError):
    """Day and month cannot be told apart in a whole file; `day_first` and `month_first` say what the example means."""

    def __init__(self, example: str) -> None:
        self.example = example
        found = _YEAR_LAST.fullmatch(example)
        assert found is not None
        self.day_first = f"{int(found['one'])} {_MONTHS[int(found['two']) - 1]}"
        self.month_first = f"{int(found['two'])} {_MONTHS[int(found['one']) - 1]}"
        super().__init__(
            f"The dates can be read two ways: {example} is {self.day_first} or {self.month_first}.",
            "Say which: --dates dmy (day first) or --dates mdy (month first).",
        )


def order_of(dates: Iterable[str]) -> str:
    """The order of day and month in all of these dates, "dmy" or "mdy"; "dmy" where no date depends on it.

    Raises AmbiguousDates where they could be read both ways, InputError where they contradict each other.
    """
    example = ""
    votes: dict[str, str] = {}
    for written in dates:
        found = _YEAR_LAST.fullmatch(written.strip())
        if found is None or found["mark"] == ".":
            continue
        first, second = int(found["one"]), int(found["two"])
        if first > 12:
            votes.setdefault(DAY_FIRST, written)
        elif second > 12:
            votes.setdefault(MONTH_FIRST, written)
        elif first != second:
            example = example or written.strip()
    if len(votes) > 1:
        raise InputError(
            f"The dates contradict each other: {' and '.join(votes.values())}.",
            "Write all of them in one order, best as 2026-11-20, or say --dates to have the others refused.",
        )
    if not votes and example:
        raise AmbiguousDates(example)
    return next(iter(votes), DAY_FIRST)


def parse(written: str, order: str) -> datetime:
    """The date as it is written: aware where it names a zone, else naive. Raises InputError where it is none."""
    value = written.strip()
    try:
        if value[4:5] == "-":
            return datetime.fromisoformat(_SPACE_BEFORE_ZONE.sub("", value))
    except ValueError:
        pass
    try:
        return _parsed(value, order)
    except (ValueError, OverflowError):
        raise InputError(f"“{value[:40]}” is no date" if value else "the date is empty") from None


def _parsed(value: str, order: str) -> datetime:
    if _SECONDS.fullmatch(value):
        return datetime.fromtimestamp(int(value[:10]), UTC)
    if found := _YEAR_FIRST.fullmatch(value):
        month, day = int(found["month"]), int(found["day"])
    elif found := _YEAR_LAST.fullmatch(value):
        one, two = int(found["one"]), int(found["two"])
        day, month = (one, two) if order == DAY_FIRST or found["mark"] == "." else (two, one)
    elif found := _DAY_NAMED.fullmatch(value) or _MONTH_NAMED.fullmatch(value):
        month, day = _numbered(found["name"]), int(found["day"])
    else:
        raise ValueError
    year = int(found["year"])
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return datetime(  # noqa: DTZ001 (naive is what is written)
        year if year > 99 else 2000 + year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0)
    ).replace(tzinfo=_zone(found["zone"]))


def instant(value: datetime, zone: str, now: datetime) -> datetime:
    """The instant of a date, local time of the zone where it names none; in UTC, whole seconds.

    An hour that the clocks leap over counts as the one after it, one that they repeat as the first. Raises
    InputError before 1995 and more than two days after `now`.
    """
    there = value if value.tzinfo is not None else value.replace(tzinfo=localtime.zone(zone))
    try:
        moment = there.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise InputError(f"{value.date()} is no date of an order") from None
    if moment < EARLIEST:
        raise InputError(f"{value.date()} is before 1995")
    if moment > now + AHEAD:
        raise InputError(f"{value.date()} is in the future")
    return moment


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if name[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
    return timezone(-offset if name[0] == "-" else offset)


def _numbered(month: str) -> int:
    """The number of an English month, whole or cut short."""
    short = month.casefold()
    return next((number for number, name in enumerate(_MONTHS, 1) if name.casefold().startswith(short)), 0)
