"""Notices to the seller's own address, the one thing that leaves without a key press: each event once.

What a customer wrote never stands in one: who waits, how good a customer, since when, and what to run. At most a
handful goes in an hour; what there is beyond that comes in one message. One that may have arrived counts as told.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import datetime, time, timedelta

from retcon import localtime, text
from retcon.channels import reach
from retcon.channels.channel import Outgoing
from retcon.desk import away
from retcon.desk.house import House
from retcon.errors import RetconError, Uncertain
from retcon.frozen import dataclass
from retcon.model.conversations import ComplaintSign
from retcon.model.people import Customer, Purpose
from retcon.model.standing import Tier
from retcon.store import channel_states, cursors, facts, installation, leases, notices, people, standings
from retcon.store.database import Connection
from retcon.store.notices import Event

LEASE = "notices"
_LEASE_SECONDS = 300.0
_AN_HOUR = 5
_OLD = timedelta(days=7)  # what happened before is no news
_SINCE = "notices_since"
_MORNING = time(8)
_AHEAD = timedelta(hours=4)  # how long before its hour a promise is told

_log = logging.getLogger("retcon.notices")

_SIGNS = {
    ComplaintSign.WORDS: "wrote an angry message",
    ComplaintSign.THIRD: "wrote for the third time without an answer",
    ComplaintSign.DISPUTE: "has opened a dispute",
    ComplaintSign.RATING: "left a rating of two stars or fewer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to the seller, and the events that it tells."""

    keys: tuple[str, ...]
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a round came to: how many messages went, and why one didn't, in a sentence."""

    sent: int = 0
    trouble: str = ""


@dataclass(slots=True)
class _Person:
    """What there is to tell of one customer."""

    keys: list[str] = field(default_factory=list[str])
    signs: dict[str, None] = field(default_factory=dict[str, None])
    event: Event | None = None


def wanted(house: House) -> bool:
    """Whether the seller has said where to be told."""
    return bool(house.settings.notices.channel and house.settings.notices.to)


def tell(house: House, key: str, subject: str, body: str) -> bool:
    """Tell this once; True where it went now. What failed is in the log, and may be told again."""
    return _tell(house, (Notice(keys=(key,), subject=subject, body=body),)).sent > 0


def tell_news(house: House) -> Told:
    """Tell what is new: who waits, who is unhappy, which key is refused, what was promised for today."""
    if not wanted(house):
        return Told()
    with house.database.read() as tx:
        since = facts.get(tx, _SINCE)
        found = _news(house, tx, localtime.instant(since)) if since is not None else ()
    if since is None:  # what lay there before notices were wanted is no news
        house.database.write(lambda tx: facts.put(tx, _SINCE, localtime.stamp(house.now())))
    return _tell(house, found)


# ---- what there is to tell ----------------------------------------------------------------------------------


def _news(house: House, tx: Connection, since: datetime) -> tuple[Notice, ...]:
    now = house.now()
    since = max(since, now - _OLD)
    every = (*_of_people(house, tx, since, now), *_of_keys(house, tx), *_of_promises(house, tx, since, now))
    known = notices.known(tx, [key for notice in every for key in notice.keys])
    return tuple(notice for notice in every if not known.issuperset(notice.keys))


def _of_people(house: House, tx: Connection, since: datetime, now: datetime) -> Iterable[Notice]:
    """Who is unhappy and which of the best waits; one notice for a person, however much there is."""
    found: dict[int, _Person] = {}
    for event in (*notices.complaints(tx, since), *notices.waiting_vips(tx, since)):
        person = found.setdefault(event.customer_id, _Person())
        person.keys.append(event.key)
        person.event = person.event or event
        if event.sign:
            person.signs[_SIGNS[ComplaintSign(event.sign)]] = None
    known = notices.known(tx, [key for person in found.values() for key in person.keys])
    customers, stand = people.get(tx, found), standings.get(tx, list(found))
    for id_, person in found.items():
        news = [key for key in person.keys if key not in known]
        if not news or person.event is None or id_ not in customers:
            continue
        who = _who(customers[id_], stand[id_].tier if id_ in stand else None)
        what = " and ".join(person.signs) if person.signs else "waits for an answer"
        yield Notice(
            keys=tuple(news),
            subject=f"{who} {what}",
            body=f"{who} {what}.{_waits(house, person.event, now)}\n\n{_where(person.event)}",
        )


def _of_keys(house: House, tx: Connection) -> Iterable[Notice]:
    """Sources that refuse their key, and channels that only the operator can mend."""
    for name in house.source_names:
        last = cursors.last(tx, name)
        if last is not None and not last.ok and last.key_refused:
            well = cursors.synced_at(tx, [name])
            yield Notice(
                keys=(f"source:{name}:{localtime.stamp(well) if well else 'never'}",),
                subject=f"{name} can't be pulled: only you can mend it",
                body=f"{last.error}\n\nUntil then retcon works with what it knew before. Look: retcon doctor",
            )
    for name, trouble in channel_states.every(tx).items():
        if trouble.until is None and house.plugin("channels", name) is not None:
            yield Notice(
                keys=(f"channel:{name}:{localtime.stamp(trouble.since)}",),
                subject=f"{name} can't send: only you can mend it",
                body=f"{trouble.reason}\n\nIts messages wait until then. Look: retcon doctor",
            )


