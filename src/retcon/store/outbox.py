"""What leaves: the frozen messages, the one way in which they move, and the log of every move.

A row's key is the same for every attempt that may have arrived. The key changes in one event alone, `approve_anew`,
and that is refused to a row of which an attempt may have left.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from retcon.errors import Conflict
from retcon.frozen import dataclass
from retcon.model.conversations import File
from retcon.model.outbox import LEFT, OutboxRow, OutboxState
from retcon.model.people import Purpose
from retcon.model.situation import Contact
from retcon.store import actions, conversations, installation, promises, touched
from retcon.store.database import Connection, Row
from retcon.store.transitions import CLEARS_ERROR, MAY_SET, TRANSITIONS, Event
from retcon.store.values import files, instant, moment, packed_files, seconds

_S, _E = OutboxState, Event
_IN_CLAIMING_ORDER = "not_before <= :now order by purpose <> 'service', not_before, id"


class IllegalMove(Conflict):
    """The row is in no state in which that can happen to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One move of a row."""

    at: datetime
    event: str
    before: str
    after: str
    detail: str


def add(
    tx: Connection,
    *,
    customer_id: int,
    channel: str,
    purpose: Purpose,
    recipient: str,
    subject: str,
    body: str,
    language: str,
    approved_at: datetime,
    not_before: datetime,
    expires_at: datetime | None = None,
    action_id: int | None = None,
    revision: int = 1,
    rehearsal: bool = False,
    waits_reason: str = "",
    key: str | None = None,
    detail: str = "",
    thread_id: int | None = None,
    reply_to: str = "",
    attached: tuple[File, ...] = (),
    chosen_at: datetime | None = None,
) -> OutboxRow:
    """Freeze a message into a new row that waits. Raises Conflict where its key is there already."""
    assert action_id is not None or key is not None
    key = key or key_of(tx, action_id or 0, revision)
    if tx.execute("select 1 from outbox where key = ?", (key,)).fetchone():
        raise Conflict("This message was approved already.", "Look at: retcon outbox")
    made = tx.execute(
        """
        insert into outbox (action_id, revision, customer_id, channel, purpose, recipient, subject, body, language,
            state, rehearsal, key, not_before, expires_at, waits_reason, approved_at, thread_id, reply_to, files,
            chosen_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            action_id,
            revision,
            customer_id,
            channel,
            purpose,
            recipient,
            subject,
            body,
            language,
            rehearsal,
            key,
            seconds(not_before),
            seconds(expires_at),
            waits_reason,
            seconds(approved_at),
            thread_id,
            reply_to,
            packed_files(attached),
            seconds(chosen_at),
        ),
    )
    assert made.lastrowid is not None
    _log(tx, made.lastrowid, approved_at, "approved", "", _S.QUEUED, detail)
    return get(tx, made.lastrowid)


def key_of(tx: Connection, action_id: int, revision: int) -> str:
    """The key of an action's revision, the same each time."""
    return installation.key(tx, f"{action_id}.{revision}")


def move(tx: Connection, row_id: int, event: Event | str, now: datetime, *, detail: str = "", **what: Any) -> OutboxRow:
    """Do what the table says of the event, write `what` into the row and a line into the log; the row as it is then.

    Raises IllegalMove where the table has no such move.
    """
    event = Event(event)
    before = get(tx, row_id)
    after = TRANSITIONS.get((before.state, event))
    if after is None:
        raise IllegalMove(
            f"Message {row_id} is “{before.state}”, so it can't be moved by “{event}”.", "Look at: retcon outbox"
        )
    if event is _E.APPROVE_ANEW and may_have_left(tx, row_id):
        raise IllegalMove(f"Message {row_id} may have left, so its key stays.", "Send it again under the same one.")
    refused = what.keys() - MAY_SET.get(event, frozenset())
    if refused:
        raise ValueError(f"{event} never changes {', '.join(sorted(refused))}")
    columns: dict[str, Any] = {"state": after}
    if after is not _S.QUEUED:
        columns["waits_reason"] = ""
    if event in CLEARS_ERROR:
        columns |= {"error_code": "", "error_text": "", "address_gone": 0}
    if event is _E.CLAIM:
        columns["attempts"] = before.attempts + 1
    columns |= {name: seconds(value) if isinstance(value, datetime) else value for name, value in what.items()}
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    tx.execute(f"update outbox set {assignments} where id = :id", {**columns, "id": row_id})
    _log(tx, row_id, now, event, before.state, after, detail or _told(what))
    if after in LEFT and before.action_id is not None and not before.rehearsal:
        actions.finish(tx, before.action_id, now)
        promises.keep_by(tx, before.action_id, now)
    if before.thread_id is not None and (after in LEFT) != (before.state in LEFT):
        conversations.recount(tx, [before.thread_id])
        touched.add(tx, [before.customer_id])  # who was answered has other things due
    return get(tx, row_id)


