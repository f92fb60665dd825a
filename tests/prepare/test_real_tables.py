"""Ready tables of the real files beside the project equal what pandas counts in those files.

The sums are made here with pandas, openpyxl and json alone; nothing of prepare is used to make them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.data_beside import real
from tests.prepare.desks import PreparedDesk

pytestmark = pytest.mark.data

SUMS = ["n_events", "fatalities_low", "fatalities_best", "fatalities_high", "fatalities_civilians_best"]


def frame(path: Path) -> pd.DataFrame:
    if path.suffix == ".geojson":
        return pd.DataFrame([one["properties"] for one in json.loads(path.read_text())["features"]])
    if path.suffix == ".xlsx":
        return pd.read_excel(path)
    return pd.read_csv(path, skiprows=[1] if "hdx" in path.name else None, low_memory=False)


@pytest.fixture
def desk(desk: PreparedDesk) -> PreparedDesk:
    desk.collecting.for_samples = False
    return desk


@pytest.mark.parametrize(
    "name",
    [
        "GEDevent_v26_0_2.xlsx",
        "ged_mexico_1989_2023.csv",
        "ged_myanmar_1989_2023.csv",
        "ged_syria_2016_2019.csv",
        "ged231_CAR.geojson",
        "ged_ukraine_hdx.csv",
    ],
)
def test_country_months_of_a_slice_equal_what_pandas_counts(desk: PreparedDesk, name: str) -> None:
    path = real(f"ucdp/{name}")
    desk.collecting.run("ucdp-ged", path)
    desk.prepare()
    told = frame(path)
    numbers = ["low", "best", "high", "deaths_civilians"]
    told[numbers] = told[numbers].apply(pd.to_numeric)
    told["fatalities_low"] = told[["low", "best", "high"]].min(axis=1)
    told["fatalities_high"] = told[["low", "best", "high"]].max(axis=1)
    told = told.rename(columns={"best": "fatalities_best", "deaths_civilians": "fatalities_civilians_best"})
    told["month"] = pd.to_datetime(told["date_start"]).dt.strftime("%Y-%m")
    told["country_gw"] = pd.to_numeric(told["country_id"]).astype(int)
    expected = told.assign(n_events=1).groupby(["country_gw", "month"])[SUMS].sum().astype(int)
    found = pd.DataFrame(desk.rows("ready/country_month"))
    assert not found[found.is_filled][SUMS].to_numpy().any()
    found = found[~found.is_filled].assign(month=lambda f: pd.to_datetime(f.month).dt.strftime("%Y-%m"))
    found = found.set_index(["country_gw", "month"])[SUMS].astype(int).sort_index()
    pd.testing.assert_frame_equal(found, expected.sort_index(), check_names=False, check_index_type=False)


def test_armenia_and_azerbaijan_equal_the_country_months_derived_from_ged(desk: PreparedDesk) -> None:
    path = real("ucdp/ged_25_1_armenia_azerbaijan_country_month.csv")
    desk.collecting.run("ucdp-country-months", path)
    desk.prepare()
    told = pd.read_csv(path).set_index(["country_iso3", "year_month"])
    found = desk.rows("ready/country_month")
    existed = told[told.index.get_level_values(1) >= "1991-01"]
    assert len(found) == len(existed), "the rows of before 1991 are zeros of countries that did not exist"
    assert told.ucdp_event_count.sum() == existed.ucdp_event_count.sum()
    for row in found:
        one = told.loc[(row["country_iso3"], f"{row['month']:%Y-%m}")]
        counted = (
            one.ucdp_event_count,
            one.ucdp_fatalities_best,
            one.ucdp_civilian_deaths,
            one.ucdp_state_based_events,
        )
        ours = (row["n_events"], row["fatalities_best"], row["fatalities_civilians_best"], row["n_events_state_based"])
        assert ours == counted
        assert row["fatalities_low"] is None, "the file carries no low estimate"


def test_country_months_of_the_world_keep_every_death(desk: PreparedDesk) -> None:
    path = real("ucdp/ged_25_1_country_month_to_2019.parquet")
    desk.collecting.run("ucdp-country-months", path)
    desk.prepare()
    told, found = pd.read_parquet(path), pd.DataFrame(desk.rows("ready/country_month"))
    assert found.n_events.sum() == told.ucdp_event_count.sum()
    assert found.fatalities_best.sum() == told.ucdp_fatalities_best.sum()
    serbia = told[(told.country_iso3 == "SRB") & (told.year_month < "2006")].ucdp_fatalities_best.sum()
    assert found[(found.country_iso3 == "SCG")].fatalities_best.sum() == serbia, "Yugoslavia, until 2006"


def test_myanmar_of_the_slice_equals_myanmar_of_the_country_months(desk: PreparedDesk) -> None:
    """Two files made by others, by different ways, from one dataset: they agree when months are counted alike."""
    desk.collecting.run("ucdp-ged", real("ucdp/ged_myanmar_1989_2023.csv"))
    desk.collecting.run("ucdp-country-months", real("ucdp/ged_25_1_country_month_to_2019.parquet"))
    desk.prepare()
    rows = [row for row in desk.rows("ready/country_month") if row["country_iso3"] == "MMR"]
    by_source = {
        name: {
            row["month"]: row["fatalities_best"] for row in rows if row["source"] == name and row["month"].year < 2020
        }
        for name in ("ucdp-ged", "ucdp-country-months")
    }
    slice_, months = by_source["ucdp-ged"], by_source["ucdp-country-months"]
    assert len(slice_) == 372
    assert {month: best for month, best in months.items() if month in slice_} == slice_


def test_dyad_years_equal_the_published_battle_deaths(desk: PreparedDesk) -> None:
    path = real("ucdp/BattleDeaths_v25_1.csv")
    desk.collecting.run("ucdp-battledeaths", path)
    desk.prepare()
    told, found = pd.read_csv(path), pd.DataFrame(desk.rows("ready/dyad_year"))
    assert len(found) == len(told)
    published = told.set_index(["dyad_id", "year"])[["bd_low", "bd_best", "bd_high"]].sort_index()
    ours = found.assign(dyad_id=found.dyad_id.astype(int)).set_index(["dyad_id", "year"]).sort_index()
    assert (ours.fatalities_best.to_numpy() == published.bd_best.to_numpy()).all()
    assert (ours.publisher_fatalities_low.to_numpy() == published.bd_low.to_numpy()).all()
    assert (ours.fatalities_high.to_numpy() == published.max(axis=1).to_numpy()).all()


def test_outcomes_equal_what_views_published(desk: PreparedDesk) -> None:
    panel, actuals = (
        real(f"views/{name}.parquet") for name in ("state_based_deaths_country_month_to_2021-10", "cm_actuals_2018")
    )
    for path in (panel, actuals, real("views/country_list.csv")):
        desk.collecting.run("views", path)
    desk.prepare()
    found = pd.DataFrame(desk.rows("ready/outcome_month"))
    found["id"] = found.publisher_country_code.astype(int)
    assert (
        found.publisher_month
        == (pd.to_datetime(found.month).dt.year - 1980) * 12 + pd.to_datetime(found.month).dt.month
    ).all()
    told = pd.read_parquet(panel).reset_index().melt(id_vars="month_id", var_name="id", value_name="deaths")
    told = told[told.id.astype(str).str.isdigit()]
    ours = found[found.publisher_table == "panel"]
    assert ours.fatalities_state_based_best.sum() == told.deaths.sum(), "what is left out holds no death"
    both = ours.merge(
        told.assign(id=told.id.astype(int)), left_on=["id", "publisher_month"], right_on=["id", "month_id"]
    )
    assert len(both) == len(ours)
    assert (both.fatalities_state_based_best == both.deaths).all()
    left_out = len(told) - len(ours)
    assert 0 < left_out < 0.05 * len(told), "South Sudan before 2011 and its like"
    told = pd.read_parquet(actuals).reset_index()
    ours = found[found.publisher_table == "actuals"]
    assert (len(ours), ours.fatalities_state_based_best.sum()) == (len(told), told.outcome.sum())
    names = pd.read_csv(real("views/country_list.csv")).set_index("id").name
    assert (names[ours.id].to_numpy() == ours.publisher_country.to_numpy()).all()
    assert ours.country_iso3.notna().all()


def test_benchmarks_equal_what_pandas_makes_of_the_draws(desk: PreparedDesk) -> None:
    path = real("views/bm_cm_last_historical_poisson_expanded_2021.parquet")
    for one in (path, real("views/country_list.csv")):
        desk.collecting.run("views", one)
    desk.prepare()
    draws = pd.read_parquet(path).reset_index()
    by = draws.groupby(["country_id", "month_id"]).outcome
    told = pd.DataFrame(
        {
            "n_draws": by.size(),
            "fatalities_mean": by.mean(),
            **{f"fatalities_p{q:02}": by.agg(lambda s, q=q: sorted(s)[-(-len(s) * q // 100) - 1]) for q in (5, 50, 95)},
            "p_any_deaths": by.agg(lambda s: (s >= 1).mean()),
            "p_deaths_25": by.agg(lambda s: (s >= 25).mean()),
        }
    )
    found = pd.DataFrame(desk.rows("ready/benchmark_month"))
    found["country_id"] = found.publisher_country_code.astype(int)
    ours = found.set_index(["country_id", "publisher_month"])[list(told.columns)].sort_index()
    pd.testing.assert_frame_equal(ours, told.sort_index(), check_names=False, check_dtype=False, check_index_type=False)


def test_predictors_and_risks_equal_what_ewp_published(desk: PreparedDesk) -> None:
    panel, risks, list_ = (
        real(f"ewp/{name}.csv")
        for name in ("predictors_1960_2019", "ewp_out_of_sample_1994_2019", "published/sra_2023")
    )
    for path in (panel, risks, list_):
        desk.collecting.run("ewp", path)
    desk.prepare()
    told, found = pd.read_csv(panel), pd.DataFrame(desk.rows("ready/predictor_year"))
    assert len(found) == len(told)
    ours = found.set_index(["publisher_country", "year"]).sort_index()
    theirs = told.set_index(["ewp_name", "year"]).sort_index()
    for column, published in (("popsize_log2", "popsize.log2"), ("gdppcgrowth", "gdppcgrowth"), ("reg_mna", "reg.mna")):
        pd.testing.assert_series_equal(ours[column], theirs[published], check_names=False, check_dtype=False)
    onsets = theirs[["mk_onset", "mk_onset_1", "mk_onset_2", "mk_onset_1or2"]].sum().astype(int).tolist()
    names = ["has_onset", "has_onset_next_year", "has_onset_year_after_next", "has_onset_next_two_years"]
    assert [int(ours[name].eq(True).sum()) for name in names] == onsets
    assert ours.has_onset_next_year.isna().sum() == theirs.mk_onset_1.isna().sum()
    made = pd.DataFrame(desk.rows("ready/risk_year"))
    told = pd.read_csv(risks).dropna(subset="risk_prev")
    ours = made[made.publisher_table == "out_of_sample"]
    assert len(ours) == len(told)
    both = ours.merge(told, left_on=["publisher_country", "data_year"], right_on=["ewp_name", "prev_year"])
    assert len(both) == len(told)
    assert (both.p_onset_two_years == both.risk_prev).all()
    assert (both.has_onset_next_year == (both.mk_onset == 1)).all()
    earlier = told.merge(ours, left_on=["ewp_name", "two_years_prior"], right_on=["publisher_country", "data_year"])
    assert (earlier.risk_two_years_prior == earlier.p_onset_two_years).all(), "the same risk, a year before"
    told, ours = pd.read_csv(list_), made[made.publisher_table == "published"]
    both = ours.merge(told, left_on="publisher_country", right_on="country")
    assert len(both) == len(told)
    assert (both.p_onset_one_year == both.risk_in_2022).all()
    assert (both.country_iso3 == both.ISO3).all(), "EWP's own ISO codes agree with ours"
