"""The days where customers live; countries that are left alone until a day, with undo and redo."""

from datetime import UTC, date, datetime, timedelta

import pytest

from retcon.desk import calendar, operations, shop
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.store import mutes
from retcon.store.mutes import Mute
from tests.conftest import NOW
from tests.listed import stand

UNTIL = datetime(2026, 12, 5, 22, 59, tzinfo=UTC)


def muted(house: House) -> dict[str, datetime]:
    return {mute.country: mute.until for mute in calendar.muted(house)}


# ---- days ---------------------------------------------------------------------------------------------------------


def test_the_next_twelve_months_are_shown_where_customers_live(house: House) -> None:
    house.database.write(lambda tx: stand(tx, 1, "Chloé Martin", "FR"))
    house.database.write(lambda tx: stand(tx, 2, "Ji-woo Kim", "KR"))
    house.database.write(lambda tx: stand(tx, 3, "Nobody", ""))
    found = calendar.days(house)
    assert {feast.country for feast in found} == {"FR", "KR"}
    assert found[0].day >= date(2026, 11, 20)
    assert found[-1].day < date(2027, 11, 20)
    assert {"black-friday", "seollal", "chuseok", "mothers-day"} <= {feast.id for feast in found}


def test_a_year_and_countries_can_be_named(house: House) -> None:
    found = calendar.days(house, ("th", "South Korea"), 2028)
    assert {feast.country for feast in found} == {"TH", "KR"}
    assert {feast.day.year for feast in found} == {2028}


def test_a_shop_without_customers_sees_every_country(house: House) -> None:
    assert len({feast.country for feast in calendar.days(house)}) > 80


def test_what_is_no_country_or_no_year_is_said(house: House) -> None:
    with pytest.raises(UsageError, match="“Atlantis” is no country"):
        calendar.days(house, ("Atlantis",))
    for year in (1, 1999, 2077, 10**9):
        with pytest.raises(UsageError, match="knows nothing of"):
            calendar.days(house, (), year)
    assert calendar.days(house, ("SA",), calendar.LAST_YEAR)


# ---- mutes --------------------------------------------------------------------------------------------------------


def test_a_country_is_muted_until_its_hour(house: House) -> None:
    assert calendar.mute(house, "Thailand", UNTIL, " national\nmourning ") == Mute("TH", UNTIL, "national mourning")
    assert muted(house) == {"TH": UNTIL}
    with house.database.read() as tx:
        assert shop.load(house, tx).mutes == {"TH": UNTIL}
        assert mutes.every(tx, UNTIL - timedelta(seconds=1))
        assert mutes.every(tx, UNTIL) == ()


def test_muting_anew_replaces_and_the_first_to_end_comes_first(house: House) -> None:
    calendar.mute(house, "TH", UNTIL)
    calendar.mute(house, "JP", UNTIL + timedelta(days=1))
    calendar.mute(house, "TH", UNTIL + timedelta(days=2), "longer")
    assert [(mute.country, mute.why) for mute in calendar.muted(house)] == [("JP", ""), ("TH", "longer")]


def test_undo_and_redo_take_each_step_back_and_again(house: House) -> None:
    calendar.mute(house, "TH", UNTIL, "first")
    later = UNTIL + timedelta(days=3)
    calendar.mute(house, "TH", later, "second")
    calendar.unmute(house, "TH")
    assert muted(house) == {}

    assert operations.undo(house).words == "Taken back: Thailand no longer muted."
    assert muted(house) == {"TH": later}
    assert operations.undo(house).words == "Taken back: Thailand muted."
    assert muted(house) == {"TH": UNTIL}
    operations.undo(house)
    assert muted(house) == {}

    operations.redo(house)
    operations.redo(house)
    assert muted(house) == {"TH": later}
    assert operations.redo(house).words == "Done again: Thailand no longer muted."
    assert muted(house) == {}
    assert operations.undo(house).back == 1
    assert muted(house) == {"TH": later}


def test_what_makes_no_sense_is_said(house: House) -> None:
    with pytest.raises(InputError, match="over"):
        calendar.mute(house, "TH", NOW)
    with pytest.raises(UsageError, match="no country"):
        calendar.mute(house, "Thai", UNTIL)
    with pytest.raises(Conflict, match=r"Japan isn't muted\."):
        calendar.unmute(house, "JP")
    assert calendar.muted(house) == ()
