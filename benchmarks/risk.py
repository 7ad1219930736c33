"""The ranking, measured: its figures on real logs beside every baseline, its calibration, then time and memory.

    .venv/bin/python benchmarks/risk.py [--logs ../shared/data] [--scorer ../shared/tools/evaluate.py]
        [--sizes 100000x3 1000000x5] [--lifetimes PYTHON] [--keep FOLDER]

Each log is imported into a temporary home as a seller would, ranked by the command at each date, and scored by the
stand-alone scorer; the baselines are computed in the same run from what was known on the same dates, and scored by the
same functions. Time and memory: see `large_shops.py`, whose options these are.
"""

import argparse
import csv
import gzip
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import large_shops
import numpy as np
import real_logs

from retcon.retention.risk import baselines, mbg
from retcon.retention.risk.past import stayed_away
from retcon.retention.risk.summary import Summary, summarise

ROOT = Path(__file__).resolve().parents[1]
FIGURES = {"auc": "AUC", "auc2": ">= 2 orders", "brier": "Brier", "ece": "ECE", "lift10_2": "lift", "spearman": "spend"}
OURS = "retcon"
BINS = 10
DAY = 86_400


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--logs", type=Path, default=ROOT.parent / "shared" / "data")
    options.add_argument("--scorer", type=Path, default=ROOT.parent / "shared" / "tools" / "evaluate.py")
    large_shops.add_options(options)
    asked = options.parse_args()
    if asked.logs.is_dir() and asked.scorer.is_file():
        for name, told in json.loads((asked.logs / "datasets.json").read_text()).items():
            one_log(name, asked.logs / told["file"], told["horizon"], told["cutoffs"], module(asked.scorer))
    else:
        print(f"No logs in {asked.logs}: nothing is scored.")
    large_shops.measure(asked.sizes, asked.lifetimes, asked.keep)


def one_log(name: str, file: Path, horizon: int, days: list[str], scorer: Any) -> None:
    """Every ranking's mean figures over the dates, ours at each of them, and how often what we say comes true."""
    ranked = by_command(file, days, horizon)
    rows: dict[str, list[dict[str, float]]] = {}
    said: list[np.ndarray] = []
    for day in days:
        labels = scorer.labels(str(file), day, horizon)
        ids = sorted(labels)
        orders, came, spent = np.array([labels[id_] for id_ in ids], float).T
        ours = np.array([ranked[day][id_] for id_ in ids])
        rows.setdefault(OURS, []).append(scorer.score(came == 0, orders, ours[:, 0], spent, ours[:, 1]))
        for baseline, p in by_baselines(name, day, horizon).items():
            rows.setdefault(baseline, []).append(scorer.score(came == 0, orders, np.array([p[id_] for id_ in ids])))
        said.append(np.stack((ours[:, 0], came == 0)))
    print(f"\n{name}, means of {', '.join(days)}\n{'':24}" + "".join(f"{word:>12}" for word in FIGURES.values()))
    for ranking, told in rows.items():
        line(ranking, {figure: np.mean([one[figure] for one in told]) for figure in FIGURES if figure in told[0]})
    for day, one in zip(days, rows[OURS], strict=True):
        line(f"{OURS} on {day}", one)
    calibration(np.concatenate(said, axis=1))


def line(title: str, figures: dict[str, Any]) -> None:
    print(f"{title:24}" + "".join(f"{figures[each]:12.3f}" if each in figures else f"{'':12}" for each in FIGURES))


def calibration(said: np.ndarray) -> None:
    """Ten groups of equal size by what we said: how many of each stayed away."""
    p, away = said[:, np.argsort(said[0], kind="stable")]
    print("said to stay away, %   " + "".join(f"{100 * part.mean():7.1f}" for part in np.array_split(p, BINS)))
    print("stayed away, %         " + "".join(f"{100 * part.mean():7.1f}" for part in np.array_split(away, BINS)))


def by_command(file: Path, days: list[str], horizon: int) -> dict[str, dict[str, tuple[float, float]]]:
    """What `retcon rank` says of the imported log at each date: P and expected spend by the log's own ids."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        taken, out = rewritten(file, home / "orders.csv"), home / "ranked.csv"
        retcon("--home", home, "import", taken, "--preset", "orders", "--currency", "EUR")
        for day in days:
            retcon("--home", home, "rank", "--as-of", day, "--horizon", horizon, "--csv", out)
            with out.open(encoding="utf-8", newline="") as rows:
                found[day] = {
                    row["customer_id"]: (float(row["p_churn"]), float(row["expected_spend"]))
                    for row in csv.DictReader(rows)
                }
    return found


def by_baselines(name: str, day: str, horizon: int) -> dict[str, dict[str, float]]:
    """P of each baseline by the log's own ids, from what was known on the day."""
    log, at = real_logs.read(name).log(), real_logs.seconds(day)
    earlier = at - horizon * DAY
    now, before = summarise(log, at, horizon), summarise(log, earlier, horizon)
    away = stayed_away(log, before, earlier, at)
    found = {told: baselines.curve(rank(before), away)(rank(now)) for told, rank in baselines.SCORES.items()}
    found |= {"mbg/nbd": mbg_nbd(now, horizon)}
    found |= {told: model(now, horizon) for told, model in baselines.MODELS.items()}
    ids = [str(id_) for id_ in now.customer_ids.tolist()]
    return {told: dict(zip(ids, p.tolist(), strict=True)) for told, p in found.items()}


def mbg_nbd(summary: Summary, horizon: int) -> Any:
    seen = (summary.repeats, summary.repeat_days, summary.observed_days)
    return mbg.no_order(mbg.fit(*seen, summary.gap_days), *seen, horizon)


def rewritten(log: Path, file: Path) -> Path:
    """The log under the names that the preset `orders` knows."""
    with gzip.open(log, "rt", encoding="utf-8", newline="") as rows, file.open("w", newline="") as out:
        written = csv.writer(out)
        written.writerow(("customer_id", "placed_at", "total"))
        written.writerows((row["customer_id"], row["ts"], row["amount"]) for row in csv.DictReader(rows))
    return file


def retcon(*words: object) -> None:
    command = [sys.executable, "-m", "retcon", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")


def module(file: Path) -> Any:
    """The scorer's own functions."""
    spec = importlib.util.spec_from_file_location("scorer", file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


if __name__ == "__main__":
    main()
