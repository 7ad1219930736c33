"""The inbox: conversations in which somebody waits for the operator, for them, or for a day; and any that is found.

Each is a row of its own, with the answer that is due or could be written below what was said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from retcon.desk import person, situations, today
from retcon.desk.house import House
from retcon.desk.today import Board, Item, Line, header_in
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.outbox import NEEDS_OPERATOR
from retcon.model.playbook import Action, ActionState, Moment
from retcon.model.situation import Situation
from retcon.retention import answering
from retcon.store import actions, conversations, talks
from retcon.store.database import Connection
from retcon.store.talks import Talk, UnderWay

YOURS, THEIRS, LATER, FOUND = "WAITS FOR YOU", "WAITS FOR THEM", "LATER", "FOUND"
_MONTH, _FORTNIGHT = 30 * DAY, 14 * DAY
# More than this isn't a day's work: the rest comes up as these are done.
MOST = 200
_THEIRS, _FOUND = 100, 30
# Of a conversation so much is read; a person's card has all of it.
_SAID = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation(Line):
    """A row of the inbox; its one item is what is due in it, else a message that nobody has written yet (id 0).

    `since` is when they began to wait, or were answered. `answer` is one that was approved and is on its way,
    `until` the day for which it is put off.
    """

    thread_id: int
    since: datetime
    answer: UnderWay | None = None
    elsewhere: bool = False  # the shop answered last, in another program
    until: datetime | None = None
    until_answer: bool = False  # it is put off until they write, if that is first


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox(Board):
    """The conversations. The counts are of all of them, `lines` has the first."""

    yours: int
    theirs: int
    later: int
    old: int  # that wait as well, and in which nothing has come in for a month


@dataclass(frozen=True, slots=True)
class _Row:
    """A conversation in its group, before it is read."""

    heading: str
    talk: Talk
    answer: UnderWay | None = None


def load(house: House, most: int = MOST) -> Inbox:
    """Who waits for the operator: the unhappy and those with a broken promise first, then who is awake, then longest.

    Then those whose answer is awaited, the latest first, and what is put off, the soonest first; at most so many.
    """
    now, version = house.now(), house.database.data_version()
    with house.database.read() as tx:
        rows = list(_rows(tx, now))
        count = [row.heading for row in rows].count
        shown = rows[: min(most, MOST)]
        return Inbox(
            header=header_in(house, tx, now),
            lines=tuple(_lines(house, tx, shown, now)),
            version=version,
            unread=min(len(rows), MOST) - len(shown),
            yours=count(YOURS),
            theirs=count(THEIRS),
            later=count(LATER),
            old=talks.count_old(tx, now - _MONTH),
        )


def search(house: House, words: str, besides: Iterable[int] = ()) -> tuple[Conversation, ...]:
    """The conversations in which every word was said, those last alive first, apart from some; at most thirty."""
    now, known = house.now(), frozenset(besides)
    with house.database.read() as tx:
        found = [id_ for id_ in conversations.search(tx, words) if id_ not in known][:_FOUND]
        return tuple(_lines(house, tx, [_Row(FOUND, talk) for talk in talks.some(tx, now, found)], now))


# ---- in which group it stands -------------------------------------------------------------------------------


def _rows(tx: Connection, now: datetime) -> Iterator[_Row]:
    """Every conversation of the inbox, in its order."""
    under_way = talks.under_way(tx)
    waits = talks.waiting(tx, now, now - _MONTH)
    known = {talk.thread_id for talk in waits}
    due = [talk for talk in talks.due(tx, now) if talk.thread_id not in known]
    known |= {talk.thread_id for talk in due}
    rows = [_row(talk, under_way.get(talk.thread_id), now) for talk in (*waits, *due)]
    yield from sorted((row for row in rows if row.heading == YOURS), key=lambda row: _urgency(row.talk, now))
    yield from (row for row in rows if row.heading == THEIRS)
    for talk in talks.answered(tx, now, now - _FORTNIGHT, _THEIRS):
        if talk.thread_id not in known:
            yield _Row(THEIRS, talk, under_way.get(talk.thread_id))
    yield from sorted((row for row in rows if row.heading == LATER), key=lambda row: row.talk.snoozed_until or now)


def _row(talk: Talk, answer: UnderWay | None, now: datetime) -> _Row:
    if talk.state is ActionState.SNOOZED and talk.snoozed_until is not None and talk.snoozed_until > now:
        return _Row(LATER, talk)
    if talk.state is ActionState.APPROVED and answer is not None and answer.state not in NEEDS_OPERATOR:
        return _Row(THEIRS, talk, answer)
    return _Row(YOURS, talk, answer)


def _urgency(talk: Talk, now: datetime) -> tuple[bool, bool, datetime]:
    calm = not talk.unhappy and not talk.broken
    return calm, answering.daytime(talk.zones, now) is False, talk.waiting_since or talk.due_at or talk.last_at


# ---- with all that is shown of it ---------------------------------------------------------------------------


def _lines(house: House, tx: Connection, rows: Sequence[_Row], now: datetime) -> Iterator[Conversation]:
    known = situations.load(tx, sorted({row.talk.customer_id for row in rows}), now)
    due = actions.by_ids(tx, [row.talk.action_id for row in rows if row.talk.action_id is not None])
    for row in rows:
        if (situation := known.get(row.talk.customer_id)) is not None:
            yield _line(row, _item(house, tx, row.talk, situation, due, now))


def _item(
    house: House, tx: Connection, talk: Talk, situation: Situation, due: Mapping[int, Action], now: datetime
) -> Item:
    """What is due in the conversation, else an answer that nobody has written."""
    action = due.get(talk.action_id or 0)
    if action is None or action.state not in (ActionState.DUE, ActionState.SNOOZED):
        return person.letter_in(house, tx, situation, now, talk.thread_id, said=_SAID)
    return today.item(house, tx, action, situation, now, said=_SAID)


def _line(row: _Row, item: Item) -> Conversation:
    talk = row.talk
    return Conversation(
        key=f"thread:{talk.thread_id}",
        moment=Moment.ANSWER,
        title=item.action.title,
        items=(item,),
        stake_minor=item.action.stake_minor,
        heading=row.heading,
        thread_id=talk.thread_id,
        since=talk.waiting_since or (talk.due_at if row.heading == YOURS else None) or talk.answered_at or talk.last_at,
        answer=row.answer,
        elsewhere=talk.answered_elsewhere,
        until=talk.snoozed_until if row.heading == LATER else None,
        until_answer=talk.until_answer,
    )
