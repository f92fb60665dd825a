"""Every real file beside the project: what stands in the table equals what plain readers count in the file.

The sums are made here with csv, openpyxl, json and pandas alone; nothing of collect is used to make them.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.collect.desks import ADesk
from tests.data_beside import real

pytestmark = pytest.mark.data

Row = dict[str, Any]


@pytest.fixture
def desk(desk: ADesk) -> ADesk:
    desk.for_samples = False
    return desk


def csv_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def hdx_rows(path: Path) -> Iterator[Row]:
    rows = csv_rows(path)
    next(rows)  # the HXL tags
    yield from rows


def xlsx_rows(path: Path) -> Iterator[Row]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = next(rows)
    yield from [dict(zip(header, row, strict=True)) for row in rows]
    book.close()


def geojson_rows(path: Path) -> Iterator[Row]:
    for feature in json.loads(path.read_text())["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        yield {**feature["properties"], "longitude": longitude, "latitude": latitude}


def tab_rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").split("\n") if line]


def whole(value: Any) -> int:
    return int(float(value))


def maybe(kind: Callable[[Any], Any], value: str) -> Any:
    return None if value in ("", "NA") else kind(value)


def day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else dt.date.fromisoformat(str(value)[:10])


GED = {
    "GEDevent_v26_0_2.xlsx": (xlsx_rows, 1_298, "26.0.2"),
    "ged_mexico_1989_2023.csv": (csv_rows, 18_957, "2026-11-23"),
    "ged_myanmar_1989_2023.csv": (csv_rows, 7_374, "2026-11-23"),
    "ged_syria_2016_2019.csv": (csv_rows, 16_566, "2026-11-23"),
    "ged231_CAR.geojson": (geojson_rows, 1_848, "23.1"),
    "ged_ukraine_hdx.csv": (hdx_rows, 993, "2026-11-23"),
}


@pytest.mark.parametrize("name", GED)
def test_ged_in_every_shape_comes_out_as_it_went_in(desk: ADesk, name: str) -> None:
    path = real(f"ucdp/{name}")
    read, n_rows, version = GED[name]
    rows = list(read(path))
    record = desk.run("ucdp-ged", path)
    assert (record.status, record.version, record.tables[0].n_rows, len(rows)) == (
        "done",
        version,
        n_rows,
        n_rows,
    )
    expected = sorted(
        (
            whole(row["id"]), whole(row["type_of_violence"]), whole(row["best"]), whole(row["low"]),
            whole(row["high"]), whole(row["deaths_civilians"]), day(row["date_start"]), day(row["date_end"]),
            float(row["latitude"]), float(row["longitude"]), row["country"], row["side_a"], row["side_b"],
            str(row["active_year"]).lower() in ("true", "1", "1.0"), row["source_article"],
        )
        for row in rows
    )  # fmt: skip
    found = desk.query(
        "ucdp-ged",
        "events",
        "SELECT id, type_of_violence, best, low, high, deaths_civilians, date_start, date_end, latitude, "
        "longitude, country, side_a, side_b, active_year, source_article FROM rows ORDER BY id",
    )
    assert found == expected
    broken = sum(not row[3] <= row[2] <= row[4] for row in expected)
    assert record.tables[0].account["n_rows_breaking"] == {"low, best and high are in order": broken}


def test_every_cell_of_the_49_columns_is_read_or_left_with_a_reason(desk: ADesk) -> None:
    path = real("ucdp/ged_myanmar_1989_2023.csv")
    desk.run("ucdp-ged", path)
    rows = sorted(csv_rows(path), key=lambda row: whole(row["id"]))
    names = [name for name in rows[0] if name != "geom_wkt"]
    found = desk.query("ucdp-ged", "events", f"SELECT {', '.join(names)} FROM rows ORDER BY id")
    for row, cells in zip(rows, found, strict=True):
        for name, cell in zip(names, cells, strict=True):
            raw = row[name]
            same = {
                type(None): lambda raw, cell: raw == "",
                bool: lambda raw, cell: raw == str(cell),
                int: lambda raw, cell: float(raw) == cell,
                float: lambda raw, cell: float(raw) == cell,
                str: lambda raw, cell: raw == cell,
                dt.date: lambda raw, cell: raw[:10] == cell.isoformat(),
            }[type(cell)]
            assert same(raw, cell), (row["id"], name, raw, cell)


def test_the_seven_columns_of_candidate_events(desk: ADesk) -> None:
    path = real("ucdp/ged_2025.csv")
    rows = list(csv_rows(path))
    desk.run("ucdp-ged", path, version="25.0")
    found = desk.query(
        "ucdp-ged", "events", "SELECT id, best, type_of_violence, date_start, low, high FROM rows ORDER BY id"
    )
    expected = sorted(
        (whole(r["id"]), whole(r["best"]), whole(r["type_of_violence"]), day(r["date"]), None, None) for r in rows
    )
    assert found == expected
    assert len(found) == 28_396
    assert 600_000 in {row[0] for row in found}, "R wrote this id as 6e+05"


def totals(rows: Sequence[Row], columns: Sequence[str]) -> tuple[int, ...]:
    return (len(rows), *(sum(whole(row[column]) for row in rows) for column in columns))


YEARLY = {
    "ucdp-onesided": ("one_sided_25_1.csv", "actor_years",
                      ["year", "low_fatality_estimate", "best_fatality_estimate", "high_fatality_estimate"]),
    "ucdp-battledeaths": ("BattleDeaths_v25_1.csv", "dyad_years", ["year", "bd_low", "bd_best", "bd_high"]),
}  # fmt: skip


@pytest.mark.parametrize("source", YEARLY)
def test_ucdp_years_sum_to_what_the_file_sums_to(desk: ADesk, source: str) -> None:
    name, table, columns = YEARLY[source]
    rows = list(csv_rows(real(f"ucdp/{name}")))
    record = desk.run(source, real(f"ucdp/{name}"))
    sums = ", ".join(f"sum({column})::BIGINT" for column in columns)
    assert desk.query(source, table, f"SELECT count(*), {sums} FROM rows") == [totals(rows, columns)]
    assert record.version == "25.1"


@pytest.mark.parametrize(
    "name", ["ged_25_1_country_month_to_2019.parquet", "ged_25_1_armenia_azerbaijan_country_month.csv"]
)
def test_country_months_sum_to_what_the_file_sums_to(desk: ADesk, name: str) -> None:
    path = real(f"ucdp/{name}")
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    desk.run("ucdp-country-months", path)
    found = desk.query(
        "ucdp-country-months",
        "country_months",
        "SELECT count(*), count(DISTINCT country_iso3), min(month).strftime('%Y-%m'), "
        "max(month).strftime('%Y-%m'), "
        "sum(n_events)::BIGINT, sum(n_deaths_best)::BIGINT, sum(n_deaths_high)::BIGINT, "
        "sum(n_deaths_civilians)::BIGINT, sum(n_events_one_sided)::BIGINT, count(*) FILTER (has_conflict), "
        "round(sum(deaths_uncertainty), 3) FROM rows",
    )
    assert found == [
        (
            len(frame), frame.country_iso3.nunique(), frame.year_month.min(), frame.year_month.max(),
            frame.ucdp_event_count.sum(), frame.ucdp_fatalities_best.sum(), frame.ucdp_fatalities_high.sum(),
            frame.ucdp_civilian_deaths.sum(), frame.ucdp_one_sided_events.sum(), frame.ucdp_has_conflict.sum(),
            round(frame.ucdp_fatality_uncertainty.sum(), 3),
        )
    ]  # fmt: skip


def test_a_column_for_each_country_becomes_a_row_for_each_month(desk: ADesk) -> None:
    path = real("ucdp/armenia_azerbaijan_country_month.csv")
    desk.run("ucdp-country-months", path)
    expected = sorted(
        (c, day(row["month_end"]), int(row[c])) for row in csv_rows(path) for c in ("Armenia", "Azerbaijan")
    )
    sql = "SELECT country, month_end, n_deaths_best FROM rows ORDER BY ALL"
    assert desk.query("ucdp-country-months", "deaths_by_month", sql) == expected


def test_the_views_panel_has_the_deaths_of_the_wide_file(desk: ADesk) -> None:
    path = real("views/state_based_deaths_country_month_to_2021-10.parquet")
    frame = pd.read_parquet(path)
    desk.run("views", path)
    wide = frame.drop(columns="month_id", errors="ignore")
    found = desk.query("views", "panel", "SELECT count(*), sum(n_deaths), min(month_id), max(month_id) FROM rows")
    months = frame.get("month_id", frame.index)
    assert found == [(wide.size, wide.to_numpy().sum(), months.min(), months.max())]
    by_country = desk.query("views", "panel", "SELECT country_id, sum(n_deaths) FROM rows GROUP BY ALL ORDER BY ALL")
    assert by_country == sorted((int(name), total) for name, total in wide.sum().items())


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021])
def test_views_actuals_and_draws_of_a_year_come_out_whole(desk: ADesk, year: int) -> None:
    actuals = real(f"views/cm_actuals_{year}.parquet")
    desk.run("views", actuals)
    frame = pq.read_table(actuals)
    sql = "SELECT count(*), sum(outcome)::BIGINT, min(month_id), max(country_id) FROM rows"
    least, most, total = (getattr(pc, name) for name in ("min", "max", "sum"))
    expected = (frame.num_rows, total(frame["outcome"]), least(frame["month_id"]), most(frame["country_id"]))
    assert desk.query("views", "actuals", sql) == [tuple(plain(value) for value in expected)]
    for benchmark in ("bootstrap_expanded", "last_historical_poisson_expanded"):
        path = real(f"views/bm_cm_{benchmark}_{year}.parquet")
        draws = pq.read_table(path)
        record = desk.run("views", path)
        sql = "SELECT any_value(benchmark), count(*), sum(outcome)::BIGINT, max(draw), min(month_id) FROM rows"
        sums = (draws.num_rows, total(draws["outcome"]), most(draws["draw"]), least(draws["month_id"]))
        assert desk.query("views", "draws", sql) == [(benchmark, *(plain(value) for value in sums))]
        assert record.version == f"{benchmark}.{year}"


def plain(value: Any) -> Any:
    return value.as_py() if isinstance(value, pa.Scalar) else value


def test_the_views_country_list(desk: ADesk) -> None:
    path = real("views/country_list.csv")
    desk.run("views", path)
    expected = sorted((int(row["country_id"]), row["name"]) for row in csv_rows(path))
    assert desk.query("views", "countries", "SELECT country_id, name FROM rows ORDER BY 1") == expected


def test_the_ewp_panel_is_the_replication_file(desk: ADesk) -> None:
    path = real("ewp/predictors_1960_2019.csv")
    frame = pd.read_csv(path)
    desk.run("ewp", path)
    found = desk.query(
        "ewp", "panel",
        "SELECT count(*), sum(mk_onset)::BIGINT, sum(mk_onset_1)::BIGINT, sum(mk_onset_1or2)::BIGINT, "
        "count(popsize_log2), round(sum(un_imr_sqrt), 6), sum(ccode)::BIGINT, "
        "sum(partyban_new_2)::BIGINT FROM rows",
    )  # fmt: skip
    assert found == [
        (
            len(frame), frame.mk_onset.sum(), frame.mk_onset_1.sum(), frame.mk_onset_1or2.sum(),
            frame["popsize.log2"].count(), round(frame.un_imr_sqrt.sum(), 6), frame.ccode.sum(),
            frame["partyban.new.2"].sum(),
        )
    ]  # fmt: skip


def test_the_ewp_baseline_keeps_each_risk_to_the_last_digit(desk: ADesk) -> None:
    path = real("ewp/ewp_out_of_sample_1994_2019.csv")
    desk.run("ewp", path)
    sql = "SELECT ewp_name, year, p_onset_prev, rank_prev, p_onset_max FROM rows ORDER BY ewp_name, year"
    expected = sorted(
        (r["ewp_name"], int(r["year"]), maybe(float, r["risk_prev"]),
         maybe(whole, r["rank_prev"]), maybe(float, r["maxrisk2"]))
        for r in csv_rows(path)
    )  # fmt: skip
    assert desk.query("ewp", "out_of_sample", sql) == expected


def test_the_ewp_episodes_name_who_is_said_to_be_responsible(desk: ADesk) -> None:
    path = real("ewp/mass_killing_episodes_to_2019.csv")
    desk.run("ewp", path)
    sql = "SELECT code, country, start_year, end_year, led_by, responsible_ccode FROM rows ORDER BY code"
    expected = sorted(
        (r["mk_event_code"], r["country"], int(r["startyear"]), maybe(whole, r["endyear"]),
         r["State-Led or Non-State-Led"], maybe(whole, r["mk_repsonsible_state_cow"]))
        for r in csv_rows(path)
    )  # fmt: skip
    assert desk.query("ewp", "episodes", sql) == expected


PUBLISHED = {
    "ewp.forecasts.2015.csv": ("country", "mean.p", None),
    "sortedrisk_2016based_1and2yr_15Oct2018.csv": ("country", "risk_in_2017", "risk_2017_18"),
    "sortedrisk_2017based_1and2yr_15Oct2018.csv": ("country", "risk_in_2018", "risk_2018_19"),
    "sra_2020.csv": ("country", "risk_in_2019", "risk_in_2019_20"),
    "sra_2021.csv": ("country", "risk_in_2020", "risk_in_2020_21"),
    "sra_2022.csv": ("country", "risk_in_2021", "risk_in_2021_22"),
    "sra_2023.csv": ("country", "risk_in_2022", "risk_in_2022_23"),
    "2023_final_forecasts_data_9Nov_hackregion.csv":
        ("country", "risk.2023only.from2022", "risk.2023and2024.from2022"),
    "2024_final_forecasts_data_11Oct2024.csv":
        ("ewp_name", "risk.2024only.from2023", "risk.2024and2025.from2023"),
}  # fmt: skip


def test_the_lists_as_ewp_published_them_stand_in_one_table(desk: ADesk) -> None:
    folder = real("ewp/published")
    record = desk.run("ewp", folder)
    assert {path.name for path in folder.iterdir()} == set(PUBLISHED), "a list has no test"

    def number(row: Row, column: str | None) -> float | None:
        return float(row[column]) if column and row[column] not in ("", "NA") else None

    expected = sorted(
        (name.removesuffix(".csv"), row[country], number(row, one), number(row, two))
        for name, (country, one, two) in PUBLISHED.items()
        for row in csv_rows(folder / name)
    )
    sql = "SELECT edition, country, p_onset_one_year, p_onset_two_years FROM rows ORDER BY 1, 2"
    assert desk.query("ewp", "published", sql) == expected
    assert record.tables[0].n_rows == len(expected)


@pytest.mark.parametrize("name", ["spark_events.csv", "spark_eventsT.csv"])
def test_gdelt_records_keep_every_field(desk: ADesk, name: str) -> None:
    path = real(f"gdelt/{name}")
    desk.run("gdelt", path)
    found = desk.query("gdelt", "events", "SELECT * FROM rows ORDER BY event_id")
    expected = sorted(tab_rows(path), key=lambda row: int(row[0]))
    stamps: dict[int, Callable[[Any], str]] = {
        1: lambda d: d.strftime("%Y%m%d"),
        59: lambda t: t.strftime("%Y%m%d%H%M%S"),
    }
    for row, cells in zip(expected, found, strict=True):
        kept = [field for number, field in enumerate(row) if number not in (2, 3, 4)]  # told by SQLDATE
        for number, (raw, cell) in enumerate(zip(kept, cells, strict=True)):
            at = number if number < 2 else number + 3
            if cell is None:
                assert raw == ""
            elif at in stamps:
                assert stamps[at](cell) == raw
            else:
                assert cell == (raw if isinstance(cell, str) else float(raw)), (row[0], at)


def test_gdelt_mentions_are_all_there_and_their_confidence_is_kept(desk: ADesk) -> None:
    path = real("gdelt/spark_mentions.csv")
    desk.run("gdelt", path)
    expected = sorted((int(r[0]), r[5], int(r[6]), int(r[9]), int(r[11])) for r in tab_rows(path))
    sql = "SELECT event_id, identifier, sentence_id, action_offset, confidence FROM rows ORDER BY ALL"
    assert desk.query("gdelt", "mentions", sql) == expected


def test_gdelts_graph_of_themes_is_refused_by_name(desk: ADesk) -> None:
    assert "Global Knowledge Graph" in desk.fails("gdelt", real("gdelt/spark_gkg.csv")).problem
