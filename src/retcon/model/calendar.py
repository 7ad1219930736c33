"""Days that matter where a customer lives."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Feast:
    """A festival in a year in a country. `certain` is false where the moon is watched: it may be a day off.

    `id` is the name under which phrases/LANGUAGE.toml calls it; `kind` is "gift", "sale" or "fast" (Ramadan).
    """

    id: str
    kind: str
    country: str
    day: date
    last_day: date
    lead_days: int  # so long before it is spoken of
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A day of the seller's own: a festival to write for ("gift", "sale") or a day to keep quiet ("quiet")."""

    name: str
    kind: str
    day: date
    last_day: date
    countries: frozenset[str] = frozenset()  # none: everywhere
    lead_days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The seller's calendar.toml: days of their own, and by how many days a feast is another day in a country."""

    days: tuple[OwnDay, ...] = ()
    shifts: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])  # (feast, country)
