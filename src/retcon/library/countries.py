"""Country profiles: countries/*.toml, the seller's in regions/.

What a country's file doesn't say is as in its group (group = "europe"), and else as in the default. The seller's file
of a country, of a group or of the default ("") takes the place of ours, key by key.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from retcon import tomlfile
from retcon.errors import Mistake
from retcon.library import country_files, files
from retcon.model.policy import CountryProfile

_FOLDER = files.OURS / "countries"
_DEFAULT = "default"
# What a country says adds to what its group says; everything else takes its place.
_ADDED = ("law", "sources")
# What isn't handed on by the default: nobody looked at a country only because it has a file.
_OF_THE_UNKNOWN = ("law", "sources", "checked", "barred")

Said = Mapping[str, Any]  # fields of CountryProfile, and `group`


def codes(own: Mapping[str, Said]) -> tuple[str, ...]:
    """The countries that have a profile, in order of their codes; "", the strict default, first."""
    ours = {file.stem.upper() for file in _FOLDER.glob("??.toml")}
    return tuple(sorted(ours | {code for code in own if not code.islower()} | {""}))


def own(home: Path) -> dict[str, Said]:
    """What the seller's files say, by country, group or "". Raises ConfigError with the mistakes of all files."""
    said: dict[str, Said] = {}
    mistakes: list[Mistake] = []
    for file in sorted((home / "regions").glob("*.toml")):
        with files.gathering(mistakes):
            document = tomlfile.read(file)
            facts = country_files.read(document)
            key = facts.get("country", facts.get("group", ""))
            said[key] = merged(said.get(key, {}), facts)
            if facts.get("group", "") not in {"", *_groups()}:
                what = f'group = "{facts["group"]}" is not allowed.'
                mistakes.append(document.mistake(("group",), what, f"Allowed: {', '.join(_groups())}."))
    files.end(mistakes)
    return said


def profile(code: str, own: Mapping[str, Said]) -> CountryProfile:
    """The profile of a country that has a file, of ours or of the seller's; that of "" for others."""
    said, default = _said(code, own), _said("", own)
    if group := said.get("group", ""):
        under = _said(group, own)
        both = {name: tuple(dict.fromkeys((*said.get(name, ()), *under.get(name, ())))) for name in _ADDED}
        said = merged(under, {**said, **both})
    if code:
        default = {name: value for name, value in default.items() if name not in _OF_THE_UNKNOWN}
    said = merged(default, said)
    known: dict[str, Any] = {name: value for name, value in said.items() if name != "group"}
    for name in ("barred", "labels", "medium_hours", "state_hours"):
        known[name] = {key: value for key, value in known.get(name, {}).items() if value}
    if "transit_days" not in _said(code, own):
        known["transit_days"] = transit().get(code, known["transit_days"])
    known["country"] = code
    return CountryProfile(**known)


def _said(code: str, own: Mapping[str, Said]) -> Said:
    """What our file and the seller's say of a country, a group or ""."""
    return merged(_ours(code.lower() or _DEFAULT), own.get(code, {}))


def merged(said: Said, over: Said) -> dict[str, Any]:
    """Both, the second where they differ; tables entry by entry."""
    both = {**said, **over}
    for name in said.keys() & over.keys():
        if isinstance(said[name], dict):
            both[name] = merged(cast("Said", said[name]), cast("Said", over[name]))
    return both


@lru_cache(maxsize=1)
def transit() -> Mapping[str, int]:
    """Our days from shipping to the door, by country."""
    return tomlfile.read(files.OURS / "transit.toml").content


@lru_cache(maxsize=1)
def _groups() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in _FOLDER.glob("???*.toml") if file.stem != _DEFAULT))


@lru_cache(maxsize=256)
def _ours(stem: str) -> Said:
    """What a file of ours says; nothing where there is none."""
    file = _FOLDER / f"{stem}.toml"
    return country_files.read(tomlfile.read(file)) if file.is_file() else {}
