"""What a message from a customer is besides its words: a stop, a yes, a complaint.

A stop or a yes is the whole message, its greeting, thanks and signature apart, or a subject of its own. A refusal
in a short message counts as a stop. All languages are looked through: people write in their own.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from retcon.frozen import dataclass
from retcon.model.conversations import Sign
from retcon.model.words import Phrases, Words

# The longest whole message that is a word, and the longest in which a refusal is looked for.
_WHOLE, _SHORT = 40, 400
_LONGEST = 20_000  # complaints are looked for so far into a message
_GREETING_WORDS, _SIGNATURE_WORDS = 2, 6

# Accents, Arabic vowel signs, Hebrew points and what has no width; the marks of other scripts are letters there.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\ufeff'’‘`´ʼ]"
)
_ALIKE = str.maketrans("ıłđøأإآٱىةؤئ", "ildoاااايهوي")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_CLAUSES = re.compile(r"[.,;:!?…\n،؛؟。、，！？；：।]+|\b(?:but|aber|pero|maar)\b", re.IGNORECASE)
_QUOTES = re.compile(r"[\"“”„«»()\[\]{}<>*_/\\|~#=+–—-]+")
_QUESTION = re.compile("[?؟？]")
_ANSWER = re.compile(r"\s*\w{1,12}(?:\[\d+\])?\s*[:：]")  # "Re:", "AW:", "RV:"
_SIGNATURE = re.compile(
    r"(?:--+|__+|—+)\s*$|(?:sent|gesendet|envoyé|enviado|inviato|verzonden|wysłane) (?:from|von|de|desde|da|vanaf|z)\b",
    re.IGNORECASE,
)
# Scripts that don't set words apart, or hang endings on them: a phrase may begin and end anywhere.
_RUN_TOGETHER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def read(subject: str, body: str, words: Words) -> Sign:
    """What the message is; its quoted tail must be off."""
    whole, polite = _whole(body), _only(words.polite)
    if _is_one_of(whole, _only(words.stop), polite) or _says_stop(subject, words) or _refuses(body, words):
        return Sign.STOP
    if _is_one_of(whole, _only(words.yes), polite):
        return Sign.YES
    return Sign.COMPLAINT if complaint(body, words) else Sign.NONE


def complaint(body: str, words: Words) -> str:
    """The clause that shows that the person is unhappy, as they wrote it; empty where none does."""
    return _found(body[:_LONGEST], words.complaint, words.doubt)


def is_answer(subject: str) -> bool:
    """Whether a subject is that of an answer or of something handed on, and so not the writer's own."""
    return _ANSWER.match(subject) is not None


def fold(text: str) -> str:
    """The text as it compares: no case, accents, apostrophes, hyphens or stretched letters; one kind of space."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKC", _MARKS.sub("", apart)).translate(_ALIKE)
    spaced = _QUOTES.sub(" ", plain.replace("e-mail", "email"))
    return " ".join(_STRETCHED.sub(r"\1", spaced).split())


# ---- the whole message --------------------------------------------------------------------------------------


def _says_stop(subject: str, words: Words) -> bool:
    """Whether it is a subject of their own, and a stop; the subject of an answer is the shop's."""
    return not is_answer(subject) and _is_one_of(subject.strip(), _only(words.stop), _only(words.polite))


def _whole(body: str) -> str:
    """What is left of a short message without greeting and signature; empty where that is more than a word or two."""
    if len(body) > _SHORT:
        return ""
    lines = [line.strip() for line in body.strip().splitlines()]
    end = next((at for at, line in enumerate(lines) if _SIGNATURE.match(line)), len(lines))
    told = [line for line in lines[:end] if _bare(line)]
    if len(told) > 1 and _count(told[0]) <= _GREETING_WORDS and told[0][-1] in ",!،，！":
        told = told[1:]
    below = " ".join(told[1:])
    if below and _count(below) <= _SIGNATURE_WORDS and not _QUESTION.search(below):
        told = told[:1]
    left = " ".join(told)
    return left if len(left) <= _WHOLE else ""


