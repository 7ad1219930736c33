"""SMTP: one session with a server, and exactly what is known of a message when something goes wrong in it.

The line is the final dot of DATA: until it is sent, nothing has left; from then on only the server's answer tells.
"""

import base64
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta

from retcon import text
from retcon.clock import Clock
from retcon.errors import ChannelError, ChannelTrouble, NotLeft, Refused, Uncertain
from retcon.frozen import dataclass
from retcon.platforms.wiring import Connect

_SOON, _AFTER_A_WHILE, _HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
_CHUNK = 16_384
# RFC 3463: "5.1.1" before the words; 4.2.x and 5.2.x are about the recipient's mailbox, never about us.
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_TOO_MUCH = re.compile(r"too many|rate.?limit|throttl|quota|sending limit|limit exceeded", re.IGNORECASE)
_ADDRESSES = re.compile(r"<[^>]*>|\S+@\S+")
_RELAY = re.compile(r"\brelay", re.IGNORECASE)
_NO_MAILBOX = re.compile(r"5\.1\.(?:0|1|2|3|6|10)|5\.2\.1")
_NO_SUCH = re.compile(r"no such|unknown|n[o']t exist|no mailbox|not found|invalid (?:recipient|address)", re.IGNORECASE)


def is_gone(status: str, words: str) -> bool:
    """Whether a final no says that there is no such mailbox: by its RFC 3463 code, else by its words."""
    return _NO_MAILBOX.fullmatch(status) is not None if status else _NO_SUCH.search(words) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed in. `security` is "starttls", "tls" or "none"; `ca_file` a private CA; `user` may be ""."""

    host: str
    port: int
    security: str
    ca_file: str = ""
    user: str = ""

    def __str__(self) -> str:
        return self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who hands in a message for whom; `international` where an address has letters beyond ASCII before the @."""

    sender: str
    recipient: str
    international: bool


