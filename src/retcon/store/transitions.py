"""The one table of what may happen to a message in each state; `outbox.move` is the one that reads it."""

from enum import StrEnum

from retcon.model.outbox import OutboxState


class Event(StrEnum):
    """What can happen to a row."""

    CLAIM = "claim"  # the sender takes it; nothing has left yet
    LATER = "later"  # the gate: not before a time
    MOVE = "move"  # the operator: not before another time
    NO = "no"  # the gate: not any more
    HOLD = "hold"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    SENT = "sent"  # accepted by the channel
    NOT_LEFT = "not_left"  # certainly not accepted; it is tried again
    TROUBLE = "trouble"  # the channel as a whole could not; it did not leave
    REFUSED = "refused"  # a final no from the channel, or too many attempts
    LOST = "lost"  # no answer after it left, or the sender died
    ARRIVED = "arrived"  # evidence, or the operator's word
    AGAIN = "again"  # the operator sends it once more, under the same key
    APPROVE_ANEW = "approve_anew"  # revision + 1, another key
    RETRY = "retry"
    COPIED = "copied"  # the file is a copy: its original may have sent it since
    PERSON_CHANGED = "person_changed"  # whom it goes to became one with another, or two
    DELIVERED = "delivered"
    READ = "read"
    BOUNCED = "bounced"
    BACK_TO_WAITING = "back_to_waiting"  # the operator takes back that it was taken back
    BACK_TO_UNCERTAIN = "back_to_uncertain"  # the operator takes back how it was settled
    BACK_TO_FAILED = "back_to_failed"
    BACK_TO_STALE = "back_to_stale"


_S, _E = OutboxState, Event

# The one table: what may happen in a state, and what the state is then.
TRANSITIONS: dict[tuple[OutboxState, Event], OutboxState] = {
    (_S.QUEUED, _E.CLAIM): _S.SENDING,
    (_S.QUEUED, _E.LATER): _S.QUEUED,
    (_S.QUEUED, _E.MOVE): _S.QUEUED,
    (_S.HELD, _E.MOVE): _S.HELD,
    (_S.QUEUED, _E.NO): _S.STALE,
    (_S.QUEUED, _E.HOLD): _S.HELD,
    (_S.QUEUED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.QUEUED, _E.COPIED): _S.STALE,
    (_S.QUEUED, _E.PERSON_CHANGED): _S.STALE,
    (_S.QUEUED, _E.BACK_TO_UNCERTAIN): _S.UNCERTAIN,
    (_S.QUEUED, _E.BACK_TO_FAILED): _S.FAILED,
    (_S.QUEUED, _E.BACK_TO_STALE): _S.STALE,
    (_S.HELD, _E.RELEASE): _S.QUEUED,
    (_S.HELD, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.HELD, _E.COPIED): _S.STALE,
    (_S.HELD, _E.PERSON_CHANGED): _S.STALE,
    (_S.SENDING, _E.SENT): _S.SENT,
    (_S.SENDING, _E.NOT_LEFT): _S.QUEUED,
    (_S.SENDING, _E.TROUBLE): _S.QUEUED,
    (_S.SENDING, _E.REFUSED): _S.FAILED,
    (_S.SENDING, _E.LOST): _S.UNCERTAIN,
    (_S.SENDING, _E.COPIED): _S.STALE,
    (_S.UNCERTAIN, _E.AGAIN): _S.QUEUED,
    (_S.UNCERTAIN, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.STALE, _E.AGAIN): _S.QUEUED,
    (_S.STALE, _E.APPROVE_ANEW): _S.QUEUED,
    (_S.STALE, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.FAILED, _E.RETRY): _S.QUEUED,
    (_S.FAILED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.WITHDRAWN, _E.BACK_TO_WAITING): _S.QUEUED,
    (_S.WITHDRAWN, _E.BACK_TO_UNCERTAIN): _S.UNCERTAIN,
    (_S.WITHDRAWN, _E.BACK_TO_FAILED): _S.FAILED,
    (_S.WITHDRAWN, _E.BACK_TO_STALE): _S.STALE,
    # Evidence of an attempt whose answer was lost may come whatever was done with the row since.
    (_S.UNCERTAIN, _E.ARRIVED): _S.SENT,
    (_S.QUEUED, _E.ARRIVED): _S.SENT,
    (_S.HELD, _E.ARRIVED): _S.SENT,
    (_S.SENDING, _E.ARRIVED): _S.SENT,
    (_S.STALE, _E.ARRIVED): _S.SENT,
    (_S.FAILED, _E.ARRIVED): _S.SENT,
    (_S.SENT, _E.BACK_TO_UNCERTAIN): _S.UNCERTAIN,
    (_S.SENT, _E.DELIVERED): _S.DELIVERED,
    (_S.SENT, _E.READ): _S.READ,
    (_S.SENT, _E.BOUNCED): _S.FAILED,
    (_S.DELIVERED, _E.READ): _S.READ,
    (_S.READ, _E.DELIVERED): _S.READ,
}

# What an event may write into the row besides its state.
MAY_SET: dict[Event, frozenset[str]] = {
    _E.CLAIM: frozenset(("owner",)),
    _E.LATER: frozenset(("not_before", "waits_reason")),
    _E.MOVE: frozenset(("not_before", "waits_reason", "chosen_at")),
    _E.BACK_TO_WAITING: frozenset(("not_before", "waits_reason", "chosen_at")),
    _E.NO: frozenset(("error_text",)),
    _E.SENT: frozenset(("sent_at", "external_id")),
    _E.ARRIVED: frozenset(("sent_at", "external_id")),
    _E.NOT_LEFT: frozenset(("not_before", "waits_reason", "error_code", "error_text")),
    _E.REFUSED: frozenset(("error_code", "error_text", "address_gone")),
    _E.LOST: frozenset(("error_text",)),
    _E.AGAIN: frozenset(("not_before", "approved_at")),
    _E.APPROVE_ANEW: frozenset(("not_before", "approved_at", "revision", "key")),
    _E.RETRY: frozenset(("not_before",)),
    _E.COPIED: frozenset(("error_text",)),
    _E.PERSON_CHANGED: frozenset(("error_text",)),
    _E.DELIVERED: frozenset(("delivered_at",)),
    _E.READ: frozenset(("read_at",)),
    _E.BOUNCED: frozenset(("error_code", "error_text", "address_gone")),
}

# Events after which the row is as before it was tried or judged: what went wrong then no longer counts.
CLEARS_ERROR = frozenset((_E.CLAIM, _E.SENT, _E.ARRIVED, _E.AGAIN, _E.APPROVE_ANEW, _E.RETRY))
