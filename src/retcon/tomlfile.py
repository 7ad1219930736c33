"""TOML that a person wrote: parsed, with the line of every table and key, so that a mistake can name it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retcon.errors import ConfigError, Mistake

_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_.-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=""")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file; `lines` gives the line of every table and key, by path."""

    file: str
    content: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]

    def mistake(self, path: tuple[str, ...], what: str, allowed: str) -> Mistake:
        """The mistake at the setting's line, or at that of the nearest table round it; line 0 where neither is."""
        while path and path not in self.lines:
            path = path[:-1]
        return Mistake(self.file, self.lines.get(path, 0), what, allowed)


def read(file: Path) -> Document:
    """The file, parsed. Raises ConfigError with the line, and FileNotFoundError where there is none."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError((Mistake(str(file), 0, f"cannot be read: {reason}.", ""),)) from None
    try:
        return Document(str(file), tomllib.loads(text), _lines(text))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        what = re.sub(r" \(at .*\)$", "", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise ConfigError((Mistake(str(file), line, f"{what}.", "TOML is expected."),)) from None


def _lines(text: str) -> dict[tuple[str, ...], int]:
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, written in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(written):
            table = _path(header[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(written):
            lines.setdefault((*table, *_path(key[1])), number)
    return lines


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
