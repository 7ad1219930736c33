"""What orders teach is learnt in the full refresh, kept, and read with the catalogue and the seller's words."""

import subprocess
import sys
from datetime import timedelta

import pytest

from retcon.desk import doctor, learning, products, refresh
from retcon.errors import InputError
from retcon.model.orders import OrderLine, Product
from retcon.store import assortment
from retcon.sync import intake
from tests.conftest import NOW
from tests.purchases import order, take

NAMES = {"1": "Board", "2": "Oil", "3": "Bowl", "4": "Cup", "5": "Plate", "6": "Spoon"}


def stock(house, **changes):
    """The shop's six articles."""
    rows = [
        Product(
            source_id=id_,
            name=name,
            sku=name.upper(),
            link=f"https://shop.example/product/{name.lower()}",
            categories=("Care" if name == "Oil" else "Kitchen",),
            price_minor=1_000,
            in_stock=name not in changes.get("sold_out", ()),
        )
        for id_, name in NAMES.items()
    ]
    house.database.write(lambda tx: intake.keep(tx, "woo", rows, "EUR"))


def buy(house, account, ago, *ids):
    lines = tuple(OrderLine(name=NAMES[id_], product_id=id_) for id_ in ids)
    take(house.database, order(account, (NOW - timedelta(ago)).isoformat(), lines=lines, language="de"))


@pytest.fixture
def shop(house):
    """Ten people who have a board come back for oil every forty days, thirty buy this and that."""
    stock(house)
    for person in range(10):
        buy(house, f"b{person}", 300 + person, "1")
        for again in range(4):
            buy(house, f"b{person}", 250 - 40 * again + person % 3, "2")
    for person in range(30):
        buy(house, f"c{person}", 200, str(3 + person % 4))
        buy(house, f"c{person}", 100, str(3 + (person + 1) % 4))
    return house


def known(house):
    with house.database.read() as tx:
        return learning.load_assortment(tx, house.settings.places.config)


def say(house, words):
    (house.settings.places.config / "products.toml").write_text(words, encoding="utf-8")


def test_the_full_refresh_learns_what_is_bought_next_and_how_long_it_lasts(shop):
    refresh.refresh(shop)
    found = known(shop)
    assert [each.article for each in found.after["woo:1"]] == ["woo:2"]
    oil = found.articles["woo:2"]
    assert (oil.repeat.days, oil.repeat.people, oil.category, oil.need) == (40, 10, "Care", "Care")
    assert found.articles["woo:3"].repeat is None
    assert found.articles["woo:2"].key in found.usual


def test_what_was_learnt_is_replaced_and_says_the_same_when_nothing_changed(shop):
    learning.learn(shop)
    with shop.database.read() as tx:
        before = assortment.learnt(tx)
    learning.learn(shop)
    with shop.database.read() as tx:
        assert assortment.learnt(tx) == before


def test_cancelled_and_removed_orders_teach_nothing(shop):
    shop.database.write(lambda tx: tx.execute("update orders set state = 'cancelled'"))
    learning.learn(shop)
    assert known(shop).after == {}


def test_the_articles_are_read_again_where_anything_changed_and_else_not(shop):
    first = known(shop)
    assert known(shop) is first
    stock(shop, sold_out=("Oil",))
    second = known(shop)
    assert (first.articles["woo:2"].in_stock, second.articles["woo:2"].in_stock) == (True, False)
    say(shop, "[sku.OIL]\nrepeat_days = 30\n")
    assert known(shop).articles["woo:2"].repeat.days == 30
    learning.learn(shop)
    assert known(shop).after != {}


def test_an_article_is_found_by_id_sku_or_name(shop):
    assert {products.one(shop, each).article.key for each in ("2", "woo:2", "oil", "OIL")} == {"woo:2"}
    with pytest.raises(InputError, match="No article is known"):
        products.one(shop, "soap")


def test_what_is_missing_is_told_article_by_article(shop):
    say(shop, '[sku.OIL]\ntips.en = "Oil it."\nsheet = "oil.pdf"\n[sku.BOARD]\nworn_after_days = 90\n')
    assert products.one(shop, "OIL").missing == ("tips.de", "sheets/oil.pdf")
    assert products.one(shop, "BOARD").missing == ("tips", "accessories")


def test_doctor_tells_what_products_toml_speaks_of_and_the_shop_lacks(shop):
    say(shop, "[sku.GONE]\ndurable = true\n")
    words = [check.words for check in doctor.examine(lambda: shop) if check.name == "products"]
    assert words == ["[sku.GONE] is about nothing that the shop has."]


def test_reading_the_articles_loads_no_numpy():
    code = "import sys, retcon.desk.shop, retcon.desk.products; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
