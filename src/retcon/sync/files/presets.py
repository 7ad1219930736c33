"""Which column of a file is what: our own column names, and those of the shops' export files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from retcon.errors import InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.orders import OrderState
from retcon.sync import marks

# Everything that a column can mean, with what it is.
FIELDS = {
    "customer_id": "the customer's id in the shop",
    "email": "the customer's e-mail address",
    "placed_at": "when the order was placed",
    "total": "what was paid; negative: given back",
    "order_id": "the order's id in the shop",
    "number": "the order's number as people read it",
    "currency": "ISO 4217 code",
    "refunded": "what was given back of the total",
    "status": "the order's state",
    "cancelled_at": "when it was cancelled",
    "shipped_at": "when it was shipped",
    "delivered_at": "when it arrived",
    "carrier": "who carries the parcel",
    "tracking_number": "the parcel's number",
    "tracking_link": "where the parcel can be followed",
    "phone": "the customer's phone",
    "name": "the customer's name",
    "first_name": "the first part of the name",
    "last_name": "the last part of the name",
    "country": "ISO 3166 code of the delivery",
    "state": "the state or province of the delivery, where hours and holidays differ: TX, US-TX, Texas",
    "language": "the customer's language",
    "items": "what was bought, such as: Mug x 2; Tea",
    "item_name": "one article, where each has a row",
    "item_quantity": "how many of it",
    "item_price": "the price of one",
    "item_sku": "its article number",
    "coupon": "the coupon codes",
    "gift": "yes where it went to somebody else",
    "receiver": "the name on the parcel: another than the buyer's is a gift",
    "preorder": "yes where the goods weren't there yet",
    "consent_email": "granted or denied: marketing by e-mail",
    "consent_sms": "the same by SMS",
    "consent_whatsapp": "the same by WhatsApp",
    "consent_telegram": "the same by Telegram",
    "consent_at": "when that was said; else when the order was placed",
    "consent_source": "where it was said: a form, a fair",
    "consent_wording": "the words that were agreed to",
}

_PAID = "paid completed complete processing shipped delivered fulfilled closed partially_refunded partially_shipped"
_OPEN = "open pending unpaid on_hold authorized partially_paid awaiting_payment"
_STATES = {
    **dict.fromkeys(_PAID.split(), OrderState.PAID),
    **dict.fromkeys([*marks.RETURNING, marks.PRE_ORDERED], OrderState.PAID),
    **dict.fromkeys(_OPEN.split(), OrderState.OPEN),
    **dict.fromkeys(["cancelled", "canceled", "voided", "expired", "trash"], OrderState.CANCELLED),
    **dict.fromkeys(["failed", "declined"], OrderState.FAILED),
    **dict.fromkeys(["draft", "checkout_draft", "auto_draft"], OrderState.DRAFT),
    "refunded": OrderState.REFUNDED,
    "": OrderState.PAID,
}


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of file. Columns are tried in their order; in a row the first that isn't empty counts."""

    columns: Mapping[str, tuple[str, ...]]
    a_row_an_item: bool = False  # an order may go on over several rows
    no_account: frozenset[str] = field(default_factory=frozenset[str])  # customer ids that mean a guest


