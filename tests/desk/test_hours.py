"""Hours as they are typed, at the customer's place."""

from datetime import UTC, datetime

import pytest

from retcon import localtime
from retcon.desk.hours import on_both_clocks, parse_hour
from retcon.errors import UsageError

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)  # Friday: 07:52 in Berlin, 15:52 in Seoul
BERLIN, SEOUL = "Europe/Berlin", "Asia/Seoul"


def said(words: str, zone: str = BERLIN, language: str = "en", now: datetime = NOW) -> str:
    return f"{localtime.local(parse_hour(words, now, zone, language), zone):%a %d %b %Y %H:%M}"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("9", "Fri 20 Nov 2026 09:00"),
        ("7", "Sat 21 Nov 2026 07:00"),  # over today, so tomorrow
        ("18:30", "Fri 20 Nov 2026 18:30"),
        ("18.30", "Fri 20 Nov 2026 18:30"),
        ("at 18h30", "Fri 20 Nov 2026 18:30"),
        ("6 pm", "Fri 20 Nov 2026 18:00"),
        ("12am", "Sat 21 Nov 2026 00:00"),
        ("18 uhr", "Fri 20 Nov 2026 18:00"),
        ("today 8", "Fri 20 Nov 2026 08:00"),
        ("tomorrow", "Sat 21 Nov 2026 09:00"),
        ("tomorrow 18:30", "Sat 21 Nov 2026 18:30"),
        ("mon", "Mon 23 Nov 2026 09:00"),
        ("mon 9", "Mon 23 Nov 2026 09:00"),
        ("on Monday at 9", "Mon 23 Nov 2026 09:00"),
        ("friday 9", "Fri 27 Nov 2026 09:00"),
        ("2026-12-01", "Tue 01 Dec 2026 09:00"),
        ("2026-12-01 10:00", "Tue 01 Dec 2026 10:00"),
        ("2026-12-01T10:00", "Tue 01 Dec 2026 10:00"),
        ("1 dec", "Tue 01 Dec 2026 09:00"),
        ("dec 1", "Tue 01 Dec 2026 09:00"),
        ("dec 1 10", "Tue 01 Dec 2026 10:00"),
        ("in 3 days", "Mon 23 Nov 2026 09:00"),
        ("3d 14", "Mon 23 Nov 2026 14:00"),
        ("4h", "Fri 20 Nov 2026 11:52"),
        ("1８：３０", "Fri 20 Nov 2026 18:30"),  # an input method is on
    ],
)
def test_what_is_said_is_an_hour_ahead(words: str, meant: str) -> None:
    assert said(words) == meant


def test_the_hour_is_the_customer_s() -> None:
    assert parse_hour("mon 9", NOW, SEOUL) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert said("9", SEOUL) == "Sat 21 Nov 2026 09:00"  # it is 15:52 there


def test_days_are_understood_in_the_shop_s_language() -> None:
    assert said("mo 9", language="de") == said("montag 9 uhr", language="de") == "Mon 23 Nov 2026 09:00"
    assert said("lundi 9", language="fr") == "Mon 23 Nov 2026 09:00"
    assert said("morgen", language="de") == "Sat 21 Nov 2026 09:00"


def test_an_hour_that_the_clocks_skip_is_the_one_after_it() -> None:
    night = datetime(2027, 3, 27, 12, tzinfo=UTC)  # the clocks go forward at 02:00 on the 28th
    assert said("tomorrow 2:30", now=night) == "Sun 28 Mar 2027 03:30"


@pytest.mark.parametrize("words", ["today 7", "today 07:52"])
def test_an_hour_that_is_over_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match=r"It is past 07:\d\d there"):
        parse_hour(words, NOW, BERLIN)


@pytest.mark.parametrize("words", ["", "soon", "25", "mon 25", "9:75", "13 pm", "2025-01-01 10:00", "-9", "x\x1b[31m"])
def test_what_is_no_hour_ahead_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="no hour ahead") as refused:
        parse_hour(words, NOW, BERLIN)
    assert "\x1b" not in str(refused.value)


def test_both_clocks_are_named_where_they_differ() -> None:
    at = parse_hour("mon 9", NOW, SEOUL)
    assert on_both_clocks(at, NOW, SEOUL, BERLIN) == "Monday 09:00 there, 01:00 yours"
    assert on_both_clocks(at, NOW, BERLIN, BERLIN) == "Monday 01:00"
    assert on_both_clocks(at, NOW, None, BERLIN) == "Monday 01:00"
    los_angeles = parse_hour("mon 18", NOW, "America/Los_Angeles")
    assert on_both_clocks(los_angeles, NOW, "America/Los_Angeles", BERLIN) == "Monday 18:00 there, Tuesday 03:00 yours"
