"""What is said between the shop and its customers: as a source tells it, and as it is kept."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass


class Direction(StrEnum):
    """Who wrote."""

    IN = "in"  # the customer
    OUT = "out"  # the shop, by whatever program


class Sign(StrEnum):
    """What a message from a customer is besides its words."""

    NONE = ""
    STOP = "stop"  # takes the permission back
    YES = "yes"  # gives a permission that was asked for
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """A file that came with a message; `content` is None where it was too large to fetch."""

    name: str
    media_type: str
    size: int
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMessage:
    """A message as a source tells it, in either direction.

    `address` is the customer's on that medium, whoever wrote. `thread` is the source's own name of the conversation
    (a chat's id); where it has none, `references` (source ids of messages that this one answers, the nearest last),
    then subject and address tell. `automatic` is a machine's answer and answers nothing; `bulk` (a newsletter, a
    no-reply) makes nobody a customer.
    """

    source_id: str  # unique within the source: a mail's Message-ID without <>, "chat/number" of a chat
    medium: str
    direction: Direction
    address: str
    at: datetime
    body: str
    name: str = ""
    thread: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    quoted: str = ""  # the folded tail: what was quoted, the signature below it
    language: str = ""  # where the source tells it
    automatic: bool = False
    bulk: bool = False
    by_form: bool = False  # a web page wrote it for them: whose it is, is its word alone, so it permits nothing
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A message came back (RFC 3464). `source_id` is the Message-ID without <> of what came back, "" where untold.

    `final` is a failure, not a delay; `gone` where the address is known not to exist.
    """

    source_id: str
    medium: str
    address: str
    at: datetime
    final: bool
    gone: bool
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody followed an invitation: this address belongs to the customer whom the token names."""

    medium: str
    address: str
    token: str
    at: datetime
    name: str = ""
    source_id: str = ""  # of the message that carried it: the proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The person has shut the channel from their side, or opened it again."""

    medium: str
    address: str
    at: datetime
    blocked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticated:
    """One of our own mails came into our own mailbox: what its server found of the sender's signatures.

    `spf`, `dkim` and `dmarc` are "pass", "fail", "none" … as RFC 8601 has them, "" where the server doesn't say.
    """

    source_id: str  # the mail's Message-ID without <>
    domain: str  # of its From
    at: datetime
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A kept file; `path` is relative to the folder files/ beside the database, "" where it was too large to keep."""

    name: str
    media_type: str
    size: int
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it is kept. `outbox_id` is ours that retcon sent; `elsewhere` went out by another program."""

    id: int  # 0 for one that is in the outbox alone
    thread_id: int
    direction: Direction
    at: datetime
    subject: str
    body: str
    quoted: str = ""
    language: str = ""
    automatic: bool = False
    sign: Sign = Sign.NONE
    files: tuple[File, ...] = ()
    source_id: str = ""
    outbox_id: int | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether the shop wrote it in another program."""
        return self.direction is Direction.OUT and self.outbox_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation of one customer on one medium.

    `waiting_since` is the first message that nobody has answered; None where the shop wrote last or it was closed.
    """

    id: int
    customer_id: int
    source: str  # NAME of [sources.NAME]
    name: str  # the source's own name of it, or the first message's id
    medium: str
    address: str
    subject: str
    started_at: datetime
    last_at: datetime
    last_in_at: datetime | None = None
    heard_at: datetime | None = None  # when what they wrote last came to be known
    waiting_since: datetime | None = None
    unanswered: int = 0  # messages from the customer since then
    answered_at: datetime | None = None
    answered_elsewhere: bool = False  # the last answer was written in another program
    closed_at: datetime | None = None


class PromiseState(StrEnum):
    """What became of a promise."""

    OFFERED = "offered"  # found in what was written; not yet marked by the operator
    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the seller promised somebody, and until when; broken where that is over and it is open."""

    id: int
    customer_id: int
    thread_id: int | None
    words: str
    due_at: datetime
    made_at: datetime
    state: PromiseState


class ComplaintSign(StrEnum):
    """By what a complaint is known."""

    WORDS = "words"  # what they wrote
    THIRD = "third"  # the third message without an answer
    DISPUTE = "dispute"
    RATING = "rating"  # two stars or fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Somebody is unhappy: open until the operator is done with it; advertising to them rests until then."""

    id: int
    customer_id: int
    thread_id: int | None
    sign: ComplaintSign
    words: str  # what gave it away, as it came: the words, "2 of 5 for Stoneware bowl"
    reference: str  # what it is about, once for each: "message:12", "review:woo:7"
    at: datetime
    closed_at: datetime | None = None
