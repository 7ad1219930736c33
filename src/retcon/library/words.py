"""Words: words/LANGUAGE.toml, ours and the seller's, which are added to ours."""

import re
from dataclasses import fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from retcon import tomlfile
from retcon.errors import Mistake
from retcon.frozen import dataclass
from retcon.library import files
from retcon.library.files import Stamp
from retcon.model.words import Words
from retcon.tomlfile import Document, Reader, setting


def _phrases(help: str) -> Any:
    return setting(
        (),
        help=help,
        allowed="a list of phrases, each 1 to 80 characters",
        check=lambda phrases: all(0 < len(phrase.strip()) <= 80 for phrase in phrases),
    )


@dataclass(frozen=True, kw_only=True)
class _WordsFile:
    """One language as its file says it."""

    stop: tuple[str, ...] = _phrases("a whole message that takes the permission back")
    refusal: tuple[str, ...] = _phrases("the same within a short message")
    yes: tuple[str, ...] = _phrases("a whole message that gives the permission that was asked for")
    complaint: tuple[str, ...] = _phrases("shows that somebody is unhappy")
    doubt: tuple[str, ...] = _phrases("before one of those: it doesn't count")
    polite: tuple[str, ...] = _phrases("may stand beside a stop or a yes")
    promise: tuple[str, ...] = _phrases("leads to a day or an hour")


def read(home: Path) -> Words:
    """The words of all languages. Raises ConfigError with the mistakes of all files."""
    return _read(home, stamp(home))


def stamp(home: Path) -> Stamp:
    """The seller's own words as they are now: another one after every change."""
    return files.stamp(home / "words", "*.toml")


@lru_cache(maxsize=4)
def _read(home: Path, changed: Stamp) -> Words:
    return _added(_ours(), home / "words")


@cache
def _ours() -> Words:
    return _added(Words(**{entry.name: {} for entry in fields(Words)}), files.OURS / "words")


def _added(known: Words, folder: Path) -> Words:
    """The known words and the folder's."""
    found = {entry.name: dict(getattr(known, entry.name)) for entry in fields(Words)}
    mistakes: list[Mistake] = []
    for file in sorted(folder.glob("*.toml")):
        with files.gathering(mistakes):
            for name, phrases in _language(tomlfile.read(file), file.stem).items():
                found[name][file.stem] = (*found[name].get(file.stem, ()), *phrases)
    files.end(mistakes)
    return Words(**found)


def _language(document: Document, language: str) -> dict[str, tuple[str, ...]]:
    """The lists that the file gives, by name."""
    reader = Reader(document)
    said: _WordsFile | None = reader.table(_WordsFile, document.content)
    if not re.fullmatch("[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
        reader.wrong((), f"“{language}” is no language.", "Name the file by the language's code, such as sv.toml.")
    reader.end()
    return {entry.name: getattr(said, entry.name) for entry in fields(_WordsFile) if getattr(said, entry.name)}
