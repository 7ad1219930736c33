"""Countries to which nothing is advertised until a time: a day of mourning, a strike of the post."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retcon.frozen import dataclass
from retcon.store.database import Connection
from retcon.store.values import moment, seconds


@dataclass(frozen=True, slots=True)
class Mute:
    """A country (ISO 3166-1 alpha-2) that is left alone until then, UTC, and the seller's word on why."""

    country: str
    until: datetime
    why: str


def every(tx: Connection, now: datetime) -> tuple[Mute, ...]:
    """Those in force, the first to end first."""
    rows = tx.execute(
        "select country, until, why from mutes where until > ? order by until, country", (seconds(now),)
    ).fetchall()
    return tuple(Mute(country, moment(until), why) for country, until, why in rows)


def until(tx: Connection, now: datetime) -> dict[str, datetime]:
    """Until when each muted country is left alone."""
    return {mute.country: mute.until for mute in every(tx, now)}


def put(tx: Connection, mute: Mute) -> None:
    """Leave the country alone until then, whatever was said before."""
    tx.execute(
        "insert or replace into mutes (country, until, why) values (?, ?, ?)",
        (mute.country, seconds(mute.until), mute.why),
    )


def drop(tx: Connection, country: str) -> None:
    """The country is not muted any more."""
    tx.execute("delete from mutes where country = ?", (country,))


def row(tx: Connection, country: str) -> dict[str, Any]:
    """As it is kept, in the form that `restore` takes; without a time where it isn't muted."""
    found = tx.execute("select * from mutes where country = ?", (country,)).fetchone()
    return {"country": country} if found is None else dict(found)


def restore(tx: Connection, kept: Mapping[str, Any]) -> None:
    """Put back what `row` gave."""
    drop(tx, kept["country"])
    if "until" in kept:
        put(tx, Mute(kept["country"], moment(kept["until"]), kept["why"]))
