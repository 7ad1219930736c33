"""What the seller is told on their own channel: each event once, a handful an hour, and nothing of what was written."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

import pytest

from retcon.config import NoticeSettings, Plugin
from retcon.desk import away, notices
from retcon.desk.house import House
from retcon.errors import ChannelTrouble, NotLeft, Uncertain
from retcon.model.conversations import ComplaintSign, PromiseState
from retcon.model.sync import SyncResult
from retcon.store import channel_states, complaints, cursors, facts, promises
from retcon.store.database import Connection
from tests.outgoing import NOW, TestHouse, furnished

HOUR = timedelta(hours=1)


@pytest.fixture
def told(house: House) -> TestHouse:
    """A house that tells me by e-mail, and has done so since yesterday; its zone is UTC, where it is 06:52."""
    made = furnished(house)
    wanted = NoticeSettings(channel="email", to="me@shop.example")
    opened = replace(made, settings=replace(made.settings, notices=wanted))
    opened.database.write(lambda tx: facts.put(tx, "notices_since", "2026-11-19T06:52:00Z"))
    return opened


def subjects(house: TestHouse) -> list[str]:
    return [message.subject for message in house.told.given]


def writes(
    house: TestHouse, id_: int = 1, *, tier: str = "vip", name: str = "Layla Amari", ago: timedelta = HOUR
) -> int:
    """Somebody of that tier has written and waits; the conversation's id."""

    def work(tx: Connection) -> int:
        tx.execute("insert or ignore into customers (id, name) values (?, ?)", (id_, name))
        tx.execute(
            """
            insert or replace into standings (customer_id, orders, spent_minor, refunded_minor, silent_days, under_way,
                p_churn, risk_score, band, expected_orders, clv_minor, stake_minor, tier, stage)
            values (?, 9, 0, 0, 0, 0, 0, 0, 'low', 0, 0, 0, ?, 'advocate')
            """,
            (id_, tier),
        )
        at = int((house.now() - ago).timestamp())
        made = tx.execute(
            """
            insert into threads (customer_id, source, name, medium, address, started_at, last_at, waiting_since,
                unanswered)
            values (?, 'mail', ?, 'email', 'layla@example.org', ?, ?, ?, 1)
            """,
            (id_, f"thread {id_} {at}", at, at, at),
        )
        assert made.lastrowid is not None
        return made.lastrowid

    return house.database.write(work)


def complains(
    house: TestHouse, id_: int, sign: str, *, thread: int | None = None, reference: str = "message:1"
) -> None:
    def work(tx: Connection) -> None:
        tx.execute("insert or ignore into customers (id, name) values (?, 'Layla Amari')", (id_,))
        words = "the pot came broken, I will report you to the bank"
        complaints.add(
            tx,
            customer_id=id_,
            thread_id=thread,
            sign=ComplaintSign(sign),
            words=words,
            reference=reference,
            at=house.now() - HOUR,
        )

    house.database.write(work)


def promised(house: TestHouse, due_at: datetime) -> None:
    def work(tx: Connection) -> None:
        tx.execute("insert or ignore into customers (id, name) values (1, 'Layla Amari')")
        promises.add(
            tx,
            customer_id=1,
            thread_id=None,
            reference=f"message:{due_at}",
            words="an answer by Monday",
            due_at=due_at,
            made_at=NOW - HOUR,
            state=PromiseState.OPEN,
        )

    house.database.write(work)


# ---- what is told -------------------------------------------------------------------------------------------


def test_a_vip_who_waits_is_told_once_by_name_tier_and_hour(told: TestHouse) -> None:
    thread = writes(told)
    for _ in range(3):
        notices.tell_news(told)
    (message,) = told.told.given
    assert (message.recipient, message.subject) == (
        "me@shop.example",
        "retcon: Layla A. (VIP) waits for an answer",
    )
    assert "They wrote by e-mail and have waited since 05:52." in message.body
    assert f"retcon thread {thread}" in message.body


def test_others_who_wait_are_in_the_inbox_alone(told: TestHouse) -> None:
    writes(told, tier="regular")
    notices.tell_news(told)
    assert told.told.given == []


