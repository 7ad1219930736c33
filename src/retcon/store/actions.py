"""What is due, one row under each rule, customer and occasion; recomputing never repeats what was decided."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from retcon.errors import Conflict
from retcon.model.people import Purpose
from retcon.model.playbook import Action, ActionState, Draft, Moment, Rule
from retcon.model.standing import Stage
from retcon.store.database import Connection, Row
from retcon.store.values import files, instant, moment, packed, packed_files, seconds, words

# A rule's id and the occasion: what an action of a customer is known by.
Key = tuple[str, str]

_OPEN = "('due', 'snoozed')"
# What is open, in its order, found without reading a message: SQLite alone would take the index by state and sort.
BY_STAKE = "actions indexed by actions_open"
# Due, or put off until a time that is over; not before its day and not too late.
DUE = f"""
    state in {_OPEN} and (state = 'due' or snoozed_until <= :now) and due_at <= :now and expires_at > :now
"""


def upsert(
    tx: Connection,
    *,
    rule: Rule,
    customer_id: int,
    anchor: str,
    draft: Draft,
    due_at: datetime,
    expires_at: datetime,
    stake_minor: int,
    reason: str,
    thread_id: int | None = None,
    urgency: int = 0,
) -> int:
    """Write what is due under (rule, customer, anchor) and return its id; what was decided stays as it is.

    A draft that has changed raises the revision. Where the operator has edited the text, the text stays and only
    the address follows; where nobody but the operator writes it, their whole draft stays.
    """
    found = tx.execute(
        "select * from actions where rule = ? and customer_id = ? and anchor = ?", (rule.id, customer_id, anchor)
    ).fetchone()
    columns: dict[str, Any] = {
        "moment": rule.moment,
        "purpose": rule.purpose,
        "stage": rule.stage,
        "title": rule.title,
        "personal": rule.personal,
        "due_at": seconds(due_at),
        "expires_at": seconds(expires_at),
        "stake_minor": stake_minor,
        "reason": reason,
        "thread_id": thread_id,
        "urgency": urgency,
    }
    if found is None:
        columns |= _columns(draft) | {"rule": rule.id, "customer_id": customer_id, "anchor": anchor, "state": "due"}
        names = ", ".join(columns)
        values = ", ".join(f":{name}" for name in columns)
        made = tx.execute(f"insert into actions ({names}) values ({values})", columns)
        assert made.lastrowid is not None
        return made.lastrowid
    before = _action(found)
    if before.state not in (ActionState.DUE, ActionState.SNOOZED, ActionState.EXPIRED):
        return before.id
    if before.edited and not draft.body:
        draft = before.draft
    elif before.edited and draft.channel == before.draft.channel:
        draft = _with_text_of(before.draft, draft)
    columns |= _columns(draft)
    if before.state is ActionState.EXPIRED:
        columns["state"] = ActionState.DUE
    if before.edited and draft.channel != before.draft.channel:
        columns["edited"] = False
    changed = {name: value for name, value in columns.items() if found[name] != value}
    if changed.keys() & {"purpose", "channel", "recipient", "language", "subject", "body", "files"}:
        changed["revision"] = before.revision + 1
    _set(tx, before.id, changed)
    return before.id


def _with_text_of(edited: Draft, fresh: Draft) -> Draft:
    return Draft(
        channel=fresh.channel,
        recipient=fresh.recipient,
        language=edited.language,
        subject=edited.subject,
        body=edited.body,
        operator_subject=edited.operator_subject,
        operator_body=edited.operator_body,
        notes=edited.notes,
        files=edited.files,
    )


def is_open(tx: Connection, rule: str, customer_id: int, anchor: str, *, once: bool = False) -> bool:
    """Whether nothing was decided on it yet: it is due, put off, too late, or was never due.

    `once` is for what is due once for a person: of who was made of several, a decision for either counts.
    """
    decided = tx.execute(
        """
        select 1 from actions
        where rule = :rule and customer_id = :customer and state in ('approved', 'done', 'skipped')
          and (anchor = :anchor or :once and exists (select 1 from customers where merged_into = :customer))
        """,
        {"rule": rule, "customer": customer_id, "anchor": anchor, "once": once},
    )
    return decided.fetchone() is None


def drop(tx: Connection, id_: int) -> None:
    """It no longer holds."""
    _set(tx, id_, {"state": ActionState.EXPIRED, "snoozed_until": None})


def close(tx: Connection, id_: int, words: str, at: datetime) -> None:
    """It was done without this action: how, in a sentence, and when."""
    _set(tx, id_, {"state": ActionState.DONE, "snoozed_until": None, "reason": words, "decided_at": seconds(at)})


def expire(tx: Connection, now: datetime) -> int:
    """What is too late is no longer due; returns how many that were."""
    return tx.execute(
        f"update actions set state = 'expired', snoozed_until = null where state in {_OPEN} and expires_at <= ?",
        (seconds(now),),
    ).rowcount


# ---- deciding -----------------------------------------------------------------------------------------------


def approve(tx: Connection, id_: int, now: datetime) -> None:
    """Its message is in the outbox."""
    _set(tx, id_, {"state": ActionState.APPROVED, "snoozed_until": None, "decided_at": seconds(now)})


def skip(tx: Connection, id_: int, why: str, now: datetime) -> None:
    """The operator dropped it."""
    _set(
        tx,
        id_,
        {"state": ActionState.SKIPPED, "snoozed_until": None, "skip_reason": why, "decided_at": seconds(now)},
    )


def snooze(tx: Connection, id_: int, until: datetime, *, until_answer: bool = False) -> None:
    """The operator put it off, until then or until the person writes."""
    wakes_on = "answer" if until_answer else ""
    _set(tx, id_, {"state": ActionState.SNOOZED, "snoozed_until": seconds(until), "wakes_on": wakes_on})


def wake(tx: Connection, customer_id: int) -> None:
    """The person has written: what was put off until then is due."""
    tx.execute(
        """
        update actions set state = 'due', snoozed_until = null, wakes_on = ''
        where customer_id = ? and state = 'snoozed' and wakes_on = 'answer'
        """,
        (customer_id,),
    )


def edit(tx: Connection, id_: int, draft: Draft) -> None:
    """The operator wrote the text anew: another revision."""
    _set(tx, id_, {**_columns(draft), "edited": True})
    raise_revision(tx, id_)


def finish(tx: Connection, id_: int, now: datetime) -> None:
    """Its message has left: done, where it was approved."""
    tx.execute(
        "update actions set state = 'done', decided_at = coalesce(decided_at, ?) where id = ? and state = 'approved'",
        (seconds(now), id_),
    )


def reopen(tx: Connection, id_: int) -> None:
    """Its message was dropped, and what it answers is still there: due again, with its words."""
    _set(tx, id_, {"state": ActionState.DUE, "decided_at": None})
    raise_revision(tx, id_)


def restore(tx: Connection, id_: int, before: dict[str, Any]) -> None:
    """Put back what an operation had noted of it."""
    _set(tx, id_, before)


def raise_revision(tx: Connection, id_: int) -> int:
    """Another revision, which the action's messages now have to be of; returns it."""
    row = tx.execute("update actions set revision = revision + 1 where id = ? returning revision", (id_,)).fetchone()
    return row[0]