def _told(what: dict[str, Any]) -> str:
    return str(what.get("error_text") or what.get("waits_reason") or what.get("external_id") or what.get("owner") or "")


def _log(tx: Connection, row_id: int, at: datetime, event: str, before: str, after: str, detail: str) -> None:
    tx.execute(
        "insert into outbox_log (outbox_id, at, event, before, after, detail) values (?, ?, ?, ?, ?, ?)",
        (row_id, seconds(at), event, before, after, detail),
    )


def claim(tx: Connection, row_id: int, owner: str, now: datetime) -> OutboxRow:
    """Take the row for one attempt of this owner. Commit before a byte leaves."""
    return move(tx, row_id, Event.CLAIM, now, owner=owner)


def result(
    tx: Connection, claimed: OutboxRow, owner: str, event: Event, now: datetime, *, detail: str = "", **what: Any
) -> bool:
    """Write what became of a claimed attempt, where the row is still that attempt of that owner.

    Else it is fenced: kept in the log as evidence, False; evidence that it arrived settles a row which left open
    whether it had.
    """
    mine = tx.execute(
        "select 1 from outbox where id = ? and state = 'sending' and owner = ? and attempts = ?",
        (claimed.id, owner, claimed.attempts),
    ).fetchone()
    if mine:
        move(tx, claimed.id, event, now, detail=detail, **what)
        return True
    state = get(tx, claimed.id).state
    told = f"attempt {claimed.attempts}: {detail or _told(what)}"
    _log(tx, claimed.id, now, f"fenced_{event}", state, state, told)
    if event is Event.SENT and (state, Event.ARRIVED) in TRANSITIONS:
        move(tx, claimed.id, Event.ARRIVED, now, detail="a late answer", **what)
    return False


def receipt(
    tx: Connection,
    key: str,
    event: Event,
    now: datetime,
    *,
    at: datetime,
    external_id: str = "",
    error_code: str = "",
    error_text: str = "",
    address_gone: bool = False,
) -> OutboxRow | None:
    """Take a word from outside on the message of that key: arrived, delivered, read or bounced at a time.

    Words may come late, twice and out of order; what fits no state is kept in the log. None where no row has the key.
    """
    found = tx.execute("select id from outbox where key = ?", (key,)).fetchone()
    if found is None:
        return None
    row = get(tx, found[0])
    if (row.state, _E.ARRIVED) in TRANSITIONS and not _bounced(tx, row.id):
        row = move(tx, row.id, _E.ARRIVED, now, sent_at=at, external_id=external_id, detail="evidence")
    if event is _E.ARRIVED:
        return row
    if (row.state, event) not in TRANSITIONS or (row.state is _S.READ and row.delivered_at is not None):
        _log(tx, row.id, now, f"evidence_{event}", row.state, row.state, error_text)
        return row
    if event is _E.BOUNCED:
        return move(
            tx, row.id, event, now, error_code=error_code, error_text=error_text, address_gone=int(address_gone)
        )
    heard: dict[str, Any] = {f"{event}_at": at}
    return move(tx, row.id, event, now, **heard)


def note(tx: Connection, row_id: int, now: datetime, event: str, detail: str) -> None:
    """Keep in the log what was heard of a row and moves it nowhere."""
    state = get(tx, row_id).state
    _log(tx, row_id, now, event, state, state, detail)


def _bounced(tx: Connection, row_id: int) -> bool:
    return (
        tx.execute("select 1 from outbox_log where outbox_id = ? and event = 'bounced'", (row_id,)).fetchone()
        is not None
    )


def may_have_left(tx: Connection, row_id: int) -> bool:
    """Whether an attempt of the row may have arrived, as far as was ever known; then its key never changes."""
    found = tx.execute(
        "select 1 from outbox_log where outbox_id = ? and (after in ('uncertain', 'sent') or event = 'copied')",
        (row_id,),
    )
    return found.fetchone() is not None


