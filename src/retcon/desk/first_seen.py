"""What a look at a file or a shop tells, and how it comes from the child that looked."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, cast

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One order of the file as it is understood, for a row of the screen."""

    customer: str
    known_by: str  # their address or id: what can stand before figures where the name can't
    day: str
    total: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What the shop's settings may be, each with where that comes from; "" where nothing says it."""

    name: str = ""
    currency: str = ""
    timezone: str = ""
    country: str = ""
    language: str = ""
    why: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file or a shop turned out to be. `trouble` says why it can't be taken, `hint` what to do then."""

    what: str = ""  # "Shopify's export"; the shop's own words
    preset: str = ""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])  # field → column, beside the preset's
    rows: int = 0
    orders: tuple[Understood, ...] = ()
    refused: str = ""  # the first line that can't be taken, and why
    missing: tuple[str, ...] = ()  # fields that no column was found for
    named: tuple[str, ...] = ()  # the columns that there are
    ambiguous: tuple[str, str, str] | None = None  # a date, what it is day first, and month first
    no_currency: bool = False  # amounts name none
    guess: Guess = Guess()
    trouble: str = ""
    hint: str = ""
    key_refused: bool = False  # the trouble is the key's: it has to be typed again


def look_of(result: Mapping[str, Any]) -> Look:
    """The look that a child told as JSON; one with a trouble where it told none."""
    if "guess" not in result:
        return Look(trouble="That could not be looked at.", hint="Enter tries again.")
    values = dict(result)
    orders = cast("Sequence[Mapping[str, str]]", values.pop("orders"))
    ambiguous = cast("Sequence[str] | None", values.pop("ambiguous"))
    return Look(
        orders=tuple(Understood(**order) for order in orders),
        missing=tuple(values.pop("missing")),
        named=tuple(values.pop("named")),
        ambiguous=(ambiguous[0], ambiguous[1], ambiguous[2]) if ambiguous else None,
        guess=Guess(**values.pop("guess")),
        **values,
    )
