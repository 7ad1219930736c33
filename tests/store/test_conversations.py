"""Threads know since when they wait, their messages are found in any script, and threads become one whole."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon.errors import Conflict
from retcon.model.conversations import PromiseState, Thread
from retcon.store import conversations, promises, threads
from retcon.store.database import Database
from tests.talk import NOW, Talk, ago, answer, chat, mail


@pytest.fixture
def talk(database: Database, tmp_path: Path) -> Talk:
    return Talk(database, tmp_path / "home" / "files")


def close(talk: Talk, hours: float) -> None:
    talk.database.write(lambda tx: conversations.close(tx, talk.thread().id, ago(hours=hours)))


# ---- who waits --------------------------------------------------------------------------------------------------


def test_a_thread_waits_since_the_first_message_that_nobody_answered(talk: Talk) -> None:
    talk.keep(mail("1", 9), answer("a", 8), mail("2", 7), mail("3", 6))
    thread = talk.thread()
    assert (thread.waiting_since, thread.unanswered, thread.answered_at) == (ago(hours=7), 2, ago(hours=8))
    assert (thread.started_at, thread.last_at, thread.last_in_at) == (ago(hours=9), ago(hours=6), ago(hours=6))
    assert thread.answered_elsewhere


def test_what_was_closed_waits_only_for_what_came_later(talk: Talk) -> None:
    talk.keep(mail("1", 9))
    close(talk, 8)
    assert talk.thread().waiting_since is None
    talk.keep(mail("2", 7))
    assert (talk.thread().waiting_since, talk.thread().unanswered) == (ago(hours=7), 1)


def test_taking_a_close_back_lets_it_wait_again(talk: Talk) -> None:
    talk.keep(mail("1", 9))
    close(talk, 8)
    talk.database.write(lambda tx: conversations.restore(tx, talk.thread().id, None))
    assert talk.thread().waiting_since == ago(hours=9)


def test_those_who_wait_come_the_longest_first(talk: Talk) -> None:
    talk.keep(mail("1", 2), mail("2", 5, address="bo@example.com"), chat(1, 9), mail("3", 1, subject="Else"))
    found = talk.read(conversations.waiting)
    assert [thread.waiting_since for thread in found] == [ago(hours=hours) for hours in (9, 5, 2, 1)]
    assert talk.read(conversations.waiting, 1) == found[:1]


def test_threads_that_slept_for_a_month_are_left_out_unless_somebody_waits(talk: Talk) -> None:
    talk.keep(mail("1", 24 * 40), mail("2", 24 * 10, subject="Else"))
    ada = talk.threads()[0].customer_id
    alive = talk.read(conversations.of_customers, [ada], NOW)
    assert [thread.subject for thread in alive[ada]] == ["Else"]
    assert [thread.subject for thread in talk.read(conversations.all_of, ada)] == ["Else", "Parcel"]


def test_a_thread_that_is_not_there_is_told(talk: Talk) -> None:
    assert talk.read(conversations.find, 9) is None
    with pytest.raises(Conflict, match="no conversation 9"):
        talk.read(conversations.get, 9)


# ---- search -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Where is my parcel?", "PARCEL"),
        ("Where is my parcel?", "parc where"),
        ("Where is my parcel?", "is"),
        ("返金してください", "返金"),
        ("返金してください", "してくだ"),
        ("สวัสดีค่ะ ถ้วยกาแฟคู่", "กาแฟ"),
        ("Order #1042 100%", "#1042"),
        ("Order #1042 100%", "0%"),
        ('say "hello"', '"hello"'),
        ("under_score", "r_"),
    ],
)
def test_words_are_found_in_any_script_however_short(talk: Talk, body: str, words: str) -> None:
    talk.keep(mail("1", 2, body=body), mail("2", 1, address="bo@example.com", subject="x", body="nothing"))
    assert talk.read(conversations.search, words) == [talk.threads()[0].id]


@pytest.mark.parametrize("words", ["%", "_", "", "   ", "\0", "parcel nowhere", "zz", "NEAR(", "a OR b"])
def test_what_stands_nowhere_is_not_found(talk: Talk, words: str) -> None:
    talk.keep(mail("1", 2))
    assert talk.read(conversations.search, words) == []


def test_a_thread_is_found_by_words_of_several_messages_and_by_who_wrote(talk: Talk) -> None:
    talk.keep(mail("1", 9, body="teapot"), answer("a", 8, body="broken"), chat(1, 1, body="teapot"))
    assert talk.read(conversations.search, "teapot broken") == [talk.threads()[0].id]
    assert talk.read(conversations.search, "teapot") == [talk.threads()[1].id, talk.threads()[0].id]
    assert talk.read(conversations.search, "bruno") == [talk.threads()[1].id]


# ---- one thread of several --------------------------------------------------------------------------------------


def test_threads_that_become_one_keep_all_that_hangs_on_them(talk: Talk) -> None:
    talk.keep(mail("1", 9), mail("2", 8, subject="Else"))
    one, two = talk.threads()

    def promise(tx: Any) -> None:
        due = NOW + timedelta(days=1)
        promises.add(
            tx,
            customer_id=two.customer_id,
            thread_id=two.id,
            reference="x",
            words="tomorrow",
            due_at=due,
            made_at=NOW,
            state=PromiseState.OPEN,
        )
        conversations.close(tx, two.id, ago(hours=7))

    talk.database.write(promise)
    assert talk.database.write(lambda tx: threads.join(tx, [two.id, one.id])) == one.id
    talk.database.write(lambda tx: conversations.recount(tx, [one.id]))
    thread: Thread = talk.thread()
    assert (thread.id, thread.waiting_since, thread.closed_at) == (one.id, None, ago(hours=7))
    assert talk.read(promises.of_customers, [one.customer_id])[one.customer_id][0].thread_id == one.id
    talk.keep(mail("3", 1, subject="New", references=("2@mail.example.com",)))
    assert talk.thread().unanswered == 1


def test_a_name_that_a_source_gives_two_peoples_threads_is_each_ones_own(talk: Talk) -> None:
    talk.keep(mail("1", 2, thread="T"), mail("2", 1, thread="T", address="bo@example.com"))
    talk.keep(mail("3", 0.5, thread="T", address="bo@example.com"))
    assert [(thread.address, thread.unanswered) for thread in talk.threads()] == [
        ("ada@example.com", 1),
        ("bo@example.com", 2),
    ]
