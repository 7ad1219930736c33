"""What must not change a ranking, and what any shop must survive."""

import json
from dataclasses import fields

import numpy as np
import pytest

from retcon.model.standing import Band, Stage, Tier
from retcon.retention import lifecycle, tiers
from retcon.retention.risk import bands, scores, standings
from retcon.retention.risk.scores import ShopFit
from retcon.retention.risk.summary import summarise


def scored(log, as_of):
    found = summarise(log, as_of)
    return found, scores.score(found, scores.fit_shop(log, as_of, 90))


def stood(log, as_of, written=False):
    found = summarise(log, as_of)
    return standings.stand(found, scores.fit_shop(log, as_of, 90), np.full(len(found), not written))


def by_id(found, values):
    return dict(zip(found.customer_ids.tolist(), values.tolist(), strict=True))


def test_shuffled_rows_change_nothing(log_of, made_up, instant):
    orders = made_up(300)
    shuffled = [orders[place] for place in np.random.default_rng(2).permutation(len(orders))]
    then = instant("2026-06-01")
    _, plain = scored(log_of(orders), then)
    _, other = scored(log_of(shuffled), then)
    assert np.array_equal(plain.p_churn, other.p_churn)
    assert np.array_equal(plain.expected_spend, other.expected_spend)


def test_other_ids_change_nothing(log_of, made_up, instant):
    orders = made_up(300)
    new_id = {old: int(new) for old, new in enumerate(np.random.default_rng(4).permutation(301))}
    then = instant("2026-06-01")
    found, plain = scored(log_of(orders), then)
    renamed, other = scored(log_of([(new_id[who], *rest) for who, *rest in orders]), then)
    before, after = by_id(found, plain.p_churn), by_id(renamed, other.p_churn)
    assert {new_id[who]: p for who, p in before.items()} == pytest.approx(after, abs=1e-9)


def test_a_log_that_is_years_older_gives_the_same(log_of, made_up, instant):
    orders = made_up(300)
    weeks = 52 * 7 * 86_400

    def moved(day):
        return str(np.datetime64(day) - np.timedelta64(weeks, "s"))

    found, plain = scored(log_of(orders), instant("2026-06-01"))
    older, other = scored(
        log_of([(who, moved(day), amount) for who, day, amount in orders]), instant("2026-06-01") - weeks
    )
    assert by_id(found, plain.p_churn) == by_id(older, other.p_churn)


def test_amounts_a_hundred_times_larger_change_no_probability_and_scale_the_spend(log_of, made_up, instant):
    orders = made_up(300)
    then = instant("2026-06-01")
    _, plain = scored(log_of(orders), then)
    _, large = scored(log_of([(who, day, 100 * amount) for who, day, amount in orders]), then)
    assert np.allclose(plain.p_churn, large.p_churn, rtol=0, atol=1e-12)
    assert large.expected_spend == pytest.approx(100 * plain.expected_spend, rel=1e-6)


def test_what_comes_after_the_date_changes_nothing(log_of, made_up, instant):
    orders = made_up(300)
    then = instant("2026-02-01")
    known = [order for order in orders if instant(order[1]) < then]
    found, plain = scored(log_of(known), then)
    later, other = scored(log_of(orders, [(order[0], 1, "2026-05-01", 500) for order in known]), then)
    assert by_id(found, plain.p_churn) == by_id(later, other.p_churn)
    assert by_id(found, plain.expected_spend) == by_id(later, other.expected_spend)


def test_two_runs_give_the_same(log_of, made_up, instant):
    log, then = log_of(made_up(300)), instant("2026-06-01")
    assert np.array_equal(scored(log, then)[1].p_churn, scored(log, then)[1].p_churn)


@pytest.mark.parametrize(
    ("orders", "refunds"),
    [
        ([], []),
        ([(1, "2026-01-01", 100)], []),
        ([(1, "2026-01-01", 0)], []),
        ([(1, "2026-01-01", None)], []),
        ([(1, "2026-01-01", 100), (2, "2026-01-02", 100)], []),
        ([(who, "2026-01-01", 100) for who in range(30)], []),
        ([(1, "2026-01-01", 100)] * 30, []),
        ([(1, "2026-01-01", 100, None, None, "2026-01-02")], [(1, 1, "2026-01-02", 100)]),
        ([(1, f"2026-01-{day:02}", 100) for day in range(1, 29)] + [(2, "2026-01-05", 50)], []),
        ([(1, "2026-01-01", 10**15), (1, "2026-02-01", 10**15), (2, "2026-02-01", 1)], []),
    ],
    ids=[
        "nothing",
        "one order",
        "one free order",
        "one order without a rate",
        "two customers",
        "all on one day",
        "one customer, one day",
        "refunds only",
        "one id with nearly all orders",
        "huge amounts",
    ],
)
def test_any_shop_has_a_sane_standing(log_of, instant, orders, refunds):
    found = stood(log_of(orders, refunds), instant("2026-03-01"))
    p = found.scores.p_churn
    assert np.all((p >= 0) & (p <= 1))
    for values in (found.scores.expected_orders, found.scores.expected_spend, found.clv):
        assert np.all(np.isfinite(values))
        assert np.all(values >= 0)
    assert np.all((found.risk_score >= 0) & (found.risk_score <= 100))


