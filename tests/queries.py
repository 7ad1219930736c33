"""For tests of queries: made-up shops, made-up queries, and what a query means worked out in plain Python."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from retcon.model.query import Amount, Days, Either, Every, Is, Not, Op, Start, Tree, Value, Word
from retcon.store.database import Connection
from retcon.store.query_fields import BY_NAME, FIELDS, Field, Kind
from retcon.store.query_sql import WORD
from tests.listed import USUAL

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
ZONE = "America/Los_Angeles"  # there it is still the day before
TODAY = NOW.astimezone(ZoneInfo(ZONE)).date()

# Few days, so that limits are met; on one of them the clocks were put back, 19 days ago.
NEAR = (-20, -19, -18, -2, -1, 0, 1, 2)
SUMS = (-100, 0, 1, 4_999, 5_000, 10_000)
NAMES = ("Colombia Beans", "KÄNNCHEN", "Löffel 50%", 'Tea "Earl"')
SKUS = ("", "cb-1", "K_2")
CODES = ("WELCOME10", "welcome20", "Öl5")
TAGS = ("fair", "fair-2026", "großhandel")
LANGUAGES = ("", "de", "pt", "pt-BR", "ptx")
COUNTRIES = ("", "DE", "FR", "NO")


@dataclass
class Person:
    """A customer with all that queries ask of; instants are seconds."""

    id: int
    standing: dict[str, Any]
    country: str
    language: str
    left_alone: bool
    tags: set[str]
    orders: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    threads: list[tuple[int | None, int | None]] = field(default_factory=list[tuple[int | None, int | None]])
    complaints: list[int | None] = field(default_factory=list[int | None])  # when each was closed
    sent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    reviews: list[tuple[int, bool]] = field(default_factory=list[tuple[int, bool]])  # stars, removed; oldest first
    promises: list[str] = field(default_factory=list[str])


def instants() -> st.SearchStrategy[int]:
    """Seconds around now, often where a day begins in the shop's zone."""
    days = st.sampled_from(NEAR).map(lambda number: TODAY + timedelta(days=number))
    edges = st.tuples(days, st.sampled_from((-1, 0, 1, 40_000)))
    return edges.map(lambda pair: int(midnight(pair[0])) + pair[1])


def midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).timestamp()


def _orders() -> st.SearchStrategy[list[dict[str, Any]]]:
    line = st.tuples(st.sampled_from(NAMES), st.sampled_from(SKUS), st.sampled_from(("", "p1", "p2")))
    order = st.fixed_dictionaries(
        {
            "source": st.sampled_from(("woo", "Files")),
            "state": st.sampled_from(("open", "paid", "refunded", "cancelled")),
            "removed": st.booleans(),
            "coupons": st.lists(st.sampled_from(CODES), max_size=2),
            "lines": st.lists(line, max_size=2),
            "placed_at": instants(),
            "total": st.one_of(st.none(), st.sampled_from(SUMS)),
            "currency": st.sampled_from(("EUR", "USD")),
        }
    )
    return st.lists(order, max_size=2)


def people() -> st.SearchStrategy[Person]:
    """One customer; the id is given when the shop is made."""
    maybe = st.one_of(st.none(), instants())
    money = st.sampled_from(SUMS)
    standing = st.fixed_dictionaries(
        {
            "orders": st.integers(0, 6),
            "first_order_at": maybe,
            "last_order_at": maybe,
            "spent_minor": money,
            "refunded_minor": money,
            "cycle_days": st.one_of(st.none(), st.sampled_from((0.6, 2.0, 19.2))),
            "silent_days": st.sampled_from((0, 1, 2, 19, 20)),
            "under_way": st.integers(0, 1),
            "p_churn": st.sampled_from((0.0, 0.25, 0.5, 1.0)),
            "risk_score": st.sampled_from((0, 5, 50)),
            "band": st.sampled_from(("high", "medium", "low")),
            "next_expected_at": maybe,
            "clv_minor": money,
            "stake_minor": money,
            "tier": st.sampled_from(("vip", "one_time")),
            "stage": st.sampled_from(("win_back", "reason", "returning")),
            "category": st.sampled_from(("", "Café", "Tea > Black")),
        }
    )
    sent = st.fixed_dictionaries(
        {
            "at": instants(),
            "rehearsal": st.booleans(),
            "state": st.sampled_from(("sent", "read", "uncertain", "queued", "withdrawn")),
        }
    )
    return st.builds(
        Person,
        id=st.just(0),
        standing=standing,
        country=st.sampled_from(COUNTRIES),
        language=st.sampled_from(LANGUAGES),
        left_alone=st.booleans(),
        tags=st.sets(st.sampled_from(TAGS)),
        orders=_orders(),
        threads=st.lists(st.tuples(maybe, maybe), max_size=2),
        complaints=st.lists(maybe, max_size=2),
        sent=st.lists(sent, max_size=2),
        reviews=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=2),
        promises=st.lists(st.sampled_from(("open", "kept", "offered")), max_size=1),
    )


