"""What a person said, or a channel told, of being written to: written down at once.

Each line is written once, however often the message behind it is read. STOP on one channel ends advertising on that
channel, and the address it came from is never advertised to again, whoever it belongs to later.
"""

from datetime import datetime, timedelta

from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store import consents, suppressions
from retcon.store.database import Connection

# A yes answers a question that was asked so long ago at most.
_ASKED = timedelta(days=30)


def stop(
    tx: Connection,
    customer_id: int,
    medium: str,
    address: str,
    at: datetime,
    *,
    source: str,
    proof: str = "",
    wording: str = "",
) -> bool:
    """They take their permission for advertising on this channel back; whether that is news."""
    line = _line(medium, Purpose.MARKETING, ConsentState.DENIED, Basis.NONE, at, source, proof, wording)
    new = consents.add(tx, customer_id, line)
    new = suppressions.add(tx, medium, address, "advertising", wording or "asked to stop", at) or new
    if (since := consents.allowed_since(tx, customer_id, medium, at)) is not None:
        suppressions.lift(tx, medium, address, since, "advertising")
    return new


def allow(
    tx: Connection,
    customer_id: int,
    medium: str,
    address: str,
    at: datetime,
    *,
    source: str,
    proof: str = "",
    wording: str = "",
    basis: Basis = Basis.EXPRESS,
) -> bool:
    """They allow advertising on this channel, from this address; whether that is news.

    It lifts what the address had asked before, and what was known of its not working.
    """
    line = _line(medium, Purpose.MARKETING, ConsentState.GRANTED, basis, at, source, proof, wording)
    new = consents.add(tx, customer_id, line)
    return suppressions.lift(tx, medium, address, at) or new


def answer(
    tx: Connection,
    customer_id: int,
    medium: str,
    address: str,
    at: datetime,
    *,
    source: str,
    proof: str = "",
    wording: str = "",
) -> bool:
    """A bare yes: it allows advertising where they were asked within thirty days before; whether that is news."""
    asked = consents.asked_at(tx, customer_id, medium)
    if asked is None or not asked <= at <= asked + _ASKED:
        return False
    return allow(
        tx,
        customer_id,
        medium,
        address,
        at,
        source=source,
        proof=proof,
        wording=wording,
        basis=Basis.DOUBLE_OPT_IN,
    )


def block(
    tx: Connection, customer_id: int, medium: str, address: str, at: datetime, blocked: bool, *, source: str
) -> bool:
    """They shut the channel, so nothing goes there; or opened it again: only a new yes brings advertising back.

    Whether that is news.
    """
    if not blocked:
        return suppressions.lift(tx, medium, address, at, "everything")
    line = _line(medium, Purpose.MARKETING, ConsentState.DENIED, Basis.NONE, at, source, "", "blocked the shop")
    new = consents.add(tx, customer_id, line)
    return suppressions.add(tx, medium, address, "everything", "blocked the shop", at) or new


def gone(tx: Connection, customer_id: int, medium: str, address: str, at: datetime, reason: str) -> bool:
    """The address doesn't exist: nothing goes there until something comes from it; whether that is news.

    The person said nothing, so the ledger stays as it is.
    """
    return suppressions.add(tx, medium, address, "everything", reason, at)


def alive(tx: Connection, medium: str, address: str, at: datetime) -> bool:
    """Something came from the address, so it works; whether it was thought not to."""
    return suppressions.lift(tx, medium, address, at, "everything")


def move(tx: Connection, medium: str, one: int, other: int) -> None:
    """What one person said of a channel was said by the other: the address that said it is theirs."""
    consents.move(tx, medium, one, other)


def _line(
    medium: str,
    purpose: Purpose,
    state: ConsentState,
    basis: Basis,
    at: datetime,
    source: str,
    proof: str,
    wording: str,
) -> Consent:
    return Consent(
        channel=medium,
        purpose=purpose,
        state=state,
        basis=basis,
        at=at,
        source=source,
        proof=proof,
        wording=wording,
    )
