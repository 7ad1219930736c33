"""Which channel reaches a person, and what is said where none does."""

from dataclasses import replace

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from retcon.channels import reach
from tests.situations import NOW, PROFILE, about, situation

CHANNELS = {"mail": "email"}


def test_a_person_with_an_address_is_reached_by_mail() -> None:
    way = reach.choose(situation(), ("email",), PROFILE, CHANNELS)
    assert (way.channel, way.recipient, way.why_not) == ("mail", "chloe@example.org", "")


def test_the_first_address_that_is_one_is_taken() -> None:
    two = about(situation(), emails=("deleted@site.invalid", "chloe@example.com"))
    assert reach.choose(two, ("email",), PROFILE, CHANNELS).recipient == "chloe@example.com"


def test_what_is_missing_is_named() -> None:
    nowhere = about(situation(), emails=())
    assert reach.choose(nowhere, ("email",), PROFILE, CHANNELS).why_not == (
        "No usable e-mail address of Chloé Martin is known."
    )
    assert reach.choose(situation(), ("email",), PROFILE, {}).why_not == (
        "No channel for e-mail is set up: add [channels.email] to config.toml."
    )
    assert reach.choose(situation(), (), PROFILE, CHANNELS).channel is None


def test_a_closed_address_is_no_way() -> None:
    closed = situation(closed=frozenset({"chloe@example.org"}))
    way = reach.choose(closed, ("email",), PROFILE, CHANNELS)
    assert way.channel is None
    assert way.why_not == "Closed for e-mail: the address doesn't exist."


def test_another_address_takes_the_place_of_one_that_is_gone() -> None:
    two = about(situation(closed=frozenset({"chloe@example.org"})), emails=("chloe@example.org", "chloe@example.com"))
    assert reach.choose(two, ("email",), PROFILE, CHANNELS).recipient == "chloe@example.com"


BOTH = {"mail": "email", "bot": "telegram"}


def test_a_chat_is_a_way_once_they_wrote() -> None:
    wrote = about(situation(), chats=(("telegram", "700100200"),))
    way = reach.choose(wrote, ("telegram",), PROFILE, BOTH)
    assert (way.channel, way.recipient, way.medium) == ("bot", "700100200", "telegram")
    assert reach.choose(situation(), ("telegram",), PROFILE, BOTH).why_not == (
        "Chloé Martin never wrote to you on Telegram, so Telegram can't deliver."
    )


def test_every_channel_is_told_those_first_that_people_there_read_first() -> None:
    liked = replace(PROFILE, channels=("telegram", "email"))
    wrote = about(situation(), chats=(("telegram", "700100200"),))
    assert [way.channel for way in reach.ways(wrote, liked, BOTH)] == ["bot", "mail"]
    assert [way.channel for way in reach.ways(wrote, PROFILE, BOTH)] == ["mail", "bot"]
    assert [bool(way.why_not) for way in reach.ways(situation(), PROFILE, BOTH)] == [False, True]


def test_an_address_that_is_shut_gives_way_to_the_next_and_one_that_only_refuses_advertising_doesn_t() -> None:
    two = about(situation(), emails=("chloe@example.org", "chloe@example.com"))
    shut = replace(two, suppressed={("email", "chloe@example.org"): ("everything", NOW)})
    assert reach.choose(shut, ("email",), PROFILE, CHANNELS).recipient == "chloe@example.com"
    refuses = replace(two, suppressed={("email", "chloe@example.org"): ("advertising", NOW)})
    assert reach.choose(refuses, ("email",), PROFILE, CHANNELS).recipient == "chloe@example.org"
    both = replace(shut, suppressed={("email", email): ("everything", NOW) for email in two.customer.emails})
    assert reach.choose(both, ("email",), PROFILE, CHANNELS).why_not == (
        "Closed for e-mail: nothing reaches Chloé Martin there."
    )


_LETTERS = "abYZ019._+-"


@given(st.from_regex(rf"[{_LETTERS}]{{1,9}}@[{_LETTERS}]{{1,12}}\.[a-z]{{1,6}}", fullmatch=True))
def test_an_address_taken_at_a_glance_is_one_for_the_validator_too(email: str) -> None:
    if reach.is_address(email):
        assert validate_email(email, check_deliverability=False, test_environment=True, strict=True).normalized


@pytest.mark.parametrize(
    ("email", "usable"),
    [
        ("ada@example.org", True),
        ("ada.b+tea@mail.example.co", True),
        ("ünal@example.org", True),
        ("ada@bücher.example", True),
        ("ada@shop.test", True),
        ("deleted@site.invalid", False),
        ("ada@printer.local", False),
        ("ada@example", False),
        ("ada..b@example.org", False),
        ("ada@example.org\n", False),
        ("a" * 65 + "@example.org", False),
        ("", False),
    ],
)
def test_what_can_be_written_to(email: str, usable: bool) -> None:
    assert reach.is_address(email) is usable
