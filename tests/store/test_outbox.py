"""The one table of moves, the log, and words from outside that come late, twice and out of order."""

from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest

from retcon.errors import Conflict
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxRow, OutboxState
from retcon.model.people import Purpose
from retcon.model.playbook import ActionState
from retcon.model.situation import Contact
from retcon.store import actions, outbox
from retcon.store.database import Connection, Database
from retcon.store.outbox import IllegalMove
from retcon.store.transitions import TRANSITIONS, Event
from tests.outgoing import DAY, NOW, customer, upsert

# The moves of ARCHITECTURE.md; what else the table has is evidence that comes late, and taking back.
DRAWN = {
    "queued": {"sending", "stale", "held", "withdrawn"},
    "held": {"queued", "withdrawn"},
    "sending": {"sent", "queued", "failed", "uncertain"},
    "uncertain": {"sent", "queued", "withdrawn"},
    "stale": {"queued", "withdrawn"},
    "failed": {"queued", "withdrawn"},
    "sent": {"delivered", "failed"},
    "delivered": {"read"},
}


def add(tx: Connection, key: str = "k1", customer_id: int = 1, **more: Any) -> OutboxRow:
    customer(tx, customer_id)
    given: dict[str, Any] = {
        "channel": "email",
        "purpose": Purpose.SERVICE,
        "recipient": "anna@example.com",
        "subject": "Your parcel",
        "body": "It is on its way.",
        "language": "en",
        "approved_at": NOW,
        "not_before": NOW,
        **more,
    }
    return outbox.add(tx, customer_id=customer_id, key=key, **given)


def claimed(tx: Connection, owner: str = "me", **more: Any) -> OutboxRow:
    return outbox.claim(tx, add(tx, **more).id, owner, NOW)


def in_state(tx: Connection, state: OutboxState) -> OutboxRow:
    """A row that is put into the state as if by a move."""
    made = add(tx, key=f"in {state}")
    tx.execute("update outbox set state = ? where id = ?", (state, made.id))
    return outbox.get(tx, made.id)


def test_the_table_has_every_move_that_was_drawn() -> None:
    moves = {(before.value, after.value) for (before, _), after in TRANSITIONS.items()}
    assert {(before, after) for before, ends in DRAWN.items() for after in ends} <= moves


def test_nothing_leaves_the_end_but_by_taking_back() -> None:
    ends = {event for state, event in TRANSITIONS if state is OutboxState.WITHDRAWN}
    assert ends == {
        Event.BACK_TO_FAILED,
        Event.BACK_TO_STALE,
        Event.BACK_TO_UNCERTAIN,
        Event.BACK_TO_WAITING,
    }


def test_every_move_that_is_not_in_the_table_is_refused_and_changes_nothing(database: Database) -> None:
    def work(tx: Connection) -> None:
        for state in OutboxState:
            made = in_state(tx, state)
            for event in Event:
                if (state, event) not in TRANSITIONS:
                    with pytest.raises(IllegalMove):
                        outbox.move(tx, made.id, event, NOW)
            assert outbox.get(tx, made.id) == made
            assert len(outbox.history(tx, made.id)) == 1

    database.write(work)


def test_a_claim_is_the_only_way_to_sending() -> None:
    assert {move for move, after in TRANSITIONS.items() if after is OutboxState.SENDING} == {
        (OutboxState.QUEUED, Event.CLAIM)
    }


