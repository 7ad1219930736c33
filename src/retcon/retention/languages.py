"""Languages: which of several texts fits a person best, and which scripts a language is written in."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from retcon.model.people import Customer
from retcon.model.policy import CountryProfile

T = TypeVar("T")
FALLBACK = "en"
# The languages in which every message of ours is written.
OURS = (
    *("en", "de", "fr", "es", "it", "pt-BR", "nl", "pl", "tr", "ar", "he"),
    *("ja", "ko", "zh-Hans", "zh-Hant", "th", "id", "ms", "vi", "hi"),
)
INFORMAL = "-informal"
# Chinese is written in two ways, told by the place where no script is named.
_TRADITIONAL = re.compile(r"zh-(hant|tw|hk|mo)\b", re.IGNORECASE)

# The scripts of languages that aren't written in Latin letters, as Unicode names them; Latin may stand in all.
_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("ar", "fa", "ur"), ("ARABIC",)),
    "he": ("HEBREW",),
    "th": ("THAI",),
    **dict.fromkeys(("hi", "mr", "ne"), ("DEVANAGARI",)),
    "ja": ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"),
    "ko": ("HANGUL", "CJK"),
    "zh": ("CJK", "BOPOMOFO"),
    "el": ("GREEK",),
    **dict.fromkeys(("bg", "be", "kk", "mk", "ru", "sr", "uk"), ("CYRILLIC",)),
}


def language_of(customer: Customer, profile: CountryProfile) -> str:
    """The language to write in: the person's, else the country's where it has only one; empty where unknown."""
    if tag := re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", customer.language.strip()):
        return tag[0].replace("_", "-")
    if profile.languages or not customer.country:
        return profile.languages[0] if len(profile.languages) == 1 else ""
    from babel.languages import get_official_languages

    official = get_official_languages(customer.country)
    return official[0].replace("_", "-") if len(official) == 1 else ""


def in_order(texts: Mapping[str, T], wanted: str, form: str = "formal") -> Iterator[T]:
    """The texts by how well their language fits: the wanted one, its relatives, English, whatever there is.

    Of two ways to address a person the one of `form` comes first.
    """
    return (texts[tag] for tag in _in_order(tuple(texts), wanted, form))


@lru_cache(maxsize=4096)
def _in_order(there: tuple[str, ...], wanted: str, form: str) -> tuple[str, ...]:
    by_tag = {tag.lower(): tag for tag in there}
    relatives = sorted((tag for tag in by_tag if alike(tag, wanted)), key=lambda tag: (not _same_way(tag, wanted), tag))
    tags = (*spoken(wanted, form), *_both(wanted, form), *relatives, *spoken(FALLBACK, form), *sorted(by_tag))
    return tuple(by_tag[tag] for tag in dict.fromkeys(map(str.lower, tags)) if tag in by_tag)


def _both(wanted: str, form: str) -> tuple[str, ...]:
    script = "zh-Hant" if _TRADITIONAL.match(wanted) else "zh-Hans"
    return spoken(script if family(wanted) == "zh" else family(wanted), form)


def _same_way(tag: str, wanted: str) -> bool:
    """Whether both are formal or informal."""
    return tag.endswith(INFORMAL) == wanted.endswith(INFORMAL)


def spoken(tag: str, form: str) -> tuple[str, ...]:
    """The tags under which a text in that language and form may stand, the best first."""
    plain = tag.removesuffix(INFORMAL)
    return (f"{plain}{INFORMAL}", plain) if form == "informal" else (plain,)


def best(texts: Mapping[str, T], tags: tuple[str, ...], form: str = "formal") -> T | None:
    """The text that fits one of the tags best, else the English one; None where there is none at all."""
    return next((found for tag in tags for found in in_order(texts, tag, form)), None)


def own(texts: Mapping[str, T], language: str) -> T | None:
    """The text in that very language or a variety of it, never in another one; None where there is none."""
    found = {tag: text for tag, text in texts.items() if alike(tag, language)}
    return next(in_order(found, language), None)


def alike(one: str, other: str) -> bool:
    """Whether both are varieties of one language."""
    return family(one) == family(other)


def family(tag: str) -> str:
    """The language without its variety: "pt" of "pt-BR"."""
    return tag.lower().split("-")[0]


def plain(tag: str) -> str:
    """The language without the way in which it addresses a person."""
    return tag.removesuffix(INFORMAL)


def can_write(language: str, name: str) -> bool:
    """Whether the name's letters are of a script that readers of the language read."""
    from unicodedata import name as named

    scripts = ("LATIN", *_SCRIPTS.get(family(language), ()))
    return all(named(letter, "").startswith(scripts) for letter in name if letter.isalpha())
