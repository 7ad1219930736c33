"""Reads the shop as rules and letters see it, once for a pass."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from weakref import WeakKeyDictionary

from retcon import library
from retcon.desk import learning, segments
from retcon.desk.house import House
from retcon.errors import QueryError
from retcon.model.policy import CountryProfile
from retcon.model.shop import Shop
from retcon.store import mutes
from retcon.store.database import Connection, Database

# The shop as it was read last, and what it was read under.
_last: "WeakKeyDictionary[Database, tuple[tuple[int, int], Shop]]" = WeakKeyDictionary()
_MINUTE = 60


def current(house: House) -> Shop:
    """As `load`, read again where anybody has written since, and every minute: it is asked of each row of a list."""
    under = house.database.data_version(), int(house.now().timestamp()) // _MINUTE
    known = _last.get(house.database)
    if known is None or known[0] != under:
        with house.database.read() as tx:
            known = _last[house.database] = (under, load(house, tx))
    return known[1]


def load(house: House, tx: Connection) -> Shop:
    """What the shop sells, offers and keeps quiet about as of now. Raises ConfigError for the seller's mistakes."""
    settings = house.settings
    home = settings.places.config
    return Shop(
        assortment=learning.load_assortment(tx, home),
        own=library.own_days(home),
        mutes=mutes.until(tx, house.now()),
        shop_mails=frozenset(settings.policy.shop_mails),
        profiles=_Profiles(home, settings.transit),
        offers=library.offers(home),
        phrases=library.phrases(home),
        segments=_segments(house, tx),
        zone=settings.shop.timezone,
    )


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
