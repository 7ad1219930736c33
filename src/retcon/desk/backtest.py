"""The proof on the shop's own past: made in a command or a child, kept, and shown by a console without numpy."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from retcon import localtime
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.backtest import Backtest
from retcon.store import backtests

if TYPE_CHECKING:
    from retcon.retention.risk.log import PurchaseLog

Progress = Callable[[str, int, int | None], None]  # what, done, total

CUTOFFS = 3
# Of more customers than these, so many are looked at.
MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The last backtest, if there is one; and what one for the shop's horizon would rest on."""

    backtest: Backtest | None
    horizon_days: int
    names_per_day: int
    history_days: int

    @property
    def possible(self) -> bool:
        """Whether the past is long enough for one."""
        return self.history_days >= 2 * self.horizon_days


def run(
    house: House, horizon_days: int | None = None, cutoffs: int = CUTOFFS, progress: Progress | None = None
) -> Backtest:
    """Replay the shop's past at so many dates, and keep what came out where it is for the shop's own horizon.

    Raises InputError where the past is too short for one date, or too few had ordered.
    """
    from retcon.retention.risk import backtest

    settings = house.settings.retention
    horizon = horizon_days or settings.horizon_days
    log, customers = _log(house)
    days = backtest.days_to_replay(log, int(house.now().timestamp()), horizon, cutoffs)

    def told(done: int, total: int) -> None:
        if progress is not None:
            progress("dates", done, total)

    replayed, calibration = backtest.replay(log, days, horizon, settings.names_per_day, told)
    history = int(log.day.max() - log.day.min()) + 1 if len(log) else 0
    if not days:
        raise _too_short(history, horizon)
    if not replayed:
        raise InputError(
            "Only one customer had ordered by the dates to replay, and a ranking needs two.",
            "Bring more orders in with retcon import.",
        )
    found = Backtest(
        made_at=house.now(),
        horizon_days=horizon,
        names_per_day=settings.names_per_day,
        currency=house.settings.shop.currency,
        history_days=history,
        customers=len(log.customer_ids),
        of=customers,
        cutoffs=replayed,
        calibration=calibration,
    )
    if horizon == settings.horizon_days:
        house.database.write(lambda tx: backtests.keep(tx, found))
    return found


def kept(house: House) -> Kept:
    """What the console shows before and after a run."""
    with house.database.read() as tx:
        last, reach = backtests.kept(tx), backtests.reach(tx)
    zone, settings = house.settings.shop.timezone, house.settings.retention
    days = 0
    if reach is not None:
        first, newest = (localtime.local(at, zone).date() for at in reach)
        days = (newest - first).days + 1
    return Kept(
        backtest=last, horizon_days=settings.horizon_days, names_per_day=settings.names_per_day, history_days=days
    )


def _too_short(history_days: int, horizon_days: int) -> InputError:
    """What is said where the past is too short for a proof."""
    return InputError(
        f"The orders reach back {history_days} days, and a proof for {horizon_days} days needs {2 * horizon_days}.",
        "Bring older orders in with retcon import, or name a shorter --horizon.",
    )


def _log(house: House) -> "tuple[PurchaseLog, int]":
    """The log of the customers that are looked at, and how many there are."""
    from retcon.store import purchases

    with house.database.read() as tx:
        chosen = purchases.sample(tx, MOST)
        log = purchases.log(tx, int(house.now().timestamp()), house.settings.shop.timezone, chosen)
        return log, len(log.customer_ids) if chosen is None else backtests.customers(tx)
