"""A tier's levels on the reader's paper: what the past proposes and why, and who came back after how much silence."""

from collections.abc import Sequence

from retcon import keys, text
from retcon.desk.thresholds import Kept, Pick
from retcon.model.thresholds import FEWEST, Proposal, Suggestion
from retcon.retention import evidence
from retcon.widgets.drawing import fit, wrap
from retcon.widgets.view import BLANK, Page, Row

_COLUMNS = (8, 10, 12, 9)
_BAR = 30


def page(kept: Kept, pick: Pick, zone: str, width: int, *, opened: bool) -> Page:
    """The page of one tier or category; where it is opened it begins with the table of silence."""
    suggestion = kept.suggestion
    if suggestion is None or not suggestion.proposals:
        return nothing(kept, width)
    rows: list[Row] = []
    holds, proposal = kept.of(pick), kept.proposal(pick)
    if proposal is None:
        rows += _sentences((f"The past says nothing of {evidence.people(*pick)}.",), width)
    else:
        first, *more = evidence.sentences(proposal, suggestion, (holds.warning, holds.alarm))
        if kept.offers(pick):
            first = f"{first} {keys.name('approve')} takes it."
        rows += [*_sentences((first,), width, "strong"), *_sentences(more, width)]
    if holds.evidence and (holds.tier, holds.category) == pick:
        rows += [BLANK, *_sentences((f"When these levels were taken: {holds.evidence}",), width, "muted")]
    start = len(rows) + 1
    if proposal is not None and proposal.silence:
        rows += [BLANK, *_silence(proposal, suggestion, width)]
    said = [evidence.capacity(suggestion), evidence.assumed(suggestion), evidence.replayed(suggestion, zone)]
    rows += [BLANK, *_sentences(said, width, "muted")]
    return Page(tuple(rows), start=start if opened else 0)


def nothing(kept: Kept, width: int) -> Page:
    """What stands there before the past was asked, or where it is too short: what is missing."""
    rows: list[Row] = [((" Levels that your own past proposes", "strong"),), BLANK]
    rows += _sentences(
        (
            "From the warning on somebody's risk is medium, from the alarm on it is high. Risk is the probability of"
            f" no order within {kept.horizon_days} days.",
            "retcon replays your last year week by week: whom it would have warned you of, and who came back by"
            " themselves. Here will stand which levels that speaks for, tier by tier, and what they would have done;"
            " one key takes them.",
        ),
        width,
        "muted",
    )
    return Page((*rows, BLANK, *_sentences((needs(kept),), width)))


def needs(kept: Kept) -> str:
    """Whether the past is long enough to be asked, and what to do."""
    if not kept.history_days:
        return evidence.missing(0, kept.horizon_days) + " Orders of a file come in with: retcon import FILE."
    if not kept.possible:
        return evidence.missing(kept.history_days, kept.horizon_days) + " Older orders: retcon import FILE."
    return f"Your orders reach back {text.plural(kept.history_days, 'day')}. {keys.name('load')} asks them."


def _sentences(said: Sequence[str], width: int, style: str = "") -> list[Row]:
    return [((f" {row}", style),) for sentence in said for row in wrap(text.line(sentence), width - 2)]


def _silence(proposal: Proposal, suggestion: Suggestion, width: int) -> list[Row]:
    """A row for each length of silence: how many got there, and how many of them came back by themselves."""
    bar = min(_BAR, width - 4 - sum(_COLUMNS))
    who = evidence.people(proposal.tier, proposal.category)
    said = f"Of {who}, by days of silence: who came back by themselves within {suggestion.horizon_days} days"
    rows = [*_sentences((said,), width), ((_cells("SILENT", "PEOPLE", "CAME BACK", "OF 100"), "label"),)]
    for row in proposal.silence:
        silent, people = f"{row.days} d", f"{row.people:,}"
        if row.people < FEWEST:
            rows.append(((_cells(silent, people, "", ""), ""), ("  too few to tell", "muted")))
            continue
        full = round(bar * row.returned / row.people)
        share = f"{100 * row.returned / row.people:.0f}"
        rows.append(
            (
                (_cells(silent, people, f"{row.returned:,}", share), ""),
                ("  " + "━" * full, "accent"),
                ("─" * (bar - full), "faint"),
            )
        )
    return rows


def _cells(*words: str) -> str:
    return " " + "".join(fit(word, wide, right=True) for word, wide in zip(words, _COLUMNS, strict=True))
