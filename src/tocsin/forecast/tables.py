"""Reading and writing the tables that forecasts are made from and of: CSV or Parquet, told by the name."""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from tocsin.core.errors import TocsinError


class TableError(TocsinError):
    """A file that is no table of ours, or cannot be read or written."""


def read_table(path: Path) -> pa.Table:
    """A table from .csv or .parquet. Raises TableError, also when two columns have one name."""
    check_name(path)
    try:
        table = _with_counted(pyarrow.parquet.read_table(path)) if path.suffix == ".parquet" else _read_csv(path)
    except FileNotFoundError as error:
        raise TableError("there is no such file", where=str(path)) from error
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"it cannot be read as a table: {error}", where=str(path)) from error
    twice = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if twice:
        raise TableError(f"it has two columns {twice[0]}", where=str(path), remedy="Keep one of them")
    return table


def check_name(path: Path) -> None:
    """Raise TableError for a name that is neither of a CSV file nor of a Parquet file."""
    if path.suffix not in (".csv", ".parquet"):
        raise TableError(
            "its name ends neither in .csv nor in .parquet", where=str(path), remedy="Call it .csv or .parquet"
        )


def check_writable(path: Path) -> None:
    """Raise TableError when a table cannot be written there: asked before hours of work, not after them."""
    check_name(path)
    if not path.parent.is_dir():
        raise TableError("its folder does not exist", where=str(path), remedy="Make the folder first")


def numbers(table: pa.Table, name: str, *, where: Path) -> npt.NDArray[np.float64]:
    """A column as numbers, NaN where a cell is empty; whole numbers and fractions alike, True as 1.

    Raises TableError, which names the column and the first row, when there is text or an infinite number in it.
    """
    column = table[name]
    if not (pa.types.is_null(column.type) or is_numeric(column.type)):
        first = next((row for row, cell in enumerate(column) if cell.is_valid and not _is_number(cell)), 0)
        raise TableError(
            f"column {name} is no column of numbers: row {first + 1} has {column[first].as_py()!r}",
            where=str(where),
            remedy="Write numbers with a point, and leave a cell empty where nothing is known",
        )
    values = np.array(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    if np.isinf(values).any():
        raise TableError(
            f"column {name} has an infinite number in row {int(np.argmax(np.isinf(values))) + 1}",
            where=str(where),
            remedy="Leave the cell empty where nothing is known",
        )
    return values


def whole_numbers(table: pa.Table, name: str, *, where: Path) -> npt.NDArray[np.int64]:
    """A column without a gap or a fraction; 2019.0 is 2019. Raises TableError."""
    values = numbers(table, name, where=where)
    bad = np.isnan(values) | (values != np.rint(values))
    if bad.any():
        row = int(np.argmax(bad))
        has = "is empty" if np.isnan(values[row]) else f"has {values[row]:g}"
        raise TableError(
            f"column {name} {has} in row {row + 1}", where=str(where), remedy="Give a whole number in every row"
        )
    return values.astype(np.int64)


def is_numeric(kind: pa.DataType) -> bool:
    """Whether a column of this type holds numbers."""
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )


def _is_number(cell: pa.Scalar) -> bool:
    try:
        float(cell.as_py())
    except (TypeError, ValueError):
        return False
    return True


def _counted(schema: pa.Schema) -> list[dict[str, Any]]:
    """Columns that pandas has not written but described: an index that counts 121, 122, ... by name, start and stop."""
    described = (schema.pandas_metadata or {}).get("index_columns", [])
    return [
        each
        for each in described
        if isinstance(each, dict) and each.get("kind") == "range" and each["name"] and each["name"] not in schema.names
    ]


def _with_counted(table: pa.Table) -> pa.Table:
    for each in _counted(table.schema):
        values = np.arange(each["start"], each["stop"], each["step"], dtype=np.int64)
        table = table.add_column(0, each["name"], pa.array(values))
    return table


def _read_csv(path: Path) -> pa.Table:
    """Read in one piece: what kind of numbers a column holds is told by all its rows, not by the first of them.

    A column that is empty, or whole, for its first million bytes would otherwise refuse what comes after.
    """
    whole = pyarrow.csv.ReadOptions(block_size=min(path.stat().st_size + 1, 2**31 - 1))
    return pyarrow.csv.read_csv(path, read_options=whole)


def column_names(path: Path) -> list[str]:
    """The names of a table's columns. Raises TableError."""
    check_name(path)
    try:
        if path.suffix == ".parquet":
            schema = pyarrow.parquet.read_schema(path)
            return [*(each["name"] for each in _counted(schema)), *schema.names]
        with path.open(encoding="utf-8-sig", newline="") as file:  # Excel puts a mark of its own before the first name
            return next(csv.reader(file), [])
    except (OSError, pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"it cannot be read as a table: {error}", where=str(path)) from error


def write_table(table: pa.Table, path: Path) -> None:
    """Write .csv or .parquet, whole or not at all. Raises TableError."""
    check_name(path)
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
