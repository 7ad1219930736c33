"""Who will not order again: the daily pass over the customers, and the ranking as of a date."""

import json
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from retcon.desk.house import House
from retcon.desk.measuring import measuring
from retcon.frozen import dataclass
from retcon.retention.risk import standings as risk
from retcon.retention.risk.days import Flags
from retcon.retention.risk.standings import ShopFit
from retcon.retention.risk.summary import Summary, summarise
from retcon.store import facts, purchases, standings
from retcon.store.database import Connection
from retcon.store.values import seconds

_FIT = "ranking_fit"
FIT_DAYS = 7
# The shop is learnt anew where it has grown or shrunk by this part; so many touched at once are a new shop.
CHANGE = 0.1


@dataclass(frozen=True, slots=True)
class Ranked:
    """What is expected of one customer within the horizon; money in the shop's currency.

    `customer_id` is the source's own id, ours where the customer has no account.
    """

    customer_id: str
    p_churn: float
    expected_orders: float
    expected_spend_minor: float


def restand(house: House, customer_ids: Sequence[int] | None = None) -> int:
    """Write where these customers stand now, or everybody; returns how many stand.

    Learns the shop anew once a week, where the horizon was changed, and where it has changed by a tenth.
    """
    now, horizon = _seconds(house.now()), house.settings.retention.horizon_days
    with house.database.read() as tx:
        fit = _kept_fit(tx)
        if customer_ids is not None and len(customer_ids) > CHANGE * standings.count(tx):
            customer_ids = None
        log = purchases.log(tx, now, house.settings.shop.timezone, customer_ids)
        written = purchases.written_to(tx)
        measures = measuring(tx, house.settings, customer_ids)
        summary = summarise(log, now, horizon)
        if fit is None or not _holds(fit, summary, horizon, everybody=customer_ids is None):
            everyone = log if customer_ids is None else purchases.log(tx, now, house.settings.shop.timezone)
            fit = risk.fit_shop(everyone, now, horizon)
    found = risk.stand(summary, fit, _unwritten(summary, written), measures.of(summary))
    kept = json.dumps(fit.as_dict())

    def save(tx: Connection) -> None:
        facts.put(tx, _FIT, kept)
        standings.save(tx, found, customer_ids)

    house.database.write(save)
    return len(summary)


def rank(house: House, as_of: datetime, horizon_days: int) -> list[Ranked]:
    """Everybody who had ordered before the instant, the likeliest to be lost first, as known from then alone."""
    at = _seconds(as_of)
    with house.database.read() as tx:
        log = purchases.log(tx, at, house.settings.shop.timezone)
        names = purchases.source_ids(tx)
    summary = summarise(log, at, horizon_days)
    scores = risk.score(summary, risk.fit_shop(log, at, horizon_days))
    rows = zip(
        summary.customer_ids.tolist(),
        scores.p_churn.tolist(),
        scores.expected_orders.tolist(),
        scores.expected_spend.tolist(),
        strict=True,
    )
    ranked = [Ranked(names.get(id_, str(id_)), p, orders, spend) for id_, p, orders, spend in rows]
    return sorted(ranked, key=lambda one: (-one.p_churn, one.customer_id))


def _kept_fit(tx: Connection) -> ShopFit | None:
    kept = facts.get(tx, _FIT)
    if kept is None:
        return None
    try:
        return ShopFit.from_dict(json.loads(kept))
    except (KeyError, TypeError, ValueError):
        return None  # another version's; learning anew is cheap


def _holds(fit: ShopFit, summary: Summary, horizon_days: int, *, everybody: bool) -> bool:
    fresh = fit.horizon_days == horizon_days and 0 <= summary.as_of_day - fit.fitted_day < FIT_DAYS
    changed = abs(int(summary.orders.sum()) - fit.orders) > CHANGE * fit.orders
    return fresh and not (everybody and changed)


def _unwritten(summary: Summary, written: dict[int, int]) -> Flags:
    """To whom nothing was written since their first order."""
    last = np.array([written.get(id_, 0) for id_ in summary.customer_ids.tolist()], np.int64)
    return last < summary.first_at


def _seconds(at: datetime) -> int:
    value = seconds(at)
    assert value is not None
    return value
