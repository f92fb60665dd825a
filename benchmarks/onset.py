"""Onset models side by side on the test origins, EWP reproduced, and how long its rolling origin takes.

    .venv/bin/python benchmarks/onset.py             the table; the card's scores are compared with it
    .venv/bin/python benchmarks/onset.py --write     write the scores into models/onset.toml
    .venv/bin/python benchmarks/onset.py --quick     six origins and 100 resamples, to see that it runs

It reads ../shared/data/ewp and stops with a sentence where that is absent. Origins 1993 to 2018 are the test origins:
nothing is chosen on them.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import time
import warnings
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from tocsin.forecast.backtest import rolling  # noqa: E402
from tocsin.forecast.cards import cards_folder, read_card  # noqa: E402
from tocsin.forecast.frame import Frame  # noqa: E402
from tocsin.forecast.onset.elastic_net import fit_path  # noqa: E402
from tocsin.forecast.onset.ensemble import Ensemble  # noqa: E402
from tocsin.forecast.onset.ewp import ALPHA, LABEL, N_FOLDS, EarlyWarningProject, predictors, training_rows  # noqa: E402
from tocsin.forecast.onset.forecast import forecast_table  # noqa: E402
from tocsin.forecast.onset.models import onset_models  # noqa: E402
from tocsin.forecast.onset.panel import read_panel  # noqa: E402
from tocsin.forecast.onset.scoring import (  # noqa: E402
    Outcomes,
    beside_outcomes,
    calibration,
    differences,
    summary,
    without_each_country,
)

DATA = Path(os.environ.get("TOCSIN_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data") / "ewp"
QUICK = "--quick" in sys.argv
ORIGINS = range(2000, 2006) if QUICK else range(1993, 2019)
AIMS = {
    "within_year_auc": (0.865, 0.88),
    "recall_15": (0.49, 0.60),
    "log_loss_skill": (0.04, 0.08),
    "auc_under_way": (0.58, 0.65),
}


def main() -> None:
    """Print every table; write the card when asked to."""
    if not DATA.exists():
        print(f"onset: skipped, the real data is not at {DATA}")
        return
    frame = read_panel(DATA / "predictors_1960_2019.csv")
    tables = {name: made(frame, name) for name in onset_models()}
    reproduced(tables[EarlyWarningProject.name][0])
    speed(frame, tables)
    rows = {name: outcomes(table, frame) for name, (table, _) in tables.items()}
    scores(rows)
    if "--write" in sys.argv and not QUICK:
        write_card(rows)
    else:
        compare_card(rows)


def made(frame: Frame, name: str) -> tuple[pa.Table, float]:
    """A model's backtest and the seconds that it took, compiling left out."""
    fresh = Frame(frame.unit, frame.time, frame.columns)  # nothing kept from another run
    model = onset_models()[name]
    model.forecast(Frame(frame.unit, frame.time, frame.columns).at(1980), 1)
    start = time.process_time()
    table = forecast_table(rolling(model, fresh, ORIGINS, seed=1))
    return table, time.process_time() - start


def outcomes(table: pa.Table, frame: Frame) -> Outcomes:
    """Forecasts beside what happened."""
    return beside_outcomes(table, frame)


def reproduced(table: pa.Table) -> None:
    """EWP's risks against those that EWP published."""
    with (DATA / "ewp_out_of_sample_1994_2019.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (int(row["ccode"]), int(row["prev_year"])): float(row["risk_prev"])
            for row in csv.DictReader(file)
            if row["risk_prev"]
        }
    ours = {(row["ccode"], row["origin"]): row["p_1or2"] for row in table.to_pylist()}
    gaps = [abs(ours[key] - risk) for key, risk in published.items() if key[1] in ORIGINS]
    print(f"EWP reproduced: {len(gaps):,} identical rows, largest difference {max(gaps):.1e} (aim 1e-3, then 1e-6)")


