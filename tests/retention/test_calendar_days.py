"""The calendar of 2026 to 2030, frozen: a package's update that moves a day is seen before a customer sees it."""

from datetime import date, timedelta

import pytest

from retcon.library import calendar as library_calendar
from retcon.model.calendar import Own
from retcon.retention import calendar
from tests import calendar_days

# The table of dates that was gathered by hand from several sources, apart from this program: festival, countries, days.
GATHERED = {
    ("black-friday", "US CA GB DE FR BR AU"): "2026-11-27 2027-11-26 2028-11-24",
    ("cyber-monday", "US CA GB DE BR AU"): "2026-11-30 2027-11-29 2028-11-27",
    ("white-friday", "SA AE KW"): "2026-11-27 2027-11-26 2028-11-24",
    ("ramadan", "SA AE TR ID MY"): "2026-02-18 2027-02-08 2028-01-28",
    ("eid-al-fitr", "SA AE TR"): "2026-03-20 2027-03-09 2028-02-26",
    ("eid-al-fitr", "ID MY SG"): "2026-03-21 2027-03-10 2028-02-27",
    ("eid-al-adha", "SA AE"): "2026-05-27 2027-05-16 2028-05-05",
    ("eid-al-adha", "ID MY SG"): "2026-05-27 2027-05-17 2028-05-05",
    ("lunar-new-year", "CN TW HK SG"): "2026-02-17 2027-02-06 2028-01-26",
    ("tet", "VN"): "2026-02-17 2027-02-06 2028-01-26",
    ("seollal", "KR"): "2026-02-17 2027-02-07 2028-01-27",
    ("chuseok", "KR"): "2026-09-25 2027-09-15 2028-10-03",
    ("mid-autumn", "TW VN HK"): "2026-09-25 2027-09-15 2028-10-03",
    ("golden-week", "JP"): "2026-04-29..2026-05-06 2027-04-29..2027-05-05 2028-04-29..2028-05-05",
    ("songkran", "TH"): "2026-04-13..2026-04-15 2027-04-13..2027-04-15 2028-04-13..2028-04-15",
    ("diwali", "IN"): "2026-11-08 2027-10-29 2028-10-17",
    ("diwali", "SG MY"): "2026-11-08 2027-10-28 2028-10-17",
    ("carnival", "BR"): "2026-02-17 2027-02-09 2028-02-29",
    ("mothers-day", "US CA AU DE IT JP BR TW TR"): "2026-05-10 2027-05-09 2028-05-14",
    ("mothers-day", "GB"): "2026-03-15 2027-03-07 2028-03-26",
    ("mothers-day", "FR"): "2026-05-31 2027-05-30 2028-05-28",
    ("mothers-day", "ES"): "2026-05-03 2027-05-02 2028-05-07",
    ("mothers-day", "MX"): "2026-05-10 2027-05-10 2028-05-10",
    ("mothers-day", "TH"): "2026-08-12 2027-08-12 2028-08-12",
    ("mothers-day", "AR"): "2026-10-18 2027-10-17 2028-10-15",
    ("day-9-9", "SG ID TH VN PH MY TW"): "2026-09-09 2027-09-09 2028-09-09",
    ("day-10-10", "SG ID TH VN PH MY TW"): "2026-10-10 2027-10-10 2028-10-10",
    ("day-11-11", "SG ID TH VN PH MY TW"): "2026-11-11 2027-11-11 2028-11-11",
    ("day-12-12", "SG ID TH VN PH MY TW"): "2026-12-12 2027-12-12 2028-12-12",
    ("valentines-day", "US JP"): "2026-02-14 2027-02-14 2028-02-14",
    ("white-day", "JP KR"): "2026-03-14 2027-03-14 2028-03-14",
    ("halloween", "US"): "2026-10-31 2027-10-31 2028-10-31",
    ("christmas", "US DE"): "2026-12-25 2027-12-25 2028-12-25",
    ("boxing-day", "GB CA"): "2026-12-26 2027-12-26 2028-12-26",
    ("rosh-hashanah", "IL"): "2026-09-12 2027-10-02 2028-09-21",
    ("pesach", "IL"): "2027-04-22",
    ("saudi-founding-day", "SA"): "2026-02-22 2027-02-22 2028-02-22",
    ("saudi-national-day", "SA"): "2026-09-23 2027-09-23 2028-09-23",
    ("uae-national-day", "AE"): "2026-12-02 2027-12-02 2028-12-02",
    ("obon", "JP"): "2026-08-13..2026-08-16 2027-08-13..2027-08-16",
    ("dia-dos-namorados", "BR"): "2027-06-12",
    ("childrens-day", "BR"): "2027-10-12",
    ("parents-day", "KR"): "2027-05-08",
    ("pepero-day", "KR"): "2027-11-11",
    ("fathers-day", "TH"): "2027-12-05",
    ("sinterklaas", "NL"): "2027-12-05",
    ("three-kings", "ES"): "2027-01-06",
    ("thanksgiving", "CA"): "2027-10-11",
}
# As the same gathering has them: so many days before it they are spoken of.
LEADS = {
    "black-friday": 14,
    "cyber-monday": 14,
    "white-friday": 14,
    "ramadan": 30,
    "eid-al-fitr": 30,
    "eid-al-adha": 21,
    "lunar-new-year": 28,
    "seollal": 28,
    "tet": 28,
    "chuseok": 21,
    "mid-autumn": 21,
    "golden-week": 14,
    "songkran": 21,
    "diwali": 21,
    "carnival": 21,
    "mothers-day": 14,
    "day-9-9": 10,
    "day-11-11": 10,
    "valentines-day": 14,
    "christmas": 14,
    "rosh-hashanah": 14,
    "pesach": 14,
    "saudi-national-day": 10,
    "uae-national-day": 10,
}


