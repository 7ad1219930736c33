"""Addresses that are never written to again, kept as hashes: they outlive merging, splitting and erasure."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from retcon.store.database import Connection
from retcon.store.values import moment, seconds

# The medium and the address on it.
Address = tuple[str, str]


def hashed(medium: str, address: str) -> str:
    """By what the address is known here, whatever the case of its letters."""
    return hashlib.sha256(f"{medium}:{address.strip().casefold()}".encode()).hexdigest()


def add(tx: Connection, medium: str, address: str, what: str, reason: str, at: datetime) -> bool:
    """Never again "advertising", or "everything", to this address; whether that is news.

    What is stricter wins: "everything" stays. One that was lifted holds again.
    """
    before = tx.execute(
        "select what, lifted_at from suppressions where medium = ? and hash = ?", (medium, hashed(medium, address))
    ).fetchone()
    if before is not None and before[1] is None and before[0] in (what, "everything"):
        return False
    tx.execute(
        """
        insert into suppressions (medium, hash, what, at, reason) values (?, ?, ?, ?, ?)
        on conflict (medium, hash) do update
        set what = excluded.what, at = excluded.at, reason = excluded.reason, lifted_at = null
        """,
        (medium, hashed(medium, address), what, seconds(at), reason),
    )
    return True


def lift(tx: Connection, medium: str, address: str, now: datetime) -> bool:
    """A new yes came from the address itself, or it is known to work again; whether anything was lifted."""
    done = tx.execute(
        "update suppressions set lifted_at = ? where medium = ? and hash = ? and lifted_at is null",
        (seconds(now), medium, hashed(medium, address)),
    )
    return bool(done.rowcount)


def of(tx: Connection, addresses: Iterable[Address]) -> dict[Address, tuple[str, datetime]]:
    """What is never sent to these addresses again, and since when; those that may be written to are left out."""
    by_hash = {hashed(medium, address): (medium, address) for medium, address in addresses}
    rows = tx.execute(
        "select hash, what, at from suppressions where lifted_at is null and hash in (select value from json_each(?))",
        (json.dumps(list(by_hash)),),
    )
    return {by_hash[row[0]]: (row[1], moment(row[2])) for row in rows}
