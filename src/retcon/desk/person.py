"""One person at the desk: what is due for them, and a message of its own that nobody has written yet."""

from datetime import datetime

from retcon.desk import planning, situations, today
from retcon.desk.house import House
from retcon.desk.today import SAID, Item
from retcon.errors import InputError
from retcon.localtime import DAY
from retcon.model.playbook import Action, ActionState
from retcon.model.situation import Situation
from retcon.retention import answering
from retcon.store import actions, conversations
from retcon.store.database import Connection


def due(house: House, customer_id: int) -> tuple[Item, ...]:
    """What is due for the person, answers first. Raises InputError for nobody."""
    now = house.now()
    with house.database.read() as tx:
        return due_in(house, tx, _situation(tx, customer_id, now), now)


def due_in(house: House, tx: Connection, situation: Situation, now: datetime) -> tuple[Item, ...]:
    """As `due`, for somebody who has been loaded already."""
    due = actions.due_of(tx, situation.customer.id, now)
    found = [today.item(house, tx, action, situation, now) for action in due]
    return tuple(
        sorted(found, key=lambda item: (-item.action.urgency, item.action.moment is not answering.REPLY.moment))
    )


def letter(house: House, customer_id: int) -> Item:
    """A message of its own to the person, in their latest conversation if there is one; its action has the id 0.

    Raises InputError for nobody.
    """
    now = house.now()
    with house.database.read() as tx:
        return letter_in(house, tx, _situation(tx, customer_id, now), now)


def letter_in(
    house: House, tx: Connection, situation: Situation, now: datetime, thread: int | None = None, said: int = SAID
) -> Item:
    """As `letter`, for somebody who has been loaded already; in that conversation, where one is named."""
    customer_id = situation.customer.id
    if thread is None:
        threads = conversations.of_customers(tx, [customer_id], now).get(customer_id, ())
        thread = threads[0].id if threads else None
    rule, stake = answering.REPLY, situation.standing.stake_minor
    action = Action(
        id=0,
        revision=0,
        rule=rule.id,
        anchor="reply:0:0",
        moment=rule.moment,
        purpose=rule.purpose,
        stage=situation.standing.stage,
        title=rule.title,
        customer_id=customer_id,
        draft=planning.Planner.of(house, tx).draft(tx, situation, rule, thread),
        due_at=now,
        expires_at=now + rule.expires_days * DAY,
        state=ActionState.DUE,
        stake_minor=stake,
        reason="You write.",
        personal=True,
        thread_id=thread,
    )
    return today.item(house, tx, action, situation, now, said=said)


def _situation(tx: Connection, customer_id: int, now: datetime) -> Situation:
    found = situations.load(tx, [customer_id], now).get(customer_id)
    if found is None:
        raise InputError(f"There is no customer {customer_id} any more.", "They may have become one with another.")
    return found
