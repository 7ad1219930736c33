"""The list as it stands under the operator's hands: its order, what is unfolded, marked, narrowed, and was read.

It reorders only when it is told to: what others bring is counted, and shown when the operator asks for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from retcon import text
from retcon.desk.today import Item, Line
from retcon.frozen import dataclass
from retcon.model.outbox import OutboxRow
from retcon.model.playbook import Moment
from retcon.widgets import words


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a heading (no line), a line, or one message inside an unfolded line (`child`)."""

    key: str
    moment: Moment
    line: Line | None = None
    item: Item | None = None  # the one message that the row stands for
    child: bool = False
    heading: str = ""  # the words of a heading

    @property
    def fold(self) -> bool:
        """Whether the row stands for several messages."""
        return self.line is not None and self.item is None and self.line.folded

    @property
    def items(self) -> tuple[Item, ...]:
        """The messages that the row stands for."""
        if self.item is not None:
            return (self.item,)
        return self.line.items if self.line is not None else ()

    @property
    def outbox(self) -> OutboxRow | None:
        """The outbox row that needs the operator, where the row is one."""
        return self.line.outbox if self.line is not None else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What approving a row takes, and what it leaves: texts that nobody read yet, messages that may not leave."""

    items: tuple[Item, ...]
    unread: tuple[Item, ...] = ()
    refused: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What others changed: rows that came, rows that are decided, texts that are no longer the ones shown."""

    new: int = 0
    gone: int = 0
    changed: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)

    def __str__(self) -> str:
        counts = ((self.new, "new"), (self.gone, "gone"), (self.changed, "changed"))
        return ", ".join(f"{number} {word}" for number, word in counts if number)


