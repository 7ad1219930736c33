"""Writing what was said: messages, the threads that they stand in, and by what each thread is recognised.

A thread is known by its keys (the source's name of it, the ids of its messages and of those that they answer) and by
the topics of its messages. What a new message connects becomes one thread, so the order of arrival doesn't matter.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from retcon.frozen import dataclass
from retcon.model.conversations import Direction, File, Sign
from retcon.store.database import Connection
from retcon.store.values import moment, packed_files, seconds

_AMONG = "in (select value from json_each(?))"


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that is kept, and whose it is."""

    id: int
    thread_id: int
    customer_id: int
    subject: str
    body: str
    direction: Direction
    at: datetime
    address: str


def kept(tx: Connection, source: str, source_ids: Iterable[str]) -> dict[str, Kept]:
    """The source's messages that are kept already, by its ids."""
    rows = tx.execute(
        f"""
        select m.source_id, m.id, m.thread_id, t.customer_id, m.subject, m.body, m.direction, m.at, m.address
        from messages m join threads t on t.id = m.thread_id where m.source = ? and m.source_id {_AMONG}
        """,
        (source, json.dumps(list(source_ids))),
    )
    return {
        row[0]: Kept(row[1], row[2], row[3], row[4], row[5], Direction(row[6]), moment(row[7]), row[8]) for row in rows
    }


def by_keys(tx: Connection, keys: Iterable[str]) -> dict[int, int]:
    """The threads that have any of the keys, with whose they are, the oldest first."""
    rows = tx.execute(
        f"""
        select distinct t.id, t.customer_id from thread_keys k join threads t on t.id = k.thread_id
        where k.key {_AMONG} order by t.id
        """,
        (json.dumps(list(keys)),),
    )
    return {row[0]: row[1] for row in rows}


def by_topic(
    tx: Connection, customer_id: int, medium: str, address: str, topic: str, at: datetime, within: timedelta
) -> set[int]:
    """The customer's threads in which that address and topic came up within so much time of `at`."""
    rows = tx.execute(
        """
        select distinct m.thread_id from messages m join threads t on t.id = m.thread_id
        where m.topic = ? and m.address = ? and m.at between ? and ? and t.customer_id = ? and t.medium = ?
        """,
        (topic, address, seconds(at - within), seconds(at + within), customer_id, medium),
    )
    return {row[0] for row in rows}


def begin(tx: Connection, *, customer_id: int, source: str, name: str, medium: str, address: str, at: datetime) -> int:
    """A new thread; its id. Where the source has another of that name (another person's), the name gets a number."""
    taken = tx.execute("select 1 from threads where source = ? and name = ?", (source, name)).fetchone()
    if taken:
        name = f"{name} {tx.execute('select max(id) + 1 from threads').fetchone()[0]}"
    made = tx.execute(
        """
        insert into threads (customer_id, source, name, medium, address, started_at, last_at)
        values (?, ?, ?, ?, ?, ?, ?) returning id
        """,
        (customer_id, source, name, medium, address, seconds(at), seconds(at)),
    )
    return made.fetchone()[0]


def recognise(tx: Connection, thread_id: int, keys: Iterable[str]) -> None:
    """The thread is known by these keys too."""
    tx.executemany(
        "insert or ignore into thread_keys (key, thread_id) values (?, ?)", ((key, thread_id) for key in keys)
    )


def join(tx: Connection, thread_ids: Iterable[int]) -> int:
    """Make one thread of these, the oldest of them; its id. What belongs to the others belongs to it then."""
    first, *others = sorted(thread_ids)
    for other in others:
        tx.execute(
            """
            update threads set closed_at = nullif(max(coalesce(closed_at, 0), coalesce(
                (select closed_at from threads where id = ?), 0)), 0) where id = ?
            """,
            (other, first),
        )
        for table in ("messages", "promises", "complaints", "actions", "outbox"):
            tx.execute(f"update {table} set thread_id = ? where thread_id = ?", (first, other))
        tx.execute("update or ignore thread_keys set thread_id = ? where thread_id = ?", (first, other))
        tx.execute("delete from thread_keys where thread_id = ?", (other,))
        tx.execute("delete from threads where id = ?", (other,))
    return first


def add(
    tx: Connection,
    *,
    thread_id: int,
    source: str,
    source_id: str,
    direction: Direction,
    at: datetime,
    heard_at: datetime,
    subject: str,
    body: str,
    quoted: str,
    language: str,
    automatic: bool,
    sign: Sign,
    files: tuple[File, ...],
    address: str,
    topic: str | None,
    searched: str,
) -> int:
    """Keep a message and return its id.

    `heard_at` is when it came to be known, `topic` by what it is threaded where the source names no thread, `searched`
    what search finds it by.
    """
    made = tx.execute(
        """
        insert into messages (thread_id, source, source_id, direction, at, heard_at, subject, body, quoted, language,
            automatic, sign, files, address, topic)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id
        """,
        (
            thread_id,
            source,
            source_id,
            direction,
            seconds(at),
            seconds(heard_at),
            subject,
            body,
            quoted,
            language,
            automatic,
            sign,
            packed_files(files),
            address,
            topic,
        ),
    ).fetchone()[0]
    tx.execute("insert into message_search (rowid, words) values (?, ?)", (made, searched))
    return made


def rewrite(
    tx: Connection,
    message_id: int,
    *,
    heard_at: datetime,
    subject: str,
    body: str,
    language: str,
    sign: Sign,
    searched: str,
) -> None:
    """The message was changed by whoever wrote it, and what it says now came to be known at that time."""
    tx.execute(
        "update messages set heard_at = ?, subject = ?, body = ?, language = ?, sign = ? where id = ?",
        (seconds(heard_at), subject, body, language, sign, message_id),
    )
    tx.execute("insert or replace into message_search (rowid, words) values (?, ?)", (message_id, searched))


def look_again(tx: Connection, thread_id: int) -> None:
    """What is due in the thread may be on a screen without what has just come: approving it asks for another look."""
    tx.execute(
        "update actions set revision = revision + 1 where thread_id = ? and state in ('due', 'snoozed')", (thread_id,)
    )


def close_until(tx: Connection, thread_id: int, at: datetime) -> None:
    """What was said up to that time waits for no answer."""
    tx.execute("update threads set closed_at = max(coalesce(closed_at, 0), ?) where id = ?", (seconds(at), thread_id))


def link(tx: Connection, thread_id: int, outbox_ids: Iterable[int]) -> None:
    """These messages of ours were answered in the thread; those that stand in one already stay there."""
    tx.execute(
        f"update outbox set thread_id = ? where thread_id is null and id {_AMONG}",
        (thread_id, json.dumps(list(outbox_ids))),
    )
