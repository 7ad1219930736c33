"""A token in a link says whom it was sent to and for what, and nobody else can make one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.retention import invitation
from retcon.store import installation
from retcon.store.database import Database

KEY = "a key of this installation"
WHATS = st.sampled_from(["news", "chat", "confirm"])
IDS = st.integers(1, 2**53)


@given(IDS, WHATS)
def test_a_token_is_read_back_wherever_it_stands(customer_id: int, what: str) -> None:
    made = invitation.token(KEY, customer_id, what)
    assert re.fullmatch("[A-Za-z0-9_-]{1,60}", made)
    for text in (
        made,
        f"https://t.me/sample_bot?start={made}",
        f"Yes!\n> {made}.\n",
        f"hello+{made}@shop.example",
        made.upper(),
        f"{invitation.token('another key', 7, 'news')} {made}",
    ):
        assert invitation.read(KEY, text) == (customer_id, what)


@given(IDS, WHATS, WHATS, st.integers(0, 60), st.sampled_from("abcxyz27-9"))
def test_a_token_that_was_changed_says_nothing(
    customer_id: int, what: str, other: str, place: int, letter: str
) -> None:
    made = invitation.token(KEY, customer_id, what)
    place %= len(made)
    changed = made[:place] + letter + made[place + 1 :]
    said = invitation.read(KEY, changed)
    assert said is None if changed != made else said == (customer_id, what)
    assert invitation.read("another key", made) is None
    assert (invitation.token(KEY, customer_id, other) == made) is (other == what)


@pytest.mark.parametrize("text", ["", "c17", "c17-", "no-token-at-all", "c17-" + "a" * 24, "c" * 100_000, "٣" * 50])
def test_other_text_holds_no_token(text: str) -> None:
    assert invitation.read(KEY, text) is None


def test_the_key_is_made_once(database: Database) -> None:
    first = database.write(installation.link_key)
    assert len(first) == 64
    assert database.write(installation.link_key) == first
    with database.read() as tx:
        assert installation.link_key(tx) == first
