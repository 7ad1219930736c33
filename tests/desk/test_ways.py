"""By which channel something goes, where the operator has chosen another than the rule's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import consents, conversations, refresh, ways
from retcon.errors import InputError
from retcon.model.conversations import Blocked, Joined
from retcon.model.people import Purpose
from retcon.retention import invitation
from retcon.store import installation
from tests.answering import CONFIG, MORNING, Desk, open_desk, wrote

TWO_WAYS = (
    CONFIG
    + """
[sources.bot]
kind = "telegram"

[channels.telegram]
kind = "telegram"
account = "bot"
"""
)
FRESH = """order_id,customer_id,placed_at,total,currency,email,name,country,language,items
1042,7,2026-11-18,49.00,EUR,anna@example.com,Anna Berg,DE,de,Dinner plate
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna's parcel note is due, and she has followed the link to the bot."""
    mail = Mailroom()
    opened = open_desk(tmp_path, mail, TWO_WAYS, FRESH)
    key = opened.house.database.write(installation.link_key)
    token = invitation.token(key, 1, "chat")
    opened.hears(Joined(medium="telegram", address="700100200", token=token, at=MORNING, name="Anna"))
    yield opened
    opened.house.close()
    mail.close()


def test_what_goes_by_another_channel_stays_there_when_all_is_recomputed(desk: Desk) -> None:
    before = desk.item("parcel-note").action
    assert before.draft.channel == "email"
    ways.take(desk.house, before.id, before.revision, "telegram")
    refresh.refresh(desk.house, everybody=True)
    after = desk.item("parcel-note").action
    assert (after.draft.channel, after.draft.recipient, after.draft.body) == (
        "telegram",
        "700100200",
        before.draft.body,
    )


def test_who_shut_the_chat_is_answered_by_another_way_and_told_why_not_there(desk: Desk) -> None:
    chat = wrote("700100200/1", medium="telegram", address="700100200", thread="700100200")
    desk.hears(chat, Blocked(medium="telegram", address="700100200", at=MORNING, blocked=True))
    assert desk.item().action.draft.channel == "email"
    ((_, why),) = conversations.reply(desk.house, "thread:1", "telegram", "Hello?").refused
    assert "shut Telegram" in why
    ledger = consents.of(desk.house, "anna@example.com").rights
    (telegram,) = [right for right in ledger if right.medium == "telegram" and right.purpose is Purpose.MARKETING]
    assert "shut Telegram" in telegram.reason


def test_a_channel_that_does_not_reach_them_says_why(tmp_path: Path) -> None:
    mail = Mailroom()
    desk = open_desk(tmp_path, mail, TWO_WAYS, FRESH)
    note = desk.item("parcel-note").action
    with pytest.raises(InputError, match="Anna Berg never wrote to you on Telegram"):
        ways.take(desk.house, note.id, note.revision, "telegram")
    desk.house.close()
    mail.close()