def _set(tx: Connection, id_: int, columns: dict[str, Any]) -> None:
    if columns:
        assignments = ", ".join(f"{name} = :{name}" for name in columns)
        tx.execute(f"update actions set {assignments} where id = :id", {**columns, "id": id_})


# ---- reading ------------------------------------------------------------------------------------------------


def find(tx: Connection, id_: int) -> Action | None:
    """The action, None where there is none of that id."""
    row = tx.execute("select * from actions where id = ?", (id_,)).fetchone()
    return None if row is None else _action(row)


def get(tx: Connection, id_: int) -> Action:
    """The action. Raises Conflict where there is none."""
    action = find(tx, id_)
    if action is None:
        raise Conflict(f"There is no action {id_}.", "What is due: retcon today")
    return action


def by_ids(tx: Connection, ids: Iterable[int]) -> dict[int, Action]:
    """The actions of these ids, by id."""
    rows = tx.execute("select * from actions where id in (select value from json_each(?))", (json.dumps(list(ids)),))
    return {row["id"]: _action(row) for row in rows}


def decided_at(tx: Connection, id_: int) -> datetime | None:
    """When the operator approved or skipped it."""
    row = tx.execute("select decided_at from actions where id = ?", (id_,)).fetchone()
    return None if row is None else instant(row[0])


