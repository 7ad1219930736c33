"""What each country's profile says, how groups, the default and the seller's files come together, and mistakes."""

import re
from datetime import date, time
from pathlib import Path

import holidays
import pytest

from retcon import library
from retcon.errors import ConfigError
from retcon.library import country_files, files, territories
from retcon.localtime import Hours
from retcon.model.offers import Style
from retcon.model.policy import BLOCKS, MEDIA, CountryProfile
from retcon.retention import languages

NOBODY = Path("nobody's home")
EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR"),
    *("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
OTHERS = (
    *("US", "CA", "GB", "CH", "NO", "TR", "AU", "NZ", "JP", "KR", "TW", "TH"),
    *("ID", "VN", "MY", "SG", "PH", "IN", "SA", "AE", "KW", "QA", "BH", "OM"),
    *("JO", "IL", "BR", "MX", "CO", "AR", "CL", "PE", "HK", "CN"),
)
GULF = ("KW", "QA", "BH", "OM", "SA", "AE", "JO")


def profile(country: str, home: Path = NOBODY) -> CountryProfile:
    return library.profile(home, country)


def write(home: Path, text: str, name: str = "own") -> None:
    file = home / f"regions/{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def is_open(hours: tuple[Hours, ...], weekday: int, at: str) -> bool:
    return any(each.weekday == weekday and each.opens <= time.fromisoformat(at) < each.closes for each in hours)


# ---- ours -------------------------------------------------------------------------------------------------------


def test_there_is_a_profile_of_every_country_that_was_asked_for_and_a_strict_one() -> None:
    assert set(library.profiles(NOBODY)) == {"", *EU, *OTHERS}
    assert next(iter(library.profiles(NOBODY))) == ""


@pytest.mark.parametrize("country", [*EU, *OTHERS])
def test_every_profile_says_all_that_is_asked_of_one(country: str) -> None:
    found = profile(country)
    assert found.country == country
    assert found.name.removeprefix("the ")
    assert country in territories.names()
    assert found.languages
    assert found.channels
    assert set(found.channels) <= set(MEDIA)
    assert found.hours
    assert found.service_hours
    assert {"address", "unsubscribe"} <= set(found.marketing_needs)
    assert found.mind
    assert "\n" not in found.mind
    assert len(found.mind) <= 160
    assert found.law
    assert all(sentence.endswith(".") for sentence in found.law)
    assert found.sources
    assert found.checked == date(2026, 11, 21)
    assert found.answer_days in (3, 5, 10, 15, 30, 45)
    assert 1 <= found.transit_days <= 30
    assert len(found.weekend) == 2


@pytest.mark.parametrize("country", [*EU, *OTHERS])
def test_the_hours_of_a_profile_leave_time_to_write_on_every_medium(country: str) -> None:
    found = profile(country)
    for usual in (found.hours, found.ramadan_hours or found.hours, *found.state_hours.values()):
        assert all(each.opens < each.closes and 7 <= each.opens.hour < each.closes.hour <= 22 for each in usual)
        for law in found.medium_hours.values():
            both = [
                day
                for day in range(7)
                for at in range(7, 22)
                if is_open(usual, day, f"{at:02}:45") and is_open(law, day, f"{at:02}:45")
            ]
            assert both


@pytest.mark.parametrize("country", [*EU, *OTHERS])
def test_the_languages_of_a_country_are_ours_or_fall_back_to_one_of_ours(country: str) -> None:
    for language in profile(country).languages:
        text = next(languages.in_order({tag: tag for tag in languages.OURS}, language))
        assert languages.alike(text, language) or text == languages.FALLBACK


def test_only_the_united_states_let_mail_advertise_without_a_yes() -> None:
    assert {code for code, found in library.profiles(NOBODY).items() if found.opt_out} == {"US"}
    assert profile("US").opt_out == {"email"}


def test_what_a_purchase_permits_ends_where_the_country_says() -> None:
    assert (profile("KR").soft_opt_in_months, profile("CA").soft_opt_in_months) == (6, 24)
    assert all("email" in profile(code).soft_opt_in for code in EU if code != "PL")
    assert not profile("PL").soft_opt_in
    assert not profile("TR").soft_opt_in
    assert not profile("SA").soft_opt_in


def test_no_state_is_written_to_outside_its_own_hours() -> None:
    america = profile("US")
    sunday, monday = 6, 0
    assert not is_open(america.hours, sunday, "12:00")
    assert is_open(america.state_hours["US-TX"], sunday, "12:00")
    assert not is_open(america.state_hours["US-TX"], sunday, "11:59")
    assert not is_open(america.state_hours["US-LA"], sunday, "12:00")
    assert is_open(america.state_hours["US-FL"], monday, "19:59")
    assert not is_open(america.state_hours["US-FL"], monday, "20:00")


@pytest.mark.parametrize(
    ("country", "medium", "opens", "closes"),
    [
        ("FR", "sms", "08:00", "22:00"),
        ("IN", "sms", "10:00", "21:00"),
        ("SA", "sms", "07:00", "22:00"),
        ("AE", "sms", "07:00", "21:00"),
        ("VN", "line", "07:00", "22:00"),
        ("BR", "sms", "09:00", "21:00"),
        ("KR", "instagram", "08:00", "21:00"),
    ],
)
def test_the_laws_hours_of_a_medium_are_kept(country: str, medium: str, opens: str, closes: str) -> None:
    hours = profile(country).medium_hours[medium]
    assert {(f"{each.opens:%H:%M}", f"{each.closes:%H:%M}") for each in hours} == {(opens, closes)}
    assert any(each.weekday == 6 for each in hours) is (country not in ("FR", "BR"))


def test_what_the_law_of_single_countries_asks() -> None:
    colombia, korea = profile("CO"), profile("KR")
    assert (colombia.most_per_day, colombia.one_channel_per_week) == (1, True)
    assert colombia.quiet_holidays == set(MEDIA)
    assert {(each.weekday, each.opens.hour, each.closes.hour) for each in colombia.hours} == {
        *((day, 7, 19) for day in range(5)),
        (5, 8, 15),
    }
    assert "email" not in korea.medium_hours
    assert set(korea.medium_hours) == set(MEDIA) - {"email"}
    assert (korea.labels["email"], korea.forbids) == ("(광고)", {"benefit_in_service"})
    assert profile("AE").forbids == {"link_in_sms"}
    assert profile("VN").most_per_day == 3
    assert (profile("VN").labels["sms"], profile("IL").labels["email"]) == ("[QC]", "פרסומת")
    assert set(profile("TR").barred) == set(MEDIA)
    assert set(profile("US").barred) == {"whatsapp"}
    assert {"sms"} == set(profile("IN").barred) == set(profile("SA").barred) == set(profile("VN").barred)


def test_in_the_gulf_the_friday_prayer_and_the_days_of_ramadan_are_left_free() -> None:
    friday = 4
    for country in GULF:
        found = profile(country)
        assert not is_open(found.hours, friday, "12:30")
        assert all(each.opens >= time(19, 30) for each in found.ramadan_hours)
        assert len(found.ramadan_hours) == 7
        assert found.style is Style.CULTURAL
        assert found.weekend == ((5, 6) if country == "AE" else (4, 5))


def test_in_israel_nothing_is_advertised_from_friday_afternoon_to_saturday_night() -> None:
    assert is_open(profile("IL").hours, 4, "13:59")
    assert not any(each.weekday == 5 or (each.weekday == 4 and each.closes > time(14)) for each in profile("IL").hours)


def test_a_line_that_nobody_verified_says_so_and_none_names_a_place_on_a_disk() -> None:
    for found in library.profiles(NOBODY).values():
        if "general knowledge, unverified" in found.sources and found.sources[0] == "general knowledge, unverified":
            assert any("unverified" in sentence for sentence in found.law)
        assert not any(source.startswith(("/", ".")) for source in found.sources)


def test_our_files_are_named_after_their_country() -> None:
    for file in (files.OURS / "countries").glob("??.toml"):
        assert f'country = "{file.stem.upper()}"' in file.read_text(encoding="utf-8").splitlines()


# ---- the default ------------------------------------------------------------------------------------------------


def test_a_country_without_a_profile_takes_the_strict_one() -> None:
    there = profile("ZA")
    assert (there.opt_out, there.soft_opt_in) == (frozenset(), frozenset())
    assert {each.weekday for each in there.hours} == {0, 1, 2, 3, 4}
    assert {(each.opens, each.closes) for each in there.hours} == {(time(10), time(18))}
    assert there.marketing_needs == ("address", "unsubscribe")
    assert "sms" in there.barred
    assert there.transit_days == 14
    assert profile("").transit_days == profile("ZZ").transit_days == 12
    assert profile("EU") == profile("ZZ")


def test_what_is_known_of_no_law_is_not_handed_on(tmp_path: Path) -> None:
    write(tmp_path, 'country = "ZA"\nname = "South Africa"\n')
    there = profile("ZA", tmp_path)
    assert (there.law, there.sources, there.checked, dict(there.barred)) == ((), (), None, {})
    assert there.hours == profile("").hours


# ---- the seller's -----------------------------------------------------------------------------------------------


def test_the_seller_changes_only_what_is_different(tmp_path: Path) -> None:
    write(tmp_path, 'country = "DE"\ntransit_days = 2\n[hours]\nsun-thu = "09:00-11:30, 14:00-24:00"\n')
    germany = profile("DE", tmp_path)
    assert germany.transit_days == 2
    assert sorted({each.weekday for each in germany.hours}) == [0, 1, 2, 3, 6]
    assert len(germany.hours) == 10
    assert germany.hours[-1].closes == time.max
    assert germany.name == "Germany"
    assert "objection_notice" in germany.marketing_needs
    assert germany.law == profile("DE").law


def test_a_medium_of_a_table_is_changed_or_lifted_alone(tmp_path: Path) -> None:
    write(tmp_path, 'country = "TR"\n[barred]\nall = ""\nsms = "not yet"\n[labels]\nchat = "Reklam"\n')
    turkey = profile("TR", tmp_path)
    assert dict(turkey.barred) == {"sms": "not yet"}
    assert set(turkey.labels) == set(MEDIA) - {"email"}
    write(tmp_path, 'country = "KR"\n[medium_hours.sms]\nmon-fri = "10:00-12:00"\n', "korea")
    korea = profile("KR", tmp_path)
    assert {each.weekday for each in korea.medium_hours["sms"]} == {0, 1, 2, 3, 4}
    assert korea.medium_hours["line"] == profile("KR").medium_hours["line"]


def test_a_file_of_a_group_changes_all_its_countries_that_say_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, 'group = "europe"\n[hours]\nmon-fri = "10:00-12:00"\n')
    assert {each.closes for each in profile("FR", tmp_path).hours} == {time(12)}
    assert profile("GB", tmp_path).hours == profile("GB").hours
    assert profile("KR", tmp_path) == profile("KR")


