"""How WooCommerce REST v3 reads a list's parameters, its oddities with dates and pages included.

As observed on WooCommerce 11.0.1 with its own order tables; what it gets wrong is played as it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from retcon.frozen import dataclass

Json = dict[str, Any]
Query = Mapping[str, str]

STATUSES = frozenset(
    ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash", "checkout-draft")
)
_UNLISTED = frozenset(("trash", "checkout-draft"))
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?")


class BadParameter(Exception):
    """A parameter that the API refuses with 400."""

    def __init__(self, name: str, message: str, code: str = "rest_invalid_param") -> None:
        super().__init__(message)
        self.name, self.message, self.code = name, message, code


@dataclass(frozen=True, slots=True)
class Collection:
    """What one collection takes: what it sorts by, and which of the date filters it heeds."""

    default_order: str
    orders: tuple[str, ...]
    modified: bool = True
    created: bool = True
    in_the_past: bool = False  # past the last page it says that there is nothing at all


_POSTS = ("date", "id", "include", "title", "slug", "modified")
COLLECTIONS: Mapping[str, Collection] = {
    "orders": Collection("date", _POSTS, in_the_past=True),
    "products": Collection("date", (*_POSTS, "price", "popularity", "rating")),
    "coupons": Collection("date", _POSTS),
    "refunds": Collection("date", _POSTS),
    "customers": Collection("name", ("id", "include", "name", "registered_date"), modified=False, created=False),
    "products/reviews": Collection("date_gmt", ("date", "date_gmt", "id", "include", "product"), modified=False),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a collection, and what its headers say."""

    rows: list[Json]
    total: int
    pages: int


def cutoff(text: str, name: str, zone: ZoneInfo, are_gmt: bool) -> datetime:
    """The instant (naive UTC) that the shop really cuts at for what was sent."""
    found = _DATE.fullmatch(text)
    if not found:
        raise BadParameter(name, "Invalid date.", "rest_invalid_date")
    written = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    mark = "" if found[3] and not are_gmt else found[4] or ""  # a fraction loses the zone
    if mark:
        offset = timedelta() if mark == "Z" else _offset(mark)
        instant = (written - offset).replace(tzinfo=UTC)
        # With dates_are_gmt it takes the shop's local reading of the instant for UTC.
        return _naive(instant.astimezone(zone)) if are_gmt else _naive(instant)
    if are_gmt:
        return written
    return _naive(written.replace(tzinfo=zone).astimezone(UTC))


def _offset(mark: str) -> timedelta:
    sign = -1 if mark[0] == "-" else 1
    return sign * timedelta(hours=int(mark[1:3]), minutes=int(mark[-2:]))


def _naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


