"""Addresses that are never written to again, kept as hashes: they outlive merging, splitting and erasure."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from retcon.store import addresses
from retcon.store.database import Connection
from retcon.store.values import moment, seconds

# The medium and the address on it.
Address = tuple[str, str]


def hashed(medium: str, address: str) -> str:
    """By what the address is known here, however it is written."""
    compares = (addresses.email(address) if medium == "email" else "") or address.strip().casefold()
    return hashlib.sha256(f"{medium}:{compares}".encode()).hexdigest()


def add(tx: Connection, medium: str, address: str, what: str, reason: str, at: datetime) -> bool:
    """Never again "advertising", or "everything", to this address since then; whether that is news.

    One that was lifted holds again, unless it was lifted by something later.
    """
    holds = tx.execute(
        "select 1 from suppressions where medium = ? and hash = ? and what = ? and lifted_at is null",
        (medium, hashed(medium, address), what),
    ).fetchone()
    done = tx.execute(
        """
        insert into suppressions (medium, hash, what, at, reason) values (?, ?, ?, ?, ?)
        on conflict (medium, hash, what) do update
        set at = excluded.at, reason = excluded.reason, lifted_at = null
        where coalesce(suppressions.lifted_at, suppressions.at) < excluded.at
        """,
        (medium, hashed(medium, address), what, seconds(at), reason),
    )
    return bool(done.rowcount) and holds is None


def lift(tx: Connection, medium: str, address: str, now: datetime, what: str | None = None) -> bool:
    """A new yes came from the address itself, or it is known to work again; whether anything was lifted.

    What is known since later than that stays. Without `what` all is lifted.
    """
    done = tx.execute(
        """
        update suppressions set lifted_at = :now
        where medium = :medium and hash = :hash and lifted_at is null and at <= :now and what = coalesce(:what, what)
        """,
        {"now": seconds(now), "medium": medium, "hash": hashed(medium, address), "what": what},
    )
    return bool(done.rowcount)


def of(tx: Connection, addresses: Iterable[Address]) -> dict[Address, tuple[str, datetime]]:
    """What is never sent to these addresses again, and since when; those that may be written to are left out.

    Of two the stricter counts.
    """
    by_hash = {hashed(medium, address): (medium, address) for medium, address in addresses}
    rows = tx.execute(
        """
        select hash, what, at from suppressions
        where medium in (select value from json_each(?)) and hash in (select value from json_each(?))
          and lifted_at is null order by what
        """,
        (json.dumps(sorted({medium for medium, _ in by_hash.values()})), json.dumps(list(by_hash))),
    )
    return {by_hash[row[0]]: (row[1], moment(row[2])) for row in rows}
