"""Telegram by the seller's bot: plain text, or one file with a text below it, to a person who pressed Start.

Telegram can't be asked what became of a message, and knows no key by which it would take one only once: where the
answer is lost, the operator decides. Before the first message of a run, and after every lost answer, the bot is asked
for its name, so that an outage leaves one message open and not all of them.
"""

import re
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from retcon import config, text
from retcon.channels import reach
from retcon.channels.channel import Outgoing
from retcon.config import setting
from retcon.errors import ChannelError, ChannelTrouble, Refused, Uncertain
from retcon.frozen import dataclass
from retcon.model.outbox import Receipt
from retcon.platforms.wiring import Wiring

if TYPE_CHECKING:
    from retcon.platforms.telegram import Client, Failure

# Telegram counts UTF-16 code units (Bot API, sendMessage and sendDocument).
_LARGEST_FILE = 50_000_000  # bytes (Bot API, sendDocument)
_SOON = timedelta(minutes=1)
_CHAT = re.compile(r"-?\d{1,18}", re.ASCII)
_CONTROL_CODES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Telegram:
    """Messages from the seller's bot."""

    kind: ClassVar[str] = "telegram"
    medium: ClassVar[str] = "telegram"
    secrets: ClassVar[tuple[str, ...]] = ("bot_token",)
    seconds: ClassVar[float] = 180.0  # two calls, each at most a minute and one silence

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """`[channels.NAME]` with kind = "telegram"."""

        account: str = setting(
            "", help="NAME of the telegram source whose bot_token is used; empty: a bot_token of its own"
        )
        base_url: str = setting(
            "",
            help="where Telegram's Bot API is; empty: where that source has it, else at Telegram's own",
            allowed="an http(s) address",
            check=lambda url: not url or config.is_url(url),
        )

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._answers = False  # whether the bot is known to answer

    def send(self, message: Outgoing) -> Receipt:
        """Send the message once; raises NotLeft, Refused, Uncertain or ChannelTrouble."""
        from retcon.platforms.telegram import Failure

        chat = _chat(message.recipient)
        words = _words(message)
        content = _file(message)
        answers = _answered(message)
        client = self._client
        if not self._answers:
            try:
                client.me()
            except Failure as failure:
                raise self._trouble(failure) from None
            self._answers = True
        try:
            if content is None:
                number = client.send_message(chat, words, answers)
            else:
                file = message.files[0]
                name = text.header(file.name)[:200] or "file"
                number = client.send_document(chat, words, name, file.media_type, content, answers)
        except Failure as failure:
            raise self._meaning(failure) from None
        return Receipt(external_id=f"{chat}/{number}", at=self._wiring.clock())

    def lookup(self, key: str) -> Receipt | None:
        """None: Telegram can't be asked what became of a message."""
        return None

    def check(self) -> str:
        """One sentence on whether the bot answers; raises ChannelTrouble where it does not."""
        from retcon.platforms.telegram import Failure

        try:
            return f"{self._client.me()} answers."
        except Failure as failure:
            raise self._trouble(failure) from None

    @cached_property
    def _client(self) -> "Client":
        from retcon.platforms.telegram import HOME, Client, Failure

        wiring, settings = self._wiring, self._wiring.settings
        shared: str = settings.account
        base: str = settings.base_url or (wiring.account.base_url if shared else HOME)
        try:
            return Client(
                section=f"sources.{shared}" if shared else f"channels.{wiring.name}",
                token=wiring.secret("bot_token"),
                base_url=base,
                transport=wiring.transports.http,
            )
        except Failure as failure:
            raise self._trouble(failure) from None

    def _meaning(self, failure: "Failure") -> ChannelError:
        """What became of a message by what came instead of an answer."""
        from retcon.platforms.telegram import Why

        match failure.why:
            case Why.UNKNOWN:
                self._answers = False
                return Uncertain(
                    f"Perhaps sent: {failure.title}",
                    "Telegram can't be asked. Look into the chat or ask the customer, then settle it.",
                    code=failure.code,
                )
            case Why.SHUT:
                return _shut(failure)
            case Why.REFUSED:
                return _refused(failure)
            case _:
                self._answers = False
                return self._trouble(failure)

    def _trouble(self, failure: "Failure") -> ChannelTrouble:
        """The whole channel rests; without a time where it takes the operator.

        Too fast (429) is the channel's as well: Telegram doesn't say whether it is too much for the chat or for the
        bot, and whoever goes on meanwhile waits longer.
        """
        from retcon.platforms.telegram import Why

        now = self._wiring.clock()
        passing = failure.why in (Why.TOO_FAST, Why.NOT_DONE, Why.UNKNOWN)
        wait = timedelta(seconds=failure.wait) if failure.wait is not None else _SOON
        return ChannelTrouble(failure.title, failure.hint, code=failure.code, retry_at=now + wait if passing else None)


