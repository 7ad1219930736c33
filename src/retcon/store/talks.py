"""Which conversations stand in the inbox, told lightly: who waits, whose answer is awaited, what is put off."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from retcon.frozen import dataclass
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds, words

# What is due in a conversation because it waits has the stretch of its waiting as its anchor.
_ANCHOR = "'thread:' || t.id || ':' || strftime('%Y-%m-%dT%H:%M:%SZ', t.waiting_since, 'unixepoch')"
_ABOUT = """
    t.id as thread_id, t.customer_id, t.waiting_since, t.answered_at, t.answered_elsewhere, t.last_at, c.zones,
    exists (select 1 from complaints k where k.customer_id = t.customer_id and k.closed_at is null
            and (k.thread_id is null or k.thread_id = t.id)) as unhappy,
    exists (select 1 from promises p where p.customer_id = t.customer_id and p.state = 'open' and p.due_at <= :now)
        as broken
"""
_NOTHING_DUE = "null as action_id, null as state, null as due_at, null as snoozed_until, null as wakes_on"
_DUE = "a.id as action_id, a.state, a.due_at, a.snoozed_until, a.wakes_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One conversation, with what is due or put off in it; `zones` are the customer's."""

    thread_id: int
    customer_id: int
    waiting_since: datetime | None
    answered_at: datetime | None
    answered_elsewhere: bool
    last_at: datetime
    zones: tuple[str, ...]
    unhappy: bool
    broken: bool  # a promise to them
    action_id: int | None = None
    state: ActionState | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
    until_answer: bool = False


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An answer that was approved: where it is, and until when it waits."""

    thread_id: int
    state: OutboxState
    not_before: datetime
    rehearsal: bool


def waiting(tx: Connection, now: datetime, since: datetime) -> list[Talk]:
    """The conversations that wait for an answer and in which something came in since the time, the longest first."""
    rows = tx.execute(
        f"""
        select {_ABOUT}, {_DUE} from threads t join customers c on c.id = t.customer_id
        left join actions a on a.thread_id = t.id and a.anchor = {_ANCHOR}
        where t.waiting_since is not null and coalesce(t.last_in_at, t.waiting_since) >= :since
        order by t.waiting_since, t.id, a.id
        """,
        {"now": seconds(now), "since": seconds(since)},
    )
    return _once(map(_talk, rows))


def count_old(tx: Connection, since: datetime) -> int:
    """How many wait in which nothing has come in since the time."""
    row = tx.execute(
        "select count(*) from threads where waiting_since is not null and coalesce(last_in_at, waiting_since) < ?",
        (seconds(since),),
    ).fetchone()
    return row[0]


def due(tx: Connection, now: datetime) -> list[Talk]:
    """The conversations in which something else is due or put off: promises, words that were kept, confirmations."""
    rows = tx.execute(
        f"""
        select {_ABOUT}, {_DUE} from actions a
        join threads t on t.id = a.thread_id join customers c on c.id = t.customer_id
        where a.state in ('due', 'snoozed') and a.moment = 'answer' and a.anchor not like 'thread:%'
          and a.due_at <= :now and a.expires_at > :now
        order by a.due_at, a.id
        """,
        {"now": seconds(now)},
    )
    return _once(map(_talk, rows))


def answered(tx: Connection, now: datetime, since: datetime, limit: int) -> list[Talk]:
    """The conversations in which the shop wrote last, since the time, and that nobody was done with then; latest first.

    Practice doesn't count.
    """
    rows = tx.execute(
        f"""
        select {_ABOUT}, {_NOTHING_DUE} from threads t join customers c on c.id = t.customer_id
        where t.waiting_since is null and t.answered_at >= :since and coalesce(t.closed_at, 0) <= t.answered_at
          and coalesce(t.last_in_at, 0) <= t.answered_at
        order by t.answered_at desc, t.id desc limit :limit
        """,
        {"now": seconds(now), "since": seconds(since), "limit": limit},
    )
    return [_talk(row) for row in rows]


def some(tx: Connection, now: datetime, thread_ids: Iterable[int]) -> list[Talk]:
    """These conversations, in that order, whatever is due in them."""
    rows = tx.execute(
        f"""
        select {_ABOUT}, {_NOTHING_DUE} from json_each(:ids) asked join threads t on t.id = asked.value
        join customers c on c.id = t.customer_id order by asked.key
        """,
        {"now": seconds(now), "ids": json.dumps(list(thread_ids))},
    )
    return [_talk(row) for row in rows]


def under_way(tx: Connection) -> dict[int, UnderWay]:
    """The answers that were approved and haven't left, and those that went to the shop's own address; by thread."""
    rows = tx.execute(
        """
        select thread_id, state, not_before, rehearsal from outbox
        where thread_id is not null and (
            state in ('queued', 'held', 'sending', 'uncertain', 'failed', 'stale')
            or rehearsal and state in ('sent', 'delivered', 'read')
        )
        order by id
        """
    )
    return {
        row["thread_id"]: UnderWay(
            row["thread_id"], OutboxState(row["state"]), moment(row["not_before"]), bool(row["rehearsal"])
        )
        for row in rows
    }


def _once(talks: Iterable[Talk]) -> list[Talk]:
    """Each conversation once, with the first of what is due in it."""
    found: dict[int, Talk] = {}
    for talk in talks:
        found.setdefault(talk.thread_id, talk)
    return list(found.values())


# Many live in the same ones.
_zones = lru_cache(maxsize=512)(words)


def _talk(row: Row) -> Talk:
    thread, customer, waiting, answered, elsewhere, last, zones, unhappy, broken, *due = row
    action, state, due_at, snoozed, wakes_on = due
    return Talk(
        thread_id=thread,
        customer_id=customer,
        waiting_since=instant(waiting),
        answered_at=instant(answered),
        answered_elsewhere=bool(elsewhere),
        last_at=moment(last),
        zones=_zones(zones),
        unhappy=bool(unhappy),
        broken=bool(broken),
        action_id=action,
        state=ActionState(state) if state else None,
        due_at=instant(due_at),
        snoozed_until=instant(snoozed),
        until_answer=wakes_on == "answer",
    )
