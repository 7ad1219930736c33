"""Parts of countries, as shops write them."""

import pytest

from retcon.sync import subdivision


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "TX", "US-TX"),
        ("us", " tx ", "US-TX"),
        ("US", "US-TX", "US-TX"),
        ("US", "Texas", "US-TX"),
        ("US", "new york", "US-NY"),
        ("DE", "DE-BY", "DE-BY"),
        ("DE", "Bayern", "DE-BY"),
        ("JP", "JP13", "JP-13"),
        ("TH", "TH-10", "TH-10"),
        ("AU", "NSW", "AU-NSW"),
        ("IN", "IN", "IN-IN"),
        ("US", "Atlantis", ""),
        ("JP", "東京都", ""),
        ("", "TX", ""),
        ("XQ", "somewhere", ""),
        ("US", "", ""),
        ("US", "\x1b[2J", ""),
    ],
)
def test_a_part_is_a_code_or_a_name(country: str, written: str, code: str) -> None:
    assert subdivision.code(country, written) == code
