"""What customers do besides ordering, as it was known at an instant: opens, visits, complaints, silence after our mail.

What no source tells is unknown: it has no column, and nothing that is unknown may count for or against anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from retcon.retention.risk.days import DAY, Codes, Flags, Floats, Ints

# What is told of, in this order everywhere; a kind is a place in this.
SIGNALS = (
    "opened",  # messages of ours that they opened
    "clicked",  # links in them that they followed
    "visited",  # days on which they looked at the shop
    "coupon_unused",  # coupons of theirs that they have not used
    "no_reply",  # messages of ours that they have not answered, by word or by order
    "waiting",  # messages of theirs that nobody has answered
    "complained",
    "rated_low",  # one or two stars
)
# Older events count no more.
RECENT_DAYS = 182
NEVER = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class SignalLog:
    """Events of customers: `customer` as positions in the log's ids, `kind` as places in SIGNALS, times in seconds.

    An event holds from `at` until `until` (a complaint that was settled, a message that was answered; NEVER: for
    good). `since` has one entry for each kind: from when on a source tells of it, NEVER where none does.
    """

    customer: Ints
    kind: Codes
    at: Ints
    until: Ints
    since: Ints

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """How many events of each known kind hold for each of `size` customers; NaN where it is unknown of a customer."""

    size: int
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return self.size

    def take(self, rows: Any) -> "Signals":
        """Of these rows alone."""
        columns = {kind: values[rows] for kind, values in self.columns.items()}
        return Signals(len(np.arange(self.size)[rows]), MappingProxyType(columns))

    def none_of(self, kind: str) -> "Signals":
        """As if nothing of the kind had happened, to those of whom it is known."""
        if kind not in self.columns:
            return self
        return Signals(self.size, MappingProxyType({**self.columns, kind: self.columns[kind] * 0.0}))

    def without(self, kind: str) -> "Signals":
        """As if nobody told of the kind."""
        rest = {name: values for name, values in self.columns.items() if name != kind}
        return Signals(self.size, MappingProxyType(rest))

    def matrix(self) -> tuple[Floats, Flags]:
        """Customers × SIGNALS: the counts, 0 where unknown, and which of them are known."""
        values, known = np.zeros((self.size, len(SIGNALS))), np.zeros((self.size, len(SIGNALS)), bool)
        for place, kind in enumerate(SIGNALS):
            if kind in self.columns:
                known[:, place] = ~np.isnan(self.columns[kind])
                values[:, place] = np.nan_to_num(self.columns[kind])
        return values, known


NOTHING = SignalLog(
    customer=np.zeros(0, np.int64),
    kind=np.zeros(0, np.int8),
    at=np.zeros(0, np.int64),
    until=np.zeros(0, np.int64),
    since=np.full(len(SIGNALS), NEVER, np.int64),
)


def signal_log(
    customer_ids: Ints, *, customer: Any, kind: Any, at: Any, since: Mapping[str, int], until: Any = None
) -> SignalLog:
    """The events of these columns, in whatever order; those of customers who are not among the sorted ids are left out.

    `since` names the kinds that a source tells of, and from when on.
    """
    who = np.asarray(customer, np.int64)
    kept = np.isin(who, customer_ids)
    when = np.asarray(at, np.int64)
    ends = np.full(len(when), NEVER, np.int64) if until is None else np.asarray(until, np.int64)
    return SignalLog(
        customer=np.searchsorted(customer_ids, who[kept]).astype(np.int64),
        kind=np.asarray(kind, np.int8)[kept],
        at=when[kept],
        until=ends[kept],
        since=np.array([since.get(name, NEVER) for name in SIGNALS], np.int64),
    )


def count(log: SignalLog, position: Ints, customers: int, as_of: int) -> Signals:
    """What held at the instant, for the customers at these positions of `customers` in all."""
    recent = (log.at < as_of) & (log.until >= as_of) & (log.at >= as_of - RECENT_DAYS * DAY)
    columns: dict[str, Floats] = {}
    for place, kind in enumerate(SIGNALS):
        if log.since[place] < as_of:
            events = np.bincount(log.customer[recent & (log.kind == place)], minlength=customers)
            columns[kind] = events[position].astype(np.float64)
    return Signals(len(position), MappingProxyType(columns))
