"""All that is said of each customer of a shop, so that two tellings can be compared field by field."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from retcon.retention.risk import scores, standings
from retcon.retention.risk.log import NEVER, PurchaseLog, purchase_log
from retcon.retention.risk.summary import summarise

DAY = 86_400
# Fields in minor units.
MONEY = ("purchase_value", "expected_spend", "clv", "clv_low", "clv_high", "stake", "yearly")
# Figures of causes that are days since 1970.
DAYS = ("season value", "yearly value")
Picture = dict[int, dict[str, Any]]


def log_of(orders: Iterable[Any], refunds: Iterable[Any] = (), zone: str = "UTC") -> PurchaseLog:
    """Orders as (customer, placed, amount[, voided]), refunds as (customer, order, at, amount[, voided]); seconds."""
    rows = [(*row, NEVER)[:4] for row in orders]
    back = [(*row, NEVER)[:5] for row in refunds]
    return purchase_log(
        zone=zone,
        customer=[row[0] for row in rows],
        placed=[row[1] for row in rows],
        amount=[row[2] for row in rows],
        voided=[row[3] for row in rows],
        refund_customer=[row[0] for row in back],
        refund_order=[row[1] for row in back],
        refunded=[row[2] for row in back],
        refund_amount=[row[3] for row in back],
        refund_voided=[row[4] for row in back] or None,
    )


def picture(log: PurchaseLog, as_of: int, horizon_days: int = 60, fit: Any = None) -> Picture:
    """By customer: each figure, code and instant of where they stand, and their causes with their figures."""
    summary = summarise(log, as_of, horizon_days)
    fit = fit or scores.fit_shop(log, as_of, horizon_days)
    found = standings.stand(summary, fit, np.ones(len(summary), bool))
    instants = {f"next_{name}_at": values for name, values in _columns(found.next).items()}
    columns = {**_columns(found.scores), **_columns(found), **instants}
    ids = summary.customer_ids.tolist()
    told: Picture = {id_: {"causes": {}} for id_ in ids}
    for name, values in columns.items():
        assert len(values) == len(ids), name
        for id_, value in zip(ids, values.tolist(), strict=True):
            told[id_][name] = value
    for cause in found.causes:
        figures = {name: value for name, value in _columns(cause).items() if name != "rows"}
        for place, row in enumerate(cause.rows.tolist()):
            told[ids[row]]["causes"][cause.code] = {name: float(values[place]) for name, values in figures.items()}
    return told


def assert_same(
    one: Picture, other: Picture, *, money: float = 1.0, later: int = 0, within: float = 1e-9, fields: Any = None
) -> None:
    """The two say the same, but that the other's amounts are so many times larger and its instants so much later."""
    assert one.keys() == other.keys()
    for id_, before in one.items():
        after = other[id_]
        assert before.keys() == after.keys()
        for name in fields or before:
            if name == "causes":
                assert _causes(before, later) == pytest.approx(_causes(after), abs=within, nan_ok=True), id_
                continue
            was, is_ = before[name], after[name]
            if name in MONEY:
                slack = 0.0 if money == 1 else 0.51 * max(money, 1.0)  # each is rounded to a whole minor unit
                assert is_ == pytest.approx(was * money, rel=within, abs=slack, nan_ok=True), (id_, name)
            elif name.endswith("_at"):
                assert is_ == (was + later if was else 0), (id_, name)
            else:
                assert is_ == pytest.approx(was, abs=within, nan_ok=True), (id_, name)


def _causes(told: dict[str, Any], later: int = 0) -> dict[str, float]:
    """Each figure of each cause; the days that some of them name so much later."""
    figures = {f"{code} {name}": value for code, cause in told["causes"].items() for name, value in cause.items()}
    return {name: value + later // DAY if name in DAYS else value for name, value in figures.items()}


def _columns(values: Any) -> dict[str, np.ndarray]:
    every = {field.name: getattr(values, field.name) for field in fields(values)}
    return {name: value for name, value in every.items() if isinstance(value, np.ndarray)}
