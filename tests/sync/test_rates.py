"""Amounts in the shop's currency, offline, by the European Central Bank's daily rates."""

from datetime import date

import pytest

from retcon.sync.rates import to_base

FRIDAY = date(2014, 3, 28)  # 1 EUR = 1.3759 USD, 140.90 JPY


def test_the_shop_s_own_currency_is_itself() -> None:
    assert to_base(1234, "XTS", "XTS", FRIDAY) == 1234


def test_the_rate_is_that_of_the_day() -> None:
    assert to_base(13759, "USD", "EUR", FRIDAY) == 10000
    assert to_base(10000, "EUR", "USD", FRIDAY) == 13759


def test_minor_units_differ_in_size() -> None:
    assert to_base(14090, "JPY", "EUR", FRIDAY) == 10000
    assert to_base(10000, "EUR", "JPY", FRIDAY) == 14090


def test_a_weekend_takes_friday_s_rate() -> None:
    assert to_base(100_00, "USD", "EUR", date(2014, 3, 30)) == to_base(100_00, "USD", "EUR", FRIDAY)


@pytest.mark.parametrize("day", [date(1995, 1, 1), date(2100, 1, 1)])
def test_a_day_beyond_the_history_takes_its_nearest_rate(day: date) -> None:
    assert 5000 < (to_base(100_00, "USD", "EUR", day) or 0) < 12_000


def test_pegged_currencies_go_by_the_dollar() -> None:
    assert to_base(367_25, "AED", "USD", FRIDAY) == 100_00
    assert to_base(376, "BHD", "USD", FRIDAY) == 1_00  # three decimals


def test_an_unknown_currency_has_no_worth() -> None:
    assert to_base(1, "XTS", "EUR", FRIDAY) is None


def test_money_given_back_is_negative() -> None:
    assert to_base(-13759, "USD", "EUR", FRIDAY) == -10000
