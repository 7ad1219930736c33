"""On which channel a person can be reached now, and why not on the others."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from retcon import text
from retcon.model.people import Customer
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation

# How a kind of channel is called in a sentence.
_WORDS = {"email": "e-mail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The channel (NAME of [channels.NAME]) and the address on it; None and why not where there is no way."""

    channel: str | None
    recipient: str
    why_not: str = ""


def choose(situation: Situation, kinds: Iterable[str], profile: CountryProfile, configured: Mapping[str, str]) -> Way:
    """The first way to the person among the rule's kinds of channel, in the order in which people there read them.

    `configured` is the kind of each channel by name.
    """
    wanted = tuple(kinds)
    reasons: list[str] = []
    for kind in sorted(wanted, key=lambda kind: _rank(kind, profile.channels)):
        names = [name for name, its_kind in configured.items() if its_kind == kind]
        recipient = address(situation.customer, kind)
        if not names:
            reasons.append(f"No channel for {words(kind)} is set up: add [channels.{kind}] to config.toml.")
        elif not recipient:
            reasons.append(f"No usable {words(kind)} address of {called(situation.customer)} is known.")
        else:
            name = next((name for name in names if name not in situation.closed), None)
            if name is not None and kind not in situation.closed:
                return Way(channel=name, recipient=recipient)
            reasons.append(f"Closed for {words(kind)}: the address doesn't exist.")
    return Way(channel=None, recipient="", why_not=reasons[0] if reasons else "The rule names no channel.")


def address(customer: Customer, kind: str) -> str:
    """The person's address on a kind of channel, empty where none is usable."""
    if kind != "email":
        return ""
    return next((email for email in customer.emails if is_address(email)), "")


# Addresses that are beyond doubt, told without the 20 ms that the validator takes to load.
_PLAIN = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,20}){0,2}\.)+(?!(?:invalid|local|localhost|onion|arpa)$)[A-Za-z]{2,20}",
    re.ASCII,
)


@lru_cache(maxsize=4096)
def is_address(email: str) -> bool:
    """Whether a mail could be addressed to it; nobody is asked."""
    if _PLAIN.fullmatch(email):
        return True
    from email_validator import EmailNotValidError, validate_email

    try:
        # "test" lets the reserved domain .test pass; .invalid, where shops put erased customers, stays refused.
        validate_email(email[:1000], check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return False
    return True


def words(kind: str) -> str:
    """The kind of channel as a sentence names it."""
    return _WORDS.get(kind, kind)


def called(customer: Customer) -> str:
    """The person as a sentence names them, one short line."""
    return text.line(text.keep(customer.name, 40)) or "this person"


def _rank(kind: str, liked: tuple[str, ...]) -> int:
    return liked.index(kind) if kind in liked else len(liked)
