"""On which channel a person can be reached now, and why not on the others."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from retcon import text
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation

# How a medium is called in a sentence.
_WORDS = {
    "email": "e-mail",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "line": "LINE",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "sms": "SMS",
}
# The most letters that a message takes there (UTF-16 code units), alone and beside a file; Bot API 10.1.
_MOST_LETTERS = {"telegram": (4096, 1024)}
# Media on which only the customer can begin.
CHATS = frozenset(("telegram", "line", "messenger", "instagram"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel (NAME of [channels.NAME]) and the address on it, or why it is no way; no channel where none is."""

    channel: str | None
    recipient: str
    why_not: str = ""
    medium: str = ""


def choose(situation: Situation, kinds: Iterable[str], profile: CountryProfile, configured: Mapping[str, str]) -> Way:
    """The first way to the person among the rule's media, in the order in which people there read them.

    `configured` is the medium of each channel by name.
    """
    reasons: list[str] = []
    for medium in sorted(kinds, key=lambda medium: _rank(medium, profile.channels)):
        found = [_way(situation, name, medium) for name, its in configured.items() if its == medium]
        if way := next((way for way in found if not way.why_not), None):
            return way
        missing = f"No channel for {words(medium)} is set up: add [channels.{medium}] to config.toml."
        reasons.append(found[0].why_not if found else missing)
    return Way(channel=None, recipient="", why_not=reasons[0] if reasons else "The rule names no channel.")


def ways(situation: Situation, profile: CountryProfile, configured: Mapping[str, str]) -> tuple[Way, ...]:
    """Every channel that is set up, with the person's address on it or why there is no way.

    Those that people there read first come first; whether a message may go is the gate's to say.
    """
    found = (_way(situation, name, medium) for name, medium in configured.items())
    return tuple(sorted(found, key=lambda way: _rank(way.medium, profile.channels)))


def _way(situation: Situation, name: str, medium: str) -> Way:
    recipient = address(situation, medium)
    if recipient:
        return Way(channel=name, recipient=recipient, medium=medium)
    if medium in CHATS and not known(situation, medium):
        why_not = never_wrote(situation.customer, medium)
    elif any(each.casefold() in situation.closed for each in known(situation, medium)):
        why_not = f"Closed for {words(medium)}: the address doesn't exist."
    elif known(situation, medium):
        why_not = f"Closed for {words(medium)}: nothing reaches {called(situation.customer)} there."
    else:
        why_not = f"No usable {words(medium)} address of {called(situation.customer)} is known."
    return Way(channel=name, recipient="", why_not=why_not, medium=medium)


def address(situation: Situation, medium: str) -> str:
    """The person's address on a medium, empty where none is usable; the one that they used last comes first."""
    return next((each for each in known(situation, medium) if not shut(situation, medium, each)), "")


def known(situation: Situation, medium: str) -> tuple[str, ...]:
    """The person's addresses on a medium, shut ones too; the one that they used last comes first."""
    customer = situation.customer
    if medium == "email":
        return tuple(email for email in customer.emails if is_address(email))
    return tuple(id_ for its, id_ in customer.chats if its == medium)


def shut(situation: Situation, medium: str, address: str) -> bool:
    """Whether nothing reaches anybody at this address of the person's."""
    return (
        address.casefold() in situation.closed or situation.suppressed.get((medium, address), ("",))[0] == "everything"
    )


def never_wrote(customer: Customer, medium: str) -> str:
    """Why a chat can't be begun by the shop."""
    who = called(customer)
    return f"{who[:1].upper()}{who[1:]} never wrote to you on {words(medium)}, so {words(medium)} can't deliver."


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


def words(medium: str) -> str:
    """The medium as a sentence names it."""
    return _WORDS.get(medium, medium)


def most_letters(medium: str, with_file: bool) -> int | None:
    """How many letters (UTF-16 code units) a message takes there at most; None where no limit is known."""
    limits = _MOST_LETTERS.get(medium)
    return limits[with_file] if limits is not None else None


def letters(text: str) -> int:
    """How long a text is as such a limit counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def called(customer: Customer) -> str:
    """The person as a sentence names them, one short line."""
    return text.line(text.keep(customer.name, 40)) or "this person"


def _rank(medium: str, liked: tuple[str, ...]) -> int:
    return liked.index(medium) if medium in liked else len(liked)
