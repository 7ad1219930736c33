"""Phrases: phrases/LANGUAGE.toml, ours and the seller's; theirs win one by one. See docs/translating.md."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from retcon import tomlfile
from retcon.errors import Mistake
from retcon.library import files
from retcon.model.phrases import Phrases
from retcon.tomlfile import Reader

TABLES = ("festivals", "benefits", "incentives", "referral")
# What a sentence may hold, filled in from offers.toml.
FIELDS = ("amount", "percent", "yours", "friends")


def read(home: Path) -> Mapping[str, Phrases]:
    """The phrases by language. Raises ConfigError with the mistakes of all files."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS, home):
        for file in sorted((folder / "phrases").glob("*.toml")):
            with files.gathering(mistakes):
                own = found.setdefault(file.stem, {name: {} for name in TABLES})
                for table, phrases in _tables(file).items():
                    own[table] |= phrases
    files.end(mistakes)
    return {language: Phrases(**tables) for language, tables in found.items()}


def _tables(file: Path) -> dict[str, dict[str, str]]:
    document = tomlfile.read(file)
    reader = Reader(document)
    found: dict[str, dict[str, str]] = {}
    given: Any
    for table, given in document.content.items():
        if table not in TABLES:
            reader.wrong((table,), f"[{table}] is unknown.", f"Allowed: {', '.join(TABLES)}.")
            continue
        phrases: Mapping[str, str] = reader.mapping(given, table, str, 'phrases by name, such as gift = "…"')
        for name, phrase in phrases.items():
            strange = [field for field in re.findall(r"\{(\w*)\}", phrase) if field not in FIELDS]
            if strange:
                said = f"{table}.{name} holds {{{strange[0]}}}."
                reader.wrong((table, name), said, f"Allowed: {', '.join(f'{{{one}}}' for one in FIELDS)}.")
        found[table] = dict(phrases)
    reader.end()
    return found
