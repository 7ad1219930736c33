import pytest

from retcon import keys
from retcon.errors import ConfigError


def test_no_two_actions_share_a_key() -> None:
    every = [name for key in keys.TABLE for name in key.keys]

    assert len(every) == len(set(every))


def test_a_users_own_key_takes_the_place_of_the_default_one() -> None:
    table = keys.remapped({"approve": "enter", "open": "z, ctrl+o"})

    assert keys.label("approve", table) == "Enter"
    assert next(key.keys for key in table if key.id == "open") == ("z", "ctrl+o")


def test_a_conflict_names_both_actions() -> None:
    with pytest.raises(ConfigError) as refused:
        keys.remapped({"snooze": "a"}, "/home/me/config.toml")

    assert str(refused.value) == (
        "/home/me/config.toml: the key a stands for both approve and snooze. Give one of them another key under [keys]."
    )


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as refused:
        keys.remapped({"aprove": "b", "skip": "", "undo": "k"})

    told = str(refused.value)
    assert "keys.aprove is unknown." in told
    assert "keys.skip names no key." in told
    assert "both undo and up" in told


def test_letters_of_another_layout_stand_for_the_latin_ones_on_the_same_key() -> None:
    assert [keys.latin(letter) for letter in "офФㅁσａ／"] == ["j", "a", "A", "a", "s", "a", "/"]
    assert keys.latin("好") is None
