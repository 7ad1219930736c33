"""How first orders are looked after, and how many of those buyers come back."""

from datetime import datetime

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOrders:
    """First orders of a country ("" for those of which none is known) within a period.

    `old` are those placed seven days ago or longer, `served` those of them whose buyer got a personal word within seven
    days: a message of ours or an answer, no automatic mail. Of those placed ninety days ago or longer,
    `served_back` of `served_known` ordered again within ninety days, and `others_back` of `others_known` unserved ones.
    """

    country: str
    orders: int = 0
    old: int = 0
    served: int = 0
    served_known: int = 0
    served_back: int = 0
    others_known: int = 0
    others_back: int = 0

    def __add__(self, other: "FirstOrders") -> "FirstOrders":
        """Both together, under the name of the first."""
        return FirstOrders(
            country=self.country,
            orders=self.orders + other.orders,
            old=self.old + other.old,
            served=self.served + other.served,
            served_known=self.served_known + other.served_known,
            served_back=self.served_back + other.served_back,
            others_known=self.others_known + other.others_known,
            others_back=self.others_back + other.others_back,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """Somebody whose first order is under seven days old and who has had no personal word yet."""

    customer_id: int
    name: str
    country: str
    placed_at: datetime
    until: datetime  # when the seven days are over
