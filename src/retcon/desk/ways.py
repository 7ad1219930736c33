"""By which channels a person can be reached, and sending what is due by another one of them."""

from dataclasses import replace

from retcon import library
from retcon.channels import reach
from retcon.desk import drafts, planning, situations
from retcon.desk.house import House
from retcon.errors import Conflict, InputError
from retcon.frozen import dataclass
from retcon.model.playbook import Action, Draft
from retcon.store import actions, conversations, operations
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel that is set up, what it writes to, and why it doesn't reach the person; empty where it does."""

    channel: str
    medium: str
    why_not: str = ""


def ways(house: House, customer_id: int) -> tuple[Way, ...]:
    """Every channel that is set up, those that people there read first first; none where the person isn't known."""
    with house.database.read() as tx:
        situation = situations.load(tx, [customer_id], house.now()).get(customer_id)
    if situation is None:
        return ()
    profile = library.profile(house.settings.places.config, situation.customer.country)
    return tuple(
        Way(channel=way.channel or "", medium=way.medium, why_not=way.why_not)
        for way in reach.ways(situation, profile, house.media)
    )


def take(house: House, action_id: int, revision: int, channel: str) -> Action:
    """What is due goes by this channel, with the same words; one operation. Returns it as it is then.

    Raises Conflict where it is no longer what was on the screen, InputError where the channel doesn't reach the person.
    """
    now = house.now()

    def work(tx: Connection) -> Action:
        action = actions.get(tx, action_id)
        if why := drafts.refusal(tx, action, revision, now):
            raise Conflict(why)
        draft = by(house, tx, action, channel)
        operation = operations.begin(tx, "edit", "1 on another channel", now)
        operations.note(tx, operation, "actions", action_id)
        actions.edit(tx, action_id, draft)
        return actions.get(tx, action_id)

    return house.database.write(work)


def by(house: House, tx: Connection, action: Action, channel: str) -> Draft:
    """The action's message with the same words by this channel. Raises InputError where that reaches them not."""
    situation = situations.load(tx, [action.customer_id], house.now())[action.customer_id]
    profile = library.profile(house.settings.places.config, situation.customer.country)
    way = next((way for way in reach.ways(situation, profile, house.media) if way.channel == channel), None)
    if way is None or way.why_not:
        raise InputError(way.why_not if way is not None else f"config.toml has no [channels.{channel}].")
    subject = _subject(house, tx, action) if way.medium == "email" else ""
    draft = replace(action.draft, channel=channel, recipient=way.recipient, subject=subject, notes=())
    return draft if subject else replace(draft, operator_subject="")


def _subject(house: House, tx: Connection, action: Action) -> str:
    if action.draft.subject:
        return action.draft.subject
    said = conversations.get(tx, action.thread_id).subject if action.thread_id is not None else ""
    return planning.answer_to(said, house.settings.shop.name)
