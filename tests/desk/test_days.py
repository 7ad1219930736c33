"""What a refresh keeps of the days where customers live, and when that isn't used."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from retcon.desk import days
from retcon.desk.house import House
from retcon.model.calendar import KeptDays

CHRISTMAS = date(2026, 12, 25)


@pytest.fixture
def ours(house: House) -> House:
    """Somebody lives in Bavaria, somebody in Turkey, and it is November."""
    found = replace(house, now=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))

    def move_in(tx):
        tx.execute("insert into customers (country, subdivision) values ('DE', 'DE-BY'), ('TR', '')")

    found.database.write(move_in)
    days.keep(found)
    return found


def kept(house: House) -> KeptDays | None:
    with house.database.read() as tx:
        return days.known(house, tx).kept


def test_holidays_quiet_days_and_ramadan_of_the_next_weeks_are_kept(ours: House) -> None:
    found = kept(ours)
    assert found is not None
    assert (found.since, found.until) == (date(2026, 11, 19), date(2027, 2, 5))
    assert found.quiet == {"DE": {}, "TR": {}}
    assert found.holidays["DE-BY"][CHRISTMAS] == "Christmas Day"
    assert found.holidays["DE-BY"][date(2027, 1, 6)] == "Epiphany"
    assert found.ramadan == {"TR": {}}


def test_a_new_calendar_is_not_hidden_by_what_was_kept(ours: House) -> None:
    (ours.settings.places.config / "calendar.toml").write_text(
        '[days.moving]\nname = "Moving"\nkind = "quiet"\nday = 2026-12-01\n'
    )
    assert kept(ours) is None
    with ours.database.read() as tx:
        assert days.known(ours, tx).quiet("DE", date(2026, 12, 1)) == "Moving"
    days.keep(ours)
    found = kept(ours)
    assert found is not None
    assert found.quiet["DE"] == {date(2026, 12, 1): "Moving"}


def test_they_are_worked_out_anew_where_few_are_left_or_somebody_lives_elsewhere(ours: House) -> None:
    found = kept(ours)
    later = replace(ours, now=lambda: ours.now() + timedelta(days=20))
    days.keep(later)
    assert kept(ours) == found  # enough are left
    days.keep(replace(ours, now=lambda: ours.now() + timedelta(days=40)))
    again = kept(ours)
    assert again is not None
    assert again.since == date(2026, 12, 29)
    ours.database.write(lambda tx: tx.execute("insert into customers (country) values ('AT')"))
    days.keep(later)
    again = kept(ours)
    assert again is not None
    assert set(again.holidays) == {"AT", "DE-BY"}
