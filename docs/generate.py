"""Writes docs/config.md from the settings as they are declared: `python docs/generate.py`; `--check` only compares."""

import sys
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from retcon import config, tomlfile
from retcon.desk.house import kind_class, known_kinds

FILE = Path(__file__).with_name("config.md")

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


def document() -> str:
    """The whole of docs/config.md."""
    parts = [INTRODUCTION]
    parts += [_table(f"[{name}]", declared) for name, declared in config.TABLES.items()]
    for section, noun in (("sources", "source"), ("channels", "channel")):
        for kind in known_kinds(section):
            opened = kind_class(section, kind)
            parts.append(_table(f'[{section}.NAME] with kind = "{kind}"', opened.Settings, _secrets(noun, opened)))
    return "\n".join([*parts, MAPPINGS])


def _table(title: str, declared: type, after: str = "") -> str:
    rows = "\n".join(_row(entry) for entry in fields(declared))
    return f"## {title}\n\n{_about(declared)}\n\n{HEAD}\n{rows}\n{after}"


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
    return f"`{list(value)}`" if isinstance(value, tuple) else f"`{value}`"


def _secrets(noun: str, opened: Any) -> str:
    names = ", ".join(f"`{name}`" for name in opened.secrets)
    return f"\nSecrets of this {noun}: {names}.\n" if names else ""


if __name__ == "__main__":
    written = document()
    if "--check" in sys.argv:
        same = FILE.exists() and FILE.read_text(encoding="utf-8") == written
        sys.exit(0 if same else "docs/config.md is out of date; run: python docs/generate.py")
    FILE.write_text(written, encoding="utf-8")
