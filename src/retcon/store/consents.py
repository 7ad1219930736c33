"""The ledger of what people allowed; lines are added, never changed."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store.database import Connection, Row
from retcon.store.values import instant, moment, seconds

# How the keys of messages begin that ask for a confirmation: "confirm.email.17.…".
ASKING = "confirm"


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Consent, ...]]:
    """The ledger of each of these customers, oldest first; customers without a line are left out."""
    rows = tx.execute(
        "select * from consents where customer_id in (select value from json_each(?)) order by at, id",
        (json.dumps(list(ids)),),
    )
    ledger: dict[int, list[Consent]] = {}
    for row in rows:
        ledger.setdefault(row["customer_id"], []).append(_line(row))
    return {person: tuple(lines) for person, lines in ledger.items()}


def by_ids(tx: Connection, ids: Sequence[int]) -> dict[int, Consent]:
    """These lines of the ledger, by id."""
    rows = tx.execute("select * from consents where id in (select value from json_each(?))", (json.dumps(list(ids)),))
    return {row["id"]: _line(row) for row in rows}


def _line(row: Row) -> Consent:
    return Consent(
        channel=row["channel"],
        purpose=Purpose(row["purpose"]),
        state=ConsentState(row["state"]),
        basis=Basis(row["basis"]),
        at=moment(row["at"]),
        source=row["source"],
        wording=row["wording"],
        proof=row["proof"],
        expires_at=instant(row["expires_at"]),
    )


def asks(key: str) -> bool:
    """Whether the outbox message of that key asks for a confirmation."""
    return key.startswith(f"{ASKING}.")


def asked_at(tx: Connection, customer_id: int, channel: str | None = None) -> datetime | None:
    """When the person was last asked to confirm, on a medium or on any; None where never, or it was taken back."""
    row = tx.execute(
        """
        select max(coalesce(sent_at, approved_at)) from outbox
        where customer_id = :customer and key glob :key and not rehearsal and state not in ('withdrawn', 'failed')
        """,
        {"customer": customer_id, "key": f"{ASKING}.{channel or '*'}.*"},
    ).fetchone()
    return instant(row[0])


def add(tx: Connection, customer_id: int, consent: Consent) -> bool:
    """Write a line that somebody said, once; whether it is news. What was said again later is another line."""
    return bool(add_all(tx, [(customer_id, consent)], again=True))


def allowed_since(tx: Connection, customer_id: int, channel: str, at: datetime) -> datetime | None:
    """When the person allowed advertising on the medium after that time, the last time; None where they didn't."""
    row = tx.execute(
        """
        select max(at) from consents where customer_id = ? and channel = ? and purpose = 'marketing'
        and state = 'granted' and basis in ('express', 'double_opt_in') and at > ?
        """,
        (customer_id, channel, seconds(at)),
    ).fetchone()
    return instant(row[0])


def move(tx: Connection, channel: str, one: int, other: int) -> None:
    """What one person said of a channel was said by the other: an address turned out to be theirs."""
    tx.execute(
        "update or ignore consents set customer_id = ? where customer_id = ? and channel = ?", (other, one, channel)
    )


def add_all(tx: Connection, given: Iterable[tuple[int, Consent]], *, again: bool = False) -> list[int]:
    """Write the lines that say something new; the customers of those, one for each.

    A line is nothing new where the one before it, in time, says the same and neither expires: who ticks the box with
    every order has said it once. With `again` only a line that stands there already is nothing new.
    """
    asked = list(given)
    ledger = _ledger(tx, {person for person, _ in asked})
    new: list[tuple[int, Consent]] = []
    for person, consent in asked:
        lines = ledger[person, consent.channel, consent.purpose.value]
        line = (seconds(consent.at) or 0, consent.state.value, consent.basis.value, seconds(consent.expires_at))
        place = bisect_right(lines, line[0], key=itemgetter(0))
        says_the_same = place > 0 and lines[place - 1][1:] == line[1:] and line[3] is None
        if line in lines or (says_the_same and not again):
            continue
        lines.insert(place, line)
        new.append((person, consent))
    tx.executemany(
        f"insert or ignore into consents ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((person, *_columns(consent)) for person, consent in new),
    )
    return [person for person, _ in new]


# When, what, on what grounds, until when.
_Line = tuple[int, str, str, int | None]


def _ledger(tx: Connection, people: Iterable[int]) -> dict[tuple[int, str, str], list[_Line]]:
    """The lines of these customers by channel and purpose, oldest first."""
    found: dict[tuple[int, str, str], list[_Line]] = defaultdict(list)
    for row in tx.execute(
        """
        select customer_id, channel, purpose, at, state, basis, expires_at from consents
        where customer_id in (select value from json_each(?)) order by at, id
        """,
        (json.dumps(sorted(people)),),
    ):
        found[row[0], row[1], row[2]].append((row[3], row[4], row[5], row[6]))
    return found


_COLUMNS = "customer_id, channel, purpose, state, basis, at, source, wording, proof, expires_at"


def _columns(consent: Consent) -> tuple[Any, ...]:
    return (
        consent.channel,
        consent.purpose.value,
        consent.state.value,
        consent.basis.value,
        seconds(consent.at),
        consent.source,
        consent.wording,
        consent.proof,
        seconds(consent.expires_at),
    )
