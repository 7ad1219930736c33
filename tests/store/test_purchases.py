from dataclasses import replace

import numpy as np
import pytest

from retcon.model.orders import OrderState
from retcon.retention.risk.log import NEVER, PENDING
from retcon.retention.risk.summary import summarise
from retcon.store import purchases
from retcon.store.among import among
from retcon.sync import intake
from retcon.sync.source import Family, Removed
from tests.purchases import moment, order, take

NOW = int(moment("2026-11-20").timestamp())


def log(database, as_of=NOW, ids=None):
    with database.read() as tx:
        return purchases.log(tx, as_of, "UTC", ids)


def test_only_paid_and_partly_refunded_orders_count(database):
    take(
        database,
        order("1", "2026-01-01", 1_000),
        order("1", "2026-01-02", 2_000, refunds=[("2026-01-05", 500)]),
        *(
            order("1", "2026-02-01", state=state)
            for state in (OrderState.OPEN, OrderState.CANCELLED, OrderState.FAILED, OrderState.DRAFT)
        ),
    )
    found = summarise(log(database), NOW)
    assert found.orders.tolist() == [2]
    assert found.spent.tolist() == [2_500]
    assert found.refunded.tolist() == [500]


def test_an_order_given_back_wholly_counts_until_then(database):
    whole = order("1", "2026-01-01", 2_000, refunds=[("2026-02-01", 2_000)], state=OrderState.REFUNDED)
    take(database, whole)
    kept = log(database)
    assert len(summarise(kept, NOW)) == 0
    assert summarise(kept, int(moment("2026-01-15").timestamp())).orders.tolist() == [1]


def test_a_negative_total_lowers_spend_and_is_no_order(database):
    take(
        database,
        order("1", "2026-01-01", 2_000),
        order("1", "2026-03-01", -700, state=OrderState.REFUNDED),
    )
    found = summarise(log(database), NOW)
    assert found.orders.tolist() == [1]
    assert found.spent.tolist() == [1_300]
    assert found.last_at.tolist() == [int(moment("2026-01-01").timestamp())]


def test_a_customer_with_nothing_but_refunds_is_not_in_the_log(database):
    take(database, order("1", "2026-03-01", -700, state=OrderState.REFUNDED))
    assert len(log(database).customer_ids) == 0


def test_what_the_shop_threw_away_is_not_in_the_log(database):
    gone = order("1", "2026-01-01")
    take(database, gone, order("2", "2026-01-01"))
    database.write(lambda tx: intake.keep(tx, "woo", [Removed(Family.ORDER, gone.source_id)], "EUR"))
    assert len(log(database)) == 1


def test_a_clock_that_was_never_set_and_the_future_are_not_in_the_log(database):
    take(database, order("1", "1970-01-01"), order("1", "2100-01-01"), order("1", "2026-01-01"))
    assert len(log(database)) == 1


def test_an_amount_without_a_rate_is_unknown(database):
    take(database, order("1", "2026-01-01", 2_000, currency="XTS"))
    assert np.isnan(log(database).amount).all()


def test_parcels_come_with_the_orders(database):
    take(database, order("1", "2026-01-01", shipped="2026-01-03", delivered="2026-01-08"), order("2", "2026-01-01"))
    found = log(database)
    assert found.shipped.tolist() == [int(moment("2026-01-03").timestamp()), 0]
    assert found.arrived.tolist() == [int(moment("2026-01-08").timestamp()), 0]
    assert found.voided.tolist() == [NEVER, NEVER]


def test_some_customers_have_the_same_log_as_among_all(database):
    for account in range(1, 6):
        take(
            database,
            order(str(account), "2026-01-01", 1_000 * account),
            order(str(account), "2026-02-01", 2_000, refunds=[("2026-02-05", 100 * account)]),
            order(str(account), "2026-03-01", -account, state=OrderState.REFUNDED),
        )
    every, some = summarise(log(database), NOW), summarise(log(database, ids=[2, 4]), NOW)
    chosen = np.isin(every.customer_ids, [2, 4])
    assert some.customer_ids.tolist() == [2, 4]
    assert every.spent[chosen].tolist() == some.spent.tolist()
    assert every.refunded[chosen].tolist() == some.refunded.tolist()
    assert len(log(database, ids=[])) == 0


def test_a_range_of_ids_has_the_same_log_as_their_list(database):
    for account in range(1, 6):
        take(
            database,
            order(str(account), "2026-01-01", 1_000 * account),
            order(str(account), "2026-02-01", 2_000, refunds=[("2026-02-05", 100 * account)]),
            order(str(account), "2026-03-01", state=OrderState.OPEN),
        )
    some, listed = log(database, ids=range(2, 5)), log(database, ids=[2, 3, 4])
    for name in ("customer_ids", "placed", "refund_amount", "pause_from"):
        assert getattr(some, name).tolist() == getattr(listed, name).tolist() != []


