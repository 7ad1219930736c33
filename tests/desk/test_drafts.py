"""Deciding on what is due, and taking it back."""

from datetime import datetime, timedelta

import pytest

from retcon.desk import drafts, operations
from retcon.desk.house import House
from retcon.errors import Conflict, InputError
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.model.policy import Answer, Verdict
from retcon.store import actions, outbox
from retcon.store.transitions import Event
from tests.outgoing import DAY, NOW, TestHouse, action, due, furnished, picks, row, saying, upsert, yes

LATER = Verdict(rule="hours", answer=Answer.LATER, reason="It is 23:40 in Seoul.", until=NOW + timedelta(hours=9))
NO = Verdict(rule="consent", answer=Answer.NO, reason="She hasn't allowed advertising by e-mail.")


@pytest.fixture
def ours(house: House) -> TestHouse:
    return furnished(house)


def test_approving_freezes_the_message(ours: TestHouse) -> None:
    (one,) = due(ours)
    approved = drafts.approve(ours, picks([one]), judge=yes)
    (frozen,) = approved.rows
    assert (frozen.state, frozen.attempts, frozen.rehearsal) == (OutboxState.QUEUED, 0, False)
    assert (frozen.action_id, frozen.revision) == (one.id, 1)
    assert (frozen.recipient, frozen.subject, frozen.body) == ("buyer1@example.org", "Your parcel", "It is on its way.")
    assert frozen.not_before == NOW + timedelta(seconds=10) == approved.undo_until
    assert action(ours, one.id).state is ActionState.APPROVED
    ours.database.write(lambda tx: upsert(tx, body="Another text."))
    assert row(ours).body == "It is on its way."


def test_each_leaves_at_its_own_hour(ours: TestHouse) -> None:
    found = due(ours, 3)
    gate = iter([(), (LATER,), (LATER, Verdict(rule="age", answer=Answer.LATER, reason="Old.", until=NOW + DAY))])
    approved = drafts.approve(ours, picks(found), judge=lambda *_: next(gate))
    assert (approved.now, approved.later) == (1, 2)
    assert approved.first_later_at == NOW + timedelta(hours=9)
    assert [frozen.not_before for frozen in approved.rows][2] == NOW + DAY
    assert row(ours, 2).waits_reason == "It is 23:40 in Seoul."


def test_what_changed_on_the_way_is_refused(ours: TestHouse) -> None:
    found = due(ours, 2)
    ours.database.write(lambda tx: upsert(tx, 1, body="Another text."))
    approved = drafts.approve(ours, picks(found), judge=yes)
    assert approved.refused == ((1, "It changed while you looked. Look again, then approve."),)
    assert [frozen.action_id for frozen in approved.rows] == [2]


def test_the_gate_refuses_with_its_reason(ours: TestHouse) -> None:
    approved = drafts.approve(ours, picks(due(ours)), judge=saying(LATER, NO))
    assert approved.refused == ((1, "She hasn't allowed advertising by e-mail."),)
    assert approved.operation_id is None
    assert action(ours, 1).state is ActionState.DUE


def test_a_second_approval_says_who_was_first(ours: TestHouse) -> None:
    found = due(ours)
    drafts.approve(ours, picks(found), judge=yes)
    ours.clock.sleep(4)
    again = drafts.approve(ours, [*picks(found), (99, 1)], judge=yes)
    assert again.refused == ((1, "Another console did this 4 s ago."), (99, "It is no longer there."))
    assert again.rows == ()


def test_the_same_action_twice_in_one_approval_is_one_message(ours: TestHouse) -> None:
    (one,) = picks(due(ours))
    approved = drafts.approve(ours, [one, one], judge=yes)
    assert len(approved.rows) == len(approved.refused) == 1


def test_until_the_shop_is_live_everything_is_practice(house: House) -> None:
    ours = furnished(house, live=False)
    assert drafts.approve(ours, picks(due(ours)), judge=yes).rows[0].rehearsal


# ---- editing --------------------------------------------------------------------------------------------------


def test_an_edited_text_is_another_revision_and_stays(ours: TestHouse) -> None:
    due(ours)
    edited = drafts.edit(ours, 1, 1, "Your\r\nparcel", "In my own words.")
    assert (edited.revision, edited.edited) == (2, True)
    assert (edited.draft.subject, edited.draft.body) == ("Your parcel", "In my own words.")
    assert edited.draft.operator_body == "In my own words."
    ours.database.write(lambda tx: upsert(tx, body="Another text."))
    assert action(ours, 1) == edited


def test_editing_what_changed_or_leaving_nothing_is_refused(ours: TestHouse) -> None:
    found = due(ours)
    with pytest.raises(InputError, match="without words"):
        drafts.edit(ours, 1, 1, "Your parcel", " \n")
    with pytest.raises(Conflict, match="changed while you looked"):
        drafts.edit(ours, 1, 2, "Your parcel", "Mine.")
    drafts.approve(ours, picks(found), judge=yes)
    with pytest.raises(Conflict, match="Another console"):
        drafts.edit(ours, 1, 1, "Your parcel", "Mine.")


