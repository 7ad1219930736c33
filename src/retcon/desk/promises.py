"""What was promised to whom: marked, kept, dropped; phrases with a date in our own messages are offered."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from retcon import library, localtime, text
from retcon.desk import planning, situations
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.conversations import Promise, PromiseState
from retcon.model.playbook import ActionState
from retcon.retention import answering, daywords, promising
from retcon.store import actions, conversations, operations, people, promises, waiting
from retcon.store.database import Connection

_RECENT = timedelta(days=14)
_OFFERED_AT_MOST = timedelta(days=60)
_LEADS = ("by the", "by", "until", "till", "in", "on", "bis zum", "bis", "am", "within")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A promise that is open or offered, with whom it was made to. `broken` where it is open and its time is over."""

    promise: Promise
    customer_name: str
    broken: bool


def listing(house: House) -> tuple[Entry, ...]:
    """Every promise that is open, then those that are offered, the soonest first."""
    now = house.now()
    with house.database.read() as tx:
        found = promises.every(tx)
        names = people.get(tx, {promise.customer_id for promise in found})
    return tuple(
        Entry(
            promise=promise,
            customer_name=names[promise.customer_id].name if promise.customer_id in names else "",
            broken=answering.broken(promise, now),
        )
        for promise in sorted(found, key=lambda it: it.state is PromiseState.OFFERED)
    )


def offers(house: House) -> tuple[Promise, ...]:
    """What was found in our messages and not taken up yet, the soonest first."""
    with house.database.read() as tx:
        return tuple(promise for promise in promises.every(tx) if promise.state is PromiseState.OFFERED)


def mark(house: House, reference: str, words: str, by: datetime, thread_id: int | None = None) -> Promise:
    """Write down what was promised to the customer (our id, an e-mail, a source's id) until when; one operation.

    Raises InputError where nobody is meant or the time is over.
    """
    now = house.now().replace(microsecond=0)
    if by <= now:
        raise InputError("That day is over.", "Say one that is ahead.")

    def work(tx: Connection) -> Promise:
        customer = situations.find(tx, reference)
        thread = _thread(tx, customer, thread_id)
        operation = operations.begin(tx, "promise", "1 promise", now)
        id_ = promises.add(
            tx,
            customer_id=customer,
            thread_id=thread,
            reference=f"operation:{operation}",
            words=text.keep_link(words),
            due_at=by,
            made_at=now,
            state=PromiseState.OPEN,
        )
        assert id_ is not None
        operations.note_new(tx, operation, "promises", id_)
        planning.plan(house, tx, [customer])
        return _found(tx, id_)

    return house.database.write(work)


def _thread(tx: Connection, customer: int, thread_id: int | None) -> int | None:
    """The named thread; else the one in which they were last spoken with."""
    if thread_id is None:
        return next((thread.id for thread in conversations.all_of(tx, customer)), None)
    if conversations.get(tx, thread_id).customer_id != customer:
        raise InputError(f"Conversation {thread_id} is somebody else's.", "Look at: retcon inbox")
    return thread_id


def take_up(house: House, promise_id: int, words: str = "", by: datetime | None = None) -> Promise:
    """An offered promise is one from now on, in its own words or others, by its own day or another."""

    def change(tx: Connection, promise: Promise) -> None:
        if promise.state is not PromiseState.OFFERED:
            raise Conflict(f"Promise {promise_id} isn't offered: {promise.state}.", "Look at: retcon promises")
        promises.take_up(tx, promise_id, text.keep_link(words) or promise.words, by or promise.due_at)

    return _decide(house, promise_id, "promise", "1 promise", change)


def keep(house: House, promise_id: int) -> Promise:
    """The promise is kept; what was due because of it is done."""
    return _decide(house, promise_id, "keep", "1 promise kept", _to(house, PromiseState.KEPT))


def drop(house: House, promise_id: int) -> Promise:
    """The promise, or the offer of one, counts no longer; what was due because of it is done."""
    return _decide(house, promise_id, "drop", "1 promise dropped", _to(house, PromiseState.DROPPED))


