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
class Coupon:
    """A code that the shop takes already. `worth` is a percentage such as "15 %", or an amount."""

    code: str
    percent: int = 0
    amount_minor: int = 0
    currency: str = ""
    until: date | None = None
    days: int = 0  # else good for so many days from the message on
    styles: frozenset[Style] = frozenset()  # where it is in good taste


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """The seller's offers.toml; what is missing is not offered, and rules that need it aren't due."""

    membership: str = ""  # the name of the circle of regular customers, the same everywhere
    benefits: Mapping[Style, tuple[str, ...]] = field(default_factory=dict[Style, tuple[str, ...]])
    incentives: Mapping[Style, str] = field(default_factory=dict[Style, str])  # of phrases' [incentives]
    referral: Mapping[Style, str] = field(default_factory=dict[Style, str])  # of phrases' [referral]
    referral_link: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict[str, str])  # "{amount}" and the like, as the seller says
    coupon: Coupon | None = None  # for sleepers, last
    restock: Coupon | None = None  # for what is used up
    vote: Mapping[str, str] = field(default_factory=dict[str, str])  # the question, by language
