"""templates: which texts there are, what they say, and which languages a person has read."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from retcon import text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import templates as texts
from retcon.desk.templates import Language, Proof
from retcon.errors import InputError
from retcon.model.playbook import Template

_COLUMNS = 80


@click.group(epilog="Example: retcon templates sign de")
def templates() -> None:
    """The texts of messages, by language, and in which a person has read them."""


@templates.command("list", epilog="Example: retcon templates list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def list_(home: Path | None, as_json: bool) -> None:
    """Every language that there are texts in, and who has read them."""
    with opened(home) as house:
        found = texts.languages(house)
    if as_json:
        print_json(
            [
                {
                    "language": language.code,
                    "texts": [template.id for template in language.texts],
                    "due": language.due,
                    "signed": language.signed or None,
                    "changed": language.changed,
                }
                for language in found
            ]
        )
        return
    rows = [(language.code, str(len(language.texts)), str(language.due), _signed(language)) for language in found]
    print_table(("LANGUAGE", "TEXTS", "DUE NOW", "READ BY A PERSON"), rows, right=frozenset((1, 2)))


@templates.command(epilog="Example: retcon templates show de")
@click.argument("language")
@click.pass_obj
def show(home: Path | None, language: str) -> None:
    """Every text of a language, with yours below it."""
    with opened(home) as house:
        found = {each.code: each.texts for each in texts.languages(house)}
        yours = house.settings.shop.language
    if not found.get(language):
        raise InputError(f"There are no texts in “{language[:20]}”.", "What there is: retcon templates list")
    own = {template.id: template for template in found.get(yours, ())} if yours != language else {}
    for template in found[language]:
        click.echo(f"── {template.id} ({language})\n{_whole(template)}\n")
        if template.id in own:
            click.echo(f"── {template.id} ({yours})\n{_whole(own[template.id])}\n")


@templates.command(epilog="Example: retcon templates check ja ko")
@click.argument("languages", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def check(home: Path | None, languages: tuple[str, ...], as_json: bool) -> int:
    """Which message is written in which language, for mail (m) and messengers (c), and what is to be mended."""
    with opened(home) as house:
        proof = texts.check(house, languages)
    if as_json:
        print_json({"forms": proof.forms, "findings": [asdict(one) for one in proof.findings]})
        return 1 if proof.findings else 0
    _print_matrix(proof)
    for one in proof.findings:
        click.echo(text.show(f"{one.text} · {one.language} · {one.form}: {one.what}"))
    holes = sum(one.what == "missing" for one in proof.findings)
    many = f"{text.plural(len(proof.forms), 'text')} × {text.plural(len(proof.languages), 'language')} × mail and chat"
    say(f"{many}: {text.plural(holes, 'hole')}, {text.plural(len(proof.findings) - holes, 'thing')} else to mend.")
    return 1 if proof.findings else 0


def _print_matrix(proof: Proof) -> None:
    """A row for each text; the languages in columns as narrow as their names, as many side by side as there is room."""
    width = max(map(len, proof.forms), default=0)
    for codes in _side_by_side(proof.languages, _COLUMNS - width):
        heads = (code.ljust(max(len(code), 2)) for code in codes)
        click.echo(" ".join((" " * width, *heads)).rstrip())
        for id_, forms in proof.forms.items():
            cells = (("".join(form[0] for form in forms[code]) or "–").ljust(max(len(code), 2)) for code in codes)
            click.echo(" ".join((id_.ljust(width), *cells)).rstrip())
        click.echo()


def _side_by_side(codes: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    start, used = 0, 0
    for place, code in enumerate(codes):
        needs = max(len(code), 2) + 1
        if used + needs > room:
            yield codes[start:place]
            start, used = place, 0
        used += needs
    yield codes[start:]


@templates.command(epilog="Example: retcon templates sign de")
@click.argument("language")
@click.pass_obj
def sign(home: Path | None, language: str) -> None:
    """Say that you, or somebody you trust, have read the texts of a language as they are now."""
    with opened(home) as house:
        signed = texts.sign(house, language)
    many = text.plural(len(signed.texts), "text")
    say(f"{many} in {language} read on {signed.signed}. When one changes, this is asked again.")


def _signed(language: Language) -> str:
    if not language.texts:
        return "there are no texts"
    if not language.signed:
        return "nobody"
    return f"{language.signed}, changed since" if language.changed else language.signed


def _whole(template: Template) -> str:
    short = f"=== chat ===\n\n{template.chat}" if template.chat else ""
    parts = (template.subject, template.body.strip(), template.footer.strip(), short)
    return text.show("\n\n".join(part for part in parts if part))
