"""What is due because of what was said, in which words, and what makes it no longer fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library
from retcon.model.conversations import (
    Complaint,
    ComplaintSign,
    Direction,
    Message,
    Promise,
    PromiseState,
    Sign,
    Thread,
)
from retcon.model.playbook import Occasion
from retcon.model.policy import Answer
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.retention import answering, playbook, told
from tests.situations import DAY, NOW, consent, customer, order, situation

SHOP = Shop(zone="Europe/Berlin")
RULES = {rule.id: rule for rule in library.rules(Path("nobody's home"))}
BERLIN = "Europe/Berlin"
HOUR = timedelta(hours=1)


def thread(**changes: Any) -> Thread:
    """Chloé's mails; the first that nobody has answered is two hours old."""
    facts = {
        "id": 4,
        "customer_id": 1,
        "source": "mail",
        "name": "1@mail.example.com",
        "medium": "email",
        "address": "chloe@example.org",
        "subject": "Le bol",
        "started_at": NOW - 3 * DAY,
        "last_at": NOW - 2 * HOUR,
        "last_in_at": NOW - 2 * HOUR,
        "waiting_since": NOW - 2 * HOUR,
        "unanswered": 1,
    }
    return Thread(**{**facts, **changes})


def promise(due_at: datetime, **changes: Any) -> Promise:
    """A promise of three days ago."""
    facts = {
        "id": 3,
        "customer_id": 1,
        "thread_id": 4,
        "words": "",
        "due_at": due_at,
        "made_at": NOW - 3 * DAY,
        "state": PromiseState.OPEN,
    }
    return Promise(**{**facts, **changes})


def complaint(sign: str = "words", words: str = "kaputt", **changes: Any) -> Complaint:
    """A complaint of yesterday."""
    facts = {
        "id": 8,
        "customer_id": 1,
        "thread_id": 4,
        "sign": ComplaintSign(sign),
        "words": words,
        "reference": "message:12",
        "at": NOW - DAY,
    }
    return Complaint(**{**facts, **changes})


def stop(ago: timedelta = HOUR, thread_id: int = 4) -> Message:
    """A STOP."""
    return Message(
        id=12, thread_id=thread_id, direction=Direction.IN, at=NOW - ago, subject="", body="STOP", sign=Sign.STOP
    )


def due(found: Situation, away: datetime | None = None, now: datetime = NOW) -> list[Occasion]:
    return list(answering.due(RULES.values(), found, now, BERLIN, away))


def only(found: Situation, away: datetime | None = None, now: datetime = NOW) -> Occasion:
    (occasion,) = due(found, away, now)
    return occasion


# ---- who waits ----------------------------------------------------------------------------------------------


def test_who_waits_is_due_at_once_under_the_stretch_of_waiting() -> None:
    found = only(situation(threads=(thread(),)))
    assert (found.rule.id, found.anchor) == ("unanswered", "thread:4:2026-11-20T04:52:00Z")
    assert (found.due_at, found.thread_id, found.urgency) == (NOW - 2 * HOUR, 4, 0)


def test_who_was_answered_is_not_due() -> None:
    assert due(situation(threads=(thread(waiting_since=None, unanswered=0),))) == []


@pytest.mark.parametrize(
    ("unanswered", "reason", "urgency"),
    [
        (1, "Wrote 2 hours ago.", 0),
        (2, "Wrote 2 hours ago, and again since.", 0),
        (3, "Third message without an answer; the first 2 hours ago.", 1),
        (12, "12th message without an answer; the first 2 hours ago.", 1),
    ],
)
def test_the_reason_counts_the_messages(unanswered: int, reason: str, urgency: int) -> None:
    found = only(situation(threads=(thread(unanswered=unanswered),)))
    assert (found.reason, found.urgency) == (reason, urgency)


def test_a_complaint_raises_the_thread_and_says_why() -> None:
    found = only(situation(threads=(thread(),), complaints=(complaint(),)))
    assert (found.reason, found.urgency) == ("Unhappy: “kaputt”. Wrote 2 hours ago.", 1)


