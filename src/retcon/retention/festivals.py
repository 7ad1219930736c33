"""On which days a festival falls in a year: by a rule, by a country's public holidays, by the Hijri calendar."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast

from retcon.frozen import dataclass
from retcon.model.calendar import Festival

# What a rule may say, for whoever wrote one that says nothing.
RULES = "12-25, 2nd sunday of may, last monday of may, easter - 47, orthodox easter, hijri 10-01, hijri 10-01 + 2"

_HALF = ("january", "february", "march", "april", "may", "june")
_MONTHS = (*_HALF, "july", "august", "september", "october", "november", "december")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": 0}
_PLUS = re.compile(r"(.+) ([+-]) ?(\d{1,3})")
_FIXED = re.compile(r"(\d\d)-(\d\d)")
_NTH = re.compile(rf"({'|'.join(_ORDINALS)}) ({'|'.join(_WEEKDAYS)}) of ({'|'.join(_MONTHS)})")
_ESTIMATED = re.compile(r"\s*\((?:(observed), )?estimated\)")
_OBSERVED = " (observed)"
_DAY = timedelta(days=1)
# The moon is seen in the East up to two days after Umm al-Qura counts it, never before it.
_LATER = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The days of a festival, whether they are certain, and by what they are known."""

    day: date
    last_day: date
    certain: bool
    source: str


def found(festival: Festival, country: str, year: int) -> tuple[Found, ...]:
    """Its days in the year: mostly one; two of a lunar year that begins twice; none where nobody knows."""
    if known := [day for day in festival.dates if day.year == year]:
        return tuple(_lasting(festival, country, day, festival.certain, festival.source) for day in known)
    calendar = festival.calendar or country
    ruled = [(day, _worded(festival)) for day in _ruled(festival, year)]
    if not festival.holiday:
        return tuple(_lasting(festival, country, day, festival.certain, source) for day, source in ruled)
    named = _named(calendar, festival.category, festival.holiday, year)
    if not festival.day:
        starts = [day for day in named if day - _DAY not in named]
        ruled = [(day, "") for day in starts if (day + festival.plus * _DAY).year == year]
    days: list[Found] = []
    for day, source in ruled:
        near = [day + ahead * _DAY for ahead in range(_LATER + 1) if day + ahead * _DAY in named]
        if near:
            source = _named_words(festival, announced=named[near[0]])
            days.append(_lasting(festival, country, near[0], festival.certain and named[near[0]], source, named))
        else:
            days.append(_lasting(festival, country, day, festival.certain, source))
    return tuple(days)


def _lasting(
    festival: Festival, country: str, day: date, certain: bool, source: str, named: Mapping[date, bool] | None = None
) -> Found:
    """With the day on which it ends."""
    first = day + festival.plus * _DAY
    last = first + max(festival.days - 1, 0) * _DAY
    if not festival.days and named and not festival.plus:
        while last + _DAY in named:
            last += _DAY
    if festival.holidays_follow:
        while (last + _DAY) in holidays_of(country, "", "public", (last + _DAY).year):
            last += _DAY
    return Found(first, last, certain, source)


# ---- by a rule --------------------------------------------------------------------------------------------------


def _ruled(festival: Festival, year: int) -> tuple[date, ...]:
    """By its rule alone; the year is that of the rule's day."""
    if not festival.day:
        return ()
    days = ruled(festival.day, year)
    if festival.unless and set(days) & set(ruled(festival.unless, year)):
        return ruled(festival.instead, year)
    return days


def _worded(festival: Festival) -> str:
    """By what its day is known where its rule says it."""
    words = "the same day every year" if _FIXED.fullmatch(festival.day) else festival.day
    if words.startswith("hijri"):
        words += " by Umm al-Qura (hijridate)"
    if festival.unless:
        words += f", or {festival.instead} where that is {festival.unless}"
    if festival.plus:
        words += f", {festival.plus:+d} day"
    return f"{words}: {festival.source}" if festival.source else words


