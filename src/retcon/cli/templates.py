"""templates: which texts there are, what they say, and which languages a person has read."""

from pathlib import Path

import click

from retcon import text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import templates as texts
from retcon.desk.templates import Language
from retcon.errors import InputError
from retcon.model.playbook import Template


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
    parts = (template.subject, template.body.strip(), template.footer.strip())
    return text.show("\n\n".join(part for part in parts if part))
