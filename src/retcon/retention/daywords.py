"""Days as people write them in a sentence: "Friday", "Freitag 18:00", "3 jours", "1 December", "12月1日", "tomorrow".

Names of weekdays, months and units are CLDR's, by Babel; it has no word for tomorrow. Only digits are numbers.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from retcon import localtime
from retcon.frozen import dataclass
from retcon.localtime import DAY

if TYPE_CHECKING:
    from babel import Locale

# A day without an hour is meant to its last minute.
_LAST = time(23, 59)
_AHEAD: dict[str, tuple[str, str]] = {  # today, tomorrow
    "ar": ("اليوم", "غدا"),
    "cs": ("dnes", "zítra"),
    "da": ("i dag", "i morgen"),
    "de": ("heute", "morgen"),
    "el": ("σήμερα", "αύριο"),
    "en": ("today", "tomorrow"),
    "es": ("hoy", "mañana"),
    "fi": ("tänään", "huomenna"),
    "fr": ("aujourd'hui", "demain"),
    "he": ("היום", "מחר"),
    "hi": ("आज", "कल"),
    "id": ("hari ini", "besok"),
    "it": ("oggi", "domani"),
    "ja": ("今日", "明日"),
    "ko": ("오늘", "내일"),
    "ms": ("hari ini", "esok"),
    "nb": ("i dag", "i morgen"),
    "nl": ("vandaag", "morgen"),
    "pl": ("dzisiaj", "jutro"),
    "pt": ("hoje", "amanhã"),
    "ru": ("сегодня", "завтра"),
    "sv": ("i dag", "i morgon"),
    "th": ("วันนี้", "พรุ่งนี้"),
    "tr": ("bugün", "yarın"),
    "uk": ("сьогодні", "завтра"),
    "vi": ("hôm nay", "ngày mai"),
    "zh": ("今天", "明天"),
}
# Letters that are written without spaces between words.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_CLOCK = r"(?:\W{1,3}(?:\w{1,3}\s+){0,2}(?P<hour>[01]?\d|2[0-3])\s?[:.h]\s?(?P<minute>[0-5]\d)(?!\d))?"
_UNITS = {"duration-hour": timedelta(hours=1), "duration-day": DAY, "duration-week": 7 * DAY}
_LONGEST = 366 * DAY


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names: where in it, and until when that is, UTC."""

    start: int
    end: int
    until: datetime


@dataclass(frozen=True, slots=True)
class _Names:
    """What days are called in some languages, folded."""

    weekdays: dict[str, int]
    months: dict[str, int]
    units: dict[str, timedelta]
    ahead: dict[str, int]
    pattern: re.Pattern[str]


def find(text: str, languages: Iterable[str], now: datetime, zone: str) -> Iterator[Day]:
    """The days ahead that the text names, seen from `now` in the zone, in their order."""
    names = _names(tuple(dict.fromkeys(language.split("-")[0].lower() for language in languages if language)))
    folded = _fold(text)
    for match in names.pattern.finditer(folded):
        until = _until(match, names, localtime.local(now, zone))
        if until is not None and now < until <= now + _LONGEST:
            yield Day(match.start(), match.end(), until)


def _fold(text: str) -> str:
    """In lower case and with plain spaces and apostrophes, every letter still in its place."""
    lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lowered.translate({0xA0: " ", 0x202F: " ", 0x2019: "'"})


def _until(match: re.Match[str], names: _Names, here: datetime) -> datetime | None:
    said = match.groupdict()
    day: date | None
    if unit := said["unit"]:
        length = names.units[unit] * int(said["count"])
        if length > _LONGEST:
            return None
        if names.units[unit] < DAY:
            return here.astimezone(localtime.UTC) + length
        day = here.date() + length
    elif said["short"]:
        length = int(said["short"]) * {"h": timedelta(hours=1), "d": DAY, "w": 7 * DAY}[said["letter"]]
        if said["letter"] == "h":
            return here.astimezone(localtime.UTC) + length
        day = here.date() + length
    elif said["weekday"]:
        day = here.date() + ((names.weekdays[said["weekday"]] - here.weekday() - 1) % 7 + 1) * DAY
    elif said["ahead"]:
        day = here.date() + names.ahead[said["ahead"]] * DAY
    else:
        day = _dated(said, names, here.date())
    if day is None:
        return None
    hour = time(int(said["hour"]), int(said["minute"])) if said["hour"] else _LAST
    return datetime.combine(day, hour, here.tzinfo).astimezone(localtime.UTC)


