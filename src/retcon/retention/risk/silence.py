"""For how long a customer has been silent: from the delivery of the last order, and not while something is pending."""

import numpy as np

from retcon.retention.risk.days import DAY, Codes, Flags, Ints
from retcon.retention.risk.log import PARCEL, PAYMENT, RETURN, SHIPPING, UNKNOWN, PurchaseLog

# A parcel that nobody saw arrive for so long is no longer under way; and so on for what is made ready and waited for.
LONGEST_TRANSIT_DAYS = 60
LONGEST_PREORDER_DAYS = 365
LONGEST_RETURN_DAYS = 90
LONGEST_PAYMENT_DAYS = 30


def silence(
    log: PurchaseLog, counted: Flags, starts: Ints, position: Ints, as_of: int, today: int
) -> tuple[Ints, Codes]:
    """Silent days of the customers at these positions, and what each waits for, as a place in log.PENDING.

    `starts` are the places of each one's first counted order. While goods are awaited there is no silence; a return
    or a payment that is awaited stops the clock, and the days that it took are never counted.
    """
    if not len(starts):
        return np.zeros(0, np.int64), np.zeros(0, np.int8)
    settled, pending = _goods(log, counted, starts, as_of)
    silent = np.clip(today - log.days.of(settled), 0, None)
    if len(log.pause_from):
        paused, waiting = _paused(log, position, settled, as_of)
        silent = np.clip(silent - paused, 0, None)
        pending = np.where(pending > 0, pending, waiting).astype(np.int8)
    return np.where((pending == PARCEL) | (pending == SHIPPING), 0, silent), pending


def _goods(log: PurchaseLog, counted: Flags, starts: Ints, as_of: int) -> tuple[Ints, Codes]:
    """The instant that silence counts from, and whether goods are still awaited."""
    placed, shipped, arrived = log.placed[counted], log.shipped[counted], log.arrived[counted]
    here = (arrived != UNKNOWN) & (arrived <= as_of)
    sent = (shipped != UNKNOWN) & (shipped <= as_of)
    coming = sent & ~here & (as_of - shipped <= LONGEST_TRANSIT_DAYS * DAY)
    since = np.where(here, np.maximum(arrived, placed), placed)
    settled = np.maximum.reduceat(since, starts)
    pending = np.where(np.logical_or.reduceat(coming, starts), PARCEL, 0).astype(np.int8)
    preorder = log.preorder[counted]
    if log.ships_within_days or preorder.any():
        patience = np.where(preorder, LONGEST_PREORDER_DAYS, log.ships_within_days) * DAY
        unsent = np.logical_or.reduceat(~sent & ~here & (as_of - placed <= patience), starts)
        pending = np.where(unsent & (pending == 0), SHIPPING, pending).astype(np.int8)
    return settled, pending


def _paused(log: PurchaseLog, position: Ints, settled: Ints, as_of: int) -> tuple[Ints, Codes]:
    """Days of each customer's silence in which something other than goods was awaited, and what is awaited now."""
    longest = np.where(log.pause_kind == RETURN, LONGEST_RETURN_DAYS, LONGEST_PAYMENT_DAYS) * DAY
    ends = np.minimum(log.pause_until, log.pause_from + longest)
    row = np.searchsorted(position, log.pause_customer)
    known = (row < len(position)) & (log.pause_from < as_of)
    known[known] = position[row[known]] == log.pause_customer[known]
    row, begins, ends = row[known], log.pause_from[known], ends[known]
    waiting = np.zeros(len(position), np.int8)
    waits = ends >= as_of
    for kind in (PAYMENT, RETURN):  # a return is told first where both are open
        waiting[row[waits & (log.pause_kind[known] == kind)]] = kind
    first = log.days.of(np.maximum(begins, settled[row]))
    last = np.maximum(log.days.of(np.minimum(ends, as_of)), first)
    return _covered(row, first, last, len(position)), waiting


def _covered(row: Ints, first: Ints, last: Ints, size: int) -> Ints:
    """How many days lie within any of each row's spans, those that overlap counted once."""
    order = np.lexsort((first, row))
    row, first, last = row[order], first[order], last[order]
    if not len(row):
        return np.zeros(size, np.int64)
    # The latest end so far, each row's apart from those before it.
    apart = row * (int(last.max()) + 1)
    reached = np.maximum.accumulate(apart + last) - apart
    before = np.concatenate((np.zeros(1, np.int64), reached[:-1] + apart[:-1] - apart[1:]))
    new = np.clip(last - np.maximum(first, before), 0, None)
    return np.bincount(row, new, size).astype(np.int64)
