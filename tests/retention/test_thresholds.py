"""What a past whose truth is known proposes."""

from dataclasses import replace

import numpy as np
import pytest

from retcon.model.standing import Tier
from retcon.model.thresholds import NEVER, Threshold
from retcon.retention import thresholds
from retcon.retention.risk import weeks
from retcon.retention.risk.weeks import ABSENT, Weeks
from retcon.retention.thresholds import Terms

DAY, HORIZON, WEEKS = 86_400, 90, 21
PLENTY = Terms(contacts_per_week=1_000, cost=100, save_rate=0.1)


def past(*groups):
    """Weeks of so many people each of a tier, with a probability that is reached, the share that then stays away, and
    what each is worth; one after the other reaches it, spread over the weeks, from 0.1 by way of nothing."""
    rows = [(tier, p, place < round(away * people), worth, place) for tier, people, p, away, worth in groups
            for place in range(people)]  # fmt: skip
    size = len(rows)
    at = np.arange(WEEKS, dtype=np.int64) * 7 * DAY
    reached = np.array([1 + place % (WEEKS - 1) for *_, place in rows])
    week = np.arange(WEEKS)[:, None]
    back_at = at[reached] + 30 * DAY
    stays = np.array([away for _, _, away, _, _ in rows])
    silent = np.maximum(7 * (week - reached) + 40, 1)
    return Weeks(
        horizon_days=HORIZON,
        customer_ids=np.arange(1, size + 1),
        at=at,
        p=np.where(week >= reached, np.array([p for _, p, *_ in rows]), 0.1),
        tier=np.broadcast_to(np.array([list(Tier).index(tier) for tier, *_ in rows], np.int8), (WEEKS, size)).copy(),
        silent_days=silent,
        late=np.ones((WEEKS, size), bool),
        yearly=np.broadcast_to(np.array([float(worth) for *_, worth, _ in rows]), (WEEKS, size)).copy(),
        next_at=np.where(stays | (at[:, None] >= back_at), weeks.NEVER, back_at),
        written=np.zeros((WEEKS, size), bool),
    )


def one(learnt, tier=Tier.VIP, category=""):
    return next(found for found in learnt.proposals if (found.tier, found.category) == (tier, category))


@pytest.mark.parametrize(("people", "enough"), [(29, False), (30, True)])
def test_nothing_is_proposed_on_fewer_than_thirty_resolved_warnings(people, enough):
    found = one(thresholds.learn(past((Tier.VIP, people, 0.6, 0.5, 50_000)), [], PLENTY))
    assert found.resolved == people
    assert found.enough is enough
    assert enough or not found.changes


def test_a_warning_counts_those_who_stayed_away_and_those_who_came_back_by_themselves():
    found = one(thresholds.learn(past((Tier.VIP, 100, 0.6, 0.8, 50_000)), [], PLENTY))
    assert (found.now.warnings.given, found.now.warnings.stayed) == (100, 80)
    assert found.now.weekly == 5
    assert found.people == 100
    assert found.yearly_minor == 50_000


def test_whom_the_seller_wrote_to_meanwhile_is_left_out():
    weeks = past((Tier.VIP, 100, 0.6, 0.8, 50_000))
    weeks.written[:, :40] = True
    found = one(thresholds.learn(weeks, [], PLENTY))
    assert (found.now.warnings.given, found.now.warnings.stayed) == (60, 40)
    assert found.now.weekly == 5  # the seller had the work all the same


def test_where_a_contact_pays_at_a_lower_risk_the_warning_comes_sooner():
    """Promising customers are warned of from 50 % on; half of those who reach 45 % stay away, and are worth much."""
    groups = (Tier.PROMISING, 200, 0.45, 0.5, 50_000), (Tier.PROMISING, 210, 0.2, 0.2, 50_000)
    found = one(thresholds.learn(past(*groups), [], PLENTY), Tier.PROMISING)
    assert found.now.warnings.given == 0
    assert found.then.warning <= 0.45
    assert (found.then.warnings.given, found.then.warnings.stayed) == (200, 100)
    assert found.enough


def test_where_no_contact_pays_nobody_is_warned_of():
    worthless = past((Tier.REGULAR, 200, 0.6, 0.6, 500))  # 10 % of 60 % of 5.00 is less than the 1.00 of a contact
    found = one(thresholds.learn(worthless, [], PLENTY), Tier.REGULAR)
    assert found.then.warning == NEVER
    assert not found.warns
    assert found.then.warnings.given == 0
    cheaper = thresholds.learn(worthless, [], replace(PLENTY, cost=10))
    assert one(cheaper, Tier.REGULAR).warns


@pytest.mark.parametrize("cap", [3, 8, 20, 60])
def test_all_levels_together_give_no_more_warnings_a_week_than_the_seller_can_handle(cap):
    levels = [round(0.35 + 0.03 * step, 2) for step in range(20)]
    groups = [(tier, 60, p, p, worth) for tier, worth in ((Tier.VIP, 90_000), (Tier.HIGH, 30_000)) for p in levels]
    found = thresholds.learn(past(*groups), [], replace(PLENTY, contacts_per_week=cap))
    assert found.weekly_now > 60
    assert cap / 2 < found.weekly <= cap
    assert found.weekly == pytest.approx(sum(proposal.then.weekly for proposal in found.proposals))
    assert found.price > PLENTY.cost
    # The contacts go where they bring most.
    assert one(found).then.warning < one(found, Tier.HIGH).then.warning


