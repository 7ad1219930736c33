"""Trouble that a channel has as a whole: its messages wait with that reason, none of them is to blame."""

from datetime import datetime

from retcon.frozen import dataclass
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a channel cannot send; `until` is when it may be well by itself, None where it takes the operator."""

    channel: str
    reason: str
    until: datetime | None
    since: datetime


def trouble(tx: Connection, channel: str) -> Trouble | None:
    """The channel's trouble; None where it is well."""
    row = tx.execute("select * from channel_states where channel = ?", (channel,)).fetchone()
    return None if row is None else _trouble(row)


def every(tx: Connection) -> dict[str, Trouble]:
    """All trouble by channel."""
    rows = tx.execute("select * from channel_states order by channel")
    return {row["channel"]: _trouble(row) for row in rows}


def suffers(tx: Connection, channel: str, reason: str, until: datetime | None, now: datetime) -> bool:
    """Write the trouble down; True where it is news: the channel was well, or had another reason."""
    before = trouble(tx, channel)
    tx.execute(
        """
        insert into channel_states (channel, reason, until, since) values (?, ?, ?, ?)
        on conflict (channel) do update set reason = excluded.reason, until = excluded.until
        """,
        (channel, reason, seconds(until), seconds(now)),
    )
    return before is None or before.reason != reason


def well(tx: Connection, channel: str) -> None:
    """The channel has sent: whatever it had is over."""
    tx.execute("delete from channel_states where channel = ?", (channel,))


def _trouble(row: Row) -> Trouble:
    return Trouble(
        channel=row["channel"], reason=row["reason"], until=instant(row["until"]), since=moment(row["since"])
    )
