"""Days as people write them in a sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.retention import daywords
from tests.situations import NOW  # a Friday, 07:52 in Berlin

BERLIN = "Europe/Berlin"


def days(text: str, *languages: str) -> list[tuple[str, str]]:
    """What names a day, and until when that is in Berlin."""
    return [
        (text[day.start : day.end], f"{day.until.astimezone(daywords.localtime.zone(BERLIN)):%d %b %H:%M}")
        for day in daywords.find(text, languages or ("en",), NOW, BERLIN)
    ]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "by Sunday 18:00", [("Sunday 18:00", "22 Nov 18:00")]),
        ("en", "on Friday", [("Friday", "27 Nov 23:59")]),
        ("en", "within 3 days", [("3 days", "23 Nov 23:59")]),
        ("en", "in 2 weeks", [("2 weeks", "04 Dec 23:59")]),
        ("en", "in 5 hours", [("5 hours", "20 Nov 12:52")]),
        ("en", "tomorrow at 10:00", [("tomorrow at 10:00", "21 Nov 10:00")]),
        ("en", "on 1 December, on Dec 2nd", [("1 December", "01 Dec 23:59"), ("Dec 2nd", "02 Dec 23:59")]),
        ("en", "by 2026-12-01", [("2026-12-01", "01 Dec 23:59")]),
        ("en", "January 5", [("January 5", "05 Jan 23:59")]),
        (
            "de",
            "bis Freitag, spätestens am 1. Dezember",
            [("Freitag", "27 Nov 23:59"), ("1. Dezember", "01 Dec 23:59")],
        ),
        ("de", "innerhalb von 3 Tagen, morgen", [("3 Tagen", "23 Nov 23:59"), ("morgen", "21 Nov 23:59")]),
        ("fr", "avant lundi, dans 2 jours", [("lundi", "23 Nov 23:59"), ("2 jours", "22 Nov 23:59")]),
        ("es", "el 1 de diciembre de 2026", [("1 de diciembre de 2026", "01 Dec 23:59")]),
        ("pt", "até sexta-feira", [("sexta-feira", "27 Nov 23:59")]),
        (
            "ja",
            "金曜日までに、3日以内、12月1日",
            [("金曜日", "27 Nov 23:59"), ("3日", "23 Nov 23:59"), ("12月1日", "01 Dec 23:59")],
        ),
        ("zh", "3天内，星期五", [("3天", "23 Nov 23:59"), ("星期五", "27 Nov 23:59")]),
        ("th", "ภายในวันศุกร์ พรุ่งนี้", [("วันศุกร์", "27 Nov 23:59"), ("พรุ่งนี้", "21 Nov 23:59")]),
        ("ar", "قبل يوم الأحد", [("الأحد", "22 Nov 23:59")]),
        ("ko", "금요일까지", [("금요일", "27 Nov 23:59")]),
        ("ru", "до пятницы", [("пятницы", "27 Nov 23:59")]),
    ],
)
def test_days_are_read_in_the_language_of_the_text(language: str, text: str, found: list[tuple[str, str]]) -> None:
    assert days(text, language) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order 1042",
        "it costs 3.50",
        "Monda",
        "Sundays",
        "31 February",
        "2026-13-41",
        "2019-01-01",
        "999 weeks",
        "4711",
    ],
)
def test_what_is_no_day_ahead_is_none(text: str) -> None:
    assert days(text) == []


def test_an_unknown_language_is_no_mistake() -> None:
    assert days("by Friday", "xx", "en") == [("Friday", "27 Nov 23:59")]
    assert days("by Friday", "xx") == []


def test_a_day_ends_by_the_clock_of_its_zone_also_over_the_change_of_hours() -> None:
    before = datetime(2026, 10, 24, 10, tzinfo=UTC)  # the clocks go back in the night
    (day,) = daywords.find("tomorrow", ("en",), before, BERLIN)
    assert day.until == datetime(2026, 10, 25, 22, 59, tzinfo=UTC)


@given(st.text(max_size=200), st.sampled_from(("en", "de", "ja", "ar", "th", "tr")))
def test_any_text_names_days_ahead_or_none_in_their_places(text: str, language: str) -> None:
    for day in daywords.find(text, (language,), NOW, BERLIN):
        assert 0 <= day.start < day.end <= len(text)
        assert NOW < day.until <= NOW + timedelta(days=366)
