"""Until when the operator is away: promises that fall before that are due now."""

from datetime import datetime

from retcon import localtime
from retcon.desk import planning
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.store import facts, operations, waiting
from retcon.store.database import Connection


def until(tx: Connection) -> datetime | None:
    """Until when the operator said to be away, perhaps in the past; None where they didn't."""
    return facts.away_until(tx)


def set_until(house: House, when: datetime | None) -> int:
    """Be away until then, or be back; one operation, returned. Promises are planned anew.

    Raises InputError where that time is over.
    """
    now = house.now()
    if when is not None and when <= now:
        raise InputError("That day is over.", "Say one that is ahead.")

    def work(tx: Connection) -> int:
        operation = operations.begin(tx, "away", "away" if when else "back", now)
        operations.note_fact(tx, operation, facts.AWAY_UNTIL)
        facts.put(tx, facts.AWAY_UNTIL, localtime.stamp(when) if when else None)
        planning.plan(house, tx, waiting.promised(tx))
        return operation

    return house.database.write(work)
