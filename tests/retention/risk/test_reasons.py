from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from retcon.model.standing import Band, Cause, Stage, Standing, Tier
from retcon.retention.risk.log import PENDING
from retcon.retention.risk.reasons import UNKNOWN, explain, weighed
from retcon.retention.risk.signals import SIGNALS

NOVEMBER = (date(2026, 11, 20) - date(1970, 1, 1)).days

SOMEBODY = Standing(
    customer_id=1,
    orders=12,
    first_order_at=datetime(2025, 2, 1, tzinfo=UTC),
    last_order_at=datetime(2026, 10, 4, tzinfo=UTC),
    spent_minor=183_000,
    refunded_minor=3_400,
    cycle_days=21.0,
    silent_days=47,
    under_way=False,
    p_churn=0.91,
    risk_score=91,
    band=Band.HIGH,
    next_expected_at=None,
    expected_orders=0.1,
    clv_minor=31_000,
    stake_minor=31_000,
    tier=Tier.VIP,
    stage=Stage.WIN_BACK,
)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause("silent", 47, 21), "Silent 47 days, usually 21."),
        (Cause("silent", 1, 0), "Silent 1 day."),
        (Cause("silent", 0, 21), "An order or a parcel today, usually every 21 days."),
        (Cause("under_way", 12), "A parcel is still under way, so this isn't silence."),
        (Cause("not_shipped", 12), "An order isn't shipped yet, so this isn't silence."),
        (Cause("return_open", 12), "A return is open: silence stands still until it is closed."),
        (Cause("unpaid", 12), "An order waits for its payment: silence stands still until then."),
        (Cause("yearly", NOVEMBER, 14), "Buys around November each year: not late yet."),
        (Cause("season", NOVEMBER, 90, -6), "December is coming: more returns expected."),
        (Cause("season", NOVEMBER, 90, 6), "December is coming: fewer returns expected."),
        (Cause("few_orders", 12), "The shop has 12 orders so far: this rests on little."),
        (
            Cause("no_season", 200, 365),
            "The shop's own history is 200 days long: how the seasons change it isn't known yet.",
        ),
        (Cause("complained", 1), "1 complaint in the last half-year."),
        (Cause("no_reply", 3), "3 messages of yours without a reply or an order since."),
        (Cause("waiting", 2), "2 messages of theirs without an answer."),
        (Cause("rated_low", 1), "Rated one or two stars: 1 time."),
        (Cause("opened", 2), "Opened 2 messages lately."),
        (Cause("clicked", 1), "Followed 1 link lately."),
        (Cause("visited", 2), "Looked at the shop on 2 days lately."),
        (Cause("coupon_unused", 1), "1 coupon of theirs unused."),
        (
            Cause("vip_silent", 47, 45),
            f"A VIP is looked after from 45 silent days on. {UNKNOWN}",
        ),
        (Cause("sleeping", 60, 90), "60 to 90 silent days: sleeping."),
        (
            Cause("one_order", 24, 90),
            "One order so far: of people like this 24 in 100 ordered again within 90 days.",
        ),
        (
            Cause("one_order", -1, 90),
            "One order so far, and too few people like this to tell: this rests on little.",
        ),
        (Cause("unwritten", 16, 14), "First order 16 days ago, and nothing was written from here since."),
        (Cause("refunds", 3, 12), "3 of 12 orders refunded: €34."),
        (Cause("steady", 12, 21), "12 orders, one every 21 days."),
        (Cause("one_gap", 1), "This rests on little: came back once so far."),
        (Cause("young_shop", 40, 180), "The shop's own history is 40 days long: this rests on little."),
    ],
)
def test_a_cause_is_a_sentence_with_its_figure(cause, words):
    (reason,) = explain(replace(SOMEBODY, causes=(cause,)), "EUR")
    assert (reason.code, reason.text, reason.value) == (cause.code, words, cause.value)


@pytest.mark.parametrize(("weight", "written"), [(38, "+38"), (-12, "−12"), (0, "")])
def test_a_reason_has_its_causes_weight(weight, written):
    (reason,) = explain(replace(SOMEBODY, causes=(Cause("silent", 47, 21, weight),)), "EUR")
    assert reason.weight == weight
    assert weighed(reason) == written


def test_every_signal_and_everything_that_is_awaited_has_its_sentence():
    for code in {*SIGNALS, *PENDING} - {""}:
        assert explain(replace(SOMEBODY, causes=(Cause(code, NOVEMBER),)), "EUR")


def test_a_cause_of_a_newer_version_is_left_out():
    assert explain(replace(SOMEBODY, causes=(Cause("moon", 1), Cause("silent", 47, 21))), "EUR")[0].code == "silent"
