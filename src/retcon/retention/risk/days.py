"""Instants to local days, a million at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retcon import localtime

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

DAY = 86_400
_WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class LocalDays:
    """A zone's clock over a span: from each of `starts` on (seconds since 1970) it is `offsets` ahead of UTC."""

    starts: Ints
    offsets: Ints

    def of(self, seconds: Any) -> Ints:
        """The local day of each instant, counted from 1970-01-01."""
        at = np.asarray(seconds, np.int64)
        era = np.clip(np.searchsorted(self.starts, at, side="right") - 1, 0, None)
        return (at + self.offsets[era]) // DAY

    def start(self, day: int) -> int:
        """The instant at which the local day begins."""
        midnight = day * DAY
        ahead = midnight - int(self.offsets[max(int(np.searchsorted(self.starts, midnight, side="right")) - 1, 0)])
        return midnight - int(self.offsets[max(int(np.searchsorted(self.starts, ahead, side="right")) - 1, 0)])


@lru_cache(maxsize=8)
def local_days(zone_name: str, first: int, last: int) -> LocalDays:
    """The zone's clock from `first` to `last` (seconds since 1970)."""
    zone = localtime.zone(zone_name)

    def offset(at: int) -> int:
        ahead = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
        return 0 if ahead is None else int(ahead.total_seconds())

    starts, offsets = [first], [offset(first)]
    # No zone changes its clock twice within a week.
    for before in range(first, last, _WEEK):
        after = min(before + _WEEK, last)
        if offset(after) == offsets[-1]:
            continue
        low, high = before, after
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
        starts.append(high)
        offsets.append(offset(high))
    return LocalDays(np.array(starts, np.int64), np.array(offsets, np.int64))
