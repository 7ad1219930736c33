"""E-mail against real servers on loopback: aiosmtpd for what works, a scripted one for what breaks."""

import email
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.channels.channel import Attached, Outgoing
from retcon.channels.email import Email
from retcon.config import ShopSettings
from retcon.errors import ChannelError, ChannelTrouble, NotLeft, Refused, RetconError, Uncertain
from retcon.model.people import Purpose
from retcon.platforms.wiring import Connect, Transports, Wiring
from retcon.platforms.wiring import connect as wired
from tests.mailserver import Inbox, free_port, serving

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


@contextmanager
def scripted(script: Callable[[Any], None]) -> Iterator[int]:
    """A server that talks to one client as the script says, then hangs up; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

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


def channel(
    port: int,
    *,
    security: str = "none",
    password: str = "",
    clock: Callable[[], datetime] = lambda: NOW,
    connect: Connect = wired,
    **more: Any,
) -> Email:
    def secret(_field: str) -> str:
        return password

    given = {"host": "127.0.0.1", "from_": "Northlight Goods <hello@shop.example>", **more}
    return Email(
        Wiring(
            name="email",
            settings=Email.Settings(port=port, security=security, **given),
            shop=ShopSettings(name="Northlight Goods"),
            secret=secret,
            transports=Transports(connect=connect),
            clock=clock,
            sleep=lambda _seconds: None,
        )
    )


def message(**more: Any) -> Outgoing:
    return Outgoing(
        **{
            "key": "12.1.abc",
            "recipient": "anna@example.com",
            "recipient_name": "Anna Berg",
            "subject": "Your parcel",
            "body": "It is on its way.\n\nNorthlight Goods\n",
            "language": "en",
            "purpose": Purpose.SERVICE,
            **more,
        }
    )


# ---- what arrives ---------------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        receipt = channel(port).send(message())
    assert receipt.external_id == "<12.1.abc@shop.example>"
    assert receipt.at == NOW
    assert inbox.envelopes[0].mail_from == "hello@shop.example"
    assert inbox.envelopes[0].rcpt_tos == ["anna@example.com"]
    arrived = inbox.last()
    assert arrived["From"] == "Northlight Goods <hello@shop.example>"
    assert arrived["To"] == "Anna Berg <anna@example.com>"
    assert arrived["Subject"] == "Your parcel"
    assert arrived["Message-ID"] == "<12.1.abc@shop.example>"
    assert arrived["Date"].datetime == NOW
    assert arrived["List-Unsubscribe"] is None
    assert inbox.text() == "It is on its way.\n\nNorthlight Goods\n"


def test_the_same_key_makes_the_same_message_id() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        again = channel(port)
        assert again.send(message()).external_id == again.send(message()).external_id


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.RELATIONSHIP])
def test_what_advertises_says_how_to_end_it(purpose: Purpose) -> None:
    inbox = Inbox()
    sender = f"a-shop-with-a-very-long-address@{'very-long-name.' * 4}example.com"
    with serving(inbox) as port:
        channel(port, from_=sender).send(message(purpose=purpose))
    assert inbox.last()["List-Unsubscribe"] == f"<mailto:{sender}?subject=unsubscribe>"
    content = inbox.envelopes[0].original_content
    assert content is not None
    assert f"List-Unsubscribe: <mailto:{sender}?subject=unsubscribe>\r\n".encode() in content


def test_every_script_arrives_in_seven_bits() -> None:
    inbox = Inbox()
    body = "عزيزتي ليلى، أعتذر عن التأخير.\nご注文ありがとうございます。\n.\n..\nFrom here\n"
    with serving(inbox) as port:
        channel(port).send(message(subject="ご注文の荷物 🎁", body=body, recipient_name="Ж. Ü"))
    content = inbox.envelopes[0].original_content
    assert content is not None
    assert content.isascii()
    assert inbox.last()["Subject"] == "ご注文の荷物 🎁"
    assert inbox.text() == body


def test_a_line_of_one_dot_does_not_end_the_message() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(body="first\r\n.\r\nMAIL FROM:<x@example.com>\rsecond\n.\nthird\n"))
    assert len(inbox.envelopes) == 1
    assert inbox.text() == "first\n.\nMAIL FROM:<x@example.com>\nsecond\n.\nthird\n"


def test_answers_go_where_the_settings_say() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port, reply_to="Care <care@shop.example>").send(message())
    assert inbox.last()["Reply-To"] == "Care <care@shop.example>"


# ---- in a conversation, with files ----------------------------------------------------------------------------


def test_an_answer_says_what_it_answers() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(reply_to="a2@example.com", references=("a1@example.com", "<9.1.x@shop.example>")))
    assert inbox.last()["In-Reply-To"] == "<a2@example.com>"
    assert inbox.last()["References"] == "<a1@example.com> <9.1.x@shop.example> <a2@example.com>"


def test_what_answers_nothing_has_no_such_headers() -> None:
    built = channel(25).build(message())
    assert built["In-Reply-To"] is None
    assert built["References"] is None


def test_the_newest_of_the_conversation_is_answered_where_nothing_else_is_said() -> None:
    built = channel(25).build(message(references=("a1@example.com", "a2@example.com", "a1@example.com")))
    assert built["References"] == "<a2@example.com> <a1@example.com>"
    assert built["In-Reply-To"] == "<a1@example.com>"


def test_of_a_long_conversation_the_beginning_and_the_end_are_named() -> None:
    inbox = Inbox()
    ids = tuple(f"{'x' * 200}{number}@example.com" for number in range(100))
    with serving(inbox) as port:
        channel(port).send(message(reply_to=ids[-1], references=ids))
    assert inbox.last()["References"].split() == [f"<{each}>" for each in (ids[0], *ids[-19:])]
    content = inbox.envelopes[0].original_content
    assert content is not None
    assert max(map(len, content.split(b"\r\n"))) < 990


@settings(max_examples=150, deadline=None)
@given(
    ids=st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["a@b>\r\nBcc: x@example.org", "<<a@b>>", "ok@b"])))
)
def test_no_id_of_others_smuggles_a_header_in(ids: list[str]) -> None:
    built = channel(25).build(message(reply_to=ids[-1] if ids else "", references=tuple(ids)))
    parsed = email.message_from_bytes(built.as_bytes())
    assert parsed["Bcc"] is None
    assert parsed.get_payload() == email.message_from_bytes(channel(25).build(message()).as_bytes()).get_payload()
    known = {f"<{each.strip().strip('<>')}>" for each in ids}
    assert set((parsed["References"] or "").split()) <= known


def attached(folder: Path, name: str = "crack.jpg", content: bytes = b"\xff\xd8", kind: str = "image/jpeg") -> Attached:
    (folder / "kept").write_bytes(content)
    return Attached(name=name, media_type=kind, path=folder / "kept")


def test_a_file_goes_with_the_message(tmp_path: Path) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(files=(attached(tmp_path, content=b"\xff\xd8\r\n.\r\n" * 500),)))
    words, file = list(inbox.last().iter_parts())
    assert words.get_content().replace("\r\n", "\n") == message().body
    assert (file.get_filename(), file.get_content_type()) == ("crack.jpg", "image/jpeg")
    assert file.get_content_disposition() == "attachment"
    assert file.get_content() == b"\xff\xd8\r\n.\r\n" * 500
    content = inbox.envelopes[0].original_content
    assert content is not None
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 990


@pytest.mark.parametrize(
    ("name", "kind", "arrives", "as_kind"),
    [
        ("ひび割れの写真.jpg", "image/jpeg", "ひび割れの写真.jpg", "image/jpeg"),
        ("صورة " * 38 + ".png", "image/png", ("صورة " * 38 + ".png"), "image/png"),
        ("invoice.pdf", "", "invoice.pdf", "application/pdf"),
        ("notes.txt", "application/octet-stream", "notes.txt", "text/plain"),
        ("what", "nonsense\r\nBcc: x@example.org", "what", "application/octet-stream"),
        ("mail.eml", "message/rfc822", "mail.eml", "application/octet-stream"),
        ('../../etc/"pass;wd"\r\nBcc: x@example.org', "text/plain", '"pass;wd" Bcc: x@example.org', "text/plain"),
        ("", "image/png", "file", "image/png"),
    ],
)
def test_a_file_arrives_under_its_name_and_as_what_it_is(
    name: str, kind: str, arrives: str, as_kind: str, tmp_path: Path
) -> None:
    built = channel(25).build(message(files=(attached(tmp_path, name, b"content", kind),)))
    parsed = email.message_from_bytes(built.as_bytes(), policy=default)
    file = next(iter(parsed.iter_attachments()))  # type: ignore[attr-defined]
    assert (file.get_filename(), file.get_content_type()) == (arrives, as_kind)
    assert file.get_payload(decode=True) == b"content"
    assert parsed["Bcc"] is None
    assert built.as_bytes().isascii()


def test_a_file_that_is_gone_is_refused_before_a_line_is_opened(tmp_path: Path) -> None:
    gone = Attached(name="crack.jpg", media_type="image/jpeg", path=tmp_path / "a1b2")
    with pytest.raises(Refused, match=r"The file “crack\.jpg” is no longer there") as refused:
        channel(1).send(message(files=(gone,)))
    assert not refused.value.address_gone


def test_files_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    file = attached(tmp_path)
    with file.path.open("wb") as out:
        out.truncate(11 * 1024 * 1024)
    with pytest.raises(Refused, match="The files are 22 MB together"):
        channel(1).send(message(files=(file, file)))


# ---- hostile and unusual text ---------------------------------------------------------------------------------

HOSTILE = 'Anna\r\nBcc: all@example.org\r\n\r\nBody <x@example.org>, "quoted" (comment); other@example.org \x00\x1b[2J'


def test_no_header_can_be_smuggled_in() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(subject=HOSTILE, recipient_name=HOSTILE, key='x>\r\nBcc: a@example.org <"'))
    assert inbox.envelopes[0].rcpt_tos == ["anna@example.com"]
    assert inbox.last()["Bcc"] is None
    assert [address.addr_spec for address in inbox.last()["To"].addresses] == ["anna@example.com"]
    assert inbox.text() == message().body


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.text(max_size=80), subject=st.text(max_size=300), body=st.text(max_size=300))
def test_whatever_the_text_the_headers_are_ours(name: str, subject: str, body: str) -> None:
    built = channel(25).build(message(recipient_name=name, subject=subject, body=body, purpose=Purpose.MARKETING))
    content = built.as_bytes()
    assert content.isascii()
    parsed = email.message_from_bytes(content, policy=default)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["anna@example.com"]
    ours = {"From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"}
    assert set(parsed.keys()) == ours | {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert len(parsed.keys()) == 9


@pytest.mark.parametrize(
    "recipient",
    ["", "anna", "anna@", "@example.com", "a b@example.com", "a@b@example.com", "anna@exa mple.com",
     "anna@example.com\r\nRCPT TO:<all@example.org>", "anna@example.com>", "<anna@example.com",
     "x" * 65 + "@example.com", "anna@-.example", "anna@.", "anna,otto@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_a_line_is_opened(recipient: str) -> None:
    with pytest.raises(Refused, match="no e-mail address") as refused:
        channel(1).send(message(recipient=recipient))
    assert refused.value.address_gone


@pytest.mark.parametrize("recipient", ["o'neil+shop@example.com", "abc..def.@example.com", "ANNA@EXAMPLE.COM"])
def test_unusual_addresses_are_written_to_as_they_are(recipient: str) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(recipient=recipient))
    local, _, domain = recipient.partition("@")
    assert inbox.envelopes[0].rcpt_tos[0].replace('"', "") == f"{local}@{domain.lower()}"


def test_a_domain_beyond_ascii_goes_over_the_line_in_punycode() -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        channel(port).send(message(recipient="anna@müller.example"))
    assert inbox.envelopes[0].rcpt_tos == ["anna@xn--mller-kva.example"]


def test_an_address_beyond_ascii_needs_a_server_that_can() -> None:
    inbox = Inbox()
    with serving(inbox, enable_SMTPUTF8=True) as port:
        channel(port).send(message(recipient="jürgen@example.com"))
    assert inbox.envelopes[0].rcpt_tos == ["jürgen@example.com"]
    content = inbox.envelopes[0].original_content
    assert content is not None
    assert "To: Anna Berg <jürgen@example.com>\r\n".encode() in content
    with serving(inbox, enable_SMTPUTF8=False) as port, pytest.raises(Refused, match="beyond ASCII"):
        channel(port).send(message(recipient="jürgen@example.com"))


# ---- the line, and who signs in -------------------------------------------------------------------------------


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


def right_password(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    assert mechanism in ("PLAIN", "LOGIN")
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"me", "pässwort".encode()), handled=False)


def test_starttls_then_a_password(authority: trustme.CA, ca_file: str) -> None:
    inbox = Inbox()
    options = {
        "tls_context": context_of(authority.issue_cert("127.0.0.1")),
        "require_starttls": True,
        "authenticator": right_password,
        "auth_required": True,
    }
    with serving(inbox, **options) as port:
        secured = channel(port, security="starttls", ca_file=ca_file, user="me", password="pässwort")
        assert secured.check() == f"127.0.0.1:{port} answers, signed in as me."
        secured.send(message())
        wrong = channel(port, security="starttls", ca_file=ca_file, user="me", password="wrong")
        with pytest.raises(ChannelTrouble, match=r"refuses the password \(535\)") as trouble:
            wrong.send(message())
    assert len(inbox.envelopes) == 1
    assert trouble.value.retry_at is None
    assert "wrong" not in str(trouble.value)


class _OverTls(Controller):
    """TLS from the first byte, as on port 465."""

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), 2) as plain:
            context = ssl._create_unverified_context()
            with context.wrap_socket(plain) as secured:
                secured.recv(100)


def test_tls_from_the_first_byte(authority: trustme.CA, ca_file: str) -> None:
    inbox = Inbox()
    context = context_of(authority.issue_cert("127.0.0.1"))
    controller = _OverTls(inbox, hostname="127.0.0.1", port=free_port(), ssl_context=context)
    controller.start()
    try:
        channel(controller.port, security="tls", ca_file=ca_file).send(message())
    finally:
        controller.stop()
    assert len(inbox.envelopes) == 1


def test_a_server_that_cannot_prove_its_name_gets_nothing(authority: trustme.CA, ca_file: str) -> None:
    inbox = Inbox()
    other_name = authority.issue_cert("mail.example.com")
    over = authority.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))  # noqa: TID251
    good = authority.issue_cert("127.0.0.1")
    for certificate, trusted, words in (
        (other_name, ca_file, "IP address mismatch"),
        (over, ca_file, "certificate has expired"),
        (good, "", "unable to get local issuer certificate"),
    ):
        with serving(inbox, tls_context=context_of(certificate)) as port:
            secured = channel(port, security="starttls", ca_file=trusted)
            with pytest.raises(ChannelTrouble, match=words) as trouble:
                secured.send(message())
            assert trouble.value.retry_at is None
    assert inbox.envelopes == []


def test_a_server_without_starttls_gets_nothing(ca_file: str) -> None:
    inbox = Inbox()
    with serving(inbox) as port, pytest.raises(ChannelTrouble, match="STARTTLS"):
        channel(port, security="starttls").send(message())
    with serving(inbox) as port, pytest.raises(ChannelTrouble, match="doesn't speak TLS"):
        channel(port, security="tls").send(message())
    assert inbox.envelopes == []


def test_an_open_line_is_for_this_machine_alone() -> None:
    with pytest.raises(RetconError, match="this machine alone"):
        channel(25, host="smtp.example.com")
    with pytest.raises(RetconError, match="no e-mail address"):
        channel(25, from_="Shop <hello@exa mple>")


def test_a_server_that_is_not_there_is_trouble_of_the_channel() -> None:
    with pytest.raises(ChannelTrouble, match="can't be reached") as trouble:
        channel(free_port()).send(message())
    assert trouble.value.retry_at == NOW + timedelta(minutes=1)


# ---- what the server says -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("550 5.1.1 No such user", Refused, "550"),
        ("553 mailbox name not allowed", Refused, "553"),
        ("552 5.2.2 Mailbox over quota", Refused, "552"),
        ("550 5.1.1 <anna@relay.example>: unknown", Refused, "550"),
        ("450 4.2.1 Greylisted, come back later", NotLeft, "450"),
        ("451 4.3.0 local error", NotLeft, "451"),
        ("452 4.2.2 Mailbox full", NotLeft, "452"),
        ("452 4.3.1 Insufficient storage", ChannelTrouble, "452"),
        ("421 4.7.0 Too many messages", ChannelTrouble, "421"),
        ("454 4.7.0 Temporary authentication failure", ChannelTrouble, "454"),
        ("451 4.7.1 Rate limit, slow down", ChannelTrouble, "451"),
        ("550 5.4.5 Daily user sending quota exceeded", ChannelTrouble, "550"),
        ("554 5.7.1 Relay access denied", ChannelTrouble, "554"),
        ("530 5.7.0 Authentication required", ChannelTrouble, "530"),
    ],
)
def test_what_a_server_says_of_a_recipient(answer: str, kind: type[ChannelError], code: str) -> None:
    inbox = Inbox()
    inbox.to_recipient = answer
    with serving(inbox) as port, pytest.raises(kind) as error:
        channel(port).send(message())
    assert type(error.value) is kind
    assert error.value.code == code
    assert code in error.value.title
    assert inbox.envelopes == []


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ("550 5.1.1 whatever", True),
        ("550 no such user here", True),
        ("550 5.7.1 message looks like spam", False),
        ("550 blocked", False),
        ("552 5.2.2 full", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_gone(answer: str, gone: bool) -> None:
    inbox = Inbox()
    inbox.to_recipient = answer
    with serving(inbox) as port, pytest.raises(Refused) as refused:
        channel(port).send(message())
    assert refused.value.address_gone is gone


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.7.1 looks like spam", Refused),
        ("552 5.3.4 too big", Refused),
        ("451 4.3.2 try again", NotLeft),
        ("452 out of space", ChannelTrouble),
    ],
)
def test_what_a_server_says_of_the_message(answer: str, kind: type[ChannelError]) -> None:
    inbox = Inbox()
    inbox.to_message = answer
    with serving(inbox) as port, pytest.raises(kind) as error:
        channel(port).send(message())
    assert type(error.value) is kind


# ---- where the line breaks ------------------------------------------------------------------------------------


def talk(until: str, last: bytes = b"") -> Callable[[Any], None]:
    """A conversation that goes well until a point, then says `last` and hangs up."""

    def script(line: Any) -> None:
        line.write(b"220 hello\r\n")
        for step in ("EHLO", "MAIL", "RCPT", "DATA"):
            line.readline()
            if step == until:
                line.write(last)
                return
            line.write(b"354 go\r\n" if step == "DATA" else b"250 ok\r\n")
        amount = 0
        while (said := line.readline()) != b".\r\n":
            amount += 1
            if until == "text" and amount == 3:
                return
            assert said
        line.write(last)

    return script


@pytest.mark.parametrize("until", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_line_that_breaks_before_the_text_has_sent_nothing(until: str) -> None:
    with scripted(talk(until)) as port, pytest.raises(ChannelError) as error:
        channel(port).send(message())
    assert isinstance(error.value, NotLeft | ChannelTrouble)


def test_a_line_that_breaks_amid_the_text_has_sent_nothing() -> None:
    def narrow(host: str, port: int, seconds: float) -> socket.socket:
        """A line that holds less than the text, so that the break is noticed before the final dot."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(seconds)
        line.connect((host, port))
        return line

    with scripted(talk("text")) as port, pytest.raises(NotLeft, match="before the message had left"):
        channel(port, connect=narrow).send(message(body="line\n" * 20_000))


