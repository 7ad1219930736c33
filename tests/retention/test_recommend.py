"""What may be suggested to whom; what of theirs is used up, worn or outgrown."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from retcon.model.calendar import Feast
from retcon.model.offers import Style
from retcon.model.orders import Order, OrderLine
from retcon.model.products import Article, Assortment, Repeat, Suggestion
from retcon.model.situation import Situation
from retcon.retention import baskets, recommend
from tests.situations import DAY, NOW, PROFILE, order, situation


def article(id_: str, **changes: Any) -> Article:
    """An article of the shop for ten euros, called by its id."""
    facts = {"key": f"woo:{id_}", "name": id_, "link": f"https://shop.example/{id_}", "price_minor": 1_000}
    facts |= {"category": "", "need": changes.get("category", "")}
    return Article(**{**facts, **changes})


def shop(*articles: Article, **facts: Any) -> Assortment:
    """A shop that sells these."""
    return Assortment(articles={each.key: each for each in articles}, **facts)


def after(**pairs: str) -> dict[str, tuple[Suggestion, ...]]:
    """What is bought after what, by ten people, twice as often as by chance."""
    return {
        f"woo:{first}": tuple(Suggestion(article=f"woo:{each}", lift=2.0, people=10) for each in then.split())
        for first, then in pairs.items()
    }


def bought(*ids: str, ago: timedelta = 60 * DAY, pieces: int = 1, **changes: Any) -> Order:
    """An order of these articles."""
    lines = tuple(OrderLine(name=id_, product_id=id_, quantity=pieces) for id_ in ids)
    return order(f"1{len(ids)}{ago.days}", ago=ago, lines=lines, **changes)


def suggested(
    assortment: Assortment, *orders: Order, about: str | None = None, feast: Feast | None = None
) -> list[str]:
    """The names of what is suggested to somebody with these orders."""
    key = f"woo:{about}" if about else None
    found = recommend.suggest(assortment, situation(*orders), PROFILE, key, feast, NOW)
    return [each.name for each in found]


BOARD, OIL, BOWL = article("board"), article("oil"), article("bowl")


def test_what_people_came_back_for_after_the_article_is_suggested() -> None:
    assert suggested(shop(BOARD, OIL, BOWL, after=after(board="oil")), bought("board")) == ["oil"]


def test_at_most_three_are_suggested_the_likeliest_first() -> None:
    several = [article(name) for name in "abcde"]
    known = shop(BOARD, *several, after=after(board="a b c d e"), bought={"woo:d": 900, "woo:b": 500, "woo:e": 100})
    assert suggested(known, bought("board")) == ["d", "b", "e"]


def test_the_accessory_that_the_seller_names_comes_first() -> None:
    known = shop(replace(BOARD, accessories=("woo:bowl",)), OIL, BOWL, after=after(board="oil"))
    assert suggested(known, bought("board")) == ["bowl", "oil"]


def test_about_one_article_only_what_goes_with_it_is_suggested() -> None:
    known = shop(BOARD, OIL, BOWL, article("spoon"), after=after(board="oil", bowl="spoon"))
    assert suggested(known, bought("board", "bowl"), about="bowl") == ["spoon"]


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("out of stock", {"in_stock": False}),
        ("without a page in the shop", {"link": ""}),
        ("not for the country", {"not_for": frozenset({"FR"})}),
        ("not for the style", {"not_for": frozenset({"personal"})}),
        ("dearer than they ever spend", {"price_minor": 40_000}),
        ("of another shop", {"key": "second:oil"}),
    ],
)
def test_never_what_is(why: str, changes: dict[str, Any]) -> None:
    oil = replace(OIL, **changes)
    pairs = {"woo:board": (Suggestion(article=oil.key, lift=3.0, people=20),)}
    assert suggested(shop(BOARD, OIL, after=after(board="oil")), bought("board")) == ["oil"]
    assert suggested(shop(BOARD, oil, after=pairs), bought("board")) == [], why


def test_never_what_is_not_for_the_festival() -> None:
    feast = Feast(id="eid-al-fitr", kind="gift", country="FR", day=date(2026, 12, 1), last_day=date(2026, 12, 1),
                  lead_days=30)  # fmt: skip
    known = shop(BOARD, replace(OIL, not_for=frozenset({"eid-al-fitr"})), after=after(board="oil"))
    assert suggested(known, bought("board")) == ["oil"]
    assert suggested(known, bought("board"), feast=feast) == []


def test_what_is_not_for_ramadan_is_not_suggested_while_it_lasts() -> None:
    known = shop(BOARD, replace(OIL, not_for=frozenset({"ramadan"})), after=after(board="oil"))
    profile = replace(PROFILE, country="SA", style=Style.CULTURAL)
    then = NOW.replace(year=2027, month=2, day=20)
    assert recommend.suggest(known, situation(bought("board")), profile, None, None, NOW)
    assert recommend.suggest(known, situation(bought("board")), profile, None, None, then) == ()


def test_never_a_durable_that_they_have_nor_one_that_takes_its_place() -> None:
    grinder = article("grinder", durable=True, need="grinder", category="Coffee")
    other = article("mill", durable=True, need="grinder", category="Coffee")
    known = shop(BOARD, grinder, other, after=after(board="grinder mill"))
    assert suggested(known, bought("board")) == ["grinder"]
    assert suggested(known, bought("board", "grinder")) == []


def test_no_second_of_one_need_unless_it_is_used_up() -> None:
    green = article("green", need="tea", category="Food")
    black = article("black", need="tea", category="Food")
    assert suggested(shop(green, black, after=after(green="black")), bought("green")) == []
    used = replace(black, repeat=Repeat(days=20, low=15, high=30, people=9))
    assert suggested(shop(green, used, after=after(green="black")), bought("green")) == ["black"]


def test_what_they_have_of_it_is_not_suggested_while_it_lasts() -> None:
    oil = replace(OIL, repeat=Repeat(days=90, low=80, high=99, people=9))
    known = shop(BOARD, oil, after=after(board="oil"))
    assert suggested(known, bought("board", ago=80 * DAY), bought("oil", ago=30 * DAY)) == []
    assert suggested(known, bought("board", ago=200 * DAY), bought("oil", ago=150 * DAY)) == ["oil"]


def test_who_buys_baby_milk_is_never_offered_mens_shoes() -> None:
    milk, shoes = article("milk", category="Baby"), article("shoes", category="Men")
    bib, bottle = article("bib", category="Baby care"), article("bottle", category="Baby care")
    known = shop(milk, shoes, bib, bottle, usual=("woo:shoes", "woo:bib", "woo:bottle"), bought={"woo:shoes": 9_000})
    assert suggested(known, bought("milk")) == []  # nobody went on from there: rather nothing
    known = replace(known, ways={"Baby": frozenset({"Baby care"})})
    assert suggested(known, bought("milk")) == ["bib", "bottle"]


def test_a_small_shop_suggests_what_comes_after_the_category() -> None:
    mug, plate = article("mug", category="Cups"), article("plate", category="Plates")
    known = shop(mug, plate, after_category={"Cups": (Suggestion(article="woo:plate", lift=1.8, people=6),)})
    assert suggested(known, bought("mug")) == ["plate"]


def test_who_has_bought_nothing_that_the_shop_still_has_is_suggested_nothing() -> None:
    assert suggested(shop(BOARD, OIL, usual=("woo:oil",)), bought("gone")) == []


@given(any_of.permutations([f"a{number}" for number in range(6)]), any_of.integers(0, 5))
def test_the_same_shop_always_suggests_the_same(names: list[str], owned: int) -> None:
    pairs = after(
        **{f"a{number}": " ".join(f"a{other}" for other in range(6) if other != number) for number in range(6)}
    )
    known = shop(
        *(article(name) for name in names), after=pairs, bought=dict.fromkeys((f"woo:{each}" for each in names), 5)
    )
    found = suggested(known, bought(f"a{owned}"))
    assert found == [f"a{number}" for number in range(6) if number != owned][:3]


# ---- what happens to what they have -------------------------------------------------------------------------

LASTING = replace(OIL, repeat=Repeat(days=30, low=25, high=40, people=12))


def days(happenings: tuple[recommend.Happening, ...]) -> list[tuple[str, int]]:
    """What happens, and in how many days from now."""
    return [(article.name, (day - NOW.date()).days) for article, _, day in happenings]


def test_an_article_is_used_up_so_many_days_after_it_arrived_for_each_piece() -> None:
    orders = situation(bought("oil", ago=20 * DAY, pieces=2))
    assert days(recommend.used_up(shop(LASTING), orders, NOW)) == [("oil", 60 - 16)]


def test_what_was_left_is_added_but_no_more_than_one_piece() -> None:
    early = situation(bought("oil", ago=30 * DAY), bought("oil", ago=20 * DAY))
    assert days(recommend.used_up(shop(LASTING), early, NOW)) == [("oil", 34)]
    hoard = situation(bought("oil", ago=30 * DAY, pieces=9), bought("oil", ago=20 * DAY))
    assert days(recommend.used_up(shop(LASTING), hoard, NOW)) == [("oil", -16 + 30 + 30)]


def test_the_order_that_brought_the_last_of_it_is_named() -> None:
    orders = situation(bought("oil", ago=300 * DAY), bought("oil", ago=40 * DAY))
    ((_, order_, _),) = recommend.used_up(shop(LASTING), orders, NOW)
    assert order_ is orders.orders[-1]


def test_gifts_are_used_up_by_somebody_else() -> None:
    assert recommend.used_up(shop(LASTING), situation(bought("oil", gift=True)), NOW) == ()


def test_articles_of_a_need_that_the_seller_names_are_one_stock() -> None:
    green = replace(LASTING, key="woo:green", name="green", need="tea", category="Food")
    black = replace(LASTING, key="woo:black", name="black", need="tea", category="Food")
    orders = situation(bought("green", ago=60 * DAY), bought("black", ago=20 * DAY))
    assert days(recommend.used_up(shop(green, black), orders, NOW)) == [("black", 14)]


def test_an_article_is_worn_so_many_days_after_it_arrived_or_its_accessory_did() -> None:
    known = shop(replace(BOARD, worn_after_days=90, accessories=("woo:oil",)), OIL)
    first = bought("board", ago=200 * DAY)
    assert days(recommend.worn(known, situation(first), NOW)) == [("board", 90 - 196)]
    second = bought("oil", ago=50 * DAY)
    ((_, from_, day),) = recommend.worn(known, situation(first, second), NOW)
    assert (from_, (day - NOW.date()).days) == (second, 90 - 46)


def test_an_article_is_outgrown_until_they_have_what_comes_next() -> None:
    known = shop(article("small", next_article="woo:large", next_after_days=300), article("large"))
    first = bought("small", ago=280 * DAY)
    assert days(recommend.outgrown(known, situation(first), NOW)) == [("small", 300 - 276)]
    assert recommend.outgrown(known, situation(first, bought("large", ago=5 * DAY)), NOW) == ()


def test_accessories_what_follows_and_what_is_bought_again_are_offered_only_where_they_may_be() -> None:
    stone = article("stone", durable=True)
    board = replace(BOARD, accessories=("woo:oil", "woo:stone", "woo:gone"), next_article="woo:bowl")
    known = shop(board, replace(OIL, in_stock=False), stone, BOWL)
    person: Situation = situation(bought("board"))
    assert recommend.accessories(known, person, PROFILE, board, NOW) == (stone,)
    assert recommend.accessories(known, situation(bought("board", "stone")), PROFILE, board, NOW) == ()
    assert recommend.following(known, person, PROFILE, board, NOW) == (BOWL,)
    assert recommend.again(known, situation(bought("oil")), PROFILE, known.articles["woo:oil"], NOW) == ()


def test_where_one_is_sold_out_another_of_its_need_is_offered_again() -> None:
    green = article("green", need="tea", category="Food", in_stock=False)
    black = article("black", need="tea", category="Food")
    assert recommend.again(shop(green, black), situation(bought("green")), PROFILE, green, NOW) == (black,)


# ---- better than chance and than what is most popular -------------------------------------------------------


def test_in_a_shop_with_known_complements_the_next_order_is_met_twice_as_often_as_by_what_is_popular() -> None:
    dice = random.Random(7)
    goes_with = {number: number + 1 for number in range(0, 20, 2)}
    orders: list[tuple[int, int]] = []  # what each person bought first and next
    for _ in range(1_500):
        first = dice.choice(list(goes_with))
        orders.append((first, goes_with[first] if dice.random() < 0.4 else dice.randrange(30)))
    taught, asked = orders[:1_000], orders[1_000:]
    rows = [
        (who, 2 * who + back, baskets.DAY * 30 * back, two[back]) for who, two in enumerate(taught) for back in (0, 1)
    ]
    customer, order_, at, bought_ = np.array(rows).T
    none, one = np.full(30, -1), np.ones(len(rows), np.int64)
    lines = baskets.Lines(customer, order_, at, bought_, one, np.zeros(len(rows), np.int64))
    keys = [f"woo:a{number}" for number in range(30)]
    learnt = baskets.named(baskets.learn(lines, none, none), keys, [])
    known = shop(*(article(f"a{number}") for number in range(30)), after=learnt.after, bought=learnt.bought)
    popular = [number for number, _ in Counter(bought_.tolist()).most_common()]
    ours = theirs = 0
    for first, then in asked:
        ours += f"a{then}" in suggested(known, bought(f"a{first}"))
        theirs += then in [number for number in popular if number != first][:3]
    assert ours > 0.35 * len(asked) > 2 * theirs
