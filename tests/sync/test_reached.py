"""Mail that came back moves its row and closes addresses; invitations give addresses to those whom they name."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from retcon.model.conversations import Blocked, Bounce, Joined
from retcon.model.outbox import OutboxState
from retcon.model.people import ConsentState
from retcon.retention import invitation
from retcon.store import consents, installation, outbox, people, suppressions
from retcon.store.database import Database
from retcon.sync.intake import Counts
from tests.sync.test_conversations import bought, ledger, sent
from tests.talk import NOW, Talk, ago, answer, chat, mail

ADA = ("email", "ada@example.com")
OURS = "7.1.abcdef@shop.example"


@pytest.fixture
def talk(database: Database, tmp_path: Path) -> Talk:
    return Talk(database, tmp_path / "home" / "files")


def bounce(source_id: str = OURS, **facts: Any) -> Bounce:
    return Bounce(
        **{
            "source_id": source_id,
            "medium": "email",
            "address": "ada@example.com",
            "at": ago(hours=2),
            "final": True,
            "gone": True,
            "code": "5.1.1",
            "text": "550 5.1.1 no such user",
        }
        | facts
    )


def closed(talk: Talk, *address: str) -> bool:
    found = talk.read(suppressions.of, [address])
    return bool(found) and found[address][0] == "everything"


def joined(talk: Talk, customer: int, what: str = "chat", **facts: Any) -> Joined:
    token = invitation.token(talk.database.write(installation.link_key), customer, what)
    return Joined(
        **{"medium": "telegram", "address": "700100200", "token": token, "at": ago(hours=1), "name": "Bruno"} | facts
    )


# ---- mail that came back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["sent", "uncertain"])
def test_a_bounce_moves_its_row_and_closes_the_address(talk: Talk, state: str) -> None:
    row = sent(talk, bought(talk), state=state)
    assert talk.keep(bounce()) == Counts(1, changed=1)
    now = talk.read(outbox.get, row.id)
    assert (now.state, now.error_code, now.error_text) == (
        OutboxState.FAILED,
        "5.1.1",
        "The address doesn't exist (550 5.1.1 no such user)",
    )
    assert closed(talk, *ADA)


def test_a_full_mailbox_closes_nothing(talk: Talk) -> None:
    row = sent(talk, bought(talk))
    talk.keep(bounce(gone=False, code="5.2.2"))
    assert talk.read(outbox.get, row.id).state is OutboxState.FAILED
    assert not closed(talk, *ADA)


def test_a_delay_is_only_written_down(talk: Talk) -> None:
    row = sent(talk, bought(talk))
    assert talk.keep(bounce(final=False, gone=False, text="will be tried again")) == Counts(1, changed=1)
    assert talk.read(outbox.get, row.id).state is OutboxState.SENT
    last = talk.read(outbox.history, row.id)[-1]
    assert (last.event, last.detail) == ("evidence_delayed", "will be tried again")


def test_the_same_notice_again_says_nothing_new_even_where_the_message_was_tried_once_more(talk: Talk) -> None:
    row = sent(talk, bought(talk))
    talk.keep(bounce(gone=False))

    def once_more(tx: Any) -> None:
        outbox.move(tx, row.id, "retry", NOW, not_before=NOW)
        outbox.claim(tx, row.id, "me", NOW)
        outbox.move(tx, row.id, "sent", NOW, sent_at=NOW, external_id=f"<{OURS}>")

    talk.database.write(once_more)
    assert talk.keep(bounce(gone=False)) == Counts(1, unchanged=1)
    assert talk.read(outbox.get, row.id).state is OutboxState.SENT


def test_a_bounce_of_what_the_shop_wrote_in_another_program_closes_the_address(talk: Talk) -> None:
    bought(talk)
    talk.keep(answer("elsewhere", 3))
    assert talk.keep(bounce("elsewhere@mail.example.com")) == Counts(1, changed=1)
    assert closed(talk, *ADA)


@pytest.mark.parametrize("source_id", ["", "made-up@elsewhere.example", "bob@mail.example.com"])
def test_a_bounce_that_anybody_could_have_written_closes_nobodys_address(talk: Talk, source_id: str) -> None:
    bought(talk)
    talk.keep(mail("bob", 3, address="bob@example.com", name="Bob"))
    assert talk.keep(bounce(source_id)) == Counts(1, unchanged=1)
    assert not closed(talk, *ADA)


def test_a_bounce_of_an_unknown_address_says_nothing(talk: Talk) -> None:
    assert talk.keep(bounce("", address="nobody@example.com")) == Counts(1, unchanged=1)
    assert not closed(talk, "email", "nobody@example.com")


def test_a_rehearsal_that_bounces_closes_no_customers_address(talk: Talk) -> None:
    sent(talk, bought(talk), rehearsal=True)
    talk.keep(bounce(address="me@shop.example"))
    assert not closed(talk, *ADA)


def test_who_writes_from_an_address_opens_it_again(talk: Talk) -> None:
    sent(talk, bought(talk))
    talk.keep(bounce())
    assert closed(talk, *ADA)
    talk.keep(mail("1", 1))
    assert not closed(talk, *ADA)


# ---- invitations ------------------------------------------------------------------------------------------------


def test_who_follows_an_invitation_is_whom_it_names(talk: Talk) -> None:
    ada = bought(talk)
    assert talk.keep(joined(talk, ada)) == Counts(1, changed=1)
    assert talk.owner("chat", "telegram:700100200") == ada
    talk.keep(chat())
    assert talk.thread().customer_id == ada
    assert talk.keep(joined(talk, ada)) == Counts(1, unchanged=1)


def test_a_link_that_was_handed_on_joins_nobody_else(talk: Talk) -> None:
    ada = bought(talk)
    assert talk.keep(joined(talk, ada)) == Counts(1, changed=1)
    assert talk.keep(joined(talk, ada, "news", address="700100999", name="Bob")) == Counts(1, unchanged=1)
    assert talk.owner("chat", "telegram:700100999") is None
    assert ledger(talk, ada) == []
    assert talk.keep(joined(talk, ada, "news")) == Counts(1, changed=1)


def test_a_chat_of_a_prospect_moves_with_all_that_was_said(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(chat(1, 3), chat(2, 2, body="STOP"))
    prospect = talk.thread().customer_id
    assert prospect != ada
    talk.keep(joined(talk, ada))
    assert talk.owner("chat", "telegram:700100200") == ada
    assert talk.thread().customer_id == ada
    assert [line.state for line in ledger(talk, ada)] == [ConsentState.DENIED]
    assert talk.read(consents.of, [prospect]) == {}
    assert talk.read(people.current, prospect) == ada


def test_a_prospect_who_is_known_by_more_than_the_chat_stays_with_the_rest(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(chat(1, 3))
    prospect = talk.thread().customer_id
    talk.database.write(lambda tx: people.claim(tx, {("email", "bo@example.com"): (prospect, "bo@example.com")}))
    talk.keep(joined(talk, ada))
    assert talk.owner("chat", "telegram:700100200") == ada
    assert talk.read(people.current, prospect) == prospect


def test_a_chat_of_somebody_who_bought_stays_theirs(talk: Talk) -> None:
    ada, bob = bought(talk), bought(talk, "bob@example.com")
    talk.keep(joined(talk, bob))
    assert talk.keep(joined(talk, ada)) == Counts(1, unchanged=1)
    assert talk.owner("chat", "telegram:700100200") == bob


@pytest.mark.parametrize("token", ["", "c1-aaaaaaaaaaaaaaaaaaaaaaaa", "x" * 500])
def test_a_token_that_nobody_gave_out_joins_nobody(talk: Talk, token: str) -> None:
    assert talk.keep(joined(talk, bought(talk), token=token)) == Counts(1, unchanged=1)


def test_a_token_of_nobody_joins_nobody(talk: Talk) -> None:
    assert talk.keep(joined(talk, 4711)) == Counts(1, unchanged=1)


def test_the_link_to_the_chat_allows_no_advertising_and_the_one_for_news_does(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(joined(talk, ada))
    assert ledger(talk, ada) == []
    talk.keep(joined(talk, ada, "news", source_id="700100200/5"))
    (line,) = ledger(talk, ada)
    assert (line.channel, line.state, line.proof) == ("telegram", ConsentState.GRANTED, "700100200/5")


# ---- shut -------------------------------------------------------------------------------------------------------


def test_who_blocks_the_shop_is_not_written_to_there_until_they_open_it_again(talk: Talk) -> None:
    talk.keep(chat(1, 5))

    def blocked(at: datetime, blocked: bool) -> Blocked:
        return Blocked(medium="telegram", address="700100200", at=at, blocked=blocked)

    assert talk.keep(blocked(ago(hours=4), True)) == Counts(1, changed=1)
    assert closed(talk, "telegram", "700100200")
    assert talk.keep(blocked(ago(hours=4), True)) == Counts(1, unchanged=1)
    talk.keep(blocked(ago(hours=3), False))
    assert not closed(talk, "telegram", "700100200")


def test_a_stranger_who_blocks_is_nobody(talk: Talk) -> None:
    assert talk.keep(Blocked(medium="telegram", address="1", at=NOW, blocked=True)) == Counts(1, unchanged=1)
