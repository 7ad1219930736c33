import numpy as np

from retcon.model.standing import Tier
from retcon.retention import tiers


def tier_of(yearly, orders, recent=None, age=None, **chosen):
    yearly = np.array(yearly, float)
    orders = np.array(orders)
    codes = tiers.tiers(
        tiers.levels(yearly, orders).with_set(**chosen),
        yearly,
        orders,
        np.zeros_like(orders) if recent is None else np.array(recent),
        np.full_like(orders, 400) if age is None else np.array(age),
    )
    return [tiers.TIERS[code] for code in codes]


def test_the_highest_twentieth_is_vip_and_the_highest_fifth_high():
    found = tier_of(range(1, 101), [5] * 100)
    assert found.count(Tier.VIP) == 5
    assert found.count(Tier.HIGH) == 15
    assert found[99] is Tier.VIP
    assert found[80] is Tier.HIGH
    assert found[79] is Tier.REGULAR


def test_in_a_tiny_shop_the_best_customer_is_the_vip():
    assert tier_of([10, 20, 90], [3, 3, 4]) == [Tier.REGULAR, Tier.REGULAR, Tier.VIP]
    assert tier_of([10], [4]) == [Tier.VIP]


def test_one_large_order_makes_no_vip_and_takes_nobodys_place():
    assert tier_of([10, 20, 900], [3, 3, 1]) == [Tier.REGULAR, Tier.VIP, Tier.ONE_TIME]


def test_two_large_orders_are_high_at_most():
    assert tier_of([900, *range(1, 20)], [2, *[5] * 19])[0] is Tier.HIGH


def test_who_is_worth_alike_is_treated_alike():
    assert set(tier_of([50] * 40, [4] * 40)) == {Tier.REGULAR}
    assert tier_of([50] * 39 + [90], [4] * 40).count(Tier.VIP) == 1


def test_two_orders_in_half_a_year_are_promising():
    assert tier_of([1, 2, 3, 4, 900], [2] * 5, recent=[2, 1, 2, 0, 2])[:3] == [
        Tier.PROMISING,
        Tier.REGULAR,
        Tier.PROMISING,
    ]


def test_one_order_is_new_for_ninety_days():
    assert tier_of([5, 5], [1, 1], age=[90, 91]) == [Tier.NEW, Tier.ONE_TIME]


def test_who_will_spend_nothing_is_no_vip():
    assert tier_of([0, 0, 0], [5, 5, 5]) == [Tier.REGULAR] * 3
    assert tier_of([], []) == []


def test_levels_that_the_seller_has_set_take_the_place_of_the_learnt_ones():
    yearly, orders = range(1, 101), [5] * 100
    assert tier_of(yearly, orders, vip=91).count(Tier.VIP) == 10
    found = tier_of(yearly, orders, vip=99, high=50)
    assert (found.count(Tier.VIP), found.count(Tier.HIGH)) == (2, 49)
