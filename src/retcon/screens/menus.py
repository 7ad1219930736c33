"""What the one-letter menus offer: reasons to skip, times to show again, ways to settle what perhaps left."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from retcon import keys, localtime
from retcon.model.outbox import OutboxState
from retcon.widgets.menu import Choice

NEVER = "n"
ANSWERED = "a"

SKIP = (
    Choice("x", "no reason"),
    Choice("t", "wrong time"),
    Choice("w", "wrong words"),
    Choice("e", "done elsewhere"),
    Choice(NEVER, "never this person"),
)

_WHY = {"x": "", "t": "wrong time", "w": "wrong words", "e": "done elsewhere", NEVER: "never this person"}

SNOOZE = (
    Choice("s", "in 1 h"),
    Choice("e", "tonight"),
    Choice("t", "tomorrow"),
    Choice("m", "Monday"),
    Choice("w", "in a week"),
    Choice(ANSWERED, "when they answer"),
)

QUIT = (Choice("q", "close"),)

SEND_AGAIN = (Choice("y", "send it again"),)

_DROP = Choice("x", "drop it")

SETTLE = {
    OutboxState.UNCERTAIN: (Choice("d", "it arrived"), Choice("s", "send it again"), _DROP),
    OutboxState.FAILED: (Choice("r", "try again"), _DROP),
    OutboxState.STALE: (Choice("a", "approve it as it is"), _DROP),
    OutboxState.HELD: (Choice("r", "let it go"), _DROP),
}

_MORNING, _EVENING = time(9), time(18)


def footer(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Actions with a word for each, as the bottom shows them: the keys that the operator has for them."""
    return tuple((keys.name(action), word) for action, word in pairs)


def nothing_keys() -> tuple[tuple[str, str], ...]:
    """The keys at the bottom, where the usual ones do nothing."""
    return footer(("sync", "sync"), ("undo", "undo"), ("palette", "verbs"), ("quit", "quit"), ("help", "keys"))


def answer_keys(*, written: bool) -> tuple[tuple[str, str], ...]:
    """The keys at the bottom for a conversation, whose answer is written or isn't."""
    first = (("approve", "approve"), ("edit", "edit")) if written else (("edit", "write"),)
    about = (("promise", "promise"), ("done", "done"), ("snooze", "later"), ("how", "how"), ("attached", "open"))
    return footer(*first, *about, ("undo", "undo"), ("skip", "skip"), ("why", "why"), ("help", "keys"))


def places(number: int) -> str:
    """A sign for each of so many: the digits, then letters; those that find none are left to their names."""
    return "123456789abcdefghijklmnoprstuvwxyz"[:number]


def letters(names: Sequence[str]) -> list[str]:
    """A letter of its own for each name: its first that is free."""
    taken: list[str] = []
    for name in names:
        every = (letter for letter in name.lower() + "123456789" if letter.isascii() and letter.isalnum())
        taken.append(next(letter for letter in every if letter not in (*taken, "q")))
    return taken


def decide_keys(state: OutboxState) -> tuple[tuple[str, str], ...]:
    """The keys at the bottom for a row in that state that needs the operator."""
    arrived = (("done", "arrived"),) if state is OutboxState.UNCERTAIN else ()
    return footer(("open", "settle"), *arrived, ("skip", "drop"), ("why", "why"), ("undo", "undo"), ("help", "keys"))


def why(key: str) -> str:
    """The reason that a letter of the skip menu stands for, empty for none."""
    return _WHY[key]


def until(key: str, now: datetime, zone: str) -> datetime:
    """The instant that a letter of the snooze menu stands for, on the operator's clock; UTC."""
    here = localtime.local(now, zone)
    if key == "s":
        return now + timedelta(hours=1)
    if key == "e":
        ahead = 0 if here.time() < _EVENING else 1
        return _at(here, ahead, _EVENING)
    if key == "t":
        return _at(here, 1, _MORNING)
    if key == "m":
        return _at(here, 7 - here.weekday(), _MORNING)
    if key == ANSWERED:
        from retcon.desk import drafts

        return now + drafts.UNTIL_ANSWER
    return _at(here, 7, _MORNING)


def _at(here: datetime, days: int, hour: time) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), hour, here.tzinfo).astimezone(UTC)
