import dataclasses

import numpy as np

from retcon.retention.risk import signals
from retcon.retention.risk.signals import NEVER, SIGNALS, signal_log
from retcon.retention.risk.summary import summarise


def kind(name):
    return SIGNALS.index(name)


def told(log, events, since):
    """The log with events (customer, kind, at[, until])."""
    rows = [(*event, NEVER)[:4] for event in events]
    found = signal_log(
        log.customer_ids,
        customer=[row[0] for row in rows],
        kind=[kind(row[1]) for row in rows],
        at=[row[2] for row in rows],
        until=[row[3] for row in rows],
        since=since,
    )
    return dataclasses.replace(log, signals=found)


ORDERS = [(1, "2026-01-01", 100), (2, "2026-01-05", 100), (3, "2026-06-01", 100)]


def test_what_no_source_tells_is_unknown_and_not_none(log_of, instant):
    found = summarise(log_of(ORDERS), instant("2026-03-01")).signals
    values, known = found.matrix()
    assert values.shape == known.shape == (2, len(SIGNALS))
    assert not known.any()
    assert not values.any()


def test_events_count_for_those_whose_they_are(log_of, instant):
    log = told(log_of(ORDERS), [(2, "complained", instant("2026-02-01"))], {"complained": 0})
    found = summarise(log, instant("2026-03-01")).signals
    assert found.columns["complained"].tolist() == [0, 1]
    assert list(found.columns) == ["complained"]


def test_an_event_holds_from_its_instant_until_it_is_over(log_of, instant):
    event = (1, "waiting", instant("2026-02-01"), instant("2026-02-10"))
    log = told(log_of(ORDERS), [event], {"waiting": 0})

    def held(day):
        return summarise(log, instant(day)).signals.columns["waiting"].tolist()

    assert [held(day)[0] for day in ("2026-01-20", "2026-02-05", "2026-02-20")] == [0, 1, 0]


def test_an_event_of_long_ago_counts_no_more(log_of, instant):
    log = told(log_of(ORDERS), [(1, "complained", instant("2026-01-10"))], {"complained": 0})
    assert summarise(log, instant("2026-12-01")).signals.columns["complained"].tolist() == [0, 0, 0]


def test_a_kind_is_unknown_before_its_source_began_to_tell(log_of, instant):
    log = told(log_of(ORDERS), [(1, "visited", instant("2026-02-10"))], {"visited": instant("2026-02-01")})
    assert "visited" not in summarise(log, instant("2026-01-20")).signals.columns
    assert summarise(log, instant("2026-02-20")).signals.columns["visited"].tolist() == [1, 0]


def test_events_of_those_who_never_ordered_are_left_out(log_of, instant):
    log = told(log_of(ORDERS), [(99, "complained", instant("2026-02-10"))], {"complained": 0})
    assert len(log.signals) == 0


def test_a_signal_can_be_taken_away_as_if_it_had_not_been_or_were_unknown(log_of, instant):
    log = told(log_of(ORDERS), [(1, "complained", instant("2026-02-01"))], {"complained": 0, "visited": 0})
    found = summarise(log, instant("2026-03-01")).signals
    assert found.none_of("complained").columns["complained"].tolist() == [0, 0]
    assert list(found.without("complained").columns) == ["visited"]
    assert found.none_of("opened") is found


def test_some_rows_of_a_summary_are_those_customers_alone(log_of, instant):
    log = told(log_of(ORDERS), [(2, "complained", instant("2026-02-01"))], {"complained": 0})
    found = summarise(log, instant("2026-03-01"))
    some = found.take(np.array([1]))
    assert len(some) == len(some.signals) == 1
    assert some.customer_ids.tolist() == [2]
    assert some.signals.columns["complained"].tolist() == [1]
    assert some.gap_days == found.gap_days
    assert found.take(found.orders > 5).signals.matrix()[0].shape == (0, len(SIGNALS))


def test_nothing_told_is_a_log_without_events():
    assert len(signals.NOTHING) == 0
    assert set(signals.NOTHING.since.tolist()) == {NEVER}
