"""Single facts of the house: the installation, the hold, the day of the last full pass, the fitted ranking."""

from datetime import datetime

from retcon import localtime
from retcon.store.database import Connection

# Under what everybody was recomputed last: the operator's day, and a word for settings and rules.
REFRESHED_UNDER = "refreshed_under"
AWAY_UNTIL = "away_until"
# The quiet days and holidays of the next weeks where customers live: see desk/days.py.
DAYS = "days"
# Everything is on hold.
HOLD = "hold"


def get(tx: Connection, name: str) -> str | None:
    """The fact, None where it was never written."""
    row = tx.execute("select value from facts where name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def put(tx: Connection, name: str, value: str | None) -> None:
    """Write the fact; None removes it."""
    if value is None:
        tx.execute("delete from facts where name = ?", (name,))
    else:
        tx.execute(
            "insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, value),
        )


def away_until(tx: Connection) -> datetime | None:
    """Until when the operator said to be away, perhaps in the past; None where they didn't."""
    value = get(tx, AWAY_UNTIL)
    return None if value is None else localtime.instant(value)
