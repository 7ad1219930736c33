"""Texts: templates/LANGUAGE/ID.txt, the subject in the first line; footer.txt has none."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from retcon.errors import ConfigError, Mistake
from retcon.library import files
from retcon.model.playbook import Template

FOOTER = "footer"
_FOOTER_LANGUAGE = "en"  # whose footer stands under a language that has none of its own


def read(home: Path, template_id: str) -> dict[str, Template]:
    """The texts of that id by language, each with its footer. Raises ConfigError with all mistakes."""
    found: dict[str, Template] = {}
    footers: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS, home):
        for language, file in _of(folder / "templates", template_id):
            with files.gathering(mistakes):
                found[language] = _template(template_id, language, file)
        for language, file in _of(folder / "templates", FOOTER):
            with files.gathering(mistakes):
                footers[language] = _text(file)
    files.end(mistakes)
    usual = footers.get(_FOOTER_LANGUAGE, "")
    return {language: replace(template, footer=footers.get(language, usual)) for language, template in found.items()}


def flaws(home: Path) -> list[Mistake]:
    """What is wrong with the seller's texts, their grammar too."""
    from retcon.retention import letter

    mistakes: list[Mistake] = []
    for file in sorted((home / "templates").glob("*/*.txt")):
        with files.gathering(mistakes):
            if file.stem != FOOTER:
                _template(file.stem, "", file)
            if flaw := letter.flaw(_text(file)):
                mistakes.append(Mistake(str(file), flaw[0], flaw[1], ""))
    return mistakes


def _of(folder: Path, template_id: str) -> Iterator[tuple[str, Path]]:
    """The files of that id by language."""
    for file in sorted(folder.glob(f"*/{template_id}.txt")):
        if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", file.parent.name):
            yield file.parent.name, file


def _template(template_id: str, language: str, file: Path) -> Template:
    subject, line_break, body = _text(file).partition("\n")
    if not subject.lower().startswith("subject:") or not subject[8:].strip():
        raise ConfigError((Mistake(str(file), 1, "The first line is no subject.", "Write: Subject: your words"),))
    if not body.strip():
        raise ConfigError((Mistake(str(file), 1, "Nothing stands below the subject.", "Write the message there."),))
    # The body keeps the break above it, so that its lines count as the file's.
    return Template(
        id=template_id, language=language, subject=subject[8:].strip(), body=line_break + body, file=str(file)
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError((Mistake(str(file), 0, f"cannot be read: {reason}.", ""),)) from None
