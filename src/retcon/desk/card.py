"""One person's card: who they are and what to expect of them, what is due, open and allowed, and their timeline."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from retcon import localtime
from retcon.channels import permission
from retcon.desk import consents, finding, person, reach, situations
from retcon.desk.consents import Right
from retcon.desk.house import House
from retcon.desk.reach import Reach
from retcon.desk.today import Item
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.conversations import Complaint, Promise, Thread
from retcon.model.orders import Order
from retcon.model.people import Consent, Customer, Note
from retcon.model.situation import Situation
from retcon.model.standing import Reason, Standing
from retcon.model.timeline import GROUPS, Event, Key, Kind
from retcon.retention.risk import reasons
from retcon.store import belongings, notes, orders, people, standings, tags, timeline
from retcon.store.belongings import CameBy

# More orders than these tell nothing more of a rhythm, and have no room on an axis.
_ORDERS = 200
# Fewer gaps than these have no usual range.
_GAPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When they buy: the days of their last orders, oldest first, and what follows from them.

    `usual` and `range` are days between orders; None where there are too few to tell.
    """

    bought: tuple[date, ...] = ()
    usual: int | None = None
    range: tuple[int, int] | None = None
    expected: tuple[date, date] | None = None  # the days on which the next order would come


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known of a person, without what the gate says of them."""

    customer: Customer
    standing: Standing
    reasons: tuple[Reason, ...]
    rhythm: Rhythm
    horizon_days: int
    notes: tuple[Note, ...]
    tags: tuple[str, ...]
    counts: Mapping[Kind, int]  # of the timeline's events
    now: datetime

    def count(self, group: str) -> int:
        """How many events the timeline has, narrowed to that group."""
        return sum(self.counts[kind] for kind in GROUPS[group])


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What holds on a medium, and the line of the ledger that it rests on; None where no line says so."""

    right: Right
    line: Consent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What is due, open and allowed: all that depends on everything that is known of a person."""

    due: tuple[Item, ...]
    letter: Item  # a message of its own that nobody has written yet
    reach: tuple[Reach, ...]
    permissions: tuple[Permission, ...]
    written: int  # messages that count in this week's cap
    cap: int
    promises: tuple[Promise, ...]  # open and offered
    complaints: tuple[Complaint, ...]
    waiting: tuple[Thread, ...]  # conversations without an answer
    under_way: tuple[Order, ...]  # parcels
    returns: tuple[Order, ...]  # orders on their way back
    came_by: tuple[CameBy, ...]  # by what they are recognised
    parts: tuple[int, ...]  # the customers that became one with this one


def load(house: House, customer_id: int) -> Card:
    """The card. Raises InputError where there is no such customer (any more)."""
    now, zone = house.now(), house.settings.shop.timezone
    with house.database.read() as tx:
        customer = people.get(tx, [customer_id]).get(customer_id)
        if customer is None or people.current(tx, customer_id) != customer_id:
            raise _nobody(customer_id)
        standing = standings.get(tx, [customer_id]).get(customer_id) or Standing.none(customer_id)
        bought, gifts = orders.bought_at(tx, customer_id, _ORDERS), orders.gifts_at(tx, customer_id)
        return Card(
            customer=customer,
            standing=standing,
            reasons=reasons.explain(standing, house.settings.shop.currency),
            rhythm=rhythm(bought, standing, zone, gifts),
            horizon_days=house.settings.retention.horizon_days,
            notes=notes.of(tx, [customer_id]).get(customer_id, ()),
            tags=tags.of(tx, [customer_id]).get(customer_id, ()),
            counts=timeline.counts(tx, customer_id, now),
            now=now,
        )


def rhythm(
    bought: Sequence[datetime], standing: Standing, zone: str, gifts: Collection[datetime] = frozenset()
) -> Rhythm:
    """The rhythm of these orders, on the zone's days; several on one day are one, and gifts make no rhythm."""

    def days_of(times: Iterable[datetime]) -> list[date]:
        return sorted({localtime.local(at, zone).date() for at in times})

    days = days_of(bought)
    own = days_of(at for at in bought if at not in gifts) or days
    gaps = sorted((after - before).days for before, after in pairwise(own))
    if not gaps:
        return Rhythm(bought=tuple(days))
    usual = round(standing.cycle_days or _at(gaps, 0.5))
    low, high = _at(gaps, 0.25), _at(gaps, 0.75)
    spread = (low, high) if len(gaps) >= _GAPS and low < high else None
    near, far = spread or (usual, usual)
    expected = own[-1] + near * DAY, own[-1] + far * DAY
    if standing.next_from_at is not None and standing.next_until_at is not None:
        first, last = days_of((standing.next_from_at,)), days_of((standing.next_until_at,))
        expected = first[0], last[0]
    return Rhythm(bought=tuple(days), usual=usual, range=spread, expected=expected)