def test_a_complaint_in_another_thread_raises_only_that() -> None:
    found = only(situation(threads=(thread(),), complaints=(complaint(thread_id=5),)))
    assert found.urgency == 0


def test_nothing_is_due_of_somebody_who_is_left_alone() -> None:
    found = situation(threads=(thread(),), complaints=(complaint(thread_id=None),), customer=customer(left_alone=True))
    assert due(found) == []


def test_it_is_over_thirty_days_after_the_last_message() -> None:
    began = NOW - 60 * DAY
    assert due(situation(threads=(thread(waiting_since=began, last_in_at=NOW - 30 * DAY),))) == []
    assert len(due(situation(threads=(thread(waiting_since=began, last_in_at=NOW - 30 * DAY + HOUR),)))) == 1


# ---- promises -----------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 11, 16, 22, 59, tzinfo=UTC)  # the last minute of a Monday in Berlin
THURSDAY = datetime(2026, 11, 26, 22, 59, tzinfo=UTC)


def test_a_broken_promise_is_the_most_urgent_and_says_since_when() -> None:
    found = only(situation(threads=(thread(waiting_since=None),), promises=(promise(MONDAY),)))
    assert (found.rule.id, found.anchor, found.urgency, found.thread_id) == ("promise", "promise:3", 2, 4)
    assert found.reason == "You promised Chloé an answer by Monday. That was four days ago."


@pytest.mark.parametrize(
    ("due_at", "words", "reason"),
    [
        (THURSDAY, "", "You promised Chloé an answer by Thursday."),
        (THURSDAY, "a new lid", "You promised Chloé “a new lid” by Thursday."),
        (NOW + 2 * HOUR, "", "You promised Chloé an answer by 09:52 today."),
        (NOW - HOUR, "", "You promised Chloé an answer by 06:52 today. That was today."),
        (NOW - DAY, "", "You promised Chloé an answer by Thursday 07:52. That was yesterday."),
        (NOW + 40 * DAY, "", "You promised Chloé an answer by 30 Dec 07:52."),
    ],
)
def test_a_promise_names_its_day(due_at: datetime, words: str, reason: str) -> None:
    assert only(situation(promises=(promise(due_at, words=words),))).reason == reason


def test_a_promise_is_due_a_day_before_its_hour() -> None:
    assert only(situation(promises=(promise(THURSDAY),))).due_at == THURSDAY - DAY


def test_a_promise_that_falls_while_the_operator_is_away_is_due_now() -> None:
    back = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    found = only(situation(promises=(promise(THURSDAY),)), away=back)
    assert found.due_at == NOW - 3 * DAY
    assert found.reason == "You promised Chloé an answer by Thursday, and you are away until 1 Dec."


@pytest.mark.parametrize("away", [THURSDAY - DAY, NOW - DAY])
def test_who_is_back_before_keeps_it_on_its_day(away: datetime) -> None:
    assert only(situation(promises=(promise(THURSDAY),)), away=away).due_at == THURSDAY - DAY


def test_a_broken_promise_to_somebody_who_waits_there_is_one_row() -> None:
    waits = situation(threads=(thread(),), promises=(promise(NOW - 2 * DAY, words="an answer about the bowl"),))
    (occasion,) = due(waits)
    assert (occasion.rule.id, occasion.urgency) == ("unanswered", 2)
    assert occasion.reason == (
        "You promised Chloé “an answer about the bowl” by Wednesday 07:52. That was two days ago. Wrote 2 hours ago."
    )


def test_an_offered_promise_is_no_action() -> None:
    assert due(situation(promises=(promise(MONDAY, state=PromiseState.OFFERED),))) == []


# ---- complaints and STOP ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "words", "reason"),
    [
        ("rating", "2 of 5 for Stoneware bowl", "Gave 2 of 5 for Stoneware bowl. 1 day ago."),
        ("dispute", "order 1042", "Disputes the payment of order 1042. 1 day ago."),
    ],
)
def test_a_complaint_without_a_conversation_is_due_by_its_reference(sign: str, words: str, reason: str) -> None:
    unhappy = complaint(sign, words, thread_id=None, reference="review:woo:7")
    found = only(situation(complaints=(unhappy,)))
    assert (found.rule.id, found.anchor, found.urgency, found.reason) == ("complaint", "review:woo:7", 1, reason)


