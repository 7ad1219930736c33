"""IMAP: a mailbox read without changing it, over the line that the wiring gives; what goes wrong, in sentences."""

import imaplib
import re
import socket
import ssl
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

from retcon import text
from retcon.errors import KeyRefused, RetconError, SourceError
from retcon.frozen import dataclass
from retcon.platforms.imap_line import Account, Line
from retcon.platforms.wiring import Connect

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

_HEAD = 512 * 1024  # of a mail that is too large to be fetched whole
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')
# What imaplib puts around a server's words: "command: UID => UID command error: BAD [b'…']".
_OF_IMAPLIB = re.compile(r"^(?:command: \w+ => |socket error: )+")
_ANSWERED = re.compile(r"command error: \w+ \[b['\"](.*)['\"]\]")
_CODE = re.compile(r"^\[[A-Z-]+[^\]]*\]\s*")
_PASSING = re.compile(r"\[(?:UNAVAILABLE|SERVERBUG|INUSE|LIMIT)\]|try (?:again )?later|too many", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; `flags` say what it is for (RFC 6154)."""

    name: str
    flags: frozenset[str]  # lower case: "\\sent", "\\noselect"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a server knows of a mail before it is fetched."""

    uid: int
    size: int
    arrived_at: datetime


class FetchRefused(SourceError):
    """The server said no to a FETCH, as some do where one mail among those asked for is corrupt.

    `for_now` where it says that this passes (RFC 5530).
    """

    def __init__(self, where: str, words: str) -> None:
        super().__init__(f"{where} refuses: {text.sentence(_plain(words))}", "Try again: retcon sync")
        self.for_now = _PASSING.search(words) is not None


class Mailbox:
    """A session with a mailbox; opened by `open_mailbox`. Folders are examined, never selected: nothing is marked."""

    def __init__(self, account: Account, line: "Line", box: "BaseMailBox") -> None:
        self._account, self._line, self._box = account, line, box

    def folders(self) -> tuple[Folder, ...]:
        """Every folder that holds mail. Raises SourceError."""
        with _told(self._account, self._line):
            listed = self._box.folder.list()
        folders = (Folder(each.name, frozenset(flag.lower() for flag in each.flags)) for each in listed)
        return tuple(folder for folder in folders if not folder.flags & {"\\noselect", "\\nonexistent"})

    def examine(self, folder: str) -> int:
        """Open the folder for reading; its UIDVALIDITY. Raises SourceError."""
        with _told(self._account, self._line):
            self._box.folder.set(folder, readonly=True)
            found = cast("list[bytes | None]", self._line.response("UIDVALIDITY")[1])
        if not found or not found[0] or not found[0].isdigit():
            raise SourceError(
                f"{self._account.where} doesn't say which version of {folder} this is (no UIDVALIDITY).",
                "retcon can't read this server without it.",
            )
        return int(found[0])

    def uids(self, since: date, after: int) -> list[int]:
        """The mails of the open folder that arrived on that day or later with higher UIDs, ascending."""
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        with _told(self._account, self._line):
            # "n:*" always names the last mail, however low its number.
            found = self._box.uids(f"UID {after + 1}:* SINCE {day}", charset=None)
        return sorted({uid for each in found if each.isdigit() and (uid := int(each)) > after})

    def envelopes(self, uids: Sequence[int]) -> list[Envelope]:
        """What the server knows of these mails, by UID; those that are gone meanwhile are left out."""
        found: dict[int, Envelope] = {}
        for said, _ in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size = _UID.search(said), _SIZE.search(said)
            if uid and size:
                number = int(uid[1])
                found[number] = Envelope(number, int(size[1]), _arrived(said))
        return [found[uid] for uid in uids if uid in found]

    def mails(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The mails themselves; one that the server can't give (a corrupt one) is left out, the others come."""
        try:
            return self._bodies(uids, "BODY.PEEK[]")
        except FetchRefused as refused:
            if refused.for_now:
                raise
            if len(uids) < 2:
                return {}
        middle = len(uids) // 2
        return self.mails(uids[:middle]) | self.mails(uids[middle:])

    def head(self, uid: int) -> bytes:
        """The beginning of a mail: its headers, and its text where that stands first; empty where it is gone."""
        return self._bodies([uid], f"BODY.PEEK[]<0.{_HEAD}>").get(uid, b"")

    def renew(self) -> None:
        """Begin the time of another page."""
        self._line.renew()

    def _bodies(self, uids: Sequence[int], part: str) -> dict[int, bytes]:
        return {
            int(uid[1]): content
            for said, content in self._fetch(uids, f"(UID {part})")
            if content is not None and (uid := _UID.search(said))
        }

    def _fetch(self, uids: Sequence[int], what: str) -> list[tuple[bytes, bytes | None]]:
        """Each FETCH answer: what it says of the mail, and the literal in it."""
        if not uids:
            return []
        with _told(self._account, self._line):
            state, answer = self._line.uid("FETCH", ",".join(map(str, uids)), what)
        if state != "OK":
            raise FetchRefused(self._account.where, _decoded(answer[0] if answer else b""))
        return list(_answers(cast("Iterable[Any]", answer)))


@contextmanager
def open_mailbox(account: Account, connect: Connect, password: str) -> Generator[Mailbox]:
    """A session with the mailbox, signed in. Raises SourceError in a sentence on what to do."""
    context = _context(account) if account.security != "none" else None
    line: Line | None = None
    try:
        with _told(account, None):
            line = Line(account, connect, context)
        with _told(account, line):
            if account.security == "starttls":
                assert context is not None
                line.secure(context)
            box = _box(line)
        _sign_in(account, line, box, password)
        yield Mailbox(account, line, box)
    finally:
        if line is not None:
            line.leave()


def _box(line: Line) -> "BaseMailBox":
    from imap_tools import BaseMailBox

    class _Box(BaseMailBox):
        def _get_mailbox_client(self) -> imaplib.IMAP4:
            return line

    return _Box()


def _sign_in(account: Account, line: Line, box: "BaseMailBox", password: str) -> None:
    from imap_tools import MailboxLoginError

    capabilities = {str(each).upper() for each in line.capabilities}
    if "AUTH=PLAIN" not in capabilities and "LOGINDISABLED" in capabilities:
        raise SourceError(
            f"{account.where} signs nobody in on this line.",
            f'Set security = "tls" or "starttls" under [{account.section}].',
        )
    with _told(account, line):
        try:
            if "AUTH=PLAIN" in capabilities:
                box.login_utf8(account.user, password, initial_folder=None)
            else:
                box.login(account.user, password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, MailboxLoginError) as error:
            raise _refused(account, _reason(error)) from None
        if "ID" in capabilities:
            # Some providers (163.com) open no folder to a client that hasn't said who it is (RFC 2971).
            imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))
            with suppress(imaplib.IMAP4.error):
                line.xatom("ID", '("name" "retcon")')


