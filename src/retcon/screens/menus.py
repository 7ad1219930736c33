"""What the one-letter menus offer: reasons to skip, times to show again, ways to settle what perhaps left."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from retcon import localtime
from retcon.model.outbox import OutboxState
from retcon.widgets.menu import Choice

NEVER = "n"

SKIP = (
    Choice("x", "no reason"),
    Choice("t", "wrong time"),
    Choice("w", "wrong words"),
    Choice("e", "done elsewhere"),
    Choice(NEVER, "never this person"),
)

_WHY = {"x": "", "t": "wrong time", "w": "wrong words", "e": "done elsewhere", NEVER: "never this person"}

SNOOZE = (
    Choice("s", "in an hour"),
    Choice("e", "this evening"),
    Choice("t", "tomorrow"),
    Choice("m", "Monday"),
    Choice("w", "in a week"),
)

# Keys at the bottom, where the usual ones do nothing.
NOTHING_KEYS = (("S", "sync"), ("u", "undo"), (":", "verbs"), ("q", "quit"), ("?", "keys"))
_DECIDE_KEYS = (("Enter", "settle"), ("x", "drop"), ("!", "why"), ("u", "undo"), ("?", "keys"))
_ANSWER_KEYS = (
    ("p", "promise"),
    ("d", "done"),
    ("s", "later"),
    ("c", "how"),
    ("o", "open"),
    ("u", "undo"),
    ("x", "skip"),
    ("!", "why"),
    ("?", "keys"),
)
_ARRIVED_KEY = ("d", "arrived")

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


def answer_keys(*, written: bool) -> tuple[tuple[str, str], ...]:
    """The keys at the bottom for a conversation, whose answer is written or isn't."""
    return (*((("a", "approve"), ("e", "edit")) if written else (("e", "write"),)), *_ANSWER_KEYS)


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
    return (_DECIDE_KEYS[0], _ARRIVED_KEY, *_DECIDE_KEYS[1:]) if state is OutboxState.UNCERTAIN else _DECIDE_KEYS


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
    return _at(here, 7, _MORNING)


def _at(here: datetime, days: int, hour: time) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), hour, here.tzinfo).astimezone(UTC)
