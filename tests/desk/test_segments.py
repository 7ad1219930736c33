"""Saved segments: saved, counted, put into each other, removed, taken back; whom words and looked-up filters mean."""

import pytest

from retcon.desk import customers, operations, people, segments
from retcon.desk.customers import View
from retcon.desk.house import House
from retcon.errors import Conflict, QueryError, UsageError
from retcon.store import segments as stored
from retcon.store.database import Connection
from tests.conftest import NOW
from tests.listed import stand


def write(tx: Connection) -> None:
    """Four people; the third said yes to e-mail, the fourth is left alone."""
    stand(tx, 1, "Chloé Martin", "FR", band="high", stake_minor=31_000, orders=5)
    stand(tx, 2, "Jonas Keller", "DE", tier="vip", stake_minor=9_000, orders=9)
    stand(tx, 3, "Anna Keller", "DE", band="high", stake_minor=500, orders=1, spent_minor=11_000)
    stand(tx, 4, "Layla Al-Otaibi", "SA", tier="vip", stake_minor=100, left_alone=True, email="layla@example.org")
    tx.execute(
        """
        insert into consents (customer_id, channel, purpose, state, basis, at, source)
        values (3, 'email', 'marketing', 'granted', 'express', 1, 'form'),
            (4, 'email', 'marketing', 'granted', 'express', 1, 'form')
        """
    )


@pytest.fixture
def shop(house: House) -> House:
    """The four."""
    house.database.write(write)
    return house


def ids(house: House, query: str) -> list[int]:
    with house.database.read() as tx:
        found = segments.ids(house, tx, query)
        assert segments.count(house, tx, query) == len(found)
    return found


def refused(house: House, query: str) -> tuple[int, str]:
    with pytest.raises(QueryError) as error:
        ids(house, query)
    return error.value.at, str(error.value)


def test_a_segment_is_its_filter_under_a_name_wherever_a_filter_stands(shop: House) -> None:
    segments.save(shop, "Slipping", "risk:high")
    segments.save(shop, "german ones", "country:DE segment:slipping or tier:vip")

    assert ids(shop, "segment:SLIPPING") == [1, 3]
    assert ids(shop, "segment:german-ones") == [2, 3, 4]
    assert ids(shop, "segment:slipping,german-ones !country:DE") == [1, 4]
    assert ids(shop, "!segment:german-ones") == [1]
    assert list(customers.listing(shop, View("segment:german-ones", "name")).ids) == [3, 2, 4]


def test_saved_ones_are_counted_with_what_is_at_stake(shop: House) -> None:
    segments.save(shop, "vips", "tier:vip")
    segments.save(shop, "all-german", " country:DE ")
    shop.database.write(lambda tx: stored.put(tx, "old", "zodiac:blue", NOW))
    counted = segments.counted(shop)

    assert [(each.saved.name, each.saved.query, each.customers, each.stake_minor) for each in counted] == [
        ("all-german", "country:DE", 2, 9_500),
        ("old", "zodiac:blue", 0, 0),
        ("vips", "tier:vip", 2, 9_100),
    ]
    assert [each.trouble.split(" All")[0] for each in counted] == ["", "“zodiac:” is no filter.", ""]
    assert refused(shop, "anna segment:old") == (
        13,
        "The segment “old” can't be read: “zodiac:” is no filter. Save it anew: retcon segments save old QUERY",
    )


def test_saving_changing_and_removing_are_taken_back_and_done_again(shop: House) -> None:
    assert segments.save(shop, "few", "orders=1") is None
    before = segments.save(shop, "few", "orders<=5")
    assert before is not None
    assert before.query == "orders=1"

    assert operations.undo(shop).words == "Taken back: segment few changed."
    assert ids(shop, "segment:few") == [3]
    assert operations.redo(shop).words == "Done again: segment few changed."
    assert ids(shop, "segment:few") == [1, 3, 4]
    assert segments.remove(shop, "Few").query == "orders<=5"
    assert segments.saved(shop) == ()
    assert operations.undo(shop).words == "Taken back: segment few removed."
    assert ids(shop, "segment:few") == [1, 3, 4]
    operations.undo(shop)
    operations.undo(shop)
    assert segments.saved(shop) == ()


@pytest.mark.parametrize(
    ("name", "query", "told"),
    [
        ("a b", "segment:a-b", "No segment is called “a-b”"),
        ("one", "segment:three", "“one” would stand for itself: one → three → two → one."),
        ("ONE", "anna or !segment:one", "“one” would stand for itself: one → one."),
        ("x", "   ", "Everybody needs no name."),
        ("x", "contry:DE", "“contry:” is no filter; country: is near."),
        ("x:y", "anna", "“x:y” can't be a name."),
        ("  ", "anna", "“” can't be a name."),
        ("x" * 31, "anna", "A name has at most 30 letters; this one has 31."),
    ],
)
def test_what_cannot_be_saved_is_said(shop: House, name: str, query: str, told: str) -> None:
    segments.save(shop, "one", "risk:high")
    segments.save(shop, "two", "segment:one country:DE")
    segments.save(shop, "three", "segment:two")
    with pytest.raises(UsageError, match=told.replace("(", r"\(")):
        segments.save(shop, name, query)
    assert [each.name for each in segments.saved(shop)] == ["one", "three", "two"]


