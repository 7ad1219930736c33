"""Those who bought once, as groups by how long ago: within such a group hardly anything tells who comes back."""

import numpy as np

from retcon.frozen import dataclass
from retcon.retention.risk.summary import Summary

# Days since a first order, grouped: the last day of each group, and the day on which the group was watched from.
AGES = (7, 30, 60, 90, 180, 365)
_WATCHED = (3, 19, 45, 75, 135, 270, 500)
# People needed before a share of them is told.
FEWEST = 30


@dataclass(frozen=True, slots=True)
class Group:
    """Those whose only order is so many days old; `until_days` is None for the oldest.

    Of `watched` people who had ordered once by then, `returned` ordered again within the horizon.
    """

    since_days: int
    until_days: int | None
    people: int
    watched: int
    returned: int

    @property
    def in_a_hundred(self) -> float | None:
        """How many of 100 come back; None where fewer than 30 people were watched for so long."""
        return 100 * self.returned / self.watched if self.watched >= FEWEST else None


def groups(summary: Summary, horizon_days: int) -> tuple[Group, ...]:
    """The groups, youngest first."""
    age = summary.as_of_day - summary.first_day
    second = np.where(summary.second_days > 0, summary.second_days, np.inf)
    place = np.searchsorted(AGES, age[summary.repeats == 0])
    people = np.bincount(place, minlength=len(_WATCHED)).tolist()
    found: list[Group] = []
    for number, start in enumerate(_WATCHED):
        watched = (second > start) & (age >= start + horizon_days)
        came = watched & (second <= start + horizon_days)
        since = AGES[number - 1] + 1 if number else 0
        until = AGES[number] if number < len(AGES) else None
        found.append(Group(since, until, people[number], int(watched.sum()), int(came.sum())))
    return tuple(found)


def return_rates(summary: Summary, horizon_days: int) -> tuple[float, ...]:
    """For each group: of 100 who had ordered once by then, how many ordered again within the horizon; NaN unknown."""
    rates = (group.in_a_hundred for group in groups(summary, horizon_days))
    return tuple(float("nan") if rate is None else rate for rate in rates)
