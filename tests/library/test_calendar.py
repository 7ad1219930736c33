"""calendar.toml of the seller: days, shifts, and every mistake with its line; ours names what the phrases name."""

import re
from datetime import date
from pathlib import Path

import pytest

from retcon import library
from retcon.errors import ConfigError
from retcon.library import calendar as library_calendar
from retcon.library import territories
from retcon.model.calendar import OwnDay
from retcon.retention import calendar

DOCS = Path(__file__).parent.parent.parent / "docs"

FILE = """
[days.birthday]
name = "Our birthday"
kind = "sale"
day = "05-12"
lead_days = 10

[days.fair]
name = "Tea fair"
kind = "gift"
from = 2027-06-01
to = 2027-06-03
countries = ["DE", "AT"]

[days.stocktaking]
name = "Stocktaking"
kind = "quiet"
day = 2027-01-04

[shifts.eid-al-fitr]
ID = 1

[shifts."eid-al-fitr:2028"]
ID = -1
SA = 0
"""


def written(home: Path, text: str) -> Path:
    (home / "calendar.toml").write_text(text, encoding="utf-8")
    return home


def mistakes(home: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        library.check(written(home, text))
    return [re.sub(r"^.*/", "", str(mistake)) for mistake in caught.value.mistakes]


def test_days_and_shifts_of_the_sellers_stand_beside_our_festivals(tmp_path: Path) -> None:
    own = library.own_days(written(tmp_path, FILE))
    assert own.days == (
        OwnDay(
            name="Tea fair",
            kind="gift",
            day=date(2027, 6, 1),
            last_day=date(2027, 6, 3),
            countries=frozenset(("DE", "AT")),
        ),
        OwnDay(name="Stocktaking", kind="quiet", day=date(2027, 1, 4), last_day=date(2027, 1, 4)),
    )
    assert own.shifts == {("eid-al-fitr", "ID"): 1, ("eid-al-fitr:2028", "ID"): -1, ("eid-al-fitr:2028", "SA"): 0}
    found = {feast.id: feast for feast in calendar.table(own, (2028,), ("DE",))}
    assert found["Our birthday"].day == date(2028, 5, 12)
    assert found["Our birthday"].lead_days == 10
    assert found["Our birthday"].source == "the same day every year: your calendar.toml"
    assert "black-friday" in found


def test_a_home_without_the_file_has_our_festivals_alone(tmp_path: Path) -> None:
    own = library.own_days(tmp_path)
    assert (own.days, own.shifts) == ((), {})
    assert own.festivals == library_calendar.ours()


def test_the_same_calendar_comes_back_until_the_file_changes(tmp_path: Path) -> None:
    first = library.own_days(tmp_path)
    stamp = library.stamp(tmp_path)
    assert library.own_days(tmp_path) is first
    written(tmp_path, FILE)
    assert library.own_days(tmp_path) is not first
    assert library.stamp(tmp_path) != stamp


def test_all_mistakes_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        """[days.one]
name = "One"
kind = "party"
day = "sometime"
lead_days = 400

[days.two]
name = "Two"
kind = "gift"

[days.three]
name = "Three"
kind = "quiet"
from = 2027-06-03
to = 2027-06-01

[days.four]
kind = "sale"
day = 2027-06-01T10:00:00
countries = ["Germany"]

[shifts.eid]
ID = 1

[shifts.diwali]
XX = 1
SG = "later"
MY = 99

[holidays]
""",
    )
    assert [mistake.split(" ")[0] for mistake in found] == [
        "calendar.toml:3:",
        "calendar.toml:4:",
        "calendar.toml:5:",
        "calendar.toml:7:",
        "calendar.toml:15:",
        "calendar.toml:17:",
        "calendar.toml:19:",
        "calendar.toml:20:",
        "calendar.toml:22:",
        "calendar.toml:26:",
        "calendar.toml:27:",
        "calendar.toml:28:",
        "calendar.toml:30:",
    ]
    assert found[0].endswith('days.one.kind = "party" is not allowed. Allowed: one of gift, sale, quiet.')
    assert "2nd sunday of may" in found[1]
    assert found[3].endswith("days.two has no day. Give day, or from and to.")
    assert found[4].endswith("days.three ends before it begins. Let to come after from.")
    assert found[5].endswith("name is missing. It is what it is called.")
    assert "shifts.eid is no festival of ours" in found[8]
    assert found[12].endswith("holidays is unknown. Allowed: [days.NAME], [shifts.FESTIVAL].")


@pytest.mark.parametrize("text", ["days = 1", "shifts = []", "[days]\nx = 3", '[shifts]\neid-al-fitr = "ID"', "x ="])
def test_what_is_no_calendar_is_told_and_never_raised_bare(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


def test_a_day_has_either_a_date_or_a_span(tmp_path: Path) -> None:
    one = '[days.x]\nname = "X"\nkind = "sale"\n'
    for given in ("day = 2027-01-01\nfrom = 2027-01-01\nto = 2027-01-02", "from = 2027-01-01", "to = 2027-01-01"):
        assert mistakes(tmp_path, f"{one}{given}\n") == [
            "calendar.toml:1: days.x has no day. Give day, or from and to."
        ]


# ---- ours ---------------------------------------------------------------------------------------------------------


def named_in_the_docs() -> set[str]:
    text = (DOCS / "translating.md").read_text(encoding="utf-8")
    listed = text[text.index("- festivals: `") : text.index("- benefits:")]
    names = re.sub(r"\(.*?\)|`|\n", " ", listed.removeprefix("- festivals:")).split(",")
    return {name.strip() for name in names if name.strip()}


def test_every_festival_that_phrases_name_is_known_and_no_other_is_written_for() -> None:
    ours = library_calendar.ours()
    assert {festival.id for festival in ours if festival.kind != "quiet"} == named_in_the_docs()


def test_ours_name_countries_that_exist_rules_that_can_be_read_and_a_lead() -> None:
    for festival in library_calendar.ours():
        assert festival.countries <= territories.names().keys(), festival.id
        assert festival.kind in ("gift", "sale", "fast", "quiet")
        assert festival.name
        assert festival.day or festival.holiday or festival.dates
        assert 10 <= festival.lead_days <= 30 or festival.kind == "quiet", festival.id


def test_no_country_has_a_festival_twice() -> None:
    seen: set[tuple[str, str]] = set()
    for festival in library_calendar.ours():
        for country in festival.countries:
            assert (festival.id, country) not in seen
            seen.add((festival.id, country))
