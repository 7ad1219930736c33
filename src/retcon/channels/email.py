"""E-mail by SMTP: the message is handed to the seller's own server once."""

from typing import TYPE_CHECKING, Any, ClassVar

from retcon import config
from retcon.config import setting
from retcon.errors import Refused, RetconError
from retcon.frozen import dataclass
from retcon.model.outbox import Receipt

if TYPE_CHECKING:
    from email.message import EmailMessage

    from retcon.channels.channel import Outgoing
    from retcon.platforms.wiring import Wiring


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

    def __init__(self, wiring: "Wiring") -> None:
        """Raises RetconError where the settings don't go together."""
        from retcon.channels.email_message import address, mailbox
        from retcon.platforms.mail import Server
        from retcon.platforms.wiring import is_loopback

        self._wiring = wiring
        self._settings: Email.Settings = wiring.settings
        if self._settings.security == "none" and not is_loopback(self._settings.host):
            raise RetconError(
                f'[channels.{wiring.name}]: security = "none" is for a server on this machine alone.',
                'Set security = "starttls" or "tls".',
            )
        try:
            for written in filter(None, (self._settings.from_, self._settings.reply_to)):
                mailbox(address(written))
        except Refused as error:
            raise RetconError(f"[channels.{wiring.name}]: {error.title}", "Correct it in config.toml.") from None
        self._server = Server(
            host=self._settings.host,
            port=self._settings.port,
            security=self._settings.security,
            ca_file=self._settings.ca_file,
            user=self._settings.user,
        )

    def send(self, message: "Outgoing") -> Receipt:
        """Hand the message to the server; raises NotLeft, Refused, Uncertain or ChannelTrouble."""
        from retcon.channels.email_message import address, as_bytes, mailbox
        from retcon.platforms.mail import Envelope

        sender, recipient = mailbox(address(self._settings.from_)), mailbox(message.recipient)
        international = not (sender.is_ascii and recipient.is_ascii)
        written = self.build(message)
        content = as_bytes(written, international=international)
        session = self._open()
        try:
            session.deliver(
                Envelope(sender=str(sender), recipient=str(recipient), international=international), content
            )
            session.leave()
        finally:
            session.close()
        return Receipt(external_id=str(written["Message-ID"]), at=self._wiring.clock())

    def build(self, message: "Outgoing") -> "EmailMessage":
        """The message as it goes over the line; raises Refused where it can't be built."""
        from retcon.channels import email_message

        settings, wiring = self._settings, self._wiring
        return email_message.build(
            message,
            sender=settings.from_,
            reply_to=settings.reply_to,
            shop=wiring.shop.name,
            now=wiring.clock(),
        )

    def lookup(self, key: str) -> Receipt | None:
        """None: a mail server can't be asked what became of a message."""
        return None

    def check(self) -> str:
        """One sentence on whether the server takes our mail; raises ChannelTrouble where it does not."""
        self._open().leave()
        signed = f", signed in as {self._settings.user}" if self._settings.user else ""
        return f"{self._server.host}:{self._server.port} answers{signed}."

    def _open(self) -> Any:
        from retcon.platforms.mail import open_session

        wiring = self._wiring
        return open_session(
            self._server, wiring.transports.connect, self.seconds, wiring.clock, lambda: wiring.secret("password")
        )
