"""The fatalities model against VIEWS' benchmarks, per window, with intervals; needs the real data beside the project.

    python benchmarks/fatalities.py [--windows 2018:2021] [--write]
    python benchmarks/fatalities.py --windows 2006:2017          the development windows

A window is a calendar year, forecast with data to the October before. CRPS and log1p-CRPS are given as ratios to
conflictology on the same country-months: totals over the windows, with the 95 % interval of a bootstrap that draws
whole countries. VIEWS' own benchmark draws are scored beside our baselines. --write puts what was measured into
models/fatalities.toml. Test windows are for measuring, never for choosing: count the looks in the card.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))

import numpy as np
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.data_beside import data_folder  # noqa: E402
from tocsin.forecast.backtest import rolling  # noqa: E402
from tocsin.forecast.fatalities.forecast import Scored, origin_month, score_forecasts  # noqa: E402
from tocsin.forecast.fatalities.models import DEFAULT, fatalities_models  # noqa: E402
from tocsin.forecast.fatalities.panel import DEATHS, frame_of, read_panel  # noqa: E402
from tocsin.forecast.frame import Frame  # noqa: E402
from tocsin.forecast.months import month_id  # noqa: E402
from tocsin.forecast.scores import compare_totals, coverage, score_draws  # noqa: E402

CARD = ROOT / "models" / "fatalities.toml"
MARK = "# Measured. Written by benchmarks/fatalities.py --write; not by hand.\n"
AIMS = {"crps": (0.95, 0.90), "log_crps": (0.975, 0.95)}
GREAT_WAR = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", default="2018:2021")
    parser.add_argument("--write", action="store_true", help="put the scores into the card")
    asked = parser.parse_args()
    views = data_folder() / "views"
    if not views.exists():
        print(f"skipped: the real data is not beside the project ({views})")
        return
    first, last = (int(year) for year in asked.windows.split(":"))
    years = range(first, last + 1)
    frame = with_actuals(read_panel(views / "state_based_deaths_country_month_to_2021-10.parquet"), views)
    found: dict[str, Scored] = {}
    covered = {}
    for name, model in fatalities_models().items():
        started = time.perf_counter()
        made = list(rolling(model, frame, [origin_month(year - 1) for year in years], seed=1))
        took = time.perf_counter() - started
        found[name] = score_forecasts(made, frame)
        if name in (DEFAULT, "conflictology"):
            covered[name] = coverage_where_deadly(made, found[name])
        means = found[name].scores.means()
        print(f"{name:26} {took:7.1f} s  " + "  ".join(f"{score} {value:.4f}" for score, value in means.items()))
    theirs(views, years)
    base, ours = found["conflictology"], found[DEFAULT]
    lines = report(ours, base, years)
    for name, shares in covered.items():
        print(f"  {name}: outcomes within central intervals, where any death came or was forecast: {shares}")
    if asked.write:
        write(lines)


def report(ours: Scored, base: Scored, years: range) -> list[str]:
    """Prints ratios; gives the same as lines of TOML."""
    lines = [f'windows = "{years[0]} to {years[-1]}"', f"n_forecasts = {len(ours.months)}"]
    year_of = (ours.months - 1) // 12 + 1980
    for score, (first_aim, aim) in AIMS.items():
        a, b = getattr(ours.scores, score), getattr(base.scores, score)
        ratio = compare_totals(a, b, ours.countries, seed=1)
        by_year = {int(year): round(float(a[year_of == year].sum() / b[year_of == year].sum()), 3) for year in years}
        ahead = sum(one < 1 for one in by_year.values())
        verdict = f"aim {aim} {'met' if ratio.estimate <= aim else 'missed'}, first {first_aim} "
        verdict += "met" if ratio.estimate <= first_aim else "missed"
        print(f"\n{score} against conflictology = 1: {ratio}; ahead in {ahead} of {len(years)} windows; {verdict}")
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
        else:
            without = ratio
    means = ours.scores.means()
    lines += [f"{score} = {value:.4f}" for score, value in means.items()]
    lines += [f"conflictology_{score} = {value:.4f}" for score, value in base.scores.means().items()]
    return lines


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


def write(lines: list[str]) -> None:
    text = CARD.read_text(encoding="utf-8")
    head = text[: text.index(MARK)] if MARK in text else text
    CARD.write_text(
        head + MARK + "[scores]\n" + "\n".join(re.sub(r"np\.float64\(([^)]*)\)", r"\1", one) for one in lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
