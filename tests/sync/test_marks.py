import pytest

from retcon.sync import marks


@pytest.mark.parametrize(
    ("buyer", "receiver", "elsewhere", "gift"),
    [
        ("Anna Meyer", "Anna Meyer", True, False),
        ("Anna Meyer", "MEYER Anna", True, False),
        ("Anna Meyer", "A. Meyer", True, False),
        ("Anna Meyer", "Anna Maria Meyer", True, False),
        ("Zoë Müller", "Zoe Muller", True, False),
        ("Anna Meyer", "Meyer", True, False),
        ("Anna Meyer", "Tom Meyer", False, False),  # one household
        ("Anna Meyer", "Tom Meyer", True, True),
        ("Anna Meyer", "Chloé Durand", False, True),
        ("Anna Meyer", "", True, False),
        ("", "Anna Meyer", True, False),
        ("王小明", "王 小明", True, False),
        ("王小明", "Xiaoming Wang", True, False),  # a label abroad is written in Latin letters
        ("王小明", "李大伟", False, True),
        ("やまだ はなこ", "山田花子", True, False),
    ],
)
def test_a_parcel_went_to_somebody_else_where_the_names_are_of_two(buyer, receiver, elsewhere, gift):
    assert marks.somebody_else(buyer, receiver, elsewhere=elsewhere) is gift
    assert marks.somebody_else(receiver, buyer, elsewhere=elsewhere) is gift


@pytest.mark.parametrize(
    ("meta", "gift"),
    [
        ({}, False),
        ({"_is_gift": "yes"}, True),
        ({"is_gift": "no"}, False),
        ({"gift": True}, True),
        ({"gift": {"odd": 1}}, False),
        ({"gift_message": "Happy birthday"}, True),
        ({"_wfc_gift_message": "  "}, False),
        ({"_wc_other/woocommerce_shipstation/is_gift": "1"}, True),
        ({"_gift_card": "yes"}, False),
    ],
)
def test_the_shop_says_that_it_is_a_gift(meta, gift):
    assert marks.gift(meta) is gift


@pytest.mark.parametrize(
    ("status", "meta", "expected"),
    [
        ("pre-ordered", {}, True),
        ("processing", {"_wc_pre_orders_is_pre_order": "1"}, True),
        ("processing", {"_wc_pre_orders_is_pre_order": 1}, True),
        ("processing", {"_order_has_preorder": "yes"}, True),
        ("processing", {"_order_has_preorder": "no"}, False),
        ("processing", {}, False),
    ],
)
def test_the_shop_says_that_it_is_a_pre_order(status, meta, expected):
    assert marks.preorder(status, meta) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("return-requested", True),
        ("Return Approved", True),
        ("wc-exchange-approve", True),
        ("return-cancelled", False),
        ("completed", False),
        ("", False),
    ],
)
def test_the_status_says_that_goods_come_back(status, expected):
    assert marks.returning(status) is expected