def due(tx: Connection, now: datetime, limit: int | None = None) -> tuple[Action, ...]:
    """What is due, with what was put off until a time that is over: service first, then by what is at stake."""
    rows = tx.execute(
        f"select * from {BY_STAKE} where {DUE} order by purpose <> 'service', stake_minor desc, id limit :limit",
        {"now": seconds(now), "limit": -1 if limit is None else limit},
    )
    return tuple(_action(row) for row in rows)


def due_of(tx: Connection, customer_id: int, now: datetime) -> tuple[Action, ...]:
    """What is due for this customer."""
    rows = tx.execute(
        # The customer's few by their index, which of them are due after that.
        f"""
        select * from (select * from actions where customer_id = :customer limit -1) where {DUE}
        order by purpose <> 'service', id
        """,
        {"customer": customer_id, "now": seconds(now)},
    )
    return tuple(_action(row) for row in rows)


def count_due(tx: Connection, now: datetime) -> tuple[int, int]:
    """How many actions are due, and what is at stake with them in minor units."""
    row = tx.execute(
        f"select count(*), coalesce(sum(stake_minor), 0) from {BY_STAKE} where {DUE}", {"now": seconds(now)}
    ).fetchone()
    return row[0], row[1]


def upcoming(tx: Connection, now: datetime, limit: int = 100) -> tuple[Action, ...]:
    """What will be due at a time ahead or is put off until one, the next first."""
    rows = tx.execute(
        f"""
        select * from {BY_STAKE}
        where state in {_OPEN} and max(due_at, coalesce(snoozed_until, 0)) > :now
          and expires_at > max(due_at, coalesce(snoozed_until, 0))
        order by max(due_at, coalesce(snoozed_until, 0)), id limit :limit
        """,
        {"now": seconds(now), "limit": limit},
    )
    return tuple(_action(row) for row in rows)


def count_snoozed(tx: Connection, now: datetime) -> int:
    """How many actions are put off until a time ahead."""
    row = tx.execute(
        "select count(*) from actions where state = 'snoozed' and snoozed_until > :now and expires_at > :now",
        {"now": seconds(now)},
    ).fetchone()
    return row[0]


def count_decided(tx: Connection, since: datetime) -> int:
    """How many actions were approved or skipped since the time."""
    row = tx.execute(
        "select count(*) from actions where decided_at >= ? and state in ('approved', 'done', 'skipped')",
        (seconds(since),),
    ).fetchone()
    return row[0]


def count_closed(tx: Connection, since: datetime) -> int:
    """How many actions were done since the time without a message of theirs or a word of the operator's."""
    row = tx.execute(
        """
        select count(*) from actions where decided_at >= ? and state = 'done'
        and not exists (select 1 from outbox where action_id = actions.id)
        and not exists (select 1 from operation_changes c join operations o on o.id = c.operation_id
                        where c.family = 'actions' and c.reference = actions.id and o.undone_at is null)
        """,
        (seconds(since),),
    )
    return row.fetchone()[0]


