"""What a day is where a customer lives: the same whether it was kept or is worked out now."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from retcon import library
from retcon.model.calendar import Own, OwnDay
from retcon.retention import calendar
from retcon.retention.days import Days, place, work_out

OURS = library.own_days(Path("nobody's home"))
SINCE, UNTIL = date(2027, 1, 1), date(2027, 6, 30)
PLACES = (
    ("DE", ""),
    ("DE", "DE-BY"),
    ("DE", "NW"),
    ("IL", ""),
    ("TR", ""),
    ("AT", "AT-9"),
    ("US", "US-TX"),
    ("ZZ", ""),
)


def nobody_asks() -> Own:
    raise AssertionError("What was kept needs no calendar.")


@pytest.mark.parametrize("where", PLACES)
def test_a_day_that_was_kept_is_what_the_calendar_says(where: tuple[str, str]) -> None:
    country, part = where
    days = Days(nobody_asks, work_out(OURS, SINCE, UNTIL, {country}, {place(country, part)}, {country}))
    for number in range((UNTIL - SINCE).days + 1):
        day = SINCE + timedelta(days=number)
        assert days.quiet(country, day) == calendar.quiet(OURS, country, day)
        assert days.holiday(country, part, day) == calendar.holiday(country, part, day)
        assert days.is_ramadan(country, day) == calendar.is_ramadan(country, day, OURS)


def test_what_was_not_kept_is_worked_out() -> None:
    days = Days(lambda: OURS, work_out(OURS, SINCE, UNTIL, {"DE"}, {"DE"}, ()))
    assert days.quiet("IL", date(2027, 5, 11)) == "Yom HaZikaron"  # another country
    assert days.quiet("DE", date(2028, 4, 14)) == "Good Friday"  # another year
    assert days.holiday("DE", "BY", date(2027, 1, 6)) == "Epiphany"  # a part of the country that isn't kept
    assert days.is_ramadan("TR", date(2027, 2, 20))


def test_quiet_days_of_the_sellers_are_kept_too() -> None:
    own = Own(days=(OwnDay(name="Moving", kind="quiet", day=date(2027, 2, 1), last_day=date(2027, 2, 3)),))
    days = Days(nobody_asks, work_out(own, SINCE, UNTIL, {"FR"}, (), ()))
    assert [days.quiet("fr", date(2027, 2, day)) for day in (3, 4)] == ["Moving", ""]
