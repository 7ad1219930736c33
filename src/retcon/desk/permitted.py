"""Whether a message of a rule can leave to somebody at all, whatever the hour and its words; and by which way."""

from datetime import datetime

from retcon import library
from retcon.channels import permission, policy, reach
from retcon.desk import gate
from retcon.desk.house import House
from retcon.model.people import Purpose
from retcon.model.playbook import Rule
from retcon.model.policy import Answer
from retcon.model.situation import Situation
from retcon.model.standing import Stage
from retcon.store import consents
from retcon.store.database import Connection

# What the gate asks of the person and the way alone.
_OF_THE_PERSON = (
    policy.left_alone,
    policy.address,
    policy.closed,
    permission.barred,
    permission.consent,
    permission.suppressed,
)


def asks_consent(rule: Rule) -> bool:
    """Whether the rule is for nobody but those who may be written to.

    A personal word to win somebody back is due all the same: there may be another way to them than those set up.
    """
    alone = rule.personal and rule.stage is Stage.WIN_BACK
    return rule.purpose is not Purpose.SERVICE and not rule.asks and not alone


def way(house: House, situation: Situation, rule: Rule, now: datetime) -> reach.Way:
    """The first of the rule's ways, in the order in which people there read them, by which it may go."""
    profile, media = library.profile(house.settings.places.config, situation.customer.country), house.media
    kinds = rule.channels or tuple(media.values())
    found = reach.choose(situation, kinds, profile, media)
    if found.channel is None or rule.purpose is Purpose.SERVICE or len(kinds) < 2:
        return found
    ways = (it for it in reach.ways(situation, profile, media) if it.medium in kinds and not it.why_not)
    return next((it for it in ways if not refusal(house, situation, rule.purpose, it, now)), found)


def why_never(house: House, tx: Connection, situation: Situation, rule: Rule, now: datetime) -> str:
    """Why a message of the rule can never leave to this person, in the gate's words; empty where it can.

    A channel that isn't set up keeps nothing from being due: it says so in the message.
    """
    if not rule.asks and not asks_consent(rule):
        return ""
    found = way(house, situation, rule, now)
    if found.channel is None:
        return found.why_not if rule.asks or set(rule.channels) & set(house.media.values()) else ""
    if not rule.asks:
        return refusal(house, situation, rule.purpose, found, now)
    if consents.asked_at(tx, situation.customer.id) is not None:
        return "They were asked already."
    if not refusal(house, situation, Purpose.MARKETING, found, now):
        return "They may be written to already."
    return refusal(house, situation, rule.purpose, found, now, asks=True)


def refusal(
    house: House, situation: Situation, purpose: Purpose, by: reach.Way, now: datetime, *, asks: bool = False
) -> str:
    """What of the person or the way refuses such a message; empty where nothing does."""
    asked = gate.Asked(purpose=purpose, channel=by.channel or "", recipient=by.recipient, asks=asks)
    question = gate.question(house, situation, asked)
    said = (rule(question, now) for rule in _OF_THE_PERSON)
    return next((verdict.reason for verdict in said if verdict is not None and verdict.answer is Answer.NO), "")
