"""Fatalities: the model beside VIEWS' benchmarks, per window, as ratios to conflictology, with intervals.

A window is a calendar year, forecast with data to the October before. Ratios are of totals over the windows on the same
country-months; the interval is that of a bootstrap that draws whole countries. VIEWS' own benchmark draws are scored
beside our baselines. Test windows are for measuring, never for choosing: count the looks in the card.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.forecasts.table import Row, write_scores
from tocsin.forecast.backtest import rolling
from tocsin.forecast.fatalities.forecast import Scored, origin_month, score_forecasts
from tocsin.forecast.fatalities.models import DEFAULT, fatalities_models
from tocsin.forecast.fatalities.panel import DEATHS, frame_of, read_panel
from tocsin.forecast.frame import Frame
from tocsin.forecast.months import month_id
from tocsin.forecast.scores import compare_totals, coverage, score_draws

TEST, QUICK = range(2018, 2022), range(2010, 2011)
"""Test windows; a quick run stays on a development window."""
AIMS = {"crps": (0.95, 0.90), "log_crps": (0.975, 0.95)}
GREAT_WAR = 10_000


def measure(data: Path, *, quick: bool, write: bool, windows: range | None = None) -> list[Row]:
    """Prints what was found; gives the rows of the table."""
    years = windows or (QUICK if quick else TEST)
    views = data / "views"
    frame = with_actuals(read_panel(views / "state_based_deaths_country_month_to_2021-10.parquet"), views)
    found: dict[str, Scored] = {}
    covered = {}
    print(f"\nfatalities, windows {years[0]} to {years[-1]}")
    for name, model in fatalities_models().items():
        started = time.process_time()
        made = list(rolling(model, frame, [origin_month(year - 1) for year in years], seed=1))
        took = time.process_time() - started
        found[name] = score_forecasts(made, frame)
        if name in (DEFAULT, "conflictology"):
            covered[name] = coverage_where_deadly(made, found[name])
        means = found[name].scores.means()
        print(f"{name:26} {took:7.1f} CPU s  " + "  ".join(f"{score} {value:.4f}" for score, value in means.items()))
    theirs(views, years)
    rows, lines = report(found[DEFAULT], found["conflictology"], years)
    for name, shares in covered.items():
        print(f"  {name}: outcomes within central intervals, where any death came or was forecast: {shares}")
    if write and years == TEST:
        write_scores("fatalities", lines)
    return rows


def report(ours: Scored, base: Scored, years: range) -> tuple[list[Row], list[str]]:
    """Prints ratios; gives the rows of the table and lines of TOML."""
    rows: list[Row] = []
    lines = [f'windows = "{years[0]} to {years[-1]}"', f"n_forecasts = {len(ours.months)}"]
    year_of = (ours.months - 1) // 12 + 1980
    for score, aims in AIMS.items():
        a, b = getattr(ours.scores, score), getattr(base.scores, score)
        ratio = compare_totals(a, b, ours.countries, seed=1)
        by_year = {int(year): round(float(a[year_of == year].sum() / b[year_of == year].sum()), 3) for year in years}
        ahead = sum(one < 1 for one in by_year.values())
        what = f"fatalities, {score.replace('_', ' ')} ratio, ahead in {ahead} of {len(years)} windows"
        rows.append(Row(what, "conflictology 1", ratio.estimate, aims, (ratio.low, ratio.high), "ratio", lower=True))
        print(f"{score} against conflictology = 1: {ratio}")
        print(f"  by window: {by_year}; mean of windows {np.mean(list(by_year.values())):.3f}")
        lines += [
            f"{score}_ratio = {ratio.estimate:.4f}",
            f"{score}_ratio_95 = [{ratio.low:.4f}, {ratio.high:.4f}]",
            f"{score}_ratio_by_window = {list(by_year.values())}",
        ]
        usual = base.outcomes < GREAT_WAR
        if not usual.all():
            without = compare_totals(a[usual], b[usual], ours.countries[usual], seed=1)
            print(f"  without the {int((~usual).sum())} country-month(s) of {GREAT_WAR:,} deaths and more: {without}")
            lines.append(f"{score}_ratio_without_months_over_{GREAT_WAR} = {without.estimate:.4f}")
    means = ours.scores.means()
    lines += [f"{score} = {value:.4f}" for score, value in means.items()]
    lines += [f"conflictology_{score} = {value:.4f}" for score, value in base.scores.means().items()]
    return rows, lines


def coverage_where_deadly(made: list, scored: Scored) -> dict[float, float]:
    """Coverage of the rows where anything but zero was forecast or came."""
    draws = np.concatenate([one.forecast.draws.reshape(-1, one.forecast.draws.shape[2]) for one in made])
    if len(draws) != len(scored.outcomes):
        return {}
    busy = (draws.max(axis=1) > 0) | (scored.outcomes > 0)
    return {share: round(value, 3) for share, value in coverage(draws[busy], scored.outcomes[busy]).items()}


def theirs(views: Path, years: range) -> None:
    """VIEWS' own draws, scored with our kernels."""
    for kind in ("bootstrap", "last_historical_poisson"):
        files = [views / f"bm_cm_{kind}_expanded_{year}.parquet" for year in years]
        for year, file in zip(years, files, strict=True):
            if file.exists():
                draws = pq.read_table(file)["outcome"].to_numpy().reshape(-1, 1000)
                actuals = pq.read_table(views / f"cm_actuals_{year}.parquet")["outcome"].to_numpy()
                means = score_draws(draws, actuals).means()
                print(f"VIEWS' {kind} {year}: " + "  ".join(f"{score} {value:.4f}" for score, value in means.items()))


def with_actuals(frame: Frame, views: Path) -> Frame:
    """The panel with the actuals of months after its end, where VIEWS published them."""
    months, countries = np.unique(frame.time), np.unique(frame.unit)
    deaths = frame.columns[DEATHS].values.reshape(len(months), len(countries))
    file = views / "cm_actuals_2021.parquet"
    if file.exists() and months[-1] < month_id(2021, 12):
        table = pq.read_table(file).to_pydict()
        late = dict(zip(zip(table["month_id"], table["country_id"], strict=True), table["outcome"], strict=True))
        more = np.arange(months[-1] + 1, month_id(2021, 12) + 1)
        deaths = np.vstack([deaths, [[late[int(month), int(unit)] for unit in countries] for month in more]])
        months = np.concatenate([months, more])
    return frame_of(months, countries, deaths)
