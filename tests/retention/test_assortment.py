"""What is known of an article: the catalogue, what the seller says, what was learnt."""

from typing import Any

import pytest

from retcon.model.products import Article, Learnt, Repeat, Told, Ware
from retcon.retention import assortment


def ware(id_: str, **changes: Any) -> Ware:
    """A product of the shop."""
    facts = {"key": f"woo:{id_}", "name": f"Article {id_}", "sku": f"SKU-{id_}", "categories": ("Care",)}
    facts |= {"link": f"https://shop.example/product/{id_}", "price_minor": 900, "in_stock": True}
    return Ware(**{**facts, **changes})


def known(*wares: Ware, told: tuple[Told, ...] = (), learnt: Learnt | None = None) -> dict[str, Article]:
    return dict(assortment.assemble(wares, told, learnt or Learnt()).articles)


def test_without_a_word_of_the_seller_the_need_is_the_category_and_nothing_is_durable() -> None:
    article = known(ware("1", categories=("Uncategorized", "Oil sets")))["woo:1"]
    assert (article.need, article.category, article.durable, article.repeat) == ("Oil sets", "Oil sets", False, None)


def test_what_is_said_of_an_id_holds_before_its_sku_and_that_before_its_category() -> None:
    told = (
        Told(by="category", name="care", need="care", durable=True, texts={"tips": {"en": "a", "de": "b"}}),
        Told(by="sku", name="sku-1", need="oil", texts={"tips": {"de": "c"}}),
        Told(by="id", name="1", durable=False),
    )
    article = known(ware("1"), told=told)["woo:1"]
    assert (article.need, article.durable, article.texts) == ("oil", False, {"tips": {"en": "a", "de": "c"}})


def test_accessories_are_found_by_sku_or_id_in_the_same_shop() -> None:
    told = (Told(by="id", name="woo:1", accessories=("SKU-2", "3", "gone", "1"), next_article="SKU-2"),)
    wares = (ware("2", key="second:2"), ware("1"), ware("2"), ware("3"))
    article = known(*wares, told=told)["woo:1"]
    assert (article.accessories, article.next_article) == (("woo:2", "woo:3"), "woo:2")


def test_the_sellers_days_hold_before_those_that_were_learnt() -> None:
    learnt = Learnt(repeats={"woo:1": Repeat(days=60, low=40, high=80, people=12)})
    assert known(ware("1"), learnt=learnt)["woo:1"].repeat == learnt.repeats["woo:1"]
    told = (Told(by="id", name="1", repeat_days=90),)
    assert known(ware("1"), told=told, learnt=learnt)["woo:1"].repeat == Repeat(days=90, low=90, high=90)


def test_what_is_durable_is_not_bought_again_whatever_some_did() -> None:
    learnt = Learnt(repeats={"woo:1": Repeat(days=60, low=40, high=80, people=12)})
    assert known(ware("1"), told=(Told(by="id", name="1", durable=True),), learnt=learnt)["woo:1"].repeat is None


def test_a_link_that_leads_away_from_the_shop_is_left_out() -> None:
    wares = [ware(str(number)) for number in range(25)]
    wares += [ware("30", link="https://market.example/x"), ware("31", link="https://www.shop.example/y")]
    articles = known(*wares)
    assert (articles["woo:30"].link, articles["woo:31"].link) == ("", "https://www.shop.example/y")


def test_what_the_file_speaks_of_and_the_shop_lacks_is_told() -> None:
    told = (Told(by="sku", name="OLD"), Told(by="id", name="1", accessories=("SKU-9",), next_article="1"))
    assert assortment.unknown([ware("1")], told) == (
        "[sku.OLD] is about nothing that the shop has.",
        "[id.1] accessories: the shop has no “SKU-9”.",
    )


@pytest.mark.parametrize(
    ("language", "country", "said"),
    [
        ("en", "US", "110 V"),
        ("en", "GB", "230 V"),
        ("en-informal", "US", "110 V"),
        ("de-informal", "DE", "230 Volt"),
        ("de-CH", "CH", "230 Volt"),
        ("es", "US", ""),
        ("pt-BR", "PT", "127 V"),
        ("pt", "PT", ""),
    ],
)
def test_what_is_said_for_a_country_is_said_there_alone(language: str, country: str, said: str) -> None:
    care = {"en": "230 V", "en-US": "110 V", "de": "230 Volt", "pt-BR": "127 V"}
    article = Article(key="woo:1", name="Kettle", texts={"care": care})
    assert assortment.said(article, "care", language, country) == said
