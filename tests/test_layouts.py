import pytest

from retcon import keys, layouts


@pytest.mark.parametrize(
    ("layout", "typed", "meant"),
    [
        ("Russian", "фысвпрол", "ascdghjk"),
        ("Russian, shift", "ФРОЛГ", "AHJKU"),
        ("Russian signs", "жЖюЮ№", ";:.>#"),
        ("Ukrainian", "фізІ", "aspS"),
        ("Greek", "αςεσρτ", "awesrt"),
        ("Greek, shift", "ΑΕΗΞΚ", "AEHJK"),
        ("Hebrew", "שדחלףץ", "asjk;."),
        ("Arabic", "شستنكزظ", "asjk;./"),
        ("Arabic sign", "؟", "?"),
        ("Persian", "شسیطد", "asdxn"),
        ("Thai", "ฟห่าวๅ", "asjk;1"),
        ("Thai, shift", "ฤฯซฦ", "AO:?"),
        ("Hangul", "ㅁㄴㅓㅏ", "asjk"),
        ("Hangul, shift", "ㄸ", "E"),
        ("full-width", "ａＡ１？／：；．＃＊", "aA1?/:;.#*"),
        ("Chinese and Japanese signs", "。・、", ".//"),
    ],
)
def test_a_letter_stands_for_what_is_on_the_same_key(layout: str, typed: str, meant: str) -> None:
    assert "".join(layouts.latin(letter) or "…" for letter in typed) == meant


@pytest.mark.parametrize("letter", ["好", "あ", "カ", "한", "ñ", "ß", "🙂"])
def test_what_stands_for_several_keys_or_none_is_not_guessed(letter: str) -> None:
    assert layouts.latin(letter) is None


def test_letters_that_a_latin_keyboard_has_are_not_foreign() -> None:
    assert [layouts.is_foreign(letter) for letter in "éßñıあ好한ђ"] == [False] * 4 + [True] * 4


@pytest.mark.parametrize("typed", ["ыячсршлд", "ςερτυθ", "ضصثقفغ"])
def test_no_layout_has_two_letters_on_one_key(typed: str) -> None:
    assert len({layouts.latin(letter) for letter in typed}) == len(typed)


def test_every_key_of_the_table_that_has_a_letter_is_reached_in_cyrillic() -> None:
    reached = {layouts.latin(letter) for letter in "йцукенгшщзфывапролдячсмитьЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ"}

    assert {name for key in keys.TABLE for name in key.keys if len(name) == 1 and name.isalpha()} <= reached
