"""What is asked of customers or orders, as it was understood: a tree of words and filters, and the text of it.

`risk:high (country:DE or orders>=5) !tag:fair anna` is Every((Is risk, Either((Is country, Is orders)), Not(Is tag),
Word anna)). What a tree is written as, is understood as the same tree.
"""

import re
from dataclasses import field as column
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from retcon import money
from retcon.frozen import dataclass


class Op(StrEnum):
    """How a filter compares."""

    IS = "="  # any of the values; written with a colon
    OVER = ">"
    AT_LEAST = ">="
    UNDER = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that begins so: "fair*"."""

    text: str


@dataclass(frozen=True, slots=True)
class Days:
    """So many days."""

    number: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Money, in minor units of its currency."""

    minor: int
    currency: str


Value: TypeAlias = str | Start | float | Days | date | Amount


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands in a name, an address or an order number; `at` is where it was typed."""

    text: str
    at: int = column(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Is:
    """A field compared with values, of which any may hold; `at` is where the first of them was typed."""

    field: str
    op: Op
    values: tuple[Value, ...]
    at: int = column(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Whoever isn't meant by it."""

    of: "Tree"


@dataclass(frozen=True, slots=True)
class Every:
    """Whoever is meant by all of these; by none of them means everybody."""

    of: tuple["Tree", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """Whoever is meant by one of these."""

    of: tuple["Tree", ...]


Tree: TypeAlias = Word | Is | Not | Every | Either

EVERYBODY = Every()
KEYWORDS = ("and", "or", "not")

# What needs no quotes.
_BARE = re.compile(r"[\w@.+#/'-]+")


def written(tree: Tree) -> str:
    """The tree as it may be typed."""
    match tree:
        case Word(word):
            return word if _BARE.fullmatch(word) and word.lower() not in KEYWORDS else quoted(word)
        case Is(name, op, values):
            return f"{name}{':' if op is Op.IS else op.value}{','.join(map(_value, values))}"
        case Not(of):
            return f"!({written(of)})" if isinstance(of, Every | Either) else f"!{written(of)}"
        case Every(of):
            return " ".join(f"({written(each)})" if isinstance(each, Either) else written(each) for each in of)
        case Either(of):
            return " or ".join(map(written, of))


def quoted(words: str) -> str:
    """The words in quotes."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def number(value: float) -> str:
    """A figure without an exponent and without a needless point."""
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _value(value: Value) -> str:
    match value:
        case str():
            return value if _BARE.fullmatch(value) else quoted(value)
        case Start(text):
            return f"{text}*"
        case Days(days):
            return f"{days}d"
        case date():
            return value.isoformat()
        case Amount(minor, currency):
            major = f"{money.major(minor, currency):f}"
            return f"{major.rstrip('0').rstrip('.') if '.' in major else major}{currency}"
        case _:
            return number(value)
