"""The ledger of what people allowed: each line says something new."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store import consents
from retcon.store.database import Connection, Database
from tests.conftest import NOW

YES, NO = ConsentState.GRANTED, ConsentState.DENIED
DAY = timedelta(days=1)


def said(state: ConsentState, days_ago: int, *, days: int | None = None, source: str = "import") -> Consent:
    """What was said so many days ago, good for so many days."""
    at = NOW - days_ago * DAY
    return Consent(
        channel="email",
        purpose=Purpose.MARKETING,
        state=state,
        basis=Basis.EXPRESS if state is YES else Basis.NONE,
        at=at,
        source=source,
        expires_at=None if days is None else at + days * DAY,
    )


def ledger(database: Database, *given: Sequence[Consent]) -> list[tuple[int, ConsentState]]:
    """What stands after these were told one after the other: days ago, and what."""

    def work(tx: Connection) -> None:
        tx.execute("insert or ignore into customers (id) values (1)")
        for lines in given:
            consents.add_all(tx, [(1, line) for line in lines])

    database.write(work)
    with database.read() as tx:
        return [((NOW - line.at).days, line.state) for line in consents.of(tx, [1])[1]]


def test_a_yes_with_every_order_is_one_line(database: Database) -> None:
    assert ledger(database, [said(YES, 30), said(YES, 20)], [said(YES, 10)]) == [(30, YES)]


def test_a_no_and_another_yes_are_lines_of_their_own(database: Database) -> None:
    assert ledger(database, [said(YES, 30), said(NO, 20), said(YES, 10)]) == [(30, YES), (20, NO), (10, YES)]


def test_an_earlier_yes_is_kept_when_it_is_told_later(database: Database) -> None:
    assert ledger(database, [said(YES, 10)], [said(YES, 30)]) == [(30, YES), (10, YES)]


def test_a_yes_that_runs_out_is_said_anew(database: Database) -> None:
    assert ledger(database, [said(YES, 30, days=60), said(YES, 10, days=60)]) == [(30, YES), (10, YES)]


@pytest.mark.parametrize(
    "lines",
    [
        [said(YES, 30), said(NO, 20), said(YES, 10)],
        [said(YES, 10), said(NO, 10)],  # in the same second
        [said(YES, 30, days=5), said(YES, 10, days=5)],
    ],
)
def test_told_again_nothing_is_new(database: Database, lines: list[Consent]) -> None:
    once = ledger(database, lines)
    assert ledger(database, lines) == once
    assert database.write(lambda tx: consents.add_all(tx, [(1, line) for line in lines])) == []
