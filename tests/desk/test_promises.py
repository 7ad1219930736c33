"""Promises: marked, due on their day, broken, kept; days as they are said; what our own messages offer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retcon import localtime
from retcon.demo.mail import Mailroom
from retcon.desk import conversations, drafts, operations, promises
from retcon.errors import Conflict, InputError, UsageError
from retcon.model.conversations import PromiseState
from retcon.model.playbook import ActionState
from tests.answering import MORNING, Desk, answered, open_desk, wrote

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = "Europe/Berlin"


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def desk(tmp_path: Path, mail: Mailroom) -> Iterator[Desk]:
    opened = open_desk(tmp_path, mail)
    yield opened
    opened.house.close()


def friday(desk: Desk) -> datetime:
    return promises.parse_day("fri", desk.clock(), BERLIN)


def states(desk: Desk) -> list[PromiseState]:
    return [entry.promise.state for entry in promises.listing(desk.house)]


# ---- marking ------------------------------------------------------------------------------------------------


def test_a_promise_for_a_day_is_due_when_the_day_begins(desk: Desk) -> None:
    made = promises.mark(desk.house, "anna@example.com", "a new lid", friday(desk))
    assert made.state is PromiseState.OPEN
    assert desk.items("promise") == []
    desk.later(days=6, hours=14)
    action = desk.item("promise").action
    assert action.reason == "You promised Anna “a new lid” by today."
    assert (action.draft.recipient, action.draft.body) == ("anna@example.com", "")


def test_a_broken_one_rises_above_all_without_being_planned_anew(desk: Desk) -> None:
    promises.mark(desk.house, "anna@example.com", "", friday(desk))
    desk.later(days=9)
    desk.hears(wrote("k", address="ji-woo@example.com", name="Ji-woo", ago=-8 * DAY, subject="x", body="Hello?"))
    first, second = desk.items()[:2]
    assert (first.action.rule, first.action.urgency) == ("promise", 2)
    assert first.action.reason == "You promised Anna an answer by Friday. That was two days ago."
    assert second.action.rule == "unanswered"
    assert promises.listing(desk.house)[0].broken


def test_a_promise_belongs_to_the_conversation_and_is_answered_there(desk: Desk) -> None:
    desk.hears(wrote(), answered())
    made = promises.mark(desk.house, "anna@example.com", "", friday(desk))
    assert made.thread_id == 1
    desk.later(days=7)
    desk.hears()
    action = desk.item("promise").action
    assert (action.thread_id, action.draft.subject, action.draft.language) == (1, "Re: Where is my plate?", "de")


def test_sending_the_message_of_a_promise_keeps_it(desk: Desk) -> None:
    made = promises.mark(desk.house, "anna@example.com", "", friday(desk))
    desk.later(days=7)
    action = desk.item("promise").action
    edited = drafts.edit(desk.house, action.id, action.revision, "Ihr Deckel", "Er ist da.")
    drafts.approve(desk.house, [(edited.id, edited.revision)])
    assert states(desk) == [PromiseState.OPEN]
    desk.send()
    assert states(desk) == []
    with desk.house.database.read() as tx:
        row = tx.execute("select state from promises where id = ?", (made.id,)).fetchone()
    assert row[0] == "kept"


def test_an_answer_in_its_thread_does_not_keep_it(desk: Desk) -> None:
    desk.hears(wrote())
    promises.mark(desk.house, "anna@example.com", "", friday(desk))
    conversations.reply(desk.house, "thread:1", "", "Ich frage nach.")
    desk.send()
    assert states(desk) == [PromiseState.OPEN]


def test_keeping_one_is_done_with_what_was_due_and_can_be_taken_back(desk: Desk) -> None:
    made = promises.mark(desk.house, "anna@example.com", "", friday(desk))
    desk.later(days=7)
    due = desk.item("promise").action
    promises.keep(desk.house, made.id)
    assert desk.items("promise") == []
    assert [action.state for action in desk.actions() if action.id == due.id] == [ActionState.DONE]
    assert operations.undo(desk.house).words == "Taken back: 1 promise kept."
    assert desk.item("promise").action.id == due.id


def test_dropping_one_can_be_taken_back_and_marking_one_too(desk: Desk) -> None:
    made = promises.mark(desk.house, "anna@example.com", "", friday(desk))
    promises.drop(desk.house, made.id)
    assert states(desk) == []
    operations.undo(desk.house)
    assert states(desk) == [PromiseState.OPEN]
    assert operations.undo(desk.house).words == "Taken back: 1 promise."
    assert states(desk) == []
    desk.later(days=7)
    assert desk.items("promise") == []


def test_nothing_is_promised_to_nobody_or_for_yesterday(desk: Desk) -> None:
    with pytest.raises(InputError, match="Nobody is known"):
        promises.mark(desk.house, "nobody@example.com", "", friday(desk))
    with pytest.raises(InputError, match="over"):
        promises.mark(desk.house, "anna@example.com", "", MORNING - DAY)
    with pytest.raises(Conflict, match="no promise 9"):
        promises.keep(desk.house, 9)


def test_what_was_kept_is_not_kept_again(desk: Desk) -> None:
    made = promises.mark(desk.house, "anna@example.com", "", friday(desk))
    promises.keep(desk.house, made.id)
    with pytest.raises(Conflict, match="kept already"):
        promises.drop(desk.house, made.id)


# ---- days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "language", "until"),
    [
        ("thu", "en", "26 Nov 23:59"),
        ("friday", "en", "27 Nov 23:59"),
        ("by Friday 18:00", "en", "27 Nov 18:00"),
        ("tomorrow", "en", "21 Nov 23:59"),
        ("2d", "en", "22 Nov 23:59"),
        ("3h", "en", "20 Nov 13:30"),
        ("in 3 days", "en", "23 Nov 23:59"),
        ("2026-12-01", "en", "01 Dec 23:59"),
        ("1 dec", "en", "01 Dec 23:59"),
        ("Donnerstag", "en", "26 Nov 23:59"),
        ("bis Do", "de", "26 Nov 23:59"),
        ("jeudi", "fr", "26 Nov 23:59"),
        ("金曜日", "ja", "27 Nov 23:59"),
    ],
)
def test_a_day_is_said_in_english_german_or_the_operators_language(said: str, language: str, until: str) -> None:
    found = promises.parse_day(said, MORNING, BERLIN, language)
    assert f"{localtime.local(found, BERLIN):%d %b %H:%M}" == until


@pytest.mark.parametrize("said", ["", "soon", "2019-01-01", "friday and then some", "32 dec", "jeudi", "order 3d"])
def test_what_is_no_day_ahead_is_refused_in_a_sentence(said: str) -> None:
    with pytest.raises(UsageError, match="no day ahead"):
        promises.parse_day(said, MORNING, BERLIN, "en")


# ---- offered ------------------------------------------------------------------------------------------------


def test_a_date_in_an_answer_is_offered_when_it_is_approved(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Danke für die Geduld. Ich melde mich bis Freitag. Viele Grüße")
    (offered,) = promises.offers(desk.house)
    assert (offered.words, offered.thread_id) == ("Ich melde mich bis Freitag.", 1)
    assert desk.items("promise") == []


def test_a_date_in_an_answer_from_another_program_is_offered_with_the_next_pull(desk: Desk) -> None:
    desk.hears(wrote(language="fr"), answered(body="Je reviens vers vous avant lundi.", language="fr"))
    (offered,) = promises.offers(desk.house)
    assert offered.words == "Je reviens vers vous avant lundi."
    assert offered.due_at < MORNING + 4 * DAY


def test_an_offer_is_made_once_whatever_becomes_of_it(desk: Desk) -> None:
    desk.hears(wrote(), answered(body="Ich melde mich bis Freitag."))
    (offered,) = promises.offers(desk.house)
    promises.drop(desk.house, offered.id)
    promises.offer(desk.house)
    assert promises.offers(desk.house) == ()


def test_an_offer_that_is_taken_up_is_a_promise(desk: Desk) -> None:
    desk.hears(wrote(), answered(body="Ich melde mich bis Freitag."))
    (offered,) = promises.offers(desk.house)
    taken = promises.take_up(desk.house, offered.id)
    assert taken.state is PromiseState.OPEN
    desk.later(days=7)
    assert desk.item("promise").action.urgency == 0
    assert operations.undo(desk.house).words == "Taken back: 1 promise."
    assert [it.id for it in promises.offers(desk.house)] == [offered.id]
    with pytest.raises(Conflict, match="isn't offered"):
        promises.take_up(desk.house, promises.mark(desk.house, "anna@example.com", "", friday(desk)).id)


def test_what_is_marked_for_that_day_is_not_offered_as_well(desk: Desk) -> None:
    desk.hears(wrote())
    promises.mark(desk.house, "anna@example.com", "melden", friday(desk))
    conversations.reply(desk.house, "thread:1", "", "Ich melde mich bis Freitag.")
    assert promises.offers(desk.house) == ()


def test_an_offer_goes_with_the_answer_that_is_taken_back(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Ich melde mich bis Freitag.")
    operations.undo(desk.house)
    assert promises.offers(desk.house) == ()


def test_what_the_customer_writes_is_no_promise_of_ours(desk: Desk) -> None:
    desk.hears(wrote(body="Ich brauche es bis Freitag."))
    assert promises.offers(desk.house) == ()
