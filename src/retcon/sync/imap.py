"""A mailbox as a source, by IMAP: what config.toml says of it, and whether it can be read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from retcon import config
from retcon.config import setting
from retcon.errors import RetconError
from retcon.frozen import dataclass
from retcon.platforms.wiring import Wiring, is_loopback
from retcon.sync.source import Cursor, Kept, Page

if TYPE_CHECKING:
    from retcon.sync.imap_pull import Pull

INBOX, SENT = "INBOX", "Sent"
FOLDERS = (INBOX, SENT)


def _is_own(written: str) -> bool:
    return config.is_mailbox(written) or (written.startswith("@") and config.is_mailbox(f"a{written}"))


@dataclass(frozen=True, kw_only=True)
class ImapSettings:
    """`[sources.NAME]` with kind = "imap"."""

    host: str = setting(help="the server that your mailbox is on, such as imap.example.com")
    port: int = setting(993, help="its port: 993, or 143 for starttls", allowed="1 to 65535", check=config.is_port)
    security: str = setting(
        "tls",
        help="how the line is secured",
        allowed="tls, starttls, or none (to this machine alone)",
        check=config.one_of("tls", "starttls", "none"),
    )
    user: str = setting(help="who signs in: mostly the whole address", check=bool, allowed="a user name")
    folders: tuple[str, ...] = setting(
        FOLDERS, help="what is read; the Sent folder is found whatever your server calls it"
    )
    own: tuple[str, ...] = setting(
        (),
        help="your other addresses: what comes from one of them is yours. The user's and those that channels"
        " write from are known",
        allowed='a list of e-mail addresses; "@shop.example" is all of a domain',
        check=lambda written: all(map(_is_own, written)),
    )
    days: int = setting(365, help="how far back is read", allowed="1 to 3650", check=lambda days: 1 <= days <= 3650)
    ca_file: str = setting("", help="a private CA's certificate, where the server's is signed by one")


class Imap:
    """What is said by mail, in both directions."""

    kind: ClassVar[str] = "imap"
    Settings: ClassVar[type] = ImapSettings
    secrets: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(self, wiring: Wiring) -> None:
        """Raises RetconError where the settings don't go together."""
        settings: ImapSettings = wiring.settings
        if settings.security == "none" and not is_loopback(settings.host):
            raise RetconError(
                f'[sources.{wiring.name}]: security = "none" is for a server on this machine alone.',
                'Set security = "tls" or "starttls".',
            )
        self._wiring = wiring

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        """The mails that are new since the cursor, or all of the last `days`: what came in, then what was sent."""
        yield from self._pull().pages(cursor, full=full)

    def check(self) -> str:
        """What is in the mailbox, in a sentence; raises SourceError where it can't be read."""
        return self._pull().check()

    def _pull(self) -> "Pull":
        from retcon.sync.imap_pull import Pull

        return Pull(self._wiring)
