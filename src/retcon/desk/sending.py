"""Sending: pull where the data are old, ask the gate, claim one row, hand it to its channel, write what became of it.

One sender at a time, by a lease. A claim is committed before a byte leaves, so after a crash every row is either
waiting, gone, or known to be open; who holds the lease settles what a dead sender left behind.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from retcon import text
from retcon.channels import policy
from retcon.channels.channel import Channel
from retcon.desk import gate, outgoing
from retcon.desk.house import House, kind_class
from retcon.desk.interruptions import uninterrupted
from retcon.desk.outbox import JudgeRow, on_hold, test_address
from retcon.errors import ChannelError, ChannelTrouble, NotLeft, Refused, RetconError
from retcon.frozen import dataclass
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxRow, OutboxState, Receipt
from retcon.model.policy import Answer
from retcon.store import channel_states, leases, outbox, touched
from retcon.store.database import Connection
from retcon.store.transitions import Event
from retcon.sync import permissions

LEASE = "sender"
# A lease outlasts a send by this much; a claim older than half of it is not sent any more.
_MARGIN = 30.0
_ATTEMPTS = 5
_BACK_OFF = timedelta(seconds=30)  # four times as long after every attempt
_LATER = timedelta(minutes=15)  # where a verdict doesn't say when it lifts
_OLD = timedelta(minutes=10)

Progress = Callable[[str, int, int | None], None]  # what, done, total


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one run of the sender brought. `waiting` and `held` count what is there at its end, the rest what it did."""

    sent: int
    delivered_to_test: int
    waiting: int
    failed: int
    uncertain: int
    stale: int
    held: int
    on_hold: bool  # everything
    seconds: float
    rows: tuple[OutboxRow, ...]  # those it sent or moved, as they are at its end; in a dry run those that would leave
    trouble: tuple[str, ...]  # of channels that failed and sources that could not be pulled
    elsewhere: str  # another sender is awake and has the work
    kept_back: int  # rows that wait because what is known of the shop is old
    needs_you: bool  # the run brought something that needs the operator
    dry_run: bool


@dataclass(slots=True)
class _Run:
    """What a run knows as it goes on."""

    house: House
    judge: JudgeRow
    owner: str
    token: int
    length: float  # of the lease, seconds
    claimed_at: datetime
    changed: dict[int, None] = field(default_factory=dict[int, None])
    passed_over: set[int] = field(default_factory=set[int])  # judged, and not to leave in this run
    channels: dict[str, Channel] = field(default_factory=dict[str, Channel])
    troubled: set[str] = field(default_factory=set[str])  # channels that this run leaves alone from now on
    trouble: list[str] = field(default_factory=list[str])
    anyway: bool = False  # the operator said: on what was last known of the shop
    kept_back: int = 0  # rows that wait because that is old
    needs_you: bool = False


def send(
    house: House,
    *,
    until_empty: bool = False,
    dry_run: bool = False,
    pull: bool = True,
    anyway: bool = False,
    besides: Collection[str] = (),
    progress: Progress | None = None,
    judge: JudgeRow = gate.judge_row,
) -> SendReport:
    """Let leave what may leave now, service before the rest.

    `until_empty` goes on until nothing can leave within the undo window; `dry_run` judges and changes nothing;
    `anyway` sends on what was last known of the shop, however old that is; channels in `besides` are left alone.
    """
    began = house.now()
    if dry_run:
        return _dry(house, judge, began)
    trouble = _pull_if_old(house, progress) if pull else []
    seconds = (kind_class("channels", plugin.kind).seconds for plugin in house.settings.channels)
    length = max(seconds, default=0.0) + _MARGIN
    owner = leases.this_process()
    token = house.database.write(lambda tx: leases.take(tx, LEASE, owner, house.now(), length))
    if token is None:
        return _report(house, began, elsewhere="Another sender is awake and does the work.", trouble=trouble)
    run = _Run(house, judge, f"{token} {owner}", token, length, began, trouble=trouble, anyway=anyway)
    run.troubled.update(besides)
    try:
        _recover(run)
        _drain(run, until_empty, progress)
    finally:
        house.database.write(lambda tx: leases.release(tx, LEASE, token))
    return _report(
        house, began, tuple(run.changed), trouble=run.trouble, kept_back=run.kept_back, needs_you=run.needs_you
    )


