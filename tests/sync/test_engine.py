"""One run of a source: what is kept with what, and what ends it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from retcon.errors import SourceError, StoreError
from retcon.store import cursors, leases
from retcon.store.database import Database
from retcon.sync import engine
from retcon.sync.source import Cursor, Kept, Page


class Scripted:
    """A source that gives the pages it was made with, and raises what stands among them."""

    kind = "scripted"
    Settings = object
    secrets = ()

    def __init__(self, *script: Page | Exception) -> None:
        self.script = script
        self.began_at: Cursor = {}
        self.kept: dict[str, Any] = {}

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        self.began_at, self.kept = dict(cursor), dict(kept())
        for step in self.script:
            if isinstance(step, Exception):
                raise step
            yield step

    def check(self) -> str:
        return ""


def page(at: int, **changes: Any) -> Page:
    return Page(**{"records": (), "cursor": {"at": at}, "what": "orders"} | changes)


@pytest.fixture
def run(trial: Any) -> Any:
    def run(*script: Page | Exception, source: Scripted | None = None, **options: Any) -> Any:
        chosen = source or Scripted(*script)
        return engine.run(
            trial.database, chosen, name="s", kind="scripted", currency="EUR", now=lambda: trial.now, **options
        )

    return run


def cursor_of(database: Database) -> dict[str, Any]:
    with database.read() as tx:
        return cursors.get(tx, "s")


def test_a_run_goes_on_where_the_last_one_ended(trial: Any, run: Any) -> None:
    run(page(1), page(2))
    assert cursor_of(trial.database) == {"at": 2}
    source = Scripted()
    run(source=source)
    assert source.began_at == {"at": 2}


def test_a_source_that_fails_ends_the_run_with_its_sentence_and_what_was_kept_stands(trial: Any, run: Any) -> None:
    result = run(page(1), SourceError("The shop is closed.", "Wait."), page(2))
    assert (result.ok, result.pages, result.error) == (False, 1, "The shop is closed. Wait.")
    assert cursor_of(trial.database) == {"at": 1}


def test_a_mistake_of_our_own_ends_the_run_and_not_those_of_other_sources(trial: Any, run: Any) -> None:
    result = run(page(1), ZeroDivisionError("a record that nobody foresaw"))
    assert (result.ok, result.key_refused) == (False, False)
    assert result.error.startswith("A mistake of retcon's own")
    assert cursor_of(trial.database) == {"at": 1}
    assert run(page(2)).ok


def test_a_missing_secret_is_told_in_the_result(trial: Any, run: Any) -> None:
    from retcon.errors import RetconError

    assert run(RetconError("The consumer key of [sources.s] is nowhere.")).error.startswith("The consumer key")


def test_when_the_sources_were_pulled_counts_only_what_went_well(trial: Any, run: Any) -> None:
    def synced_at(*names: str) -> Any:
        with trial.database.read() as tx:
            return cursors.synced_at(tx, names)

    assert synced_at("s") is None
    run(SourceError("No."))
    assert synced_at("s") is None
    run(page(1))
    then = trial.now
    trial.now += timedelta(hours=1)
    run(SourceError("No."))
    assert synced_at("s") == then
    assert synced_at("s", "other") is None


def test_a_second_run_at_the_same_time_leaves_the_first_one_the_work(trial: Any, run: Any) -> None:
    results = []
    first = run(page(1), page(2), progress=lambda _: results.append(run(page(9))))
    assert first.ok
    assert [result.error for result in results] == ["Another sync of s is running, so this one left it the work."] * 2
    assert cursor_of(trial.database) == {"at": 2}


def test_a_run_whose_lease_was_taken_keeps_nothing_more(trial: Any, run: Any) -> None:
    def steal(_: Page) -> None:
        later = trial.now + timedelta(days=1)
        trial.database.write(lambda tx: leases.take(tx, "sync:s", leases.this_process(), later, 60))

    result = run(page(1), page(2), progress=steal)
    assert result.error == "Another sync of s has taken over, so this one left it the rest."
    assert cursor_of(trial.database) == {"at": 1}


def test_after_a_failure_the_next_run_is_let_in_at_once(run: Any) -> None:
    run(SourceError("No."))
    assert run(page(1)).ok


def test_a_database_that_cannot_be_written_is_no_fault_of_the_source(trial: Any, run: Any) -> None:
    with pytest.raises(StoreError):
        run(page(1), StoreError("The disk is full."))
    assert run(page(2)).ok


def test_notes_reach_the_result_bounded(run: Any) -> None:
    result = run(*(page(number, notes=(f"Order {number} is odd.",)) for number in range(25)))
    assert result.notes[0] == "Order 0 is odd."
    assert result.notes[-1] == "5 more of this kind."
    assert len(result.notes) == 21


def test_the_last_result_is_kept(trial: Any, run: Any) -> None:
    told = run(page(1, notes=("Odd.",)), SourceError("No."))
    with trial.database.read() as tx:
        assert cursors.last(tx, "s") == told


def test_a_source_is_told_which_versions_of_its_orders_are_kept(trial: Any, run: Any) -> None:
    trial.order(1)
    trial.shop.refund(1, 90, "5.00")
    trial.order(2)
    trial.order(3)
    trial.sync()
    trial.now += timedelta(hours=1)
    trial.shop.trash(3)
    trial.sync()
    with trial.database.read() as tx:
        versions = cursors.versions(tx, "woo")
    assert {order: refunds for order, (_, refunds) in versions.items()} == {"1": {"90"}, "2": set()}
