"""Customers, how they are recognised, and what they allowed."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer's account as a source tells it."""

    source_id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    language: str = ""
    registered_at: datetime | None = None


class Purpose(StrEnum):
    """Why a message is written; each has a gate of its own."""

    SERVICE = "service"  # an answer, a fact about an order
    RELATIONSHIP = "relationship"  # tips, a review request: needs what marketing needs
    MARKETING = "marketing"


class ConsentState(StrEnum):
    """What the person said, last of all."""

    GRANTED = "granted"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What a consent rests on."""

    EXPRESS = "express"
    DOUBLE_OPT_IN = "double_opt_in"
    SOFT_OPT_IN = "soft_opt_in"
    IMPLIED = "implied"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One line of the ledger; the latest of a channel and purpose is in force until it expires."""

    channel: str
    purpose: Purpose
    state: ConsentState
    basis: Basis
    at: datetime
    source: str  # who wrote it down: "operator", a source's name, "import"
    wording: str = ""
    proof: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """A consent as a source tells it: of whom (the address on a medium, by default an e-mail), and the line itself."""

    address: str
    consent: Consent
    medium: str = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the operator wrote down of a customer, and when."""

    id: int
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One person. `zones` are the time zones they may live in, the likeliest first; empty where unknown.

    `phones` are E.164 where they could be read as numbers, else as they came; the newest first. What country, language
    and zones rest on stands beside them in words: "the latest order", "wrote it on 3 May", "you said so".
    """

    id: int
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()  # "woo:17"
    country: str = ""
    language: str = ""
    zones: tuple[str, ...] = ()
    left_alone: bool = False  # the operator said: write nothing to this person
    chats: tuple[tuple[str, str], ...] = ()  # medium and the person's id there: ("telegram", "700100200")
    country_from: str = ""
    language_from: str = ""
    zones_from: str = ""
    subdivision: str = ""  # the part of the country, ISO 3166-2: "US-TX"; empty where unknown