def test_an_edit_that_changes_nothing_is_none(ours: TestHouse) -> None:
    (before,) = due(ours)
    assert drafts.edit(ours, 1, 1, before.draft.subject, before.draft.body) == before


# ---- skipping and putting off ---------------------------------------------------------------------------------


def test_skipping_keeps_the_reason(ours: TestHouse) -> None:
    due(ours, 2)
    decided = drafts.skip(ours, [1, 2, 99], "spoke on the phone")
    assert (decided.ids, decided.refused) == ((1, 2), ((99, "It is no longer there."),))
    assert (action(ours, 1).state, action(ours, 1).skip_reason) == (ActionState.SKIPPED, "spoke on the phone")
    with pytest.raises(Conflict, match="dropped 0 s ago"):
        drafts.skip(ours, [1], "again")


def test_never_leaves_the_person_alone_until_it_is_taken_back(ours: TestHouse) -> None:
    due(ours)

    def left_alone() -> bool:
        with ours.database.read() as tx:
            return bool(tx.execute("select left_alone from customers").fetchone()[0])

    drafts.skip(ours, [1], "asked me to stop", never=True)
    assert left_alone()
    assert operations.undo(ours).words == "Taken back: 1 dropped, and left alone."
    assert not left_alone()
    assert action(ours, 1).state is ActionState.DUE


def test_putting_off_needs_a_time_ahead_that_is_not_too_late(ours: TestHouse) -> None:
    due(ours)
    drafts.snooze(ours, [1], NOW + DAY)
    assert (action(ours, 1).state, action(ours, 1).snoozed_until) == (ActionState.SNOOZED, NOW + DAY)
    with pytest.raises(InputError, match="over"):
        drafts.snooze(ours, [1], NOW)
    with pytest.raises(Conflict, match="of use until Fri 27 Nov 06:52 only"):
        drafts.snooze(ours, [1], NOW + 8 * DAY)
    operations.undo(ours)
    assert (action(ours, 1).state, action(ours, 1).snoozed_until) == (ActionState.DUE, None)


# ---- taking back ----------------------------------------------------------------------------------------------


def test_one_undo_takes_back_all_of_an_approval_that_has_not_left(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours, 9)), judge=yes)

    def two_leave() -> None:
        def work(tx: outbox.Connection) -> None:
            sent = outbox.claim(tx, 1, "me", NOW)
            outbox.result(tx, sent, "me", Event.SENT, NOW, sent_at=NOW)
            outbox.claim(tx, 2, "me", NOW)

        ours.database.write(work)

    two_leave()
    undone = operations.undo(ours)
    assert undone.words == "Taken back: 7. Two had left already."
    assert (undone.back, undone.gone) == (7, 2)
    assert [row(ours, id_).state for id_ in (1, 2, 3, 9)] == ["sent", "sending", "withdrawn", "withdrawn"]
    assert [action(ours, id_).state for id_ in (1, 2, 3, 9)] == ["done", "approved", "due", "due"]
    assert (action(ours, 2).revision, action(ours, 3).revision) == (1, 2)


def test_what_was_taken_back_is_approved_again_under_another_key(ours: TestHouse) -> None:
    found = due(ours)
    drafts.approve(ours, picks(found), judge=yes)
    operations.undo(ours)
    assert drafts.approve(ours, picks(found), judge=yes).refused  # the revision on the screen is an old one
    drafts.approve(ours, picks([action(ours, 1)]), judge=yes)
    assert row(ours, 1).key != row(ours, 2).key


def test_undo_goes_back_one_operation_at_a_time(ours: TestHouse) -> None:
    due(ours, 2)
    drafts.edit(ours, 1, 1, "Mine", "My own words.")
    drafts.snooze(ours, [1], NOW + DAY)
    approval = drafts.approve(ours, picks([action(ours, 2)]), judge=yes).operation_id
    assert operations.undo(ours).operation_id == approval
    assert action(ours, 2).state is ActionState.DUE
    operations.undo(ours)
    assert action(ours, 1).state is ActionState.DUE
    operations.undo(ours)
    assert (action(ours, 1).draft.body, action(ours, 1).edited) == ("It is on its way.", False)
    with pytest.raises(Conflict, match="nothing to take back"):
        operations.undo(ours)
    with pytest.raises(Conflict, match="taken back already"):
        operations.undo(ours, approval)