PRESETS = {
    "orders": Preset({name: (name,) for name in FIELDS}),
    "shopify": Preset(
        {
            "order_id": ("Id", "Name"),
            "number": ("Name",),
            "email": ("Email",),
            "placed_at": ("Created at",),
            "total": ("Total",),
            "refunded": ("Refunded Amount",),
            "currency": ("Currency",),
            "status": ("Financial Status",),
            "cancelled_at": ("Cancelled at",),
            "shipped_at": ("Fulfilled at",),
            "name": ("Billing Name", "Shipping Name"),
            "receiver": ("Shipping Name",),
            "phone": ("Phone", "Shipping Phone", "Billing Phone"),
            "country": ("Shipping Country", "Billing Country"),
            "state": ("Shipping Province", "Billing Province"),
            "item_name": ("Lineitem name",),
            "item_quantity": ("Lineitem quantity",),
            "item_price": ("Lineitem price",),
            "item_sku": ("Lineitem sku",),
            "coupon": ("Discount Code",),
            "consent_email": ("Accepts Marketing",),
        },
        a_row_an_item=True,
    ),
    "woocommerce": Preset(
        {
            "order_id": ("Order ID", "id", "Order Number", "Order #"),
            "number": ("Order Number", "number", "Order #", "Order ID"),
            "customer_id": ("Customer ID", "Customer User", "User ID", "Customer User ID"),
            "email": ("Billing Email", "Email (Billing)", "Billing Email Address", "Customer Email", "Email"),
            "placed_at": ("Order Date", "Date Created", "Date"),
            "total": ("Order Total", "Order Total Amount", "Total"),
            "refunded": ("Order Refund Amount", "Refund Total", "Total Refunded", "Refunded Amount"),
            "currency": ("Order Currency", "Currency"),
            "status": ("Order Status", "Status"),
            "shipped_at": ("Completed Date", "Date Completed", "Shipping Date"),
            "first_name": ("Billing First Name", "First Name (Billing)", "Shipping First Name"),
            "last_name": ("Billing Last Name", "Last Name (Billing)", "Shipping Last Name"),
            "name": ("Billing Name", "Customer Name", "Full Name (Billing)"),
            "receiver": ("Shipping Name", "Full Name (Shipping)"),
            "phone": ("Billing Phone", "Phone (Billing)", "Customer Phone"),
            "country": (
                "Shipping Country",
                "Country Code (Shipping)",
                "Shipping Country Code",
                "Billing Country",
                "Country Code (Billing)",
                "Billing Country Code",
            ),
            "state": (
                "Shipping State",
                "State Code (Shipping)",
                "Shipping State Code",
                "Billing State",
                "State Code (Billing)",
                "Billing State Code",
            ),
            "item_name": ("Item Name", "Product Name", "Line Item Name"),
            "item_quantity": ("Quantity", "Quantity (- Refund)", "Item Quantity"),
            "item_price": ("Item Cost", "Item Price", "Product Price"),
            "item_sku": ("SKU", "Product SKU"),
            "items": ("Line Items", "Products", "Product(s)"),
            "coupon": ("Coupon Code", "Coupons", "Coupon(s)"),
        },
        a_row_an_item=True,
        no_account=frozenset({"0", "guest"}),
    ),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Where in a row each field stands: the positions to try, in their order."""

    positions: Mapping[str, tuple[int, ...]]
    preset: Preset

    def has(self, name: str) -> bool:
        """Whether the file has a column for the field."""
        return name in self.positions


def find(
    tried: Mapping[str, tuple[str, ...]], mapping: Mapping[str, str], columns: Sequence[str], known: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Where the fields stand in a file of these columns: those that are tried, or the one of `mapping`.

    Raises UsageError where `mapping` names a field that isn't known, or a column that isn't there.
    """
    places: dict[str, int] = {}
    for position, column in enumerate(columns):
        places.setdefault(_plain(column), position)
    positions = {
        name: tuple(dict.fromkeys(places[_plain(column)] for column in candidates if _plain(column) in places))
        for name, candidates in tried.items()
    }
    for name, column in mapping.items():
        if name not in known:
            raise UsageError(f"--map: there is no field “{name}”.", f"Fields: {', '.join(known)}.")
        if _plain(column) not in places:
            raise UsageError(f"--map {name}={column}: the file has no column “{column}”.", f"It has: {named(columns)}.")
        positions[name] = (places[_plain(column)],)
    return {name: found for name, found in positions.items() if found}


def named(columns: Sequence[str]) -> str:
    """The columns in a sentence."""
    return ", ".join(column for column in columns[:40] if column.strip())


def plan(preset_name: str, mapping: Mapping[str, str], columns: Sequence[str]) -> Plan:
    """Find the fields in a file of these columns; `mapping` (field → column) wins over the preset.

    Raises UsageError where a name is unknown, InputError where the file lacks what an order needs.
    """
    preset = PRESETS.get(preset_name)
    if preset is None:
        raise UsageError(f"There is no preset “{preset_name}”.", f"Allowed: {', '.join(PRESETS)}.")
    positions = find(preset.columns, mapping, columns, FIELDS)
    found = named(columns)
    missing = [name for name in ("placed_at", "total") if name not in positions]
    if "customer_id" not in positions and "email" not in positions:
        missing.append("customer_id (or email)")
    if missing:
        flags = " ".join(f"--map {name.split()[0]}=COLUMN" for name in missing)
        raise InputError(
            f"The file has no column for {', '.join(missing)}; it has: {found}.",
            f"Say which columns they are: {flags}"
            + (", or choose another --preset." if preset_name != "orders" else "."),
        )
    return Plan(positions, preset)


@lru_cache(maxsize=1024)
def state_of(status: str) -> OrderState | None:
    """Our state for a status as the export files write it; None where the word is unknown."""
    return _STATES.get(marks.plain(status))


def _plain(column: str) -> str:
    return re.sub(r"[\s_-]+", "", column.strip().casefold())
