"""A mailbox as a source, against a real IMAP server on loopback: what is new, in pages, nothing doubled or lost."""

import logging
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon import library
from retcon.config import ShopSettings
from retcon.errors import RetconError, SourceError
from retcon.model.conversations import Direction, SourceMessage
from retcon.platforms import imap as client
from retcon.platforms.wiring import Connect, Transports, Wiring, connect
from retcon.store.database import Database
from retcon.sync import engine, imap_pull
from retcon.sync.imap import Imap, ImapSettings
from retcon.sync.incoming import Context
from retcon.sync.source import Cursor, Page
from tests.imapserver import PASSWORD, USER, Post, mail, serving

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


@pytest.fixture
def post() -> Iterator[Post]:
    with serving() as server:
        yield server


def source(
    post: Post, *, password: str = PASSWORD, by: Connect = connect, senders: tuple[str, ...] = (), **settings: Any
) -> Imap:
    given = {"host": "127.0.0.1", "port": post.port, "security": "none", "user": USER, **settings}
    return Imap(
        Wiring(
            name="mail",
            settings=ImapSettings(**given),
            shop=ShopSettings(),
            secret=lambda _field: password,
            transports=Transports(connect=by),
            clock=lambda: NOW,
            sleep=lambda _seconds: None,
            own=senders,
        )
    )


def pull_until_it_breaks(box: Imap, cursor: Cursor | None = None, *, full: bool = False) -> "Pulled":
    """What came before the line broke."""
    pages: list[Page] = []
    with pytest.raises(SourceError, match="The line to"):
        pages.extend(box.pages(cursor or {}, full=full, kept=dict))  # keeps what came before
    return Pulled(pages, cursor or {})


class Pulled:
    """What one pull gave."""

    def __init__(self, pages: list[Page], cursor: Cursor) -> None:
        self.pages = pages
        self.cursor: Cursor = pages[-1].cursor if pages else cursor
        self.messages = [each for page in pages for each in page.records if isinstance(each, SourceMessage)]
        self.ids = [message.source_id for message in self.messages]
        self.notes = [note for page in pages for note in page.notes]


def pull(box: Imap, cursor: Cursor | None = None, *, full: bool = False) -> Pulled:
    pages = list(box.pages(cursor or {}, full=full, kept=dict))
    return Pulled(pages, cursor or {})


# ---- what is new ------------------------------------------------------------------------------------------------


def test_what_came_in_and_what_was_sent_is_read_then_only_what_is_new(post: Post) -> None:
    post.put(mail(id="s1@shop.example", sender=USER, to="anna@example.com"), folder="Sent")
    post.put(mail(id="a1@example.com"), mail(id="a2@example.com"))
    first = pull(source(post))
    assert first.ids == ["a1@example.com", "a2@example.com", "s1@shop.example"]
    assert [message.direction for message in first.messages] == [Direction.IN, Direction.IN, Direction.OUT]
    assert pull(source(post), first.cursor).pages == []
    post.put(mail(id="a3@example.com"))
    second = pull(source(post), first.cursor)
    assert second.ids == ["a3@example.com"]
    assert (second.pages[0].what, second.pages[0].done, second.pages[0].total) == ("mails", 1, 1)


def test_a_folder_with_another_uidvalidity_is_read_again_and_no_other(post: Post) -> None:
    post.put(mail(id="s1@shop.example", sender=USER, to="anna@example.com"), folder="Sent")
    post.put(mail(id="a1@example.com"))
    first = pull(source(post))
    post.remake("INBOX", 12345)
    second = pull(source(post), first.cursor)
    assert second.ids == ["a1@example.com"]
    assert second.cursor["folders"]["INBOX"]["uidvalidity"] == 12345
    assert pull(source(post), second.cursor).ids == []


def test_all_is_read_again_where_it_is_asked_for(post: Post) -> None:
    post.put(mail(id="a1@example.com"))
    first = pull(source(post))
    assert pull(source(post), first.cursor, full=True).ids == ["a1@example.com"]


def test_only_so_many_days_are_read(post: Post) -> None:
    post.put(mail(id="old@example.com"), at=NOW - timedelta(days=40))
    post.put(mail(id="new@example.com"), at=NOW - timedelta(days=2))
    assert pull(source(post, days=30)).ids == ["new@example.com"]
    assert pull(source(post)).ids == ["old@example.com", "new@example.com"]


def test_an_empty_mailbox_leaves_a_cursor_and_nothing_else(post: Post) -> None:
    post.make("Sent")
    first = pull(source(post))
    assert [page.records for page in first.pages] == [()]
    assert set(first.cursor["folders"]) == {"INBOX", "Sent"}
    assert pull(source(post), first.cursor).pages == []


