"""A WooCommerce shop as a source, by its REST v3: what config.toml says of it, and what its key can do."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from retcon.config import is_url, setting
from retcon.frozen import dataclass
from retcon.platforms.wiring import Wiring
from retcon.sync.source import Cursor, Kept, Page

if TYPE_CHECKING:
    from retcon.platforms.woocommerce import Client


@dataclass(frozen=True, kw_only=True)
class WooCommerceSettings:
    """`[sources.NAME]` with kind = "woocommerce"."""

    url: str = setting(
        help="the shop's home page, such as https://shop.example", allowed="an http(s) address", check=is_url
    )
    ca_file: str = setting("", help="a private CA's certificate, where the shop's is signed by one")
    consent_meta: tuple[str, ...] = setting(
        (), help="order metadata that say yes to advertising by e-mail, as the shop's newsletter box writes them"
    )


class WooCommerce:
    """Orders with their refunds, customers, products, coupons and reviews of one shop."""

    kind: ClassVar[str] = "woocommerce"
    Settings: ClassVar[type] = WooCommerceSettings
    secrets: ClassVar[tuple[str, ...]] = ("consumer_key", "consumer_secret")

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        """What has changed since the cursor, and a survey of everything where one is due."""
        from retcon.sync.woocommerce_pull import Pull

        client = self._client()
        try:
            yield from Pull(client, self._wiring, cursor, full=full, kept=kept).pages()
        finally:
            client.close()

    def check(self) -> str:
        """What the key can read, in a sentence. The API's index answers to everybody: only a list proves a key."""
        from retcon.platforms.woocommerce import NotAllowed
        from retcon.sync.woocommerce_pull import COLLECTIONS, ORDERS

        client = self._client(attempts=2)
        try:
            orders = client.page(ORDERS.path, per_page=1, _fields="id").total
            closed: list[str] = []
            for collection in COLLECTIONS:
                try:
                    client.page(collection.path, per_page=1, _fields="id")
                except NotAllowed:
                    closed.append(collection.what)
        finally:
            client.close()
        count = "orders" if orders is None else f"{orders:,} orders"
        but = f", but not its {' and '.join(closed)}" if closed else ", its customers, products, coupons and reviews"
        return f"The key reads {count} of {client.host}{but}."

    def told(self) -> dict[str, str]:
        """What the shop tells of itself, as far as it does: name, timezone, and its orders' currency and country."""
        client = self._client(attempts=1)
        try:
            site = client.site_index()
            orders = client.page("/orders", per_page=50, _fields="currency,shipping,billing").rows
        finally:
            client.close()
        told = {"name": str(site.get("name") or ""), "timezone": str(site.get("timezone_string") or "")}
        currencies = Counter(str(order.get("currency") or "") for order in orders)
        countries = Counter(str((order.get("billing") or {}).get("country") or "") for order in orders)
        for name, counted in (("currency", currencies), ("country", countries)):
            told[name] = next((value for value, _ in counted.most_common() if value), "")
        return told

    def _client(self, **options: int) -> "Client":
        from retcon.platforms.woocommerce import Client

        wiring, settings = self._wiring, self._wiring.settings
        return Client(
            section=f"sources.{wiring.name}",
            url=settings.url,
            key=wiring.secret("consumer_key"),
            secret=wiring.secret("consumer_secret"),
            ca_file=str(wiring.folder / settings.ca_file) if settings.ca_file else "",
            transport=wiring.transports.http,
            clock=wiring.clock,
            sleep=wiring.sleep,
            **options,
        )
