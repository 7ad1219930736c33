"""The past week by week, rebuilt from a log whose truth is known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from retcon.model.standing import Tier
from retcon.retention import thresholds
from retcon.retention.risk import bands
from retcon.retention.risk.log import purchase_log
from retcon.retention.risk.standings import Measures
from retcon.retention.risk.weeks import ABSENT, MOST_WEEKS, weeks
from retcon.retention.thresholds import Terms

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
TERMS = Terms(contacts_per_week=1_000, cost=100, save_rate=0.1)
FILLER = [(9_001, 0), (9_002, 700)]  # the first and the last order of the shop
NOW = int((START + timedelta(days=800)).timestamp())


def day(number):
    return (START + timedelta(days=number)).isoformat()


def everybody_vip(_):
    """Whoever ordered three times is a VIP."""
    return Measures(bands.levels(), vip=1.0, high=float("inf"))


@pytest.fixture(scope="module")
def silent_vips():
    """A hundred VIPs with three orders, ten days apart. Of those silent for 40 days 31 of 100 come back within 90 days,
    of those silent for 60 days 7 of 76; 20 more are back before 40 days are over."""
    orders = list(FILLER)
    for customer in range(1, 121):
        begins = 260 + customer
        orders += [(customer, begins + days) for days in (0, 10, 20)]
        back = 50 if customer <= 24 else 80 if customer <= 31 else 35 if customer > 100 else None
        if back is not None:
            orders.append((customer, begins + 20 + back))
    placed = [int((START + timedelta(days=number)).timestamp()) for _, number in orders]
    return purchase_log(zone="UTC", customer=[row[0] for row in orders], placed=placed, amount=[5_000] * len(orders))


@pytest.fixture(scope="module")
def past(silent_vips):
    """Its last year."""
    return weeks(silent_vips, NOW, 90, measured=everybody_vip)


def test_who_came_back_by_themselves_is_counted_by_days_of_silence(past):
    learnt = thresholds.learn(past, [], TERMS)
    vips = next(proposal for proposal in learnt.proposals if proposal.tier is Tier.VIP)
    silence = {row.days: (row.people, row.returned) for row in vips.silence}
    # Those who came back were silent once more after it: 31 and 20 of them, and nobody came back from that.
    again = 31 + 20
    assert silence[40] == (100 + again, 31)
    assert silence[60] == (76 + again, 7)
    assert silence[90] == (69 + again, 0)
    assert silence[30] == (120 + again, 31 + 20)


def test_the_weeks_of_the_last_year_are_looked_at_whose_horizon_is_over(past):
    assert len(past.at) == MOST_WEEKS
    assert np.all(np.diff(past.at) == 7 * 86_400)
    last = datetime.fromtimestamp(int(past.at[-1]), UTC)
    assert last == datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=701 - 90)


def test_what_happens_later_changes_nothing_of_a_week(silent_vips, past):
    then = int(past.at[20]) + 90 * 86_400
    earlier = weeks(silent_vips, then, 90, measured=everybody_vip)
    assert earlier.at[-1] == past.at[20]
    assert np.array_equal(earlier.tier[-1], past.tier[20])
    assert np.array_equal(earlier.silent_days[-1], past.silent_days[20])


def test_nobody_is_there_before_their_first_order(past):
    first = {customer: 260 + customer for customer in range(1, 121)}
    for row, at in enumerate(past.at.tolist()):
        today = (datetime.fromtimestamp(at, UTC) - START.replace(hour=0)).days
        there = {int(id_) for id_ in past.customer_ids[past.tier[row] != ABSENT]}
        assert there - {9_001, 9_002} == {customer for customer, begins in first.items() if begins < today}


def test_an_order_that_was_given_back_is_no_return(log_of):
    orders = [(customer, day(number), 5_000) for customer, number in FILLER]
    orders += [(1, day(200), 5_000), (1, day(300), 5_000, None, None, day(310))]
    past = weeks(log_of(orders), NOW, 90, measured=everybody_vip)
    row = int(np.flatnonzero(past.at > (START + timedelta(days=260)).timestamp())[0])
    assert past.away[row, np.flatnonzero(past.customer_ids == 1)[0]]


def test_whom_the_seller_wrote_to_within_the_horizon_is_known(silent_vips):
    sent = int((START + timedelta(days=300)).timestamp())
    past = weeks(silent_vips, NOW, 90, measured=everybody_vip, written=([7, 99_999], [sent, sent]))
    column = int(np.flatnonzero(past.customer_ids == 7)[0])
    inside = (past.at <= sent) & (past.at + 90 * 86_400 > sent)
    assert np.array_equal(past.written[:, column], inside)
    assert past.written.sum() == inside.sum()


@pytest.mark.parametrize("orders", [[], [(1, day(0), 100)], [(1, day(0), 100), (2, day(170), 100)]])
def test_a_past_too_short_has_no_weeks(log_of, orders):
    past = weeks(log_of(orders), NOW, 90, measured=everybody_vip)
    assert len(past.at) == 0
    assert thresholds.learn(past, [], TERMS).proposals == ()


@pytest.mark.parametrize(
    "orders",
    [
        [(1, day(number), 100) for number in range(0, 400, 7)],  # one customer
        [(customer, day(0), 100) for customer in range(20)] + [(1, day(300), 100)],  # all on one day, but for one
        [(customer, day(3 * customer), None) for customer in range(100)],  # no amounts, nobody comes back
        [(customer, day(number), 0) for customer in range(5) for number in range(0, 300, 20)],  # all for nothing
    ],
    ids=["one customer", "one day", "no amounts", "for nothing"],
)
def test_a_shop_that_is_hardly_one_proposes_nothing_wild(log_of, orders):
    past = weeks(log_of(orders), NOW, 90, measured=lambda _: Measures(bands.levels()))
    assert len(past.at) > 1
    learnt = thresholds.learn(past, [], TERMS)
    assert learnt.weekly <= TERMS.contacts_per_week
    for proposal in learnt.proposals:
        assert 0 < proposal.then.warning <= proposal.then.alarm <= 1
        assert proposal.then.warning < proposal.then.alarm or not proposal.warns
        assert proposal.enough or (proposal.then.warning, proposal.then.alarm) == (
            proposal.now.warning,
            proposal.now.alarm,
        )