def _refused(account: Account, words: str) -> SourceError:
    if _PASSING.search(words):
        return SourceError(
            f"{account.host} signs {account.user} in no more for now: {text.sentence(_plain(words))}",
            "Mail stands as it was. Try again in a while: retcon sync",
        )
    return KeyRefused(
        f"{account.host} refuses the password of {account.user}: {text.sentence(_plain(words))}",
        f"Look at user under [{account.section}] and at its password; many providers want an app password here.",
    )


def _context(account: Account) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=account.ca_file or None)
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise SourceError(
            f"The CA file {account.ca_file} cannot be read: {reason}.", f"Look at ca_file under [{account.section}]."
        ) from None


@contextmanager
def _told(account: Account, line: Line | None) -> Generator[None]:
    """Turn what imaplib and the network raise into a sentence."""
    from imap_tools import ImapToolsError

    try:
        yield
    except RetconError:
        raise
    except (imaplib.IMAP4.error, ImapToolsError, OSError, UnicodeError, ValueError) as error:
        raise _sentence(account, line, error) from None


def _sentence(account: Account, line: Line | None, error: Exception) -> SourceError:
    where, stands, again = account.where, "mail stands as it was", "Try again: retcon sync"
    section = f"[{account.section}]"
    ports = f'Look at port and security under {section}: "tls" is for port 993, "starttls" for 143.'
    match error:
        case ssl.SSLCertVerificationError():
            return SourceError(
                f"{where} can't prove that it is {account.host}: {text.line(error.verify_message)}.",
                f"Look at host under {section}; a private CA goes into ca_file.",
            )
        case ssl.SSLError():
            return SourceError(f"{where} doesn't speak TLS as it is set, so nothing was read.", ports)
        case socket.gaierror():
            return SourceError(
                f"No machine called {account.host} was found; {stands}.",
                f"Look at host under {section} and at the network, then: retcon sync",
            )
        case TimeoutError() if line is None and account.security != "tls":
            return SourceError(f"{where} does not answer; {stands}.", ports)
        case TimeoutError():
            return SourceError(f"{where} does not answer; {stands}.", again)
        case ConnectionRefusedError():
            return SourceError(f"{where} takes no connections (refused); {stands}.", ports)
        case UnicodeError():
            return SourceError(
                f"{where} can't be told this user or password: it takes plain letters alone.",
                f"Look at user under {section} and at its password.",
            )
        case _:
            pass
    words = _reason(error)
    bye = _decoded((cast("list[bytes]", line.untagged_responses.get("BYE")) or [b""])[-1]) if line else ""
    if not bye and (found := re.search(r"\* BYE ?(.*?)'?$", words)):
        bye = found[1]
    if bye:
        return SourceError(
            f"{where} ended the session: {text.sentence(_plain(bye))}", "Try again in a while: retcon sync"
        )
    if isinstance(error, imaplib.IMAP4.abort | OSError):
        return SourceError(f"The line to {where} broke ({_plain(words)}); what was read before stands.", again)
    return SourceError(
        f"{where} refuses: {text.sentence(_plain(words))}", f"Look at {section} in config.toml: retcon doctor"
    )


