"""Who has changed and was not recomputed yet."""

from retcon.store import touched
from retcon.store.database import Connection, Database


def test_who_changes_while_others_are_recomputed_waits_for_the_next_time(database: Database) -> None:
    def work(tx: Connection) -> None:
        tx.executemany("insert into customers (id) values (?)", [(1,), (2,)])
        touched.add(tx, [1, 2])
        seen = touched.times(tx)
        touched.add(tx, [2])  # another pull, while 1 and 2 are recomputed as they were
        touched.clear(tx, seen)
        assert list(touched.times(tx)) == [2]
        touched.clear(tx, touched.times(tx))
        assert touched.times(tx) == {}

    database.write(work)
