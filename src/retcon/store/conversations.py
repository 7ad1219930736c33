"""Threads and their messages: what was said between the shop and its customers, and who waits for an answer."""

import json
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from retcon.errors import Conflict
from retcon.model.conversations import Direction, Message, Sign, Thread
from retcon.model.situation import Contact
from retcon.store.database import Connection, Row
from retcon.store.values import files, instant, moment, seconds

_AMONG = "in (select value from json_each(?))"
_ALIVE = timedelta(days=30)
_LEFT = "('sent', 'delivered', 'read')"


def get(tx: Connection, thread_id: int) -> Thread:
    """The thread. Raises Conflict where there is none."""
    found = find(tx, thread_id)
    if found is None:
        raise Conflict(f"There is no conversation {thread_id}.", "Look at: retcon inbox")
    return found


def find(tx: Connection, thread_id: int) -> Thread | None:
    """The thread, None where there is none."""
    row = tx.execute("select * from threads where id = ?", (thread_id,)).fetchone()
    return None if row is None else _thread(row)


def of_customers(tx: Connection, ids: Iterable[int], now: datetime) -> dict[int, tuple[Thread, ...]]:
    """Each customer's threads that wait for an answer or were alive within thirty days, the longest waiting first."""
    rows = tx.execute(
        f"""
        select * from threads where customer_id {_AMONG} and (waiting_since is not null or last_at >= ?)
        order by waiting_since is null, waiting_since, last_at desc
        """,
        (json.dumps(list(ids)), seconds(now - _ALIVE)),
    )
    found: dict[int, list[Thread]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(_thread(row))
    return {id_: tuple(threads) for id_, threads in found.items()}


def all_of(tx: Connection, customer_id: int) -> tuple[Thread, ...]:
    """Every thread of the customer, the latest first."""
    rows = tx.execute("select * from threads where customer_id = ? order by last_at desc, id", (customer_id,))
    return tuple(_thread(row) for row in rows)


def waiting(tx: Connection, limit: int | None = None) -> tuple[Thread, ...]:
    """The threads that wait for an answer, the longest first."""
    rows = tx.execute(
        "select * from threads where waiting_since is not null order by waiting_since, id limit ?",
        (-1 if limit is None else limit,),
    )
    return tuple(_thread(row) for row in rows)


def messages(tx: Connection, thread_id: int, last: int | None = None) -> tuple[Message, ...]:
    """What was said in the thread, or its last so many messages, oldest first; ours that left among it, each once."""
    limit = -1 if last is None else last
    told = tx.execute(
        "select * from messages where thread_id = ? order by at desc, id desc limit ?", (thread_id, limit)
    ).fetchall()
    ours = tx.execute(
        f"""
        select * from outbox where thread_id = ? and state in {_LEFT} and not rehearsal
        order by sent_at desc, id desc limit ?
        """,
        (thread_id, limit),
    ).fetchall()
    found = sorted((*map(_message, told), *map(_of_outbox, ours)), key=lambda message: (message.at, message.id))
    return tuple(found if last is None else found[-last:])


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, Message]:
    """The messages of these ids, by id."""
    rows = tx.execute(f"select * from messages where id {_AMONG}", (json.dumps(list(ids)),))
    return {row["id"]: _message(row) for row in rows}


def stops_of(tx: Connection, ids: Iterable[int], since: datetime) -> dict[int, tuple[Message, ...]]:
    """By which messages each customer took a permission back since the time, oldest first."""
    return _by_customer(tx, ids, since, "m.sign = 'stop'")


def told_of(tx: Connection, ids: Iterable[int], since: datetime) -> dict[int, tuple[Message, ...]]:
    """What other programs wrote to each customer since the time, oldest first."""
    return _by_customer(tx, ids, since, "+m.direction = 'out' and not m.automatic")


