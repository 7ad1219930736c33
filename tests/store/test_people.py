"""What a customer is called, where they live and what they speak: by the best evidence, which is told."""

from datetime import UTC, datetime

import pytest

from retcon.errors import InputError
from retcon.model.people import Customer
from retcon.store import overrides, people
from retcon.store.database import Connection, Database
from tests.persons import account, having, order, take, wrote

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def one(database: Database, id_: int = 1) -> Customer:
    with database.read() as tx:
        return people.get(tx, [id_])[id_]


def describe(database: Database, *ids: int) -> None:
    database.write(lambda tx: people.describe(tx, ids or (1,)))


def say(database: Database, field: str, value: str) -> None:
    database.write(lambda tx: overrides.put(tx, 1, field, value, NOW))
    describe(database)


def test_the_country_is_that_of_the_latest_order_then_the_account_then_the_number(database: Database) -> None:
    take(database, order("1", phone="+5511987654321"))
    assert (one(database).country, one(database).country_from) == ("BR", "the phone number")
    take(database, account("17", "ada@example.com", country="AT"))
    assert (one(database).country, one(database).country_from) == ("AT", "the account")
    take(database, order("2", country="DE", days=2), order("3", country="CH", days=1))
    assert (one(database).country, one(database).country_from) == ("DE", "the latest order")
    say(database, "country", "LI")
    assert (one(database).country, one(database).country_from) == ("LI", "you said so")
    take(database, order("4", country="FR", days=3))
    assert one(database).country == "LI"
    say(database, "country", "")
    assert (one(database).country, one(database).country_from) == ("FR", "the latest order")


def test_the_language_is_what_they_wrote_last_then_that_of_the_order(database: Database) -> None:
    take(database, account("17", "ada@example.com", language="en"))
    assert (one(database).language, one(database).language_from) == ("en", "the account")
    take(database, order("1", language="fr"))
    assert (one(database).language, one(database).language_from) == ("fr", "the latest order")
    database.write(lambda tx: wrote(tx, 1, "ada@example.com", language="pt", days=2))
    database.write(lambda tx: wrote(tx, 1, "ada@example.com", language="", days=3))
    describe(database)
    assert (one(database).language, one(database).language_from) == ("pt", "wrote it on 3 Nov 2026")
    say(database, "language", "de")
    assert (one(database).language, one(database).language_from) == ("de", "you said so")


@pytest.mark.parametrize(
    ("country", "phone", "zones", "why"),
    [
        ("FR", "+33612345678", ("Europe/Paris",), "the country"),
        ("BR", "+55 92 98765-4321", ("America/Manaus",), "the phone number"),
        ("BR", "(11) 98765-4321", ("America/Sao_Paulo",), "the phone number"),
        ("AU", "+61 8 9123 4567", ("Australia/Adelaide", "Australia/Perth"), "the phone number"),
        ("XX", "", (), ""),
    ],
)
def test_zones_are_the_country_s_or_those_that_a_number_tells(
    database: Database, country: str, phone: str, zones: tuple[str, ...], why: str
) -> None:
    take(database, order("1", country=country, phone=phone))
    assert (one(database).zones, one(database).zones_from) == (zones, why)


@pytest.mark.parametrize(("country", "phone"), [("US", "+12125550123"), ("AU", "+61412345678"), ("BR", "+12125550123")])
def test_a_number_that_moves_with_its_owner_tells_no_zone(database: Database, country: str, phone: str) -> None:
    take(database, order("1", country=country, phone=phone))
    assert len(one(database).zones) > 3
    assert one(database).zones_from == "the country"


def test_the_operator_s_zone_and_name_win(database: Database) -> None:
    take(database, order("1", country="US", name="A. King"))
    say(database, "zone", "America/Denver")
    say(database, "name", "Ada King")
    assert (one(database).zones, one(database).zones_from, one(database).name) == (
        ("America/Denver",),
        "you said so",
        "Ada King",
    )
    with database.read() as tx:
        assert having(tx, "ada king") == [1]


def test_who_never_bought_is_called_as_they_sign(database: Database) -> None:
    def write(tx: Connection) -> None:
        people.add(tx, [1])
        people.claim(tx, {("chat", "telegram:700100200"): (1, "telegram:700100200")})
        people.name_writers(tx, {1: "Bo"})
        people.describe(tx, [1])

    database.write(write)
    assert (one(database).name, one(database).chats) == ("Bo", (("telegram", "700100200"),))
    with database.read() as tx:
        assert people.by_reference(tx, "telegram:700100200") == 1


