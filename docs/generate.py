"""Writes what docs/ takes from the code: `python docs/generate.py`; with `--check` it only compares.

config.md as a whole, from the settings as they are declared; the tables of fields in csv.md and conversations.md, of
keys in console.md and of filters in segments.md.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

from retcon import config, keys, tomlfile
from retcon.desk import query_help
from retcon.desk.house import kind_class, known_kinds
from retcon.sync.files import conversations, presets

CONFIG = Path(__file__).with_name("config.md")
CSV = Path(__file__).with_name("csv.md")
CONVERSATIONS = Path(__file__).with_name("conversations.md")
CONSOLE = Path(__file__).with_name("console.md")
SEGMENTS = Path(__file__).with_name("segments.md")

INTRODUCTION = """\
# config.toml

Written by `docs/generate.py` from the code; a test says so when it is out of date.

The file lies in the home folder: where `--home DIR` or `RETCON_HOME` says, else in the user's own configuration
folder (`retcon doctor` prints it). Unknown keys, wrong types and missing values are refused at start, all at once,
each with its line and what is allowed.

Secrets never stand here. Each is looked for in the environment, as `RETCON_SECRET_<SECTION>_<NAME>_<FIELD>` (for
`[sources.woo]`: `RETCON_SECRET_SOURCES_WOO_CONSUMER_KEY`), then in the system's keyring, then in `secrets.toml`
beside this file, which has the same sections and is refused where others can read it (`chmod 600`).
"""

HEAD = "| key | default | is | allowed |\n| --- | --- | --- | --- |"

MAPPINGS = """\
## [transit]

Usual days from shipping to the door, by country, where yours differ from ours: `US = 12`. Silence starts at
delivery; where the carrier doesn't tell the day, it is estimated from these.

## [keys]

Keys of the console by action id, where you want others: `approve = "ctrl+a"`.
"""


def documents() -> dict[Path, str]:
    """What each file should hold."""
    return {
        CONFIG: _config(),
        CSV: _fields(CSV.read_text(encoding="utf-8"), presets.FIELDS),
        CONVERSATIONS: _fields(CONVERSATIONS.read_text(encoding="utf-8"), conversations.FIELDS),
        CONSOLE: _keys(CONSOLE.read_text(encoding="utf-8")),
        SEGMENTS: _filters(SEGMENTS.read_text(encoding="utf-8")),
    }


def _keys(written: str) -> str:
    rows = "\n".join(
        f"| {' '.join(f'`{keys.shown(name)}`' for name in key.keys)} | {key.words} | `{key.id}` |"
        for group in keys.Group
        for key in keys.TABLE
        if key.group is group
    )
    table = f"<!-- keys -->\n| keys | do | name |\n| --- | --- | --- |\n{rows}\n<!-- /keys -->"
    return re.sub("<!-- keys -->.*<!-- /keys -->", lambda _: table, written, flags=re.DOTALL)


def _filters(written: str) -> str:
    parts: list[str] = []
    for of, title in (("people", "### People"), ("orders", "### One order")):
        rows = "\n".join(
            f"| `{each.name}` | {each.words} | {each.takes} | `{each.example}` |"
            for each in query_help.described()
            if each.of == of
        )
        parts.append(f"{title}\n\n| filter | is | takes | for instance |\n| --- | --- | --- | --- |\n{rows}\n")
    table = "<!-- filters -->\n{}\n<!-- /filters -->".format("\n".join(parts))
    return re.sub("<!-- filters -->.*<!-- /filters -->", lambda _: table, written, flags=re.DOTALL)


def _fields(written: str, known: Mapping[str, str]) -> str:
    rows = "\n".join(f"| `{name}` | {words} |" for name, words in known.items())
    table = f"<!-- fields -->\n| field | is |\n| --- | --- |\n{rows}\n<!-- /fields -->"
    return re.sub("<!-- fields -->.*<!-- /fields -->", lambda _: table, written, flags=re.DOTALL)


def _config() -> str:
    parts = [INTRODUCTION]
    for name, declared in config.TABLES.items():
        parts.append(_table(f"[{name}]", declared, _about(declared)))
        parts += [_table(f"[{name}.{inner.name}]", inner.type, _about(inner.type)) for inner in _tables(declared)]
    for section, noun in (("sources", "source"), ("channels", "channel")):
        for kind in known_kinds(section):
            opened = kind_class(section, kind)
            parts.append(
                _table(
                    f'[{section}.NAME] with kind = "{kind}"', opened.Settings, _about(opened), _secrets(noun, opened)
                )
            )
    return "\n".join([*parts, MAPPINGS])


def _table(title: str, declared: type, about: str, after: str = "") -> str:
    rows = "\n".join(_row(entry) for entry in fields(declared) if not is_dataclass(entry.type))
    return f"## {title}\n\n{about}\n\n{HEAD}\n{rows}\n{after}"


def _tables(declared: type) -> list[Field[Any]]:
    """Its settings that are tables of their own."""
    return [entry for entry in fields(declared) if is_dataclass(entry.type)]


def _about(declared: type) -> str:
    """The first sentence of the docstring, without the table's name before the colon."""
    words = (declared.__doc__ or "").strip().partition("\n")[0]
    said = words.partition("`: ")[2] or words
    return said[:1].upper() + said[1:]


def _row(entry: Field[Any]) -> str:
    allowed = entry.metadata.get("allowed") or tomlfile.words_of(entry.type)
    return f"| `{tomlfile.spelled(entry.name)}` | {_default(entry)} | {entry.metadata['help']} | {allowed} |"


def _default(entry: Field[Any]) -> str:
    if entry.default is MISSING and entry.default_factory is MISSING:
        return "must be given"
    value = entry.default_factory() if entry.default is MISSING else entry.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{list(value)}`" if isinstance(value, tuple) else f"`{value}`"


def _secrets(noun: str, opened: Any) -> str:
    names = ", ".join(f"`{name}`" for name in opened.secrets)
    return f"\nSecrets of this {noun}: {names}.\n" if names else ""


def outdated() -> list[str]:
    """The files that aren't what the code says."""
    return [file.name for file, text in documents().items() if not file.exists() or file.read_text("utf-8") != text]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit("; ".join(f"docs/{name} is out of date" for name in outdated()) or 0)
    for file, text in documents().items():
        file.write_text(text, encoding="utf-8")
