"""A backtest for tests: three dates of a shop in Berlin, with every ranking's list and figures."""

from dataclasses import replace
from datetime import UTC, datetime

from retcon.model.backtest import Backtest, Cutoff, Figures, Found, Group

MODELS = {
    "retcon": Figures(0.812, 0.784, 0.171, 0.028, 1.81, 0.31),
    "recency": Figures(0.751, 0.702, 0.223, 0.071, 1.52, 0.24),
    "recency/interval": Figures(0.702, 0.611, 0.238, 0.083, 1.33, 0.19),
    "rfm": Figures(0.793, 0.754, 0.202, 0.055, 1.64, 0.22),
    "bg/nbd": Figures(0.803, 0.775, 0.179, 0.031, 1.75, 0.29),
    "pareto/nbd": Figures(0.803, 0.773, 0.180, 0.030, 1.74, 0.30),
}
FOUND = {
    "retcon": Found(16, 124_000),
    "recency": Found(11, 96_000),
    "recency/interval": Found(9, 76_000),
    "rfm": Found(10, 88_000),
    "bg/nbd": Found(15, 116_000),
    "pareto/nbd": Found(15, 118_000),
}


def cutoff(day: str = "2026-06-01", **changes: object) -> Cutoff:
    """One date: 20 names of 120, 16 of them right, with €1,240 of the €4,000 that were lost."""
    usual = Cutoff(
        as_of=datetime.fromisoformat(day).replace(tzinfo=UTC),
        history_days=700,
        customers=410,
        stayed_away=240,
        nameable=120,
        named=20,
        lost_minor=400_000,
        found=FOUND,
        longest_silent=Found(18, 2_400),
        models=MODELS,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def found(ours: int, recency: int, **others: int) -> dict[str, Found]:
    """Lists of which so many names were right, each worth €10."""
    right = {"retcon": ours, "recency": recency, **others}
    return {name: Found(number, 1_000 * number) for name, number in right.items()}


def backtest(*cutoffs: Cutoff, **changes: object) -> Backtest:
    """These dates, or three of them a horizon apart."""
    usual = Backtest(
        made_at=datetime(2026, 11, 20, 6, 40, tzinfo=UTC),
        horizon_days=90,
        names_per_day=20,
        currency="EUR",
        history_days=872,
        customers=410,
        of=410,
        cutoffs=cutoffs or (cutoff("2026-02-24", history_days=602), cutoff("2026-05-25"), cutoff("2026-08-23")),
        calibration=tuple(
            Group(123, said / 100, came / 100)
            for said, came in (
                (8, 10), (19, 16), (31, 33), (42, 38), (53, 55), (64, 66), (72, 70), (81, 84), (88, 86), (95, 96),
            )
        ),
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]
