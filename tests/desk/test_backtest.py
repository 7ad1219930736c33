"""The proof on the shop's own past, made and kept."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from retcon.config import RetentionSettings
from retcon.desk import backtest, ranking
from retcon.errors import InputError
from retcon.model.backtest import OURS, Backtest, means
from retcon.store import facts
from tests.conftest import NOW
from tests.purchases import moment, order, take
from tests.replayed import backtest as sample


def regular(account, first="2025-01-05", every=21, number=20):
    start = moment(first)
    return [order(account, (start + timedelta(days=every * place)).isoformat()) for place in range(number)]


@pytest.fixture
def shop(house):
    """Thirty regulars, thirty who left in spring, thirty who came once."""
    for account in range(30):
        take(house.database, *regular(f"r{account}", f"2025-09-{account % 28 + 1:02}"))
        take(house.database, *regular(f"g{account}", f"2025-03-{account % 28 + 1:02}", number=5))
        take(house.database, order(f"o{account}", f"2026-{account % 9 + 1:02}-12"))
    return house


def test_the_past_is_replayed_and_what_came_out_is_kept(shop):
    told = []
    found = backtest.run(shop, cutoffs=2, progress=lambda *step: told.append(step))
    assert told == [("dates", 0, 2), ("dates", 1, 2), ("dates", 2, 2)]
    assert [cutoff.named <= 20 for cutoff in found.cutoffs] == [True, True]
    assert means(found.cutoffs)[OURS].auc > 0.8
    kept = backtest.kept(shop)
    assert kept.backtest is not None
    assert kept.backtest.as_dict() == found.as_dict()
    assert kept.backtest.made_at == NOW


def test_one_for_another_horizon_is_told_and_not_kept(shop):
    assert backtest.run(shop, 60, 1).horizon_days == 60
    assert backtest.kept(shop).backtest is None


def test_the_names_of_a_day_are_the_sellers_to_set(shop):
    fewer = replace(shop, settings=replace(shop.settings, retention=RetentionSettings(names_per_day=3)))
    assert [cutoff.named for cutoff in backtest.run(fewer, cutoffs=2).cutoffs] == [3, 3]


def test_a_young_shop_is_told_what_a_proof_needs(house):
    take(house.database, *regular("1", "2026-10-01", number=2))
    with pytest.raises(InputError, match=r"reach back 22 days, and a proof for 90 days needs 180"):
        backtest.run(house)


def test_one_customer_alone_is_no_ranking(house):
    take(house.database, *regular("1"))
    with pytest.raises(InputError, match="Only one customer had ordered"):
        backtest.run(house)


def test_before_the_first_one_it_is_known_what_it_would_rest_on(shop):
    assert (backtest.kept(shop).history_days, backtest.kept(shop).possible) == (0, False)
    ranking.restand(shop)
    kept = backtest.kept(shop)
    assert kept.backtest is None
    assert kept.possible
    assert kept.history_days == backtest.run(shop, cutoffs=1).history_days


@pytest.mark.parametrize("written", ["", "[]", '{"made_at": "2026-11-20T07:52:00Z"}', "null"])
def test_what_another_version_kept_is_no_trouble(shop, written):
    shop.database.write(lambda tx: facts.put(tx, "backtest", written))
    assert backtest.kept(shop).backtest is None


def test_what_is_kept_reads_back_as_it_was():
    assert Backtest.from_dict(json.loads(json.dumps(sample().as_dict()))) == sample()
