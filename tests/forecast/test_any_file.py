"""A backtest works on any file with the columns: later years, other orders, other numbers; or says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.data_beside import real
from tests.forecast.deaths import LAST, N_COUNTRIES
from tests.forecast.test_backtest_commands import alert_panel, deaths_panel, onset_panel
from tocsin.cli import app
from tocsin.core.errors import TocsinError
from tocsin.forecast.alert.panel import read_panel as read_months
from tocsin.forecast.fatalities.history import history_of
from tocsin.forecast.fatalities.panel import DEATHS
from tocsin.forecast.fatalities.panel import read_panel as read_deaths
from tocsin.forecast.frame import Frame
from tocsin.forecast.measuring.fatalities import measure_fatalities
from tocsin.forecast.onset.panel import PREDICTORS
from tocsin.forecast.onset.panel import read_panel as read_onset
from tocsin.forecast.tables import TableError, column_names, read_table

MAKE: dict[str, Callable[[int], pa.Table]] = {"onset": onset_panel, "fatalities": deaths_panel, "alert": alert_panel}
READ: dict[str, Callable[[Path], Frame]] = {"onset": read_onset, "fatalities": read_deaths, "alert": read_months}
KEY = {"onset": ["ccode", "year"], "fatalities": ["month_id"], "alert": ["country_iso3", "year_month"]}
QUICK = {
    "onset": ["--origins", "2003:2004", "--model", "rule"],
    "fatalities": ["--origins", "2007:2007", "--model", "conflictology"],
    "alert": ["--origins", "2003-06:2003-08", "--model", "rule"],
}


@pytest.fixture(params=list(MAKE))
def target(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return str(request.param)


def table(target: str, more: int = 0) -> pd.DataFrame:
    return MAKE[target](more).to_pandas()


def plain(some: pd.DataFrame) -> pd.DataFrame:
    """Numbers that are whole in every row are written without a point, as most files have them."""
    whole = [name for name in some if some[name].dtype == float and (some[name] == some[name].round()).all()]
    return some.astype(dict.fromkeys(whole, np.int64))


def with_points(some: pd.DataFrame) -> pd.DataFrame:
    return some.astype({name: np.float64 for name in some if pd.api.types.is_numeric_dtype(some[name])})


def other_order(some: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return some[rng.permutation(some.columns)].iloc[rng.permutation(len(some))]


def more_columns(some: pd.DataFrame) -> pd.DataFrame:
    return some.assign(note="text", another=1.5, empty=np.nan)


def indexed(some: pd.DataFrame) -> pd.DataFrame:
    """As VIEWS and pandas write them: what tells a row from others is the index."""
    return some.set_index(next(each for each in KEY.values() if each[0] in some))


def kept(some: pd.DataFrame, name: str) -> Path:
    path = Path(name)
    if path.suffix == ".parquet":
        some.to_parquet(path)
    else:
        has_index = some.index.names != [None]
        some.to_csv(path, index=has_index, encoding="utf-8-sig" if name.startswith("marked") else "utf-8")
    return path


def backtest(target: str, panel: Path, out: str, *words: str) -> pa.Table:
    given = ["forecast", "backtest", target, "--panel", str(panel), "--out", out, *(words or QUICK[target])]
    result = CliRunner().invoke(app, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return pq.read_table(out)


@pytest.mark.parametrize("change", [plain, with_points, other_order, more_columns, indexed])
@pytest.mark.parametrize("file", ["panel.csv", "panel.parquet", "marked.csv"])
def test_the_same_data_give_the_same_forecasts_however_they_are_written(
    target: str, change: Callable[[pd.DataFrame], pd.DataFrame], file: str
):
    as_made = backtest(target, kept(table(target), "made.parquet"), "made-out.parquet")
    written = backtest(target, kept(change(table(target)), file), "out.parquet")
    assert written.equals(as_made)


def test_a_column_that_is_whole_for_a_million_bytes_may_hold_fractions_after(tmp_path: Path):
    path = tmp_path / "long.csv"
    rows = ["a,b,c", *["1,,111111111"] * 90_000, "1.5,2,1.25"]
    path.write_text("\n".join(rows) + "\n")
    assert path.stat().st_size > 2**20
    last = read_table(path).slice(90_000).to_pylist()
    assert last == [{"a": 1.5, "b": 2, "c": 1.25}]


def test_outcomes_that_are_partly_empty_in_the_last_years_are_neither_learnt_from_nor_scored():
    panel = table("onset")
    frame = read_onset(kept_in(panel))
    assert np.isnan(frame.columns["mk_onset_1or2"].values[frame.time == 2005]).all()


def kept_in(some: pd.DataFrame) -> Path:
    return kept(some, "panel.parquet")


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_onset_in_two_years_is_undecided_until_both_are_known_or_one_saw_it():
    panel = table("onset")
    last = panel.year == 2004
    panel.loc[last, ["mk_onset_1", "mk_onset_2", "mk_onset_1or2"]] = 0.0, np.nan, 0.0
    seen = last & (panel.ccode == 7)
    panel.loc[seen, ["mk_onset_1", "mk_onset_1or2"]] = 1.0
    frame = read_onset(kept_in(panel))
    both = frame.columns["mk_onset_1or2"].values[frame.time == 2004]
    assert both[frame.unit[frame.time == 2004] == 7].tolist() == [1.0]
    assert np.isnan(both).sum() == len(both) - 1


def test_countries_may_appear_and_end_in_a_panel_of_years():
    panel = table("onset", 3)
    panel = panel[~((panel.ccode == 5) & (panel.year > 2005))]
    new = panel[(panel.ccode == 6) & (panel.year == 2008)].assign(ccode=900)
    out = backtest(
        "onset", kept_in(pd.concat([panel, new])), "out.parquet", "--origins", "2005:2008", "--model", "rule"
    )
    listed = {year: set(part.ccode) for year, part in out.to_pandas().groupby("origin")}
    assert 5 in listed[2005]
    assert 900 not in listed[2007]
    assert (5 in listed[2008], 900 in listed[2008]) == (False, True)


def test_a_country_whose_counts_of_deaths_end_is_forecast_until_then_and_not_scored_after():
    panel = table("fatalities", 14).set_index("month_id")
    panel.loc[panel.index > LAST - 12, "20"] = np.nan
    panel.loc[panel.index <= LAST - 30, "21"] = np.nan
    frame = read_deaths(kept_in(panel))
    assert 20 in history_of(frame.at(LAST - 12)).countries
    now = history_of(frame.at(LAST))
    assert 20 not in now.countries
    assert len(now.countries) == N_COUNTRIES - 1
    assert now.deaths[:-30, list(now.countries).index(21)].sum() == 0
    assert not ((frame.unit == 20) & (frame.time > LAST - 12)).any()
    assert np.isfinite(frame.columns[DEATHS].values).all()
    out = backtest("fatalities", Path("panel.parquet"), "out.parquet", "--origins", "2008:2008", "--model", "zero")
    assert 20 in out["country_id"].to_pylist()
    came = measure_fatalities(out, frame)
    assert came.n_rows == (N_COUNTRIES - 1) * 12  # of 2009 there is nothing to score it on


def test_a_country_without_a_row_had_no_event_and_a_new_one_may_appear():
    panel = table("alert", 24)
    gone = panel[~((panel.country_iso3 == "COL") & (panel.year_month > "2007-01"))]
    new = panel[(panel.country_iso3 == "AFG") & (panel.year_month > "2010-01")].assign(country_iso3="XKX")
    frame = read_months(kept_in(pd.concat([gone, new])))
    n = len(np.unique(frame.time))
    assert len(frame.unit) == n * (30 + 1)
    out = backtest("alert", Path("panel.parquet"), "out.parquet", "--origins", "2011:2011", "--model", "rule")
    assert {"COL", "XKX"} <= set(out["country_iso3"].to_pylist())


def spoilt(target: str, column: str, value: object) -> pd.DataFrame:
    some = table(target)
    some[column] = some[column].astype(object)
    some.loc[some.index[3], column] = value
    return some.astype({column: str}) if isinstance(value, str) else some.infer_objects()


WRONG = [
    ("onset", lambda: table("onset").drop(columns="efindex"), "efindex", "EWP's columns"),
    ("onset", lambda: table("onset").drop(columns="mk_onset_2"), "mk_onset_2", "EWP's columns"),
    ("onset", lambda: table("onset").assign(efindex=np.nan), "efindex is empty", "Give a panel that has it"),
    ("onset", lambda: table("onset").assign(mk_onset_1or2=np.nan), "mk_onset_1or2 is empty", "Give a panel"),
    ("onset", lambda: spoilt("onset", "efindex", "n.d."), "efindex", "Write numbers with a point"),
    ("onset", lambda: spoilt("onset", "efindex", np.inf), "efindex has an infinite number in row 4", "Leave the cell"),
    ("onset", lambda: spoilt("onset", "year", 1999.5), "year has 1999.5 in row 4", "whole number"),
    ("onset", lambda: spoilt("onset", "ccode", None), "ccode is empty in row 4", "whole number"),
    ("onset", lambda: spoilt("onset", "mk_onset_1", 2.0), "mk_onset_1 of ccode 4 in 1960 is 2", "1, 0, or empty"),
    ("onset", lambda: pd.concat([table("onset"), table("onset").head(1)]), "ccode 1 stands in it twice", "Keep"),
    ("onset", lambda: table("onset").head(0), "it has no rows", "Give a panel"),
    ("fatalities", lambda: table("fatalities").drop(columns="month_id"), "month_id", "months as rows"),
    ("fatalities", lambda: table("fatalities")[["month_id"]], "country's column", "VIEWS' country_id"),
    ("fatalities", lambda: spoilt("fatalities", "9", None), "column 9 has no count of deaths in month_id", "0 where"),
    ("fatalities", lambda: spoilt("fatalities", "9", -1.0), "column 9 has -1 deaths in month_id 124", "Give whole"),
    ("fatalities", lambda: spoilt("fatalities", "9", 0.5), "column 9 has 0.5 deaths in month_id 124", "Give whole"),
    ("fatalities", lambda: table("fatalities").drop(index=7), "after month_id 127", "Give each month once"),
    ("alert", lambda: table("alert").drop(columns="ucdp_one_sided_events"), "ucdp_one_sided_events", "Give UCDP"),
    ("alert", lambda: spoilt("alert", "country_iso3", "Peru"), "column country_iso3: 'Peru'", "alpha-3"),
    ("alert", lambda: spoilt("alert", "year_month", "2019-13"), "column year_month: '2019-13'", "as 2019-12"),
    ("alert", lambda: spoilt("alert", "ucdp_civilian_deaths", None), "ucdp_civilian_deaths has no count in row 4", "0"),
    ("alert", lambda: pd.concat([table("alert"), table("alert").head(1)]), "AFG in 1989-01 stands in it twice", "Keep"),
]  # fmt: skip


@pytest.mark.parametrize("file", ["panel.csv", "panel.parquet"])
@pytest.mark.parametrize(("target_named", "make", "problem", "remedy"), WRONG)
def test_a_wrong_file_is_refused_with_the_column_and_what_to_do(
    file: str, target_named: str, make: Callable[[], pd.DataFrame], problem: str, remedy: str
):
    path = kept(make(), file)
    with pytest.raises(TocsinError) as raised:
        READ[target_named](path)
    said = str(raised.value)
    assert problem in said
    assert remedy in said
    assert file in said


def test_what_cannot_be_done_is_said_before_anything_is_computed(target: str, monkeypatch: pytest.MonkeyPatch):
    def never(*_: object, **__: object) -> object:
        raise AssertionError("it began to compute")

    monkeypatch.setattr("tocsin.forecast.backtest.rolling", never)
    panel = kept(table(target), "panel.parquet")
    beyond = {"onset": "2004:2030", "fatalities": "2007:2030", "alert": "2003-06:2030-01"}[target]
    for words, said in (
        (["--out", "out.parquet", "--origins", beyond], "--origins: the panel has no rows of"),
        (["--out", "nowhere/out.parquet", *QUICK[target][:2]], "its folder does not exist"),
        (["--out", "out.xlsx", *QUICK[target][:2]], "neither in .csv nor in .parquet"),
    ):
        with pytest.raises(TocsinError, match=said):
            CliRunner().invoke(
                app, ["forecast", "backtest", target, "--panel", str(panel), *words], catch_exceptions=False
            )


def test_two_columns_of_one_name_are_refused(tmp_path: Path):
    path = tmp_path / "twice.csv"
    path.write_text("ccode,year,ccode\n2,1999,2\n")
    with pytest.raises(TableError, match="two columns ccode"):
        read_table(path)


def test_names_of_columns_are_read_without_the_mark_that_excel_puts_first(tmp_path: Path):
    path = tmp_path / "marked.csv"
    path.write_bytes(b"\xef\xbb\xbfmonth_id,5\n121,0\n")
    assert column_names(path) == ["month_id", "5"]


def test_the_real_files_go_on_to_later_years():
    panel = pd.read_csv(real("ewp/predictors_1960_2019.csv"))
    assert set(PREDICTORS) <= set(panel)
    later = [panel[panel.year == 2019].assign(year=year, year_sq=float(year) ** 2) for year in range(2020, 2025)]
    whole = pd.concat([panel, *later])
    whole.loc[whole.year >= 2023, "mk_onset_2"] = np.nan
    whole.loc[whole.year >= 2024, "mk_onset_1"] = np.nan
    path = kept(other_order(whole), "panel.csv")
    out = backtest("onset", path, "out.parquet", "--origins", "2022:2024", "--model", "rule")
    assert out.num_rows == 3 * (panel.year == 2019).sum()
    frame = read_onset(path)
    assert np.isnan(frame.columns["mk_onset_1or2"].values[frame.time == 2024]).all()

    deaths = pd.read_parquet(real("views/state_based_deaths_country_month_to_2021-10.parquet"))
    more = deaths.iloc[-38:].set_axis(range(503, 541)).rename_axis("month_id")
    path = kept(pd.concat([deaths, more]), "deaths.parquet")
    out = backtest("fatalities", path, "out.parquet", "--origins", "2023:2023", "--model", "zero")
    assert out.num_rows == 191 * 12 * 1000

    months = pd.read_parquet(real("ucdp/ged_25_1_country_month_to_2019.parquet"))
    year = months[months.year_month.str.startswith("2019")]
    added = [year.assign(year_month=year.year_month.str.replace("2019", str(each))) for each in range(2020, 2026)]
    path = kept(pd.concat([months, *added]), "months.parquet")
    out = backtest("alert", path, "out.parquet", "--origins", "2025:2025", "--model", "rule")
    assert out.num_rows == 12 * months.country_iso3.nunique()
