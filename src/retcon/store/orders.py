"""Orders with their lines and refunds."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice

from retcon.frozen import dataclass
from retcon.model.orders import Order, OrderLine, OrderState, ShopOrder
from retcon.store.database import Connection, Row, plain
from retcon.store.query_sql import EVERYBODY, Asked
from retcon.store.records import Facts
from retcon.store.values import instant, moment, packed, seconds, words
from retcon.text import keep_link, keep_name

_AMONG = "in (select value from json_each(?))"
_BATCH = 500
_MOST_PIECES = 10**9

# What a source tells of an order, apart from its lines and refunds.
_COLUMNS = (
    "number",
    "account_id",
    "email",
    "phone",
    "name",
    "country",
    "language",
    "placed_at",
    "modified_at",
    "state",
    "source_status",
    "currency",
    "total_minor",
    "refunded_minor",
    "total_base_minor",
    "refunded_base_minor",
    "coupon_codes",
    "shipped_at",
    "delivered_at",
    "carrier",
    "tracking_number",
    "tracking_link",
    "gift",
    "preorder",
    "return_open",
    "subdivision",
)


@dataclass(frozen=True, slots=True)
class Told:
    """All that a source tells of an order, in the columns that it fills."""

    columns: Facts
    lines: tuple[Facts, ...]
    refunds: tuple[Facts, ...]

    @property
    def email(self) -> str:
        """The address as it came with the order."""
        return self.columns[2]

    @property
    def person(self) -> tuple[str, str, str, str, str]:
        """Name, country, language, phone and part of the country of the buyer, as the order tells them."""
        return self.columns[4], self.columns[5], self.columns[6], self.columns[3], self.columns[-1]


@dataclass(frozen=True, slots=True)
class Kept:
    """An order as it stands in the store, or is to stand there."""

    id: int
    source_id: str
    customer_id: int
    told: Told
    removed: bool = False


def told(order: ShopOrder, total_base: int | None, refunded_base: int | None) -> Told:
    """The order as it is stored; the two amounts are in the shop's currency, None where no rate is known."""
    return Told(
        columns=(
            keep_name(order.number),
            keep_name(order.account_id) if order.account_id else None,
            keep_name(order.email),
            keep_name(order.phone),
            keep_name(order.name),
            order.country[:2].upper(),
            keep_name(order.language),
            seconds(order.placed_at),
            seconds(order.modified_at),
            order.state.value,
            keep_name(order.source_status),
            order.currency,
            order.total_minor,
            order.refunded_minor if order.refunds else 0,
            total_base,
            refunded_base,
            packed(tuple(map(keep_name, order.coupon_codes))) if order.coupon_codes else "[]",
            seconds(order.shipped_at),
            seconds(order.delivered_at),
            keep_name(order.carrier),
            keep_name(order.tracking_number),
            keep_link(order.tracking_link),
            int(order.gift),
            int(order.preorder),
            int(order.return_open),
            order.subdivision[:6].upper(),
        ),
        lines=tuple(
            (
                keep_name(line.name),
                max(-_MOST_PIECES, min(line.quantity, _MOST_PIECES)),
                keep_name(line.product_id),
                keep_name(line.sku),
                line.total_minor,
            )
            for line in order.lines
        ),
        refunds=tuple(
            (source_id, refund.amount_minor, seconds(refund.refunded_at), keep_link(refund.reason))
            for source_id, refund in sorted({keep_name(each.source_id): each for each in order.refunds}.items())
        ),
    )


