"""One row for each key: rows that came twice are collapsed, rows that changed or vanished are synced."""
# ruff: noqa: S608 - every name and value that enters a query is quoted by relation.py

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from tocsin.collect.checks import rows_of
from tocsin.collect.relation import PARQUET, identifier, literal
from tocsin.collect.source import Table


def collapse(database: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> Mapping[str, object]:
    """Keep one row of those that share a key; give how many went, and for how many keys they differed.

    Only the keys are held in memory, and only those that come twice make the parts be written again.
    """
    key = ", ".join(map(identifier, table.key))
    rows = rows_of(folder)
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {key} FROM {rows} GROUP BY {key} HAVING count(*) > 1"
    )
    if not _one(database, "SELECT count(*) FROM twice"):
        return {"n_collapsed": 0, "n_keys_differing": 0}
    order = ", ".join(f"{identifier(name)} DESC NULLS LAST" for name in table.columns if name not in table.key)
    database.execute(f"CREATE OR REPLACE TEMP TABLE several AS SELECT * FROM {rows} SEMI JOIN twice USING ({key})")
    n_several = _one(database, "SELECT count(*) FROM several")
    n_keys = _one(database, "SELECT count(*) FROM twice")
    distinct = _one(database, "SELECT count(*) FROM (SELECT DISTINCT * FROM several)")
    differing = (
        _one(
            database,
            f"SELECT count(*) FROM (SELECT {key} FROM (SELECT DISTINCT * FROM several) "
            f"GROUP BY {key} HAVING count(*) > 1)",
        )
        if distinct > n_keys
        else 0
    )
    kept = folder / "kept.unfinished"
    _copy(database, f"SELECT DISTINCT ON ({key}) * FROM several ORDER BY {key}, {order}", kept)
    parts = sorted(folder.glob("part-*.parquet"))
    for part in parts:
        here = f"read_parquet({literal(str(part))})"
        if _one(database, f"SELECT count(*) FROM {here} SEMI JOIN twice USING ({key})"):
            rest = part.with_suffix(".unfinished")
            _copy(database, f"SELECT * FROM {here} ANTI JOIN twice USING ({key})", rest)
            rest.replace(part)
    kept.replace(folder / f"part-{int(parts[-1].stem.removeprefix('part-')) + 1:04}.parquet")
    database.execute("DROP TABLE several; DROP TABLE twice")
    return {"n_collapsed": n_several - n_keys, "n_keys_differing": differing}


def merge(
    database: duckdb.DuckDBPyConnection, table: Table, into: Path, before: Sequence[Path]
) -> Mapping[str, object]:
    """The last good table with what came now: the newest row of each key, without those that were deleted
    since.

    A deletion takes out rows that are not newer than it, when the deletions table carries the same `newest`
    column.
    """
    sync, folder = table.sync, into / table.name
    if sync is None:
        return {}
    key = ", ".join(map(identifier, table.key))
    newest = identifier(sync.newest)
    sources = [f"SELECT * FROM {rows_of(folder)}"]
    if before:
        paths = ", ".join(literal(str(path)) for path in before)
        sources.append(f"SELECT * FROM read_parquet([{paths}])")
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE merged AS SELECT DISTINCT ON ({key}) * FROM "
        f"({' UNION ALL '.join(sources)}) ORDER BY {key}, {newest} DESC NULLS LAST"
    )
    n_deleted = 0
    if sync.deletions and any((into / sync.deletions).glob("part-*.parquet")):
        gone = rows_of(into / sync.deletions)
        given = {row[0] for row in database.execute(f"DESCRIBE SELECT * FROM {gone}").fetchall()}
        later = f"AND gone.{newest} >= merged.{newest}" if sync.newest in given else ""
        same = " AND ".join(f"gone.{identifier(k)} = merged.{identifier(k)}" for k in table.key)
        n_before = _one(database, "SELECT count(*) FROM merged")
        database.execute(f"DELETE FROM merged WHERE EXISTS (SELECT 1 FROM {gone} AS gone WHERE {same} {later})")
        n_deleted = n_before - _one(database, "SELECT count(*) FROM merged")
    target = folder / "merged.unfinished"
    _copy(database, "SELECT * FROM merged", target)
    database.execute("DROP TABLE merged")
    for part in folder.glob("part-*.parquet"):
        part.unlink()
    target.replace(folder / "part-0000.parquet")
    return {"n_deleted": n_deleted}


def _one(database: duckdb.DuckDBPyConnection, query: str) -> int:
    return int((database.execute(query).fetchone() or (0,))[0])


def _copy(database: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    database.execute(f"COPY ({query}) TO {literal(str(target))} ({PARQUET})")
