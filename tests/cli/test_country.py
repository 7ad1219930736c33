"""retcon country: one profile in plain words, all of them with their day; what doctor says of old ones."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from retcon import library
from retcon.desk import country, doctor
from retcon.desk.house import open_house
from retcon.localtime import Hours
from retcon.store.database import Connection
from tests.cli.conftest import Run
from tests.listed import stand


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with customers in South Korea, two of them, and in South Africa."""

    def people(tx: Connection) -> None:
        stand(tx, 1, "Ji-woo Lee", "KR")
        stand(tx, 2, "Min-jun Kim", "KR")
        stand(tx, 3, "Thandi Nkosi", "ZA")

    house = open_house(tmp_path / "home")
    house.database.write(people)
    house.close()
    return tmp_path / "home"


def own(home: Path, name: str, words: str) -> None:
    (home / "regions").mkdir(exist_ok=True)
    (home / f"regions/{name}.toml").write_text(words, encoding="utf-8")


def test_a_profile_is_told_in_plain_words(home: Path, run: Run) -> None:
    code, out, _ = run("country", "kr")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "South Korea (KR), looked at on 2026-11-21"
    assert "Advertising  every day 08:00–22:00" in lines
    assert "             messengers and SMS by law every day 08:00–21:00, and within the hours above" in lines
    assert "Begins with  (광고) on any channel" in lines
    assert "On the way   9 days" in lines
    assert "The law, each line to be confirmed by your counsel:" in lines
    assert "write [blocks.LANGUAGE] in regions/kr.toml" in out


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("united states", "The United States (US), looked at on 2026-11-21"),
        ("UK", "The United Kingdom (GB), looked at on 2026-11-21"),
        ("za", "South Africa (ZA), no profile: the strict one holds"),
    ],
)
def test_a_country_is_asked_for_by_code_or_name_and_may_have_no_profile(
    home: Path, run: Run, asked: str, first: str
) -> None:
    assert run("country", asked)[1].splitlines()[0] == first


def test_what_is_no_country_is_said_with_what_comes_near(home: Path, run: Run) -> None:
    code, _, err = run("country", "korea")
    assert code != 0
    assert "“korea” is no country." in err
    assert "South Korea is KR" in err
    assert "retcon country DE" in run("country", "Atlantis")[2]


def test_all_countries_stand_in_a_table_those_of_customers_first(home: Path, run: Run) -> None:
    own(home, "de", 'country = "DE"\nchecked = 2020-01-01\n')
    _, out, err = run("country")
    rows = out.splitlines()
    assert [row.split()[0] for row in rows[1:4]] == ["KR", "ZA", "AE"]
    assert next(row for row in rows if row.startswith("DE")).endswith("2020-01-01, over a year ago: look again")
    assert rows[2].endswith("no profile: the strict one holds")
    assert err == "62 countries; 1 last looked at over a year ago.\n"


def test_a_profile_and_the_list_are_one_json_document_each(home: Path, run: Run) -> None:
    one = json.loads(run("country", "FR", "--json")[1])
    assert one["medium_hours"]["sms"]["sat"] == ["08:00-22:00"]
    assert (one["checked"], one["old"], one["known"], one["customers"]) == ("2026-11-21", False, True, False)
    assert one["weekend"] == ["sat", "sun"]
    assert one["law_is"] == "to be confirmed by your counsel"
    every = json.loads(run("country", "--json")[1])
    assert every[0]["country"] == "KR"
    assert len(every) == 62


def test_what_the_seller_says_is_shown(home: Path, run: Run) -> None:
    own(home, "kr", 'country = "KR"\ntransit_days = 4\n[blocks.ko]\ntime = "나흘"\n[blocks.en]\nreturns = "Free."\n')
    out = run("country", "KR")[1]
    assert "On the way   4 days" in out
    assert "You say      en: returns; ko: time" in out


def test_doctor_names_old_profiles_of_countries_with_customers_and_says_what_to_do(home: Path) -> None:
    def checks(year: int) -> list[doctor.Check]:
        there = open_house(home, now=lambda: datetime(year, 12, 1, 8, tzinfo=UTC))
        return [check for check in doctor.examine(lambda: there, home) if check.name == "countries"]

    assert [check.ok for check in checks(2026)] == [True]
    (old,) = checks(2027)
    assert (old.ok, old.words) == (False, "1 profile last looked at over a year ago, or nobody says when: KR")
    assert old.hint.endswith('country = "KR", and on the next line checked = 2027-12-01')
    own(home, "kr", 'country = "KR"\nchecked = 2027-12-01\n')
    assert [check.ok for check in checks(2027)] == [True]


def test_a_profile_is_old_after_a_year_or_without_a_day() -> None:
    profile = library.profile(Path("nobody's home"), "DE")
    assert not country.is_old(profile, date(2027, 11, 21))
    assert country.is_old(profile, date(2027, 11, 22))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ((), "never"),
        (((0, 9, 10),), "Monday 09:00–10:00"),
        (((0, 9, 10), (1, 9, 10)), "Monday and Tuesday 09:00–10:00"),
        (((0, 9, 10), (0, 14, 20), (3, 9, 10)), "Monday 09:00–10:00 and 14:00–20:00; Thursday 09:00–10:00"),
        (tuple((day, 9, 10) for day in range(7)), "every day 09:00–10:00"),
        (
            tuple((day, 9, 10) for day in (0, 1, 2, 5, 6)),
            "Monday to Wednesday, Saturday and Sunday 09:00–10:00",
        ),
    ],
)
def test_hours_are_told_by_spans_of_days(table: tuple[tuple[int, int, int], ...], said: str) -> None:
    assert country.hours(Hours(day, time(opens), time(closes)) for day, opens, closes in table) == said


def test_midnight_is_told_as_the_end_of_the_day() -> None:
    assert country.hours([Hours(0, time(20), time.max)]) == "Monday 20:00–24:00"
