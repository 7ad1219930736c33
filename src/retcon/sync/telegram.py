"""A Telegram bot as a source: what people write to it, by getUpdates.

Telegram gives each update until a later one is asked for, and then never again. So a page is kept before the next is
asked for, and a pull begins without saying where the last one ended: killed at any moment it loses nothing, and what
comes twice is known by its id.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, TypeVar

from retcon.config import is_url, setting
from retcon.errors import KeyRefused, SourceError
from retcon.frozen import dataclass
from retcon.platforms.wiring import Wiring
from retcon.sync.source import Cursor, Kept, Page

if TYPE_CHECKING:
    from retcon.platforms.telegram import Client, Failure

KINDS = ("message", "edited_message", "my_chat_member")
_LARGEST = 10_000_000  # bytes of a file that is fetched
_ATTEMPTS = 3
_WAITED = timedelta(hours=1)  # Telegram drops what isn't read within a day
_PATIENCE = 60.0  # seconds that Telegram may ask us to wait; longer is told instead

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class TelegramSettings:
    """`[sources.NAME]` with kind = "telegram"."""

    bot: str = setting(
        "",
        help="the bot's name, such as northlight_bot: links in messages that invite people to it lead there",
        allowed="a name without @",
        check=lambda name: not name or (name.isascii() and name.replace("_", "a").isalnum()),
    )
    base_url: str = setting(
        "https://api.telegram.org",
        help="where Telegram's Bot API is, if not at Telegram's own",
        allowed="an http(s) address",
        check=is_url,
    )


class Telegram:
    """The private chats of one bot."""

    kind: ClassVar[str] = "telegram"
    Settings: ClassVar[type] = TelegramSettings
    secrets: ClassVar[tuple[str, ...]] = ("bot_token",)

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        """What came and was not confirmed yet; older history can't be read, so `full` brings nothing more."""
        from retcon.sync import telegram_records

        client = self._client()
        try:
            offset: int | None = None
            done = 0
            while updates := self._patiently(lambda offset=offset: client.updates(offset, KINDS)):
                records, notes = telegram_records.read(
                    updates, lambda id, sent_at: self._file(client, id, sent_at), _LARGEST
                )
                done += len(updates)
                yield Page(records=records, cursor={}, what="messages", done=done, notes=notes)
                following = telegram_records.last(updates) + 1
                if following == offset:
                    return  # confirmed, and given again: not the Telegram that we know
                offset = following
        finally:
            client.close()

    def check(self) -> str:
        """Whether the bot answers and its messages come to us, in a sentence."""
        client = self._client()
        try:
            name = self._patiently(client.me)
            host, waiting = self._patiently(client.webhook)
        finally:
            client.close()
        if host:
            raise SourceError(
                f"Telegram hands what people write to {name} to {host}, by a webhook, so it can't be read here.",
                "End that there: one program alone can read a bot's messages.",
            )
        bot = self._wiring.settings.bot
        if bot and f"@{bot}".casefold() != name.casefold():
            raise SourceError(
                f"The token under [sources.{self._wiring.name}] is that of {name}, and the bot named there is @{bot}.",
                f'Write bot = "{name[1:]}", or put the other bot\'s token in secrets.toml.',
            )
        return f"{name} answers; {waiting:,} not read yet."

    def _file(self, client: "Client", id: str, sent_at: datetime) -> bytes | None:
        """The file; None where it is not to be had. One that fails for an hour no longer keeps all else waiting."""
        from retcon.platforms.telegram import Failure, Why

        if self._wiring.clock() - sent_at < _WAITED:
            return self._patiently(lambda: client.download(id, _LARGEST))
        try:
            return client.download(id, _LARGEST)
        except Failure as failure:
            if failure.why is Why.UNKNOWN:
                return None
            raise _source_error(failure) from None

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        """The answer, after a few attempts where those may help; reading may be tried again. Raises SourceError."""
        from retcon.platforms.telegram import Failure, Why

        attempt = 1
        while True:
            try:
                return ask()
            except Failure as failure:
                passing = failure.why in (Why.TOO_FAST, Why.UNKNOWN, Why.NOT_DONE)
                pause = failure.wait or 2.0**attempt
                if not passing or attempt == _ATTEMPTS or pause > _PATIENCE:
                    raise _source_error(failure) from None
                self._wiring.sleep(pause)
                attempt += 1

    def _client(self) -> "Client":
        from retcon.platforms.telegram import Client, Failure

        wiring = self._wiring
        try:
            return Client(
                section=f"sources.{wiring.name}",
                token=wiring.secret("bot_token"),
                base_url=wiring.settings.base_url,
                transport=wiring.transports.http,
            )
        except Failure as failure:
            raise _source_error(failure) from None


def _source_error(failure: "Failure") -> SourceError:
    from retcon.platforms.telegram import Why

    kind = KeyRefused if failure.why is Why.TOKEN else SourceError
    return kind(failure.title, failure.hint)
