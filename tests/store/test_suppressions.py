"""Addresses that are never written to again, and what people and channels say of it: once, at once, for good."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.model.people import Basis, Consent, ConsentState
from retcon.model.situation import Contact
from retcon.store import consents, conversations, suppressions
from retcon.store.database import Connection, Database
from retcon.sync import permissions
from tests.conftest import NOW

DAY = timedelta(days=1)
ADA = ("email", "ada@example.com")
CHAT = ("telegram", "700100200")
Result = TypeVar("Result")


@pytest.fixture
def do(database: Database) -> Callable[[Callable[[Connection], Result]], Result]:
    """Do something in a transaction; customer 1 is there."""
    database.write(lambda tx: tx.execute("insert into customers (id) values (1)"))
    return database.write


Do = Callable[[Callable[[Connection], Result]], Result]


def shut(tx: Connection) -> dict[tuple[str, str], str]:
    return {address: what for address, (what, _) in suppressions.of(tx, [ADA, CHAT]).items()}


def ledger(tx: Connection) -> list[Consent]:
    return list(consents.of(tx, [1]).get(1, ()))


def stop(tx: Connection, at: datetime = NOW) -> bool:
    return permissions.stop(tx, 1, *ADA, at, source="mail", proof="m1", wording="STOP")


def allow(tx: Connection, at: datetime = NOW) -> bool:
    return permissions.allow(tx, 1, *ADA, at, source="mail", proof="m2")


# ---- the addresses ----------------------------------------------------------------------------------------------


def test_the_address_is_kept_as_a_hash_alone(do: Do[list[str]]) -> None:
    def work(tx: Connection) -> list[str]:
        suppressions.add(tx, "email", " Ada@Example.com ", "advertising", "asked", NOW)
        assert shut(tx) == {ADA: "advertising"}
        return [str(value) for row in tx.execute("select * from suppressions") for value in row]

    assert not any("ada" in value for value in do(work))


def test_of_two_the_stricter_counts_and_each_is_lifted_by_itself(do: Do[None]) -> None:
    def work(tx: Connection) -> None:
        assert suppressions.add(tx, *ADA, "advertising", "asked", NOW)
        assert suppressions.add(tx, *ADA, "everything", "came back", NOW)
        assert not suppressions.add(tx, *ADA, "everything", "came back", NOW)
        assert shut(tx) == {ADA: "everything"}
        assert suppressions.lift(tx, *ADA, NOW + DAY, "everything")
        assert shut(tx) == {ADA: "advertising"}
        assert suppressions.lift(tx, *ADA, NOW + DAY)
        assert shut(tx) == {}

    do(work)


def test_what_is_older_lifts_nothing_and_shuts_nothing_again(do: Do[None]) -> None:
    def work(tx: Connection) -> None:
        suppressions.add(tx, *ADA, "advertising", "asked", NOW)
        assert not suppressions.lift(tx, *ADA, NOW - DAY)
        assert suppressions.lift(tx, *ADA, NOW + DAY)
        assert not suppressions.add(tx, *ADA, "advertising", "asked", NOW)  # read once more
        assert shut(tx) == {}
        assert suppressions.add(tx, *ADA, "advertising", "asked again", NOW + 2 * DAY)
        assert shut(tx) == {ADA: "advertising"}

    do(work)


# ---- what is said -----------------------------------------------------------------------------------------------


def test_a_stop_is_written_once_and_shuts_the_address(do: Do[None]) -> None:
    def work(tx: Connection) -> None:
        assert stop(tx)
        assert not stop(tx)
        (line,) = ledger(tx)
        assert (line.state, line.channel, line.proof, line.wording) == (ConsentState.DENIED, "email", "m1", "STOP")
        assert shut(tx) == {ADA: "advertising"}

    do(work)


def test_a_yes_from_the_address_itself_opens_it_whatever_was_read_first(do: Do[None]) -> None:
    def work(tx: Connection) -> None:
        assert allow(tx, NOW + DAY)
        assert stop(tx, NOW)  # read later, written before
        assert not allow(tx, NOW + DAY)
        assert shut(tx) == {}
        assert [line.state for line in ledger(tx)] == [ConsentState.DENIED, ConsentState.GRANTED]

    do(work)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.permutations([(True, 0), (False, 1), (True, 2), (False, 3)]), more=st.booleans())
def test_the_last_word_counts_in_whatever_order_it_is_read(
    database: Database, said: list[tuple[bool, int]], more: bool
) -> None:
    words = [*said, (True, 4)] if more else said

    def work(tx: Connection) -> dict[tuple[str, str], str]:
        for table in ("consents", "suppressions"):
            tx.execute(f"delete from {table}")
        tx.execute("insert or ignore into customers (id) values (1)")
        for yes, day in words:
            (allow if yes else stop)(tx, NOW + day * DAY)
        assert ledger(tx)[-1].state is (ConsentState.GRANTED if more else ConsentState.DENIED)
        return shut(tx)

    assert database.write(work) == ({} if more else {ADA: "advertising"})


def test_a_bare_yes_counts_only_where_it_was_asked_for(do: Do[None]) -> None:
    def answer(tx: Connection, at: datetime) -> bool:
        return permissions.answer(tx, 1, *ADA, at, source="mail", proof="m3")

    def work(tx: Connection) -> None:
        assert not answer(tx, NOW)
        asked(tx, NOW - 40 * DAY, "confirm.email.1.1.here")
        assert not answer(tx, NOW)
        asked(tx, NOW - 2 * DAY, "confirm.telegram.1.2.here")
        assert not answer(tx, NOW)  # asked elsewhere
        asked(tx, NOW - DAY, "confirm.email.1.3.here")
        assert not answer(tx, NOW - 2 * DAY)  # before it was asked
        assert answer(tx, NOW)
        (line,) = ledger(tx)
        assert (line.basis, line.proof) == (Basis.DOUBLE_OPT_IN, "m3")

    do(work)


def asked(tx: Connection, at: datetime, key: str) -> None:
    tx.execute(
        """
        insert into outbox (revision, customer_id, channel, purpose, recipient, subject, body, language, state,
            rehearsal, key, not_before, waits_reason, approved_at, sent_at)
        values (1, 1, 'email', 'service', 'ada@example.com', '', 'May we?', 'en', 'sent', 0, ?, 0, '', ?, ?)
        """,
        (key, int(at.timestamp()), int(at.timestamp())),
    )


def test_who_blocks_the_bot_gets_nothing_and_must_say_yes_again(do: Do[None]) -> None:
    def block(tx: Connection, at: datetime, blocked: bool) -> bool:
        return permissions.block(tx, 1, *CHAT, at, blocked, source="bot")

    def work(tx: Connection) -> None:
        assert block(tx, NOW, True)
        assert not block(tx, NOW, True)
        assert shut(tx) == {CHAT: "everything"}
        assert block(tx, NOW + DAY, False)
        assert shut(tx) == {}
        assert [line.state for line in ledger(tx)] == [ConsentState.DENIED]

    do(work)


def test_an_address_that_does_not_exist_says_nothing_of_the_person_and_works_again_when_they_write(
    do: Do[None],
) -> None:
    def work(tx: Connection) -> None:
        stop(tx)
        assert permissions.gone(tx, 1, *ADA, NOW, "550 no such user")
        assert len(ledger(tx)) == 1
        assert shut(tx) == {ADA: "everything"}
        assert permissions.alive(tx, *ADA, NOW + DAY)
        assert shut(tx) == {ADA: "advertising"}  # the STOP stands

    do(work)


# ---- what other programs sent -----------------------------------------------------------------------------------


def test_what_another_program_sent_counts_unless_it_was_an_answer(do: Do[dict[int, tuple[Contact, ...]]]) -> None:
    said = [
        ("out", 1, 0),  # begins the thread
        ("in", 2, 0),
        ("out", 3, 0),  # answers
        ("out", 4, 0),  # writes again without being asked
        ("in", 5, 1),  # by a machine
        ("out", 6, 0),  # answers nobody
        ("out", 7, 1),  # a machine's own
    ]

    def work(tx: Connection) -> dict[int, tuple[Contact, ...]]:
        tx.execute(
            "insert into threads (id, customer_id, source, name, medium, address, started_at, last_at)"
            " values (1, 1, 'mail', 't', 'email', 'ada@example.com', 0, 0)"
        )
        for direction, hour, automatic in said:
            tx.execute(
                "insert into messages (thread_id, source, source_id, direction, at, body, automatic)"
                " values (1, 'mail', ?, ?, ?, '', ?)",
                (str(hour), direction, int(NOW.timestamp()) + hour * 3600, automatic),
            )
        return conversations.unasked_of(tx, [1], NOW)

    assert do(work) == {1: tuple(Contact(at=NOW + timedelta(hours=hour), on="email") for hour in (1, 4, 6))}
