"""Single sentences of one language that messages are put together from."""

from collections.abc import Mapping
from dataclasses import field

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """By name: what festivals are called, and in whole sentences what regular customers, returners and friends get.

    A sentence may hold {amount}, {percent}, {yours}, {friends}: what the seller's offers.toml says of them.
    """

    festivals: Mapping[str, str] = field(default_factory=dict[str, str])
    benefits: Mapping[str, str] = field(default_factory=dict[str, str])
    incentives: Mapping[str, str] = field(default_factory=dict[str, str])
    referral: Mapping[str, str] = field(default_factory=dict[str, str])
