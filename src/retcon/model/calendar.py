"""Days that matter where a customer lives."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Feast:
    """A festival in a year in a country. `certain` is false where the moon is watched: it may be a day off.

    `id` is the name under which phrases/LANGUAGE.toml calls it, of a seller's own day its name; `kind` is "gift",
    "sale", "fast" (Ramadan) or, in the table alone, "quiet".
    """

    id: str
    kind: str
    country: str
    day: date
    last_day: date
    lead_days: int  # so long before it is spoken of
    certain: bool = True
    name: str = ""  # in English
    source: str = ""  # by what the day is known: a rule, a package, the seller


@dataclass(frozen=True, slots=True, kw_only=True)
class Festival:
    """A festival of every year and how its day is found in some countries; one line of calendar.toml.

    `day` is a rule ("12-25", "2nd sunday of may", "easter - 47", "hijri 10-01"); `holiday` the English name of a
    public holiday. With both, the holiday's day where it is the rule's or up to two days later, else the rule's.
    """

    id: str
    name: str
    kind: str  # "gift", "sale", "fast", "quiet"
    lead_days: int
    countries: frozenset[str]  # none: everywhere
    day: str = ""
    holiday: str = ""
    calendar: str = ""  # whose holidays, where not the country's own: "CN", "MY-10"
    category: str = "public"
    plus: int = 0  # so many days after that
    unless: str = ""  # where the day is this rule's, it is that of `instead`
    instead: str = ""
    days: int = 0  # so long it lasts; 0: as long as the holiday, else one day
    holidays_follow: bool = False  # public holidays right after it belong to it
    dates: tuple[date, ...] = ()  # in their years these hold
    certain: bool = True
    source: str = ""  # of `dates`


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDays:
    """What was worked out of the days of some weeks: one that isn't named in a place that is, is like any other.

    Places are countries ("DE") and, of public holidays, their parts ("DE-BY") too.
    """

    since: date
    until: date  # the last of them
    quiet: Mapping[str, Mapping[date, str]]
    holidays: Mapping[str, Mapping[date, str]]
    ramadan: Mapping[str, Mapping[date, str]]


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
    """The calendar: the festivals of every year, ours and the seller's, and what else calendar.toml says.

    A shift says by how many days a feast is another day in a country: under ("eid-al-fitr", "ID") in every year, under
    ("eid-al-fitr:2027", "ID") in that one.
    """

    days: tuple[OwnDay, ...] = ()
    shifts: Mapping[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    festivals: tuple[Festival, ...] = ()

    def __hash__(self) -> int:
        """Cheap, for it is asked a thousand times in a pass as the key of what was worked out."""
        return hash((len(self.days), len(self.shifts), len(self.festivals)))
