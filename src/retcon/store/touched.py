"""The customers that a pull has changed and nobody has recomputed yet."""

from collections.abc import Iterable, Mapping

from retcon.store.database import Connection


def add(tx: Connection, ids: Iterable[int]) -> None:
    """These customers have changed."""
    tx.executemany(
        "insert into touched (customer_id) values (?) on conflict (customer_id) do update set times = times + 1",
        ((id_,) for id_ in ids),
    )


def times(tx: Connection) -> dict[int, int]:
    """Who has changed since they were last recomputed, in order of their ids, and how often."""
    return dict(tx.execute("select customer_id, times from touched order by customer_id").fetchall())


def clear(tx: Connection, times: Mapping[int, int]) -> None:
    """These have been recomputed as they were then; who has changed once more since is not cleared."""
    tx.executemany("delete from touched where customer_id = ? and times = ?", times.items())
