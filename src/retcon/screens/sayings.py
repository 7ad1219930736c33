"""What the console says of what was done: what happened, what it means, what to press."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from retcon import keys, localtime, text
from retcon.desk import outbox
from retcon.desk.today import Header, Item, Today
from retcon.errors import RetconError
from retcon.model.outbox import OutboxRow
from retcon.widgets import words


def taken_back(them: str = "it") -> str:
    """Which key takes what was done back."""
    return f"{keys.name('undo')} takes {them} back."


def name_of(items: Sequence[Item]) -> str:
    """The person, or how many there are."""
    return words.call_name(items[0].customer) if len(items) == 1 else str(len(items))


def approved(
    items: Sequence[Item], leaving: int, later: int, seconds: int, now: datetime, zone: str, *, offline: bool = False
) -> str:
    """After an approval: "9 approved: 3 leave in 10 s, 6 at 09:00 their time. u takes all 9 back."."""
    every = leaving + later
    soon = "once the network is back" if offline else "now" if seconds <= 0 else f"in {seconds} s"
    hours = {words.leaves(item, zone, now) for item in items if item.leaves_at is not None and item.leaves_at > now}
    if len(hours) == 1:
        alone = hours.pop()
        hour = f"{alone if ' ' in alone else f'at {alone}'} their time"
    else:
        first = min((item.leaves_at for item in items if item.leaves_at and item.leaves_at > now), default=None)
        hour = f"from {localtime.when(first, now, zone)} on" if first is not None else "later"
    if every == 1:
        return f"{name_of(items)} approved: leaves {soon if leaving else hour}. {taken_back()}"
    parts = [f"{leaving} leave {soon}" if leaving > 1 else f"1 leaves {soon}"] if leaving else []
    parts += [f"{later} {hour}"] if later else []
    return f"{every} approved: {', '.join(parts)}. {taken_back(f'all {every}')}"


def approved_for(items: Sequence[Item], rows: Sequence[OutboxRow], now: datetime, zone: str) -> str:
    """After an approval for an hour: "Anna B. approved. Leaves Monday 09:00 there, 02:00 yours. u takes it back."."""
    if len(rows) > 1:
        first = localtime.when(min(row.not_before for row in rows), now, zone)
        return f"{len(rows)} approved: they leave from {first} on. {taken_back(f'all {len(rows)}')}"
    (row,) = rows
    gate = row.not_before != row.chosen_at and row.waits_reason
    from retcon.desk import hours

    hour = hours.on_both_clocks(row.not_before, now, hours.there(items[0].customer), zone)
    said = text.line(row.waits_reason) if gate else f"Leaves {hour}."
    return f"{name_of(items)} approved. {said} {taken_back()}"


def marked(number: int, verbs: str) -> str:
    """How many rows are marked, and the keys that take them."""
    return f"{number:,} marked: {verbs} take {'it' if number == 1 else 'them'}, {keys.name('unmark')} unmarks."


def not_approved(items: Sequence[Item], refused: Sequence[tuple[int, str]]) -> str:
    """Who was not approved after all."""
    if len(refused) > 1:
        return f"{len(refused)} not approved"
    found = [item for item in items if item.action.id == refused[0][0]]
    return f"{name_of(found)} not approved" if found else "Not approved"


def skipped(items: Sequence[Item], why: str, never: bool) -> str:
    """After skipping."""
    them = "it" if len(items) == 1 else f"all {len(items)}"
    said = "skipped, and left alone from now on" if never else f"skipped{f', {why}' if why else ''}"
    return f"{name_of(items)} {said}. {taken_back(them)}"


def put_off(items: Sequence[Item], until: datetime, now: datetime, zone: str) -> str:
    """After snoozing."""
    them = "it" if len(items) == 1 else f"all {len(items)}"
    return f"{name_of(items)}: shown again {_at(until, now, zone)}. {taken_back(them)}"


def until_answer(items: Sequence[Item]) -> str:
    """After putting off until somebody answers."""
    who, them = ("they write", "it") if len(items) == 1 else ("each of them writes", f"all {len(items)}")
    from retcon.desk import drafts

    days = drafts.UNTIL_ANSWER.days
    return f"{name_of(items)}: shown again when {who}, or after {days} days. {taken_back(them)}"


def done_with(items: Sequence[Item]) -> str:
    """What being done with these means: "promise kept", "done"."""
    kept = [item.action.anchor.startswith("promise:") for item in items]
    return "promise kept" if all(kept) and len(items) == 1 else "done"


def resolved(how: str) -> str:
    """After settling what perhaps left."""
    said = {"arrived": "Settled: it arrived.", "again": "It waits to leave again.", "drop": "Dropped."}[how]
    return f"{said} {taken_back()}"


def state_of(row: OutboxRow) -> str:
    """The row's state, beginning a sentence."""
    said = outbox.words(row.state)
    return said[:1].upper() + said[1:]


