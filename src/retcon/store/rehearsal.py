"""Practice rows: what was approved before going live, and its end."""

from datetime import datetime

from retcon.store import outbox
from retcon.store.database import Connection
from retcon.store.transitions import Event


def seen(tx: Connection) -> int:
    """How many practice messages reached the seller's own address."""
    states = "('sent', 'delivered', 'read')"
    return tx.execute(f"select count(*) from outbox where rehearsal and state in {states}").fetchone()[0]


def zones_known(tx: Connection) -> tuple[int, int]:
    """How many customers have a known time zone, and how many there are."""
    row = tx.execute("select coalesce(sum(zones <> '[]'), 0), count(*) from customers").fetchone()
    return row[0], row[1]


def unfinished(tx: Connection) -> bool:
    """Whether practice has left something waiting, or an action that is approved for nobody."""
    return tx.execute(_OPEN).fetchone() is not None


def end(tx: Connection, now: datetime) -> int:
    """Withdraw what practice left waiting, make its actions due again under a new revision; returns how many."""
    waiting = f"select id from outbox where rehearsal and state in {_WAITING}"
    for row in tx.execute(waiting).fetchall():
        outbox.move(tx, row[0], Event.WITHDRAW, now, detail="went live")
    return tx.execute(
        f"update actions set state = 'due', revision = revision + 1, decided_at = null where {_PRACTISED}"
    ).rowcount


_WAITING = "('queued', 'held', 'stale', 'failed', 'uncertain')"
# Approved, and every message of it was practice.
_PRACTISED = """
    state = 'approved' and id in (select action_id from outbox where rehearsal)
    and id not in (select action_id from outbox where not rehearsal and action_id is not null)
"""
_OPEN = f"""
    select 1 from outbox where rehearsal and state in {_WAITING}
    union all select 1 from actions where {_PRACTISED} limit 1
"""
