"""The next order, and the days between which it falls four times in five."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retcon.retention.risk import dates
from retcon.retention.risk.days import DAY
from retcon.retention.risk.log import purchase_log
from retcon.retention.risk.summary import summarise
from tests.retention.risk.conftest import at, log_of, wild


def usual(summary):
    own = np.log(np.where(summary.own_gaps > 0, np.nan_to_num(summary.cycle_days, nan=1.0), 1.0))
    return np.exp((summary.own_gaps * own + np.log(summary.gap_days)) / (summary.own_gaps + 1))


def expected(log, then):
    found = summarise(log, then)
    return found, dates.expected(dates.fit(found), found, usual(found))


def drawn(customers, spread, seed=1):
    """Customers with gaps of some thirty days, each of them off by so much (logarithms)."""
    draw = np.random.default_rng(seed)
    rows = []
    for who in range(1, customers + 1):
        middle, day = 30 * np.exp(draw.normal(0, 0.5)), float(draw.integers(0, 60))
        for _ in range(8):
            rows.append((who, at("2025-01-01") + int(day) * DAY, 100))
            day += max(1.0, middle * np.exp(draw.normal(0, spread)))
    return rows


def log_of_rows(rows):
    who, placed, amount = zip(*rows, strict=True)
    return purchase_log(zone="UTC", customer=who, placed=placed, amount=amount)


@pytest.mark.parametrize("spread", [0.1, 0.6])
def test_four_in_five_next_orders_fall_between_the_two_days(spread):
    rows = drawn(1_500, spread)
    known, last = [], {}
    for who in range(1, 1_501):
        own = [row for row in rows if row[0] == who]
        known += own[:-1]
        last[who] = own[-1][1]
    found, next_ = expected(log_of_rows(known), at("2030-01-01"))
    came = np.array([last[who] for who in found.customer_ids.tolist()])
    inside = (came // DAY >= next_.earliest // DAY) & (came // DAY <= next_.latest // DAY)
    assert 0.75 <= inside.mean() <= 0.9


def test_the_steadier_the_customer_the_narrower_the_days():
    rows = drawn(300, 0.5)
    steady = [(9_001, at("2025-01-01") + 21 * number * DAY, 100) for number in range(10)]
    draw = np.random.default_rng(3)
    wavering = [(9_002, at("2025-01-01") + int(day) * DAY, 100) for day in np.cumsum(draw.integers(2, 60, 10))]
    found, next_ = expected(log_of_rows([*rows, *steady, *wavering]), at("2026-06-01"))
    width = dict(zip(found.customer_ids.tolist(), (next_.latest - next_.earliest).tolist(), strict=True))
    assert width[9_001] < width[9_002] / 2


def test_nothing_is_expected_before_the_second_order_of_ones_own():
    log = log_of([(1, "2026-01-01", 1), (2, "2026-01-01", 1), (2, "2026-01-09", 1)], gift=[False, False, True])
    _, next_ = expected(log, at("2026-02-01"))
    assert next_.at.tolist() == next_.earliest.tolist() == next_.latest.tolist() == [0, 0]


def test_the_next_order_counts_from_the_last_one_that_was_no_gift():
    own = [(1, f"2026-0{month}-01", 1) for month in (1, 2, 3)]
    _, plain = expected(log_of(own), at("2026-04-01"))
    _, with_gift = expected(log_of([*own, (1, "2026-03-20", 1)], gift=[False] * 3 + [True]), at("2026-04-01"))
    assert with_gift.at.tolist() == plain.at.tolist()


def test_who_buys_each_november_is_expected_in_november():
    log = log_of([(1, day, 100) for day in ("2023-11-10", "2024-11-20", "2025-11-15")])
    _, next_ = expected(log, at("2026-07-01"))
    assert at("2026-11-01") <= next_.earliest[0] < next_.at[0] < next_.latest[0] <= at("2026-12-05")


@given(wild(), st.integers(1, 500))
@settings(max_examples=60)
def test_the_days_stand_in_their_order_whatever_happened(columns, days):
    found, next_ = expected(purchase_log(zone="UTC", **columns), at("2025-01-01") + days * DAY)
    assert ((next_.earliest <= next_.at) & (next_.at <= next_.latest)).all()
    assert (next_.at[found.own_gaps > 0] > found.first_at[found.own_gaps > 0]).all()
