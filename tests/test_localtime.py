"""Zones of countries, hours in which something may leave, and how an instant is said."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import localtime
from retcon.localtime import Hours

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)  # a Friday
OFFICE = tuple(Hours(weekday, time(10), time(18)) for weekday in range(5))


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("ES", "Europe/Madrid"),
        ("US", "America/New_York"),
        ("AU", "Australia/Sydney"),
        ("BR", "America/Sao_Paulo"),
        ("RU", "Europe/Moscow"),
        ("KR", "Asia/Seoul"),
        ("ru", "Europe/Moscow"),
    ],
)
def test_the_zone_that_most_people_live_in_comes_first(country: str, zone: str) -> None:
    assert localtime.zones_of(country)[0] == zone


def test_zones_whose_clocks_agree_all_year_are_named_once() -> None:
    assert set(localtime.zones_of("US")) == {
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "America/Adak",
        "Pacific/Honolulu",
    }
    assert localtime.zones_of("DE") == ("Europe/Berlin",)
    assert localtime.zones_of("XX") == localtime.zones_of("") == ()


def test_an_opening_is_one_in_every_candidate_zone() -> None:
    opening = localtime.next_open(NOW, localtime.zones_of("US"), OFFICE)
    assert opening == datetime(2026, 11, 20, 20, tzinfo=UTC)  # 10:00 in Honolulu, 15:00 in New York


zones = st.sampled_from(
    [*localtime.zones_of("US"), "Europe/Berlin", "Asia/Seoul", "Asia/Kathmandu", "Pacific/Kiritimati"]
)
instants = st.integers(-(10**8), 10**8).map(lambda seconds: NOW + timedelta(seconds=seconds))
windows = st.builds(
    lambda day, first, second: Hours(day, min(first, second), max(first, second)),
    st.integers(0, 6),
    st.times(),
    st.times(),
)


@given(instants, st.lists(zones, max_size=3), st.lists(windows, max_size=9))
def test_an_opening_is_open_and_not_before_what_was_asked(
    after: datetime, places: list[str], hours: list[Hours]
) -> None:
    opening = localtime.next_open(after, places, hours)
    if opening is not None:
        assert opening >= after
        assert localtime.next_open(opening, places, hours) == opening


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (NOW + timedelta(minutes=8), "08:00"),
        (NOW + timedelta(hours=10), "17:52"),
        (datetime(2026, 11, 21, 1, tzinfo=UTC), "Saturday 02:00"),
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), "19:30"),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), "Monday 09:00"),
        (datetime(2026, 12, 3, 8, tzinfo=UTC), "3 Dec 09:00"),
        (datetime(2027, 1, 3, 8, tzinfo=UTC), "3 Jan 2027 09:00"),
    ],
)
def test_an_instant_is_said_as_short_as_it_is_clear(instant: datetime, said: str) -> None:
    assert localtime.when(instant, NOW, "Europe/Berlin") == said


def test_the_next_morning_is_an_hour_alone() -> None:
    late = datetime(2026, 11, 20, 14, 40, tzinfo=UTC)  # 23:40 in Seoul
    assert localtime.when(datetime(2026, 11, 21, 0, tzinfo=UTC), late, "Asia/Seoul") == "09:00"


def test_a_zone_is_named_by_its_place() -> None:
    assert localtime.place("America/New_York") == "New York"
    assert localtime.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