def _at(gaps: Sequence[int], share: float) -> int:
    """The gap below which that share of the sorted gaps lies."""
    place = share * (len(gaps) - 1)
    below = int(place)
    above = min(below + 1, len(gaps) - 1)
    return round(gaps[below] + (gaps[above] - gaps[below]) * (place - below))


def matters(house: House, customer_id: int) -> Matters:
    """What is due, open and allowed now. Raises InputError where there is no such customer (any more)."""
    now = house.now()
    with house.database.read() as tx:
        situation = situations.load(tx, [customer_id], now).get(customer_id)
        if situation is None:
            raise _nobody(customer_id)
        return Matters(
            due=person.due_in(house, tx, situation, now),
            letter=person.letter_in(house, tx, situation, now),
            reach=reach.of_situation(house, situation, now),
            permissions=_permissions(house, situation, now),
            written=len(situation.counted),
            cap=house.settings.policy.cap_per_week,
            promises=situation.promises,
            complaints=situation.complaints,
            waiting=tuple(thread for thread in situation.threads if thread.waiting_since is not None),
            under_way=tuple(order for order in situation.orders if order.under_way),
            returns=tuple(order for order in situation.orders if order.return_open),
            came_by=belongings.came_by(tx, customer_id),
            parts=people.parts(tx, customer_id),
        )


def _permissions(house: House, situation: Situation, now: datetime) -> tuple[Permission, ...]:
    found: list[Permission] = []
    for right in consents.in_force(house, situation, now):
        names = (right.medium, *(name for name, medium in house.media.items() if medium == right.medium))
        line = permission.in_force(situation.consents, names, right.purpose, now)
        found.append(Permission(right=right, line=None if right.derived else line))
    return tuple(found)


def page(
    house: House, customer_id: int, group: str, *, before: Key | None = None, count: int = 40
) -> tuple[Event, ...]:
    """So many events of a group (one of GROUPS) before that key, newest first; None begins with the newest."""
    with house.database.read() as tx:
        return timeline.page(tx, customer_id, house.now(), GROUPS[group], before=before, count=count)


def newer(
    house: House, customer_id: int, group: str, *, after: Key | None = None, count: int = 40
) -> tuple[Event, ...]:
    """So many events of a group after that key, newest first; None ends with the oldest."""
    with house.database.read() as tx:
        return timeline.newer(tx, customer_id, house.now(), GROUPS[group], after=after, count=count)


def _nobody(customer_id: int) -> InputError:
    return InputError(f"There is no customer {customer_id} any more.", "They may have become one with another.")


def meant(house: House, words: str, besides: int, limit: int = 4) -> tuple[Customer, ...]:
    """Whom these words mean, apart from one: an e-mail, a number or an id exactly, else who is found by them."""
    with house.database.read() as tx:
        try:
            exact = people.by_reference(tx, words)
        except InputError:
            exact = None
        if exact is not None and exact != besides:
            return tuple(people.get(tx, [exact]).values())
    found = finding.find(house, words, limit) if words.strip() else ()
    return tuple({each.customer_id: each.customer for each in found if each.customer_id != besides}.values())[:limit]
