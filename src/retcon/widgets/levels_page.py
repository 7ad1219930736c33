"""A tier's levels on the reader's paper: what the past proposes and why, and who came back after how much silence."""

from collections.abc import Sequence

from retcon import keys, text
from retcon.desk.thresholds import Kept, Pick
from retcon.model.thresholds import FEWEST, Proposal, Suggestion
from retcon.retention import evidence
from retcon.widgets.drawing import fit, wrap
from retcon.widgets.view import BLANK, Page, Row

_DAYS, _PEOPLE, _SHARE = 8, 12, 16
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
        return "No order is here yet. Orders of a file come in with: retcon import FILE."
    if not kept.possible:
        return evidence.missing(kept.history_days, kept.horizon_days) + " Older orders: retcon import FILE."
    return f"Your orders reach back {text.plural(kept.history_days, 'day')}. {keys.name('load')} asks them."


def _sentences(said: Sequence[str], width: int, style: str = "") -> list[Row]:
    return [((f" {row}", style),) for sentence in said for row in wrap(text.line(sentence), width - 2)]


def _silence(proposal: Proposal, suggestion: Suggestion, width: int) -> list[Row]:
    """A row for each length of silence: how many got there, and how many of them came back by themselves."""
    bar = min(_BAR, width - 2 - _DAYS - _PEOPLE - _SHARE - 2)
    who = evidence.people(proposal.tier, proposal.category)
    rows: list[Row] = [
        *_sentences(
            (f"Of {who}, by days of silence: came back by themselves within {suggestion.horizon_days} days",), width
        ),
        (
            (
                " "
                + fit("SILENT", _DAYS, right=True)
                + fit("PEOPLE", _PEOPLE, right=True)
                + fit("CAME BACK", _SHARE, right=True),
                "label",
            ),
        ),
    ]
    for row in proposal.silence:
        few = row.people < FEWEST
        full = 0 if few or bar < 8 else round(bar * row.returned / row.people)
        said = "too few to tell" if few else f"{row.returned:,}  {evidence.share(row.returned, row.people):>5}"
        rows.append(
            (
                (f" {fit(f'{row.days} d', _DAYS, right=True)}{fit(f'{row.people:,}', _PEOPLE, right=True)}", ""),
                (fit(said, _SHARE, right=True), "muted" if few else ""),
                ("  " + "━" * full, "accent"),
                ("─" * (bar - full) if not few and bar >= 8 else "", "faint"),
            )
        )
    return rows
