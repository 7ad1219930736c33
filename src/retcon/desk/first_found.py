"""What the first run ends with: three people whom the seller knows, one finished note, and what comes next."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from retcon import library
from retcon.config import SHOP_MAILS, is_mailbox
from retcon.desk import configuring, drafts, gate, planning, questions, situations
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.model.playbook import Action, Draft
from retcon.model.policy import Verdict
from retcon.model.standing import Standing
from retcon.retention import languages
from retcon.store import actions, people, standings
from retcon.store.database import Connection

_NAMES = 3
# So many are looked at for one whom a note is written to in their own language.
_LOOKED_AT = 50
# Beyond so many usual gaps nobody is surprised any more that they don't come.
_LONG_GONE = 8
_OLD = timedelta(days=60)
# The rules whose words show what a note looks like where none is due.
_EXAMPLES = ("vip-silent", "sleepers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One of the three: somebody whose silence the seller will recognise."""

    customer: Customer
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The words for the first of them. `action` is what they are due for, None where they only show how it looks."""

    draft: Draft
    action: Action | None
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the orders told."""

    people: int
    due: int
    stake_minor: int
    names: tuple[Known, ...]
    note: Note | None
    newest: date | None  # the day of the newest order
    old: bool  # the newest order is so long ago that nobody's silence means anything
    own_address: str  # where practice messages go; "" where none is known
    channel: bool  # whether anything could leave


def look(house: House) -> Found:
    """Who is missed most, with the note for the first of them. Reads everybody's standing once."""
    now = house.now()
    with house.database.read() as tx:
        due = {action.customer_id: action for action in reversed(actions.due(tx, now)) if action.draft.body.strip()}
        every = list(standings.every(tx))
        chosen = _three(house, tx, every, due)
        customers = people.get(tx, [standing.customer_id for standing in chosen])
        names = tuple(
            Known(customer=customers[each.customer_id], standing=each)
            for each in chosen
            if each.customer_id in customers
        )
        count, stake = actions.count_due(tx, now)
        note = _note(house, tx, names[0], due) if names else None
    newest = max((each.last_order_at for each in every if each.last_order_at), default=None)
    return Found(
        people=len(every),
        due=count,
        stake_minor=stake,
        names=names,
        note=note,
        newest=newest.date() if newest else None,
        old=newest is not None and now - newest > _OLD,
        own_address=house.settings.policy.test_address("email") or "",
        channel=bool(house.settings.channels),
    )


def _three(house: House, tx: Connection, every: Sequence[Standing], due: dict[int, Action]) -> list[Standing]:
    """Regulars who are later than usual, those with most at stake first; for the first of them a note is due."""

    def order(standing: Standing) -> tuple[int, int, int, int]:
        return (_kind(standing), -standing.stake_minor, -standing.spent_minor, standing.customer_id)

    ordered = sorted(every, key=order)
    first = _first(house, tx, [each for each in ordered if each.customer_id in due], due)
    others = [each for each in ordered[: _NAMES + 1] if each is not first]
    return [first, *others][:_NAMES] if first is not None else others[:_NAMES]


def _first(house: House, tx: Connection, ready: Sequence[Standing], due: dict[int, Action]) -> Standing | None:
    """The first with a note, of those whose silence shows one whose note is in their own language."""
    late = [each for each in ready if _kind(each) == 0][:_LOOKED_AT]
    customers = people.get(tx, [each.customer_id for each in late])
    for each in late:
        customer = customers[each.customer_id]
        wanted = languages.language_of(customer, library.profile(house.settings.places.config, customer.country))
        if wanted.partition("-")[0] == due[each.customer_id].draft.language.partition("-")[0]:
            return each
    return next(iter([*late, *ready]), None)


def _kind(standing: Standing) -> int:
    """0 where the silence will be recognised at once, rising with doubt."""
    cycle = standing.cycle_days
    if standing.under_way or standing.spent_minor <= 0:
        return 3
    if standing.orders >= 3 and cycle and 1.25 * cycle < standing.silent_days <= _LONG_GONE * max(cycle, 14):
        return 0
    return 1 if standing.orders >= 2 else 2


def _note(house: House, tx: Connection, known: Known, due: dict[int, Action]) -> Note | None:
    action = due.get(known.customer.id)
    if action is not None:
        return Note(draft=action.draft, action=action, verdicts=gate.judge(house, tx, action, house.now()))
    situation = situations.load(tx, [known.customer.id], house.now()).get(known.customer.id)
    rules = {rule.id: rule for rule in library.rules(house.settings.places.config)}
    rule = next((rules[name] for name in _EXAMPLES if name in rules and rules[name].template), None)
    if situation is None or rule is None:
        return None
    return Note(draft=planning.Planner.of(house, tx).draft(tx, situation, rule), action=None)


# ---- to herself ---------------------------------------------------------------------------------------------


def practise(house: House, address: str) -> None:
    """Keep the seller's own address, to which practice messages go. Raises InputError where it is none."""
    written = address.strip()
    if not is_mailbox(written):
        raise InputError("That is no e-mail address.", "Write yours, such as you@shop.example")
    others = [each for each in house.settings.policy.test_addresses if each != written]
    _put(house, "policy", {"test_addresses": [written, *others]})


