"""Fills in a text of the seller's own: fields in braces, and parts in brackets that are left out where they miss one.

    Hello[ {first_name}],
    your parcel {parcel} left us on {shipped}.[ You can follow it here: {tracking_link}]

A field that isn't known and stands in no brackets stays as it is, and the gate lets no message leave with it.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from retcon.frozen import dataclass

if TYPE_CHECKING:
    from retcon.retention.letter import Letter

# The fields by name, and the facts of a letter that they are.
FIELDS: Mapping[str, tuple[str, str]] = {
    "first_name": ("customer", "first_name"),
    "name": ("customer", "name"),
    "order_number": ("order", "number"),
    "order_date": ("order", "date"),
    "order_total": ("order", "total"),
    "article": ("order", "article"),
    "articles": ("order", "articles"),
    "parcel": ("parcel", "number"),
    "carrier": ("parcel", "carrier"),
    "tracking_link": ("parcel", "link"),
    "shipped": ("parcel", "shipped"),
    "arrives": ("parcel", "arrives"),
    "arrived": ("parcel", "arrived"),
    "shop": ("shop", "name"),
    "signature": ("shop", "signature"),
    "storefront": ("shop", "storefront"),
}
_FIELD = re.compile(r"\{(\w+)\}")
# Brackets round a field; those round anything else are only brackets.
_PART = re.compile(r"\[([^\[\]\n]*\{\w+\}[^\[\]\n]*)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text filled in; `missing` are the fields that still stand in it, `left_out` those whose part is left out."""

    body: str
    missing: tuple[str, ...]
    left_out: tuple[str, ...]


def fill(body: str, letter: "Letter", language: str) -> Filled:
    """The text for the customer of the letter, with the formats of the language."""
    known = letter.known(language)
    facts = {name: known[thing][fact] for name, (thing, fact) in FIELDS.items()}
    left_out: list[str] = []

    def part(found: re.Match[str]) -> str:
        unknown = [name for name in _FIELD.findall(found[1]) if not facts.get(name)]
        left_out.extend(unknown)
        return "" if unknown else found[1]

    def value(found: re.Match[str]) -> str:
        return facts.get(found[1]) or found[0]

    kept = _PART.sub(part, body)
    missing = tuple(name for name in dict.fromkeys(_FIELD.findall(kept)) if not facts.get(name))
    lines = "\n".join(line.rstrip() for line in kept.splitlines())
    # Fields last: what they hold is nobody's to fill in.
    written = _FIELD.sub(value, re.sub(r"\n{3,}", "\n\n", lines).strip())
    return Filled(body=written, missing=missing, left_out=tuple(dict.fromkeys(left_out)))


def gaps(body: str) -> tuple[str, ...]:
    """The fields that stand in a message unfilled."""
    return tuple(name for name in dict.fromkeys(_FIELD.findall(body)) if name in FIELDS)


def flaw(body: str) -> tuple[int, str] | None:
    """The line of a field that there isn't, and what there is; None where all is well."""
    for number, line in enumerate(body.split("\n"), 1):
        for name in _FIELD.findall(line):
            if name not in FIELDS:
                return number, f"{{{name}}} is no field. Allowed: {', '.join(f'{{{known}}}' for known in FIELDS)}."
    return None


def called(field: str) -> str:
    """A field as a sentence names it: "tracking link"."""
    return field.replace("_", " ")
