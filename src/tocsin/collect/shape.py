"""Which table and layout a file is; and, when it is none, what exactly is different."""

from __future__ import annotations

import csv
import difflib
import io
import itertools
from pathlib import Path, PurePosixPath

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.collect.errors import InputError, LayoutError
from tocsin.collect.rows import first_row
from tocsin.collect.source import Format, Layout, Refusal, Source, Table
from tocsin.collect.unpack import check_workbook

_HEAD = 1 << 16
_MEND = "See what the publisher changed, then add a layout to source.toml and raise its revision"


class Shape(msgspec.Struct, frozen=True):
    """What a file looks like before anyone has read it: its format and its first row."""

    format: Format
    first: tuple[str, ...]
    second: tuple[str, ...] = ()
    head: str = ""


def find_layouts(source: Source, path: Path, name: str) -> list[tuple[Table, Layout]]:
    """Every (table, layout) that the file fits; usually one. Raises LayoutError that says what differs."""
    records = [pair for pair in _pairs(source) if pair[1].format == "records" and _looks_like(pair[1], path, name)]
    if records:
        return records
    seen: dict[tuple[Format, tuple[str, ...]], Shape] = {}
    fits = []
    formats = sniff(path, name)
    for table, layout in _pairs(source):
        if layout.format not in formats:
            continue
        if layout.member and not PurePosixPath(name).match(layout.member):
            continue
        shape = seen.setdefault((layout.format, layout.path), _shape(path, name, layout))
        if _fits(layout, shape):
            fits.append((table, layout))
    if not fits:
        _refuse(source, path, name, formats, list(seen.values()))
    return fits


def takes_packed(source: Source, name: str) -> bool:
    """Whether the source's own parse.py opens the file, packed or not: a records-layout names it so."""
    return any(
        layout.format == "records" and layout.member and PurePosixPath(name).match(layout.member)
        for _, layout in _pairs(source)
    )


