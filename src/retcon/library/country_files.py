"""One file of a country, or of a group of countries, read strictly into fields of CountryProfile."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any, cast

from retcon.frozen import dataclass
from retcon.localtime import Hours
from retcon.model.offers import Style
from retcon.model.policy import BLOCKS, FORBIDDEN, MEDIA, NEEDS
from retcon.tomlfile import Document, Reader, setting

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Words that stand for several media: "chat" for all but mail.
_SEVERAL = {"all": MEDIA, "chat": MEDIA[1:]}
_MEDIA = f"{', '.join(MEDIA)}, chat (all but email), all"
_HOURS = 'hours by day, such as mon-fri = "10:00-18:00"'
_LANGUAGE = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"


def _list(allowed: str, words: tuple[str, ...] | str, help: str) -> Any:
    def fits(given: tuple[str, ...]) -> bool:
        return all(re.fullmatch(words, word) if isinstance(words, str) else word in words for word in given)

    return setting((), help=help, allowed=f"a list of {allowed}", check=fits)


def _media(help: str) -> Any:
    return _list(_MEDIA, (*MEDIA, *_SEVERAL), help)


def _count(most: int, help: str) -> Any:
    return setting(0, help=help, allowed=f"1 to {most}", check=lambda number: 1 <= number <= most)


def _one_of(words: tuple[str, ...], help: str) -> Any:
    return setting("", help=help, allowed=", ".join(words), check=lambda word: word in words)


@dataclass(frozen=True, kw_only=True)
class _CountryFile:
    """A country as its file says it, apart from the tables."""

    country: str = setting(
        "",
        help="its ISO 3166-1 code",
        allowed='a code such as "DE"',
        check=lambda code: re.fullmatch("[A-Z]{2}|", code) is not None,
    )
    group: str = setting("", help="the group that says the rest; without a country: the group that this file is of")
    name: str = setting("", help="as a sentence names it")
    languages: tuple[str, ...] = _list('languages such as "de", "pt-BR"', _LANGUAGE, "what is spoken there")
    channels: tuple[str, ...] = _media("media, those that people read first first")
    opt_out: tuple[str, ...] = _media("media on which advertising needs no yes before")
    soft_opt_in: tuple[str, ...] = _media("media on which buyers who were told at the checkout may be written to")
    soft_opt_in_months: int = _count(120, "for so many months after the last order")
    invites: bool = setting(False, help="whether a service message may ask for a permission in a line of its own")
    needs: tuple[str, ...] = _list(", ".join(NEEDS), NEEDS, "what advertising must carry")
    quiet_holidays: tuple[str, ...] = _media("media on which nothing is advertised on public holidays")
    most_per_day: int = _count(50, "advertising messages to one person in a day")
    one_channel_per_week: bool = setting(False, help="whether one person is written to on one channel alone in a week")
    forbids: tuple[str, ...] = _list(", ".join(FORBIDDEN), FORBIDDEN, "what may not stand in a message")
    style: str = _one_of(tuple(Style), "what moves people there to come back")
    address_form: str = _one_of(("formal", "informal"), "how customers are addressed there")
    mind: str = setting("", help="what matters there while writing, one line")
    weekend: tuple[str, ...] = _list(", ".join(_DAYS), _DAYS, "the days of the weekend")
    answer_days: int = _count(365, "days in which a request for one's data must be answered")
    transit_days: int = _count(120, "days from shipping to the door")
    law: tuple[str, ...] = setting((), help="what the law asks, whole sentences")
    checked: date | None = setting(None, help="the day it was looked at", allowed="a date such as 2026-11-21")
    sources: tuple[str, ...] = setting((), help="where it was read")


def read(document: Document) -> dict[str, Any]:
    """What the file says, as fields of CountryProfile, and `group`. Raises ConfigError with every mistake."""
    given = dict(document.content)
    reader = Reader(document)
    facts = {name: table(name, given.pop(name), reader) for name, table in _TABLES.items() if name in given}
    said: _CountryFile | None = reader.table(_CountryFile, given)
    if not given.keys() & {"country", "group"}:
        reader.wrong((), "country is missing.", 'It is its ISO 3166-1 code: country = "DE".')
    for part in facts.get("state_hours", ()):
        if said is not None and not re.fullmatch(f"{said.country}-[A-Z0-9]{{1,3}}", part):
            reader.wrong(("state_hours", part), f"state_hours.{part} is no part of the country.", "Such as: US-TX.")
    reader.end()
    assert said is not None
    facts |= {name: getattr(said, name) for name in given}
    for name in ("opt_out", "soft_opt_in", "quiet_holidays", "channels"):
        if name in facts:
            facts[name] = tuple(medium for word in facts[name] for medium in _SEVERAL.get(word, (word,)))
    for name in ("opt_out", "soft_opt_in", "quiet_holidays", "forbids"):
        if name in facts:
            facts[name] = frozenset(facts[name])
    if "needs" in facts:
        facts["marketing_needs"] = facts.pop("needs")
    if "style" in facts:
        facts["style"] = Style(facts["style"])
    if "weekend" in facts:
        facts["weekend"] = tuple(map(_DAYS.index, facts["weekend"]))
    return facts


# ---- tables ---------------------------------------------------------------------------------------------------


def _hours(name: str, given: Any, reader: Reader) -> tuple[Hours, ...]:
    return _days((name,), reader.mapping(given, name, str, _HOURS), reader)


def _days(path: tuple[str, ...], given: Mapping[str, Any], reader: Reader) -> tuple[Hours, ...]:
    """The hours by weekday: mon-fri = "10:00-18:00", fri = "09:00-11:30, 14:00-20:00"."""
    found: list[Hours] = []
    for days, windows in given.items():
        title = ".".join((*path, days))
        first, _, last = days.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            reader.wrong((*path, days), f"{title} is no day.", f"Allowed: {', '.join(_DAYS)}, or such as mon-fri.")
            continue
        span = (_DAYS.index(last or first) - _DAYS.index(first)) % 7
        for window in windows.split(",") if isinstance(windows, str) else ():
            opens, closes = _window(window)
            if opens is None or closes is None or opens >= closes:
                reader.wrong((*path, days), f"{title} holds no hours.", 'Allowed: such as "10:00-18:00".')
                break
            found += [Hours((_DAYS.index(first) + ahead) % 7, opens, closes) for ahead in range(span + 1)]
    return tuple(found)


def _hours_by(name: str, given: Any, reader: Reader) -> dict[str, tuple[Hours, ...]]:
    """Hours in tables by medium or by part of the country."""
    found: dict[str, tuple[Hours, ...]] = {}
    for key, table in reader.mapping(given, name, dict, f"a table of {_HOURS}").items():
        if isinstance(table, dict):
            days = cast("dict[str, Any]", table)
            for day, windows in days.items():
                if not isinstance(windows, str):
                    reader.wrong((name, key, day), f"{name}.{key}.{day} holds no hours.", f"Allowed: {_HOURS}.")
            found[key] = _days((name, key), days, reader)
    return found


def _medium_hours(name: str, given: Any, reader: Reader) -> dict[str, Any]:
    return _by_medium(name, _hours_by(name, given, reader), reader)


def _texts(name: str, given: Any, reader: Reader) -> dict[str, Any]:
    return _by_medium(name, reader.mapping(given, name, str, "a text by medium; an empty one lifts it"), reader)


def _by_medium(name: str, given: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """A table by medium; a medium's own entry wins over "chat", which wins over "all"."""
    for word in given:
        if word not in MEDIA and word not in _SEVERAL:
            reader.wrong((name, word), f"{name}.{word} is no medium.", f"Allowed: {_MEDIA}.")
    found: dict[str, Any] = {}
    for word, media in _SEVERAL.items():
        if word in given:
            found |= dict.fromkeys(media, given[word])
    return found | {word: value for word, value in given.items() if word in MEDIA}