def test_a_cap_that_too_few_warnings_allow_nobody_to_keep_leaves_the_levels_as_they_are():
    few = past(*((tier, 29, 0.9, 0.5, 50_000) for tier in Tier))
    found = thresholds.learn(few, [], replace(PLENTY, contacts_per_week=1))
    assert found.weekly == found.weekly_now > 1
    assert not any(proposal.enough for proposal in found.proposals)


def test_that_no_level_pays_rests_on_the_level_that_would_have_given_most():
    """One-time buyers were warned of before they were that; 29 or 30 of them reached 90 %."""
    for people, enough in ((29, False), (30, True)):
        weeks_ = past((Tier.ONE_TIME, people, 0.95, 0.9, 100))
        weeks_.p[weeks_.p < 0.9] = 0.7
        found = one(thresholds.learn(weeks_, [], PLENTY), Tier.ONE_TIME)
        assert (found.now.warnings.given, found.resolved, found.enough) == (0, people if enough else 0, enough)
        assert found.changes is enough


def test_a_sample_stands_for_all_of_the_shop():
    groups = [(Tier.VIP, 40, p, p, 90_000) for p in (0.4, 0.5, 0.6, 0.7)]
    whole = thresholds.learn(past(*groups), [], replace(PLENTY, scale=5.0))
    assert whole.weekly_now == 40
    assert one(whole).people == 800
    assert one(whole).resolved == 160
    capped = thresholds.learn(past(*groups), [], replace(PLENTY, scale=5.0, contacts_per_week=20))
    assert capped.weekly <= 20


def test_an_alarm_is_to_be_right_as_often_as_ours_says_on_thirty_alarms_or_it_stays():
    """Of VIPs alarms are to be right for 5 in 10. Here 80 in 100 stay away who are said to by 40 %."""
    for people, moved in ((200, True), (20, False)):
        groups = (Tier.VIP, people, 0.4, 0.8, 50_000), (Tier.VIP, 250, 0.32, 0.3, 50_000)
        found = one(thresholds.learn(past(*groups), [], PLENTY))
        assert (found.then.alarm < 0.5) is moved


def test_levels_in_force_that_are_as_good_stay():
    found = one(
        thresholds.learn(past((Tier.VIP, 200, 0.3, 0.5, 50_000), (Tier.VIP, 190, 0.5, 0.5, 50_000)), [], PLENTY)
    )
    assert (found.then.warning, found.then.alarm) == (found.now.warning, found.now.alarm)
    assert not found.changes


def test_a_shops_own_levels_are_what_a_proposal_is_held_against():
    own = [Threshold(tier=Tier.VIP, warning=0.7, alarm=0.9)]
    found = one(thresholds.learn(past((Tier.VIP, 100, 0.6, 0.8, 50_000)), own, PLENTY))
    assert (found.now.warning, found.now.alarm) == (0.7, 0.9)
    assert found.now.warnings.given == 0
    assert found.then.warnings.given == 100


def test_a_category_whose_people_are_worth_another_sum_has_levels_of_its_own():
    few = (Tier.REGULAR, 300, 0.65, 0.65, 2_000), (Tier.REGULAR, 300, 0.8, 0.8, 2_000)
    much = (Tier.REGULAR, 300, 0.65, 0.65, 900), (Tier.REGULAR, 300, 0.95, 0.95, 900)
    weeks = past(*few, *much)
    category = np.repeat([0, 0, 1, 1], 300)
    found = thresholds.learn(weeks, [], replace(PLENTY, cost=80), ("", "Tea"), category)
    whole, tea = one(found, Tier.REGULAR), one(found, Tier.REGULAR, "Tea")
    assert tea.then.warning > whole.then.warning + 0.1
    assert whole.people == tea.people == 600
    alike = thresholds.learn(past(*few, *few), [], PLENTY, ("", "Tea"), category)
    assert [proposal.category for proposal in alike.proposals] == [""]


def test_without_any_amounts_only_the_cap_decides():
    groups = [(Tier.REGULAR, 60, p, p, 0) for p in (0.4, 0.5, 0.6, 0.7, 0.8)]
    found = thresholds.learn(past(*groups), [], replace(PLENTY, contacts_per_week=7))
    assert one(found, Tier.REGULAR).warns
    assert 0 < found.weekly <= 7


def test_one_week_alone_proposes_nothing():
    weeks = past((Tier.VIP, 100, 0.6, 0.8, 50_000))
    none = replace(weeks, at=weeks.at[:0], **{name: getattr(weeks, name)[:0] for name in ("p", "tier", "next_at")})
    assert thresholds.learn(none, [], PLENTY).proposals == ()


def test_who_isnt_a_customer_yet_is_warned_of_by_nobody():
    weeks = past((Tier.NEW, 60, 0.9, 0.9, 50_000))
    weeks.tier[:5], weeks.p[:5] = ABSENT, 0.0
    first_seen = int((weeks.p[5] >= 0.65).sum())
    found = one(thresholds.learn(weeks, [], PLENTY), Tier.NEW)
    assert found.now.warnings.given == 60
    assert first_seen == 15  # they come with their risk: warned of in their first week