def kept(tx: Connection, source: str, source_ids: Iterable[str]) -> dict[str, Kept]:
    """The source's orders of these ids as they stand in the store, removed ones too."""
    # An arrival that is estimated is ours; the source did not tell it.
    arrival = "case when delivered_estimated then null else delivered_at end"
    columns = ", ".join(arrival if column == "delivered_at" else column for column in _COLUMNS)
    rows = tx.execute(
        f"select id, source_id, customer_id, removed, {columns} from orders where source = ? and source_id {_AMONG}",
        (source, json.dumps(list(source_ids))),
    ).fetchall()
    ids = json.dumps([row["id"] for row in rows])
    lines: dict[int, list[Facts]] = {}
    for row in tx.execute(
        "select order_id, name, quantity, product_id, sku, total_minor from order_lines"
        f" where order_id {_AMONG} order by order_id, position",
        (ids,),
    ):
        lines.setdefault(row[0], []).append(tuple(row)[1:])
    refunds: dict[int, list[Facts]] = {}
    for row in tx.execute(
        "select order_id, source_id, amount_minor, refunded_at, reason from refunds"
        f" where order_id {_AMONG} order by order_id, source_id",
        (ids,),
    ):
        refunds.setdefault(row[0], []).append(tuple(row)[1:])
    return {
        row["source_id"]: Kept(
            id=row["id"],
            source_id=row["source_id"],
            customer_id=row["customer_id"],
            told=Told(tuple(row)[4:], tuple(lines.get(row["id"], ())), tuple(refunds.get(row["id"], ()))),
            removed=bool(row["removed"]),
        )
        for row in rows
    }


def next_id(tx: Connection) -> int:
    """The id of the next new order."""
    return tx.execute("select coalesce(max(id), 0) + 1 from orders").fetchone()[0]


_SAVE = f"""
    insert into orders (id, source, source_id, customer_id, {", ".join(_COLUMNS)})
    values (?, ?, ?, ?, {", ".join("?" * len(_COLUMNS))})
    on conflict (id) do update set
        customer_id = excluded.customer_id, removed = 0, delivered_estimated = 0,
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS)}
"""


def save(tx: Connection, source: str, added: Sequence[Kept], changed: Sequence[Kept]) -> None:
    """Keep the orders with their lines and refunds; of the changed ones nothing stays of what was told before."""
    tx.executemany("delete from order_lines where order_id = ?", ((order.id,) for order in changed))
    tx.executemany("delete from refunds where order_id = ?", ((order.id,) for order in changed))
    every = (*added, *changed)
    tx.executemany(
        _SAVE, ((order.id, source, order.source_id, order.customer_id, *order.told.columns) for order in every)
    )
    tx.executemany(
        "insert into order_lines (order_id, position, name, quantity, product_id, sku, total_minor)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        ((order.id, position, *line) for order in every for position, line in enumerate(order.told.lines)),
    )
    tx.executemany(
        "insert into refunds (order_id, source_id, amount_minor, refunded_at, reason) values (?, ?, ?, ?, ?)",
        ((order.id, *refund) for order in every for refund in order.told.refunds),
    )
    _save_returns(tx, every)


def _save_returns(tx: Connection, orders: Sequence[Kept]) -> None:
    """Since when goods are on their way back, and until when they were: as each order's last change tells it."""
    known = json.dumps([order.id for order in orders])
    tx.execute(
        f"""
        insert into returns (order_id, since) select id, coalesce(modified_at, placed_at) from orders o
        where id {_AMONG} and return_open
          and not exists (select 1 from returns r where r.order_id = o.id and r.until is null)
        """,
        (known,),
    )
    tx.execute(
        f"""
        update returns set until = max(since, (select coalesce(modified_at, placed_at) from orders where id = order_id))
        where until is null and order_id {_AMONG}
          and not (select return_open from orders where id = order_id)
        """,
        (known,),
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """What an order came to, in its own currency."""

    order_id: int
    currency: str
    day: date
    total_minor: int
    refunded_minor: int


def amounts(tx: Connection) -> Iterator[Amount]:
    """What every order came to, removed ones too."""
    for row in tx.execute("select id, currency, placed_at, total_minor, refunded_minor from orders"):
        yield Amount(row[0], row[1], moment(row[2]).date(), row[3], row[4])


def set_base(tx: Connection, amounts: Iterable[tuple[int | None, int | None, int]]) -> None:
    """Keep what orders came to in the shop's currency: total, refunded, and the order's id."""
    tx.executemany("update orders set total_base_minor = ?, refunded_base_minor = ? where id = ?", amounts)


def everybody(tx: Connection) -> list[int]:
    """All customers who ever ordered."""
    return [row[0] for row in tx.execute("select distinct customer_id from orders order by customer_id")]


def buyers(tx: Connection, source: str, source_ids: Iterable[str]) -> set[int]:
    """The customers whose orders these are."""
    rows = tx.execute(
        f"select distinct customer_id from orders where source = ? and source_id {_AMONG}",
        (source, json.dumps(list(source_ids))),
    )
    return {row[0] for row in rows}


def of_customers(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Order, ...]]:
    """The orders of each of these customers, oldest first, without removed ones."""
    rows = tx.execute(
        f"select * from orders where customer_id {_AMONG} and not removed order by placed_at, id",
        (json.dumps(list(ids)),),
    )
    found: dict[int, list[Order]] = {}
    for order in _with_lines(tx, rows):
        found.setdefault(order.customer_id, []).append(order)
    return {person: tuple(orders) for person, orders in found.items()}


