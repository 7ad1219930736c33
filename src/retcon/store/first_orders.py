"""First orders, counted by country and by whether their buyers were looked after."""

from datetime import datetime

from retcon.localtime import DAY
from retcon.model.first_orders import FirstOrders, Unserved
from retcon.store.database import Connection
from retcon.store.values import moment, seconds

SERVED_DAYS, BACK_DAYS = 7, 90
_WEEK = f"f.placed_at and f.placed_at + {SERVED_DAYS * 86400}"
# A word of ours that left, or one that a person wrote in another program; what writes by itself is none.
_SERVED = f"""
    exists (
        select 1 from outbox o where o.customer_id = f.customer_id and not o.rehearsal
          and o.state in ('sent', 'delivered', 'read') and o.sent_at between {_WEEK}
    ) or exists (
        select 1 from threads t join messages m on m.thread_id = t.id
        where t.customer_id = f.customer_id and +m.direction = 'out' and not m.automatic
          and m.at between {_WEEK}
    )
"""
# The columns besides min() are those of the row that has it (SQLite, "bare columns").
_FIRST = """
    select customer_id, min(placed_at) as placed_at, country from orders
    where state in ('paid', 'refunded') and total_minor >= 0 and not removed
    group by customer_id having min(placed_at) >= :since and min(placed_at) <= :now
"""
_COUNTED = f"""
    with first as ({_FIRST}),
    known as (
        select country, placed_at, {_SERVED} as served,
            exists (
                select 1 from orders again where again.customer_id = f.customer_id and again.state = 'paid'
                  and again.total_minor >= 0 and not again.removed
                  and again.placed_at > f.placed_at and again.placed_at <= f.placed_at + {BACK_DAYS * 86400}
            ) as back
        from first f
    )
    select country, count(*), sum(placed_at <= :old), sum(placed_at <= :old and served),
        sum(placed_at <= :known and served), sum(placed_at <= :known and served and back),
        sum(placed_at <= :known and not served), sum(placed_at <= :known and not served and back)
    from known group by country order by count(*) desc, country
"""
_UNSERVED = f"""
    with first as ({_FIRST})
    select f.customer_id, c.name, f.country, f.placed_at from first f join customers c on c.id = f.customer_id
    where not c.left_alone and not ({_SERVED}) order by f.placed_at, f.customer_id
"""


def by_country(tx: Connection, since: datetime, now: datetime) -> tuple[FirstOrders, ...]:
    """The first orders since then by country, those with most first."""
    asked = {
        "since": seconds(since),
        "now": seconds(now),
        "old": seconds(now - SERVED_DAYS * DAY),
        "known": seconds(now - BACK_DAYS * DAY),
    }
    return tuple(
        FirstOrders(
            country=row[0],
            orders=row[1],
            old=row[2],
            served=row[3],
            served_known=row[4],
            served_back=row[5],
            others_known=row[6],
            others_back=row[7],
        )
        for row in tx.execute(_COUNTED, asked)
    )


def unserved(tx: Connection, now: datetime) -> tuple[Unserved, ...]:
    """Whose first order is under seven days old without a personal word; those with least time left first."""
    asked = {"since": seconds(now - SERVED_DAYS * DAY), "now": seconds(now)}
    found: list[Unserved] = []
    for row in tx.execute(_UNSERVED, asked):
        placed = moment(row[3])
        assert placed is not None
        found.append(
            Unserved(
                customer_id=row[0], name=row[1], country=row[2], placed_at=placed, until=placed + SERVED_DAYS * DAY
            )
        )
    return tuple(found)