def sender(house: House) -> leases.Held | None:
    """Who sends at the moment; None where nobody does."""
    with house.database.read() as tx:
        return leases.holder(tx, LEASE, house.now())


def _pull_if_old(house: House, progress: Progress | None) -> list[str]:
    """Pull before push, where the data are older than ten minutes; returns what went wrong, in sentences.

    How old data hold messages back is the gate's to say.
    """
    if not house.settings.sources:
        return []
    from retcon.desk import refresh

    at = refresh.synced_at(house)
    if at is not None and house.now() - at <= _OLD:
        return []
    return [f"{said.source}: {said.error}" for said in refresh.pull(house, progress=progress) if not said.ok]


# ---- one after the other ------------------------------------------------------------------------------------


def _recover(run: _Run) -> None:
    """Settle what an earlier sender left in hand: ask the channel, else the operator has to look.

    The lease was free, so whoever claimed these rows is dead or has lost the right to send them.
    """
    with run.house.database.read() as tx:
        orphans = outbox.listing(tx, OutboxState.SENDING)
    for row in orphans:
        try:
            receipt = _channel(run, row.channel).lookup(row.key)
        except RetconError:
            receipt = None
        run.house.database.write(lambda tx, row=row, receipt=receipt: _settle(tx, row, receipt, run.house.now()))
        run.changed[row.id] = None


def _settle(tx: Connection, row: OutboxRow, receipt: Receipt | None, now: datetime) -> None:
    if outbox.get(tx, row.id).state is not OutboxState.SENDING:
        return  # evidence came meanwhile
    if receipt is None:
        outbox.move(tx, row.id, Event.LOST, now, error_text=_STOPPED)
    else:
        outbox.move(tx, row.id, Event.ARRIVED, now, sent_at=receipt.at, external_id=receipt.external_id)


_STOPPED = "Perhaps sent: retcon was stopped while it left, and the channel can't be asked."


class _Next(Enum):
    """What a claim found where it found no row to send."""

    JUDGED = "a row was judged and doesn't leave; there may be more"
    NOTHING = "nothing may leave now"
    OVER = "everything is on hold, or another sender has taken the lease"


def _drain(run: _Run, until_empty: bool, progress: Progress | None) -> None:
    done = 0
    while True:
        with uninterrupted():
            found = run.house.database.write(lambda tx: _claim(run, tx))
            if isinstance(found, OutboxRow):
                _send_one(run, found)
        if isinstance(found, OutboxRow):
            done += 1
            if progress is not None:
                progress("messages", done, None)
        elif found is _Next.OVER or (found is _Next.NOTHING and not (until_empty and _wait(run))):
            return


def _claim(run: _Run, tx: Connection) -> OutboxRow | _Next:
    """Judge the row that is next, and take it where the gate says yes; one transaction."""
    house, now = run.house, run.house.now()
    if on_hold(tx) or not leases.renew(tx, LEASE, run.token, now, run.length):
        return _Next.OVER
    row = outbox.next_due(tx, now, besides=run.passed_over, besides_channels=_quiet(run, tx, now))
    if row is None:
        return _Next.NOTHING
    if row.rehearsal and test_address(house, row) is None:
        run.passed_over.add(row.id)
        return _Next.JUDGED
    verdicts = [said for said in run.judge(house, tx, row, now) if not (run.anyway and said.rule == gate.AGE)]
    answer, until = policy.answer(verdicts)
    reason = next((said.reason for said in verdicts if said.answer is answer), "")
    if answer is Answer.YES:
        try:
            _channel(run, row.channel)
        except RetconError as error:
            _suffers(run, tx, row.channel, error)
            return _Next.JUDGED
        run.claimed_at = now
        return outbox.claim(tx, row.id, run.owner, now)
    if answer is Answer.NO:
        outbox.move(tx, row.id, Event.NO, now, error_text=reason)
        run.changed[row.id] = None
    else:
        run.passed_over.add(row.id)
        old = until is None and any(said.rule == gate.AGE for said in verdicts)
        run.kept_back += old
        if not old or row.waits_reason != reason:
            later = row.not_before if old else until or now + _LATER
            outbox.move(tx, row.id, Event.LATER, now, not_before=later, waits_reason=reason)
    return _Next.JUDGED


