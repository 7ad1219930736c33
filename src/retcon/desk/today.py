"""What is due today, in working order, as rows: what is one decision is one row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta

from retcon import library, localtime, money
from retcon.channels import policy
from retcon.desk import awake, freshness, gate, situations, templates, trouble
from retcon.desk import outbox as desk_outbox
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, Message, Promise, Thread
from retcon.model.orders import Order
from retcon.model.outbox import NEEDS_OPERATOR, OutboxRow, OutboxState
from retcon.model.people import Customer
from retcon.model.playbook import Action, Moment
from retcon.model.policy import Verdict
from retcon.model.situation import Situation
from retcon.model.standing import Reason, Standing
from retcon.retention import answering
from retcon.retention.risk import reasons
from retcon.store import actions, channel_states, conversations, cursors, facts, leases, outbox, people
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One due action with all that the reader shows of it. `verdicts` are the gate's at the time of reading."""

    action: Action
    customer: Customer
    standing: Standing
    reasons: tuple[Reason, ...]
    verdicts: tuple[Verdict, ...]
    facts: tuple[str, ...]  # sentences on parcel and last orders, outside text in them as it came
    notes: tuple[str, ...]  # what to know of the text: "machine translation", "a field was missing"
    unread: bool = False  # its text is ours, and no person has read it in that language yet
    said: tuple[Message, ...] = ()  # the conversation that it answers, oldest first, its last twenty messages
    thread: Thread | None = None
    promises: tuple[Promise, ...] = ()  # open ones and those offered
    complaints: tuple[Complaint, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # what can be looked at elsewhere, by name: ("parcel 4711", "https://…")

    @property
    def passes(self) -> bool:
        """Whether approving it would let it leave, now or later."""
        return all(verdict.answer != "no" for verdict in self.verdicts)

    @property
    def waits(self) -> bool:
        """Whether it leaves only when something else has happened, at an hour that nobody knows."""
        return any(verdict.answer == "later" and verdict.until is None for verdict in self.verdicts)

    @property
    def leaves_at(self) -> datetime | None:
        """None where it may leave at once, or `waits`; else the hour at which the last verdict lifts; ask `passes`."""
        return max((verdict.until for verdict in self.verdicts if verdict.until), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of Today: a due action, a fold of alike ones, or an outbox row that needs the operator."""

    key: str  # stable over reloads: "action:12", "fold:parcel-note", "outbox:3"
    moment: Moment
    title: str
    items: tuple[Item, ...] = ()  # one, or the fold's
    outbox: OutboxRow | None = None  # moment DECIDE only
    customer: Customer | None = None  # of the outbox row
    needs: str = ""  # the outbox row in words: what happened, what settles it
    stake_minor: int = 0
    heading: str = ""  # of its group, where that isn't the moment: the groups of Inbox and Outbox

    @property
    def folded(self) -> bool:
        """Whether the row stands for several."""
        return len(self.items) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the top line says."""

    shop: str
    currency: str
    zone: str
    synced_at: datetime | None
    sender: bool  # whether one is awake
    live: bool
    held: bool
    waiting: int  # outbox rows that wait
    trouble: str = ""  # a source or channel that fails, in a sentence
    refreshed: bool = True  # whether everybody was recomputed today, under these settings and rules
    worker: str = ""  # where `retcon run` is awake: the machine's name, or "here"; empty where it isn't
    away_until: datetime | None = None  # until when the operator is away, if they are
    unanswered: int = 0  # people who wait for an answer
    unanswered_since: datetime | None = None  # the one who has waited longest
    due: int = 0  # due actions
    needs_you: int = 0  # outbox rows that need the operator
    next_leaves_at: datetime | None = None  # the earliest hour of what waits and may leave; None: nothing waits
    offline_since: datetime | None = None  # since when no source could be reached from here

    @property
    def sends(self) -> bool:
        """Whether somebody lets messages leave while this program doesn't."""
        return self.sender or bool(self.worker)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A working list, ordered: of Today, of Inbox, of Outbox."""

    header: Header
    lines: tuple[Line, ...]
    version: int = field(default=0)  # Database.data_version() when it was read
    unread: int = 0  # decisions that come below these and are still to be read
    unread_minor: int = 0  # what is at stake with them


@dataclass(frozen=True, slots=True, kw_only=True)
class Today(Board):
    """What is due."""

    due: int
    done: int  # decided since local midnight, or done elsewhere
    stake_minor: int
    next_at: datetime | None = None  # where nothing is due: when something will be
    next_words: str = ""
    snoozed: int = 0
    elsewhere: int = 0  # of the done: answered in another program, or mailed by the shop itself


# More than this many due actions are not a morning's work: the rest come up as these are done.
MOST = 1000
SAID = 20  # of a conversation, its last messages
# How many are read and judged in one go, and how long a gentle reader rests after that, in seconds.
_AT_ONCE, _BREATH = 25, 0.004
_MONTH = timedelta(days=30)
_ORDER = {moment: place for place, moment in enumerate(Moment)}

# Where a row stands: see `rank`.
Rank = tuple[int, int, bool, bool, float, int, str]


def load(house: House, *, gently: bool = False) -> Today:
    """Everything due now and everything that needs the operator, in the order in which it is worked.

    `gently` leaves room for another thread after every handful: the hand never waits.
    """
    now, version = house.now(), house.database.data_version()
    with house.database.read() as tx:
        found: list[Item] = []
        for some in _handfuls(tx, now):
            found += items(house, tx, some, now)
            if gently:
                house.sleep(_BREATH)
        return board(house, tx, now, in_order((*folded(found), *needs_you(tx)), now), version)


def _handfuls(tx: Connection, now: datetime) -> Iterator[Sequence[Action]]:
    """What is due, a few at a time: what is read to judge them need not be kept for all."""
    due = actions.due(tx, now, MOST)
    return (due[start : start + _AT_ONCE] for start in range(0, len(due), _AT_ONCE))


def board(
    house: House,
    tx: Connection,
    now: datetime,
    lines: Sequence[Line],
    version: int,
    *,
    unread: int = 0,
    unread_minor: int = 0,
) -> Today:
    """The board of these lines; the last two say what is left out of them."""
    due, stake = actions.count_due(tx, now)
    midnight = _midnight(house, now)
    ahead = next(iter(actions.upcoming(tx, now, 1)), None)
    return Today(
        header=header_in(house, tx, now, due),
        lines=tuple(lines),
        due=due,
        done=actions.count_decided(tx, midnight),
        elsewhere=actions.count_closed(tx, midnight),
        stake_minor=stake,
        next_at=max(ahead.due_at, ahead.snoozed_until or ahead.due_at) if ahead is not None else None,
        next_words=ahead.title if ahead is not None else "",
        snoozed=actions.count_snoozed(tx, now),
        version=version,
        unread=unread,
        unread_minor=unread_minor,
    )


def header(house: House) -> Header:
    """What the top line says, alone."""
    with house.database.read() as tx:
        return header_in(house, tx, house.now())


def items(house: House, tx: Connection, due: Sequence[Action], now: datetime) -> list[Item]:
    """The actions with all that the reader shows of them."""
    known = situations.load(tx, sorted({action.customer_id for action in due}), now)
    with library.held():
        return [item(house, tx, it, known[it.customer_id], now) for it in due if it.customer_id in known]


def item(
    house: House, tx: Connection, action: Action, situation: Situation, now: datetime, *, said: int = SAID
) -> Item:
    """The action with all that the reader shows of it; of the conversation its last `said` messages."""
    shop, thread = house.settings.shop, action.thread_id
    verdicts = gate.judge_known(house, action, situation, now)
    return Item(
        action=_as_of_now(house, tx, action, situation, now),
        customer=situation.customer,
        standing=situation.standing,
        reasons=reasons.explain(situation.standing, shop.currency),
        verdicts=verdicts,
        facts=_facts(situation, shop.timezone),
        notes=(*action.draft.notes, *policy.unwise(verdicts)),
        unread=_unread(house, tx, action, situation),
        said=conversations.messages(tx, thread, said) if thread is not None else (),
        thread=conversations.get(tx, thread) if thread is not None else None,
        promises=situation.promises,
        complaints=situation.complaints,
        links=_links(situation),
    )


def _unread(house: House, tx: Connection, action: Action, situation: Situation) -> bool:
    rule = library.rule(house.settings.places.config, action.rule)
    if rule is None or not rule.template or action.edited or not action.draft.body:
        return False
    profile = library.profile(house.settings.places.config, situation.customer.country)
    form = profile.address_form or house.settings.shop.address_form
    return not templates.is_read(house, tx, rule.template, action.draft.language, form)


def _as_of_now(house: House, tx: Connection, action: Action, situation: Situation, now: datetime) -> Action:
    """What was said is told as of now: "Wrote 2 hours ago" was written down when it was planned."""
    if action.moment is not Moment.ANSWER:
        return action
    rule = library.rule(house.settings.places.config, action.rule)
    rules = () if rule is None else (rule,)
    found = answering.due(rules, situation, now, house.settings.shop.timezone, facts.away_until(tx))
    occasion = next((it for it in found if it.anchor == action.anchor), None)
    return action if occasion is None else replace(action, reason=occasion.reason, urgency=occasion.urgency)


def _facts(situation: Situation, zone: str) -> tuple[str, ...]:
    """What to know before deciding: the last order, and where its parcel is."""
    if not situation.orders:
        return ()
    order = situation.orders[-1]
    goods = ", ".join(line.name for line in order.lines[:3]) or "no items named"
    more = f" and {len(order.lines) - 3} more" if len(order.lines) > 3 else ""
    total = money.show(order.total_minor, order.currency, cents=True)
    back = f", {money.show(order.refunded_minor, order.currency, cents=True)} refunded" if order.refunded_minor else ""
    bought = f"Order {order.number} on {_day(order.placed_at, zone)}: {goods}{more}, {total}{back}."
    return (bought, *_parcel(order, zone))


def _links(situation: Situation) -> tuple[tuple[str, str], ...]:
    """Where the parcels of the last orders can be followed."""
    return tuple(
        (f"parcel {order.tracking_number or order.number}", order.tracking_link)
        for order in reversed(situation.orders[-3:])
        if order.tracking_link
    )


def _parcel(order: Order, zone: str) -> tuple[str, ...]:
    if order.shipped_at is None:
        return ("Not shipped yet.",)
    by = " ".join(filter(None, (order.carrier, order.tracking_number)))
    shipped = f"Parcel {by}".rstrip() + f": shipped {_day(order.shipped_at, zone)}"
    if order.delivered_at is None:
        return (f"{shipped}, under way.",)
    arrived = "should have arrived" if order.delivered_estimated else "arrived"
    return (f"{shipped}, {arrived} {_day(order.delivered_at, zone)}.",)


def _day(instant: datetime, zone: str) -> str:
    there = localtime.local(instant, zone)
    return f"{there:%a} {there.day} {there:%b}"


def folded(items: Sequence[Item]) -> Iterator[Line]:
    """What is one decision is one row: alike actions of a rule together, personal ones each alone."""
    by_rule: dict[str, list[Item]] = {}
    for item in items:
        if item.action.personal:
            yield _line(f"action:{item.action.id}", [item])
        else:
            by_rule.setdefault(item.action.rule, []).append(item)
    for rule, alike in by_rule.items():
        if len(alike) == 1:
            yield _line(f"action:{alike[0].action.id}", alike)
        else:
            yield _line(f"fold:{rule}", alike)


def _line(key: str, items: list[Item]) -> Line:
    first = items[0].action
    return Line(
        key=key,
        moment=first.moment,
        title=first.title,
        items=tuple(items),
        stake_minor=sum(item.action.stake_minor for item in items),
    )


def needs_you(tx: Connection) -> Iterator[Line]:
    """The outbox rows that wait for the operator's word."""
    rows = [row for state in NEEDS_OPERATOR for row in outbox.listing(tx, state)]
    customers = people.get(tx, sorted({row.customer_id for row in rows}))
    for row in rows:
        yield Line(
            key=f"outbox:{row.id}",
            moment=Moment.DECIDE,
            title=desk_outbox.words(row.state),
            outbox=row,
            customer=customers.get(row.customer_id),
            needs=desk_outbox.happened(row),
        )


def in_order(lines: Iterable[Line], now: datetime) -> list[Line]:
    """The rows in the order in which they are worked."""
    return sorted(lines, key=lambda line: _rank(line, now))


def _rank(line: Line, now: datetime) -> Rank:
    first = line.items[0] if line.items else None
    if line.moment is not Moment.ANSWER or first is None:
        return rank(line.moment, line.key, line.stake_minor)
    since = first.thread.waiting_since if first.thread is not None else None
    return rank(
        line.moment,
        line.key,
        line.stake_minor,
        urgency=first.action.urgency,
        folded=line.folded,
        asleep=answering.awake(first.customer, now) is False,
        since=(since or first.action.due_at).timestamp(),
    )


def rank(
    moment: Moment,
    key: str,
    stake_minor: int,
    *,
    urgency: int = 0,
    folded: bool = False,
    asleep: bool = False,
    since: float = 0.0,
) -> Rank:
    """Moment by moment, by what is at stake; answers by urgency, then who is awake, then who has waited longest."""
    return (_ORDER[moment], -urgency, folded, asleep, since, -stake_minor, key)


def header_in(house: House, tx: Connection, now: datetime, due: int | None = None) -> Header:
    """What the top line says, read with the rest; `due` is how many actions are, where that is known."""
    shop = house.settings.shop
    sources = house.source_names
    worker, states = awake.worker(tx, now), outbox.counts(tx)
    offline = cursors.offline_since(tx, sources)
    waiting = states.get(OutboxState.QUEUED, 0)
    away, waits = facts.away_until(tx), _unanswered(tx, now)
    return Header(
        shop=shop.name,
        currency=shop.currency,
        zone=shop.timezone,
        synced_at=cursors.synced_at(tx, sources),
        sender=leases.holder(tx, "sender", now) is not None,
        live=house.settings.policy.live,
        held=desk_outbox.on_hold(tx),
        waiting=waiting,
        due=actions.count_due(tx, now)[0] if due is None else due,
        needs_you=sum(states.get(state, 0) for state in NEEDS_OPERATOR),
        trouble=trouble.words(house, tx, offline, waiting, now),
        refreshed=freshness.holds(house, tx),
        worker=worker.where if worker is not None else "",
        away_until=away if away is not None and away > now else None,
        unanswered=len(waits),
        unanswered_since=min(waits.values(), default=None),
        next_leaves_at=outbox.next_time(tx, besides_channels=channel_states.every(tx)),
        offline_since=offline,
    )


def _unanswered(tx: Connection, now: datetime) -> dict[int, datetime]:
    """Who waits for an answer, and since when; who was let wait for a month is history."""
    since: dict[int, datetime] = {}
    for thread in conversations.waiting(tx):  # the longest first
        if thread.waiting_since is not None and now - thread.waiting_since <= _MONTH:
            since.setdefault(thread.customer_id, thread.waiting_since)
    return since


def _midnight(house: House, now: datetime) -> datetime:
    zone = house.settings.shop.timezone
    return localtime.start_of_day(localtime.local(now, zone).date(), zone)
