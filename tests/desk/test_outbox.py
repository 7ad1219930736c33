"""Holding, letting go, trying again, settling: what the operator decides on what leaves."""

from datetime import timedelta

import pytest

from retcon.desk import drafts, operations
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.model.policy import Answer, Verdict
from retcon.store import channel_states, outbox
from retcon.store.transitions import Event
from tests.outgoing import DAY, NOW, TestHouse, action, due, furnished, picks, row, saying, yes

NO = Verdict(rule="still", answer=Answer.NO, reason="Bought again at 14:41.")


@pytest.fixture
def ours(house: House) -> TestHouse:
    """A house with one approved message."""
    made = furnished(house)
    drafts.approve(made, picks(due(made)), judge=yes)
    return made


def comes_to(ours: TestHouse, *events: Event, **what: object) -> None:
    """Let this happen to the message."""
    for event in events:
        given = what if event is events[-1] else {"owner": "me"} if event is Event.CLAIM else {}
        ours.database.write(lambda tx, event=event, given=given: outbox.move(tx, 1, event, NOW, **given))


def uncertain(ours: TestHouse) -> None:
    comes_to(ours, Event.CLAIM, Event.LOST, error_text="Perhaps sent: the line broke.")


def waits(ours: TestHouse) -> tuple[str, object]:
    (entry,) = outboxes.listing(ours)
    assert entry.waits is not None
    return entry.waits.reason, entry.waits.until


def test_a_waiting_message_says_why_and_until_when(ours: TestHouse) -> None:
    assert waits(ours) == ("It can be taken back until then.", NOW + timedelta(seconds=10))
    ours.clock.sleep(10)
    assert waits(ours)[0] == "It leaves with the next sending."
    until = NOW + timedelta(hours=1)
    ours.database.write(lambda tx: channel_states.suffers(tx, "email", "The password is refused.", until, NOW))
    assert waits(ours) == ("The password is refused.", until)
    outboxes.hold(ours)
    assert waits(ours) == ("Everything is on hold.", None)


def test_practice_without_an_address_of_ones_own_says_so(house: House) -> None:
    made = furnished(house, live=False)
    drafts.approve(made, picks(due(made)), judge=yes)
    assert "test_addresses" in waits(made)[0]


def test_one_message_is_held_and_let_go(ours: TestHouse) -> None:
    outboxes.hold(ours, 1)
    assert row(ours).state is OutboxState.HELD
    assert outboxes.listing(ours)[0].next == "Let it go: retcon release 1"
    operations.undo(ours)
    assert row(ours).state is OutboxState.QUEUED
    outboxes.hold(ours, 1)
    outboxes.release(ours, 1)
    assert row(ours).state is OutboxState.QUEUED
    with pytest.raises(Conflict, match=r"Message 1: waits\. There is nothing to release"):
        outboxes.release(ours, 1)


def test_everything_is_held_once_and_taken_back(ours: TestHouse) -> None:
    assert outboxes.release(ours) is None
    assert outboxes.hold(ours) is not None
    assert outboxes.hold(ours) is None
    assert row(ours).state is OutboxState.QUEUED
    operations.undo(ours)
    with ours.database.read() as tx:
        assert not outboxes.on_hold(tx)


def test_what_perhaps_left_and_arrived_is_done(ours: TestHouse) -> None:
    uncertain(ours)
    outboxes.resolve(ours, 1, "arrived")
    assert (row(ours).state, row(ours).sent_at) == (OutboxState.SENT, NOW)
    assert action(ours, 1).state is ActionState.DONE
    operations.undo(ours)
    assert row(ours).state is OutboxState.UNCERTAIN
    assert action(ours, 1).state is ActionState.APPROVED


