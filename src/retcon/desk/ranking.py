"""Who will not order again: the daily pass over the customers, and the ranking as of a date."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TypeVar

import numpy as np

from retcon import __version__, localtime
from retcon.desk.house import House
from retcon.desk.measuring import Measuring, measuring
from retcon.frozen import dataclass
from retcon.retention.risk import scores
from retcon.retention.risk import standings as risk
from retcon.retention.risk.days import Flags
from retcon.retention.risk.log import PurchaseLog, purchase_log
from retcon.retention.risk.scores import ShopFit
from retcon.retention.risk.standings import Standings
from retcon.retention.risk.summary import Summary, summarise
from retcon.store import facts, purchases, standings
from retcon.store.database import Connection
from retcon.store.values import seconds

_FIT = "ranking_fit"
FIT_DAYS = 7
# A shop is learnt from so many of its customers at most.
SAMPLE = 25_000
# Of a large shop so many blocks are read ahead of what is ranked.
_BLOCKS_AHEAD = 8
_EPOCH = date(1970, 1, 1)
# The shop is learnt anew where it has grown or shrunk by this part; so many touched at once are a new shop.
CHANGE = 0.1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ranked:
    """What is expected of one customer within the horizon; money in the shop's currency.

    `customer_id` is the source's own id, ours where the customer has no account.
    """

    customer_id: str
    p_churn: float
    expected_orders: float
    expected_spend_minor: float


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What is kept of the shop: the fit, and how many orders there were."""

    fit: ShopFit
    orders: int


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is read of some customers to say where they stand."""

    log: PurchaseLog
    written: dict[int, int]
    measuring: Measuring


def restand(house: House, customer_ids: Sequence[int] | None = None) -> int:
    """Write where these customers stand now, or everybody; returns how many stand.

    Learns the shop anew once a week, where the horizon was changed, and where it has changed by a tenth. Everybody is
    ranked part by part, and seen by others when the last part is done; a pass that dies leaves what stood before.
    """
    now, file = _seconds(house.now()), house.database.file
    with standings.turn(file):
        with house.database.read() as tx:
            kept = _kept_fit(tx)
            if customer_ids is not None and len(customer_ids) > CHANGE * standings.count(tx):
                customer_ids = None
            holds = kept is not None and _holds(tx, kept, house, everybody=customer_ids is None)
        known = _ahead(_read(house, now, customer_ids), _BLOCKS_AHEAD)  # reading goes on while the shop is learnt
        fit = kept.fit if kept is not None and holds else _learn(house, now)
        found = _ahead((_stand(each, fit, now) for each in known), 1)
        if customer_ids is None:
            return standings.rewrite(file, found)
        (some,) = found
        house.database.write(lambda tx: standings.save(tx, some, customer_ids))
        return len(some.summary)


def rank(house: House, as_of: datetime, horizon_days: int) -> list[Ranked]:
    """Everybody who had ordered before the instant, the likeliest to be lost first, as known from then alone."""
    at = _seconds(as_of)
    fit = _fit(house, at, horizon_days)
    ranked: list[Ranked] = []
    with house.database.read() as tx:
        names = purchases.source_ids(tx)
        for block in purchases.blocks(tx):
            summary = summarise(purchases.log(tx, at, house.settings.shop.timezone, block), at, horizon_days)
            expected = scores.score(summary, fit)
            ranked += (
                Ranked(names.get(id_, str(id_)), *figures)
                for id_, *figures in zip(
                    summary.customer_ids.tolist(),
                    expected.p_churn.tolist(),
                    expected.expected_orders.tolist(),
                    expected.expected_spend.tolist(),
                    strict=True,
                )
            )
    return sorted(ranked, key=lambda one: (-one.p_churn, one.customer_id))


def _read(house: House, now: int, customer_ids: Sequence[int] | None) -> Iterator[_Known]:
    """What is known of these customers, or of everybody, one range of ids after the other."""
    zone = house.settings.shop.timezone
    with house.database.read_apart() as tx:
        for some in purchases.blocks(tx) if customer_ids is None else [customer_ids]:
            yield _Known(
                log=purchases.log(tx, now, zone, some),
                written=purchases.written_to(tx, some),
                measuring=measuring(tx, house.settings, some),
            )


def _ahead(parts: Iterator[T], most: int) -> Iterator[T]:
    """The same parts, so many of them made ahead by another thread, from this moment on.

    It pays: neither SQLite nor numpy keeps Python to itself while it works on many rows.
    """
    maker = ThreadPoolExecutor(max_workers=1)
    coming = deque(maker.submit(next, parts, None) for _ in range(most))

    def made() -> Iterator[T]:
        with maker:
            while (part := coming.popleft().result()) is not None:
                coming.append(maker.submit(next, parts, None))
                yield part

    return made()


def _stand(known: _Known, fit: ShopFit, now: int) -> Standings:
    summary = summarise(known.log, now, fit.horizon_days)
    return risk.stand(summary, fit, _unwritten(summary, known.written), known.measuring.of(summary))


def _learn(house: House, now: int) -> ShopFit:
    """Learn the shop, and keep it."""
    with house.database.read() as tx:
        orders = purchases.count(tx)
    fit = _fit(house, now, house.settings.retention.horizon_days)
    kept = json.dumps({"version": __version__, "fit": fit.as_dict(), "orders": orders})
    house.database.write(lambda tx: facts.put(tx, _FIT, kept))
    return fit


def _fit(house: House, at: int, horizon_days: int) -> ShopFit:
    """What the shop teaches, from a part of its customers where they are many."""
    zone = house.settings.shop.timezone
    with house.database.read() as tx:
        log = purchases.log(tx, at, zone, purchases.sample(tx, SAMPLE, at))
    return scores.fit_shop(log, at, horizon_days)


def _kept_fit(tx: Connection) -> _Learnt | None:
    kept = facts.get(tx, _FIT)
    if kept is None:
        return None
    try:
        document = json.loads(kept)
        if document["version"] != __version__:
            return None
        learnt = _Learnt(ShopFit.from_dict(document["fit"]), document["orders"])
        nobody = purchase_log(zone="UTC", customer=(), placed=(), amount=())
        scores.score(summarise(nobody, 0, learnt.fit.horizon_days), learnt.fit)
    except (KeyError, TypeError, ValueError):
        return None  # of other columns; learning anew is cheap
    return learnt


def _holds(tx: Connection, learnt: _Learnt, house: House, *, everybody: bool) -> bool:
    """Whether what was learnt is of this week and horizon, and of a shop of this size."""
    age = localtime.local(house.now(), house.settings.shop.timezone).date() - (
        _EPOCH + timedelta(learnt.fit.fitted_day)
    )
    fresh = learnt.fit.horizon_days == house.settings.retention.horizon_days and 0 <= age.days < FIT_DAYS
    return fresh and not (everybody and abs(purchases.count(tx) - learnt.orders) > CHANGE * learnt.orders)


def _unwritten(summary: Summary, written: dict[int, int]) -> Flags:
    """To whom nothing was written since their first order."""
    last = np.array([written.get(id_, 0) for id_ in summary.customer_ids.tolist()], np.int64)
    return last < summary.first_at


def _seconds(at: datetime) -> int:
    value = seconds(at)
    assert value is not None
    return value
