"""Rows as text out of what DuckDB does not read itself: XLSX, GeoJSON, JSON, and records from a parse.py.

Every reader yields tuples in the order of the layout's header; a value is text, bytes, or None. Casting to the
declared types is done afterwards, in one place, for all of them.
"""

from __future__ import annotations

import functools
import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.source import Layout

Value = str | bytes | None
Records = Callable[[Path, str, str], Iterator[Mapping[str, Value]]]

MAX_JSON_BYTES = 512 << 20
_MEND = "See what the publisher changed, then mend the source and raise its revision"


def first_row(path: Path, name: str, layout: Layout) -> tuple[str, ...]:
    """The names of the columns, as the file gives them."""
    if layout.format == "xlsx":
        with _sheet(path, name) as rows:
            return tuple("" if cell is None else str(cell) for cell in next(rows, ()))
    items = _features(path, name) if layout.format == "geojson" else _items(path, name, layout)
    return tuple(next(iter(items), {}))


def read_rows(path: Path, name: str, layout: Layout, records: Records | None) -> Iterator[tuple[Value, ...]]:
    """Every row of the file. Raises LayoutError for a row that has not exactly the layout's columns."""
    if layout.format == "xlsx":
        yield from _xlsx_rows(path, name, layout)
        return
    if layout.format == "geojson":
        found: Iterator[Mapping[str, Any]] = _features(path, name)
    elif layout.format == "json":
        found = iter(_items(path, name, layout))
    elif records:
        found = records(path, layout.name, name)
    else:
        problem = f"layout {layout.name!r} needs parse.py to export records(path, layout)"
        raise LayoutError(problem, where=name, remedy="Write it; see docs/how-to/add-a-source.md")
    wanted = set(layout.header)
    for number, record in enumerate(found, start=1):
        if record.keys() != wanted:
            new, gone = sorted(record.keys() - wanted), sorted(wanted - record.keys())
            problem = f"record {number} has not the fields of {layout.name!r} (new: {new}; gone: {gone})"
            raise LayoutError(problem, where=name, remedy=_MEND)
        yield tuple(as_text(record[column]) for column in layout.header)


def as_text(value: Any) -> Value:
    """A value as the text that a CSV would hold; bytes and None stay what they are."""
    if value is None or isinstance(value, (str, bytes)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


class _sheet:  # noqa: N801 - read as `with _sheet(path, name) as rows`
    """The rows of a workbook's only sheet; formulas come as the values they had when the file was saved."""

    def __init__(self, path: Path, name: str) -> None:
        self._file = path.open("rb")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # missing default styles, odd dates: nothing that we read
                self._book = openpyxl.load_workbook(self._file, read_only=True, data_only=True)
        except Exception as error:  # openpyxl lets KeyError, BadZipFile, ParseError and more escape
            self._file.close()
            problem = f"the workbook cannot be opened: {error}"
            raise InputError(problem, where=name, remedy="Fetch it again; it was cut short or is damaged") from None
        if len(self._book.worksheets) != 1:
            names = ", ".join(self._book.sheetnames)
            self.__exit__()
            remedy = "Save the sheet you mean as a file of its own"
            raise LayoutError(f"it has not one sheet, but {names or 'none'}", where=name, remedy=remedy)

    def __enter__(self) -> Iterator[tuple[Any, ...]]:
        rows: Iterator[tuple[Any, ...]] = self._book.worksheets[0].iter_rows(values_only=True)
        return rows

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._file.close()


def _xlsx_rows(path: Path, name: str, layout: Layout) -> Iterator[tuple[Value, ...]]:
    width = len(layout.header)
    with _sheet(path, name) as rows:
        try:
            next(rows)
            for number, row in enumerate(rows, start=2):
                if any(cell is not None for cell in row[width:]):
                    problem = f"row {number} is longer than the header"
                    raise LayoutError(problem, where=name, remedy=_MEND)  # noqa: TRY301 - passed on just below
                if any(cell is not None for cell in row):
                    yield tuple(as_text(cell) for cell in (*row, *(None,) * (width - len(row))))[:width]
        except (LayoutError, GeneratorExit):
            raise
        except Exception as error:  # a damaged sheet surfaces here as ParseError, EOFError, zlib.error ...
            problem = f"the sheet cannot be read: {error}"
            raise InputError(problem, where=name, remedy="Fetch it again; it was cut short or is damaged") from None


def _document(path: Path, name: str) -> Any:
    """The file read as JSON. It is looked at several times before its rows are read, so the last is kept."""
    stat = path.stat()
    return _decoded(path, name, (stat.st_size, stat.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _decoded(path: Path, name: str, stamp: tuple[int, int]) -> Any:
    if path.stat().st_size > MAX_JSON_BYTES:
        problem = f"the JSON is larger than {MAX_JSON_BYTES >> 20} MB"
        raise InputError(problem, where=name, remedy="Ask for it in pages, or as CSV")
    try:
        return msgspec.json.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"it is not valid JSON: {error}"
        raise InputError(problem, where=name, remedy="Fetch it again; it was cut short or is damaged") from None


def _items(path: Path, name: str, layout: Layout) -> list[Mapping[str, Any]]:
    found = _document(path, name)
    for key in layout.path:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        problem = f"there is no list of records under {'.'.join(layout.path) or 'the top'}"
        raise LayoutError(problem, where=name, remedy=_MEND)
    return found


def _features(path: Path, name: str) -> Iterator[Mapping[str, Any]]:
    """A point feature's properties with `longitude` and `latitude` beside them."""
    document = _document(path, name)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise LayoutError("it is not a GeoJSON FeatureCollection", where=name, remedy=_MEND)
    for number, feature in enumerate(features, start=1):
        try:
            geometry = feature["geometry"]
            longitude, latitude = geometry["coordinates"] if geometry else (None, None)
            if geometry and geometry["type"] != "Point":
                raise ValueError(geometry["type"])  # noqa: TRY301 - one message for all that is wrong with it
            yield {**feature["properties"], "longitude": longitude, "latitude": latitude}
        except (KeyError, TypeError, ValueError) as error:
            problem = f"feature {number} is not a point with properties: {error!r}"
            raise LayoutError(problem, where=name, remedy=_MEND) from None