def _count(line: str) -> int:
    return len(line.split())


def _is_one_of(whole: str, wanted: frozenset[str], polite: frozenset[str]) -> bool:
    """Whether the text is one of the folded phrases, courtesies and a greeting beside it apart."""
    if not whole or len(whole) > _WHOLE or _QUESTION.search(whole):
        return False
    clauses = [clause for part in _CLAUSES.split(whole) if (clause := _bare(part))]
    together = " ".join(clauses)
    if together in wanted or _without(together, polite) in wanted:
        return True
    if len(clauses) > 1 and _count(clauses[0]) <= _GREETING_WORDS and clauses[0] not in wanted:
        clauses = clauses[1:]
    meant = {left for clause in clauses if (left := _without(clause, polite))}
    return bool(meant) and meant <= wanted


def _without(clause: str, polite: frozenset[str]) -> str:
    """The clause without the courtesies at its ends."""
    before = ""
    while clause != before:
        before = clause
        for phrase in polite:
            if phrase not in clause:
                continue
            if _RUN_TOGETHER.search(phrase):
                clause = clause.removeprefix(phrase).removesuffix(phrase).strip()
            elif clause == phrase:
                return ""
            else:
                clause = clause.removeprefix(f"{phrase} ").removesuffix(f" {phrase}")
    return clause


def _bare(text: str) -> str:
    """The text folded, without punctuation and pictures."""
    kept = (letter if unicodedata.category(letter)[0] not in "PSC" else " " for letter in fold(text))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=64)
def _bared(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_bare, phrases)) - {""}


def _only(phrases: Phrases) -> frozenset[str]:
    return frozenset[str]().union(*map(_bared, phrases.values()))


# ---- within a message ---------------------------------------------------------------------------------------


def _refuses(body: str, words: Words) -> bool:
    return len(body) <= _SHORT and bool(_found(body, words.refusal, words.doubt))


def _found(body: str, phrases: Phrases, doubt: Phrases) -> str:
    """The first clause with one of the phrases in it and no doubt before that, as it was written."""
    indexes = [(_index(each), doubt.get(language, ())) for language, each in phrases.items()]
    for clause in _CLAUSES.split(body):
        said = fold(clause)
        run_together = _RUN_TOGETHER.search(said) is not None
        for index, doubts in indexes:
            for before in _before(said, index, run_together):
                if not any(_before(before, _index(doubts), run_together)):
                    return " ".join(clause.split())[:80]
    return ""


@dataclass(frozen=True, slots=True)
class _Index:
    """Folded phrases: those of words by their first one, and those that may stand anywhere."""

    by_first: dict[str, tuple[str, ...]]
    anywhere: tuple[str, ...]


@lru_cache(maxsize=256)
def _index(phrases: tuple[str, ...]) -> _Index:
    by_first: dict[str, tuple[str, ...]] = {}
    anywhere: list[str] = []
    for phrase in sorted({fold(phrase) for phrase in phrases} - {""}):
        if _RUN_TOGETHER.search(phrase):
            anywhere.append(phrase)
        else:
            first = phrase.split()[0]
            by_first[first] = (*by_first.get(first, ()), f"{phrase} ")
    return _Index(by_first, tuple(anywhere))


def _before(said: str, index: _Index, run_together: bool) -> Iterator[str]:
    """What stands before each of the phrases that the folded text holds; a space where nothing does."""
    at, padded, words = 0, f"{said} ", said.split()
    for word in () if index.by_first.keys().isdisjoint(words) else words:
        for phrase in index.by_first.get(word, ()):
            if padded.startswith(phrase, at):
                yield said[:at] or " "
        at += len(word) + 1
    for phrase in index.anywhere if run_together else ():
        if (found := said.find(phrase)) >= 0:
            yield said[:found] or " "
