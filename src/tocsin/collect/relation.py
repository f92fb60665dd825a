"""The SQL that reads one layout: publisher's columns in, our columns out, cast strictly.

Nothing is rounded, guessed or made empty on the way: a value that is not of the declared type stops the
query, and the message names the column and the value. For delimited text DuckDB's own reader does the
casting (it is several times faster, and it knows the line); whole numbers are read as DOUBLE and checked,
since publishers write `2023.0` and since DuckDB would otherwise round 1.5 to 2 without a word.
"""
# ruff: noqa: S608 - every name and value that enters a query is quoted by relation.py

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tocsin.collect.errors import LayoutError
from tocsin.collect.source import Layout, Table

UNNAMED = "unnamed"  # R writes the row's number under an empty name
_WHOLE = ("SMALLINT", "INTEGER", "BIGINT")
_EXACT = 2**53  # beyond it a DOUBLE no longer holds every whole number
MAX_LINE_BYTES = 2 << 20


PARQUET = "FORMAT parquet, COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 10000, WRITE_BLOOM_FILTER false"
"""How tables are written: texts that hardly repeat are not worth a dictionary, nothing here a Bloom filter."""


def identifier(name: str) -> str:
    """A column's name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text, quoted for SQL."""
    return "'" + text.replace("'", "''") + "'"


def delimited(table: Table, layout: Layout, paths: Sequence[Path]) -> str:
    """`read_csv(...)` with every column's type given and nothing left to detection."""
    columns = ", ".join(
        f"{literal(name or UNNAMED)}: {literal(_read_as(table, layout, name))}" for name in layout.header
    )
    quote = literal('"') if layout.quoted else "''"
    delimiter = literal("\t" if layout.format == "tsv" else ",")
    return (
        f"read_csv([{', '.join(literal(str(path)) for path in paths)}], auto_detect=false, header=false, "
        f"skip={layout.header_row + layout.tag_row}, delim={delimiter}, "
        f"quote={quote}, escape={quote}, nullstr=[{', '.join(map(literal, layout.null))}], "
        f"strict_mode=true, max_line_size={MAX_LINE_BYTES}, columns={{{columns}}})"
    )


def select(table: Table, layout: Layout, relation: str, *, textual: bool, name: str = "") -> str:
    """`SELECT` our columns from a relation of the publisher's.

    textual: every value in it is still text; name: the file's, for the columns that are told by it
    """
    left = layout.reasons()
    if layout.unpivot:
        wide = layout.unpivot
        keep = ", ".join(map(identifier, wide.keep))
        values = ", ".join(identifier(name) for name in layout.header if name not in wide.keep)
        relation = (
            f"(SELECT {keep}, {identifier(wide.name)}, {identifier(wide.value)} FROM (FROM {relation}) UNPIVOT "
            f"INCLUDE NULLS ({identifier(wide.value)} FOR {identifier(wide.name)} IN ({values})))"
        )
    given = {layout.names.get(name, name): name for name in layout.header if name not in left}
    if layout.unpivot:
        given |= {layout.unpivot.name: layout.unpivot.name, layout.unpivot.value: layout.unpivot.value}
    chosen = []
    for ours, column in table.columns.items():
        if ours in layout.reads:
            value = f"CAST({layout.reads[ours]} AS {column.type})"
        elif ours in layout.from_name:
            value = f"CAST({literal(told_by_name(layout, ours, name))} AS {column.type})"
        elif ours in layout.lacks:
            value = f"CAST(NULL AS {column.type})"
        else:
            raw = identifier(given[ours])
            as_text = textual or (layout.unpivot is not None and ours == layout.unpivot.name)
            value = _cast(raw, ours, column.type, layout.forms.get(ours, ""), textual=as_text)
        chosen.append(f"{value} AS {identifier(ours)}")
    return f"SELECT {', '.join(chosen)} FROM {relation}"


def told_by_name(layout: Layout, ours: str, name: str) -> str:
    """What the file's name says about a column. Raises LayoutError when it does not say it."""
    found = re.search(layout.from_name[ours], name)
    if not found:
        problem = f"the file's name does not tell {ours} (as {layout.from_name[ours]})"
        raise LayoutError(problem, where=name, remedy="Give the file the name that the publisher gave it")
    return found[1]


def _read_as(table: Table, layout: Layout, name: str) -> str:
    """The type that DuckDB's reader gives one of the publisher's columns."""
    ours = layout.names.get(name, name)
    if layout.unpivot and name not in layout.unpivot.keep:
        ours = layout.unpivot.value
    column = table.columns.get(ours)
    used = any(identifier(name) in sql for sql in layout.reads.values())
    if not column or name in layout.reasons() or used or ours in layout.forms or column.type in ("BOOLEAN", "BLOB"):
        return "VARCHAR"
    if column.type in _WHOLE:
        return "DOUBLE"
    return "TIMESTAMP" if column.type == "DATE" else column.type


def _cast(raw: str, ours: str, kind: str, form: str, *, textual: bool) -> str:
    if kind in ("VARCHAR", "BLOB"):
        return raw if kind == "BLOB" else f"CAST({raw} AS VARCHAR)"
    if kind == "BOOLEAN":
        return _boolean(raw, ours)
    if form:
        return f"CAST(strptime({raw}, {literal(form)}) AS {kind})"
    between = "DOUBLE" if kind in (*_WHOLE, "DOUBLE") else "TIMESTAMP"
    if textual:
        tried = f"TRY_CAST({raw} AS {between})"
        raw = f"CASE WHEN {raw} IS NULL OR {tried} IS NOT NULL THEN {tried} ELSE {_stop(ours, raw, kind)} END"
        raw = f"({raw})"
    if kind in _WHOLE:
        tried = f"TRY_CAST({raw} AS {kind})"
        exact = f"AND abs({raw}) <= {_EXACT}" if kind == "BIGINT" else ""
        return (
            f"CASE WHEN {raw} IS NULL THEN NULL WHEN {tried} = {raw} {exact} THEN {tried} "
            f"ELSE {_stop(ours, raw, 'whole number')} END"
        )
    if kind == "DOUBLE":
        return raw
    if kind == "DATE":
        ok = f"{raw} IS NULL OR {raw} = date_trunc('day', {raw})"
        return f"CASE WHEN {ok} THEN CAST({raw} AS DATE) ELSE {_stop(ours, raw, 'day without a time')} END"
    return raw


def _boolean(raw: str, ours: str) -> str:
    said = f"lower(CAST({raw} AS VARCHAR))"
    return (
        f"CASE WHEN {raw} IS NULL THEN NULL WHEN {said} IN ('true', 't', '1', '1.0') THEN true "
        f"WHEN {said} IN ('false', 'f', '0', '0.0') THEN false ELSE {_stop(ours, raw, 'yes or no')} END"
    )


def _stop(ours: str, raw: str, wanted: str) -> str:
    return f"error({literal(STOPPED + ours + ': ')} || CAST({raw} AS VARCHAR) || {literal(f' is no {wanted}')})"


STOPPED = "column "
