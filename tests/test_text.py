"""Text from outside is kept as it came and made harmless where it is used."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from retcon import text


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_ever_drawn(outside: str) -> None:
    drawn = text.show(outside)
    assert not [c for c in drawn if c != "\n" and unicodedata.category(c) == "Cc"]
    assert not set(drawn) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    drawn.encode("utf-8")


@given(st.text())
def test_a_line_has_one_row(outside: str) -> None:
    assert "\n" not in text.line(outside)
    assert len(text.line(outside).splitlines()) <= 1


@given(st.text())
def test_a_header_cannot_begin_another(outside: str) -> None:
    assert not set(text.header(outside)) & set("\r\n\0")


def test_a_spreadsheet_takes_no_name_for_a_formula() -> None:
    assert text.cell('=HYPERLINK("http://evil.example")').startswith("'=")
    assert text.cell("\t@SUM(A1)").startswith("'")
    assert text.cell("Anna-Maria") == "Anna-Maria"


def test_a_name_of_five_megabytes_is_cut_and_says_so() -> None:
    assert len(text.keep_name("x" * 5_000_000)) == text.NAME_LENGTH
    assert text.keep_name("x" * 5_000_000).endswith("…")


def test_scripts_and_emoji_stay_as_they_are() -> None:
    for name in ("ليلى", "지우", "Chloé", "สมหญิง", "👩🏽‍🍳", "नेहा"):
        assert text.show(name) == name


def test_of_hundreds_of_marks_over_a_letter_a_few_are_drawn() -> None:
    assert text.show("Z" + "\u0301" * 300 + "oe\u0301") == "Z" + "\u0301" * 4 + "oe\u0301"


def test_numbers_come_with_their_noun() -> None:
    assert text.plural(1, "order") == "1 order"
    assert text.plural(4812, "order") == "4,812 orders"
    assert text.plural(2, "day and night", "days and nights") == "2 days and nights"
