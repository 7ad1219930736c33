"""Real logs cut to a few customers: how well they are ranked by a shop of that size alone, and by the whole shop's fit.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python benchmarks/small_shops.py [--sizes 15 30 50 …] [--cuts 20]

For each log and date, so many customers are drawn by chance again and again; "alone" has learnt from these customers'
orders only, "whole" from everybody's, and both rank the same customers. The means over all draws in which somebody
stayed away and somebody came back.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import real_logs
from real_logs import RealLog

from retcon.retention.risk import metrics, scores
from retcon.retention.risk.summary import summarise

SIZES = (15, 30, 50, 100, 300, 1_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--cuts", type=int, default=20)
    asked = parser.parse_args()
    print(f"{'log':20}{'customers':>10}{'AUC alone':>12}{'whole':>8}{'Brier alone':>14}{'whole':>8}{'ECE alone':>12}")
    for name in real_logs.names():
        log = real_logs.read(name)
        for size, (auc, auc_whole, brier, brier_whole, gap) in cut(log, asked.sizes, asked.cuts).items():
            print(f"{name:20}{size:>10}{auc:>12.3f}{auc_whole:>8.3f}{brier:>14.3f}{brier_whole:>8.3f}{gap:>12.3f}")


def cut(log: RealLog, sizes: Sequence[int], cuts: int) -> dict[int, tuple[float, float, float, float, float]]:
    """By size: AUC alone and by the whole shop's fit, Brier of both, and ECE alone over all draws together."""
    found = {}
    rows: dict[int, list[tuple[float, ...]]] = {size: [] for size in sizes}
    said: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    came: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    everybody = log.log()
    for cutoff in log.cutoffs:
        then = summarise(everybody, cutoff, log.horizon)
        whole = scores.score(then, scores.fit_shop(everybody, cutoff, log.horizon)).p_churn
        away = log.stayed_away(then.customer_ids, cutoff)
        for size in sizes:
            draw = np.random.default_rng(size)
            for _ in range(cuts):
                chosen = np.sort(draw.choice(len(then), min(size, len(then)), replace=False))
                small = log.log(then.customer_ids[chosen])
                alone = scores.score(
                    summarise(small, cutoff, log.horizon), scores.fit_shop(small, cutoff, log.horizon)
                ).p_churn
                left = away[chosen]
                if left.all() or not left.any():
                    continue
                rows[size].append(
                    (
                        metrics.auc(left, alone),
                        metrics.auc(left, whole[chosen]),
                        metrics.brier(left, alone),
                        metrics.brier(left, whole[chosen]),
                    )
                )
                said[size].append(alone)
                came[size].append(left)
    for size in sizes:
        gap = metrics.calibration_error(np.concatenate(came[size]), np.concatenate(said[size]))
        auc, auc_whole, brier, brier_whole = np.mean(rows[size], axis=0)
        found[size] = (float(auc), float(auc_whole), float(brier), float(brier_whole), gap)
    return found


if __name__ == "__main__":
    main()