def test_what_perhaps_left_goes_again_under_the_same_key(ours: TestHouse) -> None:
    uncertain(ours)
    key = row(ours).key
    outboxes.resolve(ours, 1, "again")
    assert (row(ours).state, row(ours).key, row(ours).revision) == (OutboxState.QUEUED, key, 1)
    assert row(ours).not_before == NOW + timedelta(seconds=10)
    assert operations.undo(ours).words == "Taken back: 1 settled: again."
    assert row(ours).state is OutboxState.UNCERTAIN


def test_taking_back_the_approval_of_what_perhaps_left_brings_nothing_back(ours: TestHouse) -> None:
    uncertain(ours)
    assert operations.undo(ours).words == "Nothing came back. One had left already."
    assert row(ours).state is OutboxState.UNCERTAIN
    assert action(ours, 1).state is ActionState.APPROVED


def test_sending_again_is_not_taken_back_once_it_has_begun(ours: TestHouse) -> None:
    uncertain(ours)
    outboxes.resolve(ours, 1, "again")
    comes_to(ours, Event.CLAIM, owner="me")
    assert operations.undo(ours).back == 0
    assert row(ours).state is OutboxState.SENDING


def test_a_judgement_in_between_does_not_keep_it_from_being_taken_back(ours: TestHouse) -> None:
    uncertain(ours)
    outboxes.resolve(ours, 1, "again")
    comes_to(ours, Event.LATER, not_before=NOW + timedelta(hours=1), waits_reason="It is night there.")
    assert operations.undo(ours).back == 1
    assert row(ours).state is OutboxState.UNCERTAIN


def test_what_is_dropped_is_skipped_and_can_come_back(ours: TestHouse) -> None:
    uncertain(ours)
    outboxes.resolve(ours, 1, "drop")
    assert row(ours).state is OutboxState.WITHDRAWN
    assert action(ours, 1).state is ActionState.SKIPPED
    operations.undo(ours)
    assert row(ours).state is OutboxState.UNCERTAIN
    assert action(ours, 1).state is ActionState.APPROVED


def test_what_changed_since_is_approved_anew_under_another_key(ours: TestHouse) -> None:
    comes_to(ours, Event.NO, error_text="Bought again at 14:41.")
    assert outboxes.happened(row(ours)) == "Changed since: Bought again at 14:41."
    key = row(ours).key
    with pytest.raises(Conflict, match="still can't leave: Bought again"):
        outboxes.resolve(ours, 1, "again", judge=saying(NO))
    outboxes.resolve(ours, 1, "again", judge=yes)
    assert (row(ours).state, row(ours).revision, row(ours).error_text) == (OutboxState.QUEUED, 2, "")
    assert row(ours).key != key
    assert action(ours, 1).revision == 2
    operations.undo(ours)
    assert row(ours).state is OutboxState.STALE


def test_of_a_copy_the_key_stays(ours: TestHouse) -> None:
    ours.database.write(lambda tx: outbox.copied(tx, NOW, "This is a copy."))
    key = row(ours).key
    outboxes.resolve(ours, 1, "again", judge=yes)
    assert (row(ours).state, row(ours).key) == (OutboxState.QUEUED, key)


def test_what_failed_is_tried_again(ours: TestHouse) -> None:
    comes_to(ours, Event.CLAIM, Event.REFUSED, error_code="550", error_text="No such user (550).")
    (entry,) = outboxes.listing(ours, "failed")
    assert outboxes.happened(entry.row) == "Failed: No such user (550)."
    assert "retcon retry 1" in entry.next
    key = row(ours).key
    outboxes.retry(ours, 1)
    assert (row(ours).state, row(ours).key, row(ours).error_code) == (OutboxState.QUEUED, key, "")
    operations.undo(ours)
    assert row(ours).state is OutboxState.FAILED


def test_what_needs_no_decision_cannot_be_settled(ours: TestHouse) -> None:
    for how in ("arrived", "again", "drop"):
        with pytest.raises(Conflict, match="needs no decision: waits"):
            outboxes.resolve(ours, 1, how)
    uncertain(ours)
    with pytest.raises(UsageError):
        outboxes.resolve(ours, 1, "perhaps")
    with pytest.raises(Conflict, match="no message 99"):
        outboxes.resolve(ours, 99, "drop")
    with pytest.raises(UsageError, match="no state"):
        outboxes.listing(ours, "sideways")


