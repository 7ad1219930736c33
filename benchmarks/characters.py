"""The ranking on made-up shops of many characters, beside the baselines and beside the best that could be said.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python benchmarks/characters.py [--only NAME …] [--customers 2000] [--seeds 1]

Whatever is chosen in the model should hold here as well as on the two real logs: each shop has a character of its
own (`made_up_shops.py`), three days of its past are replayed, and the means are shown. `truth` knows the process
that made the shop, not its customers: no ranking gets above it but by chance.
"""

import argparse
import importlib
import math
import time
from collections.abc import Callable
from typing import Any

import made_up_shops
import numpy as np
from made_up_shops import DAY, RECIPES, START, Shop

from retcon.retention.risk import baselines, mbg, metrics, scores
from retcon.retention.risk.summary import Summary, summarise

TRUTH = "truth"
SHOWN = ("AUC", "AUC of >= 2 orders", "Brier", "ECE")
DIGITS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=RECIPES, default=list(RECIPES))
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, default=1, help="each shop is made so many times")
    asked = parser.parse_args()
    began, ours = time.perf_counter(), 0.0
    table: dict[str, dict[str, Any]] = {}
    for name in asked.only:
        rows: dict[str, list[Any]] = {}
        for seed in range(1, asked.seeds + 1):
            shop = made_up_shops.make(RECIPES[name], asked.customers, seed)
            for cutoff in RECIPES[name].cutoffs:
                figures, seconds = replay(shop, cutoff)
                ours += seconds
                for model, row in figures.items():
                    rows.setdefault(model, []).append(row)
        table[name] = {model: mean(np.array(values)) for model, values in rows.items()}
    show(table)
    print(f"\n{time.perf_counter() - began:.0f} s, of which ours took {ours:.0f} s to fit and score.")


def replay(shop: Shop, cutoff: int) -> tuple[dict[str, tuple[float, ...]], float]:
    """The figures of every ranking on one day of the shop, and the seconds that ours took."""
    horizon, as_of = shop.recipe.horizon, START + cutoff * DAY
    began = time.perf_counter()
    then = summarise(shop.log, as_of, horizon)
    ours = scores.score(then, scores.fit_shop(shop.log, as_of, horizon)).p_churn
    seconds = time.perf_counter() - began
    away = stayed_away(shop, then, cutoff)
    truth = shop.truth(cutoff)
    rankings = {"retcon": (ours, ours), **peers(shop, then, cutoff)}
    found = {name: figures(then, away, score, p) for name, (score, p) in rankings.items()}
    found[TRUTH] = (math.nan,) * len(SHOWN) if truth is None else figures(then, away, truth, truth)
    return found, seconds


def peers(shop: Shop, then: Summary, cutoff: int) -> dict[str, tuple[Any, Any]]:
    """What a seller does by hand, given probabilities by the shop's own earlier window; and the textbook's models."""
    horizon = shop.recipe.horizon
    earlier = max(cutoff - horizon, 1)
    before = summarise(shop.log, START + earlier * DAY, horizon)
    away = stayed_away(shop, before, earlier)
    by_hand: dict[str, Callable[[Summary], Any]] = {"recency": baselines.recency, "rfm": baselines.rfm}
    found = {name: (score(then), baselines.curve(score(before), away)(score(then))) for name, score in by_hand.items()}
    seen = (then.repeats, then.repeat_days, then.observed_days)
    for name in ("mbg", "pareto"):
        model = module(name)
        if model is not None:
            p = model.no_order(model.fit(*seen, then.gap_days), *seen, horizon)
            found[name] = (p, p)
    return found


def module(name: str) -> Any:
    """A model of retention.risk, where there is one by this name."""
    try:
        return mbg if name == "mbg" else importlib.import_module(f"retcon.retention.risk.{name}")
    except ModuleNotFoundError:
        return None


def stayed_away(shop: Shop, then: Summary, cutoff: int) -> Any:
    came = (shop.day >= cutoff) & (shop.day < cutoff + shop.recipe.horizon)
    return ~np.isin(then.customer_ids, shop.customer[came])


def figures(then: Summary, away: Any, score: Any, probability: Any) -> tuple[float, ...]:
    again = then.orders >= 2
    return (
        metrics.auc(away, score),
        metrics.auc(away[again], score[again]),
        metrics.brier(away, probability),
        metrics.calibration_error(away, probability),
    )


def show(table: dict[str, dict[str, Any]]) -> None:
    models = list(next(iter(table.values())))
    knowable = [row for row in table.values() if not math.isnan(row[TRUTH][0])]
    means = {"mean": list(table.values())}
    if 0 < len(knowable) < len(table):
        means["mean, truth known"] = knowable
    for place, what in enumerate(SHOWN):
        print(f"\n{what:<20}" + "".join(f"{model:>10}" for model in models))
        best = max if place < 2 else min
        for name, row in table.items():
            values = [row[model][place] for model in models]
            first = best(round(value, DIGITS) for value, model in zip(values, models, strict=True) if model != TRUTH)
            print(
                f"{name:<20}"
                + "".join(
                    f"{told(value, DIGITS):>9}" + ("*" if round(value, DIGITS) == first and model != TRUTH else " ")
                    for value, model in zip(values, models, strict=True)
                )
            )
        for label, rows in means.items():
            values = [np.mean([row[model][place] for row in rows]) for model in models]
            print(f"{label:<20}" + "".join(f"{told(value, DIGITS + 1):>9} " for value in values))
    print("\n* the best but the truth")


def told(value: float, digits: int) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def mean(values: Any) -> Any:
    """Column by column, of the days on which the figure could be told."""
    known = ~np.isnan(values)
    number = known.sum(axis=0)
    return np.where(number > 0, np.where(known, values, 0).sum(axis=0) / np.maximum(number, 1), np.nan)


if __name__ == "__main__":
    main()
