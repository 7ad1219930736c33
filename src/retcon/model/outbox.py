"""What leaves: one frozen message, its state, and what the channel answered."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass
from retcon.model.conversations import File
from retcon.model.people import Purpose


class OutboxState(StrEnum):
    """See the table in store/transitions.py."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    WITHDRAWN = "withdrawn"
    STALE = "stale"


LEFT = frozenset((OutboxState.SENT, OutboxState.DELIVERED, OutboxState.READ))
NEEDS_OPERATOR = frozenset((OutboxState.UNCERTAIN, OutboxState.STALE, OutboxState.FAILED))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One approved message, frozen: text, recipient and channel never change under a key.

    `key` is the same for every attempt that may have arrived; `revision` rises only when the attempt before is
    known not to have left. `waits_reason` says why a queued row waits, `not_before` until when; `chosen_at` is the
    hour that the operator chose, if they did.
    """

    id: int
    action_id: int | None
    revision: int
    customer_id: int
    channel: str
    purpose: Purpose
    recipient: str
    subject: str
    body: str
    language: str
    state: OutboxState
    rehearsal: bool
    key: str
    attempts: int
    not_before: datetime
    expires_at: datetime | None
    waits_reason: str
    approved_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    external_id: str
    error_code: str
    error_text: str
    thread_id: int | None = None  # the conversation that it answers
    reply_to: str = ""  # the source's id of the message that it answers
    files: tuple[File, ...] = ()
    chosen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A channel's word that it took a message; `external_id` is its own name for it."""

    external_id: str
    at: datetime
