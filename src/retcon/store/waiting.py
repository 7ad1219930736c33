"""Who may have something due because of what was said, and what there is to read for it."""

import json
from collections.abc import Iterable
from datetime import datetime

from retcon.frozen import dataclass
from retcon.model.conversations import ComplaintSign
from retcon.store.database import Connection
from retcon.store.values import moment, seconds

_AMONG = "in (select value from json_each(:ids))"


@dataclass(frozen=True, slots=True)
class Written:
    """Something that the shop wrote to a customer. `reference` is its own name: "message:12", "outbox:7"."""

    reference: str
    customer_id: int
    thread_id: int | None
    at: datetime
    language: str
    body: str


@dataclass(frozen=True, slots=True)
class Grievance:
    """Somebody is unhappy, as the shop's own records tell it."""

    customer_id: int
    sign: ComplaintSign
    words: str
    reference: str
    at: datetime


def customers(tx: Connection, stops_since: datetime) -> set[int]:
    """Who waits for an answer, was promised something, is unhappy, or took a permission back since the time."""
    rows = tx.execute(
        """
        select customer_id from threads where waiting_since is not null
        union select customer_id from promises where state = 'open'
        union select customer_id from complaints where closed_at is null
        union select t.customer_id from messages m join threads t on t.id = m.thread_id
              where m.direction = 'in' and m.at >= ? and m.sign = 'stop'
        """,
        (seconds(stops_since),),
    )
    return {row[0] for row in rows}


def promised(tx: Connection) -> list[int]:
    """Whom something was promised that is still open."""
    return [row[0] for row in tx.execute("select distinct customer_id from promises where state = 'open'")]


def ours(tx: Connection, since: datetime, ids: Iterable[int] | None = None) -> tuple[Written, ...]:
    """The answers that the shop wrote since the time, by whatever program, to these customers or to all.

    One that retcon sent counts from its approval, and once, though it be found in the mailbox too.
    """
    among = "" if ids is None else f"and customer_id {_AMONG}"
    rows = tx.execute(
        f"""
        select 'message:' || m.id, t.customer_id, m.thread_id, m.at, m.language, m.body
        from messages m join threads t on t.id = m.thread_id
        where m.direction = 'out' and m.at >= :since and not m.automatic {among}
        union all
        select 'outbox:' || o.id, o.customer_id, o.thread_id, o.approved_at, o.language, o.body
        from outbox o join actions a on a.id = o.action_id
        where a.moment = 'answer' and a.personal and not o.rehearsal and o.approved_at >= :since
          and o.state not in ('withdrawn', 'failed') {among.replace("customer_id", "o.customer_id")}
        order by 4
        """,
        {"since": seconds(since), "ids": None if ids is None else json.dumps(list(ids))},
    )
    return tuple(Written(row[0], row[1], row[2], moment(row[3]), row[4], row[5]) for row in rows)


def grievances(
    tx: Connection, rated_since: datetime, disputed_since: datetime, ids: Iterable[int] | None = None
) -> tuple[Grievance, ...]:
    """Reviews of one or two stars, and orders whose payment is disputed, since the times; known ones too.

    Of these customers, or of all.
    """
    among, wanted = ("", "") if ids is None else (f"and customer_id {_AMONG}", json.dumps(list(ids)))
    rated = tx.execute(
        f"""
        select r.source, r.source_id, r.customer_id, r.rating, coalesce(p.name, ''), r.created_at
        from reviews r left join products p on p.source = r.source and p.source_id = r.product_id
        where r.rating between 1 and 2 and r.created_at >= :since and r.customer_id is not null and not r.removed
          {among}
        """,
        {"since": seconds(rated_since), "ids": wanted},
    )
    found = [
        Grievance(
            row[2],
            ComplaintSign.RATING,
            f"{row[3]} of 5" + (f" for {row[4]}" if row[4] else ""),
            f"review:{row[0]}:{row[1]}",
            moment(row[5]),
        )
        for row in rated
    ]
    disputed = tx.execute(
        f"""
        select source, source_id, customer_id, number, coalesce(modified_at, placed_at) as at from orders
        where not removed and coalesce(modified_at, placed_at) >= :since
          and (source_status like '%dispute%' or source_status like '%chargeback%') {among}
        """,
        {"since": seconds(disputed_since), "ids": wanted},
    )
    found += [
        Grievance(row[2], ComplaintSign.DISPUTE, f"order {row[3]}", f"order:{row[0]}:{row[1]}", moment(row[4]))
        for row in disputed
    ]
    return tuple(found)
