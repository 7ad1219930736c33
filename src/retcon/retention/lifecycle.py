"""Where a customer is on the way from the first order to a friend of the shop."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from retcon.model.standing import Band, Stage

if TYPE_CHECKING:
    from retcon.retention.risk.days import Codes, Floats, Ints

STAGES = tuple(Stage)  # a code is a place in this

TRUST_DAYS = 7  # since the first order, to the end of the stage
SETTLING_DAYS = 14
REASON_DAYS = 30
HABIT_ORDERS = 3
ADVOCATE_ORDERS = 5
# Silent for so long, a customer who came back before is to be won back; sooner where the risk is high.
WIN_BACK_DAYS = 60
WIN_BACK_HIGH_DAYS = 45

PURPOSE = MappingProxyType(
    {
        Stage.TRUST: "First order: show that it was right to trust you.",
        Stage.SETTLING: "Settling: sell nothing, look for trouble with what arrived.",
        Stage.REASON: "Give a reason to return.",
        Stage.DRIFTING: "A month and no second order: find out why, ask once.",
        Stage.RETURNING: "Came back once: make the second time as good as the first.",
        Stage.HABIT: "Becoming a habit: be useful between the orders.",
        Stage.ADVOCATE: "A friend of the shop: thank, listen, let them tell others.",
        Stage.WIN_BACK: "Slipping away: a personal word, a coupon last of all.",
    }
)


def stages(
    orders: "Ints", days_since_first: "Ints", silent_days: "Ints", usual_days: "Floats", high: "Codes"
) -> "Codes":
    """A code of STAGES for each customer; `high` is 1 where the band is high, `usual_days` their usual gap."""
    import numpy as np

    once = np.select(
        [days_since_first <= TRUST_DAYS, days_since_first <= SETTLING_DAYS, days_since_first <= REASON_DAYS],
        [STAGES.index(Stage.TRUST), STAGES.index(Stage.SETTLING), STAGES.index(Stage.REASON)],
        STAGES.index(Stage.DRIFTING),
    )
    again = np.select(
        [orders >= ADVOCATE_ORDERS, orders >= HABIT_ORDERS],
        [STAGES.index(Stage.ADVOCATE), STAGES.index(Stage.HABIT)],
        STAGES.index(Stage.RETURNING),
    )
    soon = np.minimum(WIN_BACK_HIGH_DAYS, np.maximum(usual_days, SETTLING_DAYS))
    slipping = (silent_days >= WIN_BACK_DAYS) | ((high == 1) & (silent_days >= soon))
    code = np.where(orders >= 2, np.where(slipping, STAGES.index(Stage.WIN_BACK), again), once)
    return code.astype(np.int8)


def stage(orders: int, days_since_first: int, silent_days: int, usual_days: float, band: Band) -> Stage:
    """The stage of one customer, by the same rules as `stages`."""
    if orders < 2:
        for last_day, early in (
            (TRUST_DAYS, Stage.TRUST),
            (SETTLING_DAYS, Stage.SETTLING),
            (REASON_DAYS, Stage.REASON),
        ):
            if days_since_first <= last_day:
                return early
        return Stage.DRIFTING
    soon = min(WIN_BACK_HIGH_DAYS, max(usual_days, SETTLING_DAYS))
    if silent_days >= WIN_BACK_DAYS or (band is Band.HIGH and silent_days >= soon):
        return Stage.WIN_BACK
    if orders >= ADVOCATE_ORDERS:
        return Stage.ADVOCATE
    return Stage.HABIT if orders >= HABIT_ORDERS else Stage.RETURNING
