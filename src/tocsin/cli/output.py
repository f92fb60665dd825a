"""How the terminal speaks: one line when all is well, a table to compare, `--json` for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from tocsin.collect.emitted import Progress as Report
from tocsin.collect.emitted import silent
from tocsin.core.errors import TocsinError

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]


def say_json(document: Any) -> None:
    """Print a document as JSON on standard output, whatever the terminal's width or colours."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def say_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Print rows of the same columns as a table, or as JSON."""
    if as_json:
        say_json(rows)
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in rows[0] if rows else ("none",):
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(str(each)) for each in row.values()))
    out.print(table)


def say_cells(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table where it has room; else row by row, a line for each column that holds something."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    width = sum(max(map(len, column)) + 2 for column in zip(columns, *cells, strict=True))
    if width <= out.width:
        table = Table(*(Column(Text(name)) for name in columns), box=None, header_style="bold")
        for row in cells:
            table.add_row(*map(Text, row))
        out.print(table)
        return
    longest = max(map(len, columns))
    for number, row in enumerate(cells, start=1):
        out.print(f"row {number}", style="bold")
        for name, cell in zip(columns, row, strict=True):
            if cell:
                out.print(f"  {name:{longest}}  {cell}", markup=False)


def fail(error: TocsinError) -> int:
    """Say on standard error what was wrong, where, and what to do; give the exit code."""
    err.print("error: ", style="bold red", end="", markup=False)
    err.print(str(error), markup=False)
    return error.exit_code


@contextmanager
def progress(task: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, on a terminal only; call what it gives for each step done."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True,
        disable=not err.is_terminal,
    ) as bar:  # fmt: skip
        row = bar.add_task(task, total=total)
        yield lambda: bar.advance(row)


@contextmanager
def reporting() -> Iterator[Report]:
    """A bar on standard error while a run goes on; nothing where nobody watches."""
    if not err.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda step, done: bar.update(task, description=step, completed=done, total=1.0 if done else None)