class Worklist:
    """The rows of Today. The cursor is the screen's; here rows are known by their keys."""

    def __init__(self) -> None:
        self.lines: tuple[Line, ...] = ()
        self.entries: tuple[Entry, ...] = ()
        self.unread = 0  # decisions below these lines that are still being read
        self.query = ""
        self.marks: set[str] = set()
        self.stays = ""  # the key of a line that was decided on and is shown until it is left
        self._unfolded: set[str] = set()
        self._removed: set[str] = set()  # messages taken off the list since it was loaded
        self._settled: dict[str, Line] = {}  # rows of a group taken off since: what the group of each was
        self._besides: tuple[Line, ...] = ()  # what a search brought beside the list
        self._kinds_read: set[tuple[str, object]] = set()  # (line, kind of text)
        self._texts_read: set[tuple[int, int]] = set()  # (action, revision)

    # ---- what stands in it

    def load(self, lines: Iterable[Line], unread: int = 0) -> None:
        """Take over the lines as they are, in their order; so many decisions below them are still being read."""
        self.lines, self.unread, self.stays = tuple(lines), unread, ""
        self._removed.clear()
        self._settled.clear()
        self._arrange()

    def fill(self, lines: Iterable[Line]) -> None:
        """Take over what was still being read; the rows shown keep their places, what was taken off stays off."""
        read = {line.key: line for whole in lines if (line := self._without_removed(whole)) is not None}
        shown = [read.pop(line.key, line) for line in self.lines]
        self.lines, self.unread = (*shown, *read.values()), 0
        self._arrange()

    def _without_removed(self, line: Line) -> Line | None:
        if line.outbox is not None:
            return None if f"outbox:{line.outbox.id}" in self._removed else line
        return _only(line, [item for item in line.items if f"action:{item.action.id}" not in self._removed])

    def follow(self, lines: Sequence[Line]) -> None:
        """Take over what became of the rows shown, in the order shown; rows that are new are left for `load`.

        What was taken off the list and is still there after all comes back, at its place. A row stays in its group
        until `load`, whatever has become of it.
        """
        groups = {line.key: line.heading for line in self.lines}
        moved = {line.key for line in lines if (was := self._settled.get(line.key)) and was.heading != line.heading}
        lines = [
            replace(line, heading=groups.get(line.key, line.heading))
            for line in lines
            if line.key != self.stays and (line.key in groups or line.key not in moved)
        ]
        lines.extend(line for line in self.lines if line.key == self.stays)
        known = _keys(self.lines) | self._removed | self._settled.keys()
        kept = [line for line in lines if known & _keys([line])]
        places = {key: place for place, line in enumerate(self.lines) for key in (line.key, *_keys([line]))}
        place = -1
        ranked: list[tuple[int, Line]] = []
        for line in kept:
            shown = [places[key] for key in (line.key, *_keys([line])) if key in places]
            place = min(shown, default=place)
            ranked.append((place, line))
        self.lines = tuple(line for _, line in sorted(ranked, key=lambda pair: pair[0]))
        self._removed.clear()
        self._settled = {key: line for key, line in self._settled.items() if key in moved}
        self._arrange()

    def news(self, lines: Iterable[Line]) -> News:
        """How the lines differ from those shown, by messages."""
        shown = [line for line in self.lines if line.key != self.stays]
        others = [line for line in lines if line.key != self.stays and not self._decided_here(line)]
        before, after = dict(_revisions(shown)), dict(_revisions(others))
        return News(
            new=len(after.keys() - before.keys()),
            gone=len(before.keys() - after.keys()),
            changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
        )

    def _decided_here(self, line: Line) -> bool:
        """Whether the row is off the list because of the operator's own word, and nothing was said there since."""
        was = self._settled.get(line.key)
        return was is not None and _newest(was) == _newest(line)

    def regroup(self, lines: Sequence[Line], below: str) -> bool:
        """Let what was decided on here stand in the group to which it belongs now; whether that changed anything.

        Only what belongs below the row of that key; the rows shown keep their order.
        """
        places = {line.key: place for place, line in enumerate(lines)}
        first = places.get(below, -1)
        moved = [line for line in lines if self._decided_here(line) and line.heading != self._settled[line.key].heading]
        back = [line for line in moved if places[line.key] > first]
        for line in back:
            del self._settled[line.key]
            after = (at for at, other in enumerate(self.lines) if places.get(other.key, -1) > places[line.key])
            at = next(after, len(self.lines))
            self.lines = (*self.lines[:at], line, *self.lines[at:])
        if back:
            self._arrange()
        return bool(back)

    def remove(self, actions: Iterable[int] = (), outbox: Iterable[int] = ()) -> None:
        """Take decided messages off the list at once."""
        decided, settled = frozenset(actions) - {0}, frozenset(outbox)
        self._removed |= {f"action:{id}" for id in decided} | {f"outbox:{id}" for id in settled}

        def rest(line: Line) -> Line | None:
            if line.outbox is not None:
                return None if line.outbox.id in settled else line
            return _only(line, [item for item in line.items if item.action.id not in decided])

        every = (*self.lines, *self._besides)
        left = {line.key: line for line in map(rest, every) if line is not None}
        self.take_off(line.key for line in every if line.key not in left)
        self.lines = tuple(left[line.key] for line in self.lines)
        self._arrange()

    def take_off(self, keys: Iterable[str]) -> None:
        """Take these rows off the list at once."""
        gone = frozenset(keys)
        self._removed |= {key for key, _ in _revisions(line for line in self.lines if line.key in gone)}
        self._settled |= {line.key: line for line in self.lines if line.key in gone and line.heading}
        self.lines = tuple(line for line in self.lines if line.key not in gone)
        self._besides = tuple(line for line in self._besides if line.key not in gone)
        self._arrange()

    def find(self, lines: Iterable[Line]) -> None:
        """Show these beside the list as long as it is narrowed."""
        self._besides = tuple(lines)
        self._arrange()

    def stay(self, key: str) -> None:
        """Keep this line, though it is decided on, until it is left."""
        self.stays = key

    def leave(self) -> None:
        """Take off the line that stayed."""
        gone, self.stays = self.stays, ""
        self.take_off([gone])

    def narrow(self, query: str) -> None:
        """Show only rows that hold every word of the query, and none of its !words."""
        self.query = query.strip()
        self._arrange()

    def unfold(self, key: str, *, open_: bool) -> bool:
        """Unfold the line of that key, or fold it; whether that changed anything."""
        before = key in self._unfolded
        if open_ == before or not any(line.key == key and line.folded for line in self.lines):
            return False
        (self._unfolded.add if open_ else self._unfolded.discard)(key)
        self._arrange()
        return True

    def is_unfolded(self, key: str) -> bool:
        """Whether the line of that key is unfolded."""
        return key in self._unfolded

    @property
    def headings(self) -> tuple[str, ...]:
        """The groups of the list, the hidden ones too, in its order."""
        return tuple(dict.fromkeys(heading(line) for line in self.lines))

    @property
    def total(self) -> int:
        """How many decisions there are, the hidden ones too."""
        known = (*self.lines, *(self._besides if self.query else ()))
        return sum(len(line.items) or 1 for line in known) + self.unread

    @property
    def shown(self) -> int:
        """How many decisions the filter lets through."""
        return sum(len(entry.items) or 1 for entry in self.entries if entry.line is not None and not entry.child)

    def _arrange(self) -> None:
        self.entries = tuple(self._rows())
        known = {entry.key for entry in self.entries}
        if not self.query:
            self.marks &= known

    def _rows(self) -> Iterator[Entry]:
        wanted = _Query(self.query)
        matching = [line for line in map(wanted.of, self.lines) if line is not None]
        found = self._besides if self.query else ()
        group = ""
        for line in (*matching, *found):
            if heading(line) != group:
                group = heading(line)
                yield Entry(f"heading:{group}", line.moment, heading=group)
            alone = line.items[0] if len(line.items) == 1 else None
            yield Entry(line.key, line.moment, line, alone)
            if line.folded and line.key in self._unfolded:
                for item in line.items:
                    yield Entry(f"action:{item.action.id}", line.moment, line, item, child=True)

    # ---- marks

    def mark(self, entry: Entry) -> None:
        """Mark the row, or unmark it."""
        self.marks ^= {entry.key}

    def mark_alike(self, entry: Entry) -> None:
        """Mark every row shown that is of the same kind."""
        self.marks |= {other.key for other in self.entries if other.line is not None and _alike(entry, other)}

    def chosen(self, entry: Entry | None) -> tuple[Entry, ...]:
        """What a verb is about: the marked rows that are shown, else the row itself."""
        marked = tuple(other for other in self.entries if other.key in self.marks)
        if marked:
            folds = {other.key for other in marked if other.fold}
            return tuple(one for one in marked if not (one.child and one.line and one.line.key in folds))
        return (entry,) if entry is not None and entry.line is not None else ()

    # ---- what was read

    def read(self, entry: Entry, item: Item) -> None:
        """Note that this text was on the screen: it stands for those of its row that are of the same kind."""
        self._texts_read.add((item.action.id, item.action.revision))
        if entry.line is not None:
            self._kinds_read.add((entry.line.key, _kind(item)))

    def was_read(self, line: Line, item: Item) -> bool:
        """Whether this text, or one of its kind, was on the screen."""
        return (item.action.id, item.action.revision) in self._texts_read or (
            (line.key, _kind(item)) in self._kinds_read
        )

    def take(self, entry: Entry) -> Taken:
        """What approving the row takes: its one message as it is, of a fold what passes and was read."""
        if not entry.fold or entry.line is None:
            return Taken(
                tuple(item for item in entry.items if item.passes),
                refused=tuple(item for item in entry.items if not item.passes),
            )
        passing = [item for item in entry.items if item.passes]
        read = [item for item in passing if self.was_read(entry.line, item)]
        return Taken(
            tuple(read),
            unread=tuple(item for item in passing if item not in read),
            refused=tuple(item for item in entry.items if not item.passes),
        )

    def samples(self, entry: Entry) -> tuple[Item, ...]:
        """The texts of a row that must be looked at, one of a kind, the most frequent first.

        Of those that may leave, unless none may.
        """
        found: dict[object, list[Item]] = {}
        for item in [item for item in entry.items if item.passes] or entry.items:
            found.setdefault(_kind(item), []).append(item)
        return tuple(kind[0] for kind in sorted(found.values(), key=len, reverse=True))

    def alike(self, entry: Entry, item: Item) -> int:
        """How many texts of the row this one stands for."""
        return sum(_kind(other) == _kind(item) for other in entry.items)


