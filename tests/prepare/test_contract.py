"""The contract of engines: the same tables, row by row and type by type, whatever the engine is.

DuckDB alone is always run. Spark is the extra `spark` and needs Java: `make test-spark` runs this suite with it, in a
session of its own and through a Spark Connect server.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.desks import SOURCES
from tests.data_beside import data_folder
from tests.prepare.desks import PreparedDesk, a_desk
from tests.prepare.samples import a_ged_event, an_acled_event, ewp_files, views_files
from tests.prepare.spark_connect import serving
from tocsin.prepare.recipes import CLEAN, READY

# Spark leaves its sockets to be collected.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

ARROW = {
    "string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip

TABLES = {f"clean/{one.name}": one.table for one in CLEAN} | {f"ready/{one.table.name}": one.table for one in READY}

HAS_SPARK = pytest.mark.skipif(
    find_spec("pyspark") is None or find_spec("grpc") is None or shutil.which("java") is None,
    reason="Spark is not here: `make test-spark` adds the extra; it needs Java 17",
)

ENGINES = ["duckdb", pytest.param("spark", marks=HAS_SPARK), pytest.param("spark-connect", marks=HAS_SPARK)]


def filled(place: Path) -> PreparedDesk:
    """A desk with something of every source: invented rows, and the real slices where they lie beside the project."""
    desk = a_desk(place)
    desk.ged(
        a_ged_event(1),
        a_ged_event(2, type_of_violence=3, side_b="Civilians", side_b_new_id=1, low=9, best=4, deaths_civilians=4),
        *(a_ged_event(n, date_start="2020-06-30", date_end="2020-07-02", date_prec=2) for n in range(3, 60)),
        version="24.1",
    )
    desk.ged(a_ged_event(1, best=5), a_ged_event(70, country_id=345, country="Serbia (Yugoslavia)"), version="25.1")
    desk.candidates(a_ged_event(71), a_ged_event(72, country="Ivory Coast", date_start="2026-01-31"), version="26.0.1")
    desk.acled(an_acled_event(1), an_acled_event(2, time_precision=2), an_acled_event(3, iso=0, country="Kosovo"))
    for source in ("gdelt", "ucdp-onesided", "ucdp-battledeaths"):
        desk.collecting.run(source, *(SOURCES / source / "sample").iterdir())
    for source, files in (("views", views_files(desk.files)), ("ewp", ewp_files(desk.files))):
        for file in files:
            desk.collecting.run(source, file)
    real = data_folder() / "gdelt" / "spark_events.csv"
    if real.exists():
        desk.collecting.run("gdelt", real)
    return desk


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> PreparedDesk:
    return filled(tmp_path_factory.mktemp("contract"))


@pytest.fixture(scope="module")
def by_duckdb(collected: PreparedDesk, tmp_path_factory: pytest.TempPathFactory) -> PreparedDesk:
    return prepared_by("duckdb", collected, tmp_path_factory.mktemp("duckdb"))


@pytest.fixture(scope="module", params=ENGINES)
def prepared(
    request: pytest.FixtureRequest, collected: PreparedDesk, tmp_path_factory: pytest.TempPathFactory
) -> PreparedDesk:
    place = tmp_path_factory.mktemp(request.param)
    if request.param != "spark-connect":
        return prepared_by(request.param, collected, place)
    with serving(place / "server.log") as address:
        return prepared_by(address, collected, place)


def prepared_by(engine: str, collected: PreparedDesk, place: Path) -> PreparedDesk:
    shutil.copytree(collected.folder, place / "desk")
    desk = PreparedDesk(collected.collecting.__class__(place / "desk"), place / "files", engine=engine)
    desk.prepare()
    return desk


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_declared_columns_and_types(prepared: PreparedDesk, name: str) -> None:
    schema = pq.read_schema(prepared.store.files(name)[0])
    declared = {column: ARROW[said.type] for column, said in TABLES[name].columns.items()}
    assert {field.name: field.type for field in schema} == declared
    assert schema.names == list(TABLES[name].columns)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_equals_the_one_that_duckdb_makes(prepared: PreparedDesk, by_duckdb: PreparedDesk, name: str) -> None:
    def rows(desk: PreparedDesk) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in desk.rows(name)]

    assert rows(prepared) == rows(by_duckdb), "row by row, in the same order"
    assert prepared.store.current()[name] == by_duckdb.store.current()[name], "under the same name"


def test_serbia_has_its_own_code_and_kosovo_the_one_of_its_users(prepared: PreparedDesk) -> None:
    found = {row["publisher_country"]: row["country_iso3"] for row in prepared.rows("ready/event")}
    assert found == {"Armenia": "ARM", "Serbia (Yugoslavia)": "SRB", "Ivory Coast": "CIV", "Kosovo": "XKX"}


def test_the_range_is_widened_until_it_holds_the_best_estimate_and_says_so(prepared: PreparedDesk) -> None:
    (row,) = (row for row in prepared.rows("ready/event") if row["event_id"] == "ucdp-ged:2")
    assert (row["fatalities_low"], row["fatalities_best"], row["fatalities_high"]) == (4, 4, 9)
    assert (row["publisher_fatalities_low"], row["publisher_fatalities_high"]) == (9, 6)
    assert row["is_range_widened"]


def test_gdelt_is_counted_as_coverage_and_never_as_events(prepared: PreparedDesk) -> None:
    assert {row["source"] for row in prepared.rows("ready/coverage_month")} == {"gdelt"}
    assert "gdelt" not in {row["source"] for row in prepared.rows("ready/country_month")}


def test_draws_are_summed_up_to_quantiles_that_some_draw_gave(prepared: PreparedDesk) -> None:
    (row,) = prepared.rows("ready/benchmark_month")
    assert (row["benchmark"], row["country_iso3"], f"{row['month']}") == ("invented", "ARM", "2020-01-01")
    assert (row["n_draws"], row["fatalities_mean"]) == (20, (4 + 90 + 900) / 20)
    assert (row["fatalities_p05"], row["fatalities_p50"], row["fatalities_p95"]) == (0, 0, 30)
    assert (row["p_any_deaths"], row["p_deaths_25"]) == (0.4, 0.2)


def test_views_counts_by_its_own_borders_and_a_zero_of_no_state_is_left_out(prepared: PreparedDesk) -> None:
    found = {
        (row["publisher_table"], row["publisher_country"], row["country_iso3"]): row["fatalities_state_based_best"]
        for row in prepared.rows("ready/outcome_month")
    }
    assert found == {
        ("panel", "Armenia", "ARM"): 3,
        ("panel", "South Sudan", None): 5,
        ("actuals", "Armenia", "ARM"): 7,
    }


def test_a_risk_stands_once_with_the_year_of_its_data_and_the_state_of_that_year(prepared: PreparedDesk) -> None:
    rows = prepared.rows("ready/risk_year")
    said = [(row["edition"], row["country_iso3"], row["data_year"], row["p_onset_two_years"]) for row in rows]
    assert said == [("out of sample", "SCG", 1999, 0.25), ("sra_2023", "ARM", 2021, 0.2)]
    assert [row["has_onset_next_year"] for row in rows] == [True, None], "a list says nothing of what came"


def test_an_onset_that_is_not_known_is_empty_and_not_false(prepared: PreparedDesk) -> None:
    serbia, armenia = sorted(prepared.rows("ready/predictor_year"), key=lambda row: int(row["year"]))
    assert (serbia["country_iso3"], serbia["country_gw"], serbia["has_onset"]) == ("SCG", 345, True)
    assert (serbia["has_onset_next_year"], armenia["has_onset_next_year"]) == (None, True)
    assert (armenia["gdppcgrowth"], armenia["publisher_country_code"]) == (None, "371")
