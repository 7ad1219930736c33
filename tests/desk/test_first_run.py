"""What is answered in the first run is kept, survives what it may, and is written once and whole."""

import json
import os
import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import config
from retcon.config import Places
from retcon.desk import first_run, first_settle, first_typed, imports
from retcon.desk.first_run import Answers
from retcon.desk.house import House, open_house
from retcon.errors import InputError, RetconError
from tests import firstorders

SHOP = {"name": "Northlight Goods", "currency": "EUR", "timezone": "Europe/Berlin", "country": "DE", "language": "en"}


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return config.places(tmp_path / "fresh")


# ---- whether it is open -------------------------------------------------------------------------------------


def test_a_home_without_settings_is_open_and_nothing_is_made_by_asking(where: Places) -> None:
    assert first_run.is_open(where.config)
    assert not where.config.exists()


def test_a_home_with_settings_is_not(where: Places) -> None:
    where.config.mkdir()
    where.config_file.write_text("[shop]\n")
    assert not first_run.is_open(where.config)


def test_an_empty_database_alone_leaves_it_open(house: House) -> None:
    assert first_run.is_open(house.settings.places.config)


def test_orders_that_were_taken_in_without_settings_end_it(house: House) -> None:
    file = firstorders.write(house.settings.places.config / "orders.csv", house.now())
    imports.import_file(house, file, "orders", {"placed_at": "Date"})
    assert not first_run.is_open(house.settings.places.config)


def test_one_that_was_left_half_way_is_open_though_the_settings_are_written(where: Places) -> None:
    first_settle.write(where, Answers(step=first_run.WORK, source=first_run.IN_FILE, shop=SHOP))
    assert first_run.is_open(where.config)
    first_run.finish(where)
    assert not first_run.is_open(where.config)


def test_settings_written_by_hand_in_between_end_it(where: Places) -> None:
    first_run.keep(where, Answers(step=first_run.SHOP))
    where.config_file.write_text("[shop]\n")
    assert not first_run.is_open(where.config)
    assert not where.first_run_file.exists()


# ---- answers ------------------------------------------------------------------------------------------------


def test_answers_come_back_as_they_were_kept_for_their_owner_alone(where: Places) -> None:
    answers = Answers(step=first_run.SHOP, file="/tmp/a b.csv", columns={"total": "Amount"}, shop=SHOP)
    first_run.keep(where, answers)
    assert first_run.read(where) == answers
    assert stat.S_IMODE(where.first_run_file.stat().st_mode) == 0o600


def test_what_was_written_is_written_again_where_somebody_took_it_away(where: Places) -> None:
    first_settle.write(where, Answers(step=first_run.FOUND, shop=SHOP))
    where.config_file.unlink()
    again = first_run.read(where)
    assert (again.step, again.written) == (first_run.WORK, False)


@given(
    kept=st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["step", "shop", "file"]), inner)
            ),
            max_leaves=8,
        ).map(lambda document: json.dumps(document).encode()),
    )
)
def test_whatever_stands_there_instead_is_no_answer(tmp_path_factory: pytest.TempPathFactory, kept: bytes) -> None:
    where = config.places(tmp_path_factory.getbasetemp() / "wild")
    where.state.mkdir(exist_ok=True)
    where.first_run_file.write_bytes(kept)
    assert first_run.read(where).step in ("where", "file", "keys", "shop", "work", "found", "next")


def test_a_home_that_cannot_be_written_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RetconError, match=r"cannot be written.*retcon demo"):
        first_run.check_home(tmp_path / "file" / "home")


# ---- what is typed ------------------------------------------------------------------------------------------


def test_a_path_may_be_quoted_escaped_or_dropped(tmp_path: Path) -> None:
    file = tmp_path / "my orders.csv"
    file.write_text("x")
    for typed in (f" {file} ", f"'{file}'", f'"{file}"', str(file).replace(" ", "\\ "), file.as_uri()):
        assert first_typed.path_of(typed) == file
        assert first_typed.refusal(typed) == ""


@pytest.mark.parametrize("typed", ["/no/such", "~nobody-here/x", "a" * 5000, "a\0b", "\udcff", "file:///no%00"])
def test_a_path_that_cannot_be_is_no_file(typed: str) -> None:
    assert first_typed.refusal(typed) == "There is no such file."


def test_a_folder_and_a_device_are_no_files_of_orders(tmp_path: Path) -> None:
    assert "folder" in first_typed.refusal(str(tmp_path))
    assert first_typed.refusal("/dev/null") == "This is no file of orders."


