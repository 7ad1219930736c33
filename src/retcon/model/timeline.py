"""Everything that happened with one customer, as events of one timeline."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, Message, Promise
from retcon.model.orders import Order, Refund, Review
from retcon.model.outbox import OutboxRow
from retcon.model.people import Consent, Note
from retcon.model.playbook import Action


class Kind(StrEnum):
    """What happened."""

    ORDER = "order"
    REFUND = "refund"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    MESSAGE = "message"  # what they wrote, and what other programs wrote to them
    OUTBOX = "outbox"  # what retcon wrote to them, or is to
    ACTION = "action"  # what was dropped, put off, or done without a message
    CONSENT = "consent"
    NOTE = "note"
    PROMISED = "promised"
    PROMISE_OVER = "promise_over"  # kept, dropped, or its day is past
    COMPLAINT = "complaint"
    REVIEW = "review"
    IDENTITY = "identity"  # made one with another, or taken apart


# What a timeline can be narrowed to.
GROUPS: dict[str, tuple[Kind, ...]] = {
    "everything": tuple(Kind),
    "orders": (Kind.ORDER, Kind.REFUND, Kind.REVIEW),
    "words": (
        Kind.MESSAGE,
        Kind.OUTBOX,
        Kind.ACTION,
        Kind.NOTE,
        Kind.PROMISED,
        Kind.PROMISE_OVER,
        Kind.COMPLAINT,
        Kind.REVIEW,
    ),
    "parcels": (Kind.SHIPPED, Kind.DELIVERED),
    "money": (Kind.ORDER, Kind.REFUND),
}

# Where an event stands: seconds since 1970, kind, and which of its kind.
Key = tuple[int, str, int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """Money given back on an order."""

    refund: Refund
    number: str  # of the order
    currency: str
    total_minor: int  # of the order


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message with its medium; `answered_at` where it is theirs and an answer has gone out since."""

    message: Message
    medium: str
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of ours, and the title of what it was due as; empty where it was due as nothing."""

    row: OutboxRow
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A review, and what it is of; empty where the product is gone."""

    review: Review
    product: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Who they are has changed, in the words of the operation."""

    verb: str  # "merge" or "split"
    words: str


What = Order | Refunded | Said | Sent | Action | Consent | Note | Promise | Complaint | Reviewed | Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, whole: of ORDER, SHIPPED and DELIVERED `what` is the order."""

    key: Key
    at: datetime
    kind: Kind
    what: What
