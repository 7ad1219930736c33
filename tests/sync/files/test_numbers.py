"""Amounts as people and programs write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retcon.errors import InputError
from retcon.sync.files.numbers import decimal_mark, parse


@pytest.mark.parametrize(
    ("written", "number", "currency"),
    [
        ("12.50", "12.50", ""),
        ("-12.5", "-12.5", ""),
        ("1,234.56", "1234.56", ""),
        ("1.234,56", "1234.56", ""),
        ("1 234,56", "1234.56", ""),
        ("1\u202f234,56", "1234.56", ""),
        ("1'234.50", "1234.50", ""),
        ("1’234.50", "1234.50", ""),
        ("12,34,567.00", "1234567.00", ""),
        ("1.234.567", "1234567", ""),
        ("0,5", "0.5", ""),
        (",5", "0.5", ""),
        ("(12.00)", "-12.00", ""),
        ("12.00-", "-12.00", ""),
        ("−3", "-3", ""),
        ("€ 12,50", "12.50", "EUR"),
        ("12,50 €", "12.50", "EUR"),
        ("-£3.00", "-3.00", "GBP"),
        ("£-3.00", "-3.00", "GBP"),
        ("CHF 1'000", "1000", "CHF"),
        ("99 kr", "99", ""),
        ("$5", "5", ""),
        ("12,-", "12", ""),
        ("١٢٫٥", "12.5", ""),
        ("-0.00", "-0.00", ""),
    ],
)
def test_an_amount_that_says_it_all_is_read_whatever_the_file_s_mark(written: str, number: str, currency: str) -> None:
    for mark in ("", ".", ","):
        amount = parse(written, mark)
        assert (amount.number, amount.currency) == (number, currency)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "abc",
        "1.2.3,4,5",
        "12.34.56",
        "1,23.456,7",
        "€",
        "1e5",
        "NaN",
        "Infinity",
        "--",
        ".",
        "12 EUR USD",
        "=1+1",
    ],
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        parse(written, ".")


@pytest.mark.parametrize(
    ("amounts", "mark"),
    [
        (["1.234", "12.5"], "."),
        (["1.234", "12,50"], ","),
        (["1,234", "0.99"], "."),
        (["1.234", "500"], ","),  # nothing else to go by: it groups thousands
        (["1,234", "500"], "."),
        (["5", "7"], "."),
        ([], "."),
        (["12.50", "12,50"], ""),
        (["nonsense", "12,50"], ","),
    ],
)
def test_all_amounts_of_a_file_decide_on_the_mark_together(amounts: list[str], mark: str) -> None:
    assert decimal_mark(amounts) == mark


def test_in_a_currency_of_three_decimals_a_lone_point_is_the_decimal_one() -> None:
    assert decimal_mark(["1.234", "0.500"], decimals=3) == "."
    assert decimal_mark(["1.234"], decimals=3) == "."


def test_a_doubtful_amount_follows_the_file_and_is_refused_where_the_file_contradicts_itself() -> None:
    assert parse("1.234", ".").number == "1.234"
    assert parse("1.234", ",").number == "1234"
    with pytest.raises(InputError, match="two ways"):
        parse("1.234", "")


@given(
    units=st.integers(-(10**14), 10**14),
    style=st.sampled_from(["{:,.2f}", "swapped", "spaced", "swiss", "{:.2f}"]),
    sign=st.sampled_from(["{}", "€{}", "{} EUR", " {} "]),
)
@example(units=-1, style="swapped", sign="€{}")
def test_every_way_of_writing_an_amount_comes_back_as_the_same_amount(units: int, style: str, sign: str) -> None:
    value = Decimal(units).scaleb(-2)
    english = f"{value:,.2f}"
    written = {
        "swapped": english.translate(str.maketrans(",.", ".,")),
        "spaced": english.translate({ord(","): "\u00a0", ord("."): ","}),
        "swiss": english.replace(",", "'"),
    }.get(style) or style.format(value)
    assert Decimal(parse(sign.format(written), "").number) == value


@given(st.text(max_size=30))
def test_no_text_breaks_it(written: str) -> None:
    assert decimal_mark([written]) in {".", ","}
    with suppress(InputError):
        assert Decimal(parse(written, ".").number).is_finite()
