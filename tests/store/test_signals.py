"""What else customers did: as it was known at any instant, and unknown where nothing tells of it."""

from pathlib import Path

import pytest

from retcon.model.conversations import ComplaintSign
from retcon.model.orders import Coupon, Review
from retcon.retention.risk.summary import summarise
from retcon.store import complaints, purchases
from retcon.store.database import Database
from tests.persons import order as bought
from tests.talk import Talk, ago, answer, mail


@pytest.fixture
def talk(database: Database, tmp_path: Path) -> Talk:
    found = Talk(database, tmp_path / "home" / "files")
    found.keep(bought("1", "ada@example.com", placed_at=ago(days=60)), source="woo")
    return found


def columns(talk: Talk, hours: float = 0) -> dict[str, list[float]]:
    """The signals of Ada, who has ordered once, so many hours ago."""
    as_of = int(ago(hours=hours).timestamp())
    with talk.database.read() as tx:
        log = purchases.log(tx, as_of, "UTC")
    return {kind: values.tolist() for kind, values in summarise(log, as_of).signals.columns.items()}


def test_nothing_is_known_where_nothing_was_ever_read(talk: Talk) -> None:
    assert columns(talk) == {}


def test_a_message_waits_from_its_arrival_until_it_is_answered(talk: Talk) -> None:
    talk.keep(mail("1", 9), answer("a", 5))
    assert columns(talk, 10) == {}
    assert columns(talk, 7)["waiting"] == [1]
    assert columns(talk)["waiting"] == [0]


def test_a_complaint_counts_until_it_is_settled(talk: Talk) -> None:
    talk.keep(mail("1", 9))
    ada = talk.threads()[0].customer_id

    def complain(tx):
        complaints.add(
            tx,
            customer_id=ada,
            thread_id=None,
            sign=ComplaintSign.WORDS,
            words="broken",
            reference="message:1",
            at=ago(hours=8),
        )

    talk.database.write(complain)
    assert columns(talk)["complained"] == [1]
    talk.database.write(lambda tx: complaints.close(tx, 1, ago(hours=2)))
    assert (columns(talk, 4)["complained"], columns(talk)["complained"]) == ([1], [0])


def test_one_or_two_stars_are_a_low_rating_and_five_are_none(talk: Talk) -> None:
    def review(number: str, rating: int) -> Review:
        return Review(
            source_id=number,
            product_id="",
            email="ada@example.com",
            name="Ada",
            rating=rating,
            body="",
            created_at=ago(hours=5),
        )

    talk.keep(review("1", 2), review("2", 5), source="woo")
    assert columns(talk)["rated_low"] == [1]


def test_what_was_sent_waits_for_a_reply_or_an_order(talk: Talk) -> None:
    def send(tx):
        tx.execute(
            "insert into outbox (revision, customer_id, channel, purpose, recipient, subject, body, state, key,"
            " not_before, approved_at, sent_at) values (1, 1, 'email', 'relationship', 'ada@example.com', '', '',"
            " 'sent', 'k', 0, 0, ?)",
            (int(ago(hours=20).timestamp()),),
        )

    talk.database.write(send)
    assert columns(talk)["no_reply"] == [1]
    talk.keep(mail("1", 9))
    assert (columns(talk, 10)["no_reply"], columns(talk)["no_reply"]) == ([1], [0])


def test_a_coupon_of_ones_own_is_unused_until_it_is_used_or_over(talk: Talk) -> None:
    mine = {"given_to": ("ada@example.com",), "created_at": ago(days=20)}
    talk.keep(
        Coupon(source_id="1", code="MINE", **mine),
        Coupon(source_id="2", code="SHORT", expires_at=ago(days=10), **mine),
        Coupon(source_id="3", code="EVERYBODY", created_at=ago(days=20)),
        Coupon(source_id="4", code="OTHERS", given_to=("bo@example.com",), created_at=ago(days=20)),
        source="woo",
    )
    assert columns(talk, 24 * 30) == {}
    assert columns(talk, 24 * 15)["coupon_unused"] == [2]
    assert columns(talk)["coupon_unused"] == [1]
    talk.keep(bought("2", "ada@example.com", placed_at=ago(days=1), coupon_codes=("mine",)), source="woo")
    assert (columns(talk, 48)["coupon_unused"], columns(talk)["coupon_unused"]) == ([1], [0])
