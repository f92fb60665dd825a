"""Onset: EWP made again and how long that takes; our model beside EWP on test origins, with intervals."""

from __future__ import annotations

import csv
import re
import time
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from benchmarks.forecasts.table import ROOT, Row, write_scores
from tocsin.forecast.backtest import rolling
from tocsin.forecast.cards import read_card
from tocsin.forecast.frame import Frame
from tocsin.forecast.onset.elastic_net import fit_path
from tocsin.forecast.onset.ensemble import Ensemble
from tocsin.forecast.onset.ewp import ALPHA, LABEL, N_FOLDS, EarlyWarningProject, predictors, training_rows
from tocsin.forecast.onset.forecast import forecast_table
from tocsin.forecast.onset.models import onset_models
from tocsin.forecast.onset.panel import read_panel
from tocsin.forecast.onset.scoring import (
    Outcomes,
    beside_outcomes,
    calibration,
    differences,
    summary,
    without_each_country,
)

TEST, QUICK = range(1993, 2019), range(1985, 1989)
"""Test origins; a quick run stays on development origins."""
AIMS = {
    "within_year_auc": (0.865, 0.88),
    "recall_15": (0.49, 0.60),
    "log_loss_skill": (0.04, 0.08),
    "auc_under_way": (0.58, 0.65),
}
OURS, EWP = Ensemble.name, EarlyWarningProject.name


def measure(data: Path, *, quick: bool, write: bool) -> list[Row]:
    """Prints what was found; gives the rows of the table."""
    origins = QUICK if quick else TEST
    frame = read_panel(data / "ewp" / "predictors_1960_2019.csv")
    tables = {name: made(frame, name, origins) for name in onset_models()}
    rows = {name: beside_outcomes(table, frame) for name, (table, _) in tables.items()}
    found = reproduction(tables[EWP][0], data, quick=quick)
    found += skill(rows, origins, quick=quick)
    found += speed(frame, tables, origins, quick=quick)
    if write and not quick:
        write_card(rows, origins)
    elif not quick:
        compare_card(rows)
    return found


def made(frame: Frame, name: str, origins: range) -> tuple[pa.Table, float]:
    """A model's backtest and the CPU seconds that it took, compiling left out."""
    onset_models()[name].forecast(Frame(frame.unit, frame.time, frame.columns).at(1980), 1)
    fresh = Frame(frame.unit, frame.time, frame.columns)  # nothing kept from another run
    start = time.process_time()
    table = forecast_table(rolling(onset_models()[name], fresh, origins, seed=1))
    return table, time.process_time() - start


def reproduction(table: pa.Table, data: Path, *, quick: bool) -> list[Row]:
    """EWP's risks against those that EWP published, which begin with the origin 1993."""
    if quick:
        return []
    with (data / "ewp" / "ewp_out_of_sample_1994_2019.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (int(row["ccode"]), int(row["prev_year"])): float(row["risk_prev"])
            for row in csv.DictReader(file)
            if row["risk_prev"]
        }
    ours = {(row["ccode"], row["origin"]): row["p_1or2"] for row in table.to_pylist()}
    gaps = [abs(ours[key] - risk) for key, risk in published.items() if key[1] in TEST]
    what = f"EWP reproduced, {len(gaps):,} rows, largest difference"
    return [Row(what, "published", max(gaps), (1e-3, 1e-6), lower=True, form=".1e")]


