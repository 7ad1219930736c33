"""A message as RFC 5322 wants it: kept apart, so that reading the settings imports no library for mail."""

import mimetypes
import re
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from retcon import text
from retcon.channels.channel import Attached, Outgoing
from retcon.errors import Refused
from retcon.frozen import dataclass
from retcon.model.people import Purpose

_NAME_LENGTH, _SUBJECT_LENGTH = 60, 300
# What would need quoting in a display name: names come from outside, and older Pythons fold quoted ones wrongly.
_QUOTED_IN_NAMES = re.compile(r"[^\w '’&+/-]+")
_CONTROL_CODES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ID = re.compile(r"<?([!-;=?-~]{3,250})>?")  # a message id; brackets around it are no part of it
_MOST_REFERENCES = 20
_MOST_BYTES = 20 * 1024 * 1024  # of files; what they become on the line is a third more, and 30 MB few servers take
_MEDIA_TYPE = re.compile(r"(?!multipart|message)[a-z]+/[a-z0-9][a-z0-9.+-]{0,100}")
_UNKNOWN = "application/octet-stream"
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:@\"]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class _Verbatim:
    """A header that stands as it is: folding by the library would encode what is long in it."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"] = value
        kwds["parse_tree"] = None

    def fold(self, *, policy: EmailPolicy) -> str:
        # A line for each word: an address or a message id is never cut.
        words = f"{policy.linesep} ".join(str(self).split(" "))
        return f"{cast('BaseHeader', self).name}: {words}{policy.linesep}"


_headers = HeaderRegistry()
for _name in ("list-unsubscribe", "in-reply-to", "references"):
    _headers.map_to_type(_name, cast("Any", _Verbatim))
# 7 bits on the wire: the library chooses quoted-printable or base64 by what is shorter.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_headers)


def build(message: Outgoing, *, sender: str, reply_to: str, shop: str, now: datetime) -> EmailMessage:
    """The message as it goes over the line; `sender` and `reply_to` as the settings have them, the latter may be "".

    Raises Refused where the recipient is no address, or a file that goes with it is gone or too large.
    """
    ours = mailbox(address(sender))
    built = EmailMessage(policy=_POLICY)
    built["From"] = ours.with_name(text.header(parseaddr(sender)[0] or shop))
    built["To"] = mailbox(message.recipient).with_name(_QUOTED_IN_NAMES.sub(" ", text.header(message.recipient_name)))
    if reply_to:
        built["Reply-To"] = mailbox(address(reply_to)).with_name(text.header(parseaddr(reply_to)[0]))
    built["Subject"] = text.keep(text.header(message.subject), _SUBJECT_LENGTH)
    built["Date"] = format_datetime(now)
    built["Message-ID"] = f"<{_safe(message.key)}@{ours.domain}>"
    if message.purpose is not Purpose.SERVICE:
        built["List-Unsubscribe"] = f"<mailto:{quote(str(ours), safe='@')}?subject=unsubscribe>"
    if message.reply_to or message.references:
        _thread(built, message)
    lines = message.body.replace("\r\n", "\n").replace("\r", "\n")
    built.set_content(_CONTROL_CODES.sub("", text.keep(lines)), charset="utf-8")
    _attach(built, message.files)
    return built


def as_bytes(built: EmailMessage, *, international: bool) -> bytes:
    """The message for the line; `international` where an address is not ASCII."""
    return built.as_bytes(policy=_POLICY.clone(utf8=True) if international else _POLICY)


def _thread(built: EmailMessage, message: Outgoing) -> None:
    """Say what the mail answers (RFC 5322): the beginning of a long conversation and its end are named."""
    ids = [found[1] for each in (*message.references, message.reply_to) if (found := _ID.fullmatch(each.strip()))]
    # An id that we made up for a mail without one is known to nobody.
    chain = [each for each in dict.fromkeys(reversed(ids)) if not each.endswith("@made.invalid")][::-1]
    if not chain:
        return
    if len(chain) > _MOST_REFERENCES:
        chain = [chain[0], *chain[1 - _MOST_REFERENCES :]]
    built["In-Reply-To"] = f"<{chain[-1]}>"
    built["References"] = " ".join(f"<{each}>" for each in chain)


def _attach(built: EmailMessage, files: tuple[Attached, ...]) -> None:
    """Put the files into the mail. Raises Refused where one can't be read or all are too large together."""
    try:
        size = sum(file.path.stat().st_size for file in files)
        contents = [file.path.read_bytes() for file in files] if size <= _MOST_BYTES else []
    except OSError as error:
        name = text.keep(text.line(_file_name(Path(error.filename or ""), files)), 80)
        raise Refused(
            f"The file “{name}” is no longer there, so the message can't go with it.",
            "Attach it again, or send the message without it.",
            code="file",
        ) from None
    if size > _MOST_BYTES:
        raise Refused(
            f"The files are {size / 1024 / 1024:.0f} MB together, and mail servers take 20 MB at most.",
            "Send a link to them, or smaller ones.",
            code="file",
        )
    for file, content in zip(files, contents, strict=True):
        name = re.split(r"[/\\]", text.keep_name(text.header(file.name)))[-1] or "file"
        kind = file.media_type.casefold()
        if not _MEDIA_TYPE.fullmatch(kind) or kind == _UNKNOWN:
            guess = mimetypes.guess_type(name)[0] or ""
            kind = guess if _MEDIA_TYPE.fullmatch(guess) else _UNKNOWN
        main, _, sub = kind.partition("/")
        built.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _file_name(path: Path, files: tuple[Attached, ...]) -> str:
    """What the file at that path is called."""
    return next((file.name for file in files if file.path == path), path.name)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address apart from its name; the domain is as the wire wants it."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_ascii(self) -> bool:
        return self.local.isascii()

    def with_name(self, name: str) -> Address:
        return Address(display_name=name[:_NAME_LENGTH].strip(), username=self.local, domain=self.domain)


def address(written: str) -> str:
    """The address in "Name <address>" of the settings, or alone."""
    return written.rpartition("<")[2].removesuffix(">").strip()


def mailbox(written: str) -> Mailbox:
    """The address, apart. Raises Refused where it is none that mail can go to."""
    local, _, domain = written.rpartition("@")
    try:
        wire = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        wire = ""
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(wire):
        raise Refused(
            f"“{text.keep(text.line(written), 80)}” is no e-mail address.",
            "Correct the address in the shop.",
            code="address",
            address_gone=True,
        )
    return Mailbox(local, wire.lower())


def _safe(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", key)
