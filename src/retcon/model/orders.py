"""Orders and what hangs on them: as a source tells them (Shop…), and as they are kept."""

from datetime import datetime
from enum import StrEnum

from retcon.frozen import dataclass


class OrderState(StrEnum):
    """Our own states; a source's words are kept beside them as `source_status`."""

    OPEN = "open"  # placed, not paid
    PAID = "paid"  # paid, perhaps partly refunded
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # wholly
    FAILED = "failed"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One article of an order; `product_id` is the source's own, empty where the product is gone."""

    name: str
    quantity: int = 1
    product_id: str = ""
    sku: str = ""
    total_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back; `amount_minor` is positive, in the order's currency."""

    source_id: str
    amount_minor: int
    refunded_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOrder:
    """An order as a source tells it. Money in minor units of `currency`, times in UTC.

    A `gift` went to somebody else. A `preorder` is of goods that aren't there yet. `return_open`: goods are on their
    way back, since the order was last modified.

    `account_id` is the source's own customer id; None for a guest. A negative total is money given back without an
    order behind it: its state is REFUNDED, it lowers what the customer spent and counts nowhere else.
    """

    source_id: str
    number: str
    placed_at: datetime
    modified_at: datetime | None = None
    state: OrderState
    source_status: str = ""
    currency: str
    total_minor: int
    account_id: str | None = None
    email: str = ""
    phone: str = ""
    name: str = ""
    country: str = ""  # ISO 3166-1 alpha-2 of the shipping address, else of the billing address
    subdivision: str = ""  # the part of that country, ISO 3166-2: "US-TX"
    language: str = ""
    lines: tuple[OrderLine, ...] = ()
    refunds: tuple[Refund, ...] = ()
    coupon_codes: tuple[str, ...] = ()
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None  # known, not estimated
    carrier: str = ""
    tracking_number: str = ""
    tracking_link: str = ""
    gift: bool = False
    preorder: bool = False
    return_open: bool = False

    @property
    def refunded_minor(self) -> int:
        """What was given back so far, never more than the total."""
        return min(sum(refund.amount_minor for refund in self.refunds), max(self.total_minor, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as it is kept. `total_base_minor` is in the shop's currency, None where no rate is known.

    `removed` is an order that its source has thrown away: kept, shown to nobody, counted nowhere.
    """

    id: int
    source: str
    source_id: str
    number: str
    customer_id: int
    placed_at: datetime
    modified_at: datetime | None
    state: OrderState
    source_status: str
    currency: str
    total_minor: int
    refunded_minor: int
    total_base_minor: int | None
    country: str
    coupon_codes: tuple[str, ...]
    shipped_at: datetime | None
    delivered_at: datetime | None
    delivered_estimated: bool
    carrier: str
    tracking_number: str
    tracking_link: str
    lines: tuple[OrderLine, ...] = ()
    gift: bool = False
    preorder: bool = False
    return_open: bool = False

    @property
    def under_way(self) -> bool:
        """Shipped, and not yet known or estimated to have arrived."""
        return self.shipped_at is not None and self.delivered_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An article of the shop; `product_id` in order lines refers to `source_id`."""

    source_id: str
    name: str
    sku: str = ""
    link: str = ""
    categories: tuple[str, ...] = ()
    price_minor: int = 0
    modified_at: datetime | None = None
    in_stock: bool = True  # whether anybody can order it now


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """A coupon of the shop; codes compare in lower case. `used` counts its redemptions.

    `given_to` are the addresses whose owners alone may use it, none where everybody may. `source` is the name of the
    source that told it, where it is kept.
    """

    source_id: str
    code: str
    kind: str = ""
    amount: str = ""
    expires_at: datetime | None = None
    used: int = 0
    modified_at: datetime | None = None
    given_to: tuple[str, ...] = ()
    created_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a buyer said of a product; `rating` 1–5, 0 where there is none. `source` told it, where it is kept."""

    source_id: str
    product_id: str
    email: str
    name: str
    rating: int
    body: str
    created_at: datetime
    source: str = ""
