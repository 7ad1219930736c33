"""Which of several texts fits a person best, and whose names a reader can read."""

import pytest

from retcon.retention import languages

TEXTS = {tag: tag for tag in ("en", "de", "de-informal", "fr", "pt-BR", "zh-Hans", "zh-Hant")}


@pytest.mark.parametrize(
    ("wanted", "form", "first"),
    [
        ("de", "formal", "de"),
        ("de", "informal", "de-informal"),
        ("de-CH", "informal", "de-informal"),
        ("fr", "informal", "fr"),
        ("pt-PT", "formal", "pt-BR"),
        ("pt", "formal", "pt-BR"),
        ("zh", "formal", "zh-Hans"),
        ("zh-CN", "formal", "zh-Hans"),
        ("zh-TW", "formal", "zh-Hant"),
        ("zh-hk", "formal", "zh-Hant"),
        ("sv", "formal", "en"),
        ("", "formal", "en"),
    ],
)
def test_the_text_that_fits_best_comes_first(wanted: str, form: str, first: str) -> None:
    assert next(languages.in_order(TEXTS, wanted, form)) == first


def test_every_text_comes_once() -> None:
    assert sorted(languages.in_order(TEXTS, "de", "informal")) == sorted(TEXTS)


def test_a_sellers_own_lines_are_never_taken_from_another_language() -> None:
    assert languages.own({"de": "Tipps"}, "fr") is None
    assert languages.own({"pt": "dicas"}, "pt-BR") == "dicas"


@pytest.mark.parametrize(
    ("language", "name", "readable"),
    [
        ("en", "Zoë Müller-Nuñez", True),
        ("en", "سلطان", False),
        ("en", "佐藤 花子", False),
        ("ja", "佐藤 花子", True),
        ("ja", "Anna Berg", True),
        ("ko", "김하늘", True),
        ("ar-SA", "سلطان", True),
        ("zh-Hant", "王小明", True),
        ("de", "Анна", False),
        ("uk", "Анна", True),
    ],
)
def test_a_name_is_written_where_its_letters_can_be_read(language: str, name: str, readable: bool) -> None:
    assert languages.can_write(language, name) is readable