class Session(smtplib.SMTP):
    """A session that is over after so many seconds whatever the server does; opened by `open_session`."""

    def __init__(self, server: Server, connect: Connect, seconds: float, clock: Clock) -> None:
        # An address literal in EHLO: looking up this machine's name takes time and tells it to the server.
        super().__init__(local_hostname="[127.0.0.1]", timeout=seconds)
        self.server = server
        self.connect_by = connect
        self.clock = clock
        self.ends = time.monotonic() + seconds
        self.late_at = clock() + timedelta(seconds=seconds)

    def left(self) -> float:
        """Seconds that are left of the session. Raises TimeoutError where none are."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for one message is over")
        return left

    def begin(self) -> None:
        """Connect, secure the line as it is set, and greet. Raises OSError (smtplib's errors are such)."""
        server = self.server
        context = ssl.create_default_context(cafile=server.ca_file or None) if server.security != "none" else None
        plain = self.connect_by(server.host, server.port, self.left())
        plain.settimeout(self.left())
        self._host = server.host
        at_once = context if server.security == "tls" else None
        self.sock = at_once.wrap_socket(plain, server_hostname=server.host) if at_once else plain
        code, words = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        self.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            self.starttls(context=context)
            self.ehlo_or_helo_if_needed()

    def sign_in(self, password: str) -> None:
        """Sign in as the server's user. Raises OSError."""
        if "PLAIN" in self.esmtp_features.get("auth", "").upper().split():
            secret = base64.b64encode(f"\0{self.server.user}\0{password}".encode()).decode()
            code, words = self.docmd("AUTH", f"PLAIN {secret}")
            if code not in (235, 503):
                raise smtplib.SMTPAuthenticationError(code, words)
        else:
            self.login(self.server.user, password)

    def deliver(self, envelope: Envelope, content: bytes) -> str:
        """Hand the message in and return the server's words; lines of the content end in CRLF.

        Raises NotLeft, Refused, Uncertain or ChannelTrouble, by what is known of it.
        """
        try:
            self._address(envelope)
            self._content(content)
        except (smtplib.SMTPException, OSError) as error:
            raise NotLeft(f"The line to {self.server} broke before the message had left ({_short(error)}).") from None
        try:
            self.send(b".\r\n")
            code, words = self.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise self._unknown(_short(error)) from None
        if 200 <= code < 300:
            return _decoded(words)
        if not 400 <= code < 600:
            raise self._unknown(f"an answer that is none: {code}")
        raise self._refusal(code, _decoded(words), "the message")

    def _address(self, envelope: Envelope) -> None:
        options = ""
        if envelope.international:
            if not self.has_extn("smtputf8"):
                raise Refused(
                    f"{self.server} can't deliver to addresses with letters beyond ASCII.",
                    "Choose another way to this person.",
                    code="SMTPUTF8",
                )
            self.command_encoding = "utf-8"
            options = " SMTPUTF8 BODY=8BITMIME" if self.has_extn("8bitmime") else " SMTPUTF8"
        self._command("MAIL", f"FROM:<{envelope.sender}>{options}", "your own address")
        self._command("RCPT", f"TO:<{envelope.recipient}>", "the address")

    def _command(self, verb: str, words: str, what: str) -> None:
        code, answer = self.docmd(verb, words)
        if not 200 <= code < 300:
            raise self._refusal(code, _decoded(answer), what)

    def _content(self, content: bytes) -> None:
        """All of the message but the final dot."""
        code, answer = self.docmd("DATA")
        if code != 354:
            raise self._refusal(code, _decoded(answer), "the message")
        # One kind of line end, or a line of the text could pass for the final dot.
        lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content.removesuffix(b"\r\n"))
        self.send(re.sub(rb"(?m)^\.", b"..", lines) + b"\r\n")
        # A machine that slept may be long past its lease here; what is not sent now has certainly not left.
        self.left()
        if self.clock() > self.late_at:
            raise TimeoutError("the machine slept meanwhile")

    def _unknown(self, why: str) -> Uncertain:
        return Uncertain(
            f"Perhaps sent: {self.server} had the whole message, then the line broke ({why}).",
            "Mail servers can't be asked. Look in the Sent folder or ask the customer, then settle it.",
        )

    def _refusal(self, code: int, words: str, what: str) -> ChannelError:
        """What a 4xx or 5xx means: for the channel as a whole, for now, or for good."""
        found = _ENHANCED.search(words)
        status = found[1] if found else ""
        said = f"({code}): {words}" if words else f"({code})"
        of_mailbox = status[1:].startswith(".2.")
        meant = _ADDRESSES.sub("", words)
        if code in (530, 534, 535, 538):
            return ChannelTrouble(f"{self.server} wants another sign-in {said}", _PASSWORD, code=str(code))
        if not of_mailbox and (code in (421, 452, 454) or _TOO_MUCH.search(meant)):
            wait = _HOUR if code >= 500 else _AFTER_A_WHILE
            return ChannelTrouble(
                f"{self.server} takes no more for now {said}",
                "It is tried again by itself.",
                code=str(code),
                retry_at=self.clock() + wait,
            )
        if not 500 <= code < 600:
            return NotLeft(f"{self.server} doesn't take {what} now {said}", "It is tried again.", code=str(code))
        if what == "your own address" or _RELAY.search(meant):
            return ChannelTrouble(
                f"{self.server} doesn't let you send {said}",
                "Look at from and user of the channel in config.toml.",
                code=str(code),
            )
        gone = what == "the address" and is_gone(status, meant)
        title = f"The address doesn't exist {said}" if gone else f"{self.server} refuses {what} {said}"
        return Refused(title, _OTHER_WAY, code=str(code), address_gone=gone)

    def leave(self) -> None:
        """End the session without waiting for a last word."""
        try:
            self.ends = time.monotonic() + 1
            self.putcmd("QUIT")
        except (smtplib.SMTPException, OSError, ValueError):
            pass
        self.close()

    # smtplib waits as long as it is let for every piece of an answer; here every piece is within the session's time.

    def getreply(self) -> tuple[int, bytes]:
        """The next answer of the server: code and words. Raises SMTPServerDisconnected."""
        if self.file is None:
            self.file = _Lines(self)
        return super().getreply()

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        """Send all of it within the session's time. Raises SMTPServerDisconnected."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        for start in range(0, len(data), _CHUNK):
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("not connected")
            try:
                self.sock.settimeout(self.left())
                self.sock.sendall(data[start : start + _CHUNK])
            except OSError as error:
                self.close()
                raise smtplib.SMTPServerDisconnected(str(error)) from None


class _Lines:
    """The server's answers, read line by line within the session's time."""

    def __init__(self, session: Session) -> None:
        assert session.sock is not None
        self._session, self._socket, self._held = session, session.sock, b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._held and len(self._held) < limit:
            self._socket.settimeout(self._session.left())
            piece = self._socket.recv(4096)
            if not piece:
                break
            self._held += piece
        end = self._held.find(b"\n") + 1 or len(self._held)
        line, self._held = self._held[: min(end, limit)], self._held[min(end, limit) :]
        return line

    def close(self) -> None:
        self._held = b""


_PASSWORD = "Look at user in config.toml and at the password: retcon doctor"
_OTHER_WAY = "Correct the address in the shop, or choose another way."


def open_session(
    server: Server, connect: Connect, seconds: float, clock: Clock, password: Callable[[], str] | None = None
) -> Session:
    """A session in which messages can be handed in. Raises ChannelTrouble in words where the server can't be used."""
    session = Session(server, connect, seconds, clock)
    try:
        session.begin()
        if server.user and password is not None:
            session.sign_in(password())
    except (OSError, UnicodeError, ValueError) as error:
        session.close()
        raise _trouble(server, error, clock) from None
    except BaseException:
        session.close()
        raise
    return session


