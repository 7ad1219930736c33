"""What a customer is worth to the shop: VIP, high, promising, regular, new, one-time.

By the yearly value: what one who stays is expected to spend within twelve months. The risk of losing somebody is no
part of it, or a VIP about to be lost would stop being one just then.

- VIP: three orders or more, and a yearly value among the highest: as many as 5 % of the shop's customers.
- high: two orders or more, and a yearly value among the highest: as many as 20 %.
- promising: two orders within the last half-year.
- regular: two orders or more otherwise.
- new: one order, within the last 90 days; one-time: one order, longer ago.

In a small shop the highest share is at least one customer; customers of one value are all in or all out. Where the
seller has set a level in config.toml, it holds in place of the learnt one.
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
    """Yearly value from which on a customer of this shop is a VIP, or high; minor units."""

    vip: float
    high: float

    def with_set(self, vip: float | None = None, high: float | None = None) -> "ValueLevels":
        """These, but for those that the seller has set."""
        return ValueLevels(self.vip if vip is None else vip, self.high if high is None else high)


def levels(yearly: "Floats", orders: "Ints") -> ValueLevels:
    """The levels of a shop whose customers are worth so much a year; beyond reach where nobody has come back.

    Ranked are those who can be VIP or high: what somebody with one large order would spend in a year if they stayed
    is a guess, and takes nobody's place.
    """
    import numpy as np

    def level(share: float, fewest: int) -> float:
        # As many as the share allows, without those at the border who are worth the same as one beyond it.
        ranked = np.sort(yearly[(orders >= fewest) & (yearly > 0)])[::-1]
        allowed = max(1, round(share * len(yearly)))
        if not len(ranked):
            return float("inf")
        if allowed >= len(ranked):
            return float(ranked[-1])
        above = ranked[:allowed][ranked[:allowed] > ranked[allowed]]
        return float(above[-1]) if len(above) else float(ranked[0]) + 1

    return ValueLevels(level(VIP_SHARE, VIP_ORDERS), level(HIGH_SHARE, HIGH_ORDERS))


def tiers(
    found: ValueLevels, yearly: "Floats", orders: "Ints", recent_orders: "Ints", days_since_first: "Ints"
) -> "Codes":
    """A code of TIERS for each customer; `recent_orders` are those of the last half-year."""
    import numpy as np

    again = np.where(recent_orders >= PROMISING_ORDERS, TIERS.index(Tier.PROMISING), TIERS.index(Tier.REGULAR))
    once = np.where(days_since_first <= NEW_DAYS, TIERS.index(Tier.NEW), TIERS.index(Tier.ONE_TIME))
    code = np.where(orders >= 2, again, once)
    code = np.where((orders >= HIGH_ORDERS) & (yearly >= found.high), TIERS.index(Tier.HIGH), code)
    code = np.where((orders >= VIP_ORDERS) & (yearly >= found.vip), TIERS.index(Tier.VIP), code)
    return code.astype(np.int8)