@pytest.fixture(scope="module")
def own() -> Own:
    return Own(festivals=library_calendar.ours())


def test_no_day_has_moved_since_it_was_frozen() -> None:
    then, now = calendar_days.spread(calendar_days.frozen()), calendar_days.spread(calendar_days.lines())
    moved = [
        f"{' '.join(key)}: {', '.join(then.get(key, ('none',)))} → {', '.join(now.get(key, ('none',)))}"
        for key in sorted(then.keys() | now.keys())
        if then.get(key) != now.get(key)
    ]
    assert not moved, f"{calendar_days.frozen_with()} → {calendar_days.packages()}:\n" + "\n".join(moved)


def test_every_frozen_day_says_by_what_it_is_known() -> None:
    for festival, day, _, source, countries in calendar_days.frozen():
        assert source.startswith(("computed: ", "package holidays: ", "package hijridate: ", "ours: ")), (festival, day)
        assert countries


@pytest.mark.parametrize(("where", "days"), GATHERED.items(), ids=lambda it: " ".join(it) if type(it) is tuple else "")
def test_the_days_that_were_gathered_by_hand_agree(own: Own, where: tuple[str, str], days: str) -> None:
    festival, countries = where
    for country in countries.split():
        for span in days.split():
            first, _, last = span.partition("..")
            (found,) = [
                feast
                for feast in calendar.table(own, (int(first[:4]),), (country,))
                if feast.id == festival and feast.day.isoformat()[:4] == first[:4]
            ]
            assert found.day.isoformat() == first, country
            assert not last or found.last_day.isoformat() == last, country


def test_each_is_spoken_of_as_early_as_was_asked(own: Own) -> None:
    known = {festival.id: festival.lead_days for festival in own.festivals}
    assert {id_: known[id_] for id_ in LEADS} == LEADS


def test_whatever_falls_by_the_moon_is_in_the_calendar_until_2030(own: Own) -> None:
    """A list of our own, or a package's, that ends before is noticed here."""
    for festival in own.festivals:
        country = min(festival.countries)
        for year in calendar_days.YEARS:
            found = [feast for feast in calendar.table(own, (year,), (country,)) if feast.id == festival.id]
            assert found, (festival.id, country, year)
            assert all(feast.day <= feast.last_day < feast.day + timedelta(days=32) for feast in found)


def test_2030_has_two_ramadans(own: Own) -> None:
    found = [feast for feast in calendar.table(own, (2030,), ("SA",)) if feast.id == "ramadan"]
    assert [feast.day for feast in found] == [date(2030, 1, 5), date(2030, 12, 26)]
    assert [feast.last_day for feast in found] == [date(2030, 2, 3), date(2031, 1, 23)]
