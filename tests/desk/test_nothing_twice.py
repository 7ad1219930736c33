"""Whatever the operator, the channel, the gate, crashes and receipts do in whatever order: nothing twice, nothing lost.

The world beside the store knows what really arrived. A message may arrive once, and once more for every time that the
operator sent it again though it perhaps had.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from retcon.channels.channel import Outgoing
from retcon.desk import drafts, identities, operations, redoing, sending
from retcon.desk import outbox as outboxes
from retcon.desk.house import open_house
from retcon.errors import ChannelTrouble, Conflict, NotLeft, Refused, Uncertain
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxRow, OutboxState
from retcon.model.playbook import Action, ActionState
from retcon.model.policy import Answer, Verdict
from retcon.store import actions, leases, outbox
from retcon.store import operations as operations_kept
from retcon.store.database import Connection, open_database
from retcon.store.transitions import Event
from tests.outgoing import DAY, customer, furnished, upsert

# What a channel can do with a message: whether it arrives, and what the channel says of it.
OUTCOMES = ("taken", "taken", "taken, no answer", "lost, no answer", "not left", "refused", "trouble")
ON_ITS_WAY = frozenset(("queued", "held", "sending", "uncertain", "stale", "failed"))


class NothingTwice(RuleBasedStateMachine):
    """The desk's verbs and the sender, against a world that remembers."""

    empty: Path  # a database without anything

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp(dir=self.empty.parent))
        shutil.copy(self.empty, self.home / "retcon.db")
        self.ours = furnished(open_house(self.home), undo_seconds=0)
        self.ours.told.on_send = self.passes_the_door
        self.outcomes: list[str] = []
        self.arrived: Counter[str] = Counter()  # by key
        self.perhaps: Counter[str] = Counter()  # attempts, by key, that were not known to have stayed
        self.said_again: Counter[str] = Counter()  # by key: sent again by the operator, though perhaps it had arrived
        self.open_under: dict[int, str] = {}  # by row: its key when it first perhaps had left
        self.deaths = 0
        self.others = 0
        self.upsert(1, "One text.")

    def teardown(self) -> None:
        if hasattr(self, "ours"):
            self.ours.database.close()
            shutil.rmtree(self.home)

    # ---- the world

    def passes_the_door(self, message: Outgoing) -> None:
        outcome = self.outcomes.pop(0) if self.outcomes else "taken"
        if outcome not in ("not left", "refused", "trouble"):
            self.leaves(message.key, arrives=outcome.startswith("taken"))
        self.ours.told.answers = [
            {
                "taken": None,
                "taken, no answer": Uncertain("Perhaps sent."),
                "lost, no answer": Uncertain("Perhaps sent."),
                "not left": NotLeft("Later."),
                "refused": Refused("No.", code="550"),
                "trouble": ChannelTrouble("Wrong password."),
            }[outcome]
        ]

    def leaves(self, key: str, *, arrives: bool) -> None:
        self.perhaps[key] += 1
        self.arrived[key] += arrives
        assert self.perhaps[key] <= 1 + self.said_again[key], f"{key} left again by itself"

    # ---- what people and machines do: one of what is possible now, the usual more often

    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        steps = list(self.possible())
        data.draw(st.sampled_from(steps))(data)

    def possible(self) -> Iterator[Callable[[st.DataObject], None]]:
        states = {row.state for row in self.rows()}
        yield from (self.a_refresh, self.time_passes, self.undo, self.redo, self.redo)
        if self.due():
            yield from [self.approve] * 4
        if OutboxState.QUEUED in states or OutboxState.SENDING in states:
            yield from [self.send] * 6
        if OutboxState.QUEUED in states and OutboxState.SENDING not in states:
            yield from (self.a_sender_dies, self.a_sender_dies, self.hold_one, self.the_file_is_copied)
        if states & {OutboxState.QUEUED, OutboxState.HELD, OutboxState.SENDING}:
            yield self.somebody_becomes_one_with_them
        if OutboxState.HELD in states:
            yield self.release_one
        if states & {OutboxState.QUEUED, OutboxState.HELD}:
            yield self.another_hour
        if OutboxState.FAILED in states:
            yield self.retry
        if states & NEEDS_OPERATOR:
            yield from [self.resolve] * 3
        if self.heard_of():
            yield self.a_receipt_comes

    def a_refresh(self, data: st.DataObject) -> None:
        self.upsert(data.draw(st.integers(1, 9)), data.draw(st.sampled_from(["One text.", "Another text."])))

    def upsert(self, order: int, body: str) -> None:
        self.ours.database.write(lambda tx: upsert(tx, 1, anchor=f"woo:{order}", body=body))

    def time_passes(self, data: st.DataObject) -> None:
        self.ours.clock.now += timedelta(seconds=data.draw(st.sampled_from([1, 60, 7200])))

    def undo(self, _data: st.DataObject) -> None:
        with suppress(Conflict):
            operations.undo(self.ours)

    def redo(self, _data: st.DataObject) -> None:
        """What was settled as to be sent again is sent again by the operator's word, once more."""
        before = {row.id: row for row in self.rows()}
        gate = self.gate("yes")
        with suppress(Conflict):
            redone = redoing.redo(self.ours, judge=gate, judge_row=gate)
            with self.read() as tx:
                done, changes = (
                    operations_kept.get(tx, redone.operation_id),
                    operations_kept.changes(tx, redone.operation_id),
                )
            if done is not None and done.words == "1 settled: again":
                for row in (before[change.reference] for change in changes if change.family == "outbox"):
                    self.said_again[row.key] += row.state is not OutboxState.FAILED

    def approve(self, data: st.DataObject) -> None:
        picked = data.draw(st.lists(st.sampled_from(self.due()), min_size=1, max_size=3))
        drafts.approve(self.ours, [(one.id, one.revision) for one in picked], judge=self.gate("yes"))

    def send(self, data: st.DataObject) -> None:
        self.outcomes = data.draw(st.lists(st.sampled_from(OUTCOMES), max_size=3))
        sending.send(self.ours, judge=self.gate(data.draw(st.sampled_from(["yes"] * 5 + ["later", "no"]))))

    def a_sender_dies(self, data: st.DataObject) -> None:
        """It had claimed the next message; its bytes left or did not."""
        self.deaths += 1
        here = leases.this_process()
        dead = leases.Owner(here.host, here.boot, 2**22 - 1, f"dead {self.deaths}")

        def claim(tx: Connection) -> OutboxRow | None:
            row = outbox.next_due(tx, self.ours.now())
            token = leases.take(tx, sending.LEASE, dead, self.ours.now(), 120)
            assert token is not None
            return None if row is None else outbox.claim(tx, row.id, f"{token} {dead}", self.ours.now())

        claimed = self.ours.database.write(claim)
        if claimed is not None:
            self.leaves(claimed.key, arrives=data.draw(st.booleans()))

    def resolve(self, data: st.DataObject) -> None:
        row = self.some_row(data, *NEEDS_OPERATOR)
        how = data.draw(st.sampled_from(["arrived", "again", "again", "drop"]))
        with suppress(Conflict):
            outboxes.resolve(self.ours, row.id, how, judge=self.gate("yes"))
            if how == "again" and row.state is not OutboxState.FAILED:
                self.said_again[row.key] += 1

    def retry(self, data: st.DataObject) -> None:
        outboxes.retry(self.ours, self.some_row(data, OutboxState.FAILED).id)

    def hold_one(self, data: st.DataObject) -> None:
        outboxes.hold(self.ours, self.some_row(data, OutboxState.QUEUED).id)

    def release_one(self, data: st.DataObject) -> None:
        outboxes.release(self.ours, self.some_row(data, OutboxState.HELD).id)

    def another_hour(self, data: st.DataObject) -> None:
        row = self.some_row(data, OutboxState.QUEUED, OutboxState.HELD)
        hour = self.ours.now() + timedelta(seconds=data.draw(st.sampled_from([5, 600])))
        outboxes.move_to(self.ours, row.id, hour, judge=self.gate("yes"))

    def a_receipt_comes(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.heard_of()))
        event = data.draw(st.sampled_from([Event.ARRIVED, Event.DELIVERED, Event.READ]))
        for _ in range(data.draw(st.integers(1, 2))):
            now = self.ours.now()
            self.ours.database.write(lambda tx, now=now: outbox.receipt(tx, key, event, now, at=now - DAY))

    def the_file_is_copied(self, _data: st.DataObject) -> None:
        self.ours.database.write(lambda tx: outbox.copied(tx, self.ours.now(), "This is a copy."))

    def somebody_becomes_one_with_them(self, _data: st.DataObject) -> None:
        """What waits needs another look; undo puts it back where it waited."""
        self.others += 1
        other = 1 + self.others
        self.ours.database.write(lambda tx: customer(tx, other))
        identities.merge(self.ours, "1", str(other))

    # ---- what always holds

    @invariant()
    def nothing_arrives_more_often_than_was_decided(self) -> None:
        for key, count in self.arrived.items():
            assert count <= 1 + self.said_again[key]

    @invariant()
    def of_one_action_one_message_at_most_may_have_left(self) -> None:
        may_have_left = Counter(key.partition(".")[0] for key, count in self.perhaps.items() if count)
        assert all(count == 1 for count in may_have_left.values())

    @invariant()
    def what_may_have_left_keeps_its_key(self) -> None:
        with self.read() as tx:
            for row in outbox.listing(tx):
                if outbox.may_have_left(tx, row.id):
                    assert self.open_under.setdefault(row.id, row.key) == row.key

    @invariant()
    def the_log_tells_every_move(self) -> None:
        with self.read() as tx:
            for row in outbox.listing(tx):
                lines = outbox.history(tx, row.id)
                assert all(earlier.after == later.before for earlier, later in pairwise(lines))
                assert lines[-1].after == row.state

    @invariant()
    def nothing_is_lost(self) -> None:
        """What was approved has one message in a state that the operator sees; what is due has none on its way."""
        with self.read() as tx:
            rows, every = outbox.listing(tx), actions.of_customer(tx, 1)
        for action in every:
            its = [row.state for row in rows if row.action_id == action.id and row.state is not OutboxState.WITHDRAWN]
            match action.state:
                case ActionState.APPROVED:
                    assert len(its) == 1
                    assert its[0] in ON_ITS_WAY
                case ActionState.DONE:
                    assert len(its) == 1
                    assert its[0] in LEFT
                case _:
                    assert its == []

    # ---- looking

    def gate(self, answer: str) -> outboxes.JudgeRow:
        until = self.ours.now() + timedelta(hours=1)
        said = {
            "yes": (),
            "later": (Verdict(rule="hours", answer=Answer.LATER, reason="Night there.", until=until),),
            "no": (Verdict(rule="still", answer=Answer.NO, reason="Bought again."),),
        }[answer]
        return lambda *_: said

    def read(self) -> AbstractContextManager[Connection]:
        return self.ours.database.read()

    def rows(self) -> tuple[OutboxRow, ...]:
        with self.read() as tx:
            return outbox.listing(tx)

    def due(self) -> tuple[Action, ...]:
        with self.read() as tx:
            return actions.due(tx, self.ours.now())

    def heard_of(self) -> list[str]:
        """Keys of messages that arrived and of which there is more to hear."""
        return [row.key for row in self.rows() if self.arrived[row.key] and row.state is not OutboxState.READ]

    def some_row(self, data: st.DataObject, *states: OutboxState) -> OutboxRow:
        return data.draw(st.sampled_from([row for row in self.rows() if row.state in states]))


def test_nothing_leaves_twice_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path / "empty.db").close()
    monkeypatch.setattr(NothingTwice, "empty", tmp_path / "empty.db", raising=False)
    run_state_machine_as_test(
        NothingTwice,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
