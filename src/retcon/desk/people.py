"""The customers: the ranked list, one person with all that is known, what they allowed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from retcon.channels import permission
from retcon.desk import customers, query_meaning, situations
from retcon.desk.customers import EVERYBODY, View
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.orders import Order
from retcon.model.outbox import OutboxRow
from retcon.model.people import Consent, ConsentState, Customer, Note, Purpose
from retcon.model.playbook import Action
from retcon.model.standing import Reason, Standing
from retcon.retention.risk import reasons
from retcon.store import (
    actions,
    belongings,
    consents,
    notes,
    orders,
    outbox,
    people,
    standings,
    tags,
)
from retcon.store.belongings import CameBy
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer with where they stand; `consent` is the state in force for marketing by channel."""

    customer: Customer
    standing: Standing
    reasons: tuple[Reason, ...]
    consent: Mapping[str, ConsentState]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One person with everything kept about them, oldest first."""

    person: Person
    orders: tuple[Order, ...]
    consents: tuple[Consent, ...]
    actions: tuple[Action, ...]
    messages: tuple[OutboxRow, ...]
    came_by: tuple[CameBy, ...]  # by what they are recognised
    parts: tuple[int, ...]  # the customers that were merged into this one
    notes: tuple[Note, ...]  # the newest first
    tags: tuple[str, ...]


def listing(house: House, view: View = EVERYBODY, limit: int | None = None) -> tuple[Person, ...]:
    """The customers of the view, in its order; at most so many. Raises UsageError where the view means nothing."""
    ids = customers.listing(house, view).ids[:limit]
    with house.database.read() as tx:
        return _persons(house, tx, ids)


def one(house: House, reference: str) -> Dossier:
    """Everything on one person, named as `people.by_reference` takes them; also who wrote and never bought."""
    with house.database.read() as tx:
        id_ = situations.find(tx, reference)
        (person,) = _persons(house, tx, [id_])
        return Dossier(
            person=person,
            orders=orders.of_customers(tx, [id_]).get(id_, ()),
            consents=consents.of(tx, [id_]).get(id_, ()),
            actions=actions.of_customer(tx, id_),
            messages=outbox.of_customer(tx, id_),
            came_by=belongings.came_by(tx, id_),
            parts=people.parts(tx, id_),
            notes=notes.of(tx, [id_]).get(id_, ()),
            tags=tags.of(tx, [id_]).get(id_, ()),
        )


def all_orders(house: House, query: str = "", limit: int | None = None) -> tuple[Order, ...]:
    """The orders that the query means, newest first; thrown-away ones apart. Raises QueryError."""
    with house.database.read() as tx:
        asked = query_meaning.asked(house, tx, query, of_orders=True)
        return tuple(orders.listing(tx, asked, limit))


def leave_alone(house: House, reference: str, alone: bool = True) -> Customer:
    """Write nothing more to this person, or end that; what waits is judged again when it would leave."""
    with house.database.read() as tx:
        id_ = situations.find(tx, reference)
    customers.leave_alone(house, [id_], alone)
    with house.database.read() as tx:
        return people.get(tx, [id_])[id_]


def in_force(ledger: Sequence[Consent], purpose: Purpose, now: datetime) -> dict[str, ConsentState]:
    """The state in force by channel that the ledger speaks of: unknown where it has expired or was taken back."""
    channels = dict.fromkeys(line.channel for line in ledger if line.purpose is purpose)
    latest = {channel: permission.in_force(ledger, (channel,), purpose, now) for channel in channels}
    return {
        channel: ConsentState.UNKNOWN if line is None or (line.expires_at and line.expires_at <= now) else line.state
        for channel, line in latest.items()
    }


def _persons(house: House, tx: Connection, ids: Sequence[int]) -> tuple[Person, ...]:
    now = house.now()
    customer_of, standing_of, ledger_of = people.get(tx, ids), standings.get(tx, ids), consents.of(tx, ids)
    return tuple(
        Person(
            customer=customer_of[id_],
            standing=standing_of.get(id_) or Standing.none(id_),
            reasons=reasons.explain(standing_of[id_], house.settings.shop.currency) if id_ in standing_of else (),
            consent=in_force(ledger_of.get(id_, ()), Purpose.MARKETING, now),
            now=now,
        )
        for id_ in ids
    )
