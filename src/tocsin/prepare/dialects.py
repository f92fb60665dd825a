"""The same expressions as SQL of other engines, to look at or to run there; compiled, not run.

A warehouse needs the raw tables under the names that stand in the SQL (`raw_ucdp_ged_events_25_1`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.prepare.errors import MissingError, QueryError
from tocsin.prepare.lookups import Lookups
from tocsin.prepare.raw import find_raw
from tocsin.prepare.recipes import CLEAN, READY
from tocsin.prepare.store import Prepared

DIALECTS = ("duckdb", "databricks", "bigquery", "trino", "snowflake", "postgres")


class Compiler:
    """An engine that runs nothing: its tables are names with a shape."""

    name = "none"

    def __init__(self, names: dict[Path, str]) -> None:
        self._names = names

    def read(self, files: Sequence[Path]) -> ir.Table:
        """A table of that name and shape."""
        schema = ibis.Schema.from_pyarrow(pq.read_schema(files[0]))
        name = self._names.get(files[0]) or f"lookup_{re.sub(r'[^a-z0-9]+', '_', files[0].stem.lower()).strip('_')}"
        return ibis.table(schema, name=name)

    def write(self, expr: ir.Table, folder: Path) -> None:
        """Nothing is written."""
        raise NotImplementedError

    def fetch(self, expr: ir.Table) -> pa.Table:
        """Nothing is fetched."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


def compile_table(desk: Path, table: str, dialect: str, *, scratch: Path) -> str:
    """The SQL that makes a prepared table, in a dialect. Raises QueryError, MissingError.

    The shapes are those of the desk's own files, so its inputs must be there.
    """
    if dialect not in DIALECTS:
        raise QueryError(f"there is no dialect {dialect!r}", remedy=f"There are {', '.join(DIALECTS)}")
    expr = _expression(desk, table, scratch)
    module = import_module(f"ibis.backends.sql.compilers.{dialect}")
    compiled = module.compiler.to_sqlglot(expr)
    statement = compiled if not isinstance(compiled, list) else compiled[-1]
    return str(statement.sql(dialect=module.compiler.dialect, pretty=True))


def _expression(desk: Path, table: str, scratch: Path) -> ir.Table:
    store = Prepared(desk)
    for clean in CLEAN:
        if table == f"clean/{clean.name}" and (raw := find_raw(desk, clean.source, clean.raw_table)):
            names = {one.files[0]: _name(f"raw_{one.source}_{one.table}_{one.release}") for one in raw}
            engine = Compiler(names)
            return clean.build(engine, raw, Lookups(engine, scratch))
    for ready in READY:
        if table == f"ready/{ready.table.name}":
            current = store.current()
            files = {name: store.files(name) for name in ready.reads if name in current}
            found = {name: have for name in ready.raw if (have := find_raw(desk, *name.split("/")))}
            names = {parts[0]: _name(name) for name, parts in files.items()}
            names |= {
                one.files[0]: _name(f"raw_{one.source}_{one.table}_{one.release}")
                for have in found.values()
                for one in have
            }
            if not names:
                break
            engine = Compiler(names)
            tables = {name: engine.read(parts) for name, parts in files.items()}
            return ready.build(engine, tables, found, Lookups(engine, scratch))
    known = [f"clean/{one.name}" for one in CLEAN] + [f"ready/{one.table.name}" for one in READY]
    problem = f"there is nothing here to make {table!r} of"
    raise MissingError(problem, where=str(store.folder), remedy=f"Collect first; there are {', '.join(known)}")


def _name(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower())
