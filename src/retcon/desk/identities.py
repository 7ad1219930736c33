"""Who is one person: making one of two and two of one, what the operator knows better, and who may be one.

Each verb but `not_alike` is one operation with its undo. They mark whom they touch; `refresh` then recomputes those.
"""

import re
from collections.abc import Mapping, Sequence

from retcon import localtime
from retcon.desk import situations
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.store import addresses, belongings, likely, merging, operations, overrides, people, strangers, touched
from retcon.store.belongings import Identity
from retcon.store.database import Connection
from retcon.text import keep_name, line, plural

FIELDS = overrides.FIELDS
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Two that are one now. `waiting` messages were approved for either and need another look."""

    person: Customer
    other: int
    waiting: int
    operation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One that is two now. `held` orders stayed: they came by an account that was not named."""

    person: Customer
    new: Customer
    orders: int
    held: int
    waiting: int
    operation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two who may be one person, and what speaks for it. `one` has more orders, or is the older."""

    one: Customer
    other: Customer
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What speaks for it, in a sentence."""
        said = "; ".join(self.reasons)
        return f"{said[:1].upper()}{said[1:]}."


def merge(house: House, kept: str, other: str) -> Merged:
    """Make one person of two, named as `people.by_reference` takes them; all that is the other's is `kept`'s.

    Raises Conflict where they are one already, InputError where one of them is unknown.
    """
    now = house.now()

    def work(tx: Connection) -> Merged:
        stays, goes = situations.find(tx, kept), situations.find(tx, other)
        if stays == goes:
            raise Conflict(f"{_called(tx, stays)} and “{other}” are one person already.", "Name two.")
        words = f"{_called(tx, goes)} became one with {_called(tx, stays)}"
        operation = operations.begin(tx, merging.MERGE, words, now)
        merging.merge(tx, stays, goes, operation, now)
        waiting = _waiting(tx, operation)
        return Merged(person=_get(tx, stays), other=goes, waiting=waiting, operation_id=operation)

    return house.database.write(work)


def split(house: House, reference: str, named: Sequence[tuple[str, str]]) -> Split:
    """Make a person of their own of some e-mails, phones, accounts and chats, with all that came by them.

    `named` are kinds ("email", "phone", "account", "chat") with values as a person writes them. Raises InputError
    where one is not theirs, Conflict where nothing or everything would go.
    """
    if not named:
        raise UsageError("Nothing is named that would make a person of their own.", "Name an --email, or a --phone.")
    now = house.now()

    def work(tx: Connection) -> Split:
        id_ = situations.find(tx, reference)
        identities = _theirs(tx, id_, named)
        _worth_it(tx, id_, identities)
        operation = operations.begin(tx, merging.SPLIT, "", now)
        before = _called(tx, id_)
        new, held = merging.split(tx, id_, identities, operation, now)
        came = len(belongings.all_of(tx, new)["orders"])
        made = _get(tx, new)
        what = ", ".join(value for _, value in sorted(identities))
        operations.call(tx, operation, f"{what} was taken out of {before}")
        return Split(
            person=_get(tx, id_),
            new=made,
            orders=came,
            held=held,
            waiting=_waiting(tx, operation),
            operation_id=operation,
        )

    return house.database.write(work)


def know(house: House, reference: str, facts: Mapping[str, str]) -> Customer:
    """Keep what the operator knows better of a person: name, country, language, zone; "" takes it back.

    Raises UsageError for what is no country, language or time zone.
    """
    checked = {field: _checked(field, value.strip()) for field, value in facts.items()}
    if not checked:
        raise UsageError("Nothing is said of them.", "Say it: --language de, --country AT, --zone Europe/Vienna.")
    now = house.now()

    def work(tx: Connection) -> Customer:
        id_ = situations.find(tx, reference)
        told = ", ".join(f"{field} {value or 'as known'}" for field, value in checked.items())
        operation = operations.begin(tx, "set", f"{_called(tx, id_)}: {told}", now)
        for field, value in checked.items():
            operations.note_known(tx, operation, id_, field)
            overrides.put(tx, id_, field, value, now)
        people.describe(tx, [id_])
        touched.add(tx, [id_])
        return _get(tx, id_)

    return house.database.write(work)