def _dated(said: dict[str, Any], names: _Names, today: date) -> date | None:
    """The date; one without a year is the next of its name."""
    written = said["month"] or said["month_first"]
    month = int(said["iso_month"] or said["cjk_month"] or 0) or names.months.get(written or "", 0)
    number = int(said["iso_day"] or said["cjk_day"] or said["day"] or said["day_second"])
    year = said["iso_year"] or said["year"] or said["year_second"]
    try:
        if year:
            return date(int(year), month, number)
        found = date(today.year, month, number)
        return found if found >= today else date(today.year + 1, month, number)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _names(languages: tuple[str, ...]) -> _Names:
    weekdays: dict[str, int] = {}
    months: dict[str, int] = {}
    units: dict[str, timedelta] = {}
    ahead: dict[str, int] = {}
    for language in reversed(languages):  # what the first language says, wins
        locale = _locale(language)
        if locale is None:
            continue
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                weekdays |= _by_name(locale.days[context][width], language)
                months |= _by_name(locale.months[context][width], language)
        units |= _units_of(locale)
        today, tomorrow = _AHEAD.get(language, _AHEAD["en"])
        ahead |= {today: 0, tomorrow: 1}
        if language == "ar":
            ahead["غدًا"] = 1
    months = {word: month for word, month in months.items() if not any(letter.isdigit() for letter in word)}
    return _Names(weekdays, months, units, ahead, _pattern(weekdays, months, units, ahead))


def _pattern(
    weekdays: Iterable[str], months: Iterable[str], units: Iterable[str], ahead: Iterable[str]
) -> re.Pattern[str]:
    weekday, month, near = (_any(words) for words in (weekdays, months, ahead))
    unit = "|".join(rf"{re.escape(word)}{_end(word)}" for word in sorted(units, key=len, reverse=True)) or "(?!)"
    day = r"\d{1,2}"
    years = r"(?:\s*,?\s+(?:de\s+)?(?P<{}>20\d\d))?"
    return re.compile(
        rf"(?:(?<![\d.-])(?P<iso_year>20\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?!\d)"
        rf"|(?<!\d)(?P<cjk_month>\d{{1,2}})\s?[月월]\s?(?P<cjk_day>{day})\s?[日일号號]"
        rf"|(?<![\d.,:])(?P<day>{day})(?:\.|st|nd|rd|th|er|º)?\s?(?:de\s+|of\s+)?(?P<month>{month}){years.format('year')}"
        rf"|(?P<month_first>{month})\.?\s+(?P<day_second>{day})(?:st|nd|rd|th)?(?![\d:]){years.format('year_second')}"
        rf"|(?<![\d.,:])(?P<count>\d{{1,3}})\s?(?P<unit>{unit})"
        rf"|(?<![\w.,:])(?P<short>\d{{1,3}})(?P<letter>[hdw])(?!\w)"
        rf"|(?P<weekday>{weekday})"
        rf"|(?P<ahead>{near})){_CLOCK}"
    )


def _any(words: Iterable[str]) -> str:
    """Any of the words, as a whole one where its script sets words apart."""
    return "|".join(_whole(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _whole(word: str) -> str:
    begin = "" if _unspaced(word) else r"(?<!\w)"
    return f"{begin}{re.escape(word)}{_end(word)}"


def _end(word: str) -> str:
    return "" if _unspaced(word) else r"(?!\w)"


def _unspaced(word: str) -> bool:
    return re.match(f"[{_UNSPACED}]", word) is not None


def _units_of(locale: "Locale") -> dict[str, timedelta]:
    """What hours, days and weeks are called after a number, in all their forms."""
    from babel.units import format_unit

    found: dict[str, timedelta] = {}
    for unit, length in _UNITS.items():
        said = [
            format_unit(number, unit, length=width, locale=locale)
            for number in (1, 2, 3, 5, 11, 100)
            for width in ("long", "short")
        ]
        fields: Any = locale._data["date_fields"].get(unit.removeprefix("duration-"))  # pyright: ignore[reportPrivateUsage]
        said += [str(word) for word in (fields["future"] if fields and "future" in fields else {}).values()]
        for words in said:
            bare = re.search(r"(?:\d+|\{0\})\s*([^\s\d]+)", words)
            if bare and not bare[1].startswith("duration"):
                found[_name(bare[1])] = length
    return found


# Languages that decline the names of days: the ending is left open.
_DECLINING = frozenset(("cs", "hr", "pl", "ru", "sk", "sr", "uk"))
_CASES = {"а": "аыуеойю", "a": "aęyąiou", "е": "еяю", "o": "oau"}


def _by_name(names: Any, language: str) -> dict[str, int]:
    """The number of each name, folded; what is too short to be told from other words is left out."""
    found: dict[str, int] = {}
    for number, word in names.items():
        name = _name(word)
        if len(name) < 2 or (_unspaced(name) and len(name) < 3):
            continue
        found[name] = number
        if language in _DECLINING and len(name) > 4:
            found |= {name[:-1] + ending: number for ending in _CASES.get(name[-1], "")}
            found |= {name + ending: number for ending in "uaуа"}
    return found


def _name(word: str) -> str:
    return _fold(str(word)).strip().rstrip(".")


@lru_cache(maxsize=64)
def _locale(language: str) -> "Locale | None":
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None
