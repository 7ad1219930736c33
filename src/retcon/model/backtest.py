"""The proof of the ranking on a shop's own past: what was replayed, and how well each way of ranking did."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from retcon import localtime
from retcon.frozen import dataclass

OURS = "retcon"
SILENCE = "recency"


@dataclass(frozen=True, slots=True)
class Figures:
    """How good one ranking was; NaN where too few stayed away or came back to tell, or where it gave no answer.

    `auc2` and `lift10` (the first tenth) are of customers with two orders or more. `value_caught`: of what those of
    them who stayed away had spent in the year before, the part that the names shown held.
    """

    auc: float = math.nan
    auc2: float = math.nan
    brier: float = math.nan
    ece: float = math.nan
    lift10: float = math.nan
    value_caught: float = math.nan


@dataclass(frozen=True, slots=True)
class Found:
    """What a list of names came to: how many of them stayed away, and what these had spent in the year before."""

    right: int
    value_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """One day of the past. `named`: how many names each ranking was asked for, most money at risk first.

    Names are of customers with two orders or more, `nameable` of them. `found` has every ranking's list by its name,
    weighed by the same money; `longest_silent` is the list by silence alone, of those who bought within a year.
    `lost_minor` is what all who stayed away had spent, 0 where no amounts are known. `failed` gave no answer.
    """

    as_of: datetime
    history_days: int
    customers: int
    stayed_away: int
    nameable: int
    named: int
    lost_minor: int
    found: Mapping[str, Found]
    longest_silent: Found
    models: Mapping[str, Figures]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who were given nearly the same probability: what was said on average, and what part stayed away."""

    customers: int
    said: float
    came: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """All days that were replayed, oldest first. `customers` of `of` were looked at: all, or a sample."""

    made_at: datetime
    horizon_days: int
    names_per_day: int
    currency: str
    history_days: int
    customers: int
    of: int
    cutoffs: tuple[Cutoff, ...]
    calibration: tuple[Group, ...]

    def as_dict(self) -> dict[str, Any]:
        """In plain values: instants as ISO 8601 in UTC, null for what can't be told."""
        return {
            "made_at": localtime.stamp(self.made_at),
            "horizon_days": self.horizon_days,
            "names_per_day": self.names_per_day,
            "currency": self.currency,
            "history_days": self.history_days,
            "customers": self.customers,
            "of": self.of,
            "cutoffs": [_cutoff_as_dict(cutoff) for cutoff in self.cutoffs],
            "means": {name: _plain(figures) for name, figures in means(self.cutoffs).items()},
            "calibration": [asdict(group) for group in self.calibration],
        }

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "Backtest":
        """What `as_dict` gave. Raises KeyError, TypeError or ValueError for what another version wrote."""
        plain = ("horizon_days", "names_per_day", "currency", "history_days", "customers", "of")
        return Backtest(
            made_at=localtime.instant(values["made_at"]),
            cutoffs=tuple(map(_cutoff_from_dict, values["cutoffs"])),
            calibration=tuple(Group(**group) for group in values["calibration"]),
            **{name: values[name] for name in plain},
        )


def means(cutoffs: Sequence[Cutoff]) -> dict[str, Figures]:
    """The figures of each ranking, averaged over the days on which they could be told."""
    names = cutoffs[0].models if cutoffs else {}
    return {name: _mean([asdict(cutoff.models[name]) for cutoff in cutoffs]) for name in names}


_PLAIN = ("history_days", "customers", "stayed_away", "nameable", "named", "lost_minor")


def _cutoff_as_dict(cutoff: Cutoff) -> dict[str, Any]:
    return {
        "as_of": localtime.stamp(cutoff.as_of),
        **{name: getattr(cutoff, name) for name in _PLAIN},
        "found": {name: asdict(found) for name, found in cutoff.found.items()},
        "longest_silent": asdict(cutoff.longest_silent),
        "models": {name: _plain(figures) for name, figures in cutoff.models.items()},
        "failed": list(cutoff.failed),
    }


def _cutoff_from_dict(values: Mapping[str, Any]) -> Cutoff:
    def figures(plain: Mapping[str, float | None]) -> Figures:
        return Figures(**{name: math.nan if value is None else value for name, value in plain.items()})

    return Cutoff(
        as_of=localtime.instant(values["as_of"]),
        found={name: Found(**found) for name, found in values["found"].items()},
        longest_silent=Found(**values["longest_silent"]),
        models={name: figures(plain) for name, plain in values["models"].items()},
        failed=tuple(values["failed"]),
        **{name: values[name] for name in _PLAIN},
    )


def _plain(figures: Figures) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in asdict(figures).items()}


def _mean(every: list[dict[str, float]]) -> Figures:
    def mean(values: list[float]) -> float:
        known = [value for value in values if not math.isnan(value)]
        return sum(known) / len(known) if known else math.nan

    return Figures(**{name: mean([one[name] for one in every]) for name in every[0]})
