"""The help and the palette: verbs with their keys, in the palette people and orders as well; Enter runs or opens."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from retcon import keys, layouts, localtime, money, text
from retcon.frozen import dataclass
from retcon.keys import Key
from retcon.model.standing import Tier
from retcon.widgets import words
from retcon.widgets.drawing import Drawn, Part, cut, fit, width_of

if TYPE_CHECKING:
    from retcon.desk.finding import Found


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be run: `id` as an action, what it does in words, its keys as a terminal names them.

    `why_not` says why it does nothing here, `about` its group in the help.
    """

    id: str
    words: str
    keys: tuple[str, ...] = ()
    why_not: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the rows of people and orders need to be written."""

    now: datetime
    zone: str
    currency: str


if TYPE_CHECKING:
    Row = str | Command | Found  # a heading, a verb, a person or an order

_PEOPLE, _ORDERS = "PEOPLE", "ORDERS"


class Verbs(Drawn, can_focus=True):
    """Lies over the screen while it is open, as the help of the screen or as the palette."""

    PREFIX = "verbs"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "verbs--title",
        "verbs--heading",
        "verbs--key",
        "verbs--word",
        "verbs--muted",
        "verbs--cursor",
        "verbs--accent",
    }

    @dataclass
    class Chosen(Message):
        """One is to be run or opened; nothing where it was closed instead."""

        command: Command | None = None
        found: "Found | None" = None

    @dataclass
    class Typed(Message):
        """People and orders are looked for by these words."""

        words: str

    def __init__(self, table: Sequence[Key], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._table = table
        self._title, self._about = "", ""
        self._commands: Sequence[Command] = ()
        self._around: Around | None = None
        self._people = False  # whether people and orders are found here: the palette
        self._typing = False
        self._typed = ""
        self._found: Sequence[Found] = ()
        self._rows: list[Row] = []
        self._cursor = 0
        self._top = 0

    # ---- opening

    def help(self, title: str, about: str, commands: Sequence[Command]) -> None:
        """Open as the help: the keys of a screen by their groups, and in a line what the screen is for."""
        self._open(title, about, commands)

    def palette(self, commands: Sequence[Command], around: Around) -> None:
        """Open as the palette: what is typed names verbs, people and orders."""
        self._around = around
        self._open("", "A verb by its name, a person by name, e-mail or number, an order.", commands, palette=True)

    def _open(self, title: str, about: str, commands: Sequence[Command], *, palette: bool = False) -> None:
        self._title, self._about, self._commands = title, about, commands
        self._people = self._typing = palette
        self._typed, self._found = "", ()
        self._arrange()
        self.display = True
        self.focus()

    def show_found(self, words_: str, found: "Sequence[Found]") -> None:
        """Show whom these words have found, where they are still what is asked for."""
        if self.display and self._people and words_ == self._typed.strip():
            under, moved = self._under, self._cursor > self._first
            self._found = found
            self._arrange()
            if moved and under in self._rows:
                self._cursor = self._rows.index(under)
            self._move(0)

    # ---- its rows

    @property
    def offered(self) -> list[Command]:
        """The verbs that stand there, from top to bottom."""
        return [row for row in self._rows if isinstance(row, Command)]

    def _arrange(self) -> None:
        wanted = self._typed.casefold().split()
        fitting = [command for command in self._commands if _fits(command, wanted)]
        if self._people:
            # What can be run first; of these what is called so.
            fitting.sort(key=lambda command: (bool(command.why_not), not _named(command, wanted)))
            persons = [found for found in self._found if found.order is None]
            orders = [found for found in self._found if found.order is not None]
            sections = [[_PEOPLE, *persons] if persons else [], [_ORDERS, *orders] if orders else []]
            if self._found and self._found[0].order is not None:  # one that has exactly that number
                sections.reverse()
            self._rows = [*fitting, *sections[0], *sections[1]]
        else:
            self._rows = []
            for about in dict.fromkeys(command.about for command in fitting):
                self._rows += [about, *(command for command in fitting if command.about == about)]
        self._cursor = self._top = 0
        self._cursor = self._first
        self._move(0)

    @property
    def _first(self) -> int:
        return next((index for index, row in enumerate(self._rows) if not isinstance(row, str)), 0)

    @property
    def _under(self) -> "Row | None":
        return self._rows[self._cursor] if self._cursor < len(self._rows) else None

    @property
    def _room(self) -> int:
        """How many rows there are for what is listed: the title, its line and the keys take three."""
        return max(1, self.size.height - 3)

    def _move(self, steps: int) -> None:
        step = 1 if steps > 0 else -1
        for _ in range(abs(steps)):
            to = self._cursor + step
            while 0 <= to < len(self._rows) and isinstance(self._rows[to], str):
                to += step
            if 0 <= to < len(self._rows):
                self._cursor = to
        if not self._top <= self._cursor < self._top + self._room:
            self._top = self._cursor - self._room // 2
        self._top = max(0, min(self._top, len(self._rows) - self._room))
        if self._cursor <= self._first:
            self._top = 0
        self.refresh()

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """Every key is the help's while it is open."""
        event.stop()
        event.prevent_default()
        key, letter = event.key, event.character if event.is_printable else None
        if key == "escape":
            self._step_back()
        elif key == "enter":
            self._choose(self._under)
        elif key in ("down", "ctrl+n"):
            self._move(1)
        elif key in ("up", "ctrl+p"):
            self._move(-1)
        elif key in ("pagedown", "pageup"):
            self._move(self._room if key == "pagedown" else -self._room)
        elif self._typing:
            self._type(key, letter)
        else:
            self._press(key, letter)

    def _step_back(self) -> None:
        if self._typing and not self._people:
            self._typing, self._typed = False, ""
            self._arrange()
        else:
            self._choose(None)

    def _type(self, key: str, letter: str | None) -> None:
        if key == "backspace":
            self._typed = self._typed[:-1]
        elif key == "ctrl+u":
            self._typed = ""
        elif letter:
            self._typed += letter
        else:
            return
        self._look()

    def _look(self) -> None:
        """Verbs by what is typed at once; whom it finds comes after."""
        if not self._typed.strip():
            self._found = ()
        self._arrange()
        if self._people and self._typed.strip():
            self.post_message(self.Typed(self._typed.strip()))

    def _press(self, key: str, letter: str | None) -> None:
        """A key of the help itself, else the verb that has the key."""
        if letter and not letter.isascii():
            letter = layouts.latin(letter)
        action = keys.action_of(key, self._table) or (keys.action_of(letter, self._table) if letter else None)
        match action:
            case "help" | "quit" | "back":
                self._choose(None)
            case "filter":
                self._typing = True
                self.refresh()
            case "down" | "up":
                self._move(1 if action == "down" else -1)
            case "half_down" | "half_up":
                self._move((1 if action == "half_down" else -1) * max(1, self._room // 2))
            case "first" | "last":
                self._move(len(self._rows) if action == "last" else -len(self._rows))
            case _:
                self._choose(next((command for command in self._commands if command.id == action), None), shut=False)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is typed."""
        event.stop()
        if self._typing:
            self._typed += text.line(event.text[:200])[:60]
            self._look()

    def on_click(self, event: events.Click) -> None:
        """A row that is clicked is chosen."""
        index = self._top + event.y - 2
        if 0 <= event.y - 2 < self._room and index < len(self._rows) and not isinstance(self._rows[index], str):
            self._choose(self._rows[index])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self._move(-3)

    def on_resize(self) -> None:
        """Keep the cursor's row on the page."""
        self._move(0)

    def _choose(self, row: "Row | None", *, shut: bool = True) -> None:
        if row is None and not shut:
            return
        self.display = False
        if isinstance(row, Command):
            self.post_message(self.Chosen(command=row))
        elif row is None or isinstance(row, str):
            self.post_message(self.Chosen())
        else:
            self.post_message(self.Chosen(found=row))

    # ---- drawing

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if y == 0:
            return self._first_row()
        if y == 1:
            about = self._about if not self._people or not self._typed else ""
            return self.row([(" " + cut(about, self.size.width - 2), "muted")])
        if y == self.size.height - 1:
            return self._last_row()
        index = self._top + y - 2
        if index >= len(self._rows):
            nothing = y == 2 and not self._rows and bool(self._typed.strip())
            return self.row([(" Nothing is called that.", "muted")] if nothing else [])
        row = self._rows[index]
        under = index == self._cursor
        bar: Part = ("▌" if under else " ", "accent")
        if isinstance(row, str):
            return self._heading(row)
        parts = _command_parts(row, self.size.width - 1) if isinstance(row, Command) else self._found_parts(row)
        return self.row([bar, *parts], over="cursor" if under else "")

    def _heading(self, title: str) -> Strip:
        right = "AT STAKE" if title == _PEOPLE else ""
        return self.row(
            [(f" {title}", "heading"), (fit(right, self.size.width - width_of(title) - 3, right=True), "heading")]
        )

    def _first_row(self) -> Strip:
        if not self._people and not self._typing:
            return self.row([(" " + cut(self._title, self.size.width - 2), "title")])
        sign = f" {keys.name('palette' if self._people else 'filter')} "
        found = f"   {_counted(self._rows)}"
        room = self.size.width - width_of(sign) - 1
        typed = self._typed
        while width_of(text.line(typed)) > room:
            typed = typed[1:]
        found = found if width_of(text.line(typed)) + width_of(found) <= room else ""
        shown = text.show(typed).replace("\n", " ")
        return self.row([(sign, "accent"), (shown, "title"), ("▏", "accent"), (found, "muted")])

    def _last_row(self) -> Strip:
        if self._typing:
            pairs = [("Enter", "opens or runs" if self._people else "runs"), ("↑ ↓", "choose"), ("Esc", "back")]
        else:
            pairs = [("Enter", "runs"), (keys.name("filter"), "narrows"), (keys.name("quit"), "back")]
        parts: list[Part] = [(" ", "")]
        for key, word in pairs:
            parts += [(key, "key"), (f" {word}  ", "muted")]
        return self.row(parts)

    def _found_parts(self, found: "Found") -> list[Part]:
        assert self._around is not None
        width, around = self.size.width - 1, self._around
        name, stake = 34 if width >= 96 else 23 if width >= 70 else 16, 11
        customer = found.customer
        own = text.line(customer.name)
        called = own if own and not words.rtl(own) else words.call_name(customer)
        head: list[Part] = [(f" {fit(cut(called, name - 1), name)}", "word"), (fit(customer.country, 4), "muted")]
        if found.order is not None:
            bought = money.show(found.order.total_minor, found.order.currency, cents=True)
            day = localtime.day(found.order.placed_at, around.now, around.zone)
            room = width - name - 6 - 4
            return [*head, (cut(f"order {found.order.number} · {bought} · {day}", room), "muted")]
        head.append((fit(words.TIERS[Tier.VIP] if found.tier == Tier.VIP else "", 5), "accent"))
        address = next(iter(customer.emails or customer.phones), "")
        room = width - name - 4 - 5 - stake - 3
        at_stake = money.show(found.stake_minor, around.currency) if found.stake_minor else ""
        middle = fit(cut(words.one_way(address), room - 1), room) if room >= 14 else " " * max(0, room)
        return [*head, (middle, "muted"), (fit(at_stake, stake, right=True), "word")]


def _fits(command: Command, wanted: Sequence[str]) -> bool:
    hay = f"{command.id.replace('_', ' ')} {command.words}".casefold()
    return all(part in hay for part in wanted)


def _named(command: Command, wanted: Sequence[str]) -> bool:
    """Whether every word that is typed begins one of the verb's own."""
    own = f"{command.id.replace('_', ' ')} {command.words}".casefold().split()
    return all(any(word.startswith(part) for word in own) for part in wanted)


def _command_parts(command: Command, width: int) -> list[Part]:
    column = 17 if width >= 70 else 9
    names = [keys.shown(key) for key in command.keys]
    shown = "  ".join(names) if width_of("  ".join(names)) < column - 1 else (names[0] if names else "")
    room = width - column - 2
    style = "muted" if command.why_not else "word"
    said = f"{command.words} – {command.why_not}" if command.why_not else command.words
    return [(f" {fit(shown, column)}", "muted" if command.why_not else "key"), (cut(said, room), style)]


def _counted(rows: "Sequence[Row]") -> str:
    verbs = sum(isinstance(row, Command) for row in rows)
    others = [row for row in rows if not isinstance(row, str | Command)]
    orders = sum(found.order is not None for found in others)
    counts = ((verbs, "verb", ""), (len(others) - orders, "person", "people"), (orders, "order", ""))
    return " · ".join(text.plural(number, one, many) for number, one, many in counts if number)
