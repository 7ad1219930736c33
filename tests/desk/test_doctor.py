from retcon.desk import doctor, refresh
from retcon.desk.house import House
from tests.purchases import order, take


def crowd(house: House) -> list[str]:
    refresh.refresh(house, everybody=True)
    return [
        check.words for check in doctor.examine(lambda: house, house.settings.places.config) if check.name == "orders"
    ]


def test_one_id_with_a_twentieth_of_all_orders_is_named(house: House) -> None:
    take(house.database, *(order(f"c{number}", "2026-05-01") for number in range(200)))
    take(house.database, *(order("till", f"2026-{month:02}-{day:02}") for month in (6, 7) for day in range(1, 11)))
    assert crowd(house) == [
        "One customer (201) holds 20 of 220 orders: a till, a reseller or a test? The ranking counts them less."
    ]


def test_in_a_shop_without_one_nothing_is_said(house: House) -> None:
    take(house.database, *(order(f"c{number}", "2026-05-01") for number in range(200)))
    assert crowd(house) == []
