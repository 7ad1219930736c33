import pytest

from retcon import keys
from retcon.errors import ConfigError


def test_no_two_actions_share_a_key() -> None:
    every = [name for key in keys.TABLE for name in key.keys]

    assert len(every) == len(set(every))


def test_a_users_own_key_takes_the_place_of_the_default_one() -> None:
    table = keys.remapped({"approve": "f5", "open": "enter, z, ctrl+o"})

    assert keys.label("approve", table) == "f5"
    assert next(key.keys for key in table if key.id == "open") == ("enter", "z", "ctrl+o")


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
    assert "keys.skip: it names no key." in told
    assert "both undo and up" in told


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"approve": "enter"}, "keys.approve: Enter means open everywhere. Take another key."),
        ({"open": "z"}, "keys.open: without Enter there is no way to answer a question."),
        ({"back": "backspace"}, "keys.back: without Esc there is no way out of one."),
        ({"undo": "ctrl+m"}, "keys.undo: ctrl+m is Enter in a terminal. Take another key."),
        ({"undo": "ctrl+i"}, "ctrl+i is Tab in a terminal."),
        ({"undo": "ctrl+j"}, "ctrl+j is Enter in a terminal."),
        ({"undo": "ctrl+h"}, "ctrl+h is Backspace in a terminal."),
        ({"undo": "ctrl+["}, "ctrl+[ is Esc in a terminal."),
        ({"undo": "ctlr+u"}, "“ctlr+u” is no key."),
        ({"undo": "gg"}, "“gg” is no key."),
        ({"undo": "shift+u"}, "“shift+u” is no key."),
        ({"undo": "ctrl+U"}, "“ctrl+U” is no key."),
    ],
)
def test_keys_that_no_terminal_sends_or_that_lead_nowhere_are_refused(own: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        keys.remapped(own)

    assert told in str(refused.value)


@pytest.mark.parametrize(
    "own", ["ü", "+", "ctrl+x", "alt+j", "ctrl+shift+f2", "shift+f2", "f12", "delete", "ж", "ctrl+right"]
)
def test_other_keys_may_be_taken(own: str) -> None:
    assert keys.label("undo", keys.remapped({"undo": own})) == keys.shown(own)


def test_sentences_name_the_keys_that_are_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_in_force", keys.TABLE)
    assert keys.name("undo") == "u"

    keys.use(keys.remapped({"undo": "Z"}))

    assert keys.name("undo") == "Z"
