"""Rules, and the actions that are due because of them."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from retcon.frozen import dataclass
from retcon.model.calendar import Feast
from retcon.model.conversations import File
from retcon.model.orders import Order, Review
from retcon.model.people import Purpose
from retcon.model.products import Article
from retcon.model.standing import Stage

# The occasions that something said makes, as a rule's `trigger` names them.
SAID = ("unanswered", "promise", "complaint", "stop")


class Moment(StrEnum):
    """The groups of Today, in the order in which they are worked."""

    ANSWER = "answer"
    DECIDE = "decide"
    SLIPPING = "slipping"
    FIRST_WEEK = "first_week"
    AFTER_DELIVERY = "after_delivery"
    REASON = "reason"
    HABIT = "habit"
    FRIENDS = "friends"
    COME_BACK = "come_back"


class ActionState(StrEnum):
    """What became of a due action."""

    DUE = "due"
    SNOOZED = "snoozed"
    APPROVED = "approved"
    DONE = "done"
    SKIPPED = "skipped"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the playbook, as its TOML file says it."""

    id: str
    title: str  # what the row says: "parcel note"
    moment: Moment
    purpose: Purpose
    stage: Stage
    template: str  # empty where the operator writes the words
    trigger: str  # what makes it due, once for each occasion: one of retention/playbook's TRIGGERS, or of SAID
    channels: tuple[str, ...]  # empty: where it was said, else whatever is set up
    personal: bool  # one decision per person; never folded with others
    due_days: int  # it may be done so many days after what triggers it, at the earliest
    expires_days: int  # and is too late after so many
    due_when_shipped: bool = False  # or as soon as the first order's parcel has left, if that comes first
    due_hours: int = 0  # of what was said: after so many hours of waiting; of a promise: so many before its hour
    invites: bool = False  # its message may carry a line that asks for a permission, or leads to a chat
    covers: str = ""  # the notice that it is, "parcel": not due where the shop has sent that by itself
    when: Mapping[str, object] = field(default_factory=dict[str, object])  # see retention/playbook/conditions.py
    needs: tuple[str, ...] = ()  # facts of its text without which it isn't due: "product.tips"
    priority: int = 5  # 1 comes first; of two unasked messages to one person only the first is due
    cap: int = 0  # at most so many due at once, those with most at stake; 0: no end
    variants: tuple[str, ...] = ()  # other texts, of which each person always gets the same one
    asks: bool = False  # its message asks for a permission
    rest_days: int = 0  # not within so many days of the last decision on a message of the rule to the person
    once: bool = False  # once for a person, not once for each occasion
    enabled: bool = True
    own: bool = False  # the seller's file
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an occasion is about beside the customer; None and empty where it isn't about such a thing."""

    order: Order | None = None
    article: Article | None = None
    offers: tuple[Article, ...] = ()  # what may be suggested, the best first, at most three
    feast: Feast | None = None
    season: str = ""  # winter, summer, rain
    review: Review | None = None
    used_up: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A rule that is due for a customer; `anchor` is the source's own id of what it is about."""

    rule: Rule
    anchor: str
    due_at: datetime
    expires_at: datetime
    reason: str
    about: About = field(default_factory=About)
    thread_id: int | None = None  # the conversation that it answers
    urgency: int = 0  # as of an Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words of one message in one language, not yet filled in; `chat` is its short form for messengers.

    `footer` goes under what needs a way out, `invite` under what may ask for a permission. Without a short form the
    long one goes everywhere.
    """

    id: str
    language: str  # a tag; with "-informal" where it says du and tu
    subject: str
    body: str
    chat: str = ""
    footer: str = ""
    footer_chat: str = ""
    invite: str = ""
    invite_chat: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The message of an action, written: what would leave, and the same in the operator's language."""

    channel: str
    recipient: str
    language: str
    subject: str
    body: str
    operator_subject: str = ""
    operator_body: str = ""
    notes: tuple[str, ...] = ()  # what to know of the text, in sentences: a field that was missing
    files: tuple[File, ...] = ()  # that go with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something due for a customer. `revision` rises whenever the draft changes before it is approved."""

    id: int
    revision: int
    rule: str
    anchor: str
    moment: Moment
    purpose: Purpose
    stage: Stage
    title: str
    customer_id: int
    draft: Draft
    due_at: datetime
    expires_at: datetime
    state: ActionState
    stake_minor: int  # at stake in twelve months, in the shop's currency
    reason: str  # one sentence: why this, why now
    personal: bool
    snoozed_until: datetime | None = None
    until_answer: bool = False  # put off until the person writes, if that comes first
    skip_reason: str = ""
    edited: bool = False
    thread_id: int | None = None  # the conversation that it answers
    urgency: int = 0  # 0 usual, 1 a complaint or a third message without an answer, 2 a broken promise
