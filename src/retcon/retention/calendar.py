"""Festivals, holidays and seasons where a customer lives; asked thousands of times in a pass, worked out once.

`own` is `library.own_days(home)`: our calendar with the seller's. `holidays` and `hijridate` are loaded when they are
first needed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from retcon.model.calendar import Feast, Festival, Own, OwnDay
from retcon.retention import festivals, places

_RAMADAN, _EID, _EID_NAME, _EID_ID = "hijri 09-01", "hijri 10-01", "Eid al-Fitr", "eid-al-fitr"
_FAST = "fast"
_QUIET = "quiet"
_DAY = timedelta(days=1)


def feasts(own: Own, country: str, on: date, ahead_days: int, id_: str = "") -> tuple[Feast, ...]:
    """The festivals of a country that begin on the day or within so many days after it, the next first.

    With an id those of that one. Whether it is early enough to speak of one is the rule's to say: `lead_days` is what
    is usual.
    """
    found = _ahead(_of_id(own, id_) if id_ else own, country.upper(), on, ahead_days)
    return tuple(feast for feast in found if feast.kind != _QUIET and id_ in ("", feast.id))


def quiet(own: Own, country: str, on: date) -> str:
    """Why nothing is advertised in a country on that day: "Yom Kippur", a quiet day of the seller's; "" where one may.

    Etiquette, no law; nor are public holidays among them, see `holiday`.
    """
    found = _quiet(_quiet_alone(own), country.upper(), on)
    return found[0] if found else ""


@lru_cache(maxsize=8192)
def holiday(country: str, subdivision: str, on: date) -> str:
    """The public holiday on that day in a country, or a part of it ("DE-BY", "BY"), in English; "" where none is.

    Where the part isn't known, the whole country's.
    """
    code = country.upper()
    part = subdivision.upper().removeprefix(f"{code}-")
    names = festivals.holidays_of(code, part, "public", on.year).get(on, "")
    return ", ".join(dict.fromkeys(map(festivals.unmarked, names.split("; "))))


@lru_cache(maxsize=8192)
def is_ramadan(country: str, on: date, own: Own | None = None) -> bool:
    """Whether it is Ramadan on that day where the day goes by it: in the evening one may write, by day one doesn't.

    With `own`, as the seller has shifted its beginning and its end.
    """
    code = country.upper()
    if code not in places.FASTING:
        return False
    for year in (on.year - 1, on.year):
        for begins in festivals.ruled(_RAMADAN, year):
            ends = _eid(code, begins)
            shifts = [_shift(own, id_, code, day) for id_, day in (("ramadan", begins), (_EID_ID, ends))]
            if begins + shifts[0] <= on < ends + shifts[1]:
                return True
    return False


def season(country: str, on: date) -> str:
    """ "winter", "summer" or "rain" where a letter on the household may take it for granted, else ""."""
    return places.season(country, on.month)


def table(own: Own, years: Iterable[int], countries: Iterable[str]) -> tuple[Feast, ...]:
    """Every festival and every quiet day (kind "quiet") that begins in the years, day by day."""
    found: set[Feast] = set()
    for country in {code.upper() for code in countries}:
        for year in set(years):
            found |= set(_begins_in(own, country, year))
    return tuple(sorted(found, key=_in_order))


def countries(own: Own) -> frozenset[str]:
    """Every country that the calendar names."""
    return frozenset(code for each in (*own.festivals, *own.days) for code in each.countries)


# ---- worked out once --------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _ahead(own: Own, country: str, on: date, ahead_days: int) -> tuple[Feast, ...]:
    until = on + ahead_days * _DAY
    years = range(on.year, until.year + 1)
    found = (feast for year in years for feast in _begins_in(own, country, year))
    return tuple(feast for feast in found if on <= feast.day <= until)


@lru_cache(maxsize=8192)
def _quiet(own: Own, country: str, on: date) -> tuple[str, ...]:
    days = (feast for year in (on.year - 1, on.year) for feast in _begins_in(own, country, year))
    return tuple(feast.name for feast in days if feast.kind == _QUIET and feast.day <= on <= feast.last_day)


@lru_cache(maxsize=16)
def _quiet_alone(own: Own) -> Own:
    """The calendar's quiet days: nothing else is worked out to say of a day that it is none."""
    return replace(
        own,
        festivals=tuple(each for each in own.festivals if each.kind == _QUIET),
        days=tuple(day for day in own.days if day.kind == _QUIET),
    )


