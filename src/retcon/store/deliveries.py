"""When parcels arrived: known, or estimated from the country's usual days on the way."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from retcon.store.database import Connection
from retcon.store.values import seconds

_DAY = 86_400


def estimate(
    tx: Connection, days: Mapping[str, int], usual: int, now: datetime, customer_ids: Sequence[int] | None = None
) -> None:
    """Estimate the arrival of every shipped order that nobody reported on, of these customers or of all.

    `days` are by country, `usual` for the rest. An arrival still ahead is not written: the parcel is under way.
    """
    tx.execute("create temp table if not exists transit (country text primary key, days integer)")
    tx.execute("delete from temp.transit")
    tx.executemany("insert into temp.transit values (?, ?)", days.items())
    chosen = "" if customer_ids is None else "and customer_id in (select value from json_each(?))"
    among = () if customer_ids is None else (json.dumps(customer_ids),)
    arrival = f"shipped_at + {_DAY} * coalesce((select days from temp.transit t where t.country = orders.country), ?)"
    tx.execute(
        f"""
        update orders set
            delivered_at = case when {arrival} <= ? then {arrival} end,
            delivered_estimated = ({arrival} <= ?)
        where shipped_at is not null and (delivered_at is null or delivered_estimated)
          and delivered_at is not (case when {arrival} <= ? then {arrival} end) {chosen}
        """,
        (usual, seconds(now), usual, usual, seconds(now), usual, seconds(now), usual, *among),
    )
