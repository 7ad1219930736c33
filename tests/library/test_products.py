"""products.toml: what a seller may say of articles, and what is told of mistakes in it."""

from pathlib import Path

import pytest

from retcon import library
from retcon.demo import products as sample
from retcon.errors import ConfigError

GOOD = """
[category.Care]
need = "care"

[sku.OIL-BOARD]
repeat_days = 90
not_for = ["SA", "ramadan", "cultural"]
tips.en = "A thin coat."
tips.de = "Dünn auftragen."

[sku.OIL-BOARD.care]
en-US = "Keep it below 100 °F."

[id.39]
durable = true
worn_after_days = 90
accessories = ["OIL-BOARD"]
next = "41"
next_after_days = 300
sheet = "board.pdf"
"""


def read(home: Path, words: str) -> tuple[object, ...]:
    (home / "products.toml").write_text(words, encoding="utf-8")
    return library.articles(home)


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    assert library.articles(tmp_path) == ()


def test_an_article_is_named_by_category_sku_or_id(tmp_path: Path) -> None:
    category, sku, id_ = read(tmp_path, GOOD)
    assert (category.by, category.name, category.need) == ("category", "Care", "care")
    assert (sku.repeat_days, sku.not_for) == (90, {"SA", "ramadan", "cultural"})
    assert sku.texts == {
        "tips": {"en": "A thin coat.", "de": "Dünn auftragen."},
        "care": {"en-US": "Keep it below 100 °F."},
    }
    assert (id_.name, id_.durable, id_.accessories, id_.next_article, id_.sheet) == (
        "39", True, ("OIL-BOARD",), "41", "board.pdf",
    )  # fmt: skip
    assert (id_.need, sku.durable) == (None, None)  # nothing said


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        read(
            tmp_path,
            """
[sku.A]
repeat_days = 0
colour = "green"
[sku.B]
durable = "yes"
not_for = ["Saudi Arabia"]
tips.english = "Oil it."
[id.3]
sheet = "../secret.pdf"
[shelf.4]
need = "x"
[sku."A.1"]
repeat_days = "ninety"
""",
        )
    mistakes = {mistake.line: mistake.what for mistake in told.value.mistakes}
    assert mistakes == {
        3: "sku.A.repeat_days = 0 is not allowed.",
        4: "sku.A: colour is unknown.",
        6: "sku.B.durable is text.",
        7: 'sku.B.not_for = ["Saudi Arabia"] is not allowed.',
        8: "sku.B.tips.english is no language.",
        10: 'id.3.sheet = "../secret.pdf" is not allowed.',
        11: "shelf is unknown.",
        14: "sku.A.1.repeat_days is text.",
    }


def test_a_change_counts_at_once(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    before = library.stamp(tmp_path)
    assert read(tmp_path, '[id.1]\nneed = "tea"\n')[0].name == "1"
    assert library.stamp(tmp_path) != before


def test_the_sample_shops_file_holds_and_its_sheet_is_a_page(tmp_path: Path) -> None:
    assert {told.by for told in read(tmp_path, sample.PRODUCTS)} == {"category", "sku"}
    assert sample.sheet().startswith(b"%PDF-")
    assert b"five things to know" in sample.sheet()
