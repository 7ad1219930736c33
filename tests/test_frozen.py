"""Our `dataclass` does what the standard library's does; only its making is quicker."""

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import Any, ClassVar

import pytest

from retcon import frozen


class Written:
    """What is declared, once for each of the two."""

    kind: ClassVar[str] = "thing"
    name: str
    size: int = 3
    parts: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list[str])
    hidden: str = field(default="x", repr=False, compare=False)


def _made(by: Any, **options: Any) -> Any:
    body = {key: value for key, value in Written.__dict__.items() if key not in ("__dict__", "__weakref__")}
    return by.dataclass(frozen=True, **options)(type("Thing", (), dict(body)))


OPTIONS: list[dict[str, bool]] = [{}, {"slots": True}, {"kw_only": True}, {"slots": True, "kw_only": True}]


@pytest.mark.parametrize("options", OPTIONS)
def test_a_fact_is_made_shown_and_compared_alike(options: dict[str, bool]) -> None:
    ours, theirs = _made(frozen, **options), _made(dataclasses, **options)
    given = {"name": "cup", "parts": ("lid",), "hidden": "y"}
    one, other = ours(**given), theirs(**given)

    assert repr(one) == repr(other) == "Thing(name='cup', size=3, parts=('lid',), notes=[])"
    assert asdict(one) == asdict(other)
    assert [each.name for each in fields(ours)] == [each.name for each in fields(theirs)]
    assert (one == ours(name="cup", parts=("lid",)), one == ours(name="mug"), one == other) == (True, False, False)
    assert replace(one, size=4).size == 4
    assert one.notes is not ours(name="cup").notes
    assert ours.kind == "thing"


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_missing_or_too_much_is_refused(options: dict[str, bool]) -> None:
    ours = _made(frozen, **options)
    with pytest.raises(TypeError, match="name"):
        ours()
    with pytest.raises(TypeError, match="colour"):
        ours(name="cup", colour="red")
    if options.get("kw_only"):
        with pytest.raises(TypeError, match="keyword"):
            ours("cup")
    else:
        assert ours("cup", 4).size == 4


@pytest.mark.parametrize("options", OPTIONS)
def test_a_fact_cannot_be_changed(options: dict[str, bool]) -> None:
    one = _made(frozen, **options)(name="cup")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "mug"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises((FrozenInstanceError, AttributeError)):
        one.other = 1


@frozen.dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Has a subclass."""

    name: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("too small")


@frozen.dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    """Adds a fact, and says itself how it is shown."""

    colour: str = "blue"

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_facts_that_derive_from_others() -> None:
    one = Derived(name="cup", colour="red")

    assert (one.name, one.size, one.colour, repr(one)) == ("cup", 1, "red", "<cup>")
    assert one != Base(name="cup")
    assert len({one, Derived(name="cup", colour="red"), replace(one, size=2)}) == 2
    with pytest.raises(ValueError, match="too small"):
        Derived(name="cup", size=-1)


def test_facts_can_be_copied_and_sent_elsewhere() -> None:
    one = Derived(name="cup", colour="red")

    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
