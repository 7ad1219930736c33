"""Customers as the playbook and the gate see them, loaded a handful at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from retcon.model.orders import OrderState
from retcon.model.situation import Situation
from retcon.store import consents, orders, outbox, people, standings
from retcon.store.database import Connection

_WEEK = timedelta(days=7)


def load(tx: Connection, ids: Sequence[int], now: datetime, *, besides: int = 0) -> dict[int, Situation]:
    """The situation of each customer that has a standing, by id; the outbox row `besides` is not counted as written."""
    standing_of = standings.get(tx, ids)
    known = list(standing_of)
    customer_of = people.get(tx, known)
    orders_of = orders.of_customers(tx, known)
    consents_of = consents.of(tx, known)
    written_of = outbox.written(tx, known, now - _WEEK, besides=besides)
    closed_of = outbox.closed_channels(tx, known)
    return {
        id_: Situation(
            customer=customer_of[id_],
            standing=standing_of[id_],
            orders=tuple(
                order
                for order in orders_of.get(id_, ())
                if order.state is OrderState.PAID and order.total_minor >= 0 and order.placed_at <= now
            ),
            consents=consents_of.get(id_, ()),
            written_at=written_of.get(id_, ()),
            closed=closed_of.get(id_, frozenset()),
        )
        for id_ in known
        if id_ in customer_of
    }
