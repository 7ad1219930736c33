"""Orders for tests: told as a shop tells them, kept as a sync keeps them."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from retcon.model.orders import OrderState, Refund, ShopOrder
from retcon.store.database import Database
from retcon.sync import intake

_NUMBERS = count(1)


def moment(day: str) -> datetime:
    """The instant of a date or time; UTC where it names no zone."""
    at = datetime.fromisoformat(day)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def order(account: str | None, placed: str, total: int = 5_000, **changes: object) -> ShopOrder:
    """A paid order in euro of an account; `refunds` may be (day, amount) pairs, `shipped` and `delivered` days."""
    number = str(next(_NUMBERS))
    refunds = tuple(
        Refund(source_id=f"{number}-{place}", amount_minor=amount, refunded_at=moment(day))
        for place, (day, amount) in enumerate(changes.pop("refunds", ()))  # type: ignore[var-annotated]
    )
    days = {f"{what}_at": moment(str(changes.pop(what))) for what in ("shipped", "delivered") if what in changes}
    plain = ShopOrder(
        source_id=number,
        number=number,
        placed_at=moment(placed),
        state=OrderState.PAID,
        currency="EUR",
        total_minor=total,
        account_id=account,
        email="" if account else f"guest{number}@example.com",
        refunds=refunds,
    )
    return replace(plain, **days, **changes)  # type: ignore[arg-type]


def take(database: Database, *orders: ShopOrder, source: str = "woo") -> None:
    """Keep the orders as a sync of the source would."""
    database.write(lambda tx: intake.keep(tx, source, orders, "EUR"))
