"""What a channel is: it builds one message and says honestly what became of it."""

from pathlib import Path
from typing import ClassVar, Protocol

from retcon.frozen import dataclass
from retcon.model.outbox import Receipt
from retcon.model.people import Purpose
from retcon.platforms.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message as it leaves. `key` is the same for every attempt of the same decision."""

    key: str
    recipient: str
    recipient_name: str
    subject: str
    body: str
    language: str
    purpose: Purpose
    reply_to: str = ""  # the source's id of the message that it answers: a Message-ID without <>, "chat/number"
    references: tuple[str, ...] = ()  # ids of the conversation so far, oldest first
    files: tuple["Attached", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that goes out with a message; read when it leaves."""

    name: str
    media_type: str
    path: Path


class Channel(Protocol):
    """A way to reach people."""

    kind: ClassVar[str]
    medium: ClassVar[str]  # what it writes to: "email"; rules, consents and addresses go by it, not by the kind
    Settings: ClassVar[type]  # a dataclass of config.setting fields: what [channels.NAME] may say
    secrets: ClassVar[tuple[str, ...]]
    seconds: ClassVar[float]  # the longest that one send can take; the sender's lease is longer

    def __init__(self, wiring: Wiring) -> None: ...

    def send(self, message: Outgoing) -> Receipt:
        """Hand the message over; raises NotLeft, Refused, Uncertain or ChannelTrouble, by what is known of it."""
        ...

    def lookup(self, key: str) -> Receipt | None:
        """What became of an attempt whose answer was lost; None where the channel cannot be asked."""
        ...

    def check(self) -> str:
        """One sentence on whether the account works; raises ChannelError where it does not."""
        ...
