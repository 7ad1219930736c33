"""Deciding on what is due: let it leave, change its words, drop it, put it off. Each is one operation, one undo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from retcon import library, localtime, text
from retcon.channels import policy
from retcon.desk import gate, hours, promises
from retcon.desk.house import House
from retcon.errors import Conflict, InputError
from retcon.frozen import dataclass
from retcon.model.conversations import Direction, PromiseState
from retcon.model.outbox import OutboxRow
from retcon.model.playbook import Action, ActionState
from retcon.model.policy import Answer, Verdict
from retcon.store import actions, complaints, consents, conversations, installation, operations, outbox, people
from retcon.store import promises as promised
from retcon.store.database import Connection

Judge = Callable[[House, Connection, Action, datetime], tuple[Verdict, ...]]
# (action id, why not)
Refusal = tuple[int, str]

# What is put off until somebody answers comes back after so long all the same.
UNTIL_ANSWER = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What approving came to.

    `now` leave when the undo window ends, `later` at an hour of their own, or when something else has happened.
    """

    operation_id: int | None  # None where all were refused
    rows: tuple[OutboxRow, ...]
    refused: tuple[Refusal, ...]
    now: int
    later: int
    first_later_at: datetime | None
    undo_until: datetime

    @property
    def words(self) -> str:
        """What the operation is called from now on."""
        return f"{len(self.rows)} approved" if self.rows else "Nothing was approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What skipping or putting off came to."""

    operation_id: int | None  # None where all were refused
    ids: tuple[int, ...]
    refused: tuple[Refusal, ...]
    words: str


# An hour for all of them, or for each action its own.
Chosen = datetime | Mapping[int, datetime] | None


def approve(
    house: House, picks: Sequence[tuple[int, int]], *, not_before: Chosen = None, judge: Judge = gate.judge
) -> Approved:
    """Freeze the picked actions, each (id, revision) as it was on the screen, into messages that wait.

    `not_before` is the hour at which they leave at the earliest. Refused, each with a sentence: what changed while it
    was looked at, what was decided elsewhere, what the gate says no to, now or at that hour. What they may promise is
    offered as a promise.
    """
    approved = house.database.write(lambda tx: approve_in(house, tx, picks, not_before=not_before, judge=judge))
    if approved.rows:
        promises.offer(house, {row.customer_id for row in approved.rows})
    return approved


def approve_in(
    house: House,
    tx: Connection,
    picks: Sequence[tuple[int, int]],
    *,
    not_before: Chosen = None,
    judge: Judge = gate.judge,
    operation: int | None = None,
) -> Approved:
    """As `approve`, within the caller's transaction and, where one is given, as a part of that operation."""
    now = house.now().replace(microsecond=0)
    undo_until = now + timedelta(seconds=house.settings.policy.undo_seconds)
    rows: list[OutboxRow] = []
    refused: list[Refusal] = []
    for id_, revision in picks:
        action = actions.find(tx, id_)
        chosen = not_before.get(id_) if isinstance(not_before, Mapping) else not_before
        why = refusal(tx, action, revision, now) or _no_words(action)
        verdicts: tuple[Verdict, ...] = ()
        if action is not None and not why:
            verdicts, why = _judged(house, tx, action, now, chosen, judge)
        if action is None or why:
            refused.append((id_, why))
            continue
        operation = operation or operations.begin(tx, "approve", "", now)
        rows.append(_freeze(house, tx, operation, action, verdicts, now, undo_until, chosen))
    later = [row.not_before for row in rows if row.waits_reason]
    approved = Approved(
        operation_id=operation,
        rows=tuple(rows),
        refused=tuple(refused),
        now=len(rows) - len(later),
        later=len(later),
        first_later_at=min((at for at in later if at > undo_until), default=None),
        undo_until=undo_until,
    )
    if operation is not None and rows:
        operations.call(tx, operation, approved.words)
    return approved


def _judged(
    house: House, tx: Connection, action: Action, now: datetime, chosen: datetime | None, judge: Judge
) -> tuple[tuple[Verdict, ...], str]:
    """What the gate says of the action at the hour at which it would leave, and why it can't be approved at all."""
    if chosen is not None and chosen <= now:
        return (), "That hour is over."
    if chosen is not None and (late := too_late(action, chosen, house.settings.shop.timezone)):
        return (), late
    verdicts = judge(house, tx, action, now)
    no = next((said.reason for said in verdicts if said.answer is Answer.NO), "")
    if chosen is None or no:
        return verdicts, no
    then = judge(house, tx, action, chosen)
    no = next((said.reason for said in then if said.answer is Answer.NO), "")
    return then, f"At that hour: {no}" if no else ""


