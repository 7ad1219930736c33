"""Texts: templates/LANGUAGE/ID.txt, the subject in the first line; footer.txt and invite.txt have none.

Below a line `=== chat ===` stands the short form for messengers. What stands in a text: docs/translating.md.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from retcon.errors import ConfigError, Mistake
from retcon.library import files
from retcon.model.playbook import Template

FOOTER, INVITE = "footer", "invite"
_CHAT = re.compile(r"^===\s*chat\s*===[ \t]*$", re.MULTILINE | re.IGNORECASE)
# What goes under a message: each in the message's own language, else the footer in English and no invitation.
_BELOW = (FOOTER, INVITE)
_FOOTER_LANGUAGE = "en"


# The footers and invitations by language, under their names.
Below = Mapping[str, Mapping[str, str]]


def below(home: Path) -> Below:
    """What goes under messages, by language. Raises ConfigError with all mistakes."""
    found: dict[str, dict[str, str]] = {name: {} for name in _BELOW}
    mistakes: list[Mistake] = []
    for folder in (files.OURS, home):
        for name in _BELOW:
            for language, file in _of(folder / "templates", name):
                with files.gathering(mistakes):
                    found[name][language] = text_of(file)
    files.end(mistakes)
    return found


def read(home: Path, template_id: str, under: Below | None = None) -> dict[str, Template]:
    """The texts of that id by language, each with its footer and invitation. Raises ConfigError with all mistakes.

    `under` is what `below` found, where that is at hand.
    """
    found: dict[str, Template] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS, home):
        for language, file in _of(folder / "templates", template_id):
            with files.gathering(mistakes):
                found[language] = _template(template_id, language, file)
    files.end(mistakes)
    under = below(home) if under is None else under
    usual = under[FOOTER].get(_FOOTER_LANGUAGE, "")
    return {
        language: _with_below(template, under[FOOTER].get(language, usual), under[INVITE].get(language, ""))
        for language, template in found.items()
    }


def known(home: Path, template_id: str) -> bool:
    """Whether there is a text of that id. Raises ConfigError with the mistakes of the seller's."""
    mistakes: list[Mistake] = []
    own = list(_of(home / "templates", template_id))
    for language, file in own:
        with files.gathering(mistakes):
            _template(template_id, language, file)
    files.end(mistakes)
    return bool(own) or next(_of(files.OURS / "templates", template_id), None) is not None


def _with_below(template: Template, footer: str, invite: str) -> Template:
    (long_footer, short_footer), (long_invite, short_invite) = _forms(footer), _forms(invite)
    return replace(template, footer=long_footer, footer_chat=short_footer, invite=long_invite, invite_chat=short_invite)


def ids(home: Path) -> tuple[str, ...]:
    """Every text that there is, ours and the seller's, by name."""
    found = {file.stem for folder in (files.OURS, home) for file in (folder / "templates").glob("*/*.txt")}
    return tuple(sorted(found - set(_BELOW)))


def fingerprint(home: Path, language: str) -> str:
    """A word for all texts of the language as they are, ours with the seller's; empty where there are none."""
    written: dict[str, str] = {}
    for folder in (files.OURS, home):
        for file in sorted((folder / "templates" / language).glob("*.txt")):
            written[file.name] = text_of(file)
    return hashlib.sha256(repr(sorted(written.items())).encode()).hexdigest()[:16] if written else ""


def flaws(home: Path) -> list[Mistake]:
    """What is wrong with the seller's texts, their grammar too."""
    from retcon.retention.fact_names import KNOWN
    from retcon.retention.filling import flaw

    mistakes: list[Mistake] = []
    for file in sorted((home / "templates").glob("*/*.txt")):
        with files.gathering(mistakes):
            if file.stem not in _BELOW:
                _template(file.stem, "", file)
            if wrong := flaw(text_of(file), KNOWN):
                mistakes.append(Mistake(str(file), wrong[0], wrong[1], ""))
    return mistakes


def _of(folder: Path, template_id: str) -> Iterator[tuple[str, Path]]:
    """The files of that id by language."""
    for file in sorted(folder.glob(f"*/{template_id}.txt")):
        if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", file.parent.name):
            yield file.parent.name, file


def _template(template_id: str, language: str, file: Path) -> Template:
    subject, line_break, body = text_of(file).partition("\n")
    if not subject.lower().startswith("subject:") or not subject[8:].strip():
        raise ConfigError((Mistake(str(file), 1, "The first line is no subject.", "Write: Subject: your words"),))
    body, chat = _forms(body)
    if not body.strip():
        raise ConfigError((Mistake(str(file), 1, "Nothing stands below the subject.", "Write the message there."),))
    # The body keeps the break above it, so that its lines count as the file's.
    return Template(
        id=template_id,
        language=language,
        subject=subject[8:].strip(),
        body=line_break + body,
        chat=chat,
        file=str(file),
    )


def _forms(written: str) -> tuple[str, str]:
    """The long form and the short one, which is empty where there is none."""
    parts = _CHAT.split(written, maxsplit=1)
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def text_of(file: Path) -> str:
    """What the file says. Raises ConfigError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError((Mistake(str(file), 0, f"cannot be read: {reason}.", ""),)) from None