@pytest.mark.parametrize("last", [b"", b"25", b"nonsense\r\n", b"354 what\r\n", b"x" * 10_000])
def test_a_line_that_breaks_after_the_dot_leaves_it_open(last: bytes) -> None:
    with scripted(talk("end", last)) as port, pytest.raises(Uncertain, match="Perhaps sent"):
        channel(port).send(message())


def test_no_answer_after_the_dot_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Email, "seconds", 0.5)
    over = threading.Event()

    def silent(line: Any) -> None:
        talk("end")(line)
        over.wait(5)

    with scripted(silent) as port:
        with pytest.raises(Uncertain, match="Perhaps sent"):
            channel(port).send(message())
        over.set()


def test_a_server_that_drips_its_answer_cannot_outstay_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Email, "seconds", 0.5)
    over = threading.Event()

    def dripping(line: Any) -> None:
        line.write(b"220 hello\r\n")
        line.readline()
        while not over.wait(0.1):
            try:
                line.write(b"250-and more\r\n")
            except OSError:
                return

    with scripted(dripping) as port:
        with pytest.raises(ChannelTrouble, match=r"can't be reached|does not answer"):
            channel(port).send(message())
        over.set()


def test_a_machine_that_slept_before_the_dot_sends_nothing_more() -> None:
    now = [NOW]
    said: list[bytes] = []

    def script(line: Any) -> None:
        line.write(b"220 hello\r\n")
        for answer in (b"250 ok", b"250 ok", b"250 ok", b"354 go"):
            line.readline()
            if answer.startswith(b"354"):
                now[0] += timedelta(minutes=10)
            line.write(answer + b"\r\n")
        said.extend(iter(line.readline, b""))

    with scripted(script) as port, pytest.raises(NotLeft, match="slept"):
        channel(port, clock=lambda: now[0]).send(message())
    assert b"It is on its way.\r\n" in said
    assert b".\r\n" not in said
    assert b"QUIT\r\n" not in said


def test_nobody_can_be_asked_what_became_of_mail() -> None:
    assert channel(25).lookup("12.1.abc") is None
