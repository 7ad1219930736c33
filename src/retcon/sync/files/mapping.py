"""What the rows of a file mean: orders, money given back, and what was allowed."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from retcon import money, text
from retcon.errors import InputError
from retcon.model.orders import OrderLine, OrderState, Refund, ShopOrder
from retcon.model.people import Basis, Consent, ConsentGiven, ConsentState, Purpose
from retcon.sync import identity
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
    consent: ConsentGiven | None


@dataclass(frozen=True, slots=True)
class Left:
    """Lines that are not taken, and why."""

    lines: tuple[int, ...]
    reason: str


# A row with its line's number.
Row = tuple[int, Sequence[Any]]


def study(
    table: Table, plan: Plan, *, date_order: str | None, zone: str, currency: str, now: datetime
) -> tuple[Reading, int]:
    """Look through the file once for how it writes dates and amounts; also counts its rows.

    Raises AmbiguousDates where day and month cannot be told apart and `date_order` is None.
    """
    order = date_order or dates.order_of(_values(table, plan, _DATES))
    mark = numbers.decimal_mark(_values(table, plan, _AMOUNTS), money.exponent(currency))
    reading = Reading(plan=plan, mark=mark, date_order=order, zone=zone, currency=currency, now=now)
    return reading, sum(1 for _ in rows(table))


def _values(table: Table, plan: Plan, names: Sequence[str]) -> Iterator[str]:
    positions = [position for name in names for position in plan.positions.get(name, ())]
    for _, row in rows(table):
        if not isinstance(row, Refused):
            yield from (str(row[position]) for position in positions)


def orders(table: Table, reading: Reading) -> Iterator[Taken | Left]:
    """Everything in the file, in its order."""
    seen = _Seen({}, {})
    for group in _groups(table, reading.plan):
        if isinstance(group, Left):
            yield group
            continue
        lines = tuple(number for number, _ in group)
        try:
            order = _order(group, reading, seen)
            yield Taken(lines, order, _consent(group[0], reading, order, table.file.name))
        except InputError as error:
            yield Left(lines, error.title)


def _groups(table: Table, plan: Plan) -> Iterator[list[Row] | Left]:
    """The rows of one order together: those that follow one another with its number, or with none."""
    if not plan.preset.a_row_an_item:
        for number, row in rows(table):
            yield Left((number,), row.reason) if isinstance(row, Refused) else [(number, row)]
        return
    key = "number" if plan.has("number") else "order_id"
    group: list[Row] = []
    current = ""
    for number, row in rows(table):
        if isinstance(row, Refused):
            yield Left((number,), row.reason)
            continue
        name = _cell(plan, row, key)
        if group and (name == current or (not name and not _cell(plan, row, "total"))):
            group.append((number, row))
            continue
        if group:
            yield group
        group, current = [(number, row)], name
    if group:
        yield group


@dataclass(frozen=True, slots=True)
class _Seen:
    """The ids that the file has named so far, with the line and a digest of the row, and how often one was made."""

    ids: dict[str, tuple[int, int]]
    made: dict[str, int]

    def once(self, order_id: str, row: Row) -> str:
        number, digest = row[0], hash(tuple(map(str, row[1])))
        first, before = self.ids.setdefault(order_id, (number, digest))
        if before != digest:
            raise InputError(f"order {order_id[:40]} stands on line {first} already, with other content")
        return order_id

    def made_of(self, *content: object) -> str:
        """An id that follows from the content and from how often it came before."""
        digest = blake2b(repr(content).encode(errors="replace"), digest_size=9).hexdigest()
        self.made[digest] = occurrence = self.made.get(digest, 0) + 1
        return f"{digest}-{occurrence}"


def _order(group: Sequence[Row], reading: Reading, seen: _Seen) -> ShopOrder:
    plan, row = reading.plan, group[0]

    def cell(name: str) -> str:
        return _cell(plan, row[1], name)

    account = cell("customer_id")
    account = "" if account.lower() in plan.preset.no_account else account
    email = cell("email")
    if not account and not identity.address(email):
        raise InputError(f"“{email[:40]}” is no e-mail address" if email else "it names no customer")
    written_at = dates.parse(cell("placed_at"), reading.date_order)
    placed_at = dates.instant(written_at, reading.zone, reading.now)
    amount = numbers.parse(cell("total"), reading.mark)
    currency = cells.currency(cell("currency") or amount.currency or reading.currency)
    total = money.minor(amount.number, currency)
    order_id = cell("order_id")
    made = seen.made_of(account or identity.address(email), written_at.isoformat(), Decimal(amount.number).normalize())
    if total < 0:
        order_id, state = f"{order_id}:{made}" if order_id else made, OrderState.REFUNDED
        refunded = 0
    else:
        order_id = seen.once(order_id, row) if order_id else made
        refunded = abs(money.minor(_amount(cell("refunded"), reading), currency))
        state = _state(cell, total, refunded)
    return ShopOrder(
        source_id=order_id,
        number=cell("number") or cell("order_id"),
        placed_at=placed_at,
        state=state,
        source_status=cell("status"),
        currency=currency,
        total_minor=total,
        account_id=account or None,
        email=email,
        phone=cell("phone"),
        name=cell("name") or f"{cell('first_name')} {cell('last_name')}".strip(),
        country=cells.country(cell("country")),
        language=cell("language").replace("_", "-"),
        lines=_lines(group, reading, currency),
        refunds=(Refund(source_id="file", amount_minor=refunded),) if refunded else (),
        coupon_codes=tuple(re.findall(r"[^\s,;|]+", cell("coupon"))[:20]),
        shipped_at=_moment(cell("shipped_at"), reading),
        delivered_at=_moment(cell("delivered_at"), reading),
        carrier=cell("carrier"),
        tracking_number=cell("tracking_number"),
        tracking_link=cell("tracking_link"),
    )


def _state(cell: Callable[[str], str], total: int, refunded: int) -> OrderState:
    state = presets.state_of(cell("status"))
    if state is None:
        raise InputError(f"the status “{cell('status')[:40]}” is unknown")
    if cell("cancelled_at"):
        return OrderState.CANCELLED
    return OrderState.REFUNDED if state is OrderState.PAID and refunded >= total > 0 else state


def _lines(group: Sequence[Row], reading: Reading, currency: str) -> tuple[OrderLine, ...]:
    plan = reading.plan
    if not plan.has("item_name"):
        return cells.items(_cell(plan, group[0][1], "items"), currency)
    lines: list[OrderLine] = []
    for _, row in group:
        name = _cell(plan, row, "item_name")
        if name:
            quantity = cells.quantity(_cell(plan, row, "item_quantity"))
            price = money.minor(_amount(_cell(plan, row, "item_price"), reading), currency)
            sku = _cell(plan, row, "item_sku")
            lines.append(OrderLine(name=name, quantity=quantity, sku=sku, total_minor=price * quantity))
    return tuple(lines)


def _consent(row: Row, reading: Reading, order: ShopOrder, file: str) -> ConsentGiven | None:
    written = _cell(reading.plan, row[1], "consent_email")
    state = cells.consent(written)
    if state is ConsentState.UNKNOWN or not identity.address(order.email):
        return None
    granted = state is ConsentState.GRANTED
    return ConsentGiven(
        email=order.email,
        consent=Consent(
            channel="email",
            purpose=Purpose.MARKETING,
            state=state,
            basis=Basis.EXPRESS if granted else Basis.NONE,
            at=order.placed_at,
            source="import",
            wording=f"consent by e-mail: {written}",
            proof=f"{text.keep_name(file)}, line {row[0]}",
        ),
    )


def _amount(written: str, reading: Reading) -> str:
    return numbers.parse(written, reading.mark).number if written else "0"


def _moment(written: str, reading: Reading) -> datetime | None:
    if not written:
        return None
    return dates.instant(dates.parse(written, reading.date_order), reading.zone, reading.now)


def _cell(plan: Plan, row: Sequence[Any], name: str) -> str:
    """The field's first column that isn't empty in this row."""
    for position in plan.positions.get(name, ()):
        value = row[position]
        written = value.strip() if isinstance(value, str) else json.dumps(value)
        if written:
            return written
    return ""
