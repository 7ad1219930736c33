"""Every key of the console in one table; bindings, footer, help, palette and the user's own keys come from it.

An action has one meaning everywhere. `[keys]` in config.toml gives an action other keys by its id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from retcon.errors import ConfigError, Mistake
from retcon.frozen import dataclass


class Group(StrEnum):
    """The headings of the help, in its order."""

    ACT = "Act"
    MOVE = "Move"
    FIND = "Find"
    VIEW = "View"


@dataclass(frozen=True, slots=True)
class Key:
    """One action: its id, its keys by their names in a terminal, what it does in a sentence.

    `short` is its word in the footer, empty where it stands in the help alone. `of` is what it is done to, for
    screens that have none of that; empty where it means something everywhere.
    """

    id: str
    keys: tuple[str, ...]
    group: Group
    words: str
    short: str = ""
    of: str = ""


TABLE: tuple[Key, ...] = (
    Key(
        "approve", ("a",), Group.ACT, "approve the row, the fold or the marks, and move on", "approve", of="what is due"
    ),
    Key("approve_fold", ("A",), Group.ACT, "approve the whole fold: what passes and was read", of="what is due"),
    Key("edit", ("e",), Group.ACT, "write or edit the text here", "edit", of="messages that haven't left"),
    Key(
        "editor", ("E",), Group.ACT, "edit the text in $EDITOR, with the conversation", of="messages that haven't left"
    ),
    Key("skip", ("x",), Group.ACT, "skip, with a reason", "skip", of="what is due"),
    Key("snooze", ("s",), Group.ACT, "show me again later", "later", of="what is due"),
    Key("write", ("r",), Group.ACT, "write to this person, also first", of="people"),
    Key(
        "done",
        ("d",),
        Group.ACT,
        "done with this: the conversation, the promise; it arrived",
        of="what waits for you",
    ),
    Key("promise", ("p",), Group.ACT, "keep a promise: by which day, and what", of="people"),
    Key("note", ("n",), Group.ACT, "write a note on this person", of="people"),
    Key("tag", ("#",), Group.ACT, "tag this person, or take a tag off", of="people"),
    Key("mark", ("space",), Group.ACT, "mark the row", of="lists"),
    Key("mark_alike", ("*",), Group.ACT, "mark all that are alike", of="lists"),
    Key("unmark", ("-",), Group.ACT, "unmark all", of="lists"),
    Key("undo", ("u",), Group.ACT, "take the last operation back", "undo"),
    Key("redo", ("U",), Group.ACT, "do again what was taken back"),
    Key("hold", ("H",), Group.ACT, "hold everything, or let go"),
    Key("down", ("j", "down"), Group.MOVE, "next row", of="lists"),
    Key("up", ("k", "up"), Group.MOVE, "row before", of="lists"),
    Key("first", ("g", "home"), Group.MOVE, "first row", of="lists"),
    Key("last", ("G", "end"), Group.MOVE, "last row", of="lists"),
    Key("half_down", ("ctrl+d", "pagedown"), Group.MOVE, "half a page down", of="lists"),
    Key("half_up", ("ctrl+u", "pageup"), Group.MOVE, "half a page up", of="lists"),
    Key("unfold", ("l", "right"), Group.MOVE, "unfold a row that stands for several", of="rows that stand for several"),
    Key("fold", ("h", "left"), Group.MOVE, "fold it again", of="rows that stand for several"),
    Key(
        "next_item",
        ("J",),
        Group.MOVE,
        "next inside an opened one: a fold's text, a person",
        of="what is opened",
    ),
    Key("previous_item", ("K",), Group.MOVE, "the one before", of="what is opened"),
    Key("open", ("enter",), Group.MOVE, "open: what settles a row, a fold's rows, the reader", of="lists"),
    Key("pane", ("tab",), Group.MOVE, "to the reader and back", of="lists with a reader"),
    Key("back", ("escape",), Group.MOVE, "back, innermost first"),
    Key("quit", ("q",), Group.MOVE, "back as well, without Escape's pause; at the top: quit"),
    Key("translate", ("t",), Group.VIEW, "the other language", of="messages"),
    Key("why", ("!",), Group.VIEW, "why: score, reasons, verdicts", "why", of="people"),
    Key("attached", ("o",), Group.VIEW, "open what came with it: files, the parcel's link", of="messages"),
    Key("quoted", (">",), Group.VIEW, "what messages quote, or fold it again", of="messages"),
    Key("copy", ("y",), Group.VIEW, "copy the text", of="messages"),
    Key("load", (".",), Group.VIEW, "load what is new", of="lists"),
    Key("sync", ("S",), Group.VIEW, "sync now"),
    Key("log", ("L",), Group.VIEW, "the log: what went wrong lately"),
    Key("today", ("1",), Group.VIEW, "Today"),
    Key("customers", ("2",), Group.VIEW, "Customers"),
    Key("inbox", ("3",), Group.VIEW, "Inbox"),
    Key("outbox", ("4",), Group.VIEW, "Outbox"),
    Key("insights", ("5",), Group.VIEW, "Insights"),
    Key("playbook", ("6",), Group.VIEW, "Playbook"),
    Key("views", ("f",), Group.FIND, "views of this list, and its order", of="lists"),
    Key("filter", ("/",), Group.FIND, "narrow this list", "find", of="lists"),
    Key("palette", (":", "ctrl+p"), Group.FIND, "every person, order and verb by name"),
    # Last, so that they have a place at the bottom only where there is room.
    Key("how", ("c",), Group.ACT, "how: on which channel", "how", of="messages"),
    Key("when", ("w",), Group.ACT, "leaves when: at an hour of your choice; approves it", "when", of="what is due"),
    Key("texts", (";", "ctrl+t"), Group.ACT, "your texts, by number", "texts", of="messages"),
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


def names(action: str) -> tuple[str, ...]:
    """All keys of an action in the table that is in force, as a terminal names them."""
    return next(key.keys for key in _in_force if key.id == action)


def action_of(pressed: str, table: Sequence[Key]) -> str | None:
    """The action that a key or a letter stands for; None where it stands for none."""
    return next((key.id for key in table if pressed in key.keys), None)


# ---- the user's own


# What a question, a menu and the help are answered with and left by, whatever the table says.
_FIXED = {"enter": "open", "escape": "back"}
_SAME = {  # what a terminal sends for these is another key
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+i": "Tab",
    "ctrl+h": "Backspace",
    "ctrl+[": "Esc",
    "ctrl+left_square_bracket": "Esc",
}
_NAMED = frozenset((*_SHOWN, "backspace", "delete", "insert", *(f"f{number}" for number in range(1, 13))))


def remapped(own: Mapping[str, str], file: str = "config.toml") -> tuple[Key, ...]:
    """The table with the user's own keys, which take the place of an action's default ones ("a", "ctrl+p,p").

    Raises ConfigError with all that is wrong: unknown actions, no keys at all or none that a terminal sends, a key
    that two actions would share, and Enter or Esc taken from what they mean everywhere.
    """
    known = {key.id for key in TABLE}
    mistakes = [
        Mistake(file, 0, f"keys.{action} is unknown.", f"Allowed: {', '.join(sorted(known))}.")
        for action in own
        if action not in known
    ]
    table = tuple(replace(key, keys=_split(own[key.id])) if key.id in own else key for key in TABLE)
    for key in table:
        if key.id in own:
            mistakes += [Mistake(file, 0, f"keys.{key.id}: {what}", allowed) for what, allowed in _wrong(key)]
    taken: dict[str, str] = {}
    for key in table:
        for name in key.keys:
            if name in taken:
                what = f"the key {shown(name)} stands for both {taken[name]} and {key.id}."
                mistakes.append(Mistake(file, 0, what, "Give one of them another key under [keys]."))
            taken[name] = key.id
    if mistakes:
        raise ConfigError(tuple(mistakes))
    return table


def _wrong(key: Key) -> Iterator[tuple[str, str]]:
    """What is wrong with an action's own keys, and what is allowed."""
    if not key.keys:
        yield "it names no key.", 'Write a key such as "a" or "ctrl+p".'
    for name in key.keys:
        if name in _SAME:
            yield f"{name} is {_SAME[name]} in a terminal.", "Take another key."
        elif name in _FIXED and _FIXED[name] != key.id:
            yield f"{shown(name)} means {_FIXED[name]} everywhere.", "Take another key."
        elif not _is_key(name):
            yield f"“{name}” is no key.", 'Write a letter or sign, or a name such as "ctrl+p", "f5" or "pageup".'
    for name, action in _FIXED.items():
        if key.id == action and name not in key.keys:
            yield f"without {shown(name)} there is no way {_WAYS[name]}.", f'Write "{name}" beside your own.'


_WAYS = {"enter": "to answer a question", "escape": "out of one"}


def _is_key(name: str) -> bool:
    """Whether a terminal sends such a key, and it comes under this name."""
    *with_, last = name.split("+") if len(name) > 1 else [name]
    if not with_:
        return last in _NAMED or (len(last) == 1 and last.isprintable() and not last.isspace())
    if with_ == ["shift"]:
        return last in _NAMED
    held = set(with_) <= {"ctrl", "alt", "shift"} and len(set(with_)) == len(with_)
    return held and (last in _NAMED or (len(last) == 1 and last.isalnum() and last.islower() == last.isalpha()))


def _split(keys: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (part.strip() for part in keys.split(",")) if name))
