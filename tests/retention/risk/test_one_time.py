"""Those who bought once, as groups with how many of such came back in the shop's own past."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retcon.retention.risk import one_time
from retcon.retention.risk.log import purchase_log
from retcon.retention.risk.summary import summarise
from tests.retention.risk.conftest import at, log_of, wild


def days_ago(days, then="2026-06-01"):
    return str(np.datetime64(then) - np.timedelta64(days, "D"))


def groups(orders):
    return one_time.groups(summarise(log_of(orders), at("2026-06-01"), 90), 90)


def test_everybody_who_bought_once_stands_in_the_group_of_their_orders_age():
    ages = (1, 7, 8, 40, 90, 91, 300, 366, 900)
    twice = [(99, days_ago(300), 1), (99, days_ago(200), 1)]
    found = groups([*((who, days_ago(age), 1) for who, age in enumerate(ages)), *twice])
    assert [(group.since_days, group.until_days, group.people) for group in found] == [
        (0, 7, 2),
        (8, 30, 1),
        (31, 60, 1),
        (61, 90, 1),
        (91, 180, 1),
        (181, 365, 1),
        (366, None, 2),
    ]


def test_a_group_tells_how_many_of_those_who_were_in_it_came_back():
    """Of forty people, ten came back after fifty days: they were in the third group, and left it."""
    first = [(who, days_ago(400), 1) for who in range(40)]
    again = [(who, days_ago(350), 1) for who in range(10)]
    by_age = {group.since_days: group for group in groups([*first, *again])}
    assert (by_age[31].watched, by_age[31].returned, by_age[31].in_a_hundred) == (40, 10, 25)
    assert (by_age[61].watched, by_age[61].returned, by_age[61].in_a_hundred) == (30, 0, 0)


def test_fewer_than_thirty_people_tell_no_rate():
    found = groups([(who, days_ago(400), 1) for who in range(29)])
    assert all(group.in_a_hundred is None for group in found)
    assert all(
        math.isnan(rate)
        for rate in one_time.return_rates(
            summarise(log_of([(who, days_ago(400), 1) for who in range(29)]), at("2026-06-01"), 90), 90
        )
    )


@given(wild(), st.integers(0, 500))
def test_nobody_is_in_two_groups_or_none(columns, days):
    found = summarise(purchase_log(zone="UTC", **columns), at("2025-01-01") + days * 86_400)
    every = one_time.groups(found, 90)
    assert sum(group.people for group in every) == (found.repeats == 0).sum()
    assert all(0 <= group.returned <= group.watched for group in every)
