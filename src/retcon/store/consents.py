"""The ledger of what people allowed; lines are added, never changed."""

import json
from collections.abc import Iterable
from typing import Any

from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store.database import Connection
from retcon.store.values import instant, moment, seconds


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Consent, ...]]:
    """The ledger of each of these customers, oldest first; customers without a line are left out."""
    rows = tx.execute(
        "select * from consents where customer_id in (select value from json_each(?)) order by at, id",
        (json.dumps(list(ids)),),
    )
    ledger: dict[int, list[Consent]] = {}
    for row in rows:
        ledger.setdefault(row["customer_id"], []).append(
            Consent(
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
        )
    return {person: tuple(lines) for person, lines in ledger.items()}


def add(tx: Connection, customer_id: int, consent: Consent) -> bool:
    """Write a line, unless the same stands there already; whether it is new."""
    return bool(add_all(tx, [(customer_id, consent)]))


def add_all(tx: Connection, given: Iterable[tuple[int, Consent]]) -> list[int]:
    """Write those lines that don't stand there already; the customers of the new ones, one for each."""
    lines: dict[tuple[Any, ...], Consent] = {}
    for person, consent in given:
        lines.setdefault((person, *_key(consent)), consent)
    known = {
        tuple(row)
        for row in tx.execute(
            f"select customer_id, {_KEY} from consents where customer_id in (select value from json_each(?))",
            (json.dumps(sorted({line[0] for line in lines})),),
        )
    }
    new = [(line, consent) for line, consent in lines.items() if line not in known]
    tx.executemany(
        f"insert into consents (customer_id, {_KEY}, wording, proof, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((*line, consent.wording, consent.proof, seconds(consent.expires_at)) for line, consent in new),
    )
    return [line[0] for line, _ in new]


# What makes a line the same line.
_KEY = "channel, purpose, state, basis, at, source"


def _key(consent: Consent) -> tuple[str, str, str, str, int | None, str]:
    return (
        consent.channel,
        consent.purpose.value,
        consent.state.value,
        consent.basis.value,
        seconds(consent.at),
        consent.source,
    )
