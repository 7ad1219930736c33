"""How the sample shop's parcels travel, and the shipment-tracking metadata that a shop keeps of them."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from retcon.demo.catalog import CARRIERS, DEFAULT_CARRIER, Carrier
from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that has left the shop."""

    order: int
    carrier: Carrier
    shipped: datetime

    def metadata(self) -> tuple[tuple[str, Any], ...]:
        """The order's metadata, as WooCommerce Shipment Tracking writes it (`date_shipped` in Unix seconds)."""
        number = f"NL{self.order:07}"
        tracking = {
            "tracking_provider": "",
            "custom_tracking_provider": self.carrier.name,
            "custom_tracking_link": self.carrier.link.format(number=number),
            "tracking_number": number,
            "date_shipped": str(int(self.shipped.timestamp())),
            "tracking_id": f"{self.order:032x}",
        }
        return (("_wc_shipment_tracking_items", [tracking]),)


def parcel(order: int, country: str, placed: datetime, anchor: datetime, dice: random.Random) -> Parcel | None:
    """The order's parcel; None while it is still being packed. The shop packs within a day or two, by 16:00 UTC."""
    shipped = (placed + timedelta(hours=dice.uniform(8, 34))).replace(minute=5, second=0, microsecond=0)
    shipped = shipped.replace(hour=min(max(shipped.hour, 8), 16))
    shipped = max(shipped, placed + timedelta(hours=1)).astimezone(UTC)
    return Parcel(order, CARRIERS.get(country, DEFAULT_CARRIER), shipped) if shipped < anchor else None