def shops() -> st.SearchStrategy[list[Person]]:
    """Up to six customers."""

    def numbered(found: list[Person]) -> list[Person]:
        for id_, person in enumerate(found, 1):
            person.id = id_
        return found

    return st.lists(people(), min_size=1, max_size=6).map(numbered)


# What the shop's catalogue says of its two products.
CATEGORIES = {("woo", "p1"): ("Café", "Beans"), ("Files", "p2"): ("Tea, black",)}


def write(tx: Connection, shop: list[Person]) -> None:
    """Keep the shop."""
    for (source, id_), categories in CATEGORIES.items():
        tx.execute(
            "insert into products (source, source_id, name, categories) values (?, ?, 'x', ?)",
            (source, id_, json.dumps(categories, ensure_ascii=False)),
        )
    for person in shop:
        _write(tx, person)


def _write(tx: Connection, it: Person) -> None:
    tx.execute(
        "insert into customers (id, name, country, language, left_alone) values (?, '', ?, ?, ?)",
        (it.id, it.country, it.language, it.left_alone),
    )
    columns = {**USUAL, "causes": "[]", **it.standing, "customer_id": it.id}
    marks = ", ".join("?" * len(columns))
    tx.execute(f"insert into standings ({', '.join(columns)}) values ({marks})", tuple(columns.values()))
    tx.executemany("insert into tags values (?, ?, 0)", [(it.id, tag) for tag in it.tags])
    for number, order in enumerate(it.orders):
        made = tx.execute(
            """
            insert into orders (source, source_id, number, customer_id, placed_at, state, currency, total_minor,
                total_base_minor, coupon_codes, removed) values (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
            """,
            (
                *(order["source"], f"{it.id}-{number}", f"{it.id}00{number}", it.id, order["placed_at"]),
                *(order["state"], order["currency"], order["total"]),
                *(json.dumps(order["coupons"], ensure_ascii=False, separators=(",", ":")), order["removed"]),
            ),
        )
        tx.executemany(
            "insert into order_lines (order_id, position, name, quantity, sku, product_id) values (?, ?, ?, 1, ?, ?)",
            [(made.lastrowid, at, *line) for at, line in enumerate(order["lines"])],
        )
    for number, (waiting, wrote) in enumerate(it.threads):
        tx.execute(
            """
            insert into threads (customer_id, source, name, medium, address, started_at, last_at, waiting_since,
                last_in_at) values (?, 'mail', ?, 'email', '', 0, 0, ?, ?)
            """,
            (it.id, f"{it.id}-{number}", waiting, wrote),
        )
    for number, closed in enumerate(it.complaints):
        tx.execute(
            """
            insert into complaints (customer_id, sign, words, reference, at, closed_at)
            values (?, 'words', '', ?, 0, ?)
            """,
            (it.id, f"{it.id}-{number}", closed),
        )
    for number, row in enumerate(it.sent):
        tx.execute(
            """
            insert into outbox (revision, customer_id, channel, purpose, recipient, subject, body, state, rehearsal,
                key, not_before, approved_at) values (1, ?, '', 'service', '', '', '', ?, ?, ?, 0, ?)
            """,
            (it.id, row["state"], row["rehearsal"], f"{it.id}-{number}", row["at"]),
        )
    for number, (stars, removed) in enumerate(it.reviews):
        tx.execute(
            """
            insert into reviews (source, source_id, customer_id, rating, created_at, removed)
            values ('w', ?, ?, ?, ?, ?)
            """,
            (f"{it.id}-{number}", it.id, stars, number, removed),
        )
    for number, state in enumerate(it.promises):
        tx.execute(
            "insert into promises (customer_id, reference, words, due_at, made_at, state) values (?, ?, '', 0, 0, ?)",
            (it.id, f"{it.id}-{number}", state),
        )


# ---- queries

_POOLS: dict[str, tuple[str, ...]] = {
    "country": COUNTRIES[1:],
    "language": ("de", "pt", "PT-br"),
    "tag": (*TAGS, "GROSSHANDEL"),
    "coupon": (*CODES, "ÖL5"),
    "source": ("woo", "files"),
    "bought": ("beans", "kännchen", "50%", '"earl', "CB-1", "k_2", "café", "tea, b", "zz"),
    "item": ("beans", "kännchen", "café"),
    "category": ("CAFÉ", ">", "tea"),
    "currency": ("usd", "EUR"),
}
_LOOKED_UP = ("email", "telegram")
_WORDS = ("anna", "zoë k", "1001")


