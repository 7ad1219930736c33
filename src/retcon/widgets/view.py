"""The reader's paper: rows of parts, how the operator looks at them, and sentences laid on them."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from retcon import text
from retcon.desk.today import Item
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.widgets import words
from retcon.widgets.drawing import Part, cut, fit, width_of, wrap

if TYPE_CHECKING:
    from retcon.desk.leaving import Moved
    from retcon.model.policy import Verdict

Row = tuple[Part, ...]

BLANK: Row = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of the reader: those that always stand at its top and its end, and between them those that scroll.

    `start` is the row of the body to begin with, unless all from there on has room at the end of an earlier one.
    """

    body: tuple[Row, ...] = ()
    foot: tuple[Row, ...] = ()
    head: tuple[Row, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How the operator looks at a row."""

    width: int
    tall: bool  # whether all that is known has room beside the message
    now: datetime
    zone: str
    language: str  # the operator's
    currency: str
    original: bool = False  # the customer's text where there is room for one
    why: bool = False
    quoted: bool = False  # also what messages quote
    writing: bool = False  # an answer is being written below
    approved: str = ""  # the key of a row that was approved and stays while it is open
    sample: int = 0  # which of a fold's texts
    samples: tuple[Item, ...] = field(default=())
    alike: int = 1  # how many of a fold the sample stands for
    log: "tuple[Moved, ...]" = ()  # what has happened to a message of the outbox
    judged: "tuple[Verdict, ...]" = ()  # what the rules say of it now

    @property
    def wide(self) -> bool:
        """Whether both texts have room."""
        return self.width >= 100

    @property
    def label(self) -> int:
        """How wide the labels are."""
        return 12 if self.wide else 10

    @property
    def indent(self) -> int:
        """Where sentences begin."""
        return self.label if self.wide else 1


def sentences(said: Sequence[str], view: View, style: str = "muted") -> list[Row]:
    """Each as a sentence, on as many rows as it takes."""
    return [
        ((" " * view.indent, ""), (row, style))
        for sentence in said
        if sentence
        for row in wrap(text.line(_ended(sentence)), view.width - view.indent - 1)
    ]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(":") or words.rtl(sentence[-1:]) else text.sentence(sentence)


def named(customer: Customer | None, said: str, view: View) -> Row:
    """Who it is, and what is said of them beside the name."""
    name = words.call_name(customer)
    gap = "   " if view.wide else " · "
    room = view.width - 2 - width_of(name) - len(gap)
    return (" ", ""), (name, "strong"), (gap + cut(said, room), "muted")


def own_name(customer: Customer, view: View) -> list[Row]:
    """A name written from right to left has a row of its own."""
    if not words.rtl(customer.name):
        return []
    return [((" " * view.label, ""), (cut(customer.name, view.width - view.label - 1), "strong"))]


def letter(label: str, subject: str, body: str, aside: str, view: View, title: str = "") -> list[Row]:
    """A text with its subject; what is said of it stands at the right of a row that reads from the left."""
    width = view.width - view.label - 1
    rows: list[Row] = []
    if title:
        rows.append(((" " * view.label, ""), (title, "faint")))
    first = [(row, "strong") for row in wrap(text.line(subject), width)] if subject else []
    body_rows = [(row, "") for row in wrap(body, width)]
    labelled = False
    for words_, style in (*first, *body_rows):
        lead = f" {fit(label, view.label - 2)} " if not labelled else " " * view.label
        parts: list[Part] = [(lead, "label"), (words_, style)]
        if not labelled and aside and not words.rtl(words_):
            room = width - width_of(words_)
            if room > width_of(aside) + 1:
                parts.append((fit(aside, room, right=True), "faint"))
            else:
                rows += _aside(lead, aside, width, view)
                parts[0] = (" " * view.label, "label")
        elif not labelled and aside:
            rows += _aside(lead, aside, width, view)
            parts[0] = (" " * view.label, "label")
        labelled = True
        rows.append(tuple(parts))
    return rows


def _aside(lead: str, aside: str, width: int, view: View) -> list[Row]:
    """Rows of its own for what has no room beside the text."""
    said = enumerate(wrap(aside, width))
    return [
        ((" " * view.label if row else lead, "label"), (fit(words_, width, right=True), "faint"))
        for row, words_ in said
    ]