def _channel(run: _Run, name: str) -> Channel:
    if name not in run.channels:
        run.channels[name] = run.house.channel(name)
    return run.channels[name]


def _quiet(run: _Run, tx: Connection, now: datetime) -> set[str]:
    """Channels that are left alone now: those that failed in this run, and those whose trouble ends at a time ahead."""
    resting = {name for name, had in channel_states.every(tx).items() if had.until is not None and had.until > now}
    return run.troubled | resting


def _suffers(run: _Run, tx: Connection, name: str, error: RetconError) -> None:
    """The channel cannot send: write it down, and leave it alone for the rest of the run."""
    retry_at = error.retry_at if isinstance(error, ChannelTrouble) else None
    channel_states.suffers(tx, name, text.sentence(error.title), retry_at, run.house.now())
    run.troubled.add(name)
    run.trouble.append(str(error))
    run.needs_you = run.needs_you or retry_at is None


def _wait(run: _Run) -> bool:
    """Sleep until the next row may leave, if that is within the undo window; False where none is."""
    house = run.house
    now = house.now()
    with house.database.read() as tx:
        due = outbox.next_time(tx, besides=run.passed_over, besides_channels=_quiet(run, tx, now))
    if due is None or due > now + timedelta(seconds=house.settings.policy.undo_seconds):
        return False
    # Piece by piece, so that the lease is kept and a hold is heard.
    house.sleep(min(max((due - now).total_seconds(), 0.05), _MARGIN / 3))
    return house.now() > now


# ---- one message --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of an attempt, what is written with it, the channel's own trouble, and whether it was shut on us."""

    event: Event
    what: dict[str, Any] = field(default_factory=dict[str, Any])
    trouble: RetconError | None = None
    blocked: bool = False


def _send_one(run: _Run, row: OutboxRow) -> None:
    house = run.house
    run.changed[row.id] = None
    try:
        outcome = _attempt(run, row)
    except BaseException:
        house.database.write(lambda tx: _write(run, tx, row, _Outcome(Event.LOST, {"error_text": _STOPPED})))
        raise
    house.database.write(lambda tx: _write(run, tx, row, outcome))


def _write(run: _Run, tx: Connection, row: OutboxRow, outcome: _Outcome) -> None:
    now = run.house.now()
    detail = text.keep(outcome.trouble.title, 500) if outcome.trouble else ""
    outbox.result(tx, row, run.owner, outcome.event, now, detail=detail, **outcome.what)
    if outcome.blocked and not row.rehearsal:
        medium = run.house.media.get(row.channel, row.channel)
        permissions.block(tx, row.customer_id, medium, row.recipient, now, True, source=row.channel)
        touched.add(tx, [row.customer_id])
    if outcome.trouble is not None:
        _suffers(run, tx, row.channel, outcome.trouble)
    elif outcome.event in (Event.SENT, Event.REFUSED):
        channel_states.well(tx, row.channel)