@lru_cache(maxsize=4096)
def ruled(rule: str, year: int) -> tuple[date, ...]:
    """The days in the year that a rule names (see RULES); ValueError where it says nothing."""
    words = " ".join(rule.lower().split())
    plus = timedelta()
    if ending := _PLUS.fullmatch(words):
        words, plus = ending[1], timedelta(days=int(ending[2] + ending[3]))
    if fixed := _FIXED.fullmatch(words):
        month, day = int(fixed[1]), int(fixed[2])
        date(2000, month, day)  # a leap year: 02-29 is a rule, 02-30 none
        return () if (month, day) == (2, 29) and not _is_leap(year) else (date(year, month, day),)
    if nth := _NTH.fullmatch(words):
        return _within(year, _nth(year, *nth.groups()), plus)
    if words in ("easter", "orthodox easter"):
        from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

        return _within(year, easter(year, EASTER_WESTERN if words == "easter" else EASTER_ORTHODOX), plus)
    if words.startswith("hijri ") and (fixed := _FIXED.fullmatch(words[6:])):
        return tuple(day + plus for day in _hijri(int(fixed[1]), int(fixed[2]), year))
    raise ValueError(f"“{rule}” names no day")


def _within(year: int, day: date | None, plus: timedelta) -> tuple[date, ...]:
    return (day + plus,) if day is not None else ()


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _nth(year: int, ordinal: str, weekday: str, month: str) -> date | None:
    number, place = _ORDINALS[ordinal], _MONTHS.index(month) + 1
    first = date(year, place, 1)
    day = first + (_WEEKDAYS.index(weekday) - first.weekday()) % 7 * _DAY
    days = [day + week * 7 * _DAY for week in range(5) if (day + week * 7 * _DAY).month == place]
    return days[number - 1] if number <= len(days) else None


def _hijri(month: int, day: int, year: int) -> tuple[date, ...]:
    """The day of the Hijri year in a year of ours, by Umm al-Qura, as far as that goes (until 2077)."""
    from hijridate import Hijri

    if not (1 <= month <= 12 and 1 <= day <= 29):
        raise ValueError(f"{month:02}-{day:02} is no day of the Hijri year")
    about = int((year - 622) * 365.2425 / 354.367)
    days: list[date] = []
    for hijri_year in (about - 1, about, about + 1, about + 2):
        if 1343 <= hijri_year <= 1500:
            there = Hijri(hijri_year, month, day).to_gregorian()
            days.append(date(there.year, there.month, there.day))
    return tuple(found for found in days if found.year == year)


# ---- by public holidays -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def holidays_of(country: str, part: str, category: str, year: int) -> Mapping[date, str]:
    """The holidays of a country, or of a part of it ("NSW"), by their English names; empty where none are known.

    What is reckoned ahead ends in "(estimated)". A part that isn't known has the whole country's.
    """
    import holidays

    kind = getattr(holidays, country, None) if re.fullmatch("[A-Z]{2}", country) else None
    if kind is None or category not in kind.supported_categories:
        return {}
    known = kind.subdivisions_aliases.get(part, part)
    arguments: dict[str, Any] = {
        "years": year,
        "categories": (category,),
        "language": "en_US",
        "subdiv": known if known in kind.subdivisions else None,
    }
    try:
        # Some countries mark by themselves what is only reckoned, Saudi Arabia doesn't, and others can't.
        days = holidays.country_holidays(country, islamic_show_estimated=True, **arguments)
    except ValueError:
        days = holidays.country_holidays(country, **arguments)
    return {day: name for day, name in cast("Iterable[tuple[date, str]]", days.items()) if day.year == year}


@lru_cache(maxsize=1024)
def _named(calendar: str, category: str, name: str, year: int) -> Mapping[date, bool]:
    """The days of that name in the year and next to it, with whether each is certain.

    A day that stands in for another counts only in years that have no day of the very name.
    """
    country, _, part = calendar.partition("-")
    days: dict[date, bool] = {}
    for about in (year - 1, year, year + 1):
        plain: dict[date, bool] = {}
        moved: dict[date, bool] = {}
        for day, names in holidays_of(country, part, category, about).items():
            for written in names.split("; "):
                bare = unmarked(written)
                if bare == name:
                    plain[day] = bare == written
                elif bare == name + _OBSERVED:
                    moved[day] = True
        days |= plain or moved
    return days


def _named_words(festival: Festival, *, announced: bool) -> str:
    """By what its day is known where a holiday says it."""
    words = f"{festival.holiday} of {festival.calendar}" if festival.calendar else festival.holiday
    words += " (holidays)" if announced else " (holidays), reckoned ahead"
    return f"{words}, {festival.plus:+d} day" if festival.plus else words


def unmarked(name: str) -> str:
    """A holiday's name without the mark that it is only reckoned."""
    return _ESTIMATED.sub(lambda mark: _OBSERVED if mark[1] else "", name)
