"""The last backtest of the shop, as it was kept, and how far back its orders reach."""

import json
from datetime import datetime

from retcon.model.backtest import Backtest
from retcon.store import facts
from retcon.store.database import Connection
from retcon.store.values import moment

_NAME = "backtest"


def keep(tx: Connection, backtest: Backtest) -> None:
    """Keep this one in place of the last."""
    facts.put(tx, _NAME, json.dumps(backtest.as_dict()))


def kept(tx: Connection) -> Backtest | None:
    """The last one; None where there is none, or only another version's."""
    written = facts.get(tx, _NAME)
    if written is None:
        return None
    try:
        return Backtest.from_dict(json.loads(written))
    except (KeyError, TypeError, ValueError):
        return None  # another version's; it is made anew with a key


def reach(tx: Connection) -> tuple[datetime, datetime] | None:
    """When the first and the last order that counts was placed; None where there is none."""
    first, last = tx.execute("select min(first_order_at), max(last_order_at) from standings").fetchone()
    return None if first is None else (moment(first), moment(last))


def customers(tx: Connection) -> int:
    """How many customers ordered anything."""
    return tx.execute("select count(distinct customer_id) from orders").fetchone()[0]
