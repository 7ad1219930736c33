"""The calendar: data/calendar.toml, and the seller's own calendar.toml with days and shifts of theirs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from retcon import tomlfile
from retcon.frozen import dataclass
from retcon.library import files, territories
from retcon.model.calendar import Festival, Own, OwnDay
from retcon.retention import festivals, places
from retcon.tomlfile import Reader, setting

FILE = "calendar.toml"
_KINDS = ("gift", "sale", "quiet")
_MOST_SHIFTED = 30


@dataclass(frozen=True, kw_only=True)
class _Day:
    """A day of the seller's, `[days.NAME]`: on one date, from one to another, or by a rule in every year."""

    name: str = setting(help="what it is called", allowed="1 to 60 letters", check=lambda it: 0 < len(it.strip()) <= 60)
    kind: str = setting(
        help="what it is: a festival of gifts, a day of shopping, or a day without advertising",
        allowed=f"one of {', '.join(_KINDS)}",
        check=lambda kind: kind in _KINDS,
    )
    day: date | str | None = setting(
        None,
        help="the day",
        allowed=f"a day such as 2027-05-12, or in quotes a rule for every year: {festivals.RULES}",
        check=lambda day: type(day) is date or (isinstance(day, str) and _is_rule(day)),
    )
    from_: date | None = setting(
        None, help="its first day", allowed="a day such as 2027-05-12", check=lambda day: type(day) is date
    )
    to: date | None = setting(
        None, help="its last day", allowed="a day such as 2027-05-14", check=lambda day: type(day) is date
    )
    countries: tuple[str, ...] = setting(
        (),
        help="where; everywhere without it",
        allowed='a list of ISO 3166-1 codes such as ["DE", "AT"]',
        check=lambda codes: len(codes) > 0 and all(map(_is_country, codes)),
    )
    lead_days: int = setting(
        14, help="so many days before it is spoken of", allowed="0 to 120", check=lambda days: 0 <= days <= 120
    )


def read(home: Path) -> Own:
    """Our calendar with the seller's. Raises ConfigError with all mistakes in theirs."""
    try:
        document = tomlfile.read(home / FILE)
    except FileNotFoundError:
        return Own(festivals=ours())
    reader = Reader(document)
    given = dict(document.content)
    days = _days(given.pop("days", {}), reader)
    shifts = _shifts(given.pop("shifts", {}), reader)
    for name in given:
        reader.wrong((name,), f"{name} is unknown.", "Allowed: [days.NAME], [shifts.FESTIVAL].")
    reader.end()
    return Own(
        days=tuple(day for day in days if isinstance(day, OwnDay)),
        shifts=shifts,
        festivals=(*ours(), *(day for day in days if isinstance(day, Festival))),
    )


# ---- the seller's -------------------------------------------------------------------------------------------------


def _days(given: Any, reader: Reader) -> list[OwnDay | Festival]:
    tables = reader.mapping(given, "days", dict, "[days.NAME] with name, kind and day")
    found: list[OwnDay | Festival] = []
    for key, table in tables.items():
        day: _Day | None = reader.table(_Day, table, ("days", key)) if isinstance(table, dict) else None
        if day is None:
            continue
        if (day.day is None) == (day.from_ is None) or (day.from_ is None) != (day.to is None):
            reader.wrong(("days", key), f"days.{key} has no day.", "Give day, or from and to.")
        elif day.from_ is not None and day.to is not None and day.to < day.from_:
            reader.wrong(("days", key, "to"), f"days.{key} ends before it begins.", "Let to come after from.")
        else:
            found.append(_owned(day))
    return found


def _owned(said: _Day) -> OwnDay | Festival:
    name, where = said.name.strip(), frozenset(said.countries)
    if isinstance(said.day, str):
        day = " ".join(said.day.lower().split())
        source = "your calendar.toml"
        return Festival(
            id=name, name=name, kind=said.kind, lead_days=said.lead_days, countries=where, day=day, source=source
        )
    first, last = said.day or said.from_, said.day or said.to
    assert first is not None
    assert last is not None
    return OwnDay(name=name, kind=said.kind, day=first, last_day=last, countries=where, lead_days=said.lead_days)


def _shifts(given: Any, reader: Reader) -> dict[tuple[str, str], int]:
    """By how many days a festival is another day in a country: in every year, or under "ID:YEAR" in one."""
    known = {festival.id for festival in ours()}
    found: dict[tuple[str, str], int] = {}
    tables = reader.mapping(given, "shifts", dict, "[shifts.FESTIVAL] with COUNTRY = days")
    for id_, table in tables.items():
        if not isinstance(table, dict):
            continue
        name, _, year = id_.partition(":")
        if name not in known or not re.fullmatch(r"|\d{4}", year):
            nearest = ", ".join(sorted(known))
            reader.wrong(("shifts", id_), f"shifts.{id_} is no festival of ours.", f"Allowed: {nearest}.")
            continue
        for code, days in table.items():
            at = ("shifts", id_, code)
            if not _is_country(code):
                reader.wrong(at, f"shifts.{id_}.{code} is no country.", "Allowed: ISO 3166-1 codes such as ID.")
            elif type(days) is not int or abs(days) > _MOST_SHIFTED:
                allowed = f"Allowed: whole days, {-_MOST_SHIFTED} to {_MOST_SHIFTED}."
                reader.wrong(at, f"shifts.{id_}.{code} is no number of days.", allowed)
            else:
                found[id_, code] = days
    return found


def _is_rule(written: str) -> bool:
    try:
        festivals.ruled(written, 2028)
    except ValueError:
        return False
    return True


def _is_country(code: str) -> bool:
    return code in territories.names()


# ---- ours ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def ours() -> tuple[Festival, ...]:
    """The festivals of data/calendar.toml, one for each group of countries that finds its day alike."""
    content = tomlfile.read(files.OURS / FILE).content
    groups = {"fasting": places.FASTING}
    groups |= {name: frozenset(codes.split()) for name, codes in content["groups"].items()}
    return tuple(
        _festival(id_, table, dict(each), groups)
        for id_, table in content.items()
        if id_ != "groups"
        for each in table["on"]
    )


def _festival(
    id_: str, table: Mapping[str, Any], each: dict[str, Any], groups: Mapping[str, frozenset[str]]
) -> Festival:
    where = _countries(each.pop("in"), groups) - _countries(each.pop("not_in", ""), groups)
    found = Festival(
        id=id_, name=table["name"], kind=table["kind"], lead_days=table.get("lead_days", 0), countries=where
    )
    return replace(found, **{**each, "dates": tuple(each.get("dates", ()))})


def _countries(words: str, groups: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(code for word in words.split() for code in groups.get(word, (word,)))
