"""Customers as the playbook and the gate see them, loaded a handful at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain

from retcon import text
from retcon.errors import InputError
from retcon.model.orders import OrderState
from retcon.model.people import Customer
from retcon.model.situation import Situation
from retcon.model.standing import Standing
from retcon.store import (
    actions,
    complaints,
    consents,
    conversations,
    facts,
    mutes,
    occasions,
    orders,
    outbox,
    people,
    promises,
    standings,
    suppressions,
)
from retcon.store.database import Connection

_WEEK = timedelta(days=7)
_TOLD = timedelta(days=60)
_LOST = (OrderState.CANCELLED, OrderState.REFUNDED)


def find(tx: Connection, reference: str) -> int:
    """The living customer meant by our id, an address, a number or a source's id. Raises InputError for nobody."""
    id_ = people.by_reference(tx, reference)
    if id_ is None:
        shown = text.line(reference[:80])
        raise InputError(f"Nobody is known as “{shown}”.", "Look for them: retcon customers --filter WORDS")
    return id_


def load(tx: Connection, ids: Sequence[int], now: datetime, *, besides: int = 0) -> dict[int, Situation]:
    """The situation of each customer, by id; the outbox row `besides` is not counted as written.

    Who has no counted order stands nowhere yet (`Standing.none`).
    """
    customer_of = people.get(tx, ids)
    away_until = facts.away_until(tx)
    muted = mutes.until(tx, now)
    known = list(customer_of)
    standing_of = standings.get(tx, known)
    orders_of = orders.of_customers(tx, known)
    consents_of = consents.of(tx, known)
    written_of = outbox.written(tx, known, now - _WEEK, besides=besides)
    unasked_of = conversations.unasked_of(tx, known, now - _WEEK)
    closed_of = outbox.dead_addresses(tx, known)
    threads_of = conversations.of_customers(tx, known, now)
    promises_of = promises.of_customers(tx, known)
    complaints_of = complaints.of_customers(tx, known)
    stops_of = conversations.stops_of(tx, known, now - _WEEK)
    told_of = conversations.told_of(tx, known, now - _TOLD)
    reviews_of = occasions.reviews_of(tx, known)
    coupons_of = occasions.coupons_of(tx, known)
    decided_of = actions.last_decided(tx, known)
    spoke_of = occasions.spoke_of(tx, known)
    addresses_of = {id_: _addresses(customer) for id_, customer in customer_of.items()}
    suppressed = suppressions.of(tx, chain.from_iterable(addresses_of.values()))
    return {
        id_: Situation(
            customer=customer_of[id_],
            standing=standing_of.get(id_) or Standing.none(id_),
            orders=tuple(
                order
                for order in orders_of.get(id_, ())
                if order.state is OrderState.PAID and order.total_minor >= 0 and order.placed_at <= now
            ),
            consents=consents_of.get(id_, ()),
            written=written_of.get(id_, ()),
            unasked=unasked_of.get(id_, ()),
            closed=closed_of.get(id_, frozenset()),
            threads=threads_of.get(id_, ()),
            promises=promises_of.get(id_, ()),
            complaints=complaints_of.get(id_, ()),
            away_until=away_until,
            muted_until=muted.get(customer_of[id_].country),
            stops=stops_of.get(id_, ()),
            told=told_of.get(id_, ()),
            lost=tuple(order for order in orders_of.get(id_, ()) if order.state in _LOST and order.placed_at <= now),
            reviews=reviews_of.get(id_, ()),
            coupons=coupons_of.get(id_, ()),
            decided_at=decided_of.get(id_, {}),
            spoke_at=spoke_of.get(id_),
            suppressed={each: suppressed[each] for each in addresses_of[id_] if each in suppressed},
        )
        for id_ in known
    }


def _addresses(customer: Customer) -> list[tuple[str, str]]:
    """Everywhere that the person could be written to, by medium."""
    return [*(("email", email) for email in customer.emails), *customer.chats]
