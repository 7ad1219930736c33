"""For whom a rule is due, once for which occasion, and what makes it no longer fit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon import library
from retcon.model.playbook import Rule
from retcon.model.policy import Answer
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.model.standing import Tier
from retcon.retention import playbook
from tests.situations import DAY, NOW, order, situation, standing

SHOP = Shop()
BERLIN = Shop(zone="Europe/Berlin")
ALL = {rule.id: rule for rule in library.rules(Path("nobody's home"))}
# Those that wait for days since a first order, and for silence.
RULES = {id_: ALL[id_] for id_ in ("parcel-note", "sleepers", "vip-silent")}


def first_order(ago: timedelta, **changes: Any) -> Situation:
    """Somebody whose only order was placed so long ago."""
    facts = {"shipped_at": None, "delivered_at": None} | changes
    placed = order(ago=ago, **facts)
    under_way = placed.shipped_at is not None
    return situation(
        placed,
        standing=standing(first_order_at=placed.placed_at, silent_days=0, under_way=under_way, tier=Tier.NEW),
    )


def silent(days: int, **changes: Any) -> Situation:
    """Somebody who has been silent so long since the last of three parcels."""
    last = order("9", ago=(days + 4) * DAY)
    facts = {"orders": 3, "silent_days": days, "cycle_days": 21.4} | changes
    return situation(order("7", ago=400 * DAY), order("8", ago=300 * DAY), last, standing=standing(**facts))


def ids(found: Situation, now: datetime = NOW) -> list[str]:
    return [occasion.rule.id for occasion in playbook.due(RULES.values(), found, SHOP, now)]


# ---- when it is due -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "shipped", "due"),
    [
        (timedelta(hours=3), None, False),
        (timedelta(hours=3), NOW - timedelta(hours=1), True),
        (2 * DAY - timedelta(hours=1), None, False),
        (2 * DAY, None, True),
        (7 * DAY + timedelta(hours=23), None, True),
        (8 * DAY, None, False),
        (8 * DAY, NOW - DAY, False),
    ],
)
def test_the_parcel_note_is_due_from_shipping_or_the_second_day_until_the_seventh(
    ago: timedelta, shipped: datetime | None, due: bool
) -> None:
    assert ids(first_order(ago, shipped_at=shipped)) == (["parcel-note"] if due else [])


def test_the_parcel_note_is_for_the_first_order_alone() -> None:
    found = first_order(2 * DAY)
    twice = replace(found, orders=(*found.orders, order("2", ago=DAY)), standing=replace(found.standing, orders=2))
    assert ids(twice) == []


@pytest.mark.parametrize(
    ("days", "tier", "due"),
    [
        (59, Tier.REGULAR, []),
        (60, Tier.REGULAR, ["sleepers"]),
        (90, Tier.ONE_TIME, ["sleepers"]),
        (91, Tier.REGULAR, []),
        (44, Tier.VIP, []),
        (45, Tier.VIP, ["vip-silent"]),
        (75, Tier.VIP, ["vip-silent"]),
        (366, Tier.VIP, []),
    ],
)
def test_who_is_silent_is_written_to_by_worth(days: int, tier: Tier, due: list[str]) -> None:
    assert ids(silent(days, tier=tier)) == due


def test_a_parcel_under_way_is_no_silence() -> None:
    assert ids(silent(70, under_way=True)) == []


def test_nobody_without_a_counted_order_is_written_to() -> None:
    assert ids(replace(silent(70), orders=())) == []


def test_an_occasion_carries_the_sources_own_id_and_says_why() -> None:
    (found,) = playbook.due(RULES.values(), silent(47, tier=Tier.VIP), SHOP, NOW)
    assert found.anchor == "woo:9"
    assert found.reason == "Silent 47 days, usually 21."
    assert found.due_at == NOW - 2 * DAY
    assert found.expires_at == found.due_at + (366 - 45) * DAY


def test_the_occasion_of_a_silence_stays_the_same_from_day_to_day() -> None:
    (today,) = playbook.due(RULES.values(), silent(61), SHOP, NOW)
    tomorrow_there = silent(61, silent_days=62)
    (tomorrow,) = playbook.due(RULES.values(), tomorrow_there, SHOP, NOW + DAY)
    assert (today.anchor, today.due_at, today.expires_at) == (tomorrow.anchor, tomorrow.due_at, tomorrow.expires_at)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (first_order(50 * timedelta(hours=1)), "First order 2 days ago, nothing known of its parcel."),
        (
            first_order(2 * DAY, shipped_at=NOW - timedelta(hours=5)),
            "First order 2 days ago, its parcel left 5 hours ago.",
        ),
    ],
)
def test_the_reason_of_a_parcel_note_says_where_the_parcel_is(found: Situation, reason: str) -> None:
    (due,) = playbook.due(RULES.values(), found, SHOP, NOW)
    assert due.reason == reason


def test_a_single_order_has_no_usual_gap_to_speak_of() -> None:
    (due,) = playbook.due(RULES.values(), silent(71, cycle_days=None, orders=1), SHOP, NOW)
    assert due.reason == "Silent 71 days after 1 order."


def test_what_is_at_stake_is_the_spend_expected_within_a_year() -> None:
    assert playbook.stake(situation()) == 9500


# ---- the words of [when] ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({}, True),
        ({"orders": (3, 3)}, True),
        ({"orders": (4, None)}, False),
        ({"tier": frozenset({"vip", "regular"})}, True),
        ({"not_tier": frozenset({"regular"})}, False),
        ({"band": frozenset({"high"})}, False),
        ({"band": frozenset({"medium"})}, True),
        ({"stage": frozenset({"win_back"})}, False),
        ({"parcel": frozenset({"arrived"})}, True),
        ({"parcel": frozenset({"waiting", "under_way"})}, False),
    ],
)
def test_every_condition_must_hold(when: dict[str, object], holds: bool) -> None:
    rule = replace(RULES["sleepers"], when=when)
    assert bool(playbook.due((rule,), silent(70), SHOP, NOW)) is holds


# ---- whether it still is ----------------------------------------------------------------------------------------


def still(rule: str, found: Situation, anchor: str) -> str:
    verdict = playbook.still_due(RULES[rule], found, BERLIN, anchor, NOW)
    assert (verdict.answer is Answer.YES) == (verdict.reason == "It still fits.")
    assert verdict.rule == "still_due"
    return verdict.reason


def bought(found: Situation, ago: timedelta) -> Situation:
    again = order("10", ago=ago, shipped_at=None, delivered_at=None)
    facts = replace(found.standing, orders=found.standing.orders + 1, silent_days=0)
    return replace(found, orders=(*found.orders, again), standing=facts)


def test_what_was_due_a_moment_ago_still_fits() -> None:
    assert still("sleepers", silent(70), "woo:9") == "It still fits."
    assert still("parcel-note", first_order(2 * DAY), "woo:1042") == "It still fits."


def test_it_still_fits_while_it_waits_even_past_its_last_day() -> None:
    assert still("sleepers", silent(92), "woo:9") == "It still fits."


def test_somebody_who_bought_again_is_not_missed() -> None:
    assert still("sleepers", bought(silent(70), timedelta(hours=2)), "woo:9") == (
        "Bought again at 05:52. “We miss you” no longer fits."
    )
    assert still("parcel-note", bought(first_order(5 * DAY), 3 * DAY), "woo:1042") == (
        "Bought again Tuesday 07:52. “Parcel note” no longer fits."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: replace(found, orders=found.orders[:-1]), "The order behind it was cancelled or given back."),
        (lambda found: replace(found, orders=()), "The order behind it was cancelled or given back."),
        (
            lambda found: replace(found, standing=replace(found.standing, under_way=True, silent_days=0)),
            "A parcel is still under way, so this isn't silence.",
        ),
        (
            lambda found: replace(found, standing=replace(found.standing, silent_days=12)),
            "Silent 12 days only: the parcel came later than thought.",
        ),
        (lambda found: replace(found, standing=replace(found.standing, tier=Tier.VIP)), "Now VIP."),
    ],
)
def test_what_happened_since_is_said_first(change: Callable[[Situation], Situation], said: str) -> None:
    assert still("sleepers", change(silent(70)), "woo:9").startswith(said)


def test_an_earlier_order_that_becomes_known_ends_the_first_week() -> None:
    found = first_order(2 * DAY)
    earlier = replace(found, orders=(order("1", ago=90 * DAY), *found.orders))
    assert still("parcel-note", earlier, "woo:1042").startswith("An earlier order is known now.")


def test_a_rule_of_the_sellers_own_says_what_no_longer_holds() -> None:
    rule: Rule = replace(RULES["sleepers"], when={"band": frozenset({"high"}), "parcel": frozenset({"arrived"})})
    verdict = playbook.still_due(rule, silent(70), SHOP, "woo:9", NOW)
    assert verdict.reason.startswith("The risk is medium now.")
