"""Playbooks, country profiles, texts and words, ours and the seller's, as facts of the model; the only reader of data/.


The seller's files lie beside config.toml, in playbooks/, regions/, templates/, texts/ and words/, and win over ours;
`home` is that folder. All mistakes in them are told at once, as ConfigError. A file is read again once it changed.
"""

import glob
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from retcon.errors import ConfigError, Mistake
from retcon.library import countries, files, texts
from retcon.library import offers as offer_files
from retcon.library import phrases as phrase_files
from retcon.library import products as product_file
from retcon.library import rules as rule_files
from retcon.library import words as word_files
from retcon.library.files import Stamp
from retcon.library.files import held as held
from retcon.model.calendar import Own
from retcon.model.offers import Offers
from retcon.model.phrases import Phrases
from retcon.model.playbook import Rule, Template
from retcon.model.policy import CountryProfile
from retcon.model.products import Told
from retcon.model.snippets import Snippet
from retcon.model.words import Words


def rules(home: Path) -> tuple[Rule, ...]:
    """The rules that are switched on, in the order of Today, each with a text in one language at least."""
    return _rules(home, *_rule_stamps(home))[1]


def all_rules(home: Path) -> tuple[Rule, ...]:
    """All rules, those that are switched off too, in the order of Today."""
    return _rules(home, *_rule_stamps(home))[0]


def rule(home: Path, id_: str) -> Rule | None:
    """The rule of that id where it is switched on: for who asks for few, without reading all of ours."""
    found = (it for it in _rule(home, id_, *_rule_stamps(home)) if it.id == id_ and it.enabled)
    return next(found, None)


def _rule_stamps(home: Path) -> tuple[Stamp, Stamp]:
    return files.stamp(home / "playbooks", "*.toml"), files.stamp(home / "templates", "*/*.txt")


def templates(home: Path, template_id: str) -> Mapping[str, Template]:
    """The texts of that id by language; empty where there is none."""
    return _templates(home, template_id, files.stamp(home / "templates", "*/*.txt"))


def template_ids(home: Path) -> tuple[str, ...]:
    """Every text that there is, ours and the seller's."""
    return texts.ids(home)


def is_own_text(home: Path, template_id: str, codes: tuple[str, ...]) -> bool:
    """Whether the text of that id that comes first in these languages is the seller's; no text is read for it."""
    own = {file for file, _, _ in files.stamp(home / "templates", "*/*.txt")}
    for code in codes:
        if str(home / "templates" / code / f"{template_id}.txt") in own:
            return True
        if (files.OURS / "templates" / code / f"{template_id}.txt").is_file():
            break
    return False


def fingerprint(home: Path, language: str) -> str:
    """A word for all texts of the language as they are now; another one after every change, empty for none."""
    return _fingerprint(home, language, files.stamp(home / "templates", "*/*.txt"))


def phrases(home: Path) -> Mapping[str, Phrases]:
    """Single sentences by language, ours with the seller's."""
    return _phrases(home, files.stamp(home / "phrases", "*.toml"))


def offers(home: Path) -> Offers:
    """What the seller gives; nothing where they haven't said it."""
    return _offers(home, files.stamp(home, "offers.toml"), files.stamp(home / "phrases", "*.toml"))


def articles(home: Path) -> tuple[Told, ...]:
    """What the seller says of their articles, of whole categories first; nothing where they haven't said anything."""
    return _articles(home, files.stamp(home, product_file.FILE))


def own_days(home: Path) -> Own:
    """The calendar: our festivals, and the seller's days and shifts."""
    return _own_days(home, files.stamp(home, "calendar.toml"))


def calendar_stamp(home: Path) -> Stamp:
    """The calendar's files as they are now, the seller's and ours, wherever they lie."""
    found = (*files.stamp(home, "calendar.toml"), *files.stamp(files.OURS, "calendar.toml"))
    return tuple(("", changed, size) for _, changed, size in found)


def own_texts(home: Path) -> Mapping[str, Mapping[str, Snippet]]:
    """The seller's own texts by id, in their order, each by language."""
    return _own_texts(home, files.stamp(home / "texts", "*/*.txt"))


def profile(home: Path, country: str) -> CountryProfile:
    """What may be sent to a country (ISO 3166-1 alpha-2); the strict default where it has no profile of its own."""
    changed, code = files.stamp(_regions(home), "*.toml"), country.upper()
    if code in _countries(home, changed):
        return _profile(home, code, changed)
    default = _profile(home, "", changed)
    return replace(default, transit_days=countries.transit().get(code, default.transit_days))


