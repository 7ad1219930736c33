"""What the seller really gives: nothing that isn't here is ever promised in a message."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from retcon.frozen import dataclass


class Style(StrEnum):
    """What moves people in a country to come back."""

    PERSONAL = "personal"  # a note, an early look, service; bargains are no good
    CASH_BACK = "cash_back"  # a little money back
    CULTURAL = "cultural"  # what fits faith and custom, gifts


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """So many percent, or an amount in minor units of a currency."""

    percent: int = 0
    amount_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A coupon's code that the shop takes already, good until a day or for so many days from the message on."""

    code: str
    worth: Worth
    until: date | None = None
    days: int = 0
    styles: frozenset[Style] = frozenset(Style)  # where it is in good taste


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The seller's offers.toml; what is missing is not offered, and rules that need it aren't due."""

    membership: str = ""  # the name of the circle of regular customers, the same everywhere
    benefits: Mapping[Style, tuple[str, ...]] = field(default_factory=dict[Style, tuple[str, ...]])
    win_back: Mapping[Style, str] = field(default_factory=dict[Style, str])  # of phrases' [incentives]
    referral: Mapping[Style, str] = field(default_factory=dict[Style, str])  # of phrases' [referral]
    referral_link: str = ""
    # What stands in a phrase for {amount} and the like: by country, "" for all others.
    amounts: Mapping[str, Mapping[str, Worth]] = field(default_factory=dict[str, Mapping[str, Worth]])
    coupon: Code | None = None  # for who is silent longest
    restock: Code | None = None  # for what is used up
    vote: Mapping[str, str] = field(default_factory=dict[str, str])  # what regular customers are asked, by language

    def worth(self, name: str, country: str) -> Worth | None:
        """What {name} stands for there; None where the seller hasn't said it."""
        return self.amounts.get(country, {}).get(name) or self.amounts.get("", {}).get(name)
