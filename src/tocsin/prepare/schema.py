"""How a table is declared: its columns with types, units and bounds, its key, and what must hold of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import msgspec

Type = Literal["string", "int32", "int64", "float64", "boolean", "date", "timestamp"]


class Column(msgspec.Struct, frozen=True):
    """One column. `between` is inclusive, dates in it are ISO text; instants are UTC."""

    type: Type
    about: str
    required: bool = False
    one_of: tuple[str, ...] = ()
    between: tuple[str | float, str | float] | None = None


class Rule(msgspec.Struct, frozen=True):
    """What must be true (or unknown) of every row, but for a share of them (0 to 1) for a reason given.

    holds: gives the condition as an expression over the table
    """

    name: str
    holds: Callable[[ir.Table], Any]
    allow_share: float = 0.0
    reason: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a layer. name_rows: the columns that name a row to a person when it breaks a rule."""

    name: str
    about: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    name_rows: tuple[str, ...] = ()


def conform(expr: ir.Table, table: Table) -> ir.Table:
    """The declared columns, in their order and types; a column that the expression lacks comes out empty.

    Every column is cast, also where ibis takes it to be of that type: an engine may think otherwise, as DuckDB does of
    the sum of whole numbers.
    """
    have = set(expr.columns)
    values = {}
    for name, column in table.columns.items():
        value = expr[name] if name in have else ibis.null(column.type)
        values[name] = ops.Cast(value, to=column.type).to_expr()
    return expr.select(**values)
