"""By what a person is recognised: addresses and numbers however they are written, and what joins nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.store import addresses, people
from retcon.store.database import Database
from retcon.sync import identity
from tests.persons import account, order, owner, take


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.COM", " ada@example.com "),
        ("ada@bücher.example", "ADA@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@bu\u0308cher.example"),
        ("ＡＤＡ@example.com", "ada@example.com"),
    ],
)
def test_an_address_is_one_however_it_is_written(one: str, other: str) -> None:
    assert identity.by_email(one) == identity.by_email(other) is not None


@pytest.mark.parametrize(("one", "other"), [("a.da@gmail.com", "ada@gmail.com"), ("ada+x@gmail.com", "ada@gmail.com")])
def test_dots_and_tags_are_likely_the_same_mailbox_and_prove_nothing(one: str, other: str) -> None:
    assert identity.by_email(one) != identity.by_email(other)
    assert addresses.mailbox(one) == addresses.mailbox(other) == "ada@gmail.com"


@pytest.mark.parametrize("email", ["", "no address", "a@b@c.example", "@example.com", f"{'x' * 250}@example.com"])
def test_what_is_no_address_is_nobody(email: str) -> None:
    assert identity.by_email(email) is None


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_none_and_compares_with_itself(text: str) -> None:
    known = identity.address(text)
    assert identity.address(known) == known


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("+49 171 1234567", "", "+491711234567"),
        ("+49 (0)171 1234567", "", "+491711234567"),
        ("0171/123 45 67", "DE", "+491711234567"),
        ("0049 171 1234567", "", "+491711234567"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("+39 06 1234567", "", "+39061234567"),  # a zero that belongs to the number
        ("+52 1 55 1234 5678", "", "+525512345678"),  # Mexico's old 1
        ("+52 55 1234 5678", "MX", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
        ("٠١٠ ١٢٣٤ ٥٦٧٨", "EG", "+201012345678"),
        ("0171 1234567", "", ""),  # of which country?
        ("call me", "DE", ""),
        ("", "DE", ""),
    ],
)
def test_a_number_is_read_as_the_country_writes_it(number: str, country: str, expected: str) -> None:
    assert addresses.phone(number, country) == expected


@given(st.text(max_size=40), st.sampled_from(["", "DE", "US", "MX", "ZZ"]))
def test_any_text_is_a_number_or_none(text: str, country: str) -> None:
    known = addresses.phone(text, country)
    assert known == "" or addresses.is_number(known)
    assert addresses.phone(known) in ("", known)


def test_a_chat_and_a_number_are_identities() -> None:
    assert identity.by_chat("telegram", "700100200") == ("chat", "telegram:700100200")
    assert identity.by_phone("0171 1234567", "DE") == ("phone", "+491711234567")
    assert identity.by_phone("none", "DE") is None


def test_a_number_joins_nobody(database: Database) -> None:
    take(database, order("1", "ada@example.com", phone="+491711234567"))
    take(database, order("2", "bob@example.com", phone="+491711234567"), order("3", "", phone="+491711234567"))
    assert len({owner(database, "orders", number) for number in ("1", "2", "3")}) == 3


def test_an_address_that_a_marketplace_lends_joins_nobody_with_an_account(database: Database) -> None:
    lent = "x7k2@marketplace.amazon.com"
    take(database, order("1", lent), order("2", lent))
    take(database, account("17", lent), order("3", lent, account_id="17"))
    assert owner(database, "orders", "1") == owner(database, "orders", "2")
    assert owner(database, "orders", "3") != owner(database, "orders", "1")
    with database.read() as tx:
        assert people.get(tx, [1])[1].emails == (lent,)