def unasked_of(tx: Connection, ids: Iterable[int], since: datetime) -> dict[int, tuple[Contact, ...]]:
    """What other programs wrote to each customer since the time though they hadn't written since the shop last did."""
    rows = tx.execute(
        f"""
        select t.customer_id, m.at, t.medium from threads t join messages m on m.thread_id = t.id
        where t.customer_id {_AMONG} and m.at >= ? and +m.direction = 'out' and not m.automatic
        and not exists (
            select 1 from messages asked
            where asked.thread_id = m.thread_id and +asked.direction = 'in' and not asked.automatic and asked.at <= m.at
            and asked.at > coalesce((
                select max(at) from (
                    select at from messages before
                    where before.thread_id = m.thread_id and +before.direction = 'out' and not before.automatic
                      and (before.at, before.id) < (m.at, m.id)
                    union all
                    select sent_at from outbox
                    where thread_id = m.thread_id and state in {_LEFT} and not rehearsal and sent_at < m.at
                )), 0)
        )
        order by m.at
        """,
        (json.dumps(list(ids)), seconds(since)),
    )
    found: dict[int, tuple[Contact, ...]] = {}
    for row in rows:
        found[row[0]] = (*found.get(row[0], ()), Contact(at=moment(row[1]), on=row[2]))
    return found