def failures(tx: Connection, row_id: int) -> int:
    """How many attempts did not leave since the row was approved or the operator tried it again."""
    counted = tx.execute(
        """
        select count(*) from outbox_log where outbox_id = :id and event = 'not_left'
        and id > (select max(id) from outbox_log where outbox_id = :id
                  and event in ('approved', 'again', 'approve_anew', 'retry'))
        """,
        {"id": row_id},
    )
    return counted.fetchone()[0]


def copied(tx: Connection, now: datetime, reason: str) -> int:
    """Have the operator confirm all that waits, because the file is a copy; returns how many rows that are."""
    waiting = [row[0] for row in tx.execute("select id from outbox where state in ('queued', 'held', 'sending')")]
    for row_id in waiting:
        move(tx, row_id, Event.COPIED, now, error_text=reason)
    return len(waiting)


# ---- reading ------------------------------------------------------------------------------------------------


def get(tx: Connection, row_id: int) -> OutboxRow:
    """The row. Raises Conflict where there is none."""
    row = tx.execute("select * from outbox where id = ?", (row_id,)).fetchone()
    if row is None:
        raise Conflict(f"There is no message {row_id}.", "Look at: retcon outbox")
    return _row(row)


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, OutboxRow]:
    """The rows of these ids, by id."""
    rows = tx.execute("select * from outbox where id in (select value from json_each(?))", (json.dumps(list(ids)),))
    return {row["id"]: _row(row) for row in rows}


def by_keys(tx: Connection, keys: Iterable[str]) -> dict[str, OutboxRow]:
    """The rows that have these keys."""
    rows = tx.execute("select * from outbox where key in (select value from json_each(?))", (json.dumps(list(keys)),))
    return {row["key"]: _row(row) for row in rows}


def sent_about(tx: Connection, customer_id: int, at: datetime, within: timedelta) -> tuple[OutboxRow, ...]:
    """The customer's rows that left, or perhaps did, so near that time; practice apart."""
    rows = tx.execute(
        """
        select * from outbox where customer_id = :customer and not rehearsal
        and state in ('sending', 'uncertain', 'sent', 'delivered', 'read')
        and coalesce(sent_at, (select max(at) from outbox_log where outbox_id = outbox.id and event = 'claim'))
            between :at - :within and :at + :within
        """,
        {"customer": customer_id, "at": seconds(at), "within": int(within.total_seconds())},
    )
    return tuple(_row(row) for row in rows)


def listing(tx: Connection, state: OutboxState | str | None = None, limit: int | None = None) -> tuple[OutboxRow, ...]:
    """The rows, in one state or in all: what needs the operator first, then what waits, then the rest, newest first."""
    rows = tx.execute(
        """
        select * from outbox where :state is null or state = :state
        order by case when state in ('uncertain', 'stale') then 0 when state = 'failed' then 1
                      when state in ('held', 'queued', 'sending') then 2 else 3 end, id desc limit :limit
        """,
        {"state": state, "limit": -1 if limit is None else limit},
    )
    return tuple(_row(row) for row in rows)


def of_customer(tx: Connection, customer_id: int) -> tuple[OutboxRow, ...]:
    """The customer's messages, newest first."""
    rows = tx.execute("select * from outbox where customer_id = ? order by id desc", (customer_id,))
    return tuple(_row(row) for row in rows)


def next_due(
    tx: Connection, now: datetime, *, besides: Collection[int] = (), besides_channels: Collection[str] = ()
) -> OutboxRow | None:
    """The row that is next to leave: service before the rest, the longest due first; apart from some."""
    row = tx.execute(
        f"select * from outbox where {_WAITING} and {_IN_CLAIMING_ORDER} limit 1",
        {"now": seconds(now), "besides": json.dumps(list(besides)), "channels": json.dumps(list(besides_channels))},
    ).fetchone()
    return None if row is None else _row(row)


_WAITING = """
    state = 'queued' and id not in (select value from json_each(:besides))
    and channel not in (select value from json_each(:channels))
"""


