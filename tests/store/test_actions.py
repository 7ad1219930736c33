"""What is due is written again and again and never repeats what was decided."""

from dataclasses import replace
from datetime import timedelta

import pytest

from retcon.model.playbook import Action, ActionState
from retcon.store import actions
from retcon.store.database import Connection, Database
from tests.outgoing import DAY, NOW, RULE, upsert


def test_the_same_occasion_is_one_action(database: Database) -> None:
    def work(tx: Connection) -> None:
        first = upsert(tx)
        assert upsert(tx) == first
        assert upsert(tx, anchor="woo:2") != first
        assert upsert(tx, rule=replace(RULE, id="another")) != first
        assert actions.get(tx, first).revision == 1

    database.write(work)


@pytest.mark.parametrize("change", [{"body": "Another text."}, {"recipient": "new@example.org"}, {"subject": "New"}])
def test_a_draft_that_changed_has_another_revision(database: Database, change: dict[str, str]) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        upsert(tx, **change)
        after = actions.get(tx, id_)
        assert after.revision == 2
        assert all(getattr(after.draft, name) == value for name, value in change.items())

    database.write(work)


def test_what_is_only_said_about_it_changes_no_revision(database: Database) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        upsert(tx, rule=replace(RULE, title="another title"))
        after = actions.get(tx, id_)
        assert (after.revision, after.title) == (1, "another title")

    database.write(work)


def decide(tx: Connection, id_: int, state: str) -> None:
    match state:
        case "approved":
            actions.approve(tx, id_, NOW)
        case "done":
            actions.approve(tx, id_, NOW)
            actions.finish(tx, id_, NOW)
        case _:
            actions.skip(tx, id_, "spoke on the phone", NOW)


@pytest.mark.parametrize("state", ["approved", "done", "skipped"])
def test_what_was_decided_is_not_repeated_or_changed(database: Database, state: str) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        decide(tx, id_, state)
        before = actions.get(tx, id_)
        assert not actions.is_open(tx, "parcel-note", 1, "woo:1")
        upsert(tx, body="Another text.")
        assert actions.open_of(tx, [1]) == {}
        actions.expire(tx, NOW + 100 * DAY)
        assert actions.get(tx, id_) == before
        assert actions.due(tx, NOW) == ()

    database.write(work)


def test_a_text_that_the_operator_wrote_stays(database: Database) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        before = actions.get(tx, id_)
        actions.edit(tx, id_, replace(before.draft, body="In my own words."))
        upsert(tx, body="Another text.")
        after = actions.get(tx, id_)
        assert (after.revision, after.draft.body, after.edited) == (2, "In my own words.", True)
        upsert(tx, body="Another text.", recipient="new@example.org")
        after = actions.get(tx, id_)
        assert (after.revision, after.draft.body, after.draft.recipient) == (3, "In my own words.", "new@example.org")

    database.write(work)


def test_what_was_put_off_comes_back_when_its_time_is_over(database: Database) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        actions.snooze(tx, id_, NOW + DAY)
        upsert(tx, body="Another text.")
        assert actions.due(tx, NOW) == ()
        assert actions.count_snoozed(tx, NOW) == 1
        assert [action.id for action in actions.upcoming(tx, NOW)] == [id_]
        later = NOW + DAY
        assert [action.id for action in actions.due(tx, later)] == [id_]
        assert actions.count_due(tx, later)[0] == 1
        assert actions.get(tx, id_).draft.body == "Another text."

    database.write(work)


def test_what_no_longer_holds_goes_and_may_come_back(database: Database) -> None:
    def work(tx: Connection) -> None:
        kept, dropped = upsert(tx), upsert(tx, anchor="woo:2")
        assert actions.open_of(tx, [1]) == {1: {("parcel-note", "woo:1"): kept, ("parcel-note", "woo:2"): dropped}}
        actions.drop(tx, dropped)
        assert actions.get(tx, kept).state is ActionState.DUE
        assert actions.get(tx, dropped).state is ActionState.EXPIRED
        assert actions.is_open(tx, "parcel-note", 1, "woo:2")
        upsert(tx, anchor="woo:2")
        assert actions.get(tx, dropped).state is ActionState.DUE

    database.write(work)


def test_what_is_too_late_is_not_due(database: Database) -> None:
    def work(tx: Connection) -> None:
        id_ = upsert(tx)
        end = actions.get(tx, id_).expires_at
        assert actions.due(tx, end - timedelta(seconds=1)) != ()
        assert actions.due(tx, end) == ()
        assert actions.expire(tx, end) == 1
        assert actions.get(tx, id_).state is ActionState.EXPIRED
        assert actions.customers_with_due(tx) == []

    database.write(work)


def test_decisions_of_the_day_are_counted(database: Database) -> None:
    def work(tx: Connection) -> None:
        for number, state in ((1, "approved"), (2, "done"), (3, "skipped")):
            decide(tx, upsert(tx, number), state)
        upsert(tx, 4)
        assert actions.count_decided(tx, NOW) == 3
        assert actions.count_decided(tx, NOW + timedelta(seconds=1)) == 0
        assert [action.id for action in actions.of_customer(tx, 4)] == [4]

    database.write(work)


def test_an_action_is_read_as_it_was_written(database: Database) -> None:
    action = database.write(lambda tx: actions.get(tx, upsert(tx)))
    assert isinstance(action, Action)
    assert (action.rule, action.anchor, action.purpose, action.stage) == ("parcel-note", "woo:1", "service", "trust")
    assert (action.due_at, action.expires_at) == (NOW - DAY, NOW + 7 * DAY)
    assert action.reason == "Their parcel left yesterday."