def heading(line: Line) -> str:
    """The words of the group that the line stands in."""
    return line.heading or words.MOMENTS[line.moment]


def _kind(item: Item) -> object:
    """Texts of a row are of one kind where language and notes are the same; an edited one stands for itself."""
    return item.action.id if item.action.edited else (item.action.draft.language, item.notes)


def _keys(lines: Iterable[Line]) -> set[str]:
    return {key for key, _ in _revisions(lines)}


def _revisions(lines: Iterable[Line]) -> Iterator[tuple[str, object]]:
    for line in lines:
        if line.heading:  # a row of a group is known by itself, whatever is due in it
            of_items = [item.action.revision for item in line.items]
            yield line.key, (line.heading, line.outbox and line.outbox.state, of_items, _newest(line))
            continue
        for item in line.items:
            # What they write while an answer waits changes the row as well.
            yield f"action:{item.action.id}", (item.action.revision, _newest(line))
        if line.outbox is not None:
            yield f"outbox:{line.outbox.id}", line.outbox.state


def _newest(line: Line) -> object:
    """What was said last, where the row is one conversation."""
    said = line.items[0].said if len(line.items) == 1 else ()
    return (said[-1].at, said[-1].id) if said else None


def _only(line: Line, items: Sequence[Item]) -> Line | None:
    if not items:
        return None
    if len(items) == len(line.items):
        return line
    return replace(line, items=tuple(items), stake_minor=sum(item.action.stake_minor for item in items))


