"""TOML that a person wrote, read strictly: against declared settings, every mistake with its line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from retcon.errors import ConfigError, Mistake
from retcon.frozen import dataclass

Check = Callable[[Any], bool]


def setting(
    default: Any = MISSING,
    *,
    help: str,
    allowed: str = "",
    check: Check | None = None,
    factory: Any = MISSING,
) -> Any:
    """Declare one setting: what it means, what is allowed in words, and the test of it."""
    metadata = {"help": help, "allowed": allowed, "check": check}
    if factory is not MISSING:
        return field(default_factory=factory, metadata=metadata)
    return field(default=default, metadata=metadata) if default is not MISSING else field(metadata=metadata)


_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_PART = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|[^."']+)""")
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


class Reader:
    """Reads a document against declared settings and gathers what is wrong with it, until `end`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.mistakes: list[Mistake] = []

    def table(self, declared: type, value: Any, path: tuple[str, ...] = ()) -> Any:
        """The table as the dataclass `declared` of `setting` fields; None where something in it is wrong."""
        title = ".".join(path)
        if not isinstance(value, dict):
            self.wrong(path, f"{title} is no table.", f"Write [{title}].")
            return None
        assert is_dataclass(declared)
        given = cast("dict[str, Any]", value)
        prefix = f"{title}: " if title else ""
        known = {spelled(entry.name): entry for entry in fields(declared)}
        before = len(self.mistakes)
        for name in given.keys() - known.keys():
            self.wrong((*path, name), f"{prefix}{name} is unknown.", f"Allowed: {', '.join(known)}.")
        arguments: dict[str, Any] = {}
        for name, entry in known.items():
            if name in given:
                arguments[entry.name] = self.value(entry, given[name], (*path, name))
            elif entry.default is MISSING and entry.default_factory is MISSING:
                self.wrong(path, f"{prefix}{name} is missing.", f"It is {entry.metadata['help']}.")
        return declared(**arguments) if len(self.mistakes) == before else None

    def value(self, entry: Field[Any], value: Any, path: tuple[str, ...]) -> Any:
        """The value of a declared setting, lists as tuples; of a table of settings as its dataclass."""
        if isinstance(entry.type, type) and is_dataclass(entry.type):
            return self.table(entry.type, value, path)
        title = ".".join(path)
        allowed = entry.metadata.get("allowed") or words_of(entry.type)
        if isinstance(value, list):
            value = tuple(cast("list[Any]", value))
        if not _is(value, entry.type):
            self.wrong(path, f"{title} is {_kind(value)}.", f"Allowed: {allowed}.")
        elif entry.metadata.get("check") and not entry.metadata["check"](value):
            self.wrong(path, f"{title} = {_quoted(value)} is not allowed.", f"Allowed: {allowed}.")
        return value

    def wrong(self, path: tuple[str, ...], what: str, allowed: str) -> None:
        """Write a mistake down; the setting need not be written."""
        self.mistakes.append(self.document.mistake(path, what, allowed))

    def mapping(self, value: Any, name: str, kind: type, allowed: str) -> dict[str, Any]:
        """The top table `name`, every value of the kind."""
        if not isinstance(value, dict):
            self.wrong((name,), f"{name} is no table.", f"Allowed: {allowed}.")
            return {}
        table = cast("dict[str, Any]", value)
        for key, entry in table.items():
            if not _is(entry, kind):
                self.wrong((name, key), f"{name}.{key} is {_kind(entry)}.", f"Allowed: {allowed}.")
        return table

    def end(self) -> None:
        """Raise ConfigError with every mistake, if there was one."""
        if self.mistakes:
            raise ConfigError(tuple(sorted(self.mistakes, key=lambda mistake: mistake.line)))


def spelled(name: str) -> str:
    """A field's name as it is written in TOML: `from_` stands for `from`."""
    return name.rstrip("_")


def _is(value: Any, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return isinstance(value, tuple) and all(_is(item, inner) for item in cast("tuple[Any, ...]", value))
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and not (kind is int and isinstance(value, bool))


def words_of(kind: Any) -> str:
    """What a setting of that type may be, in words."""
    if get_origin(kind) is tuple:
        return f"a list, each {words_of(get_args(kind)[0])}"
    return {str: "text in quotes", int: "a whole number", bool: "true or false", float: "a number"}.get(kind, "a value")


def _kind(value: Any) -> str:
    for kind, words in ((bool, "true or false"), (int, "a number"), (float, "a number"), (str, "text")):
        if isinstance(value, kind):
            return words
    return "a list" if isinstance(value, list | tuple) else "a table" if isinstance(value, dict) else "a date"


def _quoted(value: Any) -> str:
    if isinstance(value, list | tuple):
        shown = f"[{', '.join(map(_quoted, cast('list[Any]', value)))}]"
    else:
        shown = f'"{value}"' if isinstance(value, str) else str(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"


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
    return tuple(part.strip().strip("\"'") for part in _PART.findall(dotted))