def trees(*, of_orders: bool = False) -> st.SearchStrategy[Tree]:
    """Queries over all fields but segments, as the parser builds them."""
    fields = [each for each in FIELDS if each.kind is not Kind.SEGMENT and (of_orders or not each.of_order)]
    filters = st.sampled_from(fields).flatmap(_filters)
    leaves = st.one_of(filters, filters, filters, st.sampled_from(_WORDS).map(Word))

    def joined(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(inner, min_size=2, max_size=3)
        return st.one_of(several.map(every), several.map(either), inner.map(excluded))

    return st.recursive(leaves, joined, max_leaves=6)


def several(name: str) -> st.SearchStrategy[list[Tree]]:
    """Some filters of that field."""
    return st.lists(_filters(BY_NAME[name]), min_size=2, max_size=4)


def every(of: list[Tree]) -> Tree:
    """All of these, flat as the parser makes it."""
    return Every(tuple(part for each in of for part in (each.of if isinstance(each, Every) else (each,))))


def either(of: list[Tree]) -> Tree:
    """One of these, flat as the parser makes it."""
    return Either(tuple(part for each in of for part in (each.of if isinstance(each, Either) else (each,))))


def excluded(of: Tree) -> Tree:
    """Not this; twice is not at all."""
    return of.of if isinstance(of, Not) else Not(of)


def _filters(of: Field) -> st.SearchStrategy[Tree]:
    values = _values(of)
    several = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
    any_of = several.map(lambda found: Is(of.name, Op.IS, found))
    if not of.compared:
        return any_of
    return st.one_of(any_of, st.builds(lambda op, value: Is(of.name, op, (value,)), st.sampled_from(Op), values))


def _values(of: Field) -> st.SearchStrategy[Value]:
    days = st.sampled_from(NEAR).flatmap(lambda number: st.sampled_from((Days(number), Days(-number))))
    dates = st.sampled_from(NEAR).map(lambda number: TODAY + timedelta(days=number))
    match of.kind:
        case Kind.CHOICE:
            return st.sampled_from(of.choices)
        case Kind.FLAG:
            return st.sampled_from(("yes", "no"))
        case Kind.PEOPLE:
            return st.sampled_from(_LOOKED_UP)
        case Kind.NUMBER:
            return st.sampled_from((0.0, 0.25, 0.5, 1.0, 2.0, 5.0, 50.0))
        case Kind.DAYS:
            return days
        case Kind.AGO | Kind.AHEAD:
            return st.one_of(days, dates)
        case Kind.MONEY:
            return st.sampled_from(SUMS).map(lambda minor: Amount(minor, "EUR"))
        case _:
            pool = st.sampled_from(_POOLS[of.name])
            if of.kind is Kind.WORD:
                ends = st.tuples(st.integers(0, 2), st.integers(0, 12))
                pieces = st.builds(lambda word, end: Start(word[end[0] : end[1]]), pool, ends)
                return st.one_of(pool, pieces)
            return pool


# ---- what they mean

People = dict[tuple[str, str], set[int]]


def looked_up() -> st.SearchStrategy[People]:
    """Whom words and the filters that are looked up mean."""
    keys = [
        *((WORD, word) for word in _WORDS),
        *((name, value) for name in ("consent", "reach") for value in _LOOKED_UP),
    ]
    return st.fixed_dictionaries({key: st.sets(st.integers(1, 6)) for key in keys})


def holds(tree: Tree, person: Person, found: People, order: dict[str, Any] | None = None) -> bool:
    """Whether the query means this customer, or this order of theirs."""
    match tree:
        case Word(text):
            number = order is not None and order["number"].startswith(text)
            return number or person.id in found[WORD, text]
        case Not(of):
            return not holds(of, person, found, order)
        case Every(of):
            return all(holds(each, person, found, order) for each in of)
        case Either(of):
            return any(holds(each, person, found, order) for each in of)
        case Is(name, op, values):
            return any(_is(name, op, value, person, found, order or {}) for value in values)


_OF_CUSTOMER = {
    "score": "risk_score",
    "p": "p_churn",
    "silent": "silent_days",
    "spent": "spent_minor",
    "refunded": "refunded_minor",
    "clv": "clv_minor",
    "stake": "stake_minor",
    "orders": "orders",
}
_INSTANTS = {"first": "first_order_at", "last": "last_order_at", "next": "next_expected_at"}
_CHOICES = {"risk": "band", "tier": "tier", "stage": "stage"}


def _is(name: str, op: Op, value: Value, it: Person, found: People, order: dict[str, Any]) -> bool:
    if name in _CHOICES:
        return it.standing[_CHOICES[name]].replace("_", "-") == value
    if name in ("consent", "reach"):
        return it.id in found[name, str(value)]
    if name in _FLAGS:
        return _FLAGS[name](it) is (value == "yes")
    if name in _INSTANTS or name in ("wrote", "written", "placed"):
        return _when(_instant(name, it, order), op, value, ahead=name == "next")
    if name in _TEXTS:
        return _TEXTS[name](it, value, order)
    return _compared(_figure(name, it, order), op, _number(value))


_FLAGS: dict[str, Callable[[Person], bool]] = {
    "alone": lambda it: it.left_alone,
    "parcel": lambda it: bool(it.standing["under_way"]),
    "waits": lambda it: any(waiting is not None for waiting, _ in it.threads),
    "complained": lambda it: bool(it.complaints),
    "unhappy": lambda it: None in it.complaints,
    "promised": lambda it: "open" in it.promises,
}


def _counted(it: Person) -> list[dict[str, Any]]:
    return [order for order in it.orders if order["state"] in ("paid", "refunded") and not order["removed"]]


def _has(order: dict[str, Any], value: Value) -> bool:
    asked = str(value).casefold()
    return any(
        any(asked in words.casefold() for words in (name, sku, *CATEGORIES.get((order["source"], product), ())))
        for name, sku, product in order["lines"]
    )


def _same(value: Value, word: str) -> bool:
    if isinstance(value, Start):
        return word.casefold().startswith(value.text.casefold())
    return word.casefold() == str(value).casefold()


_TEXTS: dict[str, Callable[[Person, Value, dict[str, Any]], bool]] = {
    "country": lambda it, value, _: it.country == value,
    "language": lambda it, value, _: f"{it.language.lower()}-".startswith(f"{str(value).lower()}-"),
    "tag": lambda it, value, _: any(_same(value, tag) for tag in it.tags),
    "coupon": lambda it, value, _: any(_same(value, code) for order in _counted(it) for code in order["coupons"]),
    "source": lambda it, value, _: any(_same(value, each["source"]) for each in it.orders if not each["removed"]),
    "bought": lambda it, value, _: any(_has(order, value) for order in _counted(it)),
    "category": lambda it, value, _: str(value).casefold() in it.standing["category"].casefold(),
    "state": lambda _, value, order: order["state"] == value,
    "item": lambda _, value, order: _has(order, value),
    "currency": lambda _, value, order: _same(value, order["currency"]),
}


def _instant(name: str, it: Person, order: dict[str, Any]) -> int | None:
    if name == "placed":
        return order["placed_at"]
    if name == "wrote":
        return max((wrote for _, wrote in it.threads if wrote is not None), default=None)
    if name == "written":
        left = ("sent", "delivered", "read", "uncertain")
        return max((row["at"] for row in it.sent if row["state"] in left and not row["rehearsal"]), default=None)
    return it.standing[_INSTANTS[name]]


def _when(at: int | None, op: Op, value: Value, *, ahead: bool) -> bool:
    if at is None:
        return False
    day = datetime.fromtimestamp(at, ZoneInfo(ZONE)).date()
    if isinstance(value, Days):
        return _compared((day - TODAY).days if ahead else (TODAY - day).days, op, value.number)
    assert isinstance(value, date)
    return _compared(day.toordinal(), op, value.toordinal())


def _figure(name: str, it: Person, order: dict[str, Any]) -> float | None:
    standing = it.standing
    match name:
        case "cycle":
            return None if standing["cycle_days"] is None else round(standing["cycle_days"])
        case "average":
            return standing["spent_minor"] / standing["orders"] if standing["orders"] else None
        case "rating":
            return next((stars for stars, removed in reversed(it.reviews) if stars and not removed), None)
        case "total":
            return order["total"]
        case _:
            return standing[_OF_CUSTOMER[name]]


def _number(value: Value) -> float:
    match value:
        case Days(number) | Amount(number):
            return number
        case _:
            assert isinstance(value, float)
            return value


def _compared(one: float | None, op: Op, other: float) -> bool:
    if one is None:
        return False
    return {
        Op.IS: one == other,
        Op.OVER: one > other,
        Op.AT_LEAST: one >= other,
        Op.UNDER: one < other,
        Op.AT_MOST: one <= other,
    }[op]
