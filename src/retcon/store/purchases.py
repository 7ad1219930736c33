"""The log of purchases for the ranking: a hundred thousand orders in a tenth of a second."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retcon.retention.risk.days import DAY
from retcon.retention.risk.log import EARLIEST, NEVER, PAYMENT, RETURN, PurchaseLog, purchase_log
from retcon.store import signals
from retcon.store.among import among
from retcon.store.columns import columns
from retcon.store.database import Connection, plain

# How many orders are ranked at once: few enough for little memory, enough for numpy to be at its best.
AT_ONCE = 300_000
_UNPRICED = -1  # no counted order has a negative total
_GIFT, _PREORDER, _NO_ORDER = 1, 2, 4

# All that is asked of an order is in the index orders_by_customer; the unary + keeps SQLite from another, and so from
# fetching every row.
_VOIDED = "coalesce((select max(refunded_at) from refunds where order_id = o.id), o.placed_at)"
_ORDER = ("customer", "placed", "amount", "shipped", "arrived", "voided", "marks", "back")
_ORDERS = f"""
    select customer_id as customer, placed_at as placed, coalesce(total_base_minor, {_UNPRICED}) as amount,
        coalesce(shipped_at, 0) as shipped, coalesce(delivered_at, 0) as arrived,
        case state when 'paid' then 0 else {_VOIDED} end as voided,
        gift * {_GIFT} + preorder * {_PREORDER} + (total_minor < 0) * {_NO_ORDER} as marks,
        case when refunded_minor <> 0 or total_minor < 0 then id end as back
    from orders o
    where state in ('paid', 'refunded') and not removed and +placed_at >= {EARLIEST} and +placed_at < :as_of
"""
# By what customers are drawn: when they came, and how often and when they came back.
_HISTORIES = f"""
    select customer_id as customer, min(placed_at) as first, sum(placed_at) as times
    from orders o
    where state in ('paid', 'refunded') and total_minor >= 0 and not removed
      and +placed_at >= {EARLIEST} and +placed_at < :as_of
    group by customer_id
"""
# What was given back of these orders, in the shop's currency. A negative total is money back without an order.
_REFUND = ("customer", "ordered", "given_back", "amount", "voided")
_REFUNDS = f"""
    select o.customer_id as customer, o.id as ordered, coalesce(r.refunded_at, o.placed_at) as given_back,
        case when r.order_id is null then -coalesce(o.total_base_minor, 0) else cast(round(
            cast(r.amount_minor as real) * coalesce(o.total_base_minor, 0) / max(o.total_minor, 1)) as integer) end
            as amount,
        case when o.state = 'paid' or r.order_id is null then {NEVER} else {_VOIDED} end as voided
    from json_each(:ids) i cross join orders o on o.id = i.value
    left join refunds r on r.order_id = o.id and o.total_minor >= 0
    where (r.order_id is not null or o.total_minor < 0) and coalesce(r.refunded_at, o.placed_at) < :as_of
"""
# While somebody waits for a return, or has ordered and not paid yet, they aren't silent. Few do: all returns are walked
# where more than some customers are asked for.
_PAUSE = ("customer", "since", "until", "kind")
_PAUSES = f"""
    select o.customer_id as customer, r.since as since, coalesce(r.until, {NEVER}) as until, {RETURN} as kind
    from returns r cross join orders o on o.id = r.order_id
    where not o.removed and r.since < :as_of
"""
_PAUSES_OF_SOME = _PAUSES.replace("returns r cross join orders o", "orders o cross join returns r")
_UNPAID = f"""
    select o.customer_id, o.placed_at, {NEVER}, {PAYMENT}
    from orders o indexed by orders_open
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


