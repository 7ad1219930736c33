import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.model.standing import Band, Stage
from retcon.retention import lifecycle
from retcon.retention.lifecycle import stage


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Stage.TRUST),
        (7, Stage.TRUST),
        (8, Stage.SETTLING),
        (14, Stage.SETTLING),
        (15, Stage.REASON),
        (30, Stage.REASON),
        (31, Stage.DRIFTING),
        (900, Stage.DRIFTING),
    ],
)
def test_after_the_first_order_the_days_decide(days, expected):
    assert stage(1, days, days, 30.0, Band.MEDIUM) is expected


@pytest.mark.parametrize(
    ("orders", "expected"),
    [(2, Stage.RETURNING), (3, Stage.HABIT), (4, Stage.HABIT), (5, Stage.ADVOCATE), (40, Stage.ADVOCATE)],
)
def test_from_the_second_order_on_their_number_decides(orders, expected):
    assert stage(orders, 200, 5, 30.0, Band.LOW) is expected
    assert stage(orders, 3, 0, 30.0, Band.LOW) is expected


def test_who_came_back_before_and_falls_silent_is_to_be_won_back():
    assert stage(4, 300, 60, 30.0, Band.MEDIUM) is Stage.WIN_BACK
    assert stage(4, 300, 59, 30.0, Band.MEDIUM) is Stage.HABIT
    assert stage(4, 300, 45, 60.0, Band.HIGH) is Stage.WIN_BACK
    assert stage(4, 300, 30, 21.0, Band.HIGH) is Stage.WIN_BACK
    assert stage(4, 300, 20, 21.0, Band.HIGH) is Stage.HABIT


def test_who_bought_once_drifts_and_is_not_won_back():
    assert stage(1, 75, 75, 30.0, Band.HIGH) is Stage.DRIFTING


@given(
    orders=st.integers(1, 8),
    days=st.integers(0, 200),
    silent=st.integers(0, 120),
    usual=st.floats(1, 200),
    band=st.sampled_from(Band),
)
def test_one_and_many_go_by_the_same_rules(orders, days, silent, usual, band):
    (code,) = lifecycle.stages(
        np.array([orders]),
        np.array([days]),
        np.array([silent]),
        np.array([usual]),
        np.array([band is Band.HIGH], np.int8),
    )
    assert lifecycle.STAGES[code] is stage(orders, days, silent, usual, band)


def test_every_stage_has_a_purpose_in_one_line():
    assert set(lifecycle.PURPOSE) == set(Stage)
    assert all(words.endswith(".") and "\n" not in words for words in lifecycle.PURPOSE.values())
