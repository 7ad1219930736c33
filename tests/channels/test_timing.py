"""Hours by medium, by state, in Ramadan, on holidays and quiet days; a country that is left in peace."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from retcon.channels import policy
from retcon.channels.policy import Question
from retcon.localtime import Hours, zones_of
from retcon.model.calendar import Own, OwnDay
from retcon.model.people import Purpose
from retcon.model.policy import Answer
from retcon.retention.days import Days
from tests.asked import question, said, verdict
from tests.situations import DAY, PROFILE, about, consent, days, situation

EVERY_DAY = range(7)


def living(country: str, zone: str, profile: dict[str, Any], **changes: Any) -> Question:
    """An advertising mail to somebody in a country with such a profile."""
    person = about(situation(consents=(consent(),)), country=country, zones=(zone,))
    if "subdivision" in changes:
        person = about(person, subdivision=changes.pop("subdivision"))
    return question(situation=person, profile=replace(PROFILE, country=country, **profile), **changes)


def at(asked: Question, now: str, rule: str = "hours") -> str:
    """What the rule says at that instant; empty where it says nothing."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return said(asked, rule, moment) if verdict(asked, rule, moment) else ""


def test_the_laws_hours_of_a_medium_hold_for_that_medium() -> None:
    india = living(
        "IN", "Asia/Kolkata", {"hours": days(8, 22, *EVERY_DAY), "medium_hours": {"sms": days(10, 21, *EVERY_DAY)}}
    )
    by_sms = replace(india, kind="sms", channel="sms", recipient="+15550100")
    assert at(india, "2026-11-20T03:00") == ""  # 08:30
    assert at(by_sms, "2026-11-20T03:00") == "later: It is 08:30 in Kolkata. Leaves at 10:00 there, 05:30 yours."
    assert at(by_sms, "2026-11-20T15:29") == ""
    assert at(by_sms, "2026-11-20T15:30").startswith("later: It is 21:00 in Kolkata.")
    assert at(replace(by_sms, purpose=Purpose.SERVICE), "2026-11-20T03:00") == ""


def test_narrower_hours_of_the_country_hold_within_those_of_the_medium() -> None:
    asked = living(
        "SA", "Asia/Riyadh", {"hours": days(9, 18, *EVERY_DAY), "medium_hours": {"email": days(7, 22, *EVERY_DAY)}}
    )
    assert at(asked, "2026-11-20T05:00").startswith("later")  # 08:00
    assert at(asked, "2026-11-20T16:00").startswith("later")  # 19:00


@pytest.mark.parametrize(
    ("part", "sunday_noon", "friday_twenty"), [("US-TX", True, True), ("US-RI", True, False), ("", False, False)]
)
def test_a_state_has_hours_of_its_own(part: str, sunday_noon: bool, friday_twenty: bool) -> None:
    states = {
        "US-TX": (*days(9, 21, *range(6)), *days(12, 21, 6)),
        "US-RI": (*days(9, 18), *days(10, 17, 5, 6)),
    }
    asked = living("US", "America/Chicago", {"hours": days(10, 18), "state_hours": states}, subdivision=part)
    assert (at(asked, "2026-11-22T18:30") == "") is sunday_noon
    assert (at(asked, "2026-11-21T02:00") == "") is friday_twenty


def test_a_public_holiday_is_quiet_on_the_media_that_the_country_names() -> None:
    france = living("FR", "Europe/Paris", {"quiet_holidays": frozenset({"sms"})})
    by_sms = replace(france, kind="sms", channel="sms")
    assert at(france, "2026-11-11T10:00") == ""
    assert at(by_sms, "2026-11-11T10:00") == (
        "later: It is a public holiday in France: Armistice Day. Leaves Thursday 09:00."
    )
    assert at(replace(by_sms, purpose=Purpose.SERVICE), "2026-11-11T10:00") == ""


def test_a_holiday_of_a_part_of_the_country_is_quiet_there() -> None:
    germany = living("DE", "Europe/Berlin", {"quiet_holidays": frozenset({"email"})}, subdivision="DE-BY")
    assert at(germany, "2027-01-06T10:00").startswith("later: It is a public holiday")  # Epiphany
    elsewhere = replace(germany, situation=about(germany.situation, subdivision="DE-HH"))
    assert at(elsewhere, "2027-01-06T10:00") == ""


def test_a_quiet_day_of_the_sellers_is_named() -> None:
    own = Own(days=(OwnDay(name="Stocktaking", kind="quiet", day=date(2026, 11, 19), last_day=date(2026, 11, 20)),))
    asked = living("FR", "Europe/Paris", {"name": "France"}, days=Days(lambda: own))
    assert at(asked, "2026-11-19T10:00") == (
        "later: Nothing is advertised to France on this day: Stocktaking. Leaves Monday 09:00."
    )
    assert at(replace(asked, purpose=Purpose.SERVICE), "2026-11-19T10:00") == ""