def test_a_country_that_we_know_nothing_of_may_join_a_group(tmp_path: Path) -> None:
    write(tmp_path, 'country = "IS"\nname = "Iceland"\ngroup = "europe"\n')
    iceland = profile("IS", tmp_path)
    assert "objection_notice" in iceland.marketing_needs
    assert iceland.soft_opt_in == {"email"}
    assert "IS" in library.profiles(tmp_path)


def test_what_the_seller_says_of_a_country_is_kept_by_language_under_what_they_say_everywhere(tmp_path: Path) -> None:
    write(tmp_path, 'country = ""\n[blocks.en]\ntime = "Two weeks."\nreturns = "30 days."\n', "all")
    write(tmp_path, 'country = "DE"\n[blocks.en]\ntime = "Three days."\n[blocks.de]\nduties = " Keine. "\n', "de")
    assert profile("DE", tmp_path).blocks == {
        "en": {"time": "Three days.", "returns": "30 days."},
        "de": {"duties": "Keine."},
    }
    assert (
        profile("ZA", tmp_path).blocks
        == profile("FR", tmp_path).blocks
        == {"en": {"time": "Two weeks.", "returns": "30 days."}}
    )


def test_days_on_the_way_are_ours_by_country_until_the_seller_knows_better(tmp_path: Path) -> None:
    assert library.transit(tmp_path)["DE"] == library.transit_days(tmp_path, "DE") == 3
    write(tmp_path, 'country = "TH"\ntransit_days = 20\n')
    assert library.transit(tmp_path)["TH"] == library.transit_days(tmp_path, "TH") == 20
    assert set(EU + OTHERS) <= set(library.transit(tmp_path))


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    write(tmp_path, 'country = "TH"\ntransit_days = 20\n')
    assert profile("TH", tmp_path).transit_days == 20
    write(tmp_path, 'country = "TH"\ntransit_days = 9\nmind = "Gentle."\n')
    assert (profile("TH", tmp_path).transit_days, profile("TH", tmp_path).mind) == (9, "Gentle.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'channels = ["email", "fax"]',
            'regions/own.toml:2: channels = ["email", "fax"] is not allowed. Allowed: a list of',
        ),
        ('forbids = ["joy"]', "Allowed: a list of link_in_sms, benefit_in_service."),
        ('style = "cheap"', 'style = "cheap" is not allowed. Allowed: personal, cash_back, cultural.'),
        ('weekend = ["friday"]', "Allowed: a list of mon, tue, wed, thu, fri, sat, sun."),
        ("most_per_day = 0", "most_per_day = 0 is not allowed. Allowed: 1 to 50."),
        ('languages = ["german!"]', "is not allowed. Allowed: a list of languages"),
        ('group = "asia"', 'regions/own.toml:2: group = "asia" is not allowed. Allowed: europe, gulf.'),
        ("[hours]\nmoonday = '10:00-11:00'", "regions/own.toml:3: hours.moonday is no day."),
        ("[ramadan_hours]\nmon = '22:00-21:00'", "regions/own.toml:3: ramadan_hours.mon holds no hours."),
        (
            "[medium_hours.fax]\nmon = '10:00-11:00'",
            "regions/own.toml:2: medium_hours.fax is no medium. Allowed: email,",
        ),
        ("[medium_hours.sms]\nmon = 10", "regions/own.toml:3: medium_hours.sms.mon holds no hours."),
        ("[medium_hours.sms]\nmon = '25:00-26:00'", "regions/own.toml:3: medium_hours.sms.mon holds no hours."),
        ("[state_hours.US-TX]\nmon = '10:00-11:00'", "state_hours.US-TX is no part of the country."),
        ("[labels]\nsms = 3", "regions/own.toml:3: labels.sms is a number."),
        ("[barred]\npigeon = 'no'", "regions/own.toml:3: barred.pigeon is no medium."),
        ("[blocks.de]\nprice = 'low'", "regions/own.toml:3: blocks.de.price isn't known. Allowed: time, duties,"),
        ("[blocks.Deutsch]\ntime = 'x'", "regions/own.toml:2: blocks.Deutsch is no language."),
        ("colour = 'red'", "regions/own.toml:2: colour is unknown. Allowed: country, group,"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_line_and_what_is_allowed(tmp_path: Path, line: str, said: str) -> None:
    write(tmp_path, f'country = "FR"\n{line}\n')
    with pytest.raises(ConfigError) as caught:
        library.check(tmp_path)
    (mistake,) = (str(each).removeprefix(f"{tmp_path}/") for each in caught.value.mistakes)
    assert said in mistake


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, 'country = "Germany"\nstyle = "cheap"\n', "a")
    write(tmp_path, 'name = "nowhere"\n', "b")
    with pytest.raises(ConfigError) as caught:
        library.profile(tmp_path, "FR")
    said = [str(each).removeprefix(f"{tmp_path}/regions/") for each in caught.value.mistakes]
    assert [each.split(": ")[0] for each in said] == ["a.toml:1", "a.toml:2", "b.toml"]
    assert 'country = "DE"' in said[-1]


