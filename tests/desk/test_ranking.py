import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from retcon.config import RetentionSettings
from retcon.desk import ranking, refresh
from retcon.model.orders import OrderState
from retcon.store import facts, purchases, standings
from tests.conftest import NOW
from tests.purchases import moment, order, take

# A refresh that is killed when three parts are written and not yet in their place.
KILLED = """
import os, signal, sys
from pathlib import Path
from retcon.desk import refresh
from retcon.desk.house import open_house
from retcon.localtime import instant
from retcon.store import purchases, standings

def insert(tx, table, found, left=[3], insert=standings._insert):
    insert(tx, table, found)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

purchases.AT_ONCE, standings._insert = 200, insert
refresh.refresh(open_house(Path(sys.argv[1]), now=lambda: instant(sys.argv[2])))
"""


def regular(account, first="2025-01-05", every=21, number=20, **changes):
    start = moment(first)
    return [order(account, (start + timedelta(days=every * place)).isoformat(), **changes) for place in range(number)]


@pytest.fixture
def shop(house):
    """Thirty regulars, thirty who left in spring, thirty who came once."""
    for account in range(30):
        take(house.database, *regular(f"r{account}", f"2025-09-{account % 28 + 1:02}"))
        take(house.database, *regular(f"g{account}", f"2025-03-{account % 28 + 1:02}", number=5))
        take(house.database, order(f"o{account}", f"2026-{account % 9 + 1:02}-12"))
    return house


def standing_of(house, id_):
    with house.database.read() as tx:
        return standings.get(tx, [id_]).get(id_)


def every(house):
    with house.database.read() as tx:
        return list(standings.every(tx))


def fit_of(house):
    with house.database.read() as tx:
        return facts.get(tx, "ranking_fit")


def test_everybody_with_a_counted_order_stands_somewhere(shop):
    take(shop.database, order("open", "2026-01-01", state=OrderState.OPEN))
    assert ranking.restand(shop) == 90
    with shop.database.read() as tx:
        assert standings.count(tx) == 90


def test_an_empty_shop_is_no_trouble(house):
    assert ranking.restand(house) == 0
    assert ranking.restand(house, []) == 0
    assert ranking.rank(house, NOW, 90) == []


def test_some_stand_as_they_would_among_all(shop):
    ranking.restand(shop)
    before = standing_of(shop, 4)
    assert ranking.restand(shop, [4]) == 1
    assert standing_of(shop, 4) == before


def test_part_by_part_is_as_all_at_once(shop, monkeypatch):
    ranking.restand(shop)
    at_once, ranked = every(shop), ranking.rank(shop, moment("2026-08-01"), 90)
    monkeypatch.setattr(purchases, "AT_ONCE", 70)  # some seven customers
    assert ranking.restand(shop) == 90
    assert every(shop) == at_once
    assert ranking.rank(shop, moment("2026-08-01"), 90) == ranked


def test_a_large_shop_is_learnt_from_the_same_part_each_time(shop, monkeypatch):
    monkeypatch.setattr(ranking, "SAMPLE", 45)
    ranking.restand(shop)
    first, stood = fit_of(shop), every(shop)
    shop.database.write(lambda tx: facts.put(tx, "ranking_fit", None))
    ranking.restand(shop)
    assert fit_of(shop) == first
    assert every(shop) == stood
    assert len(stood) == 90


def test_a_pass_that_is_killed_leaves_what_stood_and_the_next_refresh_heals_it(shop):
    refresh.refresh(shop)
    before = every(shop)
    take(shop.database, order("r0", "2026-11-01"))
    tomorrow = replace(shop, now=lambda: NOW + timedelta(days=1))
    command = [sys.executable, "-c", KILLED, shop.settings.places.config, tomorrow.now().isoformat()]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert every(shop) == before
    refresh.refresh(tomorrow)
    healed = every(shop)
    assert len(healed) == 90
    assert healed[0].silent_days != before[0].silent_days
    ranking.restand(tomorrow)
    assert every(shop) == healed


def test_who_has_no_counted_order_any_more_stands_nowhere(shop):
    lone = order("lone", "2026-10-01")
    take(shop.database, lone)
    ranking.restand(shop)
    take(shop.database, replace(lone, state=OrderState.CANCELLED))
    ranking.restand(shop, [91])
    assert standing_of(shop, 91) is None


def test_the_shop_is_learnt_once_a_week(shop):
    ranking.restand(shop)
    first = fit_of(shop)
    ranking.restand(replace(shop, now=lambda: NOW + timedelta(days=6)))
    assert fit_of(shop) == first
    ranking.restand(replace(shop, now=lambda: NOW + timedelta(days=7)))
    assert fit_of(shop) != first


def test_the_shop_is_learnt_anew_when_it_has_grown_or_looks_further_ahead(shop):
    ranking.restand(shop)
    first = fit_of(shop)
    longer = replace(shop.settings, retention=RetentionSettings(horizon_days=180))
    ranking.restand(replace(shop, settings=longer), [1])
    assert fit_of(shop) != first
    ranking.restand(shop)
    for account in range(10):
        take(shop.database, *regular(f"n{account}", "2026-01-05", number=12))
    before = fit_of(shop)
    ranking.restand(shop)
    assert fit_of(shop) != before


def test_many_touched_at_once_are_a_new_shop(shop):
    ranking.restand(shop)
    for account in range(30):
        take(shop.database, *regular(f"n{account}", "2026-01-05", number=12))
    assert ranking.restand(shop, list(range(91, 121))) == 120


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document | {"moon": 1, "fit": {"moon": 1}},
        lambda document: document | {"version": "0.0"},
        lambda document: document["fit"]["correction"]["learnt"].update(slopes=[1.0], middle=[0.0]) or document,
    ],
)
def test_a_fit_of_another_version_is_learnt_anew(shop, change):
    ranking.restand(shop)
    learnt = fit_of(shop)
    other = json.dumps(change(json.loads(learnt)))
    shop.database.write(lambda tx: facts.put(tx, "ranking_fit", other))
    ranking.restand(shop, [1])
    assert fit_of(shop) == learnt


def test_the_ranking_knows_nothing_of_what_came_later(shop):
    then = moment("2026-05-01")
    before = ranking.rank(shop, then, 90)
    for account in range(30):
        take(shop.database, *regular(f"g{account}", "2026-05-02", number=3), *regular(f"x{account}", "2026-06-01"))
    assert ranking.rank(shop, then, 90) == before


def test_the_ranking_names_customers_as_their_source_does(shop):
    take(shop.database, order(None, "2026-01-01"))
    ranked = ranking.rank(shop, moment("2026-11-01"), 90)
    ids = [one.customer_id for one in ranked]
    assert len(ids) == len(set(ids)) == 91
    assert "r0" in ids
    assert "91" in ids
    assert [one.p_churn for one in ranked] == sorted((one.p_churn for one in ranked), reverse=True)


def test_those_who_left_are_ranked_above_the_regulars(shop):
    p = {one.customer_id: one.p_churn for one in ranking.rank(shop, moment("2026-08-01"), 90)}
    assert min(p[f"g{account}"] for account in range(30)) > max(p[f"r{account}"] for account in range(30))