def test_a_vip_who_writes_again_later_is_told_again(told: TestHouse) -> None:
    writes(told)
    notices.tell_news(told)
    writes(told, ago=timedelta(minutes=5))
    notices.tell_news(told)
    assert len(told.told.given) == 2


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("words", "wrote an angry message"),
        ("third", "wrote for the third time without an answer"),
        ("dispute", "has opened a dispute"),
        ("rating", "left a rating of two stars or fewer"),
    ],
)
def test_who_is_unhappy_is_told_with_the_sign_and_without_their_words(told: TestHouse, sign: str, words: str) -> None:
    complains(told, 1, sign)
    notices.tell_news(told)
    (message,) = told.told.given
    assert message.subject == f"retcon: Layla A. {words}"
    assert "bank" not in message.subject + message.body
    assert "broken" not in message.subject + message.body


def test_one_person_is_one_notice_however_much_there_is(told: TestHouse) -> None:
    thread = writes(told)
    complains(told, 1, "words", thread=thread)
    complains(told, 1, "third", thread=thread, reference="message:2")
    notices.tell_news(told)
    assert subjects(told) == [
        "retcon: Layla A. (VIP) wrote an angry message and wrote for the third time without an answer"
    ]
    notices.tell_news(told)
    assert len(told.told.given) == 1


def test_a_source_that_refuses_its_key_is_told_once_for_each_time_that_it_worked_before(told: TestHouse) -> None:
    plugin = Plugin(section="sources", name="woo", kind="woocommerce", settings=None)
    house = replace(told, settings=replace(told.settings, sources=(plugin,)))

    def pulled(error: str, key_refused: bool = True) -> None:
        result = SyncResult(**{**asdict(SyncResult.failed("woo", "woocommerce", error)), "ok": not error})
        result = replace(result, key_refused=bool(error) and key_refused)
        house.database.write(lambda tx: cursors.end(tx, cursors.begin(tx, "woo", house.now()), house.now(), result))
        house.clock.now += HOUR
        notices.tell_news(house)

    pulled("The line broke.", key_refused=False)
    assert subjects(house) == []
    pulled("The shop refuses the key (401).")
    pulled("The shop refuses the key (401).")
    assert subjects(house) == ["retcon: woo can't be pulled: only you can mend it"]
    assert "The shop refuses the key (401)." in house.told.given[0].body
    pulled("")
    pulled("The shop refuses the key (401).")
    assert len(house.told.given) == 2


def test_a_channel_that_only_the_operator_can_mend_is_told_and_one_that_heals_is_not(told: TestHouse) -> None:
    told.database.write(lambda tx: channel_states.suffers(tx, "email", "Too many today.", NOW + HOUR, NOW))
    notices.tell_news(told)
    assert subjects(told) == []
    told.database.write(lambda tx: channel_states.suffers(tx, "email", "The password is refused.", None, NOW))
    notices.tell_news(told)
    assert subjects(told) == ["retcon: email can't send: only you can mend it"]


@pytest.mark.parametrize(
    ("due", "told_at"),
    [("18:00", "14:00"), ("10:00", "08:00"), ("07:30", "07:30"), ("23:00", "19:00")],
)
def test_a_promise_is_told_some_hours_before_it_breaks_and_by_day(told: TestHouse, due: str, told_at: str) -> None:
    def today(hour: str) -> datetime:
        return NOW.replace(hour=int(hour[:2]), minute=int(hour[3:]))

    promised(told, today(due))
    told.clock.now = today(told_at) - timedelta(minutes=1)
    notices.tell_news(told)
    assert subjects(told) == []
    told.clock.now = today(told_at)
    notices.tell_news(told)
    notices.tell_news(told)
    (subject,) = subjects(told)
    assert (
        subject == f"retcon: Your promise to Layla A. is {'broken: it was due' if due == '07:30' else 'due'} at {due}"
    )


def test_tomorrows_promise_is_no_news_today(told: TestHouse) -> None:
    promised(told, NOW + timedelta(days=1))
    notices.tell_news(told)
    assert subjects(told) == []