def test_every_state_has_its_word_and_what_needs_the_operator_its_next_step(ours: TestHouse) -> None:
    assert {outboxes.words(state) for state in OutboxState} >= {"waits", "perhaps sent", "changed since", "taken back"}
    uncertain(ours)
    assert outboxes.next_steps(row(ours)) != ""
    assert [line.event for line in outboxes.history(ours, 1)] == ["approved", "claim", "lost"]


# ---- at another hour ------------------------------------------------------------------------------------------

MONDAY = NOW + 3 * DAY


def test_what_waits_is_moved_to_another_hour_and_back(ours: TestHouse) -> None:
    outboxes.move_to(ours, 1, MONDAY, judge=yes)
    assert waits(ours) == ("You chose Monday 06:52.", MONDAY)
    assert operations.undo(ours).words == "Taken back: 1 leaves at another hour."
    assert waits(ours) == ("It can be taken back until then.", NOW + timedelta(seconds=10))
    assert row(ours).chosen_at is None


def test_what_is_held_keeps_its_hour_when_it_is_let_go(ours: TestHouse) -> None:
    outboxes.move_to(ours, 1, MONDAY, judge=yes)
    outboxes.hold(ours, 1)
    outboxes.move_to(ours, 1, MONDAY + DAY, judge=yes)
    assert row(ours).state is OutboxState.HELD
    outboxes.release(ours, 1)
    assert waits(ours) == ("You chose Tuesday 06:52.", MONDAY + DAY)
    outboxes.hold(ours, 1)
    outboxes.release(ours, 1)
    assert waits(ours) == ("You chose that hour.", MONDAY + DAY)


def test_an_hour_at_which_the_gate_says_no_is_none(ours: TestHouse) -> None:
    with pytest.raises(Conflict, match="Bought again"):
        outboxes.move_to(ours, 1, MONDAY, judge=saying(NO))
    night = Verdict(rule="hours", answer=Answer.LATER, reason="It is 03:00 there.", until=MONDAY + DAY)
    outboxes.move_to(ours, 1, MONDAY, judge=saying(night))
    assert waits(ours) == ("You chose Monday 06:52; then it is 03:00 there. Leaves Tuesday 06:52.", MONDAY + DAY)


def test_only_what_waits_has_an_hour_and_only_one_ahead(ours: TestHouse) -> None:
    with pytest.raises(InputError, match="over"):
        outboxes.move_to(ours, 1, NOW, judge=yes)
    uncertain(ours)
    with pytest.raises(Conflict, match=r"Message 1: perhaps sent\. Only what waits has an hour"):
        outboxes.move_to(ours, 1, MONDAY, judge=yes)


def test_a_hour_that_was_moved_by_the_gate_since_is_taken_back_as_well(ours: TestHouse) -> None:
    before = row(ours).not_before
    outboxes.move_to(ours, 1, MONDAY, judge=yes)
    comes_to(ours, Event.LATER, not_before=MONDAY + DAY, waits_reason="Night there.")
    operations.undo(ours)
    assert (row(ours).not_before, row(ours).waits_reason) == (before, "")


def test_one_after_the_other_is_taken_back(ours: TestHouse) -> None:
    outboxes.hold(ours, 1)
    outboxes.release(ours, 1)
    outboxes.move_to(ours, 1, MONDAY, judge=yes)
    outboxes.move_to(ours, 1, MONDAY + DAY, judge=yes)
    assert [operations.undo(ours).back for _ in range(4)] == [1, 1, 1, 1]
    assert (row(ours).state, row(ours).not_before) == (OutboxState.QUEUED, NOW + timedelta(seconds=10))
