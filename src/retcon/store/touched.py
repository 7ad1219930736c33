"""The customers that a pull has changed and nobody has recomputed yet."""

from collections.abc import Iterable

from retcon.store.database import Connection


def add(tx: Connection, ids: Iterable[int]) -> None:
    """These customers have changed."""
    tx.executemany("insert or ignore into touched (customer_id) values (?)", ((id_,) for id_ in ids))


def ids(tx: Connection) -> list[int]:
    """Who has changed since they were last recomputed."""
    return [row[0] for row in tx.execute("select customer_id from touched order by customer_id")]


def clear(tx: Connection, ids: Iterable[int]) -> None:
    """These have been recomputed."""
    tx.executemany("delete from touched where customer_id = ?", ((id_,) for id_ in ids))
