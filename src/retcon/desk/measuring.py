"""By what customers are measured: the seller's tiers, the levels that hold, the category each buys most of."""

from collections.abc import Sequence
from dataclasses import dataclass

from retcon import money
from retcon.config import Settings
from retcon.retention.risk import bands
from retcon.retention.risk.bands import Levels
from retcon.retention.risk.standings import Measures
from retcon.retention.risk.summary import Summary
from retcon.store import categories, thresholds
from retcon.store.categories import Bought
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True, eq=False)
class Measuring:
    """What holds in the shop, for whichever of its customers are asked for."""

    levels: Levels
    bought: Bought
    vip: float | None  # yearly values that the seller has set, minor units
    high: float | None

    def of(self, summary: Summary) -> Measures:
        """For the customers of the summary."""
        return Measures(self.levels, self.bought.of(summary.customer_ids), self.vip, self.high)


def measuring(tx: Connection, settings: Settings, customer_ids: Sequence[int] | None = None) -> Measuring:
    """What these customers are measured by, or all."""
    bought = categories.bought(tx, customer_ids)
    return Measuring(
        levels=bands.levels(thresholds.every(tx), bought.names),
        bought=bought,
        vip=_minor(settings.retention.tiers.vip, settings),
        high=_minor(settings.retention.tiers.high, settings),
    )


def _minor(amount: float, settings: Settings) -> float | None:
    """A sum that was set, in minor units; None where none is."""
    return amount * 10 ** money.exponent(settings.shop.currency) or None
