"""The log of purchases for the ranking, fetched column by column: whole shops in well under a second."""

import json
from collections.abc import Sequence

import numpy as np

from retcon.retention.risk.log import EARLIEST, NEVER, PurchaseLog, purchase_log
from retcon.store.database import Connection

_UNPRICED = -1.0  # no counted order has a negative total

# The unary + keeps SQLite from walking an index and fetching every row of a whole shop one by one.
_ORDERS = f"""
    select customer_id, placed_at, coalesce(total_base_minor, {_UNPRICED}), coalesce(shipped_at, 0),
        coalesce(delivered_at, 0),
        case state when 'paid' then {NEVER}
            else coalesce((select max(refunded_at) from refunds where order_id = o.id), placed_at) end
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
_CHOSEN = " and o.customer_id in (select value from json_each(:ids))"
_ORDER = np.dtype(
    [
        ("customer", "i8"),
        ("placed", "i8"),
        ("amount", "f8"),
        ("shipped", "i8"),
        ("arrived", "i8"),
        ("voided", "i8"),
    ]
)
_REFUND = np.dtype([("customer", "i8"), ("order", "i8"), ("at", "i8"), ("amount", "f8"), ("voided", "i8")])


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
    amount = orders["amount"]
    return purchase_log(
        zone=zone,
        customer=orders["customer"],
        placed=orders["placed"],
        amount=np.where(amount < 0, np.nan, amount),
        shipped=orders["shipped"],
        arrived=orders["arrived"],
        voided=orders["voided"],
        refund_customer=refunds["customer"],
        refund_order=refunds["order"],
        refunded=refunds["at"],
        refund_amount=refunds["amount"],
        refund_voided=refunds["voided"],
    )


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
