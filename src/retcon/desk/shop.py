"""Reads the shop as rules and letters see it, once for a pass."""

from retcon import library
from retcon.desk import learning
from retcon.desk.house import House
from retcon.model.shop import Shop
from retcon.store import mutes
from retcon.store.database import Connection


def load(house: House, tx: Connection) -> Shop:
    """What the shop sells, offers and keeps quiet about as of now. Raises ConfigError for the seller's mistakes."""
    settings = house.settings
    home = settings.places.config
    return Shop(
        assortment=learning.load_assortment(tx, home),
        own=library.own_days(home),
        mutes=mutes.until(tx, house.now()),
        shop_mails=frozenset(settings.policy.shop_mails),
        profiles={"": library.profile(home, "")},
        zone=settings.shop.timezone,
    )
