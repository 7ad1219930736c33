"""What helps while a filter is typed: what each field is, what the last word could become."""

import re

from retcon.desk.query_values import FLAGS
from retcon.frozen import dataclass
from retcon.store.query_fields import BY_NAME, FIELDS, Field, Kind

GRAMMAR = """\
Words stand in a name, an e-mail or an order number; "quotes keep words together".
All must hold. country:DE,AT is either of the two; risk:high or tier:vip joins whole filters; !tag:fair and
not tag:fair exclude; ( ) group. Figures compare: orders>=2 spent>200 last<=60d first<8w first>=2026-06-01.
"""

_LAST = re.compile(r'(?:^|[\s(!])([A-Za-z]+)(?:([:<>=≠≥≤!]+)([^\s,"()]*(?:,[^\s,"()]*)*))?$')
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Described:
    """A field in words: what it takes, what it is, an example, and whether it is of people or of orders."""

    name: str
    takes: str
    words: str
    example: str
    of: str


def described() -> tuple[Described, ...]:
    """Every field, those of people first."""
    return tuple(
        Described(field.name, _takes(field), field.words, field.example, "orders" if field.of_order else "people")
        for field in sorted(FIELDS, key=lambda field: field.of_order)
    )


def _takes(field: Field) -> str:
    if field.kind in (Kind.CHOICE, Kind.PEOPLE, Kind.FLAG):
        return ", ".join(field.choices or FLAGS)
    return field.kind.value


def hint(typed: str) -> str:
    """What to say of the word that is being typed: the fields it could become, or what its field is; else nothing."""
    found = _LAST.search(typed)
    if found is None:
        return ""
    name, sign, _ = found.groups()
    field = BY_NAME.get(name.lower())
    if field is not None and not field.of_order:
        choices = f"{field.name}: {_takes(field)} – " if field.choices and sign else f"{field.name}: "
        return f"{choices}{field.words} · {field.example}"
    if sign:
        return ""
    near = [each for each in FIELDS if each.name.startswith(name.lower()) and not each.of_order]
    return " · ".join(each.example for each in near[:_MOST_NAMED])


def completed(typed: str) -> str:
    """What is typed with its last word written out, where only one thing can be meant; else as it is."""
    found = _LAST.search(typed)
    if found is None:
        return typed
    name, sign, value = found.groups()
    if not sign:
        near = [each for each in FIELDS if each.name.startswith(name.lower()) and not each.of_order]
        if len(near) != 1 or len(name) < 2:
            return typed
        field = near[0]
        return typed[: found.start(1)] + field.name + ("" if field.compared else ":")
    field = BY_NAME.get(name.lower())
    every = (field.choices or (FLAGS if field.kind is Kind.FLAG else ())) if field is not None else ()
    *_, begun = value.split(",")
    fitting = [each for each in every if begun and each.startswith(begun.lower())]
    return typed[: len(typed) - len(begun)] + fitting[0] if len(fitting) == 1 else typed
