"""Parcels of which nobody reported arrive after their country's usual days."""

from datetime import timedelta

from retcon.model.orders import OrderState, ShopOrder
from retcon.store import deliveries, orders
from retcon.store.database import Database
from retcon.sync import intake
from tests.conftest import NOW


def _order(number: str, country: str, shipped_days_ago: int | None, delivered_days_ago: int | None = None) -> ShopOrder:
    def ago(days: int | None):
        return None if days is None else NOW - timedelta(days=days)

    return ShopOrder(
        source_id=number,
        number=number,
        placed_at=NOW - timedelta(days=30),
        state=OrderState.PAID,
        currency="EUR",
        total_minor=1000,
        email="anna@example.com",
        country=country,
        shipped_at=ago(shipped_days_ago),
        delivered_at=ago(delivered_days_ago),
    )


def _kept(database: Database) -> dict[str, tuple[int | None, bool, bool]]:
    """Days since the arrival, whether it is estimated, whether the parcel is under way; by order number."""
    with database.read() as tx:
        return {
            order.number: (
                (NOW - order.delivered_at).days if order.delivered_at else None,
                order.delivered_estimated,
                order.under_way,
            )
            for order in orders.listing(tx)
        }


def test_an_arrival_is_estimated_by_country_and_marked_so(database: Database) -> None:
    told = [
        _order("near", "DE", 10),
        _order("far", "BR", 10),
        _order("known", "DE", 10, 9),
        _order("unknown land", "", 10),
        _order("not shipped", "DE", None),
    ]
    database.write(lambda tx: intake.keep(tx, "woo", told, "EUR"))
    database.write(lambda tx: deliveries.estimate(tx, {"DE": 2, "BR": 18}, 7, NOW))
    assert _kept(database) == {
        "near": (8, True, False),
        "far": (None, False, True),
        "known": (9, False, False),
        "unknown land": (3, True, False),
        "not shipped": (None, False, False),
    }


def test_an_estimate_moves_with_the_settings_and_yields_to_a_report(database: Database) -> None:
    database.write(lambda tx: intake.keep(tx, "woo", [_order("near", "DE", 10)], "EUR"))
    database.write(lambda tx: deliveries.estimate(tx, {"DE": 2}, 7, NOW))
    database.write(lambda tx: deliveries.estimate(tx, {"DE": 4}, 7, NOW, [1]))
    assert _kept(database)["near"] == (6, True, False)
    database.write(lambda tx: intake.keep(tx, "woo", [_order("near", "DE", 10, 5)], "EUR"))
    database.write(lambda tx: deliveries.estimate(tx, {"DE": 4}, 7, NOW, [1]))
    assert _kept(database)["near"] == (5, False, False)