@lru_cache(maxsize=4)
def _regions(home: Path) -> Path:
    return home / "regions"


def profiles(home: Path) -> Mapping[str, CountryProfile]:
    """Every profile by country, the strict default under "" first."""
    changed = files.stamp(home / "regions", "*.toml")
    return {code: _profile(home, code, changed) for code in _countries(home, changed)}


def transit(home: Path) -> Mapping[str, int]:
    """The usual days from shipping to the door, by country; the profile of "" has those of all others."""
    own = _own_countries(home, files.stamp(home / "regions", "*.toml"))
    said = {code: facts["transit_days"] for code, facts in own.items() if "transit_days" in facts}
    return {**countries.transit(), **{code: days for code, days in said.items() if code.isupper()}}


def transit_days(home: Path, country: str) -> int:
    """The usual days from shipping to the door in a country."""
    return profile(home, country).transit_days


def words(home: Path) -> Words:
    """The words by which it is seen what a message is, of all languages."""
    return word_files.read(home)


def stamp(home: Path) -> Stamp:
    """The seller's own rules, profiles, texts and words as they are now: another one after every change.

    Wherever the home lies: one that was moved is the same.
    """
    found = (
        *files.stamp(home / "playbooks", "*.toml"),
        *files.stamp(home / "regions", "*.toml"),
        *files.stamp(home / "templates", "*/*.txt"),
        *files.stamp(home / "phrases", "*.toml"),
        *files.stamp(home, "offers.toml"),
        *files.stamp(home, "calendar.toml"),
        *files.stamp(home, product_file.FILE),
        *word_files.stamp(home),
    )
    return tuple((file.removeprefix(f"{home}/"), changed, size) for file, changed, size in found)


def check(home: Path) -> None:
    """Read everything that is needed without a hand, the grammar of every text too. Raises ConfigError."""
    mistakes: list[Mistake] = []
    with files.gathering(mistakes):
        rules(home)
    with files.gathering(mistakes):
        profile(home, "")
    with files.gathering(mistakes):
        words(home)
    with files.gathering(mistakes):
        articles(home)
    with files.gathering(mistakes):
        phrases(home)
    with files.gathering(mistakes):
        offers(home)
    with files.gathering(mistakes):
        own_days(home)
    mistakes += texts.flaws(home)
    if mistakes:
        raise ConfigError(tuple(dict.fromkeys(mistakes)))


@lru_cache(maxsize=4)
def _rules(home: Path, changed: Stamp, texts_changed: Stamp) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    every = rule_files.read(home)
    return every, tuple(rule for rule in every if rule.enabled)


@lru_cache(maxsize=64)
def _rule(home: Path, id_: str, changed: Stamp, texts_changed: Stamp) -> tuple[Rule, ...]:
    return rule_files.read(home, glob.escape(id_))


@lru_cache(maxsize=64)
def _templates(home: Path, template_id: str, changed: Stamp) -> Mapping[str, Template]:
    return texts.read(home, template_id, _below(home, changed))


@lru_cache(maxsize=64)
def _fingerprint(home: Path, language: str, changed: Stamp) -> str:
    return texts.fingerprint(home, language)


@lru_cache(maxsize=4)
def _below(home: Path, changed: Stamp) -> texts.Below:
    return texts.below(home)


@lru_cache(maxsize=4)
def _phrases(home: Path, changed: Stamp) -> Mapping[str, Phrases]:
    return phrase_files.read(home)


@lru_cache(maxsize=4)
def _offers(home: Path, changed: Stamp, phrases_changed: Stamp) -> Offers:
    return offer_files.read(home)


@lru_cache(maxsize=4)
def _articles(home: Path, changed: Stamp) -> tuple[Told, ...]:
    return product_file.read(home)


@lru_cache(maxsize=4)
def _own_days(home: Path, changed: Stamp) -> Own:
    from retcon.library import calendar

    return calendar.read(home)


@lru_cache(maxsize=4)
def _own_texts(home: Path, changed: Stamp) -> Mapping[str, Mapping[str, Snippet]]:
    from retcon.library import snippets

    return snippets.read(home)


@lru_cache(maxsize=4)
def _own_countries(home: Path, changed: Stamp) -> Mapping[str, countries.Said]:
    return countries.own(home)


@lru_cache(maxsize=4)
def _countries(home: Path, changed: Stamp) -> tuple[str, ...]:
    return countries.codes(_own_countries(home, changed))


@lru_cache(maxsize=256)
def _profile(home: Path, code: str, changed: Stamp) -> CountryProfile:
    return countries.profile(code, _own_countries(home, changed))
