"""What is due in a few columns: enough to put thousands in order without reading a message."""

from datetime import datetime
from typing import NamedTuple

from retcon.store.actions import BY_STAKE, DUE
from retcon.store.database import Connection, plain
from retcon.store.values import seconds


class Due(NamedTuple):
    """A due action as far as its place in the order goes. `urgency` is the highest that it can be at that time."""

    id: int
    rule: str
    moment: str
    personal: bool
    stake_minor: int
    urgency: int
    since: int  # since when the person waits, else since when it is due; seconds since 1970
    zones: str  # of the person, as JSON, where they wait for an answer


_BROKEN = 2  # the urgency of a promise that was broken since the action was written


def briefly(tx: Connection, now: datetime, limit: int) -> tuple[Due, ...]:
    """What is due, the same and in the same order as `actions.due`."""
    rows = plain(
        tx,
        f"""
        select id, rule, moment, personal, stake_minor,
            case when moment = 'answer' and exists (
                select 1 from promises
                where promises.customer_id = actions.customer_id and promises.state = 'open' and promises.due_at <= :now
            ) then {_BROKEN} else urgency end,
            coalesce((select waiting_since from threads where threads.id = actions.thread_id), due_at),
            case when moment = 'answer' then (select zones from customers where customers.id = actions.customer_id)
            else '[]' end
        from {BY_STAKE} where {DUE} order by purpose <> 'service', stake_minor desc, id limit :limit
        """,
        {"now": seconds(now), "limit": limit},
    )
    return tuple(map(Due._make, rows))
