"""The outbox as a board: its order, its limits, why each row waits, and its log in words."""

from datetime import timedelta
from typing import Any

import pytest

from retcon.desk import drafts, leaving
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.desk.leaving import DECIDE, FAILED, SENT, WAITS
from retcon.model.outbox import OutboxState
from retcon.model.people import Purpose
from retcon.store import channel_states, outbox
from retcon.store.transitions import Event
from tests.outgoing import NOW, TestHouse, due, furnished, picks, yes

HOUR = timedelta(hours=1)


@pytest.fixture
def ours(house: House) -> TestHouse:
    """A house in which six messages were approved."""
    made = furnished(house)
    drafts.approve(made, picks(due(made, 6)), judge=yes)
    return made


def comes_to(ours: TestHouse, row_id: int, *events: Event, **what: Any) -> None:
    """Let this happen to the message."""
    for event in events:
        given = what if event is events[-1] else {"owner": "me"} if event is Event.CLAIM else {}
        ours.database.write(lambda tx, event=event, given=given: outbox.move(tx, row_id, event, ours.now(), **given))


def groups(ours: TestHouse) -> dict[str, list[int]]:
    """The messages of each group, in order."""
    found: dict[str, list[int]] = {}
    for line in leaving.load(ours).lines:
        assert line.outbox is not None
        found.setdefault(line.heading, []).append(line.outbox.id)
    return found


def words(ours: TestHouse, row_id: int) -> list[str]:
    return [moved.words for moved in leaving.log(ours, row_id)]


def test_what_waits_stands_in_the_order_of_sending(ours: TestHouse) -> None:
    ours.clock.sleep(60)
    comes_to(ours, 1, Event.LATER, not_before=NOW + 9 * HOUR, waits_reason="It is night there.")
    comes_to(ours, 2, Event.HOLD)
    comes_to(ours, 3, Event.CLAIM, owner="me")
    ours.database.write(lambda tx: tx.execute("update outbox set purpose = ? where id = 4", (Purpose.MARKETING,)))

    assert groups(ours) == {WAITS: [3, 5, 6, 4, 1, 2]}


def test_each_state_has_its_group(ours: TestHouse) -> None:
    comes_to(ours, 1, Event.CLAIM, Event.LOST, error_text="Perhaps sent: the line broke.")
    comes_to(ours, 2, Event.NO, error_text="Bought again at 14:41.")
    comes_to(ours, 3, Event.CLAIM, Event.REFUSED, error_code="550", error_text="The address doesn't exist.")
    comes_to(ours, 4, Event.CLAIM, Event.SENT, sent_at=NOW)
    comes_to(ours, 5, Event.CLAIM, Event.SENT, sent_at=NOW + HOUR)
    comes_to(ours, 6, Event.WITHDRAW)

    assert groups(ours) == {DECIDE: [2, 1], FAILED: [3], SENT: [5, 4]}
    assert leaving.load(ours).left_today == 2


def test_a_row_says_why_it_waits_and_a_stopped_channel_how_many_wait(ours: TestHouse) -> None:
    ours.database.write(lambda tx: channel_states.suffers(tx, "email", "The password is refused.", None, NOW))
    outboxes.hold(ours, 1)
    board = leaving.load(ours)

    assert board.stopped == (("The password is refused.", 5),)
    assert {line.needs for line in board.lines} == {"The password is refused.", ""}


def test_only_the_last_of_what_left_is_listed(ours: TestHouse) -> None:
    comes_to(ours, 1, Event.CLAIM, Event.SENT, sent_at=NOW)
    ours.database.write(
        lambda tx: tx.execute(
            """
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
            insert into outbox (revision, customer_id, channel, purpose, recipient, subject, body, language, state,
                key, not_before, approved_at, sent_at)
            select revision, customer_id, channel, purpose, recipient, subject, body, language, 'read',
                'sent ' || i, not_before, approved_at, sent_at - i
            from outbox, n where id = 1
            """
        )
    )
    board = leaving.load(ours)
    sent = [line.outbox for line in board.lines if line.heading == SENT]

    assert (len(sent), board.older) == (leaving.MOST_SENT, True)
    assert sent[0] is not None
    assert sent[0].id == 1


def test_the_log_tells_what_happened_and_counts_what_was_only_said_again(ours: TestHouse) -> None:
    for _ in range(3):
        comes_to(ours, 1, Event.LATER, not_before=NOW + HOUR, waits_reason="It is night there.")
    outboxes.hold(ours, 1)
    outboxes.release(ours, 1)
    comes_to(ours, 1, Event.CLAIM, Event.LOST, error_text="Perhaps sent: the line broke.")
    outboxes.resolve(ours, 1, "arrived")
    comes_to(ours, 1, Event.DELIVERED, delivered_at=NOW)

    assert words(ours, 1) == [
        "You approved it.",
        "Waits: It is night there.",
        "You hold it.",
        "You let it go.",
        "Handed to the channel.",
        "Perhaps sent: the line broke.",
        "You said that it arrived.",
        "Arrived.",
    ]
    assert leaving.log(ours, 1)[1].times == 3


@pytest.mark.parametrize(
    "event", [*Event, "fenced_sent", "evidence_delivered", "evidence_delayed", "of a later retcon"]
)
def test_no_line_of_the_log_is_code(ours: TestHouse, event: str) -> None:
    ours.database.write(lambda tx: outbox.note(tx, 1, NOW, event, "operation 12"))
    said = words(ours, 1)[-1]

    assert said.endswith(".")
    assert "_" not in said
    assert "operation" not in said


def test_what_the_rules_say_now_is_told_of_what_may_leave_alone(ours: TestHouse) -> None:
    comes_to(ours, 1, Event.CLAIM, Event.SENT, sent_at=NOW)

    assert leaving.judged(ours, 1) == ()
    assert leaving.judged(ours, 2) != ()
    assert leaving.load(ours).lines[0].outbox is not None
    assert OutboxState.SENT in {line.outbox.state for line in leaving.load(ours).lines if line.outbox}
