"""A backtest on the reader's paper: sentences, the figures beside the baselines, what was said beside what came."""

import math
from collections.abc import Mapping, Sequence

from retcon import keys, text
from retcon.desk.backtest import Kept
from retcon.model.backtest import Backtest, Cutoff, Figures, Found, Group, means
from retcon.retention.risk import backtest_words as words
from retcon.widgets.drawing import Part, fit, wrap
from retcon.widgets.view import BLANK, Page, Row

_NAME = 22
_FIGURE = 8
_BEST = "•"


def page(backtest: Backtest, cutoff: Cutoff | None, zone: str, width: int) -> Page:
    """The page of one date, or of all."""
    if cutoff is not None:
        said, lost = words.of_date(cutoff, backtest, zone), cutoff.lost_minor
        figures: Mapping[str, Figures] = cutoff.models
        found: Mapping[str, Found] = cutoff.found
        groups: tuple[Group, ...] = ()
    else:
        said, lost = words.in_all(backtest, zone), sum(each.lost_minor for each in backtest.cutoffs)
        figures, groups = means(backtest.cutoffs), backtest.calibration
        asked = {name for each in backtest.cutoffs for name in each.found}
        found = {name: words.total(backtest, name) for name in figures if name in asked}
    rows = [*_sentences(said[:1], width, "strong"), *_sentences(said[1:], width)]
    if cutoff is None:
        rows += _sentences(words.cautions(backtest, zone), width, "warn")
    rows += [BLANK, *_table(figures, found, lost, width), BLANK]
    if groups:
        rows += [*_calibration(groups, width), BLANK]
    rows += _sentences((words.counted(backtest),), width, "faint")
    return Page(tuple(rows))


def nothing(kept: Kept, width: int) -> Page:
    """What stands there before the first backtest: what it will show, and what it needs."""
    rows: list[Row] = [((" The proof on your own past", "strong"),), BLANK]
    rows += _sentences(
        (
            "retcon goes back to earlier dates, ranks everybody from what was known then, and looks who came back.",
            f"Here will stand: of the {kept.names_per_day} names it would have shown you on each date, how many did "
            "not come back and what they had spent; what you'd have found by days since last order, by RFM, and by two "
            "models of the textbook; and whether as many stayed away as it had said.",
        ),
        width,
        "muted",
    )
    return Page((*rows, BLANK, *_sentences((needs(kept),), width)))


def needs(kept: Kept) -> str:
    """Whether the past is long enough for a backtest, and what to do."""
    needed = 2 * kept.horizon_days
    if not kept.history_days:
        return f"No order is here yet, and a proof for {kept.horizon_days} days needs {needed} days of them: " + _BRING
    reach = f"Your orders reach back {text.plural(kept.history_days, 'day')}"
    if not kept.possible:
        return (
            f"{reach}, and a proof for {kept.horizon_days} days needs {needed}. "
            f"In {text.plural(needed - kept.history_days, 'day')} it can begin; sooner with older orders: {_BRING}"
        )
    return f"{reach}; a proof for {kept.horizon_days} days needs {needed}: {keys.name('load')} makes it."


_BRING = "retcon import FILE."


def _sentences(said: Sequence[str], width: int, style: str = "") -> list[Row]:
    return [((f" {row}", style),) for sentence in said for row in wrap(sentence, width - 2)]


# ---- the figures


def _table(figures: Mapping[str, Figures], found: Mapping[str, Found], lost: int, width: int) -> list[Row]:
    """A row for each ranking, a column for each figure, the best of each marked; below, what each means."""
    shown = words.FIGURES[: max(1, (width - 1 - _NAME) // _FIGURE)]
    values = {name: words.values(name, figures, found, lost) for name in figures}
    best = {figure.id: _best(figure, [of[figure.id] for of in values.values()]) for figure in shown}
    head: list[Part] = [(" " + fit("RANKED BY", _NAME), "label")]
    head += [(fit(f"{figure.head} ", _FIGURE, right=True), "label") for figure in shown]
    rows: list[Row] = [tuple(head)]
    for name, of in values.items():
        cells: list[Part] = [(" " + fit(words.NAMES.get(name, name), _NAME), "strong" if name == words.OURS else "")]
        for figure in shown:
            value = figure.shown(of[figure.id])
            cells += [(fit(value, _FIGURE - 1, right=True), ""), (_BEST if value == best[figure.id] else " ", "accent")]
        rows.append(tuple(cells))
    rows.append(((f" {_BEST} the best of the column", "faint"),))
    for figure in shown:
        first, *more = wrap(figure.meaning, width - 12)
        rows.append(((" " + fit(figure.head, 9), "label"), (" " + first, "muted")))
        rows += [((" " * 11 + row, "muted"),) for row in more]
    return rows


def _best(figure: words.Figure, values: Sequence[float]) -> str:
    """The best value as it is written: what reads the same is as good."""
    known = [value for value in values if not math.isnan(value)]
    return figure.shown((max if figure.more else min)(known)) if known else ""


# ---- what was said, and what came


def _calibration(groups: Sequence[Group], width: int) -> list[Row]:
    """A bar for what came, with a mark where it was said to end."""
    room = max(10, min(50, width - 34))
    rows: list[Row] = [
        ((" So many in 100 would stay away, it said; so many did. Ten groups of equal size, over all dates.", ""),),
        (
            (" " + fit("SAID", 6, right=True) + fit("CAME", 6, right=True) + "  ", "label"),
            (_scale(room), "faint"),
            (fit("CUSTOMERS", 12, right=True), "label"),
        ),
    ]
    for group in groups:
        came, said = round(group.came * room), min(room - 1, round(group.said * room))
        rows.append(
            (
                (f" {100 * group.said:6.0f}{100 * group.came:6.0f}  ", ""),
                *_bar(came, said, room),
                (fit(f"{group.customers:,}", 12, right=True), "muted"),
            )
        )
    return [
        *rows,
        (
            ("  " + " " * 13, ""),
            ("━", "accent"),
            (" what came  ", "muted"),
            ("┃", "strong"),
            (" what was said", "muted"),
        ),
    ]


def _scale(room: int) -> str:
    middle = "50".center(room - 4)
    return f"0{middle}100"


def _bar(came: int, said: int, room: int) -> list[Part]:
    cells = ["━" if place < came else "─" for place in range(room)]
    before, after = "".join(cells[:said]), "".join(cells[said + 1 :])
    parts: list[Part] = []
    for piece in (before, "┃", after):
        full = piece.count("━")
        parts += [(piece, "strong")] if piece == "┃" else [("━" * full, "accent"), ("─" * (len(piece) - full), "faint")]
    return parts
