"""The ledger of what people allowed; lines are added, never changed."""

import json
from collections.abc import Iterable

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
    written = tx.execute(
        """
        insert or ignore into consents
            (customer_id, channel, purpose, state, basis, at, source, wording, proof, expires_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            customer_id,
            consent.channel,
            consent.purpose.value,
            consent.state.value,
            consent.basis.value,
            seconds(consent.at),
            consent.source,
            consent.wording,
            consent.proof,
            seconds(consent.expires_at),
        ),
    )
    return written.rowcount > 0
