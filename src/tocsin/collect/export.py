"""A table as CSV that a spreadsheet can open without doing what a cell says."""
# ruff: noqa: S608 - every name and value that enters a query is quoted by relation.py

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from tocsin.collect.errors import CollectError
from tocsin.collect.relation import identifier, literal
from tocsin.collect.store import Store

_FORMULA = r"^[=+\-@\t\r]"


def export_csv(store: Store, table: str, to: Path) -> None:
    """Write the last good `table` to `to`. Raises CollectError when there is none.

    Text that a spreadsheet would run (it begins with = + - @, a tab or a return) gets an apostrophe in front,
    as
    OWASP advises; the table itself keeps the text as it was published.
    """
    parts = store.last_good(table)
    if not parts:
        known = ", ".join(store.current().latest) or "none"
        problem = f"there is no good table {table!r} of {store.folder.name}; there are: {known}"
        raise CollectError(problem, remedy=f"`tocsin collect run {store.folder.name}`")
    rows = f"read_parquet([{', '.join(literal(str(part)) for part in parts)}])"
    unfinished = to.with_name(f".{to.name}.unfinished")
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        columns = database.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        chosen = [_safe(name) if kind == "VARCHAR" else identifier(name) for name, kind, *_ in columns]
        database.execute(f"COPY (SELECT {', '.join(chosen)} FROM {rows}) TO {literal(str(unfinished))} (HEADER)")
    unfinished.replace(to)


def _safe(name: str) -> str:
    quoted = identifier(name)
    risky = f"regexp_matches({quoted}, {literal(_FORMULA)})"
    return f"CASE WHEN {risky} THEN '''' || {quoted} ELSE {quoted} END AS {quoted}"


def spreadsheet_safe(cell: object) -> object:
    """The same for one cell of a table that is written elsewhere."""
    return f"'{cell}" if isinstance(cell, str) and re.match(_FORMULA, cell) else cell