def listing(kind: str, rows: Sequence[Json], query: Query, zone: ZoneInfo, statuses: frozenset[str]) -> Listed:
    """The page of the collection that the query asks for. Raises BadParameter."""
    collection = COLLECTIONS[kind]
    per_page = _number(query, "per_page", 10, 1, 100)
    page = _number(query, "page", 1, 1, 10**9)
    offset = _number(query, "offset", 0, 0, 10**12)
    order_by = query.get("orderby", collection.default_order)
    if order_by not in collection.orders:
        raise BadParameter("orderby", f"orderby is not one of {', '.join(collection.orders)}.")
    descending = query.get("order", "asc" if kind == "customers" else "desc") != "asc"
    tests = _tests(kind, collection, query, zone, statuses)
    found = [row for row in rows if all(test(row) for test in tests)]
    if order_by == "include" and query.get("include"):
        asked = _ids(query["include"])
        found.sort(key=lambda row: asked.index(row["id"]))
    else:
        found.sort(key=lambda row: (_sort_key(row, order_by), row["id"]), reverse=descending)
    first = "offset" in query and (offset > 0 or kind not in ("customers", "products/reviews"))
    start = offset if first else (page - 1) * per_page
    chosen = found[start : start + per_page]
    total = len(found)
    if collection.in_the_past and not chosen and start:
        total = 0
    return Listed([fields(row, query.get("_fields"), kind) for row in chosen], total, -(-total // per_page))


def _number(query: Query, name: str, default: int, least: int, most: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"-?\d{1,15}", text):
        raise BadParameter(name, f"{name} is not of type integer.")
    if not least <= int(text) <= most:
        raise BadParameter(name, f"{name} must be between {least} (inclusive) and {most} (inclusive)")
    return int(text)


def _ids(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip().isdigit()]


def _sort_key(row: Json, order_by: str) -> Any:
    if order_by == "modified":
        return row.get("date_modified_gmt") or ""
    if order_by in ("date", "date_gmt", "registered_date"):
        return row.get("date_created_gmt") or ""
    if order_by == "name":
        return f"{row.get('first_name', '')} {row.get('last_name', '')}".lower()
    if order_by in ("title", "slug", "price", "popularity", "rating", "product"):
        return str(row.get({"title": "name", "product": "product_id"}.get(order_by, order_by), ""))
    return row["id"]


def _tests(
    kind: str, collection: Collection, query: Query, zone: ZoneInfo, statuses: frozenset[str]
) -> list[Callable[[Json], bool]]:
    tests = [_by_status(kind, query, statuses)]
    are_gmt = query.get("dates_are_gmt") == "true"
    for name, column, later in (
        ("modified_after", "date_modified_gmt", True),
        ("modified_before", "date_modified_gmt", False),
        ("after", "date_created_gmt", True),
        ("before", "date_created_gmt", False),
    ):
        heeded = collection.modified if name.startswith("modified") else collection.created
        if name in query and heeded:
            # A refund's row has no date of modification: it is the day of its creation.
            column = "date_created_gmt" if kind == "refunds" else column
            tests.append(_by_date(column, cutoff(query[name], name, zone, are_gmt), later))
    if query.get("include"):
        wanted = frozenset(_ids(query["include"]))
        tests.append(lambda row: row["id"] in wanted)
    if kind == "customers" and "email" in query:
        address = query["email"].lower()
        if "@" not in address:
            raise BadParameter("email", "Invalid email address.")
        tests.append(lambda row: row["email"].lower() == address)
    if kind == "orders" and query.get("customer"):
        customer = query["customer"]
        tests.append(lambda row: str(row["customer_id"]) == customer)
    if kind == "coupons" and "code" in query:
        code = query["code"].lower()
        tests.append(lambda row: row["code"] == code)
    if query.get("search") and kind in ("orders", "customers"):
        tests.append(_by_words(query["search"].lower()))
    return tests


def _by_status(kind: str, query: Query, statuses: frozenset[str]) -> Callable[[Json], bool]:
    if kind == "customers":
        role = query.get("role", "customer")
        return lambda row: role == "all" or row.get("role", "customer") == role
    if kind == "products/reviews":
        status = query.get("status", "approved")
        return lambda row: status == "all" or row.get("status", "approved") == status
    if kind != "orders":
        return lambda row: row.get("status") != "trash"
    asked = query.get("status", "any").split(",")
    for status in asked:
        if status != "any" and status not in STATUSES | statuses:
            raise BadParameter("status", f"status[0] is not one of any, {', '.join(sorted(STATUSES | statuses))}.")
    if "any" in asked:
        return lambda row: row["status"] not in _UNLISTED
    return lambda row: row["status"] in asked


def _by_date(column: str, cut: datetime, later: bool) -> Callable[[Json], bool]:
    edge = cut.isoformat()

    def test(row: Json) -> bool:
        stamp = row.get(column)
        return isinstance(stamp, str) and (stamp > edge if later else stamp < edge)

    return test


def _by_words(words: str) -> Callable[[Json], bool]:
    def test(row: Json) -> bool:
        billing = row.get("billing") or {}
        where = (str(row["id"]), row.get("email"), *(billing.get(key) for key in ("first_name", "last_name", "email")))
        return any(words in str(part or "").lower() for part in where)

    return test


def fields(row: Json, wanted: str | None, kind: str) -> Json:
    """The row with the asked-for fields alone; dotted names reach into objects, not into lists."""
    if not wanted:
        return row
    names = wanted.split(",")
    found = {name: row[name] for name in names if name in row}
    if kind in ("products", "products/reviews"):
        return found or row
    for name in names:
        outer, _, inner = name.partition(".")
        part = row.get(outer)
        if inner and isinstance(part, dict) and inner in part:
            cast("Json", found.setdefault(outer, {}))[inner] = part[inner]
    return found
