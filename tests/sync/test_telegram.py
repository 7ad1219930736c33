"""What people write to the bot, as records: whatever they send, once, and nothing lost by a kill."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon.demo.telegram import Bot, Request, Response, no
from retcon.errors import SourceError
from retcon.model.conversations import Blocked, Direction, IncomingFile, Joined, SourceMessage
from retcon.model.sync import SyncResult
from retcon.store.database import Database
from retcon.sync import engine, telegram_records
from retcon.sync.source import Page, Record
from tests.talk import Talk
from tests.telegram import CHAT, NOW, bot, source

NAMES = re.findall(
    r"\w+",
    """
update_id message edited_message my_chat_member new_chat_member status message_id date chat id type from is_bot
first_name text caption photo document animation voice file_id file_size file_name width height sticker emoji location
latitude contact poll dice value venue reply_to_message quote media_group_id
""",
)


@pytest.fixture
def there() -> Bot:
    return bot()


def pull(ours: Bot, slept: list[float] | None = None) -> list[Page]:
    return list(source(ours, slept).pages({}, full=False, kept=dict))


def records(ours: Bot) -> list[Record]:
    return [record for page in pull(ours) for record in page.records]


def told(ours: Bot, **message: Any) -> SourceMessage:
    """How a message with these fields comes out."""
    ours.write(CHAT, **message)
    (record,) = records(ours)
    assert isinstance(record, SourceMessage)
    return record


def test_a_message_is_told_with_who_wrote_it_and_in_which_chat(there: Bot) -> None:
    first = told(there, text="Where is my parcel?", sender={"last_name": "Berg", "language_code": "de"})
    assert first == SourceMessage(
        source_id=f"{CHAT}/1",
        medium="telegram",
        direction=Direction.IN,
        address=str(CHAT),
        at=NOW,
        body="Where is my parcel?",
        name="Ada Berg",
        thread=str(CHAT),
    )
    second = told(there, text="Hello?", reply_to_message={"message_id": 1, "text": "Where is my parcel?"})
    assert (second.source_id, second.references) == (f"{CHAT}/2", (f"{CHAT}/1",))
    assert second.quoted == "Where is my parcel?"


def test_what_was_kept_is_confirmed_and_comes_no_more(there: Bot) -> None:
    there.write(CHAT, "One")
    (page,) = pull(there)
    assert len(page.records) == 1
    assert (there.waiting, pull(there)) == ([], [])
    asked = [request.asked for request in there.requests]
    assert ["offset" in each for each in asked] == [False, True, False]
    assert {tuple(each["allowed_updates"]) for each in asked} == {("message", "edited_message", "my_chat_member")}
    assert {each["timeout"] for each in asked} == {0}


def test_a_page_that_was_not_kept_comes_again(there: Bot) -> None:
    for number in range(150):
        there.write(CHAT + number, f"Message {number}")
    pages = source(there).pages({}, full=False, kept=dict)
    first = next(pages)
    assert (len(first.records), len(there.waiting)) == (100, 150)
    next(pages)
    assert len(there.waiting) == 50
    pages.close()  # killed before the second page was kept
    (again,) = pull(there)
    assert [record.body for record in again.records if isinstance(record, SourceMessage)] == [
        f"Message {number}" for number in range(100, 150)
    ]


def test_ids_that_begin_anew_after_a_week_of_silence_lose_nothing(there: Bot) -> None:
    there.write(CHAT, "Before")
    pull(there)
    there._update_ids = iter(range(17, 99))  # type: ignore[assignment]
    assert told(there, text="After").body == "After"


def test_a_server_that_never_takes_a_confirmation_ends_the_pull(there: Bot) -> None:
    there.write(CHAT, "One")
    given = there.waiting[0]

    def again(_request: Request) -> None:
        there.waiting = [given]

    there.on_request = again
    assert len(pull(there)) <= 2


def test_a_pull_that_dies_before_it_confirms_keeps_each_message_once(database: Database, tmp_path: Path) -> None:
    there = bot()
    written = there.write(CHAT, "Where is it?")
    there.edit(written, "Where is my parcel?")
    there.block(CHAT)
    talk = Talk(database, tmp_path / "files")

    def pulled(progress: Callable[[Page], None] | None = None) -> SyncResult:
        return engine.run(
            database,
            source(there),
            name="bot",
            kind="telegram",
            currency="EUR",
            now=lambda: NOW,
            progress=progress,
            context=talk.context,
        )

    def dies(_page: Page) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pulled(dies)
    assert len(there.waiting) == 3
    assert pulled().ok
    assert there.waiting == []
    assert [message.body for message in talk.messages()] == ["Where is my parcel?"]


# ---- what people send -------------------------------------------------------------------------------------------


def test_files_are_fetched_the_largest_picture_of_each(there: Bot) -> None:
    small = there.keep("s", b"small") | {"width": 90, "height": 90}
    large = there.keep("l", b"large") | {"width": 900, "height": 900}
    picture = told(there, photo=[small, large], caption="It came broken")
    assert (picture.body, picture.files) == (
        "It came broken",
        (IncomingFile(name="photo.jpg", media_type="image/jpeg", size=5, content=b"large"),),
    )
    paper = there.keep("d", b"%PDF") | {"file_name": "Rechnung.pdf", "mime_type": "application/pdf"}
    assert told(there, document=paper).files == (
        IncomingFile(name="Rechnung.pdf", media_type="application/pdf", size=4, content=b"%PDF"),
    )
    assert told(there, voice=there.keep("v", b"Ogg")).files[0].name == "voice.ogg"
    moving = there.keep("a", b"mp4")
    assert [file.name for file in told(there, animation=moving, document=moving).files] == ["animation.mp4"]


def test_a_file_that_cant_be_had_is_kept_by_name(there: Bot) -> None:
    big = {"file_id": "b", "file_unique_id": "b", "file_size": 10_000_001, "file_name": "film.mov"}
    assert told(there, document=big).files == (
        IncomingFile(name="film.mov", media_type="application/octet-stream", size=10_000_001),
    )
    assert not [request for request in there.requests if request.method == "getFile"]
    there.write(CHAT, document={"file_id": "gone", "file_unique_id": "g", "file_name": "old.pdf", "file_size": 7})
    (page,) = pull(there)
    (message,) = page.records
    assert isinstance(message, SourceMessage)
    assert (message.files[0].content, message.files[0].size) == (None, 7)
    assert page.notes == ("A file could not be fetched from Telegram; its name is kept.",)


def test_several_pictures_at_once_are_one_message(there: Bot) -> None:
    for number in range(3):
        words = {"caption": "All three broke"} if number == 1 else {}
        there.write(CHAT, photo=[there.keep(f"p{number}", b"x" * (number + 1))], media_group_id="77", **words)
    there.write(CHAT + 1, photo=[there.keep("q", b"other")], media_group_id="77")
    one, other = records(there)
    assert isinstance(one, SourceMessage)
    assert isinstance(other, SourceMessage)
    assert (one.source_id, one.body, [file.size for file in one.files]) == (f"{CHAT}/1", "All three broke", [1, 2, 3])
    assert len(other.files) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sticker": {"file_id": "s", "emoji": "🙂"}}, "[sticker 🙂]"),
        ({"sticker": {"file_id": "s"}}, "[sticker]"),
        ({"location": {"latitude": 52.52, "longitude": 13.405}}, "[location: 52.52000, 13.40500]"),
        (
            {"venue": {"title": "Café", "address": "Ring 1"}, "location": {"latitude": 1.0, "longitude": 1.0}},
            "[place: Café, Ring 1]",
        ),
        ({"contact": {"first_name": "Bo", "phone_number": "+1 555 0100"}}, "[contact: Bo, +1 555 0100]"),
        ({"poll": {"question": "Blue or red?"}}, "[poll: Blue or red?]"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "[🎲 4]"),
        ({"story": {"id": 1}}, "[something that can't be shown here]"),
    ],
)
def test_what_is_no_text_is_said_in_words(there: Bot, fields: dict[str, Any], words: str) -> None:
    assert told(there, **fields).body == words


def test_what_is_edited_comes_under_its_own_id(there: Bot) -> None:
    written = there.write(CHAT, "Wehre is it?")
    there.edit(written, "Where is it?")
    before, after = records(there)
    assert isinstance(before, SourceMessage)
    assert isinstance(after, SourceMessage)
    assert (before.source_id, after.source_id, after.body) == (f"{CHAT}/1", f"{CHAT}/1", "Where is it?")
    there.update("edited_message", _moved(written))
    assert records(there) == []


def _moved(written: dict[str, Any]) -> dict[str, Any]:
    """A live location that moves."""
    kept = {name: value for name, value in written.items() if name != "text"}
    return kept | {"location": {"latitude": 1.0, "longitude": 1.0}}


# ---- who comes and goes -----------------------------------------------------------------------------------------


def test_an_invitation_that_was_followed_names_its_token_and_asks_nothing(there: Bot) -> None:
    there.start(CHAT, "c17-abcdefghijklmnopqrstuvwx")
    joined, message, opened = records(there)
    assert joined == Joined(
        medium="telegram",
        address=str(CHAT),
        token="c17-abcdefghijklmnopqrstuvwx",
        at=NOW,
        name="Ada",
        source_id=f"{CHAT}/1",
    )
    assert isinstance(message, SourceMessage)
    assert message.automatic
    assert opened == Blocked(medium="telegram", address=str(CHAT), at=NOW, blocked=False)


@pytest.mark.parametrize(
    ("text", "automatic"),
    [
        ("/start", True),
        ("/start@northlight_bot", True),
        ("/start with what?", False),
        ("/help", False),
        ("Where do I start", False),
    ],
)
def test_start_alone_is_no_question(there: Bot, text: str, automatic: bool) -> None:
    there.write(CHAT, text)
    message = records(there)[0]
    assert isinstance(message, SourceMessage)
    assert message.automatic is automatic


def test_who_shuts_the_bot_out_and_lets_it_in_again_is_told(there: Bot) -> None:
    there.block(CHAT)
    there.unblock(CHAT)
    assert records(there) == [
        Blocked(medium="telegram", address=str(CHAT), at=NOW, blocked=True),
        Blocked(medium="telegram", address=str(CHAT), at=NOW, blocked=False),
    ]


def test_groups_channels_and_bots_are_passed_over_with_one_note(there: Bot) -> None:
    group = {"id": -100, "type": "supergroup", "title": "Friends"}
    there.update("message", {"message_id": 1, "date": 1, "chat": group, "from": {"id": CHAT}, "text": "Hi all"})
    there.write(CHAT, "Beep", sender={"is_bot": True})
    there.update("my_chat_member", {"chat": group, "date": 1, "new_chat_member": {"status": "member"}})
    (page,) = pull(there)
    assert page.records == ()
    assert page.notes == ("Groups, channels and bots wrote to the bot as well: retcon reads private chats alone.",)


def test_an_update_that_is_none_takes_no_other_with_it(there: Bot) -> None:
    at = int(NOW.timestamp())
    chat = {"id": CHAT, "type": "private"}
    for odd in (
        {},
        {"chat": chat},
        {"chat": chat, "message_id": "x", "date": at},
        {"chat": chat, "message_id": 1, "date": 10**30},
        {"chat": None},
        [],
        None,
        {"chat": chat, "message_id": 1, "date": at, "photo": 7},
        {"chat": chat, "message_id": 1, "date": at, "photo": [None]},
        {"chat": chat, "message_id": 1, "date": at, "location": {"live_period": 60}},
    ):
        there.update("message", odd)  # type: ignore[arg-type]
    there.update("channel_post", {"text": "what nobody asked for"})
    there.write(CHAT, "Still here")
    (page,) = pull(there)
    assert [record.body for record in page.records if isinstance(record, SourceMessage)] == ["Still here"]
    assert page.notes == ("Telegram sent an update that can't be read; it was passed over.",)


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), WILD, max_size=4), max_size=4), st.data())
def test_whatever_comes_no_update_breaks_the_pull(updates: list[dict[str, Any]], data: st.DataObject) -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    more = data.draw(st.dictionaries(st.sampled_from(NAMES), WILD, max_size=4))
    updates = [*updates, {"update_id": 7, "message": message | more}]
    found, _ = telegram_records.read(updates, lambda _file, _at: b"x", 10)
    assert all(isinstance(record, SourceMessage | Joined | Blocked) for record in found)
    assert telegram_records.last(updates) >= 7


def test_times_are_instants() -> None:
    message = {"message_id": 1, "date": 1_795_000_000, "chat": {"id": 1, "type": "private"}, "text": "x"}
    found, _ = telegram_records.read([{"update_id": 1, "message": message}], lambda _file, _at: None, 0)
    assert isinstance(found[0], SourceMessage)
    assert found[0].at == datetime.fromtimestamp(1_795_000_000, UTC)


# ---- when Telegram doesn't answer -------------------------------------------------------------------------------


def test_trouble_that_passes_is_waited_for(there: Bot) -> None:
    there.write(CHAT, "One")
    answers = [no(429, "Too Many Requests", retry_after=7), Response(502, b"")]
    there.on_request = lambda _request: answers.pop(0) if answers else None
    slept: list[float] = []
    assert len(pull(there, slept)) == 1
    assert slept == [7, 4]


@pytest.mark.parametrize(
    ("answer", "words", "asked"),
    [
        (no(401, "Unauthorized"), "is not known to Telegram (401)", 1),
        (no(409, "Conflict: terminated by other getUpdates request"), "Another program reads", 1),
        (no(429, "Too Many Requests", retry_after=3600), "slow down for 3,600 seconds", 1),
        (Response(502, b""), "a fault of its own (502)", 3),
    ],
)
def test_what_does_not_pass_ends_the_pull_in_a_sentence(there: Bot, answer: Response, words: str, asked: int) -> None:
    there.write(CHAT, "One")
    there.on_request = lambda _request: answer
    with pytest.raises(SourceError) as caught:
        pull(there)
    assert words in str(caught.value)
    assert (len(there.requests), len(there.waiting)) == (asked, 1)


def test_a_file_that_fails_for_now_ends_the_pull_and_its_message_comes_again(there: Bot) -> None:
    there.write(CHAT, document=there.keep("d", b"%PDF"))
    there.on_request = lambda request: Response(502, b"") if request.method == "getFile" else None
    with pytest.raises(SourceError):
        pull(there)
    there.on_request = None
    (message,) = records(there)
    assert isinstance(message, SourceMessage)
    assert message.files[0].content == b"%PDF"


def test_a_file_that_fails_for_an_hour_keeps_nothing_else_waiting(there: Bot) -> None:
    there.write(CHAT, document=there.keep("d", b"%PDF"), date=int(NOW.timestamp()) - 3_700)
    there.write(CHAT, "Is anybody there?")
    there.on_request = lambda request: Response(502, b"") if request.method == "getFile" else None
    (page,) = pull(there)
    assert page.notes == ("A file could not be fetched from Telegram; its name is kept.",)
    assert [record.body for record in page.records if isinstance(record, SourceMessage)] == ["", "Is anybody there?"]


def test_check_says_whether_the_messages_come_to_us(there: Bot) -> None:
    there.write(CHAT, "One")
    assert source(there).check() == "@northlight_bot answers; 1 not read yet."
    assert source(there, bot="Northlight_Bot").check().startswith("@northlight_bot answers")
    with pytest.raises(SourceError, match="is that of @northlight_bot, and the bot named there is @other_bot"):
        source(there, bot="other_bot").check()
    with pytest.raises(SourceError, match=r"hands what people write to @northlight_bot to hook\.example"):
        source(bot(webhook="https://hook.example/secret-path")).check()
    with pytest.raises(SourceError, match="is none: a bot token is"):
        source(there, token="what is this").check()
