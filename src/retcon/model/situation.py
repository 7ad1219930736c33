"""One customer as the playbook and the gate see them at an instant."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, Message, Promise, Thread
from retcon.model.orders import Coupon, Order, Review
from retcon.model.people import Consent, Customer
from retcon.model.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A message to one customer that left, or waits to. `on` is the channel's name; of another program's, the medium.

    Of what another program sent, nobody knows what it was: it is taken for advertising.
    """

    at: datetime
    on: str
    advertising: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of one customer now. `orders` are the counted ones (paid, partly refunded), oldest first.

    `lost` are those that were cancelled or wholly given back. `threads` are those that wait or were alive within thirty
    days, `promises` and `complaints` the open ones.
    """

    customer: Customer
    standing: Standing
    orders: tuple[Order, ...]
    consents: tuple[Consent, ...] = ()  # the ledger, oldest first
    written: tuple[Contact, ...] = ()  # what left within seven days or waits to, answers apart
    unasked: tuple[Contact, ...] = ()  # what other programs wrote within seven days without being asked
    closed: frozenset[str] = frozenset()  # addresses that are known not to exist, in small letters
    threads: tuple[Thread, ...] = ()
    promises: tuple[Promise, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    stops: tuple[Message, ...] = ()  # messages of the last seven days by which they took a permission back
    told: tuple[Message, ...] = ()  # what other programs wrote to them within sixty days
    # What is never sent to an address again, by (medium, address): "advertising" or "everything", and since when.
    suppressed: Mapping[tuple[str, str], tuple[str, datetime]] = field(
        default_factory=dict[tuple[str, str], tuple[str, datetime]]
    )
    away_until: datetime | None = None  # until when the seller is away
    muted_until: datetime | None = None  # until when the seller leaves the country in peace
    lost: tuple[Order, ...] = ()
    reviews: tuple[Review, ...] = ()  # theirs, oldest first
    coupons: tuple[Coupon, ...] = ()  # given to them alone and never used by them
    decided_at: Mapping[str, datetime] = field(default_factory=dict[str, datetime])  # rule → the last decision on one
    spoke_at: datetime | None = None  # when the seller last wrote to them, from here or in an answer elsewhere

    @property
    def counted(self) -> tuple[Contact, ...]:
        """What counts in the caps, by whatever program it was or will be sent."""
        return (*self.written, *self.unasked)

    def thread(self, id_: int | None) -> Thread | None:
        """The conversation of that id, where it is among them."""
        return next((thread for thread in self.threads if thread.id == id_), None)