def test_a_complaint_in_a_conversation_is_due_with_that() -> None:
    assert due(situation(complaints=(complaint(),))) == []


def test_a_stop_is_confirmed_once_for_its_thread() -> None:
    found = only(situation(threads=(thread(waiting_since=None),), stops=(stop(2 * DAY), stop())))
    assert (found.rule.id, found.anchor, found.due_at) == ("stop-confirmed", "stop:4", NOW - HOUR)
    assert "“STOP”" in found.reason


@pytest.mark.parametrize(
    ("channel", "at", "confirmed"),
    [("email", NOW, False), ("telegram", NOW, True), ("email", NOW - 2 * DAY, True)],
)
def test_a_stop_after_which_they_said_yes_is_not_confirmed(channel: str, at: datetime, confirmed: bool) -> None:
    yes = replace(consent("granted"), channel=channel, at=at)
    found = situation(threads=(thread(waiting_since=None),), stops=(stop(),), consents=(yes,))
    assert len(due(found)) == confirmed


# ---- whether it still fits ----------------------------------------------------------------------------------


def changed(found: Situation, rule: str, anchor: str, approved_at: datetime | None = None) -> str:
    asked = answering.REPLY if rule == "reply" else RULES[rule]
    verdict = playbook.still_due(asked, found, SHOP, anchor, NOW, approved_at=approved_at)
    assert (verdict.answer is Answer.YES) == (verdict.reason == "It still fits.")
    return "" if verdict.answer is Answer.YES else verdict.reason


STRETCH = "thread:4:2026-11-20T04:52:00Z"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        (
            {"waiting_since": None, "answered_at": NOW - HOUR, "answered_elsewhere": True},
            "Answered in another program at 06:52.",
        ),
        ({"waiting_since": None, "answered_at": NOW - HOUR}, "You answered it at 06:52."),
        ({"waiting_since": None, "closed_at": NOW - HOUR}, "You were done with it at 06:52."),
        ({"waiting_since": NOW - HOUR, "answered_at": NOW - 1.5 * HOUR}, "You answered it at 06:22."),
        ({"id": 5}, "Nothing waits for an answer there any more."),
    ],
)
def test_how_waiting_ended_is_said_in_a_sentence(facts: dict[str, Any], said: str) -> None:
    assert changed(situation(threads=(thread(**facts),)), "unanswered", STRETCH) == said


def test_an_answer_approved_before_they_wrote_again_comes_back() -> None:
    found = situation(threads=(thread(last_in_at=NOW - timedelta(minutes=22), unanswered=2),))
    assert changed(found, "unanswered", STRETCH) == ""
    assert changed(found, "unanswered", STRETCH, NOW - HOUR) == "Chloé wrote again at 07:30: look first."
    assert changed(found, "unanswered", STRETCH, NOW) == ""


def test_what_the_operator_wrote_by_themselves_comes_back_for_the_same_reasons() -> None:
    answered = thread(waiting_since=None, answered_at=NOW - HOUR, answered_elsewhere=True)
    assert changed(situation(threads=(answered,)), "reply", "reply:4:1", NOW - 2 * HOUR).startswith("Answered in")
    assert changed(situation(threads=(answered,)), "reply", "reply:4:1", NOW) == ""
    assert changed(situation(threads=(thread(),)), "reply", "reply:4:1", NOW - DAY).endswith("look first.")
    assert changed(situation(), "reply", "reply:0:1", NOW - DAY) == ""


def test_a_promise_that_was_kept_or_a_complaint_that_was_closed_no_longer_fits() -> None:
    assert changed(situation(promises=(promise(THURSDAY),)), "promise", "promise:3") == ""
    assert changed(situation(), "promise", "promise:3") == "The promise was kept, or dropped."
    unhappy = complaint(thread_id=None, reference="review:woo:7")
    assert changed(situation(complaints=(unhappy,)), "complaint", "review:woo:7") == ""
    assert changed(situation(), "complaint", "review:woo:7") == "You were done with it."


