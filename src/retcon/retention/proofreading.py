"""Looks through the texts of all languages: what is missing, too long, or names other facts than the English text."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from retcon.frozen import dataclass
from retcon.model.people import Purpose
from retcon.model.phrases import Phrases
from retcon.model.playbook import Template
from retcon.retention import languages, specimen
from retcon.retention.filling import fill, named
from retcon.retention.languages import FALLBACK

MAIL, CHAT = "mail", "chat"
# The most letters of a text that is filled in for the specimen, by what it is.
LONGEST = {"subject": 75, MAIL: 1800, CHAT: 450}
# A greeting may name the person otherwise; what an order holds may be told by one article or by all.
_ALIKE = {"customer.name": "customer.first_name", "order.articles": "order.article", "offer.articles": "offer.article"}
_SEASONS = ("winter", "summer", "rain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to mend: in which text and language, in which form of it ("mail", "chat", "subject"), and what."""

    text: str
    language: str
    form: str
    what: str
    file: str = ""


Texts = Mapping[str, Mapping[str, Template]]


def forms(texts: Texts, text: str, language: str) -> tuple[str, ...]:
    """In which forms the message is written in that very language: mail, chat, both or none."""
    template = texts.get(text, {}).get(language)
    if template is None:
        return ()
    return (MAIL, CHAT) if template.chat else (MAIL,)


def proofread(texts: Texts, phrases: Mapping[str, Phrases], wanted: tuple[str, ...]) -> tuple[Finding, ...]:
    """What is to be mended in these languages."""
    found: list[Finding] = []
    for id_, by_language in sorted(texts.items()):
        for language in wanted:
            template = by_language.get(language)
            if template is None:
                found += [Finding(text=id_, language=language, form=form, what="missing") for form in (MAIL, CHAT)]
                continue
            found += _template(template, by_language.get(FALLBACK), phrases.get(language, Phrases()))
    for language in wanted:
        found += _phrases(phrases.get(language), phrases.get(FALLBACK), language)
    return tuple(dict.fromkeys(found))


def _template(template: Template, english: Template | None, phrases: Phrases) -> Iterator[Finding]:
    def finding(form: str, what: str) -> Finding:
        return Finding(text=template.id, language=template.language, form=form, what=what, file=template.file)

    if not template.chat:
        yield finding(CHAT, "missing")
    try:
        if english is not None and english is not template:
            yield from (finding(MAIL, what) for what in _other_facts(template, english))
        for season in _SEASONS if "season" in template.body else ("",):
            for bare in (False, True):
                yield from (finding(form, what) for form, what in _filled(template, phrases, season, bare=bare))
    except Exception as error:  # whatever is wrong with a text is a finding
        yield finding(MAIL, f"can't be used: {error}")


def _other_facts(template: Template, english: Template) -> Iterator[str]:
    """What the two forms together name that the English text doesn't, and the other way round."""
    ours, theirs = (_facts(it) for it in (template, english))
    if lacking := sorted(theirs - ours):
        yield f"doesn't name {', '.join(lacking)}"
    if besides := sorted(ours - theirs - {"shop.storefront", "customer.first_name", "order.number"}):
        yield f"names {', '.join(besides)}, the English text doesn't"


def _facts(template: Template) -> frozenset[str]:
    every = named(f"{template.subject}\n{template.body}\n{template.chat}")
    return frozenset(_ALIKE.get(fact, fact) for fact in every)


def _filled(template: Template, phrases: Phrases, season: str, *, bare: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with the text once it is filled in for the specimen."""
    for form, medium, source in ((MAIL, "email", template.body), (CHAT, "telegram", template.chat)):
        letter = specimen.letter(
            template.language, phrases, purpose=Purpose.SERVICE, medium=medium, season=season, bare=bare
        )
        facts, gaps = letter.facts(languages.plain(template.language)), list[str]()
        written = fill(source, facts, gaps)
        subject = fill(template.subject, facts, gaps)
        if not bare:
            yield from ((form, f"{gap}") for gap in gaps)
        if len(written) > LONGEST[form]:
            yield form, f"{len(written)} letters, at most {LONGEST[form]}"
        if form == MAIL and len(subject) > LONGEST["subject"]:
            yield "subject", f"{len(subject)} letters, at most {LONGEST['subject']}"
        for flaw, sign in (("two spaces", "  "), ("a space before a comma", " ,"), ("an empty list", "- \n")):
            if sign in written:
                yield form, f"{flaw}{' where little is known' if bare else ''}"


def _phrases(phrases: Phrases | None, english: Phrases | None, language: str) -> Iterator[Finding]:
    for table in fields(Phrases):
        there: Mapping[str, str] = getattr(phrases, table.name, {})
        wanted: Mapping[str, str] = getattr(english, table.name, {})
        if lacking := [name for name in wanted if not there.get(name)]:
            yield Finding(text="phrases", language=language, form=table.name, what=f"lacks {', '.join(lacking)}")
