"""One timeline of everything: any pages laid together are the whole, in the same order, from either end."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.model.timeline import GROUPS, Event, Key, Kind, Refunded, Reviewed, Said, Sent
from retcon.store import timeline
from retcon.store.database import Connection, Database
from tests.lives import NOW, Life

ALL = tuple(Kind)


def whole(tx: Connection, customer: int, kinds: Sequence[Kind] = ALL) -> tuple[Event, ...]:
    return timeline.page(tx, customer, NOW, kinds, count=10_000)


def in_pages(tx: Connection, customer: int, kinds: Sequence[Kind], count: int) -> list[Event]:
    found: list[Event] = []
    mark: Key | None = None
    while events := timeline.page(tx, customer, NOW, kinds, before=mark, count=count):
        found += events
        mark = events[-1].key
    return found


def from_the_end(tx: Connection, customer: int, kinds: Sequence[Kind], count: int) -> list[Event]:
    found: list[Event] = []
    mark: Key | None = None
    while events := timeline.newer(tx, customer, NOW, kinds, after=mark, count=count):
        found = [*events, *found]
        mark = events[0].key
    return found


def test_everything_that_happened_stands_in_it_newest_first(database: Database) -> None:
    life = Life(database)
    life.live()

    with database.read() as tx:
        events = whole(tx, life.id)

    assert {event.kind for event in events} == set(Kind)
    assert [event.key for event in events] == sorted((event.key for event in events), reverse=True)
    assert [event.at for event in events] == sorted((event.at for event in events), reverse=True)


def test_nobody_elses_stands_in_it(database: Database) -> None:
    life, other = Life(database), Life(database)
    life.live()

    with database.read() as tx:
        assert whole(tx, other.id) == ()
        assert sum(timeline.counts(tx, other.id, NOW).values()) == 0


def test_the_counts_are_those_of_the_pages(database: Database) -> None:
    life = Life(database)
    life.live()

    with database.read() as tx:
        counted = timeline.counts(tx, life.id, NOW)
        assert counted == {kind: len(whole(tx, life.id, [kind])) for kind in Kind}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("count", [1, 2, 7])
def test_pages_of_any_size_are_the_whole(database: Database, group: str, count: int) -> None:
    life = Life(database)
    life.live()

    with database.read() as tx:
        every = list(whole(tx, life.id, GROUPS[group]))
        assert in_pages(tx, life.id, GROUPS[group], count) == every
        assert from_the_end(tx, life.id, GROUPS[group], count) == every


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["order", "note", "consent", "review", "refund"]), st.integers(0, 3)),
                max_size=14), st.integers(1, 5))  # fmt: skip
def test_what_happened_in_the_same_second_is_neither_lost_nor_told_twice(
    database: Database, happened: list[tuple[str, int]], count: int
) -> None:
    life = Life(database)
    for what, seconds in happened:
        life.at = NOW - timedelta(seconds=seconds)
        {
            "order": life.order,
            "note": life.note,
            "consent": life.consent,
            "review": life.review,
            "refund": lambda: life.order(refunded=500),
        }[what]()

    with database.read() as tx:
        every = list(whole(tx, life.id))
        assert len(every) == sum(timeline.counts(tx, life.id, NOW).values())
        assert in_pages(tx, life.id, ALL, count) == every
        assert from_the_end(tx, life.id, ALL, count) == every


def only(database: Database, life: Life, kind: Kind) -> Any:
    with database.read() as tx:
        (event,) = whole(tx, life.id, [kind])
    return event.what


def test_a_refund_names_its_order(database: Database) -> None:
    life = Life(database)
    life.order(total=15_200, refunded=3_400, number="1042")

    refunded = only(database, life, Kind.REFUND)

    assert isinstance(refunded, Refunded)
    assert (refunded.refund.amount_minor, refunded.total_minor, refunded.number) == (3_400, 15_200, "1042")


def test_what_they_wrote_tells_when_it_was_answered(database: Database) -> None:
    life = Life(database)
    thread = life.thread()
    life.wrote(thread, "Where is it?", hours=9)
    life.wrote(thread, "On its way.", hours=6, out=True)
    life.wrote(thread, "Thanks", hours=1)

    with database.read() as tx:
        thanks, answer, question = (event.what for event in whole(tx, life.id, [Kind.MESSAGE]))

    assert isinstance(question, Said)
    assert isinstance(answer, Said)
    assert isinstance(thanks, Said)
    assert question.answered_at == NOW - timedelta(hours=6)
    assert answer.answered_at is None
    assert thanks.answered_at is None


def test_a_message_of_ours_stands_once_with_what_it_was_due_as(database: Database) -> None:
    life = Life(database)
    life.sent("New glazes", title="reason to return")

    sent = only(database, life, Kind.OUTBOX)

    assert isinstance(sent, Sent)
    assert (sent.row.subject, sent.title) == ("New glazes", "reason to return")
    with database.read() as tx:
        assert whole(tx, life.id, [Kind.ACTION]) == ()


def test_a_promise_stands_at_both_its_ends(database: Database) -> None:
    life = Life(database)
    life.promise("a new pot", state="kept", made=72, over=24)
    life.promise("an answer", state="open", made=50, due=2)
    life.promise("perhaps", state="offered", made=50, due=2)

    with database.read() as tx:
        made = whole(tx, life.id, [Kind.PROMISED])
        over = whole(tx, life.id, [Kind.PROMISE_OVER])

    assert [event.at for event in made] == [NOW - timedelta(hours=hours) for hours in (50, 72)]
    assert [event.at for event in over] == [NOW - timedelta(hours=hours) for hours in (2, 24)]


def test_a_note_that_was_taken_away_and_an_order_that_was_thrown_away_are_gone(database: Database) -> None:
    life = Life(database)
    life.note("dislikes blue", removed=True)
    life.order(removed=True)

    with database.read() as tx:
        assert whole(tx, life.id) == ()


def test_a_review_names_its_product(database: Database) -> None:
    life = Life(database)
    life.review("Lovely", rating=5, product="Speckled mug")

    reviewed = only(database, life, Kind.REVIEW)

    assert isinstance(reviewed, Reviewed)
    assert (reviewed.product, reviewed.review.rating) == ("Speckled mug", 5)


@pytest.mark.parametrize("kinds", [ALL, *([kind] for kind in Kind)], ids=lambda kinds: str(len(kinds)) + kinds[0])
def test_a_page_reads_no_table_from_end_to_end(database: Database, kinds: Sequence[Kind]) -> None:
    life = Life(database)
    life.live()
    asked: list[str] = []
    with database.read() as tx:
        mark = whole(tx, life.id)[0].key
        tx.set_trace_callback(asked.append)
        timeline.page(tx, life.id, NOW, kinds, before=mark, count=5)
        tx.set_trace_callback(None)
        plans = [row[3] for query in asked for row in tx.execute(f"explain query plan {query}")]

    scanned = [plan for plan in plans if plan.startswith("SCAN")]
    assert [plan for plan in scanned if not plan.startswith(("SCAN json_each", "SCAN asked", "SCAN (subquery"))] == []