def open_of(tx: Connection, ids: Iterable[int]) -> dict[int, dict[Key, int]]:
    """What is due for each of the customers or put off, also what will be: the id by key."""
    # A plus keeps SQLite from reading all that is open instead of the customers' few.
    rows = tx.execute(
        f"""
        select customer_id, rule, anchor, id from actions
        where customer_id in (select value from json_each(?)) and +state in {_OPEN} order by id desc
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, dict[Key, int]] = {}
    for customer_id, rule, anchor, id_ in rows:
        found.setdefault(customer_id, {})[rule, anchor] = id_
    return found


def begun_of(tx: Connection, ids: Iterable[int]) -> dict[int, set[Key]]:
    """What the operator has begun to work on of what is open: edited, or put off."""
    rows = tx.execute(
        f"""
        select customer_id, rule, anchor from actions
        where customer_id in (select value from json_each(?)) and +state in {_OPEN} and (edited or state = 'snoozed')
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, set[Key]] = {}
    for customer_id, rule, anchor in rows:
        found.setdefault(customer_id, set()).add((rule, anchor))
    return found


def count_open(tx: Connection, rules: Iterable[str]) -> dict[str, int]:
    """How much of each of these rules is due or put off, or will be."""
    rows = tx.execute(
        f"""
        select rule, count(*) from {BY_STAKE}
        where state in {_OPEN} and rule in (select value from json_each(?)) group by rule
        """,
        (json.dumps(list(rules)),),
    )
    return {row[0]: row[1] for row in rows}


def last_decided(tx: Connection, ids: Iterable[int]) -> dict[int, dict[str, datetime]]:
    """When something of each rule was last approved, done or skipped, by customer."""
    rows = tx.execute(
        """
        select customer_id, rule, max(decided_at) from actions
        where customer_id in (select value from json_each(?)) and +state in ('approved', 'done', 'skipped')
          and decided_at is not null
        group by customer_id, rule
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, dict[str, datetime]] = {}
    for customer_id, rule, at in rows:
        found.setdefault(customer_id, {})[rule] = moment(at)
    return found


def chosen_channels(tx: Connection, ids: Iterable[int]) -> dict[tuple[int, Key], str]:
    """By which channel the operator wants to write what is due for these customers, by customer and key."""
    rows = tx.execute(
        f"""
        select customer_id, rule, anchor, channel from actions
        where customer_id in (select value from json_each(?)) and edited and +state in {_OPEN}
        """,
        (json.dumps(list(ids)),),
    )
    return {(row[0], (row[1], row[2])): row[3] for row in rows}


def customers_with_due(tx: Connection) -> list[int]:
    """Who has an open action."""
    return [row[0] for row in tx.execute(f"select distinct customer_id from actions where state in {_OPEN}")]


def of_customer(tx: Connection, customer_id: int) -> tuple[Action, ...]:
    """The customer's actions, newest first."""
    rows = tx.execute("select * from actions where customer_id = ? order by id desc", (customer_id,))
    return tuple(_action(row) for row in rows)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "channel": draft.channel,
        "recipient": draft.recipient,
        "language": draft.language,
        "subject": draft.subject,
        "body": draft.body,
        "operator_subject": draft.operator_subject,
        "operator_body": draft.operator_body,
        "notes": packed(draft.notes),
        "files": packed_files(draft.files),
    }


def _action(row: Row) -> Action:
    return Action(
        id=row["id"],
        revision=row["revision"],
        rule=row["rule"],
        anchor=row["anchor"],
        moment=Moment(row["moment"]),
        purpose=Purpose(row["purpose"]),
        stage=Stage(row["stage"]),
        title=row["title"],
        customer_id=row["customer_id"],
        draft=Draft(
            channel=row["channel"],
            recipient=row["recipient"],
            language=row["language"],
            subject=row["subject"],
            body=row["body"],
            operator_subject=row["operator_subject"],
            operator_body=row["operator_body"],
            notes=words(row["notes"]),
            files=files(row["files"]),
        ),
        due_at=moment(row["due_at"]),
        expires_at=moment(row["expires_at"]),
        state=ActionState(row["state"]),
        stake_minor=row["stake_minor"],
        reason=row["reason"],
        personal=bool(row["personal"]),
        snoozed_until=instant(row["snoozed_until"]),
        until_answer=row["wakes_on"] == "answer",
        skip_reason=row["skip_reason"],
        edited=bool(row["edited"]),
        thread_id=row["thread_id"],
        urgency=row["urgency"],
    )
