"""Money is whole minor units with its currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import money
from retcon.errors import InputError


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("12.345", "EUR", 1235), ("9216.90", "JPY", 9217), ("1.2345", "KWD", 1235), (-0.005, "USD", -1), ("0", "EUR", 0)],
)
def test_an_amount_becomes_minor_units_of_its_currency(amount: str, currency: str, units: int) -> None:
    assert money.minor(amount, currency) == units


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_minor_units_survive_the_way_there_and_back(units: int, currency: str) -> None:
    assert money.minor(money.major(units, currency), currency) == units


@pytest.mark.parametrize("amount", ["abc", "", "NaN", "Infinity", "1e400", "1" * 40])
def test_what_is_no_amount_is_said_in_a_sentence(amount: str) -> None:
    with pytest.raises(InputError, match=r"amount of money|too large"):
        money.minor(amount, "EUR")


def test_amounts_are_written_as_people_write_them() -> None:
    assert money.show(124000, "EUR") == "€1,240"
    assert money.show(-3456, "USD", cents=True) == "-$34.56"
    assert money.show(1250000, "IDR", cents=True) == "IDR 12,500"
    assert money.show(9200, "CHF") == "CHF 92"
    assert money.show(58, "JPY") == "¥58"
    assert money.major(58, "JPY") == Decimal(58)


def test_a_range_names_its_currency_at_both_ends():
    assert money.span(0, 31_000, "EUR") == "€0–€310"