def test_whoever_is_away_is_told_of_promises_when_they_are_back(told: TestHouse) -> None:
    promised(told, NOW + HOUR)
    away.set_until(told, NOW + timedelta(days=2))
    told.clock.now = NOW + timedelta(days=1)
    notices.tell_news(told)
    assert subjects(told) == []
    told.clock.now = NOW + timedelta(days=2)
    notices.tell_news(told)
    assert subjects(told) == ["retcon: Your promise to Layla A. is broken: it was due Friday 07:52"]


# ---- how often, and to whom ---------------------------------------------------------------------------------


def test_without_notices_nothing_is_told(told: TestHouse) -> None:
    house = replace(told, settings=replace(told.settings, notices=NoticeSettings()))
    writes(house)
    assert notices.tell_news(house) == notices.Told()
    assert notices.tell(house, "x", "subject", "body") is False
    assert house.told.given == []


def test_what_lay_there_before_notices_were_wanted_is_no_news(told: TestHouse) -> None:
    told.database.write(lambda tx: facts.put(tx, "notices_since", None))
    writes(told)
    notices.tell_news(told)
    notices.tell_news(told)
    assert told.told.given == []
    writes(told, 2, ago=-timedelta(minutes=1))
    told.clock.now += timedelta(minutes=2)
    notices.tell_news(told)
    assert len(told.told.given) == 1


def test_in_practice_a_notice_goes_to_me_as_ever(told: TestHouse) -> None:
    practice = replace(told.settings.policy, live=False, test_addresses=("test@shop.example",))
    house = replace(told, settings=replace(told.settings, policy=practice))
    writes(house)
    notices.tell_news(house)
    assert [message.recipient for message in house.told.given] == ["me@shop.example"]


def test_at_most_five_an_hour_and_the_fifth_is_of_all_the_rest(told: TestHouse) -> None:
    for number in range(1, 10):
        writes(told, number, name=f"Layla {chr(64 + number)}mari")
    notices.tell_news(told)
    assert len(told.told.given) == 5
    last = told.told.given[-1]
    assert last.subject == "retcon: 5 more wait for you"
    assert last.body.count("- Layla") == 5
    assert "retcon inbox" in last.body

    writes(told, 10)
    notices.tell_news(told)
    assert len(told.told.given) == 5
    told.clock.now += HOUR + timedelta(seconds=1)
    notices.tell_news(told)
    assert len(told.told.given) == 6


def test_a_name_from_outside_commands_nothing(told: TestHouse) -> None:
    writes(told, name="\x1b[31mLayla\r\nBcc: all@example.org")
    notices.tell_news(told)
    (message,) = told.told.given
    assert "\x1b" not in message.subject + message.body
    assert "\n" not in message.subject


# ---- what becomes of it -------------------------------------------------------------------------------------


def test_what_did_not_leave_is_told_with_the_next_round(told: TestHouse) -> None:
    writes(told)
    told.told.answers = [ChannelTrouble("The password is refused."), NotLeft("The line broke.")]
    assert notices.tell_news(told).trouble == "The password is refused."
    assert notices.tell_news(told).trouble == "The line broke."
    assert notices.tell_news(told) == notices.Told(sent=1)
    assert notices.tell_news(told) == notices.Told()


def test_what_may_have_arrived_counts_as_told(told: TestHouse) -> None:
    writes(told)
    told.told.answers = [Uncertain("The line broke after it left.")]
    notices.tell_news(told)
    notices.tell_news(told)
    assert len(told.told.given) == 1


def test_a_channel_that_breaks_stops_nobody(told: TestHouse) -> None:
    writes(told)
    told.told.answers = [ZeroDivisionError("oops")]
    assert "see the log" in notices.tell_news(told).trouble
    assert notices.tell_news(told).sent == 1


def test_the_same_key_is_told_once(told: TestHouse) -> None:
    assert notices.tell(told, "ended:1", "retcon run has ended", "body") is True
    assert notices.tell(told, "ended:1", "retcon run has ended", "body") is False
    assert len(told.told.given) == 1