def log(tx: Connection, as_of: int, zone: str, customer_ids: Sequence[int] | None = None) -> PurchaseLog:
    """What was ordered and given back before the instant (seconds), by these customers, a range of ids, or by all.

    Counted are paid and partly refunded orders; one that was given back whole counts until it was. Days are the
    zone's.
    """
    chosen, bound = among(customer_ids)
    asked = {"as_of": as_of, **bound}
    *orders, back = columns(tx, _ORDER, _ORDERS + chosen, asked)
    marks = orders[-1]
    customer, placed, amount, shipped, arrived, voided, marks = (column[marks & _NO_ORDER == 0] for column in orders)
    some = json.dumps(back.tolist())
    from_whom, ordered, given_back, money, undone = columns(tx, _REFUND, _REFUNDS, {"as_of": as_of, "ids": some})
    returned = _PAUSES if customer_ids is None or isinstance(customer_ids, range) else _PAUSES_OF_SOME
    who, since, until, kind = columns(tx, _PAUSE, f"{returned} {chosen} union all {_UNPAID} {chosen}", asked)
    found = purchase_log(
        zone=zone,
        customer=customer,
        placed=placed,
        amount=np.where(amount < 0, np.nan, amount),
        shipped=shipped,
        arrived=arrived,
        voided=np.where(voided == 0, NEVER, voided),
        gift=marks & _GIFT,
        preorder=marks & _PREORDER,
        refund_customer=from_whom,
        refund_order=ordered,
        refunded=given_back,
        refund_amount=money,
        refund_voided=undone,
        pause_customer=who,
        pause_from=since,
        pause_until=until,
        pause_kind=kind,
        ships_within_days=_ships_within(tx, as_of),
    )
    return replace(found, signals=signals.log(tx, as_of, found.customer_ids, customer_ids))


def blocks(tx: Connection) -> list[range]:
    """Ranges of ids that hold every customer, each with about AT_ONCE orders."""
    last = _last(tx)
    width = max(last * AT_ONCE // max(count(tx), 1), 1)
    return [range(start, min(start + width, last + 1)) for start in range(1, last + 1, width)]


def sample(tx: Connection, most: int, as_of: int = NEVER) -> list[int] | None:
    """At most so many of those who had ordered before the instant, drawn evenly along the times of their orders.

    None where it is all of them. The same each time, by whatever ids the customers go.
    """
    if count(tx) <= most:
        return None
    ids, first, times = columns(tx, ("customer", "first", "times"), _HISTORIES, {"as_of": as_of})
    if len(ids) <= most:
        return None
    along = np.lexsort((times, first))
    return np.sort(ids[along[np.arange(most) * len(ids) // most]]).tolist()


def count(tx: Connection) -> int:
    """How many orders there are, of whatever state."""
    return tx.execute("select count(*) from orders").fetchone()[0]


def _last(tx: Connection) -> int:
    """The highest id of a customer."""
    return tx.execute("select coalesce(max(id), 0) from customers").fetchone()[0]


def _ships_within(tx: Connection, as_of: int) -> int:
    """The days within which an order that isn't shipped yet is still to be; 0 where the shop doesn't tell."""
    asked = {"as_of": as_of, "young": _YOUNG_DAYS * DAY, "most": _LATEST}
    took = [row[0] for row in plain(tx, _SHIPPED_AFTER, asked)]
    known = sorted(seconds for seconds in took if seconds is not None)
    if len(known) < max(_FEWEST, _TELLS * len(took)):
        return 0
    usual = known[int(0.9 * (len(known) - 1))] / DAY
    return round(min(max(_PATIENCE * usual, _LEAST_DAYS), _MOST_DAYS))


def written_to(tx: Connection, customer_ids: Sequence[int] | None = None) -> dict[int, int]:
    """When each of these customers, or of all, was last written to from here, in seconds.

    Rehearsals and what never left don't count.
    """
    chosen, asked = among(customer_ids)
    query = f"""
        select o.customer_id, max(coalesce(o.sent_at, o.approved_at)) from outbox o
        where not o.rehearsal and o.state in ('sent', 'delivered', 'read', 'uncertain') {chosen} group by o.customer_id
    """
    return dict(plain(tx, query, asked))


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
