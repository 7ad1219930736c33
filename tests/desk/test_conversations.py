"""Who waits, answering, being done: what the operator does with conversations, and what each can be taken back to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import conversations, drafts, identities, operations, promises, today
from retcon.desk import outbox as desk_outbox
from retcon.errors import Conflict, InputError, UsageError
from retcon.model.conversations import Bounce
from retcon.model.orders import OrderState, Product, Review, ShopOrder
from retcon.model.outbox import OutboxState
from retcon.model.playbook import ActionState, Moment
from retcon.model.sync import SyncResult
from retcon.store import cursors
from retcon.store.database import Connection
from tests.answering import MORNING, Desk, answered, open_desk, wrote

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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


# ---- what waits ---------------------------------------------------------------------------------------------


def test_who_wrote_waits_for_an_answer_in_their_language_where_they_asked(desk: Desk) -> None:
    desk.hears(wrote())
    item = desk.item()
    draft = item.action.draft
    assert (item.action.moment, item.action.personal, item.action.thread_id) == (Moment.ANSWER, True, 1)
    assert (draft.channel, draft.recipient, draft.language) == ("email", "anna@example.com", "de")
    assert (draft.subject, draft.body) == ("Re: Where is my plate?", "")
    assert item.action.reason == "Wrote 2 hours ago."


def test_the_reason_is_told_as_of_now(desk: Desk) -> None:
    desk.hears(wrote())
    desk.later(hours=3)
    assert desk.item().action.reason == "Wrote 5 hours ago."


def test_a_subject_that_went_to_and_fro_gets_one_re(desk: Desk) -> None:
    desk.hears(wrote(subject="AW: Re: RE[2]: Teller"))
    assert desk.item().action.draft.subject == "Re: Teller"


def test_an_answer_without_words_is_not_approved(desk: Desk) -> None:
    desk.hears(wrote())
    item = desk.item()
    assert not item.passes
    approved = drafts.approve(desk.house, [(item.action.id, item.action.revision)])
    assert not approved.rows
    assert "no words" in approved.refused[0][1]


def test_what_was_answered_in_another_program_is_done_and_says_so(desk: Desk) -> None:
    desk.hears(wrote())
    waiting = desk.item().action
    desk.hears(answered(ago=HOUR))
    assert desk.items("unanswered") == []
    (closed,) = [action for action in desk.actions() if action.id == waiting.id]
    assert (closed.state, closed.reason) == (ActionState.DONE, "Answered in another program at 09:30.")
    found = today.load(desk.house)
    assert (found.done, found.elsewhere) == (1, 1)


def test_what_was_put_off_is_done_by_an_answer_elsewhere_too(desk: Desk) -> None:
    desk.hears(wrote())
    drafts.snooze(desk.house, [desk.item().action.id], MORNING + DAY)
    desk.hears(answered())
    assert [action.state for action in desk.actions()] == [ActionState.DONE]


def test_what_was_put_off_until_they_answer_is_due_when_they_write(desk: Desk) -> None:
    desk.hears(wrote())
    action = desk.item().action
    drafts.snooze(desk.house, [action.id], desk.clock() + 3 * DAY, wakes_on_answer=True)
    assert desk.items() == []
    desk.hears(wrote("auto", ago=timedelta(minutes=2), automatic=True, body="I am away."))
    assert desk.items() == []
    desk.hears(wrote("2", ago=timedelta(minutes=1), body="Und?"))
    assert desk.item().action.state is ActionState.DUE
    operations.undo(desk.house)
    assert desk.item().action.state is ActionState.DUE


def test_what_was_put_off_until_a_day_stays_away_when_they_write(desk: Desk) -> None:
    desk.hears(wrote())
    drafts.snooze(desk.house, [desk.item().action.id], desk.clock() + 3 * DAY)
    desk.hears(wrote("2", ago=timedelta(minutes=1), body="Und?"))
    assert desk.items("unanswered") == []


def test_whoever_it_was_that_they_became_may_answer(desk: Desk) -> None:
    desk.hears(wrote())
    drafts.snooze(desk.house, [desk.item().action.id], desk.clock() + 3 * DAY, wakes_on_answer=True)
    identities.merge(desk.house, "ji-woo@example.com", "anna@example.com")
    desk.hears(wrote("2", address="ji-woo@example.com", ago=timedelta(minutes=1), subject="Me again"))
    assert 1 in {item.thread.id for item in desk.items("unanswered") if item.thread is not None}


def test_a_new_question_after_an_answer_is_due_anew(desk: Desk) -> None:
    desk.hears(wrote(), answered())
    desk.hears(wrote("2", ago=timedelta(minutes=10), references=("a@mail.example.com",)))
    assert desk.item().action.reason == "Wrote 10 minutes ago."


def test_a_third_message_without_an_answer_is_urgent(desk: Desk) -> None:
    desk.hears(wrote(), wrote("2", ago=HOUR), wrote("3", ago=HOUR / 2))
    action = desk.item().action
    assert action.urgency == 1
    assert action.reason == "Third message without an answer; the first 2 hours ago."


def test_a_low_rating_is_due_once_and_stays_closed(desk: Desk) -> None:
    def rated(seen: str) -> tuple[Product, Review]:
        bowl = Product(source_id="5", name="Stoneware bowl")
        return bowl, Review(
            source_id="9",
            product_id="5",
            email="anna@example.com",
            name="Anna",
            rating=2,
            body=seen,
            created_at=MORNING - DAY,
        )

    desk.hears(*rated("It chipped."))
    item = desk.item("complaint")
    assert item.action.reason == "Gave 2 of 5 for Stoneware bowl. 1 day ago."
    assert [complaint.words for complaint in item.complaints] == ["2 of 5 for Stoneware bowl"]
    conversations.done(desk.house, item.action.id)
    desk.hears(*rated("It chipped again."))
    assert desk.items("complaint") == []
    operations.undo(desk.house)
    assert desk.item("complaint").action.id == item.action.id


def test_a_disputed_payment_is_a_complaint(desk: Desk) -> None:
    desk.hears(
        ShopOrder(
            source_id="77",
            number="77",
            placed_at=MORNING - 3 * DAY,
            state=OrderState.PAID,
            source_status="on-hold-dispute",
            currency="EUR",
            total_minor=5000,
            email="anna@example.com",
            name="Anna Berg",
        )
    )
    assert desk.item("complaint").action.reason.startswith("Disputes the payment of order 77.")


def test_a_stop_is_confirmed_once_for_all_in_one_row(desk: Desk) -> None:
    desk.hears(
        wrote(subject="STOP", body="STOP", ago=HOUR),
        wrote("k", subject="STOP", body="stop", ago=HOUR, address="ji-woo@example.com", name="Ji-woo", language="en"),
    )
    (line,) = [line for line in today.load(desk.house).lines if line.moment is Moment.ANSWER]
    assert line.folded
    assert {item.action.rule for item in line.items} == {"stop-confirmed"}
    assert "keine Werbung" in next(it for it in line.items if it.customer.name == "Anna Berg").action.draft.body
    drafts.approve(desk.house, [(item.action.id, item.action.revision) for item in line.items])
    desk.send()
    assert len(desk.mail.messages) == 2
    desk.hears(wrote("2", subject="STOP", body="STOP", ago=HOUR / 2))
    assert desk.items("stop-confirmed") == []


# ---- the order ----------------------------------------------------------------------------------------------


def test_the_inbox_has_the_unhappy_first_then_the_awake_then_the_longest_waiting(desk: Desk) -> None:
    desk.later(hours=8)  # 18:30 in Berlin, 02:30 in Seoul
    desk.hears(
        wrote("k", address="ji-woo@example.com", name="Ji-woo Lim", ago=9 * HOUR, subject="Bowl", body="Hello?"),
        wrote("1", ago=HOUR),
        wrote("n", address="new@example.org", name="Nora", ago=3 * HOUR, subject="Hi", body="Do you ship to Norway?"),
        wrote("a", address="angry@example.org", name="Ari", ago=HOUR / 2, subject="x", body="Der Teller ist kaputt."),
    )
    found = conversations.inbox(desk.house)
    assert [entry.thread.address for entry in found] == [
        "angry@example.org",
        "new@example.org",
        "anna@example.com",
        "ji-woo@example.com",
    ]
    assert [entry.awake for entry in found][2:] == [True, False]
    assert found[0].complaint is not None
    assert found[1].words == "Do you ship to Norway?"
    assert found[2].local_time is not None
    assert f"{found[2].local_time:%H:%M}" == "18:30"
    assert [item.customer.id for item in desk.items("unanswered")] == [entry.customer.id for entry in found]


def test_what_has_waited_for_a_month_is_old_and_due_no_longer(desk: Desk) -> None:
    desk.hears(wrote(ago=29 * DAY))
    desk.later(days=2)
    desk.hears()
    (entry,) = conversations.inbox(desk.house)
    assert entry.old
    assert entry.action_id is None
    assert desk.items("unanswered") == []


# ---- answering ----------------------------------------------------------------------------------------------


def test_a_reply_answers_what_is_due_in_the_thread_and_leaves(desk: Desk) -> None:
    desk.hears(wrote())
    due = desk.item().action
    approved = conversations.reply(desk.house, "thread:1", "", "Er ist unterwegs.")
    (row,) = approved.rows
    assert (row.action_id, row.thread_id, row.reply_to) == (due.id, 1, "1@mail.example.com")
    desk.send()
    (message,) = desk.mail.messages
    assert message["Subject"] == "Re: Where is my plate?"
    assert "1@mail.example.com" in message["In-Reply-To"]
    assert desk.thread().waiting_since is None
    assert not desk.thread().answered_elsewhere
    desk.hears()
    assert desk.items("unanswered") == []
    assert [action.state for action in desk.actions()] == [ActionState.DONE]


def test_a_customer_is_named_and_the_waiting_conversation_is_found(desk: Desk) -> None:
    desk.hears(wrote())
    (row,) = conversations.reply(desk.house, "anna@example.com", "email", "Gleich.", subject="Ihr Teller").rows
    assert (row.thread_id, row.subject) == (1, "Ihr Teller")


def test_undoing_a_reply_brings_the_question_back_with_the_words(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "email", "Er ist unterwegs.")
    assert operations.undo(desk.house).words == "Taken back: 1."
    desk.send()
    desk.hears()
    assert desk.mail.messages == []
    item = desk.item()
    assert item.action.draft.body == "Er ist unterwegs."
    assert item.passes


def test_a_first_message_to_somebody_who_bought_is_service(desk: Desk) -> None:
    (row,) = conversations.reply(desk.house, "anna@example.com", "email", "Hallo Anna.").rows
    assert (row.thread_id, row.purpose.value, row.subject) == (None, "service", "Northlight Goods")
    (second,) = conversations.reply(desk.house, "anna@example.com", "email", "Noch etwas.").rows
    assert second.action_id != row.action_id


def test_an_undone_first_message_stays_due_with_its_words(desk: Desk) -> None:
    conversations.reply(desk.house, "anna@example.com", "email", "Hallo Anna.")
    operations.undo(desk.house)
    desk.hears()
    assert desk.item("reply").action.draft.body == "Hallo Anna."


def test_what_the_gate_refuses_is_told_and_the_words_are_kept(desk: Desk) -> None:
    from retcon.desk import people

    desk.hears(wrote())
    people.leave_alone(desk.house, "anna@example.com")
    approved = conversations.reply(desk.house, "thread:1", "email", "Trotzdem.")
    assert not approved.rows
    ((action_id, why),) = approved.refused
    assert "alone" in why
    (kept,) = [action for action in desk.actions() if action.id == action_id]
    assert (kept.state, kept.draft.body) == (ActionState.DUE, "Trotzdem.")
    assert operations.undo(desk.house).words == "Taken back: 1 edited."


@pytest.mark.parametrize(
    ("reference", "channel", "words", "said"),
    [
        ("nobody@example.com", "email", "x", "Nobody is known"),
        ("thread:99", "", "x", "no conversation 99"),
        ("thread:x", "", "x", "is no conversation"),
        ("anna@example.com", "pigeon", "x", r"no \[channels.pigeon\]"),
        ("anna@example.com", "email", "  ", "without words"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(
    desk: Desk, reference: str, channel: str, words: str, said: str
) -> None:
    with pytest.raises((InputError, UsageError, Conflict), match=said):
        conversations.reply(desk.house, reference, channel, words)
    assert desk.rows() == []


def test_files_go_with_a_reply_as_they_were_when_it_was_approved(desk: Desk, tmp_path: Path) -> None:
    label = tmp_path / "label.pdf"
    label.write_bytes(b"%PDF-1.4 label")
    desk.hears(wrote())
    (row,) = conversations.reply(desk.house, "thread:1", "", "Hier ist das Etikett.", [label]).rows
    label.unlink()
    (file,) = row.files
    assert (file.name, file.media_type, file.size) == ("label.pdf", "application/pdf", 14)
    assert conversations.kept_file(desk.house, file).read_bytes() == b"%PDF-1.4 label"
    desk.send()
    (attached,) = list(desk.mail.messages[0].iter_attachments())
    assert attached.get_filename() == "label.pdf"


def test_a_file_that_is_missing_or_too_large_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        conversations.reply(desk.house, "anna@example.com", "email", "x", [tmp_path / "nothing"])
    large = tmp_path / "film.mov"
    with large.open("wb") as stream:
        stream.truncate(30_000_000)
    with pytest.raises(InputError, match="too large"):
        conversations.reply(desk.house, "anna@example.com", "email", "x", [large])


# ---- while it waits -----------------------------------------------------------------------------------------


def test_an_answer_that_was_approved_before_they_wrote_again_comes_back(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Er ist unterwegs.")
    desk.later(minutes=5)
    desk.hears(wrote("2", ago=-timedelta(minutes=3), body="Er ist da, danke!"))
    desk.send()
    assert desk.mail.messages == []
    (row,) = desk.rows()
    assert row.state is OutboxState.STALE
    assert row.error_text == "Anna wrote again at 10:33: look first."


def test_having_looked_the_operator_sends_it_all_the_same(desk: Desk) -> None:
    test_an_answer_that_was_approved_before_they_wrote_again_comes_back(desk)
    desk_outbox.resolve(desk.house, desk.rows()[0].id, "again")
    desk.send()
    assert len(desk.mail.messages) == 1


def test_another_answer_takes_the_place_of_one_that_no_longer_fitted(desk: Desk) -> None:
    test_an_answer_that_was_approved_before_they_wrote_again_comes_back(desk)
    conversations.reply(desk.house, "thread:1", "", "Das freut mich.")
    assert [row.state for row in desk.rows()] == [OutboxState.WITHDRAWN, OutboxState.QUEUED]
    operations.undo(desk.house)
    assert [row.state for row in desk.rows()] == [OutboxState.STALE, OutboxState.WITHDRAWN]


def test_dropping_it_brings_the_question_back_with_the_words(desk: Desk) -> None:
    test_an_answer_that_was_approved_before_they_wrote_again_comes_back(desk)
    row = desk.rows()[0]
    desk_outbox.resolve(desk.house, row.id, "drop")
    assert desk.item().action.draft.body == "Er ist unterwegs."
    operations.undo(desk.house)
    assert desk.items("unanswered") == []
    assert desk.rows()[0].state is OutboxState.STALE


def test_an_answer_that_waits_is_not_sent_after_one_was_given_elsewhere(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Er ist unterwegs.")
    desk.later(minutes=5)
    desk.hears(answered(ago=-timedelta(minutes=3)))
    desk.send()
    assert desk.mail.messages == []
    assert desk.rows()[0].error_text == "Answered in another program at 10:33."


# ---- being done ---------------------------------------------------------------------------------------------


def test_being_done_closes_the_thread_its_complaint_and_what_was_due(desk: Desk) -> None:
    desk.hears(wrote(body="Der Teller kam kaputt an, ich will mein Geld zurück!"))
    item = desk.item()
    assert item.complaints
    conversations.close(desk.house, 1)
    assert conversations.inbox(desk.house) == ()
    assert conversations.thread(desk.house, 1).complaints == ()
    assert [action.state for action in desk.actions()] == [ActionState.DONE]
    desk.hears()
    assert desk.items("unanswered") == []


def test_undo_opens_it_again_with_all_that_was_closed(desk: Desk) -> None:
    desk.hears(wrote(body="Der Teller kam kaputt an, ich will mein Geld zurück!"))
    before = desk.item().action
    conversations.close(desk.house, 1)
    assert operations.undo(desk.house).words == "Taken back: 1 done."
    again = desk.item()
    assert again.action.id == before.id
    assert again.complaints
    assert desk.thread().waiting_since is not None


def test_what_comes_after_waits_again(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.close(desk.house, 1)
    desk.later(minutes=5)
    desk.hears(wrote("2", ago=-timedelta(minutes=3)))
    assert desk.item().thread is not None
    assert desk.thread().unanswered == 1


def test_there_is_nothing_to_be_done_with_twice(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.close(desk.house, 1)
    with pytest.raises(Conflict, match="Nothing waits"):
        conversations.close(desk.house, 1)


def test_what_is_skipped_is_over_and_a_later_question_is_a_new_one(desk: Desk) -> None:
    desk.hears(wrote(body="Danke!"))
    drafts.skip(desk.house, [desk.item().action.id], "only thanks")
    assert conversations.inbox(desk.house) == ()
    desk.later(minutes=5)
    desk.hears(wrote("2", ago=-timedelta(minutes=3), body="Noch eine Frage"))
    assert desk.item().action.reason == "Wrote 2 minutes ago."


def test_undoing_a_skip_lets_the_question_wait_again(desk: Desk) -> None:
    desk.hears(wrote())
    before = desk.item().action
    drafts.skip(desk.house, [before.id], "no")
    assert operations.undo(desk.house).words == "Taken back: 1 dropped."
    assert desk.item().action.id == before.id
    assert len(conversations.inbox(desk.house)) == 1


def test_skipping_a_complaint_or_a_promise_ends_it(desk: Desk) -> None:
    low = Review(
        source_id="9",
        product_id="",
        email="anna@example.com",
        name="Anna",
        rating=1,
        body="",
        created_at=MORNING - DAY,
    )
    desk.hears(low)
    promises.mark(desk.house, "anna@example.com", "", MORNING + HOUR)
    skipped = [item.action.id for item in desk.items() if item.action.rule in ("complaint", "promise")]
    assert len(skipped) == 2
    drafts.skip(desk.house, skipped, "spoke on the phone")
    desk.hears(wrote())
    assert (desk.item().complaints, desk.item().promises) == ((), ())
    operations.undo(desk.house)
    assert {item.action.rule for item in desk.items()} == {"unanswered", "complaint", "promise"}


def test_somebody_who_writes_again_after_a_month_is_due_again(desk: Desk) -> None:
    desk.hears(wrote(body="Danke!"))
    desk.later(days=40)
    desk.hears(wrote("2", ago=-40 * DAY + HOUR, body="Noch eine Frage", references=("1@mail.example.com",)))
    assert desk.thread().unanswered == 2
    assert len(desk.items("unanswered")) == 1
    assert not conversations.inbox(desk.house)[0].old


# ---- what the shop mails itself ------------------------------------------------------------------------------


def test_a_parcel_note_is_done_where_the_shop_was_seen_to_mail_the_number(desk: Desk) -> None:
    placed = MORNING - 2 * DAY
    desk.hears(
        ShopOrder(
            source_id="90",
            number="90",
            placed_at=placed,
            state=OrderState.PAID,
            currency="EUR",
            total_minor=5000,
            email="nora@example.org",
            name="Nora Lie",
            country="DE",
            shipped_at=MORNING - DAY,
            tracking_number="JJD000390007",
        )
    )
    note = desk.item("parcel-note").action
    desk.hears(
        answered(
            address="nora@example.org",
            subject="Ihre Bestellung 90",
            body="Ihr Paket ist unterwegs: JJD 000 390 007",
            references=(),
        )
    )
    assert desk.items("parcel-note") == []
    (closed,) = [action for action in desk.actions(note.customer_id) if action.id == note.id]
    assert (closed.state, closed.reason) == (ActionState.DONE, "Your shop mailed the parcel number on 20 Nov.")


# ---- what was written before an answer left, and heard of after it ------------------------------------------


def pulled(desk: Desk) -> None:
    """The mailbox was read a while ago, so what it tells from now on is news."""

    def work(tx: Connection) -> None:
        run = cursors.begin(tx, "mail", desk.clock.now)
        cursors.end(tx, run, desk.clock.now, replace(SyncResult.failed("mail", "imap", ""), ok=True))

    desk.house.database.write(work)


def test_a_message_that_crossed_our_answer_waits(desk: Desk) -> None:
    desk.hears(wrote())
    pulled(desk)
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    desk.later(minutes=3)
    desk.send()
    desk.later(minutes=2)
    desk.hears(wrote("2", ago=-timedelta(minutes=2), body="Und bitte an die neue Adresse!"))
    assert desk.thread().waiting_since == MORNING + timedelta(minutes=2)
    assert desk.item().action.reason == "Wrote 3 minutes ago."


def test_a_message_that_crossed_an_answer_keeps_it_here_though_it_is_dated_before_the_approval(desk: Desk) -> None:
    desk.hears(wrote())
    pulled(desk)
    desk.later(minutes=3)
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    desk.later(minutes=1)
    desk.hears(wrote("2", ago=-timedelta(minutes=2), body="Und bitte an die neue Adresse!"))
    desk.send()
    assert desk.rows()[0].state is OutboxState.STALE


def test_what_they_changed_after_the_approval_keeps_the_answer_here(desk: Desk) -> None:
    desk.hears(wrote())
    pulled(desk)
    desk.later(minutes=3)
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    desk.later(minutes=1)
    desk.hears(wrote(body="Bitte schickt ihn an die neue Adresse!"))
    desk.send()
    assert desk.rows()[0].state is OutboxState.STALE


def test_our_mail_under_an_id_that_the_provider_gave_it_is_no_second_message(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.\n\nDein Laden")
    desk.send()
    desk.hears(answered("0100018f@ses", ago=timedelta(0), body="Morgen ist er da.", quoted="Dein Laden"))
    assert len(conversations.thread(desk.house, 1).messages) == 2
    desk.hears(answered("other", ago=timedelta(0), body="Und der Deckel auch."))
    assert len(conversations.thread(desk.house, 1).messages) == 3


def test_a_message_that_crossed_being_done_waits(desk: Desk) -> None:
    desk.hears(wrote())
    pulled(desk)
    desk.later(minutes=3)
    conversations.close(desk.house, 1)
    desk.later(minutes=2)
    desk.hears(wrote("2", ago=-timedelta(minutes=2), body="Und bitte an die neue Adresse!"))
    assert desk.item().thread is not None


def test_what_is_read_late_of_old_days_waits_for_nothing_that_was_answered_since(desk: Desk) -> None:
    pulled(desk)
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    desk.send()
    desk.later(hours=1)
    desk.hears(wrote("0", ago=3 * DAY, body="Hallo?"))
    assert desk.thread().waiting_since is None


def test_an_answer_is_not_approved_from_a_screen_without_their_newest_message(desk: Desk) -> None:
    desk.hears(wrote())
    seen = desk.item().action
    desk.hears(wrote("2", ago=HOUR, body="Hat sich erledigt, danke!"))
    written = drafts.edit(desk.house, seen.id, seen.revision, seen.draft.subject, "Morgen ist er da.")  # none are lost
    desk.hears(wrote("3", ago=HOUR / 2, body="Oder doch nicht."))
    approved = drafts.approve(desk.house, [(written.id, written.revision)])
    assert approved.refused == ((written.id, "It changed while you looked. Look again, then approve."),)
    assert desk.item().action.draft.body == "Morgen ist er da."


def test_who_writes_from_an_address_that_came_back_is_answered_there(desk: Desk) -> None:
    desk.hears(wrote())
    conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    desk.send()
    key = desk.rows()[0].key
    desk.hears(
        Bounce(
            source_id=f"{key}@shop.example",
            medium="email",
            address="anna@example.com",
            at=desk.clock.now,
            final=True,
            gone=True,
            code="5.1.1",
            text="550 5.1.1 no such user",
        )
    )
    assert desk.rows()[0].state is OutboxState.FAILED
    desk.later(hours=1)
    desk.hears(wrote("2", ago=-HOUR, body="Mein Postfach geht wieder. Wo ist der Teller?"))
    approved = conversations.reply(desk.house, "thread:1", "", "Morgen ist er da.")
    assert [row.recipient for row in approved.rows] == ["anna@example.com"]
