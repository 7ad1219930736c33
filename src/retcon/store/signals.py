"""What customers did besides ordering, as far as anything here tells of it."""

from collections.abc import Sequence

import numpy as np

from retcon.retention.risk.days import Ints
from retcon.retention.risk.signals import NEVER, SIGNALS, SignalLog, signal_log
from retcon.store.among import among
from retcon.store.columns import columns
from retcon.store.database import Connection

# Each kind with its rows: customer, from when on, until when. Opens, clicks and visits are told by nothing that
# retcon reads: no row of theirs stands here, so that they are unknown and not none.
_EVENT = ("customer", "since", "until")
_EVENTS = {
    "no_reply": f"""
        select o.customer_id as customer, o.sent_at as since, min(
            coalesce((select min(m.at) from threads t join messages m on m.thread_id = t.id
                      where t.customer_id = o.customer_id and m.direction = 'in' and m.at > o.sent_at), {NEVER}),
            coalesce((select min(placed_at) from orders b where b.customer_id = o.customer_id
                      and b.placed_at > o.sent_at and b.state = 'paid' and not b.removed), {NEVER})) as until
        from outbox o
        where o.sent_at < :as_of and not o.rehearsal and o.state in ('sent', 'delivered', 'read')
    """,
    "waiting": f"""
        select o.customer_id as customer, m.at as since, min(
            coalesce((select min(a.at) from messages a
                      where a.thread_id = m.thread_id and a.direction = 'out' and a.at >= m.at), {NEVER}),
            case when o.answered_at >= m.at then o.answered_at else {NEVER} end,
            case when o.closed_at >= m.at then o.closed_at else {NEVER} end) as until
        from threads o cross join messages m on m.thread_id = o.id
        where m.at < :as_of and m.direction = 'in' and not m.automatic and m.sign <> 'stop'
    """,
    "coupon_unused": f"""
        select o.customer_id as customer, c.created_at as since, min(
            coalesce(c.expires_at, {NEVER}),
            coalesce((select min(b.placed_at) from orders b, json_each(b.coupon_codes) u
                      where b.customer_id = o.customer_id and b.placed_at >= c.created_at and u.value = c.code
                      and b.state in ('paid', 'refunded') and not b.removed), {NEVER})) as until
        from coupons c, json_each(c.given_to) g cross join identities o on o.kind = 'email' and o.value = g.value
        where c.given_to <> '[]' and c.created_at < :as_of and not c.removed
    """,
    "complained": f"""
        select customer_id as customer, at as since, coalesce(closed_at, {NEVER}) as until from complaints o
        where at < :as_of and sign <> 'rating'
    """,
    "rated_low": f"""
        select customer_id as customer, created_at as since, {NEVER} as until from reviews o
        where created_at < :as_of and rating between 1 and 2 and not removed and customer_id is not null
    """,
}
# From when on a kind is known: since the first thing of its sort that was ever read.
_SINCE = {
    "no_reply": "select min(sent_at) from outbox where not rehearsal",
    "waiting": "select min(at) from messages where direction = 'in'",
    "coupon_unused": "select min(created_at) from coupons where given_to <> '[]'",
    "complained": "select min(at) from messages where direction = 'in'",
    "rated_low": "select min(created_at) from reviews",
}


def log(tx: Connection, as_of: int, customer_ids: Ints, chosen: Sequence[int] | None = None) -> SignalLog:
    """What is known of before the instant (seconds), of these sorted customers; read for the chosen ones or for all."""
    cursor = tx.cursor()
    cursor.row_factory = None
    since = {kind: first for kind, ask in _SINCE.items() if (first := cursor.execute(ask).fetchone()[0]) is not None}
    of_these, bound = among(chosen)
    asked = {"as_of": as_of, **bound}
    found = [np.zeros((4, 0), np.int64)]
    for kind in since:
        customer, at, until = columns(tx, _EVENT, _EVENTS[kind] + of_these, asked)
        found.append(np.stack((customer, np.full(len(customer), SIGNALS.index(kind)), at, until)))
    customer, place, at, until = np.concatenate(found, axis=1)
    return signal_log(customer_ids, customer=customer, kind=place, at=at, until=until, since=since)