def sniff(path: Path, name: str) -> tuple[Format, ...]:
    """The formats a file can be, by its first bytes and never by its name. Raises InputError for no data at
    all.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise InputError("the file is empty", where=name, remedy="Fetch it again")
    if head[:4] == b"PAR1":
        return ("parquet",)
    if head[:4] == b"PK\x03\x04":
        check_workbook(path, name)
        return ("xlsx",)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("the text is UTF-16, not UTF-8", where=name, remedy="Ask for UTF-8, or convert it first")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        problem = "a web page came instead of data"
        raise InputError(problem, where=name, remedy="Open the address in a browser to read what it says; try later")
    if start.startswith((b"{", b"[")):
        return ("geojson", "json")
    if b"\x00" in head:
        raise InputError("these bytes are no format that we read", where=name, remedy="Check the download")
    return ("csv", "tsv")


def _pairs(source: Source) -> list[tuple[Table, Layout]]:
    return [(table, layout) for table in source.tables for layout in table.layouts]


def _looks_like(layout: Layout, path: Path, name: str) -> bool:
    if layout.member and not PurePosixPath(name).match(layout.member):
        return False
    if not layout.begins:
        return bool(layout.member)
    with path.open("rb") as file:
        head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(layout.begins.encode())


def _shape(path: Path, name: str, layout: Layout) -> Shape:
    if layout.format in ("csv", "tsv"):
        first, second = _delimited_rows(path, name, layout)
    elif layout.format == "parquet":
        first, second = _parquet_columns(path, name), ()
    else:
        try:
            first, second = first_row(path, name, layout), ()
        except LayoutError:
            if layout.format == "xlsx":
                raise
            first, second = (), ()  # JSON of another build: another layout may fit it
    return Shape(layout.format, first, second)


def _delimited_rows(path: Path, name: str, layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    check_ending(path, name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
        try:
            text = head.decode("utf-8-sig") if len(head) < _HEAD else head[: head.rindex(b"\n")].decode("utf-8-sig")
        except (UnicodeDecodeError, ValueError) as error:
            raise InputError(
                f"the text is not UTF-8: {error}", where=name, remedy="Ask for UTF-8, or convert it first"
            ) from None
    rows = csv.reader(
        io.StringIO(text),
        delimiter="\t" if layout.format == "tsv" else ",",
        quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
    )
    try:
        first, second = itertools.islice(itertools.chain(rows, ([], [])), 2)
    except csv.Error as error:
        raise InputError(f"the first lines cannot be read: {error}", where=name, remedy="Check the file") from None
    return tuple(first), tuple(second)


def check_ending(path: Path, name: str) -> None:
    """A text file whose last line is not ended was cut short."""
    with path.open("rb") as file:
        file.seek(-1, io.SEEK_END)
        if file.read(1) not in b"\r\n":
            remedy = "Fetch it again; if it is whole, end its last line with a line break"
            raise InputError("its last line breaks off: the file was cut short", where=name, remedy=remedy)


def _parquet_columns(path: Path, name: str) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError) as error:
        problem = f"the Parquet file cannot be read: {str(error).splitlines()[0]}"
        raise InputError(problem, where=name, remedy="Fetch it again; it was cut short") from None


def _fits(layout: Layout, shape: Shape) -> bool:
    if layout.format != shape.format:
        return False
    if not layout.header_row:
        return len(shape.first) == len(layout.header)
    if layout.format in ("json", "geojson"):  # the order of an object's keys carries no meaning
        return sorted(shape.first) == sorted(layout.header)
    if layout.tag_row != _is_tag_row(shape.second):
        return False
    return shape.first == layout.header


def _is_tag_row(row: tuple[str, ...]) -> bool:
    return any(cell.startswith("#") for cell in row) and all(not cell or cell.startswith("#") for cell in row)


def _refuse(source: Source, path: Path, name: str, formats: tuple[Format, ...], shapes: list[Shape]) -> None:
    for refusal in source.refuse:
        if refusal.format in formats and any(len(s.first) in refusal.columns for s in _counted(path, name, refusal)):
            raise LayoutError(f"this is {refusal.name}: {refusal.why}", where=name, remedy=refusal.remedy)
    best: tuple[float, str] = (-1.0, "")
    for shape in shapes:
        for _, layout in _pairs(source):
            if layout.format == shape.format:
                score = difflib.SequenceMatcher(a=layout.header, b=shape.first, autojunk=False).ratio()
                best = max(best, (score, explain(layout, shape.first)), key=lambda pair: pair[0])
    if best[0] < 0:
        known = ", ".join(sorted({layout.format for _, layout in _pairs(source)}))
        problem = f"{source.name} is not read from {' or '.join(formats)}, only from {known}"
        raise LayoutError(problem, where=name, remedy="Check that this is the file you meant")
    if best[0] < 0.2:
        problem = f"it fits no table of {source.name}; {best[1]}"
        raise LayoutError(problem, where=name, remedy="Check that this is the file you meant")
    raise LayoutError(best[1], where=name, remedy=_MEND)


def _counted(path: Path, name: str, refusal: Refusal) -> list[Shape]:
    quoted = refusal.format == "csv"
    probe = Layout(name="probe", format=refusal.format, header=(), header_row=False, quoted=quoted)
    return [_shape(path, name, probe)]


def explain(layout: Layout, found: tuple[str, ...]) -> str:
    """One sentence: how a file's columns differ from a layout's."""
    if not layout.header_row:
        return f"it has {len(found)} columns, where {layout.name!r} has {len(layout.header)}"
    new = [c for c in found if c not in layout.header]
    gone = [c for c in layout.header if c not in found]
    said = []
    if new:
        said.append("new: " + _few(new))
    if gone:
        said.append("gone: " + _few(gone))
    if not new and not gone:
        pairs = zip(found, layout.header, strict=False)
        moved = next((f"{a!r} stands where {b!r} was" for a, b in pairs if a != b), "a column comes twice")
        said.append(f"the order changed: {moved}" if found != layout.header else "it has a row of tags, or lacks one")
    return f"its columns are not those of {layout.name!r} ({'; '.join(said)})"


def _few(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:4]))
    return shown if len(names) <= 4 else f"{shown} and {len(names) - 4} more"
