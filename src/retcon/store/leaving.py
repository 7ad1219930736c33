"""What leaves, in the order in which it is looked at: what needs the operator, what waits, what left last."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from retcon.frozen import dataclass
from retcon.model.outbox import LEFT, OutboxState
from retcon.model.playbook import Moment
from retcon.store.database import Connection
from retcon.store.values import seconds

_S = OutboxState
_WAITS = (_S.SENDING, _S.QUEUED, _S.HELD)
_AMONG = "in (select value from json_each(:states))"


@dataclass(frozen=True, slots=True)
class Cause:
    """What a message is for: the title and moment of what was due, and what was at stake with it."""

    title: str
    moment: Moment
    stake_minor: int


def needs_you(tx: Connection, states: Collection[OutboxState], limit: int) -> list[int]:
    """The rows in these states, the newest first."""
    rows = tx.execute(
        f"select id from outbox where state {_AMONG} order by id desc limit :limit",
        {"states": json.dumps(list(states)), "limit": limit},
    )
    return [row[0] for row in rows]


def waiting(tx: Connection, now: datetime, limit: int) -> list[int]:
    """What waits, in the order of sending: what is leaving, due (service first), due later, held."""
    rows = tx.execute(
        f"""
        select id from outbox where state {_AMONG}
        order by state <> 'sending', state = 'held', not_before > :now, not_before <= :now and purpose <> 'service',
                 not_before, id
        limit :limit
        """,
        {"states": json.dumps(_WAITS), "now": seconds(now), "limit": limit},
    )
    return [row[0] for row in rows]


def left(tx: Connection, limit: int) -> list[int]:
    """What left last, the newest first."""
    # A plus keeps SQLite from sorting all that has left instead of reading the last.
    rows = tx.execute(
        f"""
        select id from outbox where sent_at is not null and +state {_AMONG}
        order by sent_at desc, id desc limit :limit
        """,
        {"states": json.dumps(list(LEFT)), "limit": limit},
    )
    return [row[0] for row in rows]


def count_left(tx: Connection, since: datetime) -> int:
    """How many messages have left since the time, practice too."""
    row = tx.execute(
        f"select count(*) from outbox where sent_at >= :since and +state {_AMONG}",
        {"states": json.dumps(list(LEFT)), "since": seconds(since)},
    ).fetchone()
    return row[0]


def count_waiting(tx: Connection) -> dict[str, int]:
    """How many wait for each channel."""
    return dict(tx.execute("select channel, count(*) from outbox where state = 'queued' group by channel").fetchall())


def causes(tx: Connection, action_ids: Iterable[int]) -> dict[int, Cause]:
    """What each of these actions was for, by id."""
    rows = tx.execute(
        "select id, title, moment, stake_minor from actions where id in (select value from json_each(?))",
        (json.dumps(list(action_ids)),),
    )
    return {row[0]: Cause(row[1], Moment(row[2]), row[3]) for row in rows}
