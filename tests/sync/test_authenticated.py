"""What our own mailbox saw of our mail is kept, and only of mail that is ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from retcon.model.conversations import Authenticated
from retcon.model.outbox import OutboxState
from retcon.model.people import Purpose
from retcon.store import facts, outbox, people
from retcon.store.database import Database
from retcon.store.transitions import Event
from retcon.sync.authenticated import FACT
from tests.talk import Talk, ago


@pytest.fixture
def talk(database: Database, tmp_path: Path) -> Talk:
    return Talk(database, tmp_path / "files")


def sent(talk: Talk, key: str, event: Event = Event.SENT) -> int:
    """A practice mail of ours that was handed in a day ago; its row."""

    def put(tx: Any) -> int:
        person = people.next_id(tx)
        people.add(tx, [person])
        row = outbox.add(
            tx,
            customer_id=person,
            channel="email",
            purpose=Purpose.SERVICE,
            recipient="ada@example.com",
            subject="Your parcel",
            body="It left.",
            language="en",
            approved_at=ago(days=1),
            not_before=ago(days=1),
            key=key,
            rehearsal=True,
        )
        outbox.claim(tx, row.id, "me", ago(days=1))
        how = {"sent_at": ago(days=1)} if event is Event.SENT else {"error_text": "no answer"}
        return outbox.move(tx, row.id, event, ago(days=1), **how).id

    return talk.database.write(put)


def seen(key: str, hours: float = 1, **found: str) -> Authenticated:
    return Authenticated(source_id=f"{key}@shop.example", domain="shop.example", at=ago(hours=hours), **found)


def known(talk: Talk) -> dict[str, str] | None:
    fact = talk.read(facts.get, FACT)
    return json.loads(fact) if fact else None


def test_the_newest_of_our_mails_tells(talk: Talk) -> None:
    sent(talk, "7.1.abc")
    sent(talk, "8.1.def")
    talk.keep(seen("8.1.def", 1, dkim="pass"), seen("7.1.abc", 2, dkim="fail"))
    found = known(talk)
    assert found is not None
    assert (found["domain"], found["dkim"], found["spf"]) == ("shop.example", "pass", "")
    assert talk.keep(seen("8.1.def", 1, dkim="pass")).unchanged == 1


def test_a_mail_that_only_says_it_is_ours_tells_nothing(talk: Talk) -> None:
    sent(talk, "7.1.abc")
    talk.keep(seen("7.1.xyz", dkim="fail"))
    assert known(talk) is None


def test_a_practice_mail_that_perhaps_left_is_settled_where_it_is_seen(talk: Talk) -> None:
    row = sent(talk, "7.1.abc", Event.LOST)
    talk.keep(seen("7.1.abc"))
    assert talk.read(outbox.get, row).state is OutboxState.SENT