def test_refunds_alone_make_no_customer(log_of, instant):
    assert len(summarise(log_of([], [(1, 1, "2026-01-01", 100)]), instant("2026-03-01"))) == 0


def test_fifteen_customers_are_ranked_as_anyone_would(log_of, instant):
    regular = [(who, f"2026-0{month}-0{who % 9 + 1}", 3000) for who in range(1, 8) for month in range(1, 7)]
    gone = [(who, f"2025-0{month}-05", 3000) for who in range(8, 16) for month in range(1, 4)]
    found, scores = scored(log_of(regular + gone), instant("2026-06-15"))
    p = by_id(found, scores.p_churn)
    assert max(p[who] for who in range(1, 8)) < 0.3
    assert min(p[who] for who in range(8, 16)) > 0.6


def test_a_parcel_under_way_makes_nobody_riskier(log_of, made_up, instant):
    orders = made_up(200)
    then = instant("2026-06-01")
    mine = [(10_000, "2025-11-01", 100), (10_000, "2026-01-01", 100), (10_000, "2026-03-01", 100)]
    silent = stood(log_of([*orders, *mine, (10_000, "2026-04-01", 100)]), then)
    waiting = stood(log_of([*orders, *mine, (10_000, "2026-04-01", 100, "2026-05-20", None)]), then)
    assert waiting.scores.p_churn[-1] < silent.scores.p_churn[-1]
    assert bands.BANDS[waiting.band[-1]] is not Band.HIGH
    codes = {column.code for column in waiting.causes if waiting.summary.customer_ids.size - 1 in column.rows}
    assert "under_way" in codes
    assert "silent" not in codes


def test_a_vip_about_to_be_lost_stays_a_vip_and_is_to_be_won_back(log_of, made_up, instant):
    vip = [(10_000, f"2025-{month:02}-10", 90_000) for month in range(1, 13)]
    found = stood(log_of([*made_up(200), *vip]), instant("2026-06-01"))
    assert found.summary.silent_days[-1] == 173
    assert tiers.TIERS[found.tier[-1]] is Tier.VIP
    assert bands.BANDS[found.band[-1]] is Band.HIGH
    assert lifecycle.STAGES[found.stage[-1]] is Stage.WIN_BACK


def test_what_a_customer_is_worth_a_year_falls_little_while_they_are_silent(log_of, made_up, instant):
    vip = [(10_000, f"2025-{month:02}-10", 90_000) for month in range(1, 13)]
    shop = log_of([*made_up(200), *vip])
    busy, silent = (stood(shop, instant(day)) for day in ("2025-12-11", "2026-06-01"))
    assert silent.yearly[-1] > 0.6 * busy.yearly[-1]
    assert silent.clv[-1] < 0.6 * busy.clv[-1]


def test_nobody_has_more_than_four_causes(log_of, made_up, instant):
    orders = made_up(300)
    found = stood(log_of(orders, [(order[0], 1, "2026-05-01", 50) for order in orders]), instant("2026-05-02"))
    number = np.zeros(len(found.summary), int)
    for column in found.causes:
        number[column.rows] += 1
    assert number.max() == 4
    assert number.min() >= 1


def test_the_unwritten_to_are_named_only_when_new_and_two_weeks_old(log_of, instant):
    log = log_of([(1, "2026-05-01", 100), (2, "2026-05-25", 100), (3, "2025-05-01", 100)])

    def flagged(written):
        columns = stood(log, instant("2026-06-01"), written).causes
        return [row for column in columns if column.code == "unwritten" for row in column.rows.tolist()]

    assert flagged(written=False) == [0]
    assert flagged(written=True) == []


def test_a_fit_survives_being_written_down(log_of, made_up, instant):
    fit = scores.fit_shop(log_of(made_up(300)), instant("2026-06-01"), 90)
    again = ShopFit.from_dict(json.loads(json.dumps(fit.as_dict())))
    for field in fields(ShopFit):
        if field.name != "return_rates":
            assert getattr(again, field.name) == getattr(fit, field.name)
    assert np.array_equal(again.return_rates, fit.return_rates, equal_nan=True)
