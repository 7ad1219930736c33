"""Why somebody stands where they stand: what a cause weighs is what the score loses without it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.retention.risk import bands, causes, scores, standings
from retcon.retention.risk.days import DAY
from retcon.retention.risk.log import NEVER, RETURN, purchase_log
from retcon.retention.risk.signals import SIGNALS, signal_log
from retcon.retention.risk.standings import Measures
from retcon.retention.risk.summary import summarise
from tests.retention.risk.conftest import at, log_of, made_up, wild

THEN = "2026-06-01"
SHOP = made_up(250)
MINE = 10_000
# Of the same level for every tier: what moves the score then is the customer alone.
ALIKE = Measures(dataclasses.replace(bands.levels(), warning=np.full((6, 1), 0.5), alarm=np.full((6, 1), 0.7)))


def _of_two_kinds():
    """Orders of a shop, and most of those who stayed away."""
    rows, draw = made_up(600, seed=7), np.random.default_rng(5)
    last = {who: when for who, when, _ in rows}
    return rows, [who for who, when in last.items() if at(when) < at("2026-02-01") and draw.random() < 0.7]


SHOP_OF_TWO_KINDS = _of_two_kinds()


@pytest.fixture(scope="module")
def fit():
    """What is learnt of a shop that nobody of these tests has bought in."""
    return scores.fit_shop(log_of(SHOP), at(THEN), 90)


def stood(log, fit, then=THEN, written=True):
    found = summarise(log, at(then), 90)
    return standings.stand(found, fit, np.full(len(found), not written), ALIKE)


def told(found, row=-1):
    """The causes of a row in their order: (code, weight, value, base)."""
    row = row % len(found.summary)
    causes_ = []
    for column in found.causes:
        for place in np.flatnonzero(column.rows == row):
            causes_.append((column.code, int(column.weight[place]), int(column.value[place]), int(column.base[place])))
    return causes_


def weight(found, code, row=-1):
    return next(weight for each, weight, _, _ in told(found, row) if each == code)


def every(start, gap, count, amount=3_000):
    first = at(start)
    return [(MINE, str(np.datetime64(first + gap * DAY * number, "s")), amount) for number in range(count)]


# ---- take the cause away in the log: the score moves by what was told


def test_silence_weighs_what_the_score_loses_where_the_orders_came_later(fit):
    late = stood(log_of(every("2025-09-01", 20, 8)), fit)
    silent = int(late.summary.silent_days[0])
    assert silent > 60
    # The same orders, all of them so much later that the customer has been silent for as long as usual.
    days = silent - 20
    moved = [
        (who, str(np.datetime64(when) + np.timedelta64(days, "D")), amount)
        for who, when, amount in every("2025-09-01", 20, 8)
    ]
    usual = stood(log_of(moved), fit)
    assert usual.summary.silent_days.tolist() == [20]
    assert weight(late, "silent") == late.risk_score[0] - usual.risk_score[0] > 0
    assert weight(usual, "silent") == 0


def test_an_order_of_yesterday_lowers_the_risk(fit):
    assert weight(stood(log_of(every("2026-02-20", 20, 6)), fit), "silent") < 0


def test_a_refund_weighs_what_the_score_loses_where_it_was_never_given():
    """Of a shop in which most who stayed away had been given money back."""
    rows, gone = SHOP_OF_TWO_KINDS
    last = {who: when for who, when, _ in rows}
    refunds = [(who, who, str(np.datetime64(last[who]) + 3), 1) for who in gone]
    own = scores.fit_shop(log_of(rows, refunds), at(THEN), 90)
    orders = every("2026-01-01", 20, 6)
    back, kept = stood(log_of(orders, [(MINE, 1, "2026-05-01", 1)]), own), stood(log_of(orders), own)
    assert weight(back, "refunds") == back.risk_score[0] - kept.risk_score[0] > 0
    assert "refunds" not in {code for code, *_ in told(kept)}


def test_the_shops_season_weighs_what_the_score_loses_in_a_shop_without_one(fit):
    def season(shift):
        return dataclasses.replace(fit, correction=dataclasses.replace(fit.correction, season=shift))

    orders = every("2025-12-01", 25, 6)
    coming, without = stood(log_of(orders), season(-0.6)), stood(log_of(orders), season(0.0))
    assert weight(coming, "season") == coming.risk_score[0] - without.risk_score[0] < 0
    assert "season" not in {code for code, *_ in told(without)}


def test_one_order_weighs_what_a_second_would_have_taken(fit):
    found = stood(log_of([(MINE, "2026-02-01", 3_000)]), fit)
    gap = round(fit.gap_days)
    twice = [(MINE, str(np.datetime64(at("2026-02-01") - gap * DAY, "s")), 3_000), (MINE, "2026-02-01", 3_000)]
    again = stood(log_of(twice), fit)
    assert weight(found, "one_order") == found.risk_score[0] - again.risk_score[0]


def test_many_orders_lower_the_risk_and_never_raise_it(fit):
    assert weight(stood(log_of(every("2026-01-01", 15, 10)), fit), "steady") < 0
    gone = stood(log_of(every("2025-01-01", 10, 12)), fit)
    assert all(weight < 0 for code, weight, *_ in told(gone) if code == "steady")


# ---- a season of one's own


def test_who_buys_each_november_is_not_called_lost_in_july(fit):
    november = [(MINE, f"{year}-11-{day}", 3_000) for year, day in ((2023, 10), (2024, 20), (2025, 15))]
    lowest = Measures(dataclasses.replace(bands.levels(), warning=np.full((6, 1), 0.1), alarm=np.full((6, 1), 0.2)))
    summer = summarise(log_of(november), at("2026-07-20"), 90)
    found = standings.stand(summer, fit, np.zeros(1, bool), lowest)
    assert found.scores.p_churn[0] > 0.2
    assert bands.BANDS[found.band[0]] == "medium"
    assert weight(found, "yearly") < 0
    missed = summarise(log_of(november), at("2027-02-20"), 90)
    late = standings.stand(missed, fit, np.zeros(1, bool), lowest)
    assert bands.BANDS[late.band[0]] == "high"
    assert "yearly" not in {code for code, *_ in told(late)}


# ---- what is unknown


def signalled(log, events, since):
    found = signal_log(
        log.customer_ids,
        customer=[row[0] for row in events],
        kind=[SIGNALS.index(row[1]) for row in events],
        at=[at(row[2]) for row in events],
        since=since,
    )
    return dataclasses.replace(log, signals=found)


@pytest.mark.parametrize("kind", SIGNALS)
def test_what_nobody_tells_of_changes_no_score(fit, kind):
    """Events of a kind that is unknown are not looked at, and no weight was learnt for what was never seen."""
    log = log_of([*SHOP[:200], *every("2025-12-01", 20, 8)])
    plain = stood(log, fit)
    unknown = stood(signalled(log, [(MINE, kind, "2026-05-01")] * 5, {}), fit)
    assert np.array_equal(plain.scores.p_churn, unknown.scores.p_churn)
    assert np.array_equal(plain.risk_score, unknown.risk_score)
    assert told(unknown) == told(plain)


def test_a_shop_where_nothing_but_orders_is_told_learns_nothing_from_signals(fit):
    places = slice(-2 * len(SIGNALS), None)
    assert not any(fit.correction.learnt.slopes[places])


def test_a_signal_that_helps_is_told_with_its_weight():
    """Of a shop in which most who stayed away had complained: it learns that from its own past."""
    rows, gone = SHOP_OF_TWO_KINDS
    last = {who: when for who, when, _ in rows}
    complaints = [(who, "complained", str(np.datetime64(last[who]) + 3)) for who in gone]
    known = {"complained": 0}
    own = scores.fit_shop(signalled(log_of(rows), complaints, known), at(THEN), 90)
    mine = signalled(log_of(every("2026-01-01", 20, 6)), [(MINE, "complained", "2026-05-01")], known)
    found, without = stood(mine, own), stood(signalled(log_of(every("2026-01-01", 20, 6)), [], known), own)
    assert weight(found, "complained") == found.risk_score[0] - without.risk_score[0] > 0


# ---- the four


def test_the_heaviest_comes_first_and_remarks_come_last(fit):
    found = stood(log_of([*SHOP, *every("2025-10-01", 12, 9)], [(row[0], 1, "2026-05-01", 50) for row in SHOP]), fit)
    for row in range(len(found.summary)):
        weights = [abs(weight) for _, weight, _, _ in told(found, row)]
        assert 1 <= len(weights) <= causes.MOST
        assert weights == sorted(weights, reverse=True)


def test_what_is_waited_for_and_that_little_is_known_is_always_among_the_four(fit):
    young = dataclasses.replace(fit, history_days=100)
    orders = [(MINE, f"2026-0{month}-05", 3_000) for month in (1, 2, 3, 4, 5)]
    log = log_of(
        orders,
        [(MINE, 1, "2026-05-20", 50)],
        pause_customer=[MINE],
        pause_from=[at("2026-05-15")],
        pause_until=[NEVER],
        pause_kind=[RETURN],
    )
    codes = [code for code, *_ in told(stood(log, young))]
    assert set(codes) >= {"return_open", "young_shop"}
    assert codes[-2:] == ["return_open", "young_shop"]


@pytest.mark.parametrize(
    ("shop", "orders", "code"),
    [
        ({"history_days": 170}, 3, "young_shop"),
        ({"history_days": 900, "orders": 40}, 3, "few_orders"),
        ({"history_days": 900}, 2, "one_gap"),
        ({"history_days": 300}, 3, "no_season"),
        ({"history_days": 900}, 3, None),
    ],
)
def test_that_it_rests_on_little_is_said_where_it_does(fit, shop, orders, code):
    codes = {
        code for code, *_ in told(stood(log_of(every("2026-03-01", 20, orders)), dataclasses.replace(fit, **shop)))
    }
    assert codes & {"young_shop", "few_orders", "one_gap", "no_season"} == ({code} if code else set())


def test_some_customers_have_the_causes_that_they_have_among_all(fit):
    log = log_of([*SHOP, *every("2025-10-01", 12, 9)], [(row[0], 1, "2026-05-01", 50) for row in SHOP[:40]])
    summary = summarise(log, at(THEN), 90)
    all_of_them = stood(log, fit)
    some = standings.stand(summary.take(np.array([3, 50, len(summary) - 1])), fit, np.zeros(3, bool), ALIKE)
    assert [told(some, row) for row in range(3)] == [told(all_of_them, row) for row in (3, 50, -1)]


def test_without_why_nothing_else_changes(fit):
    summary = summarise(log_of(SHOP), at(THEN), 90)
    plain, short = (standings.stand(summary, fit, np.zeros(len(summary), bool), why=why) for why in (True, False))
    assert short.causes == ()
    assert np.array_equal(plain.risk_score, short.risk_score)


@given(wild(), st.integers(1, 500), st.sampled_from((-0.6, 0.0, 0.3)))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_there_are_four_causes_at_most_with_weights_in_bounds(fit, columns, days, season):
    shop = dataclasses.replace(fit, correction=dataclasses.replace(fit.correction, season=season))
    summary = summarise(purchase_log(zone="UTC", **columns), at("2025-01-01") + days * DAY, 90)
    found = standings.stand(summary, shop, np.zeros(len(summary), bool))
    assert np.isfinite(found.scores.p_churn).all()
    for row in range(len(summary)):
        causes_ = told(found, row)
        assert len(causes_) <= causes.MOST
        assert len({code for code, *_ in causes_}) == len(causes_)
        assert all(-100 <= weight <= 100 for _, weight, _, _ in causes_)
        score = int(found.risk_score[row])
        assert all(0 <= score - weight <= 100 for _, weight, _, _ in causes_)
