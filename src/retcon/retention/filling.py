"""Fills a template in: Jinja2 in its sandbox, with strict undefined.

A name that is no fact is an error. A fact that isn't known for this customer is false in `{% if %}`, and where it is
written out its sentence is left out. What comes from outside is data: never read as a template.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from retcon import text
from retcon.retention.names import CLOSE, OPEN

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template as Compiled

_GAP = re.compile(f"{OPEN}(.*?){CLOSE}")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？।؟])\s+")


class NoSuchFact(Exception):
    """A template names a fact that there isn't."""


class AsNamed(Mapping[str, str]):
    """Facts of one thing that are worked out when the first of them is named: of all things a text names a few.

    One that takes time is given as a function, and worked out when it is named itself.
    """

    __slots__ = ("_found", "_names", "_work")

    def __init__(self, names: tuple[str, ...], work: Callable[[], Mapping[str, str | Callable[[], str]]]) -> None:
        self._names = names
        self._work = work
        self._found: Mapping[str, str | Callable[[], str]] | None = None

    def __getitem__(self, name: str) -> str:
        if self._found is None:
            self._found = self._work()
        found = self._found[name]
        return found if isinstance(found, str) else found()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Facts:
    """Named facts of one thing. A value that is empty is not known."""

    __slots__ = ("_title", "_values")

    def __init__(self, title: str, values: Mapping[str, Any]) -> None:
        self._title = title
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise NoSuchFact(f"{self._title}.{name} is no fact; there are {', '.join(self._values)}.")
        value = self._values[name]
        return unknown(f"{self._title}.{name}") if value == "" else value

    def __str__(self) -> str:
        return self._title


def fill(source: str, facts: Mapping[str, Any], notes: list[str]) -> str:
    """The template filled in, without the sentences that miss a fact; what was left out is noted.

    Raises whatever Jinja2 does of a template that is broken.
    """
    written = _compiled(source).render(facts)
    notes.extend(f"{missing} isn't known, so its sentence is left out." for missing in _GAP.findall(written))
    lines: list[str] = []
    for line in written.splitlines():
        if OPEN not in line:
            lines.append(line.rstrip())
            continue
        kept = [sentence for sentence in _SENTENCE_END.split(line) if OPEN not in sentence]
        if kept:
            lines.append(" ".join(kept).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def flaw(source: str, known: Mapping[str, tuple[str, ...]]) -> tuple[int, str] | None:
    """Where and what is wrong with a template: its grammar, or a fact that is none of `known`; None where nothing is.

    `known` are the facts by the thing that they are of; a thing that is a fact itself has none.
    """
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        parsed = _environment().parse(source)
    except TemplateSyntaxError as error:
        return error.lineno, f"{text.sentence(text.line(error.message or 'cannot be read'))} Jinja2 is expected."
    own = meta.find_undeclared_variables(parsed)  # apart from what the template itself sets
    for named in parsed.find_all(nodes.Name):
        if named.name in own and named.name not in known:
            return named.lineno, f"{named.name} is no fact. Allowed: {', '.join(known)}."
    for asked in parsed.find_all(nodes.Getattr):
        if isinstance(asked.node, nodes.Name) and asked.node.name in own:
            there = known[asked.node.name]
            if asked.attr not in there:
                there_are = f"Allowed: {', '.join(there)}." if there else "It is a single word or number."
                return asked.lineno, f"{asked.node.name}.{asked.attr} is no fact. {there_are}"
    return None


def named(source: str) -> frozenset[str]:
    """The facts that a template names, such as "order.date". Raises what Jinja2 does of a broken one."""
    from jinja2 import nodes

    parsed = _environment().parse(source)
    found: set[str] = set()
    inner: set[int] = set()
    for asked in parsed.find_all(nodes.Getattr):
        if isinstance(asked.node, nodes.Name):
            inner.add(id(asked.node))
            found.add(f"{asked.node.name}.{asked.attr}")
    alone = (name.name for name in parsed.find_all(nodes.Name) if id(name) not in inner and name.ctx == "load")
    return frozenset(found.union(alone))


@lru_cache(maxsize=1024)
def _compiled(source: str) -> "Compiled":
    return _environment().from_string(source)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def unknown(name: str) -> Any:
    """A fact that isn't known: false in a condition, a mark where it is written out, an error in any other use."""
    return _unknown_class()(name=name)


@lru_cache(maxsize=1)
def _unknown_class() -> Any:
    from jinja2 import StrictUndefined

    class Unknown(StrictUndefined):
        __slots__ = ()

        def __str__(self) -> str:
            return f"{OPEN}{self._undefined_name}{CLOSE}"

        def __bool__(self) -> bool:
            return False

    return Unknown
