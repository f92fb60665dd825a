"""Where the expressions run: DuckDB in this process, or Spark, by one setting of the desk.

    [prepare]
    engine = "duckdb"                     the default; or "spark" for a session of this machine, or the address of a
                                          Spark Connect server, as "sc://host:15002"
    memory = "2GB"                        what DuckDB may hold before it uses the disk
    threads = 0                           0 for all

Spark writes its own files: a server elsewhere must see the desk's folder under the same path.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.prepare.errors import EngineError

PART = "part-0000.parquet"


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[prepare]` of desk.toml."""

    engine: str = "duckdb"
    memory: str = "2GB"
    threads: int = 0


class Engine(Protocol):
    """What a run asks of an engine; the contract suite runs on each."""

    name: str

    def read(self, files: Sequence[Path]) -> ir.Table:
        """The rows of Parquet files of one shape."""

    def write(self, expr: ir.Table, folder: Path) -> None:
        """The rows of an expression as `part-0000.parquet` in a new folder."""

    def fetch(self, expr: ir.Table) -> pa.Table:
        """A small result."""


class DuckDB:
    """In this process, with bounded memory; what does not fit goes to the folder `spill`, or fails without one."""

    name = "duckdb"

    def __init__(self, settings: EngineSettings, *, spill: Path | None) -> None:
        config: dict[str, Any] = {
            "memory_limit": settings.memory,
            "temp_directory": str(spill) if spill else "",
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if settings.threads:
            config["threads"] = settings.threads
        try:
            self.backend = ibis.duckdb.connect(**config)
        except duckdb.Error as error:
            raise _unusable(error) from None
        self.backend.raw_sql("SET TimeZone = 'UTC'")

    def read(self, files: Sequence[Path]) -> ir.Table:
        return self.backend.read_parquet([str(file) for file in files])

    def write(self, expr: ir.Table, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.backend.to_parquet(expr, folder / PART, compression="zstd")

    def fetch(self, expr: ir.Table) -> pa.Table:
        return self.backend.to_pyarrow(expr)

    def close(self) -> None:
        self.backend.disconnect()


class Spark:
    """A Spark session of this machine, or one that a Spark Connect server holds."""

    name = "spark"

    def __init__(self, settings: EngineSettings) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            remedy = 'Install the extra `spark`, or take engine = "duckdb"'
            raise EngineError("Spark is not installed", where="[prepare] engine", remedy=remedy) from None
        builder = SparkSession.builder
        if settings.engine.startswith("sc://"):
            builder = builder.remote(settings.engine)
        else:
            builder = builder.master(f"local[{settings.threads or '*'}]").config("spark.ui.enabled", "false")
            builder = builder.config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "8")
        builder = builder.config("spark.sql.timestampType", "TIMESTAMP_NTZ")  # instants are UTC, as everywhere here
        try:
            self.session = builder.getOrCreate()
            self.backend = ibis.pyspark.connect(self.session)
        except Exception as error:  # its errors share no class
            raise _unusable(error) from error

    def read(self, files: Sequence[Path]) -> ir.Table:
        name = ibis.util.gen_name("prepared")
        self.session.read.parquet(*[str(file) for file in files]).createOrReplaceTempView(name)
        return self.backend.table(name)

    def write(self, expr: ir.Table, folder: Path) -> None:
        parts = folder.with_name(f"{folder.name}.spark")
        rows = self.session.sql(self.backend.compile(expr)).coalesce(1)
        rows.write.mode("overwrite").option("compression", "zstd").parquet(str(parts))
        (part,) = parts.glob("part-*.parquet")
        folder.mkdir(parents=True)
        part.rename(folder / PART)
        shutil.rmtree(parts)

    def fetch(self, expr: ir.Table) -> pa.Table:
        rows = self.session.sql(self.backend.compile(expr)).collect()  # not through pandas, whose types differ
        return pa.Table.from_pylist([row.asDict() for row in rows])

    def close(self) -> None:
        self.session.stop()


@contextlib.contextmanager
def connected(settings: EngineSettings, scratch: Path) -> Iterator[Engine]:
    """The engine that the desk's settings name. Raises EngineError when it cannot be used."""
    if settings.engine != "duckdb" and settings.engine != "spark" and not settings.engine.startswith("sc://"):
        problem = f"there is no engine {settings.engine!r}"
        raise EngineError(problem, where="[prepare] engine", remedy='Write "duckdb", "spark" or "sc://host:15002"')
    engine = DuckDB(settings, spill=scratch / "spill") if settings.engine == "duckdb" else Spark(settings)
    try:
        yield engine
    except duckdb.OutOfMemoryException as error:
        problem = f"it needs more memory than it may use: {str(error).splitlines()[0]}"
        raise EngineError(problem, where="[prepare] memory", remedy="Raise it in desk.toml") from None
    finally:
        engine.close()


def lookup(engine: Engine, table: pa.Table, file: Path) -> ir.Table:
    """A small table of ours, as the engine sees it: through a Parquet file, which every engine reads."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, file)
    return engine.read([file])


def _unusable(error: Exception) -> EngineError:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return EngineError(f"the engine cannot be used: {said}", where="[prepare] of desk.toml", remedy="Mend the settings")
