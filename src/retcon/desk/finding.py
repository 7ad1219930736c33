"""Finding a person or an order by a few letters, for the palette."""

from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.store import finding, people
from retcon.store.finding import FoundOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A person, or an order of theirs; `stake_minor` is in the shop's currency."""

    customer: Customer
    tier: str = ""
    stake_minor: int = 0
    order: FoundOrder | None = None

    @property
    def customer_id(self) -> int:
        """Whom it leads to."""
        return self.customer.id


def find(house: House, words: str, limit: int = 12) -> tuple[Found, ...]:
    """The persons who have every word in their name, addresses or numbers, and the orders whose number begins so.

    At most `limit` of each: VIPs and those with most at stake first, the exact order and then the newest. The orders
    come after the persons, or before them where one has exactly that number.
    """
    with house.database.read() as tx:
        persons, orders = finding.persons(tx, words, limit), finding.orders(tx, words, limit)
        known = people.get(tx, {person.customer_id for person in persons} | {order.customer_id for order in orders})
    found = tuple(
        Found(customer=known[person.customer_id], tier=person.tier, stake_minor=person.stake_minor)
        for person in persons
    )
    bought = tuple(
        Found(customer=known[order.customer_id], order=order) for order in orders if order.customer_id in known
    )
    exact = bool(orders) and finding.same_number(orders[0].number, words)
    return (*bought, *found) if exact else (*found, *bought)
