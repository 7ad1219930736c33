"""Every error that reaches a person, as a tree; catch the branch you mean.

    RetconError                    anything that can be told in a sentence; exit code 1
    ├─ UsageError                  the command's words are off; 2
    │  └─ QueryError               a filter means nothing; says where
    ├─ ConfigError                 config.toml or secrets.toml: all mistakes at once; 2
    ├─ InputError                  a file or value from outside that cannot be taken
    ├─ StoreError                  the database: locked, corrupt, newer, another machine's copy
    ├─ SourceError                 a shop or mailbox: refused, unreachable, not what it should be
    │  └─ KeyRefused               it no longer takes our key or password: nobody but the operator mends that
    ├─ ChannelError                what leaves; its branch says what is known of the message
    │  ├─ NotLeft                  no byte of it was accepted: it may be tried again
    │  ├─ Refused                  a final no for this recipient or text
    │  ├─ Uncertain                it left and no answer came: it may have arrived
    │  └─ ChannelTrouble           the channel as a whole cannot send now; nobody's fault in particular
    └─ Conflict                    what the operator saw is no longer what is there

An error has a title (what happened and what it means, one sentence) and a hint (what to do next, one sentence).
"""

from datetime import datetime

from retcon.frozen import dataclass


class RetconError(Exception):
    """Something that can be told to the operator in a sentence."""

    exit_code = 1

    def __init__(self, title: str, hint: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.title} {self.hint}".rstrip()


class UsageError(RetconError):
    """The command's words are off."""

    exit_code = 2


class QueryError(UsageError):
    """A filter that means nothing: what was typed, and `at` which letter of it (from 0) the trouble begins."""

    def __init__(self, title: str, hint: str = "", *, query: str = "", at: int = 0) -> None:
        super().__init__(title, hint)
        self.query = query
        self.at = at


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a settings file; `line` counts from 1, 0 where the thing is missing."""

    file: str
    line: int
    what: str
    allowed: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} {self.allowed}".rstrip()


class ConfigError(RetconError):
    """The settings cannot be used; lists every mistake, one a line."""

    exit_code = 2

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


class InputError(RetconError):
    """A file or a value from outside cannot be taken."""


class StoreError(RetconError):
    """The database cannot be used as it is."""


class SourceError(RetconError):
    """A shop or a mailbox cannot be read; what was read before stands."""


class KeyRefused(SourceError):
    """A shop or a mailbox takes our key, password or token no longer; only the operator can mend that."""


class Conflict(RetconError):
    """What the operator decided on has changed in the meantime."""


class ChannelError(RetconError):
    """A message did not certainly leave; the branch says what is known. `code` is the channel's own."""

    def __init__(self, title: str, hint: str = "", *, code: str = "") -> None:
        super().__init__(title, hint)
        self.code = code


class NotLeft(ChannelError):
    """Not accepted, and certainly not delivered: may be tried again, not before `retry_at` (aware UTC)."""

    def __init__(self, title: str, hint: str = "", *, code: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(title, hint, code=code)
        self.retry_at = retry_at


class Refused(ChannelError):
    """A final no for this recipient or this text.

    `address_gone` where the address is known not to exist, `blocked` where the person has shut the channel.
    """

    def __init__(
        self, title: str, hint: str = "", *, code: str = "", address_gone: bool = False, blocked: bool = False
    ) -> None:
        super().__init__(title, hint, code=code)
        self.address_gone = address_gone
        self.blocked = blocked


class Uncertain(ChannelError):
    """It left and no answer came: it may have arrived, so only the operator sends it again."""


class ChannelTrouble(ChannelError):
    """The whole channel cannot send now (password refused, quota used up); rows wait with this reason.

    `retry_at` (aware UTC) is when it may be well again by itself; None where it takes the operator.
    """

    def __init__(self, title: str, hint: str = "", *, code: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(title, hint, code=code)
        self.retry_at = retry_at
