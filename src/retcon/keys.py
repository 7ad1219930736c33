"""Every key of the console in one table; bindings, footer, help, palette and the user's own keys come from it.

An action has one meaning everywhere. `[keys]` in config.toml gives an action other keys by its id.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from retcon.errors import ConfigError, Mistake


class Group(StrEnum):
    """The headings of the help, in its order."""

    MOVE = "Move"
    ACT = "Act"
    FIND = "Find"
    VIEW = "View"


@dataclass(frozen=True, slots=True)
class Key:
    """One action: its id, its keys by their names in a terminal, what it does in a sentence.

    `short` is its word in the footer, empty where it stands in the help alone.
    """

    id: str
    keys: tuple[str, ...]
    group: Group
    words: str
    short: str = ""


TABLE: tuple[Key, ...] = (
    Key("approve", ("a",), Group.ACT, "approve the row, the fold or the marks, and move on", "approve"),
    Key("approve_fold", ("A",), Group.ACT, "approve the whole fold: what passes and was read"),
    Key("edit", ("e",), Group.ACT, "write or edit the text here", "edit"),
    Key("editor", ("E",), Group.ACT, "edit the text in $EDITOR, with the conversation"),
    Key("skip", ("x",), Group.ACT, "skip, with a reason", "skip"),
    Key("snooze", ("s",), Group.ACT, "show me again later", "later"),
    Key("when", ("w",), Group.ACT, "leaves when: at an hour of your choice; approves it"),
    Key("texts", (";",), Group.ACT, "your texts, by number or name"),
    Key("write", ("r",), Group.ACT, "write to this person, also first"),
    Key("done", ("d",), Group.ACT, "done with this: the conversation, the promise; it arrived, where it perhaps left"),
    Key("promise", ("p",), Group.ACT, "keep a promise: by which day, and what"),
    Key("note", ("n",), Group.ACT, "write a note on this person"),
    Key("tag", ("#",), Group.ACT, "tag this person, or take a tag off"),
    Key("how", ("c",), Group.ACT, "how: on which channel"),
    Key("mark", ("space",), Group.ACT, "mark the row"),
    Key("mark_alike", ("*",), Group.ACT, "mark all that are alike"),
    Key("unmark", ("-",), Group.ACT, "unmark all"),
    Key("undo", ("u",), Group.ACT, "take the last operation back", "undo"),
    Key("redo", ("U",), Group.ACT, "do again what was taken back"),
    Key("hold", ("H",), Group.ACT, "hold everything, or let go"),
    Key("down", ("j", "down"), Group.MOVE, "next row"),
    Key("up", ("k", "up"), Group.MOVE, "row before"),
    Key("first", ("g", "home"), Group.MOVE, "first row"),
    Key("last", ("G", "end"), Group.MOVE, "last row"),
    Key("half_down", ("ctrl+d", "pagedown"), Group.MOVE, "half a page down"),
    Key("half_up", ("ctrl+u", "pageup"), Group.MOVE, "half a page up"),
    Key("unfold", ("l", "right"), Group.MOVE, "unfold a row that stands for several"),
    Key("fold", ("h", "left"), Group.MOVE, "fold it again"),
    Key("next_item", ("J",), Group.MOVE, "next inside an opened one: a fold's next text, the next person"),
    Key("previous_item", ("K",), Group.MOVE, "the one before"),
    Key("open", ("enter",), Group.MOVE, "open: what settles a row, a fold's rows, the reader"),
    Key("pane", ("tab",), Group.MOVE, "to the reader and back"),
    Key("back", ("escape",), Group.MOVE, "back, innermost first"),
    Key("quit", ("q",), Group.MOVE, "back as well, without Escape's pause; at the top: quit"),
    Key("translate", ("t",), Group.VIEW, "the other language"),
    Key("why", ("!",), Group.VIEW, "why: score, reasons, verdicts", "why"),
    Key("attached", ("o",), Group.VIEW, "open what came with it: files, the parcel's link"),
    Key("quoted", (">",), Group.VIEW, "what messages quote, or fold it again"),
    Key("copy", ("y",), Group.VIEW, "copy the text"),
    Key("load", (".",), Group.VIEW, "load what is new"),
    Key("sync", ("S",), Group.VIEW, "sync now"),
    Key("log", ("L",), Group.VIEW, "the log: what went wrong lately"),
    Key("today", ("1",), Group.VIEW, "Today"),
    Key("customers", ("2",), Group.VIEW, "Customers"),
    Key("inbox", ("3",), Group.VIEW, "Inbox"),
    Key("outbox", ("4",), Group.VIEW, "Outbox"),
    Key("views", ("f",), Group.FIND, "views of this list, and its order"),
    Key("filter", ("/",), Group.FIND, "narrow this list", "find"),
    Key("palette", (":", "ctrl+p"), Group.FIND, "every person, order and verb by name"),
    Key("help", ("?",), Group.VIEW, "the keys", "keys"),
)

_SHOWN = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


# Letters by their place on the keyboard, of layouts that have no Latin ones.
_QWERTY = "qwertyuiopasdfghjklzxcvbnm"
_LAYOUTS = (
    "йцукенгшщзфывапролдячсмить",
    ";ςερτυθιοπασδφγηξκλζχψωβνμ",
    "ضصثقفغعهخحشسيبلاتنمئءؤرﻻىة",
    "/׳קראטוןםפשדגכעיחלךזסבהנמצ",
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
)
_LATIN = {
    case(letter): case(latin)
    for layout in _LAYOUTS
    for letter, latin in zip(layout, _QWERTY, strict=True)
    for case in (str.upper, str.lower)  # lower last: scripts without capitals have the same letter twice
    if letter.isalpha()
}


def latin(letter: str) -> str | None:
    """The Latin letter on the same key where an input method is still on; None where nobody can tell."""
    if letter in _LATIN:
        return _LATIN[letter]
    plain = unicodedata.normalize("NFKC", letter)  # full-width letters
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else None


def shown(key: str) -> str:
    """A key as the screen writes it: "j", "Esc", "ctrl+d"."""
    return _SHOWN.get(key, key)


def label(action: str, table: Sequence[Key] = TABLE) -> str:
    """The first key of an action, as the screen writes it."""
    return next(shown(key.keys[0]) for key in table if key.id == action)


_in_force: tuple[Key, ...] = TABLE


def use(table: Sequence[Key]) -> None:
    """Let sentences name the keys of this table from now on: the console's, with the user's own."""
    global _in_force
    _in_force = tuple(table)


def name(action: str) -> str:
    """The first key of an action in the table that is in force, as the screen writes it: "u"."""
    return label(action, _in_force)


def remapped(own: Mapping[str, str], file: str = "config.toml") -> tuple[Key, ...]:
    """The table with the user's own keys, which take the place of an action's default ones ("a", "ctrl+p,p").

    Raises ConfigError with every unknown action, and every key that two actions would share, naming both.
    """
    known = {key.id for key in TABLE}
    mistakes = [
        Mistake(file, 0, f"keys.{action} is unknown.", f"Allowed: {', '.join(sorted(known))}.")
        for action in own
        if action not in known
    ]
    table = tuple(replace(key, keys=_split(own[key.id])) if key.id in own else key for key in TABLE)
    taken: dict[str, str] = {}
    for key in table:
        if not key.keys:
            mistakes.append(Mistake(file, 0, f"keys.{key.id} names no key.", 'Write a key such as "a" or "ctrl+p".'))
        for name in key.keys:
            if name in taken:
                what = f"the key {shown(name)} stands for both {taken[name]} and {key.id}."
                mistakes.append(Mistake(file, 0, what, "Give one of them another key under [keys]."))
            taken[name] = key.id
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return table


def _split(keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (part.strip() for part in keys.split(",")) if name))
