"""What every table of a source's records has in common: its own id there, and whether it threw the record away."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from retcon.store.database import Connection

Facts = tuple[Any, ...]


def kept(
    tx: Connection, table: str, columns: Sequence[str], source: str, ids: Iterable[str]
) -> dict[str, tuple[Facts, bool]]:
    """What is kept of the source's records of these ids: the columns, and whether it is removed."""
    rows = tx.execute(
        f"select source_id, removed, {', '.join(columns)} from {table}"
        " where source = ? and source_id in (select value from json_each(?))",
        (source, json.dumps(list(ids))),
    )
    return {row[0]: (tuple(row)[2:], bool(row[1])) for row in rows}


def save(tx: Connection, table: str, columns: Sequence[str], source: str, rows: Iterable[tuple[str, Facts]]) -> None:
    """Keep the records, each an id and its columns; what was there before is replaced."""
    tx.executemany(
        f"insert or replace into {table} (source, source_id, {', '.join(columns)})"
        f" values (?, ?, {', '.join('?' * len(columns))})",
        ((source, source_id, *facts) for source_id, facts in rows),
    )


def mark_removed(tx: Connection, table: str, source: str, ids: Iterable[str], removed: bool = True) -> list[str]:
    """Set whether the records are removed; returns those for which that is news, in order of their ids."""
    rows = tx.execute(
        f"select source_id from {table} where source = ? and removed <> ?"
        " and source_id in (select value from json_each(?)) order by source_id",
        (source, removed, json.dumps(list(ids))),
    )
    news = [row[0] for row in rows]
    tx.executemany(
        f"update {table} set removed = ? where source = ? and source_id = ?",
        ((removed, source, source_id) for source_id in news),
    )
    return news


def missing(tx: Connection, table: str, source: str, ids: frozenset[str]) -> list[str]:
    """The ids of the source's records that are kept, not removed, and not among these."""
    rows = tx.execute(f"select source_id from {table} where source = ? and not removed order by source_id", (source,))
    return [row[0] for row in rows if row[0] not in ids]
