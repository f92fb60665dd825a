"""Tables that the desk makes itself out of those it read: identifiers, sums.

Where a publisher's licence lets a desk keep no more than that, the rows themselves are read and checked, the
sums are made, and the rows are gone before the run is published.
"""
# ruff: noqa: S608 - the SQL is the source's own declaration; every name and path in it is quoted by relation.py

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from tocsin.collect.checks import check_table, rows_of
from tocsin.collect.emitted import Made
from tocsin.collect.relation import PARQUET, identifier, literal
from tocsin.collect.source import Source, Table


def is_kept(table: Table, settings: Mapping[str, str]) -> bool:
    """Whether the operator's settings let the table's rows stay."""
    return all(settings.get(name) == value for name, value in table.only_if.items())


def derive(database: duckdb.DuckDBPyConnection, source: Source, into: Path, made: Sequence[Made]) -> list[Made]:
    """Write and check every table that is declared with `derive`, out of those that came."""
    came = {one.name for one in made}
    for name in came:
        database.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(name)} AS SELECT * FROM {rows_of(into / name)}")
    done = []
    for table in source.tables:
        if not table.derive or not set(table.derived_from) <= came:
            continue
        columns = ", ".join(
            f"CAST({identifier(name)} AS {column.type}) AS {identifier(name)}" for name, column in table.columns.items()
        )
        part = into / table.name / "part-0000.parquet"
        part.parent.mkdir(exist_ok=True)
        unfinished = part.with_suffix(".unfinished")
        query = f"SELECT {columns} FROM ({table.derive})"
        database.execute(f"COPY ({query}) TO {literal(str(unfinished))} ({PARQUET})")
        unfinished.rename(part)
        n_rows, _ = check_table(database, table, into / table.name)
        done.append(Made(name=table.name, n_rows=n_rows, account={"derived_from": list(table.derived_from)}))
    return done


def drop(
    source: Source, into: Path, made: Sequence[Made], settings: Mapping[str, str]
) -> tuple[tuple[Made, ...], tuple[str, ...]]:
    """What stays, and a sentence for each table whose rows do not."""
    kept, notes = [], []
    for one in made:
        table = source.table(one.name)
        if is_kept(table, settings):
            kept.append(one)
            continue
        shutil.rmtree(into / one.name)
        wanted = ", ".join(f"{name} = {value}" for name, value in table.only_if.items())
        notes.append(f"{one.name}: {one.n_rows:,} rows were read and checked, and are not kept without {wanted}")
    return tuple(kept), tuple(notes)