def test_a_part_of_another_is_not_removed(shop: House) -> None:
    segments.save(shop, "one", "risk:high")
    segments.save(shop, "two", "tier:vip or !segment:One")
    with pytest.raises(Conflict, match="“one” is a part of two"):
        segments.remove(shop, "one")
    with pytest.raises(UsageError, match="No segment is called “three”"):
        segments.remove(shop, "three")


def test_a_circle_that_came_about_otherwise_ends(shop: House) -> None:
    shop.database.write(lambda tx: stored.put(tx, "a", "segment:b", NOW))
    shop.database.write(lambda tx: stored.put(tx, "b", "segment:a", NOW))
    assert refused(shop, "anna segment:a") == (13, "The segment “a” stands for itself: a → b → a.")


def test_segments_that_double_each_other_end(shop: House) -> None:
    segments.save(shop, "s0", "orders>1 orders>2 orders>3")
    for number in range(1, 8):
        segments.save(shop, f"s{number}", f"segment:s{number - 1} or segment:s{number - 1}")
    assert ids(shop, "segment:s7") == [1, 2, 4]
    assert refused(shop, "segment:s7 segment:s5")[1].startswith("With its segments this has more than 400 words")
    segments.save(shop, "s8", "segment:s7")
    with pytest.raises(QueryError, match="8 deep at most"):
        segments.save(shop, "s9", "segment:s8")


def test_the_nearest_segment_is_named(shop: House) -> None:
    segments.save(shop, "regulars", "orders>=5")
    assert refused(shop, "anna or segment:rgulars") == (16, "No segment is called “rgulars”; regulars is near.")
    assert refused(shop, "segment:other")[1] == "No segment is called “other”. retcon segments lists them."


def test_words_in_quotes_stand_in_a_row(shop: House) -> None:
    assert ids(shop, "keller anna") == [3]
    assert ids(shop, '"anna keller"') == [3]
    assert ids(shop, '"keller anna"') == []
    assert ids(shop, "an") == [3]
    assert ids(shop, "' or 1=1 --") == ids(shop, '"%" or "_"') == []


def test_consent_and_reach_are_what_the_gate_would_say(shop: House) -> None:
    assert ids(shop, "consent:email") == [3]
    assert ids(shop, "reach:email") == [1, 2, 3]
    assert ids(shop, "reach:telegram,email !consent:email") == [1, 2]


def test_another_currency_goes_by_the_kept_rates_or_is_refused(shop: House) -> None:
    assert ids(shop, "spent<110") == []
    assert ids(shop, "spent<=110") == [3]
    assert ids(shop, "spent<100USD") == []
    assert ids(shop, "spent<100000JPY") == [1, 2, 3, 4]
    assert refused(shop, "anna spent<9XYZ") == (
        11,
        "No rate from XYZ to EUR is known. Write the amount in EUR.",
    )


def test_where_nobody_matches_the_part_that_is_too_much_is_named(shop: House) -> None:
    segments.save(shop, "slipping", "risk:high")
    assert customers.nearest(shop, "segment:slipping orders>=9") == ("“orders>=9”", 2)
    assert customers.nearest(shop, "segment:slipping tier:vip") == ("the tier", 2)
    assert customers.nearest(shop, "country:NO (risk:high or tier:vip)") == ("the country", 4)
    assert customers.nearest(shop, "country:DE !(risk:high or tier:vip)") == ("“!(risk:high or tier:vip)”", 2)


def test_orders_are_asked_for_by_whose_they_are_and_what_they_are(shop: House) -> None:
    def write(tx: Connection) -> None:
        for number, customer, state in ((1001, 1, "paid"), (1002, 2, "refunded"), (1003, 2, "paid"), (2001, 3, "open")):
            tx.execute(
                """
                insert into orders (source, source_id, number, customer_id, placed_at, state, currency, total_minor,
                    total_base_minor) values ('woo', ?, ?, ?, ?, ?, 'EUR', 100, 100)
                """,
                (number, f"#{number}", customer, number, state),
            )

    shop.database.write(write)
    segments.save(shop, "vips", "tier:vip")

    def numbers(query: str) -> list[str]:
        return [order.number for order in people.all_orders(shop, query)]

    assert numbers("") == ["#2001", "#1003", "#1002", "#1001"]
    assert numbers("segment:vips") == ["#1003", "#1002"]
    assert numbers("segment:vips state:paid") == ["#1003"]
    assert numbers("state:paid or #2001") == ["#2001", "#1003", "#1001"]
    assert numbers("100") == ["#1003", "#1002", "#1001"]
    assert numbers("keller !1002") == ["#2001", "#1003"]
    with pytest.raises(QueryError, match="is of orders, not of people"):
        segments.save(shop, "x", "state:paid")
