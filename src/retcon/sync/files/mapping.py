"""What the rows of a file mean: orders, money given back, and what was allowed."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from retcon import money, text
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.orders import OrderLine, OrderState, Refund, ShopOrder
from retcon.model.people import Basis, Consent, ConsentGiven, ConsentState, Purpose
from retcon.sync import identity, marks, subdivision
from retcon.sync.files import cells, dates, numbers, presets
from retcon.sync.files.presets import Plan
from retcon.sync.files.reading import Refused, Table, rows

_AMOUNTS = ("total", "refunded", "item_price")
_DATES = ("placed_at", "cancelled_at", "shipped_at", "delivered_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the cells of one file are to be read."""

    plan: Plan
    mark: str  # before the decimals, empty where the file contradicts itself
    date_order: str
    zone: str  # of dates that name none
    currency: str  # of amounts that name none
    now: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """One order as the file tells it, from as many lines as it has there."""

    lines: tuple[int, ...]
    order: ShopOrder
    consents: tuple[ConsentGiven, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """Lines that are not taken, and why."""

    lines: tuple[int, ...]
    reason: str


# What a row says by field, empty cells left out; and with its line's number.
Fields = Mapping[str, str]
Row = tuple[int, Fields]


def study(
    table: Table, plan: Plan, *, date_order: str | None, zone: str, currency: str, now: datetime
) -> tuple[Reading, int]:
    """Look through the file once for how it writes dates and amounts; also counts its rows.

    Raises AmbiguousDates where day and month cannot be told apart and `date_order` is None.
    """
    order = date_order or dates.order_of(values(table, plan.positions, _DATES))
    mark = numbers.decimal_mark(values(table, plan.positions, _AMOUNTS), money.exponent(currency))
    reading = Reading(plan=plan, mark=mark, date_order=order, zone=zone, currency=currency, now=now)
    return reading, sum(1 for _ in rows(table))


def values(table: Table, positions: Mapping[str, tuple[int, ...]], names: Sequence[str]) -> Iterator[str]:
    """All that the fields of these names say in the file."""
    places = [position for name in names for position in positions.get(name, ())]
    for _, row in rows(table):
        if not isinstance(row, Refused):
            yield from (str(row[position]) for position in places)


def orders(table: Table, reading: Reading) -> Iterator[Taken | Left]:
    """Everything in the file, in its order."""
    seen = Seen({}, {})
    for group in _groups(table, reading.plan):
        if isinstance(group, Left):
            yield group
            continue
        lines = tuple(number for number, _ in group)
        try:
            order = _order(group, reading, seen)
            yield Taken(lines, order, _consents(group[0], order, table.file.name, reading))
        except InputError as error:
            yield Left(lines, error.title.rstrip("."))


def _groups(table: Table, plan: Plan) -> Iterator[list[Row] | Left]:
    """The rows of one order together: those that follow one another with its number, or with none."""
    key = ("number" if plan.has("number") else "order_id") if plan.preset.a_row_an_item else ""
    group: list[Row] = []
    for number, row in rows(table):
        if isinstance(row, Refused):
            yield Left((number,), row.reason)
            continue
        fields = cells_of(plan.positions, row)
        if group and key and _goes_on(group[0][1], fields, key):
            group.append((number, fields))
            continue
        if group:
            yield group
        group = [(number, fields)]
    if group:
        yield group


def _goes_on(first: Fields, fields: Fields, key: str) -> bool:
    """Whether the row is one more article of the order."""
    if key in fields:
        return fields[key] == first.get(key)
    return "total" not in fields and "item_name" in fields


def cells_of(positions: Mapping[str, tuple[int, ...]], row: Sequence[Any]) -> Fields:
    """What the row says, by field: of the columns that a field may stand in, the first that isn't empty."""
    found: dict[str, str] = {}
    for name, places in positions.items():
        for position in places:
            value = row[position]
            written = value.strip() if isinstance(value, str) else json.dumps(value)
            if written:
                found[name] = written
                break
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """The ids that the file has named so far, with the line and a digest of the row, and how often one was made."""

    ids: dict[str, tuple[int, int]]
    made: dict[str, int]
    what: str = "order"

    def once(self, own_id: str, row: Row) -> str:
        """The row's own id. Raises InputError where another row had it."""
        digest = hash(tuple(row[1].items()))
        first, before = self.ids.setdefault(own_id, (row[0], digest))
        if before != digest:
            raise InputError(f"{self.what} {own_id[:40]} stands on line {first} already, with other content")
        return own_id

    def made_of(self, *content: str) -> str:
        """An id that follows from the content and from how often it came before."""
        digest = blake2b(repr(content).encode(errors="replace"), digest_size=9).hexdigest()
        self.made[digest] = occurrence = self.made.get(digest, 0) + 1
        return f"{digest}-{occurrence}"


def _order(group: Sequence[Row], reading: Reading, seen: Seen) -> ShopOrder:
    row = group[0]
    fields = row[1]
    get = fields.get
    account, email = _customer(fields, reading.plan)
    written_at = dates.parse(get("placed_at", ""), reading.date_order)
    amount = numbers.parse(get("total", ""), reading.mark)
    currency = cells.currency(get("currency") or amount.currency or reading.currency)
    total = money.minor(amount.number, currency)
    refunded = abs(_minor(get("refunded"), currency, reading)) if total > 0 else 0
    name = get("name") or f"{get('first_name', '')} {get('last_name', '')}".strip()
    return ShopOrder(
        number=get("number") or get("order_id", ""),
        placed_at=dates.instant(written_at, reading.zone, reading.now),
        state=_state(fields, total, refunded),
        source_status=get("status", ""),
        currency=currency,
        total_minor=total,
        account_id=account or None,
        email=email,
        phone=get("phone", "").lstrip("'"),  # with which spreadsheets are kept from computing it
        name=name,
        country=cells.country(get("country", "")),
        subdivision=subdivision.code(cells.country(get("country", "")), get("state", "")),
        language=get("language", "").replace("_", "-"),
        lines=_lines(group, reading, currency),
        refunds=(Refund(source_id="file", amount_minor=refunded),) if refunded else (),
        coupon_codes=tuple(re.findall(r"[^\s,;|]+", get("coupon", ""))[:20]),
        shipped_at=_moment(get("shipped_at"), reading),
        delivered_at=_moment(get("delivered_at"), reading),
        carrier=get("carrier", ""),
        tracking_number=get("tracking_number", ""),
        tracking_link=get("tracking_link", ""),
        gift=marks.yes(get("gift", "")) or marks.somebody_else(name, get("receiver", ""), elsewhere=False),
        preorder=marks.yes(get("preorder", "")) or marks.preorder(get("status", ""), {}),
        return_open=marks.returning(get("status", "")),
        # Last of all, so that a row that is refused has named no id.
        source_id=_id(row, seen, account or identity.address(email), written_at, Decimal(amount.number)),
    )


def _id(row: Row, seen: Seen, customer: str, written_at: datetime, amount: Decimal) -> str:
    """The order's own id where it has one, else one made of its content; that of money given back is always made."""
    own = row[1].get("order_id", "")
    if own and amount >= 0:
        return seen.once(own, row)
    made = seen.made_of(customer, written_at.isoformat(), str(amount.normalize()))
    return f"{own}:{made}" if own else made


def _customer(fields: Fields, plan: Plan) -> tuple[str, str]:
    """The account, empty for a guest, and the address; one of the two is there."""
    account, email = fields.get("customer_id", ""), fields.get("email", "")
    if account.lower() in plan.preset.no_account:
        account = ""
    if not account and not identity.address(email):
        raise InputError(f"“{email[:40]}” is no e-mail address" if email else "it names no customer")
    return account, email


def _state(fields: Fields, total: int, refunded: int) -> OrderState:
    state = presets.state_of(fields.get("status", ""))
    if state is None:
        raise InputError(f"the status “{fields['status'][:40]}” is unknown")
    if total < 0:
        return OrderState.REFUNDED
    if "cancelled_at" in fields:
        return OrderState.CANCELLED
    return OrderState.REFUNDED if state is OrderState.PAID and refunded >= total > 0 else state


def _lines(group: Sequence[Row], reading: Reading, currency: str) -> tuple[OrderLine, ...]:
    if not reading.plan.has("item_name"):
        return cells.items(group[0][1].get("items", ""), currency)
    lines: list[OrderLine] = []
    for _, fields in group:
        if "item_name" in fields:
            quantity = cells.quantity(fields.get("item_quantity", ""))
            price = _minor(fields.get("item_price"), currency, reading)
            sku = fields.get("item_sku", "")
            lines.append(OrderLine(name=fields["item_name"], quantity=quantity, sku=sku, total_minor=price * quantity))
    return tuple(lines)


# The columns that say what was allowed, and the medium that each is about.
_CONSENTS = {f"consent_{medium}": medium for medium in ("email", "sms", "whatsapp", "telegram")}


def _consents(row: Row, order: ShopOrder, file: str, reading: Reading) -> tuple[ConsentGiven, ...]:
    """What the row says that was allowed, of whoever has the order's address. Raises InputError for other words."""
    number, fields = row
    said = {name: cells.consent(fields.get(name, "")) for name in _CONSENTS}
    at = _moment(fields.get("consent_at"), reading) or order.placed_at
    if not identity.address(order.email):
        return ()
    return tuple(
        ConsentGiven(
            address=order.email,
            consent=Consent(
                channel=_CONSENTS[name],
                purpose=Purpose.MARKETING,
                state=state,
                basis=Basis.EXPRESS if state is ConsentState.GRANTED else Basis.NONE,
                at=at,
                source=text.keep_name(fields.get("consent_source", "")) or "import",
                wording=text.keep(fields.get("consent_wording", ""), 2000) or f"{_called(name)}: {fields[name]}",
                proof=f"{text.keep_name(file)}, line {number}",
            ),
        )
        for name, state in said.items()
        if state is not ConsentState.UNKNOWN
    )


def _called(name: str) -> str:
    return "consent by e-mail" if name == "consent_email" else name.replace("_", " by ")


def _minor(written: str | None, currency: str, reading: Reading) -> int:
    return money.minor(numbers.parse(written, reading.mark).number, currency) if written else 0


def _moment(written: str | None, reading: Reading) -> datetime | None:
    if not written:
        return None
    return dates.instant(dates.parse(written, reading.date_order), reading.zone, reading.now)
