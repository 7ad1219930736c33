"""The outbox as a working list: what needs a decision, what waits and why, what failed, what has left; and its log."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from retcon import localtime, text
from retcon.desk import gate
from retcon.desk import outbox as desk_outbox
from retcon.desk.house import House
from retcon.desk.outbox import Waits
from retcon.desk.today import Board, Line, header_in
from retcon.frozen import dataclass
from retcon.model.outbox import LEFT, OutboxRow, OutboxState
from retcon.model.people import Customer
from retcon.model.playbook import Moment
from retcon.model.policy import Verdict
from retcon.store import channel_states, leaving, outbox, people
from retcon.store.channel_states import Trouble
from retcon.store.database import Connection
from retcon.store.leaving import Cause
from retcon.store.outbox import LogLine
from retcon.store.transitions import Event

DECIDE, WAITS, FAILED, SENT = "DECIDE", "WAITS", "FAILED", "SENT"
# What left earlier is the command's to list; what waits beyond this comes up as the rest leaves.
MOST_SENT = 200
_MOST = 1000
_E = Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving(Line):
    """A message of the outbox. `moment` is what it was due for, `title` what it is, `needs` what became of it or why
    it waits.
    """

    waits: Waits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox(Board):
    """What leaves. `stopped`: the channels that can't send, each with its reason and how many wait for it."""

    left_today: int
    older: bool  # more has left than is listed
    stopped: tuple[tuple[str, int], ...] = ()
    yours: tuple[str, ...] = ()  # where practice messages go; empty where nowhere


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of a message's log: when, and what happened, outside text in it as it came."""

    at: datetime
    words: str
    times: int = 1  # how often the same was said in a row


def load(house: House) -> Outbox:
    """What leaves: decisions, what waits in the order of sending, what failed, and what left last, newest first."""
    now, version = house.now(), house.database.data_version()
    with house.database.read() as tx:
        header = header_in(house, tx, now)
        sent = leaving.left(tx, MOST_SENT + 1)
        groups = (
            (DECIDE, leaving.needs_you(tx, (OutboxState.UNCERTAIN, OutboxState.STALE), _MOST)),
            (WAITS, leaving.waiting(tx, now, _MOST)),
            (FAILED, leaving.needs_you(tx, (OutboxState.FAILED,), _MOST)),
            (SENT, sent[:MOST_SENT]),
        )
        troubles = channel_states.every(tx)
        waiting = leaving.count_waiting(tx) if troubles else {}
        return Outbox(
            header=header,
            lines=tuple(_lines(house, tx, groups, header.held, troubles)),
            version=version,
            left_today=leaving.count_left(tx, _midnight(house, now)),
            older=len(sent) > MOST_SENT,
            stopped=tuple((had.reason, waiting.get(name, 0)) for name, had in troubles.items() if waiting.get(name)),
            yours=house.settings.policy.test_addresses,
        )


def _lines(
    house: House,
    tx: Connection,
    groups: Sequence[tuple[str, list[int]]],
    held: bool,
    troubles: Mapping[str, Trouble],
) -> Iterator[Leaving]:
    rows = outbox.by_ids(tx, [id_ for _, ids in groups for id_ in ids])
    customers = people.get(tx, sorted({row.customer_id for row in rows.values()}))
    causes = leaving.causes(tx, [row.action_id for row in rows.values() if row.action_id is not None])
    for heading, ids in groups:
        for row in (rows[id_] for id_ in ids):
            waits = desk_outbox.waits(house, row, held, troubles.get(row.channel))
            yield _line(heading, row, customers.get(row.customer_id), causes.get(row.action_id or 0), waits)


def _line(heading: str, row: OutboxRow, customer: Customer | None, cause: Cause | None, waits: Waits | None) -> Leaving:
    return Leaving(
        key=f"outbox:{row.id}",
        moment=cause.moment if cause is not None else Moment.DECIDE,
        title=cause.title if cause is not None else "a message",
        outbox=row,
        customer=customer,
        needs=desk_outbox.happened(row) or (waits.reason if waits is not None else ""),
        stake_minor=cause.stake_minor if cause is not None else 0,
        heading=heading,
        waits=waits,
    )


