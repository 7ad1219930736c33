"""What is said and offered while a filter is typed."""

import re
from pathlib import Path

import pytest

from retcon.desk import query, query_help


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", ""),
        ("anna ", ""),
        ("risk", "risk: how likely you are to lose them, in a word · risk:high"),
        ("anna (risk:", "risk: high, medium, low – how likely you are to lose them, in a word · risk:high"),
        ("!last>6", "last: days since the last order, or its date · last>60d"),
        ("country:DE,A", "country: where they live; EU is all of the Union · country:DE,AT"),
        ("re", "refunded>0 · reach:telegram"),
        ("sta", "stage:drifting · stake>100"),  # and not state, which is of orders
        ("xyz", ""),
        ("contry:", ""),
        ('bought:"two words', ""),
    ],
)
def test_the_word_that_is_typed_is_explained(typed: str, told: str) -> None:
    assert query_help.hint(typed) == told


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("ris", "risk:"),
        ("anna !cou", "anna !cou"),  # country or coupon
        ("coun", "country:"),
        ("ord", "orders"),
        ("risk:h", "risk:high"),
        ("tier:vip,on", "tier:vip,one-time"),
        ("tier:", "tier:"),
        ("stage:re", "stage:re"),
        ("waits:y", "waits:yes"),
        ("consent:te", "consent:telegram"),
        ("tag:fa", "tag:fa"),
        ("p", "p"),
        ("", ""),
    ],
)
def test_what_can_only_be_one_thing_is_written_out(typed: str, completed: str) -> None:
    assert query_help.completed(typed) == completed


def test_every_field_is_described_and_its_example_is_understood() -> None:
    for each in query_help.described():
        assert each.words
        assert each.takes
        query.parse(each.example, "EUR", of_orders=each.of == "orders")


def test_every_filter_that_is_recommended_is_understood() -> None:
    page = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")
    start = page.partition("## Some to begin with")[2].partition("##")[0]
    filters = re.findall(r"\| `([^`]+)` \|", start)
    assert len(filters) > 5
    for typed in filters:
        assert query.terms(query.parse(typed, "EUR")), typed
