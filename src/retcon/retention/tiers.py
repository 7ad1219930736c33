"""What a customer is worth to the shop: VIP, high, promising, regular, new, one-time.

- VIP: three orders or more, and net spend among the highest 5 % of the shop's customers.
- high: two orders or more, and net spend among the highest 20 %.
- promising: two orders within the last half-year.
- regular: two orders or more otherwise.
- new: one order, within the last 90 days; one-time: one order, longer ago.

In a small shop the highest share is at least one customer; customers who spent alike are all in or all out.
"""

from typing import TYPE_CHECKING

from retcon.frozen import dataclass
from retcon.model.standing import Tier

if TYPE_CHECKING:
    from retcon.retention.risk.days import Codes, Floats, Ints

TIERS = tuple(Tier)  # a code is a place in this
VIP_SHARE = 0.05
HIGH_SHARE = 0.20
VIP_ORDERS = 3
HIGH_ORDERS = 2
PROMISING_ORDERS = 2
NEW_DAYS = 90


@dataclass(frozen=True, slots=True)
class ValueLevels:
    """Net spend from which on a customer of this shop is a VIP, or high; minor units."""

    vip: float
    high: float


def levels(spent: "Floats") -> ValueLevels:
    """The levels of a shop whose customers spent so much; beyond reach in a shop without customers."""
    import numpy as np

    ranked = np.sort(spent[spent > 0])[::-1]

    def level(share: float) -> float:
        # As many as the share allows, without those at the border who spent the same as one beyond it.
        allowed = max(1, round(share * len(spent)))
        if not len(ranked):
            return float("inf")
        if allowed >= len(ranked):
            return float(ranked[-1])
        above = ranked[:allowed][ranked[:allowed] > ranked[allowed]]
        return float(above[-1]) if len(above) else float(ranked[0]) + 1

    return ValueLevels(level(VIP_SHARE), level(HIGH_SHARE))


def tiers(
    found: ValueLevels, spent: "Floats", orders: "Ints", recent_orders: "Ints", days_since_first: "Ints"
) -> "Codes":
    """A code of TIERS for each customer; `recent_orders` are those of the last half-year."""
    import numpy as np

    again = np.where(recent_orders >= PROMISING_ORDERS, TIERS.index(Tier.PROMISING), TIERS.index(Tier.REGULAR))
    once = np.where(days_since_first <= NEW_DAYS, TIERS.index(Tier.NEW), TIERS.index(Tier.ONE_TIME))
    code = np.where(orders >= 2, again, once)
    code = np.where((orders >= HIGH_ORDERS) & (spent >= found.high), TIERS.index(Tier.HIGH), code)
    code = np.where((orders >= VIP_ORDERS) & (spent >= found.vip), TIERS.index(Tier.VIP), code)
    return code.astype(np.int8)
