"""The days that matter where customers live, and countries that are left alone for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from retcon import library, localtime, text
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.library import territories
from retcon.model.calendar import Feast, Own
from retcon.retention import calendar
from retcon.store import customer_list, mutes, operations
from retcon.store.database import Connection
from retcon.store.mutes import Mute

_YEAR = timedelta(days=365)
# As far as the years of hijridate and of our own data are worth something.
FIRST_YEAR, LAST_YEAR = 2000, 2076


def days(house: House, countries: Sequence[str] = (), year: int | None = None) -> tuple[Feast, ...]:
    """Festivals and quiet days of the countries, or of those where customers live, else of all that are known.

    Of the year, or of the next twelve months at the seller's place. Raises UsageError for what is no country or year.
    """
    own = library.own_days(house.settings.places.config)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(f"The calendar knows nothing of {year}.", f"Say a year from {FIRST_YEAR} to {LAST_YEAR}.")
    wanted = tuple(map(country, countries)) or where(house, own)
    if year is not None:
        return calendar.table(own, (year,), wanted)
    today = localtime.local(house.now(), house.settings.shop.timezone).date()
    return tuple(
        feast
        for feast in calendar.table(own, (today.year, today.year + 1), wanted)
        if feast.last_day >= today and feast.day < today + _YEAR
    )


def where(house: House, own: Own) -> tuple[str, ...]:
    """The countries where customers live, those of the calendar where nobody's is known."""
    with house.database.read() as tx:
        lived_in = customer_list.countries(tx)
    return lived_in or tuple(sorted(calendar.countries(own)))


# ---- left alone ---------------------------------------------------------------------------------------------------


def muted(house: House) -> tuple[Mute, ...]:
    """The countries to which nothing is advertised now, the first to end first."""
    with house.database.read() as tx:
        return mutes.every(tx, house.now())


def mute(house: House, code: str, until: datetime, why: str = "") -> Mute:
    """Advertise nothing to the country until then; answers and what concerns an order still leave. One operation.

    Raises UsageError where it is no country, InputError where that time is over.
    """
    now, found = house.now(), Mute(country(code), until, text.line(why).strip())
    if until <= now:
        raise InputError("That day is over.", "Say one that is ahead.")

    def work(tx: Connection) -> Mute:
        operation = operations.begin(tx, "mute", f"{named(found.country)} muted", now)
        operations.note_mute(tx, operation, found.country)
        mutes.put(tx, found)
        return found

    return house.database.write(work)


def unmute(house: House, code: str) -> Mute:
    """Let advertising go to the country again; one operation. Raises Conflict where it isn't muted."""
    now, known = house.now(), country(code)

    def work(tx: Connection) -> Mute:
        found = next((mute for mute in mutes.every(tx, now) if mute.country == known), None)
        if found is None:
            raise Conflict(f"{named(known)} isn't muted.", "What is: retcon mute")
        operation = operations.begin(tx, "unmute", f"{named(known)} no longer muted", now)
        operations.note_mute(tx, operation, known)
        mutes.drop(tx, known)
        return found

    return house.database.write(work)


def country(said: str) -> str:
    """The ISO 3166-1 code of a country that was named by it or in English. Raises UsageError where none is."""
    names, word = territories.names(), text.fold(said.strip())
    found = next((code for code, name in names.items() if word in (text.fold(code), text.fold(name))), None)
    if found is None:
        raise UsageError(f"“{text.line(said[:40])}” is no country.", "Write its two letters, such as TH, or its name.")
    return found


def named(code: str) -> str:
    """The country's name in English."""
    return territories.names().get(code, code)
