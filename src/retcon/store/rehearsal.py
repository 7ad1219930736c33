"""Practice rows: what was approved before going live, and its end."""

from datetime import datetime

from retcon.store import outbox
from retcon.store.database import Connection


def seen(tx: Connection) -> int:
    """How many practice messages reached the seller's own address."""
    states = "('sent', 'delivered', 'read')"
    return tx.execute(f"select count(*) from outbox where rehearsal and state in {states}").fetchone()[0]


def zones_known(tx: Connection) -> tuple[int, int]:
    """How many customers have a known time zone, and how many there are."""
    row = tx.execute("select coalesce(sum(zones <> '[]'), 0), count(*) from customers").fetchone()
    return row[0], row[1]


def end(tx: Connection, now: datetime) -> int:
    """Withdraw what practice left waiting, make its actions due again under a new revision; returns how many."""
    waiting = "select id from outbox where rehearsal and state in ('queued', 'held', 'stale', 'failed', 'uncertain')"
    for row in tx.execute(waiting).fetchall():
        outbox.move(tx, row[0], "withdraw", now, detail="went live")
    returned = tx.execute(
        """
        update actions set state = 'due', revision = revision + 1
        where state = 'approved'
          and id in (select action_id from outbox where rehearsal)
          and id not in (select action_id from outbox where not rehearsal and action_id is not null)
        """
    )
    return returned.rowcount