def speed(frame: Frame, tables: dict[str, tuple[pa.Table, float]]) -> None:
    """Seconds of one thread; the same path by scikit-learn's saga, one fold of one origin, extrapolated."""
    view = frame.at(ORIGINS[-1])
    x = predictors(view)
    rows = training_rows(view, x)
    x, y = x[rows], view.read(LABEL, rows)
    start = time.process_time()
    path = fit_path(x, y, ALPHA)
    ours = time.process_time() - start
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    saga = LogisticRegression(l1_ratio=ALPHA, solver="saga", tol=1e-4, warm_start=True, max_iter=200)
    start = time.process_time()

    steps = path.penalties[:: 10 if QUICK else 3]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for penalty in steps:
            saga.set_params(C=1 / (len(y) * penalty)).fit(z, y)
    other = (time.process_time() - start) * len(path.penalties) / len(steps)
    n_fits = len(ORIGINS) * (N_FOLDS + 1)
    seconds = tables[EarlyWarningProject.name][1]
    print(f"EWP rolling origin, {len(ORIGINS)} origins, one thread: {seconds:.1f} s (aim 15, then 6 for 26 origins)")
    print(f"  one path: ours {ours:.3f} s, saga {other:.1f} s; saga for {n_fits} fits, in all: {other * n_fits:.0f} s")
    print(f"our model, {len(ORIGINS)} origins with its past ones: {tables[Ensemble.name][1]:.1f} s")


def scores(rows: dict[str, Outcomes]) -> None:
    """The table, differences with intervals, calibration."""
    baseline = rows[EarlyWarningProject.name]
    n = int(baseline.y_1.sum())
    print(f"\nonset, origins {ORIGINS[0]} to {ORIGINS[-1]}: {n} onsets in the next year, {len(baseline.y_1):,} rows")
    names = list(summary(baseline, baseline))
    print(f"{'':24}" + "".join(f"{name:>12}" for name in rows))
    figures = {name: summary(each, baseline) for name, each in rows.items()}
    for name in names:
        print(f"{name:24}" + "".join(f"{figures[model][name]:>12.3f}" for model in rows))
    own = rows[Ensemble.name]
    print("\nour model less EWP, 95 % interval, countries drawn whole:")
    for name, interval in differences(own, baseline, n=100 if QUICK else 500).items():
        first, aim = AIMS[name]
        reached = figures[Ensemble.name][name]
        said = "aim met" if reached >= aim else "first aim met" if reached >= first else "missed"
        print(f"  {name:18} {interval}   level {reached:.3f}, first {first}, aim {aim}: {said}")
    low, high = without_each_country(own, baseline)
    print(f"  gain in within-year AUC with any one country left out: {low:+.3f} to {high:+.3f}")
    if n < 100:
        print(f"  {n} onsets are fewer than 100: no difference here is claimed to be significant")
    print("\ncalibration, two years: said, came, countries")
    for group in calibration(own):
        print(f"  {group.mean_p:6.1%} {group.rate:6.1%} {group.n:6}")


def figures_of(rows: dict[str, Outcomes]) -> dict[str, float]:
    """The card's scores."""
    baseline = rows[EarlyWarningProject.name]
    own, theirs = summary(rows[Ensemble.name], baseline), summary(baseline, baseline)
    return {name: round(value, 3) for name, value in own.items()} | {
        f"ewp_{name}": round(value, 3) for name, value in theirs.items()
    }


def write_card(rows: dict[str, Outcomes]) -> None:
    """Put the scores and the sentence of skill into the card."""
    path = cards_folder() / "onset.toml"
    found = figures_of(rows)
    gap = differences(rows[Ensemble.name], rows[EarlyWarningProject.name])["within_year_auc"]
    n = int(rows[Ensemble.name].y_1.sum())
    skill = (
        f"On origins {ORIGINS[0]} to {ORIGINS[-1]} it had {found['recall_15']:.0%} of the {n} next-year onsets among "
        f"its first 15 countries (EWP {found['ewp_recall_15']:.0%}); within-year AUC {found['within_year_auc']:.2f} "
        f"(EWP {found['ewp_within_year_auc']:.2f}, difference {gap.low:+.2f} to {gap.high:+.2f})."
    )
    text = path.read_text(encoding="utf-8").split("\n[scores]")[0].rstrip()
    text = re.sub(r"(?m)^skill = .*$", lambda _: f'skill = "{skill}"', text)
    lines = [f"{name} = {value}" for name, value in found.items()]
    head = f"[scores]  # origins {ORIGINS[0]} to {ORIGINS[-1]}, written by benchmarks/onset.py --write"
    path.write_text("\n".join((text, "", head, *lines)) + "\n", encoding="utf-8")
    print(f"wrote {path}")


def compare_card(rows: dict[str, Outcomes]) -> None:
    """Say where the card and this run differ."""
    if QUICK:
        return
    said, found = read_card("onset").scores, figures_of(rows)
    different = [name for name, value in found.items() if abs(said.get(name, np.inf) - value) > 0.0015]
    print("the card matches" if not different else f"the card differs in {', '.join(different)}: run with --write")


if __name__ == "__main__":
    main()
