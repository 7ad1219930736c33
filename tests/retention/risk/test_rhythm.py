"""A customer's own rhythm: without gifts, and with the weeks that some keep year after year."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.retention.risk.log import PENDING, purchase_log
from retcon.retention.risk.summary import summarise
from tests.retention.risk.conftest import at, log_of, wild


def day(iso):
    return (date.fromisoformat(iso) - date(1970, 1, 1)).days


EVERY_MONTH = [(1, f"2026-0{month}-01", 100) for month in (1, 2, 3, 4)]


def test_a_gift_counts_as_an_order_and_as_money_and_shortens_no_cycle():
    orders = [*EVERY_MONTH, (1, "2026-04-03", 50)]
    found = summarise(log_of(orders, gift=[False] * 4 + [True]), at("2026-05-01"))
    plain = summarise(log_of(EVERY_MONTH), at("2026-05-01"))
    assert (found.orders.tolist(), found.spent.tolist()) == ([5], [450])
    assert found.silent_days.tolist() == [28]
    assert found.cycle_days.tolist() == plain.cycle_days.tolist() == [31]
    assert found.own_gaps.tolist() == [3]
    assert found.own_day.tolist() == [day("2026-04-01")]


def test_a_gift_bought_along_with_something_of_ones_own_is_no_gift():
    orders = [*EVERY_MONTH, (1, "2026-04-01T18:00", 50)]
    found = summarise(log_of(orders, gift=[False] * 4 + [True]), at("2026-05-01"))
    assert (found.own_gaps.tolist(), found.cycle_days.tolist()) == ([3], [31])


def test_who_buys_for_others_alone_has_that_as_a_rhythm():
    found = summarise(log_of(EVERY_MONTH, gift=[True] * 4), at("2026-05-01"))
    assert found.cycle_days.tolist() == [31]


def test_one_order_of_ones_own_and_a_gift_are_no_rhythm_yet():
    found = summarise(log_of([(1, "2026-01-01", 1), (1, "2026-01-05", 1)], gift=[False, True]), at("2026-05-01"))
    assert found.repeats.tolist() == [1]
    assert found.own_gaps.tolist() == [0]
    assert np.isnan(found.cycle_days).all()


def test_gifts_of_the_shop_are_not_in_its_usual_gap():
    orders = [(who, f"2026-0{month}-01", 1) for who in (1, 2, 3) for month in (1, 3, 5)]
    gifts = [(who, "2026-05-02", 1) for who in (1, 2, 3)]
    with_gifts = summarise(log_of([*orders, *gifts], gift=[False] * 9 + [True] * 3), at("2026-06-01"))
    assert with_gifts.gap_days == summarise(log_of(orders), at("2026-06-01")).gap_days


@pytest.mark.parametrize(
    ("dates", "season"),
    [
        (("2023-11-10", "2024-11-20", "2025-11-15"), "2026-11-15"),
        (("2023-12-20", "2025-01-05", "2025-12-28"), "2026-12-28"),  # across the turn of the year
        (("2024-11-01", "2024-11-25", "2025-11-12"), "2026-11-13"),
        (("2024-11-10", "2025-11-15"), "2026-11-12"),
        (("2024-11-10", "2025-10-20"), None),  # two orders must lie closer to a year apart
        (("2023-11-10", "2024-06-20", "2025-11-15"), None),
        (("2025-11-01", "2025-11-10", "2025-11-20"), None),  # one year tells nothing of the next
        (("2025-11-10",), None),
    ],
)
def test_who_bought_in_the_same_weeks_of_several_years_has_a_season(dates, season):
    found = summarise(log_of([(1, each, 100) for each in dates]), at("2026-07-01"))
    assert abs(found.season_day[0] - (day(season) if season else 0)) <= 2
    assert PENDING[found.pending[0]] == ("yearly" if season else "")
    assert found.silent_days[0] == day("2026-07-01") - day(dates[-1])


def test_a_season_that_went_by_without_an_order_is_waited_for_no_more():
    log = log_of([(1, each, 100) for each in ("2023-11-10", "2024-11-20", "2025-11-15")])
    assert PENDING[summarise(log, at("2026-11-20")).pending[0]] == "yearly"
    assert PENDING[summarise(log, at("2026-12-20")).pending[0]] == ""


@given(wild(), st.integers(1, 500))
def test_a_rhythm_is_finite_where_it_is_known_and_nothing_where_not(columns, days):
    found = summarise(purchase_log(zone="UTC", **columns), at("2025-01-01") + days * 86_400)
    known = found.own_gaps > 0
    for values in (found.cycle_days, found.gap_log, found.gap_spread, found.last_gap_log):
        assert np.isfinite(values[known]).all()
        assert np.isnan(values[~known]).all()
    assert (found.own_gaps <= found.repeats).all()
    assert (found.own_day <= found.last_day).all()
