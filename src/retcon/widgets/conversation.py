"""What was said between the shop and one person, as rows: who and when, the words whole, and what came with them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from retcon import keys, localtime, text
from retcon.desk.today import Item
from retcon.frozen import dataclass
from retcon.model.conversations import Complaint, Direction, File, Message, Promise, PromiseState, Sign
from retcon.retention import answering
from retcon.widgets import words
from retcon.widgets.drawing import LONGEST, Part, cut, within, wrap
from retcon.widgets.view import BLANK, Row, View

# Together so many letters are shown whole, from the newest back; what is older is shown by its first row. The newest
# is always whole.
_LETTERS = 20_000

_SIGNS = {Sign.STOP: "takes the permission back", Sign.YES: "gives permission", Sign.COMPLAINT: "unhappy"}
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Said:
    """The rows of a conversation, and the one at which the newest words of the customer begin."""

    rows: tuple[Row, ...]
    newest: int


def said(item: Item, view: View) -> Said:
    """What was said, the newest at the bottom."""
    whole = _whole(item.said)
    rows: list[Row] = []
    newest, subject = 0, ""
    last = max((index for index, message in enumerate(item.said) if _asks(message)), default=-1)
    for index, message in enumerate(item.said):
        if view.tall and rows:
            rows.append(BLANK)
        if index == last:
            newest = len(rows)
        rows.append(_head(item, message, view, last=index == last))
        topic = _topic(message.subject)
        if topic and topic not in (subject, text.line(message.body)):
            rows += _indented(wrap(topic, _room(view)), view, "strong")
            subject = topic
        rows += written(message, view, whole=index >= whole)
    return Said(tuple(rows), newest)


def _asks(message: Message) -> bool:
    return message.direction is Direction.IN and not message.automatic


def _whole(said: Sequence[Message]) -> int:
    """From which message on everything is shown."""
    letters = 0
    for index in range(len(said) - 1, -1, -1):
        letters += len(said[index].body)
        if letters > _LETTERS:
            return min(index + 1, len(said) - 1)
    return 0


def _head(item: Item, message: Message, view: View, *, last: bool) -> Row:
    who = "you"
    how = words.channel(item.thread.medium) if item.thread is not None else ""
    if message.direction is Direction.IN:
        who = words.first_name(item.customer)
    elif message.elsewhere:
        how = "in another program"
    when = ", ".join(filter(None, (how, words.said_at(message.at, view.now, view.zone))))
    parts: list[Part] = [(" ", ""), (who, "strong"), (f", {when}", "muted")]
    if message.automatic:
        parts.append((" · an automatic answer", "muted"))
    if message.sign in _SIGNS:
        parts.append((f" · {_SIGNS[message.sign]}", "warn"))
    if last and item.thread is not None and item.thread.unanswered > 1:
        parts.append((f" · the {_ordinal(item.thread.unanswered)} without an answer", "muted"))
    return tuple(within(parts, view.width - 1))


def _ordinal(count: int) -> str:
    return _ORDINALS[count] if count < len(_ORDINALS) else f"{count}th"


def _topic(subject: str) -> str:
    """A mail's subject without what mail programs put before it."""
    topic = text.line(subject)
    while True:
        before, colon, after = topic.partition(":")
        if not colon or before.strip().casefold() not in _ANSWERING:
            return topic
        topic = after.strip()


_ANSWERING = frozenset(("re", "aw", "antw", "sv", "vs", "ref", "rif", "r", "fw", "fwd", "wg", "tr", "rv", "enc", "odp"))


def _room(view: View) -> int:
    return view.width - view.label - 1


def _indented(rows: Sequence[str], view: View, style: str, more: int = 0) -> list[Row]:
    return [((" " * (view.label + more), ""), (row, style)) for row in rows]


def written(message: Message, view: View, *, whole: bool) -> list[Row]:
    """What was written, with the files that came with it and what it quotes; else its beginning on a row."""
    style = "" if message.direction is Direction.IN else "muted"
    body = message.body if whole else cut(message.body[:400], _room(view))
    rows = _indented(wrap(body, _room(view)), view, style) if body.strip() else []
    rows += _files(message.files, view)
    if message.quoted.strip():
        rows += _quoted(message.quoted, view)
    return rows


def _files(files: Sequence[File], view: View) -> list[Row]:
    """Each on a row of its own; all on one where there is little room."""
    if view.tall or len(files) < 2:
        return [row for file in files for row in _file(file, view)]
    names = words.one_way(", ".join(text.line(file.name) for file in files))
    said = (
        f"{len(files)} files, {words.size(sum(file.size for file in files))} · {keys.name('attached')} opens: {names}"
    )
    return _indented([cut(said, _room(view))], view, "accent")


def _file(file: File, view: View) -> list[Row]:
    """A file on a row of its own; a name written from right to left has that row alone."""
    name, size = text.line(file.name) or "without a name", words.size(file.size)
    kept = f"{keys.name('attached')} opens" if file.path else "too large to keep"
    if words.rtl(name):
        return _indented([cut(name, _room(view)), f"a file, {size} · {kept}"], view, "accent")
    rest = f", {size} · {kept}"
    return [((" " * view.label, ""), (cut(name, _room(view) - len(rest)), "accent"), (rest, "muted"))]


