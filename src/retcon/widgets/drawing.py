"""Rows of cells: text from outside made harmless, measured, cut with an ellipsis or wrapped, and given a style."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, chop_cells, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from retcon import text

# A piece of a row: its text, and the name of its style (a component class of the widget, without the prefix).
Part = tuple[str, str]
Parts = Sequence[Part]

# Nobody reads further in a terminal; what is wrapped costs time with every row that is looked at.
LONGEST = 20_000


def width_of(words: str) -> int:
    """How many cells the text takes."""
    return cell_len(words)


def cut(words: str, width: int) -> str:
    """The text on one row of at most so many cells; "…" where something is missing."""
    words = text.line(words)
    if cell_len(words) <= width:
        return words
    kept = 0
    used = 0
    for _start, end, cells in split_graphemes(words)[0]:
        if used + cells > width - 1:
            break
        kept, used = end, used + cells
    return text.line(words[:kept]) + "…" if width > 0 else ""


def fit(words: str, width: int, *, right: bool = False) -> str:
    """The text on exactly so many cells."""
    words = cut(words, width)
    space = " " * (width - cell_len(words))
    return space + words if right else words + space


def within(parts: Parts, width: int) -> list[Part]:
    """The parts on one row of at most so many cells; the one that has no room is cut, what follows it is left out."""
    kept: list[Part] = []
    for words, style in parts:
        cells = cell_len(words)
        if cells > width:
            return [*kept, (cut(words.rstrip(), width) if words[:1] != " " else " " + cut(words, width - 1), style)]
        kept.append((words, style))
        width -= cells
    return kept


def wrap(words: str, width: int) -> list[str]:
    """The text on rows of at most so many cells, broken at spaces where there are any; its newlines are kept."""
    words = text.show(words[:LONGEST]) + (" …" if len(words) > LONGEST else "")
    rows: list[str] = []
    for paragraph in words.rstrip().split("\n"):
        rows.extend(_wrapped(paragraph, max(width, 2)))
    return rows


def _wrapped(paragraph: str, width: int) -> list[str]:
    if cell_len(paragraph) <= width:
        return [paragraph.rstrip()]
    indent = len(paragraph) - len(paragraph.lstrip(" "))
    rows: list[str] = []
    row, used = " " * min(indent, width // 2), min(indent, width // 2)
    started = False
    for word in filter(None, paragraph.split(" ")):  # at plain spaces: others are there to keep words together
        cells = cell_len(word)
        if started and used + 1 + cells <= width:
            row, used = f"{row} {word}", used + 1 + cells
            continue
        if started:
            rows.append(row)
            row, used = "", 0
        # A script without spaces, or an address: as much as fits on each row.
        *full, word = chop_cells(word, width - used) if used + cells > width else [word]
        for piece in full:
            rows.append(row + piece)
            row, used = "", 0
        row, used, started = row + word, used + cell_len(word), True
    return [*rows, row]


class Drawn(Widget):
    """A widget that draws rows of parts by the line; its styles are its component classes, "PREFIX--NAME"."""

    PREFIX = ""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._looks: dict[str, Style] = {}
        self._base: Style | None = None

    def notify_style_update(self) -> None:
        self._looks.clear()
        self._base = None
        super().notify_style_update()

    def look(self, name: str) -> Style:
        """The style of that name, without a background of its own."""
        found = self._looks.get(name)
        if found is None:
            found = self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True) if name else Style.null()
            self._looks[name] = found
        return found

    def row(self, parts: Iterable[Part], *, over: str = "") -> Strip:
        """The parts as one row of the widget's width; `over` names a style that lies over the whole row."""
        base = self._base
        if base is None:
            base = self._base = self.rich_style
        above = self.look(over)
        # The last door: whatever came here, nothing that a terminal obeys goes further.
        segments = [
            Segment(text.show(words).replace("\n", " "), base + self.look(name) + above)
            for words, name in parts
            if words
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base + above)
