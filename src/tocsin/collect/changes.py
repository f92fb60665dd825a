"""What is different from the last good table, in one line."""
# ruff: noqa: S608 - every name and value that enters a query is quoted by relation.py

from __future__ import annotations

from pathlib import Path

import duckdb

from tocsin.collect.checks import rows_of
from tocsin.collect.emitted import Emitted
from tocsin.collect.relation import identifier, literal
from tocsin.collect.source import Source, Table
from tocsin.collect.store import Store

COMPARED_ROWS = 2_000_000


def describe_changes(source: Source, emitted: Emitted, work: Path, store: Store) -> str:
    """For example: "events: 1,298 rows (12 new, 3 changed, 1 gone since 26.0.1)"."""
    declared = {table.name: table for table in source.tables}
    said = []
    for made in emitted.tables:
        place = store.current().latest.get(made.name)
        line = f"{made.name}: {made.n_rows:,} rows"
        if place:
            table = declared.get(made.name)
            before = store.last_good(made.name)
            same = made.n_rows + place.n_rows <= COMPARED_ROWS
            if table and table.key and before and same:
                line += f" ({_compared(table, work / made.name, before, place.version)})"
            else:
                line += f" ({made.n_rows - place.n_rows:+,} since {place.version})"
        said.append(line)
    return "; ".join(said)


def _compared(table: Table, now: Path, before: list[Path], version: str) -> str:
    key = ", ".join(map(identifier, table.key))
    old = f"read_parquet([{', '.join(literal(str(path)) for path in before)}])"
    new = rows_of(now)
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        names = {row[0] for row in database.execute(f"DESCRIBE SELECT * FROM {old}").fetchall()}
        if names != set(table.columns):
            return f"its columns changed since {version}"
        columns = ", ".join(map(identifier, table.columns))
        side = f"SELECT {key}, hash({columns}) AS digest FROM"
        row = database.execute(
            f"SELECT count(*) FILTER (WHERE o.digest IS NULL), count(*) FILTER (WHERE o.digest <> n.digest), "
            "count(*) FILTER (WHERE n.digest IS NULL), count(*) FILTER (WHERE (n.digest = o.digest) IS NOT NULL) "
            f"FROM ({side} {new}) n FULL JOIN ({side} {old}) o USING ({key})"
        ).fetchone()
    added, changed, gone, common = row or (0, 0, 0, 0)
    if not (added or changed or gone):
        return f"no row differs since {version}"
    if not common:
        return f"no row in common with {version}"
    return f"{added:,} new, {changed:,} changed, {gone:,} gone since {version}"