def _midnight(house: House, now: datetime) -> datetime:
    zone = house.settings.shop.timezone
    return localtime.start_of_day(localtime.local(now, zone).date(), zone)


def judged(house: House, row_id: int) -> tuple[Verdict, ...]:
    """What the rules say of the message now; nothing where it has left or is leaving."""
    now = house.now()
    with house.database.read() as tx:
        row = outbox.get(tx, row_id)
        if row.state in LEFT or row.state is OutboxState.SENDING:
            return ()
        return gate.judge_row(house, tx, row, now)


# ---- what has happened to it --------------------------------------------------------------------------------


def log(house: House, row_id: int) -> tuple[Moved, ...]:
    """Everything that happened to the message in words, oldest first; what was only said again is counted."""
    with house.database.read() as tx:
        lines = outbox.history(tx, row_id)
    told: list[Moved] = []
    for line in lines:
        words = _words(line)
        again = bool(told) and told[-1].words == words
        told[-1:] = [Moved(line.at, words, told[-1].times + 1)] if again else [*told[-1:], Moved(line.at, words)]
    return tuple(told)


_SAID: dict[str, str] = {
    "approved": "You approved it.",
    _E.CLAIM: "Handed to the channel.",
    _E.LATER: "Waits.",
    _E.MOVE: "You chose another hour.",
    _E.NO: "Did not leave.",
    _E.HOLD: "You hold it.",
    _E.RELEASE: "You let it go.",
    _E.WITHDRAW: "Taken back.",
    _E.SENT: "Left: the channel took it.",
    _E.NOT_LEFT: "Did not leave; it is tried again.",
    _E.TROUBLE: "Did not leave: the channel can't send.",
    _E.REFUSED: "The channel refuses it.",
    _E.LOST: "Perhaps sent.",
    _E.ARRIVED: "It has left, as is known now.",
    _E.AGAIN: "You let it leave again.",
    _E.APPROVE_ANEW: "You approved it as it is.",
    _E.RETRY: "You try it again.",
    _E.COPIED: "This database is a copy, so it waits for your word.",
    _E.PERSON_CHANGED: "Whom it goes to has changed.",
    _E.DELIVERED: "Arrived.",
    _E.READ: "Read.",
    _E.BOUNCED: "Came back.",
    _E.BACK_TO_WAITING: "Waits again: you took that back.",
    _E.BACK_TO_UNCERTAIN: "Not settled after all: you took that back.",
    _E.BACK_TO_FAILED: "Failed as before: you took that back.",
    _E.BACK_TO_STALE: "Changed since, as before: you took that back.",
    "evidence_delayed": "Its mail server is still trying.",
}
# What is written beside these tells the operator something; beside others it is how retcon keeps its books.
_TELLING = frozenset(
    (
        _E.LATER,
        _E.NO,
        _E.NOT_LEFT,
        _E.TROUBLE,
        _E.REFUSED,
        _E.LOST,
        _E.COPIED,
        _E.PERSON_CHANGED,
        _E.BOUNCED,
        "evidence_delayed",
    )
)
_OWN = re.compile(r"operation \d+( taken back)?$")


def _words(line: LogLine) -> str:
    said = _SAID.get(line.event, "")
    late = line.event.partition("_")[2]
    if said == "" and line.event.startswith("fenced_"):
        said = f"A late answer of an earlier attempt: {_lower(_SAID.get(late, 'something happened.'))}"
    elif said == "" and line.event.startswith("evidence_"):
        said = f"Heard once more: {_lower(_SAID.get(late, 'something happened.'))}"
    elif line.event == _E.ARRIVED and _OWN.match(line.detail):
        said = "You said that it arrived."
    elif line.event == _E.WITHDRAW and line.detail == "went live":
        said = "Taken back: practice is over."
    elif line.event == _E.RELEASE and line.detail.endswith("taken back"):
        said = "You let it go: the hold was taken back."
    if line.event in _TELLING and line.detail and not _OWN.match(line.detail):
        return text.sentence(line.detail if line.event == _E.LOST else f"{said.rstrip('.')}: {line.detail}")
    return said or "Something happened that this retcon has no words for."


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]
