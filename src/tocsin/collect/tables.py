"""Emit tables: every input to its layout, every layout through DuckDB into Parquet, then the checks.

Memory stays flat whatever the size: delimited text is streamed by DuckDB under a memory limit, everything
else comes in batches of rows; inputs are taken in groups of about `GROUP_BYTES`, each of which ends as one
part. A part appears by a rename, so a run that was killed takes up those that are whole.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.collect.checks import check_table
from tocsin.collect.derive import derive, drop, is_kept
from tocsin.collect.duplicates import collapse, merge
from tocsin.collect.emitted import Emitted, Input, Made, Progress
from tocsin.collect.errors import InputError, LayoutError, StoreError
from tocsin.collect.relation import PARQUET, STOPPED, delimited, literal, select
from tocsin.collect.rows import Records, Value, read_rows
from tocsin.collect.shape import find_layouts, takes_packed
from tocsin.collect.source import Layout, Source, Table
from tocsin.collect.unpack import CAPS, Caps, unpack

GROUP_BYTES = 2 << 30
BATCH_ROWS = 20_000
NO_SETTINGS: Mapping[str, str] = {}
ORDERED_BYTES = 256 << 20
_MEND = "See what the publisher changed, then mend the source and raise its revision"


class Engine(msgspec.Struct, frozen=True):
    """How much of the machine a run may use."""

    memory: str = "1GB"
    threads: int = 0


ENGINE = Engine()


class Piece(msgspec.Struct, frozen=True):
    """One unpacked file with the layout it is read by."""

    table: Table
    layout: Layout
    path: Path
    name: str


def emit(
    source: Source,
    inputs: Iterable[Input],
    into: Path,
    *,
    records: Records | None,
    last_good: Callable[[str], Sequence[Path]],
    engine: Engine = ENGINE,
    caps: Caps = CAPS,
    progress: Progress,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Emitted:
    """Write every table of the inputs below `into`, checked. Raises InputError, LayoutError, ExpectationError.

    last_good: the Parquet files of a table's last good run, for the sources that are synced
    """
    layouts: dict[str, set[str]] = {}
    scratch = into / ".scratch"
    with _connected(engine, scratch) as database:
        for number, group in enumerate(_groups(source, inputs, scratch, caps, progress)):
            for name in dict.fromkeys(piece.table.name for piece in group):
                pieces = [piece for piece in group if piece.table.name == name]
                layouts.setdefault(name, set()).update(piece.layout.name for piece in pieces)
                part = into / name / f"part-{number:04}.parquet"
                if not part.exists():
                    _write_part(database, pieces, part, records)
        made = []
        for count, table in enumerate(t for t in source.tables if t.name in layouts):
            progress(f"checking {table.name}", count / len(layouts))
            account: dict[str, object] = {}
            kept = is_kept(table, settings)
            if kept and table.sync and table.sync.deletions != table.name:
                account |= merge(database, table, into, last_good(table.name))
            elif table.key and (table.duplicates == "collapse" or not kept):
                account |= collapse(database, table, into / table.name)
            n_rows, broken = check_table(database, table, into / table.name)
            if broken:
                account["n_rows_breaking"] = broken
            known = tuple(sorted(layouts[table.name]))
            made.append(Made(name=table.name, n_rows=n_rows, layouts=known, account=account))
        made += derive(database, source, into, made)
    kept_tables, notes = drop(source, into, made, settings)
    return Emitted(tables=kept_tables, notes=notes)


@contextlib.contextmanager
def _connected(engine: Engine, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": engine.memory,
        "temp_directory": str(scratch / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if engine.threads:
        settings["threads"] = engine.threads
    try:
        with duckdb.connect(config=settings) as database:
            database.execute("SET TimeZone = 'UTC'")
            yield database
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _groups(
    source: Source, inputs: Iterable[Input], scratch: Path, caps: Caps, progress: Progress
) -> Iterator[list[Piece]]:
    """Pieces in groups of about GROUP_BYTES; what was unpacked for a group is gone when the next one comes."""
    folders = (scratch / f"group-{number}" for number in itertools.count())
    folder, pieces, size = next(folders), [], 0
    wanted = {layout.member for table in source.tables for layout in table.layouts}
    member = wanted.pop() if len(wanted) == 1 else ""
    for number, one in enumerate(inputs):
        progress("reading", 0.0)
        inside = folder / str(number)
        inside.mkdir(parents=True)
        if takes_packed(source, one.name):
            found = [(one.name, one.path)]
        else:
            found = unpack(one.path, one.name, inside, member=member, caps=caps)
        for name, path in found:
            pieces += [Piece(table, layout, path, name) for table, layout in find_layouts(source, path, name)]
            size += path.stat().st_size
        if size >= GROUP_BYTES:
            yield pieces
            shutil.rmtree(folder)
            folder, pieces, size = next(folders), [], 0
    if pieces:
        yield pieces


def _write_part(
    database: duckdb.DuckDBPyConnection, pieces: Sequence[Piece], part: Path, records: Records | None
) -> None:
    """All pieces of one table into one Parquet file."""
    part.parent.mkdir(exist_ok=True)
    size = sum(piece.path.stat().st_size for piece in pieces)
    database.execute(f"SET preserve_insertion_order = {str(size < ORDERED_BYTES).lower()}")
    names = {str(piece.path): piece.name for piece in pieces}
    queries, spooled = [], part.parent.parent / ".scratch" / "rows"
    spooled.mkdir(exist_ok=True)
    with speaking(names):
        for number, ((layout, told), group) in enumerate(itertools.groupby(pieces, key=_told_apart)):
            same = list(group)
            textual = False
            if layout.format in ("csv", "tsv"):
                relation = delimited(same[0].table, layout, [piece.path for piece in same])
            elif layout.format == "parquet":
                relation = f"read_parquet([{', '.join(literal(str(piece.path)) for piece in same)}])"
            else:
                textual = True
                rows = _spool(layout, same, records, spooled / str(number))
                relation = f"read_parquet({literal(str(rows))})"
            queries.append(select(same[0].table, layout, relation, textual=textual, name=told))
        unfinished = part.with_suffix(".unfinished")
        database.execute(f"COPY ({' UNION ALL '.join(queries)}) TO {literal(str(unfinished))} ({PARQUET})")
    shutil.rmtree(spooled)
    unfinished.rename(part)


def _told_apart(piece: Piece) -> tuple[Layout, str]:
    """Files of one layout are read together, but for those whose names tell something about their rows."""
    return piece.layout, piece.name if piece.layout.from_name else ""


def _spool(layout: Layout, pieces: Sequence[Piece], records: Records | None, to: Path) -> Path:
    """Rows that DuckDB does not read itself, as text, in a file that it does.

    They are read here, in the calling thread, and not inside DuckDB's own: not every library that a parse.py
    may use bears that, and what a reader raises comes through as it is.
    """
    types = {name: column.type for name, column in pieces[0].table.columns.items()}
    binary = {name for name in layout.header if types.get(layout.names.get(name, name)) == "BLOB"}
    schema = pa.schema([(name, pa.binary() if name in binary else pa.string()) for name in layout.header])
    empty = set(layout.null)
    with pq.ParquetWriter(to, schema, compression="lz4", use_dictionary=False) as writer:
        for piece in pieces:
            found = read_rows(piece.path, piece.name, layout, records)
            while batch := list(itertools.islice(found, BATCH_ROWS)):
                columns: Iterable[tuple[Value, ...]] = zip(*batch, strict=True)
                cells = [[None if cell in empty else cell for cell in column] for column in columns]
                arrays = [pa.array(cell, field.type) for cell, field in zip(cells, schema, strict=True)]
                writer.write_batch(pa.record_batch(arrays, schema))
    return to


@contextlib.contextmanager
def speaking(names: Mapping[str, str]) -> Iterator[None]:
    """Turn what DuckDB says into a sentence of ours: which file, line and column, and what to do.

    names: the path of each file that is read -> the name it has for people
    """
    where = ", ".join(list(names.values())[:3])
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        problem = f"it needs more memory than the run may use: {str(error).splitlines()[0]}"
        raise StoreError(problem, where=where, remedy="Raise `memory` under [collect] in desk.toml") from None
    except UnicodeEncodeError as error:
        problem = f"a text in it is no Unicode: {error.reason}"
        raise InputError(problem, where=where, remedy="Ask for UTF-8, or convert it first") from None
    except (duckdb.IOException, OSError) as error:
        problem = f"it could not be written: {str(error).splitlines()[0]}"
        raise StoreError(problem, where=where, remedy="Make room on the disk, then run again") from None
    except duckdb.Error as error:
        said = str(error)
        named = re.search(r"(?m)^\s*file = (.+)$", said)
        raise _translated(said, names.get(named[1].strip(), where) if named else where) from None


def _translated(said: str, where: str) -> InputError | LayoutError:
    line = re.search(r"CSV Error on Line: (\d+)", said)
    where = f"{where}:{line[1]}" if line else where
    if found := re.search(r'column "(.+?)"\. Could not convert string "(.*?)" to \'(\w+)\'', said, re.DOTALL):
        return LayoutError(f"column {found[1]}: {found[2]!r} is no {found[3]}", where=where, remedy=_MEND)
    if found := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said):
        problem = f"the row has {found[2]} columns instead of {found[1]}"
        return LayoutError(problem, where=where, remedy="Fetch it again; if it is whole, see what changed")
    if "unterminated quote" in said or "quote should be followed" in said:
        return InputError("a quotation mark is never closed", where=where, remedy="Fetch it again; it was cut short")
    if "unicode" in said.lower() or "utf-8" in said.lower():
        return InputError("the text is not UTF-8", where=where, remedy="Ask for UTF-8, or convert it first")
    if "Maximum line size" in said:
        return InputError("a line is too long to be one", where=where, remedy="Check that this is the right file")
    if found := re.search(rf"Error: ({STOPPED}\w+: .*)", said):
        return LayoutError(found[1], where=where, remedy=_MEND)
    return LayoutError(said.splitlines()[0], where=where, remedy=_MEND)
