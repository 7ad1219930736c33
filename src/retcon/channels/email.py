"""E-mail by SMTP: the message as RFC 5322 wants it, handed in once."""

import mimetypes
import re
from dataclasses import dataclass
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import quote

from retcon import config, text
from retcon.channels.channel import Attached, Outgoing
from retcon.config import setting
from retcon.errors import Refused, RetconError
from retcon.model.outbox import Receipt
from retcon.model.people import Purpose
from retcon.platforms.mail import Envelope, Server, open_session
from retcon.platforms.wiring import Wiring, is_loopback

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


class Email:
    """Mail through the seller's own server."""

    kind: ClassVar[str] = "email"
    medium: ClassVar[str] = "email"
    secrets: ClassVar[tuple[str, ...]] = ("password",)
    seconds: ClassVar[float] = 90.0

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """`[channels.NAME]` with kind = "email"."""

        host: str = setting(help="the mail server that takes your mail")
        port: int = setting(587, help="its port: 587, or 465 for tls", allowed="1 to 65535", check=config.is_port)
        security: str = setting(
            "starttls",
            help="how the line is secured",
            allowed="starttls, tls, or none (to this machine alone)",
            check=config.one_of("starttls", "tls", "none"),
        )
        user: str = setting("", help="who signs in; empty where the server wants nobody to")
        from_: str = setting(help="the sender that customers see", allowed='"Name <address>"', check=config.is_mailbox)
        reply_to: str = setting(
            "",
            help="where answers go, if not to the sender",
            allowed='"Name <address>"',
            check=lambda address: not address or config.is_mailbox(address),
        )
        ca_file: str = setting("", help="a private CA (PEM) that the server's certificate is checked against")

    def __init__(self, wiring: Wiring) -> None:
        """Raises RetconError where the settings don't go together."""
        self._wiring = wiring
        self._settings: Email.Settings = wiring.settings
        if self._settings.security == "none" and not is_loopback(self._settings.host):
            raise RetconError(
                f'[channels.{wiring.name}]: security = "none" is for a server on this machine alone.',
                'Set security = "starttls" or "tls".',
            )
        try:
            for written in filter(None, (self._settings.from_, self._settings.reply_to)):
                _mailbox(_address(written))
        except Refused as error:
            raise RetconError(f"[channels.{wiring.name}]: {error.title}", "Correct it in config.toml.") from None
        self._server = Server(
            host=self._settings.host,
            port=self._settings.port,
            security=self._settings.security,
            ca_file=self._settings.ca_file,
            user=self._settings.user,
        )

    def send(self, message: Outgoing) -> Receipt:
        """Hand the message to the server; raises NotLeft, Refused, Uncertain or ChannelTrouble."""
        sender, recipient = _mailbox(_address(self._settings.from_)), _mailbox(message.recipient)
        international = not (sender.is_ascii and recipient.is_ascii)
        written = self.build(message)
        content = written.as_bytes(policy=_POLICY.clone(utf8=True) if international else _POLICY)
        session = self._open()
        try:
            session.deliver(
                Envelope(sender=str(sender), recipient=str(recipient), international=international), content
            )
            session.leave()
        finally:
            session.close()
        return Receipt(external_id=str(written["Message-ID"]), at=self._wiring.clock())

    def build(self, message: Outgoing) -> EmailMessage:
        """The message as it goes over the line.

        Raises Refused where the recipient is no address, or a file that goes with it is gone or too large.
        """
        settings, sender = self._settings, _mailbox(_address(self._settings.from_))
        name = parseaddr(settings.from_)[0] or self._wiring.shop.name
        built = EmailMessage(policy=_POLICY)
        built["From"] = sender.with_name(text.header(name))
        built["To"] = _mailbox(message.recipient).with_name(
            _QUOTED_IN_NAMES.sub(" ", text.header(message.recipient_name))
        )
        if settings.reply_to:
            answers = _mailbox(_address(settings.reply_to))
            built["Reply-To"] = answers.with_name(text.header(parseaddr(settings.reply_to)[0]))
        built["Subject"] = text.keep(text.header(message.subject), _SUBJECT_LENGTH)
        built["Date"] = format_datetime(self._wiring.clock())
        built["Message-ID"] = f"<{_safe(message.key)}@{sender.domain}>"
        if message.purpose is not Purpose.SERVICE:
            built["List-Unsubscribe"] = f"<mailto:{quote(str(sender), safe='@')}?subject=unsubscribe>"
        if message.reply_to or message.references:
            _thread(built, message)
        lines = message.body.replace("\r\n", "\n").replace("\r", "\n")
        built.set_content(_CONTROL_CODES.sub("", text.keep(lines)), charset="utf-8")
        _attach(built, message.files)
        return built

    def lookup(self, key: str) -> Receipt | None:
        """None: a mail server can't be asked what became of a message."""
        return None

    def check(self) -> str:
        """One sentence on whether the server takes our mail; raises ChannelTrouble where it does not."""
        self._open().leave()
        signed = f", signed in as {self._settings.user}" if self._settings.user else ""
        return f"{self._server.host}:{self._server.port} answers{signed}."

    def _open(self) -> Any:
        wiring = self._wiring
        return open_session(
            self._server, wiring.transports.connect, self.seconds, wiring.clock, lambda: wiring.secret("password")
        )


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
class _Mailbox:
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


def _address(written: str) -> str:
    """The address in "Name <address>" of the settings, or alone."""
    return written.rpartition("<")[2].removesuffix(">").strip()


def _mailbox(address: str) -> _Mailbox:
    """The address, apart. Raises Refused where it is none that mail can go to."""
    local, _, domain = address.rpartition("@")
    try:
        wire = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        wire = ""
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(wire):
        raise Refused(
            f"“{text.keep(text.line(address), 80)}” is no e-mail address.",
            "Correct the address in the shop.",
            code="address",
            address_gone=True,
        )
    return _Mailbox(local, wire.lower())


def _safe(key: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", key)
