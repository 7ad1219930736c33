"""Logs of purchases, written down as a person would."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from retcon.retention.risk.log import NEVER, PurchaseLog, purchase_log


def at(day: str) -> int:
    """Seconds since 1970 of a date or time; UTC where it names no zone."""
    moment = datetime.fromisoformat(day)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def log_of(
    orders: Iterable[tuple[Any, ...]], refunds: Iterable[tuple[Any, ...]] = (), zone: str = "UTC"
) -> PurchaseLog:
    """Orders as (customer, placed, amount[, shipped, arrived, voided]), refunds as (customer, order, at, amount)."""
    rows = [(*order, *(None,) * (6 - len(order))) for order in orders]
    back = list(refunds)
    return purchase_log(
        zone=zone,
        customer=[row[0] for row in rows],
        placed=[at(row[1]) for row in rows],
        amount=[np.nan if row[2] is None else row[2] for row in rows],
        shipped=[at(row[3]) if row[3] else 0 for row in rows],
        arrived=[at(row[4]) if row[4] else 0 for row in rows],
        voided=[at(row[5]) if row[5] else NEVER for row in rows],
        refund_customer=[row[0] for row in back],
        refund_order=[row[1] for row in back],
        refunded=[at(row[2]) for row in back],
        refund_amount=[row[3] for row in back],
    )


def made_up(customers: int, seed: int = 1) -> list[tuple[int, str, int]]:
    """Orders of a shop in 2025 and 2026: Poisson buyers of different rates who drop out, one amount each."""
    draw = np.random.default_rng(seed)
    orders: list[tuple[int, str, int]] = []
    for customer in range(1, customers + 1):
        day, rate = float(draw.integers(0, 400)), draw.gamma(0.8, 1 / 40)
        while day < 600:
            date = datetime.fromtimestamp(at("2025-01-01") + int(day) * 86_400, UTC).date().isoformat()
            orders.append((customer, date, int(draw.integers(1_000, 9_000))))
            if draw.random() < 0.2:
                break
            day += draw.exponential(1 / max(rate, 1e-4)) + 1
    return orders


@pytest.fixture
def instant() -> Callable[[str], int]:
    return at


@pytest.fixture(name="log_of")
def _log_of() -> Callable[..., PurchaseLog]:
    return log_of


@pytest.fixture(name="made_up")
def _made_up() -> Callable[..., list[tuple[int, str, int]]]:
    return made_up
