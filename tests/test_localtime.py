"""Hours at the place where somebody lives."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.localtime import Hours, days_between, instant, local, next_open, stamp, start_of_day, weekly, zone

NINE_TO_FIVE = weekly(Hours(day, time(9), time(17)) for day in range(5))
FRIDAY = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


def test_within_the_hours_is_now() -> None:
    assert next_open(datetime(2026, 11, 20, 9, tzinfo=UTC), ["Europe/Berlin"], NINE_TO_FIVE) == datetime(
        2026, 11, 20, 9, tzinfo=UTC
    )


def test_before_the_hours_is_this_morning_there() -> None:
    assert next_open(FRIDAY, ["Europe/Berlin"], NINE_TO_FIVE) == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_after_the_hours_of_a_friday_is_monday() -> None:
    evening = FRIDAY + timedelta(hours=12)
    assert next_open(evening, ["Europe/Berlin"], NINE_TO_FIVE) == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_an_uncertain_zone_waits_until_it_is_day_in_all_of_them() -> None:
    both = next_open(FRIDAY, ["America/New_York", "America/Los_Angeles"], NINE_TO_FIVE)
    assert both == datetime(2026, 11, 20, 17, tzinfo=UTC)  # 09:00 in Los Angeles, noon in New York


def test_zones_that_never_share_an_hour_never_open() -> None:
    two_hours = weekly(Hours(day, time(9), time(11)) for day in range(7))
    assert next_open(FRIDAY, ["Asia/Tokyo", "America/Sao_Paulo"], two_hours) is None


@pytest.mark.parametrize(
    ("zone_name", "opens", "closes", "after", "expected"),
    [
        # The clock skips 02:00 to 03:00: hours that lie in there are not had that day.
        ("Europe/Berlin", time(2, 15), time(2, 45), "2026-03-29T00:00:00Z", "2026-03-30T00:15:00Z"),
        # Hours that begin in there begin when it has been put on.
        ("Europe/Berlin", time(2, 30), time(4), "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", time(1), time(2, 30), "2026-03-29T00:59:00Z", "2026-03-29T00:59:00Z"),
        ("Europe/Berlin", time(1), time(2, 30), "2026-03-29T01:00:00Z", "2026-03-29T23:00:00Z"),
        # It shows 02:00 to 03:00 twice, and so has hours that lie in there twice.
        ("Europe/Berlin", time(2), time(2, 30), "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"),
        ("Europe/Berlin", time(2, 30), time(3), "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"),
        # Midnight itself is skipped.
        ("America/Santiago", time(0), time(2), "2026-09-06T03:00:00Z", "2026-09-06T04:00:00Z"),
        ("Australia/Lord_Howe", time(2, 15), time(3), "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"),
    ],
)
def test_the_hour_that_a_clock_skips_or_shows_twice_is_no_trap(
    zone_name: str, opens: time, closes: time, after: str, expected: str
) -> None:
    every_day = weekly(Hours(day, opens, closes) for day in range(7))
    opening = next_open(instant(after), [zone_name], every_day)
    assert opening is not None
    assert stamp(opening) == expected


@given(st.integers(946_684_800, 4_070_908_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_an_opening_is_open(after: datetime) -> None:
    opening = next_open(after, ["America/Sao_Paulo"], NINE_TO_FIVE)
    assert opening is not None
    assert opening >= after
    assert next_open(opening, ["America/Sao_Paulo"], NINE_TO_FIVE) == opening


def test_instants_are_printed_in_utc_and_read_back() -> None:
    assert stamp(FRIDAY) == "2026-11-20T06:52:00Z"
    assert instant(stamp(FRIDAY)) == FRIDAY


def test_a_day_begins_at_local_midnight() -> None:
    assert start_of_day(date(2026, 7, 1), "Europe/Berlin") == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert local(FRIDAY, "Asia/Riyadh").hour == 9


def test_days_are_whole_and_never_negative() -> None:
    assert days_between(FRIDAY, FRIDAY + timedelta(days=2, hours=23)) == 2
    assert days_between(FRIDAY, FRIDAY - timedelta(days=2)) == 0


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "Europe"])
def test_a_zone_that_is_none_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)