def alike(house: House, limit: int | None = None) -> tuple[Pair, ...]:
    """Those who may be one person, what speaks loudest first; without those that are known to be two."""
    with house.database.read() as tx:
        found = likely.pairs(tx, limit)
        customers = people.get(tx, {id_ for pair in found for id_ in (pair.one, pair.other)})
    return tuple(
        Pair(one=customers[pair.one], other=customers[pair.other], reasons=pair.reasons)
        for pair in found
        if pair.one in customers and pair.other in customers
    )


def not_alike(house: House, one: str, other: str) -> tuple[Customer, Customer]:
    """Keep two apart for good: they are proposed no more. Raises Conflict where they are one."""
    now = house.now()

    def work(tx: Connection) -> tuple[Customer, Customer]:
        first, second = situations.find(tx, one), situations.find(tx, other)
        if first == second:
            raise Conflict(
                f"{_called(tx, first)} and “{other}” are one person.", f"Take them apart: retcon customer {first} split"
            )
        strangers.add(tx, first, second, now)
        return _get(tx, first), _get(tx, second)

    return house.database.write(work)


def _get(tx: Connection, id_: int) -> Customer:
    return people.get(tx, [id_])[id_]


def _called(tx: Connection, id_: int) -> str:
    customer = _get(tx, id_)
    name = customer.name or next(iter(customer.emails), "")
    return f"{line(name)} ({id_})" if name else f"customer {id_}"


def _waiting(tx: Connection, operation: int) -> int:
    return sum(change.family == "outbox" for change in operations.changes(tx, operation))


def _theirs(tx: Connection, id_: int, named: Sequence[tuple[str, str]]) -> set[Identity]:
    """The identities that are named, each of them this customer's."""
    customer = _get(tx, id_)
    found: set[Identity] = set()
    for kind, value in named:
        match kind:
            case "email":
                identity = addresses.email(value)
                theirs = map(addresses.email, customer.emails)
            case "phone":
                identity = addresses.phone(value, customer.country)
                theirs = iter(customer.phones)
            case "account":
                identity, theirs = value.strip(), iter(customer.source_ids)
            case _:
                identity, theirs = value.strip(), (":".join(chat) for chat in customer.chats)
        known = set(theirs)
        if not identity or identity not in known:
            have = f"They have {', '.join(sorted(known))}." if known else f"They have no {kind}."
            raise InputError(f"“{value[:80]}” is no {kind} of {_called(tx, id_)}.", have)
        found.add((kind, identity))
    return found


def _worth_it(tx: Connection, id_: int, identities: set[Identity]) -> None:
    """Raises Conflict where everybody would be on one side."""
    every = belongings.all_of(tx, id_)
    along = belongings.along(tx, id_, identities)
    if len(every["identities"]) == sum(kind != "phone" for kind, _ in identities) and len(every["orders"]) == len(
        along.rows["orders"]
    ):
        raise Conflict(f"All of {_called(tx, id_)} would go, and nobody would be left.", "Name fewer.")
    if all(kind == "phone" for kind, _ in identities) and not along.rows["orders"]:
        hint = f"{plural(along.held, 'order')} came by an account: name it with --account." if along.held else ""
        raise Conflict("No order came by that number, so nothing would go.", hint)


def _checked(field: str, value: str) -> str:
    """The value as it is kept. Raises UsageError where it is none."""
    if not value:
        return ""
    match field:
        case "country":
            value = value.upper()
            if len(value) != 2 or not localtime.zones_of(value):
                raise UsageError(f"“{value[:40]}” is no country.", "Give its two letters, such as AT.")
        case "language":
            if not _LANGUAGE.fullmatch(value):
                raise UsageError(f"“{value[:40]}” is no language.", "Give its code, such as de or pt-BR.")
        case "zone":
            if not localtime.is_zone(value):
                raise UsageError(f"“{value[:60]}” is no time zone.", "Give one such as Europe/Vienna.")
        case "name":
            return keep_name(value)
        case _:
            raise UsageError(f"“{field}” can't be set.", f"These can: {', '.join(FIELDS)}.")
    return value
