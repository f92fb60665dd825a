"""`tocsin forecast backtest` and `measure` as anybody runs them: no desk, any file with the columns, later years."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.forecast.deaths import FIRST, N_COUNTRIES, made_up_matrix
from tests.forecast.events import CODES, N_MONTHS, made_up_counts
from tests.forecast.panels import made_up_panel
from tocsin.cli import app
from tocsin.forecast.alert.panel import COUNTS, GED_BEGINS
from tocsin.forecast.frame import FrameError
from tocsin.forecast.measuring.fatalities import draws_of, measure_fatalities
from tocsin.forecast.measuring.onset import measure_onset
from tocsin.forecast.measuring.report import ENOUGH, Report
from tocsin.forecast.months import month_text
from tocsin.forecast.onset.panel import LABELS
from tocsin.forecast.scores import Interval, auc


def onset_panel(years_more: int = 0) -> pa.Table:
    """The made-up panel as a table; then invented years, in which nothing changes and nothing begins."""
    frame = made_up_panel()
    columns = {"ccode": frame.unit, "year": frame.time} | {name: each.values for name, each in frame.columns.items()}
    last = frame.time == frame.time.max()
    for year in range(1, years_more + 1):
        for name in columns:
            added = frame.time[last] + year if name == "year" else columns[name][: len(frame.time)][last]
            columns[name] = np.concatenate([columns[name], np.zeros(last.sum()) if name in LABELS else added])
    if years_more:  # what was open is decided now: nothing began
        columns |= {name: np.nan_to_num(columns[name]) for name in LABELS}
    return pa.table(columns)


def deaths_panel(months_more: int = 0) -> pa.Table:
    """The made-up deaths, one column a country; then invented months of nine deaths each."""
    deaths = np.vstack([made_up_matrix(), np.full((months_more, N_COUNTRIES), 9.0)])
    months = {"month_id": np.arange(FIRST, FIRST + len(deaths))}
    return pa.table(months | {str(at + 1): deaths[:, at] for at in range(N_COUNTRIES)})


def alert_panel(months_more: int = 0) -> pa.Table:
    """The made-up counts, a row for each country and month; then invented quiet months."""
    n = N_MONTHS + months_more
    counts = {name: np.vstack([made_up_counts()[name], np.zeros((months_more, len(CODES)))]).ravel() for name in COUNTS}
    months = [month_text(GED_BEGINS + at) for at in range(n)]
    return pa.table({"country_iso3": CODES * n, "year_month": np.repeat(months, len(CODES))} | counts)


TARGETS: dict[str, tuple[Any, int, list[str], str, list[str]]] = {
    "onset": (onset_panel, 8, ["--origins", "1998:2004", "--model", "rule"], "base-rate",
              ["ccode", "origin", "p_1", "p_1or2"]),
    "fatalities": (deaths_panel, 40, ["--origins", "2006:2007", "--model", "decaying-conflictology"], "conflictology",
                   ["country_id", "month_id", "draw", "outcome"]),
    "alert": (alert_panel, 30, ["--origins", "2000-06:2003-12", "--model", "rule"], "trailing-deaths",
              ["country_iso3", "origin_month", "p_1000", "p_250"]),
}  # fmt: skip


@pytest.fixture(params=list(TARGETS))
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)  # an empty folder: there is no desk
    return str(request.param)


def backtest(target: str, panel: pa.Table, *words: str, out: str = "out.parquet") -> dict[str, Any]:
    if target == "onset":
        pyarrow.csv.write_csv(panel, "panel.csv")
    pq.write_table(panel, "panel.parquet")
    file = "panel.csv" if target == "onset" else "panel.parquet"
    given = ["forecast", "backtest", target, "--panel", file, "--out", out, "--json", *words]
    result = CliRunner().invoke(app, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_backtest_needs_no_desk_and_writes_the_columns_that_anybody_can_score(target: str):
    make, _, words, _, columns = TARGETS[target]
    said = backtest(target, make(), *words)
    table = pq.read_table("out.parquet")
    assert table.column_names == columns
    assert (said["path"], said["rows"]) == ("out.parquet", table.num_rows)
    assert all(report["n_rows"] > 0 for report in said["scores"].values())
    assert sorted(path.name for path in Path().iterdir()) == sorted(
        {"panel.parquet", "out.parquet"} | ({"panel.csv"} if target == "onset" else set())
    )


def test_later_years_are_accepted_and_change_nothing_that_was_forecast_before(target: str):
    make, more, words, _, _ = TARGETS[target]
    backtest(target, make(), *words)
    backtest(target, make(more), *words, out="later.parquet")
    assert pq.read_table("later.parquet").equals(pq.read_table("out.parquet"))
    later = {"onset": ("2006:2012", 7), "fatalities": ("2011:2011", 1), "alert": ("2010-01:2012-06", 30)}[target]
    backtest(target, make(more), "--origins", later[0], *words[2:], out="new.parquet")
    new = pq.read_table("new.parquet")
    origin = {"onset": "origin", "alert": "origin_month"}.get(target)
    assert origin is None or len(new[origin].unique()) == later[1]


def test_an_origin_beyond_the_panel_is_refused_in_a_sentence(target: str):
    make, _, words, _, _ = TARGETS[target]
    pq.write_table(make(), "panel.parquet")
    beyond = {"onset": "2040:2041", "fatalities": "2040:2041", "alert": "2040-01:2040-02"}[target]
    given = ["forecast", "backtest", target, "--panel", "panel.parquet", "--out", "x.parquet", "--origins", beyond]
    result = CliRunner().invoke(app, [*given, *words[2:]])
    assert result.exit_code == 1
    assert not Path("x.parquet").exists()


def test_what_is_measured_beside_a_model_is_what_measure_says_of_the_two_tables(target: str):
    make, _, words, other, _ = TARGETS[target]
    said = backtest(target, make(), *words, "--beside", other)
    backtest(target, make(), *words[:2], "--model", other, out="other.parquet")
    given = ["--forecasts", "out.parquet", "--beside", "other.parquet", "--panel", "panel.parquet", "--json"]
    result = CliRunner().invoke(app, ["forecast", "measure", target, *given], catch_exceptions=False)
    assert json.loads(result.stdout) == said["scores"]
    for report in said["scores"].values():
        assert report["differences"]
        for name, (low, high) in report["left_out"].items():
            assert low <= high
            assert name in report["differences"]


def test_a_model_beside_itself_is_no_better(target: str):
    make, _, words, _, _ = TARGETS[target]
    for report in backtest(target, make(), *words, "--beside", words[3])["scores"].values():
        for gap in report["differences"].values():
            assert gap["estimate"] == gap["low"] == gap["high"] == report["even"]


def test_figures_are_those_of_the_table_and_not_of_the_model():
    table = pa.table({"ccode": [1, 2, 3], "origin": [1999] * 3, "p_1": [0.1, 0.2, 0.3], "p_1or2": [0.3, 0.2, 0.1]})
    frame = made_up_panel()
    rows = [int(np.flatnonzero((frame.unit == each) & (frame.time == 1999))[0]) for each in (1, 2, 3)]
    y = frame.columns["mk_onset_1or2"].values[rows]
    brier = measure_onset(table, frame).figures["brier"]
    assert brier == pytest.approx(np.mean((np.array([0.3, 0.2, 0.1]) - y) ** 2))


def test_tables_of_other_rows_are_not_compared():
    frame = made_up_panel()
    one, other = (
        pa.table({"ccode": [1, code], "origin": [1999, 1999], "p_1": [0.1, 0.2], "p_1or2": [0.1, 0.2]})
        for code in (2, 3)
    )
    with pytest.raises(FrameError, match="not of the same countries"):
        measure_onset(one, frame, other)


def test_draws_come_back_whatever_the_order_of_rows_and_a_missing_one_is_refused():
    rng = np.random.default_rng(5)
    order = rng.permutation(24)
    unit, month, outcome = np.repeat([5, 9], 12), np.tile(np.repeat([400, 401], 6), 2), np.arange(24)
    columns = {"country_id": unit, "month_id": month, "draw": np.tile(np.arange(6), 4), "outcome": outcome}
    shuffled = pa.table({name: values[order] for name, values in columns.items()})
    units, months, draws = draws_of(shuffled)
    assert (units.tolist(), months.tolist()) == ([5, 5, 9, 9], [400, 401, 400, 401])
    assert np.array_equal(np.sort(draws, axis=1), outcome.reshape(4, 6))
    with pytest.raises(FrameError, match="same number of draws"):
        draws_of(shuffled.slice(1))


def test_nothing_is_scored_of_months_that_have_not_come():
    table = pa.table({"country_id": [1, 1], "month_id": [9999, 9999], "draw": [0, 1], "outcome": [0, 1]})
    assert measure_fatalities(table, made_up_deaths_frame()).n_rows == 0


def made_up_deaths_frame() -> Any:
    from tests.forecast.deaths import made_up_deaths

    return made_up_deaths()


def report(n_events: int, low: float, high: float, even: float = 0.0) -> Report:
    gap = Interval((low + high) / 2, low, high, 0.0, 10)
    return Report(1000, n_events, {"auc": 0.8}, {"auc": 0.7}, {"auc": gap}, even=even)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (report(ENOUGH - 1, 0.1, 0.2), "fewer than 100: no difference here is called significant"),
        (report(ENOUGH, 0.1, 0.2), "beyond what drawing other countries gives: auc"),
        (report(ENOUGH, -0.1, 0.2), "cannot tell the two apart"),
        (report(ENOUGH, 0.9, 0.95, even=1.0), "beyond what drawing other countries gives: auc"),
        (report(ENOUGH, 0.9, 1.05, even=1.0), "cannot tell the two apart"),
        (Report(10, 1000, {"auc": 0.8}), ""),
    ],
)
def test_what_may_be_concluded_depends_on_how_much_happened(made: Report, said: str):
    assert said in made.concluded()
    assert bool(said) == bool(made.concluded())


def test_a_country_left_out_is_left_out():
    rng = np.random.default_rng(2)
    p, y = rng.random(50), rng.random(50) < 0.3
    weights = np.arange(50) % 5 != 2
    assert auc(p, y, weights=weights) == pytest.approx(auc(p[weights], y[weights]))
