"""The figures on two real logs, where they lie beside the project: at least those of the textbook's own model."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from retcon.model.backtest import OURS, means
from retcon.retention.risk import backtest
from retcon.retention.risk.log import purchase_log

LOGS = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not LOGS.is_dir(), reason="the shared purchase logs are not beside the project")

# Means over the dates: AUC, AUC of two orders and more, Brier; to three places.
AT_LEAST = {"cdnow": (0.799, 0.744, 0.104), "online_retail_2": (0.804, 0.774, 0.179)}


@pytest.mark.parametrize("name", AT_LEAST)
def test_the_ranking_is_as_good_as_the_model_it_is_built_on(name, instant):
    told = json.loads((LOGS / "datasets.json").read_text())[name]
    with gzip.open(LOGS / told["file"], "rt", encoding="utf-8") as file:
        rows = [(row["customer_id"], instant(row["ts"]), 100 * float(row["amount"])) for row in csv.DictReader(file)]
    orders, refunds = [row for row in rows if row[2] >= 0], [row for row in rows if row[2] < 0]
    log = purchase_log(
        zone="UTC",
        customer=[int(row[0]) for row in orders],
        placed=[row[1] for row in orders],
        amount=[row[2] for row in orders],
        refund_customer=[int(row[0]) for row in refunds],
        refund_order=range(len(refunds)),
        refunded=[row[1] for row in refunds],
        refund_amount=[-row[2] for row in refunds],
    )
    cutoffs, _ = backtest.replay(log, [instant(day) for day in told["cutoffs"]], told["horizon"], 20)
    found = means(cutoffs)
    ours, (auc, auc2, brier) = found[OURS], AT_LEAST[name]
    assert (round(ours.auc, 3) >= auc, round(ours.auc2, 3) >= auc2, round(ours.brier, 3) <= brier) == (True,) * 3
    assert ours.auc2 > max(found[other].auc2 for other in ("recency", "recency/interval", "rfm"))
    assert ours.brier < min(found[other].brier for other in ("recency", "recency/interval", "rfm"))
