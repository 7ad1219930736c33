"""The customers as a list: what is typed, whom it means, what is done with them, and the file of an export."""

import csv
import stat

import pytest

from retcon.desk import customers, operations, tags
from retcon.desk.customers import View
from retcon.desk.house import House
from retcon.errors import QueryError, StoreError, UsageError
from retcon.store.database import Connection
from tests.listed import stand


def write(tx: Connection) -> None:
    """Six people, one with a name that a spreadsheet and a terminal would obey."""
    stand(
        tx,
        1,
        "Chloé Martin",
        "FR",
        band="high",
        stake_minor=31_000,
        causes=[["silent", 47, 21, 38], ["steady", 12, 21, -20]],
    )
    stand(tx, 2, "Jonas Keller", "DE", tier="vip", stake_minor=9_000, cycle_days=None)
    stand(tx, 3, "=cmd()\x1b[31m", "NO", stake_minor=500, tier="one_time")
    stand(tx, 4, "ليلى العتيبي", "SA", tier="vip", band="high", stake_minor=41_200, email="layla@example.org")
    stand(tx, 5, "Anna Sommer", "DE", band="high", stake_minor=0, left_alone=True)
    stand(tx, 6, "Anna Thal", "DE", band="low", stake_minor=0)


@pytest.fixture
def shop(house: House) -> House:
    """The six."""
    house.database.write(write)
    tags.put(house, [2, 6], "fair")
    return house


def found(house: House, query: str, sort: str = "stake") -> list[int]:
    return list(customers.listing(house, View(query, sort)).ids)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 1, 2, 3, 5, 6]),
        ("  risk:high   country:de ", [5]),
        ("risk:h", [4, 1, 5]),
        ("!risk:high", [2, 3, 6]),
        ("tier:vip !tag:fair", [4]),
        ("tier:one-time", [3]),
        ("tag:#Fair", [2, 6]),
        ("tag:fai", []),
        ("anna", [5, 6]),
        ("anna !sommer", [6]),
        ("!anna !!", [4, 1, 2, 3]),
        ("layla@example.org", [4]),
        ("العتيبي", [4]),
        ("alone:yes", [5]),
        ("country:germany,fr risk:high or tier:vip", [4, 1, 2, 5]),
        ("not (country:DE or risk:high)", [3]),
        ("tag:f* stake >= 90", [2]),
        ("stage:habit language:DE risk:low", [6]),
    ],
)
def test_a_query_means_people(shop: House, query: str, expected: list[int]) -> None:
    assert found(shop, query) == expected


@pytest.mark.parametrize(
    ("query", "at", "told"),
    [
        ("anna rsk:high", 5, "“rsk:” is no filter; risk: is near."),
        ("!risk:purple", 6, "“risk:” is high, medium or low."),
        ("risk:", 5, "“risk:” is high, medium or low."),
        ("tier:q", 5, "“tier:” is vip, high, promising, regular, new or one-time."),
        ("country:germny", 8, "A country is two letters, or its name. Germany is DE."),
        ("tag:", 4, "“tag:” needs a word. For instance tag:wholesale."),
        ("segment:regulars", 8, "No segment is called “regulars”. None is saved yet."),
    ],
)
def test_what_means_nothing_is_said_with_its_place(shop: House, query: str, at: int, told: str) -> None:
    with pytest.raises(QueryError) as refused:
        customers.listing(shop, View(query))
    assert (refused.value.at, str(refused.value)) == (at, told)


def test_an_unknown_order_is_refused(shop: House) -> None:
    with pytest.raises(UsageError, match="not sorted by “luck”"):
        customers.page(shop, View("", "luck"), None, 5)


def test_pages_and_counts_say_what_is_at_stake(shop: House) -> None:
    first = customers.page(shop, View("risk:high"), None, 2)
    rest = customers.page(shop, View("risk:high"), first.last, 2)
    last = customers.page(shop, View("risk:high"), None, 1, back=True)
    assert [row.id for row in (*first.rows, *rest.rows)] == [4, 1, 5]
    assert last.rows == rest.rows
    assert first.rows[1].why == "+38 Silent 47 days, usually 21."
    assert first.rows[1].besides == "+38 silence · −20 12 orders, one every 21 days."
    assert customers.counts(shop, View("risk:high")) == customers.Counts(shown=3, total=6, stake_minor=72_200)
    assert customers.page(shop, View("nobody"), None, 5).rows == ()


def test_where_nobody_matches_the_term_that_is_too_much_is_named(shop: House) -> None:
    assert customers.nearest(shop, "risk:high country:NO") == ("the country", 3)
    assert customers.nearest(shop, "country:NO anna") == ("“anna”", 1)
    assert customers.nearest(shop, "nobody") is None
    assert customers.nearest(shop, "nobody noone") is None


def test_leaving_several_alone_is_one_operation_that_can_be_taken_back(shop: House) -> None:
    assert customers.leave_alone(shop, [1, 2, 5]) == 2
    assert found(shop, "alone:yes") == [1, 2, 5]

    undone = operations.undo(shop)

    assert (undone.words, undone.back) == ("Taken back: 2 left alone.", 2)
    assert found(shop, "alone:yes") == [5]


def test_leaving_alone_who_is_left_alone_is_no_operation(shop: House) -> None:
    before = operations.undo(shop)  # the tag
    assert customers.leave_alone(shop, [5]) == 0
    assert before.back == 2
    assert customers.leave_alone(shop, [5], alone=False) == 1


def test_an_export_is_a_file_for_its_owner_that_no_spreadsheet_obeys(shop: House) -> None:
    file = customers.export(shop, View("", "name"))
    again = customers.export(shop, View("country:DE"), ids=[6, 2])

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.parent == shop.settings.places.exports
    assert again != file
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines)}
    assert len(rows) == 6
    assert rows["3"]["name"] == "'=cmd()�[31m"
    assert (rows["1"]["at_stake"], rows["1"]["currency"], rows["1"]["why"]) == (
        "310.00",
        "EUR",
        "Silent 47 days, usually 21.",
    )
    assert (rows["2"]["tags"], rows["2"]["usual_days"], rows["5"]["left_alone"]) == ("fair", "", "yes")
    with again.open(encoding="utf-8-sig", newline="") as lines:
        assert [row["id"] for row in csv.DictReader(lines)] == ["6", "2"]


def test_a_folder_that_cannot_be_written_is_told(shop: House) -> None:
    shop.settings.places.exports.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="Nothing was exported"):
        customers.export(shop, View())