def test_a_quiet_time_of_months_ends() -> None:
    own = Own(days=(OwnDay(name="Moving", kind="quiet", day=date(2026, 11, 19), last_day=date(2027, 3, 31)),))
    assert "1 Apr 2027 09:00" in at(living("FR", "Europe/Paris", {}, days=Days(lambda: own)), "2026-11-19T10:00")


RIYADH = {
    "hours": days(9, 20, 6, 0, 1, 2, 3),
    "medium_hours": {"sms": days(7, 22, *EVERY_DAY), "whatsapp": days(7, 20, *EVERY_DAY)},
    "ramadan_hours": tuple(Hours(day, time(19, 30), time(21, 45)) for day in EVERY_DAY),
}


def test_in_ramadan_it_leaves_in_the_evening() -> None:
    asked = living("SA", "Asia/Riyadh", RIYADH, kind="sms", channel="sms")
    assert at(asked, "2027-02-07T08:20") == ""
    assert at(asked, "2027-02-08T08:20") == (
        "later: It is 11:20 in Riyadh, in Ramadan. Leaves at 19:30 there, 17:30 yours."
    )
    assert at(asked, "2027-02-08T17:00") == ""  # 20:00
    assert at(asked, "2027-02-08T18:45").endswith("Leaves Tuesday 19:30 there, 17:30 yours.")
    assert at(replace(asked, purpose=Purpose.SERVICE), "2027-02-08T08:20") == ""


def test_the_evening_of_ramadan_stays_within_the_laws_hours() -> None:
    asked = living("SA", "Asia/Riyadh", RIYADH, kind="whatsapp", channel="whatsapp")
    assert at(asked, "2027-02-08T16:45") == ""  # 19:45
    assert at(asked, "2027-02-08T17:00").startswith("later: It is 20:00 in Riyadh, in Ramadan.")


def test_it_is_ramadan_by_the_country_alone() -> None:
    assert at(living("FR", "Asia/Riyadh", RIYADH), "2027-02-08T08:20") == ""


def test_where_zones_share_no_evening_of_ramadan_most_people_decide() -> None:
    evening = tuple(Hours(day, time(19, 30), time(21)) for day in EVERY_DAY)
    asked = living("ID", "Asia/Jakarta", {"hours": days(9, 20, *EVERY_DAY), "ramadan_hours": evening})
    asked = replace(asked, situation=about(asked.situation, zones=zones_of("ID")))
    found = verdict(asked, "hours", datetime(2027, 2, 10, 5, tzinfo=UTC))
    assert found is not None
    assert found.until == datetime(2027, 2, 10, 12, 30, tzinfo=UTC)  # 19:30 in Jakarta


def test_a_country_that_is_left_in_peace_gets_service_alone() -> None:
    asked = living("IL", "Asia/Jerusalem", {"name": "Israel", "hours": days(9, 18, *EVERY_DAY)})
    until = datetime(2026, 11, 24, 22, tzinfo=UTC)
    asked = replace(asked, situation=replace(asked.situation, muted_until=until))
    assert at(asked, "2026-11-20T10:00", "muted") == (
        "later: You leave Israel in peace until Tuesday 23:00. Leaves Wednesday 09:00 there, 08:00 yours."
    )
    assert policy.answer(policy.judge(asked, datetime(2026, 11, 20, 10, tzinfo=UTC))) == (
        Answer.LATER,
        datetime(2026, 11, 25, 7, tzinfo=UTC),
    )
    assert at(replace(asked, purpose=Purpose.SERVICE), "2026-11-20T10:00", "muted") == ""
    assert at(asked, "2026-11-25T07:00", "muted") == ""


def test_without_a_zone_the_quiet_days_of_the_country_hold() -> None:
    own = Own(days=(OwnDay(name="Stocktaking", kind="quiet", day=date(2026, 11, 19), last_day=date(2026, 11, 19)),))
    asked = living("FR", "Europe/Paris", {}, days=Days(lambda: own))
    asked = replace(asked, situation=about(asked.situation, zones=()))
    assert at(asked, "2026-11-19T11:00").endswith("Leaves Friday 11:00.")


def test_an_answer_to_something_fresh_knows_no_quiet_day() -> None:
    own = Own(days=(OwnDay(name="Stocktaking", kind="quiet", day=date(2026, 11, 19), last_day=date(2026, 11, 19)),))
    night = datetime(2026, 11, 19, 2, tzinfo=UTC)
    asked = living(
        "FR", "Europe/Paris", {}, days=Days(lambda: own), purpose=Purpose.SERVICE, answers_at=night - DAY / 2
    )
    assert policy.answer(policy.judge(asked, night)) == (Answer.YES, None)