def _by_customer(tx: Connection, ids: Iterable[int], since: datetime, which: str) -> dict[int, tuple[Message, ...]]:
    rows = tx.execute(
        f"""
        select m.*, t.customer_id from threads t join messages m on m.thread_id = t.id
        where t.customer_id {_AMONG} and m.at >= ? and {which} order by m.at, m.id
        """,
        (json.dumps(list(ids)), seconds(since)),
    )
    found: dict[int, list[Message]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(_message(row))
    return {id_: tuple(said) for id_, said in found.items()}


def recount(tx: Connection, thread_ids: Iterable[int]) -> None:
    """Work out anew since when each thread waits, how often was written since, and who answered last.

    When it began, its subject and the address that was written from last follow from its messages too. Automatic
    messages neither wait nor answer, a stop waits for no answer, what was closed waits only for what came later.
    An answer or a close counts for what was known by then: what was written before it and heard of after it waits. Of
    an answer from another program only the hour is known. Called whenever a message comes in or leaves.
    """
    wanted = json.dumps(list(thread_ids))
    tx.execute(
        f"""
        update threads set
            last_in_at = (select max(at) from messages where thread_id = threads.id and +direction = 'in'
                          and not automatic),
            heard_at = (select max(heard_at) from messages where thread_id = threads.id and +direction = 'in'
                        and not automatic),
            answered_at = (select max(at) from ({_ANSWERS})),
            answered_elsewhere = coalesce((select elsewhere from ({_ANSWERS}) order by at desc, elsewhere limit 1), 0),
            started_at = coalesce((select min(at) from messages where thread_id = threads.id), started_at),
            subject = coalesce((select subject from messages where thread_id = threads.id and subject <> ''
                                order by at, id limit 1), subject),
            address = coalesce((select address from messages where thread_id = threads.id and +direction = 'in'
                                and address <> '' and not automatic order by at desc, id desc limit 1), address)
        where id {_AMONG}
        """,
        (wanted,),
    )
    tx.execute(
        f"""
        update threads set
            last_at = max(coalesce(last_in_at, 0), coalesce(answered_at, 0), started_at),
            waiting_since = (select min(at) from messages where thread_id = threads.id and {_ASKS}),
            unanswered = (select count(*) from messages where thread_id = threads.id and {_ASKS})
        where id {_AMONG}
        """,
        (wanted,),
    )


# A plus keeps SQLite from reading all messages of a direction, or all rows of a state, instead of the thread's few.
_ANSWERS = f"""
    select at, 1 as elsewhere from messages
    where thread_id = threads.id and +direction = 'out' and not automatic
    union all
    select sent_at, 0 from outbox where thread_id = threads.id and +state in {_LEFT} and not rehearsal
"""
_CALLS = "+direction = 'in' and not automatic and sign <> 'stop'"
_ASKS = f"""
    {_CALLS}
    and heard_at > coalesce(threads.closed_at, 0)
    and at > coalesce((select max(at) from messages told where told.thread_id = threads.id
                       and +told.direction = 'out' and not told.automatic), 0)
    and heard_at > coalesce((select max(approved_at) from outbox
                             where thread_id = threads.id and +state in {_LEFT} and not rehearsal), 0)
"""


def flow(tx: Connection, thread_id: int) -> tuple[tuple[datetime, str | None], ...]:
    """What called for an answer, with its first words, and what ended that (None: an answer, a close), oldest first."""
    asked = tx.execute(
        f"select at, substr(body, 1, 500) from messages where thread_id = ? and {_CALLS} order by at, id", (thread_id,)
    )
    answers = _ANSWERS.replace("threads.id", ":id")
    ends = tx.execute(
        f"select at from ({answers}) union all select closed_at from threads where id = :id and closed_at is not null",
        {"id": thread_id},
    ).fetchall()
    told = [*((row[0], row[1]) for row in asked), *((row[0], None) for row in ends)]
    return tuple((moment(at), words) for at, words in sorted(told, key=lambda each: (each[0], each[1] is None)))


def search(tx: Connection, words: str) -> list[int]:
    """The threads in whose messages every word occurs, the one that was last alive first.

    Trigrams find three characters and more in any script; shorter words are looked for one message after the other.
    """
    found: set[int] | None = None
    for word in words.replace("\0", " ").split():
        matches = _matching(tx, word)
        found = matches if found is None else found & matches
    rows = tx.execute(
        f"select id from threads where id {_AMONG} order by last_at desc, id", (json.dumps(list(found or ())),)
    )
    return [row[0] for row in rows]


def _matching(tx: Connection, word: str) -> set[int]:
    if len(word) >= 3:
        quoted = word.replace('"', '""')
        which, asked = "s.words match ?", f'"{quoted}"'
    else:
        like = re.sub(r"([\\%_])", r"\\\1", word)
        which, asked = r"s.words like ? escape '\'", f"%{like}%"
    rows = tx.execute(
        f"select m.thread_id from message_search s join messages m on m.id = s.rowid where {which}",
        (asked,),
    )
    return {row[0] for row in rows}


def close(tx: Connection, thread_id: int, now: datetime) -> None:
    """The operator is done with it: it waits no longer, until something new comes."""
    tx.execute("update threads set closed_at = ? where id = ?", (seconds(now), thread_id))
    recount(tx, [thread_id])


def restore(tx: Connection, thread_id: int, closed_at: int | None) -> None:
    """Put back what an operation had noted of it."""
    tx.execute("update threads set closed_at = ? where id = ?", (closed_at, thread_id))
    recount(tx, [thread_id])


def _thread(row: Row) -> Thread:
    return Thread(
        id=row["id"],
        customer_id=row["customer_id"],
        source=row["source"],
        name=row["name"],
        medium=row["medium"],
        address=row["address"],
        subject=row["subject"],
        started_at=moment(row["started_at"]),
        last_at=moment(row["last_at"]),
        last_in_at=instant(row["last_in_at"]),
        heard_at=instant(row["heard_at"]),
        waiting_since=instant(row["waiting_since"]),
        unanswered=row["unanswered"],
        answered_at=instant(row["answered_at"]),
        answered_elsewhere=bool(row["answered_elsewhere"]),
        closed_at=instant(row["closed_at"]),
    )


def _message(row: Row) -> Message:
    return Message(
        id=row["id"],
        thread_id=row["thread_id"],
        direction=Direction(row["direction"]),
        at=moment(row["at"]),
        subject=row["subject"],
        body=row["body"],
        quoted=row["quoted"],
        language=row["language"],
        automatic=bool(row["automatic"]),
        sign=Sign(row["sign"]),
        files=files(row["files"]),
        source_id=row["source_id"],
    )


def _of_outbox(row: Row) -> Message:
    return Message(
        id=0,
        thread_id=row["thread_id"],
        direction=Direction.OUT,
        at=moment(row["sent_at"]),
        subject=row["subject"],
        body=row["body"],
        language=row["language"],
        files=files(row["files"]),
        source_id=row["external_id"],
        outbox_id=row["id"],
    )