def test_tab_completes_as_far_as_all_names_agree(tmp_path: Path) -> None:
    for name in ("orders-2025.csv", "orders-2026.csv", ".hidden", "or\x1b[31mders"):
        (tmp_path / name).write_text("")
    (tmp_path / "archive").mkdir()
    assert first_typed.completed(f"{tmp_path}/or") == f"{tmp_path}/orders-202"
    assert first_typed.completed(f"{tmp_path}/a") == f"{tmp_path}/archive/"
    assert first_typed.completed(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert first_typed.completed(f"{tmp_path}/zz") == f"{tmp_path}/zz"
    assert first_typed.completed("/no/such/thing") == "/no/such/thing"


def test_the_shop_is_put_right_or_refused_in_a_sentence() -> None:
    assert first_typed.settings_of({**SHOP, "currency": "eur", "country": "de"}) == SHOP
    for field, value, says in (
        ("name", " ", "name is missing"),
        ("currency", "Euro", "“EURO” is no currency"),
        ("timezone", "Berlin", "“Berlin” is no time zone"),
        ("language", "", "language is missing"),
    ):
        with pytest.raises(InputError, match=says):
            first_typed.settings_of({**SHOP, field: value})


def test_an_address_gets_the_scheme_that_everybody_means() -> None:
    assert first_typed.address_of(" shop.example/ ") == "https://shop.example"
    assert first_typed.address_of("http://127.0.0.1:8080") == "http://127.0.0.1:8080"
    assert first_typed.is_near("http://127.0.0.1:8080")
    assert not first_typed.is_near("http://shop.example")


# ---- what is written ----------------------------------------------------------------------------------------


@given(name=st.text(min_size=1, max_size=40).filter(str.strip))
def test_settings_are_read_as_they_were_answered(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    where = config.places(tmp_path_factory.mktemp("written"))
    shop = first_typed.settings_of({**SHOP, "name": name})
    first_settle.write(where, Answers(source=first_run.IN_WOOCOMMERCE, url="https://shop.example", shop=shop))
    read = tomllib.loads(where.config_file.read_text(encoding="utf-8"))
    assert read["policy"] == {"live": False}
    assert read["sources"]["woo"] == {"kind": "woocommerce", "url": "https://shop.example"}
    assert config.ShopSettings(**read["shop"]).timezone == "Europe/Berlin"
    assert stat.S_IMODE(where.config_file.stat().st_mode) == 0o600


def test_settings_that_are_there_stay_as_they_are(where: Places) -> None:
    where.config.mkdir()
    where.config_file.write_text("# mine\n")
    with pytest.raises(RetconError, match="is there already"):
        first_settle.write(where, Answers(shop=SHOP))
    assert where.config_file.read_text() == "# mine\n"


def test_who_goes_back_writes_the_new_answer_over_the_own_one(where: Places) -> None:
    first = Answers(source=first_run.IN_WOOCOMMERCE, url="https://shop.example", shop=SHOP)
    written = first_settle.write(where, first)
    other = replace(written, source=first_run.IN_FILE, shop={**SHOP, "name": "Another"})
    first_settle.write(where, other)
    house = open_house(where.config)
    assert (house.settings.shop.name, house.source_names) == ("Another", [])
    house.close()
    first_settle.write(where, replace(other, source=first_run.IN_WOOCOMMERCE, url="https://b.example"))
    house = open_house(where.config)
    assert house.source_names == ["woo"]
    house.close()


def test_keys_go_where_only_the_seller_can_read_them_and_nowhere_else(where: Places) -> None:
    first_run.keep(where, Answers(url="https://shop.example"))
    first_settle.keep_keys(where, " ck_1 ", "cs_2")
    assert stat.S_IMODE(where.secrets_file.stat().st_mode) == 0o600
    assert first_settle.has_keys(where)
    others = [file for file in where.config.iterdir() if file != where.secrets_file]
    assert all("ck_1" not in file.read_text() and "cs_2" not in file.read_text() for file in others)
    first_settle.drop_keys(where)
    assert not first_settle.has_keys(where)


def test_other_secrets_stay_beside_them(where: Places) -> None:
    where.config.mkdir()
    where.secrets_file.touch(mode=0o600)
    where.secrets_file.write_text('[channels.email]\npassword = "x"\n')
    first_settle.keep_keys(where, "ck_1", "cs_2")
    assert tomllib.loads(where.secrets_file.read_text())["channels"]["email"]["password"] == "x"


def test_a_key_that_another_one_hides_is_said(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETCON_SECRET_SOURCES_WOO_CONSUMER_KEY", "ck_other")
    with pytest.raises(RetconError, match="comes first"):
        first_settle.keep_keys(where, "ck_1", "cs_2")


def test_a_full_disk_is_a_sentence_and_leaves_nothing_half_written(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RetconError, match=r"No space left on device\), so nothing is set up"):
        first_settle.write(where, Answers(shop=SHOP))
    assert list(where.config.iterdir()) == []
