"""What the gate says of a message, and the country's rules that it says it by."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from retcon.frozen import dataclass
from retcon.localtime import Hours
from retcon.model.offers import Style

# What advertising may have to carry in its words.
NEEDS = ("address", "contact", "unsubscribe", "objection_notice")
# Where people can be written to; `channels/reach` says how each is called.
MEDIA = ("email", "whatsapp", "line", "telegram", "messenger", "instagram", "sms")
# What may not stand in a message somewhere; `channels/wording` looks for it.
FORBIDDEN = ("link_in_sms", "benefit_in_service")
# What a seller says of a country in a language: how long it takes, who pays duties, returns, ways to pay.
BLOCKS = ("time", "duties", "returns", "payment")


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
    # The law's hours of a medium, for advertising: these and `hours` (or those of the state, of Ramadan) must be open.
    medium_hours: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict[str, tuple[Hours, ...]])
    # Instead of `hours` in a part of the country ("US-TX"); in parts that aren't here or known, `hours` hold.
    state_hours: Mapping[str, tuple[Hours, ...]] = field(default_factory=dict[str, tuple[Hours, ...]])
    ramadan_hours: tuple[Hours, ...] = ()  # instead of `hours` while Ramadan lasts, within those of the medium
    quiet_holidays: frozenset[str] = frozenset()  # media on which nothing is advertised on public holidays
    most_per_day: int | None = None  # advertising messages to one person
    one_channel_per_week: bool = False
    barred: Mapping[str, str] = field(default_factory=dict[str, str])  # medium → why no advertising may go there
    labels: Mapping[str, str] = field(default_factory=dict[str, str])  # medium → what advertising must begin with
    forbids: frozenset[str] = frozenset()  # some of FORBIDDEN
    style: Style = Style.PERSONAL
    address_form: str = ""  # "formal", "informal"; empty: as [shop] says
    mind: str = ""  # what matters there while writing, one line
    weekend: tuple[int, ...] = (5, 6)  # 0 = Monday
    blocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])  # see BLOCKS
    answer_days: int | None = None  # by when a request for one's data must be answered
    law: tuple[str, ...] = ()  # sentences on what the law asks, to be confirmed by the seller's counsel
    sources: tuple[str, ...] = ()
