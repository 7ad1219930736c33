"""Where a customer stands: what is known, what is expected, and why."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass


class Band(StrEnum):
    """How likely the customer is to be lost, in a word."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Tier(StrEnum):
    """What the customer is worth to the shop."""

    VIP = "vip"
    HIGH = "high"
    PROMISING = "promising"
    REGULAR = "regular"
    NEW = "new"
    ONE_TIME = "one_time"


class Stage(StrEnum):
    """Where the customer is on the way; each has one purpose."""

    TRUST = "trust"  # first order 0–7 days ago
    SETTLING = "settling"  # 8–14
    REASON = "reason"  # 15–30: a reason to return
    DRIFTING = "drifting"  # 31 days and no second order
    RETURNING = "returning"  # exactly two orders
    HABIT = "habit"  # third and fourth order
    ADVOCATE = "advocate"  # fifth order and more
    WIN_BACK = "win_back"


# What a customer may wait for, so that their silence is none; each is the code of a cause.
AWAITED = ("under_way", "not_shipped", "return_open", "unpaid", "yearly")


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a score as it is stored: a code and its figure. `retention.risk.reasons` puts it in words."""

    code: str
    value: float
    base: float = 0.0  # what the figure stands beside: 3 refunds of 12 orders, 47 silent days beside the usual 21
    weight: int = 0  # points of the risk score that vanish without this cause alone; negative where it lowers the risk


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a score, in a sentence with its figure."""

    code: str
    text: str
    value: float
    weight: int = 0  # as of its cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one customer stands on a day; money in minor units of the shop's currency.

    `spent_minor` is net of what was given back on the counted orders; `refunded_minor` is all that was given back.
    `silent_days` counts from the delivery of the last order (estimated where unknown); it is 0 while goods are awaited
    and stands still while a return or a payment is. `under_way`: they wait for something, `awaits` says what.
    `p_churn` is P(no order within the horizon).
    """

    customer_id: int
    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    spent_minor: int
    refunded_minor: int
    cycle_days: float | None  # the customer's own usual gap, None below two orders
    silent_days: int
    under_way: bool
    p_churn: float
    risk_score: int  # 0–100: medium from 40, high from 70, whatever the tier
    band: Band
    next_expected_at: datetime | None
    expected_orders: float  # within the horizon
    clv_minor: int  # expected spend within twelve months
    clv_low_minor: int = 0  # four times in five it lies between these
    clv_high_minor: int = 0
    yearly_minor: int = 0  # expected spend within twelve months of one who stays: what the tier is made of
    next_from_at: datetime | None = None  # four times in five the next order comes between these, if it comes
    next_until_at: datetime | None = None
    category: str = ""  # of most of what was bought; empty where no product tells
    stake_minor: int  # what would be spent in twelve months by one who stays, times the risk of losing them
    tier: Tier
    stage: Stage
    causes: tuple[Cause, ...] = ()

    @property
    def awaits(self) -> str:
        """What they wait for, one of AWAITED; empty where nothing is awaited."""
        if not self.under_way:
            return ""
        return next((cause.code for cause in self.causes if cause.code in AWAITED), AWAITED[0])

    @staticmethod
    def none(customer_id: int) -> "Standing":
        """Of somebody who has written and not bought yet."""
        return Standing(
            customer_id=customer_id,
            orders=0,
            first_order_at=None,
            last_order_at=None,
            spent_minor=0,
            refunded_minor=0,
            cycle_days=None,
            silent_days=0,
            under_way=False,
            p_churn=0.0,
            risk_score=0,
            band=Band.LOW,
            next_expected_at=None,
            expected_orders=0.0,
            clv_minor=0,
            stake_minor=0,
            tier=Tier.NEW,
            stage=Stage.TRUST,
        )
