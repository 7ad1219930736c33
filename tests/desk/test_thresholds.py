"""Levels are taken, set and reset as operations, and everybody stands by them with the next refresh."""

from dataclasses import replace

import pytest

from retcon.config import RetentionSettings, TierSettings
from retcon.desk import freshness, operations, ranking, refresh, thresholds
from retcon.errors import Conflict, UsageError
from retcon.model.orders import OrderLine, Product
from retcon.model.standing import Band, Tier
from retcon.model.thresholds import Origin
from retcon.store import standings
from retcon.store import thresholds as stored
from retcon.sync import intake
from tests.purchases import order, take
from tests.suggested import proposal, suggestion, too_few


def propose(house, *proposals, **changes):
    house.database.write(lambda tx: stored.keep_suggestion(tx, suggestion(*proposals, **changes)))


def levels(house, tier=Tier.VIP, category=""):
    found = thresholds.kept(house).of((tier, category))
    return found.warning, found.alarm, found.origin


def holds(house):
    with house.database.read() as tx:
        return freshness.holds(house, tx)


def test_until_somebody_changes_them_our_own_levels_hold(house):
    kept = thresholds.kept(house)
    assert [one.tier for one in kept.in_force] == list(Tier)
    assert {one.origin for one in kept.in_force} == {Origin.DEFAULT}
    assert not any(kept.offers(pick) for pick in kept.picks)


def test_what_is_proposed_is_taken_with_its_evidence_and_taken_back(house):
    propose(house)
    (taken,) = thresholds.take(house, [(Tier.VIP, "")])
    assert levels(house) == (0.45, 0.62, Origin.LEARNT)
    assert taken.evidence == (
        "32 of 40 warned did not come back by themselves within 90 days, it was 33 of 60."
        " Of VIPs silent for 40 days 31 % came back by themselves within 90 days, after 60 days 9 %."
    )
    undone = operations.undo(house)
    assert undone.words == "Taken back: new levels of VIP."
    assert undone.recompute
    assert levels(house) == (0.3, 0.5, Origin.DEFAULT)
    assert operations.redo(house).words == "Done again: new levels of VIP."
    assert levels(house) == (0.45, 0.62, Origin.LEARNT)


def test_all_are_taken_as_one_operation(house):
    propose(house)
    taken = thresholds.take(house)
    assert [(one.tier, one.category) for one in taken] == [
        (Tier.VIP, ""),
        (Tier.PROMISING, ""),
        (Tier.REGULAR, "Tea and coffee"),
        (Tier.ONE_TIME, ""),
    ]
    assert operations.undo(house).words == "Taken back: new levels of 4 tiers."
    assert {one.origin for one in thresholds.kept(house).in_force} == {Origin.DEFAULT}


def test_nothing_is_taken_on_too_few_or_for_another_horizon_or_twice(house):
    with pytest.raises(Conflict, match="has not been asked"):
        thresholds.take(house)
    propose(house, too_few(Tier.VIP, 29))
    with pytest.raises(Conflict, match="Too few to tell: 29 resolved, 30 are needed"):
        thresholds.take(house, [(Tier.VIP, "")])
    propose(house, proposal(), horizon_days=60)
    with pytest.raises(Conflict, match="is for 60 days, and the horizon is 90 now"):
        thresholds.take(house)
    propose(house, proposal())
    thresholds.take(house)
    with pytest.raises(Conflict, match="those that the past proposes"):
        thresholds.take(house)
    with pytest.raises(Conflict, match="says nothing of regular"):
        thresholds.take(house, [(Tier.REGULAR, "")])


def test_levels_are_set_by_hand_and_reset_to_ours(house):
    thresholds.put(house, Tier.VIP, 0.2, 0.4)
    assert levels(house) == (0.2, 0.4, Origin.SET)
    thresholds.put(house, Tier.VIP, 0.25, 0.45)
    assert operations.undo(house).back == 1
    assert levels(house) == (0.2, 0.4, Origin.SET)
    thresholds.reset(house)
    assert levels(house) == (0.3, 0.5, Origin.DEFAULT)
    assert operations.undo(house).words == "Taken back: our own levels of VIP."
    assert levels(house) == (0.2, 0.4, Origin.SET)
    with pytest.raises(Conflict, match="hold there already"):
        thresholds.reset(house, [(Tier.HIGH, "")])


@pytest.mark.parametrize(
    ("warning", "alarm"), [(0.5, 0.5), (0.6, 0.5), (0, 0.5), (1, 0.5), (-1, 0.5), (30, 50), (float("nan"), 0.5)]
)
def test_what_are_no_levels_is_refused(house, warning, alarm):
    with pytest.raises(UsageError, match="don't go together"):
        thresholds.put(house, Tier.VIP, warning, alarm)


