"""The gate: one question asked when a draft is shown, when it is approved and when it would leave.

Facts and a time in, verdicts out: the policy of `channels.policy` and whether the occasion still holds.
"""

from datetime import datetime, timedelta

from retcon import library, localtime
from retcon.channels import policy, reach
from retcon.desk import situations
from retcon.desk.house import House
from retcon.model.outbox import OutboxRow
from retcon.model.people import Purpose
from retcon.model.playbook import Action, Rule
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Situation
from retcon.retention import answering, playbook
from retcon.store import actions, cursors
from retcon.store.database import Connection

# The rule by which old facts hold a message back; it lifts with a pull, or with the operator's word.
AGE = "age"
# Beyond this age of what is known of the shop, advertising waits for a pull; beyond the second, all but answers.
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
    rule = _rule(house, action.rule)
    draft = action.draft
    return _judge(
        house, situation, rule, action.anchor, action.purpose, draft.channel, draft.recipient, action.expires_at, now
    )


def judge_row(house: House, tx: Connection, row: OutboxRow, now: datetime) -> tuple[Verdict, ...]:
    """What the gate says of an approved row at the moment when it would leave, on the newest facts."""
    situation = situations.load(tx, [row.customer_id], now, besides=row.id).get(row.customer_id)
    if situation is None:
        return (_gone(),)
    action = actions.get(tx, row.action_id) if row.action_id is not None else None
    rule = _rule(house, action.rule) if action is not None else None
    said = _judge(
        house,
        situation,
        rule,
        action.anchor if action is not None else "",
        row.purpose,
        row.channel,
        row.recipient,
        row.expires_at,
        now,
        approved_at=row.approved_at,
    )
    return (*said, *_age(house, tx, row.purpose, now))


def _judge(
    house: House,
    situation: Situation,
    rule: Rule | None,
    anchor: str,
    purpose: Purpose,
    channel: str,
    recipient: str,
    expires_at: datetime | None,
    now: datetime,
    *,
    approved_at: datetime | None = None,
) -> tuple[Verdict, ...]:
    home, settings = house.settings.places.config, house.settings
    medium = house.media.get(channel)
    if medium is None:
        return (_no_channel(house, situation, rule, channel),)
    said = policy.judge(
        policy.Question(
            situation=situation,
            purpose=purpose,
            channel=channel,
            kind=medium,
            recipient=recipient,
            profile=library.profile(home, situation.customer.country),
            shop=settings.shop,
            cap_per_week=settings.policy.cap_per_week,
            expires_at=expires_at,
        ),
        now,
    )
    if rule is None:
        return said
    zone = settings.shop.timezone
    return (playbook.still_due(rule, situation, anchor, now, zone, approved_at=approved_at), *said)


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
    return next((rule for rule in library.rules(house.settings.places.config) if rule.id == id_), None)


def _gone() -> Verdict:
    return Verdict(rule="customer", answer=Answer.NO, reason="This customer has no counted order any more.")


def _no_channel(house: House, situation: Situation, rule: Rule | None, channel: str) -> Verdict:
    if channel or rule is None:
        reason = f"[channels.{channel}] is not in config.toml any more."
    else:
        profile = library.profile(house.settings.places.config, situation.customer.country)
        reason = reach.choose(situation, rule.channels or house.media.values(), profile, house.media).why_not
        reason = reason or "A way to reach them was found since. Leaves after: retcon refresh"
    return Verdict(rule="channel", answer=Answer.NO, reason=reason)
