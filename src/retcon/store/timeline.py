"""Everything that happened with one customer, newest first, a page at a time.

Each kind tells its newest keys by an index of its own; of all of them together as many stay as a page has, and only
those are read whole. So a page costs the same however much has happened.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from retcon.model.orders import Refund
from retcon.model.people import Note
from retcon.model.timeline import Event, Joined, Key, Kind, Refunded, Reviewed, Said, Sent, What
from retcon.store import actions, catalog, complaints, consents, conversations, orders, outbox, promises
from retcon.store.database import Connection, plain
from retcon.store.values import instant, moment, seconds

_AMONG = "in (select value from json_each(?))"
_LEFT = "('sent', 'delivered', 'read')"
# Above every id, number or text; below every one.
_ABOVE, _BELOW = b"\xff", -(2**63)

# Of each kind: the time, the id, and where they stand. What is here more than once is told in parts.
_PARTS: tuple[tuple[Kind, str, str, str], ...] = (
    (Kind.ORDER, "placed_at", "id", "orders where customer_id = :customer and not removed"),
    (
        Kind.REFUND,
        "coalesce(r.refunded_at, o.modified_at, o.placed_at)",
        "r.order_id || ':' || r.source_id",
        "orders o join refunds r on r.order_id = o.id"
        " where o.customer_id = :customer and o.refunded_minor > 0 and not o.removed",
    ),
    (
        Kind.SHIPPED,
        "shipped_at",
        "id",
        "orders where customer_id = :customer and shipped_at is not null and not removed",
    ),
    (
        Kind.DELIVERED,
        "delivered_at",
        "id",
        "orders where customer_id = :customer and delivered_at is not null and not removed",
    ),
    (
        Kind.MESSAGE,
        "m.at",
        "m.id",
        "threads t cross join messages m on m.thread_id = t.id where t.customer_id = :customer",
    ),
    (Kind.OUTBOX, "sent_at", "id", "outbox where customer_id = :customer and sent_at is not null"),
    (Kind.OUTBOX, "approved_at", "id", "outbox where customer_id = :customer and sent_at is null"),
    (
        Kind.ACTION,
        "coalesce(decided_at, due_at)",
        "id",
        "actions where customer_id = :customer and (state in ('skipped', 'snoozed') or state = 'done'"
        " and not exists (select 1 from outbox where action_id = actions.id))",
    ),
    (Kind.CONSENT, "at", "id", "consents where customer_id = :customer"),
    (Kind.NOTE, "at", "id", "notes where customer_id = :customer and removed_at is null"),
    (
        Kind.PROMISED,
        "made_at",
        "id",
        "promises where customer_id = :customer"
        " and (state in ('open', 'kept') or state = 'dropped' and decided_at is not null)",
    ),
    (
        Kind.PROMISE_OVER,
        "coalesce(decided_at, due_at)",
        "id",
        "promises where customer_id = :customer"
        " and (decided_at is not null and state <> 'offered' or state = 'open' and due_at <= :now)",
    ),
    (Kind.COMPLAINT, "at", "id", "complaints where customer_id = :customer"),
    (
        Kind.REVIEW,
        "created_at",
        "source || ':' || source_id",
        "reviews where customer_id = :customer and not removed",
    ),
    (
        Kind.IDENTITY,
        "o.at",
        "o.id",
        "operation_changes c join operations o on o.id = c.operation_id"
        " where c.family = 'people' and c.reference = :customer and o.undone_at is null",
    ),
)


def page(
    tx: Connection,
    customer_id: int,
    now: datetime,
    kinds: Sequence[Kind],
    *,
    before: Key | None = None,
    count: int,
) -> tuple[Event, ...]:
    """So many events of these kinds that happened before the one of that key (None: the last ones), newest first."""
    return _events(tx, _keys(tx, customer_id, now, kinds, before, count, newer=False))


def newer(
    tx: Connection, customer_id: int, now: datetime, kinds: Sequence[Kind], *, after: Key | None = None, count: int
) -> tuple[Event, ...]:
    """So many events that happened next after the one of that key (None: the first ones), newest first."""
    return _events(tx, _keys(tx, customer_id, now, kinds, after, count, newer=True)[::-1])


def counts(tx: Connection, customer_id: int, now: datetime) -> dict[Kind, int]:
    """How many events of each kind there are."""
    found = dict.fromkeys(Kind, 0)
    told = " union all ".join(f"select '{kind}', count(*) from {where}" for kind, _, _, where in _PARTS)
    for row in tx.execute(told, {"customer": customer_id, "now": seconds(now)}):
        found[Kind(row[0])] += row[1]
    return found


def _keys(
    tx: Connection, customer_id: int, now: datetime, kinds: Sequence[Kind], mark: Key | None, count: int, *, newer: bool
) -> list[Key]:
    values: dict[str, Any] = {"customer": customer_id, "now": seconds(now), "count": count}
    compares, order = (">", "asc") if newer else ("<", "desc")
    parts: list[str] = []
    for number, (kind, at, id_, where) in enumerate(_PARTS):
        if kind not in kinds:
            continue
        bound = ""
        if mark is not None:
            values[f"at{number}"], values[f"id{number}"] = mark[0], _tie(kind, mark)
            # The first comparison alone is one that an index of an expression's column can serve.
            bound = f"and {at} {compares}= :at{number} and ({at}, {id_}) {compares} (:at{number}, :id{number})"
        parts.append(
            f"select * from (select {at} as at, '{kind}' as kind, {id_} as id from {where} {bound}"
            f" order by 1 {order}, 3 {order} limit :count)"
        )
    query = f"{' union all '.join(parts)} order by 1 {order}, 2 {order}, 3 {order} limit :count"
    return [(row[0], row[1], row[2]) for row in tx.execute(query, values)]


def _tie(kind: Kind, mark: Key) -> int | str | bytes:
    """The id that parts what is before the mark at the same second from what is after it."""
    if kind == mark[1]:
        return mark[2]
    return _ABOVE if kind < mark[1] else _BELOW


# ---- reading whole ------------------------------------------------------------------------------------------


def _events(tx: Connection, keys: Sequence[Key]) -> tuple[Event, ...]:
    ids: dict[Kind, list[Any]] = {}
    for _, kind, id_ in keys:
        ids.setdefault(Kind(kind), []).append(id_)
    found = {kind: _READ[kind](tx, wanted) for kind, wanted in ids.items()}
    return tuple(
        Event(key=key, at=moment(key[0]), kind=Kind(key[1]), what=found[Kind(key[1])][key[2]])
        for key in keys
        if key[2] in found[Kind(key[1])]
    )


def _refunds(tx: Connection, ids: Sequence[str]) -> Mapping[str, What]:
    rows = tx.execute(
        f"""
        select r.*, r.order_id || ':' || r.source_id as key, o.number, o.currency, o.total_minor
        from refunds r join orders o on o.id = r.order_id
        where r.order_id {_AMONG} and r.order_id || ':' || r.source_id {_AMONG}
        """,
        (json.dumps([int(id_.split(":", 1)[0]) for id_ in ids]), json.dumps(ids)),
    )
    return {
        row["key"]: Refunded(
            refund=Refund(
                source_id=row["source_id"],
                amount_minor=row["amount_minor"],
                refunded_at=instant(row["refunded_at"]),
                reason=row["reason"],
            ),
            number=row["number"],
            currency=row["currency"],
            total_minor=row["total_minor"],
        )
        for row in rows
    }


def _messages(tx: Connection, ids: Sequence[int]) -> Mapping[int, What]:
    rows = plain(
        tx,
        f"""
        select m.id, t.medium, case when m.direction = 'in' and not m.automatic then (
            select min(at) from (
                select * from (
                    select at from messages told where told.thread_id = m.thread_id and told.at >= m.at
                    and +told.direction = 'out' and not told.automatic order by at limit 1
                ) union all select sent_at from outbox where thread_id = m.thread_id and sent_at >= m.at
                and +state in {_LEFT} and not rehearsal
            )) end
        from messages m join threads t on t.id = m.thread_id where m.id {_AMONG}
        """,
        (json.dumps(ids),),
    )
    known = {id_: (medium, answered) for id_, medium, answered in rows}
    found: dict[int, What] = {}
    for id_, message in conversations.by_ids(tx, ids).items():
        medium, answered = known[id_]
        found[id_] = Said(message=message, medium=medium, answered_at=instant(answered))
    return found


def _sent(tx: Connection, ids: Sequence[int]) -> Mapping[int, What]:
    rows = outbox.by_ids(tx, ids)
    due_as = [row.action_id for row in rows.values() if row.action_id is not None]
    titles: dict[int, str] = dict(plain(tx, f"select id, title from actions where id {_AMONG}", (json.dumps(due_as),)))
    return {id_: Sent(row=row, title=titles.get(row.action_id or 0, "")) for id_, row in rows.items()}


def _notes(tx: Connection, ids: Sequence[int]) -> Mapping[int, What]:
    rows = plain(tx, f"select id, at, words from notes where id {_AMONG}", (json.dumps(ids),))
    return {id_: Note(id=id_, at=moment(at), words=words) for id_, at, words in rows}


def _reviews(tx: Connection, ids: Sequence[str]) -> Mapping[str, What]:
    rows = tx.execute(
        """
        select r.*, p.name as product from json_each(?) asked
        join reviews r on r.source = substr(asked.value, 1, instr(asked.value, ':') - 1)
            and r.source_id = substr(asked.value, instr(asked.value, ':') + 1)
        left join products p on p.source = r.source and p.source_id = r.product_id
        """,
        (json.dumps(ids),),
    )
    return {
        f"{row['source']}:{row['source_id']}": Reviewed(
            review=catalog.review(row),
            product=row["product"] or "",
        )
        for row in rows
    }


def _operations(tx: Connection, ids: Iterable[int]) -> Mapping[int, What]:
    rows = plain(tx, f"select id, verb, words from operations where id {_AMONG}", (json.dumps(list(ids)),))
    return {id_: Joined(verb=verb, words=words) for id_, verb, words in rows}


_READ: Mapping[Kind, Callable[[Connection, Sequence[Any]], Mapping[Any, What]]] = {
    Kind.ORDER: orders.by_ids,
    Kind.REFUND: _refunds,
    Kind.SHIPPED: orders.by_ids,
    Kind.DELIVERED: orders.by_ids,
    Kind.MESSAGE: _messages,
    Kind.OUTBOX: _sent,
    Kind.ACTION: actions.by_ids,
    Kind.CONSENT: consents.by_ids,
    Kind.NOTE: _notes,
    Kind.PROMISED: promises.by_ids,
    Kind.PROMISE_OVER: promises.by_ids,
    Kind.COMPLAINT: complaints.by_ids,
    Kind.REVIEW: _reviews,
    Kind.IDENTITY: _operations,
}
