"""What tracking plugins write of a parcel into a WooCommerce order's metadata; the core has no word for it.

Read: WooCommerce Shipment Tracking and Advanced Shipment Tracking (`_wc_shipment_tracking_items`), AfterShip
(`_aftership_tracking_items` and its older single fields), YITH Order Tracking, and the plain names that shops' own
code uses.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from retcon.frozen import dataclass

_ITEMS = ("_wc_shipment_tracking_items", "_aftership_tracking_items")
_NUMBER = ("tracking_number", "_tracking_number", "_aftership_tracking_number", "ywot_tracking_code")
_CARRIER = (
    "formatted_tracking_provider",
    "custom_tracking_provider",
    "tracking_provider",
    "slug",
    "_tracking_provider",
    "_aftership_tracking_provider_name",
    "ywot_carrier_name",
)
_LINK = ("formatted_tracking_link", "custom_tracking_link", "tracking_link", "_tracking_link", "_tracking_url")
_SHIPPED = ("date_shipped", "_date_shipped", "ship_date", "_aftership_tracking_shipdate", "ywot_pick_up_date")
_DELIVERED = (
    "date_delivered",
    "delivered_at",
    "delivered_date",
    "_date_delivered",
    "_delivered_at",
    "_delivered_date",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is known of an order's parcel; all empty where nothing is."""

    number: str = ""
    carrier: str = ""
    link: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


def read(meta: Mapping[str, Any], placed: datetime, latest: datetime) -> Parcel:
    """The parcel that the metadata tell of, the last where there are several; dates outside the span are ignored."""
    items = [item for name in _ITEMS for item in objects(meta.get(name))]
    inner = items[-1] if items else {}
    places = [inner, *objects([inner.get("additional_fields")]), meta]
    link = _first(places, _LINK)

    def when(names: Iterable[str]) -> datetime | None:
        found = instant(next((value for place in places for name in names if (value := place.get(name))), None))
        return found if found and placed.replace(hour=0, minute=0, second=0) <= found <= latest else None

    return Parcel(
        number=_first(places, _NUMBER),
        carrier=_first(places, _CARRIER),
        link=link if re.match("https?://[^/]", link) else "",
        shipped_at=when(_SHIPPED),
        delivered_at=when(_DELIVERED),
    )


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list, which PHP may have written as an object with numbered keys."""
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", item) for item in cast("list[Any]", value) if isinstance(item, dict)]


def instant(value: object) -> datetime | None:
    """The whole second in UTC of Unix seconds or an ISO date, without a zone taken for UTC; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    written = str(value)[:40].strip()
    try:
        if re.fullmatch(r"[0-9]{9,11}", written):
            return datetime.fromtimestamp(int(written), UTC)
        found = datetime.fromisoformat(written) if re.match(r"[0-9]{4}-?[0-9]{2}", written) else None
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None


def _first(places: Iterable[Mapping[str, Any]], names: Iterable[str]) -> str:
    names = tuple(names)
    for place in places:
        for name in names:
            value = place.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()[:2_000]
    return ""
