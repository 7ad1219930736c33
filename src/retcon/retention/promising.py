"""Phrases with a date in what the shop wrote: "by Monday", "bis Freitag", "3日以内に". Each may be a promise."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from retcon import text
from retcon.frozen import dataclass
from retcon.model.words import Words
from retcon.retention import daywords

# Where the word that leads to a day stands behind it.
_BEHIND = ("hi", "ja", "ko", "tr", "zh")
_SENTENCE = re.compile(r"[.!?。！？…](?=\s|$)|[。！？]|\n")
_SHORTEST = 3  # "so" and "do" are days in German, and other words too
_MOST = 3
_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was written, its sentence, and until when that is."""

    words: str
    due_at: datetime


def find(body: str, language: str, words: Words, at: datetime, zone: str) -> tuple[Phrase, ...]:
    """What the message of that time may have promised, one for each sentence; days as the shop's zone has them."""
    languages = tuple(dict.fromkeys((language.split("-")[0].lower(), "en")))
    found: dict[str, Phrase] = {}
    for day in daywords.find(body, languages, at, zone):
        written = body[day.start : day.end].strip()
        if len(written) < _SHORTEST and written.isascii() and written.isalpha():
            continue
        if any(_leads(body, day, tongue, words.promise.get(tongue, ())) for tongue in languages):
            sentence = _sentence(body, day.start, day.end)
            found.setdefault(sentence, Phrase(sentence, day.until))
    return tuple(found.values())[:_MOST]


def _leads(body: str, day: daywords.Day, language: str, leads: tuple[str, ...]) -> bool:
    if not leads:
        return False
    before, behind = _around(leads)
    if before.search(body, max(0, day.start - 40), day.start):
        return True
    return language in _BEHIND and behind.match(body, day.end) is not None


@lru_cache(maxsize=64)
def _around(leads: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands right before a day, with one short word between them at most, and right behind it."""
    any_of = "|".join(re.escape(lead) for lead in sorted(leads, key=len, reverse=True))
    return (
        re.compile(rf"(?<!\w)(?:{any_of})\s*(?:[\w']{{1,4}}\s+)?$|(?:{_unspaced(leads)})$", re.IGNORECASE),
        re.compile(rf"\s*(?:{any_of})", re.IGNORECASE),
    )


def _unspaced(leads: tuple[str, ...]) -> str:
    return "|".join(re.escape(lead) for lead in leads if not re.match(r"[\x00-\u06ff]", lead)) or "(?!)"


def _sentence(body: str, start: int, end: int) -> str:
    """The sentence round the phrase, one line."""
    begins = max((match.end() for match in _SENTENCE.finditer(body, 0, start)), default=0)
    ends = next(_ends(body, end), len(body))
    return text.line(text.keep(body[begins:ends].strip(), _LENGTH))


def _ends(body: str, end: int) -> Iterator[int]:
    return (match.end() for match in _SENTENCE.finditer(body, end))
