"""The gate: one question asked when a draft is shown, when it is approved and when it would leave.

Facts and a time in, verdicts out: the policy of `channels.policy` and whether the occasion still holds.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from retcon import library, localtime
from retcon.channels import policy, reach
from retcon.desk import shop as house_shop
from retcon.desk import situations
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.outbox import OutboxRow
from retcon.model.people import Purpose
from retcon.model.playbook import Action, Moment, Rule
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Situation
from retcon.retention import answering, playbook, snippets
from retcon.store import actions, consents, cursors
from retcon.store.database import Connection

# The rule by which old facts hold a message back; it lifts with a pull, or with the operator's word.
AGE = "age"
# Beyond this age of what is known of the shop, advertising waits for a pull; beyond the second, everything.
_STALE_FOR_MARKETING = timedelta(hours=1)
_STALE_FOR_ALL = timedelta(days=2)


def judge(house: House, tx: Connection, action: Action, now: datetime) -> tuple[Verdict, ...]:
    """What the gate says of a due action's draft; empty of objections where it may leave now."""
    situation = situations.load(tx, [action.customer_id], now).get(action.customer_id)
    return judge_known(house, action, situation, now)


def judge_known(house: House, action: Action, situation: Situation | None, now: datetime) -> tuple[Verdict, ...]:
    """As `judge`, for a customer that has been loaded already."""
    if situation is None:
        return (_gone(),)
    rule, draft = _rule(house, action.rule), action.draft
    message = Asked(
        purpose=action.purpose,
        channel=draft.channel,
        recipient=draft.recipient,
        expires_at=action.expires_at,
        thread_id=action.thread_id,
        answer=action.moment is Moment.ANSWER,
        letters=reach.letters(draft.body) if draft.body.strip() else 0,
        with_file=bool(draft.files),
        gaps=snippets.gaps(f"{draft.subject}\n{draft.body}"),
        asks=rule is not None and rule.asks,
        subject=draft.subject,
        body=draft.body,
        mass=_to_many(rule),
    )
    return _judge(house, situation, message, now, rule, action.anchor)