def test_nothing_in_the_mailbox_is_changed(post: Post) -> None:
    post.put(mail())
    pull(source(post))
    assert post.flags() == [frozenset()]


def test_what_is_read_again_is_kept_once(post: Post, database: Database, tmp_path: Path) -> None:
    context = Context(words=library.words(tmp_path), files=tmp_path / "files", now=lambda: NOW)

    def sync(*, full: bool = False) -> tuple[int, int]:
        result = engine.run(
            database,
            source(post),
            name="mail",
            kind="imap",
            currency="EUR",
            now=lambda: NOW,
            full=full,
            context=context,
        )
        assert result.ok, result.error
        return result.read, result.added

    answered = mail(id="s1@shop.example", sender=USER, to="anna@example.com", In_Reply_To="<a1@example.com>")
    post.put(answered, folder="Sent")
    post.put(mail(id="a1@example.com"), mail(id="a2@example.com", In_Reply_To="<s1@shop.example>"))
    assert sync() == (3, 3)
    post.remake("INBOX", 12345)
    assert sync() == (2, 0)
    assert sync(full=True) == (3, 0)
    assert sync() == (0, 0)
    with database.read() as tx:
        assert tx.execute("select count(*), count(distinct thread_id) from messages").fetchone()[:] == (3, 1)


# ---- pages ------------------------------------------------------------------------------------------------------


def test_five_hundred_mails_come_in_pages_each_once_in_order(post: Post) -> None:
    expected = [f"a{number}@example.com" for number in range(500)]
    post.put(*(mail(id=each) for each in expected))
    got = pull(source(post))
    assert got.ids == expected
    assert [page.done for page in got.pages] == list(range(50, 501, 50))
    assert {page.total for page in got.pages} == {500}


def breaking(after: int) -> Connect:
    """A line that dies when so many FETCHes were asked for."""

    class Line:
        def __init__(self, line: Any) -> None:
            self._line, self._left = line, after

        def __getattr__(self, name: str) -> Any:
            return getattr(self._line, name)

        def sendall(self, data: bytes) -> None:
            self._left -= b" FETCH " in data
            if self._left < 0:
                self._line.shutdown(socket.SHUT_RDWR)
            self._line.sendall(data)

    return lambda host, port, seconds: Line(connect(host, port, seconds))  # type: ignore[return-value]


