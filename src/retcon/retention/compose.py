"""Writes the message of an action in the customer's language, and beside it the same in the operator's."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from retcon import text
from retcon.config import ShopSettings
from retcon.frozen import dataclass
from retcon.model.people import Customer, Purpose
from retcon.model.playbook import Rule, Template
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation
from retcon.retention.letter import Letter, Links, fill

T = TypeVar("T")
FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message, and the same for the operator (empty where it is the same language, or none is at hand).

    `notes` are sentences on what to know before approving it.
    """

    language: str
    subject: str
    body: str
    operator_subject: str = ""
    operator_body: str = ""
    notes: tuple[str, ...] = ()


def write(
    templates: Mapping[str, Template],
    situation: Situation,
    rule: Rule,
    shop: ShopSettings,
    profile: CountryProfile,
    now: datetime,
    links: Links | None = None,
) -> Written:
    """The message in the customer's language where there is a template, else in English.

    A service message of a rule that invites ends with the invitation, where there are `links` to follow.
    Never raises: a template that is broken gives way to the next, and a note says so.
    """
    letter = Letter(situation, rule, shop, profile, now, links or Links())
    notes = letter.notes()
    wanted = language_of(situation.customer, profile)
    for template in in_order(templates, wanted or FALLBACK):
        found = _filled(letter, template, wanted, notes)
        if found is None:
            continue
        if wanted and not alike(template.language, wanted):
            notes.append(f"There is no text in the language “{wanted}”: this one is in “{template.language}”.")
        beside = _beside(letter, templates, template.language)
        return Written(
            language=template.language,
            subject=found[0],
            body=found[1],
            operator_subject=beside[0],
            operator_body=beside[1],
            notes=tuple(dict.fromkeys(notes)),
        )
    notes.append("No text could be written.")
    return Written(language=wanted or FALLBACK, subject="", body="", notes=tuple(dict.fromkeys(notes)))


def language_of(customer: Customer, profile: CountryProfile) -> str:
    """The language to write in: the person's, else the country's where it has only one; empty where unknown."""
    if tag := re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", customer.language.strip()):
        return tag[0].replace("_", "-")
    if profile.languages or not customer.country:
        return profile.languages[0] if len(profile.languages) == 1 else ""
    from babel.languages import get_official_languages

    official = get_official_languages(customer.country)
    return official[0].replace("_", "-") if len(official) == 1 else ""


def _filled(letter: Letter, template: Template, wanted: str, notes: list[str]) -> tuple[str, str] | None:
    """Subject and body, with the formats of the wanted variety; None, and a note, where the template is broken."""
    missing: list[str] = []
    try:
        facts = letter.facts(wanted if alike(wanted, template.language) else template.language)
        subject = text.header(fill(template.subject, facts, missing)) or text.header(letter.shop.name)
        body = fill(template.body, facts, missing)
        if letter.rule.purpose is not Purpose.SERVICE and template.footer:
            body = f"{body}\n\n{fill(template.footer, facts, missing)}"
        elif letter.rule.invites and (letter.links.news or letter.links.chat) and template.invite:
            body = f"{body}\n\n{fill(template.invite, facts, missing)}"
    except Exception as error:  # whatever a seller's template does wrong is told, not thrown
        line = getattr(error, "lineno", None)
        place = f"{template.file or template.id}{f', line {line}' if line else ''}"
        notes.append(text.sentence(f"{place} can't be used: {text.line(text.keep(str(error), 200))}"))
        return None
    notes.extend(missing)
    return subject, text.keep(text.show(body))


def _beside(letter: Letter, templates: Mapping[str, Template], written: str) -> tuple[str, str]:
    """The same in the operator's language, else in English; empty where that is what was written."""
    mine = letter.shop.language
    for template in in_order(templates, mine):
        if alike(template.language, written) or not (alike(template.language, mine) or template.language == FALLBACK):
            break
        if found := _filled(letter, template, mine, []):
            return found
    return "", ""


def in_order(texts: Mapping[str, T], wanted: str) -> Iterator[T]:
    """The texts by how well their language fits: the wanted one, its relatives, English, whatever there is."""
    by_tag = {tag.lower(): text for tag, text in texts.items()}
    relatives = [tag for tag in sorted(by_tag) if alike(tag, wanted)]
    tags = (wanted.lower(), _family(wanted), *relatives, FALLBACK, *sorted(by_tag))
    return (by_tag[tag] for tag in dict.fromkeys(tags) if tag in by_tag)


def alike(one: str, other: str) -> bool:
    """Whether both are varieties of one language."""
    return _family(one) == _family(other)


def _family(tag: str) -> str:
    return tag.lower().split("-")[0]