def too_late(action: Action, at: datetime, zone: str) -> str:
    """Why the action can't wait until then; empty where it can."""
    if at < action.expires_at:
        return ""
    return f"It is of use until {localtime.local(action.expires_at, zone):%a %d %b %H:%M} only."


def _no_words(action: Action | None) -> str:
    return "It has no words yet." if action is not None and not action.draft.body.strip() else ""


def refusal(tx: Connection, action: Action | None, revision: int | None, now: datetime) -> str:
    """Why the operator can't decide on the action any more; empty where they can."""
    if action is None:
        return "It is no longer there."
    if action.state in (ActionState.APPROVED, ActionState.DONE):
        return f"Another console did this {_ago(actions.decided_at(tx, action.id), now)}."
    if action.state is ActionState.SKIPPED:
        return f"It was dropped {_ago(actions.decided_at(tx, action.id), now)}."
    if action.state is ActionState.EXPIRED or action.expires_at <= now:
        return "It no longer fits, or is too late."
    if revision is not None and revision != action.revision:
        return "It changed while you looked. Look again, then approve."
    return ""


def _freeze(
    house: House,
    tx: Connection,
    operation: int,
    action: Action,
    verdicts: tuple[Verdict, ...],
    now: datetime,
    undo_until: datetime,
    chosen: datetime | None,
) -> OutboxRow:
    until = policy.answer(verdicts)[1]
    reason = next((said.reason for said in verdicts if said.answer is Answer.LATER), "")
    if chosen is not None:
        reason = you_chose(house, tx, action.customer_id, chosen, verdicts)
    operations.note(tx, operation, "actions", action.id)
    row = outbox.add(
        tx,
        action_id=action.id,
        revision=action.revision,
        customer_id=action.customer_id,
        channel=action.draft.channel,
        purpose=action.purpose,
        recipient=action.draft.recipient,
        subject=action.draft.subject,
        body=action.draft.body,
        language=action.draft.language,
        approved_at=now,
        not_before=max(filter(None, (undo_until, until, chosen))),
        expires_at=action.expires_at,
        rehearsal=not house.settings.policy.live,
        waits_reason=reason,
        detail=f"operation {operation}",
        thread_id=action.thread_id,
        reply_to=_answered(house, tx, action),
        attached=action.draft.files,
        chosen_at=chosen,
        key=_asking(house, tx, action),
    )
    operations.note_new(tx, operation, "outbox", row.id)
    actions.approve(tx, action.id, now)
    return row


def _asking(house: House, tx: Connection, action: Action) -> str | None:
    """The key by which a yes is known to answer this message; None where it asks for none."""
    if action.rule not in {rule.id for rule in library.rules(house.settings.places.config) if rule.asks}:
        return None
    medium = house.media.get(action.draft.channel, action.draft.channel)
    name = f"{consents.ASKING}.{medium}.{action.customer_id}.{action.id}.{action.revision}"
    return installation.key(tx, name)


def you_chose(house: House, tx: Connection, customer_id: int, at: datetime, verdicts: tuple[Verdict, ...] = ()) -> str:
    """Why a message waits for an hour that the operator chose, and for a later one where the gate says so of it."""
    customer = people.get(tx, [customer_id]).get(customer_id)
    zone, now, mine = hours.there(customer) if customer else None, house.now(), house.settings.shop.timezone
    chose = f"You chose {hours.on_both_clocks(at, now, zone, mine).partition(',')[0]}"
    said = next((verdict.reason for verdict in verdicts if verdict.answer is Answer.LATER), "")
    if not said:
        return f"{chose}."
    until = policy.answer(verdicts)[1]
    fact = said.partition(" Leaves ")[0] if until is not None else said
    fact = f"it is{fact[5:]}" if fact.startswith("It is") else fact
    leaves = f" Leaves {hours.on_both_clocks(until, now, zone, mine)}." if until is not None else ""
    return f"{chose}; then {fact}{leaves}" if fact.startswith("it is") else f"{chose}. {fact}{leaves}"


def _answered(house: House, tx: Connection, action: Action) -> str:
    """The source's id of the message that the action answers: the last one that came in, where it came in."""
    if action.thread_id is None:
        return ""
    if conversations.get(tx, action.thread_id).medium != house.media.get(action.draft.channel):
        return ""
    said = [message for message in conversations.messages(tx, action.thread_id) if message.direction is Direction.IN]
    return said[-1].source_id if said else ""


