"""Reads the shop as rules and letters see it, once for a pass."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from retcon import library
from retcon.desk import days, learning, segments
from retcon.desk.house import House
from retcon.errors import QueryError
from retcon.library.files import Stamp
from retcon.model.policy import CountryProfile
from retcon.model.shop import Shop
from retcon.retention.days import Days
from retcon.store import mutes
from retcon.store.database import Connection, Database

_MINUTE = 60
_Parts = Mapping[str, Callable[[], Any]]


class _AsAsked(Shop):
    """The shop each part of which is read when it is first asked for: a list of rows asks for few."""

    __slots__ = ("_parts",)

    def __init__(self, parts: _Parts) -> None:
        object.__setattr__(self, "_parts", parts)

    def __getattr__(self, name: str) -> Any:
        """A part that wasn't read yet."""
        if name not in self._parts:
            raise AttributeError(name)
        part = self._parts[name]()
        object.__setattr__(self, name, part)
        return part


# The shop as it was read last with its days, and what they were read under.
_Known = tuple[tuple[int, int, Stamp], Shop, Days]
_last: "WeakKeyDictionary[Database, _Known]" = WeakKeyDictionary()


def current(house: House) -> Shop:
    """As `load`, read again where anybody has written since, and every minute: it is asked of each row of a list."""
    return _current(house)[1]


def days_of(house: House) -> Days:
    """What each day is where customers live, read as `current` is."""
    return _current(house)[2]


def _current(house: House) -> _Known:
    calendar = library.calendar_stamp(house.settings.places.config)
    under = house.database.data_version(), int(house.now().timestamp()) // _MINUTE, calendar
    known = _last.get(house.database)
    if known is None or known[0] != under:
        with house.database.read() as tx:
            known = _last[house.database] = (under, _AsAsked(_parts(house)), days.known(house, tx))
    return known


def load(house: House, tx: Connection) -> Shop:
    """What the shop sells, offers and keeps quiet about as of now. Raises ConfigError for the seller's mistakes."""
    return Shop(**{name: part() for name, part in _parts(house, tx).items()})


def _parts(house: House, within: Connection | None = None) -> _Parts:
    """How each part of the shop is read; in a transaction, or in one of its own."""
    settings = house.settings
    home = settings.places.config

    def of(work: Callable[[Connection], Any]) -> Callable[[], Any]:
        def read() -> Any:
            if within is not None:
                return work(within)
            with house.database.read() as tx:
                return work(tx)

        return read

    return {
        "assortment": of(lambda tx: learning.load_assortment(tx, home)),
        "own": lambda: library.own_days(home),
        "mutes": of(lambda tx: mutes.until(tx, house.now())),
        "shop_mails": lambda: frozenset(settings.policy.shop_mails),
        "profiles": lambda: _Profiles(home, settings.transit),
        "offers": lambda: library.offers(home),
        "phrases": lambda: library.phrases(home),
        "segments": of(lambda tx: _segments(house, tx)),
        "zone": lambda: settings.shop.timezone,
    }


def _segments(house: House, tx: Connection) -> dict[str, frozenset[int]]:
    """Who is in the segments that rules name; nobody in one that there isn't, or that means nothing any more."""
    found: dict[str, frozenset[int]] = {}
    for rule in library.rules(house.settings.places.config):
        name = rule.when.get("segment")
        if isinstance(name, str) and name not in found:
            try:
                found[name] = frozenset(segments.ids(house, tx, segments.asking(name)))
            except QueryError:
                found[name] = frozenset()
    return found


class _Profiles(Mapping[str, CountryProfile]):
    """Every country's profile, read when it is asked for, with the days that parcels take by the seller's own word."""

    def __init__(self, home: Path, transit: Mapping[str, int]) -> None:
        self._home = home
        self._transit = transit
        self._known: dict[str, CountryProfile] = {}

    def __getitem__(self, country: str) -> CountryProfile:
        if country not in self._known:
            found = library.profile(self._home, country)
            self._known[country] = replace(found, transit_days=self._transit.get(country, found.transit_days))
        return self._known[country]

    def __iter__(self) -> Iterator[str]:
        return iter(library.profiles(self._home))

    def __len__(self) -> int:
        return len(library.profiles(self._home))
