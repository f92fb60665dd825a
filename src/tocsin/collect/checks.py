"""What a source declares about its rows, asked of the Parquet that was written, in one pass over each
column.
"""
# ruff: noqa: S608 - every name and value that enters a query is quoted by relation.py

from __future__ import annotations

from pathlib import Path

import duckdb

from tocsin.collect.errors import ExpectationError
from tocsin.collect.relation import identifier, literal
from tocsin.collect.source import Expectation, Table

_LOOK = "Look at those rows; mend the source if the publisher's rule changed, else tell the publisher"


def rows_of(folder: Path) -> str:
    """SQL for every row of a table's folder."""
    return f"read_parquet({literal(str(folder / 'part-*.parquet'))})"


def expectations_of(table: Table) -> list[Expectation]:
    """Those that the columns declare, then those written as SQL."""
    found = []
    for name, column in table.columns.items():
        quoted = identifier(name)
        if column.required:
            found.append(Expectation(name=f"{name} is never empty", sql=f"{quoted} IS NOT NULL"))
        if column.type == "DOUBLE":
            found.append(Expectation(name=f"{name} is a finite number", sql=f"isfinite({quoted})"))
        if column.one_of:
            values = ", ".join(literal(v) if isinstance(v, str) else str(v) for v in column.one_of)
            known = ", ".join(map(str, column.one_of))
            found.append(Expectation(name=f"{name} is one of {known}", sql=f"{quoted} IN ({values})"))
        if column.between:
            low, high = (literal(v) if isinstance(v, str) else str(v) for v in column.between)
            said = f"{name} is between {column.between[0]} and {column.between[1]}"
            found.append(Expectation(name=said, sql=f"{quoted} BETWEEN {low} AND {high}"))
    return [*found, *table.expect]


def check_table(database: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> tuple[int, dict[str, int]]:
    """The number of rows, and of those that break what some may break. Raises ExpectationError for the first
    declaration that does not hold.

    A comparison with an empty value is unknown, and what is unknown breaks no expectation: `required` is
    for that.
    """
    rows = rows_of(folder)
    declared = expectations_of(table)
    failing = [f"count(*) FILTER (WHERE NOT coalesce(({one.sql}), true))" for one in declared]
    counts = database.execute(f"SELECT {', '.join(['count(*)', *failing])} FROM {rows}").fetchone() or (0,)
    n_rows = int(counts[0])
    low, high = table.rows
    if not low <= n_rows <= high:
        problem = f"{n_rows:,} rows came, where between {low:,} and {high:,} are expected"
        raise ExpectationError(
            problem,
            where=f"table {table.name}",
            remedy="Check that the file is whole; if so, change `rows` in source.toml and raise its revision",
        )
    broken = {}
    for one, n_failing in zip(declared, counts[1:], strict=True):
        if one.allow_share and n_failing:
            broken[one.name] = int(n_failing)
        if n_failing > one.allow_share * n_rows:
            _fail(database, table, rows, one, n_failing)
    if (table.key and table.duplicates == "refuse") or table.sync:
        _check_key(database, table, rows)
    return n_rows, broken


def _fail(database: duckdb.DuckDBPyConnection, table: Table, rows: str, one: Expectation, n_failing: int) -> None:
    shown = [identifier(name) for name in table.key or list(table.columns)[:3]]
    shown += [identifier(name) for name in table.columns if name in one.sql and identifier(name) not in shown]
    query = f"SELECT {', '.join(shown)} FROM {rows} WHERE NOT coalesce(({one.sql}), true) LIMIT 1"
    example = database.execute(query).fetchone() or ()
    row = ", ".join(f"{n.strip(chr(34))}={v}" for n, v in zip(shown, example, strict=False))
    allowed = f" (a share of {one.allow_share:g} is allowed)" if one.allow_share else ""
    problem = f"it does not hold that {one.name}: {n_failing:,} rows{allowed}, the first with {row}"
    raise ExpectationError(problem, where=f"table {table.name}", remedy=_LOOK)


def _check_key(database: duckdb.DuckDBPyConnection, table: Table, rows: str) -> None:
    key = ", ".join(map(identifier, table.key))
    query = f"SELECT {key}, count(*) AS n FROM {rows} GROUP BY {key} HAVING n > 1 ORDER BY n DESC LIMIT 1"
    twice = database.execute(query).fetchone()
    if twice:
        said = ", ".join(f"{name}={value}" for name, value in zip(table.key, twice[:-1], strict=True))
        problem = f"the key comes {twice[-1]} times: {said}"
        raise ExpectationError(problem, where=f"table {table.name}", remedy=_LOOK)
