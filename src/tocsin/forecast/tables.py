"""Reading and writing the tables that forecasts are made from and of: CSV or Parquet, told by the name."""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from tocsin.core.errors import TocsinError


class TableError(TocsinError):
    """A file that is no table of ours, or cannot be read or written."""


def read_table(path: Path) -> pa.Table:
    """A table from .csv or .parquet. Raises TableError."""
    try:
        if path.suffix == ".parquet":
            return pyarrow.parquet.read_table(path)
        if path.suffix == ".csv":
            return pyarrow.csv.read_csv(path)
    except FileNotFoundError as error:
        raise TableError("there is no such file", where=str(path)) from error
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"it cannot be read as a table: {error}", where=str(path)) from error
    raise TableError("its name ends neither in .csv nor in .parquet", where=str(path))


def column_names(path: Path) -> list[str]:
    """The names of a table's columns. Raises TableError."""
    if path.suffix != ".csv":
        return list(read_table(path).column_names)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"it cannot be read as a table: {error}", where=str(path)) from error


def write_table(table: pa.Table, path: Path) -> None:
    """Write .csv or .parquet, whole or not at all. Raises TableError."""
    if path.suffix not in (".csv", ".parquet"):
        raise TableError("its name ends neither in .csv nor in .parquet", where=str(path))
    try:
        with _whole_file(path) as part:
            if path.suffix == ".parquet":
                pyarrow.parquet.write_table(table, part)
            else:
                pyarrow.csv.write_csv(table, part)
    except OSError as error:
        raise TableError(f"it cannot be written: {error}", where=str(path)) from error


@contextlib.contextmanager
def _whole_file(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
