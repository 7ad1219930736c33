"""What makes each rule due: parcels, articles, festivals, seasons, reviews, coupons; and what ends it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon import library
from retcon.model.offers import Code, Offers, Style, Worth
from retcon.model.orders import Coupon, Order, OrderLine, OrderState, Review
from retcon.model.people import ConsentState
from retcon.model.playbook import Occasion, Rule
from retcon.model.policy import Answer
from retcon.model.products import Article, Assortment, Repeat, Suggestion
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.model.standing import Tier
from retcon.retention import playbook
from tests.situations import DAY, NOW, PROFILE, consent, customer, order, situation, standing

HOME = Path("nobody's home")
ALL = {rule.id: rule for rule in library.rules(HOME)}
OF_DAYS = tuple(rule for rule in ALL.values() if rule.trigger in playbook.TRIGGERS)


def article(number: str, name: str, **changes: Any) -> Article:
    facts = {"key": f"woo:{number}", "name": name, "link": f"https://shop.example/{number}", "price_minor": 2900}
    return Article(**{**facts, **changes})


BOWL = article("7", "Stoneware bowl", texts={"tips": {"fr": "Warm it first."}, "uses": {"fr": "For bread."}})
COFFEE = article("8", "Coffee beans", repeat=Repeat(days=30, low=25, high=36), price_minor=1400)
GRINDER = article("9", "Coffee grinder", worn_after_days=90, accessories=("woo:10",), durable=True)
BURRS = article("10", "Grinder burrs")
CUP = article("11", "Learner's cup, 6 months", next_article="woo:12", next_after_days=180)
BIGGER = article("12", "Learner's cup, 12 months")
ASSORTMENT = Assortment(
    articles={each.key: each for each in (BOWL, COFFEE, GRINDER, BURRS, CUP, BIGGER)},
    after={"woo:7": (Suggestion(article="woo:9", lift=3.0, people=12),)},
)
FULL = Offers(
    membership="Friends of the kiln",
    benefits=dict.fromkeys(Style, ("free_returns",)),
    win_back=dict.fromkeys(Style, "note"),
    referral={Style.PERSONAL: "two_way"},
    amounts={"": {"yours": Worth(percent=10), "friends": Worth(percent=10)}},
    coupon=Code(code="BACK15", worth=Worth(percent=15), days=30, styles=frozenset({Style.CASH_BACK})),
)


def shop(**changes: Any) -> Shop:
    facts = {
        "assortment": ASSORTMENT,
        "offers": FULL,
        "own": library.own_days(HOME),
        "phrases": library.phrases(HOME),
        "profiles": {"": PROFILE},
        "zone": "Europe/Berlin",
    }
    return Shop(**{**facts, **changes})


SHOP = shop()


def bought(*numbers: str, ago: int, id_: str = "1042", quantity: int = 1, arrived: int | None = None) -> Order:
    """An order of these articles, so many days old, whose parcel arrived so many days ago."""
    lines = tuple(OrderLine(name=f"n{number}", quantity=quantity, product_id=number) for number in numbers)
    at = NOW - DAY * arrived if arrived is not None else None
    return order(id_, ago=ago * DAY, lines=lines, delivered_at=at, shipped_at=NOW - ago * DAY + DAY)


def one(*orders: Order, now: datetime = NOW, **changes: Any) -> Situation:
    """Somebody with these orders, as their standing would be."""
    last = orders[-1] if orders else None
    silent = (now - (last.delivered_at or last.placed_at)).days if last else 0
    facts: dict[str, Any] = {
        "orders": len(orders),
        "first_order_at": orders[0].placed_at if orders else None,
        "last_order_at": last.placed_at if last else None,
        "silent_days": 0 if last is not None and last.under_way else silent,
        "under_way": last is not None and last.under_way,
    }
    return situation(*orders, standing=standing(**facts), **changes) if orders else none(**changes)


def none(**changes: Any) -> Situation:
    """Somebody without an order that counts."""
    return replace(situation(standing=standing(orders=0, first_order_at=None), **changes), orders=())


def due(id_: str, found: Situation, at: Shop = SHOP, now: datetime = NOW, **changes: Any) -> Occasion | None:
    """The occasion of that rule, if it is due."""
    said = playbook.due((replace(ALL[id_], **changes),), found, at, now)
    assert len(said) <= 1
    return said[0] if said else None


def left(id_: str, found: Situation, at: Shop = SHOP, now: datetime = NOW) -> str:
    return playbook.left_out(ALL[id_], found, at, now)


def still(id_: str, found: Situation, anchor: str, at: Shop = SHOP, now: datetime = NOW) -> str:
    return playbook.still_due(ALL[id_], found, at, anchor, now).reason


# ---- parcels ----------------------------------------------------------------------------------------------------


def test_that_it_arrived_is_said_within_a_day_of_a_first_parcel_estimated_or_known() -> None:
    found = due("arrived", one(bought("7", ago=6, arrived=0)))
    assert found is not None
    assert (found.anchor, found.due_at) == ("woo:1042", NOW)
    estimated = replace(bought("7", ago=6, arrived=0), delivered_estimated=True)
    assert due("arrived", one(estimated)).reason == "The parcel should have arrived just now."  # type: ignore[union-attr]
    assert due("arrived", one(bought("7", ago=9, arrived=3))) is None


def test_a_parcel_that_is_under_way_hasnt_arrived() -> None:
    assert left("arrived", one(bought("7", ago=3))) == "The parcel is under way."


def test_a_word_of_the_sellers_own_makes_the_first_contact() -> None:
    waiting = one(bought("7", ago=5, arrived=1))
    assert due("first-contact", waiting) is not None
    spoken = replace(waiting, spoke_at=NOW - 2 * DAY)
    assert left("first-contact", spoken) == "You have written to them on 18 Nov."
    assert still("first-contact", spoken, "woo:1042").startswith("You have written to them on 18 Nov. “A")
    assert due("first-contact", replace(waiting, spoke_at=NOW - 30 * DAY)) is not None


def test_the_thanks_for_an_order_give_way_to_the_note_on_its_parcel() -> None:
    waiting = one(order(ago=DAY, shipped_at=None, delivered_at=None))
    assert due("order-note", waiting) is not None
    left_now = one(order(ago=DAY, shipped_at=NOW - timedelta(hours=1), delivered_at=None))
    assert due("order-note", left_now) is None
    assert due("parcel-note", left_now) is not None
    assert still("order-note", left_now, "woo:1042").startswith("The parcel is under way.")


def test_tips_are_for_what_was_never_bought_before_and_only_where_they_are_written() -> None:
    found = due("usage-tips", one(bought("7", ago=6, arrived=1)))
    assert found is not None
    assert found.about.article == BOWL
    again = one(bought("7", ago=100, arrived=95, id_="1"), bought("7", ago=6, arrived=1))
    assert due("usage-tips", again) is None
    assert left("usage-tips", one(bought("9", ago=6, arrived=1))) == (
        "No tips for the article are written in “fr”: products.toml."
    )


def test_a_review_is_asked_for_what_wasnt_reviewed_yet() -> None:
    found = one(bought("7", ago=20, arrived=15))
    assert due("review-request", found) is not None
    said = Review(
        source="woo", source_id="1", product_id="7", email="", name="", rating=5, body="", created_at=NOW - DAY
    )
    assert due("review-request", replace(found, reviews=(said,))) is None
    rested = replace(found, decided_at={"review-request": NOW - 30 * DAY})
    assert left("review-request", rested) == "The last one was decided 30 days ago; the next from 20 Dec on."


# ---- what follows from the number of orders -----------------------------------------------------------------------


def orders(count: int, *, last_ago: int = 20) -> tuple[Order, ...]:
    return tuple(
        bought("7", ago=last_ago + 40 * place, arrived=last_ago + 40 * place - 4, id_=str(count - place))
        for place in range(count - 1, -1, -1)
    )


@pytest.mark.parametrize(("count", "anchor"), [(2, None), (3, "woo:3"), (4, "woo:4"), (5, None)])
def test_membership_is_for_the_third_and_the_fourth_order_each_once(count: int, anchor: str | None) -> None:
    found = due("membership", one(*orders(count)))
    assert (found.anchor if found else None) == anchor
    if found:
        assert found.reason == f"{'Third' if count == 3 else 'Fourth'} order 20 days ago."


def test_membership_isnt_due_where_nothing_is_given() -> None:
    poor = shop(offers=Offers())
    assert left("membership", one(*orders(3)), poor) == (
        "You have no circle of regular customers: offers.toml, [membership]."
    )
    assert playbook.impossible(ALL["membership"], poor)
    assert not playbook.impossible(ALL["membership"], SHOP)


def test_the_letters_to_friends_happen_once_for_a_person() -> None:
    fifth, sixth = due("co-creation", one(*orders(5, last_ago=30))), due("co-creation", one(*orders(6, last_ago=30)))
    assert fifth is not None
    assert sixth is not None
    assert fifth.anchor == sixth.anchor == playbook.ONCE


# ---- articles -----------------------------------------------------------------------------------------------------


def test_what_is_used_up_is_due_fifteen_days_before_with_the_article_itself() -> None:
    found = due("replenishment", one(bought("8", ago=20, arrived=16)))
    assert found is not None
    assert found.anchor == "woo:1042/8"
    assert found.about.offers == (COFFEE,)
    assert found.about.used_up == (NOW + 14 * DAY).date()
    assert found.reason == "Coffee beans is probably used up in 14 days: you say that one lasts 30 days."
    assert due("replenishment", one(bought("8", ago=18, arrived=14))) is None
    assert due("replenishment", one(bought("8", ago=20, arrived=16, quantity=2))) is None


def test_what_is_out_of_stock_is_not_offered_and_says_so() -> None:
    gone = replace(COFFEE, in_stock=False)
    empty = shop(assortment=replace(ASSORTMENT, articles={**ASSORTMENT.articles, "woo:8": gone}))
    found = one(bought("8", ago=20, arrived=16))
    assert due("replenishment", found, empty) is None
    assert still("replenishment", found, "woo:1042/8", empty) == (
        "Coffee beans is out of stock now. “Used up soon” no longer fits."
    )


def test_who_has_bought_it_again_isnt_reminded() -> None:
    again = one(bought("8", ago=20, arrived=16), bought("8", ago=1, arrived=0, id_="1043"))
    assert still("replenishment", again, "woo:1042/8").startswith("Bought again Thursday")


def test_accessories_are_due_at_the_age_that_the_seller_has_set() -> None:
    found = due("accessories", one(bought("9", ago=95, arrived=91)))
    assert found is not None
    assert (found.anchor, found.about.article, found.about.offers) == ("woo:1042/9", GRINDER, (BURRS,))
    since = one(bought("9", ago=95, arrived=91), bought("10", ago=10, arrived=6, id_="1043"))
    assert due("accessories", since) is None
    assert due("accessories", one(bought("9", ago=80, arrived=76))) is None
    assert left("accessories", one(bought("7", ago=95, arrived=91))).startswith("Nothing of theirs wants an accessory")


def test_what_is_outgrown_is_followed_by_the_next_two_weeks_before() -> None:
    found = due("next-size", one(bought("11", ago=172, arrived=168)))
    assert found is not None
    assert found.about.offers == (BIGGER,)
    assert due("next-size", one(bought("11", ago=160, arrived=156))) is None
    owned = one(bought("11", ago=172, arrived=168), bought("12", ago=10, arrived=6, id_="1043"))
    assert due("next-size", owned) is None


def test_a_reason_to_return_is_what_others_bought_next() -> None:
    found = due("reason-to-return", one(bought("7", ago=20, arrived=16)))
    assert found is not None
    assert found.about.offers == (GRINDER,)
    assert due("reason-to-return", one(bought("12", ago=20, arrived=16))) is None


# ---- the calendar -------------------------------------------------------------------------------------------------


def living(country: str, **changes: Any) -> Situation:
    found = one(*orders(2))
    return replace(found, customer=customer(country=country, language="en", zones=(), **changes))


@pytest.mark.parametrize(
    ("country", "on", "anchor"),
    [
        ("DE", date(2026, 11, 12), None),
        ("DE", date(2026, 11, 13), "black-friday:2026"),
        ("DE", date(2026, 11, 27), "black-friday:2026"),
        ("SA", date(2027, 2, 10), "eid-al-fitr:2027"),
    ],
)
def test_a_festival_is_due_where_they_live_by_its_own_days(country: str, on: date, anchor: str | None) -> None:
    rule = "festival-sale" if country == "DE" else "festival-gift"
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    found = replace(living(country), standing=standing(orders=2, silent_days=30))
    occasions = playbook.due((ALL[rule],), found, SHOP, now)
    assert [it.anchor for it in occasions][:1] == ([anchor] if anchor else [])


def test_a_festival_of_gifts_ends_when_no_parcel_would_arrive_in_time() -> None:
    now = datetime(2026, 12, 22, 9, tzinfo=UTC)
    found = replace(living("DE"), standing=standing(orders=2, silent_days=30))
    assert "christmas" not in {
        it.anchor.split(":")[0] for it in playbook.due((ALL["festival-gift"],), found, SHOP, now)
    }
    assert still("festival-gift", found, "christmas:2025", now=now).startswith("The festival is over")


def test_of_the_days_of_shopping_one_is_enough() -> None:
    now = datetime(2026, 11, 28, 9, tzinfo=UTC)
    found = replace(living("DE"), standing=standing(orders=2, silent_days=30))
    assert playbook.due((ALL["festival-sale"],), found, SHOP, now)
    rested = replace(found, decided_at={"festival-sale": now - 10 * DAY})
    assert playbook.due((ALL["festival-sale"],), rested, SHOP, now) == ()


def test_a_season_begins_where_they_live_and_is_told_once_a_year() -> None:
    december, june = datetime(2026, 12, 10, 9, tzinfo=UTC), datetime(2027, 7, 10, 9, tzinfo=UTC)
    north = replace(living("DE"), standing=standing(orders=3, silent_days=30))
    found = due("value-letter", north, now=december)
    assert found is not None
    assert (found.about.season, found.anchor) == ("winter", "winter:2026")
    south = replace(living("AU"), standing=standing(orders=3, silent_days=30))
    assert due("value-letter", south, now=june, expires_days=60).about.season == "winter"  # type: ignore[union-attr]
    assert still("value-letter", north, "winter:2026", now=june).startswith("The season is over.")


def test_nothing_is_advertised_where_the_country_is_left_in_peace() -> None:
    quiet = shop(mutes={"FR": NOW + 5 * DAY})
    found = one(bought("7", ago=20, arrived=16))
    assert left("reason-to-return", found, quiet) == "Nothing is advertised in France until 25 Nov."
    assert due("arrived", one(bought("7", ago=6, arrived=0)), quiet) is not None


# ---- what they did, or let be -------------------------------------------------------------------------------------


def cancelled(**changes: Any) -> Order:
    facts = {"state": OrderState.CANCELLED, "modified_at": NOW - DAY, "shipped_at": None, "delivered_at": None}
    return order("77", ago=2 * DAY, **{**facts, **changes})


def test_a_cancelled_order_is_asked_about_even_of_who_has_no_other() -> None:
    found = due("cancelled-order", none(lost=(cancelled(),)))
    assert found is not None
    assert (found.anchor, found.reason) == ("woo:77", "Order 77 was cancelled 1 day ago.")
    assert found.about.order == cancelled()


def test_who_ordered_again_knows_that_the_first_was_cancelled() -> None:
    again = one(bought("7", ago=0, id_="78"), lost=(cancelled(),))
    assert left("cancelled-order", again).startswith("Ordered again at")
    assert due("cancelled-order", none(lost=(cancelled(modified_at=NOW - 90 * DAY),))) is None
    old = cancelled()
    assert due("cancelled-order", none(lost=(replace(old, placed_at=NOW - 400 * DAY),))) is None
    assert still("cancelled-order", none(), "woo:77").startswith("The order isn't cancelled any more.")


@pytest.mark.parametrize(("rating", "answered"), [(5, True), (4, True), (3, False), (1, False)])
def test_a_good_review_is_thanked_for(rating: int, answered: bool) -> None:
    said = Review(
        source="woo", source_id="3", product_id="7", email="", name="", rating=rating, body="", created_at=NOW - DAY
    )
    found = due("review-answer", one(bought("7", ago=40, arrived=36), reviews=(said,)))
    assert (found is not None) is answered
    if found:
        assert (found.anchor, found.about.review) == ("review:woo:3", said)
        assert found.reason == "5 of 5 for Stoneware bowl, 1 day ago." or rating == 4


def test_a_coupon_of_theirs_that_ended_unused_is_spoken_of() -> None:
    coupon = Coupon(source="woo", source_id="5", code="welcome", expires_at=NOW - DAY, created_at=NOW - 40 * DAY)
    found = due("coupon-expired", one(bought("7", ago=80, arrived=76), coupons=(coupon,)))
    assert found is not None
    assert (found.anchor, found.reason) == ("coupon:woo:5", "Their code WELCOME ended unused on 19 Nov.")
    since = one(bought("7", ago=10, arrived=6), coupons=(coupon,))
    assert left("coupon-expired", since).startswith("Bought without it")


def test_permission_is_asked_for_only_where_one_may_and_nobody_knows() -> None:
    found = one(bought("7", ago=10, arrived=5))
    asking = shop(profiles={"": replace(PROFILE, invites=True)})
    assert due("permission", found, asking) is not None
    assert left("permission", found) == "One may not ask there without being asked."
    for state in (ConsentState.GRANTED, ConsentState.DENIED):
        said = replace(found, consents=(consent(state),))
        assert left("permission", said, asking).startswith("Said yes" if state == "granted" else "Said no")
    free = shop(profiles={"": replace(PROFILE, invites=True, opt_out=frozenset({"email"}))})
    assert left("permission", found, free) == "Nobody need be asked there before advertising by e-mail."


# ---- win-back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "tier", "style", "rules"),
    [
        (75, Tier.REGULAR, Style.PERSONAL, ["sleepers"]),
        (120, Tier.REGULAR, Style.PERSONAL, ["win-back"]),
        (200, Tier.REGULAR, Style.PERSONAL, []),
        (200, Tier.REGULAR, Style.CASH_BACK, ["win-back-coupon"]),
        (200, Tier.VIP, Style.CASH_BACK, ["vip-silent"]),
        (75, Tier.VIP, Style.PERSONAL, ["vip-silent"]),
    ],
)
def test_a_coupon_comes_last_where_it_is_in_good_taste_and_never_to_a_vip(
    days: int, tier: Tier, style: Style, rules: list[str]
) -> None:
    there = shop(profiles={"": replace(PROFILE, style=style)})
    found = one(*orders(3, last_ago=days + 4))
    found = replace(found, standing=replace(found.standing, tier=tier))
    win_back = [ALL[id_] for id_ in ("sleepers", "vip-silent", "win-back", "win-back-coupon")]
    assert [it.rule.id for it in playbook.due(win_back, found, there, NOW)] == rules


# ---- the words of [when] --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"countries": frozenset({"FR"})}, ""),
        ({"countries": frozenset({"DE"})}, "Lives in France."),
        ({"not_countries": frozenset({"FR"})}, "Lives in France."),
        ({"styles": frozenset({"personal"})}, ""),
        ({"styles": frozenset({"cultural"})}, "The style in France is “personal”."),
        ({"segment": "regulars"}, ""),
        ({"segment": "others"}, "Not in the segment “others”."),
        ({"delivered_days": (60, 90)}, ""),
        ({"delivered_days": (0, 9)}, "The parcel arrived 70 days ago."),
        ({"orders": (1, 1)}, "Has 2 orders."),
    ],
)
def test_who_isnt_meant_is_told_why(when: Mapping[str, object], said: str) -> None:
    rule = replace(ALL["sleepers"], when=when)
    known = shop(segments={"regulars": frozenset({1})})
    assert playbook.left_out(rule, one(*orders(2, last_ago=74)), known, NOW) == said


def test_who_is_left_alone_is_due_nothing() -> None:
    found = one(*orders(2, last_ago=74))
    alone = replace(found, customer=customer(left_alone=True))
    assert left("sleepers", alone) == "You leave them alone."
    assert playbook.due(OF_DAYS, alone, SHOP, NOW) == ()


def test_a_person_always_gets_the_same_of_several_texts() -> None:
    rule = replace(ALL["sleepers"], variants=("sleepers-b", "sleepers-c"))
    given_to = {id_: playbook.text_of(rule, id_) for id_ in range(1, 300)}
    assert given_to == {id_: playbook.text_of(replace(rule, title="Other"), id_) for id_ in given_to}
    counts = [list(given_to.values()).count(name) for name in ("sleepers", "sleepers-b", "sleepers-c")]
    assert min(counts) > 60


def test_of_several_for_one_person_the_first_by_priority_comes_first() -> None:
    both = playbook.due((ALL["review-request"], ALL["sleepers"]), one(*orders(2, last_ago=74)), SHOP, NOW)
    late = replace(both[0], rule=replace(both[0].rule, id="a", priority=9), due_at=NOW - 99 * DAY)
    assert [it.rule.id for it in playbook.in_order((late, both[0]))] == ["sleepers", "a"]


# ---- what holds of all of them --------------------------------------------------------------------------------------

_articles = st.lists(st.sampled_from(("7", "8", "9", "10", "11", "12", "")), min_size=1, max_size=3)


@st.composite
def lives(draw: st.DrawFn) -> Situation:
    """Anybody: some orders, some of them arrived, reviews, coupons, cancellations."""
    ages = sorted(draw(st.lists(st.integers(0, 500), max_size=6)), reverse=True)
    found: list[Order] = []
    for place, ago in enumerate(ages):
        way = draw(st.integers(-2, 12))
        arrived = ago - way if 0 <= way <= ago else None
        made = bought(*draw(_articles), ago=ago, id_=str(place), quantity=draw(st.integers(1, 4)), arrived=arrived)
        found.append(replace(made, shipped_at=None) if way == -2 else made)
    reviews = tuple(
        Review(
            source="woo",
            source_id=str(place),
            product_id="7",
            email="",
            name="",
            rating=stars,
            body="",
            created_at=NOW - ago * DAY,
        )
        for place, (stars, ago) in enumerate(
            draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=2))
        )
    )
    coupons = tuple(
        Coupon(source="woo", source_id=str(place), code="C", expires_at=NOW - ago * DAY, created_at=NOW - 60 * DAY)
        for place, ago in enumerate(draw(st.lists(st.integers(-5, 30), max_size=2)))
    )
    lost = (cancelled(modified_at=NOW - draw(st.integers(0, 9)) * DAY),) if draw(st.booleans()) else ()
    place = draw(st.sampled_from(("DE", "US", "SA", "KR", "AU", "TH", "FR", "")))
    about: dict[str, Any] = {"reviews": reviews, "coupons": coupons, "lost": lost}
    life = one(*found, **about) if found else none(**about)
    where = replace(life.standing, tier=draw(st.sampled_from(Tier)))
    return replace(life, standing=where, customer=customer(country=place, language="en", zones=()))


_rules = st.lists(
    st.sampled_from(OF_DAYS).flatmap(
        lambda rule: st.builds(replace, st.just(rule), once=st.booleans(), priority=st.integers(1, 9))
    ),
    max_size=8,
    unique_by=lambda rule: rule.id,
)
_moments = st.integers(-50 * 24, 130 * 24).map(lambda hours: NOW + timedelta(hours=hours))
_often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_often
@given(_rules, lives())
def test_no_rule_is_due_twice_for_an_anchor_and_what_is_due_still_fits(rules: list[Rule], found: Situation) -> None:
    every = playbook.due(rules, found, SHOP, NOW)
    keys = [(it.rule.id, it.anchor) for it in every]
    assert len(keys) == len(set(keys))
    for occasion in every:
        assert occasion.due_at <= NOW < occasion.expires_at
        assert occasion.reason.endswith(".")
        verdict = playbook.still_due(occasion.rule, found, SHOP, occasion.anchor, NOW)
        assert verdict.answer is Answer.YES, verdict.reason
        again = playbook.find(occasion.rule, found, SHOP, occasion.anchor, NOW)
        assert again is not None
        assert again.anchor == occasion.anchor


@_often
@given(_rules, lives())
def test_planning_anew_finds_the_same(rules: list[Rule], found: Situation) -> None:
    assert playbook.due(rules, found, SHOP, NOW) == playbook.due(rules, found, SHOP, NOW)
    titled = [replace(rule, title="Other words", stage=rule.stage) for rule in rules]
    before = {(it.rule.id, it.anchor) for it in playbook.due(rules, found, SHOP, NOW)}
    assert {(it.rule.id, it.anchor) for it in playbook.due(titled, found, SHOP, NOW)} == before


@_often
@given(_rules, lives(), _moments)
def test_whoever_is_left_out_is_told_why_and_nobody_else(rules: list[Rule], found: Situation, now: datetime) -> None:
    for rule in rules:
        touched = bool(playbook.due((rule,), found, SHOP, now))
        said = playbook.left_out(rule, found, SHOP, now)
        assert bool(said) is not touched
        assert not said or (said.endswith(".") and "\n" not in said)


@_often
@given(_rules, lives(), st.text(max_size=30))
def test_any_anchor_has_an_answer(rules: list[Rule], found: Situation, anchor: str) -> None:
    for rule in rules:
        verdict = playbook.still_due(rule, found, SHOP, anchor, NOW)
        assert verdict.reason.endswith(".")