def _alike(entry: Entry, other: Entry) -> bool:
    if entry.outbox is not None or other.outbox is not None:
        return bool(entry.outbox and other.outbox and entry.outbox.state == other.outbox.state)
    return entry.items[0].action.rule == other.items[0].action.rule and entry.child == other.child


class _Query:
    """Words that must stand in a row, !words that must not."""

    def __init__(self, query: str) -> None:
        parts = query.casefold().split()
        self.wanted = [part for part in parts if not part.startswith("!")]
        self.unwanted = [part[1:] for part in parts if len(part) > 1 and part.startswith("!")]

    def of(self, line: Line) -> Line | None:
        """The line with those of its messages that match; None where none does."""
        if not self.wanted and not self.unwanted:
            return line
        if line.outbox is not None:
            said = (
                line.title,
                line.needs,
                line.outbox.recipient,
                line.outbox.subject,
                line.outbox.body,
                line.customer and line.customer.name,
            )
            return line if self._holds(line, *(part or "" for part in said)) else None
        return _only(line, [item for item in line.items if self._holds_item(line, item)])

    def _holds_item(self, line: Line, item: Item) -> bool:
        draft, customer = item.action.draft, item.customer
        return self._holds(
            line,
            line.title,
            item.action.title,
            item.action.reason,
            customer.name,
            customer.country,
            words.country_name(customer.country),
            *customer.emails,
            draft.subject,
            draft.body,
            draft.operator_body,
            *(message.body[:500] for message in item.said[-3:]),
        )

    def _holds(self, line: Line, *parts: str) -> bool:
        hay = text.show("\n".join((heading(line), *parts))).casefold()
        return all(part in hay for part in self.wanted) and not any(part in hay for part in self.unwanted)