def test_numbers_are_shown_in_one_form_the_newest_first_and_what_is_none_as_it_came(database: Database) -> None:
    take(
        database,
        order("1", country="DE", phone="0171 1234567"),
        order("2", country="DE", phone="+49 30 123456", days=2),
        order("3", country="DE", phone="call the neighbour", days=3),
        order("4", country="DE", phone="+49 171 1234567", days=1),
    )
    assert one(database).phones == ("+4930123456", "+491711234567", "call the neighbour")
    take(database, order("5", country="DE", phone="0171 1234567", days=5))
    assert one(database).phones[0] == "+491711234567"
    with database.read() as tx:
        for words in ("0171 1234567", "+491711234567", "neighbour"):
            assert having(tx, words) == [1], words


def test_a_number_that_nobody_tells_any_more_goes(database: Database) -> None:
    take(database, order("1", phone="+491711234567"))
    take(database, order("1", phone=""))
    assert one(database).phones == ()


def test_a_customer_is_meant_by_number_however_it_is_written(database: Database) -> None:
    take(database, order("1", country="DE", phone="0171 1234567"), order("2", "bob@example.com", phone="+1 2125550123"))
    with database.read() as tx:
        assert people.by_reference(tx, "+49 171 1234567") == people.by_reference(tx, "+491711234567") == 1
        assert people.by_reference(tx, "+49 171 7654321") is None


def test_a_number_of_several_names_them(database: Database) -> None:
    take(database, order("1", phone="+491711234567"), order("2", "bob@example.com", phone="+491711234567"))
    with database.read() as tx, pytest.raises(InputError, match=r"2 customers have the number \+491711234567: 1, 2\."):
        people.by_reference(tx, "+491711234567")


def test_who_was_merged_is_the_living_one_by_whatever_they_are_named(database: Database) -> None:
    take(database, order("1"), order("2", "bob@example.com"), order("3", "cyd@example.com"))
    database.write(lambda tx: tx.execute("update customers set merged_into = id - 1 where id > 1"))
    with database.read() as tx:
        assert [people.current(tx, id_) for id_ in (1, 2, 3, 99)] == [1, 1, 1, 99]
        assert people.by_reference(tx, "3") == people.by_reference(tx, "cyd@example.com") == 1
        assert people.parts(tx, 1) == (2, 3)


def test_one_more_order_that_says_the_same_describes_nobody_anew(database: Database) -> None:
    first = order("1", name="Ada", country="DE", language="de", phone="+491711234567")
    take(database, first)
    with database.read() as tx:
        known = people.described(tx, [1])[1]
    assert known.covers("Ada", "DE", "de", "+491711234567", "")
    assert known.covers("", "", "", "", "")
    for news in (("Bob", "", ""), ("", "AT", ""), ("", "", "en")):
        assert not known.covers(*news, "", "")
    assert not known.covers("", "", "", "+49301234567", "")
    assert not known.covers("", "", "", "", "DE-BY")


def test_a_state_tells_the_zone_before_a_number_and_after_the_operator(database: Database) -> None:
    take(database, order("1", country="AU", subdivision="AU-WA", phone="+61 7 3123 4567"))
    assert (one(database).zones, one(database).zones_from) == (("Australia/Perth",), "the state")
    say(database, "zone", "Australia/Sydney")
    assert one(database).zones == ("Australia/Sydney",)
    take(database, order("2", "bob@example.com", country="US", subdivision="US-TX"))
    assert one(database, 2).zones == ("America/Chicago", "America/Denver")
    say(database, "country", "CA")
    assert (one(database).country, one(database).subdivision) == ("CA", "")


def test_the_part_of_the_country_is_that_of_the_latest_order_that_told_one(database: Database) -> None:
    take(database, order("1", country="US", subdivision="US-TX", days=1))
    assert one(database).subdivision == "US-TX"
    take(database, order("2", country="US", days=2))
    assert one(database).subdivision == "US-TX"
    take(database, order("3", country="US", subdivision="US-CA", days=3))
    assert one(database).subdivision == "US-CA"
    take(database, order("4", country="FR", days=4))
    assert (one(database).country, one(database).subdivision) == ("FR", "")


def test_a_file_of_an_earlier_version_is_described_once(database: Database) -> None:
    take(database, order("1", "ada@bücher.example", country="DE", phone="0171 1234567"))

    def as_before(tx: Connection) -> None:
        tx.execute("update identities set value = 'ada@bücher.example'")
        tx.execute("update customers set country_from = '', zones_from = ''")
        tx.execute("delete from phones")
        tx.execute("insert into facts values ('describe_everybody', '1')")

    database.write(as_before)
    database.write(people.catch_up)
    assert (one(database).country_from, one(database).phones) == ("the latest order", ("+491711234567",))
    with database.read() as tx:
        assert people.by_reference(tx, "ada@BÜCHER.example") == 1
        assert tx.execute("select 1 from facts where name = 'describe_everybody'").fetchone() is None
