"""From which risk on a customer is warned of, and from which it is an alarm; what the shop's past says of both."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from retcon import localtime
from retcon.frozen import dataclass
from retcon.model.standing import Tier

# Levels are probabilities within these; an alarm is at least so much above its warning.
LOWEST, HIGHEST, APART = 0.01, 0.99, 0.01
# In place of a level: nobody reaches it, not even who is certain to stay away.
NEVER = 1.0


class Origin(StrEnum):
    """Where levels come from."""

    DEFAULT = "default"
    SET = "set"
    LEARNT = "learnt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Levels of one tier, for one product category or for all (empty).

    P(no order within the horizon) from which on a customer is medium (`warning`) and high (`alarm`); NEVER for nobody.
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


# Fewer warnings whose horizon is over tell nothing.
FEWEST = 30


def needed_days(horizon_days: int) -> int:
    """How long a past has to be to propose anything: two weeks to compare, each with a horizon before and after."""
    return 2 * horizon_days + 7


@dataclass(frozen=True, slots=True)
class Marks:
    """Warnings or alarms of the past whose horizon is over, and how many of those people stayed away."""

    given: int
    stayed: int


@dataclass(frozen=True, slots=True)
class Reached:
    """How many had been silent for so many days, and how many of them ordered within the horizon from then on."""

    days: int
    people: int
    returned: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a pair of levels came to on the past: its warnings, its alarms, and the warnings in a usual week.

    Half of the warnings came after fewer silent days than `warned_after`; 0 where there was none.
    """

    warning: float
    alarm: float
    warnings: Marks
    alarms: Marks
    weekly: float
    warned_after: int
    alarmed_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Levels that the past proposes for a tier and category, beside those that were in force.

    `resolved` are the warnings that it rests on: those of the pair that gave more; that no level pays, those of the
    level that would have given most. `people` were in it in the last week that was replayed; half of all who were ever
    in it were worth more than `yearly_minor` a year.
    """

    tier: Tier
    category: str
    now: Replayed
    then: Replayed
    resolved: int
    people: int
    yearly_minor: int
    silence: tuple[Reached, ...]

    @property
    def enough(self) -> bool:
        """Whether it rests on enough to be a proposal."""
        return self.resolved >= FEWEST

    @property
    def changes(self) -> bool:
        """Whether it proposes other levels than those in force."""
        return self.enough and (self.then.warning, self.then.alarm) != (self.now.warning, self.now.alarm)

    @property
    def warns(self) -> bool:
        """Whether anybody is to be warned of."""
        return self.then.warning < NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a replay of the past proposes, and what it was reckoned with.

    Each of the `weeks` from `since` to `until` has its horizon behind it; none where the past is too short. A contact
    has to bring `price_minor`: its cost, or more where the seller could not write to all for whom that is less.
    `customers` of `of` were looked at: all, or a sample.
    """

    made_at: datetime
    horizon_days: int
    history_days: int
    weeks: int
    since: datetime | None
    until: datetime | None
    contacts_per_week: int
    save_rate: float
    cost_minor: int
    price_minor: int
    currency: str
    customers: int
    of: int
    weekly_now: float
    weekly: float
    proposals: tuple[Proposal, ...]

    def as_dict(self) -> dict[str, Any]:
        """In plain values: instants as ISO 8601 in UTC."""
        plain = asdict(self)
        for name in ("made_at", "since", "until"):
            at = getattr(self, name)
            plain[name] = None if at is None else localtime.stamp(at)
        for proposal, written in zip(self.proposals, plain["proposals"], strict=True):
            written["tier"] = proposal.tier.value
        return plain

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Suggestion":
        """What `as_dict` gave. Raises KeyError, TypeError or ValueError for what another version wrote."""
        instants = {
            name: None if values[name] is None else localtime.instant(values[name])
            for name in ("made_at", "since", "until")
        }
        read: dict[str, Any] = {**values, **instants, "proposals": tuple(map(_proposal, values["proposals"]))}
        return Suggestion(**read)


def _proposal(values: Mapping[str, Any]) -> Proposal:
    def replayed(plain: Mapping[str, Any]) -> Replayed:
        read: dict[str, Any] = {**plain, "warnings": Marks(**plain["warnings"]), "alarms": Marks(**plain["alarms"])}
        return Replayed(**read)

    inner: dict[str, Any] = {
        "tier": Tier(values["tier"]),
        "now": replayed(values["now"]),
        "then": replayed(values["then"]),
        "silence": tuple(Reached(**row) for row in values["silence"]),
    }
    return Proposal(**{**values, **inner})
