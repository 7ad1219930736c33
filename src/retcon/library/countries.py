"""Country profiles: countries/*.toml, the seller's in regions/; what a file doesn't say is as in the default."""

import re
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from retcon import tomlfile
from retcon.errors import Mistake
from retcon.frozen import dataclass
from retcon.library import files
from retcon.localtime import Hours
from retcon.model.policy import NEEDS, CountryProfile
from retcon.tomlfile import Document, Reader, setting

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _words(help: str) -> Any:
    return setting(
        (),
        help=help,
        allowed="a list of words",
        check=lambda words: all(re.fullmatch("[A-Za-z_-]+", word) for word in words),
    )


@dataclass(frozen=True, kw_only=True)
class _CountryFile:
    """A country as its file says it, apart from its hours."""

    country: str = setting(
        help="its ISO 3166-1 code",
        allowed='a code such as "DE"',
        check=lambda code: re.fullmatch("[A-Z]{2}|", code) is not None,
    )
    name: str = setting("", help="as a sentence names it")
    languages: tuple[str, ...] = _words("what is spoken there")
    channels: tuple[str, ...] = _words("kinds of channel, those that people read first first")
    opt_out: tuple[str, ...] = _words("kinds of channel on which advertising needs no yes before")
    soft_opt_in: tuple[str, ...] = _words("media on which buyers who were told at the checkout may be written to")
    soft_opt_in_months: int = setting(
        0, help="for so many months after the last order", allowed="1 to 120", check=lambda months: 1 <= months <= 120
    )
    invites: bool = setting(False, help="whether a service message may ask for a permission in a line of its own")
    needs: tuple[str, ...] = setting(
        (),
        help="what advertising must carry",
        allowed=f"a list of {', '.join(NEEDS)}",
        check=lambda needs: set(needs) <= set(NEEDS),
    )
    transit_days: int = setting(
        0, help="days from shipping to the door", allowed="1 to 120", check=lambda days: 1 <= days <= 120
    )
    checked: date | None = setting(None, help="the day it was looked at", allowed="a date such as 2026-11-21")


def read(home: Path) -> dict[str, CountryProfile]:
    """The profiles by country, the default under "". Raises ConfigError with the mistakes of all files."""
    said: dict[str, dict[str, Any]] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS / "countries", home / "regions"):
        for file in sorted(folder.glob("*.toml")):
            with files.gathering(mistakes):
                code, facts = _country(tomlfile.read(file))
                said[code] = {**said.get(code, {}), **facts}
    files.end(mistakes)
    for code, days in transit().items():
        if code in said:
            said[code].setdefault("transit_days", days)
    return {code: CountryProfile(**{**said[""], **facts}) for code, facts in said.items()}


@lru_cache(maxsize=1)
def transit() -> Mapping[str, int]:
    """Our days from shipping to the door, by country."""
    return tomlfile.read(files.OURS / "transit.toml").content


def _country(document: Document) -> tuple[str, dict[str, Any]]:
    """The country, and what the file says of it as fields of CountryProfile."""
    given = dict(document.content)
    reader = Reader(document)
    facts: dict[str, Any] = {
        name: _hours(name, given.pop(name), reader) for name in ("hours", "service_hours") if name in given
    }
    said: _CountryFile | None = reader.table(_CountryFile, given)
    reader.end()
    assert said is not None
    facts |= {name: getattr(said, name) for name in given if name != "needs"}
    if "needs" in given:
        facts["marketing_needs"] = said.needs
    for name in ("opt_out", "soft_opt_in"):
        if name in given:
            facts[name] = frozenset(getattr(said, name))
    return said.country, facts


def _hours(name: str, given: Any, reader: Reader) -> tuple[Hours, ...]:
    """The hours by weekday: mon-fri = "10:00-18:00", fri = "09:00-11:30, 14:00-20:00"."""
    found: list[Hours] = []
    for days, windows in reader.mapping(given, name, str, 'hours by day, such as mon-fri = "10:00-18:00"').items():
        first, _, last = days.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            reader.wrong((name, days), f"{name}.{days} is no day.", f"Allowed: {', '.join(_DAYS)}, or such as mon-fri.")
            continue
        span = (_DAYS.index(last or first) - _DAYS.index(first)) % 7
        for window in windows.split(",") if isinstance(windows, str) else ():
            opens, closes = _window(window)
            if opens is None or closes is None or opens >= closes:
                reader.wrong((name, days), f"{name}.{days} holds no hours.", 'Allowed: such as "10:00-18:00".')
                break
            found += [Hours((_DAYS.index(first) + ahead) % 7, opens, closes) for ahead in range(span + 1)]
    return tuple(found)


def _window(written: str) -> tuple[time | None, time | None]:
    found = re.fullmatch(r"\s*(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)\s*", written)
    return (_time(found[1], found[2]), _time(found[3], found[4])) if found else (None, None)


def _time(hour: str, minute: str) -> time | None:
    if (hour, minute) == ("24", "00"):
        return time.max
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