def left_for_you(unread: int, refused: int) -> str:
    """What a fold left behind."""
    said: list[str] = []
    if unread:
        said.append(f"{unread} for you to read: {keys.name('next_item')} shows them")
    if refused:
        said.append(f"{refused} can't leave")
    return f" {text.sentence(', '.join(said))}" if said else ""


def failed(error: RetconError) -> str:
    """An error in a sentence with what to do, as few words as there are."""
    return text.line(str(error))


def empty(today: Today, now: datetime) -> str:
    """What stands where nothing is due."""
    said = "Nothing is due."
    if today.next_at is not None:
        what = f"{text.line(today.next_words)} " if today.next_words else ""
        said += f" Next: {what}{_at(today.next_at, now, today.header.zone)}."
    if today.snoozed:
        said += f" You put off {today.snoozed}."
    if today.header.synced_at is None and today.next_at is None:
        said += f" {keys.name('sync')} syncs; orders of a file come in with: retcon import FILE."
    return said


def _at(instant: datetime, now: datetime, zone: str) -> str:
    when = localtime.when(instant, now, zone)
    return f"at {when}" if when[:1].isdigit() and " " not in when else when


def stopped(channels: Sequence[tuple[str, int]]) -> str:
    """Which channels can't send, and how much waits for them."""
    reason, waits = channels[0]
    more = sum(count for _, count in channels[1:])
    besides = f", and {more} for other ways" if more else ""
    be = "waits and is checked again before it leaves" if waits == 1 else "wait and are checked again before they leave"
    return text.sentence(f"{text.line(reason).rstrip('.')}: {waits} {be}{besides}")


def closing(header: Header, now: datetime) -> str:
    """What closing the console means while messages wait and nobody else sends."""
    waits = "1 waits" if header.waiting == 1 else f"{header.waiting} wait"
    hour = ""
    if header.next_leaves_at is not None:
        hour = f", the first for {localtime.when(header.next_leaves_at, now, header.zone)}"
    return f"Close this and nobody sends: {waits}{hour}."


def ended_send(result: Mapping[str, Any]) -> str:
    """What a child that sent came to; empty where nothing happened that the operator need know."""
    counts = {name: result.get(name) for name in ("sent", "delivered_to_test", "failed", "uncertain", "stale")}
    numbers = {name: count for name, count in counts.items() if isinstance(count, int) and count}
    said: list[str] = []
    if sent := numbers.get("sent", 0):
        said.append("1 message left" if sent == 1 else f"{sent} messages left")
    if tried := numbers.get("delivered_to_test", 0):
        said.append(f"{tried} went to your own address")
    needs = sum(numbers.get(name, 0) for name in ("failed", "uncertain", "stale"))
    if needs:
        said.append(f"{needs} {'needs' if needs == 1 else 'need'} you: {keys.name('load')} shows it")
    return text.sentence("; ".join(said)) if said else ""
