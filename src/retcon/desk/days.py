"""Keeps what the days of the next weeks are where customers live, so that no list of rows waits for the packages."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from retcon import __version__, library, localtime
from retcon.desk.house import House
from retcon.model.calendar import KeptDays
from retcon.retention.days import Days, place, work_out
from retcon.store import facts, occasions
from retcon.store.database import Connection

# Kept are a day or two that are past somewhere, and so many ahead; worked out anew where fewer than these are left.
_BACK, _AHEAD, _LEFT = timedelta(days=3), timedelta(days=75), timedelta(days=45)
_WHAT = ("quiet", "holidays", "ramadan")


def known(house: House, tx: Connection) -> Days:
    """The days as the gate asks for them; what was kept under another calendar isn't used."""
    return Days(partial(library.own_days, house.settings.places.config), _kept(house, tx))


def keep(house: House) -> None:
    """Work out what the days are where customers live, unless that is kept already; part of a full refresh."""
    home = house.settings.places.config
    today = localtime.local(house.now(), house.settings.shop.timezone).date()
    with house.database.read() as tx:
        kept, homes = _kept(house, tx), occasions.homes(tx)
    countries = {country for country, _ in homes}
    wanted = {
        "quiet": countries,
        "holidays": {place(*where) for where in homes if library.profile(home, where[0]).quiet_holidays},
        "ramadan": {country for country in countries if library.profile(home, country).ramadan_hours},
    }
    if kept is not None and kept.since < today <= kept.until - _LEFT and _covers(kept, wanted):
        return
    found = work_out(library.own_days(home), today - _BACK, today + _AHEAD, **wanted)
    said = {
        "under": _under(house),
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        **{what: _written(getattr(found, what)) for what in _WHAT},
    }
    house.database.write(lambda tx: facts.put(tx, facts.DAYS, json.dumps(said)))


def _covers(kept: KeptDays, wanted: Mapping[str, set[str]]) -> bool:
    return all(places <= getattr(kept, what).keys() for what, places in wanted.items())


def _kept(house: House, tx: Connection) -> KeptDays | None:
    written = facts.get(tx, facts.DAYS)
    said: dict[str, Any] = json.loads(written) if written is not None else {}
    if said.get("under") != _under(house):
        return None
    since, until = date.fromisoformat(said["since"]), date.fromisoformat(said["until"])
    return KeptDays(since=since, until=until, **{what: _read(said[what]) for what in _WHAT})


def _under(house: House) -> str:
    """The program and the calendar's files, as a word."""
    under = __version__, library.calendar_stamp(house.settings.places.config)
    return hashlib.sha256(repr(under).encode()).hexdigest()[:12]


def _written(places: Mapping[str, Mapping[date, str]]) -> dict[str, dict[str, str]]:
    return {where: {day.isoformat(): said for day, said in days.items()} for where, days in places.items()}


def _read(places: Mapping[str, Mapping[str, str]]) -> dict[str, dict[date, str]]:
    return {where: {date.fromisoformat(day): said for day, said in days.items()} for where, days in places.items()}