def _reason(error: Exception) -> str:
    """The server's words in an error of imaplib's or imap-tools', else the error's own."""
    said = getattr(error, "command_result", None)
    if said:
        return _decoded(said[1][0] if said[1] else b"")
    if isinstance(error, OSError) and error.strerror:
        return text.line(error.strerror)
    words = _OF_IMAPLIB.sub("", str(error))
    quoted = _ANSWERED.search(words)
    return _decoded(quoted[1] if quoted else words) or type(error).__name__


def _decoded(words: Any) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words or "")
    return text.keep(text.line(said), 200)


def _plain(words: str) -> str:
    """A server's words without the code in brackets before them."""
    return _CODE.sub("", words) or words


def _arrived(said: bytes) -> datetime:
    found = _ARRIVED.search(said)
    try:
        at = parsedate_to_datetime(found[1].decode("ascii", "replace").strip()) if found else None
    except (ValueError, TypeError, OverflowError, IndexError):
        at = None
    if at is None:
        return datetime.fromtimestamp(0, UTC)
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return datetime.fromtimestamp(0, UTC)


def _answers(answer: Iterable[Any]) -> Iterator[tuple[bytes, bytes | None]]:
    """imaplib's list of FETCH answers, one a mail: a literal stands in a tuple, what follows it alone."""
    said, content = b"", None
    for piece in answer:
        if isinstance(piece, tuple):
            before, literal = cast("tuple[bytes, bytes]", piece)
            if content is not None:  # the answer before had nothing behind its literal
                yield said, content
            said, content = before, literal
        elif isinstance(piece, bytes):
            if content is None:
                yield piece, None
            else:
                yield said + b" " + piece, content
                said, content = b"", None
    if content is not None:
        yield said, content
