"""Logs of purchases, written down as a person would."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from retcon.retention.risk.log import NEVER, PurchaseLog, purchase_log


def at(day: str) -> int:
    """Seconds since 1970 of a date or time; UTC where it names no zone."""
    moment = datetime.fromisoformat(day)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def log_of(
    orders: Iterable[tuple[Any, ...]], refunds: Iterable[tuple[Any, ...]] = (), zone: str = "UTC", **columns: Any
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
        **columns,
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


@st.composite
def wild(draw):
    """A log of anything that a shop may tell, in whatever order it happens to come."""
    day = st.integers(0, 400).map(lambda days: at("2025-01-01") + days * 86_400)
    never = st.just(0)
    orders = draw(
        st.lists(
            st.tuples(st.integers(1, 4), day, st.integers(0, 10**6), never | day, never | day, st.just(NEVER) | day),
            min_size=1,
            max_size=20,
        )
    )
    pauses = draw(st.lists(st.tuples(st.integers(1, 5), day, st.just(NEVER) | day, st.integers(3, 4)), max_size=8))
    refunds = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9), day, st.integers(0, 10**6)), max_size=8))
    return {
        "customer": [row[0] for row in orders],
        "placed": [row[1] for row in orders],
        "amount": [row[2] for row in orders],
        "shipped": [row[3] for row in orders],
        "arrived": [row[4] for row in orders],
        "voided": [row[5] for row in orders],
        "gift": [draw(st.booleans()) for _ in orders],
        "preorder": [draw(st.booleans()) for _ in orders],
        "refund_customer": [row[0] for row in refunds],
        "refund_order": [row[1] for row in refunds],
        "refunded": [row[2] for row in refunds],
        "refund_amount": [row[3] for row in refunds],
        "pause_customer": [row[0] for row in pauses],
        "pause_from": [row[1] for row in pauses],
        "pause_until": [row[2] for row in pauses],
        "pause_kind": [row[3] for row in pauses],
        "ships_within_days": draw(st.sampled_from((0, 14, 60))),
    }


@pytest.fixture
def instant() -> Callable[[str], int]:
    return at


@pytest.fixture(name="log_of")
def _log_of() -> Callable[..., PurchaseLog]:
    return log_of


@pytest.fixture(name="made_up")
def _made_up() -> Callable[..., list[tuple[int, str, int]]]:
    return made_up