def _blocks(name: str, given: Any, reader: Reader) -> dict[str, dict[str, str]]:
    """What the seller says of the country, by language."""
    allowed = f"{', '.join(BLOCKS)}, each a text"
    found: dict[str, dict[str, str]] = {}
    for language, texts in reader.mapping(given, name, dict, f"tables such as [{name}.de] of {allowed}").items():
        if not re.fullmatch(_LANGUAGE, language):
            reader.wrong((name, language), f"{name}.{language} is no language.", 'Allowed: such as "de", "pt-BR".')
        for block, words in (cast("dict[str, Any]", texts) if isinstance(texts, dict) else {}).items():
            if block not in BLOCKS or not isinstance(words, str):
                reader.wrong((name, language, block), f"{name}.{language}.{block} isn't known.", f"Allowed: {allowed}.")
            else:
                found.setdefault(language, {})[block] = words.strip()
    return found


_TABLES: Mapping[str, Callable[[str, Any, Reader], Any]] = {
    "hours": _hours,
    "service_hours": _hours,
    "ramadan_hours": _hours,
    "medium_hours": _medium_hours,
    "state_hours": _hours_by,
    "barred": _texts,
    "labels": _texts,
    "blocks": _blocks,
}
# Every line that there can be in a file.
LINES = (*(entry.name for entry in fields(_CountryFile)), *_TABLES)


def _window(written: str) -> tuple[time | None, time | None]:
    found = re.fullmatch(r"\s*(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)\s*", written)
    return (_time(found[1], found[2]), _time(found[3], found[4])) if found else (None, None)


def _time(hour: str, minute: str) -> time | None:
    if (hour, minute) == ("24", "00"):
        return time.max
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
