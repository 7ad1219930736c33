"""Orders as dots on an axis of time, with the days on which the next one would come, and today at its end."""

from collections.abc import Sequence
from datetime import date

from retcon import localtime
from retcon.desk.card import Rhythm
from retcon.frozen import dataclass
from retcon.widgets.drawing import Part, width_of

# A dot has room where the usual gap has so many cells; earlier orders are left out for that, apart from the last few.
_CELLS, _LAST = 2, 6
_TODAY = " today"
_DOT, _LINE, _SILENCE, _EARLIER = "●", "─", "┄", "‹"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days on cells: the first day on cell 0, today on the last."""

    first: date
    today: date
    cells: int

    def cell(self, day: date) -> int:
        """The cell of the day."""
        days = max(1, (self.today - self.first).days)
        return max(0, min(self.cells - 1, round((day - self.first).days / days * (self.cells - 1))))


def axis(rhythm: Rhythm, today: date, width: int) -> list[Part]:
    """One row of at most so many cells; empty where nothing was ever bought.

    Several orders on one cell are a figure; "‹" at the beginning says that there are earlier ones.
    """
    bought = [day for day in rhythm.bought if day <= today]
    if not bought:
        return []
    ahead = rhythm.expected is not None and rhythm.expected[0] > today
    span = _span(rhythm.expected, today) if rhythm.expected is not None else ""
    tail = _ahead(span) if ahead else []
    least = width_of("Mmm ’00 ") + width_of(_TODAY) + 8
    if sum(width_of(words) for words, _ in tail) > width - least:
        tail = []
    room = width - width_of(_TODAY) - sum(width_of(words) for words, _ in tail)
    first = _first(bought, rhythm.usual, today, room)
    year = "" if first.year == today.year else f" ’{first:%y}"
    label = f"{localtime.MONTHS[first.month - 1]}{year}{_EARLIER if first > bought[0] else ' '}"
    scale = _Scale(first, today, max(2, room - width_of(label)) if first < today else 1)
    cells = _cells([day for day in bought if day >= first], scale)
    if rhythm.expected is not None and not ahead:
        missed = rhythm.expected[1] < today
        _bracket(cells, rhythm.expected, span, scale, after=scale.cell(bought[-1]), style="warn" if missed else "muted")
    return [(label, "muted"), *_joined(cells), (_TODAY, "muted"), *tail]


def _first(bought: Sequence[date], usual: int | None, today: date, room: int) -> date:
    """The day on which the axis begins: the first order, or as far back as dots have room."""
    if usual is None:
        return bought[0]
    days = max(1, usual) * room / _CELLS
    return next((day for day in bought[:-_LAST] if (today - day).days <= days), bought[-_LAST:][0])


def _cells(bought: Sequence[date], scale: _Scale) -> list[Part]:
    """The axis without the bracket: a line while they buy, then silence."""
    counts: dict[int, int] = {}
    for day in bought:
        counts[scale.cell(day)] = counts.get(scale.cell(day), 0) + 1
    last = max(counts)
    cells: list[Part] = []
    for cell in range(scale.cells):
        count = counts.get(cell, 0)
        if count:
            cells.append((_DOT if count == 1 else str(min(count, 9)), "accent"))
        else:
            cells.append((_LINE, "faint") if cell < last else (_SILENCE, "faint"))
    return cells


def _bracket(
    cells: list[Part], expected: tuple[date, date], span: str, scale: _Scale, *, after: int, style: str
) -> None:
    """Lay the days on which the next order was expected over the silence, as far as they have room there."""
    near, far = scale.cell(expected[0]), scale.cell(expected[1])
    room = len(cells) - after - 3
    days = f"{expected[0].day}–{expected[1].day}" if expected[0] < expected[1] else f"{expected[0].day}"
    options = (f"[{span}]", f"[{days}]", f"[{_SILENCE * max(0, far - near - 1)}]")
    words = next((words for words in options if len(words) <= room), "")
    start = max(after + 2, min((near + far + 1) // 2 - len(words) // 2, len(cells) - 1 - len(words)))
    for place, letter in enumerate(words):
        cells[start + place] = (letter, style)


def _ahead(span: str) -> list[Part]:
    """The days that are still to come, behind today."""
    return [(f" {_SILENCE * 2}", "faint"), (f"[{span}]", "muted")]


def _span(expected: tuple[date, date], today: date) -> str:
    """The days in words: "22–30 Oct", "28 Oct – 3 Nov"; with a year where it isn't this one."""
    near, far = expected
    year = "" if far.year == today.year else f" {far.year}"
    end = f"{far.day} {localtime.MONTHS[far.month - 1]}{year}"
    if near == far:
        return end
    if (near.year, near.month) == (far.year, far.month):
        return f"{near.day}–{end}"
    return f"{near.day} {localtime.MONTHS[near.month - 1]}–{end}"


def _joined(cells: Sequence[Part]) -> list[Part]:
    """Neighbouring cells of one style as one part."""
    parts: list[Part] = []
    for letter, style in cells:
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + letter, style)
        else:
            parts.append((letter, style))
    return parts