@pytest.mark.parametrize("after", range(6))
def test_a_pull_goes_on_at_the_page_where_the_line_broke(post: Post, after: int) -> None:
    expected = [f"a{number}@example.com" for number in range(120)]
    post.put(*(mail(id=each) for each in expected))
    broken = pull_until_it_breaks(source(post, by=breaking(after)))
    assert len(broken.ids) == 50 * (after // 2)
    assert broken.ids + pull(source(post), broken.cursor).ids == expected


def test_a_full_pull_that_broke_off_goes_on_in_every_folder(post: Post) -> None:
    post.put(*(mail(id=f"a{number}@example.com") for number in range(60)))
    post.put(mail(id="s1@shop.example", sender=USER, to="anna@example.com"), folder="Sent")
    cursor = pull(source(post)).cursor
    broken = pull_until_it_breaks(source(post, by=breaking(3)), cursor, full=True)
    rest = pull(source(post), broken.cursor)
    assert len(rest.ids) == 11
    assert rest.ids[-1] == "s1@shop.example"


def test_large_mails_come_on_pages_of_their_own(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_pull, "_BYTES", 5_000)
    monkeypatch.setattr(imap_pull, "_TOO_LARGE", 50_000)
    texts = {
        "a1@x.example": 100,
        "a2@x.example": 4_000,
        "a3@x.example": 4_000,
        "a4@x.example": 9_000,
        "a5@x.example": 100,
    }
    post.put(*(mail("word " * (size // 5), id=each) for each, size in texts.items()))
    got = pull(source(post))
    assert got.ids == list(texts)
    assert [len(page.records) for page in got.pages] == [2, 1, 1, 1]
    assert [page.done for page in got.pages] == [2, 3, 4, 5]
    for page in got.pages:
        assert pull(source(post), page.cursor).ids == list(texts)[page.done :]


def test_of_a_mail_too_large_the_words_come_and_no_file(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_pull, "_TOO_LARGE", 10_000)
    monkeypatch.setattr(client, "_HEAD", 6_000)
    from tests.sync.test_mime import with_files

    written = with_files()
    written.add_attachment(b"\xff\xd8" * 9_000, maintype="image", subtype="jpeg", filename="crack.jpg")
    post.put(written.as_bytes(), mail(id="a2@example.com"))
    got = pull(source(post))
    assert [message.body for message in got.messages] == ["See the picture.", "Where is my parcel?"]
    assert [(file.name, file.content) for file in got.messages[0].files] == [("crack.jpg", None)]


def test_a_mail_that_breaks_the_reader_is_told_and_keeps_no_other_out(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real: Callable[..., Any] = imap_pull.read

    def fragile(content: bytes, *args: Any, **more: Any) -> Any:
        if b"a1@" in content:
            raise ValueError("a hole")
        return real(content, *args, **more)

    monkeypatch.setattr(imap_pull, "read", fragile)
    post.put(mail(id="a1@example.com"), mail(id="a2@example.com"))
    with caplog.at_level(logging.CRITICAL, "retcon"):
        got = pull(source(post, folders=("INBOX",)))
    assert got.ids == ["a2@example.com"]
    assert got.notes == ["A mail in INBOX of 19 November 2026 can't be read; look at it in your mail program."]


# ---- folders and addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Sent Items", "Gesendete Elemente", "INBOX/Sent", "送信済みメール", "[Gmail]/Sent Mail"]
)
def test_the_sent_folder_is_found_whatever_it_is_called(post: Post, name: str) -> None:
    post.put(mail(id="s1@shop.example", sender="alias@other.example", to="anna@example.com"), folder=name)
    got = pull(source(post))
    assert [(message.direction, message.address) for message in got.messages] == [(Direction.OUT, "anna@example.com")]


def test_a_mailbox_without_a_sent_folder_is_read_and_says_so_once(post: Post) -> None:
    post.put(mail())
    first = pull(source(post))
    assert len(first.ids) == 1
    assert first.notes == ["No Sent folder was found, so answers written elsewhere aren't seen: name it in folders."]
    post.put(mail(id="a2@example.com"))
    assert pull(source(post), first.cursor).notes == []
    assert "No Sent folder was found" in source(post).check()


def test_a_folder_that_is_not_there_is_told_with_those_that_are(post: Post) -> None:
    post.make("Archive")
    box = source(post, folders=("INBOX", "Kunden"))
    with pytest.raises(SourceError, match="has no folder Kunden; it has: INBOX, Archive") as error:
        pull(box)
    assert "folders under [sources.mail]" in error.value.hint
    with pytest.raises(SourceError, match="no folder Kunden"):
        box.check()


def test_more_folders_than_the_usual_are_read(post: Post) -> None:
    post.put(mail(id="a1@example.com"), folder="Kunden")
    assert pull(source(post, folders=("inbox", "Kunden"))).ids == ["a1@example.com"]


def test_own_addresses_are_the_users_those_in_own_and_the_channels(post: Post) -> None:
    for number, sender in enumerate((USER, "alias@other.example", "news@shop.example", "x@northlight.example")):
        post.put(mail(id=f"{number}@x.example", sender=sender, to="anna@example.com"))
    own = ("alias@other.example", "@northlight.example")
    box = source(post, own=own, folders=("INBOX",), senders=("Northlight <news@shop.example>",))
    assert {message.direction for message in pull(box).messages} == {Direction.OUT}
    without = pull(source(post, folders=("INBOX",)))
    assert [message.direction for message in without.messages] == [
        Direction.OUT,
        Direction.IN,
        Direction.IN,
        Direction.IN,
    ]


# ---- what stands in the settings --------------------------------------------------------------------------------


def test_a_mailbox_that_can_be_read_says_so(post: Post) -> None:
    post.make("Sent")
    assert source(post).check() == f"127.0.0.1:{post.port} lets {USER} read INBOX and Sent."


def test_a_wrong_password_ends_the_pull_with_a_sentence(post: Post) -> None:
    with pytest.raises(SourceError, match=f"refuses the password of {USER}"):
        pull(source(post, password="wrong"))


def test_an_open_line_is_for_this_machine_alone(post: Post) -> None:
    with pytest.raises(RetconError, match="this machine alone"):
        source(post, host="imap.example.com")


def test_a_settings_file_with_a_mailbox_is_read_and_its_mistakes_are_told(tmp_path: Path) -> None:
    from retcon import config
    from retcon.desk.house import known_kinds
    from retcon.errors import ConfigError

    where = config.places(tmp_path)
    lines = '[sources.mail]\nkind = "imap"\nhost = "imap.example.com"\nuser = "hello@shop.example"\n'
    where.config_file.write_text(lines)
    kinds = {"imap": ImapSettings}
    read = config.load(where, lambda _section, kind: kinds.get(kind), known_kinds)
    assert (read.sources[0].settings.port, read.sources[0].settings.folders) == (993, ("INBOX", "Sent"))
    where.config_file.write_text(lines + 'own = ["nonsense"]\ndays = 0\nsecurity = "ssl"\n')
    with pytest.raises(ConfigError) as wrong:
        config.load(where, lambda _section, kind: kinds.get(kind), known_kinds)
    assert len(wrong.value.mistakes) == 3
