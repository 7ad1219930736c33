"""retcon calendar and retcon mute: what they print, and how they end."""

import json
import re

import pytest

from retcon.desk.house import House
from tests.cli.conftest import Run
from tests.listed import stand


@pytest.fixture(autouse=True)
def shop(house: House) -> House:
    """Two people in Indonesia and Saudi Arabia."""
    house.database.write(lambda tx: stand(tx, 1, "Siti Rahma", "ID"))
    house.database.write(lambda tx: stand(tx, 2, "Layla Al-Otaibi", "SA"))
    return house


def test_the_table_stands_beside_its_sources(run: Run) -> None:
    code, out, err = run("calendar", "--year", "2027")
    lines = {" ".join(line.split()) for line in out.splitlines()}
    assert (code, err) == (0, "")
    assert out.split("\n")[0].split() == ["DAY", "FESTIVAL", "KIND", "SPOKEN", "OF", "WHERE", "KNOWN", "BY"]
    for line in (
        "2027-02-08–03-08 about Ramadan fast 2027-01-09 SA hijri 09-01 by Umm al-Qura (hijridate)",
        "2027-03-10–03-12 about Eid al-Fitr gifts 2027-02-08 ID Eid al-Fitr (holidays), reckoned ahead",
        "2027-05-15 about the Day of Arafah no advertising SA hijri 12-10 by Umm al-Qura (hijridate), -1 day",
        "2027-09-23 Saudi National Day shopping 2027-09-13 SA the same day every year",
        "2027-11-26 White Friday shopping 2027-11-12 SA 4th thursday of november + 1",
    ):
        assert line in lines


def test_json_has_a_line_for_each_country(run: Run) -> None:
    code, out, _ = run("calendar", "--country", "SG", "--country", "Malaysia", "--year", "2028", "--json")
    (diwali, _) = [feast for feast in json.loads(out) if feast["festival"] == "diwali"]
    assert code == 0
    assert diwali == {
        "festival": "diwali",
        "name": "Diwali",
        "kind": "gift",
        "country": "MY",
        "day": "2028-10-17",
        "last_day": "2028-10-17",
        "lead_days": 21,
        "certain": False,
        "source": "the moon, as India; 15 November in holidays",
    }


def test_mistakes_of_the_sellers_calendar_are_told_with_their_line(run: Run, shop: House) -> None:
    file = shop.settings.places.config / "calendar.toml"
    file.write_text('[days.x]\nname = "X"\nkind = "party"\nday = 2027-01-01\n', encoding="utf-8")
    code, out, err = run("calendar")
    assert (code, out) == (2, "")
    assert f'{file}:3: days.x.kind = "party" is not allowed.' in err


def test_words_that_name_nothing_end_with_two(run: Run) -> None:
    assert run("calendar", "--country", "Atlantis")[0] == 2
    assert run("calendar", "--year", "1800")[0] == 2
    assert run("calendar", "--year", "soon")[0] == 2
    assert run("mute", "Atlantis", "--until", "3d")[0] == 2
    assert run("mute", "TH")[0] == 2
    assert run("mute", "TH", "--off", "--until", "3d")[0] == 2
    assert run("mute", "--until", "3d")[0] == 2
    assert run("mute", "TH", "--until", "whenever")[0] == 2


def test_a_country_is_muted_shown_and_let_go(run: Run) -> None:
    muted = run("mute", "id", "--until", "3d", "--why", "mourning")
    shown = run("mute")
    (found,) = json.loads(run("mute", "--json")[1])
    calendar = run("calendar", "--country", "ID")
    off = run("mute", "Indonesia", "--off")
    again = run("mute", "ID", "--off")

    said = shown[2].strip()
    assert re.fullmatch(r"Nothing is advertised to Indonesia until [A-Z][a-z]+day: mourning\.", said)
    assert muted == (0, "", f"{said} Take it back with: retcon undo\n")
    assert (found["country"], found["why"]) == ("ID", "mourning")
    assert calendar[2] == f"{said}\n"
    assert off == (0, "", "Indonesia is no longer muted. Take it back with: retcon undo\n")
    assert again[0] == 1
    assert run("undo")[0] == 0
    assert run("mute") == (0, "", f"{said}\n")
    both = json.loads(run("mute", "TH", "--until", "4d", "--json")[1])
    assert [each["country"] for each in both] == ["ID", "TH"]
