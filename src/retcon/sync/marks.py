"""What an order is besides an order: a gift, of goods that aren't there yet, or on its way back."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Words of a status by which return plugins say that goods are on their way back (WP Swings' RMA for WooCommerce and
# its older names; export files write the same with other marks between).
RETURNING = frozenset(
    {
        "return_requested",
        "return_approved",
        "return_shipped",
        "exchange_request",
        "exchange_requested",
        "exchange_approve",
        "exchange_approved",
        "refund_requested",
    }
)
PRE_ORDERED = "pre_ordered"
# WooCommerce Pre-Orders, and YITH Pre-Order.
_PREORDER = ("_wc_pre_orders_is_pre_order", "_order_has_preorder")
# The names that shops, checkout plugins and ShipStation's checkout fields give it; a path before it doesn't matter.
_GIFT = frozenset({"gift", "is_gift", "order_is_gift"})
_GIFT_WORDS = frozenset({"gift_message", "wfc_gift_message", "gift_note"})
_NO = frozenset({"", "0", "no", "n", "false", "off", "none", "nein", "non"})


def returning(status: str) -> bool:
    """Whether the status says that what was bought is on its way back, or to be."""
    return plain(status) in RETURNING


def plain(status: str) -> str:
    """The status in one way of writing: "Return-Requested" is "return_requested"."""
    return re.sub(r"[\s_-]+", "_", status.strip().lower()).removeprefix("wc_")


def preorder(status: str, meta: Mapping[str, Any]) -> bool:
    """Whether the shop says that the order is of what isn't there yet."""
    return plain(status) == PRE_ORDERED or any(yes(meta.get(name)) for name in _PREORDER)


def gift(meta: Mapping[str, Any]) -> bool:
    """Whether the shop says that the order is a gift."""
    for name, value in meta.items():
        known = name.rpartition("/")[2].strip("_").lower()
        if known in _GIFT and yes(value):
            return True
        if known in _GIFT_WORDS and isinstance(value, str) and value.strip():
            return True
    return False


def yes(value: object) -> bool:
    """Whether what somebody wrote into a box means yes."""
    if isinstance(value, str):
        return value.strip().lower() not in _NO
    return isinstance(value, int | float) and bool(value)


def somebody_else(buyer: str, receiver: str, *, elsewhere: bool) -> bool:
    """Whether the parcel went to another person than the one who paid, by their names.

    Those who share a part of the name may be one person who writes it in two ways, or two of one family: they are
    two where the parcel also went `elsewhere`. Names in different scripts cannot be compared.
    """
    one, other = _parts(buyer), _parts(receiver)
    if not one or not other or _script(one) != _script(other) or sorted("".join(one)) == sorted("".join(other)):
        return False
    few, many = sorted((one, other), key=len)
    shared = [part for part in few if any(_same(part, each) for each in many)]
    return len(shared) < len(few) and (elsewhere or not shared)


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name without accents and titles' dots."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    return tuple(part for part in dict.fromkeys(re.split(r"[\s.,;'’·-]+", bare)) if part)


def _script(parts: tuple[str, ...]) -> str:
    """The script of the first letter, in the words of Unicode: LATIN, HIRAGANA, CJK."""
    letter = next((c for part in parts for c in part if c.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _same(part: str, other: str) -> bool:
    """Equal, or the initial of it."""
    return part == other or (min(len(part), len(other)) == 1 and part[0] == other[0])
