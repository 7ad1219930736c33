import numpy as np
import pytest

from retcon.retention.risk import scores
from retcon.retention.risk import standings as risk
from retcon.retention.risk.summary import summarise
from retcon.store import people, purchases, standings
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
    return risk.stand(summary, scores.fit_shop(log, NOW, 90), np.ones(len(summary), bool))


def test_what_is_written_is_read_back(shop):
    found = stand(shop)
    assert standings.rewrite(shop.file, [found]) == 20
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
    standings.rewrite(shop.file, [stand(shop)])
    with shop.read() as tx:
        once = standings.get(tx, [5])[5]
    assert once.orders == 1
    assert once.cycle_days is None
    assert once.next_expected_at is None


def test_those_of_some_customers_are_replaced_and_the_others_stay(shop):
    standings.rewrite(shop.file, [stand(shop)])
    shop.write(lambda tx: standings.save(tx, stand(shop, [1, 2]), [1, 2, 3]))
    with shop.read() as tx:
        assert standings.count(tx) == 19
        assert standings.get(tx, [1, 2, 3]).keys() == {1, 2}


def test_some_are_found_by_their_first_order_or_by_their_silence(shop):
    standings.rewrite(shop.file, [stand(shop)])
    with shop.read() as tx:
        everybody = list(standings.every(tx))
        found = {each.customer_id for each in standings.within(tx, moment("2026-01-11"), 190, 230)}
        assert list(standings.within(tx, moment("2026-01-11"), 0, -1)) == []
        assert len(list(standings.within(tx, moment("2026-01-10"), 0, -1))) == 20
    assert found == {each.customer_id for each in everybody if 190 <= each.silent_days <= 230}
    assert 0 < len(found) < 20


def test_parts_gather_until_all_are_there(shop):
    standings.rewrite(shop.file, [stand(shop)])

    def parts():
        yield stand(shop, range(1, 11))
        with shop.read() as tx:
            assert standings.count(tx) == 20
        shop.write(lambda tx: tx.execute("update customers set name = 'Ada' where id = 1"))  # others can write
        yield stand(shop, range(11, 16))

    assert standings.rewrite(shop.file, parts()) == 15
    with shop.read() as tx:
        assert standings.count(tx) == 15


def test_a_pass_that_breaks_off_leaves_what_stood(shop):
    standings.rewrite(shop.file, [stand(shop)])

    def parts():
        yield stand(shop, range(1, 11))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        standings.rewrite(shop.file, parts())
    with shop.read() as tx:
        assert standings.count(tx) == 20
    assert standings.rewrite(shop.file, [stand(shop, range(1, 11))]) == 10


def test_who_became_a_part_of_somebody_meanwhile_stands_nowhere(shop):
    def parts():
        yield stand(shop)
        shop.write(lambda tx: people.absorb(tx, 3, 4))

    standings.rewrite(shop.file, parts())
    with shop.read() as tx:
        assert standings.get(tx, [3, 4]).keys() == {4}


@pytest.mark.parametrize("passes", [0, 1, 2])
def test_the_table_is_the_same_after_each_pass(shop, passes):
    def made():
        with shop.read() as tx:
            rows = tx.execute("select type, sql from sqlite_master where tbl_name = 'standings' order by sql")
            return [(kind, sql[sql.index("(") :]) for kind, sql in rows]

    before = made()
    for _ in range(passes):
        standings.rewrite(shop.file, [stand(shop)])
    assert made() == before
    with shop.read() as tx:
        assert tx.execute("select name from sqlite_master where name like 'standings_next%'").fetchone() is None


def test_the_list_is_read_along_its_index(shop):
    standings.rewrite(shop.file, [stand(shop)])
    with shop.read() as tx:
        plan = tx.execute("explain query plan select * from standings order by stake_minor desc, customer_id limit 40")
        assert "standings_by_stake" in " ".join(row["detail"] for row in plan)
