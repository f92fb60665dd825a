"""SQL over prepared tables: one bounded reading, whatever it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.prepare.desks import PreparedDesk, a_desk
from tests.prepare.samples import a_ged_event
from tocsin.cli import app
from tocsin.prepare.dialects import DIALECTS, compile_table
from tocsin.prepare.engine import EngineSettings
from tocsin.prepare.errors import MissingError, QueryError
from tocsin.prepare.query import query

SMALL = EngineSettings(memory="500MB", threads=1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedDesk:
    """A desk that is only read."""
    desk = a_desk(tmp_path_factory.mktemp("queries"))
    desk.ged(
        a_ged_event(1), a_ged_event(2, side_a="=cmd|' /C calc'!A0", date_start="2020-05-01", date_end="2020-05-01")
    )
    desk.prepare()
    return desk


def test_a_select_reads_a_ready_table_by_its_bare_name(prepared: PreparedDesk) -> None:
    found = query(prepared.folder, "SELECT country_iso3, month, fatalities_best FROM country_month ORDER BY month")
    assert found.columns == ("country_iso3", "month", "fatalities_best")
    assert [row[2] for row in found.rows] == [4, 0, 4]
    assert not found.is_cut


def test_more_rows_than_asked_for_are_cut_and_said_to_be(prepared: PreparedDesk) -> None:
    found = query(prepared.folder, "SELECT * FROM range(10000000)", max_rows=5, settings=SMALL)
    assert (len(found.rows), found.is_cut) == (5, True)


HOSTILE = [
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('{desk}/desk.toml')",
    "SELECT * FROM '{desk}/desk.toml'",
    "SELECT * FROM glob('{desk}/**')",
    "SELECT * FROM read_blob('{desk}/private/*')",
    "SELECT * FROM read_parquet('{desk}/tables/raw/**/*.parquet')",
    "SELECT * FROM sniff_csv('{desk}/desk.toml')",
    "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
    "SELECT * FROM sql",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{desk}/x.csv''')",
    "SELECT getenv('HOME')",
    "COPY (SELECT 1) TO '{desk}/x.csv'",
    "COPY (SELECT 1 AS event_id) TO '{part}'",
    "ATTACH '{desk}/x.duckdb'",
    "CREATE TABLE t AS SELECT 1",
    "DROP VIEW ready.country_month",
    "INSERT INTO ready.country_month SELECT * FROM ready.country_month",
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']",
    "RESET lock_configuration",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '{desk}/x'",
    "CALL pragma_version()",
    "SELECT 1; COPY (SELECT 1) TO '{desk}/x.csv'",
    "SELECT 1; SELECT 2",
    "",
    "-- nothing",
    "SELECT",
    "\x00",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_sql_that_would_do_more_than_read_the_tables_is_refused(prepared: PreparedDesk, sql: str) -> None:
    (part,) = prepared.store.files("ready/event")

    def files() -> dict[str, bytes]:
        return {str(file): file.read_bytes() for file in prepared.folder.rglob("*") if file.is_file()}

    before, here = files(), sorted(Path.cwd().iterdir())
    with pytest.raises(QueryError):
        query(prepared.folder, sql.format(desk=prepared.folder, part=part), settings=SMALL)
    assert files() == before
    assert sorted(Path.cwd().iterdir()) == here


def test_sql_that_does_not_end_is_stopped(prepared: PreparedDesk) -> None:
    endless = "SELECT max(hash(range)) FROM range(1000000000000)"  # needs no memory, only time
    with pytest.raises(QueryError, match=r"did not end within 0\.5 s"):
        query(prepared.folder, endless, settings=SMALL, max_seconds=0.5)


def test_sql_that_wants_too_much_memory_is_stopped(prepared: PreparedDesk) -> None:
    with pytest.raises(QueryError):
        query(prepared.folder, "SELECT list(range) FROM range(1000000000)", settings=EngineSettings(memory="100MB"))


def test_a_desk_where_nothing_is_prepared_says_so(desk: PreparedDesk) -> None:
    with pytest.raises(MissingError, match="tocsin prepare run"):
        query(desk.folder, "SELECT 1")


def prepare(*words: object) -> str:
    result = CliRunner().invoke(app, ["prepare", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_commands_prepare_check_and_query(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1, side_a="=cmd|' /C calc'!A0"))
    said = prepare("run", "--desk", desk.folder).strip().splitlines()
    assert said[0] == "clean/ucdp-ged: made, 1 rows"
    assert (Path(said[-1]) / "part-0000.parquet").exists()
    assert "ready/country_month: 1 rows, all is well" in prepare("check", "--desk", desk.folder)
    sql = "SELECT source, fatalities_best FROM country_month"
    assert json.loads(prepare("query", sql, "--json", "--desk", desk.folder)) == [
        {"source": "ucdp-ged", "fatalities_best": 4}
    ]
    table = ("--table", "ready/event", "--desk", desk.folder)
    assert ",'=cmd|' /C calc'!A0," in prepare("query", *table, "--csv"), "no formula for a spreadsheet"
    assert "`clean_ucdp_ged`" in prepare("query", *table, "--show-sql", "bigquery")


def test_a_table_that_was_changed_by_hand_is_found_by_check(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1))
    desk.prepare()
    (part,) = desk.store.files("ready/event")
    part.write_bytes(part.read_bytes()[:-1] + b"\x00")
    result = CliRunner().invoke(app, ["prepare", "check", "--desk", str(desk.folder)])
    assert result.exit_code == 3
    assert "ready/event: its bytes are not those that were made" in result.stdout


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_table_compiles_to_the_sql_of_other_engines(prepared: PreparedDesk, dialect: str, tmp_path: Path) -> None:
    """Compiled and parsed again in that dialect; DuckDB and Spark alone are also run, by the contract suite."""
    import sqlglot

    for table in prepared.store.current():
        sql = compile_table(prepared.folder, table, dialect, scratch=tmp_path)
        assert sqlglot.parse_one(sql, read=dialect)


def test_a_table_that_is_too_wide_is_told_row_by_row_and_nothing_is_cut(desk: PreparedDesk) -> None:
    desk.ged(a_ged_event(1, side_a="A side with a name that needs a line of its own, all of it"))
    desk.prepare()
    said = prepare("query", "--table", "ready/event", "--desk", desk.folder)
    assert "row 1" in said
    assert "A side with a name that needs a line of its own, all of it" in said
    narrow = prepare("query", "SELECT event_id FROM event", "--desk", desk.folder)
    assert narrow.split() == ["event_id", "ucdp-ged:1"]