def test_an_edit_is_not_taken_back_from_what_has_left(ours: TestHouse) -> None:
    due(ours)
    drafts.edit(ours, 1, 1, "Mine", "My own words.")
    drafts.approve(ours, picks([action(ours, 1)]), judge=yes)

    def leaves(tx: outbox.Connection) -> None:
        outbox.result(tx, outbox.claim(tx, 1, "me", NOW), "me", Event.SENT, NOW, sent_at=NOW)

    ours.database.write(leaves)
    assert operations.undo(ours).words == "Nothing came back. One had left already."
    assert operations.undo(ours).back == 0
    assert (action(ours, 1).state, action(ours, 1).draft.body) == (ActionState.DONE, "My own words.")


# ---- leaves when ----------------------------------------------------------------------------------------------

MONDAY = NOW + 3 * DAY


def test_what_is_approved_for_an_hour_waits_until_then(ours: TestHouse) -> None:
    approved = drafts.approve(ours, picks(due(ours)), not_before=MONDAY, judge=yes)
    (frozen,) = approved.rows
    assert (frozen.not_before, frozen.chosen_at, frozen.state) == (MONDAY, MONDAY, OutboxState.QUEUED)
    assert frozen.waits_reason == "You chose Monday 06:52."
    assert (approved.now, approved.later, approved.first_later_at) == (0, 1, MONDAY)
    assert operations.undo(ours).words == "Taken back: 1."


def test_the_hour_is_told_by_the_clock_there(ours: TestHouse) -> None:
    found = due(ours)
    ours.database.write(lambda tx: tx.execute("""update customers set zones = '["Asia/Seoul"]'"""))
    drafts.approve(ours, picks(found), not_before=MONDAY, judge=yes)
    assert row(ours).waits_reason == "You chose Monday 15:52 there."


def test_each_has_an_hour_of_its_own(ours: TestHouse) -> None:
    approved = drafts.approve(ours, picks(due(ours, 2)), not_before={1: MONDAY}, judge=yes)
    assert [frozen.chosen_at for frozen in approved.rows] == [MONDAY, None]


def test_an_hour_at_which_the_gate_says_later_is_the_gates(ours: TestHouse) -> None:
    night = Verdict(rule="hours", answer=Answer.LATER, reason="It is 03:00 there.", until=MONDAY + timedelta(hours=6))

    def judge(_house: object, _tx: object, _action: object, at: datetime) -> tuple[Verdict, ...]:
        return (night,) if at == MONDAY else ()

    (frozen,) = drafts.approve(ours, picks(due(ours)), not_before=MONDAY, judge=judge).rows
    assert frozen.not_before == MONDAY + timedelta(hours=6)
    assert frozen.waits_reason == "You chose Monday 06:52; then it is 03:00 there. Leaves Monday 12:52."


@pytest.mark.parametrize(("refused_at", "lead"), [(NOW, ""), (MONDAY, "At that hour: ")])
def test_an_hour_never_goes_past_the_gate(ours: TestHouse, refused_at: datetime, lead: str) -> None:
    def judge(_house: object, _tx: object, _action: object, at: datetime) -> tuple[Verdict, ...]:
        return (NO,) if at == refused_at else ()

    approved = drafts.approve(ours, picks(due(ours)), not_before=MONDAY, judge=judge)
    assert (approved.rows, approved.refused) == ((), ((1, f"{lead}She hasn't allowed advertising by e-mail."),))


def test_an_hour_that_is_over_or_too_late_is_refused(ours: TestHouse) -> None:
    found = due(ours)
    for at, why in ((NOW, "That hour is over."), (NOW + 7 * DAY, "It is of use until Fri 27 Nov 06:52 only.")):
        assert drafts.approve(ours, picks(found), not_before=at, judge=yes).refused == ((1, why),)


# ---- until they answer ----------------------------------------------------------------------------------------


def test_what_waits_for_an_answer_comes_back_before_it_is_too_late(ours: TestHouse) -> None:
    due(ours)
    decided = drafts.snooze(ours, [1], NOW + drafts.UNTIL_ANSWER, wakes_on_answer=True)
    assert decided.words == "1 put off until they answer"
    assert (action(ours, 1).until_answer, action(ours, 1).snoozed_until) == (True, NOW + 6 * DAY)
    operations.undo(ours)
    assert (action(ours, 1).until_answer, action(ours, 1).state) == (False, ActionState.DUE)


def test_who_wrote_meanwhile_wakes_it_and_there_is_nothing_to_take_back(ours: TestHouse) -> None:
    due(ours, 2)
    drafts.snooze(ours, [1, 2], NOW + 3 * DAY, wakes_on_answer=True)
    drafts.snooze(ours, [2], NOW + 3 * DAY)
    ours.database.write(lambda tx: [actions.wake(tx, 1), actions.wake(tx, 2)])
    assert (action(ours, 1).state, action(ours, 1).snoozed_until) == (ActionState.DUE, None)
    assert action(ours, 2).state is ActionState.SNOOZED  # until that day, whatever comes
    operations.undo(ours)
    assert operations.undo(ours).words == "Taken back: 1. One had moved on."
