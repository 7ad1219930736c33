"""`dataclass(frozen=True)` as the standard library has it, made in a quarter of the time.

Of every kind of fact the standard library writes and compiles six methods at each start, and there are a hundred kinds
before the first picture: that was a fifth of the start. Here the constructor alone is written; what compares, shows and
protects a fact is the same code for all. Everything else, `fields` and `replace` too, is the standard library's.
"""

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen: bool = False, slots: bool = False, kw_only: bool = False):
        """As `dataclasses.dataclass`; what isn't frozen is left to it."""

        def made(cls):
            if not frozen:
                return dataclasses.dataclass(slots=slots, kw_only=kw_only)(cls)
            cls.__doc__ = cls.__doc__ or cls.__name__  # else the standard library writes one
            plain = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)
            return _frozen(plain(cls), slots)

        return made if cls is None else made(cls)


T = TypeVar("T")
_set = object.__setattr__
_NOT_GIVEN = object()


def _frozen(cls: type[T], slots: bool) -> type[T]:
    """The class with the methods of a frozen dataclass; none that it has of its own is replaced."""
    every = dataclasses.fields(cls)  # type: ignore[arg-type]
    names = tuple(field.name for field in every)
    methods = {
        "__init__": _constructor(cls, every),
        **_comparing(tuple(field.name for field in every if field.compare)),
        **_protecting(cls, frozenset(names)),
        "__repr__": _showing(tuple(field.name for field in every if field.repr)),
        **(_copying(names) if slots else {}),
    }
    for name, method in methods.items():
        if name not in cls.__dict__ or (name == "__hash__" and cls.__dict__[name] is None):
            setattr(cls, name, method)
    return cls


def _constructor(cls: type, every: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    known: dict[str, Any] = {"set_": _set, "NOT_GIVEN": _NOT_GIVEN}
    given: dict[bool, list[str]] = {False: ["self"], True: ["*"]}
    body: list[str] = []
    for field in every:
        name = value = field.name
        default = ""
        if field.default_factory is not dataclasses.MISSING:
            known[f"made_{name}"] = field.default_factory
            default, value = "=NOT_GIVEN", f"made_{name}() if {name} is NOT_GIVEN else {name}"
        elif field.default is not dataclasses.MISSING:
            known[f"usual_{name}"] = field.default
            default = f"=usual_{name}"
        if field.init:
            given[bool(field.kw_only)].append(f"{name}{default}")
        elif default:
            value = f"made_{name}()" if f"made_{name}" in known else f"usual_{name}"
        else:
            continue
        body.append(f" set_(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    parameters = ", ".join((*given[False], *(given[True] if len(given[True]) > 1 else ())))
    exec(f"def __init__({parameters}):\n" + ("\n".join(body) or " pass"), known)
    constructor = known["__init__"]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    return constructor


def _comparing(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    facts: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def __eq__(self: object, other: object) -> bool:
        return facts(self) == facts(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: object) -> int:
        return hash(facts(self))

    return {"__eq__": __eq__, "__hash__": __hash__}


def _protecting(cls: type, names: frozenset[str]) -> dict[str, Callable[..., Any]]:
    def __setattr__(self: object, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: object, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return {"__setattr__": __setattr__, "__delattr__": __delattr__}


def _showing(names: tuple[str, ...]) -> Callable[[object], str]:
    def __repr__(self: object) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({shown})"

    return __repr__


def _copying(names: tuple[str, ...]) -> dict[str, Callable[..., Any]]:
    """What a copy or a pickle takes along of facts without a `__dict__`."""

    def __getstate__(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: object, state: list[object]) -> None:
        for name, value in zip(names, state, strict=True):
            _set(self, name, value)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}
