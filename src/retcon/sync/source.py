"""What a source is: pages of records with a cursor, each page kept in one transaction with its cursor.

A source module imports its HTTP client inside `pages`, so that reading the settings costs nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from retcon.frozen import dataclass
from retcon.model.conversations import Authenticated, Blocked, Bounce, Joined, SourceMessage
from retcon.model.orders import Coupon, Product, Review, ShopOrder
from retcon.model.people import Account, ConsentGiven
from retcon.platforms.wiring import Wiring

# What is dated before or so far ahead is a clock that was never set, not an order.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)


class Family(StrEnum):
    """The kinds of record that a source can take away again."""

    ORDER = "order"
    ACCOUNT = "account"
    PRODUCT = "product"
    COUPON = "coupon"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Removed:
    """The source has thrown this record away (a trashed order)."""

    family: Family
    source_id: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the source has of a family: what we keep beyond these ids is gone, what is in them is back."""

    family: Family
    ids: frozenset[str]


Record = (
    ShopOrder
    | Account
    | Product
    | Coupon
    | Review
    | ConsentGiven
    | SourceMessage
    | Bounce
    | Joined
    | Blocked
    | Authenticated
    | Removed
    | Listing
)

# Where a source stands, as JSON; the source alone knows what is in it.
Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """What tells whether an order that we keep is still as the source has it."""

    modified_at: datetime | None
    refunds: frozenset[str]  # the ids of its refunds: one can be taken away without a stamp


# The orders of the source that we keep, without removed ones, by their id there.
Kept = Callable[[], Mapping[str, Version]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records that are kept together with the cursor that stands behind them.

    `notes` are sentences on what was odd in it: a record that could not be taken, or was taken with a doubt.
    """

    records: tuple[Record, ...]
    cursor: Cursor
    what: str  # "orders", for the progress line
    done: int = 0
    total: int | None = None
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """Something that orders or people come from."""

    kind: ClassVar[str]
    Settings: ClassVar[type]  # a dataclass of config.setting fields: what [sources.NAME] may say
    secrets: ClassVar[tuple[str, ...]]

    def __init__(self, wiring: Wiring) -> None: ...

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        """What is new since the cursor ({} at first), or all of it; raises SourceError in a sentence."""
        ...

    def check(self) -> str:
        """One sentence on what the keys can do; raises SourceError where they can't do enough."""
        ...
