"""The purchase logs of real shops that lie beside the project, as the ranking takes them."""

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from retcon.retention.risk.log import PurchaseLog, purchase_log

LOGS = Path(__file__).resolve().parents[2] / "shared" / "data"
DAY = 86_400


@dataclass(frozen=True)
class RealLog:
    """Rows of a log by customer, instant (seconds) and amount (minor units; below 0: money back), and its protocol."""

    customer: Any
    at: Any
    amount: Any
    horizon: int
    cutoffs: tuple[int, ...]  # seconds

    def log(self, customers: Any = None) -> PurchaseLog:
        """The log of these customers, or of all."""
        of = np.ones(len(self.at), bool) if customers is None else np.isin(self.customer, customers)
        order, back = of & (self.amount >= 0), of & (self.amount < 0)
        return purchase_log(
            zone="UTC",
            customer=self.customer[order],
            placed=self.at[order],
            amount=self.amount[order],
            refund_customer=self.customer[back],
            refund_order=np.flatnonzero(back),
            refunded=self.at[back],
            refund_amount=-self.amount[back],
        )

    def stayed_away(self, customers: Any, cutoff: int) -> Any:
        """Who of the customers did not order within the horizon."""
        came = (self.amount >= 0) & (self.at >= cutoff) & (self.at < cutoff + self.horizon * DAY)
        return ~np.isin(customers, self.customer[came])


def names() -> list[str]:
    """The logs that are there."""
    return list(json.loads((LOGS / "datasets.json").read_text())) if LOGS.is_dir() else []


def read(name: str) -> RealLog:
    told = json.loads((LOGS / "datasets.json").read_text())[name]
    with gzip.open(LOGS / told["file"], "rt", encoding="utf-8") as file:
        rows = [(int(row["customer_id"]), seconds(row["ts"]), float(row["amount"])) for row in csv.DictReader(file)]
    return RealLog(
        customer=np.array([row[0] for row in rows]),
        at=np.array([row[1] for row in rows]),
        amount=np.rint(100 * np.array([row[2] for row in rows])),
        horizon=told["horizon"],
        cutoffs=tuple(seconds(day) for day in told["cutoffs"]),
    )


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
