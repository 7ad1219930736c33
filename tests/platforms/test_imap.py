"""The thin IMAP client against a real server on loopback, and against scripted ones for what breaks."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from retcon.errors import SourceError
from retcon.platforms import imap_line
from retcon.platforms.imap import Mailbox, open_mailbox
from retcon.platforms.imap_line import Account
from retcon.platforms.wiring import connect
from tests.imapserver import PASSWORD, USER, mail, serving
from tests.mailserver import free_port

LONG_AGO = date(2020, 1, 1)


def account(port: int, security: str = "none", **more: Any) -> Account:
    given = {"section": "sources.mail", "host": "127.0.0.1", "user": USER, **more}
    return Account(port=port, security=security, **given)


def opened(port: int, security: str = "none", *, password: str = PASSWORD, **more: Any) -> Any:
    return open_mailbox(account(port, security, **more), connect, password)


def refusal(port: int, security: str = "none", **more: Any) -> str:
    """What the client says of a mailbox that can't be read."""
    with pytest.raises(SourceError) as error, opened(port, security, **more) as mailbox:
        mailbox.folders()
    assert error.value.hint
    return str(error.value)


# ---- what is there ----------------------------------------------------------------------------------------------


def test_mails_are_read_as_they_came() -> None:
    with serving() as post:
        post.put(mail("one", id="a1@example.com"), mail("two", id="a2@example.com"))
        with opened(post.port) as mailbox:
            assert mailbox.examine("INBOX") > 0
            uids = mailbox.uids(LONG_AGO, 0)
            envelopes = mailbox.envelopes(uids)
            mails = mailbox.mails(uids)
    assert mails == {uids[0]: mail("one", id="a1@example.com"), uids[1]: mail("two", id="a2@example.com")}
    assert [envelope.size for envelope in envelopes] == [len(content) for content in mails.values()]
    assert envelopes[0].arrived_at == datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_only_what_is_higher_than_the_last_uid_is_new() -> None:
    with serving() as post:
        post.put(mail(), mail())
        with opened(post.port) as mailbox:
            mailbox.examine("INBOX")
            first, second = mailbox.uids(LONG_AGO, 0)
            assert mailbox.uids(LONG_AGO, first) == [second]
            assert mailbox.uids(LONG_AGO, second) == []
            assert mailbox.uids(LONG_AGO, second + 100) == []


def test_older_mails_are_left_out_by_the_day_on_which_they_arrived() -> None:
    with serving() as post:
        post.put(mail(), at=datetime(2025, 5, 31, 12, tzinfo=UTC))
        post.put(mail(), at=datetime(2026, 6, 1, 12, tzinfo=UTC))
        with opened(post.port) as mailbox:
            mailbox.examine("INBOX")
            assert len(mailbox.uids(date(2026, 6, 1), 0)) == 1


def test_reading_marks_nothing_as_seen() -> None:
    with serving() as post:
        post.put(mail())
        with opened(post.port) as mailbox:
            mailbox.examine("INBOX")
            (uid,) = mailbox.uids(LONG_AGO, 0)
            assert mailbox.mails([uid])
            assert mailbox.head(uid)
        assert post.flags() == [frozenset()]


def test_a_mail_thrown_away_meanwhile_is_left_out() -> None:
    with serving() as post:
        post.put(mail("one"), mail("two"))
        with opened(post.port) as mailbox:
            mailbox.examine("INBOX")
            uids = mailbox.uids(LONG_AGO, 0)
            post.remove(0)
        with opened(post.port) as mailbox:
            mailbox.examine("INBOX")
            assert list(mailbox.mails(uids)) == uids[1:]
            assert mailbox.head(uids[0]) == b""


def test_folders_of_every_script_are_named_and_opened() -> None:
    with serving() as post:
        post.put(mail(), folder="送信済み/Éléments & Co")
        with opened(post.port) as mailbox:
            names = [folder.name for folder in mailbox.folders()]
            assert "送信済み/Éléments & Co" in names
            mailbox.examine("送信済み/Éléments & Co")
            assert len(mailbox.uids(LONG_AGO, 0)) == 1


# ---- the line ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def context_of(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


