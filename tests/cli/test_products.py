"""retcon products: what the shop sells, what was learnt of it, what is missing."""

import json

import pytest

from retcon.model.orders import Product
from retcon.sync import intake


@pytest.fixture
def two(database):
    """Two articles that nobody has bought."""
    rows = [
        Product(source_id="7", name="Oil", sku="OIL", link="https://shop.example/oil", categories=("Care",)),
        Product(source_id="8", name="B\x1b[31mowl", link="https://shop.example/bowl", in_stock=False),
    ]
    database.write(lambda tx: intake.keep(tx, "woo", rows, "EUR"))
    database.close()


def test_each_article_is_a_row_with_what_is_missing(two, run):
    code, out, _ = run("products")
    oil, bowl = out.splitlines()[1:]
    assert code == 0
    assert oil.split() == ["woo:7", "Oil", "Care", "0", "yes", "tips"]
    assert "none" in bowl
    assert "category" in bowl
    assert "\x1b" not in out


def test_json_tells_all_and_what_the_file_is_wrong_about(two, run, tmp_path):
    (tmp_path / "home" / "products.toml").write_text('[sku.OIL]\nrepeat_days = 90\n[id.9]\nneed = "x"\n')
    code, out, _ = run("products", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["articles"][0]["repeat"] == {
        "days": 90, "low": 90, "high": 90, "people": 0, "from": "products.toml",
    }  # fmt: skip
    assert told["unknown"] == ["[id.9] is about nothing that the shop has."]


def test_one_article_is_told_in_sentences(two, run, tmp_path):
    (tmp_path / "home" / "products.toml").write_text('[sku.OIL]\nrepeat_days = 90\ntips.en = "A thin coat."\n')
    code, out, _ = run("products", "oil")
    assert code == 0
    assert "90 days a piece, as you say" in out
    assert "tips.en          A thin coat." in out


def test_an_article_that_is_not_there_is_said_with_what_to_do(two, run):
    code, _, err = run("products", "soap")
    assert (code, err) == (1, "retcon: No article is known as “soap”.\n  See all: retcon products\n")


def test_a_shop_without_articles_says_where_they_come_from(database, run):
    database.close()
    code, out, err = run("products")
    assert (code, out) == (0, "")
    assert "retcon sync" in err
