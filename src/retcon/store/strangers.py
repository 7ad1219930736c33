"""Who are two people for good, though they look like one."""

from datetime import datetime

from retcon.store import people
from retcon.store.database import Connection
from retcon.store.values import seconds


def add(tx: Connection, one: int, other: int, now: datetime) -> None:
    """These are two people."""
    tx.execute(
        "insert or ignore into strangers (one, other, at) values (?, ?, ?)",
        (min(one, other), max(one, other), seconds(now)),
    )


def remove(tx: Connection, one: int, other: int) -> None:
    """Nobody says any more that these are two people."""
    tx.execute("delete from strangers where one = ? and other = ?", (min(one, other), max(one, other)))


def every(tx: Connection) -> set[tuple[int, int]]:
    """The living people who are kept apart, the lower id first: who was merged stands for whom they are part of."""
    pairs = tx.execute("select one, other from strangers").fetchall()
    living = {id_: people.current(tx, id_) for pair in pairs for id_ in pair}
    return {(min(one, other), max(one, other)) for one, other in ((living[a], living[b]) for a, b in pairs)}
