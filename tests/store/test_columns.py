from retcon.store.among import among
from retcon.store.columns import columns


def test_columns_are_whole_numbers_without_what_is_null(database):
    query = "select 1 as a, null as b, 2 as c union all select -3, 9, 4611686018427387904"
    with database.read() as tx:
        found = columns(tx, ("c", "a", "b"), query, {})
        none = columns(tx, ("a",), "select 1 as a where false", {})
    assert [column.tolist() for column in found] == [[2, 2**62], [1, -3], [9]]
    assert [column.tolist() for column in none] == [[]]


def test_a_range_is_walked_unless_it_has_gaps():
    assert among(None) == ("", {})
    assert among(range(3, 6)) == (" and o.customer_id between :first and :last", {"first": 3, "last": 5})
    assert among(range(3, 8, 2))[1] == {"ids": "[3, 5, 7]"}
    assert among([5, 3])[1] == {"ids": "[5, 3]"}