def test_every_move_is_a_line_in_the_log(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = claimed(tx)
        outbox.result(tx, made, "me", Event.NOT_LEFT, NOW, not_before=NOW, error_text="The line broke.")
        outbox.claim(tx, made.id, "me", NOW)
        outbox.move(tx, made.id, Event.SENT, NOW, sent_at=NOW, external_id="<k1>")
        lines = outbox.history(tx, made.id)
        assert [line.event for line in lines] == ["approved", "claim", "not_left", "claim", "sent"]
        assert all(before.after == after.before for before, after in pairwise(lines))
        assert lines[2].detail == "The line broke."

    database.write(work)


def test_an_event_changes_only_what_is_its_own(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = claimed(tx)
        outbox.move(tx, made.id, Event.LOST, NOW, error_text="The line broke.")
        with pytest.raises(ValueError, match="never changes key"):
            outbox.move(tx, made.id, Event.AGAIN, NOW, key="another", not_before=NOW)

    database.write(work)


def test_what_may_have_left_never_gets_another_key(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = claimed(tx)
        outbox.move(tx, made.id, Event.LOST, NOW)
        outbox.move(tx, made.id, Event.AGAIN, NOW, not_before=NOW)
        outbox.move(tx, made.id, Event.NO, NOW, error_text="Bought again.")
        assert outbox.may_have_left(tx, made.id)
        with pytest.raises(IllegalMove, match="may have left"):
            outbox.move(tx, made.id, Event.APPROVE_ANEW, NOW, revision=2, key="k2", not_before=NOW, approved_at=NOW)
        assert outbox.move(tx, made.id, Event.AGAIN, NOW, not_before=NOW).key == "k1"

    database.write(work)


def test_one_key_is_approved_once(database: Database) -> None:
    database.write(add)
    with pytest.raises(Conflict, match="approved already"):
        database.write(add)


# ---- results --------------------------------------------------------------------------------------------------


def test_a_result_of_another_owner_or_attempt_is_evidence_and_changes_nothing(database: Database) -> None:
    def work(tx: Connection) -> None:
        first = claimed(tx)
        outbox.result(tx, first, "me", Event.NOT_LEFT, NOW, not_before=NOW)
        second = outbox.claim(tx, first.id, "you", NOW)
        assert not outbox.result(tx, first, "me", Event.REFUSED, NOW, error_code="550", error_text="No.")
        assert not outbox.result(tx, second, "me", Event.LOST, NOW)
        assert outbox.get(tx, first.id) == second
        assert [line.event for line in outbox.history(tx, first.id)][-2:] == ["fenced_refused", "fenced_lost"]
        assert outbox.result(tx, second, "you", Event.SENT, NOW, sent_at=NOW, external_id="x")

    database.write(work)


def test_a_late_answer_that_it_was_taken_settles_what_was_open(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = claimed(tx)
        outbox.move(tx, made.id, Event.LOST, NOW)
        assert not outbox.result(tx, made, "me", Event.SENT, NOW, sent_at=NOW, external_id="<k1>")
        after = outbox.get(tx, made.id)
        assert (after.state, after.external_id, after.sent_at) == (OutboxState.SENT, "<k1>", NOW)

    database.write(work)


def test_failures_count_from_the_last_time_the_operator_decided(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = add(tx)
        for _ in range(3):
            attempt = outbox.claim(tx, made.id, "me", NOW)
            outbox.result(tx, attempt, "me", Event.NOT_LEFT, NOW, not_before=NOW)
        attempt = outbox.claim(tx, made.id, "me", NOW)
        outbox.result(tx, attempt, "me", Event.TROUBLE, NOW)
        assert outbox.failures(tx, made.id) == 3
        attempt = outbox.claim(tx, made.id, "me", NOW)
        outbox.result(tx, attempt, "me", Event.REFUSED, NOW, error_text="No.")
        outbox.move(tx, made.id, Event.RETRY, NOW, not_before=NOW)
        assert outbox.failures(tx, made.id) == 0
        assert outbox.get(tx, made.id).error_text == ""

    database.write(work)


# ---- words from outside ---------------------------------------------------------------------------------------


def sent(tx: Connection) -> OutboxRow:
    return outbox.move(tx, claimed(tx).id, Event.SENT, NOW, sent_at=NOW, external_id="<k1>")


def hear(tx: Connection, event: Event, minutes: int) -> OutboxRow | None:
    at = NOW + timedelta(minutes=minutes)
    return outbox.receipt(tx, "k1", event, at, at=at)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 2, 1, 2), (2, 2, 1, 1)])
def test_receipts_may_come_twice_and_out_of_order(database: Database, order: tuple[int, ...]) -> None:
    def work(tx: Connection) -> None:
        made = sent(tx)
        for minute in order:
            hear(tx, Event.DELIVERED if minute == 1 else Event.READ, minute)
        after = outbox.get(tx, made.id)
        assert after.state is OutboxState.READ
        assert after.delivered_at == NOW + timedelta(minutes=1)
        assert after.read_at == NOW + timedelta(minutes=2)

    database.write(work)


@pytest.mark.parametrize("state", ["uncertain", "queued", "held", "sending", "stale", "failed"])
def test_evidence_that_it_arrived_settles_whatever_was_done_since(database: Database, state: str) -> None:
    def work(tx: Connection) -> None:
        made = in_state(tx, OutboxState(state))
        after = outbox.receipt(tx, made.key, Event.DELIVERED, NOW, at=NOW)
        assert after is not None
        assert after.state is OutboxState.DELIVERED

    database.write(work)


def test_a_late_bounce_is_final(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = sent(tx)
        for _ in range(2):
            outbox.receipt(
                tx, "k1", Event.BOUNCED, NOW, at=NOW, error_code="550", error_text="No such user", address_gone=True
            )
        hear(tx, Event.DELIVERED, 1)
        after = outbox.get(tx, made.id)
        assert (after.state, after.error_code, after.delivered_at) == (OutboxState.FAILED, "550", None)
        assert outbox.dead_addresses(tx, [1]) == {1: frozenset((made.recipient,))}

    database.write(work)


def test_a_word_on_what_was_taken_back_is_kept_as_evidence(database: Database) -> None:
    def work(tx: Connection) -> None:
        made = in_state(tx, OutboxState.WITHDRAWN)
        after = outbox.receipt(tx, made.key, Event.DELIVERED, NOW, at=NOW)
        assert after == made
        assert outbox.history(tx, made.id)[-1].event == "evidence_delivered"

    database.write(work)


def test_a_word_on_nothing_of_ours_is_nobodys(database: Database) -> None:
    assert database.write(lambda tx: outbox.receipt(tx, "unknown", Event.READ, NOW, at=NOW)) is None


# ---- around it ------------------------------------------------------------------------------------------------


def test_what_left_is_done_and_practice_is_not(database: Database) -> None:
    def work(tx: Connection) -> None:
        for number, rehearsal in ((1, False), (2, True)):
            id_ = upsert(tx, number)
            actions.approve(tx, id_, NOW)
            made = claimed(tx, key=f"a{number}", customer_id=number, action_id=id_, rehearsal=rehearsal)
            outbox.move(tx, made.id, Event.SENT, NOW, sent_at=NOW)
            assert actions.get(tx, id_).state is (ActionState.APPROVED if rehearsal else ActionState.DONE)

    database.write(work)


def test_service_leaves_before_the_rest_and_the_longest_due_first(database: Database) -> None:
    def work(tx: Connection) -> None:
        ids = [
            add(tx, "marketing", purpose=Purpose.MARKETING, not_before=NOW - DAY).id,
            add(tx, "later").id,
            add(tx, "earlier", not_before=NOW - timedelta(hours=1)).id,
            add(tx, "ahead", not_before=NOW + DAY).id,
        ]
        found: list[int] = []
        while (row := outbox.next_due(tx, NOW, besides=found)) is not None:
            found.append(row.id)
        assert found == [ids[2], ids[1], ids[0]]
        assert outbox.next_time(tx, besides=found) == NOW + DAY
        assert outbox.next_due(tx, NOW, besides_channels=("email",)) is None

    database.write(work)


def test_what_counts_in_the_cap(database: Database) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        week = NOW - 7 * DAY
        old = claimed(tx, key="old", action_id=id_, approved_at=NOW - 9 * DAY)
        outbox.move(tx, old.id, Event.SENT, NOW, sent_at=NOW - 8 * DAY)
        fresh = claimed(tx, key="fresh", action_id=id_, purpose=Purpose.MARKETING)
        outbox.move(tx, fresh.id, Event.SENT, NOW, sent_at=NOW - 6 * DAY)
        waits = add(tx, "waits", action_id=id_, not_before=NOW + DAY)
        outbox.move(tx, add(tx, "withdrawn", action_id=id_).id, Event.WITHDRAW, NOW)
        add(tx, "practice", action_id=id_, rehearsal=True)
        add(tx, "an answer to what they wrote")
        left = Contact(at=NOW - 6 * DAY, on="email")
        assert outbox.written(tx, [1], week) == {1: (left, Contact(at=NOW + DAY, on="email", advertising=False))}
        assert outbox.written(tx, [1], week, besides=waits.id) == {1: (left,)}
        assert outbox.written(tx, [2], week) == {}

    database.write(work)


def test_a_copy_of_the_file_has_everything_confirmed_again(database: Database) -> None:
    def work(tx: Connection) -> None:
        claimed(tx, key="sending")
        add(tx, "queued")
        outbox.move(tx, add(tx, "held").id, Event.HOLD, NOW)
        outbox.move(tx, claimed(tx, key="sent").id, Event.SENT, NOW, sent_at=NOW)
        assert outbox.copied(tx, NOW, "This is a copy.") == 3
        assert outbox.counts(tx) == {"stale": 3, "sent": 1}
        assert all(outbox.may_have_left(tx, row.id) for row in outbox.listing(tx, "stale"))

    database.write(work)


def test_every_state_is_seen_by_the_operator_or_is_an_end() -> None:
    shown = NEEDS_OPERATOR | LEFT | {OutboxState.QUEUED, OutboxState.HELD, OutboxState.SENDING}
    assert shown | {OutboxState.WITHDRAWN} == set(OutboxState)
    assert all(state in OutboxState and event in Event for state, event in product(OutboxState, Event))


def test_a_key_is_the_same_each_time_and_tells_nothing_of_another(database: Database) -> None:
    with database.read() as tx:
        assert tx.execute("select count(*) from facts where name = 'link_key'").fetchone()[0] == 0
    first, again, second = database.write(
        lambda tx: (outbox.key_of(tx, 12, 1), outbox.key_of(tx, 12, 1), outbox.key_of(tx, 13, 1))
    )
    assert first == again
    assert [key.split(".")[:2] for key in (first, second)] == [["12", "1"], ["13", "1"]]
    assert first.split(".")[2] != second.split(".")[2]