def speed(frame: Frame, tables: dict[str, tuple[pa.Table, float]], origins: range, *, quick: bool) -> list[Row]:
    """CPU seconds of one thread; the same path by scikit-learn's saga at every few penalties, extrapolated."""
    view = frame.at(origins[-1])
    x = predictors(view)
    rows = training_rows(view, x)
    x, y = x[rows], view.read(LABEL, rows)
    penalties = fit_path(x, y, ALPHA).penalties
    varies = x.std(axis=0) > 0
    z = (x[:, varies] - x[:, varies].mean(axis=0)) / x[:, varies].std(axis=0)
    saga = LogisticRegression(l1_ratio=ALPHA, solver="saga", tol=1e-4, warm_start=True, max_iter=200)
    start = time.process_time()
    steps = penalties[:: 10 if quick else 3]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for penalty in steps:
            saga.set_params(C=1 / (len(y) * penalty)).fit(z, y)
    one_path = (time.process_time() - start) * len(penalties) / len(steps)
    theirs, ours = one_path * len(origins) * (N_FOLDS + 1), tables[EWP][1]
    print(f"\nour onset model, {len(origins)} origins with its past ones: {tables[OURS][1]:.1f} CPU s")
    print(f"saga: {one_path:.1f} CPU s for the path of the last origin, at {len(steps)} of {len(penalties)} penalties")
    share = len(origins) / 26
    what = f"EWP rolling, {len(origins)} origins, CPU s of one thread"
    return [Row(what, f"saga {theirs:.0f} (extrapolated)", ours, (15 * share, 6 * share), lower=True, form=".1f")]


def skill(rows: dict[str, Outcomes], origins: range, *, quick: bool) -> list[Row]:
    """Every figure of every model; differences with intervals; calibration."""
    baseline, own = rows[EWP], rows[OURS]
    n = int(baseline.y_1.sum())
    print(f"\nonset, origins {origins[0]} to {origins[-1]}: {n} onsets in the next year, {len(baseline.y_1):,} rows")
    figures = {name: summary(each, baseline) for name, each in rows.items()}
    print(f"{'':24}" + "".join(f"{name:>12}" for name in rows))
    for name in figures[EWP]:
        print(f"{name:24}" + "".join(f"{figures[model][name]:>12.3f}" for model in rows))
    low, high = without_each_country(own, baseline)
    print(f"gain in within-year AUC with any one country left out: {low:+.3f} to {high:+.3f}")
    if n < 100:
        print(f"{n} onsets are fewer than 100: no difference here is claimed to be significant")
    print("calibration, two years: said, came, countries")
    for group in calibration(own):
        print(f"  {group.mean_p:6.1%} {group.rate:6.1%} {group.n:6}")
    return [
        Row(
            f"onset, {name.replace('_', ' ')}",
            f"EWP {figures[EWP][name]:.3f}",
            figures[OURS][name],
            AIMS[name],
            (gap.low, gap.high),
        )
        for name, gap in differences(own, baseline, n=100 if quick else 500).items()
    ]


def figures_of(rows: dict[str, Outcomes]) -> dict[str, float]:
    """The card's scores."""
    own, theirs = summary(rows[OURS], rows[EWP]), summary(rows[EWP], rows[EWP])
    return {name: round(value, 3) for name, value in own.items()} | {
        f"ewp_{name}": round(value, 3) for name, value in theirs.items()
    }


def write_card(rows: dict[str, Outcomes], origins: range) -> None:
    """Put the scores and the sentence of skill into the card."""
    found = figures_of(rows)
    gap = differences(rows[OURS], rows[EWP])["within_year_auc"]
    n = int(rows[OURS].y_1.sum())
    said = (
        f"On origins {origins[0]} to {origins[-1]} it had {found['recall_15']:.0%} of the {n} next-year onsets among "
        f"its first 15 countries (EWP {found['ewp_recall_15']:.0%}); within-year AUC {found['within_year_auc']:.2f} "
        f"(EWP {found['ewp_within_year_auc']:.2f}, difference {gap.low:+.2f} to {gap.high:+.2f})."
    )
    write_scores("onset", [f'origins = "{origins[0]} to {origins[-1]}"', *(f"{k} = {v}" for k, v in found.items())])
    path = ROOT / "models" / "onset.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^skill = .*$", lambda _: f'skill = "{said}"', text), encoding="utf-8")


def compare_card(rows: dict[str, Outcomes]) -> None:
    """Say where the card and this run differ."""
    said, found = read_card("onset").scores, figures_of(rows)
    different = [name for name, value in found.items() if abs(said.get(name, np.inf) - value) > 0.0015]
    print("the card matches" if not different else f"the card differs in {', '.join(different)}: run with --write")
