"""Silence counts from delivery, and not while a parcel, a return, a pre-order or a payment is awaited."""

from hypothesis import given
from hypothesis import strategies as st

from retcon.retention.risk.log import NEVER, PAYMENT, PENDING, RETURN, purchase_log
from retcon.retention.risk.summary import summarise
from tests.retention.risk.conftest import at, log_of, wild

ORDER = (1, "2026-01-01", 100)


def silent(log, day):
    found = summarise(log, at(day))
    return found.silent_days.tolist()[0], PENDING[found.pending.tolist()[0]]


def paused(kind, since, until=None, orders=(ORDER,)):
    return log_of(
        orders,
        pause_customer=[1],
        pause_from=[at(since)],
        pause_until=[at(until) if until else NEVER],
        pause_kind=[kind],
    )


def test_without_deliveries_and_pauses_silence_counts_from_the_order():
    assert silent(log_of([ORDER]), "2026-01-31") == (30, "")


def test_an_open_return_stops_the_clock():
    log = paused(RETURN, "2026-01-11")
    assert silent(log, "2026-01-10") == (9, "")
    assert silent(log, "2026-01-31") == (10, "return_open")


def test_the_days_of_a_return_that_was_closed_are_not_counted():
    assert silent(paused(RETURN, "2026-01-11", "2026-01-21"), "2026-01-31") == (20, "")


def test_a_return_that_nobody_closes_ends_by_itself():
    assert silent(paused(RETURN, "2026-01-11"), "2026-12-31")[1] == ""


def test_an_order_that_waits_for_its_payment_is_no_silence_for_a_month():
    log = paused(PAYMENT, "2026-01-11")
    assert silent(log, "2026-01-31") == (10, "unpaid")
    assert silent(log, "2026-03-02") == (30, "")  # 60 days, 30 of them awaited


def test_two_pauses_at_once_are_counted_once():
    log = log_of(
        [ORDER],
        pause_customer=[1, 1, 1],
        pause_from=[at("2026-01-05"), at("2026-01-08"), at("2026-01-20")],
        pause_until=[at("2026-01-15"), at("2026-01-10"), at("2026-01-25")],
        pause_kind=[RETURN, PAYMENT, RETURN],
    )
    assert silent(log, "2026-01-31") == (15, "")


def test_a_pause_before_the_last_order_shortens_nothing():
    orders = [(1, "2025-10-01", 100), ORDER]
    assert silent(paused(RETURN, "2025-10-10", "2025-11-10", orders), "2026-01-31") == (30, "")


def test_pauses_of_others_and_of_nobody_change_nothing():
    log = log_of(
        [ORDER, (3, "2026-01-01", 100)],
        pause_customer=[2, 3, 9],
        pause_from=[at("2026-01-02")] * 3,
        pause_until=[NEVER] * 3,
        pause_kind=[RETURN] * 3,
    )
    found = summarise(log, at("2026-01-31"))
    assert found.silent_days.tolist() == [30, 1]


def test_a_preorder_is_no_silence_until_it_is_there():
    waiting = log_of([ORDER], preorder=[True])
    assert silent(waiting, "2026-07-01") == (0, "not_shipped")
    arrived = log_of([(*ORDER, "2026-05-01", "2026-05-11")], preorder=[True])
    assert silent(arrived, "2026-05-05") == (0, "under_way")
    assert silent(arrived, "2026-05-31") == (20, "")


def test_where_others_are_shipped_an_order_that_isnt_is_still_to_come():
    log = log_of([ORDER], ships_within_days=21)
    assert silent(log, "2026-01-20") == (0, "not_shipped")
    assert silent(log, "2026-01-31") == (30, "")


def test_an_order_that_is_shipped_later_was_not_shipped_before():
    log = log_of([(*ORDER, "2026-01-15", "2026-01-18")], ships_within_days=21)
    assert silent(log, "2026-01-10") == (0, "not_shipped")


@given(wild(), st.integers(0, 500))
def test_silence_is_never_longer_than_since_the_last_order_whatever_happened(columns, days):
    found = summarise(purchase_log(zone="UTC", **columns), at("2025-01-01") + days * 86_400)
    since = found.as_of_day - found.last_day
    assert ((found.silent_days >= 0) & (found.silent_days <= since)).all()
