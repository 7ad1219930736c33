"""What stands in a message and may not, and what is missing in it: asked of the draft and of the frozen text.

What a law or a network forbids is "no"; what is only unwise is a yes that says so. Words are looked for in the twenty
languages of the texts, and rather missed than seen where they aren't.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from retcon import text
from retcon.channels import wordlists
from retcon.channels.question import Question, no, yes
from retcon.model.policy import Verdict
from retcon.store import addresses

# How a label or an address is cut in a sentence of ours.
_SHOWN = 40


def wording(question: Question, now: datetime) -> Verdict | None:
    """All that is wrong with the words in one "no"; else what is unwise in a yes; None where nothing is."""
    flaws = list(_flaws(question))
    if flaws:
        return no("wording", " ".join(flaws))
    notes = list(_notes(question))
    return yes("wording", " ".join(notes)) if notes else None


def _flaws(question: Question) -> Iterator[str]:
    """What must be changed before it leaves, a fact and what to do."""
    if not question.service and "address" in question.profile.marketing_needs and not question.shop.address.strip():
        yield "Your postal address is missing in [shop], and advertising must carry it. Write it there: address = …"
    if not question.body.strip():
        return
    if not question.service:
        yield from _missing(question)
    whole = f"{question.subject}\n{question.body}"
    if found := _seen(wordlists.SHARE_TO_WIN, whole):
        yield f"{_quoted(found)}: Facebook and Instagram forbid prizes for sharing. Say it without."
    bare_sms = question.kind == "sms" and "link_in_sms" in question.profile.forbids
    if bare_sms and (found := _first((*links(whole), *phones(question, whole)))):
        yield f"No link and no number may stand in an SMS to {question.place}. Take out {_quoted(found)}."
    if _is_lent(question) and (found := _first((*links(whole), *mailboxes(whole), *phones(question, whole)))):
        yield f"A marketplace lends this address and forbids to lead buyers away. Take out {_quoted(found)}."
    if "benefit_in_service" in question.profile.forbids and (found := _benefit(question, whole)):
        yield f"{_quoted(found)} makes a service message to {question.place} advertising. Take it out."


def _missing(question: Question) -> Iterator[str]:
    """What advertising there must carry and doesn't."""
    needs, place = question.profile.marketing_needs, question.place
    label = question.profile.labels.get(question.kind, "")
    in_subject = question.kind == "email"
    if label and not _compared(question.subject if in_subject else question.body).startswith(_compared(label)):
        where = "subject" if in_subject else "text"
        yield f"Advertising to {place} must begin with {label}. Put it at the start of the {where}."
    if "address" in needs and not _carries(question.body, question.shop.address):
        yield "Your postal address isn't in the text, and advertising must carry it. Put it back."
    if "contact" in needs and not any(mailboxes(question.body)):
        yield f"Advertising to {place} must say where to write with a question. Put your address for questions back."
    if "unsubscribe" in needs and not _seen(wordlists.WAY_OUT, question.body):
        yield "The text doesn't say how to get no more of these. Put back a line such as: Reply STOP."
    if "objection_notice" in needs and in_subject and not _seen(wordlists.MAY_OBJECT, question.body):
        yield f"Advertising to {place} must say that one may object to it at any time. Put the sentence back."


def _notes(question: Question) -> Iterator[str]:
    """What is allowed and unwise."""
    if not question.body.strip():
        return
    whole = f"{question.subject}\n{question.body}"
    if found := _benefit(question, whole):
        yield f"{_quoted(found)} stands in a service message: in many countries that makes it advertising."
    count = len(set(links(question.body)))
    if question.mass and question.kind != "email" and not question.service and count > 1:
        yield f"It has {count} links and goes to many: networks take that for spam. One is enough."


def _benefit(question: Question, whole: str) -> str:
    """What a service message gives or promises; empty where nothing. Who asked for it may be answered."""
    if not question.service or question.answers_at is not None:
        return ""
    return _seen(wordlists.BENEFIT, whole)


@lru_cache(maxsize=2048)
def _seen(what: re.Pattern[str], words: str) -> str:
    """Where it stands in the text, or "". Kept: the same draft is judged at every look at it, a millisecond each."""
    found = what.search(words)
    return found[0] if found else ""


def _is_lent(question: Question) -> bool:
    return question.kind == "email" and addresses.is_lent(addresses.email(question.recipient))


# ---- what stands in a text --------------------------------------------------------------------------------------

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_BARE_LINK = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|shop|store|app|info|biz|link|ly|me|co|io|eu|ee)(?:/[^\s<>\"“”]*|(?![\w@-]))"
)
_MAILBOX = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+\.[^\W\d_]{2,}")
# With a country's code, or with a zero and set off in groups: "+49 30 1234567", "030 / 123 45 67".
_PHONE = re.compile(
    r"(?<![\w/.-])(?:\+|00)[1-9](?:[ ()/.-]{0,2}\d){6,13}(?!\d)"
    r"|(?<![\w/.-])\(?0\d{1,4}\)?[ /-]{1,3}\d(?:[ -]?\d){5,9}(?![\w-]|\.\d)"
)
_DAY = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")


def links(words: str) -> tuple[str, ...]:
    """The links in a text, whole or without their beginning: "https://shop.example/a", "wa.me/123"."""
    whole = [found.rstrip(".,;:!?)]}’'»") for found in _LINK.findall(words)]
    return (*whole, *_BARE_LINK.findall(_LINK.sub(" ", words)))


def mailboxes(words: str) -> tuple[str, ...]:
    """The e-mail addresses in a text."""
    return tuple(_MAILBOX.findall(words))


def phones(question: Question, words: str) -> tuple[str, ...]:
    """What looks like a phone number in a text, apart from the numbers of the person's own orders and parcels."""
    for order in question.situation.orders:
        for number in (order.number, order.tracking_number):
            words = words.replace(number, " ") if len(number) > 3 else words
    return tuple(_PHONE.findall(_DAY.sub(" ", _LINK.sub(" ", words))))


def _carries(words: str, address: str) -> bool:
    """Whether every word of the address stands in the text, however it is broken into lines."""
    return set(re.findall(r"\w+", _compared(address))) <= set(re.findall(r"\w+", _compared(words)))


def _compared(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold().strip()


def _first(found: Iterable[str]) -> str:
    return next(iter(found), "")


def _quoted(found: str) -> str:
    return f"“{text.line(text.keep(found.strip(), _SHOWN))}”"
