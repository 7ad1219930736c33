"""Which channel reaches a person, and what is said where none does."""

from retcon.channels import reach
from tests.situations import PROFILE, about, situation

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
    closed = situation(closed=frozenset({"mail"}))
    way = reach.choose(closed, ("email",), PROFILE, CHANNELS)
    assert way.channel is None
    assert way.why_not == "Closed for e-mail: the address doesn't exist."
