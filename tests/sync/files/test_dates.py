"""Dates as shops and spreadsheets write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.errors import InputError
from retcon.sync.files.dates import AmbiguousDates, instant, order_of, parse

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
# Without a zone, as they are written.
FIRST, LAST = datetime(1995, 1, 2, tzinfo=UTC).replace(tzinfo=None), NOW.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("written", "in_berlin"),
    [
        ("2026-11-20T07:52:00Z", "2026-11-20T07:52:00Z"),
        ("2026-11-20 07:52:00 +0100", "2026-11-20T06:52:00Z"),
        ("2026-11-20T07:52:00+01:00", "2026-11-20T06:52:00Z"),
        ("2026-11-20T07:52:00.123456", "2026-11-20T06:52:00Z"),
        ("2026-11-20 07:52", "2026-11-20T06:52:00Z"),
        ("2026-11-20 07:52 UTC", "2026-11-20T07:52:00Z"),
        ("2026-11-20", "2026-11-19T23:00:00Z"),
        ("2026/11/20 7:52", "2026-11-20T06:52:00Z"),
        ("20.11.2026", "2026-11-19T23:00:00Z"),
        ("20.11.26 07:52", "2026-11-20T06:52:00Z"),
        ("1.2.2026", "2026-01-31T23:00:00Z"),
        ("20/11/2026", "2026-11-19T23:00:00Z"),
        ("20-11-2026 19:05:09", "2026-11-20T18:05:09Z"),
        ("20 November 2026", "2026-11-19T23:00:00Z"),
        ("20 Nov 2026 07:52", "2026-11-20T06:52:00Z"),
        ("Nov 20, 2026 7:52 PM", "2026-11-20T18:52:00Z"),
        ("1792486320", "2026-10-20T08:52:00Z"),
    ],
)
def test_a_date_with_a_zone_is_an_instant_one_without_is_the_shop_s_local_time(written: str, in_berlin: str) -> None:
    assert instant(parse(written, "dmy"), "Europe/Berlin", NOW).isoformat() == in_berlin.replace("Z", "+00:00")


@pytest.mark.parametrize("written", ["03/04/2026", "3/4/2026 12:00 AM", "03-04-2026"])
def test_the_order_of_day_and_month_decides(written: str) -> None:
    assert (parse(written, "dmy").day, parse(written, "dmy").month) == (3, 4)
    assert (parse(written, "mdy").day, parse(written, "mdy").month) == (4, 3)


def test_points_always_put_the_day_first() -> None:
    assert parse("03.04.2026", "mdy").month == 4


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-13-01", "31/02/2026", "20/20/2026", "13:00", "2026-11-20 25:00", "x" * 999]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        parse(written, "dmy")


@pytest.mark.parametrize(
    "written", ["1970-01-01", "1994-12-31", "2100-01-01", "2026-11-23", "9999-12-31", "0001-01-01"]
)
def test_absurd_dates_are_refused(written: str) -> None:
    with pytest.raises(InputError):
        instant(parse(written, "dmy"), "Europe/Berlin", NOW)


def test_two_days_ahead_are_a_clock_that_is_off_not_an_absurdity() -> None:
    assert instant(parse("2026-11-21", "dmy"), "Europe/Berlin", NOW) > NOW


def test_an_hour_that_the_clocks_leap_over_is_the_one_after_it() -> None:
    assert instant(parse("2026-03-29 02:30", "dmy"), "Europe/Berlin", NOW) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_repeat_is_the_first() -> None:
    assert instant(parse("2026-10-25 02:30", "dmy"), "Europe/Berlin", NOW) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_one_date_beyond_the_twelfth_settles_the_order_of_all() -> None:
    assert order_of(["03/04/2026", "25/04/2026"]) == "dmy"
    assert order_of(["03/04/2026", "04/25/2026"]) == "mdy"
    assert order_of(["2026-04-03", "03.04.2026", "04/04/2026", "nonsense"]) == "dmy"


def test_where_nothing_settles_it_the_question_is_put_with_an_example() -> None:
    with pytest.raises(AmbiguousDates) as asked:
        order_of(["2026-01-01", "03/04/2026", "05/06/2026"])
    assert (asked.value.day_first, asked.value.month_first) == ("3 April", "4 March")
    assert asked.value.exit_code == 2
    assert "--dates dmy" in asked.value.hint


def test_dates_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="contradict"):
        order_of(["25/04/2026", "04/25/2026"])


@given(
    moment=st.datetimes(min_value=FIRST, max_value=LAST),
    offset=st.integers(-12 * 4, 14 * 4),
    form=st.sampled_from(
        ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%d.%m.%Y %H:%M:%S%z", "%d/%m/%Y %H:%M:%S %z"],
    ),
)
def test_every_form_with_a_zone_comes_back_as_the_same_instant(moment: datetime, offset: int, form: str) -> None:
    there = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * offset)))
    assert instant(parse(there.strftime(form), "dmy"), "Asia/Tokyo", NOW) == there


@given(moment=st.datetimes(min_value=FIRST, max_value=LAST))
def test_local_time_is_that_of_the_zone(moment: datetime) -> None:
    local = moment.replace(microsecond=0)
    expected = local.replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    assert instant(parse(str(local), "dmy"), "America/New_York", NOW) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_it(written: str) -> None:
    with suppress(InputError):
        assert instant(parse(written, "mdy"), "UTC", NOW) <= NOW + timedelta(days=2)