def test_blocks_hold_every_customer_once(database, monkeypatch):
    for account in range(1, 11):
        take(database, *(order(str(account), f"2026-0{month}-01") for month in range(1, 4)))
    monkeypatch.setattr(purchases, "AT_ONCE", 9)
    with database.read() as tx:
        blocks = purchases.blocks(tx)
    assert [list(block) for block in blocks] == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10]]


@pytest.mark.parametrize("days", [range(1, 11), range(10, 0, -1), (4, 9, 1, 6, 10, 2, 8, 3, 7, 5)])
def test_a_part_is_drawn_along_the_first_orders_whatever_the_ids(database, days):
    for day in days:
        take(database, order(f"c{day}", f"2026-01-{day:02}"), order(f"c{day}", "2026-03-01"))
    with database.read() as tx:
        accounts = purchases.source_ids(tx)

        def drawn(*asked):
            return {accounts[id_] for id_ in purchases.sample(tx, *asked)}

        assert drawn(5) == {"c1", "c3", "c5", "c7", "c9"}
        assert drawn(3) == {"c1", "c4", "c7"}
        assert drawn(2, int(moment("2026-01-05").timestamp())) == {"c1", "c3"}
        assert purchases.sample(tx, 10) is None
        assert purchases.sample(tx, 4, int(moment("2026-01-05").timestamp())) is None


def test_a_shop_without_customers_has_no_blocks(database):
    with database.read() as tx:
        assert purchases.blocks(tx) == []
        assert purchases.sample(tx, 10) is None


@pytest.mark.parametrize("ids", [None, range(1, 100), [1, 2]])
def test_orders_are_read_from_an_index_alone(database, ids):
    chosen, bound = among(ids)
    with database.read() as tx:
        rows = tx.execute(f"explain query plan {purchases._ORDERS} {chosen}", {"as_of": NOW, **bound})
        plan = " ".join(row["detail"] for row in rows)
    assert "USING COVERING INDEX orders_by_customer" in plan


def test_customers_go_by_the_shops_own_id_where_it_is_theirs_alone(database):
    take(database, order("17", "2026-01-01"), order("18", "2026-01-01"), order(None, "2026-01-01"))
    take(database, order("18", "2026-01-01"), source="files")
    with database.read() as tx:
        named = purchases.source_ids(tx)
    assert sorted(named.values()) == ["17", "files:18", "woo:18"]


def codes(database, as_of=NOW):
    found = summarise(log(database, as_of), as_of)
    return [PENDING[code] for code in found.pending.tolist()]


def test_a_gift_is_told_with_the_order(database):
    take(database, order("1", "2026-01-01"), order("1", "2026-02-01", gift=True))
    assert log(database).gift.tolist() == [False, True]


def test_a_return_is_open_since_the_shop_said_so_until_it_says_otherwise(database):
    bought = order("1", "2026-10-01", modified_at=moment("2026-11-01"), return_open=True)
    take(database, bought)
    assert codes(database) == ["return_open"]
    # Changed once more and still open: it began when it began.
    take(database, replace(bought, modified_at=moment("2026-11-05")))
    assert log(database).pause_from.tolist() == [int(moment("2026-11-01").timestamp())]
    take(database, replace(bought, modified_at=moment("2026-11-11"), return_open=False))
    assert codes(database) == [""]
    assert codes(database, int(moment("2026-11-08").timestamp())) == ["return_open"]
    assert summarise(log(database), NOW).silent_days.tolist() == [50 - 10]
    assert log(database, ids=[1]).pause_until.tolist() == [int(moment("2026-11-11").timestamp())]


def test_an_order_that_waits_for_its_payment_is_no_silence(database):
    take(database, order("1", "2026-10-01"), order("1", "2026-11-10", state=OrderState.OPEN))
    assert codes(database) == ["unpaid"]
    assert summarise(log(database), NOW).silent_days.tolist() == [40]


def test_a_preorder_is_awaited(database):
    take(database, order("1", "2026-03-01", preorder=True))
    assert codes(database) == ["not_shipped"]


def test_where_the_shop_tells_of_its_parcels_an_order_without_one_is_awaited(database):
    shipped = [order("1", f"2026-10-{day:02}", shipped=f"2026-10-{day + 3:02}") for day in range(1, 16)]
    take(database, *shipped, order("2", "2026-11-16"))
    assert log(database).ships_within_days == 9
    assert codes(database)[1] == "not_shipped"


def test_where_it_does_not_an_order_without_a_parcel_is_like_any_other(database):
    take(database, *(order("1", f"2026-10-{day:02}") for day in range(1, 20)), order("2", "2026-11-16"))
    assert log(database).ships_within_days == 0
    assert codes(database)[1] == ""


def test_how_quickly_parcels_leave_is_known_from_those_before_the_date_alone(database):
    shipped = [order("1", f"2026-10-{day:02}", shipped=f"2026-11-{day:02}") for day in range(1, 16)]
    take(database, *shipped)
    assert log(database, int(moment("2026-10-31").timestamp())).ships_within_days == 0
