"""Copies of the database, and bringing one back."""

from datetime import datetime
from pathlib import Path

from retcon import config
from retcon.desk.house import House
from retcon.errors import StoreError
from retcon.store import keeping, leases
from retcon.store.database import open_database


def backup(house: House, target: Path) -> int:
    """Write a copy of the database while it is in use and return its size in bytes."""
    return keeping.backup(house.database, target.absolute())


def restore(home: Path | None, copy: Path, now: datetime) -> Path | None:
    """Put the copy in the database's place; returns where the one before it went, None where there was none.

    Works where the present database is damaged. Raises StoreError where somebody is sending from it.
    """
    where = config.places(home)
    if where.database.exists():
        _refuse_while_sending(where.database, now)
    return keeping.restore(copy, where.database, now)


def _refuse_while_sending(file: Path, now: datetime) -> None:
    try:
        database = open_database(file)
        try:
            with database.read() as tx:
                held = leases.holder(tx, "sender", now) or leases.holder(tx, "worker", now)
        finally:
            database.close()
    except StoreError:
        return  # damaged: nobody sends from it either
    if held is not None:
        raise StoreError("A sender is at work on this database.", "Stop `retcon run` and `retcon send`, then restore.")
