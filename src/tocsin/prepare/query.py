"""One bounded reading of the prepared tables by SQL: no file, no address, no change, whatever the SQL says.

The tables are views in a database of memory, in the schemas `clean` and `ready`; `country_month` alone means
`ready.country_month`. Then the database is shut off: it may open the files of those views and nothing else, it takes no
extension and no setting, and it sees no variable of this process. Only one SELECT is taken, so nothing is written.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from tocsin.collect.relation import identifier, literal
from tocsin.prepare.countries import code_years
from tocsin.prepare.engine import DuckDB, EngineSettings
from tocsin.prepare.errors import MissingError, QueryError
from tocsin.prepare.events import gdelt_events
from tocsin.prepare.raw import find_raw
from tocsin.prepare.store import Prepared

MAX_ROWS = 1_000
MAX_SECONDS = 120.0
_REMEDY = 'Write one SELECT; `tocsin prepare query "SHOW ALL TABLES"` names the tables'


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a query gave. is_cut: there were more rows than it was to give."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool


def query(
    desk: Path,
    sql: str,
    *,
    settings: EngineSettings = EngineSettings(),  # noqa: B008 - frozen
    max_rows: int = MAX_ROWS,
    max_seconds: float = MAX_SECONDS,
) -> Result:
    """The first rows of one SELECT over the desk's prepared tables, read by DuckDB whatever the desk's engine is.

    Raises QueryError when it is no SELECT, or fails, or takes too long; MissingError when nothing is prepared.
    """
    _check_select(sql)
    engine = DuckDB(settings, spill=None)
    try:
        database = engine.backend.con
        _shut(database, _bind(engine, desk))
        rows = _run(database, sql, max_rows + 1, max_seconds)
        columns = tuple(column[0] for column in database.description or ())
    finally:
        engine.close()
    return Result(columns=columns, rows=tuple(rows[:max_rows]), is_cut=len(rows) > max_rows)


def select_all(desk: Path, table: str) -> str:
    """The SQL that reads a whole table, named as `ready/country_month`. Raises MissingError when there is none."""
    if table != "clean/gdelt":
        Prepared(desk).folder_of(table)
    layer, _, name = table.partition("/")
    return f"SELECT * FROM {layer}.{_word(name)}"  # noqa: S608 - quoted


def _word(name: str) -> str:
    return identifier(name.replace("-", "_"))


def _check_select(sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise _failed(error, sql) from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryError("it is not one SELECT", where=sql.strip()[:200], remedy=_REMEDY)


def _bind(engine: DuckDB, desk: Path) -> list[Path]:
    """Make a view of every prepared table, and of GDELT's records in the event model; the files they read."""
    store = Prepared(desk)
    database = engine.backend.con
    database.execute("CREATE SCHEMA clean; CREATE SCHEMA ready")
    bound: list[Path] = []
    for name in store.current():
        layer, _, table = name.partition("/")
        files = store.files(name)
        rows = f"read_parquet([{', '.join(literal(str(file)) for file in files)}])"
        database.execute(f"CREATE VIEW {layer}.{_word(table)} AS SELECT * FROM {rows}")  # noqa: S608 - quoted
        bound += files
    if raw := find_raw(desk, "gdelt", "events"):
        files = [file for one in raw for file in one.files]
        codes = code_years(("fips",))
        database.register("codes_of_process", codes)
        database.execute("CREATE TABLE clean.fips_codes AS SELECT * FROM codes_of_process")
        database.unregister("codes_of_process")
        records = gdelt_events(engine.read(files), engine.backend.table("fips_codes", database="clean"))
        engine.backend.create_view("gdelt", records, database="clean")
        bound += files
    if not bound:
        where = str(store.folder)
        raise MissingError("nothing is prepared yet", where=where, remedy="`tocsin prepare run` makes the tables")
    database.execute("SET search_path = 'ready,main'")
    return bound


def _shut(database: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> None:
    """From here on nothing but these files can be opened, and no setting can be changed back."""
    database.execute(f"SET allowed_paths = [{', '.join(literal(str(file)) for file in files)}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")


def _run(database: duckdb.DuckDBPyConnection, sql: str, max_rows: int, max_seconds: float) -> list[tuple[Any, ...]]:
    timer = threading.Timer(max_seconds, database.interrupt)
    timer.start()
    try:
        return database.execute(sql).fetchmany(max_rows)
    except duckdb.InterruptException:
        remedy = "Ask for less, or read the Parquet files with another tool"
        raise QueryError(f"it did not end within {max_seconds:g} s", where=sql[:200], remedy=remedy) from None
    except duckdb.Error as error:
        raise _failed(error, sql) from None
    finally:
        timer.cancel()


def _failed(error: duckdb.Error, sql: str) -> QueryError:
    return QueryError(str(error).strip().splitlines()[0], where=sql.strip()[:200], remedy=_REMEDY)