def edit(house: House, action_id: int, revision: int, subject: str, body: str, beside: str = "") -> Action:
    """Write the action's text anew and return it as it is then; from now on recomputing leaves the text alone.

    `beside` is the same in the operator's language, where that is known.

    Raises Conflict where it is no longer what was on the screen, InputError where no text is left.
    """
    if not body.strip():
        raise InputError("A message without words can't leave.", "Write something, or skip it.")
    now = house.now()

    def work(tx: Connection) -> Action:
        action = actions.get(tx, action_id)
        # Where there were no words, nobody's are written over.
        why = refusal(tx, action, revision if action.draft.body.strip() else None, now)
        if why:
            raise Conflict(why)
        fresh = replace(action.draft, subject=text.header(subject), body=text.keep(body), notes=())
        if (fresh.subject, fresh.body) == (action.draft.subject, action.draft.body):
            return action
        same = fresh.language == house.settings.shop.language
        mine = (fresh.subject, fresh.body) if same else ("", text.keep(beside))
        fresh = replace(fresh, operator_subject=mine[0], operator_body=mine[1])
        operation = operations.begin(tx, "edit", "1 edited", now)
        operations.note(tx, operation, "actions", action_id)
        actions.edit(tx, action_id, fresh)
        return actions.get(tx, action_id)

    return house.database.write(work)


def skip(house: House, ids: Sequence[int], why: str, *, never: bool = False) -> Decided:
    """Drop due actions with a reason; `never` also leaves these people alone from now on.

    Raises Conflict where none of them can be dropped any more.
    """
    now = house.now()

    def drop(tx: Connection, operation: int, action: Action) -> None:
        operations.note(tx, operation, "actions", action.id)
        actions.skip(tx, action.id, text.keep(why, 500), now)
        _let_go(tx, operation, action, now)
        if never:
            operations.note(tx, operation, "customers", action.customer_id)
            people.set_left_alone(tx, [action.customer_id], True)

    words = "dropped, and left alone" if never else "dropped"
    return house.database.write(lambda tx: _each(tx, ids, "skip", words, now, drop, lambda _: ""))


def _let_go(tx: Connection, operation: int, action: Action, now: datetime) -> None:
    """What the action was about is over with it: a question that comes later is a new one."""
    if action.anchor.startswith("thread:") and action.thread_id is not None:
        operations.note(tx, operation, "threads", action.thread_id)
        conversations.close(tx, action.thread_id, now)
    elif action.anchor.startswith("promise:"):
        promise = int(action.anchor.removeprefix("promise:"))
        operations.note(tx, operation, "promises", promise)
        promised.decide(tx, promise, PromiseState.DROPPED, now)
    elif (complaint := complaints.about(tx, action.anchor)) is not None:
        operations.note(tx, operation, "complaints", complaint)
        complaints.close(tx, complaint, now)


def snooze(house: House, ids: Sequence[int], until: datetime, *, wakes_on_answer: bool = False) -> Decided:
    """Put due actions off until a time ahead; with `wakes_on_answer` also until the person writes, if that is first.

    What waits for an answer comes back a day before it is too late. Raises InputError where the time is over,
    Conflict where none can be put off.
    """
    now = house.now()
    if until <= now:
        raise InputError("That time is over.", "Say one that is ahead.")
    zone = house.settings.shop.timezone

    def end(action: Action) -> datetime:
        latest = action.expires_at - localtime.DAY
        return min(until, latest) if wakes_on_answer and latest > now else until

    def put_off(tx: Connection, operation: int, action: Action) -> None:
        operations.note(tx, operation, "actions", action.id)
        actions.snooze(tx, action.id, end(action), until_answer=wakes_on_answer)

    words = "put off until they answer" if wakes_on_answer else "put off"
    return house.database.write(
        lambda tx: _each(tx, ids, "snooze", words, now, put_off, lambda action: too_late(action, end(action), zone))
    )


def _each(
    tx: Connection,
    ids: Sequence[int],
    verb: str,
    words: str,
    now: datetime,
    decide: Callable[[Connection, int, Action], None],
    why_not: Callable[[Action], str],
) -> Decided:
    """Decide on every action that can still be decided on, as one operation."""
    done: list[int] = []
    refused: list[Refusal] = []
    operation: int | None = None
    for id_ in dict.fromkeys(ids):
        action = actions.find(tx, id_)
        why = refusal(tx, action, None, now)
        if action is None or why or (why := why_not(action)):
            refused.append((id_, why))
            continue
        operation = operation or operations.begin(tx, verb, "", now)
        decide(tx, operation, action)
        done.append(id_)
    if operation is None:
        raise Conflict(refused[0][1] if refused else "Nothing was chosen.")
    words = f"{len(done)} {words}"
    operations.call(tx, operation, words)
    return Decided(operation_id=operation, ids=tuple(done), refused=tuple(refused), words=words)


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "in the meantime"
    seconds = max(0, int((now - at).total_seconds()))
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit} ago"
    return f"{seconds} s ago"