def judge_row(house: House, tx: Connection, row: OutboxRow, now: datetime) -> tuple[Verdict, ...]:
    """What the gate says of an approved row at the moment when it would leave, on the newest facts."""
    situation = situations.load(tx, [row.customer_id], now, besides=row.id).get(row.customer_id)
    if situation is None:
        return (_gone(),)
    action = actions.get(tx, row.action_id) if row.action_id is not None else None
    rule = _rule(house, action.rule) if action is not None else None
    message = Asked(
        purpose=row.purpose,
        channel=row.channel,
        recipient=row.recipient,
        expires_at=row.expires_at,
        thread_id=row.thread_id,
        answer=action is not None and action.moment is Moment.ANSWER,
        asks=consents.asks(row.key) or (rule is not None and rule.asks),
        subject=row.subject,
        body=row.body,
        mass=_to_many(rule),
    )
    anchor = action.anchor if action is not None else ""
    said = _judge(house, situation, message, now, rule, anchor, approved_at=row.approved_at)
    return (*said, *_age(house, tx, row.purpose, now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message as far as the gate looks at it."""

    purpose: Purpose
    channel: str
    recipient: str
    expires_at: datetime | None = None
    thread_id: int | None = None
    answer: bool = False  # it belongs to a conversation
    letters: int = 1
    with_file: bool = False
    gaps: tuple[str, ...] = ()  # fields that stand in it unfilled
    asks: bool = False  # it asks for a permission
    subject: str = ""
    body: str = ""  # where there is none, nobody asks for its words
    mass: bool = False


def ask(house: House, situation: Situation, message: Asked, now: datetime) -> tuple[Verdict, ...]:
    """What the policy says of a message that no rule of the playbook has made due."""
    return policy.judge(question(house, situation, message), now)


def others(house: House, situation: Situation, message: Asked, now: datetime) -> tuple[reach.Way, ...]:
    """The other channels that would let the message pass, now or later; those that people there read first first."""
    profile = library.profile(house.settings.places.config, situation.customer.country)
    found = reach.ways(situation, profile, house.media)
    return tuple(
        way
        for way in found
        if way.channel is not None
        and way.channel != message.channel
        and not way.why_not
        and policy.answer(ask(house, situation, _by(message, way), now))[0] is not Answer.NO
    )


def _by(message: Asked, way: reach.Way) -> Asked:
    """The message as it would go there: its words would be written anew."""
    return replace(
        message,
        channel=way.channel or "",
        recipient=way.recipient,
        letters=message.letters or 1,
        subject="",
        body="",
    )


def _judge(
    house: House,
    situation: Situation,
    message: Asked,
    now: datetime,
    rule: Rule | None,
    anchor: str,
    *,
    approved_at: datetime | None = None,
) -> tuple[Verdict, ...]:
    if message.channel not in house.media:
        return (_no_channel(house, situation, rule, message.channel),)
    said = ask(house, situation, message, now)
    if any(verdict.answer is Answer.NO and verdict.rule in policy.OF_THE_CHANNEL for verdict in said):
        said = _with_others(said, others(house, situation, message, now))
    if rule is None:
        return said
    return (playbook.still_due(rule, situation, house_shop.current(house), anchor, now, approved_at=approved_at), *said)


def _with_others(said: tuple[Verdict, ...], ways: tuple[reach.Way, ...]) -> tuple[Verdict, ...]:
    """The same, the first refusal of the channel followed by the next best way: "E-mail can." """
    if not ways:
        return said
    medium = reach.words(ways[0].medium)
    can = f"{medium[:1].upper()}{medium[1:]} can."
    first = next(it for it in said if it.answer is Answer.NO and it.rule in policy.OF_THE_CHANNEL)
    return tuple(replace(it, reason=f"{it.reason} {can}", other=ways[0].medium) if it is first else it for it in said)


def question(house: House, situation: Situation, message: Asked) -> policy.Question:
    settings, purpose = house.settings, message.purpose
    told_since = settings.policy.soft_opt_in
    return policy.Question(
        situation=situation,
        purpose=purpose,
        channel=message.channel,
        kind=house.media.get(message.channel, ""),
        recipient=message.recipient,
        profile=library.profile(settings.places.config, situation.customer.country),
        shop=settings.shop,
        cap_per_week=settings.policy.cap_per_week,
        expires_at=message.expires_at,
        answers_at=_answers_at(situation, message) if purpose is Purpose.SERVICE and message.answer else None,
        away_until=situation.away_until,
        told_since=date.fromisoformat(told_since) if told_since else None,
        letters=message.letters,
        with_file=message.with_file,
        gaps=message.gaps,
        asks=message.asks,
        subject=message.subject,
        body=message.body,
        mass=message.mass,
        days=house_shop.days_of(house),
        media=house.media,
    )


def _to_many(rule: Rule | None) -> bool:
    return rule is not None and not rule.personal


def _answers_at(situation: Situation, message: Asked) -> datetime | None:
    """When the person last wrote in the conversation that the message belongs to."""
    thread = situation.thread(message.thread_id)
    return thread.last_in_at if thread is not None else None


def _age(house: House, tx: Connection, purpose: Purpose, now: datetime) -> tuple[Verdict, ...]:
    """Old facts hold messages back: the customer may have bought, written or returned something since."""
    if not house.source_names:
        return ()
    at = cursors.synced_at(tx, house.source_names)
    limit = _STALE_FOR_ALL if purpose is Purpose.SERVICE else _STALE_FOR_MARKETING
    if at is not None and now - at <= limit:
        return ()
    words = f"since {localtime.local(at, house.settings.shop.timezone):%a %H:%M}" if at else "yet"
    reason = f"The shop was not pulled {words}, so this may be out of date. Leaves after the next sync."
    return (Verdict(rule=AGE, answer=Answer.LATER, reason=reason),)


def asks(house: House, tx: Connection, now: datetime) -> bool:
    """Whether what is known of the shop is so old that only the operator's word lets anything leave."""
    at = cursors.synced_at(tx, house.source_names)
    return bool(house.source_names) and (at is None or now - at > _STALE_FOR_ALL)


def _rule(house: House, id_: str) -> Rule | None:
    if id_ == answering.REPLY.id:
        return answering.REPLY
    return library.rule(house.settings.places.config, id_)


def _gone() -> Verdict:
    return Verdict(rule="customer", answer=Answer.NO, reason="This customer is no longer there: merged, or erased.")


def _no_channel(house: House, situation: Situation, rule: Rule | None, channel: str) -> Verdict:
    if channel or rule is None:
        reason = f"[channels.{channel}] is not in config.toml any more."
    else:
        profile = library.profile(house.settings.places.config, situation.customer.country)
        reason = reach.choose(situation, rule.channels or house.media.values(), profile, house.media).why_not
        reason = reason or "A way to reach them was found since. Leaves after: retcon refresh"
    return Verdict(rule="channel", answer=Answer.NO, reason=reason)