def test_a_tier_may_be_never_warned_of_or_without_alarms(buyers):
    for tier in Tier:
        thresholds.put(buyers, tier, 1, 1)
    ranking.restand(buyers)
    assert set(bands(buyers).values()) == {Band.LOW}
    for tier in Tier:
        thresholds.put(buyers, tier, 0.01, 1)
    ranking.restand(buyers)
    assert set(bands(buyers).values()) == {Band.MEDIUM}


def test_a_category_is_one_of_the_shops(house):
    mug = Product(source_id="1", name="Mug", categories=("Cups", "Sale"))
    house.database.write(lambda tx: intake.keep(tx, "woo", [mug], "EUR"))
    assert thresholds.put(house, Tier.VIP, 0.2, 0.4, "cups").category == "Cups"
    assert levels(house, Tier.VIP, "Cups")[:2] == (0.2, 0.4)
    assert levels(house, Tier.VIP)[:2] == (0.3, 0.5)
    with pytest.raises(UsageError, match="No product has the category “Tea”"):
        thresholds.put(house, Tier.VIP, 0.2, 0.4, "Tea")


@pytest.fixture
def buyers(house):
    """Customers with three orders each, the later ones silent for longer; each buys cups or tea."""
    products = [
        Product(source_id=place, name=place, categories=(name,)) for place, name in (("1", "Cups"), ("2", "Tea"))
    ]
    house.database.write(lambda tx: intake.keep(tx, "woo", products, "EUR"))
    orders = []
    for customer in range(1, 41):
        line = (OrderLine(name="x", product_id=str(1 + customer % 2), total_minor=5_000),)
        for month in (1, 3, 5):
            orders.append(order(str(customer), f"2026-{month + customer % 6:02}-10", lines=line))
    take(house.database, *orders)
    return house


def bands(house):
    with house.database.read() as tx:
        return {one.customer_id: one.band for one in standings.every(tx)}


def test_everybody_stands_by_new_levels_with_the_next_refresh(buyers):
    refresh.refresh(buyers)
    assert holds(buyers)
    before = bands(buyers)
    for tier in Tier:
        thresholds.put(buyers, tier, 0.01, 0.02)
    assert not holds(buyers)
    assert refresh.refresh(buyers).everybody
    assert holds(buyers)
    after = bands(buyers)
    assert Band.LOW in before.values()
    assert set(after.values()) <= {Band.MEDIUM, Band.HIGH}
    for _ in Tier:
        operations.undo(buyers)
    refresh.refresh(buyers)
    assert bands(buyers) == before


def test_levels_of_a_category_hold_for_those_who_buy_it(buyers):
    for tier in Tier:
        thresholds.put(buyers, tier, 0.98, 0.99)
        thresholds.put(buyers, tier, 0.01, 0.02, "Tea")
    ranking.restand(buyers)
    with buyers.database.read() as tx:
        found = list(standings.every(tx))
    assert {one.category for one in found} == {"Cups", "Tea"}
    assert {one.band for one in found if one.category == "Cups"} == {Band.LOW}
    assert Band.LOW not in {one.band for one in found if one.category == "Tea"}


def test_who_is_a_vip_may_be_set_in_the_shops_currency(buyers):
    ranking.restand(buyers)
    with buyers.database.read() as tx:
        yearly = sorted(one.yearly_minor for one in standings.every(tx))
    level = (yearly[len(yearly) // 2] - 1) / 100
    retention = RetentionSettings(tiers=TierSettings(vip=level, high=0))
    chosen = replace(buyers, settings=replace(buyers.settings, retention=retention))
    ranking.restand(chosen)
    with buyers.database.read() as tx:
        vips = [one for one in standings.every(tx) if one.tier is Tier.VIP]
    assert {one.yearly_minor >= level * 100 for one in vips} == {True}
    assert len(vips) == sum(value >= level * 100 for value in yearly)


def test_the_past_is_asked_and_what_it_said_is_kept(buyers):
    steps = []
    found = thresholds.suggest(buyers, lambda *step: steps.append(step))
    assert found == thresholds.kept(buyers).suggestion
    assert found.weeks > 1
    assert steps[-1] == ("weeks", found.weeks, found.weeks)
    assert (found.customers, found.of) == (40, 40)
    assert all(not proposal.changes for proposal in found.proposals if proposal.resolved < 30)


def test_a_shop_without_a_past_is_told_what_is_missing(house):
    found = thresholds.suggest(house)
    assert (found.weeks, found.history_days, found.proposals) == (0, 0, ())
    assert not thresholds.kept(house).possible