def _to(house: House, state: PromiseState) -> Callable[[Connection, Promise], None]:
    def change(tx: Connection, promise: Promise) -> None:
        if promise.state not in (PromiseState.OPEN, PromiseState.OFFERED):
            raise Conflict(f"Promise {promise.id} was {promise.state} already.", "Look at: retcon promises")
        promises.decide(tx, promise.id, state, house.now())

    return change


def _decide(
    house: House, promise_id: int, verb: str, named: str, change: Callable[[Connection, Promise], None]
) -> Promise:
    """Change one promise as an operation of its own, and what is due because of it."""
    now = house.now()

    def work(tx: Connection) -> Promise:
        promise = _found(tx, promise_id)
        operation = operations.begin(tx, verb, named, now)
        operations.note(tx, operation, "promises", promise_id)
        change(tx, promise)
        if verb != "promise":
            finish_due(tx, operation, promise.customer_id, f"promise:{promise_id}", now)
        planning.plan(house, tx, [promise.customer_id])
        return _found(tx, promise_id)

    return house.database.write(work)


def finish_due(tx: Connection, operation: int, customer_id: int, anchor: str, now: datetime) -> None:
    """Whatever is due for that occasion is done, as a part of the operation."""
    for action in actions.of_customer(tx, customer_id):
        if action.anchor == anchor and action.state in (ActionState.DUE, ActionState.SNOOZED):
            operations.note(tx, operation, "actions", action.id)
            actions.close(tx, action.id, action.reason, now)


def _found(tx: Connection, promise_id: int) -> Promise:
    promise = promises.find(tx, promise_id)
    if promise is None:
        raise Conflict(f"There is no promise {promise_id}.", "Look at: retcon promises")
    return promise


# ---- days in words ------------------------------------------------------------------------------------------


def parse_day(said: str, now: datetime, zone: str, language: str = "en") -> datetime:
    """Until when, of what was said: "thu", "Freitag 18:00", "tomorrow", "2d", "in 3 days", "2026-12-01", "1 dec".

    A day alone is meant to its last minute in the zone. Raises UsageError where it is no day ahead.
    """
    words = " ".join(said.split())
    for lead in _LEADS:
        if words.casefold().startswith(f"{lead} "):
            words = words[len(lead) + 1 :]
            break
    found = next(daywords.find(words, (language, "en", "de"), now, zone), None)
    if found is None or words[: found.start].strip() or words[found.end :].strip(" ."):
        shown = text.line(said[:40])
        raise UsageError(f"“{shown}” is no day ahead.", "Say thu, tomorrow, 3d, 2026-12-01 or “friday 18:00”.")
    return found.until


# ---- offering -----------------------------------------------------------------------------------------------


def offer(house: House, customers: Iterable[int] | None = None) -> int:
    """Look for phrases with a date in what we wrote to them, or to all, within two weeks; how many are new."""
    now, zone = house.now(), house.settings.shop.timezone
    with house.database.read() as tx:
        written = waiting.ours(tx, now - _RECENT, customers)
    if not written:
        return 0
    words = library.words(house.settings.places.config)
    found = [
        (message, number, phrase)
        for message in written
        for number, phrase in enumerate(
            promising.find(message.body, message.language or house.settings.shop.language, words, message.at, zone)
        )
        if now < phrase.due_at <= now + _OFFERED_AT_MOST
    ]
    return house.database.write(lambda tx: sum(_offer(tx, *each, zone) for each in found)) if found else 0


def _offer(tx: Connection, message: waiting.Written, number: int, phrase: promising.Phrase, zone: str) -> int:
    """Offer it, unless it was, or a promise to that person by that day is marked already."""
    day = localtime.local(phrase.due_at, zone).date()
    marked = promises.of_customers(tx, [message.customer_id]).get(message.customer_id, ())
    if any(it.thread_id == message.thread_id and localtime.local(it.due_at, zone).date() == day for it in marked):
        return 0
    made = promises.add(
        tx,
        customer_id=message.customer_id,
        thread_id=message.thread_id,
        reference=f"{message.reference}:{number}",
        words=phrase.words,
        due_at=phrase.due_at,
        made_at=message.at,
        state=PromiseState.OFFERED,
    )
    return made is not None
