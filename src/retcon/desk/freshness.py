"""Whether everybody was recomputed under what holds now: the operator's day, settings, levels, rules and texts.

Time alone makes things due and too late, and a channel or a rule that is new changes what can be done for whom.
"""

import hashlib

from retcon import __version__, library, localtime
from retcon.desk.house import House
from retcon.store import facts, thresholds
from retcon.store.database import Connection


def mark(house: House, tx: Connection) -> str:
    """What everybody has to have been recomputed under: the operator's day, and a word for all the rest."""
    settings = house.settings
    today = localtime.local(house.now(), settings.shop.timezone).date()
    channels = [(plugin.name, plugin.kind) for plugin in settings.channels]
    own_mails = settings.policy.shop_mails
    levels = [(one.tier.value, one.category, one.warning, one.alarm) for one in thresholds.every(tx)]
    transit = sorted(settings.transit.items())
    under = (__version__, settings.shop, settings.retention, transit, channels, own_mails, levels)
    word = hashlib.sha256(f"{under!r} {library.stamp(settings.places.config)!r}".encode()).hexdigest()[:12]
    return f"{today} {word}"


def holds(house: House, tx: Connection) -> bool:
    """Whether that was done; where it wasn't, a full pass is due."""
    return facts.get(tx, facts.REFRESHED_UNDER) == mark(house, tx)
