"""From which risk on a customer is warned of, and from which it is an alarm; what the shop's past says of both."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from retcon.frozen import dataclass
from retcon.model.standing import Tier

# Levels are probabilities within these; an alarm is at least so much above its warning.
LOWEST, HIGHEST, APART = 0.01, 0.99, 0.01


class Origin(StrEnum):
    """Where levels come from."""

    DEFAULT = "default"
    SET = "set"
    LEARNT = "learnt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Levels of one tier, for one product category or for all (empty).

    P(no order within the horizon) from which on a customer is medium (`warning`) and high (`alarm`).
    """

    tier: Tier
    category: str = ""
    warning: float
    alarm: float
    evidence: str = ""  # what the past said when they were taken; empty where they were set by hand
    at: datetime | None = None  # since when; None for a default

    @property
    def origin(self) -> Origin:
        """Where they come from."""
        if self.at is None:
            return Origin.DEFAULT
        return Origin.LEARNT if self.evidence else Origin.SET


_ALARM = {
    Tier.VIP: 0.5,
    Tier.HIGH: 0.5,
    Tier.PROMISING: 0.7,
    Tier.REGULAR: 0.7,
    Tier.NEW: 0.85,
    Tier.ONE_TIME: 0.85,
}
_WARNING_BELOW = 0.2
# Sooner for those who are worth more.
DEFAULTS = MappingProxyType(
    {
        tier: Threshold(tier=tier, warning=round(alarm - _WARNING_BELOW, 2), alarm=alarm)
        for tier, alarm in _ALARM.items()
    }
)