def test_tls_from_the_first_byte(authority: trustme.CA, ca_file: str) -> None:
    context = context_of(authority.issue_cert("127.0.0.1"))
    with serving(tls=context) as post, opened(post.port, "tls", ca_file=ca_file) as mailbox:
        assert mailbox.folders()


def test_starttls(authority: trustme.CA, ca_file: str) -> None:
    context = context_of(authority.issue_cert("127.0.0.1"))
    with serving(starttls=context) as post, opened(post.port, "starttls", ca_file=ca_file) as mailbox:
        assert mailbox.folders()


def test_a_server_that_cannot_prove_its_name_is_told_no_password(authority: trustme.CA, ca_file: str) -> None:
    over = authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))  # noqa: TID251
    for certificate, trusted, words in (
        (authority.issue_cert("imap.example.com"), ca_file, "IP address mismatch"),
        (over, ca_file, "certificate has expired"),
        (authority.issue_cert("127.0.0.1"), "", "unable to get local issuer certificate"),
    ):
        for security in ("tls", "starttls"):
            with serving(**{security: context_of(certificate)}) as post:
                said = refusal(post.port, security, ca_file=trusted)
            assert "can't prove that it is 127.0.0.1" in said
            assert words in said


def test_a_ca_file_that_is_none_is_told_before_a_line_is_opened(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    assert "it holds no certificate" in refusal(1, "tls", ca_file=str(tmp_path / "ca.pem"))
    assert "No such file" in refusal(1, "tls", ca_file=str(tmp_path / "none.pem"))


def test_tls_on_the_port_for_plain_lines_is_told(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA) -> None:
    monkeypatch.setattr(imap_line, "ANSWER_SECONDS", 0.3)
    with serving() as post:
        said = refusal(post.port, "tls")
    assert "doesn't speak TLS as it is set" in said
    assert '"tls" is for port 993' in said
    with serving(tls=context_of(authority.issue_cert("127.0.0.1"))) as post:
        said = refusal(post.port, "starttls")
    assert "does not answer" in said
    assert '"tls" is for port 993' in said


def test_a_server_without_starttls_is_told_no_password() -> None:
    with serving() as post:
        assert "it offers no STARTTLS" in refusal(post.port, "starttls")


def test_what_is_said_in_clear_behind_starttls_is_not_believed(ca_file: str) -> None:
    def script(line: Any) -> None:
        line.write(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
        tag = line.readline().split()[0]
        line.write(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")
        tag = line.readline().split()[0]
        line.write(tag + b" OK go\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n")
        line.readline()

    with scripted(script) as port:
        assert "no STARTTLS" in refusal(port, "starttls", ca_file=ca_file)


# ---- what goes wrong --------------------------------------------------------------------------------------------


def test_a_wrong_password_is_told_and_not_repeated_in_the_sentence() -> None:
    with serving() as post:
        said = refusal(post.port, password="wr0ng-pässwort")
    assert f"refuses the password of {USER}" in said
    assert "[sources.mail]" in said
    assert "wr0ng" not in said


def test_a_password_beyond_ascii_reaches_the_server() -> None:
    with serving() as post:
        assert "refuses the password" in refusal(post.port, password="pässwort")


def test_a_machine_that_is_not_there_is_told() -> None:
    def nowhere(_host: str, _port: int, _seconds: float) -> socket.socket:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(SourceError, match=r"No machine called 127\.0\.0\.1 was found"):
        open_mailbox(account(993, "tls"), nowhere, PASSWORD).__enter__()
    assert "takes no connections (refused)" in refusal(free_port(), "tls")


@contextmanager
def scripted(script: Callable[[Any], None]) -> Iterator[int]:
    """A server that talks to one client as the script says, then hangs up; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening.accept()[0] as connection, connection.makefile("rwb", buffering=0) as line:
            script(line)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join(5)
        listening.close()


def talk(*answers: bytes, to: str = "FETCH") -> Callable[[Any], None]:
    """A server that lets everybody in, answers the named command with these lines and hangs up."""

    def script(line: Any) -> None:
        line.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        while words := line.readline().split():
            tag, command = words[0], words[2 if words[1] == b"UID" else 1].decode().upper()
            if command == to:
                for answer in answers:
                    line.write(answer.replace(b"TAG", tag))
                return
            untagged = {
                "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
                "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n",
                "SEARCH": b"* SEARCH 5\r\n",
                "LIST": b'* LIST () "/" INBOX\r\n',
            }.get(command, b"")
            line.write(untagged + tag + b" OK done\r\n")

    return script


def read_all(mailbox: Mailbox) -> dict[int, bytes]:
    mailbox.examine("INBOX")
    return mailbox.mails(mailbox.uids(LONG_AGO, 0))


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((), "The line to 127.0.0.1"),
        ((b"* 1 FETCH (UID 5 BODY[] {500}\r\nhalf of it",), "The line to 127.0.0.1"),
        ((b"* BYE [UNAVAILABLE] Going down for a while\r\n",), "ended the session: Going down for a while."),
        ((b"TAG NO [SERVERBUG] Internal error\r\n",), "refuses: Internal error."),
        ((b"TAG BAD what\r\n",), "refuses: what."),
        ((b"* 1 FETCH (UID 5 BODY[] {99999999999}\r\n",), "an answer of 99,999,999,999 bytes"),
        ((b"nonsense\r\n",), "unexpected response"),
    ],
)
def test_a_line_that_breaks_amid_a_mail_is_told(answers: tuple[bytes, ...], words: str) -> None:
    with scripted(talk(*answers)) as port, pytest.raises(SourceError) as error, opened(port) as mailbox:
        read_all(mailbox)
    assert words in str(error.value)
    assert "password" not in str(error.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 5 BODY[] {4}\r\nmail)\r\nTAG OK done\r\n",
        b"* 1 FETCH (BODY[] {4}\r\nmail UID 5)\r\nTAG OK done\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 5 BODY[] {4}\r\nmail FLAGS ())\r\n* 2 EXISTS\r\nTAG OK done\r\n",
    ],
)
def test_a_mail_is_found_in_every_order_of_an_answer(answer: bytes) -> None:
    with scripted(talk(answer)) as port, opened(port) as mailbox:
        assert read_all(mailbox) == {5: b"mail"}


def test_a_server_that_ends_the_session_at_once_is_told() -> None:
    with scripted(lambda line: line.write(b"* BYE Too many connections\r\n")) as port:
        assert "ended the session: Too many connections." in refusal(port)


def test_a_server_that_signs_nobody_in_for_now_says_so() -> None:
    with scripted(talk(b"TAG NO [UNAVAILABLE] Temporary failure\r\n", to="LOGIN")) as port:
        said = refusal(port)
    assert "no more for now: Temporary failure." in said


def test_a_mail_that_the_server_cannot_give_keeps_no_other_out() -> None:
    def script(line: Any) -> None:
        line.write(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
        while words := line.readline().split():
            tag, asked = words[0], words[3] if words[1:3] == [b"UID", b"FETCH"] else b""
            if words[1] == b"CAPABILITY":
                line.write(b"* CAPABILITY IMAP4rev1\r\n")
            if words[1] == b"EXAMINE":
                line.write(b"* 5 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n")
            if b"6" in asked.split(b","):
                line.write(tag + b" NO Corrupted message\r\n")
                continue
            for uid in filter(None, asked.split(b",")):
                line.write(b"* 1 FETCH (UID " + uid + b" BODY[] {2}\r\nhi)\r\n")
            line.write(tag + b" OK done\r\n")

    with scripted(script) as port, opened(port) as mailbox:
        mailbox.examine("INBOX")
        assert mailbox.mails([4, 5, 6, 7, 8]) == {4: b"hi", 5: b"hi", 7: b"hi", 8: b"hi"}


def test_a_server_that_drips_its_answer_cannot_outstay_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(line: Any) -> None:
        talk(b"* 1 FETCH (UID 5 BODY[] {500}\r\n")(line)
        with suppress(OSError):
            while not over.wait(0.02):
                line.write(b"x")

    with scripted(drip) as port, opened(port) as mailbox:
        mailbox.examine("INBOX")
        uids = mailbox.uids(LONG_AGO, 0)
        monkeypatch.setattr(imap_line, "STEP_SECONDS", 0.2)
        mailbox.renew()
        with pytest.raises(SourceError, match="does not answer"):
            mailbox.mails(uids)
        over.set()
