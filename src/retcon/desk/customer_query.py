"""What is typed to narrow the customers, and whom it means; the only place that knows this language.

Words stand in a name, an e-mail or an order number, filters such as risk:high name a fact; a ! before either excludes.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from retcon import text
from retcon.errors import UsageError
from retcon.frozen import dataclass
from retcon.model.standing import Band, Stage, Tier
from retcon.store import people
from retcon.store.customer_list import Asked, Condition
from retcon.store.database import Connection

_ENUMS: dict[str, type[StrEnum]] = {"risk": Band, "tier": Tier, "stage": Stage}
FILTERS = ("risk", "country", "tier", "stage", "language", "tag", "alone")


class QueryError(UsageError):
    """Something typed that means nothing; `at` is where it begins, counted in letters."""

    def __init__(self, title: str, hint: str, at: int) -> None:
        super().__init__(title, hint)
        self.at = at


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query; `field` is the filter's name, empty for a plain word."""

    typed: str
    field: str
    values: tuple[str, ...]
    wanted: bool


def terms(query: str) -> tuple[Term, ...]:
    """The words and filters of a query. Raises QueryError for a filter that is unknown or isn't complete."""
    found = (_term(match.group(), match.start()) for match in re.finditer(r"\S+", query))
    return tuple(term for term in found if term is not None)


def asked(tx: Connection, query: str) -> Asked:
    """Whom the query means. Raises QueryError where it means nothing."""
    return meant(tx, terms(query))


def meant(tx: Connection, terms: Iterable[Term]) -> Asked:
    """Whom these terms mean together."""
    every = tuple(terms)
    words = [term for term in every if not term.field]
    wanted = " ".join(term.values[0] for term in words if term.wanted)
    besides = (people.search(tx, term.values[0]) for term in words if not term.wanted)
    return Asked(
        conditions=tuple(Condition(term.field, term.values, term.wanted) for term in every if term.field),
        among=frozenset(people.search(tx, wanted)) if wanted else None,
        besides=frozenset().union(*besides),
    )


def _term(typed: str, at: int) -> Term | None:
    word = typed.removeprefix("!")
    wanted = word == typed
    name, colon, value = word.partition(":")
    if not word:
        return None
    if colon and name in FILTERS:
        return Term(typed, name, _values(name, value, at), wanted)
    if colon and name.isalpha() and name.islower() and "@" not in word:
        raise QueryError(f"“{text.line(name[:30])}:” is no filter.", f"Allowed: {', '.join(FILTERS)}.", at)
    return Term(typed, "", (word,), wanted)


def _values(name: str, value: str, at: int) -> tuple[str, ...]:
    if name in _ENUMS:
        return _of_enum(name, value, at)
    if name == "alone":
        return _one_of("alone", value, ("yes", "no"), at)
    if name == "country":
        if len(value) != 2:
            raise QueryError("A country is two letters.", "For instance country:DE.", at)
        return (value.upper(),)
    if not value:
        example = {"language": "language:fr", "tag": "tag:fair-2026"}[name]
        raise QueryError(f"“{name}:” needs a word after it.", f"For instance {example}.", at)
    return (value.removeprefix("#").lower(),)


def _of_enum(name: str, value: str, at: int) -> tuple[str, ...]:
    every = tuple(str(member.value) for member in _ENUMS[name])
    return _one_of(name, value.replace("-", "_"), every, at)


def _one_of(name: str, value: str, every: tuple[str, ...], at: int) -> tuple[str, ...]:
    """The one that is written out, else all that begin so: a filter is typed a letter at a time."""
    value = value.lower()
    found = (value,) if value in every else tuple(one for one in every if value and one.startswith(value))
    if not found:
        *some, last = (one.replace("_", "-") for one in every)
        raise QueryError(f"“{name}:” is {', '.join(some)} or {last}.", "", at)
    return found
