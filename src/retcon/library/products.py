"""What the seller says of their articles: products.toml beside config.toml; see docs/products.md.

A table names an article by its id in the shop or its SKU, or all of a category:

    [sku.OIL-BOARD]
    repeat_days = 90
    tips.en = "A thin coat, an hour, then a dry cloth."
"""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

from retcon import tomlfile
from retcon.frozen import dataclass
from retcon.model.offers import Style
from retcon.model.products import WORDS, Told
from retcon.tomlfile import Reader, setting

FILE = "products.toml"
# How a table names what it is about; what is said of an id holds before what is said of a category.
BY = ("category", "sku", "id")
_LONGEST = 1_500
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?(-informal)?")
_DAYS = "1 to 3650"


def _days(help: str) -> Any:
    return setting(None, help=help, allowed=_DAYS, check=lambda days: 1 <= days <= 3650)


def _reference(what: object) -> bool:
    return bool(str(what).strip())


def _is_not_for(word: str) -> bool:
    return re.fullmatch(r"[A-Z]{2}|[a-z][a-z0-9-]*", word) is not None or word in tuple(Style)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """One table of products.toml."""

    need: str = setting("", help="the word for what it is good for")
    durable: bool = setting(False, help="whether who has one needs no second")
    repeat_days: int | None = _days("for so many days one piece lasts")
    worn_after_days: int | None = _days("after so many days it wants an accessory")
    accessories: tuple[str, ...] = setting(
        (), help="ids or SKUs of what goes with it", allowed='a list such as ["41", "OIL-BOARD"]'
    )
    next: str = setting("", help="id or SKU of what follows when it is outgrown", check=_reference)
    next_after_days: int | None = _days("after so many days it is outgrown")
    not_for: tuple[str, ...] = setting(
        (),
        help="for whom it isn't",
        allowed=f'countries such as "SA", festivals such as "ramadan", or {", ".join(Style)}',
        check=lambda words: all(map(_is_not_for, words)),
    )
    sheet: str = setting(
        "",
        help="a file in sheets/ that goes with what arrives",
        allowed='a name such as "board.pdf"',
        check=lambda name: re.fullmatch(r"[^/\\\x00-\x1f]{1,120}", name) is not None and not name.startswith("."),
    )


def read(home: Path) -> tuple[Told, ...]:
    """What is said, of categories first and of ids last. Raises ConfigError with every mistake; nothing said: ()."""
    try:
        document = tomlfile.read(home / FILE)
    except FileNotFoundError:
        return ()
    reader = Reader(document)
    found: list[Told] = []
    for by in BY:
        tables = document.content.get(by, {})
        if not isinstance(tables, dict):
            reader.wrong((by,), f"{by} is no table.", f"Write [{by}.NAME].")
            continue
        for name, given in cast("dict[str, Any]", tables).items():
            told = _told(reader, by, name, given)
            if told is not None:
                found.append(told)
    for name in document.content.keys() - set(BY):
        path = next((path for path in document.lines if path[:1] == (name,)), (name,))
        reader.wrong(path, f"{name} is unknown.", 'Write [id.39], [sku.OIL-BOARD] or [category."Care"].')
    reader.end()
    return tuple(found)


def _told(reader: Reader, by: str, name: str, given: Any) -> Told | None:
    path = (by, name)
    if not isinstance(given, dict):
        reader.wrong(path, f"{by}.{name} is no table.", f"Write [{by}.{name}].")
        return None
    table = dict(cast("dict[str, Any]", given))
    texts = {what: _lines(reader, (*path, what), table.pop(what)) for what in WORDS if what in table}
    said: _Said | None = reader.table(_Said, table, path)
    if said is None:
        return None
    values: dict[str, Any] = {
        field.name: getattr(said, field.name)
        for field in fields(_Said)  # pyright: ignore[reportArgumentType]
        if field.name in table and field.name not in ("next", "not_for")
    }
    if "next" in table:
        values["next_article"] = said.next
    if "not_for" in table:
        values["not_for"] = frozenset(said.not_for)
    return Told(by=by, name=name, texts=texts, **values)


def _lines(reader: Reader, path: tuple[str, ...], given: Any) -> dict[str, str]:
    """Lines by language: tips.de, care.en-US."""
    title = ".".join(path)
    if not isinstance(given, dict):
        reader.wrong(path, f"{title} is no table.", f"Write it by language: {path[-1]}.en = …")
        return {}
    found: dict[str, str] = {}
    for tag, written in cast("dict[str, Any]", given).items():
        if not _TAG.fullmatch(tag):
            allowed = "a language such as de or pt-BR, or a language in a country: en-US."
            reader.wrong((*path, tag), f"{title}.{tag} is no language.", f"Allowed: {allowed}")
        elif not isinstance(written, str) or not 0 < len(written.strip()) <= _LONGEST:
            reader.wrong((*path, tag), f"{title}.{tag} is no text.", f"Allowed: 1 to {_LONGEST:,} characters.")
        else:
            found[tag] = written.strip()
    return found
