"""`tocsin prepare`: collected tables into checked ones."""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, err, out, reporting, say_cells, say_json
from tocsin.collect.export import spreadsheet_safe
from tocsin.prepare.errors import EngineError
from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:  # ibis takes a second to import: only the commands that need it do
    from tocsin.prepare.engine import EngineSettings

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Prepare what was collected: raw tables into clean and ready ones, checked, or nothing changes.",
)


@app.command("run")
def run_(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Take only these anew. [all that were collected]")
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Make the clean and ready tables of what was collected; each is checked first, and appears whole or not at all.

    Tables whose inputs have not changed are left as they are. A table that breaks what is expected of it is refused
    with its rows named, and its last good version stays; the others are made all the same. The engine is DuckDB, or
    what `[prepare] engine` in desk.toml names.

    Example: `tocsin prepare run ucdp-ged`

    Exit codes: 0 made or unchanged; 1 a table was refused, or there is nothing to prepare; 2 wrong options.
    """
    from tocsin.prepare.run import run

    home = find_desk(desk)
    with reporting() as report:
        made = run(home.folder, at=parse_at(at), sources=sources or (), settings=_settings(home), progress=report)
    if as_json:
        say_json([msgspec.to_builtins(one) for one in made])
        return
    for one in made:
        out.print(f"{one.table}: {one.status}, {one.problem or f'{one.n_rows:,} rows'}", markup=False)
        for rule, n_rows in one.broken.items():
            out.print(f"  {n_rows:,} rows break, within what is allowed: {rule}", markup=False)
    out.print([one.folder for one in made if one.folder][-1], markup=False)


def _settings(desk: DeskFolder) -> EngineSettings:
    from tocsin.prepare.engine import EngineSettings

    try:
        return msgspec.convert(desk.section("prepare"), EngineSettings)
    except msgspec.ValidationError as error:
        where = f"{desk.folder / 'desk.toml'} [prepare]"
        raise EngineError(f"the settings cannot be used: {error}", where=where, remedy="Mend them") from None


@app.command()
def check(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """Ask again of every prepared table what was asked when it was made, and whether its bytes are still the same.

    Example: `tocsin prepare check`

    Exit codes: 0 all is well; 1 nothing is prepared yet; 2 wrong options; 3 a table does not hold.
    """
    from tocsin.prepare.checking import check as check_tables

    home = find_desk(desk)
    with tempfile.TemporaryDirectory(prefix="tocsin-") as scratch:
        found = list(check_tables(home.folder, scratch=Path(scratch) / "check", settings=_settings(home)))
    if as_json:
        say_json([msgspec.to_builtins(one) for one in found])
    else:
        for one in found:
            out.print(f"{one.table}: {one.problem or f'{one.n_rows:,} rows, all is well'}", markup=False)
    if any(one.problem for one in found):
        raise typer.Exit(3)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="[SQL]", help="One SELECT over the tables.")] = "",
    table: Annotated[str, typer.Option(help="Show this table instead of writing SQL, as ready/country_month.")] = "",
    rows: Annotated[int, typer.Option(help="How many rows at most.", min=1, max=1_000_000)] = 1_000,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, safe to open in a spreadsheet.")] = False,
    show_sql: Annotated[
        str, typer.Option("--show-sql", metavar="DIALECT", help="Print the SQL that makes --table, for another engine.")
    ] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """Read the prepared tables by SQL: only them, only reading, with DuckDB and a bounded number of rows.

    The tables are `ready.country_month` (or `country_month`), `clean.ucdp_ged` and so on; `SHOW ALL TABLES` lists them.
    The SQL can open no file and no address. With `--show-sql bigquery` and `--table` nothing is read: the SQL that
    makes the table is printed, for bigquery, databricks, trino, snowflake, postgres or duckdb.

    Example: `tocsin prepare query "SELECT month, fatalities_best FROM country_month WHERE country_iso3 = 'AZE'"`

    Exit codes: 0 shown; 1 the SQL is no SELECT, or fails, or there is no such table; 2 wrong options.
    """
    from tocsin.prepare.dialects import compile_table
    from tocsin.prepare.query import query as run_query
    from tocsin.prepare.query import select_all

    home = find_desk(desk)
    if bool(sql) == bool(table):
        raise typer.BadParameter("give either SQL or --table", param_hint="SQL")
    if show_sql:
        if not table:
            raise typer.BadParameter("name the --table whose SQL is to be shown", param_hint="--show-sql")
        with tempfile.TemporaryDirectory(prefix="tocsin-") as scratch:
            sys.stdout.write(compile_table(home.folder, table, show_sql, scratch=Path(scratch)) + "\n")
        return
    found = run_query(home.folder, sql or select_all(home.folder, table), settings=_settings(home), max_rows=rows)
    if as_json:
        say_json([dict(zip(found.columns, row, strict=True)) for row in found.rows])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(found.columns)
        writer.writerows([spreadsheet_safe(cell) for cell in row] for row in found.rows)
    else:
        say_cells(found.columns, found.rows)
    if found.is_cut:
        err.print(f"There are more than {rows:,} rows; --rows shows more of them", markup=False)
