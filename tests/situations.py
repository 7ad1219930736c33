"""Customers for tests: a situation with everything in order, of which each test changes what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from retcon.config import ShopSettings
from retcon.localtime import Hours
from retcon.model.conversations import Complaint, ComplaintSign, Thread
from retcon.model.orders import Order, OrderLine, OrderState
from retcon.model.people import Basis, Consent, ConsentState, Customer, Purpose
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation
from retcon.model.standing import Band, Stage, Standing, Tier

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)  # a Friday, 07:52 in Berlin
DAY = timedelta(days=1)


def days(opens: int, closes: int, *weekdays: int) -> tuple[Hours, ...]:
    """The same hours on these weekdays, Monday to Friday where none are named."""
    return tuple(Hours(weekday, time(opens), time(closes)) for weekday in weekdays or range(5))


SHOP = ShopSettings(
    name="Northlight Goods",
    timezone="Europe/Berlin",
    country="DE",
    address="Northlight Goods, Kastanienallee 1, 10435 Berlin",
    storefront="https://shop.example",
)

PROFILE = CountryProfile(
    country="FR",
    name="France",
    languages=("fr",),
    channels=("email",),
    hours=days(9, 18),
    service_hours=days(8, 21, *range(7)),
    opt_out=frozenset(),
    marketing_needs=("address", "unsubscribe"),
    transit_days=5,
)


def order(source_id: str = "1042", *, ago: timedelta = 60 * DAY, **changes: Any) -> Order:
    """A paid order of 58 euros, arrived four days after it was placed."""
    placed = NOW - ago
    facts = {
        "id": 1,
        "source": "woo",
        "source_id": source_id,
        "number": source_id,
        "customer_id": 1,
        "placed_at": placed,
        "modified_at": None,
        "state": OrderState.PAID,
        "source_status": "completed",
        "currency": "EUR",
        "total_minor": 5800,
        "refunded_minor": 0,
        "total_base_minor": 5800,
        "country": "FR",
        "coupon_codes": (),
        "shipped_at": placed + DAY,
        "delivered_at": placed + 4 * DAY,
        "delivered_estimated": False,
        "carrier": "Colissimo",
        "tracking_number": "6A1234",
        "tracking_link": "https://track.example/6A1234",
        "lines": (OrderLine(name="Stoneware bowl", quantity=2, product_id="7"),),
    }
    return Order(**{**facts, **changes})


def standing(**changes: Any) -> Standing:
    """A regular customer, silent for 56 days."""
    facts = {
        "customer_id": 1,
        "orders": 1,
        "first_order_at": NOW - 60 * DAY,
        "last_order_at": NOW - 60 * DAY,
        "spent_minor": 5800,
        "refunded_minor": 0,
        "cycle_days": None,
        "silent_days": 56,
        "under_way": False,
        "p_churn": 0.6,
        "risk_score": 60,
        "band": Band.MEDIUM,
        "next_expected_at": None,
        "expected_orders": 0.5,
        "clv_minor": 9500,
        "stake_minor": 9500,
        "tier": Tier.REGULAR,
        "stage": Stage.DRIFTING,
    }
    return Standing(**{**facts, **changes})


def customer(**changes: Any) -> Customer:
    """Chloé in Lyon, who writes French."""
    facts = {
        "id": 1,
        "name": "Chloé Martin",
        "emails": ("chloe@example.org",),
        "country": "FR",
        "language": "fr",
        "zones": ("Europe/Paris",),
    }
    return Customer(**{**facts, **changes})


def situation(*orders: Order, **changes: Any) -> Situation:
    """A customer with these orders, by default one of sixty days ago."""
    facts = {"customer": customer(), "standing": standing(), "orders": orders or (order(),)}
    return Situation(**{**facts, **changes})


def consent(state: str = "granted", **changes: Any) -> Consent:
    """A line in the ledger on advertising by e-mail, a hundred days old."""
    facts = {
        "channel": "email",
        "purpose": Purpose.MARKETING,
        "state": ConsentState(state),
        "basis": Basis.EXPRESS if state == "granted" else Basis.NONE,
        "at": NOW - 100 * DAY,
        "source": "operator",
    }
    return Consent(**{**facts, **changes})


def thread(**changes: Any) -> Thread:
    """A conversation by e-mail that was answered yesterday."""
    facts = {
        "id": 1,
        "customer_id": 1,
        "source": "mail",
        "name": "first@example.org",
        "medium": "email",
        "address": "chloe@example.org",
        "subject": "My order",
        "started_at": NOW - 2 * DAY,
        "last_at": NOW - DAY,
        "last_in_at": NOW - 2 * DAY,
        "answered_at": NOW - DAY,
    }
    return Thread(**{**facts, **changes})


def complaint(**changes: Any) -> Complaint:
    """An open complaint, two days old."""
    facts = {
        "id": 1,
        "customer_id": 1,
        "thread_id": None,
        "sign": ComplaintSign.WORDS,
        "words": "arrived broken",
        "reference": "message:1",
        "at": NOW - 2 * DAY,
    }
    return Complaint(**{**facts, **changes})


def about(found: Situation, **changes: Any) -> Situation:
    """The situation with another customer's facts."""
    return replace(found, customer=replace(found.customer, **changes))
