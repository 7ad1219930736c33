"""A row of the list in words: who, what, why, when it would leave, what is at stake."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from retcon import money, text
from retcon.desk import outbox
from retcon.desk.today import Item, Line
from retcon.frozen import dataclass
from retcon.model.conversations import Direction, Thread
from retcon.model.outbox import OutboxRow
from retcon.model.playbook import Moment
from retcon.model.standing import Tier
from retcon.retention import answering
from retcon.widgets import words
from retcon.widgets.worklist import Entry, Worklist


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one row; `why_short` stands in for `why` and `tail` where there is little room.

    `tail` follows `why`; where there is too little room for both, `why` is cut.
    """

    name: str = ""
    country: str = ""
    tier: str = ""
    what: str = ""
    why: str = ""
    tail: str = ""
    why_short: str = ""
    leaves: str = ""
    stake: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the words of a row depend on besides the row."""

    list: Worklist
    now: Callable[[], datetime]
    zone: str
    currency: str


def cells(entry: Entry, around: Around) -> Cells:
    """The row in words."""
    line = entry.line
    if line is None:
        return Cells(name=entry.heading)
    if entry.outbox is not None:
        said = _outbox(line, entry.outbox, around)
    elif entry.item is not None and entry.item.thread is not None and entry.moment is Moment.ANSWER:
        said = _answer(entry, entry.item, entry.item.thread, around)
    elif entry.item is not None:
        said = _single(entry, entry.item, around)
    else:
        said = _fold(entry, line, around)
    # Terminals that reorder a row would swap its figures round what is written from right to left.
    return replace(
        said, what=words.one_way(said.what), why=words.one_way(said.why), why_short=words.one_way(said.why_short)
    )


def stake(minor: int, around: Around) -> str:
    """What is at stake, as the column says it."""
    return money.show(minor, around.currency) if minor else "–"


def _outbox(line: Line, row: OutboxRow, around: Around) -> Cells:
    customer = line.customer
    happened = outbox.happened(row).split(": ", 1)[-1].rstrip(".")
    return Cells(
        name=words.call_name(customer),
        country=customer.country if customer else "",
        what=line.title,
        why=happened,
        why_short=happened,
        leaves="–",
        stake=stake(line.stake_minor, around),
    )


def _single(entry: Entry, item: Item, around: Around) -> Cells:
    silent = item.action.moment in (Moment.SLIPPING, Moment.COME_BACK) and not item.standing.under_way
    reason = item.action.reason.rstrip(".")
    return Cells(
        name=words.call_name(item.customer),
        country=item.customer.country,
        tier="VIP" if item.standing.tier == Tier.VIP else "",
        what=words.language_name(item.action.draft.language) if entry.child else item.action.title,
        why=words.silence(item.standing) if silent else reason,
        why_short=words.silence(item.standing, short=True) if silent else reason,
        leaves=words.leaves(item, around.zone, around.now()),
        stake=stake(item.action.stake_minor, around),
    )


def _answer(entry: Entry, item: Item, thread: Thread, around: Around) -> Cells:
    """Who waits: their first words, how long, at which hour there, on what; and what makes it worse."""
    now = around.now()
    hour = words.hour_there(item.customer, now)
    since = thread.waiting_since
    waits = [words.age(since, now)] if since is not None else [item.action.reason.rstrip(".")]
    awake = answering.awake(item.customer, now)
    short = "" if awake is None else ", day" if awake else ", night"
    return replace(
        _single(entry, item, around),
        what=first_words(item) if since is not None else item.action.title,
        why=" · ".join(filter(None, (*waits, hour, words.channel(thread.medium)))),
        why_short=f"{waits[0]}{short}" if since is not None else item.action.reason.rstrip("."),
        tail=WORSE[min(item.action.urgency, 2)],
        leaves=words.leaves(item, around.zone, now) if item.action.draft.body.strip() else "to write",
    )


WORSE = ("", "unhappy", "promise broken")


def first_words(item: Item) -> str:
    """The beginning of what they wrote last; from right to left it has rows of its own, in the reader."""
    newest = next((message for message in reversed(item.said) if message.direction is Direction.IN), None)
    said = text.line((newest.body or newest.subject)[:200]) if newest is not None else ""
    if not said and newest is not None and newest.files:
        return text.plural(len(newest.files), "file")
    if words.rtl(said):
        language = newest.language if newest is not None and newest.language else item.customer.language
        return f"wrote in {words.language_name(language)}" if language else "wrote from right to left"
    return said or item.action.title


def _fold(entry: Entry, line: Line, around: Around) -> Cells:
    countries = Counter(item.customer.country or "?" for item in line.items).most_common()
    where = " · ".join(f"{country} {number}" for country, number in countries[:3])
    more = f" · {len(countries) - 3} others" if len(countries) > 3 else ""
    return Cells(
        name=f"{text.plural(len(line.items), 'person', 'people')}  {'▾' if around.list.is_unfolded(line.key) else '▸'}",
        what=line.title,
        why=f"{where}{more}",
        tail=fold_state(entry, around.list),
        why_short=fold_state(entry, around.list, short=True),
        leaves=_leaves(line.items, around),
        stake=stake(line.stake_minor, around),
    )


def fold_state(entry: Entry, worklist: Worklist, *, short: bool = False) -> str:
    """What approving a fold would do, in a few words: "all pass", "5 pass · 1 for you to read"."""
    taken = worklist.take(entry)
    unread, refused = len(taken.unread), len(taken.refused)
    if not unread and not refused:
        return "all pass"
    if short:
        return f"{unread} to read" if unread else f"{refused} can't leave"
    told = f"{len(taken.items)} pass" if len(taken.items) != 1 else "1 passes"
    said = [told] if taken.items and not (unread and refused) else []
    said += [f"{unread} for you to read"] if unread else []
    said += [f"{refused} can't leave"] if refused else []
    return " · ".join(said)


def _leaves(items: Sequence[Item], around: Around) -> str:
    """How many of a fold leave at once, else when the first does."""
    now = around.now()
    passing = [item for item in items if item.passes]
    at_once = sum(not item.waits and (item.leaves_at is None or item.leaves_at <= now) for item in passing)
    if at_once:
        return f"{at_once} now"
    first = min(passing, key=lambda item: item.leaves_at or now, default=None)
    return words.leaves(first, around.zone, now) if first is not None else "–"
