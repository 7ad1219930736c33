"""The line to an IMAP server: imaplib over a socket of the wiring's, secured as it is set, never waiting for ever."""

import imaplib
import socket
import ssl
import time
from contextlib import suppress

from retcon.frozen import dataclass
from retcon.platforms.wiring import Connect

ANSWER_SECONDS = 30.0  # without a byte from the server
STEP_SECONDS = 600.0  # for one page, whatever the server does; shorter than the lease of a pull
_PIECE, _LONGEST = 65_536, 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A mailbox on a server. `section` is where its settings stand; `security` is "tls", "starttls" or "none"."""

    section: str
    host: str
    port: int
    security: str
    user: str
    ca_file: str = ""

    @property
    def where(self) -> str:
        """The server as sentences name it."""
        return f"{self.host}:{self.port}"


class Line(imaplib.IMAP4):
    """imaplib over a socket of the wiring's; nobody waits longer than a page's time for all the answers in it."""

    def __init__(self, account: Account, connect: Connect, context: ssl.SSLContext | None) -> None:
        self._account, self._connect_by, self._context = account, connect, context
        self._held = bytearray()
        self.ends = time.monotonic() + STEP_SECONDS
        super().__init__(account.host, account.port, ANSWER_SECONDS)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = self._connect_by(self._account.host, self._account.port, ANSWER_SECONDS)
        plain.settimeout(ANSWER_SECONDS)
        if self._account.security != "tls" or self._context is None:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=self._account.host)
        except BaseException:
            plain.close()
            raise

    def renew(self) -> None:
        """Begin the time of another page."""
        self.ends = time.monotonic() + STEP_SECONDS

    def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS. Raises imaplib's errors, OSError."""
        if "STARTTLS" not in self.capabilities:
            raise self.error("it offers no STARTTLS")
        state, words = self._simple_command("STARTTLS")
        # What came in clear behind the answer would be taken for the secured server's word.
        if state != "OK" or self._held:
            raise self.error(f"no STARTTLS: {bytes(words[0] or b'').decode(errors='replace')}")
        self.sock = context.wrap_socket(self.sock, server_hostname=self._account.host)
        self._tls_established = True
        self._get_capabilities()

    def read(self, size: int) -> bytes:
        if size > _LONGEST:
            raise self.abort(f"an answer of {size:,} bytes")
        while len(self._held) < size and self._receive():
            pass
        return self._taken(min(size, len(self._held)))

    def readline(self) -> bytes:
        seen = 0
        while (end := self._held.find(b"\n", seen)) < 0:
            seen = len(self._held)
            if seen > _LONGEST:
                raise self.abort("a line without an end")
            if not self._receive():
                return self._taken(seen)
        return self._taken(end + 1)

    def leave(self) -> None:
        """End the session without waiting long for a last word."""
        self.ends = time.monotonic() + 2
        with suppress(imaplib.IMAP4.error, OSError, ValueError):
            self.logout()
        with suppress(OSError):
            self.shutdown()

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def _receive(self) -> bool:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for one page is over")
        self.sock.settimeout(min(left, ANSWER_SECONDS))
        piece = self.sock.recv(_PIECE)
        self._held += piece
        return bool(piece)