@lru_cache(maxsize=64)
def _of_id(own: Own, id_: str) -> Own:
    """The calendar's festivals of that id, of a fast with the one that ends it."""
    fast = any(each.id == id_ and each.kind == _FAST for each in own.festivals)
    ids = {id_, _EID_ID} if fast else {id_}
    return replace(
        own,
        festivals=tuple(each for each in own.festivals if each.id in ids),
        days=tuple(day for day in own.days if day.name == id_),
    )


@lru_cache(maxsize=512)
def _begins_in(own: Own, country: str, year: int) -> tuple[Feast, ...]:
    """What begins in the year, in order; of the years beside it what a shift brings over, and what ends a fast."""
    about = [feast for beside in (year - 1, year, year + 1) for feast in _of(own, country, beside)]
    ends = [feast.day for feast in about if feast.id == _EID_ID]
    found = (_fasting(feast, ends) if feast.kind == _FAST else feast for feast in about if feast.day.year == year)
    return tuple(sorted(found, key=_in_order))


@lru_cache(maxsize=1024)
def _of(own: Own, country: str, year: int) -> tuple[Feast, ...]:
    """What the rules say of the year, and the seller's own days in it."""
    found = [
        feast
        for festival in own.festivals
        if not festival.countries or country in festival.countries
        for feast in _feasts(own, festival, country, year)
    ]
    return (*found, *(_owned(day, country) for day in own.days if day.day.year == year and _holds(day, country)))


def _feasts(own: Own, festival: Festival, country: str, year: int) -> Iterable[Feast]:
    for each in festivals.found(festival, country, year):
        shift = _shift(own, festival.id, country, each.day)
        yield Feast(
            id=festival.id,
            kind=festival.kind,
            country=country,
            day=each.day + shift,
            last_day=each.last_day + shift,
            lead_days=festival.lead_days,
            certain=each.certain or bool(shift),
            name=festival.name,
            source=f"{each.source}; {shift.days:+d} by you" if shift else each.source,
        )


def _shift(own: Own | None, id_: str, country: str, day: date) -> timedelta:
    """By how much the seller has shifted it: in that year, else in every one."""
    shifts = own.shifts if own is not None else {}
    days = shifts.get((f"{id_}:{day.year}", country), shifts.get((id_, country), 0))
    return timedelta(days=days)


def _fasting(feast: Feast, ends: Iterable[date]) -> Feast:
    """The fast, until the day before the festival that ends it."""
    last = next((day - _DAY for day in ends if 27 <= (day - feast.day).days <= 32), feast.last_day)
    return replace(feast, last_day=last)


def _eid(country: str, begins: date) -> date:
    """The day on which the fast that begins then has ended in the country."""
    about = next(day for year in (begins.year, begins.year + 1) for day in festivals.ruled(_EID, year) if day > begins)
    rule = Festival(
        id="", name="", kind="", lead_days=0, countries=frozenset(), day=_EID, holiday=_EID_NAME, certain=False
    )
    return next((each.day for each in festivals.found(rule, country, about.year) if each.day >= about), about)


def _owned(day: OwnDay, country: str) -> Feast:
    return Feast(
        id=day.name,
        kind=day.kind,
        country=country,
        day=day.day,
        last_day=day.last_day,
        lead_days=day.lead_days,
        name=day.name,
        source="your calendar.toml",
    )


def _holds(day: OwnDay, country: str) -> bool:
    return not day.countries or country in day.countries


def _in_order(feast: Feast) -> tuple[date, str, str]:
    return feast.day, feast.id, feast.country
