import numpy as np
import pytest

from retcon.retention.risk import standings as risk
from retcon.retention.risk.summary import summarise
from retcon.store import purchases, standings
from tests.purchases import moment, order, take

NOW = int(moment("2026-11-20").timestamp())


@pytest.fixture
def shop(database):
    """Twenty customers of one to five orders each, with where they stand."""
    for account in range(1, 21):
        take(
            database,
            *(order(str(account), f"2026-{month:02}-10", 1_000 * account) for month in range(1, 2 + account % 5)),
        )
    return database


def stand(database, ids=None):
    with database.read() as tx:
        log = purchases.log(tx, NOW, "UTC", ids)
    summary = summarise(log, NOW)
    return risk.stand(summary, risk.fit_shop(log, NOW, 90), np.ones(len(summary), bool))


def test_what_is_written_is_read_back(shop):
    found = stand(shop)
    shop.write(lambda tx: standings.save(tx, found))
    with shop.read() as tx:
        kept = standings.get(tx, [3])[3]
        assert standings.get(tx, [4711]) == {}
        assert len(list(standings.every(tx))) == standings.count(tx) == 20
    assert kept.orders == 4
    assert kept.spent_minor == 12_000
    assert kept.cycle_days == 31
    assert kept.last_order_at == moment("2026-04-10")
    assert kept.p_churn == found.scores.p_churn[2]
    assert kept.causes[0].code == "silent"
    assert kept.causes[0].base == 31


def test_who_has_no_cycle_has_none_written(shop):
    shop.write(lambda tx: standings.save(tx, stand(shop)))
    with shop.read() as tx:
        once = standings.get(tx, [5])[5]
    assert once.orders == 1
    assert once.cycle_days is None
    assert once.next_expected_at is None


def test_those_of_some_customers_are_replaced_and_the_others_stay(shop):
    shop.write(lambda tx: standings.save(tx, stand(shop)))
    shop.write(lambda tx: standings.save(tx, stand(shop, [1, 2]), [1, 2, 3]))
    with shop.read() as tx:
        assert standings.count(tx) == 19
        assert standings.get(tx, [1, 2, 3]).keys() == {1, 2}


def test_the_list_is_read_along_its_index(shop):
    with shop.read() as tx:
        plan = tx.execute("explain query plan select * from standings order by stake_minor desc, customer_id limit 40")
        assert "standings_by_stake" in " ".join(row["detail"] for row in plan)
