"""The log of purchases for the ranking, fetched column by column: whole shops in well under a second."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retcon.retention.risk.days import DAY
from retcon.retention.risk.log import EARLIEST, NEVER, PAYMENT, RETURN, PurchaseLog, purchase_log
from retcon.store import signals
from retcon.store.database import Connection

_UNPRICED = -1.0  # no counted order has a negative total

# The unary + keeps SQLite from walking an index and fetching every row of a whole shop one by one.
_ORDERS = f"""
    select customer_id, placed_at, coalesce(total_base_minor, {_UNPRICED}), coalesce(shipped_at, 0),
        coalesce(delivered_at, 0),
        case state when 'paid' then {NEVER}
            else coalesce((select max(refunded_at) from refunds where order_id = o.id), placed_at) end,
        gift + 2 * preorder
    from orders o
    where state in ('paid', 'refunded') and total_minor >= 0 and not removed
      and +placed_at >= {EARLIEST} and +placed_at < :as_of
"""
# What was given back of an order, in the shop's currency.
_REFUNDS = f"""
    select o.customer_id, o.id, coalesce(r.refunded_at, o.placed_at),
        round(cast(r.amount_minor as real) * coalesce(o.total_base_minor, 0) / max(o.total_minor, 1)),
        case o.state when 'paid' then {NEVER}
            else coalesce((select max(refunded_at) from refunds where order_id = o.id), o.placed_at) end
    from orders o join refunds r on r.order_id = o.id
    where o.state in ('paid', 'refunded') and o.total_minor >= 0 and not o.removed
      and +o.placed_at >= {EARLIEST} and +o.placed_at < :as_of and coalesce(r.refunded_at, o.placed_at) < :as_of
"""
# Few orders are given back: for a whole shop the refunds are walked and their orders looked up.
_ALL_REFUNDS = _REFUNDS.replace("orders o join refunds r", "refunds r cross join orders o")
# A negative total: money back without an order behind it.
_NEGATIVES = f"""
    select customer_id, id, placed_at, -coalesce(total_base_minor, 0), {NEVER}
    from orders o
    where total_minor < 0 and state in ('paid', 'refunded') and not removed
      and +placed_at >= {EARLIEST} and +placed_at < :as_of
"""
# While somebody waits for a return, or has ordered and not paid yet, they aren't silent.
_PAUSES = f"""
    select o.customer_id, r.since, coalesce(r.until, {NEVER}), {RETURN}
    from returns r join orders o on o.id = r.order_id
    where not o.removed and r.since < :as_of
"""
_UNPAID = f"""
    select o.customer_id, o.placed_at, {NEVER}, {PAYMENT}
    from orders o
    where o.state = 'open' and not o.removed and o.placed_at < :as_of
"""
# How long after the order the parcels left, of the last orders before some days ago; NULL where none is known to have.
_SHIPPED_AFTER = """
    select case when shipped_at < :as_of then shipped_at - placed_at end from orders
    where placed_at < :as_of - :young and state = 'paid' and total_minor >= 0 and not removed
    order by placed_at desc limit :most
"""
_LATEST, _YOUNG_DAYS, _FEWEST = 500, 14, 10
# From so many parcels in ten on the shop tells of its parcels; and an order may take so many times as long as others.
_TELLS, _PATIENCE = 0.8, 3
_LEAST_DAYS, _MOST_DAYS = 7, 60
_CHOSEN = " and o.customer_id in (select value from json_each(:ids))"
_ORDER = np.dtype(
    [
        ("customer", "i8"),
        ("placed", "i8"),
        ("amount", "f8"),
        ("shipped", "i8"),
        ("arrived", "i8"),
        ("voided", "i8"),
        ("marks", "i8"),
    ]
)
_REFUND = np.dtype([("customer", "i8"), ("order", "i8"), ("at", "i8"), ("amount", "f8"), ("voided", "i8")])
_PAUSE = np.dtype([("customer", "i8"), ("since", "i8"), ("until", "i8"), ("kind", "i8")])


def log(tx: Connection, as_of: int, zone: str, customer_ids: Sequence[int] | None = None) -> PurchaseLog:
    """What was ordered and given back before the instant (seconds), by these customers or by all.

    Counted are paid and partly refunded orders; one that was given back whole counts until it was. Days are the
    zone's.
    """
    cursor = tx.cursor()
    cursor.row_factory = None
    asked = {"as_of": as_of, "ids": None if customer_ids is None else json.dumps(list(customer_ids))}
    chosen, given_back = ("", _ALL_REFUNDS) if customer_ids is None else (_CHOSEN, _REFUNDS)
    orders = np.fromiter(cursor.execute(_ORDERS + chosen, asked), _ORDER)
    refunds = np.fromiter(cursor.execute(given_back + chosen + " union all " + _NEGATIVES + chosen, asked), _REFUND)
    pauses = np.fromiter(cursor.execute(_PAUSES + chosen + " union all " + _UNPAID + chosen, asked), _PAUSE)
    amount = orders["amount"]
    found = purchase_log(
        zone=zone,
        customer=orders["customer"],
        placed=orders["placed"],
        amount=np.where(amount < 0, np.nan, amount),
        shipped=orders["shipped"],
        arrived=orders["arrived"],
        voided=orders["voided"],
        gift=orders["marks"] & 1,
        preorder=orders["marks"] & 2,
        refund_customer=refunds["customer"],
        refund_order=refunds["order"],
        refunded=refunds["at"],
        refund_amount=refunds["amount"],
        refund_voided=refunds["voided"],
        pause_customer=pauses["customer"],
        pause_from=pauses["since"],
        pause_until=pauses["until"],
        pause_kind=pauses["kind"],
        ships_within_days=_ships_within(cursor, as_of),
    )
    return replace(found, signals=signals.log(tx, as_of, found.customer_ids, customer_ids))


def _ships_within(cursor: sqlite3.Cursor, as_of: int) -> int:
    """The days within which an order that isn't shipped yet is still to be; 0 where the shop doesn't tell."""
    asked = {"as_of": as_of, "young": _YOUNG_DAYS * DAY, "most": _LATEST}
    took = [row[0] for row in cursor.execute(_SHIPPED_AFTER, asked)]
    known = sorted(seconds for seconds in took if seconds is not None)
    if len(known) < max(_FEWEST, _TELLS * len(took)):
        return 0
    usual = known[int(0.9 * (len(known) - 1))] / DAY
    return round(min(max(_PATIENCE * usual, _LEAST_DAYS), _MOST_DAYS))


def written_to(tx: Connection) -> dict[int, int]:
    """When each customer was last written to from here, in seconds; rehearsals and what never left apart."""
    rows = tx.execute(
        "select customer_id, max(coalesce(sent_at, approved_at)) from outbox"
        " where not rehearsal and state in ('sent', 'delivered', 'read', 'uncertain') group by customer_id"
    )
    return {row[0]: row[1] for row in rows}


def source_ids(tx: Connection) -> dict[int, str]:
    """The source's own id of each customer that has an account; with the source before it where two sources clash."""
    found: dict[int, str] = {}
    for row in tx.execute("select customer_id, value from identities where kind = 'account' order by value desc"):
        found[row[0]] = row[1]
    own = {id_: value.partition(":")[2] for id_, value in found.items()}
    holders: dict[str, int] = {}
    for value in own.values():
        holders[value] = holders.get(value, 0) + 1
    return {id_: value if holders[value] == 1 else found[id_] for id_, value in own.items()}