def _of_promises(house: House, tx: Connection, since: datetime, now: datetime) -> Iterable[Notice]:
    """What was promised for today: told some hours ahead, by day, and at its hour at the latest."""
    zone = house.settings.shop.timezone
    gone = away.until(tx)
    if gone is not None and now < gone:
        return  # it is known: whoever is away keeps promises when they are back
    day = localtime.local(now, zone).date()
    found = notices.promises(tx, localtime.start_of_day(day + timedelta(days=1), zone), since)
    customers = people.get(tx, {event.customer_id for event in found})
    morning = localtime.start_of_day(day, zone) + timedelta(hours=_MORNING.hour)
    for event in found:
        if now < min(event.at, max(morning, event.at - _AHEAD)) or event.customer_id not in customers:
            continue
        who = _who(customers[event.customer_id], None)
        when = localtime.at(event.at, now, zone)
        words = f"Your promise to {who} {'is broken: it was due' if event.at <= now else 'is due'} {when}"
        yield Notice(keys=(event.key,), subject=words, body=f"{words}.\n\n{_where(event)}")


def _who(customer: Customer, tier: Tier | None) -> str:
    """The person by first name and initial, and that they are one of the best."""
    first, *rest = text.line(text.keep(customer.name, 60)).split() or [f"Customer {customer.id}"]
    short = f"{first} {rest[-1][0]}." if rest else first
    return f"{short} (VIP)" if tier is Tier.VIP else short


def _waits(house: House, event: Event, now: datetime) -> str:
    if event.waiting_since is None or not event.medium:
        return ""
    since = localtime.when(event.waiting_since, now, house.settings.shop.timezone)
    return f" They wrote by {reach.words(event.medium)} and have waited since {since}."


def _where(event: Event) -> str:
    if event.thread_id is not None:
        return f"Read and answer: retcon thread {event.thread_id}"
    return f"Look: retcon customer {event.customer_id}"


# ---- telling ------------------------------------------------------------------------------------------------


def _tell(house: House, found: Sequence[Notice]) -> Told:
    """Send those that weren't told yet, as many as an hour takes; one process at a time."""
    if not found or not wanted(house):
        return Told()
    now, owner = house.now(), leases.this_process()
    token = house.database.write(lambda tx: leases.take(tx, LEASE, owner, now, _LEASE_SECONDS))
    if token is None:
        return Told()
    try:
        with house.database.read() as tx:
            known = notices.known(tx, [key for notice in found for key in notice.keys])
            room = _AN_HOUR - notices.sent_since(tx, now - timedelta(hours=1))
        news = [notice for notice in found if not known.issuperset(notice.keys)]
        return _send_all(house, _bundled(news, room))
    finally:
        house.database.write(lambda tx: leases.release(tx, LEASE, token))


def _bundled(news: Sequence[Notice], room: int) -> Sequence[Notice]:
    """As many as there is room for; where there are more, the last is of all the rest."""
    if len(news) <= room:
        return news
    if room <= 0:
        return ()
    rest = news[room - 1 :]
    lines = "\n".join(f"- {notice.subject}" for notice in rest[:20])
    more = f"\nand {len(rest) - 20} more" if len(rest) > 20 else ""
    bundle = Notice(
        keys=tuple(key for notice in rest for key in notice.keys),
        subject=f"{len(rest)} more wait for you",
        body=f"{lines}{more}\n\nLook: retcon inbox",
    )
    return (*news[: room - 1], bundle)


def _send_all(house: House, news: Iterable[Notice]) -> Told:
    sent = 0
    for notice in news:
        trouble = _send(house, notice)
        if trouble:
            _log.warning("a notice could not be told by %s: %s", house.settings.notices.channel, trouble)
            return Told(sent=sent, trouble=trouble)
        house.database.write(lambda tx, keys=notice.keys: notices.record(tx, keys, house.now()))
        sent += 1
    return Told(sent=sent)


def _send(house: House, notice: Notice) -> str:
    """Hand the notice to the seller's channel; what went wrong in a sentence, empty where it went or may have."""
    wanted = house.settings.notices
    with house.database.read() as tx:
        name = installation.name(tx)
    outgoing = Outgoing(
        key=f"notice.{hashlib.sha256(notice.keys[0].encode()).hexdigest()[:12]}.{name}",
        recipient=wanted.to,
        recipient_name="",
        subject=f"retcon: {notice.subject}",
        body=f"{notice.body}\n\nretcon on {leases.this_process().host}",
        language="en",
        purpose=Purpose.SERVICE,
    )
    try:
        house.channel(wanted.channel).send(outgoing)
    except Uncertain:
        return ""
    except RetconError as error:
        return str(error)
    except Exception:
        _log.exception("channel %s broke over a notice", wanted.channel)
        return f"{wanted.channel} broke over a notice; see the log."
    return ""