def bought_at(tx: Connection, customer_id: int, count: int) -> tuple[datetime, ...]:
    """When the customer bought, the last so many times, oldest first: orders that were paid and not all given back."""
    rows = tx.execute(
        """
        select placed_at from orders where customer_id = ? and not removed and state = 'paid' and total_minor >= 0
        order by placed_at desc, id desc limit ?
        """,
        (customer_id, count),
    ).fetchall()
    return tuple(moment(row[0]) for row in reversed(rows))


def gifts_at(tx: Connection, customer_id: int) -> frozenset[datetime]:
    """When the customer bought for somebody else."""
    rows = tx.execute("select placed_at from orders where customer_id = ? and gift and not removed", (customer_id,))
    return frozenset(moment(row[0]) for row in rows)


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, Order]:
    """The orders of these ids, by id."""
    rows = tx.execute(f"select * from orders where id {_AMONG}", (json.dumps(list(ids)),))
    return {order.id: order for order in _with_lines(tx, rows)}


def listing(tx: Connection, asked: Asked = EVERYBODY, limit: int | None = None) -> Iterator[Order]:
    """The orders that are asked for, newest first, without removed ones."""
    rows = tx.execute(
        f"""
        select o.* from orders o cross join customers c on c.id = o.customer_id
        left join standings s on s.customer_id = o.customer_id
        where not o.removed and {asked.where} order by o.placed_at desc, o.id desc limit ?
        """,
        (*asked.values, -1 if limit is None else limit),
    )
    return _with_lines(tx, rows)


def _with_lines(tx: Connection, rows: Iterable[Row]) -> Iterator[Order]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        lines: dict[int, list[OrderLine]] = {}
        for order_id, name, quantity, product_id, sku, total_minor in plain(
            tx,
            f"""
            select order_id, name, quantity, product_id, sku, total_minor from order_lines
            where order_id {_AMONG} order by order_id, position
            """,
            (json.dumps([row["id"] for row in batch]),),
        ):
            line = OrderLine(name=name, quantity=quantity, product_id=product_id, sku=sku, total_minor=total_minor)
            lines.setdefault(order_id, []).append(line)
        for row in batch:
            yield _order(row, tuple(lines.get(row["id"], ())))


def _order(row: Row, lines: tuple[OrderLine, ...]) -> Order:
    return Order(
        id=row["id"],
        source=row["source"],
        source_id=row["source_id"],
        number=row["number"],
        customer_id=row["customer_id"],
        placed_at=moment(row["placed_at"]),
        modified_at=instant(row["modified_at"]),
        state=OrderState(row["state"]),
        source_status=row["source_status"],
        currency=row["currency"],
        total_minor=row["total_minor"],
        refunded_minor=row["refunded_minor"],
        total_base_minor=row["total_base_minor"],
        country=row["country"],
        coupon_codes=words(row["coupon_codes"]),
        shipped_at=instant(row["shipped_at"]),
        delivered_at=instant(row["delivered_at"]),
        delivered_estimated=bool(row["delivered_estimated"]),
        carrier=row["carrier"],
        tracking_number=row["tracking_number"],
        tracking_link=row["tracking_link"],
        lines=lines,
        gift=bool(row["gift"]),
        preorder=bool(row["preorder"]),
        return_open=bool(row["return_open"]),
    )