def _attempt(run: _Run, row: OutboxRow) -> _Outcome:
    """Hand the row to its channel and say what became of it."""
    house = run.house
    try:
        message = outgoing.build(house, row)
        if house.now() - run.claimed_at > timedelta(seconds=_MARGIN / 2):
            raise NotLeft("The machine slept before it left.")  # the lease may be over before the send is
        receipt = _channel(run, row.channel).send(message)
    except NotLeft as error:
        return _not_left(house, row, error)
    except Refused as error:
        what = _told(error) | {"address_gone": int(error.address_gone)}
        return _Outcome(Event.REFUSED, what, blocked=error.blocked)
    except ChannelTrouble as error:
        return _Outcome(Event.TROUBLE, trouble=error)
    except ChannelError as error:
        return _Outcome(Event.LOST, {"error_text": text.sentence(error.title)})
    except RetconError as error:
        return _Outcome(Event.TROUBLE, trouble=error)
    except Exception:
        logging.getLogger("retcon.sending").exception("channel %s broke over message %s", row.channel, row.id)
        return _Outcome(Event.LOST, {"error_text": "Perhaps sent: the channel broke; see the log."})
    return _Outcome(Event.SENT, {"sent_at": receipt.at, "external_id": receipt.external_id})


def _not_left(house: House, row: OutboxRow, error: NotLeft) -> _Outcome:
    """It is tried again after a while, four times as long each time; the fifth time it has failed."""
    with house.database.read() as tx:
        tried = outbox.failures(tx, row.id) + 1
    if tried >= _ATTEMPTS:
        told = _told(error)
        return _Outcome(Event.REFUSED, told | {"error_text": f"Tried {tried} times. {told['error_text']}"})
    again = house.now() + _BACK_OFF * 4 ** (tried - 1)
    if error.retry_at is not None:
        again = max(again, error.retry_at)
    what = _told(error)
    return _Outcome(Event.NOT_LEFT, what | {"not_before": again, "waits_reason": what["error_text"]})


def _told(error: ChannelError) -> dict[str, Any]:
    return {"error_code": error.code, "error_text": text.sentence(error.title)}


# ---- telling ------------------------------------------------------------------------------------------------


def _dry(house: House, judge: JudgeRow, began: datetime) -> SendReport:
    """Which rows would leave now."""
    with house.database.read() as tx:
        due: list[int] = []
        passed: set[int] = set()
        while not on_hold(tx) and (row := outbox.next_due(tx, began, besides=passed)) is not None:
            passed.add(row.id)
            if policy.answer(judge(house, tx, row, began))[0] is Answer.YES:
                due.append(row.id)
    return _report(house, began, due, dry_run=True)


def _report(
    house: House,
    began: datetime,
    changed: Sequence[int] = (),
    *,
    trouble: Sequence[str] = (),
    elsewhere: str = "",
    kept_back: int = 0,
    needs_you: bool = False,
    dry_run: bool = False,
) -> SendReport:
    with house.database.read() as tx:
        asks = bool(kept_back) and gate.asks(house, tx, house.now())
        rows = tuple(outbox.get(tx, row_id) for row_id in changed)
        counts = outbox.counts(tx)
        held = on_hold(tx)
    states = Counter(row.state for row in rows)
    left = [row for row in rows if row.state in LEFT]
    brought = sum(states[state] for state in NEEDS_OPERATOR)
    return SendReport(
        sent=sum(not row.rehearsal for row in left),
        delivered_to_test=sum(row.rehearsal for row in left),
        waiting=counts.get(OutboxState.QUEUED, 0),
        failed=states[OutboxState.FAILED],
        uncertain=states[OutboxState.UNCERTAIN],
        stale=states[OutboxState.STALE],
        held=counts.get(OutboxState.HELD, 0),
        on_hold=held,
        seconds=(house.now() - began).total_seconds(),
        rows=rows,
        trouble=tuple(trouble),
        elsewhere=elsewhere,
        kept_back=kept_back,
        needs_you=not dry_run and bool(brought or needs_you or asks),
        dry_run=dry_run,
    )
