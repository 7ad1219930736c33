"""Writes the message of an action in the customer's language, and beside it the same in the operator's."""

from collections.abc import Mapping

from retcon import text
from retcon.frozen import dataclass
from retcon.model.people import Purpose
from retcon.model.playbook import Template
from retcon.retention import languages
from retcon.retention.filling import fill
from retcon.retention.languages import FALLBACK, alike, in_order
from retcon.retention.letter import Letter

# Media that take the long form; all others take the short one, where there is one.
_LONG = frozenset(("email", ""))


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


def write(templates: Mapping[str, Template], letter: Letter) -> Written:
    """The message in the customer's language where there is a template, else in English; short for a messenger.

    Advertising begins with the label that the country wants, and ends with the way out. A service message of a rule
    that invites ends with the invitation, where there are links to follow.
    Never raises: a template that is broken gives way to the next, and a note says so.
    """
    notes = letter.notes()
    wanted = languages.language_of(letter.situation.customer, letter.profile)
    for template in in_order(templates, wanted or FALLBACK, letter.form):
        found = _filled(letter, template, wanted, notes)
        if found is None:
            continue
        if wanted and not alike(template.language, wanted):
            notes.append(f"There is no text in the language “{wanted}”: this one is in “{template.language}”.")
        beside = _beside(letter, templates, template.language)
        return Written(
            language=languages.plain(template.language),
            subject=found[0],
            body=found[1],
            operator_subject=beside[0],
            operator_body=beside[1],
            notes=tuple(dict.fromkeys(notes)),
        )
    notes.append("No text could be written.")
    return Written(language=wanted or FALLBACK, subject="", body="", notes=tuple(dict.fromkeys(notes)))


def _filled(letter: Letter, template: Template, wanted: str, notes: list[str]) -> tuple[str, str] | None:
    """Subject and body, with the formats of the wanted variety; None, and a note, where the template is broken."""
    missing: list[str] = []
    long = letter.medium in _LONG or not template.chat
    try:
        spoken = languages.plain(template.language)
        facts = letter.facts(wanted if alike(wanted, spoken) else spoken)
        subject = text.header(fill(template.subject, facts, missing)) or text.header(letter.shop.name)
        body = fill(template.body if long else template.chat, facts, missing)
        below = _below(letter, template, long)
        if below and (filled := fill(below, facts, missing)):
            body = f"{body}\n\n{filled}"
    except Exception as error:  # whatever a seller's template does wrong is told, not thrown
        line = getattr(error, "lineno", None)
        place = f"{template.file or template.id}{f', line {line}' if line else ''}"
        notes.append(text.sentence(f"{place} can't be used: {text.line(text.keep(str(error), 200))}"))
        return None
    notes.extend(missing)
    return _labelled(letter, subject, text.keep(text.show(body)))


def _below(letter: Letter, template: Template, long: bool) -> str:
    """What goes under the message: the way out of advertising, or an invitation where there is something to follow."""
    if letter.rule.purpose is not Purpose.SERVICE:
        return template.footer if long else template.footer_chat or template.footer
    if letter.rule.invites and (letter.links.news or letter.links.chat):
        return template.invite if long else template.invite_chat or template.invite
    return ""


def _labelled(letter: Letter, subject: str, body: str) -> tuple[str, str]:
    """Advertising begins with the country's label: the subject of a mail, the first words of all else."""
    label = letter.profile.labels.get(letter.medium, "") if letter.rule.purpose is not Purpose.SERVICE else ""
    if not label:
        return subject, body
    return (f"{label} {subject}", body) if letter.medium == "email" else (subject, f"{label} {body}")


def _beside(letter: Letter, templates: Mapping[str, Template], written: str) -> tuple[str, str]:
    """The same in the operator's language, else in English; empty where that is what was written."""
    mine = letter.shop.language
    for template in in_order(templates, mine):
        if alike(template.language, written) or not (alike(template.language, mine) or template.language == FALLBACK):
            break
        if found := _filled(letter, template, mine, []):
            return found
    return "", ""
