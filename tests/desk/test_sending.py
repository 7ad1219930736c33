"""The sender: one at a time, judged at the last moment, and honest about what became of each message."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retcon.channels.telegram import Telegram
from retcon.config import Plugin
from retcon.desk import drafts, refresh, sending
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.errors import ChannelTrouble, NotLeft, Refused, RetconError, Uncertain
from retcon.model.outbox import OutboxRow, OutboxState, Receipt
from retcon.model.playbook import ActionState
from retcon.model.policy import Answer, Verdict
from retcon.model.sync import SyncResult
from retcon.store import channel_states, leases, outbox, suppressions, touched
from tests.outgoing import NOW, TestHouse, action, due, furnished, picks, row, saying, yes


def approved(house: House, count: int = 1, **policy: Any) -> TestHouse:
    """A house in which so many messages wait and the undo window is over."""
    ours = furnished(house, **policy)
    drafts.approve(ours, picks(due(ours, count)), judge=yes)
    ours.clock.sleep(10)
    return ours


def send(ours: TestHouse, **more: Any) -> sending.SendReport:
    return sending.send(ours, **{"judge": yes, **more})


def test_what_is_due_leaves_once(house: House) -> None:
    ours = approved(house, 3)
    report = send(ours)
    assert (report.sent, report.waiting, report.needs_you) == (3, 0, False)
    assert [row.state for row in report.rows] == ["sent"] * 3
    assert ours.told.given[0].recipient == "buyer1@example.org"
    assert (row(ours).external_id, row(ours).attempts) == (f"<{row(ours).key}>", 1)
    assert action(ours, 1).state is ActionState.DONE
    assert send(ours).sent == 0
    assert len(set(ours.told.keys)) == len(ours.told.keys) == 3


def test_nothing_leaves_within_the_undo_window(house: House) -> None:
    ours = furnished(house)
    drafts.approve(ours, picks(due(ours)), judge=yes)
    assert (send(ours).sent, send(ours).waiting) == (0, 1)
    assert send(ours, until_empty=True).sent == 1
    assert ours.now() >= NOW + timedelta(seconds=10)


def test_until_empty_does_not_wait_for_an_hour_of_its_own(house: House) -> None:
    ours = approved(house)
    later = Verdict(rule="hours", answer=Answer.LATER, reason="Night there.", until=NOW + timedelta(hours=9))
    report = send(ours, until_empty=True, judge=saying(later))
    assert (report.sent, report.waiting) == (0, 1)
    assert (row(ours).waits_reason, row(ours).not_before) == ("Night there.", NOW + timedelta(hours=9))
    assert not report.needs_you
    ours.clock.sleep(9 * 3600)
    assert send(ours).sent == 1


def test_what_no_longer_fits_comes_back_to_the_operator(house: House) -> None:
    ours = approved(house)
    report = send(ours, judge=saying(Verdict(rule="still", answer=Answer.NO, reason="Bought again at 14:41.")))
    assert (report.sent, report.stale, report.needs_you) == (0, 1, True)
    assert (row(ours).state, row(ours).error_text) == (OutboxState.STALE, "Bought again at 14:41.")
    assert ours.told.given == []
    assert not send(ours).needs_you


def test_on_hold_nothing_leaves_and_a_hold_is_heard_between_two_messages(house: House) -> None:
    ours = approved(house, 3)
    ours.told.on_send = lambda _message: outboxes.hold(ours) and None
    report = send(ours)
    assert (report.sent, report.waiting, report.on_hold) == (1, 2, True)
    assert send(ours).sent == 0
    outboxes.release(ours)
    ours.told.on_send = lambda _message: None
    assert send(ours).sent == 2


def test_a_dry_run_judges_and_changes_nothing(house: House) -> None:
    ours = approved(house, 2)
    before = [row(ours, 1), row(ours, 2)]
    gate = iter([(), (Verdict(rule="cap", answer=Answer.LATER, reason="Third this week."),)])
    report = send(ours, dry_run=True, judge=lambda *_: next(gate))
    assert [found.id for found in report.rows] == [1]
    assert (report.dry_run, report.sent, ours.told.given) == (True, 0, [])
    assert [row(ours, 1), row(ours, 2)] == before


# ---- what channels say ----------------------------------------------------------------------------------------


def test_what_did_not_leave_is_tried_again_ever_later_and_fails_at_last(house: House) -> None:
    ours = approved(house)
    ours.told.answers = [NotLeft("The line broke.", code="451") for _ in range(5)]
    waits: list[float] = []
    for attempt in range(1, 5):
        report = send(ours)
        assert (report.waiting, report.needs_you, row(ours).attempts) == (1, False, attempt)
        assert row(ours).waits_reason == "The line broke."
        waits.append((row(ours).not_before - ours.now()).total_seconds())
        assert send(ours).rows == ()
        ours.clock.sleep(waits[-1])
    assert waits == [30, 120, 480, 1920]
    report = send(ours)
    assert (report.failed, report.needs_you) == (1, True)
    assert (row(ours).state, row(ours).error_code) == (OutboxState.FAILED, "451")
    assert row(ours).error_text == "Tried 5 times. The line broke."
    assert len(set(ours.told.keys)) == 1


def test_a_channel_may_say_when_to_try_again(house: House) -> None:
    ours = approved(house)
    ours.told.answers = [NotLeft("Later.", retry_at=NOW + timedelta(hours=2))]
    send(ours)
    assert row(ours).not_before == NOW + timedelta(hours=2)


def test_a_final_no_is_told_with_its_code(house: House) -> None:
    ours = approved(house)
    ours.told.answers = [Refused("The address doesn't exist (550)", code="550", address_gone=True)]
    report = send(ours)
    assert (report.failed, report.needs_you) == (1, True)
    assert (row(ours).error_code, row(ours).error_text) == ("550", "The address doesn't exist (550).")
    with ours.database.read() as tx:
        assert outbox.dead_addresses(tx, [1]) == {1: frozenset((row(ours).recipient,))}


def by_telegram(house: House, count: int = 1, **policy: Any) -> TestHouse:
    """A house in which so many messages wait for a bot to send them."""
    ours = furnished(house, **policy)
    tg = Plugin(section="channels", name="tg", kind="telegram", settings=Telegram.Settings())
    ours = replace(ours, settings=replace(ours.settings, channels=(*ours.settings.channels, tg)))
    drafts.approve(ours, picks(due(ours, count, channel="tg", recipient="700100200")), judge=yes)
    ours.clock.sleep(10)
    return ours


def test_who_has_shut_the_channel_is_written_down_with_the_result(house: House) -> None:
    ours = by_telegram(house)
    ours.told.answers = [Refused("They have blocked the bot (403)", code="403", blocked=True)]
    assert send(ours).failed == 1
    with ours.database.read() as tx:
        assert suppressions.of(tx, [("telegram", "700100200")]) == {
            ("telegram", "700100200"): ("everything", ours.now())
        }
        assert 1 in touched.times(tx)


def test_in_practice_nobody_has_shut_anything(house: House) -> None:
    ours = by_telegram(house, live=False, test_addresses=("telegram:900",))
    ours.told.answers = [Refused("They have blocked the bot (403)", code="403", blocked=True)]
    assert send(ours).failed == 1
    with ours.database.read() as tx:
        assert suppressions.of(tx, [("telegram", "700100200"), ("telegram", "900")]) == {}


def test_no_answer_after_it_left_is_for_the_operator_and_never_sent_again_by_itself(house: House) -> None:
    ours = approved(house)
    ours.told.answers = [Uncertain("Perhaps sent: the line broke")]
    report = send(ours)
    assert (report.uncertain, report.needs_you) == (1, True)
    for _ in range(3):
        ours.clock.sleep(86_400)
        send(ours)
    assert len(ours.told.given) == 1
    assert row(ours).state is OutboxState.UNCERTAIN


def test_a_channel_that_breaks_in_a_way_nobody_knows_leaves_it_open(house: House) -> None:
    ours = approved(house, 2)
    ours.told.answers = [ZeroDivisionError("a channel of somebody else's")]
    report = send(ours)
    assert (report.uncertain, report.sent) == (1, 1)


def test_trouble_of_the_channel_is_no_message_s_fault(house: House) -> None:
    ours = approved(house, 3)
    ours.told.answers = [ChannelTrouble("The password is refused (535)", code="535")]
    report = send(ours)
    assert (report.sent, report.waiting, report.needs_you) == (0, 3, True)
    assert len(ours.told.given) == 1
    assert {entry.waits.reason for entry in outboxes.listing(ours) if entry.waits} == {"The password is refused (535)."}
    assert send(ours).sent == 3
    with ours.database.read() as tx:
        assert channel_states.every(tx) == {}


def test_a_channel_that_gets_well_by_itself_is_left_alone_until_then(house: House) -> None:
    ours = approved(house, 2)
    ours.told.answers = [ChannelTrouble("Too much for now", retry_at=ours.now() + timedelta(minutes=15))]
    assert not send(ours).needs_you
    assert send(ours, until_empty=True).sent == 0
    ours.clock.sleep(15 * 60)
    assert send(ours).sent == 2


def test_a_secret_that_is_nowhere_is_trouble_of_the_channel(house: House) -> None:
    ours = approved(house, 2)
    ours.told.answers = [RetconError("The password of [channels.email] is nowhere.", "Put it into secrets.toml.")]
    report = send(ours)
    assert (report.waiting, report.needs_you) == (2, True)
    assert report.trouble == ("The password of [channels.email] is nowhere. Put it into secrets.toml.",)


def test_trouble_never_wears_a_message_out(house: House) -> None:
    ours = approved(house)
    for _ in range(7):
        ours.told.answers = [ChannelTrouble("The password is refused")]
        send(ours)
    assert send(ours).sent == 1


# ---- practice -------------------------------------------------------------------------------------------------


def test_practice_goes_to_the_sellers_own_address_and_names_the_customer_nowhere_else(house: House) -> None:
    ours = approved(house, live=False, test_addresses=("me@shop.example",))
    report = send(ours)
    assert (report.sent, report.delivered_to_test) == (0, 1)
    (given,) = ours.told.given
    assert (given.recipient, given.recipient_name) == ("me@shop.example", "")
    assert given.subject == "[test for Anna Berg] Your parcel"
    assert "buyer1" not in given.subject
    assert action(ours, 1).state is ActionState.APPROVED


@pytest.mark.parametrize("name", ["", "buyer1@example.org", "Anna <BUYER1@example.org>"])
def test_a_name_that_is_an_address_is_not_told_in_practice(house: House, name: str) -> None:
    ours = approved(house, live=False, test_addresses=("me@shop.example",))
    ours.database.write(lambda tx: tx.execute("update customers set name = ?", (name,)))
    send(ours)
    assert ours.told.given[0].subject == "[test for customer 1] Your parcel"


def test_practice_without_an_address_of_ones_own_waits(house: House) -> None:
    ours = approved(house, 2, live=False)
    report = send(ours, until_empty=True)
    assert (report.delivered_to_test, report.waiting, ours.told.given) == (0, 2, [])


def test_practice_goes_to_the_sellers_own_address_on_that_medium(house: House) -> None:
    ours = by_telegram(house, live=False, test_addresses=("me@shop.example", "telegram:900", "telegram:901"))
    drafts.approve(ours, picks(due(ours, 2)[1:]), judge=yes)
    ours.clock.sleep(10)
    assert send(ours).delivered_to_test == 2
    chat, mail = ours.told.given
    assert (chat.recipient, chat.recipient_name) == ("900", "")
    assert chat.body == "[test for Anna Berg]\n\nIt is on its way."
    assert (mail.recipient, mail.subject) == ("me@shop.example", "[test for Anna Berg] Your parcel")


def test_practice_without_an_address_on_that_medium_waits_and_says_what_to_add(house: House) -> None:
    ours = by_telegram(house, live=False, test_addresses=("me@shop.example",))
    assert (send(ours, until_empty=True).waiting, ours.told.given) == (1, [])
    (entry,) = outboxes.listing(ours)
    assert entry.waits is not None
    assert 'Add "telegram:…" to test_addresses' in entry.waits.reason


def test_practice_stays_practice_after_going_live(house: House) -> None:
    ours = approved(house, live=False, test_addresses=("me@shop.example",))
    live = replace(ours, settings=replace(ours.settings, policy=replace(ours.settings.policy, live=True)))
    send(live)
    assert [given.recipient for given in ours.told.given] == ["me@shop.example"]


# ---- one sender, and what a dead one leaves -------------------------------------------------------------------


def test_a_second_sender_leaves_the_work_to_the_first(house: House) -> None:
    ours = approved(house)
    elsewhere = leases.Owner("another-host", "boot", 17, "start")
    ours.database.write(lambda tx: leases.take(tx, sending.LEASE, elsewhere, ours.now(), 60))
    report = send(ours)
    assert report.elsewhere == "Another sender is awake and does the work."
    assert (report.sent, report.waiting) == (0, 1)
    held = sending.sender(ours)
    assert held is not None
    assert held.owner == elsewhere
    ours.clock.sleep(60)
    assert sending.sender(ours) is None
    assert send(ours).sent == 1


def left_in_hand(ours: TestHouse) -> None:
    """What a sender leaves that died with a message in its hand."""
    dead = leases.Owner(leases.this_process().host, leases.this_process().boot, 2**22 - 1, "gone")

    def work(tx: outbox.Connection) -> None:
        leases.take(tx, sending.LEASE, dead, ours.now(), 3600)
        outbox.claim(tx, 1, f"1 {dead}", ours.now())

    ours.database.write(work)


def test_what_a_dead_sender_had_in_hand_is_open(house: House) -> None:
    ours = approved(house, 2)
    left_in_hand(ours)
    report = send(ours)
    assert (report.uncertain, report.sent, report.needs_you) == (1, 1, True)
    assert row(ours, 1).state is OutboxState.UNCERTAIN
    assert ours.told.keys == [row(ours, 2).key]


def test_a_channel_that_can_be_asked_settles_it(house: House) -> None:
    ours = approved(house)
    left_in_hand(ours)
    ours.told.known = {row(ours).key: Receipt(external_id="<found>", at=NOW)}
    report = send(ours)
    assert (report.sent, report.uncertain, ours.told.given) == (1, 0, [])
    assert (row(ours).state, row(ours).external_id) == (OutboxState.SENT, "<found>")


def test_a_sender_that_slept_through_its_lease_stops_and_its_answer_is_evidence(house: House) -> None:
    ours = approved(house, 2)

    def taken_over(_message: object) -> None:
        ours.clock.sleep(600)
        other = replace(ours, told=type(ours.told)())
        assert send(other).uncertain == 1

    ours.told.on_send = taken_over
    report = send(ours)
    assert row(ours, 1).state is OutboxState.SENT
    assert [line.event for line in outboxes.history(ours, 1)][-3:] == ["lost", "fenced_sent", "arrived"]
    assert len(ours.told.given) == 1
    assert [found.id for found in report.rows] == [1]


def test_a_machine_that_slept_after_the_claim_sends_nothing(house: House) -> None:
    ours = approved(house)
    write = ours.database.write

    def write_then_sleep(work: Callable[..., Any]) -> Any:
        done = write(work)
        if isinstance(done, OutboxRow) and done.state is OutboxState.SENDING:
            ours.clock.sleep(3600)
        return done

    ours.database.write = write_then_sleep  # type: ignore[method-assign]
    send(ours)
    assert ours.told.given == []
    assert (row(ours).state, row(ours).waits_reason) == (OutboxState.QUEUED, "The machine slept before it left.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_lets_the_message_in_hand_finish(house: House, number: signal.Signals) -> None:
    ours = approved(house, 2)
    before = signal.getsignal(number)
    ours.told.on_send = lambda _message: os.kill(os.getpid(), number)
    with pytest.raises(KeyboardInterrupt):
        send(ours)
    assert [row(ours, id_).state for id_ in (1, 2)] == ["sent", "queued"]
    assert signal.getsignal(number) is before
    assert sending.sender(ours) is None


def test_a_second_interruption_is_obeyed_at_once_and_leaves_the_message_open(house: House) -> None:
    ours = approved(house)

    def twice(_message: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    ours.told.on_send = twice
    with pytest.raises(KeyboardInterrupt):
        send(ours)
    assert row(ours).state is OutboxState.UNCERTAIN


def test_it_sends_from_any_thread(house: House) -> None:
    ours = approved(house)
    reports: list[sending.SendReport] = []
    thread = threading.Thread(target=lambda: reports.append(send(ours)))
    thread.start()
    thread.join(10)
    assert reports[0].sent == 1


def test_progress_is_told_message_by_message(house: House) -> None:
    ours = approved(house, 3)
    heard: list[tuple[str, int, int | None]] = []
    send(ours, progress=lambda what, done, total: heard.append((what, done, total)))
    assert heard == [("messages", 1, None), ("messages", 2, None), ("messages", 3, None)]


# ---- pull before push -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "pulls"), [(None, True), (11, True), (9, False)])
def test_data_older_than_ten_minutes_are_pulled_first(
    house: House, monkeypatch: pytest.MonkeyPatch, age: int | None, pulls: bool
) -> None:
    ours = approved(house)
    woo = Plugin(section="sources", name="woo", kind="woocommerce", settings=None)
    ours = replace(ours, settings=replace(ours.settings, sources=(woo,)))
    pulled: list[None] = []
    at = None if age is None else ours.now() - timedelta(minutes=age)
    monkeypatch.setattr(refresh, "synced_at", lambda _house: at)
    monkeypatch.setattr(refresh, "pull", lambda _house, progress: pulled.append(None) or (FAILED,))
    report = send(ours)
    assert bool(pulled) is pulls
    assert report.trouble == (("woo: The shop does not answer.",) if pulls else ())
    assert (report.sent, report.needs_you) == (1, False)
    pulled.clear()
    send(ours, pull=False)
    assert not pulled


FAILED = SyncResult(
    source="woo",
    kind="woocommerce",
    ok=False,
    pages=0,
    read=0,
    added=0,
    changed=0,
    unchanged=0,
    removed=0,
    seconds=0.1,
    error="The shop does not answer.",
)
