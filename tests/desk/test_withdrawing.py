"""Taking back what waits, and another way for what failed: due again with its words, and each taken back in turn."""

from dataclasses import replace
from typing import Any

import pytest

from retcon.desk import drafts, operations, withdrawing
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.errors import Conflict, InputError
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.store import outbox
from retcon.store.transitions import Event
from tests.outgoing import DAY, NOW, TestHouse, action, due, furnished, picks, row, yes


@pytest.fixture
def ours(house: House) -> TestHouse:
    """A house in which two messages wait."""
    made = furnished(house)
    drafts.approve(made, picks(due(made, 2)), judge=yes)
    return made


def comes_to(ours: TestHouse, *events: Event, **what: Any) -> None:
    """Let this happen to the first message."""
    for event in events:
        given = what if event is events[-1] else {"owner": "me"} if event is Event.CLAIM else {}
        ours.database.write(lambda tx, event=event, given=given: outbox.move(tx, 1, event, NOW, **given))


def test_what_is_taken_back_is_due_again_with_its_words(ours: TestHouse) -> None:
    done = withdrawing.take_back(ours, [1])

    assert done.ids == (1,)
    assert row(ours).state is OutboxState.WITHDRAWN
    assert (action(ours, 1).state, action(ours, 1).draft.body) == (ActionState.DUE, "It is on its way.")
    assert row(ours, 2).state is OutboxState.QUEUED


def test_several_are_one_operation_and_come_back_as_they_were(ours: TestHouse) -> None:
    outboxes.hold(ours, 2)
    withdrawing.take_back(ours, [1, 2])
    undone = operations.undo(ours)

    assert undone.words == "Waits again: 2."
    assert (row(ours).state, row(ours, 2).state) == (OutboxState.QUEUED, OutboxState.HELD)
    assert action(ours, 1).state is ActionState.APPROVED
    operations.undo(ours)
    operations.undo(ours)
    assert [row(ours, id_).state for id_ in (1, 2)] == [OutboxState.WITHDRAWN] * 2


def test_it_waits_for_the_hour_that_it_waited_for(ours: TestHouse) -> None:
    comes_to(ours, Event.LATER, not_before=NOW + DAY, waits_reason="It is night there.")
    withdrawing.take_back(ours, [1])
    operations.undo(ours)

    assert (row(ours).not_before, row(ours).waits_reason) == (NOW + DAY, "It is night there.")


def test_it_stays_taken_back_where_it_was_approved_anew(ours: TestHouse) -> None:
    done = withdrawing.take_back(ours, [1])
    again = action(ours, 1)
    drafts.approve(ours, [(again.id, again.revision)], judge=yes)
    undone = operations.undo(ours, done.operation_id)

    assert undone.back == 0
    assert row(ours).state is OutboxState.WITHDRAWN
    assert row(ours, 3).state is OutboxState.QUEUED


def test_it_is_taken_back_again(ours: TestHouse) -> None:
    withdrawing.take_back(ours, [1])
    operations.undo(ours)
    operations.redo(ours)

    assert row(ours).state is OutboxState.WITHDRAWN
    assert action(ours, 1).state is ActionState.DUE


def test_one_that_may_have_left_before_is_not_due_again(ours: TestHouse) -> None:
    comes_to(ours, Event.CLAIM, Event.LOST, error_text="Perhaps sent.")
    outboxes.resolve(ours, 1, "again")
    withdrawing.take_back(ours, [1])

    assert action(ours, 1).state is ActionState.SKIPPED
    operations.undo(ours)
    assert row(ours).state is OutboxState.QUEUED
    assert action(ours, 1).state is ActionState.APPROVED


def test_what_left_or_is_leaving_stays(ours: TestHouse) -> None:
    comes_to(ours, Event.CLAIM, owner="me")
    done = withdrawing.take_back(ours, [1, 2])
    assert (done.ids, done.refused) == ((2,), ("It is leaving at this moment.",))

    comes_to(ours, Event.SENT, sent_at=NOW)
    with pytest.raises(Conflict, match="It has left already"):
        withdrawing.take_back(ours, [1])


def failed(ours: TestHouse) -> None:
    comes_to(ours, Event.CLAIM, Event.REFUSED, error_code="550", error_text="The address doesn't exist.")


def test_what_failed_goes_by_another_way_with_its_words(ours: TestHouse) -> None:
    _other(ours)
    failed(ours)
    withdrawing.by_another_way(ours, 1, "post", judge=yes)

    assert row(ours).state is OutboxState.WITHDRAWN
    new = row(ours, 3)
    assert (new.state, new.channel, new.body) == (OutboxState.QUEUED, "post", "It is on its way.")
    assert action(ours, 1).state is ActionState.APPROVED
    undone = operations.undo(ours)
    assert (row(ours).state, row(ours, 3).state) == (OutboxState.FAILED, OutboxState.WITHDRAWN)
    assert (action(ours, 1).state, action(ours, 1).draft.channel) == (ActionState.APPROVED, "email")
    assert undone.words.startswith("Taken back: 1 on another way.")
    outboxes.retry(ours, 1)
    assert row(ours).state is OutboxState.QUEUED


def test_another_way_is_there_for_what_failed_alone(ours: TestHouse) -> None:
    with pytest.raises(Conflict, match="It hasn't failed: waits"):
        withdrawing.by_another_way(ours, 1, "email", judge=yes)
    failed(ours)
    with pytest.raises(InputError, match=r"no \[channels.pigeon\]"):
        withdrawing.by_another_way(ours, 1, "pigeon", judge=yes)
    assert row(ours).state is OutboxState.FAILED


def _other(ours: TestHouse) -> None:
    """A second channel for mail."""
    (email,) = ours.settings.channels
    object.__setattr__(ours.settings, "channels", (email, replace(email, name="post")))
