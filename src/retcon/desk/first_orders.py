"""How first orders are looked after: the share served within seven days, by country, and who came back."""

from datetime import timedelta

from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.first_orders import FirstOrders, Unserved
from retcon.store import first_orders

PERIOD = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """All together, each country, and who has had no word yet."""

    total: FirstOrders
    countries: tuple[FirstOrders, ...]
    unserved: tuple[Unserved, ...]


def look(house: House) -> Looked:
    """The first orders of the last twelve months."""
    now = house.now()
    with house.database.read() as tx:
        countries = first_orders.by_country(tx, now - PERIOD, now)
        unserved = first_orders.unserved(tx, now)
    return Looked(total=sum(countries, FirstOrders(country="")), countries=countries, unserved=unserved)
