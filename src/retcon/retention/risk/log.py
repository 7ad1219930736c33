"""The log of purchases, column by column: all that the ranking knows of a shop."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from retcon.model.standing import AWAITED
from retcon.retention.risk import signals
from retcon.retention.risk.days import Codes, Flags, Floats, Ints, LocalDays, local_days
from retcon.retention.risk.signals import NEVER, SignalLog

EARLIEST = 788_918_400  # 1995-01-01: what is said to be older is a clock that was never set
UNKNOWN = 0
# What a customer may be waiting for; a code is a place in this, and the first means nothing.
PENDING = ("", *AWAITED)
PARCEL, SHIPPING, RETURN, PAYMENT, SEASON = 1, 2, 3, 4, 5
# How far behind the last order the zone's clock is known.
_BEYOND = 10 * 366 * 86_400


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseLog:
    """Orders and refunds of a shop, sorted by customer and time; times in seconds since 1970.

    `customer`, `refund_customer` and `pause_customer` are positions in `customer_ids`. Amounts are minor units of the
    shop's currency, NaN where no rate is known. `shipped` and `arrived` are 0 where unknown. An order counts until
    `voided`, the instant at which all of it was given back. A `gift` went to somebody else. A `preorder` is of what
    isn't there yet; any other order that isn't shipped within `ships_within_days` will not be (0: the shop doesn't
    tell of its parcels). From `pause_from` to `pause_until` (NEVER while it lasts) a customer waits for a return, or
    for an order that isn't paid yet: `pause_kind` is a place in PENDING.
    """

    customer_ids: Ints
    days: LocalDays
    customer: Ints
    placed: Ints
    day: Ints
    amount: Floats
    shipped: Ints
    arrived: Ints
    voided: Ints
    gift: Flags
    preorder: Flags
    refund_customer: Ints
    refund_order: Ints
    refunded: Ints
    refund_amount: Floats
    refund_voided: Ints
    pause_customer: Ints
    pause_from: Ints
    pause_until: Ints
    pause_kind: Codes
    ships_within_days: int = 0
    signals: SignalLog = signals.NOTHING

    def __len__(self) -> int:
        return len(self.placed)

    def counted(self, as_of: int) -> Flags:
        """Which orders counted at the instant: placed before it, not yet given back."""
        return (self.placed < as_of) & (self.voided >= as_of)

    def chosen(self, positions: Ints) -> "PurchaseLog":
        """The rows of these customers alone; `customer_ids`, which positions point into, stays whole."""
        wanted = np.zeros(len(self.customer_ids), bool)
        wanted[positions] = True
        rows = {"refund": wanted[self.refund_customer], "pause_": wanted[self.pause_customer]}
        columns = {
            field.name: getattr(self, field.name)[rows.get(field.name[:6], wanted[self.customer])]
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray) and field.name != "customer_ids"
        }
        return replace(self, **columns)


def purchase_log(
    *,
    zone: str,
    customer: Any,
    placed: Any,
    amount: Any,
    shipped: Any = None,
    arrived: Any = None,
    voided: Any = None,
    gift: Any = None,
    preorder: Any = None,
    refund_customer: Any = (),
    refund_order: Any = (),
    refunded: Any = (),
    refund_amount: Any = (),
    refund_voided: Any = None,
    pause_customer: Any = (),
    pause_from: Any = (),
    pause_until: Any = (),
    pause_kind: Any = (),
    ships_within_days: int = 0,
) -> PurchaseLog:
    """The log of these columns, in whatever order the rows come; customers by their ids."""
    who, when = np.asarray(customer, np.int64), np.asarray(placed, np.int64)
    sums = np.asarray(amount, np.float64)
    ids: Ints = np.unique(who)
    position = np.searchsorted(ids, who)
    # By customer and time in one key; what happened in the same second of one customer may stand either way.
    since = when - when.min(initial=EARLIEST)
    order = np.argsort(position * (int(since.max(initial=0)) + 1) + since)
    back = np.asarray(refund_customer, np.int64)
    known = np.isin(back, ids)
    last = int(when.max(initial=EARLIEST)) // _BEYOND + 2  # rounded, so that the zone is looked through once
    days = local_days(zone, EARLIEST, last * _BEYOND)

    def column(values: Any, otherwise: int) -> Ints:
        return np.full(len(when), otherwise, np.int64) if values is None else np.asarray(values, np.int64)[order]

    def flags(values: Any) -> Flags:
        return np.zeros(len(when), bool) if values is None else np.asarray(values, bool)[order]

    def refund(values: Any) -> Any:
        return np.asarray(values)[known] if len(back) else np.zeros(0, np.int64)

    paused = np.asarray(pause_customer, np.int64)
    waiting = np.isin(paused, ids)

    def pause(values: Any) -> Ints:
        return np.asarray(values, np.int64)[waiting]

    return PurchaseLog(
        customer_ids=ids,
        days=days,
        customer=position[order],
        placed=when[order],
        day=days.of(when[order]),
        amount=sums[order],
        shipped=column(shipped, UNKNOWN),
        arrived=column(arrived, UNKNOWN),
        voided=column(voided, NEVER),
        gift=flags(gift),
        preorder=flags(preorder),
        refund_customer=np.searchsorted(ids, refund(refund_customer)).astype(np.int64),
        refund_order=refund(refund_order).astype(np.int64),
        refunded=refund(refunded).astype(np.int64),
        refund_amount=refund(refund_amount).astype(np.float64),
        refund_voided=(
            np.full(int(known.sum()), NEVER, np.int64) if refund_voided is None else refund(refund_voided)
        ).astype(np.int64),
        pause_customer=np.searchsorted(ids, paused[waiting]).astype(np.int64),
        pause_from=pause(pause_from),
        pause_until=pause(pause_until),
        pause_kind=pause(pause_kind).astype(np.int8),
        ships_within_days=ships_within_days,
    )