def _quoted(quoted: str, view: View) -> list[Row]:
    lines = [line for line in quoted[:LONGEST].split("\n") if line.strip()]
    count = text.plural(len(lines), "quoted line")
    if not view.quoted:
        return _indented(
            [f"… {count}: {keys.name('quoted')} shows {'it' if len(lines) == 1 else 'them'}"], view, "faint"
        )
    rows = _indented([f"{count}: {keys.name('quoted')} folds {'it' if len(lines) == 1 else 'them'}"], view, "faint")
    return [*rows, *_indented(wrap(quoted, _room(view) - 2), view, "faint", 2)]


# ---- what weighs on it


def worries(item: Item, view: View) -> list[tuple[str, str]]:
    """What is broken or may break, each as a sentence and its style: promises, then complaints, the newest first."""
    told: list[tuple[str, str]] = []
    for promise in item.promises:
        if promise.state is PromiseState.OPEN:
            told.append((promised(item, promise, view), "warn" if promise.due_at <= view.now else "muted"))
    for complaint in reversed(item.complaints):
        about = text.line(complaint.words).rstrip(".")
        apart = words.rtl(about)
        quoted = apart and view.tall and not any(about in text.line(message.body) for message in item.said)
        rests = "; advertising rests" if complaint is item.complaints[-1] else ""
        told.append((_complaint(complaint, "" if apart else about, rests, view) + (":" if quoted else ""), "warn"))
        if quoted:
            told.append((cut(about, _room(view)), "warn"))
    return [one for one in told if one[1] == "warn"] + [one for one in told if one[1] != "warn"]


def promised(item: Item, promise: Promise, view: View) -> str:
    """A promise with what became of its day: "You promised Layla an answer by Monday. That was two days ago."."""
    day, what = by(promise, view), called(promise)
    said_ = f"You promised {words.first_name(item.customer)} an answer by {day}{f': {what}' if what else ''}."
    return f"{said_} {_since(promise.due_at, view)}"


def called(promise: Promise) -> str:
    """What was promised, marked as words; empty where it has none."""
    what = words.one_way(text.line(promise.words)).rstrip(".")
    return f"“{cut(what, 60)}”" if what and what != "an answer" else ""


def _since(due_at: datetime, view: View) -> str:
    here, there = localtime.local(view.now, view.zone), localtime.local(due_at, view.zone)
    days = (there.date() - here.date()).days
    if due_at > view.now:
        return "That is today." if days == 0 else "That is tomorrow." if days == 1 else f"That is in {_days(days)}."
    return "That was today." if days == 0 else "That was yesterday." if days == -1 else f"That was {_days(-days)} ago."


def _days(count: int) -> str:
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else f'{count:,}'} days"


def _complaint(complaint: Complaint, about: str, rests: str, view: View) -> str:
    """By what it is known; words written from right to left have a row of their own, unless they stand below anyway."""
    since = words.said_at(complaint.at, view.now, view.zone)
    begun = answering.complaint_in_words(replace(complaint, words=about)).rstrip(".")
    return f"{begun}, {since}{rests}"


def as_text(item: Item, view: View) -> list[str]:
    """What was said, as lines without styles, the newest at the bottom."""
    rows: list[str] = []
    for message in item.said:
        rows.append("".join(part for part, _ in _head(item, message, view, last=False)).strip())
        rows += [text.line(line) for line in message.body.splitlines()]
        rows.append("")
    return rows[:-1]


def in_a_line(promise: Promise, view: View) -> str:
    """A promise that is offered, for a menu: "by Sunday: “I will write again”"."""
    return f"by {by(promise, view)}: {called(promise) or 'an answer'}"


def by(promise: Promise, view: View) -> str:
    """The day of a promise, on the operator's clock."""
    return answering.by(promise.due_at, view.now, view.zone)


def by_both(due_at: datetime, item: Item, view: View) -> str:
    """A day on the operator's clock; its hour on theirs as well, where one is named: "Thursday 18:00, 20:00 there"."""
    said_ = answering.by(due_at, view.now, view.zone)
    theirs = localtime.local(due_at, words.zone_of(item.customer, view.zone))
    here = localtime.local(due_at, view.zone)
    named = f"{here:%H:%M}" in said_ and theirs.utcoffset() != here.utcoffset()
    return f"{said_}, {theirs:%H:%M} there" if named else said_


def attached(item: Item) -> list[tuple[str, File | str]]:
    """What can be opened, the newest first: the files that were kept, then where parcels can be followed."""
    files = [file for message in reversed(item.said) for file in message.files if file.path]
    names = [(_named(file), file) for file in files]
    return [*names, *((text.line(name), link) for name, link in item.links)]


def _named(file: File) -> str:
    """A file on a row with others: a name written from right to left never stands before a figure."""
    name, size = text.line(file.name) or "a file", words.size(file.size)
    return f"{size}, {name}" if words.rtl(name) else f"{name}, {size}"


def offers(item: Item, view: View) -> list[str]:
    """What was found in the words that may be a promise, each as a sentence."""
    return [
        f"{keys.name('promise')} keeps {called(promise) or by(promise, view)} as a promise."
        for promise in item.promises
        if promise.state is PromiseState.OFFERED
    ]
