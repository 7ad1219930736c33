"""Where each source stands: its cursor, its runs, and which version of its orders is kept."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from retcon.model.sync import SyncResult
from retcon.store.database import Connection
from retcon.store.values import instant, moment, seconds

_RUNS_KEPT = 500


def get(tx: Connection, source: str) -> dict[str, Any]:
    """The source's cursor, as it was put; empty where there is none."""
    row = tx.execute("select value from cursors where source = ?", (source,)).fetchone()
    return {} if row is None else json.loads(row[0])


def put(tx: Connection, source: str, cursor: Mapping[str, Any]) -> None:
    """Keep the source's cursor."""
    tx.execute(
        "insert into cursors (source, value) values (?, ?) on conflict (source) do update set value = excluded.value",
        (source, json.dumps(cursor, ensure_ascii=False, sort_keys=True)),
    )


def begin(tx: Connection, source: str, at: datetime) -> int:
    """A run of the source begins; its id."""
    row = tx.execute("insert into sync_runs (source, started_at) values (?, ?) returning id", (source, seconds(at)))
    run = row.fetchone()[0]
    tx.execute("delete from sync_runs where source = ? and id <= ?", (source, run - _RUNS_KEPT))
    return run


def end(tx: Connection, run: int, at: datetime, result: SyncResult) -> None:
    """A run has ended, well or not."""
    written = json.dumps(asdict(result), ensure_ascii=False)
    tx.execute("update sync_runs set ended_at = ?, result = ? where id = ?", (seconds(at), written, run))


def synced_at(tx: Connection, sources: Iterable[str]) -> datetime | None:
    """When each of the sources was last pulled without a failure, the oldest of these; None where one never was."""
    oldest: int | None = None
    for source in sources:
        row = tx.execute(
            "select max(ended_at) from sync_runs where source = ? and json_extract(result, '$.ok')", (source,)
        ).fetchone()
        if row[0] is None:
            return None
        oldest = row[0] if oldest is None else min(oldest, row[0])
    return instant(oldest)


def offline_since(tx: Connection, sources: Iterable[str]) -> datetime | None:
    """Since when this machine reaches none of the sources, though it reached each before; None where it does."""
    since: list[int] = []
    for source in sources:
        row = tx.execute(
            """
            with runs as (
                select id, started_at, json_extract(result, '$.ok') as ok,
                    coalesce(json_extract(result, '$.no_network'), 0) as no_network
                from sync_runs where source = ? and result is not null
            )
            select min(started_at), (select max(ok) from runs) from runs
            where id > (select coalesce(max(id), 0) from runs where not no_network)
            """,
            (source,),
        ).fetchone()
        if row[0] is None or not row[1]:
            return None
        since.append(row[0])
    return instant(max(since)) if since else None


def last(tx: Connection, source: str) -> SyncResult | None:
    """How the source's last finished run went; None where none has finished."""
    row = tx.execute(
        "select result from sync_runs where source = ? and result is not null order by id desc limit 1", (source,)
    ).fetchone()
    if row is None:
        return None
    told: dict[str, Any] = json.loads(row[0])
    told["notes"] = tuple(told["notes"])
    return SyncResult(**told)


def failures(tx: Connection, since: datetime) -> list[tuple[str, datetime, str]]:
    """The runs that ended badly since then, the newest first: source, when it ended, why in a sentence."""
    rows = tx.execute(
        "select source, ended_at, json_extract(result, '$.error') as error from sync_runs"
        " where ended_at >= ? and not json_extract(result, '$.ok') order by ended_at desc, id desc",
        (seconds(since),),
    )
    return [(row["source"], moment(row["ended_at"]), row["error"]) for row in rows]


def versions(tx: Connection, source: str) -> dict[str, tuple[datetime | None, frozenset[str]]]:
    """The source's orders that are kept and not removed: when each was modified, and the ids of its refunds."""
    refunds: dict[int, set[str]] = {}
    for order_id, refund in tx.execute(
        "select order_id, refunds.source_id from refunds join orders on orders.id = order_id where orders.source = ?",
        (source,),
    ):
        refunds.setdefault(order_id, set()).add(refund)
    rows = tx.execute("select id, source_id, modified_at from orders where source = ? and not removed", (source,))
    return {row[1]: (instant(row[2]), frozenset(refunds.get(row[0], ()))) for row in rows}