def next_time(
    tx: Connection,
    *,
    besides: Collection[int] = (),
    besides_channels: Collection[str] = (),
    after: datetime | None = None,
) -> datetime | None:
    """When the next waiting row may leave at the earliest, apart from some; of those after a time alone, if given."""
    row = tx.execute(
        f"select min(not_before) from outbox where {_WAITING} and not_before > coalesce(:after, not_before - 1)",
        {
            "besides": json.dumps(list(besides)),
            "channels": json.dumps(list(besides_channels)),
            "after": seconds(after),
        },
    ).fetchone()
    return instant(row[0])


def overdue(tx: Connection, now: datetime) -> int:
    """How many waiting rows might have left by now."""
    row = tx.execute("select count(*) from outbox where state = 'queued' and not_before <= ?", (seconds(now),))
    return row.fetchone()[0]


def counts(tx: Connection) -> dict[str, int]:
    """How many rows are in each state that has any."""
    return {row[0]: row[1] for row in tx.execute("select state, count(*) from outbox group by state")}


def written(
    tx: Connection, customer_ids: Iterable[int], since: datetime, *, besides: int | None = None
) -> dict[int, tuple[Contact, ...]]:
    """What left or will leave to each customer since the time; answers, practice and the row `besides` apart."""
    rows = tx.execute(
        """
        select o.customer_id, coalesce(o.sent_at, max(o.not_before, o.approved_at)) as at, o.channel, o.purpose
        from outbox o join actions a on a.id = o.action_id
        where o.customer_id in (select value from json_each(:customers)) and a.moment <> 'answer' and not o.rehearsal
          and o.state not in ('failed', 'withdrawn', 'stale') and o.id is not :besides
          and (o.state in ('queued', 'held', 'sending') or coalesce(o.sent_at, o.approved_at) >= :since)
        order by at
        """,
        {"customers": json.dumps(list(customer_ids)), "since": seconds(since), "besides": besides},
    )
    found: dict[int, tuple[Contact, ...]] = {}
    for row in rows:
        sent = Contact(at=moment(row[1]), on=row[2], advertising=row[3] != Purpose.SERVICE)
        found[row[0]] = (*found.get(row[0], ()), sent)
    return found


def dead_addresses(tx: Connection, customer_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The addresses of each customer that a channel said don't exist, in small letters.

    One from which they have written since does exist.
    """
    rows = tx.execute(
        """
        select customer_id, recipient from outbox
        where address_gone and not rehearsal and customer_id in (select value from json_each(?))
          and not exists (
              select 1 from threads t join messages m on m.thread_id = t.id
              where t.customer_id = outbox.customer_id and m.direction = 'in' and m.address = lower(outbox.recipient)
                and m.at >= coalesce(outbox.sent_at, outbox.approved_at)
          )
        """,
        (json.dumps(list(customer_ids)),),
    )
    found: dict[int, frozenset[str]] = {}
    for row in rows:
        found[row[0]] = found.get(row[0], frozenset()) | {row[1].casefold()}
    return found


def history(tx: Connection, row_id: int) -> tuple[LogLine, ...]:
    """The row's moves, oldest first."""
    rows = tx.execute("select * from outbox_log where outbox_id = ? order by id", (row_id,))
    return tuple(
        LogLine(
            at=moment(row["at"]),
            event=row["event"],
            before=row["before"],
            after=row["after"],
            detail=row["detail"],
        )
        for row in rows
    )


def _row(row: Row) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        action_id=row["action_id"],
        revision=row["revision"],
        customer_id=row["customer_id"],
        channel=row["channel"],
        purpose=Purpose(row["purpose"]),
        recipient=row["recipient"],
        subject=row["subject"],
        body=row["body"],
        language=row["language"],
        state=OutboxState(row["state"]),
        rehearsal=bool(row["rehearsal"]),
        key=row["key"],
        attempts=row["attempts"],
        not_before=moment(row["not_before"]),
        expires_at=instant(row["expires_at"]),
        waits_reason=row["waits_reason"],
        approved_at=moment(row["approved_at"]),
        sent_at=instant(row["sent_at"]),
        delivered_at=instant(row["delivered_at"]),
        read_at=instant(row["read_at"]),
        external_id=row["external_id"],
        error_code=row["error_code"],
        error_text=row["error_text"],
        thread_id=row["thread_id"],
        reply_to=row["reply_to"],
        files=files(row["files"]),
        chosen_at=instant(row["chosen_at"]),
    )
