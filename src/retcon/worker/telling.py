"""What the worker tells: notices to the seller, and what waits, in words."""

from contextlib import suppress
from datetime import datetime, timedelta

from retcon import localtime, text
from retcon.desk import notices
from retcon.desk.house import House
from retcon.errors import RetconError, StoreError
from retcon.model.outbox import OutboxState
from retcon.store import outbox
from retcon.worker.state import LOOKED, REST, REST_MOST, Worker, length

_ASLEEP = timedelta(minutes=15)  # a shorter absence is nothing to tell the seller


def news(worker: Worker) -> None:
    """Tell the seller what is new, where notices are wanted; after a failure not at once again."""
    house, now = worker.house, worker.house.now()
    if not notices.wanted(house) or not worker.news.come(now):
        return
    for key, (subject, body) in list(worker.untold.items()):
        if notices.tell(house, key, subject, body):
            del worker.untold[key]
    told = notices.tell_news(house)
    if told.trouble:
        worker.news.failed(now, REST, REST_MOST)
        worker.trouble("telling", f"No notice reaches you: {told.trouble}")
        return
    worker.news.succeeded(now + LOOKED)
    worker.over("telling", "Notices reach you again.")
    if told.sent:
        worker.say(f"{text.plural(told.sent, 'notice')} to you.")


def tell(worker: Worker, key: str, subject: str, body: str) -> None:
    """A notice of our own, now or as soon as it can be told."""
    with suppress(RetconError):
        if not notices.tell(worker.house, key, subject, body):
            worker.untold[key] = (subject, body)


def greeting(worker: Worker, now: datetime) -> str:
    """The first line: what is done from now on, and what waits."""
    house = worker.house
    pulls = f"pulls every {length(worker.every)}" if house.source_names else "no source to pull"
    practice = "" if house.settings.policy.live else " Practice: what leaves goes to your own address."
    return f"Awake: {pulls}; {waiting(house, now)[1]}.{practice}"


def waiting(house: House, now: datetime) -> tuple[int, str]:
    """How many messages wait, and in words with the hour of the next."""
    with house.database.read() as tx:
        waits, first = outbox.counts(tx).get(OutboxState.QUEUED, 0), outbox.next_time(tx)
    if not waits or first is None:
        return 0, "nothing waits"
    when = "may leave now" if first <= now else f"may leave {localtime.at(first, now, house.settings.shop.timezone)}"
    return waits, f"{text.plural(waits, 'message waits', 'messages wait')}, the next {when}"


def awoken(worker: Worker, since: datetime | None, now: datetime) -> None:
    """Say what waited while nobody was awake."""
    if since is None or now - since < _ASLEEP:
        return
    with suppress(StoreError), worker.house.database.read() as tx:
        missed = outbox.overdue(tx, now)
        if missed:
            zone = worker.house.settings.shop.timezone
            waited = f"{text.plural(missed, 'message')} waited"
            words = f"retcon was asleep from {_day(since, zone)} to {_day(now, zone)}; {waited}."
            worker.say(words)
            worker.untold[f"asleep:{localtime.stamp(since)}"] = (
                words,
                f"{words}\n\nEach is judged again before it leaves.",
            )


def _day(instant: datetime, zone: str) -> str:
    there = localtime.local(instant, zone)
    return f"{there:%a} {there.day} {there:%b} {there:%H:%M}"
