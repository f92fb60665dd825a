"""Read a spreadsheet's cells as they stand: what somebody typed, and what the program made of it.

Formulas are not computed and their remembered values are not taken: a claim is what a person entered. A file is
refused before it is opened when it is too large or would unpack to too much, and while it is read when it holds too
many rows, columns or characters.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import openpyxl

from tocsin.collect.unpack import Caps, check_workbook
from tocsin.core.errors import TocsinError
from tocsin.review.spreadsheet.cells import BLANK, Cell, Sheet
from tocsin.review.spreadsheet.columns import BY_NAME

_CHUNK = 1 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]+)"')
_UNDATED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')  # words in quotes, locales and colours in a number format


class SpreadsheetError(TocsinError):
    """A file that cannot be read as a spreadsheet of claims."""


class Limits(msgspec.Struct, frozen=True):
    """How much of a spreadsheet is read."""

    max_bytes: int = 20_000_000
    max_rows: int = 20_000
    max_columns: int = 200
    max_characters: int = 10_000
    caps: Caps = Caps(max_bytes=300_000_000, max_members=1_000)


def read_spreadsheet(path: Path, *, sheet: str = "", limits: Limits | None = None) -> Sheet:
    """The sheet of claims in an .xlsx or .csv file.

    sheet: its name; without it, the one called `claims`, or the only one
    Raises SpreadsheetError, and InputError for a bomb or a damaged file.
    """
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SpreadsheetError(f"it cannot be read: {error.strerror}", where=str(path)) from error
    if size > limits.max_bytes:
        raise SpreadsheetError(
            f"it has {size:,} bytes; the limit is {limits.max_bytes:,}", where=path.name,
            remedy="Split it into several files",
        )  # fmt: skip
    if magic == b"PK\x03\x04":
        check_workbook(path, path.name, caps=limits.caps)
        return _read_xlsx(path, sheet, limits)
    if magic == b"\xd0\xcf\x11\xe0":
        raise SpreadsheetError(
            "it is an old Excel file, or one locked with a password", where=path.name,
            remedy="Save it as .xlsx without a password",
        )  # fmt: skip
    return _read_csv(path, limits)


def _read_xlsx(path: Path, wanted: str, limits: Limits) -> Sheet:
    broken: tuple[type[Exception], ...] = (Exception,)  # openpyxl lets KeyError, ParseError, zlib.error and more escape
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # missing default styles, odd dates: nothing that we read
            book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
            try:
                found = _choose(book, wanted, path.name)
                # Sizes that a sheet states of itself may lie; each row is as long as it is.
                found.reset_dimensions()
                rows = ((tuple(_cell(cell) for cell in row)) for row in found.iter_rows())
                header, body = _bounded(rows, f"{path.name}, {found.title}", limits)
                with found._get_source() as source:  # openpyxl reads no merged ranges while it streams
                    merged = _merged(source)
                return Sheet(found.title, header, body, merged)
            finally:
                book.close()
    except TocsinError:
        raise
    except broken as error:
        raise SpreadsheetError(
            f"the workbook cannot be read: {error}", where=path.name, remedy="Open it, and save it again as .xlsx"
        ) from error


def _choose(book: Any, wanted: str, where: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    name = wanted or ("claims" if "claims" in sheets else "")
    if name in sheets:
        return sheets[name]
    if not name and len(sheets) == 1:
        return next(iter(sheets.values()))
    problem = f"it has no sheet {wanted!r}" if wanted else f"it has {len(sheets)} sheets, and none is called claims"
    raise SpreadsheetError(
        problem, where=where, remedy=f"Name one with --sheet: {', '.join(sheets) or 'there is none'}"
    )


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return BLANK
    if isinstance(value, str):
        if cell.data_type == "f":
            return Cell(value, "formula")
        return Cell(value.strip(), "error" if cell.data_type == "e" else "text")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if isinstance(value, (int, float)):
        return Cell(_number(value), "number")
    if isinstance(value, (datetime.datetime, datetime.date)):
        shown = _UNDATED.sub("", str(cell.number_format)).lower()
        return Cell(value.strftime("%Y-%m-%d"), "date" if "d" in shown else "month")
    if isinstance(value, (datetime.time, datetime.timedelta)):
        return Cell(str(value), "date")
    return Cell(str(getattr(value, "text", value)), "formula")  # an array formula, a data table


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(value)


def _merged(source: IO[bytes]) -> tuple[str, ...]:
    """The merged ranges of a sheet's XML; they stand behind its cells, which are passed over unparsed."""
    kept, found = b"", bytearray()
    while chunk := source.read(_CHUNK):
        if found:
            found += chunk
        elif (at := (kept + chunk).find(b"sheetData>")) >= 0:
            found += (kept + chunk)[at:]
        kept = chunk[-16:]
    return tuple(match.decode() for match in _MERGED.findall(bytes(found)))


def _read_csv(path: Path, limits: Limits) -> Sheet:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpreadsheetError(
            "the text is not UTF-8", where=f"{path.name}:{line}", remedy="Save it as `CSV UTF-8`, or as .xlsx"
        ) from error
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=lambda mark: len(set(_names(first, mark)) & set(BY_NAME)))
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        rows = (tuple(_typed(cell) for cell in row) for row in read)
        header, body = _bounded(rows, path.name, limits)
    except csv.Error as error:
        raise SpreadsheetError(
            f"a row cannot be read: {error}", where=f"{path.name}:{read.line_num}",
            remedy="Put a text that holds a quotation mark into quotation marks, and double those inside",
        ) from error  # fmt: skip
    return Sheet(path.name, header, body)


def _typed(text: str) -> Cell:
    text = text.strip()
    return Cell(text, "formula" if text.startswith("=") else "text") if text else BLANK


def _names(line: str, separator: str) -> list[str]:
    return [name.strip().strip('"').lower() for name in line.split(separator)]


def _bounded(
    rows: Iterator[tuple[Cell, ...]], where: str, limits: Limits
) -> tuple[tuple[Cell, ...], tuple[tuple[int, tuple[Cell, ...]], ...]]:
    """The first row that says something, and those after it, within the limits."""
    header: tuple[Cell, ...] = ()
    body = []
    for number, row in enumerate(rows, start=1):
        if not any(cell.text for cell in row):
            continue
        if any(cell.text for cell in row[limits.max_columns :]):
            raise SpreadsheetError(f"row {number} has more than {limits.max_columns} columns", where=where)
        for cell in row:
            if len(cell.text) > limits.max_characters:
                raise SpreadsheetError(
                    f"a cell of row {number} has {len(cell.text):,} characters, not {limits.max_characters:,} at most",
                    where=where, remedy="A claim is one statement: shorten it",
                )  # fmt: skip
        if not header:
            if number > 1:
                raise SpreadsheetError("the first row is empty", where=where, remedy="Put the headings into row 1")
            header = row
        elif len(body) == limits.max_rows:
            raise SpreadsheetError(
                f"it has more than {limits.max_rows:,} rows", where=where, remedy="Split it into several files"
            )
        else:
            body.append((number, row[: limits.max_columns]))
    if not header:
        raise SpreadsheetError("it is empty", where=where, remedy="Start from: tocsin review import-template FILE.xlsx")
    return header[: limits.max_columns], tuple(body)