def _chat(recipient: str) -> int:
    if not _CHAT.fullmatch(recipient):
        raise Refused(
            f"“{text.keep(text.line(recipient), 80)}” is no chat of Telegram's.",
            "Choose another way to this person.",
            code="address",
        )
    return int(recipient)


def _words(message: Outgoing) -> str:
    """The text as it goes out. Raises Refused where Telegram would not take it."""
    lines = message.body.replace("\r\n", "\n").replace("\r", "\n")
    words = _CONTROL_CODES.sub("", text.keep(lines))
    if len(message.files) > 1:
        raise Refused(
            f"One file per Telegram message, and this one has {len(message.files)}.",
            "Send the others in messages of their own.",
            code="files",
        )
    longest = reach.most_letters("telegram", bool(message.files))
    length = reach.letters(words)
    if longest is not None and length > longest:
        kind = "Telegram message with a file" if message.files else "Telegram message"
        raise Refused(
            f"A {kind} holds {longest:,} characters, and this text has {length:,}.",
            "Shorten it, or send it in two.",
            code="length",
        )
    if not words.strip() and not message.files:
        raise Refused("The message is empty, and Telegram sends none such.", "Write something.", code="empty")
    return words


def _file(message: Outgoing) -> bytes | None:
    """What goes out with it, None where nothing does. Raises Refused where it can't."""
    for file in message.files:
        try:
            content = file.path.read_bytes()
        except OSError as error:
            raise Refused(
                f"The file “{text.line(file.name)}” can't be read ({error.strerror}).", "Attach it again.", code="file"
            ) from None
        if not 0 < len(content) <= _LARGEST_FILE:
            what = "is empty" if not content else f"has more than {_LARGEST_FILE // 1_000_000} MB"
            raise Refused(f"The file “{text.line(file.name)}” {what}.", "Send another, or a link to it.", code="file")
        return content
    return None


def _answered(message: Outgoing) -> int | None:
    """The number of the message that it answers, where that is of the same chat."""
    chat, _, number = message.reply_to.rpartition("/")
    return int(number) if chat == message.recipient and number.isascii() and number.isdecimal() else None


def _shut(failure: "Failure") -> Refused:
    """403: the person has blocked the bot, has never pressed Start with it, or is gone."""
    said = failure.said.lower()
    if "initiate" in said:
        return _not_started(failure)
    gone = "deactivated" in said
    if gone:
        title = "This person's Telegram account no longer exists (403)."
    else:
        title = "They have blocked the bot (403)." if "blocked" in said else failure.title
    return Refused(title, "Choose another way to them.", code=failure.code, address_gone=gone, blocked=not gone)


def _not_started(failure: "Failure") -> Refused:
    """They have shut nothing: this bot has never met them, as after a change of bots."""
    return Refused(
        f"This bot has no chat with them ({failure.code}): they have not pressed Start, or it was another bot.",
        "Choose another way to them.",
        code=failure.code,
    )


def _refused(failure: "Failure") -> Refused:
    said = failure.said.lower()
    if "chat not found" in said or "peer_id_invalid" in said:
        return _not_started(failure)
    if "too long" in said or failure.code == "413":
        return Refused(failure.title, "Shorten it, or send it in two.", code="length")
    return Refused(failure.title, "Correct the text, or choose another way.", code=failure.code)
