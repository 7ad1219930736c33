"""Doing again what was taken back: the same rows as before, through the same gate, until something else is done."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from retcon.demo.mail import Mailroom
from retcon.desk import conversations, drafts, identities, notes, operations, planning, promises, redoing, tags
from retcon.desk import outbox as outboxes
from retcon.desk.house import House, open_house
from retcon.errors import Conflict, InputError
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState
from retcon.model.policy import Answer, Verdict
from retcon.store import actions, outbox, people
from retcon.store import tags as stored_tags
from retcon.store.transitions import Event
from tests.answering import CONFIG, MORNING, Desk, open_desk, wrote
from tests.outgoing import DAY, NOW, Clock, TestHouse, action, customer, due, furnished, picks, row, saying, upsert, yes

NO = Verdict(rule="consent", answer=Answer.NO, reason="She said no meanwhile.")


@pytest.fixture
def ours(house: House) -> TestHouse:
    return furnished(house)


def redo(ours: TestHouse, judge: Any = yes) -> operations.Undone:
    return redoing.redo(ours, judge=judge, judge_row=judge)


def leaves(ours: TestHouse, row_id: int = 1) -> None:
    def work(tx: outbox.Connection) -> None:
        outbox.result(tx, outbox.claim(tx, row_id, "me", NOW), "me", Event.SENT, NOW, sent_at=NOW)

    ours.database.write(work)


# ---- approvals ------------------------------------------------------------------------------------------------


def test_an_approval_is_done_again_under_another_key(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours, 2)), judge=yes)
    operations.undo(ours)
    again = redo(ours)
    assert (again.words, again.back, again.gone) == ("Done again: 2 approved.", 2, 0)
    assert [row(ours, id_).state for id_ in (1, 2, 3, 4)] == ["withdrawn", "withdrawn", "queued", "queued"]
    assert row(ours, 1).key != row(ours, 3).key
    assert operations.undo(ours).words == "Taken back: 2."
    assert redo(ours).back == 2


def test_it_leaves_at_the_hour_that_was_chosen_or_now_where_that_is_over(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours)), not_before=NOW + DAY, judge=yes)
    operations.undo(ours)
    redo(ours)
    assert (row(ours, 2).not_before, row(ours, 2).chosen_at) == (NOW + DAY, NOW + DAY)
    operations.undo(ours)
    ours.clock.now += 2 * DAY
    redo(ours)
    assert row(ours, 3).not_before == ours.clock.now + timedelta(seconds=10)


def test_the_gate_is_asked_again(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours, 3)), judge=yes)
    operations.undo(ours)

    def one_said_no(_house: object, _tx: object, each: Any, _now: object) -> tuple[Verdict, ...]:
        return (NO,) if each.customer_id == 2 else ()

    with pytest.raises(Conflict, match="She said no meanwhile"):
        redo(ours, saying(NO))
    again = redo(ours, one_said_no)
    assert again.words == "Done again: 2 approved. One can't be: She said no meanwhile."
    assert [action(ours, id_).state for id_ in (1, 2, 3)] == ["approved", "due", "approved"]
    with pytest.raises(Conflict, match="nothing to do again"):
        redo(ours)


def test_what_changed_since_is_looked_at_first(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours)), judge=yes)
    operations.undo(ours)
    ours.database.write(lambda tx: upsert(tx, body="Another text."))
    with pytest.raises(Conflict, match="changed since"):
        redo(ours)
    ours.database.write(lambda tx: upsert(tx))
    assert redo(ours).back == 1  # the same words again


def test_what_had_left_is_not_done_again(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours, 2)), judge=yes)
    leaves(ours)
    assert operations.undo(ours).words == "Taken back: 1. One had left already."
    assert redo(ours).words == "Done again: 1 approved."
    assert [found.action_id for found in outboxes_of(ours) if found.state is OutboxState.QUEUED] == [2]


def test_nothing_came_back_so_nothing_is_done_again(ours: TestHouse) -> None:
    due(ours, 2)
    drafts.skip(ours, [2], "no")
    operations.undo(ours)
    drafts.approve(ours, picks([action(ours, 1)]), judge=yes)
    leaves(ours)
    assert operations.undo(ours).back == 0
    with pytest.raises(Conflict, match="nothing to do again"):
        redo(ours)


def outboxes_of(ours: TestHouse) -> tuple[outbox.OutboxRow, ...]:
    with ours.database.read() as tx:
        return outbox.listing(tx)


# ---- as in an editor ------------------------------------------------------------------------------------------


def test_several_are_done_again_in_their_order_until_something_else_is_done(ours: TestHouse) -> None:
    due(ours, 2)
    drafts.edit(ours, 1, 1, "Mine", "My own words.")
    drafts.approve(ours, picks([action(ours, 1)]), judge=yes)
    outboxes.hold(ours, 1)
    for _ in range(3):
        operations.undo(ours)
    assert action(ours, 1).draft.body == "It is on its way."
    assert [redo(ours).words for _ in range(3)] == [
        "Done again: 1 edited.",
        "Done again: 1 approved.",
        "Done again: 1 held.",
    ]
    (held,) = [found for found in outboxes_of(ours) if found.state is OutboxState.HELD]
    assert held.body == "My own words."
    operations.undo(ours)
    notes.add(ours, 2, "something else")
    with pytest.raises(Conflict, match="nothing to do again"):
        redo(ours)


def test_one_that_was_taken_back_by_its_number_comes_back_first(ours: TestHouse) -> None:
    due(ours)
    tags.put(ours, [1], "one")
    tags.put(ours, [1], "two")
    operations.undo(ours, 1)
    operations.undo(ours, 2)
    assert redo(ours).words == "Done again: #two put on."
    assert redo(ours).words == "Done again: #one put on."
    assert operations.undo(ours).words == "Taken back: #one put on."


def test_an_edit_whose_text_changed_since_is_not_done_over_it(ours: TestHouse) -> None:
    due(ours)
    drafts.edit(ours, 1, 1, "Mine", "My own words.")
    operations.undo(ours)
    ours.database.write(lambda tx: upsert(tx, body="Another text."))
    with pytest.raises(Conflict, match="changed since"):
        redo(ours)
    assert action(ours, 1).draft.body == "Another text."


def test_skipping_and_putting_off_are_done_again_to_who_is_still_due(ours: TestHouse) -> None:
    due(ours, 2)
    drafts.skip(ours, [1, 2], "asked me to stop", never=True)
    operations.undo(ours)
    ours.database.write(lambda tx: actions.drop(tx, 2))
    assert redo(ours).words == "Done again: 1 dropped, and left alone. One can't be: It no longer fits, or is too late."
    with ours.database.read() as tx:
        assert [people.get(tx, [id_])[id_].left_alone for id_ in (1, 2)] == [True, False]
    operations.undo(ours)
    assert action(ours, 1).state is ActionState.DUE
    drafts.snooze(ours, [1], NOW + DAY, wakes_on_answer=True)
    operations.undo(ours)
    redo(ours)
    assert (action(ours, 1).snoozed_until, action(ours, 1).until_answer) == (NOW + DAY, True)
    operations.undo(ours)
    ours.clock.now += 2 * DAY
    with pytest.raises(Conflict, match="That time is over"):
        redo(ours)


# ---- what perhaps left ----------------------------------------------------------------------------------------


def uncertain(ours: TestHouse) -> None:
    def work(tx: outbox.Connection) -> None:
        outbox.claim(tx, 1, "me", NOW)
        outbox.move(tx, 1, Event.LOST, NOW, error_text="Perhaps sent.")

    drafts.approve(ours, picks(due(ours)), judge=yes)
    ours.database.write(work)


@pytest.mark.parametrize(("how", "state"), [("arrived", "sent"), ("drop", "withdrawn"), ("again", "queued")])
def test_settling_is_done_again(ours: TestHouse, how: str, state: str) -> None:
    uncertain(ours)
    key = row(ours).key
    outboxes.resolve(ours, 1, how, judge=yes)
    operations.undo(ours)
    assert row(ours).state is OutboxState.UNCERTAIN
    assert redo(ours).words == f"Done again: 1 settled: {how}."
    assert (row(ours).state, row(ours).key) == (state, key)
    operations.undo(ours)
    assert row(ours).state is OutboxState.UNCERTAIN


def test_settling_what_evidence_has_settled_since_is_refused(ours: TestHouse) -> None:
    uncertain(ours)
    outboxes.resolve(ours, 1, "again", judge=yes)
    operations.undo(ours)
    ours.database.write(lambda tx: outbox.receipt(tx, outbox.get(tx, 1).key, Event.ARRIVED, NOW, at=NOW))
    with pytest.raises(Conflict, match="needs no decision: sent"):
        redo(ours)


def test_another_hour_is_chosen_again_by_the_gate(ours: TestHouse) -> None:
    drafts.approve(ours, picks(due(ours)), judge=yes)
    outboxes.move_to(ours, 1, NOW + DAY, judge=yes)
    operations.undo(ours)
    with pytest.raises(Conflict, match="no meanwhile"):
        redo(ours, saying(NO))
    redo(ours)
    assert row(ours).not_before == NOW + DAY
    operations.undo(ours)
    ours.clock.now += 2 * DAY
    with pytest.raises(Conflict, match="That hour is over"):
        redo(ours)


def test_holding_everything_is_done_again(ours: TestHouse) -> None:
    outboxes.hold(ours)
    operations.undo(ours)
    assert redo(ours).words == "Done again: everything held."
    with ours.database.read() as tx:
        assert outboxes.on_hold(tx)


# ---- people ---------------------------------------------------------------------------------------------------


def test_two_become_one_again_and_one_two(ours: TestHouse) -> None:
    for id_ in (1, 2):
        ours.database.write(lambda tx, id_=id_: customer(tx, id_))
    ours.database.write(
        lambda tx: tx.execute("insert into identities values ('email', 'b@example.org', 1, 'b@example.org')")
    )
    identities.merge(ours, "1", "2")
    assert operations.undo(ours).recompute
    assert redo(ours).recompute
    with ours.database.read() as tx:
        assert people.current(tx, 2) == 1
    operations.undo(ours)
    new = identities.split(ours, "1", [("email", "b@example.org")]).new.id
    tags.put(ours, [new], "theirs")
    operations.undo(ours)
    operations.undo(ours)
    redo(ours)
    redo(ours)
    with ours.database.read() as tx:
        assert people.current(tx, new) == new
        assert people.get(tx, [new])[new].emails == ("b@example.org",)
        assert stored_tags.of(tx, [1, new]) == {new: ("theirs",)}


def test_what_was_said_of_somebody_is_said_again(ours: TestHouse) -> None:
    ours.database.write(lambda tx: customer(tx, 1))
    identities.know(ours, "1", {"language": "fr"})
    operations.undo(ours)
    assert redo(ours).recompute
    with ours.database.read() as tx:
        assert people.get(tx, [1])[1].language == "fr"


# ---- conversations --------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    room = Mailroom()
    opened = open_desk(tmp_path, room)
    opened.hears(wrote())
    yield opened
    opened.house.close()
    room.close()


def test_an_answer_is_approved_again_with_its_words(desk: Desk) -> None:
    conversations.reply(desk.house, "thread:1", "", "On its way by Friday.")
    operations.undo(desk.house)
    assert operations.redo(desk.house).words == "Done again: 1 approved."
    assert [(found.state, found.body) for found in desk.rows()] == [
        ("withdrawn", "On its way by Friday."),
        ("queued", "On its way by Friday."),
    ]
    assert [offer.words for offer in promises.offers(desk.house)] == ["On its way by Friday."]


def test_a_letter_that_was_not_to_be_written_is_due_again(desk: Desk) -> None:
    letter = conversations.write(desk.house, "ji-woo@example.com", "email", "Hello.")
    operations.undo(desk.house)
    operations.redo(desk.house)
    (item,) = desk.items("reply")
    assert (item.action.id, item.action.draft.body) == (letter, "Hello.")
    operations.undo(desk.house)
    assert desk.items("reply") == []


def test_done_is_as_of_then_so_what_came_since_waits(desk: Desk) -> None:
    conversations.close(desk.house, 1)
    operations.undo(desk.house)
    operations.redo(desk.house)
    assert desk.items() == []
    operations.undo(desk.house)
    desk.later(minutes=5)
    desk.hears(wrote("2", ago=-timedelta(minutes=4), body="Und?"))
    operations.redo(desk.house)
    assert desk.item().thread is not None


def test_a_promise_is_promised_kept_and_dropped_again(desk: Desk) -> None:
    promise = promises.mark(desk.house, "anna@example.com", "a new lid", desk.clock() + 3 * DAY)
    operations.undo(desk.house)
    assert operations.redo(desk.house).words == "Done again: 1 promise."
    promises.keep(desk.house, promise.id)
    operations.undo(desk.house)
    operations.redo(desk.house)
    assert promises.listing(desk.house) == ()
    operations.undo(desk.house)
    operations.undo(desk.house)
    desk.later(days=5)
    with pytest.raises(Conflict, match="over"):
        operations.redo(desk.house)


# ---- whatever is done in whatever order -------------------------------------------------------------------------

ORDERS = """order_id,placed_at,total,currency,email,name,country,language
1,2026-11-18,49.00,EUR,anna@example.com,Anna Berg,DE,de
2,2026-11-17,20.00,EUR,bob@example.com,Bob Stone,GB,en
3,2026-11-16,20.00,EUR,cyd@example.com,Cyd Lee,DE,de
"""


class AsInAnEditor(RuleBasedStateMachine):
    """What is shown after undo and redo is what was shown before; nothing is approved that the gate refuses."""

    prepared: Path

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.prepared.parent))
        shutil.copytree(self.prepared, self.folder / "home")
        self.clock = Clock(MORNING)
        self.house = open_house(self.folder / "home", now=self.clock, sleep=self.clock.sleep)
        self.closed: set[int] = set()  # to whom the gate says no
        self.shown = [self.look()]  # after each operation
        self.at = 0
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.house.close()
            shutil.rmtree(self.folder)

    # ---- what is done

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        verbs: list[Callable[[st.DataObject], object]] = [
            *(self.approve, self.skip, self.snooze, self.edit, self.note, self.unnote, self.tag, self.write),
            *(self.done, self.promise, self.settle_promise, self.hold, self.hold_one, self.move),
        ]
        verb = data.draw(st.sampled_from([*verbs, *[self.undo] * 8, *[self.redo] * 8, *[self.gate_changes] * 3]))
        self.clock.sleep(1)
        last = self.last()
        with suppress(Conflict, InputError):
            verb(data)
        if verb not in (self.undo, self.redo) and self.last() != last:
            self.shown[self.at + 1 :] = [self.look()]
            self.at += 1
            with pytest.raises(Conflict, match="nothing to do again"):
                operations.redo(self.house)

    def undo(self, _data: st.DataObject) -> None:
        operations.undo(self.house)
        self.at -= 1
        assert self.look() == self.shown[self.at]

    def redo(self, _data: st.DataObject) -> None:
        before = self.look()
        try:
            redone = redoing.redo(self.house, judge=self.judge, judge_row=self.judge_row)
        except Conflict:
            assert self.look() == before
            assert self.closed or self.at + 1 == len(self.shown)
            raise
        self.at += 1
        if redone.gone:  # less was done than before: from here on it is another story
            self.shown[self.at :] = [self.look()]
            self.forget_what_follows()
        assert self.look() == self.shown[self.at]

    def forget_what_follows(self) -> None:
        notes.add(self.house, 1, "another story")
        self.shown.append(self.look())
        self.at += 1

    def approve(self, data: st.DataObject) -> None:
        found = data.draw(st.lists(st.sampled_from(self.open_actions()), min_size=1, max_size=3))
        hour = data.draw(st.sampled_from([None, None, MORNING + DAY]))
        drafts.approve(self.house, [(one.id, one.revision) for one in found], not_before=hour, judge=self.judge)

    def skip(self, data: st.DataObject) -> None:
        found = data.draw(st.lists(st.sampled_from(self.open_actions()), min_size=1, max_size=2))
        drafts.skip(self.house, [one.id for one in found], "enough")

    def snooze(self, data: st.DataObject) -> None:
        found = data.draw(st.lists(st.sampled_from(self.open_actions()), min_size=1, max_size=2))
        until = MORNING + data.draw(st.sampled_from([DAY, 2 * DAY]))
        drafts.snooze(self.house, [one.id for one in found], until, wakes_on_answer=data.draw(st.booleans()))

    def edit(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.open_actions()))
        self.count += 1
        drafts.edit(self.house, one.id, one.revision, "Mine", f"Words {self.count}.")

    def write(self, _data: st.DataObject) -> None:
        self.count += 1
        conversations.write(self.house, "bob@example.com", "email", f"Letter {self.count}.")

    def note(self, _data: st.DataObject) -> None:
        self.count += 1
        notes.add(self.house, 1, f"Note {self.count}.")

    def unnote(self, data: st.DataObject) -> None:
        with self.house.database.read() as tx:
            found = notes.of(tx, [1]).get(1, ())
        if found:
            notes.remove(self.house, data.draw(st.sampled_from(found)).id)

    def tag(self, data: st.DataObject) -> None:
        change = data.draw(st.sampled_from([tags.put, tags.take_off]))
        change(self.house, data.draw(st.sampled_from([[1], [2, 3]])), data.draw(st.sampled_from(["vip", "blue"])))

    def done(self, _data: st.DataObject) -> None:
        conversations.close(self.house, 1)

    def promise(self, _data: st.DataObject) -> None:
        self.count += 1
        promises.mark(self.house, "2", f"Promise {self.count}", MORNING + 2 * DAY)

    def settle_promise(self, data: st.DataObject) -> None:
        found = [entry.promise.id for entry in promises.listing(self.house)]
        if found:
            data.draw(st.sampled_from([promises.keep, promises.drop]))(self.house, data.draw(st.sampled_from(found)))

    def hold(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from([outboxes.hold, outboxes.release]))(self.house)

    def hold_one(self, data: st.DataObject) -> None:
        rows = self.waiting()
        if rows:
            change = data.draw(st.sampled_from([outboxes.hold, outboxes.release]))
            change(self.house, data.draw(st.sampled_from(rows)))

    def move(self, data: st.DataObject) -> None:
        rows = self.waiting()
        if rows:
            outboxes.move_to(self.house, data.draw(st.sampled_from(rows)), MORNING + DAY, judge=self.judge_row)

    def gate_changes(self, data: st.DataObject) -> None:
        self.closed = data.draw(st.sets(st.integers(1, 3), max_size=2))

    # ---- the gate

    def judge(self, _house: object, _tx: object, found: actions.Action, _now: datetime) -> tuple[Verdict, ...]:
        return (NO,) if found.customer_id in self.closed else ()

    def judge_row(self, _house: object, _tx: object, found: outbox.OutboxRow, _now: datetime) -> tuple[Verdict, ...]:
        return (NO,) if found.customer_id in self.closed else ()

    # ---- looking

    @invariant()
    def what_is_approved_has_one_message_and_the_gate_let_it_pass(self) -> None:
        with self.house.database.read() as tx:
            rows = [found for found in outbox.listing(tx) if found.state is not OutboxState.WITHDRAWN]
            every = [one for id_ in (1, 2, 3) for one in actions.of_customer(tx, id_)]
        approved = sorted(one.id for one in every if one.state is ActionState.APPROVED)
        assert sorted(found.action_id or 0 for found in rows) == approved
        keys = [found.key for found in rows]
        assert len(keys) == len(set(keys))
        fresh = {found.customer_id for found in rows if found.approved_at == self.clock.now.replace(microsecond=0)}
        assert not fresh & self.closed

    def last(self) -> int:
        with self.house.database.read() as tx:
            return tx.execute("select coalesce(max(id), 0) from operations").fetchone()[0]

    def open_actions(self) -> list[actions.Action]:
        with self.house.database.read() as tx:
            every = [one for id_ in (1, 2, 3) for one in actions.of_customer(tx, id_)]
        return [one for one in every if one.state in (ActionState.DUE, ActionState.SNOOZED)] or every

    def waiting(self) -> list[int]:
        with self.house.database.read() as tx:
            found = outbox.listing(tx)
        return sorted(row.id for row in found if row.state in (OutboxState.QUEUED, OutboxState.HELD))

    def look(self) -> dict[str, Any]:
        """All that the operator sees of it."""
        queries = {
            "actions": "select id, state, snoozed_until, wakes_on, channel, recipient, subject, body, edited"
            " from actions where state not in ('expired', 'skipped')",
            "skipped": "select id, skip_reason from actions where state = 'skipped' and skip_reason <> 'taken back'",
            "outbox": "select action_id, state, subject, body, recipient, chosen_at from outbox"
            " where state <> 'withdrawn' order by action_id",
            "threads": "select id, closed_at, waiting_since from threads",
            "promises": "select id, state, words, due_at from promises where state <> 'dropped'",
            "notes": "select id, words from notes where removed_at is null",
            "tags": "select customer_id, name from tags",
            "alone": "select id, left_alone from customers",
            "hold": "select name from facts where name = 'hold'",
        }
        # Whoever is left alone has nothing due any more, and so on: what is due follows from what is known.
        self.house.database.write(lambda tx: planning.plan(self.house, tx, [1, 2, 3]))
        with self.house.database.read() as tx:
            return {name: [tuple(row) for row in tx.execute(query)] for name, query in queries.items()}


def test_undo_and_redo_show_what_was_shown_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Mailroom()
    prepared = open_desk(tmp_path, room, CONFIG, ORDERS)
    prepared.hears(wrote())
    assert len(prepared.items()) >= 3
    prepared.house.close()
    room.close()
    monkeypatch.setattr(AsInAnEditor, "prepared", tmp_path / "home", raising=False)
    run_state_machine_as_test(
        AsInAnEditor,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
