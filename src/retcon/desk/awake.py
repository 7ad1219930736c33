"""Who sends while the console is closed: the lease of `retcon run`, since when it is awake, when it was seen last."""

import json
from datetime import datetime

from retcon import localtime
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.store import facts, leases
from retcon.store.database import Connection

LEASE = "worker"
# A worker that is alive renews its lease every two minutes; one that stands still for longer than this has lost it.
LENGTH = 300.0

_FACT = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awake:
    """A worker that is awake: on this machine or on which, and since when."""

    here: bool
    host: str
    since: datetime

    @property
    def where(self) -> str:
        """ "here", or the machine's name."""
        return "here" if self.here else self.host


def take(house: House) -> int | None:
    """Become the worker: the lease's token; None where one is awake."""
    now = house.now()

    def work(tx: Connection) -> int | None:
        token = leases.take(tx, LEASE, leases.this_process(), now, LENGTH)
        if token is not None:
            _write(tx, now, now)
        return token

    return house.database.write(work)


def renew(house: House, token: int) -> bool:
    """Stay the worker; False where another has become it since."""
    now = house.now()

    def work(tx: Connection) -> bool:
        mine = leases.renew(tx, LEASE, token, now, LENGTH)
        if mine:
            _write(tx, _read(tx)[0] or now, now)
        return mine

    return house.database.write(work)


def release(house: House, token: int) -> None:
    """Be the worker no longer."""
    now = house.now()

    def work(tx: Connection) -> None:
        if leases.renew(tx, LEASE, token, now, LENGTH):
            _write(tx, _read(tx)[0] or now, now)
            leases.release(tx, LEASE, token)

    house.database.write(work)


def worker(tx: Connection, now: datetime) -> Awake | None:
    """Who is awake; None where nobody is."""
    held = leases.holder(tx, LEASE, now)
    if held is None:
        return None
    here = held.owner.host == leases.this_process().host
    return Awake(here=here, host=held.owner.host, since=_read(tx)[0] or now)


def last_seen(tx: Connection) -> datetime | None:
    """When a worker was certainly awake last, to two minutes; None where there never was one."""
    return _read(tx)[1]


def pulling(house: House, source: str) -> bool:
    """Whether somebody pulls from the source at this moment."""
    from retcon.sync import engine

    with house.database.read() as tx:
        return leases.holder(tx, engine.lease(source), house.now()) is not None


def _read(tx: Connection) -> tuple[datetime | None, datetime | None]:
    try:
        known = json.loads(facts.get(tx, _FACT) or "{}")
        return localtime.instant(known["since"]), localtime.instant(known["seen"])
    except (ValueError, KeyError, TypeError):
        return None, None


def _write(tx: Connection, since: datetime, seen: datetime) -> None:
    facts.put(tx, _FACT, json.dumps({"since": localtime.stamp(since), "seen": localtime.stamp(seen)}))
