"""What the gate says of a message, and the country's rules that it says it by."""

from datetime import date, datetime
from enum import StrEnum

from retcon.frozen import dataclass
from retcon.localtime import Hours

# What advertising may have to carry in its words.
NEEDS = ("address", "unsubscribe", "objection_notice")


class Answer(StrEnum):
    """Whether a message may leave."""

    YES = "yes"
    LATER = "later"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one rule of the gate says: the fact first, the hour at which it lifts last. `until` is UTC.

    No key stands in it: the same is said on the console and elsewhere.
    """

    rule: str
    answer: Answer
    reason: str
    until: datetime | None = None
    other: str = ""  # the medium that would take the message instead: the reason ends with it


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryProfile:
    """What may be sent where; a default for a tool, not legal advice. `checked` is the day it was looked at."""

    country: str  # ISO 3166-1 alpha-2, "" for the strict default
    name: str
    languages: tuple[str, ...]
    channels: tuple[str, ...]  # in the order in which people there read them
    hours: tuple[Hours, ...]  # for relationship and marketing messages, at the customer's place
    service_hours: tuple[Hours, ...]
    opt_out: frozenset[str]  # channels on which marketing needs no consent before, only a way out
    marketing_needs: tuple[str, ...]  # some of NEEDS
    transit_days: int  # usual days from shipping to the door
    checked: date | None = None
    note: str = ""
    soft_opt_in: frozenset[str] = (
        frozenset()
    )  # media on which buyers who were told may be written to, until they object
    soft_opt_in_months: int | None = None  # for so long after the last order; None: no end
    invites: bool = False  # whether a service message may ask for a permission in a line of its own
