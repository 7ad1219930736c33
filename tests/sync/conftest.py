"""A shop in the sandbox, a clock that is set by hand, and a database that it is pulled into."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from retcon.config import ShopSettings
from retcon.demo.woocommerce import KEY, SECRET, Shop, stamp
from retcon.model.sync import SyncResult
from retcon.platforms.wiring import Transports, Wiring
from retcon.store.database import Database
from retcon.sync import engine
from retcon.sync.woocommerce import WooCommerce, WooCommerceSettings

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
Json = dict[str, Any]


@dataclass
class Trial:
    """A shop and what is kept of it. `now` is everybody's clock, `shop_ahead` what the shop's is off by."""

    database: Database
    now: datetime = NOW
    shop_ahead: timedelta = timedelta()
    settings: WooCommerceSettings = field(default_factory=lambda: WooCommerceSettings(url="https://shop.example"))
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop = Shop(now=lambda: self.now + self.shop_ahead)

    # ---- the shop ---------------------------------------------------------------------------------------------

    def order(self, order_id: int, **changes: Any) -> Json:
        """Put an order into the shop, placed now where nothing else is said."""
        placed = changes.pop("placed", None) or self.shop.now()
        row = woo_order(order_id, placed) | changes
        self.shop.add("orders", row)
        return row

    def orders(self, first: int, last: int, **changes: Any) -> None:
        """Put orders of these ids into the shop, a second apart."""
        for order_id in range(first, last + 1):
            self.order(order_id, placed=NOW - timedelta(days=30) + timedelta(seconds=order_id), **changes)

    def customer(self, customer_id: int, **changes: Any) -> None:
        """Put an account into the shop."""
        address = f"c{customer_id}@example.com"
        names = {"first_name": f"C{customer_id}", "last_name": "Example"}
        dates = {"date_created_gmt": stamp(self.now), "date_created": stamp(self.now), "date_modified_gmt": None}
        row = {"id": customer_id, "email": address, "role": "customer", "billing": {}, "shipping": {}, **names, **dates}
        self.shop.add("customers", row | changes)

    # ---- what is kept of it -----------------------------------------------------------------------------------

    def source(self) -> WooCommerce:
        secrets = {"consumer_key": KEY, "consumer_secret": SECRET}
        return WooCommerce(
            Wiring(
                name="woo",
                settings=self.settings,
                shop=ShopSettings(),
                secret=secrets.__getitem__,
                transports=Transports(http=httpx.WSGITransport(app=self.shop)),
                clock=lambda: self.now,
                sleep=self.slept.append,
            )
        )

    def sync(self, *, full: bool = False) -> SyncResult:
        """One pull; it has to go well."""
        result = self.try_sync(full=full)
        assert result.ok, result.error
        return result

    def try_sync(self, *, full: bool = False) -> SyncResult:
        return engine.run(
            self.database,
            self.source(),
            name="woo",
            kind="woocommerce",
            currency="EUR",
            now=lambda: self.now,
            full=full,
        )

    def kept(self, columns: str = "state") -> dict[int, Any]:
        """The orders that are kept and not removed, by their ids in the shop."""
        rows = self.rows(f"select source_id, {columns} from orders where not removed")
        return {int(row[0]): row[1] if len(row) == 2 else row[1:] for row in rows}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.database.read() as tx:
            return [tuple(row) for row in tx.execute(query)]


def woo_order(order_id: int, placed: datetime) -> Json:
    """An order as WooCommerce tells it, with what retcon reads."""
    at = stamp(placed)
    return {
        "id": order_id,
        "number": str(order_id),
        "status": "processing",
        "currency": "EUR",
        "total": "42.00",
        "customer_id": 0,
        "billing": {"first_name": "Ada", "last_name": "Example", "email": f"b{order_id}@example.com", "country": "DE"},
        "shipping": {"country": "DE"},
        **{f"date_{name}": at for name in ("created", "created_gmt", "modified", "modified_gmt", "paid", "paid_gmt")},
        "date_completed": None,
        "date_completed_gmt": None,
        "line_items": [{"name": "Cup", "quantity": 1, "product_id": 7, "sku": "CUP", "total": "42.00"}],
        "coupon_lines": [],
        "refunds": [],
        "meta_data": [],
    }


@pytest.fixture
def trial(database: Database) -> Trial:
    """An empty shop and an empty database."""
    return Trial(database)


@pytest.fixture
def woo() -> Any:
    """Makes an order as WooCommerce tells it."""
    return lambda order_id=1, placed=NOW, **changes: woo_order(order_id, placed) | changes
