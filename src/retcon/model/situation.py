"""One customer as the playbook and the gate see them at an instant."""

from dataclasses import dataclass
from datetime import datetime

from retcon.model.orders import Order
from retcon.model.people import Consent, Customer
from retcon.model.standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of one customer now. `orders` are the counted ones (paid, partly refunded), oldest first."""

    customer: Customer
    standing: Standing
    orders: tuple[Order, ...]
    consents: tuple[Consent, ...] = ()  # the ledger, oldest first
    written_at: tuple[datetime, ...] = ()  # messages that left within seven days or wait to, answers apart
    closed: frozenset[str] = frozenset()  # channels on which the address is known not to exist
