"""First orders: whose buyers were looked after within a week, and who came back."""

from datetime import datetime, timedelta

from retcon.model.first_orders import FirstOrders
from retcon.store import first_orders
from retcon.store.database import Connection, Database
from tests.purchases import moment, order, take

NOW = moment("2026-11-20")
SINCE = moment("2025-11-20")


def count(database: Database) -> tuple[FirstOrders, ...]:
    with database.read() as tx:
        return first_orders.by_country(tx, SINCE, NOW)


def wrote(database: Database, account: str, at: datetime, *, state: str = "sent", rehearsal: bool = False) -> None:
    """A message of ours to them."""

    def add(tx: Connection) -> None:
        row = tx.execute("select customer_id from identities where value = ?", (f"woo:{account}",)).fetchone()
        tx.execute(
            """
            insert into outbox (revision, customer_id, channel, purpose, recipient, subject, body, state, rehearsal,
                key, not_before, approved_at, sent_at)
            values (1, ?, 'email', 'service', 'a@example.com', '', 'x', ?, ?, ?, 0, 0, ?)
            """,
            (row[0], state, rehearsal, f"{account}{at}", int(at.timestamp())),
        )

    database.write(add)


def test_a_word_within_seven_days_serves_and_one_on_the_eighth_doesnt(database: Database) -> None:
    placed = moment("2026-10-01")
    take(database, *(order(account, "2026-10-01", country="DE") for account in "ab"))
    wrote(database, "a", placed + timedelta(days=7))
    wrote(database, "b", placed + timedelta(days=8))
    assert count(database) == (FirstOrders(country="DE", orders=2, old=2, served=1),)


def test_a_rehearsal_serves_nobody(database: Database) -> None:
    take(database, order("a", "2026-10-01", country="DE"))
    wrote(database, "a", moment("2026-10-02"), rehearsal=True)
    wrote(database, "a", moment("2026-10-02T01:00"), state="failed")
    assert count(database)[0].served == 0


def test_who_came_back_is_told_apart_by_whether_they_were_served(database: Database) -> None:
    for account in ("served", "others"):
        take(database, order(account, "2026-03-01", country="FR"))
    take(database, order("served", "2026-05-30", country="FR"))  # after 90 days
    take(database, order("others", "2026-05-31", country="FR"))  # after 91
    wrote(database, "served", moment("2026-03-02"))
    (france,) = count(database)
    assert (france.served_known, france.served_back, france.others_known, france.others_back) == (1, 1, 1, 0)


def test_whoever_ordered_before_the_period_has_no_first_order_in_it(database: Database) -> None:
    take(database, order("a", "2025-01-01", country="DE"), order("a", "2026-10-01", country="DE"))
    assert count(database) == ()


def test_this_weeks_first_orders_without_a_word_come_by_the_time_that_is_left(database: Database) -> None:
    take(database, order("late", "2026-11-14", country="DE"), order("new", "2026-11-19", country="US"))
    take(database, order("served", "2026-11-15", country="US"))
    wrote(database, "served", moment("2026-11-16"))
    with database.read() as tx:
        found = first_orders.unserved(tx, NOW)
    assert [(one.country, one.until) for one in found] == [("DE", moment("2026-11-21")), ("US", moment("2026-11-26"))]
