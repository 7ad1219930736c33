import numpy as np

from retcon.retention.risk.rhythm import RETAIL_GAP_DAYS
from retcon.retention.risk.summary import summarise


def test_orders_of_one_day_are_one_purchase(log_of, instant):
    log = log_of([(7, "2026-01-01T09:00", 100), (7, "2026-01-01T17:00", 100), (7, "2026-01-11", 100)])
    found = summarise(log, instant("2026-01-31"))
    assert found.orders.tolist() == [3]
    assert found.repeats.tolist() == [1]
    assert found.repeat_days.tolist() == [10]
    assert found.silent_days.tolist() == [20]
    assert found.cycle_days.tolist() == [10]
    assert found.purchase_value.tolist() == [150]


def test_a_day_is_the_shops(log_of, instant):
    orders = [(7, "2026-01-01T23:30+00:00", 100), (7, "2026-01-02T00:30+00:00", 100)]
    assert summarise(log_of(orders), instant("2026-01-31")).repeats.tolist() == [1]
    assert summarise(log_of(orders, zone="Asia/Seoul"), instant("2026-01-31")).repeats.tolist() == [0]


def test_days_are_right_on_both_sides_of_a_clock_change(log_of, instant):
    # Berlin leaves summer time on 25 October 2026 at 01:00 UTC: the same hour is another day's before and after.
    orders = [(1, "2026-10-24T22:30", 100), (1, "2026-10-25T22:30", 100)]
    found = summarise(log_of(orders, zone="Europe/Berlin"), instant("2026-11-01"))
    assert found.repeats.tolist() == [0]


def test_what_comes_later_is_not_known(log_of, instant):
    log = log_of([(1, "2026-01-01", 100), (1, "2026-03-01", 100), (2, "2026-03-01", 100)])
    found = summarise(log, instant("2026-02-01"))
    assert found.customer_ids.tolist() == [1]
    assert found.orders.tolist() == [1]


def test_an_order_at_the_instant_itself_is_not_known(log_of, instant):
    log = log_of([(1, "2026-01-01", 100), (1, "2026-02-01", 100)])
    assert summarise(log, instant("2026-02-01")).orders.tolist() == [1]


def test_a_refund_lowers_spend_and_nothing_else(log_of, instant):
    orders = [(1, "2026-01-01", 1000), (1, "2026-01-11", 500)]
    refund = (1, 11, "2026-01-20", 400)
    plain = summarise(log_of(orders), instant("2026-02-01"))
    found = summarise(log_of(orders, [refund]), instant("2026-02-01"))
    assert found.spent.tolist() == [1100]
    assert found.refunded.tolist() == [400]
    assert found.refunded_orders.tolist() == [1]
    assert found.silent_days.tolist() == plain.silent_days.tolist()
    assert found.orders.tolist() == plain.orders.tolist()


def test_a_refund_still_to_come_changes_nothing(log_of, instant):
    log = log_of([(1, "2026-01-01", 1000)], [(1, 11, "2026-03-01", 400)])
    found = summarise(log, instant("2026-02-01"))
    assert (found.spent.tolist(), found.refunded.tolist()) == ([1000], [0])


def test_spend_is_never_below_nothing(log_of, instant):
    found = summarise(log_of([(1, "2026-01-01", 100)], [(1, 5, "2026-01-02", 900)]), instant("2026-02-01"))
    assert found.spent.tolist() == [0]


def test_an_order_counts_until_all_of_it_is_given_back(log_of, instant):
    log = log_of([(1, "2026-01-01", 100), (1, "2026-01-05", 100, None, None, "2026-01-20")])
    assert summarise(log, instant("2026-01-15")).orders.tolist() == [2]
    later = summarise(log, instant("2026-02-01"))
    assert later.orders.tolist() == [1]
    assert later.returned_orders.tolist() == [1]


def test_a_customer_whose_only_order_was_given_back_is_none(log_of, instant):
    log = log_of([(1, "2026-01-01", 100, None, None, "2026-01-20")])
    assert len(summarise(log, instant("2026-02-01"))) == 0


def test_silence_begins_when_the_parcel_arrives(log_of, instant):
    log = log_of([(1, "2026-01-01", 100, "2026-01-03", "2026-01-11")])
    found = summarise(log, instant("2026-01-31"))
    assert found.silent_days.tolist() == [20]
    assert found.observed_days.tolist() == [20]


def test_while_a_parcel_is_under_way_there_is_no_silence(log_of, instant):
    log = log_of([(1, "2026-01-01", 100, "2026-01-03", "2026-02-11")])
    found = summarise(log, instant("2026-01-31"))
    assert found.silent_days.tolist() == [0]
    assert found.under_way.tolist() == [True]


def test_an_earlier_parcel_under_way_pauses_silence_too(log_of, instant):
    log = log_of([(1, "2026-01-01", 100, "2026-01-02", None), (1, "2026-01-05", 100, "2026-01-06", "2026-01-08")])
    assert summarise(log, instant("2026-01-31")).under_way.tolist() == [True]


def test_a_parcel_that_never_arrived_is_not_under_way_for_ever(log_of, instant):
    log = log_of([(1, "2026-01-01", 100, "2026-01-03", None)])
    found = summarise(log, instant("2026-06-01"))
    assert found.under_way.tolist() == [False]
    assert found.silent_days.tolist() == [151]


def test_an_amount_without_a_rate_is_unknown_and_not_nothing(log_of, instant):
    log = log_of([(1, "2026-01-01", None), (1, "2026-01-05", 300), (2, "2026-01-01", None)])
    found = summarise(log, instant("2026-02-01"))
    assert found.purchase_value[0] == 300
    assert np.isnan(found.purchase_value[1])


def test_the_shops_gap_is_the_geometric_mean_and_retails_where_there_are_too_few(log_of, instant):
    few = log_of([(1, "2026-01-01", 1), (1, "2026-01-05", 1)])
    assert summarise(few, instant("2026-03-01")).gap_days == RETAIL_GAP_DAYS
    more = log_of([(1, "2026-01-01", 1), (1, "2026-01-03", 1), (1, "2026-01-11", 1), (1, "2026-01-15", 1)])
    assert np.isclose(summarise(more, instant("2026-03-01")).gap_days, (2 * 8 * 4) ** (1 / 3))