# ---- the page about it ------------------------------------------------------------------------------------------


def test_what_the_page_shows_can_be_written_as_it_stands(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/countries.md").read_text(encoding="utf-8")
    shown = re.findall("```toml\n(.*?)```", page, re.DOTALL)
    for number, words in enumerate(shown):
        write(tmp_path, words, str(number))
    assert len(shown) == 4
    assert profile("KR", tmp_path).labels["sms"] == "(광고) Northlight"
    assert profile("KR", tmp_path).labels["email"] == "(광고)"
    assert profile("IS", tmp_path).answer_days == 30
    assert set(profile("US", tmp_path).blocks["en"]) == set(BLOCKS)
    assert not profile("TR", tmp_path).barred


def test_every_line_of_a_file_is_explained_on_the_page_and_in_the_default() -> None:
    page = (Path(__file__).parents[2] / "docs/countries.md").read_text(encoding="utf-8")
    default = (files.OURS / "countries/default.toml").read_text(encoding="utf-8")
    for word in country_files.LINES:
        assert re.search(rf"\[?\b{word}\b", page), word
        assert re.search(rf"\b{word}\b", default), word


@pytest.mark.parametrize("country", sorted(code for code in library.profiles(Path("nobody's home")) if code))
def test_the_days_that_the_calendar_of_the_country_knows_as_its_weekend_are_in_it(country: str) -> None:
    assert set(library.profile(Path("nobody's home"), country).weekend) >= holidays.country_holidays(country).weekend
