"""Saved segments: a query of the operator's under a name."""

from datetime import datetime

from retcon import text
from retcon.frozen import dataclass
from retcon.store.database import Connection, Row
from retcon.store.values import moment, seconds


@dataclass(frozen=True, slots=True)
class Saved:
    """A query as it was typed, and when it was saved; the name is in small letters."""

    name: str
    query: str
    at: datetime


def every(tx: Connection) -> tuple[Saved, ...]:
    """All of them, by name."""
    return tuple(map(_saved, tx.execute("select * from segments order by name")))


def get(tx: Connection, name: str) -> Saved | None:
    """The one of that name, in whatever capitals, None where there is none."""
    row = tx.execute("select * from segments where name = ?", (text.fold(name),)).fetchone()
    return None if row is None else _saved(row)


def put(tx: Connection, name: str, query: str | None, at: datetime) -> None:
    """Save the query under the name, in place of another; no query removes it."""
    tx.execute("delete from segments where name = ?", (name,))
    if query is not None:
        tx.execute("insert into segments (name, query, at) values (?, ?, ?)", (name, query, seconds(at)))


def _saved(row: Row) -> Saved:
    return Saved(row["name"], row["query"], moment(row["at"]))