def test_a_confirmation_no_longer_fits_after_a_new_yes() -> None:
    found = situation(threads=(thread(waiting_since=None),), stops=(stop(),))
    assert changed(found, "stop-confirmed", "stop:4") == ""
    yes = replace(found, consents=(replace(consent("granted"), at=NOW),))
    assert changed(yes, "stop-confirmed", "stop:4") == "Chloé allowed it again since."


@given(
    st.integers(1, 9), st.integers(0, 60 * 24 * 40), st.booleans(), st.sampled_from(("x" * 500, "\x1b[31m", "‮STOP", ""))
)
def test_whatever_is_due_fits_at_that_moment_and_its_reason_is_one_harmless_line(
    unanswered: int, minutes: int, unhappy: bool, words: str
) -> None:
    found = situation(
        threads=(thread(unanswered=unanswered, waiting_since=NOW - timedelta(minutes=minutes), last_in_at=NOW),),
        complaints=(complaint(words=words),) if unhappy else (),
        promises=(promise(NOW - timedelta(minutes=minutes), words=words),),
        stops=(replace(stop(), body=words),),
    )
    for occasion in due(found):
        assert changed(found, occasion.rule.id, occasion.anchor) == ""
        assert occasion.reason.isprintable()
        assert len(occasion.reason) < 200


def test_it_is_day_from_eight_to_ten_at_their_place() -> None:
    assert answering.awake(customer(zones=("Asia/Seoul",)), NOW) is True  # 15:52
    assert answering.awake(customer(zones=("America/New_York",)), NOW) is False  # 01:52
    assert answering.awake(customer(zones=()), NOW) is None
    assert answering.awake(customer(zones=("Nowhere/Land",)), NOW) is None


# ---- what the shop mails by itself --------------------------------------------------------------------------


def mailed(subject: str = "", body: str = "", ago: timedelta = HOUR) -> Message:
    """What another program wrote to Chloé."""
    return Message(id=1, thread_id=4, direction=Direction.OUT, at=NOW - ago, subject=subject, body=body)


NOTE = RULES["parcel-note"]


@pytest.mark.parametrize(
    ("message", "covered"),
    [
        (mailed("Your parcel", "Number JJD 0003 9000"), True),
        (mailed("Your parcel", "https://track.example/JJD"), True),
        (mailed("Order #1042 has shipped"), True),
        (mailed("Votre commande 1042 est expédiée"), True),
        (mailed("ご注文 1042 を発送しました"), True),
        (mailed("Order #1042 was received", "Thank you!"), False),
        (mailed("Order #10421 has shipped"), False),
        (mailed("Our newsletter: shipped with love"), False),
        (mailed("Order #1042 has shipped", ago=3 * DAY), False),
    ],
)
def test_a_mail_that_tells_the_parcel_number_covers_the_parcel_note(message: Message, covered: bool) -> None:
    placed = order(ago=2 * DAY, tracking_number="JJD00039000", tracking_link="https://track.example/JJD")
    found = situation(placed, told=(message,))
    said = told.covered(NOTE, found, "woo:1042", NOW, BERLIN)
    assert said == ("Your shop mailed the parcel number on 20 Nov." if covered else "")
    verdict = playbook.still_due(NOTE, found, SHOP, "woo:1042", NOW)
    assert said in verdict.reason


def test_a_short_tracking_number_may_stand_in_any_mail() -> None:
    placed = order(ago=2 * DAY, tracking_number="12", tracking_link="")
    assert told.covered(NOTE, situation(placed, told=(mailed("See you at 12"),)), "woo:1042", NOW) == ""


def test_what_the_shop_says_that_it_mails_is_not_due() -> None:
    from tests.retention.test_playbook import first_order

    found = first_order(2 * DAY)

    def ids(*mails: str) -> list[str]:
        mailing = Shop(shop_mails=frozenset(mails))
        return [it.rule.id for it in playbook.due(RULES.values(), found, mailing, NOW)]

    assert ids() == ["order-note", "parcel-note"]
    assert ids("parcel") == ["order-note"]
    assert ids("order") == ["parcel-note"]