def _trouble(server: Server, error: Exception, clock: Clock) -> ChannelTrouble:
    """Why no session came about, in words."""
    where = f"{server.host}:{server.port}"
    soon = clock() + _SOON
    match error:
        case ssl.SSLCertVerificationError():
            return ChannelTrouble(
                f"{where} can't prove that it is {server.host}: {text.line(error.verify_message)}.",
                "Look at host in config.toml; a private CA goes into ca_file.",
            )
        case ssl.SSLError():
            return ChannelTrouble(
                f"{where} doesn't speak TLS as it is set ({_short(error)}).",
                'security = "tls" is for port 465, "starttls" for 587.',
            )
        case smtplib.SMTPAuthenticationError():
            words = _decoded(error.smtp_error)
            passing = 400 <= error.smtp_code < 500
            return ChannelTrouble(
                f"{server} refuses the password ({error.smtp_code}): {words}",
                _PASSWORD,
                code=str(error.smtp_code),
                retry_at=clock() + _AFTER_A_WHILE if passing else None,
            )
        case smtplib.SMTPNotSupportedError():
            return ChannelTrouble(f"{where}: {_short(error)}", "Look at security and user in config.toml.")
        case smtplib.SMTPResponseException():
            words = _decoded(error.smtp_error)
            return ChannelTrouble(
                f"{where} doesn't take mail now ({error.smtp_code}): {words}",
                "It is tried again by itself.",
                code=str(error.smtp_code),
                retry_at=clock() + (_AFTER_A_WHILE if error.smtp_code < 500 else _HOUR),
            )
        case socket.gaierror():
            return ChannelTrouble(
                f"{server.host} is not found: no network, or a wrong name.", "It is tried again.", retry_at=soon
            )
        case TimeoutError():
            return ChannelTrouble(f"{where} does not answer.", "It is tried again by itself.", retry_at=soon)
        case UnicodeError():
            return ChannelTrouble(f"{where} can't be told this user or password.", _PASSWORD)
        case FileNotFoundError() | PermissionError() | IsADirectoryError():
            return ChannelTrouble(f"{server.ca_file} can't be read.", "Look at ca_file in config.toml.")
        case _:
            return ChannelTrouble(
                f"{where} can't be reached ({_short(error)}).", "It is tried again by itself.", retry_at=soon
            )


def _decoded(words: bytes | str) -> str:
    said = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return text.keep(text.line(said), 300)


def _short(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.keep(text.line(said), 120) or type(error).__name__