def approve(house: House, note: Note) -> str:
    """Approve the note to the seller herself, and say what came of it. Nothing leaves before the console is open."""
    own = house.settings.policy.test_address("email") or ""
    if house.settings.policy.live:
        return "You are live: this would go to the customer. Approve it in Today."
    if note.action is None:
        return f"Practice goes to {own}. This one isn't due, so there is nothing to approve."
    if not house.settings.channels:
        return f"Practice goes to {own}. This waits in Today until a mailbox is set up."
    approved = drafts.approve(house, [(note.action.id, note.action.revision)])
    if approved.refused:
        return approved.refused[0][1]
    return f"Approved, to {own} alone: it leaves when the console is open."


# ---- what is next -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """One thing that is still to be said or done. `command` does it; `question` where one line answers it here."""

    key: str
    name: str
    words: str
    done: bool = False
    command: str = ""
    question: str = ""
    example: str = ""


PRACTICE, SIGNATURE, ADDRESS, TOLD, MAILS = "practice", "signature", "address", "told", "mails"


def upcoming(house: House) -> tuple[Next, ...]:
    """What is next, in the order in which it is needed; what is done says so."""
    return tuple(_upcoming(house))


def _upcoming(house: House) -> Iterator[Next]:
    shop, policy = house.settings.shop, house.settings.policy
    own = policy.test_address("email") or ""
    counts = questions.counts(house)
    open_, could = questions.pending(house, counts), counts.could
    yield Next(
        key="1",
        name=PRACTICE,
        words=f"practice messages go to {own}" if own else "your own address, for practice",
        done=bool(own),
        question="Your own e-mail address: all messages go there until you go live.",
        example="you@shop.example",
    )
    yield Next(
        key="2",
        name=SIGNATURE,
        words=f"messages are signed “{shop.signature or shop.name}”",
        done=bool(shop.signature),
        question="Who writes: the name under a message.",
        example=f"Nora at {shop.name}",
    )
    yield Next(
        key="3",
        name=ADDRESS,
        words="your postal address is known" if shop.address else "your postal address: advertising must carry it",
        done=bool(shop.address),
        question="Your postal address, on one line.",
        example="Street 1, 04109 Town, Country",
    )
    told = "buyers are told at the checkout that you may write" if policy.soft_opt_in else "buyers were not told: no"
    more = f" (then {could:,} more may be written to)" if could else ""
    yield Next(
        key="4",
        name=TOLD,
        words=f"are buyers told at the checkout that you may write to them?{more}"
        if questions.SOFT_OPT_IN in open_ and not policy.soft_opt_in
        else told,
        done=questions.SOFT_OPT_IN not in open_,
        question="Told at the checkout, and how to object? Since when, or: no",
        example="no, or 2024-03-01",
    )
    yield Next(
        key="5",
        name=MAILS,
        words=f"your shop mails by itself: {', '.join(policy.shop_mails) or 'nothing'}"
        if questions.MAILS not in open_
        else "what your shop mails to buyers by itself",
        done=questions.MAILS not in open_,
        question=f"Which of these does your shop mail: {', '.join(SHOP_MAILS)}? Or: none",
        example="order, parcel",
    )
    yield Next(
        key="6",
        name="mailbox",
        words="your mailbox is set up" if house.settings.channels else "your mailbox, so that anything can leave",
        done=bool(house.settings.channels),
        command=f"{house.settings.places.config_file}, then: retcon doctor",
    )
    yield Next(
        key="7",
        name="live",
        words="you are live" if policy.live else "what is missing before going live",
        done=policy.live,
        command="retcon live --check",
    )


def answer(house: House, name: str, line: str) -> str:
    """Keep the answer to one of `upcoming`, and say what it means. Raises InputError where it is none."""
    written = line.strip()
    if name == PRACTICE:
        practise(house, written)
        return f"Practice messages go to {written}."
    if name == TOLD:
        return _told(house, written)
    if name == MAILS:
        chosen = [] if written.lower() in ("none", "no", "nothing") else written.lower().split(",")
        questions.mails(house, [each.strip() for each in chosen if each.strip()])
        return "retcon won't do these again." if chosen else "Your shop mails nothing by itself."
    _put(house, "shop", {name: written})
    return "Kept." if name == ADDRESS else f"Messages are signed “{written}”."


def _told(house: House, written: str) -> str:
    if written.lower() in ("no", "n", "never", "-"):
        questions.told_since(house, None)
        return "Not told, so nobody gets advertising who hasn't said yes."
    try:
        since = date.fromisoformat(written)
    except ValueError:
        raise InputError("That is no day.", "Write it as 2024-03-01, or: no") from None
    questions.told_since(house, since)
    return f"Told since {since.isoformat()}: who bought since then may be written to about similar goods."


def _put(house: House, table: str, values: dict[str, object]) -> None:
    configuring.put(house.settings.places.config_file, table, values, "so the answer isn't kept")
